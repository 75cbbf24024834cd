"""Ethernet ports of the host: physical adapters, Wi-Fi, and the host's own adapters on its switches; and the
settings of the switch ports that lead to them."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from emulator.cim.object_path import ObjectPath
from emulator.host import HostNetworkAdapter, VirtualSwitch
from emulator.host.network import virtual_functions
from emulator.host.network.switch_ports import Connected, ExternalPort, Port, external_ports, host_ports
from emulator.wmi.view import View
from emulator.wmi.virtualization_v2.base import PREFIX
from emulator.wmi.virtualization_v2.network import ConnectionSettings
from emulator.wmi.virtualization_v2.refusals import DeviceRefusals
from emulator.wmi.virtualization_v2.switch_port_views import ETHERNET_PORT
from emulator.wmi.virtualization_v2.switches import switch_path

if TYPE_CHECKING:
    from emulator.host import Host
    from emulator.wmi.keys import Keys
    from emulator.wmi.namespace import Namespace

SYSTEM_CLASS = "Msvm_ComputerSystem"


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
    keys = [("CreationClassName", SYSTEM_CLASS), ("Name", namespace.host.name)]
    return str(ObjectPath(SYSTEM_CLASS, keys, namespace=namespace.name, server=namespace.server))


def is_wireless(connected: Connected) -> bool:
    """Whether this is a Wi-Fi adapter of the host."""
    return isinstance(connected, ExternalPort) and connected.adapter.wireless


def physical_ports(host: Host, *, wireless: bool) -> list[ExternalPort]:
    """The physical adapters with a cable, or those for Wi-Fi."""
    return [port for port in external_ports(host) if is_wireless(port) is wireless]


class HostPortView(DeviceRefusals, View[Any]):
    """An Ethernet port of the host."""

    constants = {**ETHERNET_PORT, "EnabledState": 5, "SystemCreationClassName": SYSTEM_CLASS}

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
        return [] if port.adapter.virtual_functions else [virtual_functions.NO_SUPPORT]


VIEWS = (ExternalPortCapabilities, ExternalPortView, HostPortSettings, InternalPortView, WirelessPort)
