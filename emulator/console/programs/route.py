"""route.exe: the routes of the machine, the same that Get-NetRoute shows."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator
from fnmatch import fnmatch

from emulator.console.command_line import split_arguments
from emulator.console.context import Context
from emulator.console.programs.refusals import not_emulated
from emulator.console.programs.tabular import address_text
from emulator.host import AccessDenied, AlreadyExists, Host, HostError
from emulator.host.network import ipv6, ipv6_configuration
from emulator.host.network.ip_configuration import Route
from emulator.host.network.ipv6_settings import StaticRoute
from emulator.host.network.network_interfaces import LOOPBACK_INDEX, Interface, network_interfaces
from emulator.host.network.route_table import interface_metric, routes
from emulator.host.security.callers import administering

_RULE = "=" * 75
#: The metric of a route that was given none.
_DEFAULT_METRIC = 1
_WRONG_INTERFACE = (
    "Either the interface index is wrong or the gateway does not lie on the same network as the interface. "
    "Check the IP Address Table for the machine."
)
_USAGE = "Manipulates network routing tables.\r\n\r\nROUTE [-f] [-p] [-4|-6] command [destination]"


class _Wrong(Exception):
    """The command line is wrong."""


class _Request:
    """What a command line wants: the command, the destination as a prefix, and the rest."""

    def __init__(self, words: list[str]) -> None:
        flags = {word[1:].lower() for word in words if word[:1] in "-/"}
        rest = [word for word in words if word[:1] not in "-/"]
        self.lasts = "p" in flags
        self.clears = "f" in flags
        self.versions = {4} if "4" in flags else {6} if "6" in flags else {4, 6}
        if flags - {"p", "f", "4", "6"}:
            raise _Wrong
        self.command = rest.pop(0).lower() if rest else ""
        self.pattern = rest[0] if rest else ""
        self.mask = self.gateway = ""
        self.metric: int | None = None
        self.index: int | None = None
        if self.command in ("add", "change", "delete"):
            if not rest:
                raise _Wrong
            self._read(rest[1:])

    def _read(self, words: list[str]) -> None:
        rest = iter(words)
        for word in rest:
            if word.lower() == "mask":
                self.mask = next(rest, "")
            elif word.lower() in ("metric", "if"):
                number = next(rest, "")
                if not (number.isascii() and number.isdecimal() and len(number) <= 6):
                    raise _Wrong
                if word.lower() == "metric":
                    self.metric = int(number)
                else:
                    self.index = int(number, 0)
            elif not self.gateway:
                self.gateway = word
            else:
                raise _Wrong

    def prefix(self) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
        """The destination. Raises ValueError, with what is wrong with it."""
        text = "0.0.0.0/0" if self.pattern.lower() == "default" else self.pattern
        if "/" not in text and ":" not in text:
            text += f"/{self.mask or '32'}"
        try:
            return ipaddress.ip_network(text)
        except ValueError:
            raise ValueError(f"bad destination address {self.pattern[:64]}") from None


def main(context: Context, tail: str) -> int:
    """`route [-p] [-4|-6] {print [pattern] | add | change | delete destination [mask m] [gateway] [metric n]
    [if n]}`."""
    try:
        request = _Request(split_arguments(tail))
    except _Wrong:
        context.line(_USAGE)
        return 1
    if request.clears:
        return not_emulated(context, "route -f")
    if request.command == "print":
        return _print(context, request)
    if request.command not in _CHANGES:
        context.line(_USAGE)
        return 1
    try:
        prefix = request.prefix()
        if request.gateway:
            ipaddress.ip_address(request.gateway)
    except ValueError as problem:
        text = (
            str(problem) if "destination" in str(problem) else f"bad gateway address {request.gateway[:64]}"
        )
        context.error(f"route: {text}")
        return 1
    try:
        with administering(context.host, context.account):
            _CHANGES[request.command](context.host, request, prefix)
    except AccessDenied:
        context.error("The requested operation requires elevation.")
        return 1
    except HostError as problem:
        noun = {"add": "addition", "change": "change", "delete": "deletion"}[request.command]
        text = "The object already exists." if isinstance(problem, AlreadyExists) else problem.text
        context.error(f"The route {noun} failed: {text}\r\n")
        return 1
    context.line(" OK!")
    return 0


# -- changes ----------------------------------------------------------------------------------


def _interface(host: Host, request: _Request) -> Interface:
    """The interface that was named, or the one on whose network the gateway is."""
    gateway = ipaddress.ip_address(request.gateway) if request.gateway else None
    for each in network_interfaces(host):
        if each.is_bound or not each.enabled:
            continue
        if request.index is not None:
            if each.interface_index == request.index:
                return each
        elif gateway is not None and gateway.version == 4:
            if any(gateway in one.network for one in each.assigned):
                return each
        elif gateway is not None and any(gateway in one.network for one in each.settings.ipv6.addresses):
            return each
    raise HostError(_WRONG_INTERFACE)


def _add(host: Host, request: _Request, prefix: ipaddress.IPv4Network | ipaddress.IPv6Network) -> None:
    interface = _interface(host, request)
    metric = _DEFAULT_METRIC if request.metric is None else request.metric
    if prefix.version == 4:
        hop = request.gateway or "0.0.0.0"
        host.ip_configuration.add_route(interface, str(prefix), hop, metric, lasts=request.lasts)
    else:
        hop = request.gateway or "::"
        ipv6_configuration.add_route(host, interface, str(prefix), hop, metric, lasts=request.lasts)


def _matching(
    host: Host, request: _Request, prefix: object
) -> Iterator[tuple[Interface, Route | StaticRoute]]:
    for interface in network_interfaces(host):
        if request.index is not None and interface.interface_index != request.index:
            continue
        kept: Iterable[Route | StaticRoute] = (*interface.routes, *interface.settings.ipv6.routes)
        for route in kept:
            if route.destination == prefix and request.gateway in ("", route.next_hop):
                yield interface, route


def _delete(host: Host, request: _Request, prefix: ipaddress.IPv4Network | ipaddress.IPv6Network) -> None:
    found = list(_matching(host, request, prefix))
    if not found:
        raise HostError("Element not found.")
    for interface, route in found:
        if isinstance(route, Route):
            host.ip_configuration.remove_route(interface, route)
        else:
            ipv6_configuration.remove_route(host, interface, route)


def _change(host: Host, request: _Request, prefix: ipaddress.IPv4Network | ipaddress.IPv6Network) -> None:
    gateway, request.gateway = request.gateway, ""
    found = list(_matching(host, request, prefix))
    request.gateway = gateway
    if not found:
        raise HostError("Element not found.")
    _interface(host, request)  # before anything is taken away
    for interface, route in found:
        request.lasts = route.lasts
        request.metric = route.metric if request.metric is None else request.metric
        if isinstance(route, Route):
            host.ip_configuration.remove_route(interface, route)
        else:
            ipv6_configuration.remove_route(host, interface, route)
    _add(host, request, prefix)


_CHANGES = {"add": _add, "change": _change, "delete": _delete}


# -- print ------------------------------------------------------------------------------------


def _print(context: Context, request: _Request) -> int:
    with context.host.looking():
        lines = list(_lines(context.host, request))
    for line in lines:
        context.line(line)
    return 0


def _lines(host: Host, request: _Request) -> Iterator[str]:
    yield _RULE
    yield "Interface List"
    for each in network_interfaces(host):
        if not each.is_bound and each.enabled:
            mac = address_text(each.mac_address).lower().replace("-", " ")
            yield f"{each.interface_index:>3}...{mac} ......{each.description}"
    yield f"{LOOPBACK_INDEX:>3}...........................Software Loopback Interface 1"
    yield _RULE
    if 4 in request.versions:
        yield from _ipv4(host, request.pattern)
    if 6 in request.versions:
        yield from _ipv6(host, request.pattern)


def _fits(pattern: str, destination: str) -> bool:
    return not pattern or fnmatch(destination, pattern)


def _ipv4(host: Host, pattern: str) -> Iterator[str]:
    found = [one for one in routes(host) if _fits(pattern, str(one.destination.network_address))]
    found.sort(key=lambda one: (int(one.destination.network_address), one.destination.prefixlen))
    yield ""
    yield "IPv4 Route Table"
    yield _RULE
    yield "Active Routes:"
    if found:
        yield "Network Destination        Netmask          Gateway       Interface  Metric"
    for one in found:
        own = "127.0.0.1" if one.interface is None else next(iter(one.interface.addresses), "0.0.0.0")
        yield (
            f"{one.destination.network_address!s:>17}{one.destination.netmask!s:>17}"
            f"{'On-link' if one.is_direct else one.next_hop:>17}{own:>16}"
            f"{one.metric + interface_metric(one.interface):>7}"
        )
    if not found:
        yield "  None"
    yield _RULE
    yield "Persistent Routes:"
    kept = [
        one
        for each in network_interfaces(host)
        for one in (() if each.dhcp else each.routes)
        if one.lasts and _fits(pattern, str(one.destination.network_address))
    ]
    if kept:
        yield "  Network Address          Netmask  Gateway Address  Metric"
    for route in kept:
        metric = (
            "Default"
            if route.metric == Route(route.destination, route.next_hop).metric
            else str(route.metric)
        )
        yield (
            f"{route.destination.network_address!s:>17}{route.destination.netmask!s:>17}"
            f"{route.next_hop:>17}{metric:>9}"
        )
    if not kept:
        yield "  None"
    yield _RULE


def _ipv6(host: Host, pattern: str) -> Iterator[str]:
    found = [one for one in ipv6.routes(host) if _fits(pattern, str(one.destination))]
    yield ""
    yield "IPv6 Route Table"
    yield _RULE
    yield "Active Routes:"
    if found:
        yield " If Metric Network Destination      Gateway"
    for one in found:
        index = LOOPBACK_INDEX if one.interface is None else one.interface.interface_index
        gateway = "On-link" if one.next_hop == "::" else one.next_hop
        metric = one.metric + interface_metric(one.interface)
        destination = str(one.destination)
        if len(destination) > 23:
            yield f"{index:>3}{metric:>7} {destination}"
            yield f"{'':35}{gateway}"
        else:
            yield f"{index:>3}{metric:>7} {destination:<24}{gateway}"
    if not found:
        yield "  None"
    yield _RULE
    yield "Persistent Routes:"
    kept = [
        (each.interface_index, one)
        for each in network_interfaces(host)
        for one in each.settings.ipv6.routes
        if one.lasts and _fits(pattern, str(one.destination))
    ]
    if kept:
        yield " If Metric Network Destination      Gateway"
    for index, route in kept:
        yield f"{index:>3}{route.metric:>7} {route.destination!s:<24}{route.next_hop}"
    if not kept:
        yield "  None"
    yield _RULE
