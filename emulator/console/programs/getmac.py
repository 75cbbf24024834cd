"""getmac.exe: the physical addresses of the machine's network adapters."""

from __future__ import annotations

from emulator.console.command_line import split_arguments
from emulator.console.context import Context
from emulator.console.programs.options import FLAG, SHOWN, BadOption, read_options
from emulator.console.programs.refusals import wrong_usage
from emulator.console.programs.tabular import address_text, list_lines, shown_lines
from emulator.host.network.network_interfaces import Interface, network_interfaces

_SHORT: tuple[str, ...] = ("Physical Address", "Transport Name")
_VERBOSE: tuple[str, ...] = ("Connection Name", "Network Adapter", *_SHORT)
_WIDTHS = {_SHORT: (19, 58), _VERBOSE: (15, 15, 19, 58)}


def main(context: Context, tail: str) -> int:
    """`getmac [/v] [/fo table|list|csv] [/nh]`."""
    try:
        options = read_options(split_arguments(tail), {**SHOWN, "v": FLAG})
        form, header = options.form(), options.header
    except BadOption as wrong:
        return wrong_usage(context, "getmac", str(wrong))
    labels = _VERBOSE if "v" in options else _SHORT
    with context.host.looking():
        found = [one for one in network_interfaces(context.host) if one.enabled and not one.is_bound]
        records = [_record(one, labels) for one in found]
    if form == "list":  # here the empty lines stand behind the records
        context.line()
        for record in records:
            for line in list_lines(labels, record):
                context.line(line)
            context.line()
        return 0
    for line in shown_lines(form, labels, _WIDTHS[labels], records, header=header):
        context.line(line)
    return 0


def _record(interface: Interface, labels: tuple[str, ...]) -> tuple[str, ...]:
    transport = (
        f"\\Device\\Tcpip_{{{interface.guid.upper()}}}" if interface.connected else "Media disconnected"
    )
    short = (address_text(interface.mac_address), transport)
    return short if labels is _SHORT else (interface.name, interface.description, *short)
