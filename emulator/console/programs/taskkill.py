"""taskkill.exe: end processes by number, by name or by filter."""

from __future__ import annotations

import fnmatch

from emulator.console.command_line import split_arguments
from emulator.console.context import Context
from emulator.console.programs.options import FLAG, SEVERAL, BadOption, read_options
from emulator.console.programs.process_filters import BadFilter, Filter, parse_filter
from emulator.console.programs.refusals import wrong_usage
from emulator.host import HostError
from emulator.host.windows.processes import Process
from emulator.host.windows.termination import terminate_process

_FAILED, _NOT_FOUND = 1, 128
_OPTIONS = {"pid": SEVERAL, "im": SEVERAL, "fi": SEVERAL, "f": FLAG, "t": FLAG}


def main(context: Context, tail: str) -> int:
    """`taskkill {/pid number | /im name | /fi filter}... [/f] [/t]`."""
    host = context.host
    try:
        options = read_options(split_arguments(tail), _OPTIONS)
        filters = [parse_filter(host, text) for text in options.every("fi")]
    except BadOption as wrong:
        return wrong_usage(context, "taskkill", str(wrong))
    except BadFilter:
        return wrong_usage(context, "taskkill", "The search filter cannot be recognized.")
    numbers, names = options.every("pid"), options.every("im")
    force, tree = "f" in options, "t" in options
    if not (numbers or names or filters):
        return wrong_usage(
            context, "taskkill", "Invalid syntax. Neither /FI nor /PID nor /IM were specified."
        )
    codes = [0]
    for value in numbers:
        found = [one for one in host.processes if str(one.id) == value]
        codes.append(_end(context, value, found, filters, force, tree, by_name=False))
    for value in names:
        found = [one for one in host.processes if fnmatch.fnmatch(one.name.lower(), value.lower())]
        codes.append(_end(context, value, found, filters, force, tree, by_name=True))
    if not numbers and not names:
        chosen = [one for one in host.processes if all(fits(one) for fits in filters)]
        if not chosen:
            context.line("INFO: No tasks running with the specified criteria.")
            return 0
        codes += [_terminate(context, one, force, by_name=True) for one in chosen]
    return max(codes)


def _end(
    context: Context,
    value: str,
    found: list[Process],
    filters: list[Filter],
    force: bool,
    tree: bool,
    *,
    by_name: bool,
) -> int:
    chosen = [one for one in found if all(fits(one) for fits in filters)]
    if not found:
        context.error(f'ERROR: The process "{value}" not found.')
        return _NOT_FOUND
    if not chosen:
        context.line("INFO: No tasks running with the specified criteria.")
        return 0
    if tree:
        chosen = [below for one in chosen for below in (*_below(context, one), one)]
    # What another one has started may have been chosen for itself too.
    each = {one.id: one for one in chosen}
    return max(_terminate(context, one, force, by_name=by_name) for one in each.values())


def _below(context: Context, process: Process) -> list[Process]:
    """The processes that a process has started, the deepest first."""
    found: list[Process] = []
    for one in context.host.processes:
        if one.parent_id == process.id and one.id != process.id:
            found += [*_below(context, one), one]
    return found


def _terminate(context: Context, process: Process, force: bool, *, by_name: bool) -> int:
    shown = f'process "{process.name}" with PID {process.id}' if by_name else f"process with PID {process.id}"
    if not force and not process.session_id:
        context.error(f"ERROR: The {shown} could not be terminated.")
        context.error("Reason: This process can only be terminated forcefully (with /F option).")
        return _FAILED
    try:
        terminate_process(context.host, process.id, context.account)
    except HostError as problem:
        context.error(f"ERROR: The {shown} could not be terminated.")
        context.error(f"Reason: {problem.text}")
        return _FAILED
    if force:
        context.line(f"SUCCESS: The {shown} has been terminated.")
    else:
        context.line(f"SUCCESS: Sent termination signal to the {shown}.")
    return 0
