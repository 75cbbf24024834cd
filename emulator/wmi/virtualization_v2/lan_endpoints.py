"""LAN endpoints: the two ends of the connection between an adapter and the port of a switch."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from emulator.host import NetworkAdapter, VirtualMachine, VirtualSwitch
from emulator.host.network.switch_ports import Connected, connected_ports, external_ports, host_ports, port_of
from emulator.wmi.view import View
from emulator.wmi.virtualization_v2.base import ENABLED_ELEMENT, PREFIX
from emulator.wmi.virtualization_v2.host_ports import SYSTEM_CLASS, is_wireless, physical_ports
from emulator.wmi.virtualization_v2.refusals import ElementRefusals
from emulator.wmi.virtualization_v2.switch_port_views import MTU
from emulator.wmi.virtualization_v2.switches import SWITCH_CLASS

if TYPE_CHECKING:
    from emulator.wmi.keys import Keys


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
        "MaxDataSize": MTU,
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
        return SWITCH_CLASS if endpoint.at_switch else SYSTEM_CLASS

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


VIEWS = (LanEndpoint, WirelessEndpoint)
