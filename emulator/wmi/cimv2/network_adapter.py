"""Win32_NetworkAdapter and Win32_NetworkAdapterConfiguration: the host's adapters and their addresses."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from ipaddress import IPv4Network
from typing import TYPE_CHECKING, Any

from emulator.host import NotSupported
from emulator.host.network_connections import rename_connection
from emulator.host.network_interfaces import Interface, network_interfaces
from emulator.wmi.changes import Rule, text
from emulator.wmi.cimv2.base import Win32View

if TYPE_CHECKING:
    from emulator.wmi.keys import Keys

_CONNECTED, _DISCONNECTED = 2, 7


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
        return (item.name, item.guid, item.addresses, item.link_speed, item.is_bound)

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
        "ConfigManagerErrorCode": 0,
        "ConfigManagerUserConfig": False,
        "CreationClassName": "Win32_NetworkAdapter",
        "Installed": True,
        "MaxNumberControlled": 0,
        "NetEnabled": True,
        "PhysicalAdapter": True,
        "PowerManagementSupported": False,
        "SystemCreationClassName": "Win32_ComputerSystem",
    }

    writable = {"NetConnectionID": Rule("", "name", text)}

    def write(self, item: Interface, settings: dict[str, Any]) -> None:
        if item.physical is None:
            raise NotSupported("The connection of a virtual adapter cannot be renamed here.")
        rename_connection(self.host, item.physical, settings["name"])

    def refreshed(self, item: Interface) -> Interface:
        return network_interfaces(self.host)[item.number - 1]

    def GUID(self, adapter: Interface) -> str:
        return f"{{{adapter.guid}}}"

    def DeviceID(self, adapter: Interface) -> str:
        return str(adapter.number)

    def Name(self, adapter: Interface) -> str:
        return adapter.description

    def ProductName(self, adapter: Interface) -> str:
        return adapter.description

    def NetConnectionID(self, adapter: Interface) -> str:
        return adapter.name

    def NetConnectionStatus(self, adapter: Interface) -> int:
        return _CONNECTED if adapter.connected else _DISCONNECTED

    def Speed(self, adapter: Interface) -> int | None:
        return adapter.link_speed if adapter.connected else None

    def SystemName(self, _adapter: Interface) -> str:
        return self.host.name


class NetworkAdapterConfiguration(_AdapterView):
    """Addresses of an adapter."""

    class_name = "Win32_NetworkAdapterConfiguration"
    index = ("Index",)
    constants = {"DatabasePath": "%SystemRoot%\\System32\\drivers\\etc"}

    def SettingID(self, adapter: Interface) -> str:
        return f"{{{adapter.guid}}}"

    def IPEnabled(self, adapter: Interface) -> bool:
        return bool(adapter.addresses)

    def DHCPEnabled(self, adapter: Interface) -> bool:
        return adapter.dhcp

    def IPAddress(self, adapter: Interface) -> list[str] | None:
        return [str(address) for address in adapter.addresses] or None

    def IPSubnet(self, adapter: Interface) -> list[str] | None:
        mask = str(IPv4Network(f"0.0.0.0/{adapter.prefix_length}").netmask)
        return [mask for _ in adapter.addresses] or None

    def DefaultIPGateway(self, adapter: Interface) -> list[str] | None:
        return None if adapter.gateway is None else [str(adapter.gateway)]

    def DNSServerSearchOrder(self, adapter: Interface) -> list[str] | None:
        return [str(address) for address in adapter.dns_servers] or None

    def DNSHostName(self, _adapter: Interface) -> str:
        return self.host.name

    def DNSDomain(self, _adapter: Interface) -> str | None:
        return self.host.operating_system.domain
