"""cmdkey.exe: saved credentials. A logon over the network, as all are here, has none and can save none."""

from __future__ import annotations

from emulator.console.command_line import split_arguments
from emulator.console.context import Context
from emulator.console.programs.refusals import not_emulated

_NO_STORE = "CMDKEY: Credentials cannot be saved from this logon session."
_NOT_FOUND = "CMDKEY: Element not found."


def main(context: Context, tail: str) -> int:
    """`cmdkey /list[:TARGET]`, `cmdkey /add:TARGET|/generic:TARGET /user:NAME /pass:TEXT`, `cmdkey
    /delete:TARGET`."""
    words = split_arguments(tail)
    option, _, target = words[0].partition(":") if words else ("", "", "")
    option = option.lower()
    if option == "/list":
        context.line()
        head = f"Currently stored credentials for {target}:" if target else "Currently stored credentials:"
        context.line(head)
        context.line()
        context.line("* NONE *")
        return 0
    if option in ("/add", "/generic") and target:
        context.line()
        context.line(_NO_STORE)
        return 1
    if option == "/delete" and (target or "/ras" in map(str.lower, words)):
        context.line()
        context.line(_NOT_FOUND)
        return 1
    return not_emulated(context, f"cmdkey {option}".strip())
