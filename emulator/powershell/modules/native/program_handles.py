"""What handles of processes, threads and jobs stand for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.powershell.csharp.native_process import KernelObject

if TYPE_CHECKING:
    from emulator.host import Host
    from emulator.host.windows.processes import Process
    from emulator.host.windows.program_start import ProgramRun

STILL_ACTIVE = 259


class ProcessHandle(KernelObject):
    """A process of the machine; ``run`` for one that this process started."""

    def __init__(self, host: Host, process: Process, run: ProgramRun | None = None) -> None:
        super().__init__()
        self.host = host
        self.process = process
        self.run = run

    @property
    def is_signaled(self) -> bool:
        """Whether it has ended."""
        if self.run is not None:
            return self.run.exit_code is not None
        return self.host.processes.get(self.process.id) is not self.process

    @property
    def exit_code(self) -> int:
        """STILL_ACTIVE while it runs. Of others' processes the code is not kept: 0."""
        if not self.is_signaled:
            return STILL_ACTIVE
        return 0 if self.run is None or self.run.exit_code is None else self.run.exit_code & 0xFFFFFFFF


class ThreadHandle(KernelObject):
    """The first thread of a program that this process started."""

    def __init__(self, run: ProgramRun) -> None:
        super().__init__()
        self.run = run

    @property
    def is_signaled(self) -> bool:
        """Whether it has ended."""
        return self.run.exit_code is not None


class Job(KernelObject):
    """A job object: the processes that were put into it."""

    def __init__(self) -> None:
        super().__init__()
        self.processes: list[ProcessHandle] = []
        self.port: CompletionPort | None = None
        self.key = 0

    @property
    def is_signaled(self) -> bool:
        """Only a job whose time is used up is; none is here."""
        return False


class CompletionPort(KernelObject):
    """A completion port: the job that reports to it, and what it has reported."""

    def __init__(self) -> None:
        super().__init__()
        self.job: Job | None = None
        self.told = False
