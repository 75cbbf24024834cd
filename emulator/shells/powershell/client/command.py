"""One command of a session, as its client sees it: starts it, feeds it, takes what it writes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from uuid import UUID

from emulator.powershell.dotnet.exceptions import NetError
from emulator.powershell.dotnet.psobject import PSObject, unwrap
from emulator.powershell.runtime.command_pipeline import PipelineCommand
from emulator.powershell.runtime.errors import ErrorRecord, PipelineStopped, PSError
from emulator.powershell.runtime.host_objects import nobody_there
from emulator.powershell.runtime.host_values import Size
from emulator.powershell.runtime.streams import MessageRecord
from emulator.powershell.serialization import record_reader as records
from emulator.powershell.serialization.clixml_writer import ClixmlWriter
from emulator.powershell.serialization.record_reader import number
from emulator.shells.errors import (
    ShellDisconnected,
    ShellError,
    StreamDisconnected,
    TimedOut,
)
from emulator.shells.powershell import texts
from emulator.shells.powershell.client.host import perform
from emulator.shells.powershell.client.requests import create_pipeline, host_response
from emulator.shells.powershell.host_calls import METHODS, is_void
from emulator.shells.powershell.messages import Defragmenter, Message, MessageType
from emulator.shells.powershell.requests import read_bag, read_object

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine
    from emulator.powershell.runtime.sinks import Sink
    from emulator.shells.powershell.client.connection import PoolConnection

#: How long one Receive waits before the client looks whether its own script was stopped.
_PATIENCE = 0.2
_LIMIT = 1 << 20
_ENDED = {texts.STOPPED: "Stopped", texts.COMPLETED: "Completed", texts.FAILED: "Failed"}
_METHOD_NAMES = {value: name for name, value in METHODS.items()}
_MESSAGES = {
    MessageType.WARNING_RECORD: ("Warning", "warning"),
    MessageType.VERBOSE_RECORD: ("Verbose", "verbose"),
    MessageType.DEBUG_RECORD: ("Debug", "debug"),
}


class PoolCommand:
    """A command. ``state`` is Running, Completed, Failed, Stopped, Disconnected or Broken."""

    def __init__(self, connection: PoolConnection, identifier: str) -> None:
        self._connection = connection
        self.identifier = identifier
        self._uuid = UUID(identifier)
        self.state = "Running"
        self.failure: ErrorRecord | None = None
        self._defragmenter = Defragmenter()
        self._size = 0
        self._has_host = True

    def start(
        self, engine: Engine, statements: Sequence[Sequence[PipelineCommand]], values: Iterable[Any] | None
    ) -> None:
        """Send the request and the input. Raises ShellError."""
        connection = self._connection
        writer = ClixmlWriter(engine, connection.encrypt)
        text = create_pipeline(writer, statements, values is not None)
        fragment = connection.protocol.fragment(MessageType.CREATE_PIPELINE, self._uuid, text)
        connection.pool.run(fragment, self.identifier)
        if values is None:
            return
        for one in values:
            writer = ClixmlWriter(engine, connection.encrypt)
            writer.write(one)
            self._send(MessageType.PIPELINE_INPUT, writer.text())
        self._send(MessageType.END_OF_PIPELINE_INPUT, "")

    def ask(self, text: str) -> None:
        """Send GET_COMMAND_METADATA, whose answer is output. Raises ShellError."""
        connection = self._connection
        fragment = connection.protocol.fragment(MessageType.GET_COMMAND_METADATA, self._uuid, text)
        connection.pool.run(fragment, self.identifier)

    def _send(self, kind: MessageType, text: str) -> None:
        connection = self._connection
        fragment = connection.protocol.fragment(kind, self._uuid, text)
        connection.pool.send(self.identifier, "stdin", fragment)

    def stop(self) -> None:
        """Ctrl+C: it ends soon."""
        with suppress(ShellError):
            self._connection.pool.interrupt(self.identifier)

    def receive(
        self, engine: Engine, sink: Sink, stopped: Callable[[], bool], *, has_host: bool = True
    ) -> None:
        """Hand what it writes to the sink until it has ended or the session was left.

        Raises PipelineStopped when the command was ended because ``stopped`` said so.
        """
        self.state = "Running"
        self._has_host = has_host
        was_stopped = False
        while self.state == "Running":
            if not was_stopped and stopped():
                was_stopped = True
                self.stop()
            try:
                received = self._connection.pool.receive(self.identifier, ("stdout",), _PATIENCE, _LIMIT)
            except TimedOut:
                self._connection.look_at_pool()
                continue
            except (StreamDisconnected, ShellDisconnected):  # while it waited, and between two Receives
                self.state = "Disconnected"
                return
            except ShellError as problem:
                # There is no shell any more; it may have gone between two Receives.
                self._broken(self._connection.command_error(problem))
                return
            for _stream, data in received.chunks:
                self._size += len(data)
                for message in self._defragmenter.feed(data):
                    self._take(engine, message, sink)
            if received.exit_code is not None and self.state == "Running":
                self.state = "Completed"
        if was_stopped:
            raise PipelineStopped

    def _broken(self, failure: ErrorRecord) -> None:
        self.state = "Broken"
        self._connection.break_off()
        self.failure = failure

    def _take(self, engine: Engine, message: Message, sink: Sink) -> None:
        if self.state != "Running":
            return
        kind, decrypt = message.type, self._connection.decrypt
        excess = self._connection.excess(self._size, len(message.data))
        if excess is not None:
            self._broken(self._connection.transport_error(excess, None))
            self.stop()
            return
        if kind is MessageType.PIPELINE_OUTPUT:
            sink.output(read_object(message.data, decrypt))
            return
        bag = read_bag(message.data, decrypt)
        if kind is MessageType.ERROR_RECORD:
            sink.error(records.read_error(bag, self._connection.source))
        elif kind in _MESSAGES:
            name, stream = _MESSAGES[kind]
            getattr(sink, stream)(MessageRecord(name, records.read_message(bag)))
        elif kind is MessageType.INFORMATION_RECORD:
            sink.information(records.read_information(bag))
        elif kind is MessageType.PROGRESS_RECORD:
            sink.progress(records.read_progress(bag))
        elif kind is MessageType.PIPELINE_HOST_CALL:
            self._answer(engine, bag)
        elif kind is MessageType.PIPELINE_STATE:
            self._ended(bag)

    def _ended(self, bag: PSObject) -> None:
        state = _ENDED.get(number(bag.note("PipelineState"), -1))
        if state is None:
            return
        self.state = state
        failed = bag.note("ExceptionAsErrorRecord")
        if isinstance(failed, PSObject) and state == "Failed":
            self.failure = records.read_error(failed, self._connection.source)

    def _performed(self, engine: Engine, method: str, arguments: list[Any]) -> Any:
        if self._has_host:
            return perform(engine, method, arguments)
        if is_void(method):
            return None
        raise nobody_there()

    def _answer(self, engine: Engine, bag: PSObject) -> None:
        """A call of the host of the script."""
        identifier = number(bag.note("mi"))
        method = _METHOD_NAMES.get(identifier)
        if method is None:
            return
        given = unwrap(bag.note("mp"))
        result, failure = None, None
        try:
            result = self._performed(engine, method, list(given) if given is not None else [])
        except NetError as problem:
            failure = ErrorRecord(problem.exception, "RemoteHostCallFailed")
        except PSError as problem:
            failure = problem.record
        if is_void(method):
            return
        if isinstance(result, Size):
            result = PSObject.custom((("width", result.width), ("height", result.height)))
        writer = ClixmlWriter(engine, self._connection.encrypt)
        text = host_response(writer, number(bag.note("ci")), identifier, result, failure)
        with suppress(ShellError):  # the command may have ended meanwhile
            self._send(MessageType.PIPELINE_HOST_RESPONSE, text)
