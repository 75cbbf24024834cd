"""eventcreate.exe: an event of one's own in a log."""

from __future__ import annotations

from emulator.console.command_line import split_arguments
from emulator.console.context import Context
from emulator.console.programs.options import VALUE, BadOption, read_options
from emulator.console.programs.refusals import not_emulated, wrong_usage
from emulator.host import EventLevel, HostError
from emulator.host.security.callers import require_administrator

_LEVELS = {
    "information": EventLevel.INFORMATION,
    "success": EventLevel.INFORMATION,
    "warning": EventLevel.WARNING,
    "error": EventLevel.ERROR,
}
_OPTIONS = dict.fromkeys(("t", "id", "l", "so", "d", "s", "u", "p"), VALUE)
_LOGS = {"application": "Application", "system": "System"}
_LONGEST = 31_839


def main(context: Context, tail: str) -> int:
    """`eventcreate /t type /id 1..1000 /d text [/l application|system] [/so source]`."""
    try:
        options = read_options(split_arguments(tail), _OPTIONS)
        for name in ("t", "id", "d"):
            if name not in options:
                raise BadOption(f"Invalid syntax. Mandatory option '{name}' is missing.")
        level = _LEVELS.get(options["t"].lower())
        if level is None:
            raise BadOption(f"Invalid syntax. '{options['t']}' value is not allowed for '/t' option.")
        number = options["id"]
        if not number.isdecimal() or not 1 <= int(number) <= 1000:
            raise BadOption("Invalid ID. The valid range of ID is 1 - 1000.")
    except BadOption as wrong:
        return wrong_usage(context, "eventcreate", str(wrong))
    if "s" in options:
        return not_emulated(context, "eventcreate /s")
    log = _LOGS.get(options.get("l", "application").lower())
    if log is None:
        context.error("ERROR: The specified log name does not exist.")
        return 1
    source = options.get("so", "EventCreate")
    events = context.host.event_log
    try:
        with context.host.looking():
            require_administrator(context.account)
            kept = events.log_of_source(source)
            if kept is None:
                events.register_source(log, source)
            elif kept != log:
                context.error("ERROR: The source already exists in another log and cannot be duplicated.")
                return 1
            events.write(
                log, source, int(number), level, options["d"][:_LONGEST], context.account.qualified_name
            )
    except HostError as problem:
        context.error(f"ERROR: {problem.text}")
        return 1
    context.line()
    kind = options["t"].lower()
    done = f"SUCCESS: An event of type '{kind}' was created in the '{log}' log with '{source}' as the source."
    context.line(done)
    return 0
