"""Get-PSHostProcessInfo, Enter- and Exit-PSHostProcess: the processes in which PowerShell runs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from emulator.host import Host
from emulator.host.windows.processes import Process
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.regex import like
from emulator.powershell.dotnet.types import PSType, register
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.errors import not_emulated
from emulator.powershell.runtime.module import cmdlet
from emulator.record import Record

_ARGUMENT = "System.Management.Automation.PSArgumentException"
#: Programs that load the PowerShell engine, and with it listen on a pipe.
_HOSTS = frozenset({"powershell.exe", "powershell_ise.exe", "pwsh.exe", "wsmprovhost.exe"})
_DOMAIN = "DefaultAppDomain"


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
        return [one for one in host.processes if one.name.lower() in _HOSTS]


def _short(process: Process) -> str:
    return process.name.rpartition(".")[0] or process.name


@cmdlet("Enter-PSHostProcess")
def enter(
    call: CmdletCall,
    id: int | None = None,
    process: Any = None,
    name: str | None = None,
    host_process_info: HostProcess | None = None,
    app_domain_name: str | None = None,
) -> None:
    """Look into another process that hosts PowerShell: checked as far as it can be seen here."""
    host = call.service(Host)
    if process is not None:
        id = unwrap(process).process.id
    elif host_process_info is not None:
        id = unwrap(host_process_info).process_id
    with host.looking():
        if name is not None:
            wanted = name.lower().removesuffix(".exe")
            named = [one for one in host.processes if _short(one).lower() == wanted]
            if len(named) != 1:
                raise _unclear(call, name, len(named))
            id = named[0].id
        found = host.processes.get(int(id or 0))
    if found is None:
        text = f"No process was found with Id: {id}."
        raise call.failure(_ARGUMENT, text, "EnterPSHostProcessNoProcessFoundWithId", "InvalidArgument", call)
    if found.id == call.engine.machine.process_id:
        raise call.failure(
            "System.Management.Automation.PSInvalidOperationException",
            "Enter-PSHostProcess does not support entering the same PowerShell session it is running in.",
            "EnterPSHostProcessCantEnterSameProcess",
            "InvalidOperation",
        )
    if found.name.lower() not in _HOSTS or app_domain_name not in (None, _DOMAIN):
        raise call.failure(
            "System.Management.Automation.PSInvalidOperationException",
            f"Cannot enter process with Id '{found.id}' because it has not loaded the Windows PowerShell "
            "engine.",
            "EnterPSHostProcessNoPowerShell",
            "InvalidOperation",
        )
    raise call.complete(not_emulated("Enter-PSHostProcess", "no process can be attached to"))


def _unclear(call: CmdletCall, name: str, count: int) -> Any:
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
    return call.failure(_ARGUMENT, text, error_id, "InvalidArgument", name)


@cmdlet("Exit-PSHostProcess")
def leave(call: CmdletCall) -> None:
    """Leave a process that was entered: none can be."""
    call.error(
        call.record(
            "System.ArgumentException",
            "The current host does not support the Enter-PSHostProcess cmdlet.",
            "ExitPSHostProcessHostDoesNotSupportIASession",
            "InvalidArgument",
        )
    )
