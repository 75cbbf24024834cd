"""IPv6 of the host where no router announces a prefix: link-local addresses and those that were set, with the
routes and neighbours that Windows keeps for them.

Windows takes a random interface identifier (RandomizeIdentifiers); here it follows from the adapter's GUID.
"""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv6Address, IPv6Network
from typing import TYPE_CHECKING, NamedTuple

from emulator.host.identifiers import derived_guid
from emulator.host.network.ipv6_settings import StaticAddress, StaticRoute
from emulator.host.network.network_interfaces import Interface, network_interfaces
from emulator.host.network.route_table import interface_metric

if TYPE_CHECKING:
    from emulator.host.host import Host

LINK_LOCAL = IPv6Network("fe80::/64")
MULTICAST = IPv6Network("ff00::/8")
LOOPBACK = IPv6Address("::1")
ON_LINK = "::"
_METRIC = 256


class Address(NamedTuple):
    """An address; of the loopback without an interface."""

    address: IPv6Address
    interface: Interface | None
    static: StaticAddress | None = None

    @property
    def text(self) -> str:
        """With the index of the interface, as Windows writes a link-local address: ``fe80::1%12``."""
        if self.interface is None or not self.address.is_link_local:
            return str(self.address)
        return f"{self.address}%{self.interface.interface_index}"

    @property
    def prefix_length(self) -> int:
        """What was set; of its own addresses 64, the loopback's 128."""
        if self.static is not None:
            return self.static.prefix_length
        return 128 if self.interface is None else LINK_LOCAL.prefixlen


class Route(NamedTuple):
    """A route; ``static`` is what was set, without it Windows keeps it by itself."""

    destination: IPv6Network
    interface: Interface | None
    static: StaticRoute | None = None

    @property
    def next_hop(self) -> str:
        """``::`` for what is reached directly."""
        return ON_LINK if self.static is None else self.static.next_hop

    @property
    def metric(self) -> int:
        """The metric of the route."""
        return _METRIC if self.static is None else self.static.metric


class Neighbour(NamedTuple):
    """Who has an address on an interface; ``is_fixed`` for the addresses of multicast."""

    address: str
    link_address: str
    interface: Interface
    is_fixed: bool


def link_local(interface: Interface) -> IPv6Address | None:
    """The address that an interface gives itself; None without IPv6 on it or without a link."""
    if interface.is_bound or not interface.connected:
        return None
    digits = derived_guid(interface.guid, "IPv6 interface identifier").replace("-", "")
    return IPv6Address(int(LINK_LOCAL.network_address) | int(digits[:16], 16))


def addresses(host: Host) -> Iterator[Address]:
    """Every address of the host, the loopback last."""
    for interface in network_interfaces(host):
        found = link_local(interface)
        if found is not None:
            yield Address(found, interface)
            for each in interface.settings.ipv6.addresses:
                yield Address(IPv6Address(each.address), interface, each)
    yield Address(LOOPBACK, None)


def routes(host: Host) -> Iterator[Route]:
    """The routes that Windows keeps for its addresses."""
    yield Route(MULTICAST, None)
    for each in addresses(host):
        yield Route(IPv6Network(each.address), each.interface)
        if each.interface is None:
            continue
        if each.static is not None:
            if each.static.prefix_length < IPv6Network(each.address).prefixlen:
                yield Route(each.static.network, each.interface)
            continue
        yield Route(LINK_LOCAL, each.interface)
        yield Route(MULTICAST, each.interface)
        for route in each.interface.settings.ipv6.routes:
            yield Route(route.destination, each.interface, route)


def best_route(host: Host, address: IPv6Address) -> Route | None:
    """The route to an address: the longest prefix, then the smallest sum of metrics; None without any."""
    fitting = [each for each in routes(host) if address in each.destination]
    return min(
        fitting,
        key=lambda each: (-each.destination.prefixlen, each.metric + interface_metric(each.interface)),
        default=None,
    )


def neighbours(host: Host) -> Iterator[Neighbour]:
    """The multicast addresses of each interface, and the guests on the host's own switches."""
    for interface in network_interfaces(host):
        if link_local(interface) is None:
            continue
        for group in ("ff02::2", "ff02::16"):
            number = int(IPv6Address(group)) & 0xFFFFFFFF
            link = "-".join(f"{each:02X}" for each in (0x33, 0x33, *number.to_bytes(4, "big")))
            yield Neighbour(group, link, interface, True)
        if interface.virtual is None:
            continue
        for adapter in interface.virtual.switch.ports:
            mac = adapter.mac_address
            for text in adapter.ip_addresses:
                if ":" in text and IPv6Address(text) in LINK_LOCAL:
                    dashed = "-".join(mac[place : place + 2] for place in range(0, 12, 2))
                    yield Neighbour(text, dashed, interface, False)
