"""qwinsta.exe: the sessions of the machine."""

from __future__ import annotations

from emulator.console.command_line import split_arguments
from emulator.console.context import Context
from emulator.console.programs.query import sessions


def main(context: Context, tail: str) -> int:
    """`qwinsta [NAME]`."""
    return sessions(context, split_arguments(tail))
