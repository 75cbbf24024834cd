"""ipconfig.exe: the addresses of the machine's network interfaces."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from fnmatch import fnmatch

from emulator.console.command_line import split_arguments
from emulator.console.context import Context
from emulator.console.programs.refusals import not_emulated
from emulator.console.programs.tabular import address_text, clock_text
from emulator.host import AccessDenied, Host
from emulator.host.network.ipv6 import addresses
from emulator.host.network.leases import lease_of
from emulator.host.network.network_interfaces import Interface, network_interfaces
from emulator.host.security.callers import administering

#: Columns of a label with its dots.
_WIDTH = 34
_NOT_EMULATED = ("/displaydns", "/showclassid", "/setclassid", "/allcompartments", "/release6", "/renew6")
_ACTIONS = {
    "/flushdns": "Successfully flushed the DNS Resolver Cache.",
    "/registerdns": (
        "Registration of the DNS resource records for all adapters of this computer has been initiated. Any "
        "errors will be reported in the Event Viewer in 15 minutes."
    ),
}


def main(context: Context, tail: str) -> int:
    """`ipconfig [/all | /flushdns | /registerdns | {/release | /renew} [connection]]`."""
    words = split_arguments(tail)
    command = words[0].lower().replace("-", "/", 1) if words else ""
    if command in ("/release", "/renew") and len(words) <= 2:
        return _lease(context, command, words[1] if len(words) > 1 else "*")
    if command in _NOT_EMULATED:
        return not_emulated(context, f"ipconfig {command}")
    if command not in ("", "/all", *_ACTIONS) or len(words) > 1:
        context.line("\r\nError: unrecognized or incomplete command line.\r\n")
        return 1
    if command in _ACTIONS:
        _title(context)
        context.line(_ACTIONS[command])
        return 0
    return _show(context, full=command == "/all")


def _title(context: Context) -> None:
    context.line()
    context.line("Windows IP Configuration")
    context.line()


def _lease(context: Context, command: str, pattern: str) -> int:
    """Give addresses of DHCP back, or ask for them again."""
    host, configuration = context.host, context.host.ip_configuration
    change = configuration.release if command == "/release" else configuration.enable_dhcp
    try:
        with administering(host, context.account):
            chosen = [
                one
                for one in network_interfaces(host)
                if not one.is_bound and one.enabled and fnmatch(one.name, pattern)
                if one.dhcp and one.connected
            ]
            for interface in chosen:
                change(interface)
    except AccessDenied:
        context.line("The requested operation requires elevation.")
        return 1
    if not chosen:
        _title(context)
        context.line("The operation failed as no adapter is in the state permissible for ")
        context.line("this operation.")
        return 1
    return _show(context, full=False)


def _show(context: Context, *, full: bool) -> int:
    _title(context)
    host = context.host
    with host.looking():
        if full:
            for line in _machine(host):
                context.line(line)
            context.line()
        for interface in network_interfaces(host):
            if interface.is_bound or not interface.enabled:
                continue
            context.line(f"Ethernet adapter {interface.name}:")
            context.line()
            for line in _interface(host, interface, full):
                context.line(line)
            context.line()
    return 0


def _row(label: str, value: str = "") -> str:
    """A label, dots in every second column up to the colon, and the value."""
    dots = "".join(" " if place % 2 else "." for place in range(len(label), _WIDTH))
    return f"   {label}{dots}: {value}"


def _machine(host: Host) -> Iterator[str]:
    system = host.operating_system
    forwards = any(one.settings.forwarding for one in network_interfaces(host))
    yield _row("Host Name", system.computer_name)
    yield _row("Primary Dns Suffix  ", system.domain or "")
    yield _row("Node Type", "Hybrid")
    yield _row("IP Routing Enabled", "Yes" if forwards else "No")
    yield _row("WINS Proxy Enabled", "No")
    if system.domain:
        yield _row("DNS Suffix Search List", system.domain)


def _interface(host: Host, interface: Interface, full: bool) -> Iterator[str]:
    settings = interface.settings
    if not interface.connected:
        yield _row("Media State", "Media disconnected")
    yield _row("Connection-specific DNS Suffix  ", settings.dns_suffix)
    if full:
        yield _row("Description", interface.description)
        yield _row("Physical Address", address_text(interface.mac_address))
        yield _row("DHCP Enabled", "Yes" if interface.dhcp else "No")
        yield _row("Autoconfiguration Enabled", "Yes")
    if not interface.connected:
        return
    preferred = "(Preferred) " if full else ""
    for each in addresses(host):
        if each.interface is not None and each.interface.guid == interface.guid:
            label = "Link-local IPv6 Address" if each.address.is_link_local else "IPv6 Address"
            yield _row(label, f"{each.text}{preferred}")
    for assigned in interface.assigned:
        label = (
            "Autoconfiguration IPv4 Address" if assigned.address.startswith("169.254.") else "IPv4 Address"
        )
        yield _row(label, f"{assigned.address}{preferred}")
        yield _row("Subnet Mask", str(assigned.network.netmask))
    lease = lease_of(host, interface)
    if full and lease is not None:
        yield _row("Lease Obtained", _moment(host, lease.obtained))
        yield _row("Lease Expires", _moment(host, lease.expires))
    gateways = settings.gateways
    yield _row("Default Gateway", gateways[0] if gateways else "")
    yield from (f"{'':{_WIDTH + 5}}{one}" for one in gateways[1:])
    if full:
        if lease is not None and lease.server is not None:
            yield _row("DHCP Server", lease.server)
        servers = interface.dns_servers
        if servers:
            yield _row("DNS Servers", servers[0])
            yield from (f"{'':{_WIDTH + 5}}{one}" for one in servers[1:])
        yield _row("NetBIOS over Tcpip", "Disabled" if settings.netbios == 2 else "Enabled")


def _moment(host: Host, moment: datetime) -> str:
    local = moment + host.operating_system.utc_offset()
    return f"{local:%A, %B} {local.day}, {local.year} {clock_text(local)}"
