"""Enter-PSSession and Exit-PSSession: the host hands what is typed to a session, until it is left."""

from __future__ import annotations

from typing import Any

from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.modules.core.session_connections import connected
from emulator.powershell.modules.core.session_objects import Session
from emulator.powershell.modules.core.session_requests import READS, requests
from emulator.powershell.modules.core.sessions import marked, missing, opened
from emulator.powershell.modules.core.vm_sessions import VM_READS, means_machine, refuse_machine
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.errors import PSError
from emulator.powershell.runtime.module import cmdlet

_ARGUMENT = "System.ArgumentException"
_NO_HOST = "The host does not support Enter-PSSession and Exit-PSSession."
_NO_HOST_ID = "HostDoesNotSupportPushRunspace"


def interactive_host(call: CmdletCall, text: str = _NO_HOST, error_id: str = _NO_HOST_ID) -> Any:
    """The user interface that can be handed a session. Reports PowerShell's error and gives None without."""
    interface = call.engine.ui
    if hasattr(interface, "push_session"):
        return interface
    call.error(
        call.record(
            _ARGUMENT,
            text,
            error_id,
            "InvalidArgument",
        )
    )
    return None


@cmdlet("Enter-PSSession", reads=("ComputerName", "Session", "Id", "InstanceId", "Name", *READS, *VM_READS))
def enter(call: CmdletCall) -> None:
    """Let the host run what follows in a session."""
    if call.engine.session.is_remote:
        call.error(
            call.record(
                _ARGUMENT,
                "You are currently in a Windows PowerShell PSSession and cannot use the Enter-PSSession "
                "cmdlet to enter another PSSession.",
                "RemoteHostDoesNotSupportPushRunspace",
                "InvalidArgument",
            )
        )
        return
    interface = interactive_host(call)
    if interface is None:
        return
    if means_machine(call):
        refuse_machine(call)
        return
    session, is_own = _session(call)
    if session is None:
        return
    if session.state == "Disconnected" and not connected(session):
        raise call.failure(
            "System.Management.Automation.RuntimeException",
            "The PSSession is in a disconnected state and is not available for connection.",
            "EnterPSSessionCannotConnectDisconnectedSession",
            "InvalidOperation",
            session,
        )
    if session.state != "Opened":
        call.error(
            call.record(
                _ARGUMENT,
                f"Cannot enter session {session.name} because it is not in the disconnected state or is not "
                "available for connection. Retrieve the remote session using Get-PSSession -ComputerName "
                f"{session.computer} -InstanceId {session.identifier}.",
                "PushedRunspaceMustBeOpen",
                "InvalidArgument",
                session,
            )
        )
        return
    interface.push_session(session, ends=is_own)


def _session(call: CmdletCall) -> tuple[Session | None, bool]:
    """The session that is meant, and whether it was opened only for this."""
    kind = call.parameter_set
    if kind in ("ComputerName", "Uri"):
        try:
            return opened(call, next(iter(requests(call)))), True
        except PSError as problem:
            record = marked(problem.record, "CreateRemoteRunspaceFailed", call.name)
            record.category = "InvalidArgument"
            call.error(record)
            return None, False
    sessions = call.engine.sessions.values()
    if kind == "Session":
        return unwrap(call.get("Session")), False
    wanted = call.get(kind)
    if kind == "Id":
        found = next((one for one in sessions if one.number == wanted), None)
        label = "SessionId"
    elif kind == "Name":
        found = next((one for one in sessions if one.name.lower() == str(wanted).lower()), None)
        label = "Name"
    else:
        found = next((one for one in sessions if one.identifier == wanted), None)
        label = "RunspaceId"
    if found is None:
        call.error(missing(call, label, wanted))
    return found, False


@cmdlet("Exit-PSSession")
def leave(call: CmdletCall) -> None:
    """Let the host run what follows itself; the client's host, when this runs in its session."""
    leave_session(call)


def leave_session(call: CmdletCall, text: str = _NO_HOST, error_id: str = _NO_HOST_ID) -> None:
    """Leave the session that was entered, if one was; the error is that of a host that knows of none."""
    ask = getattr(call.engine.ui, "host_call", None)
    if ask is not None:
        ask("PopRunspace", [])
        return
    interface = interactive_host(call, text, error_id)
    if interface is not None:
        interface.pop_session()
