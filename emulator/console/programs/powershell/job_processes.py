"""Processes of powershell.exe that work for the jobs of another one: each in the list of the machine."""

from __future__ import annotations

import base64
import threading
from typing import TYPE_CHECKING

from emulator.console.context import Context
from emulator.console.environment import user_environment
from emulator.console.process import Environment as ProcessEnvironment
from emulator.console.running_program import Cancellation
from emulator.host import HostError
from emulator.host.windows import wow64
from emulator.powershell import language
from emulator.powershell.runtime.job_processes import JobProcess, ProcessNotStarted, ProcessOrder
from emulator.powershell.runtime.services import Environment, Machine

if TYPE_CHECKING:
    from emulator.host import Account, Host
    from emulator.powershell.runtime import Runspace
    from emulator.powershell.runtime.engine import Engine

_SYSTEM_FOLDER = "C:\\Windows\\System32\\"
_ARGUMENTS = "-s -NoLogo -NoProfile"


class LocalJobProcesses:
    """A `JobProcesses` of one current directory."""

    def __init__(self, context: Context, environment: Environment) -> None:
        self._context = context
        self._environment = environment

    def start(self, engine: Engine, order: ProcessOrder) -> JobProcess:
        """See `JobProcesses.start`."""
        caller = self._context
        account, variables = caller.account, ProcessEnvironment(dict(self._environment))
        if order.user is not None:
            found = caller.host.accounts.verify(*order.user)
            if found is None:
                raise ProcessNotStarted("The user name or password is incorrect.")
            account, variables = found, user_environment(caller.host, found)
        is_32_bit = caller.is_32_bit or (order.is_32_bit and engine.machine.is_64_bit)
        command = _command(engine, order, is_32_bit=is_32_bit)
        made = _StartedProcess(caller.host, account, engine.machine.process_id, *command)
        try:
            has_32_bit_variables = caller.is_32_bit and order.user is None
            made.runspace = _runspace(engine, account, variables, has_32_bit_variables, made)
        except BaseException:
            made.end()
            raise
        return made


class _StartedProcess:
    """A `JobProcess`."""

    runspace: Runspace

    def __init__(self, host: Host, account: Account, parent_id: int, path: str, command_line: str) -> None:
        """Raises ProcessNotStarted."""
        self.host = host
        self.command_line = command_line
        self.cancelled = threading.Event()
        self.was_lost = False
        self._is_wanted = True
        try:
            with host.looking():
                self.listed = host.processes.start(
                    path,
                    command_line,
                    account=account.qualified_name,
                    parent_id=parent_id,
                    ended=self._ended,
                    ends_with_parent=True,
                )
        except HostError as problem:
            raise ProcessNotStarted(problem.text) from None

    def end(self) -> None:
        """See `JobProcess.end`."""
        with self.host.looking():
            self._is_wanted = False
            self.exit()
        # A reset of the machine makes the list anew and tells nobody.
        self.cancelled.set()

    def exit(self) -> None:
        """See `JobProcess.exit`."""
        with self.host.looking():
            if self.host.processes.get(self.listed.id) is self.listed:
                self.host.processes.end(self.listed.id)

    def _ended(self) -> None:
        self.was_lost = self._is_wanted
        self.cancelled.set()


def _command(engine: Engine, order: ProcessOrder, *, is_32_bit: bool) -> tuple[str, str]:
    """Path and command line, as PowerShellProcessInstance makes it and .NET puts the path before it."""
    facts = engine.session.version
    if engine.language >= language.SEVEN:
        path, arguments = f"{facts.home}\\pwsh.exe", _ARGUMENTS
    else:
        folder = wow64.SYSTEM_FOLDER if is_32_bit else _SYSTEM_FOLDER
        path = f"{folder}WindowsPowerShell\\v1.0\\powershell.exe"
        version = order.version or ".".join(facts.ps_version.split(".")[:2])
        arguments = f"-Version {version} {_ARGUMENTS}"
    if order.first:
        arguments += f" -EncodedCommand {base64.b64encode(order.first.encode('utf-16-le')).decode()}"
    return path, f'"{path}" {arguments}'


def _runspace(
    engine: Engine,
    account: Account,
    variables: ProcessEnvironment,
    has_32_bit_variables: bool,
    process: _StartedProcess,
) -> Runspace:
    # A session knows the service of this module.
    from emulator.console.programs.powershell.process_sessions import context_without_console
    from emulator.console.programs.powershell.remote import served_runspace
    from emulator.console.programs.powershell.session import initial_session

    context = context_without_console(process.host, account, variables, process.listed.id, process.cancelled)
    context.is_32_bit = has_32_bit_variables
    context.become(process.listed.executable_path)
    session = initial_session(context, engine.ui, version=engine.session.version)
    session.limits, session.gap_counts = engine.session.limits, engine.session.gap_counts
    session.services[Machine].command_line = process.command_line
    return served_runspace(session, Cancellation(process.cancelled))
