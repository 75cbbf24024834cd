"""Get-Process and Stop-Process."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from emulator.host import Account, Host, HostError
from emulator.host.errors import AccessDenied, NotFound
from emulator.host.windows.processes import Process
from emulator.host.windows.processor_time import processor_time
from emulator.host.windows.program_start import ProgramRun
from emulator.host.windows.termination import may_open, terminate_process
from emulator.powershell.dotnet.collections import PSArray
from emulator.powershell.dotnet.event_sources import WATCHED, EventArguments, Watch
from emulator.powershell.dotnet.exceptions import NetError, argument_error
from emulator.powershell.dotnet.numbers import Int64
from emulator.powershell.dotnet.psobject import NoteProperty, PSObject, unwrap
from emulator.powershell.dotnet.regex import is_wildcard, like
from emulator.powershell.dotnet.time_values import DateTime, TimeSpan
from emulator.powershell.dotnet.types import Property, PSType, register
from emulator.powershell.modules.cim.management import management_of
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.errors import not_emulated
from emulator.powershell.runtime.module import cmdlet

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine

_PROCESS_ERROR = "Microsoft.PowerShell.Commands.ProcessCommandException"
_WITH_USER_NAME = "System.Diagnostics.Process#IncludeUserName"


class ProcessObject:
    """System.Diagnostics.Process, as somebody sees it. Of what a process consumes only working set and
    time are modelled."""

    __slots__ = ("caller", "host", "process", "run")

    def __init__(
        self, host: Host, process: Process, caller: Account | None, run: ProgramRun | None = None
    ) -> None:
        self.host = host
        self.process = process
        self.caller = caller
        self.run = run

    @property
    def name(self) -> str:
        """The image without .exe; the two that are no program have names of their own."""
        name = self.process.name
        if self.process.id == 0:
            return "Idle"
        return name[:-4] if name.lower().endswith(".exe") else name

    @property
    def has_exited(self) -> bool:
        """Whether it is gone since."""
        if self.run is not None:
            return self.run.exit_code is not None
        return self.host.processes.get(self.process.id) is not self.process

    def time(self, kind: str = "total") -> TimeSpan:
        """Its time of the processors: ``total``, ``kernel`` or ``user``. Raises NetError for processes of
        others."""
        if not may_open(self.process, self.caller):
            raise NetError("System.ComponentModel.Win32Exception", "Access is denied")
        return TimeSpan(getattr(processor_time(self.host, self.process), kind))

    @property
    def cpu_seconds(self) -> float | None:
        """CPU: seconds; None for processes of others."""
        return self.time().ticks / 1e7 if may_open(self.process, self.caller) else None

    @property
    def user_name(self) -> str:
        """The account that it runs as."""
        return self.process.account

    def __str__(self) -> str:
        return f"System.Diagnostics.Process ({self.name})"


@cmdlet("Get-Process", reads=("ComputerName",))
def get_process(
    call: CmdletCall,
    name: list[str] | None = None,
    id: list[int] | None = None,
    input_object: list[Any] | None = None,
    include_user_name: bool = False,
) -> Iterator[Any]:
    """Processes by name, by number, or all, in order of names."""
    management_of(call)  # refuses other computers
    account = call.engine.find_service(Account)
    if include_user_name and account is not None and not account.is_administrator:
        raise call.failure(
            "System.InvalidOperationException",
            "The 'IncludeUserName' parameter requires elevated user rights. Try running the command again in "
            "a session that has been opened with elevated user rights (that is, Run as Administrator).",
            "IncludeUserNameRequiresElevation",
            "InvalidOperation",
        )
    for one in chosen_processes(call, name, id, input_object):
        if not include_user_name:
            yield one
            continue
        shown = PSObject(one, (_WITH_USER_NAME,))
        shown.add(NoteProperty("UserName", one.user_name))
        yield shown


@cmdlet("Stop-Process")
def stop_process(
    call: CmdletCall,
    id: list[int] | None = None,
    name: list[str] | None = None,
    input_object: list[Any] | None = None,
    pass_thru: bool = False,
) -> Iterator[Any]:
    """End processes."""
    for one in list(chosen_processes(call, name, id, input_object)):
        process = one.process
        if not call.should_process(f"{one.name} ({process.id})"):
            continue
        try:
            terminate_process(one.host, process.id, one.caller)
        except HostError as problem:
            call.error(
                call.record(
                    _PROCESS_ERROR,
                    f'Cannot stop process "{one.name} ({process.id})" because of the following error: '
                    f"{problem.text.rstrip('.')}",
                    "CouldNotStopProcess",
                    "CloseError",
                    str(one),
                )
            )
            continue
        if pass_thru:
            yield one


def chosen_processes(
    call: CmdletCall, names: list[str] | None, numbers: list[int] | None, given: list[Any] | None
) -> Iterator[ProcessObject]:
    host = call.service(Host)
    if given is not None:
        yield from (one for one in map(unwrap, given) if isinstance(one, ProcessObject))
        return
    caller = call.engine.find_service(Account)
    present = [ProcessObject(host, one, caller) for one in host.processes]
    present.sort(key=lambda one: (one.name.lower(), one.process.id))
    if numbers is not None:
        for number in numbers:
            found = [one for one in present if one.process.id == number]
            if not found:
                _missing(call, f"process identifier {number}", "NoProcessFoundForGivenId", number)
            yield from found
        return
    if names is None:
        yield from present
        return
    for pattern in names:
        found = [one for one in present if like(one.name, pattern)]
        if not found and not is_wildcard(pattern):
            _missing(call, f'name "{pattern}"', "NoProcessFoundForGivenName", pattern)
        yield from found


def _missing(call: CmdletCall, what: str, error_id: str, target: Any) -> None:
    text = (
        f"Cannot find a process with the {what}. Verify the process name and call the cmdlet again."
        if isinstance(target, str)
        else f"Cannot find a process with the {what}."
    )
    call.error(call.record(_PROCESS_ERROR, text, error_id, "ObjectNotFound", target))


def _started(one: ProcessObject) -> DateTime:
    offset = one.host.operating_system.utc_offset()
    return DateTime.from_python(one.process.started, offset)


def _all_processes(engine: Engine) -> list[ProcessObject]:
    host = engine.find_service(Host)
    if host is None:
        raise not_emulated("The processes of the machine")
    return [ProcessObject(host, one, engine.find_service(Account)) for one in host.processes]


def _by_id(engine: Engine, identifier: int) -> ProcessObject:
    found = next((one for one in _all_processes(engine) if one.process.id == identifier), None)
    if found is None:
        raise argument_error(f"Process with an Id of {identifier} is not running.")
    return found


def _current(engine: Engine) -> ProcessObject:
    """The one that has the identifier of the session, which only remoting lists."""
    try:
        return _by_id(engine, engine.machine.process_id)
    except NetError:
        raise not_emulated("[Process]::GetCurrentProcess() of powershell.exe") from None


def _watch(one: ProcessObject) -> Watch:
    """Process.Exited."""
    return Watch(
        one, "Exited", lambda: one.has_exited, lambda _before, _now: EventArguments("System.EventArgs", {})
    )


WATCHED[ProcessObject] = _watch


def _exit_code(one: ProcessObject) -> int:
    if not one.has_exited:
        text = "Process must exit before requested information can be determined."
        raise NetError("System.InvalidOperationException", text)
    if one.run is None or one.run.exit_code is None:
        text = "Process was not started by this object, so requested information cannot be determined."
        raise NetError("System.InvalidOperationException", text)
    return one.run.exit_code


def _waited(engine: Engine, one: ProcessObject, milliseconds: int | None) -> bool:
    seconds = None if milliseconds is None or milliseconds < 0 else milliseconds / 1000
    return one.host.wait_for(
        lambda: one.has_exited, seconds, interrupted=engine.stopped.is_set, skip_time=False
    )


def _alias(name: str, target: str, read: Any) -> Property:
    del target
    return Property(name, read, kind="AliasProperty")


def _kill(one: ProcessObject) -> None:
    """End a process. Raises NetError as .NET does."""
    try:
        terminate_process(one.host, one.process.id, one.caller)
    except AccessDenied as refused:
        raise NetError("System.ComponentModel.Win32Exception", refused.text.rstrip(".")) from refused
    except NotFound as gone:
        text = "Cannot process request because the process has exited."
        raise NetError("System.InvalidOperationException", text) from gone


register(
    PSType(
        "System.Diagnostics.Process",
        base="System.ComponentModel.Component",
        instance={
            "Id: int": lambda p: p.process.id,
            "ProcessName: string": lambda p: p.name,
            "SessionId: int": lambda p: p.process.session_id,
            "WorkingSet64: long": lambda p: Int64(p.process.working_set),
            "WorkingSet: int": lambda p: p.process.working_set,
            "StartTime": _started,
            "TotalProcessorTime: System.TimeSpan": lambda p: p.time(),
            "UserProcessorTime: System.TimeSpan": lambda p: p.time("user"),
            "PrivilegedProcessorTime: System.TimeSpan": lambda p: p.time("kernel"),
            "HasExited: bool": lambda p: p.has_exited,
            "Responding: bool": lambda _p: True,
            "MachineName: string": lambda _p: ".",
            "MainWindowTitle: string": lambda _p: "",
            "ExitCode: int": _exit_code,
            "@WaitForExit()": lambda engine, p: (_waited(engine, p, None), None)[1],
            "@WaitForExit(int milliseconds)": _waited,
            "Kill()": _kill,
            "Close()": lambda _p: None,
            "Refresh()": lambda _p: None,
            "Dispose()": lambda _p: None,
            "ToString()": str,
        },
        static={
            "@GetCurrentProcess()": _current,
            "@GetProcesses()": lambda engine: PSArray(_all_processes(engine)),
            "@GetProcessById(int processId)": _by_id,
            "@GetProcessesByName(string processName)": lambda engine, name: PSArray(
                [one for one in _all_processes(engine) if one.name.lower() == name.lower()]
            ),
        },
        extended=(
            _alias("Name", "ProcessName", lambda p: p.name),
            _alias("SI", "SessionId", lambda p: p.process.session_id),
            _alias("WS", "WorkingSet64", lambda p: Int64(p.process.working_set)),
            Property("CPU", lambda p: p.cpu_seconds, kind="ScriptProperty"),
            Property("Path", lambda p: p.process.executable_path or None, kind="ScriptProperty"),
        ),
        to_text=str,
    ),
    ProcessObject,
)
