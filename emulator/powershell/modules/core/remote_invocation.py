"""Invoke-Command with computers or sessions: commands there, their output here."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.collections import Hashtable
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.modules.core.remote_jobs import RemoteJob, with_origin
from emulator.powershell.modules.core.session_objects import Session
from emulator.powershell.modules.core.session_requests import requests
from emulator.powershell.modules.core.sessions import marked, opened
from emulator.powershell.runtime.binder import Argument
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.command_pipeline import PipelineCommand, Statement
from emulator.powershell.runtime.errors import ErrorRecord, PSError
from emulator.powershell.runtime.jobs import using_values
from emulator.powershell.runtime.remote_sessions import RemoteCommand

if TYPE_CHECKING:
    from emulator.powershell.runtime.script_block import ScriptBlock

_STATE_BROKEN = "PSSessionStateBroken"
#: The parameter that carries the values of ``$using:``, as PowerShell's own client names it.
_USING = "--%"
_INVALID = "System.InvalidOperationException"


class CallSink:
    """What a remote command writes goes on as output and streams of a cmdlet, marked with where it came
    from."""

    def __init__(self, call: CmdletCall, session: Session, *, shows_computer: bool) -> None:
        self._call = call
        self._session = session
        self._shows_computer = shows_computer

    def output(self, value: Any) -> None:
        """An object, with the notes that tell its origin."""
        self._call.write(with_origin(value, self._session, shows_computer=self._shows_computer))

    def error(self, record: ErrorRecord) -> None:
        """An error: it stays that of the command there."""
        self._call.error(record, is_own=False)

    def warning(self, record: Any) -> None:
        """A warning."""
        self._call.streams.warning(record)

    def verbose(self, record: Any) -> None:
        """A verbose message."""
        self._call.streams.verbose(record)

    def debug(self, record: Any) -> None:
        """A debug message."""
        self._call.streams.debug(record)

    def information(self, record: Any) -> None:
        """An information record; what Write-Host wrote was shown by its own call of the host."""
        self._call.streams.information(record)

    def progress(self, record: Any) -> None:
        """A progress record."""
        self._call.progress(record)


def invoke_remotely(
    call: CmdletCall, script: ScriptBlock, arguments: list[Any], values: list[Any] | None
) -> None:
    """Run a script in sessions: those that are given, or new ones that end with it."""
    is_left = bool(call.get("InDisconnectedSession"))
    if call.has("SessionName") and not is_left:
        raise call.failure(
            _INVALID,
            "The SessionName parameter can only be used with the Disconnected switch parameter.",
            "SessionNameWithoutInvokeDisconnected",
            "InvalidOperation",
        )
    if is_left and call.get("AsJob"):
        raise call.failure(
            _INVALID,
            "You cannot use the Invoke-Command cmdlet with both the AsJob and Disconnected parameters in the "
            "same command.",
            "AsJobAndDisconnectedError",
            "InvalidOperation",
        )
    statements: list[Statement] = [[_command(call, script, arguments)]]
    started = list(_started(call, statements, values))
    if is_left:
        for session, _ in started:
            session.connection.disconnect()
            call.engine.sessions[session.number] = session
            call.write(session)
        return
    if call.get("AsJob"):
        if started:
            job = RemoteJob(
                call.engine,
                call.get("JobName"),
                script.text,
                started,
                shows_computer=not call.get("HideComputerName"),
                ends_sessions=not call.has("Session"),
            )
            call.engine.jobs[job.number] = job
            call.write(job)
        return
    shows = not call.get("HideComputerName")
    try:
        for session, command in started:
            deliver(call, session, command, shows_computer=shows)
    finally:
        if not call.has("Session"):
            for session, _ in started:
                session.connection.close()


def deliver(call: CmdletCall, session: Session, command: RemoteCommand, *, shows_computer: bool) -> None:
    """Hand on what a command writes, and what ended it, if anything did."""
    command.receive(call.engine, CallSink(call, session, shows_computer=shows_computer), call.stopping)
    if command.failure is not None and command.state in ("Failed", "Broken"):
        call.error(command.failure, is_own=False)


def _command(call: CmdletCall, script: ScriptBlock, arguments: list[Any]) -> PipelineCommand:
    pieces = [Argument(None, one) for one in arguments]
    using = using_values(script, call.frame)
    if using:
        table = Hashtable()
        for text, value in using.items():
            table[base64.b64encode(text.encode("utf-16-le")).decode("ascii")] = value
        pieces.append(Argument(_USING, table))
    return PipelineCommand(script.text, is_script=True, arguments=tuple(pieces))


def _started(
    call: CmdletCall, statements: list[Statement], values: list[Any] | None
) -> Iterator[tuple[Session, RemoteCommand]]:
    """The command in every session; errors of those that cannot be opened are reported."""
    for session in _sessions(call):
        try:
            yield session, session.connection.start(call.engine, statements, values)
        except PSError as problem:
            call.error(problem.record, is_own=False)


def _sessions(call: CmdletCall) -> Iterator[Session]:
    given = call.get("Session")
    if given is not None:
        for one in map(unwrap, given):
            if one.state == "Opened":
                yield one
            else:
                call.error(_not_open(call, one), is_own=False)
        return
    names = call.get("SessionName") or ()
    for place, request in enumerate(requests(call)):
        chosen = names[place : place + 1]
        try:
            yield opened(call, request.replaced(name=chosen[0] if chosen else ""))
        except PSError as problem:
            call.error(marked(problem.record, _STATE_BROKEN), is_own=False)


def _not_open(call: CmdletCall, session: Session) -> ErrorRecord:
    record = call.record(
        "System.Management.Automation.Runspaces.InvalidRunspaceStateException",
        f"Because the session state for session {session.name}, {session.identifier}, {session.computer} is "
        f"not equal to Open, you cannot run a command in the session.  The session state is {session.state}.",
        "InvalidRunspaceState",
        "OpenError",
        session,
    )
    record.error_id, record.command_class = _STATE_BROKEN, ""
    return record
