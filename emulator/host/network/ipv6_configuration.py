"""Static IPv6 of the host's interfaces: addresses, routes and DNS servers beside the link-local address.

Like `ip_configuration`, whose settings hold them; each function takes an interface as `network_interfaces`
shows it and is one step of the host.
"""

from __future__ import annotations

from ipaddress import IPv6Address, IPv6Network
from typing import TYPE_CHECKING

from emulator.host.checks import check_flag, check_number
from emulator.host.errors import AlreadyExists, InvalidParameter, LimitExceeded, NotFound
from emulator.host.network import ipv6
from emulator.host.network.ip_configuration import MAXIMUM_ADDRESSES, MAXIMUM_DNS_SERVERS, MAXIMUM_ROUTES
from emulator.host.network.ipv6_settings import Ipv6Settings, StaticAddress, StaticRoute, number_of

if TYPE_CHECKING:
    from emulator.host.host import Host
    from emulator.host.network.network_interfaces import Interface

ANYWHERE = IPv6Network("::/0")


def _address(text: str) -> IPv6Address:
    found = number_of(text)
    if found is None:
        raise InvalidParameter(f"'{text!s:.64}' is not an IPv6 address.")
    return found


def _prefix(text: str) -> IPv6Network:
    try:
        return IPv6Network(text.strip(), strict=False)
    except ValueError:
        raise InvalidParameter(f"'{text!s:.64}' is not an IPv6 prefix.") from None


def _present(host: Host, interface: Interface) -> Ipv6Settings:
    return host.ip_configuration.settings_of(interface).ipv6


def _keep(host: Host, interface: Interface, settings: Ipv6Settings) -> None:
    present = host.ip_configuration.settings_of(interface)
    host.ip_configuration.keep(interface, present.replaced(ipv6=settings))


def _checked(text: str, prefix_length: int, skip_as_source: bool) -> StaticAddress:
    number = _address(text)
    if number.is_multicast or number.is_unspecified or number.is_loopback:
        raise InvalidParameter(f"{number} cannot be the address of an interface.")
    length = check_number("prefix length", prefix_length, 1, 128)
    return StaticAddress(str(number), length, check_flag("skip", skip_as_source))


def add_address(
    host: Host,
    interface: Interface,
    address: str,
    prefix_length: int,
    gateway: str | None = None,
    skip_as_source: bool = False,
) -> StaticAddress:
    """Give an interface an address, and a default route. Raises InvalidParameter, AlreadyExists, NotFound,
    LimitExceeded."""
    with host.looking():
        present = _present(host, interface)
        made = _checked(address, prefix_length, skip_as_source)
        if any(str(each.address) == made.address for each in ipv6.addresses(host)):
            raise AlreadyExists(f"The address {made.address} exists already.")
        if len(present.addresses) >= MAXIMUM_ADDRESSES:
            raise LimitExceeded("The interface cannot have more addresses.")
        routes = present.routes
        if gateway is not None:
            routes = (*routes, _new_route(present, StaticRoute(ANYWHERE, str(_address(gateway)))))
        _keep(host, interface, present.replaced(addresses=(*present.addresses, made), routes=routes))
        return made


def change_address(
    host: Host,
    interface: Interface,
    address: StaticAddress,
    *,
    prefix_length: int | None,
    skip_as_source: bool | None,
) -> StaticAddress:
    """Change prefix length or use of an address. Raises NotFound, InvalidParameter."""
    with host.looking():
        present = _present(host, interface)
        _require(address, present.addresses, "address")
        changed = _checked(
            address.address,
            address.prefix_length if prefix_length is None else prefix_length,
            address.skip_as_source if skip_as_source is None else skip_as_source,
        )
        addresses = tuple(changed if each == address else each for each in present.addresses)
        _keep(host, interface, present.replaced(addresses=addresses))
        return changed


def remove_address(host: Host, interface: Interface, address: StaticAddress) -> None:
    """Take an address away; the routes stay. Raises NotFound."""
    with host.looking():
        present = _present(host, interface)
        _require(address, present.addresses, "address")
        addresses = tuple(each for each in present.addresses if each != address)
        _keep(host, interface, present.replaced(addresses=addresses))


def add_route(
    host: Host,
    interface: Interface,
    destination: str,
    next_hop: str,
    metric: int = 256,
    *,
    lasts: bool = True,
) -> StaticRoute:
    """Add a route. Raises InvalidParameter, AlreadyExists, NotFound, LimitExceeded."""
    with host.looking():
        present = _present(host, interface)
        wanted = StaticRoute(
            _prefix(destination), str(_address(next_hop)), check_number("metric", metric, 0, 9999), lasts
        )
        made = _new_route(present, wanted)
        _keep(host, interface, present.replaced(routes=(*present.routes, made)))
        return made


def _new_route(present: Ipv6Settings, made: StaticRoute) -> StaticRoute:
    known = [(each.destination, each.next_hop) for each in present.routes]
    if (made.destination, made.next_hop) in known:
        raise AlreadyExists(f"There is a route to {made.destination} through {made.next_hop} already.")
    if len(known) >= MAXIMUM_ROUTES:
        raise LimitExceeded("The interface cannot have more routes.")
    return made


def change_route(host: Host, interface: Interface, route: StaticRoute, metric: int) -> StaticRoute:
    """Give a route another metric. Raises NotFound, InvalidParameter."""
    with host.looking():
        present = _present(host, interface)
        _require(route, present.routes, "route")
        changed = route.replaced(metric=check_number("metric", metric, 0, 9999))
        routes = tuple(changed if each == route else each for each in present.routes)
        _keep(host, interface, present.replaced(routes=routes))
        return changed


def remove_route(host: Host, interface: Interface, route: StaticRoute) -> None:
    """Take a route away. Raises NotFound."""
    with host.looking():
        present = _present(host, interface)
        _require(route, present.routes, "route")
        routes = tuple(each for each in present.routes if each != route)
        _keep(host, interface, present.replaced(routes=routes))


def set_dns_servers(host: Host, interface: Interface, servers: list[str]) -> None:
    """Set the DNS servers in the order in which they are asked; none takes them away. Raises
    InvalidParameter, NotFound."""
    with host.looking():
        made = tuple(str(_address(each)) for each in servers)
        if len(made) > MAXIMUM_DNS_SERVERS or len(set(made)) < len(made):
            raise InvalidParameter("Each DNS server must be given once.")
        _keep(host, interface, _present(host, interface).replaced(dns_servers=made))


def _require(wanted: object, found: tuple[object, ...], what: str) -> None:
    if wanted not in found:
        raise NotFound(f"The {what} was not found.")
