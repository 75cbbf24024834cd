"""tasklist.exe: the processes of the machine."""

from __future__ import annotations

from emulator.console.command_line import split_arguments
from emulator.console.context import Context
from emulator.console.programs.options import FLAG, SEVERAL, SHOWN, BadOption, read_options
from emulator.console.programs.process_filters import (
    BadFilter,
    parse_filter,
    services_of,
    session_name,
)
from emulator.console.programs.refusals import wrong_usage
from emulator.console.programs.tabular import shown_lines
from emulator.host.windows.processes import Process
from emulator.host.windows.processor_time import processor_time
from emulator.host.windows.termination import may_open

_SHORT: tuple[str, ...] = ("Image Name", "PID", "Session Name", "Session#", "Mem Usage")
_VERBOSE: tuple[str, ...] = (*_SHORT, "Status", "User Name", "CPU Time", "Window Title")
_SERVICES: tuple[str, ...] = ("Image Name", "PID", "Services")
_WIDTHS = {_SHORT: (25, 8, 16, 11, 12), _VERBOSE: (25, 8, 16, 11, 12, 15, 50, 12, 72), _SERVICES: (25, 8, 44)}
_RIGHT = {_SHORT: " r rr", _VERBOSE: " r rr  r ", _SERVICES: " r "}
_OPTIONS = {**SHOWN, "v": FLAG, "svc": FLAG, "fi": SEVERAL}
_NOTHING = "INFO: No tasks are running which match the specified criteria."


def main(context: Context, tail: str) -> int:
    """`tasklist [/v | /svc] [/fi filter]... [/fo table|list|csv] [/nh]`."""
    host = context.host
    try:
        options = read_options(split_arguments(tail), _OPTIONS)
        form, header = options.form(), options.header
        filters = [parse_filter(host, text) for text in options.every("fi")]
    except BadOption as wrong:
        return wrong_usage(context, "tasklist", str(wrong))
    except BadFilter:
        context.error("ERROR: The search filter cannot be recognized.")
        return 1
    labels = _SERVICES if "svc" in options else _VERBOSE if "v" in options else _SHORT
    with host.looking():
        found = [one for one in host.processes if all(fits(one) for fits in filters)]
        records = [_record(context, one, labels) for one in found]
    if not records:
        context.line(_NOTHING)
        return 0
    for line in shown_lines(form, labels, _WIDTHS[labels], records, header=header, right=_RIGHT[labels]):
        context.line(line)
    return 0


def _record(context: Context, process: Process, labels: tuple[str, ...]) -> tuple[str, ...]:
    host = context.host
    if labels is _SERVICES:
        return process.name, str(process.id), ",".join(services_of(host, process)) or "N/A"
    memory = f"{process.working_set >> 10:,} K"
    short = (process.name, str(process.id), session_name(process), str(process.session_id), memory)
    if labels is _SHORT:
        return short
    user = process.account if may_open(process, context.account) else "N/A"
    seconds = processor_time(host, process).total // 10_000_000
    used = f"{seconds // 3600}:{seconds % 3600 // 60:02}:{seconds % 60:02}"
    return (*short, "Unknown", user, used, "N/A")
