"""Win32_ComputerSystem, Win32_ComputerSystemProduct, Win32_BIOS: the machine itself."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from emulator.host.security.callers import require_administrator
from emulator.host.security.domain_membership import join_domain, leave_domain, rename_computer
from emulator.wmi.changes import Rule, flag, number, text, texts
from emulator.wmi.cimv2.base import HostView
from emulator.wmi.view import wmi_method

if TYPE_CHECKING:
    from emulator.host import Host
    from emulator.host.errors import HostError
    from emulator.wmi.method import Arguments, MethodResult

_UNKNOWN = 3
_JOIN_DOMAIN = 1
#: Win32 and LAN Manager errors.
_STANDALONE_CLIENT, _MEMBER_CLIENT, _STANDALONE_SERVER, _MEMBER_SERVER = 0, 1, 2, 3
_DESKTOP, _ENTERPRISE_SERVER = 1, 4


class ComputerSystem(HostView):
    """The machine as Windows sees it. HypervisorPresent exists from Server 2012 on."""

    class_name = "Win32_ComputerSystem"
    constants = {
        "AdminPasswordStatus": _UNKNOWN,
        "AutomaticResetCapability": True,
        "BootROMSupported": True,
        "BootupState": "Normal boot",
        "ChassisBootupState": _UNKNOWN,
        "CreationClassName": "Win32_ComputerSystem",
        "Description": "AT/AT COMPATIBLE",
        "FrontPanelResetStatus": _UNKNOWN,
        "InfraredSupported": False,
        "KeyboardPasswordStatus": _UNKNOWN,
        "NetworkServerModeEnabled": True,
        "PauseAfterReset": -1,
        "PowerOnPasswordStatus": _UNKNOWN,
        "PowerState": 0,
        "PowerSupplyState": _UNKNOWN,
        "ResetCapability": 1,
        "ResetCount": -1,
        "ResetLimit": -1,
        "Status": "OK",
        "ThermalState": _UNKNOWN,
        "WakeUpType": 6,
    }
    volatile = frozenset({"CurrentTimeZone", "DaylightInEffect"})
    writable = {
        "AutomaticManagedPagefile": Rule("", "automatic_managed_pagefile", flag),
        "AutomaticResetBootOption": Rule("", "automatic_reset_boot_option", flag),
        "EnableDaylightSavingsTime": Rule("", "daylight_saving_enabled", flag),
        "SystemStartupDelay": Rule("", "startup_delay", number),
        "SystemStartupOptions": Rule("", "startup_options", texts),
        "SystemStartupSetting": Rule("", "startup_setting", number),
        "Workgroup": Rule("", "workgroup", text),
    }

    def write(self, item: Host, settings: dict[str, Any]) -> None:
        item.operating_system.configure(**settings)

    def AutomaticManagedPagefile(self, host: Host) -> bool:
        return host.operating_system.automatic_managed_pagefile

    def AutomaticResetBootOption(self, host: Host) -> bool:
        return host.operating_system.automatic_reset_boot_option

    def EnableDaylightSavingsTime(self, host: Host) -> bool:
        return host.operating_system.daylight_saving_enabled

    def SystemStartupDelay(self, host: Host) -> int | None:
        return host.operating_system.startup_delay

    def SystemStartupOptions(self, host: Host) -> list[str] | None:
        options = host.operating_system.startup_options
        return None if options is None else list(options)

    def SystemStartupSetting(self, host: Host) -> int | None:
        return host.operating_system.startup_setting

    def Name(self, host: Host) -> str:
        return host.name

    def Caption(self, host: Host) -> str:
        return host.name

    def DNSHostName(self, host: Host) -> str:
        return host.operating_system.computer_name

    def Domain(self, host: Host) -> str:
        return host.operating_system.domain or host.operating_system.workgroup

    def PartOfDomain(self, host: Host) -> bool:
        return host.operating_system.domain is not None

    def Workgroup(self, host: Host) -> str | None:
        return None if host.operating_system.domain else host.operating_system.workgroup

    def DomainRole(self, host: Host) -> int:
        if host.release.is_client:
            return _MEMBER_CLIENT if host.operating_system.domain else _STANDALONE_CLIENT
        return _MEMBER_SERVER if host.operating_system.domain else _STANDALONE_SERVER

    def CurrentTimeZone(self, host: Host) -> int:
        return int(host.operating_system.utc_offset().total_seconds() // 60)

    def HypervisorPresent(self, host: Host) -> bool:
        return host.hypervisor.running

    def Manufacturer(self, host: Host) -> str:
        return host.hardware.system.manufacturer

    def Model(self, host: Host) -> str:
        return host.hardware.system.model

    def NumberOfProcessors(self, host: Host) -> int:
        return host.hardware.processor.sockets

    def NumberOfLogicalProcessors(self, host: Host) -> int:
        return host.hardware.logical_processors

    def PCSystemType(self, host: Host) -> int:
        return _DESKTOP if host.release.is_client else _ENTERPRISE_SERVER

    def PCSystemTypeEx(self, host: Host) -> int:
        return self.PCSystemType(host)

    def PrimaryOwnerName(self, host: Host) -> str:
        return host.operating_system.registered_owner

    def Roles(self, host: Host) -> list[str]:
        server = [] if host.release.is_client else ["Server_NT"]
        return ["LM_Workstation", "LM_Server", "NT", *server]

    def SystemType(self, host: Host) -> str:
        return "x64-based PC" if host.hardware.processor.architecture == "x64" else "X86-based PC"

    def TotalPhysicalMemory(self, host: Host) -> int:
        return host.operating_system.total_memory()

    def return_value(self, error: HostError) -> int:
        """Return values of these methods are Windows' own error numbers."""
        return error.hresult & 0xFFFF

    @wmi_method
    def JoinDomainOrWorkgroup(self, host: Host, arguments: Arguments) -> MethodResult:
        """Join a workgroup, or the domain that the profile states; a domain counts from the next boot on."""
        require_administrator(arguments.caller)
        if (arguments.integer("FJoinOptions") or 0) & _JOIN_DOMAIN:
            join_domain(
                host, arguments.text("Name") or "", arguments.text("UserName"), arguments.text("Password")
            )
            return arguments.result(0)
        host.operating_system.configure(workgroup=arguments.text("Name") or "")
        return arguments.result(0)

    @wmi_method
    def Rename(self, host: Host, arguments: Arguments) -> MethodResult:
        """Rename the computer; the new name counts from the next boot on."""
        require_administrator(arguments.caller)
        rename_computer(
            host,
            arguments.text("Name") or "",
            arguments.text("UserName"),
            arguments.text("Password"),
            arguments.caller,
        )
        return arguments.result(0)

    @wmi_method
    def UnjoinDomainOrWorkgroup(self, host: Host, arguments: Arguments) -> MethodResult:
        """Leave the domain from the next boot on; a machine of a workgroup is in none."""
        require_administrator(arguments.caller)
        leave_domain(host, arguments.text("UserName"), arguments.text("Password"))
        return arguments.result(0)


class ComputerSystemProduct(HostView):
    """The machine as its maker sells it (SMBIOS type 1)."""

    class_name = "Win32_ComputerSystemProduct"
    constants = {
        "Caption": "Computer System Product",
        "Description": "Computer System Product",
        "Version": "Not Specified",
    }

    def IdentifyingNumber(self, host: Host) -> str:
        return host.hardware.firmware.serial_number

    def Name(self, host: Host) -> str:
        return host.hardware.system.model

    def UUID(self, host: Host) -> str:
        return host.hardware.firmware.uuid

    def Vendor(self, host: Host) -> str:
        return host.hardware.system.manufacturer


class Bios(HostView):
    """The firmware (SMBIOS type 0)."""

    class_name = "Win32_BIOS"
    constants = {
        "CurrentLanguage": "enUS",
        "InstallableLanguages": 1,
        "ListOfLanguages": ["enUS"],
        "PrimaryBIOS": True,
        "SMBIOSMajorVersion": 3,
        "SMBIOSMinorVersion": 3,
        "SMBIOSPresent": True,
        "SoftwareElementState": 3,
        "Status": "OK",
        "TargetOperatingSystem": 0,
    }

    def Name(self, host: Host) -> str:
        return host.hardware.firmware.version

    def Caption(self, host: Host) -> str:
        return host.hardware.firmware.version

    def Description(self, host: Host) -> str:
        return host.hardware.firmware.version

    def SoftwareElementID(self, host: Host) -> str:
        return host.hardware.firmware.version

    def SMBIOSBIOSVersion(self, host: Host) -> str:
        return host.hardware.firmware.version

    def BIOSVersion(self, host: Host) -> list[str]:
        return [self.Version(host), host.hardware.firmware.version]

    def Version(self, host: Host) -> str:
        return f"{host.hardware.system.manufacturer.split()[0].upper()[:6]} - 1"

    def Manufacturer(self, host: Host) -> str:
        return host.hardware.firmware.vendor

    def SerialNumber(self, host: Host) -> str:
        return host.hardware.firmware.serial_number

    def ReleaseDate(self, host: Host) -> datetime:
        date = host.hardware.firmware.release_date
        return datetime(date.year, date.month, date.day, tzinfo=UTC)
