"""Ports of virtual switches and their VLAN endpoints."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from emulator.host import NetworkAdapter, VirtualMachine, VirtualSwitch, Vlan, VlanMode
from emulator.host.network import virtual_functions
from emulator.host.network.switch_ports import (
    ExternalPort,
    Port,
    all_ports,
    connected_ports,
    host_ports,
    ports_of,
)
from emulator.wmi.virtualization_v2.base import ENABLED_ELEMENT, PREFIX
from emulator.wmi.virtualization_v2.refusals import DeviceRefusals, ElementRefusals
from emulator.wmi.virtualization_v2.switches import SWITCH_CLASS, PartView

if TYPE_CHECKING:
    pass

MTU = 1500
_INTERNAL_SPEED = 10_000_000_000
ETHERNET_PORT: dict[str, Any] = {
    **ENABLED_ELEMENT,
    "ActiveMaximumTransmissionUnit": MTU,
    "AdditionalAvailability": [6],
    "AutoSense": True,
    "Availability": 6,
    "FullDuplex": True,
    "LinkTechnology": 2,
    "MaxDataSize": MTU,
    "PortType": 53,
    "SupportedMaximumTransmissionUnit": MTU,
}


class PortView(PartView[Port]):
    """A class with one instance for each port of a switch."""

    def objects(self) -> Iterator[Port]:
        return all_ports(self.host)

    def shown_of(self, owner: object) -> Iterable[Port] | None:
        if isinstance(owner, VirtualMachine):
            return [port for adapter in owner.network_adapters for port in ports_of(adapter)]
        return host_ports(owner) if isinstance(owner, VirtualSwitch) else ()

    def owner_of(self, item: Port) -> object:
        return item.connected.vm if isinstance(item.connected, NetworkAdapter) else item.switch

    def parts(self, switch: VirtualSwitch) -> Iterable[Port]:
        return connected_ports(switch)

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
        **ETHERNET_PORT,
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


VIEWS = (SwitchPortView, VlanEndpoint)
