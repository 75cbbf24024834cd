"""The DNS client: servers and suffixes of the interfaces, and what holds for all of them."""

from __future__ import annotations

from typing import Any

from emulator.host.network.network_interfaces import Interface, network_interfaces
from emulator.wmi import errors
from emulator.wmi.changes import Rule, flag, text, texts
from emulator.wmi.method import Arguments, MethodResult
from emulator.wmi.standardcimv2.base import EMPTY_KEYS, IPV4, ShownView
from emulator.wmi.standardcimv2.interfaces import InterfaceView
from emulator.wmi.view import wmi_method


class _NamedInterface(InterfaceView):
    def refreshed(self, item: Interface) -> Interface:
        return network_interfaces(self.host)[item.number - 1]

    def ElementName(self, interface: Interface) -> str:
        return interface.name

    def InterfaceAlias(self, interface: Interface) -> str:
        return interface.name

    def InterfaceIndex(self, interface: Interface) -> int:
        return interface.interface_index


class DnsClientServerAddress(_NamedInterface):
    """The IPv4 DNS servers of an interface; a Put without any gives those of DHCP back."""

    class_name = "MSFT_DNSClientServerAddress"
    constants: dict[str, Any] = {**EMPTY_KEYS, "AddressFamily": IPV4}
    writable = {"ServerAddresses": Rule("", "servers", texts)}

    def write(self, item: Interface, settings: dict[str, Any]) -> None:
        self.host.ip_configuration.set_dns_servers(item, settings["servers"])

    def Name(self, interface: Interface) -> str:
        return f"{interface.interface_index};{IPV4}"

    def ServerAddresses(self, interface: Interface) -> list[str]:
        return list(interface.dns_servers)


class DnsClient(_NamedInterface):
    """Suffix and registration of an interface."""

    class_name = "MSFT_DNSClient"
    constants: dict[str, Any] = {
        **EMPTY_KEYS,
        "ConnectionSpecificSuffixSearchList": [],
        "UseSuffixWhenRegistering": False,
    }
    writable = {
        "ConnectionSpecificSuffix": Rule("", "dns_suffix", text),
        "RegisterThisConnectionsAddress": Rule("", "registers_addresses", flag),
    }

    def write(self, item: Interface, settings: dict[str, Any]) -> None:
        self.host.ip_configuration.configure(item, **settings)

    def Name(self, interface: Interface) -> str:
        return str(interface.interface_index)

    def Hostname(self, _interface: Interface) -> str:
        return self.host.name

    def ConnectionSpecificSuffix(self, interface: Interface) -> str:
        return interface.settings.dns_suffix

    def RegisterThisConnectionsAddress(self, interface: Interface) -> bool:
        return interface.settings.registers_addresses


class DnsGlobal(ShownView[None]):
    """The suffixes that are tried."""

    class_name = "MSFT_DNSClientGlobalSetting"
    constants: dict[str, Any] = {
        "DevolutionLevel": 0,
        "InstanceID": "",
        "UseDevolution": True,
        "UseSuffixSearchList": True,
    }
    writable = {"SuffixSearchList": Rule("", "suffixes", texts)}

    def objects(self) -> list[None]:
        return [None]

    def write(self, item: None, settings: dict[str, Any]) -> None:  # noqa: ARG002  there is one
        self.host.ip_configuration.set_suffixes(settings["suffixes"])

    def SuffixSearchList(self, _item: None) -> list[str]:
        return list(self.host.ip_configuration.suffixes)


class DnsCache(ShownView[None]):
    """Names that were looked up: none, since nothing is."""

    class_name = "MSFT_DNSClientCache"

    @wmi_method
    def Clear(self, _item: None, arguments: Arguments) -> MethodResult:
        """Forget all names."""
        return arguments.result(errors.COMPLETED)


VIEWS = (DnsCache, DnsClient, DnsClientServerAddress, DnsGlobal)
