"""System.Diagnostics.Process as an object: a process of the machine, as somebody sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.host import Account, Host
from emulator.host.windows.processes import Process
from emulator.host.windows.processor_time import processor_time
from emulator.host.windows.program_start import ProgramRun
from emulator.host.windows.termination import may_open
from emulator.powershell.dotnet.exceptions import NetError
from emulator.powershell.dotnet.time_values import TimeSpan
from emulator.powershell.modules.management.process_events import ProcessEvents

if TYPE_CHECKING:
    from emulator.powershell.modules.management.process_start_info import Pipes, ProcessStartInfo


class ProcessObject:
    """Of what a process consumes only working set and time are modelled.

    One that was made and not started has no process: everything that asks for it raises .NET's error.
    """

    __slots__ = ("_process", "caller", "events", "host", "info", "pipes", "raises_events", "run")

    def __init__(
        self, host: Host, process: Process | None, caller: Account | None, run: ProgramRun | None = None
    ) -> None:
        self.host = host
        self.caller = caller
        self.run = run
        self.info: ProcessStartInfo | None = None
        self.pipes: Pipes | None = None
        self.raises_events = False
        self._process = process
        self.events = ProcessEvents(self)

    @property
    def is_associated(self) -> bool:
        """Whether this object has a process."""
        return self._process is not None

    @property
    def process(self) -> Process:
        """The process of the machine. Raises NetError when this object has none."""
        if self._process is None:
            raise NetError("System.InvalidOperationException", "No process is associated with this object.")
        return self._process

    def became(self, run: ProgramRun) -> None:
        """The process was started."""
        self.run, self._process = run, run.process
        self.events.begin()

    def close(self) -> None:
        """Let go of the process, which goes on."""
        self._process = self.run = self.pipes = None

    @property
    def name(self) -> str:
        """The image without .exe; the two that are no program have names of their own."""
        name = self.process.name
        if self.process.id == 0:
            return "Idle"
        return name[:-4] if name.lower().endswith(".exe") else name

    @property
    def has_exited(self) -> bool:
        """Whether it is gone since."""
        if self.run is not None:
            return self.run.exit_code is not None
        return self.host.processes.get(self.process.id) is not self.process

    def time(self, kind: str = "total") -> TimeSpan:
        """Its time of the processors: ``total``, ``kernel`` or ``user``. Raises NetError for processes of
        others."""
        if not may_open(self.process, self.caller):
            raise NetError("System.ComponentModel.Win32Exception", "Access is denied")
        return TimeSpan(getattr(processor_time(self.host, self.process), kind))

    @property
    def cpu_seconds(self) -> float | None:
        """CPU: seconds; None for processes of others."""
        return self.time().ticks / 1e7 if may_open(self.process, self.caller) else None

    @property
    def user_name(self) -> str:
        """The account that it runs as."""
        return self.process.account

    def __str__(self) -> str:
        return (
            "System.Diagnostics.Process"
            if self._process is None
            else f"System.Diagnostics.Process ({self.name})"
        )
