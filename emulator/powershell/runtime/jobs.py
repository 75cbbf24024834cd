"""Background jobs: script blocks in a runspace and a thread of their own, inside the fake machine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.exceptions import ExceptionObject
from emulator.powershell.dotnet.library.catalog import load_on_demand
from emulator.powershell.dotnet.psobject import NoteProperty, PSObject
from emulator.powershell.dotnet.simple import Guid
from emulator.powershell.parser import ast
from emulator.powershell.runtime.background import Background
from emulator.powershell.runtime.errors import ErrorRecord, RecordSource
from emulator.powershell.runtime.hosting import PipelineStreams, new_session

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine, Frame
    from emulator.powershell.runtime.job_processes import JobProcess
    from emulator.powershell.runtime.runspace import Result, Runspace
    from emulator.powershell.runtime.script_block import ScriptBlock

FINISHED = frozenset({"Completed", "Failed", "Stopped"})


class Work:
    """What runs in the background for a job, and keeps what it writes."""

    background: Background | None = None
    streams: PipelineStreams

    def wait(self, seconds: float | None = None) -> bool:
        """Wait until it has ended or was left; false when it has not in that time."""
        return self.background is None or self.background.wait(seconds)

    def stop(self) -> None:
        """Stop-Job."""
        if self.background is not None and self.background.is_alive:
            self.background.stop()
            self.background.wait()

    def taken(self, keep: bool) -> list[Any]:
        """The output, which goes unless it is kept."""
        values = list(self.streams.out)
        if not keep:
            del self.streams.out[: len(values)]
        return values


class ProcessStreams(PipelineStreams):
    """What comes out of a job in another process: errors are those of a remote session."""

    __slots__ = ("_source",)

    def __init__(self, source: RecordSource) -> None:
        super().__init__()
        self._source = source

    def error(self, record: ErrorRecord) -> None:
        """An error."""
        super().error(self.crossed(record))

    def crossed(self, record: ErrorRecord) -> ErrorRecord:
        """An error as it arrives."""
        from emulator.powershell.serialization.record_reader import read_error

        bag = through_the_wire(record)
        return read_error(bag, self._source) if isinstance(bag, PSObject) else record


class Job(Work):
    """A job with its one child; what the child writes waits for Receive-Job."""

    def __init__(self, engine: Engine, name: str | None, command: str, kind: str, location: str) -> None:
        load_on_demand("system.management.automation.job")
        engine.jobs_made += 2
        self.engine = engine
        self.number = engine.jobs_made - 1
        self.name = name or f"Job{self.number}"
        self.command = command
        self.kind = kind
        self.location = location
        self.state = "NotStarted"
        self.identifier = Guid(engine.random.guid())
        self.child_identifier = Guid(engine.random.guid())
        self.runspace_identifier = Guid(engine.random.guid())
        self.streams = PipelineStreams()
        self.reason: Any = None
        self.begun: Any = None
        self.ended: Any = None

    @property
    def has_more_data(self) -> bool:
        """HasMoreData: something was not received yet, or may still come."""
        return self.state == "Running" or self.streams.holds_something

    @property
    def works(self) -> list[Job]:
        """What runs: the job itself, whose child is a view of it."""
        return [self]

    def start(
        self,
        runspace: Runspace,
        script: ScriptBlock,
        arguments: list[Any],
        values: list[Any] | None,
        first: ScriptBlock | None = None,
        process: JobProcess | None = None,
    ) -> None:
        """Start the work, in a process of its own when one is given: that one ends with the work, and when
        somebody else ends it, the job has failed."""
        self.state = "Running"
        self.begun = self.engine.now()

        def run(text: str, **keywords: Any) -> Result:
            result = runspace.run(text, sink=self.streams, **keywords)
            if result.ends_process and process is not None:
                process.exit()
            return result

        def work() -> None:
            result = None
            try:
                if first is not None:
                    result = run(first.text)
                if result is None or not (result.stopped or (process is not None and process.was_lost)):
                    result = run(script.text, input=values, arguments=arguments, new_scope=True)
            finally:
                if process is None:
                    runspace.close()
                else:
                    runspace.end_process()
                    process.end()
                self.ended = self.engine.now()
            if process is not None and process.was_lost:
                self.fail(broken_process(_LOST, "2100"))
            elif result.stopped:
                self.state = "Stopped"
            elif result.failure is not None:
                self.fail(self._arrived(result.failure))
            else:
                self.state = "Completed"

        stop = runspace.stop if process is None else process.end
        # Of processes the machine has only so many.
        self.background = Background(self.engine, work, stop, is_counted=process is None)

    def _arrived(self, reason: ErrorRecord) -> ErrorRecord:
        streams = self.streams
        return streams.crossed(reason) if isinstance(streams, ProcessStreams) else reason

    def abandon(self) -> None:
        """The runspace that started it closes: ask it to stop, and wait for nothing."""
        if self.background is not None and self.background.is_alive:
            self.background.stop()

    def not_started(self, reason: ErrorRecord) -> None:
        """It could not even start."""
        self.begun = self.ended = self.engine.now()
        self.fail(reason)

    def fail(self, reason: ErrorRecord) -> None:
        """It has ended with an error."""
        self.reason = reason
        self.streams.error(reason)
        self.state = "Failed"

    def received(self, keep: bool) -> list[Any]:
        """The output as it comes from another process: without methods, with where it came from."""
        values = self.taken(keep)
        return [marked(through_the_wire(one), self.runspace_identifier, self.location) for one in values]


def through_the_wire(value: Any) -> Any:
    """A value as remoting delivers it: written as CLIXML and read again."""
    if value is None or type(value) in (str, int, bool, float):
        return value
    from emulator.powershell.serialization.clixml_reader import deserialize
    from emulator.powershell.serialization.clixml_writer import serialize

    return deserialize(serialize(value).encode("utf-8"))


def marked(value: Any, runspace: Guid, computer: str | None = None) -> Any:
    """A value with RunspaceId (and PSComputerName) as Receive-Job and Invoke-Command add them."""
    if type(value) in (str, int, bool, float) or value is None:
        return value
    made = value if isinstance(value, PSObject) else PSObject(value)
    if computer is not None:
        made.add(NoteProperty("PSComputerName", computer))
    made.add(NoteProperty("RunspaceId", runspace))
    return made


def using_values(script: ScriptBlock, frame: Frame) -> dict[str, Any]:
    """The values of the ``$using:`` expressions of a block, worked out here: by their text."""
    from emulator.powershell.runtime.compiler.base import value_of

    found: dict[str, Any] = {}
    if "$using:" not in script.text.lower() and "@using:" not in script.text.lower():
        return found
    for node in script.compiled.ast.walk():
        if isinstance(node, ast.UsingExpressionAst):
            found[node.extent.text.lower()] = through_the_wire(value_of(node.sub_expression)(frame))
    return found


def job_runspace(engine: Engine) -> Runspace:
    """A runspace for a job in this process."""
    from emulator.powershell.runtime.runspace import Runspace as RunspaceType

    return RunspaceType(new_session(engine))


#: What is heard of a process that somebody ended: the end of its error stream, which is taken for a message.
_LOST = "The background process reported an error with the following message: ."


def broken_process(text: str, number: str) -> ErrorRecord:
    """The error of a job whose process was lost, or never there; ``number`` is that of the transport."""
    exception = ExceptionObject("System.Management.Automation.Remoting.PSRemotingTransportException", text)
    record = ErrorRecord(exception, f"{number},PSSessionStateBroken", "OpenError", "localhost")
    record.details = f"[localhost] {text}"
    record.command_class = ""
    return record
