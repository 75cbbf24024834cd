"""The events of a process: its end, and its output line by line (BeginOutputReadLine, BeginErrorReadLine).

A script has one thread: lines are told where events are looked at, not when they are written.
"""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING

from emulator.powershell.dotnet.event_sources import EventArguments, EventSource, Handler
from emulator.powershell.dotnet.exceptions import NetError

if TYPE_CHECKING:
    from emulator.host.windows.program_start import OutputPipe
    from emulator.powershell.modules.management.process_objects import ProcessObject

_EVENTS = {"output": "OutputDataReceived", "errors": "ErrorDataReceived"}
_ENDS_OF_LINES = re.compile("\r\n|\r|\n")
_INVALID = "System.InvalidOperationException"


class LineReading:
    """The lines of a stream of a program, as they come. ``is_on`` is false after CancelOutputRead."""

    __slots__ = ("_decoder", "_pipe", "_rest", "has_ended", "is_on")

    def __init__(self, pipe: OutputPipe, codec: str) -> None:
        self._pipe = pipe
        self._decoder = codecs.getincrementaldecoder(codec)("replace")
        self._rest = ""
        self.has_ended = False
        self.is_on = True

    def take(self) -> list[str | None]:
        """The lines that have come since, and None after the last one of a stream that has ended."""
        if not self.is_on or self.has_ended:
            return []
        self.has_ended = self._pipe.has_ended()
        text = self._rest + self._decoder.decode(self._pipe.take(self._pipe.pending), self.has_ended)
        # A carriage return at the end may be half of an end of line.
        cut = len(text) if self.has_ended or not text.endswith("\r") else len(text) - 1
        *lines, rest = _ENDS_OF_LINES.split(text[:cut])
        self._rest = rest + text[cut:]
        if not self.has_ended:
            return list(lines)
        return [*lines, *([self._rest] if self._rest else []), None]


class ProcessEvents(EventSource):
    """What can be heard of one process, whoever listens."""

    event_names = ("Disposed", "ErrorDataReceived", "Exited", "OutputDataReceived")

    def __init__(self, process: ProcessObject) -> None:
        self._process = process
        self._was_there = False
        self.listeners = []

    def begin(self) -> None:
        """The process was started."""
        self._was_there = True

    @property
    def subject(self) -> ProcessObject:
        """The process."""
        return self._process

    def listen(self, name: str, handler: Handler) -> None:
        """Register-ObjectEvent for Exited also sets EnableRaisingEvents."""
        if not self.listeners:
            self._was_there = self._process.is_associated and not self._process.has_exited
        super().listen(name, handler)
        if name.lower() == "exited":
            self._process.raises_events = True

    def settle(self, _now: int) -> None:
        """Tell the lines that have come, and then that the process is gone."""
        process = self._process
        if not process.is_associated:
            return
        is_gone = process.has_exited
        for stream, reading in (process.pipes.readings if process.pipes is not None else {}).items():
            if isinstance(reading, LineReading):
                for line in reading.take():
                    arguments = EventArguments("System.Diagnostics.DataReceivedEventArgs", {"Data": line})
                    self.tell(_EVENTS[stream], arguments)
        if is_gone and self._was_there and process.raises_events:
            self.tell("Exited", EventArguments("System.EventArgs", {}))
        self._was_there = not is_gone


def begin_reading(process: ProcessObject, stream: str) -> None:
    """BeginOutputReadLine, BeginErrorReadLine. Raises NetError as .NET does."""
    pipes = process.pipes
    pipe = None if pipes is None else pipes.redirected.get(stream)
    if pipes is None or pipe is None:
        name = {"output": "StandardOut", "errors": "StandardError"}[stream]
        raise NetError(_INVALID, f"{name} has not been redirected or the process hasn't started yet.")
    before = pipes.readings.get(stream)
    if before == "synchronous":
        raise _mixed()
    if isinstance(before, LineReading):
        if before.is_on:
            text = "An async read operation has already been started on the stream."
            raise NetError(_INVALID, text)
        before.is_on = True
        return
    pipes.readings[stream] = LineReading(pipe[0], pipe[1])


def cancel_reading(process: ProcessObject, stream: str) -> None:
    """CancelOutputRead, CancelErrorRead. Raises NetError as .NET does."""
    reading = None if process.pipes is None else process.pipes.readings.get(stream)
    if not isinstance(reading, LineReading) or not reading.is_on:
        raise NetError(_INVALID, "No async read operation is in progress on the stream.")
    reading.is_on = False


def read_at_once(process: ProcessObject, stream: str) -> None:
    """Somebody takes the reader of a stream: it cannot be read by events any more. Raises NetError."""
    if (
        process.pipes is not None
        and process.pipes.readings.setdefault(stream, "synchronous") != "synchronous"
    ):
        raise _mixed()


def _mixed() -> NetError:
    text = "Cannot mix synchronous and asynchronous operation on process stream."
    return NetError(_INVALID, text)
