"""One pipeline of a runspace pool: its request, input, output, host calls and life."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator
from enum import Enum, auto
from typing import TYPE_CHECKING, Any
from uuid import UUID

from emulator.log import Log
from emulator.powershell.dotnet.exceptions import ExceptionObject
from emulator.powershell.runtime.errors import ErrorRecord, PipelineStopped, PSError
from emulator.powershell.serialization.clixml_writer import ClixmlWriter
from emulator.shells.errors import ObjectTooLarge, ProtocolViolation
from emulator.shells.powershell import texts
from emulator.shells.powershell.host_calls import VOID_CALL, call_text, is_void, result_of
from emulator.shells.powershell.messages import MAXIMUM_PENDING, MessageType
from emulator.shells.powershell.output_queue import OutputQueue
from emulator.shells.powershell.requests import (
    HostInfo,
    MetadataRequest,
    PipelineRequest,
    read_bag,
    read_object,
)
from emulator.shells.powershell.sink import PipelineSink

if TYPE_CHECKING:
    from emulator.shells.powershell.pool import RunspacePoolShell
    from emulator.shells.powershell.runspaces import PooledRunspace

_logger = Log(__name__)

#: Seconds that a script waits for a client's public key before a SecureString cannot be sent.
_KEY_TIMEOUT = 60.0


class Stage(Enum):
    """How far a pipeline has come."""

    INCOMPLETE = auto()
    """Its request has not arrived in full."""
    WAITING = auto()
    """It waits for a runspace."""
    RUNNING = auto()
    FINISHED = auto()


class Pipeline:
    """A pipeline. All fields are guarded by the pool's condition."""

    def __init__(self, pool: RunspacePoolShell, identifier: str, condition: threading.Condition) -> None:
        self.pool = pool
        self.identifier = identifier
        self.uuid: UUID | None = None
        self.queue = OutputQueue(condition)
        self.request: PipelineRequest | MetadataRequest | None = None
        self.stage = Stage.INCOMPLETE
        self.is_stopping = False
        self.is_abandoned = False
        """Nobody will receive any more: the client closed it, or the pool ended."""
        self.is_drained = False
        """The client has heard of the end."""
        self._condition = condition
        self._input: deque[bytes] = deque()
        self._input_size = 0
        self._input_ended = False
        self._answers: dict[int, Any] = {}
        self._runspace: PooledRunspace | None = None

    # What the client sends.

    def feed(self, data: bytes) -> None:
        """PIPELINE_INPUT. Raises ObjectTooLarge."""
        with self._condition:
            if self._input_ended or self.stage is Stage.FINISHED:
                return
            if self._input_size + len(data) > MAXIMUM_PENDING:
                raise ObjectTooLarge("more input waits than a command may have")
            self._input.append(data)
            self._input_size += len(data)
            self._condition.notify_all()

    def end_input(self) -> None:
        """END_OF_PIPELINE_INPUT."""
        with self._condition:
            self._input_ended = True
            self._condition.notify_all()

    def answer(self, data: bytes) -> None:
        """PIPELINE_HOST_RESPONSE. One that nobody waits for is dropped."""
        response = read_bag(data, self.pool.decrypt)
        call_id = response.note("ci")
        with self._condition:
            if isinstance(call_id, int) and call_id in self._answers:
                self._answers[int(call_id)] = response
                self._condition.notify_all()

    def stop(self) -> None:
        """Ctrl+C: the script ends at once, what it wrote can be received."""
        with self._condition:
            if self.stage is Stage.FINISHED or self.is_stopping:
                return
            self.is_stopping = True
            runspace = self._runspace
            if runspace is None:
                self._finish(texts.STOPPED, _stopped_record())
            else:
                runspace.stop()
            self._condition.notify_all()
        self.pool.host.wake()

    def abandon(self) -> None:
        """Stop, and forget the output."""
        with self._condition:
            self.is_abandoned = True
            self.queue.clear()
        self.stop()

    # Output.

    @property
    def _is_gone(self) -> bool:
        return self.is_stopping or self.is_abandoned or self.pool.is_lost

    def send(self, kind: MessageType, text: str) -> None:
        """Queue a message. Waits while the client is behind; raises PipelineStopped when it is gone."""
        with self._condition:
            self.queue.wait_for_room(lambda: self._is_gone, lambda: self.pool.drops_output)
            if self._is_gone:
                raise PipelineStopped
            self.pool.enqueue(self.queue, kind, self.uuid, text)

    def encrypt(self, text: str) -> str:
        """A SecureString's text under the session key; the client is asked for its public key if need be.

        Raises ValueError when the client does not give one in time.
        """
        pool = self.pool
        with self._condition:
            if not pool.has_key:
                pool.request_key()
                self._condition.wait_for(lambda: pool.has_key or self._is_gone, _KEY_TIMEOUT)
                if self._is_gone:
                    raise PipelineStopped
            if not pool.has_key:
                raise ValueError("The session key exchange with the client failed.")
            return pool.encrypt(text)

    def host_call(self, method: str, arguments: list[Any]) -> Any:
        """Call the client's host and give what it answers; a method without result is not waited for.

        Raises PipelineStopped when the pipeline or the pool ends first, PSError for the host's own error.
        """
        engine = self._runspace.engine if self._runspace is not None else None
        writer = ClixmlWriter(engine, self.encrypt)
        if is_void(method):
            self.send(MessageType.PIPELINE_HOST_CALL, call_text(writer, VOID_CALL, method, arguments))
            return None
        with self._condition:
            call_id = self.pool.next_call_id()
            self._answers[call_id] = None
        try:
            self.send(MessageType.PIPELINE_HOST_CALL, call_text(writer, call_id, method, arguments))
            with self._condition:
                self._condition.wait_for(lambda: self._answers[call_id] is not None or self._is_gone)
                response = self._answers[call_id]
                if response is None:
                    raise PipelineStopped
        finally:
            with self._condition:
                del self._answers[call_id]
        return result_of(method, response)

    # Running.

    @property
    def host_info(self) -> HostInfo:
        """The host that the script sees: the pipeline's own, or that of the pool."""
        request = self.request
        if isinstance(request, PipelineRequest) and not request.host.use_runspace_host:
            return request.host
        return self.pool.host_info

    def begin(self, runspace: PooledRunspace) -> bool:
        """Take a runspace; False when the pipeline was stopped before. The condition is held."""
        if self.stage is not Stage.WAITING:
            return False
        self.stage = Stage.RUNNING
        self._runspace = runspace
        return True

    def run(self) -> None:
        """Run in the runspace that `begin` was given, to the end."""
        runspace = self._runspace
        assert runspace is not None  # noqa: S101 - begin has set it
        state, record = texts.FAILED, None
        try:
            state, record = self._run(runspace)
        except PipelineStopped:
            state, record = texts.STOPPED, _stopped_record()
        except PSError as problem:
            record = problem.record
        except Exception as problem:  # a fault inside must reach the client as a failed pipeline
            _logger.exception("a pipeline failed inside the emulator")
            record = _failure_record(problem)
        with self._condition:
            if self.is_stopping:
                state, record = texts.STOPPED, _stopped_record()
            self._finish(state, record)

    def _run(self, runspace: PooledRunspace) -> tuple[int, ErrorRecord | None]:
        request = self.request
        with runspace.used_by(self):
            is_nested = runspace.is_nested_user(self)
            with self._condition:
                if self.is_stopping:
                    raise PipelineStopped
                if not is_nested:
                    runspace.forget_stop()
            if isinstance(request, MetadataRequest):
                from emulator.shells.powershell.command_metadata import send_metadata

                send_metadata(self, runspace.runspace, request)
                return texts.COMPLETED, None
            assert isinstance(request, PipelineRequest)  # noqa: S101 - a pipeline that waits has its request
            sink = PipelineSink(self, runspace.runspace)
            source = None if request.no_input else self._values()
            if is_nested:
                result = runspace.runspace.run_nested(request.statements, sink=sink)
            else:
                result = runspace.runspace.run_statements(request.statements, source, sink=sink)
            if result.ends_process:
                self.pool.exit()
            if result.stopped or self.pool.is_lost:
                return texts.STOPPED, _stopped_record()
            if result.exit_code is not None and runspace.engine.requested_exit is None:
                # `exit` tells the client's host; SetShouldExit has told it already.
                runspace.interface.host_call("SetShouldExit", [result.exit_code])
            if result.failure is not None:
                return texts.FAILED, result.failure
            return texts.COMPLETED, None

    def _values(self) -> Iterator[Any]:
        """Input objects as they come. Raises PipelineStopped."""
        decrypt: Callable[[str], str] = self.pool.decrypt
        while True:
            with self._condition:
                self._condition.wait_for(lambda: self._input or self._input_ended or self._is_gone)
                if self._is_gone:
                    raise PipelineStopped
                if not self._input:
                    return
                data = self._input.popleft()
                self._input_size -= len(data)
            try:
                value = read_object(data, decrypt)
            except ProtocolViolation as problem:
                raise PSError(_failure_record(problem)) from None
            yield value

    def _finish(self, state: int, record: ErrorRecord | None) -> None:
        """Tell the client the last state. The condition is held."""
        if self.stage is Stage.FINISHED:
            return
        self.stage = Stage.FINISHED
        engine = self._runspace.engine_if_made if self._runspace is not None else None
        self._runspace = None
        self._input.clear()
        member = "" if record is None else texts.failure_member(record, self.pool.encrypt, engine)
        if not self.is_abandoned:
            self.pool.enqueue(
                self.queue, MessageType.PIPELINE_STATE, self.uuid, texts.pipeline_state(state, member)
            )
        self._condition.notify_all()


def _stopped_record() -> ErrorRecord:
    exception = ExceptionObject(
        "System.Management.Automation.PipelineStoppedException", "The pipeline has been stopped."
    )
    return ErrorRecord(exception, "PipelineStopped", "OperationStopped")


def _failure_record(problem: BaseException) -> ErrorRecord:
    exception = ExceptionObject("System.InvalidOperationException", str(problem) or type(problem).__name__)
    return ErrorRecord(exception, "InternalFault", "NotSpecified")
