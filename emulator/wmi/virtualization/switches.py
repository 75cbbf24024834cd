"""Virtual switches in root/virtualization: switches, their ports, the adapters of the host, and the endpoints
by which adapters and ports are joined.

An adapter's endpoint has the adapter's GUID as Name; a port's Name is unique in its switch (class pages of
the older namespace).
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from emulator.cim.object_path import ObjectPath
from emulator.host import NetworkAdapter, VlanMode
from emulator.host.checks import check_choice
from emulator.host.errors import InvalidParameter
from emulator.host.network.forwarding import learned_of, learned_ports
from emulator.host.network.port_features import PortSecurity
from emulator.host.network.port_networks import PrivateVlanMode, Vlan
from emulator.host.network.switch_ports import ExternalPort, InternalPort
from emulator.host.network.switch_ports import Port as SwitchPort
from emulator.host.network.virtual_switch import VirtualSwitch
from emulator.wmi.changes import Rule, flag, number, numbers
from emulator.wmi.view import View
from emulator.wmi.virtualization_v2.base import ENABLED_ELEMENT, PREFIX, DeviceView
from emulator.wmi.virtualization_v2.bridging import BridgingService
from emulator.wmi.virtualization_v2.network import EmulatedPort, SyntheticPort
from emulator.wmi.virtualization_v2.refusals import DeviceRefusals, ElementRefusals
from emulator.wmi.virtualization_v2.switches import PartView, SwitchSystem

if TYPE_CHECKING:
    from emulator.cim.types import CimValue
    from emulator.host.virtual_machine.virtual_machine import VirtualMachine
    from emulator.wmi.keys import Keys
    from emulator.wmi.namespace import Namespace

SWITCH, PORT = "Msvm_VirtualSwitch", "Msvm_SwitchPort"
Own = TypeVar("Own", ExternalPort, InternalPort)
HostPort = ExternalPort | InternalPort
#: EndpointMode of CIM_VLANEndpoint.
_ACCESS, _TRUNK = 2, 5
_NUMBER_OF_LEARNABLE_ADDRESSES = 1024


def _private_mode(value: CimValue) -> PrivateVlanMode:
    """PVlanMode, with the numbers of the newer namespace."""
    return check_choice("PVlanMode", number(value), PrivateVlanMode)


def port_path(namespace: Namespace, adapter: NetworkAdapter) -> list[str]:
    """The path of the port that an adapter is connected to, as its settings hold it; empty without one."""
    port = namespace.host.switch_ports.port_of(adapter)
    if port is None:
        return []
    keys = [
        ("CreationClassName", PORT),
        ("Name", port.name),
        ("SystemCreationClassName", SWITCH),
        ("SystemName", port.switch.older_name),
    ]
    return [str(ObjectPath(PORT, keys, namespace=namespace.name, server=namespace.server))]


class SwitchV1(SwitchSystem):
    """A virtual switch."""

    class_name = SWITCH
    constants = {
        **ENABLED_ELEMENT,
        "Caption": "Virtual Switch",
        "CreationClassName": SWITCH,
        "Description": "Microsoft Virtual Switch",
        "MaxChimneyOffloads": 0,
        "MaxVMQOffloads": 0,
        "NumLearnableAddresses": _NUMBER_OF_LEARNABLE_ADDRESSES,
        "ScopeOfResidence": "",
    }

    def by_key(self, keys: Keys) -> VirtualSwitch | None:
        return self.host.virtual_switches.get_older(keys.text("Name"))

    def Name(self, switch: VirtualSwitch) -> str:
        return switch.older_name


class _OfSwitch(ElementRefusals, PartView[SwitchPort]):
    """What is there once for each port of a switch."""

    def objects(self) -> Iterable[SwitchPort]:
        return self.host.switch_ports

    def switch_named(self, name: str) -> VirtualSwitch | None:
        return self.host.virtual_switches.get_older(name)

    def parts(self, switch: VirtualSwitch) -> Iterable[SwitchPort]:
        return self.host.switch_ports.of(switch)

    def object_id(self, item: SwitchPort) -> Hashable:
        return (item.switch.id, item.name.casefold())

    def revision(self, item: SwitchPort) -> Hashable | None:  # noqa: ARG002  what is connected moves others' revisions
        return None

    def Name(self, port: SwitchPort) -> str:
        return port.name

    def SystemName(self, port: SwitchPort) -> str:
        return port.switch.older_name

    def ElementName(self, port: SwitchPort) -> str:
        return port.friendly_name


class SwitchPortView(_OfSwitch):
    """A port of a switch."""

    class_name = PORT
    constants = {
        **ENABLED_ELEMENT,
        "AllowMacSpoofing": False,
        "Caption": "Switch Port",
        "ChimneyOffloadLimit": 0,
        "ChimneyOffloadUsage": 0,
        "ChimneyOffloadWeight": 100,
        "CreationClassName": PORT,
        "Description": "Microsoft Virtual Switch Port",
        "PreventIPSpoofing": False,
        "ScopeOfResidence": "",
        "SystemCreationClassName": SWITCH,
        "VMQOffloadLimit": 0,
        "VMQOffloadUsage": 0,
        "VMQOffloadWeight": 100,
    }

    writable = {"AllowMacSpoofing": Rule("", "mac_address_spoofing", flag)}

    def write(self, item: SwitchPort, settings: dict[str, Any]) -> None:
        security = self.host.switch_ports.feature(item, PortSecurity)
        self.host.switch_ports.set_feature(item, security.replaced(**settings))

    def AllowMacSpoofing(self, port: SwitchPort) -> bool:
        return self.host.switch_ports.feature(port, PortSecurity).mac_address_spoofing


class VlanEndpoint(_OfSwitch):
    """The VLAN endpoint of a port."""

    class_name = "Msvm_VLANEndpoint"
    constants = {
        **ENABLED_ELEMENT,
        "Caption": "VLAN Endpoint",
        "CreationClassName": "Msvm_VLANEndpoint",
        "Description": "Microsoft VLAN Endpoint",
        "SupportedEndpointModes": [_ACCESS, _TRUNK],
        "SystemCreationClassName": SWITCH,
    }

    writable = {"DesiredEndpointMode": Rule("", "mode", number)}

    def write(self, item: SwitchPort, settings: dict[str, Any]) -> None:
        wanted, vlan = settings["mode"], vlan_of(item)
        if wanted == _TRUNK:
            mode = VlanMode.TRUNK
        elif wanted == _ACCESS:
            mode = _access_mode(vlan)
        else:
            raise InvalidParameter("DesiredEndpointMode must be 2 (access) or 5 (trunk).")
        self.host.switch_ports.set_feature(item, _public(vlan.replaced(mode=mode)))

    def DesiredEndpointMode(self, port: SwitchPort) -> int:
        return _mode(port)

    def OperationalEndpointMode(self, port: SwitchPort) -> int:
        return _mode(port)


class VlanSettings(_OfSwitch):
    """The VLAN of a port; 0 is none."""

    class_name = "Msvm_VLANEndpointSettingData"
    constants = {
        "Caption": "VLAN Endpoint Settings",
        "Description": "VLAN Endpoint Settings",
        "DefaultVLAN": 1,
    }

    def candidates(self, keys: Keys) -> Iterable[SwitchPort] | None:
        if "InstanceID" not in keys:
            return None
        switch, _, name = keys.text("InstanceID")[len(PREFIX) :].partition("\\")
        owner = self.host.virtual_switches.get_older(switch)
        port = None if owner is None else self.host.switch_ports.find(owner, name)
        return () if port is None else (port,)

    def InstanceID(self, port: SwitchPort) -> str:
        return f"{PREFIX}{port.switch.older_name}\\{port.name}"

    writable = {
        "AccessVLAN": Rule("", "access_id", number),
        "NativeVLAN": Rule("", "native_id", number),
        "PVlanMode": Rule("", "private_mode", _private_mode),
        "PrimaryVlan": Rule("", "primary_id", number),
        "PruneEligibleVLANList": Rule("", "pruned", numbers),
        "SecondaryVlan": Rule("", "secondary_id", number),
        "TrunkedVLANList": Rule("", "allowed", numbers),
    }

    def write(self, item: SwitchPort, settings: dict[str, Any]) -> None:
        before = vlan_of(item)
        vlan = before.replaced(**settings)
        if vlan.private_mode is not PrivateVlanMode.NONE:
            vlan = _private(
                vlan, is_new="secondary_id" in settings or vlan.private_mode != before.private_mode
            )
        else:
            if vlan.mode is not VlanMode.TRUNK:
                vlan = vlan.replaced(mode=_access_mode(vlan))
            vlan = _public(vlan)
        self.host.switch_ports.set_feature(item, vlan)

    def AccessVLAN(self, port: SwitchPort) -> int:
        return vlan_of(port).access_id

    def NativeVLAN(self, port: SwitchPort) -> int:
        return vlan_of(port).native_id

    def PruneEligibleVLANList(self, port: SwitchPort) -> list[CimValue]:
        return list(vlan_of(port).pruned)

    def PVlanMode(self, port: SwitchPort) -> int:
        return int(vlan_of(port).private_mode)

    def PrimaryVlan(self, port: SwitchPort) -> int:
        return vlan_of(port).primary_id

    def SecondaryVlan(self, port: SwitchPort) -> int:
        """The first one of a promiscuous port."""
        vlan = vlan_of(port)
        return vlan.secondary_ids[0] if vlan.secondary_ids else vlan.secondary_id

    def TrunkedVLANList(self, port: SwitchPort) -> list[CimValue]:
        return list(vlan_of(port).allowed)


def vlan_of(port: SwitchPort) -> Vlan:
    """The VLAN settings of a port."""
    return port.switch.host.switch_ports.feature(port, Vlan)


def _mode(port: SwitchPort) -> int:
    return _TRUNK if vlan_of(port).mode is VlanMode.TRUNK else _ACCESS


def _access_mode(vlan: Vlan) -> VlanMode:
    """What the one access mode of this namespace means: a VLAN of 0 is none."""
    return VlanMode.ACCESS if vlan.access_id else VlanMode.UNTAGGED


def _private(vlan: Vlan, *, is_new: bool) -> Vlan:
    """A port of a private VLAN. This namespace knows one secondary VLAN, also for a promiscuous port, whose
    others stay until that one is written."""
    if vlan.private_mode is not PrivateVlanMode.PROMISCUOUS:
        return vlan.replaced(mode=VlanMode.PRIVATE, secondary_ids=())
    several = (vlan.secondary_id,) if is_new else vlan.secondary_ids
    return vlan.replaced(mode=VlanMode.PRIVATE, secondary_id=0, secondary_ids=several)


def _public(vlan: Vlan) -> Vlan:
    """A port that is in no private VLAN."""
    return vlan.replaced(private_mode=PrivateVlanMode.NONE, primary_id=0, secondary_id=0, secondary_ids=())


class _OwnPort(DeviceRefusals, View[Own], Generic[Own]):
    """An Ethernet adapter of the host."""

    constants = {
        **ENABLED_ELEMENT,
        "FullDuplex": True,
        "LinkTechnology": 2,
        "MaxDataSize": 1500,
        "PortType": 53,
        "SystemCreationClassName": "Msvm_ComputerSystem",
        "UsageRestriction": 0,
    }

    def object_id(self, item: Own) -> Hashable:
        return item.id

    def revision(self, item: Own) -> Hashable | None:  # noqa: ARG002  a switch decides whether it is bound
        return None

    def CreationClassName(self, _port: Own) -> str:
        return self.class_name

    def DeviceID(self, port: Own) -> str:
        return PREFIX + port.id

    def SystemName(self, _port: Own) -> str:
        return self.host.name


class ExternalEthernetPort(_OwnPort[ExternalPort]):
    """A physical network adapter."""

    class_name = "Msvm_ExternalEthernetPort"
    constants = {"Caption": "External Ethernet Port", "Description": "Microsoft External Ethernet Port"}

    def objects(self) -> Iterable[ExternalPort]:
        return self.host.switch_ports.external_ports()

    def DeviceID(self, port: ExternalPort) -> str:
        return f"{PREFIX}{{{port.id}}}"

    def ElementName(self, port: ExternalPort) -> str:
        return port.adapter.description

    def Name(self, port: ExternalPort) -> str:
        return port.adapter.description

    def IsBound(self, port: ExternalPort) -> bool:
        return self.host.switch_ports.is_bound(port)

    def PermanentAddress(self, port: ExternalPort) -> str:
        return port.adapter.mac_address.replace("-", "")

    def NetworkAddresses(self, port: ExternalPort) -> list[CimValue]:
        return [self.PermanentAddress(port)]

    def Speed(self, port: ExternalPort) -> int:
        return port.adapter.link_speed


class InternalEthernetPort(_OwnPort[InternalPort]):
    """An adapter of the host on a virtual switch, or made for one."""

    class_name = "Msvm_InternalEthernetPort"
    constants = {
        "Caption": "Internal Ethernet Port",
        "Description": "Microsoft Internal Ethernet Port",
        "Speed": 10_000_000_000,
    }

    def objects(self) -> Iterable[InternalPort]:
        return self.host.switch_ports.internal_ports()

    def ElementName(self, port: InternalPort) -> str:
        return port.name

    def Name(self, port: InternalPort) -> str:
        return port.name

    def PermanentAddress(self, port: InternalPort) -> str:
        return port.mac_address

    def NetworkAddresses(self, port: InternalPort) -> list[CimValue]:
        return [port.mac_address]


class SwitchLanEndpoint(ElementRefusals, View[HostPort]):
    """The end of the cable at an adapter of the host."""

    class_name = "Msvm_SwitchLANEndpoint"
    constants = {
        **ENABLED_ELEMENT,
        "Caption": "Switch LAN Endpoint",
        "CreationClassName": "Msvm_SwitchLANEndpoint",
        "Description": "Microsoft Switch LAN Endpoint",
        "LANType": 2,
        "MaxDataSize": 1500,
        "ProtocolType": 14,
        "SystemCreationClassName": "Msvm_ComputerSystem",
    }

    def objects(self) -> Iterable[HostPort]:
        ports = self.host.switch_ports
        return [*ports.external_ports(), *ports.internal_ports()]

    def object_id(self, item: HostPort) -> Hashable:
        return item.id

    def revision(self, item: HostPort) -> Hashable | None:  # noqa: ARG002  a switch decides whether it is connected
        return None

    def Name(self, port: HostPort) -> str:
        return port.id

    def SystemName(self, _port: object) -> str:
        return self.host.name

    def ElementName(self, port: HostPort) -> str:
        return port.adapter.name if isinstance(port, ExternalPort) else port.name

    def MACAddress(self, port: HostPort) -> str:
        if isinstance(port, ExternalPort):
            return port.adapter.mac_address.replace("-", "")
        return port.mac_address

    def Connected(self, port: HostPort) -> bool:
        return self.host.switch_ports.port_of(port) is not None


class VmLanEndpoint(DeviceView[NetworkAdapter]):
    """The end of the cable at an adapter of a virtual machine."""

    class_name = "Msvm_VmLANEndpoint"
    constants = {
        "Caption": "Virtual Machine LAN Endpoint",
        "Description": "Microsoft Virtual Machine LAN Endpoint",
        "LANType": 2,
        "MaxDataSize": 1500,
        "ProtocolType": 14,
    }

    def devices(self, vm: VirtualMachine) -> Iterable[NetworkAdapter]:
        return vm.network_adapters

    def Name(self, adapter: NetworkAdapter) -> str:
        return adapter.id

    def MACAddress(self, adapter: NetworkAdapter) -> str:
        return adapter.mac_address

    def Connected(self, adapter: NetworkAdapter) -> bool:
        return adapter.connected


class BridgingServiceV1(BridgingService):
    """The service of a switch that learns addresses."""

    constants = {"SystemCreationClassName": SWITCH}

    def switch_named(self, name: str) -> VirtualSwitch | None:
        return self.host.virtual_switches.get_older(name)

    def Name(self, switch: VirtualSwitch) -> str:
        return switch.older_name


class ForwardingEntry(View[NetworkAdapter]):
    """An address that a switch learned: that of each running adapter on it."""

    class_name = "Msvm_DynamicForwardingEntry"
    constants = {
        "Caption": "Dynamic Forwarding Entry",
        "CreationClassName": "Msvm_DynamicForwardingEntry",
        "Description": "Microsoft Dynamic Forwarding Entry",
        "DynamicStatus": 3,
        "HealthState": 5,
        "OperationalStatus": [2],
        "ServiceCreationClassName": "Msvm_TransparentBridgingService",
        "SystemCreationClassName": SWITCH,
    }

    def objects(self) -> Iterable[NetworkAdapter]:
        return [entry for switch in self.host.virtual_switches for entry in learned(switch)]

    def object_id(self, item: NetworkAdapter) -> Hashable:
        return item.id

    def MACAddress(self, adapter: NetworkAdapter) -> str:
        return adapter.mac_address

    def ServiceName(self, adapter: NetworkAdapter) -> str:
        return _switch_id(adapter)

    def SystemName(self, adapter: NetworkAdapter) -> str:
        return _switch_id(adapter)

    def VlanId(self, adapter: NetworkAdapter) -> int:
        return adapter.vlan.access_id


def learned(switch: VirtualSwitch) -> list[NetworkAdapter]:
    """The adapters of machines whose addresses a switch knows."""
    return [port.peer for port in learned_ports(switch) if isinstance(port.peer, NetworkAdapter)]


def is_learned(adapter: NetworkAdapter) -> bool:
    """Whether a switch knows the address of an adapter."""
    return any(port.peer is adapter for port in learned_of(adapter.vm))


def _switch_id(adapter: NetworkAdapter) -> str:
    return "" if adapter.switch is None else adapter.switch.older_name


#: Views of the adapters of virtual machines that have an endpoint.
ADAPTER_VIEWS = (SyntheticPort, EmulatedPort)
SWITCH_VIEWS = (
    BridgingServiceV1,
    ExternalEthernetPort,
    ForwardingEntry,
    InternalEthernetPort,
    SwitchLanEndpoint,
    SwitchPortView,
    SwitchV1,
    VlanEndpoint,
    VlanSettings,
    VmLanEndpoint,
)
