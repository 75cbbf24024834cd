"""How programs refuse: a command line that is wrong, and what is not emulated."""

from __future__ import annotations

from emulator.console.context import Context


def wrong_usage(context: Context, program: str, text: str, verb: str = "") -> int:
    """What programs such as schtasks, tasklist and systeminfo say of a wrong command line."""
    context.error(f"ERROR: {text}")
    context.error(f'Type "{program.upper()} {verb.upper()}{" " if verb else ""}/?" for usage.')
    return 1


def not_emulated(context: Context, what: str, code: int = 1) -> int:
    """A command or option of a program that the emulator does not have: said, and counted as a gap."""
    context.host.gaps.record("program", what[:80])
    context.error(f"{what[:200]} is not emulated.")
    return code
