"""System.Diagnostics.Process and ProcessStartInfo for scripts."""

from __future__ import annotations

import ntpath
from typing import TYPE_CHECKING, Any

from emulator.host import Account, Host
from emulator.host.errors import AccessDenied, NotFound
from emulator.host.windows.termination import may_open, terminate_process
from emulator.powershell.dotnet.collections import PSArray
from emulator.powershell.dotnet.event_sources import WATCHED
from emulator.powershell.dotnet.exceptions import NetError, argument_error
from emulator.powershell.dotnet.library.text_streams import StreamReader, StreamWriter
from emulator.powershell.dotnet.numbers import Int64
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.time_values import DateTime
from emulator.powershell.dotnet.types import Property, PSType, builtin, kept, register
from emulator.powershell.modules.management.process_events import (
    begin_reading,
    cancel_reading,
    read_at_once,
)
from emulator.powershell.modules.management.process_objects import ProcessObject
from emulator.powershell.modules.management.process_start_info import (
    INFO_MEMBERS,
    ProcessStartInfo,
    new_info,
    show_rest,
    start_process_of,
)
from emulator.powershell.runtime.errors import not_emulated
from emulator.powershell.runtime.invoke import call_static

if TYPE_CHECKING:
    from emulator.powershell.runtime.cmdlet_call import CmdletCall
    from emulator.powershell.runtime.engine import Engine


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
    """The process that runs the script."""
    return _by_id(engine, engine.machine.process_id)


WATCHED[ProcessObject] = lambda one: one.events


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
    ended = one.host.wait_for(
        lambda: one.has_exited, seconds, interrupted=engine.stopped.is_set, skip_time=False
    )
    if ended:
        show_rest(engine, one)
    return ended


def _alias(name: str, target: str, read: Any) -> Property:
    del target
    return Property(name, read, kind="AliasProperty")


def _kill(engine: Engine, one: ProcessObject) -> None:
    """End a process. Raises NetError as .NET does."""
    try:
        terminate_process(one.host, one.process.id, one.caller)
    except AccessDenied as refused:
        raise NetError("System.ComponentModel.Win32Exception", refused.text.rstrip(".")) from refused
    except NotFound as gone:
        text = "Cannot process request because the process has exited."
        raise NetError("System.InvalidOperationException", text) from gone
    engine.check_stopped()


def _new(engine: Engine, _kind: PSType) -> ProcessObject:
    host = engine.find_service(Host)
    if host is None:
        raise not_emulated("The processes of the machine")
    return ProcessObject(host, None, engine.find_service(Account))


def _info(one: ProcessObject) -> ProcessStartInfo:
    if one.info is None:
        one.info = ProcessStartInfo()
    return one.info


def _set_info(one: ProcessObject, value: Any) -> None:
    held = unwrap(value)
    if not isinstance(held, ProcessStartInfo):
        raise NetError("System.ArgumentNullException", "Value cannot be null.\r\nParameter name: value")
    one.info = held


def _start(engine: Engine, one: ProcessObject) -> bool:
    start_process_of(engine, one, _info(one))
    return True


def _started_by(engine: Engine, kind: PSType, info: ProcessStartInfo) -> ProcessObject:
    one = _new(engine, kind)
    one.info = info
    start_process_of(engine, one, info)
    return one


def _start_info(engine: Engine, given: Any) -> ProcessObject:
    held = unwrap(given)
    if not isinstance(held, ProcessStartInfo):
        raise NetError("System.ArgumentNullException", "Value cannot be null.\r\nParameter name: startInfo")
    return _started_by(engine, PROCESS, held)


def _start_line(engine: Engine, name: str, arguments: str = "") -> ProcessObject:
    return _started_by(engine, PROCESS, ProcessStartInfo(name or "", arguments or ""))


def _input(one: ProcessObject) -> StreamWriter:
    found = one.pipes.input if one.pipes is not None else None
    if found is None:
        raise NetError("System.InvalidOperationException", "StandardIn has not been redirected.")
    return found


def _reader(which: str) -> Any:
    texts = {
        "output": "StandardOut has not been redirected or the process hasn't started yet.",
        "errors": "StandardError has not been redirected.",
    }

    def read(one: ProcessObject) -> StreamReader:
        found: StreamReader | None = getattr(one.pipes, which) if one.pipes is not None else None
        if found is None:
            raise NetError("System.InvalidOperationException", texts[which])
        read_at_once(one, which)
        return found

    return read


class ProcessModule:
    """System.Diagnostics.ProcessModule: the program of a process."""

    __slots__ = ("engine", "path")

    def __init__(self, engine: Engine, path: str) -> None:
        self.engine = engine
        self.path = path

    def __str__(self) -> str:
        return f"System.Diagnostics.ProcessModule ({ntpath.basename(self.path)})"


def _main_module(engine: Engine, one: ProcessObject) -> ProcessModule | None:
    if not may_open(one.process, one.caller):
        raise NetError("System.ComponentModel.Win32Exception", "Access is denied")
    path = one.process.executable_path
    return ProcessModule(engine, path) if path else None


def _version_of(module: ProcessModule) -> Any:
    owner = builtin("System.Diagnostics.FileVersionInfo")
    return call_static(owner, "GetVersionInfo", [module.path], module.engine)


#: What every process of Windows has beside its program; more is not known here.
_EVERYWHERE = ("ntdll.dll", "KERNEL32.DLL", "KERNELBASE.dll")
_SYSTEM = "C:\\Windows\\System32\\"
_PAGE = 4096


def _modules(engine: Engine, one: ProcessObject) -> list[ProcessModule]:
    """The program of a process and the libraries that all have. Raises Win32Exception."""
    program = _main_module(engine, one)
    if program is None:
        raise NetError("System.ComponentModel.Win32Exception", "Unable to enumerate the process modules.")
    files = one.host.filesystem
    return [
        program,
        *(ProcessModule(engine, _SYSTEM + name) for name in _EVERYWHERE if files.exists(_SYSTEM + name)),
    ]


def _memory_size(module: ProcessModule) -> int:
    """The size of a program in memory: that of its file, in whole pages."""
    host = module.engine.find_service(Host)
    if host is None or not host.filesystem.exists(module.path):
        return 0
    return -(-host.filesystem.entry(module.path).size // _PAGE) * _PAGE


#: With -Module, with -FileVersionInfo -> what cannot be enumerated, and the error's identifier.
_NOT_ENUMERATED = {
    (True, True): ("modules and the file version information", "CouldNotEnumerateModuleFileVer"),
    (True, False): ("modules", "CouldNotEnumerateModules"),
    (False, True): ("file version information", "CouldNotEnumerateFileVer"),
}


def loaded_modules(call: CmdletCall, one: ProcessObject, modules: bool, versions: bool) -> list[Any]:
    """Get-Process -Module and -FileVersionInfo of a process; what cannot be read is reported."""
    try:
        found = _modules(call.engine, one)
    except NetError as problem:
        what, error_id = _NOT_ENUMERATED[modules, versions]
        text = f'Cannot enumerate the {what} of the "{one.name}" process.'
        kind = "Microsoft.PowerShell.Commands.ProcessCommandException"
        call.error(call.record(kind, text, error_id, "PermissionDenied", one, problem.exception))
        return []
    if not modules:
        found = found[:1]
    return [_version_of(each) for each in found] if versions else list(found)


register(
    PSType(
        "System.Diagnostics.ProcessModule",
        base="System.ComponentModel.Component",
        instance={
            "ModuleName: string": lambda m: ntpath.basename(m.path),
            "FileName: string": lambda m: m.path,
            "ModuleMemorySize: int": _memory_size,
            "FileVersionInfo: System.Diagnostics.FileVersionInfo": _version_of,
        },
        to_text=str,
    ),
    ProcessModule,
)


register(
    PSType(
        "System.Diagnostics.ProcessStartInfo",
        instance=INFO_MEMBERS,
        construct={
            "@new()": new_info,
            "@new(string fileName)": new_info,
            "@new(string fileName, string arguments)": new_info,
        },
    ),
    ProcessStartInfo,
)
PROCESS = register(
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
            "@Kill()": _kill,
            "@MainModule: System.Diagnostics.ProcessModule": _main_module,
            "StartInfo: System.Diagnostics.ProcessStartInfo": _info,
            "StartInfo=": _set_info,
            "StandardInput: System.IO.StreamWriter": _input,
            "StandardOutput: System.IO.StreamReader": _reader("output"),
            "StandardError: System.IO.StreamReader": _reader("errors"),
            "@Start()": _start,
            "BeginOutputReadLine()": lambda p: begin_reading(p, "output"),
            "BeginErrorReadLine()": lambda p: begin_reading(p, "errors"),
            "CancelOutputRead()": lambda p: cancel_reading(p, "output"),
            "CancelErrorRead()": lambda p: cancel_reading(p, "errors"),
            **kept("EnableRaisingEvents: bool", "raises_events"),
            "Close()": lambda p: p.close(),
            "Refresh()": lambda _p: None,
            "Dispose()": lambda p: p.close(),
            "ToString()": str,
        },
        construct={"@new()": _new},
        static={
            "@Start(System.Diagnostics.ProcessStartInfo startInfo)": _start_info,
            "@Start(string fileName)": _start_line,
            "@Start(string fileName, string arguments)": _start_line,
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
