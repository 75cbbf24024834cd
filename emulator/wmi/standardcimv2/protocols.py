"""IP on the interfaces: addresses, interfaces of the protocol, routes, DNS servers, listening ports."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from ipaddress import IPv4Network
from typing import Any, NamedTuple

from emulator.host.network_interfaces import LOOPBACK_INDEX, Interface, network_interfaces
from emulator.wmi.standardcimv2.interfaces import InterfaceView
from emulator.wmi.view import View

_IPV4 = 2
_ACTIVE_STORE = 1
_MANUAL, _WELL_KNOWN, _DHCP, _LINK = 1, 2, 3, 4
_LISTEN = 2
_PROCESS_SYSTEM = 4
_LOOPBACK = "Loopback Pseudo-Interface 1"
_ANY_ADDRESS = "0.0.0.0"


class Address(NamedTuple):
    """An address of an interface; of the loopback without one."""

    address: str
    prefix_length: int
    interface: Interface | None

    @property
    def alias(self) -> str:
        """Name of the interface."""
        return _LOOPBACK if self.interface is None else self.interface.name

    @property
    def interface_index(self) -> int:
        """InterfaceIndex."""
        return LOOPBACK_INDEX if self.interface is None else self.interface.interface_index


class _Shown(View[Any]):
    """What is made anew at every look: no revision covers it, and a value is its own identity."""

    def object_id(self, item: Any) -> Hashable:
        return tuple(self.read(item, name) for name in self.declaration.keys)

    def revision(self, item: Any) -> Hashable | None:  # noqa: ARG002  values, not objects
        return None


class NetIPAddress(_Shown):
    """An IPv4 address."""

    class_name = "MSFT_NetIPAddress"
    constants: dict[str, Any] = {
        "AddressFamily": _IPV4,
        "AddressState": 4,
        "EnabledState": 2,
        "ProtocolIFType": 4096,
        "SkipAsSource": False,
        "Store": _ACTIVE_STORE,
        "Type": 1,
        # The keys but Name are empty, as Windows leaves them.
        "CreationClassName": "",
        "SystemCreationClassName": "",
        "SystemName": "",
    }

    def objects(self) -> Iterator[Address]:
        for interface in network_interfaces(self.host):
            for address in interface.addresses:
                yield Address(address, interface.prefix_length, interface)
        yield Address("127.0.0.1", 8, None)

    def Name(self, address: Address) -> str:
        return f"{address.address};{address.interface_index}"

    def IPAddress(self, address: Address) -> str:
        return address.address

    def IPv4Address(self, address: Address) -> str:
        return address.address

    def PrefixLength(self, address: Address) -> int:
        return address.prefix_length

    def InterfaceAlias(self, address: Address) -> str:
        return address.alias

    def InterfaceIndex(self, address: Address) -> int:
        return address.interface_index

    def PrefixOrigin(self, address: Address) -> int:
        if address.interface is None:
            return _WELL_KNOWN
        return _origin(address.interface)

    def SuffixOrigin(self, address: Address) -> int:
        return self.PrefixOrigin(address)


def _origin(interface: Interface) -> int:
    if interface.network is not None and interface.network.is_link_local:
        return _LINK
    return _DHCP if interface.dhcp else _MANUAL


class NetIPInterface(_Shown):
    """IPv4 on an interface."""

    class_name = "MSFT_NetIPInterface"
    constants: dict[str, Any] = {
        "AddressFamily": _IPV4,
        "AutomaticMetric": 1,
        "CompartmentId": 1,
        "CreationClassName": "",
        "CurrentHopLimit": 0,
        "Forwarding": 0,
        "InterfaceMetric": 25,
        "NlMtu": 1500,
        "Store": _ACTIVE_STORE,
        "SystemCreationClassName": "",
        "SystemName": "",
        "WeakHostReceive": 0,
        "WeakHostSend": 0,
    }

    def objects(self) -> Iterable[Interface]:
        return [each for each in network_interfaces(self.host) if not each.is_bound]

    def Name(self, interface: Interface) -> str:
        return f"{interface.interface_index};{_IPV4}"

    def InterfaceAlias(self, interface: Interface) -> str:
        return interface.name

    def InterfaceIndex(self, interface: Interface) -> int:
        return interface.interface_index

    def Dhcp(self, interface: Interface) -> int:
        return int(interface.dhcp)

    def ConnectionState(self, interface: Interface) -> int:
        return int(interface.connected)


class Route(NamedTuple):
    """A route of an interface; ``next_hop`` is 0.0.0.0 on the directly reached network."""

    destination: IPv4Network
    next_hop: str
    interface: Interface


class NetRoute(_Shown):
    """An IPv4 route."""

    class_name = "MSFT_NetRoute"
    constants = {
        "AddressFamily": _IPV4,
        "CompartmentId": 1,
        "InterfaceMetric": 25,
        "Publish": 0,
        "RouteMetric": 256,
        "State": 1,
        "Store": _ACTIVE_STORE,
    }

    def objects(self) -> Iterator[Route]:
        for interface in network_interfaces(self.host):
            if interface.network is not None:
                yield Route(interface.network, _ANY_ADDRESS, interface)
            if interface.gateway is not None:
                yield Route(IPv4Network("0.0.0.0/0"), interface.gateway, interface)

    def InstanceID(self, route: Route) -> str:
        return f"{route.destination};{route.next_hop};{route.interface.interface_index}"

    def DestinationPrefix(self, route: Route) -> str:
        return str(route.destination)

    def NextHop(self, route: Route) -> str:
        return route.next_hop

    def InterfaceAlias(self, route: Route) -> str:
        return route.interface.name

    def InterfaceIndex(self, route: Route) -> int:
        return route.interface.interface_index

    def TypeOfRoute(self, route: Route) -> int:
        return 3 if route.next_hop == _ANY_ADDRESS else 4

    def Protocol(self, route: Route) -> int:
        return 2 if route.next_hop == _ANY_ADDRESS else 3


class DnsClientServerAddress(InterfaceView):
    """The IPv4 DNS servers of an interface."""

    class_name = "MSFT_DNSClientServerAddress"
    constants = {
        "AddressFamily": _IPV4,
        "CreationClassName": "",
        "SystemCreationClassName": "",
        "SystemName": "",
    }

    def Name(self, interface: Interface) -> str:
        return f"{interface.interface_index};{_IPV4}"

    def ElementName(self, interface: Interface) -> str:
        return interface.name

    def InterfaceAlias(self, interface: Interface) -> str:
        return interface.name

    def InterfaceIndex(self, interface: Interface) -> int:
        return interface.interface_index

    def ServerAddresses(self, interface: Interface) -> list[str]:
        return list(interface.dns_servers)


class Listening(NamedTuple):
    """A port on which the machine listens."""

    address: str
    port: int


class NetTCPConnection(_Shown):
    """The listening ports of Windows Remote Management; no other connection is shown."""

    class_name = "MSFT_NetTCPConnection"
    constants = {
        "AppliedSetting": 0,
        "OffloadState": 0,
        "OwningProcess": _PROCESS_SYSTEM,
        "RemoteAddress": "::",
        "RemotePort": 0,
        "State": _LISTEN,
    }

    def objects(self) -> Iterable[Listening]:
        found = {
            Listening("::" if listener.address == "*" else listener.address, listener.port)
            for listener in self.host.winrm.listeners
        }
        return sorted(found)

    def InstanceID(self, end: Listening) -> str:
        return f"{end.address}++{end.port}++::++0"

    def LocalAddress(self, end: Listening) -> str:
        return end.address

    def LocalPort(self, end: Listening) -> int:
        return end.port


VIEWS = (
    DnsClientServerAddress,
    NetIPAddress,
    NetIPInterface,
    NetRoute,
    NetTCPConnection,
)
