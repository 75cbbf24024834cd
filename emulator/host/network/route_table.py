"""The IPv4 routes of the host: those that were set, and those that Windows keeps for every address."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network
from typing import TYPE_CHECKING, NamedTuple

from emulator.host.network.ip_configuration import DEFAULT_METRIC, ON_LINK, Route
from emulator.host.network.network_interfaces import LOOPBACK_INDEX, Interface, network_interfaces

if TYPE_CHECKING:
    from emulator.host.host import Host

_MULTICAST = IPv4Network("224.0.0.0/4")
_LIMITED_BROADCAST = IPv4Network("255.255.255.255/32")
_LOOPBACK = IPv4Network("127.0.0.0/8")
LOOPBACK_NAME = "Loopback Pseudo-Interface 1"
LOOPBACK_METRIC = 75
#: The metric of an interface that is chosen by its speed: Windows' table, bits a second and more.
_METRICS = ((2_000_000_000, 15), (200_000_000, 25), (80_000_000, 35), (20_000_000, 45), (0, 55))


class RouteEntry(NamedTuple):
    """One route; of the loopback without an interface. ``route`` is set for those that somebody set."""

    destination: IPv4Network
    next_hop: str
    interface: Interface | None
    metric: int = DEFAULT_METRIC
    route: Route | None = None

    @property
    def is_direct(self) -> bool:
        """Whether the destination is reached without a gateway."""
        return self.next_hop == ON_LINK

    @property
    def interface_index(self) -> int:
        """InterfaceIndex."""
        return LOOPBACK_INDEX if self.interface is None else self.interface.interface_index

    @property
    def alias(self) -> str:
        """Name of the interface."""
        return LOOPBACK_NAME if self.interface is None else self.interface.name


def interface_metric(interface: Interface | None) -> int:
    """The metric that was set, or the automatic one."""
    if interface is None:
        return LOOPBACK_METRIC
    if interface.settings.metric is not None:
        return interface.settings.metric
    return next(metric for speed, metric in _METRICS if interface.link_speed >= speed)


def routes(host: Host) -> list[RouteEntry]:
    """Every route, interface by interface, the loopback first."""
    loop = IPv4Network(_LOOPBACK[1]), IPv4Network(_LOOPBACK.broadcast_address)
    found = [
        RouteEntry(each, ON_LINK, None)
        for each in (_MULTICAST, _LIMITED_BROADCAST, loop[1], loop[0], _LOOPBACK)
    ]
    for interface in network_interfaces(host):
        found += [
            RouteEntry(each.destination, each.next_hop, interface, each.metric, each)
            for each in interface.routes
        ]
        if not interface.assigned or not interface.connected:
            continue
        found += [RouteEntry(each, ON_LINK, interface) for each in (_MULTICAST, _LIMITED_BROADCAST)]
        for address in interface.assigned:
            network = address.network
            found += [
                RouteEntry(IPv4Network(network.broadcast_address), ON_LINK, interface),
                RouteEntry(IPv4Network(address.address), ON_LINK, interface),
                RouteEntry(network, ON_LINK, interface),
            ]
    return found


def best_route(host: Host, address: str) -> RouteEntry | None:
    """The route to an address: the longest prefix, then the smallest sum of metrics; None without any."""
    wanted = IPv4Address(address)
    fitting = [each for each in routes(host) if wanted in each.destination]
    return min(
        fitting,
        key=lambda each: (-each.destination.prefixlen, each.metric + interface_metric(each.interface)),
        default=None,
    )
