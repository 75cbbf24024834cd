"""tasklist.exe: the processes of the machine."""

from __future__ import annotations

from emulator.console.command_line import split_arguments
from emulator.console.context import Context
from emulator.console.programs.process_filters import (
    BadFilter,
    Filter,
    parse_filter,
    services_of,
    session_name,
)
from emulator.console.programs.tabular import csv_line, list_lines, table_lines
from emulator.host.windows.processes import Process
from emulator.host.windows.termination import may_open

_SHORT: tuple[str, ...] = ("Image Name", "PID", "Session Name", "Session#", "Mem Usage")
_VERBOSE: tuple[str, ...] = (*_SHORT, "Status", "User Name", "CPU Time", "Window Title")
_SERVICES: tuple[str, ...] = ("Image Name", "PID", "Services")
_WIDTHS = {_SHORT: (25, 8, 16, 11, 12), _VERBOSE: (25, 8, 16, 11, 12, 15, 50, 12, 72), _SERVICES: (25, 8, 44)}
_RIGHT = {_SHORT: " r rr", _VERBOSE: " r rr  r ", _SERVICES: " r "}
_NOTHING = "INFO: No tasks are running which match the specified criteria."


def main(context: Context, tail: str) -> int:
    """`tasklist [/v | /svc] [/fi filter]... [/fo table|list|csv] [/nh]`."""
    host = context.host
    form, header, labels = "table", True, _SHORT
    filters: list[Filter] = []
    rest = iter(split_arguments(tail))
    for word in rest:
        option = word.lower().replace("-", "/", 1)
        if option == "/v":
            labels = _VERBOSE
        elif option == "/svc":
            labels = _SERVICES
        elif option == "/nh":
            header = False
        elif option == "/fo":
            form = next(rest, "").lower()
        elif option == "/fi":
            text = next(rest, "")
            try:
                filters.append(parse_filter(host, text))
            except BadFilter:
                context.error("ERROR: The search filter cannot be recognized.")
                return 1
        else:
            return _refuse(context, word)
    if form not in ("table", "list", "csv"):
        return _refuse(context, f"/fo {form}")
    with host.looking():
        found = [one for one in host.processes if all(fits(one) for fits in filters)]
        records = [_record(context, one, labels) for one in found]
    if not records:
        context.line(_NOTHING)
        return 0
    if form == "csv":
        for record in [*([labels] if header else ()), *records]:
            context.line(csv_line(record))
        return 0
    if form == "list":
        for record in records:
            context.line()
            for line in list_lines(labels, record):
                context.line(line)
        return 0
    context.line()
    for line in table_lines(labels, _WIDTHS[labels], records, header=header, right=_RIGHT[labels]):
        context.line(line)
    return 0


def _refuse(context: Context, word: str) -> int:
    context.error(f"ERROR: Invalid argument/option - '{word}'.")
    context.error('Type "TASKLIST /?" for usage.')
    return 1


def _record(context: Context, process: Process, labels: tuple[str, ...]) -> tuple[str, ...]:
    host = context.host
    if labels is _SERVICES:
        return process.name, str(process.id), ",".join(services_of(host, process)) or "N/A"
    memory = f"{process.working_set >> 10:,} K"
    short = (process.name, str(process.id), session_name(process), str(process.session_id), memory)
    if labels is _SHORT:
        return short
    user = process.account if may_open(process, context.account) else "N/A"
    return (*short, "Unknown", user, "0:00:00", "N/A")
