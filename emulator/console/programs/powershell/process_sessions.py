"""Sessions of further runspaces of a process of PowerShell, and of the processes that it starts for jobs."""

from __future__ import annotations

from copy import copy
from typing import Any

from emulator.console.context import Context
from emulator.console.process import Environment as ProcessEnvironment
from emulator.console.programs.powershell.script_policy import ProcessScriptPolicy
from emulator.console.programs.powershell.services import ProcessFiles, ProcessLocation, Programs
from emulator.host import Host
from emulator.powershell.runtime import InitialSession
from emulator.powershell.runtime import services as engine_services
from emulator.powershell.runtime.services import FileStore


class ProcessSessions:
    """An `engine_services.Sessions` for one current directory."""

    def __init__(self, context: Context, environment: engine_services.Environment) -> None:
        self._context = context
        self._environment = environment

    def another(self, session: InitialSession) -> InitialSession:
        """One more session of this process, with a current location of its own."""
        made = _moved(session, copy(self._context), self._environment)
        made.services[FileStore].default_codec = session.services[FileStore].default_codec
        return made

    def child(self, session: InitialSession) -> InitialSession:
        """That of a process which this one starts: environment variables and compiled types are its own."""
        context = self._context.child()
        context.environment = ProcessEnvironment(dict(self._environment))
        context.directory = start_directory(context.host, context.environment["USERPROFILE"])
        made = _moved(session, context, engine_services.Environment(dict(self._environment)))
        made.console, made.compiled, made.compiled_types, made.script_types = {}, {}, {}, {}
        return made


def _moved(
    session: InitialSession, context: Context, environment: engine_services.Environment
) -> InitialSession:
    made = copy(session)
    made.services = {**session.services, **services_in(context, environment)}
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
    }


def start_directory(host: Host, home: str) -> str:
    """Where a session without a console begins: among the user's documents, as far as he has been here."""
    choices = (f"{home}\\Documents", home)
    return next((one for one in choices if host.filesystem.is_directory(one)), "C:\\Windows\\System32")
