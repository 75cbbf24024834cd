"""Where the streams of a script go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from emulator.powershell.runtime.errors import ErrorRecord


class Sink(Protocol):
    """Receives what a script writes, in the order in which it writes it."""

    def output(self, value: Any) -> None:
        """An object of the output stream."""
        ...

    def error(self, record: ErrorRecord) -> None:
        """A non-terminating error, or a terminating one that ended a statement."""
        ...

    def warning(self, record: Any) -> None:
        """A MessageRecord."""
        ...

    def verbose(self, record: Any) -> None:
        """A MessageRecord."""
        ...

    def debug(self, record: Any) -> None:
        """A MessageRecord."""
        ...

    def information(self, record: Any) -> None:
        """An InformationRecord; what Write-Host writes also comes here, after the user interface had it."""
        ...

    def progress(self, record: Any) -> None:
        """A ProgressRecord."""
        ...


class Collector:
    """A sink that keeps everything."""

    def __init__(self) -> None:
        self.outputs: list[Any] = []
        self.errors: list[ErrorRecord] = []
        self.warnings: list[Any] = []
        self.verboses: list[Any] = []
        self.debugs: list[Any] = []
        self.informations: list[Any] = []
        self.progresses: list[Any] = []
        self.output = self.outputs.append
        self.error = self.errors.append
        self.warning = self.warnings.append
        self.verbose = self.verboses.append
        self.debug = self.debugs.append
        self.information = self.informations.append
        self.progress = self.progresses.append
