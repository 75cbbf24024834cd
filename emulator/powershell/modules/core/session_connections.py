"""Disconnect-, Connect- and Receive-PSSession: sessions that go on without their client."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.regex import like
from emulator.powershell.dotnet.simple import Guid
from emulator.powershell.modules.core.remote_invocation import deliver
from emulator.powershell.modules.core.remote_jobs import RemoteJob
from emulator.powershell.modules.core.session_objects import Session
from emulator.powershell.modules.core.session_requests import READS
from emulator.powershell.modules.core.sessions import chosen_on_computers, missing, own_sessions
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.errors import ErrorRecord, PSError
from emulator.powershell.runtime.module import cmdlet

_RUNTIME = "System.Management.Automation.RuntimeException"
#: What a time-out of the service must be at least (winrm/config, documented); seconds.
_SHORTEST_IDLE = 60


@cmdlet("Disconnect-PSSession", reads=("IdleTimeoutSec", "OutputBufferingMode"))
def disconnect(
    call: CmdletCall,
    session: list[Session] | None = None,
    id: list[int] | None = None,
    name: list[str] | None = None,
    instance_id: list[Guid] | None = None,
) -> Iterator[Session]:
    """Leave sessions: what runs there goes on, and waits to be received."""
    for one in _chosen(call, session, id, name, instance_id):
        if not call.should_process(one.name, "Disconnect"):
            continue
        if one.state == "Disconnected":
            yield one
            continue
        if one.state != "Opened":
            text = f'Cannot disconnect PSSession "{one.name}" because it is not in the Opened state.'
            call.error(call.record(_RUNTIME, text, "CannotDisconnectSessionWhenNotOpened", _OPERATION, one))
            continue
        if not one.connection.can_disconnect:
            reason = (
                "Disconnected sessions are supported only when the remote computer is running Windows "
                "PowerShell 3.0 or a later version of Windows PowerShell."
            )
            call.error(_not_disconnected(call, one, reason))
            continue
        wrong = _wrong_idle_timeout(call, one)
        if wrong is not None:
            call.error(wrong)
            continue
        idle = call.get("IdleTimeoutSec")
        mode = to_text(call.get("OutputBufferingMode") or "None")
        try:
            one.connection.disconnect(None if idle is None else float(idle), None if mode == "None" else mode)
        except PSError as problem:
            call.error(_not_disconnected(call, one, problem.record.message))
            continue
        _settle(one)
        if one.job is not None:
            one.job.left(one)
        yield one


_OPERATION = "InvalidOperation"


def _settle(session: Session) -> None:
    """Wait until what received from the session has seen that it was left."""
    if session.job is not None:
        session.job.wait()


def _not_disconnected(call: CmdletCall, session: Session, reason: str) -> ErrorRecord:
    text = (
        f"Disconnect-PSSession operation failed for runspace Id = {session.identifier} for the following "
        f"reason: {reason}"
    )
    return call.record(_RUNTIME, text, "PSSessionDisconnectFailed", _OPERATION, session)


def _wrong_idle_timeout(call: CmdletCall, session: Session) -> ErrorRecord | None:
    idle = call.get("IdleTimeoutSec")
    most = session.connection.maximum_idle_timeout
    if idle is None or _SHORTEST_IDLE <= idle <= most:
        return None
    text = (
        f"The session {session.name} cannot be disconnected because the specified idle time-out value {idle} "
        f"(seconds) is either greater than the server maximum allowed {most:.0f} (seconds), or less than the "
        f"minimum allowed {_SHORTEST_IDLE} (seconds).  Specify an idle time-out value that is within the "
        "allowed range, and try again."
    )
    return call.record(
        _RUNTIME, text, "CannotDisconnectSessionWithInvalidIdleTimeout", "InvalidArgument", session
    )


def _chosen(
    call: CmdletCall,
    session: list[Session] | None,
    id: list[int] | None,
    name: list[str] | None,
    instance_id: list[Guid] | None,
) -> Iterator[Session]:
    if session is not None:
        yield from map(unwrap, session)
    else:
        yield from own_sessions(call, name, id, instance_id)


@cmdlet("Connect-PSSession", reads=("ComputerName", "SessionOption", *READS))
def connect(
    call: CmdletCall,
    session: list[Session] | None = None,
    id: list[int] | None = None,
    name: list[str] | None = None,
    instance_id: list[Guid] | None = None,
) -> Iterator[Session]:
    """Come back to sessions, or take over those that another client has left."""
    if call.parameter_set.startswith(("ComputerName", "ConnectionUri")):
        found: Iterator[Session] = chosen_on_computers(call, name, instance_id)
    else:
        found = _chosen(call, session, id, name, instance_id)
    for one in found:
        if not call.should_process(one.name, "Connect"):
            continue
        if one.state == "Opened":
            yield one
            continue
        if not connected(one):
            text = (
                f'Cannot connect PSSession "{one.name}", either because it is not in the Disconnected state, '
                "or it is not available for connection."
            )
            call.error(call.record(_RUNTIME, text, "PSSessionConnectFailed", _OPERATION, one))
            continue
        call.engine.sessions.setdefault(one.number, one)
        if one.job is not None:
            one.job.resume(one)
        yield one


def connected(session: Session) -> bool:
    """Connect a session; false when it cannot be."""
    if session.state != "Disconnected" or session.connection.is_taken:
        return False
    try:
        session.connection.connect()
    except PSError:
        return False
    return True


@cmdlet(
    "Receive-PSSession",
    reads=("ComputerName", "Id", "InstanceId", "JobName", "Name", "OutTarget", "Session", *READS),
)
def receive(call: CmdletCall) -> None:
    """Take what the command of a session has written since it was left, and goes on to write."""
    found = _received_session(call)
    if found is None or not call.should_process(found.name, "Receive"):
        return
    if found.state != "Opened" and not connected(found):
        text = (
            f'Cannot connect PSSession "{found.name}", either because it is not in the Disconnected state, '
            "or it is not available for connection."
        )
        call.error(
            call.record(
                "System.ArgumentException", text, "ReceivePSSessionCannotConnectSession", _OPERATION, found
            )
        )
        return
    call.engine.sessions.setdefault(found.number, found)
    target = to_text(call.get("OutTarget") or "Default")
    if found.job is not None:
        _from_job(call, found, target)
        return
    commands = [one for one in found.connection.commands if one.state in ("Running", "Disconnected")]
    if not commands:
        return
    if target == "Job":
        job = RemoteJob(call.engine, call.get("JobName"), "", [(found, commands[0])])
        call.engine.jobs[job.number] = job
        call.write(job)
        return
    deliver(call, found, commands[0], shows_computer=True)


def _from_job(call: CmdletCall, session: Session, target: str) -> None:
    """The session's command belongs to a job: it goes on, and its output comes here with -OutTarget Host."""
    job: RemoteJob = session.job
    job.resume(session)
    if target != "Host":
        call.write(job)
        return
    work = next(one for one in job.works if one.session is session)
    work.wait()
    for value in work.received(keep=False):
        call.write(value)
    for record in work.streams.errors:
        call.error(record, is_own=False)
    work.streams.clear()
    call.engine.jobs.pop(job.number, None)


def _received_session(call: CmdletCall) -> Session | None:
    kind = call.parameter_set
    if kind == "Session":
        found: Session = unwrap(call.get("Session"))
        return found
    name, identifier = call.get("Name"), call.get("InstanceId")
    if kind.startswith(("Computer", "ConnectionUri")):
        names = None if name is None else [name]
        identifiers = None if identifier is None else [identifier]
        return next(chosen_on_computers(call, names, identifiers), None)
    sessions = call.engine.sessions.values()
    wanted: Any
    if kind == "Id":
        wanted, label = call.get("Id"), "SessionId"
        match = next((one for one in sessions if one.number == wanted), None)
    elif kind == "InstanceId":
        wanted, label = identifier, "RunspaceId"
        match = next((one for one in sessions if one.identifier == wanted), None)
    else:
        wanted, label = name, "Name"
        match = next((one for one in sessions if like(one.name, wanted)), None)
    if match is None:
        call.error(missing(call, label, wanted))
    return match
