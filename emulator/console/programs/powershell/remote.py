"""PowerShell behind a remoting endpoint (wsmprovhost.exe) or a job: the session of one runspace, without a
console."""

from __future__ import annotations

import threading
from typing import Any

from emulator.console.context import Console, Context
from emulator.console.environment import user_environment
from emulator.console.process import DEFAULT_CODE_PAGE, Environment
from emulator.console.programs.powershell.process_sessions import start_directory
from emulator.console.programs.powershell.session import initial_session
from emulator.console.programs.powershell.version_facts import seven
from emulator.console.streams import MemoryReader, NullWriter
from emulator.host import Host
from emulator.host.security.accounts import Account
from emulator.powershell.runtime import InitialSession, Runspace
from emulator.powershell.runtime.services import Machine
from emulator.powershell.runtime.session import REMOTE_HOST
from emulator.powershell.runtime.transcription import start_policy_transcript

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


def context_without_console(
    host: Host, account: Account, environment: Environment, process_id: int, cancelled: threading.Event
) -> Context:
    """A process that works for a client elsewhere: nothing to read, and what it shows goes nowhere."""
    reader = MemoryReader(b"", DEFAULT_CODE_PAGE)
    writer = NullWriter(DEFAULT_CODE_PAGE)
    return Context(
        host=host,
        account=account,
        console=Console(DEFAULT_CODE_PAGE, (reader, writer, writer)),
        environment=environment,
        directory=start_directory(host, environment["USERPROFILE"]),
        stdin=reader,
        stdout=writer,
        stderr=writer,
        cancelled=cancelled,
        process_id=process_id,
    )


def served_runspace(session: InitialSession, stopped: threading.Event) -> Runspace:
    """A runspace of such a process, with its stop signal."""
    session.host_name, session.host_version = REMOTE_HOST, HOST_VERSION
    runspace = Runspace(session)
    runspace.engine.stopped = stopped
    start_policy_transcript(runspace.engine)
    return runspace
