"""PowerShell behind a remoting endpoint (wsmprovhost.exe) or a job: the session of one runspace, without a
console."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from emulator.console.environment import user_environment
from emulator.console.programs.powershell.process_sessions import context_without_console, listen
from emulator.console.programs.powershell.session import initial_session
from emulator.console.programs.powershell.version_facts import seven
from emulator.host import Host
from emulator.host.security.accounts import Account
from emulator.powershell.runtime import InitialSession, Runspace
from emulator.powershell.runtime.services import Machine, Sessions
from emulator.powershell.runtime.session import REMOTE_HOST
from emulator.powershell.runtime.transcription import start_policy_transcript

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine

#: $Host.Version of a remote session, whatever the release.
HOST_VERSION = "1.0.0.0"
#: The program of a remote session.
PROGRAM = "C:\\Windows\\system32\\wsmprovhost.exe"


def remote_runspace(
    host: Host,
    account: Account,
    interface: Any,
    variables: dict[str, Any],
    process_id: int,
    *,
    program: str = PROGRAM,
    is_seven: bool = False,
    cultures: tuple[str, str] = ("en-US", "en-US"),
) -> Runspace:
    """A runspace of `account` with the client's culture and that of its texts, in a process of `program`.

    Programs that its scripts start see its stop signal as their own.
    """
    stopped = threading.Event()
    context = context_without_console(host, account, user_environment(host, account), process_id, stopped)
    context.become(program)
    session = initial_session(context, interface, version=seven(host) if is_seven else None)
    session.variables = variables
    session.culture, session.ui_culture = cultures
    session.services[Machine].command_line = f"{program} -Embedding"
    return served_runspace(session, stopped)


def served_runspace(session: InitialSession, stopped: threading.Event) -> Runspace:
    """A runspace of such a process, with its stop signal."""
    session.host_name, session.host_version = REMOTE_HOST, HOST_VERSION
    runspace = Runspace(session)
    runspace.engine.stopped = stopped
    listen(runspace.engine)
    start_policy_transcript(runspace.engine)
    return runspace


def entered_runspace(engine: Engine, interface: Any, variables: dict[str, Any]) -> Runspace:
    """A runspace for somebody elsewhere, in the process in which an engine runs: one more of its own."""
    from emulator.powershell.dotnet.library.hosting import default_runspace
    from emulator.powershell.runtime.hosting import ScriptRunspace, SessionState

    stopped = threading.Event()
    session = engine.session.services[Sessions].entered(engine.session, stopped)
    session.ui, session.variables = interface, variables
    made = served_runspace(session, stopped)
    made.engine.runspaces = engine.runspaces
    default_runspace(engine)
    shown = ScriptRunspace(engine, SessionState(make=lambda: made))
    shown.open()
    shown.name = "RemoteHost"

    def forget() -> None:
        engine.runspaces.pop(id(shown), None)

    made.engine.endings.append(forget)
    return made
