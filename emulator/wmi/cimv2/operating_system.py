"""Win32_OperatingSystem and Win32_TimeZone."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from emulator.host.errors import HostError, InvalidParameter
from emulator.host.security.callers import require_privilege
from emulator.host.windows.shutdown_request import SHUTDOWN_PRIVILEGE, ShutdownKind, ShutdownRequest
from emulator.wmi.changes import Rule, number, text
from emulator.wmi.cimv2.base import HostView
from emulator.wmi.view import wmi_method

if TYPE_CHECKING:
    from emulator.host import Host
    from emulator.wmi.method import Arguments, MethodResult

_KIBIBYTE = 1024
#: First build with 128 TB of address space for a process instead of 8 TB (Windows 8.1, Server 2012 R2).
_BUILD_WITH_128_TERABYTES = 9600
#: Flags of Win32Shutdown; 4 forces each of them.
_LOG_OFF, _SHUTDOWN, _REBOOT, _FORCE, _POWER_OFF = 0, 1, 2, 4, 8
_KINDS = {
    _SHUTDOWN: ShutdownKind.SHUT_DOWN,
    _REBOOT: ShutdownKind.RESTART,
    _POWER_OFF: ShutdownKind.POWER_OFF,
    _SHUTDOWN | _POWER_OFF: ShutdownKind.POWER_OFF,
}
_INVALID_PARAMETER = 87


class OperatingSystem(HostView):
    """The installed Windows. Memory is in KB."""

    class_name = "Win32_OperatingSystem"
    constants = {
        "BootDevice": "\\Device\\HarddiskVolume1",
        "BuildType": "Multiprocessor Free",
        "CodeSet": "1252",
        "CountryCode": "1",
        "CreationClassName": "Win32_OperatingSystem",
        "CSCreationClassName": "Win32_ComputerSystem",
        "Debug": False,
        "Distributed": False,
        "EncryptionLevel": 256,
        "Locale": "0409",
        "Manufacturer": "Microsoft Corporation",
        "MaxNumberOfProcesses": 0xFFFFFFFF,
        "MUILanguages": ["en-US"],
        "OSLanguage": 1033,
        "OSType": 18,
        "PortableOperatingSystem": False,
        "Primary": True,
        "ServicePackMinorVersion": 0,
        "Status": "OK",
        "SystemDevice": "\\Device\\HarddiskVolume2",
        "SystemDirectory": "C:\\Windows\\system32",
        "SystemDrive": "C:",
        "WindowsDirectory": "C:\\Windows",
    }
    volatile = frozenset(
        {
            "CurrentTimeZone",
            "FreePhysicalMemory",
            "FreeVirtualMemory",
            "LocalDateTime",
            "NumberOfProcesses",
        }
    )

    writable = {
        "Description": Rule("", "description", text),
        "ForegroundApplicationBoost": Rule("", "foreground_application_boost", number),
        "QuantumLength": Rule("", "quantum_length", number),
        "QuantumType": Rule("", "quantum_type", number),
    }

    def write(self, item: Host, settings: dict[str, Any]) -> None:
        item.operating_system.configure(**settings)

    def Name(self, host: Host) -> str:
        return f"{host.operating_system.caption}|C:\\Windows|\\Device\\Harddisk0\\Partition2"

    def Caption(self, host: Host) -> str:
        return host.operating_system.caption

    def Description(self, host: Host) -> str:
        return host.operating_system.description

    def ForegroundApplicationBoost(self, host: Host) -> int:
        return host.operating_system.foreground_application_boost

    def QuantumLength(self, host: Host) -> int | None:
        return host.operating_system.quantum_length

    def QuantumType(self, host: Host) -> int | None:
        return host.operating_system.quantum_type

    def Version(self, host: Host) -> str:
        return host.operating_system.version

    def BuildNumber(self, host: Host) -> str:
        return str(host.operating_system.build)

    def CSName(self, host: Host) -> str:
        return host.name

    def CSDVersion(self, host: Host) -> str | None:
        return host.operating_system.service_pack_text

    def ServicePackMajorVersion(self, host: Host) -> int:
        return host.operating_system.service_pack

    def OperatingSystemSKU(self, host: Host) -> int:
        return host.operating_system.sku

    def ProductType(self, host: Host) -> int:
        return host.operating_system.edition.product_type

    def SuiteMask(self, host: Host) -> int:
        return host.operating_system.edition.suite_mask

    def OSProductSuite(self, host: Host) -> int:
        return host.operating_system.edition.suite_mask

    def OSArchitecture(self, host: Host) -> str:
        return host.operating_system.architecture

    def RegisteredUser(self, host: Host) -> str:
        return host.operating_system.registered_owner

    def Organization(self, host: Host) -> str:
        return host.operating_system.registered_organization

    def SerialNumber(self, host: Host) -> str:
        return host.operating_system.product_id

    def DataExecutionPrevention_Available(self, host: Host) -> bool:
        return host.hardware.processor.dep.usable

    def DataExecutionPrevention_32BitApplications(self, host: Host) -> bool:
        return host.hardware.processor.dep.usable

    def DataExecutionPrevention_Drivers(self, host: Host) -> bool:
        return host.hardware.processor.dep.usable

    def DataExecutionPrevention_SupportPolicy(self, host: Host) -> int:
        return host.release.dep_support_policy

    def InstallDate(self, host: Host) -> datetime:
        return self.local_time(host.operating_system.install_date)

    def LastBootUpTime(self, host: Host) -> datetime:
        return self.local_time(host.operating_system.boot_time)

    def LocalDateTime(self, host: Host) -> datetime:
        return self.local_time(host.clock.now())

    def CurrentTimeZone(self, host: Host) -> int:
        return int(host.operating_system.utc_offset().total_seconds() // 60)

    def TotalVisibleMemorySize(self, host: Host) -> int:
        return host.operating_system.total_memory() // _KIBIBYTE

    def FreePhysicalMemory(self, host: Host) -> int:
        return host.operating_system.free_memory() // _KIBIBYTE

    def SizeStoredInPagingFiles(self, host: Host) -> int:
        """The paging file that Windows makes by itself: an eighth of the memory."""
        return host.operating_system.total_memory() // 8 // _KIBIBYTE

    def FreeSpaceInPagingFiles(self, host: Host) -> int:
        return self.SizeStoredInPagingFiles(host)

    def TotalVirtualMemorySize(self, host: Host) -> int:
        return self.TotalVisibleMemorySize(host) + self.SizeStoredInPagingFiles(host)

    def FreeVirtualMemory(self, host: Host) -> int:
        return self.FreePhysicalMemory(host) + self.SizeStoredInPagingFiles(host)

    def MaxProcessMemorySize(self, host: Host) -> int:
        if host.operating_system.architecture == "32-bit":
            return 2097024
        return 137438953344 if host.operating_system.build >= _BUILD_WITH_128_TERABYTES else 8589934464

    def NumberOfLicensedUsers(self, host: Host) -> int | None:
        return None if host.release.is_client else 0

    def NumberOfProcesses(self, host: Host) -> int:
        return len(host.processes)

    def return_value(self, error: HostError) -> int:
        """Return values of these methods are Windows' own error numbers."""
        return _INVALID_PARAMETER if isinstance(error, InvalidParameter) else error.hresult & 0xFFFF

    @wmi_method
    def Reboot(self, host: Host, arguments: Arguments) -> MethodResult:
        """Restart the machine."""
        return self._shut_down(host, arguments, _REBOOT)

    @wmi_method
    def Shutdown(self, host: Host, arguments: Arguments) -> MethodResult:
        """Shut Windows down; the machine stays away until somebody switches it on."""
        return self._shut_down(host, arguments, _SHUTDOWN)

    @wmi_method
    def Win32Shutdown(self, host: Host, arguments: Arguments) -> MethodResult:
        """Restart the machine (flag 2), shut it down (1) or switch it off (8), each with 4 to force it.

        0, logging off, ends no session here: nobody is logged on at the console.
        """
        return self._shut_down(host, arguments, arguments.integer("Flags") or 0)

    @wmi_method
    def Win32ShutdownTracker(self, host: Host, arguments: Arguments) -> MethodResult:
        """As Win32Shutdown after ``Timeout`` seconds; the reason goes to the event log (1074)."""
        return self._shut_down(
            host,
            arguments,
            arguments.integer("Flags") or 0,
            delay=arguments.integer("Timeout") or 0,
            message=arguments.text("Comment") or "",
            reason=arguments.integer("ReasonCode") or 0,
        )

    def _shut_down(
        self,
        host: Host,
        arguments: Arguments,
        flags: int,
        *,
        delay: int = 0,
        message: str = "",
        reason: int = 0,
    ) -> MethodResult:
        if flags & ~_FORCE == _LOG_OFF:
            require_privilege(arguments.caller, SHUTDOWN_PRIVILEGE)
            return arguments.result(0)
        kind = _KINDS.get(flags & ~_FORCE)
        if kind is None:
            return arguments.result(_INVALID_PARAMETER)
        host.power.shut_down(ShutdownRequest(kind, delay, message, reason, arguments.caller))
        return arguments.result(0)


class TimeZone(HostView):
    """The time zone; the rules of daylight saving time are not known to this view."""

    class_name = "Win32_TimeZone"
    volatile = frozenset({"Bias"})

    def StandardName(self, host: Host) -> str:
        name = host.operating_system.time_zone
        return "Coordinated Universal Time" if name == "UTC" else name

    def DaylightName(self, host: Host) -> str:
        return self.StandardName(host).replace("Standard Time", "Daylight Time")

    def Caption(self, host: Host) -> str | None:
        return "(UTC) Coordinated Universal Time" if host.operating_system.time_zone == "UTC" else None

    def Description(self, host: Host) -> str | None:
        return self.Caption(host)

    def Bias(self, host: Host) -> int:
        return int(host.operating_system.utc_offset().total_seconds() // 60)
