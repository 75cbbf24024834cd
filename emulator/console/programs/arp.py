"""arp.exe: who has which address on the networks of the machine."""

from __future__ import annotations

from collections.abc import Iterator

from emulator.console.command_line import split_arguments
from emulator.console.context import Context
from emulator.console.programs.refusals import not_emulated
from emulator.console.programs.tabular import address_text
from emulator.host.network.network_interfaces import Interface, network_interfaces

_GROUPS = (("224.0.0.22", "01-00-5e-00-00-16"), ("224.0.0.252", "01-00-5e-00-00-fc"))


def main(context: Context, tail: str) -> int:
    """`arp -a [address]`: the guests that the host's own adapters meet, and the fixed entries."""
    words = [word.lower().replace("/", "-", 1) for word in split_arguments(tail)]
    if words and words[0] in ("-s", "-d"):
        return not_emulated(context, f"arp {words[0]}")
    if not words or words[0] not in ("-a", "-g") or len(words) > 2:
        context.line("Displays and modifies the IP-to-Physical address translation tables used by")
        context.line("address resolution protocol (ARP).")
        return 1
    wanted = words[1] if len(words) > 1 else ""
    host, shown = context.host, False
    with host.looking():
        tables = [(one, list(_entries(one))) for one in network_interfaces(host) if one.addresses]
    for interface, entries in tables:
        rows = [row for row in entries if wanted in ("", row[0])]
        if not rows or not interface.connected:
            continue
        shown = True
        context.line()
        context.line(f"Interface: {interface.addresses[0]} --- 0x{interface.interface_index:x}")
        context.line("  Internet Address      Physical Address      Type")
        for address, link, kind in rows:
            context.line(f"  {address:<22}{link:<22}{kind:<11}")
    if not shown:
        context.line("No ARP Entries Found.")
        return 1
    return 0


def _entries(interface: Interface) -> Iterator[tuple[str, str, str]]:
    if interface.virtual is not None:
        for adapter in interface.virtual.switch.ports:
            for text in adapter.ip_addresses:
                if ":" not in text:
                    yield text, address_text(adapter.mac_address).lower(), "dynamic"
    for address in interface.assigned:
        yield str(address.network.broadcast_address), "ff-ff-ff-ff-ff-ff", "static"
    for group, link in _GROUPS:
        yield group, link, "static"
