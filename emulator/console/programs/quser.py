"""quser.exe: the users who are logged on at the machine."""

from __future__ import annotations

from emulator.console.command_line import split_arguments
from emulator.console.context import Context
from emulator.console.programs.query import users


def main(context: Context, tail: str) -> int:
    """`quser [NAME]`."""
    return users(context, split_arguments(tail))
