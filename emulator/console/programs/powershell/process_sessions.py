"""Sessions of further runspaces of a process of PowerShell."""

from __future__ import annotations

import threading
from copy import copy
from typing import TYPE_CHECKING, Any

from emulator.console.context import Console, Context
from emulator.console.process import DEFAULT_CODE_PAGE
from emulator.console.process import Environment as ProcessEnvironment
from emulator.console.programs.powershell.job_processes import LocalJobProcesses
from emulator.console.programs.powershell.script_policy import ProcessScriptPolicy
from emulator.console.programs.powershell.services import ProcessFiles, ProcessLocation, Programs
from emulator.console.streams import MemoryReader, NullWriter
from emulator.host import Account, Host
from emulator.powershell.runtime import InitialSession
from emulator.powershell.runtime import services as engine_services
from emulator.powershell.runtime.job_processes import JobProcesses
from emulator.powershell.runtime.services import FileStore

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine


class ProcessSessions:
    """An `engine_services.Sessions` for one current directory."""

    def __init__(self, context: Context, environment: engine_services.Environment) -> None:
        self._context = context
        self._environment = environment

    def another(self, session: InitialSession) -> InitialSession:
        """One more session of this process, with a current location of its own."""
        made = copy(session)
        made.services = {**session.services, **services_in(copy(self._context), self._environment)}
        made.services[FileStore].default_codec = session.services[FileStore].default_codec
        return made

    def entered(self, session: InitialSession, cancelled: threading.Event) -> InitialSession:
        """See `Sessions.entered`."""
        own = self._context
        context = context_without_console(own.host, own.account, own.environment, own.process_id, cancelled)
        context.is_32_bit = own.is_32_bit
        made = copy(session)
        made.services = {**session.services, **services_in(context, self._environment)}
        return made


def listen(engine: Engine) -> None:
    """From now on the process of an engine can be entered; once per process is enough."""
    host: Host = engine.session.services[Host]
    with host.looking():
        process = host.processes.get(engine.machine.process_id)
        if process is not None and process.powershell is None:
            process.powershell = lambda: engine


def services_in(context: Context, environment: engine_services.Environment) -> dict[Any, Any]:
    """The services that the current directory and the environment variables are for."""
    files = ProcessFiles(context)
    return {
        engine_services.Environment: environment,
        engine_services.ByteStore: files,
        FileStore: files,
        engine_services.FolderStore: files,
        engine_services.Location: ProcessLocation(context),
        engine_services.ProgramRunner: Programs(context, environment),
        engine_services.ScriptPolicy: ProcessScriptPolicy(context.host, context.account, environment),
        engine_services.Sessions: ProcessSessions(context, environment),
        JobProcesses: LocalJobProcesses(context, environment),
    }


def start_directory(host: Host, home: str) -> str:
    """Where a session without a console begins: among the user's documents, as far as he has been here."""
    choices = (f"{home}\\Documents", home)
    return next((one for one in choices if host.filesystem.is_directory(one)), "C:\\Windows\\System32")


def context_without_console(
    host: Host, account: Account, environment: ProcessEnvironment, process_id: int, cancelled: threading.Event
) -> Context:
    """A process that works for a client elsewhere: nothing to read, and what it shows goes nowhere."""
    reader = MemoryReader(b"", DEFAULT_CODE_PAGE)
    writer = NullWriter(DEFAULT_CODE_PAGE)
    return Context(
        host=host,
        account=account,
        console=Console(DEFAULT_CODE_PAGE, (reader, writer, writer)),
        environment=environment,
        directory=start_directory(host, environment.get("USERPROFILE", "C:\\Users\\Public")),
        stdin=reader,
        stdout=writer,
        stderr=writer,
        cancelled=cancelled,
        process_id=process_id,
    )
