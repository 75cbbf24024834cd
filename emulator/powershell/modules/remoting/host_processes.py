"""Get-PSHostProcessInfo, Enter- and Exit-PSHostProcess: the processes in which PowerShell runs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from emulator.host import Account, Host, HostError
from emulator.host.errors import AccessDenied, NotFound
from emulator.host.windows.processes import Process
from emulator.powershell.dotnet.collections import Hashtable
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.regex import like
from emulator.powershell.dotnet.types import PSType, register
from emulator.powershell.modules.core.interactive_sessions import interactive_host, leave_session
from emulator.powershell.modules.core.session_objects import Session
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.command_pipeline import PipelineCommand
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.errors import PSError, not_emulated
from emulator.powershell.runtime.module import cmdlet
from emulator.powershell.runtime.remote_sessions import ConnectionRequest
from emulator.powershell.runtime.sinks import Collector
from emulator.record import Record

_ARGUMENT = "System.Management.Automation.PSArgumentException"
_OPERATION = "System.Management.Automation.PSInvalidOperationException"
_DOMAIN = "DefaultAppDomain"
#: ComputerName of a connection over a pipe.
_COMPUTER = "localhost"
_COMMAND = "Microsoft.PowerShell.Commands.EnterPSHostProcessCommand"
_NO_HOST = "The current host does not support the Enter-PSHostProcess cmdlet."
_NO_PIPE = "Timeout expired before connection could be made to named pipe."
_PROMPT = (
    'function global:prompt { "[Process:$($PID)]: PS '
    '$($executionContext.SessionState.Path.CurrentLocation)> " }'
)


class HostProcess(Record):
    """A PSHostProcessInfo."""

    process_name: str
    process_id: int
    domain: str
    title: str


register(
    PSType(
        "Microsoft.PowerShell.Commands.PSHostProcessInfo",
        instance={
            "ProcessName: string": lambda p: p.process_name,
            "ProcessId: int": lambda p: p.process_id,
            "AppDomainName: string": lambda p: p.domain,
            "MainWindowTitle: string": lambda p: p.title,
        },
        to_text=lambda p: f"PSHostProcessInfo: {p.process_name} {p.process_id} {p.domain}",
    ),
    HostProcess,
)


@cmdlet("Get-PSHostProcessInfo")
def get(
    call: CmdletCall,
    name: list[str] | None = None,
    process: list[Any] | None = None,
    id: list[int] | None = None,
) -> Iterator[HostProcess]:
    """The processes that host PowerShell, by name."""
    numbers = id if process is None else [unwrap(one).process.id for one in process]
    found = [one for one in _hosts(call) if numbers is None or one.id in numbers]
    shown = [HostProcess(_short(one), one.id, _DOMAIN, "") for one in found]
    if name is not None:
        shown = [one for one in shown if any(like(one.process_name, each) for each in name)]
    yield from sorted(shown, key=lambda one: one.process_name.lower())


def _hosts(call: CmdletCall) -> list[Process]:
    host = call.service(Host)
    with host.looking():
        return [one for one in host.processes if one.powershell is not None]


def _short(process: Process) -> str:
    return process.name.rpartition(".")[0] or process.name


@cmdlet("Enter-PSHostProcess", reads=("Id", "Name", "Process", "HostProcessInfo"))
def enter(call: CmdletCall, app_domain_name: str | None = None) -> None:
    """Let the host run what follows in a new runspace of another process."""
    if call.engine.session.is_remote:
        raise call.complete(not_emulated("Enter-PSHostProcess", "in a session that a client has opened"))
    interface = interactive_host(call, _NO_HOST, "EnterPSHostProcessHostDoesNotSupportIASession")
    if interface is None:
        return
    found = _wanted(call)
    if found.id == call.engine.machine.process_id:
        raise _failure(
            call,
            _OPERATION,
            "Enter-PSHostProcess does not support entering the same PowerShell session it is running in.",
            "EnterPSHostProcessCantEnterSameProcess",
            "InvalidOperation",
        )
    if found not in _hosts(call):
        raise _failure(
            call,
            _OPERATION,
            f"Cannot enter process with Id '{found.id}' because it has not loaded the Windows PowerShell "
            "engine.",
            "EnterPSHostProcessNoPowerShell",
            "InvalidOperation",
        )
    session = _opened(call, found, app_domain_name or _DOMAIN)
    _give_prompt(call, session)
    interface.push_session(session, ends=True)


def _wanted(call: CmdletCall) -> Process:
    """The process that is meant. Raises PSError."""
    kind = call.parameter_set
    if kind == "ProcessParameterSet":
        given: Process = unwrap(call.get("Process")).process
        return given
    host = call.service(Host)
    if kind == "ProcessNameParameterSet":
        name = to_text(call.get("Name"))
        with host.looking():
            named = [one for one in host.processes if like(_short(one), name)]
        if len(named) != 1:
            raise _unclear(call, name, len(named))
        return named[0]
    info = unwrap(call.get("HostProcessInfo"))
    number = info.process_id if isinstance(info, HostProcess) else int(call.get("Id"))
    with host.looking():
        found = host.processes.get(number)
    if found is None:
        text = f"No process was found with Id: {number}."
        raise _failure(call, _ARGUMENT, text, "EnterPSHostProcessNoProcessFoundWithId", "InvalidArgument")
    return found


def _opened(call: CmdletCall, process: Process, domain: str) -> Session:
    """A session in a process; the caller has to be its user, or an administrator. Raises PSError."""
    host, engine = call.service(Host), call.engine
    request = ConnectionRequest(
        _COMPUTER, "", Hashtable(), culture=engine.session.culture, ui_culture=engine.session.ui_culture
    )
    if domain.lower() != _DOMAIN.lower():
        raise _not_connected(call, process, domain, _NO_PIPE)
    if host.sessions is None:
        raise call.complete(not_emulated("Enter-PSHostProcess", "this machine opens no sessions"))
    try:
        connection = host.sessions.enter(call.service(Account), process, request, engine)
    except AccessDenied:
        raise _not_connected(call, process, domain, "Access to the path is denied.") from None
    except NotFound:  # it has ended in this moment
        raise _not_connected(call, process, domain, _NO_PIPE) from None
    except HostError as problem:
        raise _not_connected(call, process, domain, problem.text) from None
    return Session(engine, request, connection, "PSAttachRunspace")


def _not_connected(call: CmdletCall, process: Process, domain: str, reason: str) -> PSError:
    return _failure(
        call,
        "System.Management.Automation.RuntimeException",
        f"Unable to connect to application domain name {domain} of process {process.id}.  Error: {reason}.",
        "EnterPSHostProcessCannotConnectToProcess",
        "OperationTimeout",
    )


def _give_prompt(call: CmdletCall, session: Session) -> None:
    """Let the prompt there tell the process. What goes wrong is passed over."""
    engine = call.engine
    commands = [PipelineCommand(_PROMPT, is_script=True)]
    with suppress(PSError):
        session.connection.start(engine, [commands], None).receive(engine, Collector(), engine.stopped.is_set)


def _failure(call: CmdletCall, kind: str, text: str, error_id: str, category: str) -> PSError:
    """A terminating error whose target is the cmdlet itself."""
    problem = call.failure(kind, text, error_id, category)
    problem.record.target_name, problem.record.target_type = _COMMAND, _COMMAND.rpartition(".")[2]
    return problem


def _unclear(call: CmdletCall, name: str, count: int) -> PSError:
    if count:
        text = (
            f"Multiple processes were found with this name {name}. Use the process Id to specify a single "
            "process to enter."
        )
        error_id = "EnterPSHostProcessMultipleProcessesFoundWithName"
    else:
        text, error_id = (
            f"No process was found with Name: {name}.",
            "EnterPSHostProcessNoProcessFoundWithName",
        )
    return _failure(call, _ARGUMENT, text, error_id, "InvalidArgument")


@cmdlet("Exit-PSHostProcess")
def leave(call: CmdletCall) -> None:
    """Let the host run what follows itself again."""
    leave_session(call, _NO_HOST, "ExitPSHostProcessHostDoesNotSupportIASession")
