"""PSSession: a session of a computer as the script that opened it holds it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.library.catalog import load_on_demand
from emulator.powershell.dotnet.simple import Guid
from emulator.powershell.dotnet.time_values import DateTime
from emulator.powershell.dotnet.types import PSType, builtin, register

if TYPE_CHECKING:
    from datetime import datetime

    from emulator.powershell.runtime.engine import Engine
    from emulator.powershell.runtime.remote_sessions import ConnectionRequest, RemoteConnection

MAXIMUM_SESSIONS = 256
_BUFFERING = "System.Management.Automation.Runspaces.OutputBufferingMode"


class Session:
    """A PSSession. ``request`` is how it was opened, for another one like it."""

    def __init__(
        self,
        engine: Engine,
        request: ConnectionRequest,
        connection: RemoteConnection,
        name: str | None = None,
    ) -> None:
        engine.sessions_made += 1
        self.engine = engine
        self.request = request
        self.connection = connection
        self.number = engine.sessions_made
        self.name = name or connection.name or f"WinRM{self.number}"
        self.job: Any = None
        """The job of the command that runs in it, if one was made for it."""

    @property
    def computer(self) -> str:
        """ComputerName."""
        return self.request.computer

    @property
    def identifier(self) -> Guid:
        """InstanceId: the same for everybody who finds the session on its computer."""
        return self.connection.identifier

    @property
    def state(self) -> str:
        """State."""
        return self.connection.state

    @property
    def availability(self) -> str:
        """Available while nothing runs, Busy while something does or while another client is connected."""
        connection = self.connection
        if connection.is_taken:
            return "Busy"
        if connection.state != "Opened":
            return "None"
        return "Busy" if connection.is_busy else "Available"

    def local_time(self, moment: datetime | None) -> DateTime | None:
        """A moment of the server as a script sees it."""
        if moment is None:
            return None
        return DateTime.from_python(moment, self.engine.clock.utc_offset(moment))


def _state(kind: str, name: str) -> Any:
    load_on_demand("system.management.automation.powershell")
    return builtin(f"System.Management.Automation.Runspaces.{kind}")[name]  # type: ignore[index] # an enumeration


def _buffering(session: Session) -> Any:
    load_on_demand(_BUFFERING.lower())
    return builtin(_BUFFERING)[session.connection.buffer_mode]  # type: ignore[index] # an enumeration


register(
    PSType(
        "System.Management.Automation.Runspaces.PSSession",
        instance={
            "State": lambda s: _state("RunspaceState", s.state),
            "IdleTimeout": lambda s: int(s.connection.idle_timeout * 1000),
            "OutputBufferingMode": _buffering,
            "DisconnectedOn": lambda s: s.local_time(s.connection.disconnected_on),
            "ExpiresOn": lambda s: s.local_time(s.connection.expires_on),
            "ComputerType": lambda _s: "RemoteMachine",
            "ComputerName: string": lambda s: s.computer,
            "ContainerId: string": lambda _s: None,
            "VMName: string": lambda _s: None,
            "VMId": lambda _s: None,
            "ConfigurationName: string": lambda s: s.connection.configuration,
            "InstanceId": lambda s: s.identifier,
            "Id: int": lambda s: s.number,
            "Name: string": lambda s: s.name,
            "Name=": lambda s, value: setattr(s, "name", str(value)),
            "Availability": lambda s: _state("RunspaceAvailability", s.availability),
            "ToString()": lambda s: f"[PSSession]{s.name}",
        },
        to_text=lambda s: f"[PSSession]{s.name}",
    ),
    Session,
)
