"""Stages of a running pipeline: what they have in common, programs, and the run itself."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.exceptions import ExceptionObject
from emulator.powershell.runtime.binder import Argument
from emulator.powershell.runtime.commands import ApplicationInfo
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.errors import (
    ErrorRecord,
    PSError,
    StopUpstream,
)
from emulator.powershell.runtime.streams import Streams, Write

if TYPE_CHECKING:
    from emulator.powershell.format.out import Formatter
    from emulator.powershell.runtime.engine import Engine, Frame
    from emulator.powershell.runtime.invocation import InvocationInfo


class Processor:
    """A stage. ``write`` leads to the next one."""

    __slots__ = ("failed", "is_begun", "write")

    write: Write
    failed: bool
    is_begun: bool
    """True when `start` was called."""

    def start(self) -> None:
        """Begin, unless an object that a stage above wrote in its own beginning has come first."""
        if not self.is_begun:
            self.is_begun = True
            self.begin()

    def begin(self) -> None:
        """Before any input."""

    def process(self, value: Any) -> None:
        """One input object."""
        raise NotImplementedError

    def alone(self) -> None:
        """Instead of input, when there is none."""

    def end(self) -> None:
        """After the last input."""

    def dispose(self) -> None:
        """Always, in the end."""


def positional_values(arguments: Iterable[Argument]) -> list[Any]:
    values: list[Any] = []
    for one in arguments:
        if one.name is not None:
            values.append(f"-{one.name}" + (":" if one.has_value else ""))
            if one.has_value:
                values.append(one.value)
        else:
            values.append(one.value)
    return values


_STOP = "--%"


def _parted(arguments: list[Argument]) -> tuple[list[Argument], str]:
    """The arguments before the bare word ``--%``, and the text after it, which is nobody's to read."""
    for place, one in enumerate(arguments):
        if one.value == _STOP and one.name is None and one.extent is not None and one.extent.text == _STOP:
            return arguments[:place], "".join(to_text(each.value) for each in arguments[place + 1 :])
    return arguments, ""


class ProgramProcessor(Processor):
    """A stage that is a program. Its standard input is what Out-String makes of the input objects."""

    __slots__ = (
        *("arguments", "engine", "expects_input", "formatter", "info", "invocation", "lines", "streams"),
    )

    def __init__(
        self,
        frame: Frame,
        info: ApplicationInfo,
        arguments: list[Argument],
        write: Write,
        streams: Streams,
        invocation: InvocationInfo,
        expects_input: bool,
    ) -> None:
        self.engine = frame.engine
        self.info = info
        self.arguments = arguments
        self.write = write
        self.streams = streams
        self.invocation = invocation
        self.expects_input = expects_input
        self.lines: list[str] = []
        self.formatter: Formatter | None = None
        """What shows objects; None while all that came is text."""
        self.failed = self.is_begun = False

    def process(self, value: Any) -> None:
        """Keep the lines of the input, of objects as they are now."""
        if self.formatter is None:
            if isinstance(value, str):
                self.lines.append(value)
                return
            from emulator.powershell.format.out import Formatter

            self.formatter = Formatter(self.engine, self.engine.ui.width)
        self.lines += self.formatter.add(value)

    def _input(self) -> list[str] | None:
        if not self.expects_input:
            return None
        return self.lines if self.formatter is None else [*self.lines, *self.formatter.finish()]

    def end(self) -> None:
        """Run the program."""
        from emulator.powershell.runtime.services import ProgramRunner, expanded

        runner = self.engine.find_service(ProgramRunner)
        assert runner is not None  # noqa: S101 - the program was found by it
        texts: list[str] = []
        arguments, rest = _parted(self.arguments)
        for value in positional_values(arguments):
            if isinstance(value, list):
                texts.extend(to_text(item) for item in value)
            else:
                texts.append(to_text(value))
        code = runner.run(
            self.info.path,
            texts,
            self._input(),
            self.write,
            self._error_line,
            self.engine.stopped,
            expanded(self.engine.environment, rest),
        )
        self.engine.global_scope.set("LASTEXITCODE", code)
        self.failed = code != 0

    def _error_line(self, text: Any) -> None:
        record = ErrorRecord(
            ExceptionObject("System.Management.Automation.RemoteException", to_text(text)),
            "NativeCommandError",
            "NotSpecified",
            to_text(text),
        )
        record.invocation = self.invocation
        self.streams.error(record)


def run_pipeline(engine: Engine, processors: list[Processor], source: Iterable[Any] | None) -> None:
    """Run stages that are joined by their ``write``. ``source`` feeds the first one; None = no input."""
    if engine.events is not None:
        # Actions that are due run before the command does.
        engine.events.settle(engine)
    try:
        try:
            for one in processors:
                one.start()
            first = processors[0]
            if source is None:
                first.alone()
            else:
                for value in source:
                    first.process(value)
            for one in processors:
                one.end()
        except StopUpstream as signal:
            if signal.command not in processors:
                raise
            place = processors.index(signal.command)
            for one in processors[place + 1 :]:
                one.end()
        engine.success = not any(one.failed for one in processors)
    except PSError as problem:
        problem.leaving = False
        engine.success = False
        if engine.transcription is not None:
            engine.transcription.terminating_error(problem.record)
        raise
    finally:
        for one in processors:
            one.dispose()
