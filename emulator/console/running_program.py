"""A program that runs is a process of the machine: everybody sees it in the list and may end it there."""

from __future__ import annotations

import threading
from collections.abc import Callable

from emulator.console.context import Context
from emulator.console.process import ProgramCancelled
from emulator.host.windows.program_start import TERMINATED


class Cancellation(threading.Event):
    """The stop signal of a process: its own, or that of the process that started it."""

    def __init__(self, outer: threading.Event) -> None:
        super().__init__()
        self._outer = outer

    def is_set(self) -> bool:
        return super().is_set() or self._outer.is_set()


def run_as_process(
    context: Context, parent_id: int, path: str, command_line: str, work: Callable[[], int]
) -> int:
    """Do the work of a new process, whose context is given; its exit code.

    When somebody ends the process, the work is told by the context's stop signal. Raises QuotaExceeded, and
    ProgramCancelled when the process that started this one was ended.
    """
    host, outer = context.host, context.cancelled
    context.cancelled = Cancellation(outer)
    context.stdin = context.stdin.for_process(context.cancelled)

    def ended() -> None:
        context.cancelled.set()
        context.stdin.wake()

    with host.looking():
        listed = host.processes.start(
            path,
            command_line,
            account=context.account.qualified_name,
            parent_id=parent_id,
            ended=ended,
        )
    context.process_id = listed.id
    code = TERMINATED
    try:
        if context.cancelled.is_set():
            raise ProgramCancelled("the process was ended before it began")
        code = work()
    except ProgramCancelled:
        if outer.is_set():
            raise
    finally:
        with host.looking():
            was_ended = host.processes.get(listed.id) is not listed
            if not was_ended:
                host.processes.end(listed.id)
    return TERMINATED if was_ended else code
