"""A runspace pool as a remote shell (MS-PSRP 3.2): one lock, one protocol, pipelines by id."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from emulator.host.identifiers import random_guid
from emulator.shells.command import Received
from emulator.shells.errors import (
    CommandNotFound,
    DisconnectNotSupported,
    IdentifierInUse,
    InvalidShellParameter,
    ProtocolVersionMismatch,
    ProtocolVersionMissing,
    ProtocolViolation,
    StreamDisconnected,
    TimedOut,
    TooManyCommands,
)
from emulator.shells.powershell import texts
from emulator.shells.powershell.messages import (
    Defragmenter,
    Message,
    MessageType,
    OutgoingMessage,
    message_bytes,
)
from emulator.shells.powershell.output_queue import OutputQueue
from emulator.shells.powershell.protocol import HANDLED, PoolProtocol
from emulator.shells.remote_shell import RemoteShell, ShellSettings

if TYPE_CHECKING:
    from emulator.host import Host
    from emulator.host.security.accounts import Account
    from emulator.powershell.runtime.engine import Engine
    from emulator.shells.powershell.configurations import SessionConfiguration
    from emulator.shells.powershell.pipeline import Pipeline
    from emulator.shells.powershell.requests import HostInfo
    from emulator.shells.powershell.runspaces import PooledRunspace

#: Pipelines that one pool may have, whatever the quota of its configuration says.
MAXIMUM_PIPELINES = 1000
#: Threads that one pool may keep busy, whatever MaxRunspaces the client asks for.
_MAXIMUM_RUNNING = 64
_IDENTIFIERS_KEPT = 2048
_FINISHED_KEPT = 64
_SUPPORTED_MAJOR_VERSION = 2
_POOL_REQUESTS = frozenset(
    {
        MessageType.SET_MAX_RUNSPACES,
        MessageType.SET_MIN_RUNSPACES,
        MessageType.GET_AVAILABLE_RUNSPACES,
        MessageType.RESET_RUNSPACE_STATE,
    }
)


@dataclass(frozen=True, slots=True)
class PoolRequest:
    """What a client says when it creates a pool.

    `opening` is the decoded creationXml; `protocol_version` the option `protocolversion`; the rest is what
    scripts see in $PSSenderInfo.
    """

    opening: bytes
    protocol_version: str | None = None
    connection_string: str = ""
    authentication_type: str = "Negotiate"


class RunspacePoolShell(RemoteShell):
    """A runspace pool. Safe to use from any number of threads."""

    kind = "powershell"
    disconnects_when_idle = True

    def __init__(
        self,
        host: Host,
        identifier: str,
        owner: Account,
        configuration: SessionConfiguration,
        client_address: str,
        settings: ShellSettings,
        request: PoolRequest,
    ) -> None:
        """Raises ProtocolVersionMissing, ProtocolVersionMismatch."""
        _check_version(request.protocol_version)
        super().__init__(host, identifier, owner, configuration.resource_uri, client_address, settings)
        if not settings.has_idle_timeout and configuration.idle_timeout is not None:
            self.idle_timeout = configuration.idle_timeout
        self.maximum_idle_timeout = configuration.maximum_idle_timeout
        self.idle_timeout = min(self.idle_timeout, self.maximum_idle_timeout)
        self.configuration = configuration.name
        self.account = configuration.account
        self.program = configuration.program
        self.parameters = configuration.parameters
        self._maximum_pipelines = min(configuration.maximum_commands, MAXIMUM_PIPELINES)
        self.request = request
        self.opening_data = b""
        self._condition = threading.Condition(self._lock)
        self._queue = OutputQueue(self._condition)
        self._objects = 0
        self._calls = 0
        self._defragmenter = Defragmenter()
        self._protocol = PoolProtocol(
            self._tell,
            host.release.powershell_remoting_protocol,
            texts.application_private_data(host.release),
        )
        self._pool_id = UUID(int=0)
        self._divert: OutputQueue | None = None
        self._pipelines: dict[str, Pipeline] = {}
        self._known: dict[str, None] = {}
        self._waiting: list[Pipeline] = []
        self._idle: list[PooledRunspace] = []
        self._busy: list[PooledRunspace] = []
        self._host_info: HostInfo | None = None
        self._is_broken = False
        self.entered: Callable[[], Engine] | None = None
        """What gives the engine of the process that the session has entered; None where it has its own."""

    def open(self) -> None:
        """Answer what the client opens the pool with. A session that cannot be set up breaks it: the client
        is told why.

        Raises ProtocolViolation, ObjectTooLarge.
        """
        with self._condition:
            self._receive_data(self.request.opening, None)

    @property
    def owns_process(self) -> bool:
        """Not one that the session has entered."""
        return self.entered is None

    def any_engine(self) -> Engine:
        """An engine of the pool's process; one is made when nothing has run yet. Raises PSError."""
        from emulator.shells.powershell.runspaces import PooledRunspace

        with self._condition:
            for one in (*self._busy, *self._idle):
                if one.engine_if_made is not None:
                    return one.engine
            made = PooledRunspace(self)
            made.prepare()
            self._idle.append(made)
            return made.engine

    # What pipelines use.

    @property
    def protocol_version(self) -> tuple[int, int]:
        """The protocol version that both sides speak."""
        return self._protocol.version

    @property
    def host_info(self) -> HostInfo:
        """The host of the client that opened the pool."""
        if self._host_info is None:
            from emulator.shells.powershell.requests import read_bag, read_host_info

            self._host_info = read_host_info(read_bag(self.opening_data).note("HostInfo"))
        return self._host_info

    @property
    def has_key(self) -> bool:
        """Whether the client has the session key."""
        return self._protocol.has_key

    @property
    def encrypt(self) -> Callable[[str], str]:
        return self._protocol.encrypt

    @property
    def decrypt(self) -> Callable[[str], str]:
        return self._protocol.decrypt

    def request_key(self) -> None:
        """Ask the client for its public key. The condition is held."""
        self._protocol.request_key()

    @property
    def drops_output(self) -> bool:
        """Whether old output makes room for new: nobody receives, and the client chose buffer mode Drop."""
        return not self._connected and self.buffer_mode == "Drop"

    def next_call_id(self) -> int:
        """A number for a host call. The condition is held."""
        self._calls += 1
        return self._calls

    def enqueue(self, queue: OutputQueue, kind: MessageType, pipeline: UUID | None, text: str) -> None:
        """Put a message into a queue. The condition is held."""
        if self.is_lost:
            return
        self._objects += 1
        queue.put(OutgoingMessage(self._objects, message_bytes(kind, self._pool_id, pipeline, text)))

    def _tell(self, kind: MessageType, _pipeline: UUID | None, text: str) -> None:
        """What the protocol has to say to the client."""
        if kind is MessageType.RUNSPACEPOOL_STATE and not self._host_is_ready():
            return
        in_answer = kind in (MessageType.SESSION_CAPABILITY, MessageType.RUNSPACEPOOL_INIT_DATA)
        queue = self._divert if self._divert is not None and in_answer else self._queue
        self.enqueue(queue, kind, None, text)

    def _host_is_ready(self) -> bool:
        """Whether the first session could be set up; otherwise the client has been told that it could not.

        Only a configuration with something of its own is looked at now: making a session takes a while.
        """
        from emulator.powershell.runtime.errors import PSError
        from emulator.shells.powershell.configurations import SETUP_PARAMETERS
        from emulator.shells.powershell.runspaces import PooledRunspace

        if self._idle or self._busy or not self.parameters.keys() & SETUP_PARAMETERS:
            return True
        first = PooledRunspace(self)
        try:
            first.prepare()
        except PSError as problem:
            self._is_broken = True
            member = texts.failure_member(problem.record, self.encrypt)
            self.enqueue(self._queue, MessageType.RUNSPACEPOOL_STATE, None, texts.broken_pool(member))
            return False
        self._idle.append(first)
        return True

    # Requests (MS-PSRP 3.1.5.3).

    def run(self, fragments: bytes, identifier: str | None = None) -> str:
        """Create a pipeline from the first fragments of its request; its id.

        Raises TooManyCommands, IdentifierInUse, ProtocolViolation, ObjectTooLarge.
        """
        from emulator.shells.powershell.pipeline import Pipeline

        chosen = identifier or random_guid()
        with self._condition:
            self.require_connected()
            if chosen in self._known:
                raise IdentifierInUse(f"the command id {chosen} is in use")
            self._forget_finished()
            if len(self._pipelines) >= self._maximum_pipelines:
                raise TooManyCommands(f"{self._maximum_pipelines} pipelines exist")
            pipeline = self._pipelines[chosen] = Pipeline(self, chosen, self._condition)
            self._known[chosen] = None
            if len(self._known) > _IDENTIFIERS_KEPT:
                del self._known[next(iter(self._known))]
            try:
                self._receive_data(fragments, pipeline)
            except Exception:
                del self._pipelines[chosen]
                raise
        return chosen

    def send(self, identifier: str | None, stream: str, data: bytes) -> None:
        """Fragments from the client, for a pipeline or (without an id) for the pool.

        Raises CommandNotFound, InvalidShellParameter, ProtocolViolation, ObjectTooLarge.
        """
        if stream not in self.settings.input_streams:
            raise InvalidShellParameter(f"no input stream {stream[:64]!r}")
        with self._condition:
            self.require_connected()
            pipeline = None if identifier is None else self._pipeline(identifier)
            self._receive_data(data, pipeline)

    def receive(self, identifier: str | None, streams: Sequence[str], timeout: float, limit: int) -> Received:
        """Messages of a pipeline or of the pool, waiting up to `timeout` seconds for the first.

        At most `limit` bytes. Raises TimedOut, Aborted, StreamDisconnected, CommandNotFound,
        InvalidShellParameter.
        """
        if any(stream not in self.settings.output_streams for stream in streams):
            raise InvalidShellParameter("no such output stream")
        left = self.watch()
        with self.serving(), self._condition:
            self.require_connected()
            pipeline = None if identifier is None else self._pipeline(identifier)
            queue = self._queue if pipeline is None else pipeline.queue
            self._condition.wait_for(
                lambda: (
                    bool(queue)
                    or self._ended
                    or self.is_lost
                    or left()
                    or (pipeline is not None and self._is_over(pipeline))
                ),
                timeout,
            )
            if self._ended or self.is_lost or (pipeline is not None and pipeline.is_abandoned):
                raise self.ended_error()
            if left():
                raise StreamDisconnected(f"the shell {self.identifier} was disconnected")
            chunks = tuple(("stdout", piece) for piece in queue.take(limit))
            done = pipeline is not None and self._is_over(pipeline) and not queue
            if done and pipeline is not None:
                pipeline.is_drained = True
                self._pipelines.pop(pipeline.identifier, None)
            elif not chunks:
                raise TimedOut("nothing to receive")
            return Received(chunks, (), 0 if done else None)

    @staticmethod
    def _is_over(pipeline: Pipeline) -> bool:
        from emulator.shells.powershell.pipeline import Stage

        return pipeline.stage is Stage.FINISHED

    def interrupt(self, identifier: str) -> None:
        """Ctrl+C for a pipeline; one that has ended is left alone. Raises CommandNotFound."""
        pipeline = self._signalled(identifier)
        if pipeline is not None:
            pipeline.stop()

    def terminate(self, identifier: str) -> None:
        """End a pipeline and forget it. Raises CommandNotFound for an id never used."""
        pipeline = self._signalled(identifier)
        if pipeline is not None:
            with self._condition:
                self._pipelines.pop(identifier, None)
            pipeline.abandon()

    def connect_pool(self, data: bytes, protocol_version: str | None) -> bytes:
        """Let another client take a disconnected pool over; the fragments of connectResponseXml.

        Raises DisconnectNotSupported, ProtocolViolation, ProtocolVersionMissing, ProtocolVersionMismatch.
        """
        _check_version(protocol_version)
        with self._condition:
            self._defragmenter.clear()
            messages = self._defragmenter.feed(data)
            if any(
                one.type not in (MessageType.SESSION_CAPABILITY, MessageType.CONNECT_RUNSPACEPOOL)
                for one in messages
            ):
                raise ProtocolViolation("connectXml holds other messages")
            if not any(one.type is MessageType.CONNECT_RUNSPACEPOOL for one in messages):
                raise ProtocolViolation("CONNECT_RUNSPACEPOOL is missing")
            if not self.can_disconnect:
                raise DisconnectNotSupported(f"the shell {self.identifier} cannot be connected to")
            answer = self._divert = OutputQueue(self._condition)
            try:
                self._protocol.connect(messages)
            finally:
                self._divert = None
            self.reconnect()
            return b"".join(answer.take(1 << 20))

    def connect(self, identifier: str) -> None:
        """Connect to a pipeline of a connected pool. Raises CommandNotFound."""
        with self._condition:
            self.require_connected()
            self._pipeline(identifier)

    def end(self) -> None:
        """End the pool: its pipelines stop, everything that waits raises Aborted."""
        with self._condition:
            if self._ended:
                return
            self._ended = True
            pipelines = list(self._pipelines.values())
            self._pipelines.clear()
            self._waiting.clear()
            idle = list(self._idle)
            self._idle.clear()
            self._condition.notify_all()
        for pipeline in pipelines:
            pipeline.abandon()
        for runspace in idle:
            runspace.close()

    def lose(self) -> None:
        """What runs stops at its next step, and what it wrote last is not delivered."""
        super().lose()
        for runspace in list(self._busy):
            runspace.stop()

    def exit(self) -> None:
        """A script ends the process in which it runs, and with it the pool."""
        process = self.process
        with self.host.looking():
            if process is not None and self.host.processes.get(process.id) is process:
                self.host.processes.end(process.id)

    def _wake_receives(self) -> None:
        with self._condition:
            self._condition.notify_all()

    # For Get and Enumerate.

    @property
    def running(self) -> int:
        """Pipelines that have not ended."""
        with self._condition:
            return sum(not self._is_over(pipeline) for pipeline in self._pipelines.values())

    @property
    def child_processes(self) -> int:
        """None: scripts run inside the pool's own process."""
        return 0

    def command_rows(self) -> list[tuple[str, str, bool]]:
        """(id, empty command line, is running) of each pipeline; what was created stays Running for Windows
        until its end was received."""
        with self._condition:
            return [(one.identifier, "", True) for one in self._pipelines.values()]

    # Messages.

    def _receive_data(self, data: bytes, pipeline: Pipeline | None) -> None:
        """Take fragments. The condition is held."""
        for message in self._defragmenter.feed(data):
            self._take(message, pipeline)

    def _take(self, message: Message, hint: Pipeline | None) -> None:
        kind = message.type
        if kind in HANDLED:
            if kind is MessageType.SESSION_CAPABILITY:
                self._pool_id = message.pool
            elif kind is MessageType.INIT_RUNSPACEPOOL:
                self.opening_data = message.data
            self._protocol.receive(message)
            self._condition.notify_all()
            return
        if self._is_broken or not self._protocol.is_opened:
            raise ProtocolViolation(f"{kind.name} before the pool is open")
        if kind in _POOL_REQUESTS:
            self._answer_pool_request(kind, message.data)
            return
        pipeline = self._addressed(message, hint)
        if kind in (MessageType.CREATE_PIPELINE, MessageType.GET_COMMAND_METADATA):
            self._start(pipeline, message)
        elif pipeline is None:
            # Input or an answer for a pipeline that has ended meanwhile.
            return
        elif kind is MessageType.PIPELINE_INPUT:
            pipeline.feed(message.data)
        elif kind is MessageType.END_OF_PIPELINE_INPUT:
            pipeline.end_input()
        elif kind in (MessageType.PIPELINE_HOST_RESPONSE, MessageType.RUNSPACEPOOL_HOST_RESPONSE):
            pipeline.answer(message.data)
        else:
            raise ProtocolViolation(f"{kind.name} is not for a server")

    def _addressed(self, message: Message, hint: Pipeline | None) -> Pipeline | None:
        """The pipeline that a message is for: by its header; a new one is known by its command."""
        if message.pipeline is None:
            return hint
        if hint is not None and hint.uuid is None:
            hint.uuid = message.pipeline
            return hint
        if hint is not None and hint.uuid == message.pipeline:
            return hint
        found = self._pipelines.get(str(message.pipeline).upper())
        return found or next((one for one in self._pipelines.values() if one.uuid == message.pipeline), None)

    def _start(self, pipeline: Pipeline | None, message: Message) -> None:
        from emulator.shells.powershell.pipeline import Stage
        from emulator.shells.powershell.requests import PipelineRequest, read_metadata_request, read_pipeline

        if pipeline is None or pipeline.stage is not Stage.INCOMPLETE:
            raise ProtocolViolation(f"{message.type.name} without a new command")
        if message.type is MessageType.CREATE_PIPELINE:
            pipeline.request = read_pipeline(message.data, self.decrypt)
        else:
            pipeline.request = read_metadata_request(message.data)
        pipeline.stage = Stage.WAITING
        nested = isinstance(pipeline.request, PipelineRequest) and pipeline.request.is_nested
        if nested and self._busy:
            runspace = self._busy[-1]
            if pipeline.begin(runspace):
                runspace.interrupt(pipeline)
            return
        self._waiting.append(pipeline)
        self._run_waiting()

    def _run_waiting(self) -> None:
        """Start the pipelines that wait, as far as there are runspaces. The condition is held."""
        from emulator.shells.powershell.runspaces import PooledRunspace

        allowed = min(max(self._protocol.maximum, 1), _MAXIMUM_RUNNING)
        while self._waiting and len(self._busy) < allowed and not self._ended:
            pipeline = self._waiting.pop(0)
            runspace = self._idle.pop() if self._idle else PooledRunspace(self)
            if not pipeline.begin(runspace):
                self._idle.append(runspace)
                continue
            self._busy.append(runspace)
            threading.Thread(
                target=self._run,
                args=(pipeline, runspace),
                name=f"pipeline-{pipeline.identifier[:8]}",
                daemon=True,
            ).start()

    def _run(self, pipeline: Pipeline, runspace: PooledRunspace) -> None:
        try:
            pipeline.run()
            runspace.run_interruptions()
        finally:
            with self._condition:
                self._busy.remove(runspace)
                is_over = self._ended
                if not is_over:
                    self._idle.append(runspace)
                self._run_waiting()
                self._condition.notify_all()
            if is_over:
                runspace.close()

    def _answer_pool_request(self, kind: MessageType, data: bytes) -> None:
        """SET_MAX_RUNSPACES and its like (MS-PSRP 3.2.5.4.5 and following)."""
        from emulator.powershell.serialization.record_reader import number
        from emulator.shells.powershell.requests import read_bag

        bag = read_bag(data)
        call_id = bag.note("ci")
        if not isinstance(call_id, int):
            raise ProtocolViolation(f"{kind.name} without a call id")
        minimum, maximum = self._protocol.minimum, self._protocol.maximum
        response = texts.availability_flag(False)
        if kind is MessageType.SET_MAX_RUNSPACES:
            wanted = number(bag.note("MaxRunspaces"))
            if wanted >= max(minimum, 1):
                self._protocol.limit(minimum, wanted)
                self._run_waiting()
                response = texts.availability_flag(True)
        elif kind is MessageType.SET_MIN_RUNSPACES:
            wanted = number(bag.note("MinRunspaces"))
            if 1 <= wanted <= maximum:
                self._protocol.limit(wanted, maximum)
                response = texts.availability_flag(True)
        elif kind is MessageType.GET_AVAILABLE_RUNSPACES:
            response = texts.availability_count(max(0, maximum - len(self._busy)))
        elif maximum == 1 and not self._busy:
            for runspace in self._idle:
                runspace.reset_variables()
            response = texts.availability_flag(True)
        self.enqueue(
            self._queue,
            MessageType.RUNSPACE_AVAILABILITY,
            None,
            texts.runspace_availability(response, int(call_id)),
        )

    def _forget_finished(self) -> None:
        """Forget the oldest pipelines that have ended and whose end nobody received."""
        finished = [name for name, one in self._pipelines.items() if self._is_over(one)]
        for name in finished[: max(0, len(finished) - _FINISHED_KEPT)]:
            del self._pipelines[name]

    def _pipeline(self, identifier: str) -> Pipeline:
        found = self._pipelines.get(identifier)
        if found is None:
            raise CommandNotFound(f"there is no pipeline {identifier}")
        return found

    def _signalled(self, identifier: str) -> Pipeline | None:
        with self._condition:
            self.require_connected()
            found = self._pipelines.get(identifier)
            if found is None and identifier not in self._known:
                raise CommandNotFound(f"there is no pipeline {identifier}")
            return found


def _check_version(text: str | None) -> None:
    """The option `protocolversion` (MS-PSRP 3.1.5.3.1). Raises ProtocolVersionMissing or ...Mismatch."""
    if not text:
        raise ProtocolVersionMissing("the option protocolversion is missing")
    major = text.strip().partition(".")[0]
    if not (major.isascii() and major.isdigit() and int(major[:4]) == _SUPPORTED_MAJOR_VERSION):
        raise ProtocolVersionMismatch(f"protocol version {text[:32]!r} is not supported")
