"""IPv6 on the interfaces: the same classes as IPv4's, whose views have the static methods of both."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from ipaddress import IPv6Address
from typing import TYPE_CHECKING, Any

from emulator.host.errors import NotSupported
from emulator.host.network import ipv6, ipv6_configuration
from emulator.host.network.ip_configuration import DEFAULT_METRIC
from emulator.host.network.network_interfaces import LOOPBACK_INDEX, Interface, network_interfaces
from emulator.host.network.route_table import LOOPBACK_NAME, interface_metric
from emulator.wmi.changes import Rule, flag, number, texts
from emulator.wmi.standardcimv2.base import (
    ACTIVE_STORE,
    EMPTY_KEYS,
    IPV6,
    ShownView,
    given_interface,
    number_value,
    text_value,
)
from emulator.wmi.standardcimv2.protocol_links import protocol_links

if TYPE_CHECKING:
    from emulator.cim.instance import ValueInstance
    from emulator.wmi.keys import Keys

_WELL_KNOWN, _LINK = 2, 4
_PREFERRED = 4
_REACHABLE, _PERMANENT = 5, 6
_LOCAL_ROUTE = 2
_DIRECT = 3
_MANUAL = 1
_NET_MANAGEMENT = 3
_INDIRECT = 4
_WHOLE = 128
_NOT_STATIC = "What Windows keeps by itself cannot be changed here."


class _OnInterface(ShownView[Any]):
    """What an interface, or the loopback, has."""

    def InterfaceAlias(self, item: Any) -> str:
        return LOOPBACK_NAME if item.interface is None else item.interface.name

    def InterfaceIndex(self, item: Any) -> int:
        return LOOPBACK_INDEX if item.interface is None else item.interface.interface_index

    def delete(self, item: Any) -> None:
        del item
        raise NotSupported(_NOT_STATIC)


class Address(_OnInterface):
    """An IPv6 address."""

    class_name = "MSFT_NetIPAddress"
    constants: dict[str, Any] = {
        **EMPTY_KEYS,
        "AddressFamily": IPV6,
        "AddressState": _PREFERRED,
        "EnabledState": 2,
        "ProtocolIFType": 4097,
        "Store": ACTIVE_STORE,
        "Type": 1,
    }
    writable = {
        "PrefixLength": Rule("", "prefix_length", number),
        "SkipAsSource": Rule("", "skip_as_source", flag),
    }

    def objects(self) -> Iterator[ipv6.Address]:
        return ipv6.addresses(self.host)

    def find(self, name: str) -> ipv6.Address | None:
        """The address of a Name."""
        return next((each for each in self.objects() if self.Name(each) == name), None)

    def creates(self, values: ValueInstance) -> bool:
        return ":" in (text_value(values, "IPAddress") or "")

    def create(self, values: ValueInstance) -> ipv6.Address:
        return self.made(
            given_interface(self.host, values.value("InterfaceIndex"), values.value("InterfaceAlias")),
            text_value(values, "IPAddress") or "",
            number_value(values, "PrefixLength"),
            None,
            values.value("SkipAsSource") is True,
        )

    def made(
        self, interface: Interface, address: str, length: int | None, gateway: str | None, skip: bool
    ) -> ipv6.Address:
        """Add an address. Raises what the host refuses with."""
        made = ipv6_configuration.add_address(
            # Windows takes a whole address for a network of one.
            self.host,
            interface,
            address,
            _WHOLE if length is None else length,
            gateway or None,
            skip,
        )
        found = self.find(f"{made.address};{interface.interface_index}")
        return found or ipv6.Address(IPv6Address(made.address), interface, made)

    def write(self, item: ipv6.Address, settings: dict[str, Any]) -> None:
        if item.static is None or item.interface is None:
            raise NotSupported(_NOT_STATIC)
        ipv6_configuration.change_address(
            self.host,
            item.interface,
            item.static,
            prefix_length=settings.get("prefix_length"),
            skip_as_source=settings.get("skip_as_source"),
        )

    def refreshed(self, item: ipv6.Address) -> ipv6.Address:
        return self.find(self.Name(item)) or item

    def delete(self, item: ipv6.Address) -> None:
        if item.static is None or item.interface is None:
            raise NotSupported(_NOT_STATIC)
        ipv6_configuration.remove_address(self.host, item.interface, item.static)

    def PrefixOrigin(self, item: ipv6.Address) -> int:
        return _WELL_KNOWN if item.static is None else _MANUAL

    def SkipAsSource(self, item: ipv6.Address) -> bool:
        return item.static is not None and item.static.skip_as_source

    def Name(self, item: ipv6.Address) -> str:
        return f"{item.address};{self.InterfaceIndex(item)}"

    def IPAddress(self, item: ipv6.Address) -> str:
        return item.text

    def Address(self, item: ipv6.Address) -> str:
        return item.text

    def IPv6Address(self, item: ipv6.Address) -> str:
        return item.text

    def PrefixLength(self, item: ipv6.Address) -> int:
        return item.prefix_length

    def SuffixOrigin(self, item: ipv6.Address) -> int:
        if item.static is not None:
            return _MANUAL
        return _WELL_KNOWN if item.interface is None else _LINK


class Protocol(ShownView[Interface]):
    """IPv6 on an interface."""

    class_name = "MSFT_NetIPInterface"
    constants: dict[str, Any] = {
        **EMPTY_KEYS,
        "AddressFamily": IPV6,
        "AdvertiseDefaultRoute": 0,
        "Advertising": 0,
        "CompartmentId": 1,
        "CurrentHopLimit": 0,
        "Dhcp": 1,
        "EcnMarking": 2,
        "IgnoreDefaultRoutes": 0,
        "RouterDiscovery": 1,
        "Store": ACTIVE_STORE,
        "WeakHostReceive": 0,
        "WeakHostSend": 0,
    }

    def objects(self) -> Iterable[Interface]:
        return [each for each in network_interfaces(self.host) if not each.is_bound]

    def Name(self, interface: Interface) -> str:
        return f"{interface.interface_index};{IPV6}"

    def InterfaceAlias(self, interface: Interface) -> str:
        return interface.name

    def InterfaceIndex(self, interface: Interface) -> int:
        return interface.interface_index

    def ConnectionState(self, interface: Interface) -> int:
        return int(interface.connected)

    def AutomaticMetric(self, interface: Interface) -> int:
        return int(interface.settings.metric is None)

    def InterfaceMetric(self, interface: Interface) -> int:
        return interface_metric(interface)

    def NlMtu(self, interface: Interface) -> int:
        return interface.settings.mtu

    def Forwarding(self, _interface: Interface) -> int:
        return 0


class Route(_OnInterface):
    """An IPv6 route."""

    class_name = "MSFT_NetRoute"
    constants: dict[str, Any] = {
        "AddressFamily": IPV6,
        "CompartmentId": 1,
        "Publish": 0,
        "State": 1,
        "Store": ACTIVE_STORE,
    }
    writable = {"RouteMetric": Rule("", "metric", number)}

    def objects(self) -> Iterator[ipv6.Route]:
        return ipv6.routes(self.host)

    def find(self, identifier: str) -> ipv6.Route | None:
        """The route of an InstanceID."""
        return next((each for each in self.objects() if self.InstanceID(each) == identifier), None)

    def creates(self, values: ValueInstance) -> bool:
        return ":" in (text_value(values, "DestinationPrefix") or "")

    def create(self, values: ValueInstance) -> ipv6.Route:
        return self.made(
            given_interface(self.host, values.value("InterfaceIndex"), values.value("InterfaceAlias")),
            text_value(values, "DestinationPrefix") or "",
            text_value(values, "NextHop"),
            number_value(values, "RouteMetric"),
        )

    def made(
        self, interface: Interface, destination: str, next_hop: str | None, metric: int | None
    ) -> ipv6.Route:
        """Add a route. Raises what the host refuses with."""
        hop = next_hop or ipv6.ON_LINK
        wanted = DEFAULT_METRIC if metric is None else metric
        made = ipv6_configuration.add_route(self.host, interface, destination, hop, wanted)
        entry = ipv6.Route(made.destination, interface, made)
        return self.find(self.InstanceID(entry)) or entry

    def write(self, item: ipv6.Route, settings: dict[str, Any]) -> None:
        if item.static is None or item.interface is None:
            raise NotSupported(_NOT_STATIC)
        ipv6_configuration.change_route(self.host, item.interface, item.static, settings["metric"])

    def refreshed(self, item: ipv6.Route) -> ipv6.Route:
        return self.find(self.InstanceID(item)) or item

    def delete(self, item: ipv6.Route) -> None:
        if item.static is None or item.interface is None:
            raise NotSupported(_NOT_STATIC)
        ipv6_configuration.remove_route(self.host, item.interface, item.static)

    def NextHop(self, item: ipv6.Route) -> str:
        return item.next_hop

    def RouteMetric(self, item: ipv6.Route) -> int:
        return item.metric

    def Protocol(self, item: ipv6.Route) -> int:
        return _LOCAL_ROUTE if item.static is None else _NET_MANAGEMENT

    def TypeOfRoute(self, item: ipv6.Route) -> int:
        return _DIRECT if item.next_hop == ipv6.ON_LINK else _INDIRECT

    def InstanceID(self, item: ipv6.Route) -> str:
        return f"{item.destination};{item.next_hop};{self.InterfaceIndex(item)}"

    def DestinationPrefix(self, item: ipv6.Route) -> str:
        return str(item.destination)

    def InterfaceMetric(self, item: ipv6.Route) -> int:
        return interface_metric(item.interface)


class Neighbor(_OnInterface):
    """An IPv6 neighbour."""

    class_name = "MSFT_NetNeighbor"
    constants: dict[str, Any] = {**EMPTY_KEYS, "AddressFamily": IPV6, "Store": ACTIVE_STORE}

    def objects(self) -> Iterator[ipv6.Neighbour]:
        return ipv6.neighbours(self.host)

    def by_key(self, keys: Keys) -> ipv6.Neighbour | None:
        wanted = keys.text("Name")
        return next((each for each in self.objects() if self.Name(each) == wanted), None)

    def object_id(self, item: ipv6.Neighbour) -> Hashable:
        return (item.address, item.interface.guid)

    def Name(self, item: ipv6.Neighbour) -> str:
        return f"{item.address};{item.interface.interface_index}"

    def IPAddress(self, item: ipv6.Neighbour) -> str:
        return item.address

    def LinkLayerAddress(self, item: ipv6.Neighbour) -> str:
        return item.link_address

    def State(self, item: ipv6.Neighbour) -> int:
        return _PERMANENT if item.is_fixed else _REACHABLE


class NameServers(ShownView[Interface]):
    """The IPv6 DNS servers of an interface: those that were set, since no router announces any."""

    class_name = "MSFT_DNSClientServerAddress"
    constants: dict[str, Any] = {**EMPTY_KEYS, "AddressFamily": IPV6}
    writable = {"ServerAddresses": Rule("", "servers", texts)}

    def objects(self) -> Iterable[Interface]:
        return network_interfaces(self.host)

    def write(self, item: Interface, settings: dict[str, Any]) -> None:
        ipv6_configuration.set_dns_servers(self.host, item, settings["servers"])

    def refreshed(self, item: Interface) -> Interface:
        return network_interfaces(self.host)[item.number - 1]

    def ServerAddresses(self, interface: Interface) -> list[str]:
        return list(interface.settings.ipv6.dns_servers)

    def Name(self, interface: Interface) -> str:
        return f"{interface.interface_index};{IPV6}"

    def ElementName(self, interface: Interface) -> str:
        return interface.name

    def InterfaceAlias(self, interface: Interface) -> str:
        return interface.name

    def InterfaceIndex(self, interface: Interface) -> int:
        return interface.interface_index


VIEWS = (Address, NameServers, Neighbor, Protocol, Route)
LINKS = protocol_links(Protocol, {"IPAddress": Address, "Neighbor": Neighbor, "Route": Route})
