"""notepad.exe: a window that nobody sees. It is there until somebody ends the process."""

from __future__ import annotations

from emulator.console.context import Context
from emulator.console.process import ProgramCancelled

has_window = True


def main(context: Context, _tail: str) -> int:
    """`notepad [/p] [file]`."""
    context.host.wait_for(lambda: False, interrupted=context.cancelled.is_set, skip_time=False)
    raise ProgramCancelled("notepad was ended")
