"""more.com: its input or files, a page at a time; without a console, all at once."""

from __future__ import annotations

from emulator.console.cmd.builtins.arguments import split
from emulator.console.context import Context
from emulator.host import HostError


def main(context: Context, tail: str) -> int:
    """Copy files or standard input to standard output."""
    _, operands = split(tail)
    if not operands:
        context.stdout.write(context.stdin.read())
        return 0
    for operand in operands:
        try:
            context.stdout.write(context.files.read(context.path(operand)))
        except HostError:
            context.error(f"Cannot access file {context.path(operand)}")
            return 1
    return 0
