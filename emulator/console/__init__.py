"""cmd.exe and the programs that people run in it, on the fake machine.

`start` and `check` are what a remote shell calls (`emulator.console.process.Console`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from emulator.console.process import Process

__all__ = ["check", "start"]


def check(process: Process) -> str:
    """The path of the program that runs.

    Raises `ProgramNotFound` when a process without cmd.exe names a program that does not exist.
    """
    from emulator.console import entry

    return entry.check(process)


def start(process: Process) -> int:
    """Run the process to its end in the calling thread and return its exit code."""
    from emulator.console import entry

    return entry.start(process)
