"""netsh interface ipv4: addresses, name servers and interfaces shown and changed."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator

from emulator.console.context import Context
from emulator.console.programs.netsh import not_elevated, not_emulated
from emulator.console.programs.netsh.tags import tags_of
from emulator.host import AccessDenied, HostError
from emulator.host.network.network_interfaces import Interface, find_interface, network_interfaces
from emulator.host.network.route_table import interface_metric
from emulator.host.security.callers import administering

_FAILED = 1
_WIDTH = 38
_NOUNS = {
    "config": "config",
    **dict.fromkeys(("address", "addresses", "ipaddress", "ipaddresses"), "address"),
    **dict.fromkeys(("interface", "interfaces"), "interface"),
    **dict.fromkeys(("dns", "dnsserver", "dnsservers"), "servers"),
}
_WRONG = "The filename, directory name, or volume label syntax is incorrect."


def run(context: Context, words: list[str]) -> int:
    """`show {config|addresses|interfaces|dnsservers}`, `{set|add} {address|dnsservers}`, `delete address`."""
    lowered = [word.lower() for word in words[:2]]
    if len(lowered) < 2:
        return not_emulated(context, "interface ipv4")
    verb, noun = lowered[0], _NOUNS.get(lowered[1], "")
    if verb == "show" and noun:
        return _show(context, noun, words[2:])
    action = _CHANGES.get((verb, noun))
    if action is None:
        return not_emulated(context, f"interface ipv4 {verb} {lowered[1]}")
    try:
        with administering(context.host, context.account):
            return action(context, words[2:])
    except AccessDenied:
        return not_elevated(context)
    except (HostError, ValueError) as problem:
        context.line(problem.text if isinstance(problem, HostError) else "The parameter is incorrect.")
        context.line()
        return _FAILED


def _named(context: Context, name: str) -> Interface | None:
    found = find_interface(context.host, alias=name)
    if found is None and name.isdigit():
        found = find_interface(context.host, index=int(name))
    return found


def _show(context: Context, noun: str, words: list[str]) -> int:
    tags = tags_of(words, ("name",))
    host = context.host
    with host.looking():
        chosen = [one for one in network_interfaces(host) if not one.is_bound and one.enabled]
        if "name" in tags or "interface" in tags:
            found = _named(context, tags.get("name") or tags.get("interface", ""))
            if found is None:
                context.line(_WRONG)
                context.line()
                return _FAILED
            chosen = [found]
        if noun == "interface":
            return _interfaces(context, chosen)
        for interface in chosen:
            context.line()
            context.line(f'Configuration for interface "{interface.name}"')
            names = noun == "servers"
            for line in () if names else _addresses(interface):
                context.line(line)
            for line in _servers(interface) if names or noun == "config" else ():
                context.line(line)
    context.line()
    return 0


def _row(label: str, value: str) -> str:
    return f"    {label + ':':<{_WIDTH}}{value}"


def _addresses(interface: Interface) -> Iterator[str]:
    yield _row("DHCP enabled", "Yes" if interface.dhcp else "No")
    for assigned in interface.assigned:
        network = assigned.network
        yield _row("IP Address", assigned.address)
        yield _row("Subnet Prefix", f"{network} (mask {network.netmask})")
    for gateway in interface.settings.gateways:
        yield _row("Default Gateway", gateway)
        yield _row("Gateway Metric", "0")
    yield _row("InterfaceMetric", str(interface_metric(interface)))


def _servers(interface: Interface) -> Iterator[str]:
    kind = "DNS servers configured through DHCP" if interface.dhcp else "Statically Configured DNS Servers"
    servers = interface.dns_servers or ("None",)
    yield _row(kind, servers[0])
    yield from (f"    {'':<{_WIDTH}}{one}" for one in servers[1:])
    yield _row("Register with which suffix", "Primary only")


def _interfaces(context: Context, chosen: list[Interface]) -> int:
    context.line()
    context.line("Idx     Met         MTU          State                Name")
    context.line("---  ----------  ----------  ------------  ---------------------------")
    context.line(f"{1:>3}  {75:>10}  {4294967295:>10}  {'connected':<12}  Loopback Pseudo-Interface 1")
    for one in chosen:
        state = "connected" if one.connected else "disconnected"
        metric, mtu = interface_metric(one), one.settings.mtu
        context.line(f"{one.interface_index:>3}  {metric:>10}  {mtu:>10}  {state:<12}  {one.name}")
    context.line()
    return 0


def _required(context: Context, tags: dict[str, str]) -> Interface | None:
    found = _named(context, tags.get("name", tags.get("interface", "")))
    if found is None:
        context.line(_WRONG)
        context.line()
    return found


def _prefix(address: str, mask: str) -> tuple[str, int]:
    """Raises ValueError."""
    plain, slash, length = address.partition("/")
    network = ipaddress.IPv4Network(f"{plain}/{length if slash else mask or '255.255.255.0'}", strict=False)
    return plain, network.prefixlen


def _set_address(context: Context, words: list[str]) -> int:
    tags = tags_of(words, ("name", "source", "address", "mask", "gateway", "gwmetric"))
    interface = _required(context, tags)
    if interface is None:
        return _FAILED
    configuration = context.host.ip_configuration
    if tags.get("source", "static").lower() == "dhcp":
        if interface.dhcp:
            context.line("DHCP is already enabled on this interface.")
            context.line()
            return _FAILED
        configuration.enable_dhcp(interface)
    else:
        address = tags.get("address", tags.get("addr", ""))
        configuration.set_static(interface, [_prefix(address, tags.get("mask", ""))])
        gateway = tags.get("gateway", "none")
        now = _named(context, interface.name)
        if now is not None:
            gateways = [] if gateway.lower() in ("none", "") else [(gateway, int(tags.get("gwmetric", "1")))]
            configuration.set_gateways(now, gateways)
    context.line()
    return 0


def _add_address(context: Context, words: list[str]) -> int:
    tags = tags_of(words, ("name", "address", "mask", "gateway"))
    interface = _required(context, tags)
    if interface is None:
        return _FAILED
    address, length = _prefix(tags.get("address", tags.get("addr", "")), tags.get("mask", ""))
    context.host.ip_configuration.add_address(interface, address, length)
    context.line()
    return 0


def _delete_address(context: Context, words: list[str]) -> int:
    tags = tags_of(words, ("name", "address"))
    interface = _required(context, tags)
    if interface is None:
        return _FAILED
    context.host.ip_configuration.remove_address(interface, tags.get("address", tags.get("addr", "")))
    context.line()
    return 0


def _set_servers(context: Context, words: list[str]) -> int:
    tags = tags_of(words, ("name", "source", "address", "register", "validate"))
    interface = _required(context, tags)
    if interface is None:
        return _FAILED
    address = tags.get("address", tags.get("addr", "none"))
    is_dhcp = tags.get("source", "static").lower() == "dhcp" or address.lower() == "none"
    context.host.ip_configuration.set_dns_servers(interface, [] if is_dhcp else [address])
    context.line()
    return 0


def _add_server(context: Context, words: list[str]) -> int:
    tags = tags_of(words, ("name", "address", "index", "validate"))
    interface = _required(context, tags)
    if interface is None:
        return _FAILED
    servers = list(interface.dns_servers)
    place = int(tags.get("index", str(len(servers) + 1))) - 1
    servers.insert(max(0, place), tags.get("address", tags.get("addr", "")))
    context.host.ip_configuration.set_dns_servers(interface, servers)
    context.line()
    return 0


_CHANGES = {
    ("set", "address"): _set_address,
    ("add", "address"): _add_address,
    ("delete", "address"): _delete_address,
    ("set", "servers"): _set_servers,
    ("add", "servers"): _add_server,
}
