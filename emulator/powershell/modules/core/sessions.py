"""New-PSSession, Get-PSSession, Remove-PSSession and New-PSSessionOption."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from emulator.powershell.dotnet.library.session_options import PROPERTIES, SessionOption
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.regex import is_wildcard, like
from emulator.powershell.dotnet.simple import Guid
from emulator.powershell.dotnet.time_values import TimeSpan
from emulator.powershell.modules.core.session_objects import MAXIMUM_SESSIONS, Session
from emulator.powershell.modules.core.session_requests import READS, requests, service_of
from emulator.powershell.modules.core.vm_sessions import VM_READS, means_machine, refuse_machines
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.errors import ErrorRecord, PSError, not_emulated
from emulator.powershell.runtime.module import cmdlet
from emulator.powershell.runtime.remote_sessions import ConnectionRequest

_INVALID = "System.ArgumentException"
_RUNSPACE = "System.Management.Automation.RemoteRunspace"
_OPEN_FAILED = "PSSessionOpenFailed"
#: Parameters of New-PSSessionOption whose property has another name, and those that are times in ms.
_RENAMED = {"MaximumConnectionRedirectionCount": "MaximumRedirection"}
_TIMES = frozenset({"OperationTimeout", "OpenTimeout", "CancelTimeout", "IdleTimeout"})


@cmdlet("New-PSSessionOption", reads=tuple(_RENAMED.get(name, name) for name in PROPERTIES))
def new_option(call: CmdletCall) -> None:
    """How sessions are opened, as an object."""
    made = SessionOption()
    made.values["MaximumReceivedObjectSize"] = None
    for name in PROPERTIES:
        parameter = _RENAMED.get(name, name)
        if call.has(parameter):
            value = unwrap(call.get(parameter))
            made.values[name] = TimeSpan.of(milliseconds=value) if name in _TIMES else value
    call.write(made)


@cmdlet("New-PSSession", reads=("ComputerName", "Session", *READS, *VM_READS))
def new_session(call: CmdletCall, name: list[str] | None = None) -> Iterator[Session]:
    """Sessions to computers, or more sessions like those that are given."""
    if means_machine(call):
        refuse_machines(call)
        return
    given: list[Session] | None = call.get("Session")
    wanted: Iterable[ConnectionRequest] = (
        requests(call) if given is None else [call.dereferenced(one).request for one in map(unwrap, given)]
    )
    for place, request in enumerate(wanted):
        chosen = (name or [])[place : place + 1]
        try:
            made = opened(call, request.replaced(name=chosen[0] if chosen else ""))
        except PSError as problem:
            record = marked(problem.record, _OPEN_FAILED, call.name)
            record.target_name, record.target_type = _RUNSPACE, _RUNSPACE.rpartition(".")[2]
            call.error(record)
            continue
        call.engine.sessions[made.number] = made
        yield made


def opened(call: CmdletCall, request: ConnectionRequest) -> Session:
    """A new session, not yet among those of the runspace. Raises PSError."""
    if len(call.engine.sessions) >= MAXIMUM_SESSIONS:
        raise call.complete(not_emulated(f"More than {MAXIMUM_SESSIONS} sessions"))
    connection = service_of(call, request.computer).open(call.engine, request)
    return Session(call.engine, request, connection)


def marked(record: ErrorRecord, mark: str, activity: str = "") -> ErrorRecord:
    """The error of a session that was not opened, for the cmdlet that wanted it."""
    record.error_id = f"{record.error_id},{mark}" if record.error_id else mark
    record.command_class = record.command_class or ""
    record.activity = activity
    return record


@cmdlet("Get-PSSession", reads=("State", *READS, *VM_READS))
def get_session(
    call: CmdletCall,
    name: list[str] | None = None,
    id: list[int] | None = None,
    instance_id: list[Guid] | None = None,
    computer_name: list[str] | None = None,
) -> Iterator[Session]:
    """The sessions of this runspace, or with -ComputerName those that the user has on a computer."""
    if means_machine(call):
        return  # no session here is in a virtual machine or a container
    if computer_name is not None or call.has("ConnectionUri"):
        yield from chosen_on_computers(call, name, instance_id)
        return
    yield from own_sessions(call, name, id, instance_id)


def own_sessions(
    call: CmdletCall, names: list[str] | None, numbers: list[int] | None, identifiers: list[Guid] | None
) -> Iterator[Session]:
    """The sessions of this runspace by name, number or identifier; all of them without. What is not there is
    reported."""
    sessions = list(call.engine.sessions.values())
    if names is None and numbers is None and identifiers is None:
        yield from sessions
    for text in names or ():
        found = [one for one in sessions if like(one.name, text)]
        if not found and not is_wildcard(text):
            call.error(missing(call, "Name", text))
        yield from found
    for number in numbers or ():
        found = [one for one in sessions if one.number == number]
        if not found:
            call.error(missing(call, "SessionId", number))
        yield from found
    for identifier in identifiers or ():
        found = [one for one in sessions if one.identifier == identifier]
        if not found:
            call.error(missing(call, "RunspaceId", identifier))
        yield from found


_MISSING = {
    "Name": "The remote session with the name {0}  is not available.",
    "SessionId": "The remote session with the session ID {0} is not available.",
    "RunspaceId": "Remote session is not available for {0}.",
}


def missing(call: CmdletCall, kind: str, value: Any) -> ErrorRecord:
    """The error of a session that this runspace does not have, by Name, SessionId or RunspaceId."""
    text = _MISSING[kind].format(to_text(value))
    return call.record(
        _INVALID, text, f"RemoteRunspaceNotAvailableForSpecified{kind}", "InvalidArgument", value
    )


def chosen_on_computers(
    call: CmdletCall, names: list[str] | None, identifiers: list[Guid] | None
) -> Iterator[Session]:
    """The sessions on computers that -Name, -InstanceId, -ConfigurationName and -State leave."""
    wanted = to_text(call.get("State") or "All")
    configuration = call.get("ConfigurationName")
    for one in sessions_on_computers(call):
        if names is not None and not any(like(one.name, each) for each in names):
            continue
        if identifiers is not None and one.identifier not in identifiers:
            continue
        if configuration and one.connection.configuration.lower() != _last(configuration):
            continue
        if wanted in ("All", one.state):
            yield one


def _last(configuration: Any) -> str:
    return to_text(configuration).rpartition("/")[2].lower()


def sessions_on_computers(call: CmdletCall) -> Iterator[Session]:
    """The sessions that the user has on the computers that a call names: those of this runspace as they are,
    others as disconnected ones."""
    mine = {one.identifier: one for one in call.engine.sessions.values()}
    for request in requests(call):
        try:
            found = service_of(call, request.computer).sessions(call.engine, request)
        except PSError as problem:
            record = marked(problem.record, "RemoteRunspaceQueryFailed", call.name)
            record.category = "InvalidOperation"
            call.error(record)
            continue
        for connection in found:
            yield mine.get(connection.identifier) or Session(call.engine, request, connection)


@cmdlet("Remove-PSSession", reads=VM_READS)
def remove_session(
    call: CmdletCall,
    session: list[Session] | None = None,
    id: list[int] | None = None,
    name: list[str] | None = None,
    instance_id: list[Guid] | None = None,
    computer_name: list[str] | None = None,
) -> None:
    """Close sessions. None is in a virtual machine or a container."""
    if means_machine(call):
        return
    if session is not None:
        chosen = [unwrap(one) for one in session]
    elif computer_name is not None:
        chosen = [
            one
            for one in call.engine.sessions.values()
            if any(like(one.computer, each) for each in computer_name)
        ]
    else:
        chosen = list(own_sessions(call, name, id, instance_id))
    for one in chosen:
        if call.should_process(one.computer, "Remove"):
            one.connection.close()
            call.engine.sessions.pop(one.number, None)
