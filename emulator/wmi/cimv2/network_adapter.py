"""Win32_NetworkAdapter and Win32_NetworkAdapterConfiguration: the physical adapters and their addresses."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from ipaddress import IPv4Network
from typing import TYPE_CHECKING, Any, NamedTuple

from emulator.host.network_connections import rename_connection
from emulator.wmi.changes import Rule, text
from emulator.wmi.cimv2.base import Win32View

if TYPE_CHECKING:
    from emulator.profile import NetworkAdapter as AdapterFacts
    from emulator.wmi.keys import Keys

#: Interface indexes below this belong to loopback and tunnels.
_FIRST_INTERFACE_INDEX = 12
_CONNECTED, _DISCONNECTED = 2, 7


class Adapter(NamedTuple):
    """A physical adapter and its number, counted from 1 as Windows counts the first physical one."""

    number: int
    facts: AdapterFacts


class _AdapterView(Win32View[Adapter]):
    """Adapters are facts of the profile: only the names of their connections change."""

    def objects(self) -> Iterable[Adapter]:
        return [Adapter(number, facts) for number, facts in enumerate(self.host.hardware.network_adapters, 1)]

    def by_key(self, keys: Keys) -> Adapter | None:
        text = keys.text(self.index[0])
        return next((adapter for adapter in self.objects() if str(adapter.number) == text), None)

    def object_id(self, item: Adapter) -> Hashable:
        return item.number

    def revision(self, item: Adapter) -> Hashable | None:
        return item.facts.name

    def Index(self, adapter: Adapter) -> int:
        return adapter.number

    def InterfaceIndex(self, adapter: Adapter) -> int:
        return _FIRST_INTERFACE_INDEX + adapter.number

    def MACAddress(self, adapter: Adapter) -> str:
        return adapter.facts.mac_address.replace("-", ":")

    def Description(self, adapter: Adapter) -> str:
        return adapter.facts.description

    def Caption(self, adapter: Adapter) -> str:
        return f"[{adapter.number:08d}] {adapter.facts.description}"


class NetworkAdapter(_AdapterView):
    """A physical network adapter."""

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

    def write(self, item: Adapter, settings: dict[str, Any]) -> None:
        rename_connection(self.host, item.facts, settings["name"])

    def refreshed(self, item: Adapter) -> Adapter:
        return Adapter(item.number, self.host.hardware.network_adapters[item.number - 1])

    def DeviceID(self, adapter: Adapter) -> str:
        return str(adapter.number)

    def Name(self, adapter: Adapter) -> str:
        return adapter.facts.description

    def ProductName(self, adapter: Adapter) -> str:
        return adapter.facts.description

    def NetConnectionID(self, adapter: Adapter) -> str:
        return adapter.facts.name

    def NetConnectionStatus(self, adapter: Adapter) -> int:
        return _CONNECTED if adapter.facts.connected else _DISCONNECTED

    def Speed(self, adapter: Adapter) -> int | None:
        return adapter.facts.link_speed if adapter.facts.connected else None

    def SystemName(self, _adapter: Adapter) -> str:
        return self.host.name


class NetworkAdapterConfiguration(_AdapterView):
    """Addresses of a physical adapter."""

    class_name = "Win32_NetworkAdapterConfiguration"
    index = ("Index",)
    constants = {"DatabasePath": "%SystemRoot%\\System32\\drivers\\etc"}

    def IPEnabled(self, adapter: Adapter) -> bool:
        return bool(adapter.facts.ipv4_addresses)

    def DHCPEnabled(self, adapter: Adapter) -> bool:
        return adapter.facts.dhcp

    def IPAddress(self, adapter: Adapter) -> list[str] | None:
        return [str(address) for address in adapter.facts.ipv4_addresses] or None

    def IPSubnet(self, adapter: Adapter) -> list[str] | None:
        mask = str(IPv4Network(f"0.0.0.0/{adapter.facts.prefix_length}").netmask)
        return [mask for _ in adapter.facts.ipv4_addresses] or None

    def DefaultIPGateway(self, adapter: Adapter) -> list[str] | None:
        return None if adapter.facts.gateway is None else [str(adapter.facts.gateway)]

    def DNSServerSearchOrder(self, adapter: Adapter) -> list[str] | None:
        return [str(address) for address in adapter.facts.dns_servers] or None

    def DNSHostName(self, _adapter: Adapter) -> str:
        return self.host.name

    def DNSDomain(self, _adapter: Adapter) -> str | None:
        return self.host.operating_system.domain
