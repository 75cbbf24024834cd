"""Win32_Process: the process list."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from emulator.host.errors import AccessDenied, HostError
from emulator.host.termination import terminate_process
from emulator.wmi.cimv2.base import Win32View
from emulator.wmi.view import wmi_method

if TYPE_CHECKING:
    from emulator.host.processes import Process as HostProcess
    from emulator.wmi.keys import Keys
    from emulator.wmi.method import Arguments, MethodResult

_NORMAL_PRIORITY = 8
#: Win32_Process.Terminate, "Return value".
_ACCESS_DENIED, _PATH_NOT_FOUND = 2, 9


class Process(Win32View["HostProcess"]):
    """A process. Counters of what it consumed are not modelled and read NULL."""

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
        return (item.name, item.started)

    def return_value(self, error: HostError) -> int:
        return _ACCESS_DENIED if isinstance(error, AccessDenied) else _PATH_NOT_FOUND

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

    def CSName(self, _process: HostProcess) -> str:
        return self.host.name

    def OSName(self, _process: HostProcess) -> str:
        return f"{self.host.operating_system.caption}|C:\\Windows|\\Device\\Harddisk0\\Partition2"

    def WindowsVersion(self, _process: HostProcess) -> str:
        return self.host.operating_system.version

    @wmi_method
    def Terminate(self, process: HostProcess, arguments: Arguments) -> MethodResult:
        """End it; the exit code has nobody here who could read it."""
        terminate_process(self.host, process.id)
        return arguments.result(0)

    @wmi_method
    def GetOwner(self, process: HostProcess, arguments: Arguments) -> MethodResult:
        """Account that the process runs as."""
        domain, _, user = process.account.rpartition("\\")
        return arguments.result(0, User=user, Domain=domain)
