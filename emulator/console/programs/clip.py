"""clip.exe: what it reads goes to the clipboard of the account."""

from __future__ import annotations

from emulator.console.context import Context
from emulator.console.programs.refusals import wrong_usage
from emulator.host import HostError


def main(context: Context, tail: str) -> int:
    """`... | clip`."""
    if tail.strip():
        return wrong_usage(context, "clip", f"Invalid argument/option - '{tail.split()[0]}'.")
    try:
        context.host.clipboards.put(context.account, context.stdin.read())
    except HostError as problem:
        context.error(f"ERROR: {problem.text}")
        return 1
    return 0
