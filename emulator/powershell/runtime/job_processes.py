"""Processes of PowerShell that work for jobs, as Start-Job asks the machine for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable

from emulator.record import Record

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine
    from emulator.powershell.runtime.runspace import Runspace


class ProcessNotStarted(Exception):
    """Windows did not start a process; the text says why in its words."""


class ProcessOrder(Record):
    """What a job wants of its process.

    ``user``: name and password of whose it shall be, None for the caller's own. ``is_32_bit``: the one of
    SysWOW64. ``version`` and ``first`` are what its command line tells: -PSVersion, and the text of
    -InitializationScript.
    """

    user: tuple[str, str] | None = None
    is_32_bit: bool = False
    version: str | None = None
    first: str = ""


class JobProcess(Protocol):
    """A process that works for one job, and ends with the process that started it."""

    runspace: Runspace
    """Where the scripts of the job run."""

    @property
    def was_lost(self) -> bool:
        """Whether it has ended before the job was done with it: by itself, or by somebody else."""
        ...

    def end(self) -> None:
        """The job needs it no more: what runs in it is stopped."""
        ...

    def exit(self) -> None:
        """It ends by itself."""
        ...


@runtime_checkable
class JobProcesses(Protocol):
    """Starts such processes."""

    def start(self, engine: Engine, order: ProcessOrder) -> JobProcess:
        """A new process, a child of the engine's own. Raises ProcessNotStarted."""
        ...
