"""Bridging of virtual switches: the service that learns addresses, and the addresses that it knows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from emulator.host import VirtualMachine, VirtualSwitch
from emulator.host.network.forwarding import AGING_TIME, is_learned, learned_of, learned_ports, vlan_of
from emulator.host.network.switch_ports import Port, all_ports
from emulator.wmi.association import End, Link, itself
from emulator.wmi.virtualization_v2.base import ENABLED_ELEMENT
from emulator.wmi.virtualization_v2.refusals import ServiceRefusals
from emulator.wmi.virtualization_v2.switch_port_views import PortView, SwitchPortView
from emulator.wmi.virtualization_v2.switches import SWITCH_CLASS, PartView, Switch, SwitchView

if TYPE_CHECKING:
    pass

_SERVICE_CLASS = "Msvm_TransparentBridgingService"
_ENTRY_CLASS = "Msvm_DynamicForwardingEntry"
#: DynamicStatus: learned.
_LEARNED = 3


class BridgingService(ServiceRefusals, SwitchView, PartView[VirtualSwitch]):
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

    def parts(self, switch: VirtualSwitch) -> Iterable[VirtualSwitch]:
        return (switch,)

    def Name(self, switch: VirtualSwitch) -> str:
        return switch.id

    def SystemName(self, switch: VirtualSwitch) -> str:
        return self.Name(switch)

    def ElementName(self, switch: VirtualSwitch) -> str:
        return switch.name


class ForwardingEntry(PortView):
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

    def parts(self, switch: VirtualSwitch) -> Iterable[Port]:
        return learned_ports(switch)

    def MACAddress(self, port: Port) -> str:
        return port.connected.mac_address

    def ElementName(self, port: Port) -> str:
        return port.connected.mac_address

    def ServiceName(self, port: Port) -> str:
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
