"""Win32_Process: the process list."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from emulator.host.errors import AccessDenied, HostError, NotFound
from emulator.host.security.security_identifiers import SYSTEM_ACCOUNTS
from emulator.host.windows.processor_time import processor_time
from emulator.host.windows.program_start import LONGEST_COMMAND_LINE, program_starter
from emulator.host.windows.termination import may_open, terminate_process
from emulator.wmi.cimv2.base import Win32View
from emulator.wmi.view import wmi_method

if TYPE_CHECKING:
    from emulator.host.windows.processes import Process as HostProcess
    from emulator.wmi.keys import Keys
    from emulator.wmi.method import Arguments, MethodResult

_NORMAL_PRIORITY = 8
#: Win32_Process.Terminate, "Return value".
_ACCESS_DENIED, _UNKNOWN_FAILURE, _PATH_NOT_FOUND, _INVALID_PARAMETER = 2, 8, 9, 21
#: Accounts of services by their names without blanks.
_SERVICE_SIDS = {name.replace(" ", "").upper(): sid for name, sid in SYSTEM_ACCOUNTS.items()} | {
    "LOCALSYSTEM": "S-1-5-18"
}


class Process(Win32View["HostProcess"]):
    """A process. Of the counters of what it consumed only its working set and its time are modelled."""

    class_name = "Win32_Process"
    index = ("Handle",)
    constants = {
        "CreationClassName": "Win32_Process",
        "CSCreationClassName": "Win32_ComputerSystem",
        "OSCreationClassName": "Win32_OperatingSystem",
        "Priority": _NORMAL_PRIORITY,
    }

    def objects(self) -> Iterable[HostProcess]:
        return self.host.processes

    def by_key(self, keys: Keys) -> HostProcess | None:
        text = keys.text("Handle")
        return self.host.processes.get(int(text)) if text.isdecimal() and len(text) < 11 else None

    def object_id(self, item: HostProcess) -> Hashable:
        return item.id

    def revision(self, item: HostProcess) -> Hashable | None:
        used = processor_time(self.host, item)
        return (item.name, item.started, used.kernel, used.user)

    def return_value(self, error: HostError) -> int:
        if isinstance(error, AccessDenied):
            return _ACCESS_DENIED
        return _PATH_NOT_FOUND if isinstance(error, NotFound) else _UNKNOWN_FAILURE

    def delete(self, item: HostProcess) -> None:
        terminate_process(self.host, item.id)

    def Handle(self, process: HostProcess) -> str:
        return str(process.id)

    def ProcessId(self, process: HostProcess) -> int:
        return process.id

    def ParentProcessId(self, process: HostProcess) -> int:
        return process.parent_id

    def Name(self, process: HostProcess) -> str:
        return process.name

    def Caption(self, process: HostProcess) -> str:
        return process.name

    def Description(self, process: HostProcess) -> str:
        return process.name

    def ExecutablePath(self, process: HostProcess) -> str | None:
        return process.executable_path or None

    def CommandLine(self, process: HostProcess) -> str | None:
        return process.command_line or None

    def CreationDate(self, process: HostProcess) -> datetime:
        return self.local_time(process.started)

    def SessionId(self, process: HostProcess) -> int:
        return process.session_id

    def WorkingSetSize(self, process: HostProcess) -> int:
        return process.working_set

    def KernelModeTime(self, process: HostProcess) -> int:
        return processor_time(self.host, process).kernel

    def UserModeTime(self, process: HostProcess) -> int:
        return processor_time(self.host, process).user

    def CSName(self, _process: HostProcess) -> str:
        return self.host.name

    def OSName(self, _process: HostProcess) -> str:
        return f"{self.host.operating_system.caption}|C:\\Windows|\\Device\\Harddisk0\\Partition2"

    def WindowsVersion(self, _process: HostProcess) -> str:
        return self.host.operating_system.version

    @wmi_method
    def Terminate(self, process: HostProcess, arguments: Arguments) -> MethodResult:
        """End it; the exit code has nobody here who could read it."""
        terminate_process(self.host, process.id, arguments.caller)
        return arguments.result(0)

    @wmi_method
    def Create(self, _process: HostProcess | None, arguments: Arguments) -> MethodResult:
        """Run a program of the machine in the name of the caller; it has no console.

        Of the start-up information only the environment counts: there is no desktop to show a window on.
        """
        command_line = arguments.text("CommandLine") or ""
        if not 1 <= len(command_line.strip()) <= LONGEST_COMMAND_LINE:
            return arguments.result(_INVALID_PARAMETER)
        startup = arguments.embedded("ProcessStartupInformation")
        given = None if startup is None else startup.value("EnvironmentVariables")
        lines = given if isinstance(given, list) else []
        pairs = (str(line).partition("=") for line in lines)
        identifier = program_starter(self.host).start(
            arguments.caller or self.host.accounts.administrator,
            command_line,
            arguments.text("CurrentDirectory") or None,
            {name: value for name, _, value in pairs if name},
        )
        return arguments.result(0, ProcessId=identifier)

    @wmi_method
    def GetOwnerSid(self, process: HostProcess, arguments: Arguments) -> MethodResult:
        """Security identifier of the account that the process runs as."""
        if not may_open(process, arguments.caller):
            return arguments.result(_ACCESS_DENIED)
        name = process.account.rpartition("\\")[2]
        account = self.host.accounts.find(process.account)
        sid = account.sid if account is not None else _SERVICE_SIDS.get(name.replace(" ", "").upper())
        return arguments.result(0 if sid else _UNKNOWN_FAILURE, Sid=sid)

    @wmi_method
    def GetOwner(self, process: HostProcess, arguments: Arguments) -> MethodResult:
        """Account that the process runs as."""
        if not may_open(process, arguments.caller):
            return arguments.result(_ACCESS_DENIED)
        domain, _, user = process.account.rpartition("\\")
        return arguments.result(0, User=user, Domain=domain)
