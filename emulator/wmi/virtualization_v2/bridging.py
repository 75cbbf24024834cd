"""Bridging of virtual switches: the service that learns addresses, and the addresses that it knows."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from emulator.host import NetworkAdapter, VirtualMachine, VirtualSwitch
from emulator.host.forwarding import AGING_TIME, is_learned, learned_of, learned_ports, vlan_of
from emulator.host.switch_ports import Port, all_ports
from emulator.wmi.association import End, Link, itself
from emulator.wmi.view import View
from emulator.wmi.virtualization_v2.base import ENABLED_ELEMENT
from emulator.wmi.virtualization_v2.network import SWITCH_CLASS, Switch
from emulator.wmi.virtualization_v2.refusals import ServiceRefusals
from emulator.wmi.virtualization_v2.switch_port_views import SwitchPortView

if TYPE_CHECKING:
    from emulator.wmi.keys import Keys

_SERVICE_CLASS = "Msvm_TransparentBridgingService"
_ENTRY_CLASS = "Msvm_DynamicForwardingEntry"
#: DynamicStatus: learned.
_LEARNED = 3


class BridgingService(ServiceRefusals, View[VirtualSwitch]):
    """The service of a switch that learns addresses."""

    class_name = _SERVICE_CLASS
    constants: dict[str, Any] = {
        **ENABLED_ELEMENT,
        "AgingTime": AGING_TIME,
        "Caption": "Transparent Bridging Service",
        "CreationClassName": _SERVICE_CLASS,
        "Description": "Microsoft Transparent Bridging Service",
        "FID": 0,
        "Started": True,
        "StartMode": "Automatic",
        "SystemCreationClassName": SWITCH_CLASS,
    }

    def objects(self) -> Iterable[VirtualSwitch]:
        return self.host.virtual_switches

    def shown_of(self, owner: object) -> Iterable[VirtualSwitch] | None:
        return (owner,) if isinstance(owner, VirtualSwitch) else ()

    def candidates(self, keys: Keys) -> Iterable[VirtualSwitch] | None:
        if "SystemName" not in keys:
            return None
        switch = self.host.virtual_switches.get(keys.text("SystemName"))
        return () if switch is None else (switch,)

    def object_id(self, item: VirtualSwitch) -> Hashable:
        return item.id

    def Name(self, switch: VirtualSwitch) -> str:
        return switch.id

    def SystemName(self, switch: VirtualSwitch) -> str:
        return switch.id

    def ElementName(self, switch: VirtualSwitch) -> str:
        return switch.name


class ForwardingEntry(View[Port]):
    """An address that a switch knows, and the port behind which it is."""

    class_name = _ENTRY_CLASS
    constants: dict[str, Any] = {
        "Caption": "Dynamic Forwarding Entry",
        "CreationClassName": _ENTRY_CLASS,
        "Description": "Microsoft Dynamic Forwarding Entry",
        "DynamicStatus": _LEARNED,
        "HealthState": 5,
        "OperationalStatus": [2],
        "ServiceCreationClassName": _SERVICE_CLASS,
        "StatusDescriptions": ["OK"],
        "SystemCreationClassName": SWITCH_CLASS,
    }

    def objects(self) -> Iterator[Port]:
        return (port for port in all_ports(self.host) if is_learned(port))

    def shown_of(self, owner: object) -> Iterable[Port] | None:
        if isinstance(owner, VirtualMachine):
            return learned_of(owner)
        return learned_ports(owner) if isinstance(owner, VirtualSwitch) else ()

    def owner_of(self, item: Port) -> object:
        return item.connected.vm if isinstance(item.connected, NetworkAdapter) else item.switch

    def candidates(self, keys: Keys) -> Iterable[Port] | None:
        if "SystemName" not in keys:
            return None
        switch = self.host.virtual_switches.get(keys.text("SystemName"))
        return () if switch is None else learned_ports(switch)

    def object_id(self, item: Port) -> Hashable:
        return (item.switch.id, item.id)

    def revision(self, item: Port) -> Hashable | None:
        return (item.switch.revision, item.connected.revision)

    def MACAddress(self, port: Port) -> str:
        return port.connected.mac_address

    def ElementName(self, port: Port) -> str:
        return port.connected.mac_address

    def ServiceName(self, port: Port) -> str:
        return port.switch.id

    def SystemName(self, port: Port) -> str:
        return port.switch.id

    def VlanId(self, port: Port) -> int:
        return vlan_of(port)


VIEWS = (BridgingService, ForwardingEntry)
LINKS: tuple[Link, ...] = (
    Link(
        "Msvm_HostedSwitchService",
        End("Antecedent", Switch, itself),
        End("Dependent", BridgingService, itself),
    ),
    Link(
        "Msvm_TransparentBridgingDynamicForwarding",
        End("Antecedent", BridgingService, lambda _, switch: learned_ports(switch)),
        End("Dependent", ForwardingEntry, lambda _, port: (port.switch,)),
    ),
    Link(
        "Msvm_SwitchPortDynamicForwarding",
        End("Antecedent", SwitchPortView, lambda _, port: (port,) if is_learned(port) else ()),
        End("Dependent", ForwardingEntry, itself),
    ),
)
