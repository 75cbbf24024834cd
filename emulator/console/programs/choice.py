"""choice.exe: wait for one of a list of characters, or for the end of a time."""

from __future__ import annotations

from emulator.console.command_line import split_arguments
from emulator.console.context import Context
from emulator.console.process import ProgramCancelled
from emulator.console.programs.options import FLAG, VALUE, BadOption, read_options
from emulator.console.programs.refusals import wrong_usage

_OPTIONS = {"c": VALUE, "n": FLAG, "cs": FLAG, "t": VALUE, "d": VALUE, "m": VALUE}
_LONGEST_SECONDS, _FAILED = 9999, 255


def main(context: Context, tail: str) -> int:
    """`choice [/c LIST] [/n] [/cs] [/t SECONDS /d CHOICE] [/m TEXT]`; the exit code is the place in LIST."""
    try:
        options = read_options(split_arguments(tail.replace("/C:", "/C ").replace("/c:", "/c ")), _OPTIONS)
    except BadOption as wrong:
        return _refused(context, str(wrong))
    is_exact = "cs" in options
    choices = options.get("c", "YN") if is_exact else options.get("c", "YN").upper()
    default = options.get("d", "") if is_exact else options.get("d", "").upper()
    seconds = options.get("t")
    if len(set(choices)) != len(choices) or not choices.isalnum():
        return _refused(context, "Invalid syntax. Valid choices are a - z, A - Z, 0 - 9, without duplicates.")
    if (seconds is None) != (not default):
        missing, given = ("/D", "/T") if not default else ("/T", "/D")
        return _refused(context, f"Invalid syntax. {missing} expected with {given}.")
    if seconds is not None and not (
        seconds.isdecimal() and len(seconds) < 10 and int(seconds) <= _LONGEST_SECONDS
    ):
        return _refused(context, "Invalid syntax. Valid range for /t is (0 - 9999).")
    if default and (len(default) != 1 or default not in choices):
        return _refused(context, "Invalid syntax. Default choice must match one of the valid choices.")
    text = options.get("m", "")
    shown = "" if "n" in options else f"[{','.join(choices)}]?"
    context.stdout.write(" ".join(part for part in (text, shown) if part))
    return _chosen(context, choices, default, seconds, is_exact)


def _chosen(context: Context, choices: str, default: str, seconds: str | None, is_exact: bool) -> int:
    """What is typed first and is a choice; a remote shell has no keyboard, so that a time runs out."""
    if seconds is not None:
        if not context.host.sleep(int(seconds), context.cancelled.is_set):
            raise ProgramCancelled("choice was interrupted")
        context.line(default)
        return choices.index(default) + 1
    for typed in context.stdin.read():
        found = typed if is_exact else typed.upper()
        if found in choices:
            context.line(found)
            return choices.index(found) + 1
    context.line()
    context.error("ERROR: The file is either empty or does not contain the valid choices.")
    return _FAILED


def _refused(context: Context, text: str) -> int:
    wrong_usage(context, "choice", text)
    return _FAILED
