"""Views of switch ports, the host's Ethernet ports, and the LAN endpoints that join both ends."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from emulator.cim.object_path import ObjectPath
from emulator.host import (
    HostNetworkAdapter,
    NetworkAdapter,
    VirtualMachine,
    VirtualSwitch,
    Vlan,
    VlanMode,
    virtual_functions,
)
from emulator.host.switch_ports import (
    Connected,
    ExternalPort,
    Port,
    all_ports,
    connected_ports,
    external_ports,
    host_ports,
    port_of,
    ports_of,
)
from emulator.wmi.view import View
from emulator.wmi.virtualization_v2.base import ENABLED_ELEMENT, PREFIX
from emulator.wmi.virtualization_v2.network import SWITCH_CLASS, ConnectionSettings, switch_path
from emulator.wmi.virtualization_v2.refusals import DeviceRefusals, ElementRefusals

if TYPE_CHECKING:
    from emulator.host import Host
    from emulator.wmi.keys import Keys
    from emulator.wmi.namespace import Namespace

_SYSTEM_CLASS = "Msvm_ComputerSystem"
_MTU = 1500
_INTERNAL_SPEED = 10_000_000_000
_ETHERNET_PORT: dict[str, Any] = {
    **ENABLED_ELEMENT,
    "ActiveMaximumTransmissionUnit": _MTU,
    "AdditionalAvailability": [6],
    "AutoSense": True,
    "Availability": 6,
    "FullDuplex": True,
    "LinkTechnology": 2,
    "MaxDataSize": _MTU,
    "PortType": 53,
    "SupportedMaximumTransmissionUnit": _MTU,
}


class PortView(View[Port]):
    """A class with one instance for each port of a switch."""

    def objects(self) -> Iterator[Port]:
        return all_ports(self.host)

    def shown_of(self, owner: object) -> Iterable[Port] | None:
        if isinstance(owner, VirtualMachine):
            return [port for adapter in owner.network_adapters for port in ports_of(adapter)]
        return host_ports(owner) if isinstance(owner, VirtualSwitch) else ()

    def owner_of(self, item: Port) -> object:
        return item.connected.vm if isinstance(item.connected, NetworkAdapter) else item.switch

    def candidates(self, keys: Keys) -> Iterable[Port] | None:
        if "SystemName" not in keys:
            return None
        switch = self.host.virtual_switches.get(keys.text("SystemName"))
        return () if switch is None else connected_ports(switch)

    def object_id(self, item: Port) -> Hashable:
        return (item.switch.id, item.id)

    def revision(self, item: Port) -> Hashable | None:
        return (item.switch.revision, item.connected.revision)

    def SystemName(self, port: Port) -> str:
        return port.switch.id


class SwitchPortView(DeviceRefusals, PortView):
    """A port of a switch."""

    class_name = "Msvm_EthernetSwitchPort"
    constants = {
        **_ETHERNET_PORT,
        "Caption": "Ethernet Switch Port",
        "CreationClassName": "Msvm_EthernetSwitchPort",
        "Description": "Microsoft Virtual Ethernet Switch Port",
        "SystemCreationClassName": SWITCH_CLASS,
        "VMQOffloadUsage": 0,
    }

    def DeviceID(self, port: Port) -> str:
        return PREFIX + port.id

    def Name(self, port: Port) -> str:
        return port.id

    def ElementName(self, port: Port) -> str:
        return port.connected.name

    def Speed(self, port: Port) -> int:
        return port.switch.link_speed

    def MaxSpeed(self, port: Port) -> int:
        return port.switch.link_speed

    def PermanentAddress(self, port: Port) -> str:
        return port.connected.mac_address

    def IOVOffloadUsage(self, port: Port) -> int:
        return int(function_of(port) is not None)


def function_of(port: Port) -> int | None:
    """The number of the virtual function (SR-IOV) that a port's adapter has."""
    connected = port.connected
    return virtual_functions.number_of(connected) if isinstance(connected, NetworkAdapter) else None


class HostPortSettings(View[Port]):
    """The settings of the ports that lead to the host and to physical adapters."""

    class_name = ConnectionSettings.class_name
    index = ("InstanceID",)
    constants = {
        **ConnectionSettings.constants,
        "Address": "",
        "AllocationUnits": "count",
        "AutomaticAllocation": True,
        "AutomaticDeallocation": True,
        "ConsumerVisibility": 3,
        "EnabledState": 2,
        "Limit": 1,
        "PoolID": "",
        "Reservation": 1,
        "VirtualQuantity": 1,
        "VirtualQuantityUnits": "count",
        "Weight": 0,
    }

    def objects(self) -> Iterator[Port]:
        for switch in self.host.virtual_switches:
            yield from host_ports(switch)

    def shown_of(self, owner: object) -> Iterable[Port] | None:
        return host_ports(owner) if isinstance(owner, VirtualSwitch) else ()

    def owner_of(self, item: Port) -> object:
        return item.switch

    def by_key(self, keys: Keys) -> Port | None:
        wanted = keys.text("InstanceID")
        switch = self.host.virtual_switches.get(wanted[len(PREFIX) :].partition("\\")[0])
        ports = () if switch is None else host_ports(switch)
        return next((port for port in ports if self.InstanceID(port).lower() == wanted.lower()), None)

    def object_id(self, item: Port) -> Hashable:
        return (item.switch.id, item.id)

    def revision(self, item: Port) -> Hashable | None:
        return (item.switch.revision, item.connected.revision)

    def InstanceID(self, port: Port) -> str:
        return f"{PREFIX}{port.switch.id}\\{port.id}"

    def ElementName(self, port: Port) -> str:
        return port.connected.name

    def HostResource(self, port: Port) -> list[str]:
        return [host_resource(self.namespace, port.connected)]

    def Parent(self, port: Port) -> str:
        return switch_path(self.namespace, port.switch)


def host_resource(namespace: Namespace, connected: Connected) -> str:
    """What a port of the switch itself is connected to: an external port, or the host."""
    if isinstance(connected, ExternalPort):
        view = namespace.view(WirelessPort if connected.adapter.wireless else ExternalPortView)
        return str(view.instance(connected).path)
    keys = [("CreationClassName", _SYSTEM_CLASS), ("Name", namespace.host.name)]
    return str(ObjectPath(_SYSTEM_CLASS, keys, namespace=namespace.name, server=namespace.server))


def is_wireless(connected: Connected) -> bool:
    """Whether this is a Wi-Fi adapter of the host."""
    return isinstance(connected, ExternalPort) and connected.adapter.wireless


def physical_ports(host: Host, *, wireless: bool) -> list[ExternalPort]:
    """The physical adapters with a cable, or those for Wi-Fi."""
    return [port for port in external_ports(host) if is_wireless(port) is wireless]


class HostPortView(DeviceRefusals, View[Any]):
    """An Ethernet port of the host."""

    constants = {**_ETHERNET_PORT, "EnabledState": 5, "SystemCreationClassName": _SYSTEM_CLASS}

    def object_id(self, item: ExternalPort | HostNetworkAdapter) -> Hashable:
        return item.id

    def revision(self, item: ExternalPort | HostNetworkAdapter) -> Hashable | None:
        return item.revision

    def CreationClassName(self, _port: Any) -> str:
        return self.class_name

    def DeviceID(self, port: Any) -> str:
        return f"{PREFIX}{{{port.id}}}"

    def Name(self, port: Any) -> str:
        return str(port.name)

    def ElementName(self, port: Any) -> str:
        return str(port.name)

    def SystemName(self, _port: Any) -> str:
        return self.host.name

    def PermanentAddress(self, port: Any) -> str:
        return str(port.mac_address)

    def NetworkAddresses(self, port: Any) -> list[str]:
        return [port.mac_address]


class _PhysicalPort(HostPortView):
    wireless = False

    def objects(self) -> Iterable[ExternalPort]:
        return physical_ports(self.host, wireless=self.wireless)

    def IsBound(self, port: ExternalPort) -> bool:
        return port.switch is not None

    def Speed(self, port: ExternalPort) -> int:
        return port.adapter.link_speed if port.adapter.connected else 0

    def MaxSpeed(self, port: ExternalPort) -> int:
        return port.adapter.link_speed


class ExternalPortView(_PhysicalPort):
    """A physical adapter with a cable that a switch can be bound to."""

    class_name = "Msvm_ExternalEthernetPort"
    constants = {"Caption": "Ethernet Port", "Description": "Microsoft External Ethernet Port"}


class WirelessPort(_PhysicalPort):
    """A Wi-Fi adapter of the host; a switch can be bound to it too."""

    class_name = "Msvm_WiFiPort"
    wireless = True
    constants = {
        "Caption": "WiFi Port",
        "Description": "Microsoft WiFi Port",
        "EnabledState": 2,
        "LinkTechnology": 11,
        "PortType": 0,
    }


class InternalPortView(HostPortView):
    """An adapter that the host has on one of its switches."""

    class_name = "Msvm_InternalEthernetPort"
    constants = {
        "Caption": "Ethernet Port",
        "Description": "Microsoft Internal Ethernet Port",
        "UsageRestriction": 4,
    }

    def objects(self) -> Iterable[HostNetworkAdapter]:
        return self.host.virtual_switches.host_adapters

    def shown_of(self, owner: object) -> Iterable[HostNetworkAdapter] | None:
        return owner.host_adapters if isinstance(owner, VirtualSwitch) else ()

    def owner_of(self, item: HostNetworkAdapter) -> object:
        return item.switch

    def Speed(self, adapter: HostNetworkAdapter) -> int:
        return adapter.switch.link_speed

    def MaxSpeed(self, adapter: HostNetworkAdapter) -> int:
        return adapter.switch.link_speed


class ExternalPortCapabilities(View[ExternalPort]):
    """Whether a physical adapter has SR-IOV."""

    class_name = "Msvm_ExternalEthernetPortCapabilities"
    index = ("InstanceID",)
    constants = {
        "Caption": "Ethernet Port Capabilities",
        "ElementName": "Ethernet Port Capabilities",
        "Description": "Microsoft External Ethernet Port Capabilities",
    }

    def objects(self) -> Iterable[ExternalPort]:
        return physical_ports(self.host, wireless=False)

    def by_key(self, keys: Keys) -> ExternalPort | None:
        wanted = keys.text("InstanceID").lower()
        return next((port for port in self.objects() if self.InstanceID(port).lower() == wanted), None)

    def object_id(self, item: ExternalPort) -> Hashable:
        return item.id

    def InstanceID(self, port: ExternalPort) -> str:
        return f"{PREFIX}{self.host.name}\\{{{port.id}}}"

    def IOVSupport(self, port: ExternalPort) -> bool:
        return port.adapter.virtual_functions > 0

    def IOVSupportReasons(self, port: ExternalPort) -> list[str]:
        return [] if port.adapter.virtual_functions else ["This network adapter does not support SR-IOV."]


class Endpoint(NamedTuple):
    """A LAN endpoint: of a switch's port, or of the adapter that may be connected to it."""

    connected: Connected
    at_switch: bool

    @property
    def id(self) -> str:
        return port_of(self.connected).id if self.at_switch else self.connected.id


def device_endpoint(connected: Connected) -> tuple[Endpoint, ...]:
    """The endpoint of an adapter."""
    return (Endpoint(connected, False),)


def switch_endpoint(connected: Connected) -> tuple[Endpoint, ...]:
    """The endpoint of the port to which an adapter is connected, if it is."""
    return () if connected.switch is None else (Endpoint(connected, True),)


def endpoints(connected: Connected) -> tuple[Endpoint, ...]:
    """Both ends of a connection; only the adapter's when there is none."""
    return device_endpoint(connected) + switch_endpoint(connected)


def _lan_endpoints(connected: Connected) -> tuple[Endpoint, ...]:
    """Both ends, without that of a Wi-Fi adapter, which is of another kind."""
    return switch_endpoint(connected) if is_wireless(connected) else endpoints(connected)


class LanEndpoint(ElementRefusals, View[Endpoint]):
    """One end of the connection between a port and an adapter."""

    class_name = "Msvm_LANEndpoint"
    constants = {
        **ENABLED_ELEMENT,
        "Caption": "LAN Endpoint",
        "CreationClassName": "Msvm_LANEndpoint",
        "Description": "Microsoft Virtual LAN Endpoint",
        "LANType": 2,
        "MaxDataSize": _MTU,
        "NameFormat": "Microsoft Virtual Device ID",
        "ProtocolIFType": 6,
    }

    def objects(self) -> Iterator[Endpoint]:
        for physical in external_ports(self.host):
            yield from _lan_endpoints(physical)
        for own in self.host.virtual_switches.host_adapters:
            yield from endpoints(own)
        for vm in self.host.virtual_machines:
            for adapter in vm.network_adapters:
                yield from endpoints(adapter)

    def shown_of(self, owner: object) -> Iterable[Endpoint] | None:
        if isinstance(owner, VirtualMachine):
            return [each for adapter in owner.network_adapters for each in endpoints(adapter)]
        if isinstance(owner, VirtualSwitch):
            return [each for port in host_ports(owner) for each in _lan_endpoints(port.connected)]
        return ()

    def owner_of(self, item: Endpoint) -> object:
        connected = item.connected
        return connected.vm if isinstance(connected, NetworkAdapter) else connected.switch

    def candidates(self, keys: Keys) -> Iterable[Endpoint] | None:
        if "SystemName" not in keys:
            return None
        name = keys.text("SystemName")
        vm = self.host.virtual_machines.get(name)
        if vm is not None:
            return [each for adapter in vm.network_adapters for each in device_endpoint(adapter)]
        switch = self.host.virtual_switches.get(name)
        if switch is not None:
            return [each for port in connected_ports(switch) for each in switch_endpoint(port.connected)]
        wired = physical_ports(self.host, wireless=False)
        own: list[Connected] = [*wired, *self.host.virtual_switches.host_adapters]
        return [each for connected in own for each in device_endpoint(connected)]

    def object_id(self, item: Endpoint) -> Hashable:
        return (item.at_switch, item.id)

    def revision(self, item: Endpoint) -> Hashable | None:
        switch = item.connected.switch
        return (item.connected.revision, None if switch is None else switch.revision)

    def Name(self, endpoint: Endpoint) -> str:
        return PREFIX + endpoint.id

    def ElementName(self, endpoint: Endpoint) -> str:
        return endpoint.connected.name

    def SystemCreationClassName(self, endpoint: Endpoint) -> str:
        return SWITCH_CLASS if endpoint.at_switch else _SYSTEM_CLASS

    def SystemName(self, endpoint: Endpoint) -> str:
        if endpoint.at_switch:
            return port_of(endpoint.connected).switch.id
        connected = endpoint.connected
        return connected.vm.id if isinstance(connected, NetworkAdapter) else self.host.name

    def MACAddress(self, endpoint: Endpoint) -> str:
        return endpoint.connected.mac_address

    def Connected(self, endpoint: Endpoint) -> bool:
        return endpoint.connected.switch is not None


class WirelessEndpoint(LanEndpoint):
    """The end of a Wi-Fi adapter."""

    class_name = "Msvm_WiFiEndpoint"
    constants = {
        "Caption": "WiFi Endpoint",
        "CreationClassName": "Msvm_WiFiEndpoint",
        "Description": "Microsoft WiFi Endpoint",
        "EnabledState": 5,
        "LANType": 0,
        "ProtocolIFType": 71,
    }

    def objects(self) -> Iterator[Endpoint]:
        for port in physical_ports(self.host, wireless=True):
            yield from device_endpoint(port)

    def shown_of(self, owner: object) -> Iterable[Endpoint] | None:
        if not isinstance(owner, VirtualSwitch):
            return ()
        return [each for each in self.objects() if each.connected.switch is owner]

    def candidates(self, _keys: Keys) -> Iterable[Endpoint] | None:
        return None


#: CIM_VLANEndpoint's modes by that of the port: no trunk, access, trunk.
_ENDPOINT_MODES = {VlanMode.UNTAGGED: 2, VlanMode.ACCESS: 2, VlanMode.TRUNK: 5, VlanMode.PRIVATE: 0}


class VlanEndpoint(ElementRefusals, PortView):
    """The VLAN side of a port."""

    class_name = "Msvm_VLANEndpoint"
    constants = {
        **ENABLED_ELEMENT,
        "Caption": "VLAN Endpoint",
        "CreationClassName": "Msvm_VLANEndpoint",
        "Description": "Microsoft VLAN Endpoint",
        "DesiredVLANTrunkEncapsulation": 3,
        "ElementName": "VLAN Endpoint",
        "EnabledState": 5,
        "OperationalVLANTrunkEncapsulation": 3,
        "OtherTypeDescription": "Virtual Ethernet",
        "ProtocolIFType": 1,
        "SupportedEndpointModes": [2, 5],
        "SystemCreationClassName": SWITCH_CLASS,
    }

    def Name(self, port: Port) -> str:
        return f"{PREFIX}{port.id}"

    def DesiredEndpointMode(self, port: Port) -> int:
        return _endpoint_mode(port)

    def OperationalEndpointMode(self, port: Port) -> int:
        return _endpoint_mode(port)


def _endpoint_mode(port: Port) -> int:
    if isinstance(port.connected, ExternalPort):
        return _ENDPOINT_MODES[VlanMode.TRUNK]
    return _ENDPOINT_MODES[port.connected.feature(Vlan).mode]
