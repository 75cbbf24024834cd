"""nslookup.exe: names and addresses of the emulated network."""

from __future__ import annotations

import ipaddress

from emulator.console.command_line import split_arguments
from emulator.console.context import Context
from emulator.console.programs.refusals import not_emulated
from emulator.host.network.name_resolution import entry_of_address, entry_of_name
from emulator.host.network.network_interfaces import network_interfaces


def main(context: Context, tail: str) -> int:
    """`nslookup name [server]`; other types of records and the interactive form are not emulated."""
    words = split_arguments(tail)
    if not words or any(word.startswith("-") for word in words):
        return not_emulated(context, f"nslookup {words[0] if words else '(interactive)'}")
    host, wanted = context.host, words[0].rstrip(".")
    with host.looking():
        own = next((each.dns_servers[0] for each in network_interfaces(host) if each.dns_servers), None)
        server = words[1] if len(words) > 1 else own or "::1"
        try:
            entry = entry_of_address(host, str(ipaddress.ip_address(wanted)))
        except ValueError:
            entry = entry_of_name(host, wanted)
    context.line("Server:  UnKnown")
    context.line(f"Address:  {server}")
    context.line()
    if entry is None or not wanted:
        context.error(f"*** UnKnown can't find {wanted}: Non-existent domain")
        return 1
    context.line(f"Name:    {entry.name}")
    many = len(entry.addresses) > 1
    context.line(f"{'Addresses' if many else 'Address'}:  {entry.addresses[0]}")
    for address in entry.addresses[1:]:
        context.line(f"\t  {address}")
    context.line()
    return 0
