"""Win32_NetworkAdapter and Win32_NetworkAdapterConfiguration: the host's adapters and their addresses."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

from emulator.host import NotSupported
from emulator.host.network.ip_configuration import ANYWHERE
from emulator.host.network.ipv6 import link_local
from emulator.host.network.leases import lease_of
from emulator.host.network.network_connections import rename_connection
from emulator.host.network.network_interfaces import Interface, network_interfaces
from emulator.host.network.route_table import interface_metric, routes
from emulator.host.windows.plug_and_play import interface_identifier, interface_service
from emulator.wmi.changes import Rule, text
from emulator.wmi.cimv2.base import Win32RowView, Win32View
from emulator.wmi.cimv2.ip_methods import IpMethods
from emulator.wmi.rows import Row
from emulator.wmi.view import wmi_method

if TYPE_CHECKING:
    from emulator.host.errors import HostError
    from emulator.wmi.keys import Keys
    from emulator.wmi.method import Arguments, MethodResult

_DISABLED, _CONNECTED, _DISCONNECTED = 0, 2, 7
#: ConfigManagerErrorCode of a device that is switched off.
_DEVICE_DISABLED = 22
_DONE = 0


class _AdapterView(Win32View[Interface]):
    """Physical adapters, then those of the host on its virtual switches; counted from 1 as Windows does."""

    def objects(self) -> Iterable[Interface]:
        return network_interfaces(self.host)

    def by_key(self, keys: Keys) -> Interface | None:
        text = keys.text(self.index[0])
        return next((each for each in self.objects() if str(each.number) == text), None)

    def object_id(self, item: Interface) -> Hashable:
        return item.number

    def revision(self, item: Interface) -> Hashable | None:
        return (item.name, item.guid, item.settings, item.has_cable, item.link_speed, item.is_bound)

    def Index(self, adapter: Interface) -> int:
        return adapter.number

    def InterfaceIndex(self, adapter: Interface) -> int:
        return adapter.interface_index

    def MACAddress(self, adapter: Interface) -> str:
        return adapter.mac_address.replace("-", ":")

    def Description(self, adapter: Interface) -> str:
        return adapter.description

    def Caption(self, adapter: Interface) -> str:
        return f"[{adapter.number:08d}] {adapter.description}"


class NetworkAdapter(_AdapterView):
    """A network adapter."""

    class_name = "Win32_NetworkAdapter"
    index = ("DeviceID",)
    constants = {
        "AdapterType": "Ethernet 802.3",
        "AdapterTypeId": 0,
        "Availability": 3,
        "ConfigManagerUserConfig": False,
        "CreationClassName": "Win32_NetworkAdapter",
        "Installed": True,
        "MaxNumberControlled": 0,
        "PhysicalAdapter": True,
        "PowerManagementSupported": False,
        "SystemCreationClassName": "Win32_ComputerSystem",
    }

    writable = {"NetConnectionID": Rule("", "name", text)}

    def write(self, item: Interface, settings: dict[str, Any]) -> None:
        if item.team is not None:
            self.host.adapter_teams.rename_interface(item.team, settings["name"])
        elif item.physical is not None:
            rename_connection(self.host, item.physical, settings["name"])
        else:
            raise NotSupported("The connection of a virtual adapter cannot be renamed here.")

    def refreshed(self, item: Interface) -> Interface:
        return network_interfaces(self.host)[item.number - 1]

    def GUID(self, adapter: Interface) -> str:
        return f"{{{adapter.guid}}}"

    def DeviceID(self, adapter: Interface) -> str:
        return str(adapter.number)

    def Name(self, adapter: Interface) -> str:
        return adapter.description

    def PNPDeviceID(self, adapter: Interface) -> str:
        return interface_identifier(self.host, adapter)

    def ServiceName(self, adapter: Interface) -> str:
        return interface_service(adapter)

    def ProductName(self, adapter: Interface) -> str:
        return adapter.description

    def NetConnectionID(self, adapter: Interface) -> str:
        return adapter.name

    def NetConnectionStatus(self, adapter: Interface) -> int:
        if not adapter.enabled:
            return _DISABLED
        return _CONNECTED if adapter.connected else _DISCONNECTED

    def NetEnabled(self, adapter: Interface) -> bool:
        return adapter.connected

    def ConfigManagerErrorCode(self, adapter: Interface) -> int:
        return 0 if adapter.enabled else _DEVICE_DISABLED

    def return_value(self, error: HostError) -> int:
        """Return values of these methods are Windows' own error numbers."""
        return error.hresult & 0xFFFF

    @wmi_method
    def Enable(self, adapter: Interface, arguments: Arguments) -> MethodResult:
        """Switch the adapter on."""
        self.host.ip_configuration.configure(adapter, enabled=True)
        return arguments.result(_DONE)

    @wmi_method
    def Disable(self, adapter: Interface, arguments: Arguments) -> MethodResult:
        """Switch the adapter off."""
        self.host.ip_configuration.configure(adapter, enabled=False)
        return arguments.result(_DONE)

    def Speed(self, adapter: Interface) -> int | None:
        return adapter.link_speed if adapter.connected else None

    def SystemName(self, _adapter: Interface) -> str:
        return self.host.name


class NetworkAdapterConfiguration(_AdapterView, IpMethods):
    """Addresses of an adapter."""

    class_name = "Win32_NetworkAdapterConfiguration"
    index = ("Index",)
    constants = {"DatabasePath": "%SystemRoot%\\System32\\drivers\\etc"}

    def revision(self, item: Interface) -> Hashable | None:
        return (super().revision(item), lease_of(self.host, item))

    def SettingID(self, adapter: Interface) -> str:
        return f"{{{adapter.guid}}}"

    def IPEnabled(self, adapter: Interface) -> bool:
        return bool(adapter.addresses)

    def DHCPEnabled(self, adapter: Interface) -> bool:
        return adapter.dhcp

    def IPAddress(self, adapter: Interface) -> list[str] | None:
        own = link_local(adapter)
        found = [*map(str, adapter.addresses), *([] if own is None else [str(own)])]
        return found if adapter.addresses else None

    def IPSubnet(self, adapter: Interface) -> list[str] | None:
        masks = [str(each.network.netmask) for each in adapter.assigned]
        return [*masks, *([] if link_local(adapter) is None else ["64"])] if masks else None

    def DefaultIPGateway(self, adapter: Interface) -> list[str] | None:
        return list(adapter.settings.gateways) if adapter.gateway is not None else None

    def GatewayCostMetric(self, adapter: Interface) -> list[int] | None:
        return [each.metric for each in adapter.routes if each.destination == ANYWHERE] or None

    def IPConnectionMetric(self, adapter: Interface) -> int | None:
        return interface_metric(adapter) if adapter.addresses else None

    def TcpipNetbiosOptions(self, adapter: Interface) -> int | None:
        return adapter.settings.netbios if adapter.addresses else None

    def FullDNSRegistrationEnabled(self, adapter: Interface) -> bool | None:
        return adapter.settings.registers_addresses if adapter.addresses else None

    def DomainDNSRegistrationEnabled(self, adapter: Interface) -> bool | None:
        return False if adapter.addresses else None

    def DNSDomainSuffixSearchOrder(self, _adapter: Interface) -> list[str] | None:
        own = [self.host.operating_system.domain] if self.host.operating_system.domain else []
        return list(self.host.ip_configuration.suffixes) or own or None

    def ServiceName(self, adapter: Interface) -> str:
        if adapter.team is not None:
            return interface_service(adapter)
        return "VMSNPXYMP" if adapter.virtual is not None else "ndis"

    def DHCPServer(self, adapter: Interface) -> str | None:
        lease = lease_of(self.host, adapter)
        return None if lease is None else lease.server

    def DHCPLeaseObtained(self, adapter: Interface) -> datetime | None:
        lease = lease_of(self.host, adapter)
        return None if lease is None else self.local_time(lease.obtained)

    def DHCPLeaseExpires(self, adapter: Interface) -> datetime | None:
        lease = lease_of(self.host, adapter)
        return None if lease is None else self.local_time(lease.expires)

    def DNSServerSearchOrder(self, adapter: Interface) -> list[str] | None:
        return [str(address) for address in adapter.dns_servers] or None

    def DNSHostName(self, _adapter: Interface) -> str:
        return self.host.name

    def DNSDomain(self, adapter: Interface) -> str | None:
        return adapter.settings.dns_suffix or self.host.operating_system.domain


class RouteTable(Win32RowView):
    """The IPv4 routes."""

    class_name = "Win32_IP4RouteTable"
    constants = {"Age": 0, "Information": "0.0", "Metric2": -1, "Metric3": -1, "Metric4": -1, "Metric5": -1}

    def rows(self) -> Iterator[Row]:
        for entry in routes(self.host):
            destination, mask = str(entry.destination.network_address), str(entry.destination.netmask)
            identity = (destination, mask, entry.next_hop, entry.interface_index)
            yield Row(
                identity,
                {
                    "Caption": destination,
                    "Description": f"{destination} - {mask} - {entry.next_hop}",
                    "Destination": destination,
                    "InterfaceIndex": entry.interface_index,
                    "Mask": mask,
                    "Metric1": entry.metric + interface_metric(entry.interface),
                    "Name": destination,
                    "NextHop": entry.next_hop,
                    "Protocol": 2 if entry.route is None else 3,
                    "Type": 3 if entry.is_direct else 4,
                },
            )


VIEWS = (NetworkAdapter, NetworkAdapterConfiguration, RouteTable)
