"""Sessions on computers, as the cmdlets of sessions ask the machine for them."""

from __future__ import annotations

import datetime as _datetime
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from emulator.record import Record

if TYPE_CHECKING:
    from emulator.powershell.dotnet.collections import Hashtable
    from emulator.powershell.dotnet.simple import Guid
    from emulator.powershell.runtime.command_pipeline import Statement
    from emulator.powershell.runtime.engine import Engine
    from emulator.powershell.runtime.errors import ErrorRecord
    from emulator.powershell.runtime.sinks import Sink

#: The path of WinRM where nobody has said another one.
OWN_PATH = "wsman"


class ConnectionRequest(Record):
    """Which session is wanted; times in seconds, sizes in bytes, None for what the other side chooses.

    ``arguments`` are the ApplicationArguments. Without a ``user`` the caller is who the script runs as.
    ``path`` is that of the service's URL, ``authentication`` a name of AuthenticationMechanism, and
    ``thumbprint`` that of a client certificate.
    """

    computer: str
    configuration: str
    arguments: Hashtable
    name: str = ""
    user: str | None = None
    password: str = ""
    port: int | None = None
    use_ssl: bool = False
    path: str = OWN_PATH
    authentication: str = "Default"
    thumbprint: str = ""
    idle_timeout: float | None = None
    buffer_mode: str | None = None
    culture: str = "en-US"
    ui_culture: str = "en-US"
    no_machine_profile: bool = False
    maximum_object_size: int | None = None
    maximum_data_size: int | None = None


class RemoteCommand(Protocol):
    """A command of a session. ``state`` is Running, Completed, Failed, Stopped, Disconnected or Broken;
    ``failure`` is what ended it."""

    state: str
    failure: ErrorRecord | None

    def receive(
        self, engine: Engine, sink: Sink, stopped: Callable[[], bool], *, has_host: bool = True
    ) -> None:
        """Hand on what it writes until it has ended or its session was left. Calls of the host go to that of
        ``engine``, or without one only those that want nothing back are taken. Raises PipelineStopped when
        ``stopped`` said that it shall end."""
        ...

    def stop(self) -> None:
        """Ctrl+C, from any thread."""
        ...


class RemoteConnection(Protocol):
    """A session of a computer as its client holds it. Methods raise PSError."""

    commands: list[Any]
    """The commands that have not ended, oldest first, and the last one."""

    @property
    def identifier(self) -> Guid:
        """What the server calls it."""
        ...

    @property
    def name(self) -> str:
        """The name that it was opened with."""
        ...

    @property
    def configuration(self) -> str:
        """The name of its session configuration."""
        ...

    @property
    def state(self) -> str:
        """Opened, Disconnected, Broken or Closed."""
        ...

    @property
    def is_busy(self) -> bool:
        """A command runs."""
        ...

    @property
    def is_taken(self) -> bool:
        """Another client is connected to it."""
        ...

    @property
    def idle_timeout(self) -> float:
        """Seconds."""
        ...

    @property
    def maximum_idle_timeout(self) -> float:
        """Seconds that the server allows."""
        ...

    @property
    def buffer_mode(self) -> str:
        """Block or Drop."""
        ...

    @property
    def can_disconnect(self) -> bool:
        """Whether both sides know disconnected sessions."""
        ...

    @property
    def disconnected_on(self) -> _datetime.datetime | None:
        """When it was left; None while it is connected."""
        ...

    @property
    def expires_on(self) -> _datetime.datetime | None:
        """When the server ends it, as long as it is disconnected."""
        ...

    def start(
        self, engine: Engine, statements: Sequence[Statement], values: Iterable[Any] | None
    ) -> RemoteCommand:
        """Start a command; the values are its input."""
        ...

    def metadata(
        self,
        engine: Engine,
        names: list[str],
        kinds: int,
        modules: list[str],
        arguments: list[Any],
        stopped: Callable[[], bool],
    ) -> list[Any]:
        """What it says of its commands (MS-PSRP 2.2.3.22); ``kinds`` is a number of CommandTypes."""
        ...

    def disconnect(self, idle_timeout: float | None = None, buffer_mode: str | None = None) -> None:
        """Leave it: what runs goes on."""
        ...

    def connect(self) -> None:
        """Come back to it, or take over what another client left."""
        ...

    def close(self) -> None:
        """End it."""
        ...


@runtime_checkable
class RemoteSessions(Protocol):
    """Opens PowerShell sessions of computers. Errors are PSErrors with Windows' texts."""

    def is_own(self, computer: str) -> bool:
        """Whether a name means the machine itself."""
        ...

    def open(self, engine: Engine, request: ConnectionRequest) -> RemoteConnection:
        """A new session."""
        ...

    def sessions(self, engine: Engine, request: ConnectionRequest) -> list[RemoteConnection]:
        """The sessions that the user has on a computer, whoever opened them."""
        ...
