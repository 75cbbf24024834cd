"""A session to a host of this process, as its client holds it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from emulator.powershell.dotnet.exceptions import ExceptionObject
from emulator.powershell.dotnet.psobject import PSObject
from emulator.powershell.dotnet.simple import Guid
from emulator.powershell.runtime.errors import ErrorRecord, PSError, RecordSource, RemotingErrorRecord
from emulator.powershell.runtime.jobs import broken_process
from emulator.powershell.runtime.remote_sessions import ConnectionRequest
from emulator.powershell.runtime.sinks import Collector
from emulator.powershell.serialization.record_reader import number, read_error
from emulator.shells.errors import Aborted, DisconnectNotSupported, ShellError
from emulator.shells.powershell.client.command import PoolCommand
from emulator.shells.powershell.client.errors import opening_error, remote_exception
from emulator.shells.powershell.client.protocol import HANDLED, ClientProtocol
from emulator.shells.powershell.client.requests import initialization, metadata_request
from emulator.shells.powershell.messages import Defragmenter, Message, MessageType
from emulator.shells.powershell.pool import PoolRequest
from emulator.shells.powershell.requests import read_bag
from emulator.shells.powershell.texts import POOL_BROKEN
from emulator.shells.remote_shell import ShellSettings

if TYPE_CHECKING:
    from emulator.host.security.accounts import Account
    from emulator.host.windows.processes import Process
    from emulator.powershell.runtime.command_pipeline import PipelineCommand
    from emulator.powershell.runtime.engine import Engine
    from emulator.shells.powershell.pool import RunspacePoolShell
    from emulator.shells.service import ShellService

_NO_ANSWER = (
    "The WSMan provider host process did not return a proper response.  A provider in the host process may "
    "have behaved improperly."
)
_ABORTED = "The I/O operation has been aborted because of either a thread exit or an application request."
_HELP = "For more information, see the about_Remote_Troubleshooting Help topic."
_PROTOCOL = "2.3"
#: A pipe that has ended, in the words of the transport of jobs.
_PROCESS_LOST = (
    "The background process reported an error with the following message: "
    '"The named pipe target process has ended.".'
)
#: The connection string of a session over a pipe of the machine.
_OWN_MACHINE = "http://localhost"
_LIMIT = 1 << 20
#: No connection of a pool has this number, nor the one before it.
_NOBODYS = -2


class PoolConnection:
    """A connection to a runspace pool. ``state`` is Opened, Disconnected, Broken or Closed."""

    def __init__(
        self,
        shells: ShellService,
        pool: RunspacePoolShell,
        request: ConnectionRequest,
        protocol: ClientProtocol,
        mine: int | None = None,
    ) -> None:
        self._shells = shells
        self.pool = pool
        self.protocol = protocol
        self._request = request
        self.identifier = Guid(UUID(pool.identifier).int)
        self.source = RecordSource(request.computer, self.identifier)
        self.commands: list[PoolCommand] = []
        self._defragmenter = Defragmenter()
        self._broken = self._closed = False
        self.opening_failure: RemotingErrorRecord | None = None
        """Why the server could not open the session."""
        self._mine = pool.connection if mine is None else mine
        """The number of the connection that is this client's."""

    # What it is

    @property
    def name(self) -> str:
        """What New-PSSession -Name said, kept by the server."""
        return self.pool.settings.name or ""

    @property
    def configuration(self) -> str:
        return self.pool.configuration

    @property
    def state(self) -> str:
        if self._closed:
            return "Closed"
        if self._broken or self.pool.has_ended or self.pool.is_lost:
            return "Broken"
        return "Opened" if self.pool.is_connected and self.pool.connection == self._mine else "Disconnected"

    @property
    def is_busy(self) -> bool:
        """Whether a command runs."""
        return self.pool.running > 0

    @property
    def is_taken(self) -> bool:
        """Whether another client is connected."""
        return self.pool.is_connected and self.pool.connection != self._mine

    @property
    def idle_timeout(self) -> float:
        """Seconds."""
        return self.pool.idle_timeout

    @property
    def maximum_idle_timeout(self) -> float:
        """Seconds that the session configuration allows."""
        return self.pool.maximum_idle_timeout

    @property
    def buffer_mode(self) -> str:
        return self.pool.buffer_mode

    @property
    def disconnected_on(self) -> datetime | None:
        return self.pool.disconnected_on

    @property
    def expires_on(self) -> datetime | None:
        """When the server will end it, as long as it is disconnected."""
        since = self.pool.disconnected_on
        return None if since is None else since + timedelta(seconds=self.pool.idle_timeout)

    @property
    def can_disconnect(self) -> bool:
        return self.pool.can_disconnect

    @property
    def encrypt(self) -> Callable[[str], str]:
        """Turns the text of a SecureString into what the wire carries; exchanges the session key first."""

        def encrypt(text: str) -> str:
            if not self.protocol.has_key:
                self._exchange_key()
            return self.protocol.encrypt(text)

        return encrypt

    @property
    def decrypt(self) -> Callable[[str], str]:
        """The text of a SecureString from the wire; the key may still wait among the pool's messages."""

        def decrypt(text: str) -> str:
            if not self.protocol.has_key:
                self.look_at_pool()
            return self.protocol.decrypt(text)

        return decrypt

    # What it does

    def start(
        self, engine: Engine, statements: Sequence[Sequence[PipelineCommand]], values: Iterable[Any] | None
    ) -> PoolCommand:
        """Start a command. Raises PSError."""
        command = PoolCommand(self, str(UUID(int=engine.random.guid())).upper())
        try:
            command.start(engine, statements, values)
        except ShellError as problem:
            raise PSError(self.command_error(problem)) from None
        self.commands = [one for one in self.commands if one.state in ("Running", "Disconnected")]
        self.commands.append(command)
        return command

    def metadata(
        self,
        engine: Engine,
        names: list[str],
        kinds: int,
        modules: list[str],
        arguments: list[Any],
        stopped: Callable[[], bool],
    ) -> list[Any]:
        """What the session says of its commands. Raises PSError."""
        command = PoolCommand(self, str(UUID(int=engine.random.guid())).upper())
        rows = Collector()
        try:
            command.ask(metadata_request(names, kinds, modules, arguments))
        except ShellError as problem:
            raise PSError(self.command_error(problem)) from None
        command.receive(engine, rows, stopped)
        failure = command.failure or next(iter(rows.errors), None)
        if failure is not None:
            raise PSError(failure)
        return rows.outputs

    def disconnect(self, idle_timeout: float | None = None, buffer_mode: str | None = None) -> None:
        """Leave the session; what runs there goes on. Raises PSError."""
        try:
            self.pool.disconnect(idle_timeout, buffer_mode)
        except ShellError as problem:
            raise PSError(self.failure(problem, "PSSessionDisconnectFailed")) from None

    def connect(self) -> None:
        """Come back, or take over what another client left. Raises PSError."""
        try:
            self._connect()
        except ShellError as problem:
            raise PSError(self.failure(problem, "PSSessionConnectFailed")) from None

    def _connect(self) -> None:
        pool = self.pool
        self._shells.look(pool.identifier)
        if self.is_taken:
            raise DisconnectNotSupported("another client is connected")
        if pool.connection == self._mine + 1:
            pool.reconnect()
            self._mine = pool.connection
            return
        protocol = ClientProtocol(UUID(self.pool.identifier), "")
        data = self.pool.connect_pool(protocol.connecting(), _PROTOCOL)
        self.protocol, self._defragmenter, self._mine = protocol, Defragmenter(), pool.connection
        for message in Defragmenter().feed(data):
            if message.type in HANDLED:
                protocol.receive(message)
        known = {one.identifier for one in self.commands}
        self.commands += [
            PoolCommand(self, identifier)
            for identifier, _line, _running in self.pool.command_rows()
            if identifier not in known
        ]

    def close(self) -> None:
        """End the session."""
        if self.state != "Closed":
            self._closed = True
            self._shells.delete(self.pool)

    def break_off(self) -> None:
        """The session is of no use any more."""
        self._broken = True

    # The pool's own messages

    def look_at_pool(self) -> None:
        """Take in what the pool itself says; answer when it wants the public key."""
        try:
            received = self.pool.receive(None, ("stdout",), 0.0, _LIMIT)
        except ShellError:
            return
        for _stream, data in received.chunks:
            for message in self._defragmenter.feed(data):
                if message.type is MessageType.RUNSPACEPOOL_STATE:
                    self._look_at_state(message)
                elif message.type in HANDLED:
                    self.protocol.receive(message)
                elif message.type is MessageType.PUBLIC_KEY_REQUEST:
                    self._send_key()

    def _look_at_state(self, message: Message) -> None:
        bag = read_bag(message.data)
        failed = bag.note("ExceptionAsErrorRecord")
        if number(bag.note("RunspaceState")) != POOL_BROKEN:
            self.protocol.receive(message)
        elif isinstance(failed, PSObject):
            self._broken = True
            self.opening_failure = read_error(failed, self.source)

    def _send_key(self) -> None:
        fragments = self.protocol.public_key()
        if fragments:
            self.pool.send(None, "pr", fragments)

    def _exchange_key(self) -> None:
        self._send_key()
        while not self.protocol.has_key:
            received = self.pool.receive(None, ("stdout",), 60.0, _LIMIT)
            for _stream, data in received.chunks:
                for message in self._defragmenter.feed(data):
                    if message.type in HANDLED:
                        self.protocol.receive(message)

    # Errors

    def failure(self, problem: ShellError, error_id: str) -> ErrorRecord:
        """What was refused, as the error of a cmdlet."""
        exception = ExceptionObject("System.Management.Automation.RuntimeException", str(problem))
        return ErrorRecord(exception, error_id, "InvalidOperation")

    def command_error(self, problem: ShellError) -> ErrorRecord:
        """Why a command could not start, or broke; with its shell the whole session is lost."""
        if self.pool.is_lost and self.pool.entered is not None:
            self.break_off()
            return broken_process(_PROCESS_LOST, "2100")
        if self.pool.is_lost:
            reason, number = _NO_ANSWER, "1726"
        elif isinstance(problem, Aborted):
            reason, number = _ABORTED, "995"
        else:
            return self.transport_error(str(problem), None)
        self.break_off()
        return self.transport_error(reason, number)

    def transport_error(self, reason: str, number: str | None) -> ErrorRecord:
        """What breaks a command: the way to the session, not the script. ``number`` is that of the service's
        error when the session itself broke."""
        text = (
            f"Processing data from remote server {self._request.computer} failed with the following error "
            f"message: {reason} {_HELP}"
        )
        error_id = "JobFailure" if number is None else f"{number},PSSessionStateBroken"
        made = ErrorRecord(remote_exception(text), error_id, "OpenError", self._request.computer)
        if number is not None:
            made.details = f"[{self._request.computer}] {text}"
        made.command_class = ""
        return made

    def excess(self, total: int, size: int) -> str | None:
        """Why the client takes no more: the session's options limit what one object, or all, may be."""
        options = self._request
        if options.maximum_object_size is not None and size > options.maximum_object_size:
            return (
                "The current deserialized object size of the data received from the remote server exceeded "
                f"the allowed maximum object size. The current deserialized object size is {size}. The "
                f"allowed maximum object size is {options.maximum_object_size}."
            )
        if options.maximum_data_size is not None and total > options.maximum_data_size:
            return (
                "The total data received from the remote server exceeded the allowed maximum. The allowed "
                f"maximum is {options.maximum_data_size}."
            )
        return None


def open_connection(
    shells: ShellService,
    account: Account,
    request: ConnectionRequest,
    engine: Engine,
    client_address: str,
    authentication_type: str,
) -> PoolConnection:
    """Open a session for an account. Raises PSError."""
    try:
        return _opened(shells, account, request, engine, client_address, authentication_type)
    except ShellError as problem:
        raise opening_error(request.computer, problem) from None


def _opened(
    shells: ShellService,
    account: Account,
    request: ConnectionRequest,
    engine: Engine,
    client_address: str,
    authentication_type: str,
) -> PoolConnection:
    identifier = UUID(int=engine.random.guid())
    protocol = ClientProtocol(identifier, initialization(engine.ui.width, request.arguments))
    settings = ShellSettings(
        name=request.name or None,
        idle_timeout=request.idle_timeout or ShellSettings().idle_timeout,
        has_idle_timeout=request.idle_timeout is not None,
        input_streams=("stdin", "pr"),
        output_streams=("stdout",),
        has_chosen_id=True,
        no_profile=request.no_machine_profile,
        locale=request.ui_culture,
        data_locale=request.culture,
        buffer_mode=request.buffer_mode or "Block",
    )
    scheme, port = ("https", 5986) if request.use_ssl else ("http", 5985)
    address = f"{scheme}://{request.computer}:{request.port or port}/wsman"
    version = engine.session.version.ps_version
    opening = PoolRequest(
        protocol.opening(), _PROTOCOL, f"{address}?PSVersion={version}", authentication_type
    )
    pool = shells.create_pool(
        account, request.configuration, client_address, settings, opening, str(identifier).upper()
    )
    made = PoolConnection(shells, pool, request, protocol)
    made.look_at_pool()
    if made.opening_failure is not None:
        shells.delete(pool)
        exception = made.opening_failure.exception
        record = ErrorRecord(exception, "", "OpenError", request.computer)
        record.details = f"[{request.computer}] {exception.message}"
        raise PSError(record)
    return made


def entered_connection(
    shells: ShellService, account: Account, process: Process, request: ConnectionRequest, engine: Engine
) -> PoolConnection:
    """A session in a process that runs PowerShell already. Raises HostError."""
    identifier = UUID(int=engine.random.guid())
    protocol = ClientProtocol(identifier, initialization(engine.ui.width, request.arguments))
    settings = ShellSettings(
        input_streams=("stdin", "pr"),
        output_streams=("stdout",),
        locale=request.ui_culture,
        data_locale=request.culture,
    )
    opening = PoolRequest(protocol.opening(), _PROTOCOL, _OWN_MACHINE, "")
    pool = shells.enter(account, process, settings, opening, str(identifier).upper())
    made = PoolConnection(shells, pool, request, protocol)
    made.look_at_pool()
    return made


def left_connection(
    shells: ShellService, pool: RunspacePoolShell, request: ConnectionRequest
) -> PoolConnection:
    """A session that this client has not opened."""
    return PoolConnection(shells, pool, request, ClientProtocol(UUID(pool.identifier), ""), _NOBODYS)
