"""Sessions of further runspaces of a process of PowerShell."""

from __future__ import annotations

from copy import copy
from typing import Any

from emulator.console.context import Context
from emulator.console.programs.powershell.job_processes import LocalJobProcesses
from emulator.console.programs.powershell.script_policy import ProcessScriptPolicy
from emulator.console.programs.powershell.services import ProcessFiles, ProcessLocation, Programs
from emulator.host import Host
from emulator.powershell.runtime import InitialSession
from emulator.powershell.runtime import services as engine_services
from emulator.powershell.runtime.job_processes import JobProcesses
from emulator.powershell.runtime.services import FileStore


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
