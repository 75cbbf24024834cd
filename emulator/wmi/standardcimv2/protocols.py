"""IP on the interfaces: addresses, interfaces of the protocol, routes and neighbours."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from ipaddress import IPv4Address, IPv4Network
from typing import TYPE_CHECKING, Any, NamedTuple

from emulator.cim.instance import ValueInstance
from emulator.host.errors import InvalidParameter, NotSupported
from emulator.host.network.ip_configuration import DEFAULT_METRIC, AssignedAddress, ipv4
from emulator.host.network.ipv6 import best_route as best_ipv6_route
from emulator.host.network.ipv6_settings import number_of
from emulator.host.network.network_interfaces import LOOPBACK_INDEX, Interface, network_interfaces
from emulator.host.network.route_table import (
    LOOPBACK_NAME,
    RouteEntry,
    best_route,
    interface_metric,
    routes,
)
from emulator.wmi import errors
from emulator.wmi.changes import Rule, flag, number
from emulator.wmi.mi_method import mi_method
from emulator.wmi.standardcimv2 import ipv6
from emulator.wmi.standardcimv2.base import (
    ACTIVE_STORE,
    EMPTY_KEYS,
    IPV4,
    IPV6,
    ShownView,
    given_interface,
    number_value,
    text_value,
)
from emulator.wmi.standardcimv2.protocol_links import protocol_links

if TYPE_CHECKING:
    from emulator.wmi.keys import Keys
    from emulator.wmi.method import Arguments, MethodResult

_MANUAL, _WELL_KNOWN, _DHCP, _LINK = 1, 2, 3, 4
_ENABLED, _DISABLED = 1, 0
_PREFERRED = 4
_NOT_STATIC = "What Windows keeps by itself cannot be changed here."


class HostAddress(NamedTuple):
    """An address of an interface; of the loopback without one."""

    assigned: AssignedAddress
    interface: Interface | None

    @property
    def alias(self) -> str:
        """Name of the interface."""
        return LOOPBACK_NAME if self.interface is None else self.interface.name

    @property
    def interface_index(self) -> int:
        """InterfaceIndex."""
        return LOOPBACK_INDEX if self.interface is None else self.interface.interface_index


def _own(interface: Interface | None) -> Interface:
    if interface is None:
        raise NotSupported(_NOT_STATIC)
    return interface


def _is_ipv6(text: str | None, family: int | None) -> bool:
    """Whether an address or prefix is one of IPv6. Raises InvalidParameter when the family says otherwise."""
    found = ":" in (text or "")
    if family not in (None, IPV6 if found else IPV4):
        raise InvalidParameter(f"The address family {family} is not that of the address.")
    return found


class NetIPAddress(ShownView[HostAddress]):
    """An IPv4 address."""

    class_name = "MSFT_NetIPAddress"
    constants: dict[str, Any] = {
        **EMPTY_KEYS,
        "AddressFamily": IPV4,
        "AddressState": _PREFERRED,
        "EnabledState": 2,
        "ProtocolIFType": 4096,
        "Store": ACTIVE_STORE,
        "Type": 1,
    }
    writable = {
        "PrefixLength": Rule("", "prefix_length", number),
        "SkipAsSource": Rule("", "skip_as_source", flag),
    }

    def objects(self) -> Iterator[HostAddress]:
        for interface in network_interfaces(self.host):
            for assigned in interface.assigned:
                yield HostAddress(assigned, interface)
        yield HostAddress(AssignedAddress("127.0.0.1", 8), None)

    def find(self, name: str) -> HostAddress | None:
        """The address of a Name."""
        return next((each for each in self.objects() if self.Name(each) == name), None)

    def write(self, item: HostAddress, settings: dict[str, Any]) -> None:
        self.host.ip_configuration.change_address(
            _own(item.interface),
            item.assigned.address,
            prefix_length=settings.get("prefix_length"),
            skip_as_source=settings.get("skip_as_source"),
        )

    def refreshed(self, item: HostAddress) -> HostAddress:
        return self.find(self.Name(item)) or item

    def creates(self, values: ValueInstance) -> bool:
        return ":" not in (text_value(values, "IPAddress") or "")

    def create(self, values: ValueInstance) -> HostAddress:
        return self.made(
            given_interface(self.host, values.value("InterfaceIndex"), values.value("InterfaceAlias")),
            text_value(values, "IPAddress"),
            number_value(values, "PrefixLength"),
            None,
            values.value("SkipAsSource") is True,
        )

    def delete(self, item: HostAddress) -> None:
        self.host.ip_configuration.remove_address(_own(item.interface), item.assigned.address)

    @mi_method
    def Create(self, _item: None, arguments: Arguments) -> MethodResult:
        """Give an interface an address, and a default gateway (New-NetIPAddress)."""
        text = arguments.text("IPAddress")
        interface = given_interface(
            self.host, arguments.get("InterfaceIndex"), arguments.get("InterfaceAlias")
        )
        rest = (
            arguments.integer("PrefixLength"),
            arguments.text("DefaultGateway"),
            arguments.truth("SkipAsSource") is True,
        )
        if text and _is_ipv6(text, arguments.integer("AddressFamily")):
            view = self.namespace.view(ipv6.Address)
            shown = view.instance(view.made(interface, text, *rest))
            return arguments.result(errors.COMPLETED, CmdletOutput=[shown])
        made = self.made(interface, text, *rest)
        return arguments.result(errors.COMPLETED, CmdletOutput=[self.instance(made)])

    def made(
        self, interface: Interface, address: str | None, length: int | None, gateway: str | None, skip: bool
    ) -> HostAddress:
        """Add an address. Raises what the host refuses with."""
        if not address:
            raise InvalidParameter("IPAddress is missing.")
        # Windows takes a whole address for a network of one.
        made = self.host.ip_configuration.add_address(
            interface, address, 32 if length is None else length, gateway or None, skip
        )
        found = self.find(f"{made.address};{interface.interface_index}")
        return found or HostAddress(made, interface)

    def Name(self, address: HostAddress) -> str:
        return f"{address.assigned.address};{address.interface_index}"

    def IPAddress(self, address: HostAddress) -> str:
        return address.assigned.address

    def Address(self, address: HostAddress) -> str:
        return address.assigned.address

    def IPv4Address(self, address: HostAddress) -> str:
        return address.assigned.address

    def SubnetMask(self, address: HostAddress) -> str:
        return str(address.assigned.network.netmask)

    def PrefixLength(self, address: HostAddress) -> int:
        return address.assigned.prefix_length

    def SkipAsSource(self, address: HostAddress) -> bool:
        return address.assigned.skip_as_source

    def InterfaceAlias(self, address: HostAddress) -> str:
        return address.alias

    def InterfaceIndex(self, address: HostAddress) -> int:
        return address.interface_index

    def PrefixOrigin(self, address: HostAddress) -> int:
        if address.interface is None:
            return _WELL_KNOWN
        return _origin(address.interface)

    def SuffixOrigin(self, address: HostAddress) -> int:
        found = self.PrefixOrigin(address)
        return _LINK if found == _WELL_KNOWN and address.interface is not None else found


def _origin(interface: Interface) -> int:
    if interface.network is not None and interface.network.is_link_local:
        return _WELL_KNOWN
    return _DHCP if interface.dhcp else _MANUAL


class NetIPInterface(ShownView[Interface]):
    """IPv4 on an interface; one that a virtual switch has taken shows none."""

    class_name = "MSFT_NetIPInterface"
    constants: dict[str, Any] = {
        **EMPTY_KEYS,
        "AddressFamily": IPV4,
        "AdvertiseDefaultRoute": _DISABLED,
        "Advertising": _DISABLED,
        "CompartmentId": 1,
        "CurrentHopLimit": 0,
        "EcnMarking": 2,
        "IgnoreDefaultRoutes": _DISABLED,
        "Store": ACTIVE_STORE,
        "WeakHostReceive": _DISABLED,
        "WeakHostSend": _DISABLED,
    }
    writable = {
        "AutomaticMetric": Rule("", "automatic", number),
        "Dhcp": Rule("", "dhcp", number),
        "Forwarding": Rule("", "forwarding", number),
        "InterfaceMetric": Rule("", "metric", number),
        "NlMtu": Rule("", "mtu", number),
    }

    def objects(self) -> Iterable[Interface]:
        return [each for each in network_interfaces(self.host) if not each.is_bound]

    def write(self, item: Interface, settings: dict[str, Any]) -> None:
        changes = dict(settings)
        automatic, dhcp = changes.pop("automatic", None), changes.pop("dhcp", None)
        if "forwarding" in changes:
            changes["forwarding"] = changes["forwarding"] == _ENABLED
        if automatic is not None:
            # A metric that is kept is no longer automatic.
            changes["metric"] = (
                None if automatic == _ENABLED else changes.get("metric", self.InterfaceMetric(item))
            )
        if changes:
            self.host.ip_configuration.configure(item, **changes)
        if dhcp == _ENABLED:
            self.host.ip_configuration.enable_dhcp(item)
        elif dhcp == _DISABLED:
            self.host.ip_configuration.disable_dhcp(item)

    def refreshed(self, item: Interface) -> Interface:
        return network_interfaces(self.host)[item.number - 1]

    def Name(self, interface: Interface) -> str:
        return f"{interface.interface_index};{IPV4}"

    def InterfaceAlias(self, interface: Interface) -> str:
        return interface.name

    def InterfaceIndex(self, interface: Interface) -> int:
        return interface.interface_index

    def Dhcp(self, interface: Interface) -> int:
        return int(interface.dhcp)

    def ConnectionState(self, interface: Interface) -> int:
        return int(interface.connected)

    def AutomaticMetric(self, interface: Interface) -> int:
        return int(interface.settings.metric is None)

    def InterfaceMetric(self, interface: Interface) -> int:
        return interface_metric(interface)

    def NlMtu(self, interface: Interface) -> int:
        return interface.settings.mtu

    def Forwarding(self, interface: Interface) -> int:
        return int(interface.settings.forwarding)


class NetRoute(ShownView[RouteEntry]):
    """An IPv4 route."""

    class_name = "MSFT_NetRoute"
    constants: dict[str, Any] = {
        "AddressFamily": IPV4,
        "CompartmentId": 1,
        "Publish": 0,
        "State": 1,
        "Store": ACTIVE_STORE,
    }
    writable = {"RouteMetric": Rule("", "metric", number)}

    def objects(self) -> Iterable[RouteEntry]:
        return routes(self.host)

    def find(self, identifier: str) -> RouteEntry | None:
        """The route of an InstanceID."""
        return next((each for each in self.objects() if self.InstanceID(each) == identifier), None)

    def write(self, item: RouteEntry, settings: dict[str, Any]) -> None:
        if item.route is None:
            raise NotSupported(_NOT_STATIC)
        self.host.ip_configuration.change_route(_own(item.interface), item.route, settings["metric"])

    def refreshed(self, item: RouteEntry) -> RouteEntry:
        return self.find(self.InstanceID(item)) or item

    def creates(self, values: ValueInstance) -> bool:
        return ":" not in (text_value(values, "DestinationPrefix") or "")

    def create(self, values: ValueInstance) -> RouteEntry:
        return self.made(
            given_interface(self.host, values.value("InterfaceIndex"), values.value("InterfaceAlias")),
            text_value(values, "DestinationPrefix"),
            text_value(values, "NextHop"),
            number_value(values, "RouteMetric"),
        )

    def delete(self, item: RouteEntry) -> None:
        if item.route is None:
            raise NotSupported(_NOT_STATIC)
        self.host.ip_configuration.remove_route(_own(item.interface), item.route)

    @mi_method
    def Create(self, _item: None, arguments: Arguments) -> MethodResult:
        """Add a route (New-NetRoute)."""
        destination = arguments.text("DestinationPrefix")
        interface = given_interface(
            self.host, arguments.get("InterfaceIndex"), arguments.get("InterfaceAlias")
        )
        rest = (arguments.text("NextHop"), arguments.integer("RouteMetric"))
        if destination and _is_ipv6(destination, arguments.integer("AddressFamily")):
            view = self.namespace.view(ipv6.Route)
            shown = view.instance(view.made(interface, destination, *rest))
            return arguments.result(errors.COMPLETED, CmdletOutput=[shown])
        made = self.made(interface, destination, *rest)
        return arguments.result(errors.COMPLETED, CmdletOutput=[self.instance(made)])

    @mi_method
    def Find(self, _item: None, arguments: Arguments) -> MethodResult:
        """The route to an address and the address that is used as source (Find-NetRoute)."""
        remote = arguments.required_text("RemoteIPAddress")
        if _is_ipv6(remote, None):
            return self._find_ipv6(arguments, remote)
        found = best_route(self.host, ipv4(remote))
        if found is None:
            raise InvalidParameter("The network location cannot be reached.")
        addresses = self.namespace.view(NetIPAddress)
        source = next((each for each in addresses.objects() if each.interface == found.interface), None)
        paths = [self.instance(found).path]
        if source is not None:
            paths.insert(0, addresses.instance(source).path)
        return arguments.result(errors.COMPLETED, CmdletOutput=paths)

    def _find_ipv6(self, arguments: Arguments, remote: str) -> MethodResult:
        number = number_of(remote)
        found = None if number is None else best_ipv6_route(self.host, number)
        if found is None:
            raise InvalidParameter("The network location cannot be reached.")
        addresses = self.namespace.view(ipv6.Address)
        own = [each for each in addresses.objects() if each.interface == found.interface]
        # What was set goes before the link-local address.
        source = max(own, key=lambda each: each.static is not None and not each.static.skip_as_source)
        routes_view = self.namespace.view(ipv6.Route)
        paths = [addresses.instance(source).path, routes_view.instance(found).path]
        return arguments.result(errors.COMPLETED, CmdletOutput=paths)

    def made(
        self, interface: Interface, destination: str | None, next_hop: str | None, metric: int | None
    ) -> RouteEntry:
        """Add a route. Raises what the host refuses with."""
        if not destination:
            raise InvalidParameter("DestinationPrefix is missing.")
        wanted = DEFAULT_METRIC if metric is None else metric
        made = self.host.ip_configuration.add_route(interface, destination, next_hop or "0.0.0.0", wanted)
        entry = RouteEntry(made.destination, made.next_hop, interface, made.metric, made)
        return self.find(self.InstanceID(entry)) or entry

    def InstanceID(self, route: RouteEntry) -> str:
        return f"{route.destination};{route.next_hop};{route.interface_index}"

    def DestinationPrefix(self, route: RouteEntry) -> str:
        return str(route.destination)

    def NextHop(self, route: RouteEntry) -> str:
        return route.next_hop

    def InterfaceAlias(self, route: RouteEntry) -> str:
        return route.alias

    def InterfaceIndex(self, route: RouteEntry) -> int:
        return route.interface_index

    def InterfaceMetric(self, route: RouteEntry) -> int:
        return interface_metric(route.interface)

    def RouteMetric(self, route: RouteEntry) -> int:
        return route.metric

    def TypeOfRoute(self, route: RouteEntry) -> int:
        return 3 if route.is_direct else 4

    def Protocol(self, route: RouteEntry) -> int:
        return 2 if route.route is None else 3


class Neighbor(NamedTuple):
    """Who has an address on a network."""

    address: str
    link_address: str
    state: int
    interface: Interface


_REACHABLE, _PERMANENT = 5, 6


class NetNeighbor(ShownView[Neighbor]):
    """The addresses for which the link's address is fixed, the gateways, and the guests on the host's own
    switches."""

    class_name = "MSFT_NetNeighbor"
    constants: dict[str, Any] = {**EMPTY_KEYS, "AddressFamily": IPV4, "Store": ACTIVE_STORE}

    def objects(self) -> Iterator[Neighbor]:
        for interface in network_interfaces(self.host):
            for assigned in interface.assigned:
                broadcast = str(assigned.network.broadcast_address)
                yield Neighbor(broadcast, "FF-FF-FF-FF-FF-FF", _PERMANENT, interface)
            if interface.assigned:
                yield Neighbor("224.0.0.22", "01-00-5E-00-00-16", _PERMANENT, interface)
                yield Neighbor("255.255.255.255", "FF-FF-FF-FF-FF-FF", _PERMANENT, interface)
                yield from self.learned(interface)

    def learned(self, interface: Interface) -> Iterator[Neighbor]:
        """The guests that run on the same switch and have an address of a network of the interface."""
        if interface.virtual is None:
            return
        networks = [each.network for each in interface.assigned]
        for adapter in interface.virtual.switch.ports:
            mac = adapter.mac_address
            for text in adapter.ip_addresses:
                if ":" not in text and any(_contains(network, text) for network in networks):
                    dashed = "-".join(mac[place : place + 2] for place in range(0, 12, 2))
                    yield Neighbor(text, dashed, _REACHABLE, interface)

    def by_key(self, keys: Keys) -> Neighbor | None:
        wanted = keys.text("Name")
        return next((each for each in self.objects() if self.Name(each) == wanted), None)

    def Name(self, neighbor: Neighbor) -> str:
        return f"{neighbor.address};{neighbor.interface.interface_index}"

    def IPAddress(self, neighbor: Neighbor) -> str:
        return neighbor.address

    def LinkLayerAddress(self, neighbor: Neighbor) -> str:
        return neighbor.link_address

    def State(self, neighbor: Neighbor) -> int:
        return neighbor.state

    def InterfaceAlias(self, neighbor: Neighbor) -> str:
        return neighbor.interface.name

    def InterfaceIndex(self, neighbor: Neighbor) -> int:
        return neighbor.interface.interface_index


def _contains(network: IPv4Network, text: str) -> bool:
    return IPv4Address(text) in network


VIEWS = (NetIPAddress, NetIPInterface, NetNeighbor, NetRoute)
LINKS = protocol_links(
    NetIPInterface, {"IPAddress": NetIPAddress, "Neighbor": NetNeighbor, "Route": NetRoute}
)
