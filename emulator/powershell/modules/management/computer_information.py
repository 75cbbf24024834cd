"""Get-ComputerInfo: what CIM and the registry say of the machine, in one object."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from emulator.host import Host
from emulator.host.windows.registry import LOCAL_MACHINE
from emulator.powershell.dotnet.collections import PSArray
from emulator.powershell.dotnet.enums import EnumType
from emulator.powershell.dotnet.library.time_zones import local_zone
from emulator.powershell.dotnet.numbers import UInt64
from emulator.powershell.dotnet.psobject import PSObject
from emulator.powershell.dotnet.regex import like
from emulator.powershell.dotnet.time_values import DateTime, TimeSpan
from emulator.powershell.dotnet.types import Property
from emulator.powershell.modules.cim.management import management_of
from emulator.powershell.modules.cim.objects import CimObject
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.module import cmdlet

_N = "Microsoft.PowerShell.Commands."
_CURRENT_VERSION = "SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion"
_WINDOWS = {
    "WindowsBuildLabEx": "BuildLabEx",
    "WindowsCurrentVersion": "CurrentVersion",
    "WindowsEditionId": "EditionID",
    "WindowsInstallationType": "InstallationType",
    "WindowsInstallDateFromRegistry": "",
    "WindowsProductId": "ProductId",
    "WindowsProductName": "ProductName",
    "WindowsRegisteredOrganization": "RegisteredOrganization",
    "WindowsRegisteredOwner": "RegisteredOwner",
    "WindowsSystemRoot": "SystemRoot",
    "WindowsVersion": "ReleaseId",
}
#: Properties in their order; the class of each is that of its first letters.
_NAMES = """
BiosCharacteristics BiosBIOSVersion BiosBuildNumber BiosCaption BiosCodeSet BiosCurrentLanguage
BiosDescription
BiosEmbeddedControllerMajorVersion BiosEmbeddedControllerMinorVersion BiosFirmwareType BiosIdentificationCode
BiosInstallableLanguages BiosInstallDate BiosLanguageEdition BiosListOfLanguages BiosManufacturer BiosName
BiosOtherTargetOS BiosPrimaryBIOS BiosReleaseDate BiosSeralNumber BiosSMBIOSBIOSVersion BiosSMBIOSMajorVersion
BiosSMBIOSMinorVersion BiosSMBIOSPresent BiosSoftwareElementState BiosStatus BiosSystemBiosMajorVersion
BiosSystemBiosMinorVersion BiosTargetOperatingSystem BiosVersion CsAdminPasswordStatus
CsAutomaticManagedPagefile CsAutomaticResetBootOption CsAutomaticResetCapability CsBootOptionOnLimit
CsBootOptionOnWatchDog CsBootROMSupported CsBootStatus CsBootupState CsCaption CsChassisBootupState
CsChassisSKUNumber CsCurrentTimeZone CsDaylightInEffect CsDescription CsDNSHostName CsDomain CsDomainRole
CsEnableDaylightSavingsTime CsFrontPanelResetStatus CsHypervisorPresent CsInfraredSupported CsInitialLoadInfo
CsInstallDate CsKeyboardPasswordStatus CsLastLoadInfo CsManufacturer CsModel CsName CsNetworkAdapters
CsNetworkServerModeEnabled CsNumberOfLogicalProcessors CsNumberOfProcessors CsProcessors CsOEMStringArray
CsPartOfDomain CsPauseAfterReset CsPCSystemType CsPCSystemTypeEx CsPowerManagementCapabilities
CsPowerManagementSupported CsPowerOnPasswordStatus CsPowerState CsPowerSupplyState CsPrimaryOwnerContact
CsPrimaryOwnerName CsResetCapability CsResetCount CsResetLimit CsRoles CsStatus CsSupportContactDescription
CsSystemFamily CsSystemSKUNumber CsSystemType CsThermalState CsTotalPhysicalMemory CsPhyicallyInstalledMemory
CsUserName CsWakeUpType CsWorkgroup OsName OsType OsOperatingSystemSKU OsVersion OsCSDVersion OsBuildNumber
OsHotFixes OsBootDevice OsSystemDevice OsSystemDirectory OsSystemDrive OsWindowsDirectory OsCountryCode
OsCurrentTimeZone OsLocaleID OsLocale OsLocalDateTime OsLastBootUpTime OsUptime OsBuildType OsCodeSet
OsDataExecutionPreventionAvailable OsDataExecutionPrevention32BitApplications OsDataExecutionPreventionDrivers
OsDataExecutionPreventionSupportPolicy OsDebug OsDistributed OsEncryptionLevel OsForegroundApplicationBoost
OsTotalVisibleMemorySize OsFreePhysicalMemory OsTotalVirtualMemorySize OsFreeVirtualMemory
OsInUseVirtualMemory
OsTotalSwapSpaceSize OsSizeStoredInPagingFiles OsFreeSpaceInPagingFiles OsPagingFiles
OsHardwareAbstractionLayer OsInstallDate OsManufacturer OsMaxNumberOfProcesses OsMaxProcessMemorySize
OsMuiLanguages OsNumberOfLicensedUsers OsNumberOfProcesses OsNumberOfUsers OsOrganization OsArchitecture
OsLanguage OsProductSuites OsOtherTypeDescription OsPAEEnabled OsPortableOperatingSystem OsPrimary
OsProductType
OsRegisteredUser OsSerialNumber OsServicePackMajorVersion OsServicePackMinorVersion OsStatus OsSuites
OsServerLevel KeyboardLayout TimeZone LogonServer PowerPlatformRole HyperVisorPresent
HyperVRequirementDataExecutionPreventionAvailable HyperVRequirementSecondLevelAddressTranslation
HyperVRequirementVirtualizationFirmwareEnabled HyperVRequirementVMMonitorModeExtensions DeviceGuardSmartStatus
DeviceGuardRequiredSecurityProperties DeviceGuardAvailableSecurityProperties
DeviceGuardSecurityServicesConfigured DeviceGuardSecurityServicesRunning
DeviceGuardCodeIntegrityPolicyEnforcementStatus DeviceGuardUserModeCodeIntegrityPolicyEnforcementStatus
"""
_CLASSES = {"Bios": "Win32_BIOS", "Cs": "Win32_ComputerSystem", "Os": "Win32_OperatingSystem"}
#: Names that differ from those of the class; two of them are misspelt in 5.1.
_OTHER = {
    "BiosSeralNumber": "SerialNumber",
    "OsName": "Caption",
    "OsType": "OSType",
    "OsArchitecture": "OSArchitecture",
    "OsLocaleID": "Locale",
    "OsMuiLanguages": "MUILanguages",
    "OsDataExecutionPreventionAvailable": "DataExecutionPrevention_Available",
    "OsDataExecutionPrevention32BitApplications": "DataExecutionPrevention_32BitApplications",
    "OsDataExecutionPreventionDrivers": "DataExecutionPrevention_Drivers",
    "OsDataExecutionPreventionSupportPolicy": "DataExecutionPrevention_SupportPolicy",
}
_SECURITY = {"Disabled": 0, "Enabled": 1, "NotImplemented": 2, "Unknown": 3}
_ELEMENT = {"Other": 1, "Unknown": 2, "Safe": 3, "Warning": 4, "Critical": 5, "NonRecoverable": 6}
_BOOT = {"OperatingSystem": 1, "SystemUtilities": 2, "DoNotReboot": 3}


def _enum(name: str, names: dict[str, int]) -> EnumType:
    return EnumType(f"{_N}{name}", names)


_HARDWARE, _STATE, _ACTION = (
    _enum("HardwareSecurity", _SECURITY),
    _enum("SystemElementState", _ELEMENT),
    _enum("BootOptionAction", _BOOT),
)
_FIRMWARE = _enum("FirmwareType", {"Unknown": 0, "Bios": 1, "Uefi": 2, "Max": 3})
_SERVER_LEVEL = _enum(
    "ServerLevel",
    {"Unknown": 0, "NanoServer": 1, "ServerCore": 2, "ServerCoreWithManagementTools": 3, "FullServer": 4},
)
_ROLE = _enum(
    "PowerPlatformRole",
    {"Unspecified": 0, "Desktop": 1, "Mobile": 2, "Workstation": 3, "EnterpriseServer": 4},
)
#: Kinds of computers, in which the two enumerations of them agree.
_COMPUTERS = {
    "Unspecified": 0,
    "Desktop": 1,
    "Mobile": 2,
    "Workstation": 3,
    "EnterpriseServer": 4,
    "SOHOServer": 5,
    "AppliancePC": 6,
    "PerformanceServer": 7,
}
_GUARD = _enum("DeviceGuardSmartStatus", {"Off": 0, "Configured": 1, "Running": 2})
_ENUMERATIONS: dict[str, EnumType] = {
    "BiosSoftwareElementState": _enum(
        "SoftwareElementState", {"Deployable": 0, "Installable": 1, "Executable": 2, "Running": 3}
    ),
    **dict.fromkeys(
        (
            "CsAdminPasswordStatus",
            "CsFrontPanelResetStatus",
            "CsKeyboardPasswordStatus",
            "CsPowerOnPasswordStatus",
        ),
        _HARDWARE,
    ),
    **dict.fromkeys(("CsChassisBootupState", "CsPowerSupplyState", "CsThermalState"), _STATE),
    **dict.fromkeys(("CsBootOptionOnLimit", "CsBootOptionOnWatchDog"), _ACTION),
    "CsDomainRole": _enum(
        "DomainRole",
        {
            "StandaloneWorkstation": 0,
            "MemberWorkstation": 1,
            "StandaloneServer": 2,
            "MemberServer": 3,
            "BackupDomainController": 4,
            "PrimaryDomainController": 5,
        },
    ),
    "CsPCSystemType": _enum("PCSystemType", {**_COMPUTERS, "Maximum": 8}),
    "CsPCSystemTypeEx": _enum("PCSystemTypeEx", {**_COMPUTERS, "Slate": 8, "Maximum": 9}),
    "CsPowerState": _enum(
        "PowerState",
        {
            "Unknown": 0,
            "FullPower": 1,
            "PowerSaveLowPowerMode": 2,
            "PowerSaveStandby": 3,
            "PowerSaveUnknown": 4,
            "PowerCycle": 5,
            "PowerOff": 6,
            "PowerSaveWarning": 7,
        },
    ),
    "CsResetCapability": _enum(
        "ResetCapability",
        {"Other": 1, "Unknown": 2, "Disabled": 3, "Enabled": 4, "NotImplemented": 5},
    ),
    "CsWakeUpType": _enum(
        "WakeUpType",
        {
            "Reserved": 0,
            "Other": 1,
            "Unknown": 2,
            "APMTimer": 3,
            "ModemRing": 4,
            "LANRemote": 5,
            "PowerSwitch": 6,
            "PCIPME": 7,
            "ACPowerRestored": 8,
        },
    ),
    "OsType": _enum("OSType", {"Unknown": 0, "Other": 1, "WINNT": 18}),
    "OsOperatingSystemSKU": _enum(
        "OperatingSystemSKU",
        {
            "Undefined": 0,
            "UltimateEdition": 1,
            "EnterpriseEdition": 4,
            "StandardServerEdition": 7,
            "DatacenterServerEdition": 8,
            "EnterpriseServerEdition": 10,
            "DatacenterServerCoreEdition": 12,
            "StandardServerCoreEdition": 13,
            "EnterpriseServerCoreEdition": 14,
            "WebServerEdition": 17,
            "MicrosoftHyperVServer": 42,
            "WindowsProfessional": 48,
        },
    ),
    "OsDataExecutionPreventionSupportPolicy": _enum(
        "DataExecutionPreventionSupportPolicy", {"AlwaysOff": 0, "AlwaysOn": 1, "OptIn": 2, "OptOut": 3}
    ),
    "OsEncryptionLevel": _enum(
        "OSEncryptionLevel", {"Encrypt40Bits": 0, "Encrypt128Bits": 1, "EncryptNBits": 2}
    ),
    "OsForegroundApplicationBoost": _enum(
        "ForegroundApplicationBoost", {"None": 0, "Minimum": 1, "Maximum": 2}
    ),
    "OsProductType": _enum(
        "ProductType", {"Unknown": 0, "WorkStation": 1, "DomainController": 2, "Server": 3}
    ),
}
Read = Callable[["_Machine"], Any]


class _Machine:
    """The classes that are asked, each once."""

    def __init__(self, call: CmdletCall) -> None:
        self.call = call
        self.host = call.service(Host)
        self.space = management_of(call).namespace("root/cimv2")
        self._objects: dict[str, list[CimObject]] = {}

    def all(self, name: str) -> list[CimObject]:
        """The instances of a class."""
        found = self._objects.get(name)
        if found is None:
            with self.space.reading():
                found = [CimObject(each, None, self.call.engine) for each in self.space.instances(name)]
            self._objects[name] = found
        return found

    def value(self, class_name: str, name: str) -> Any:
        """A property of the one instance of a class; None where the class has none of that name."""
        instances = self.all(class_name)
        return _read(instances[0], name) if instances else None


def _read(instance: CimObject, name: str) -> Any:
    member = instance.ps_type.member(name)
    return member.getter(instance) if isinstance(member, Property) else None


def _firmware(machine: _Machine) -> Any:
    return _FIRMWARE["Uefi" if machine.host.hardware.firmware.type == "UEFI" else "Bios"]


def _hot_fixes(machine: _Machine) -> PSArray:
    names = ("HotFixID", "Description", "InstalledOn", "FixComments")
    return PSArray(
        [
            PSObject.custom([(name, _read(each, name)) for name in names], (f"{_N}HotFix",))
            for each in machine.all("Win32_QuickFixEngineering")
        ]
    )


def _processors(machine: _Machine) -> PSArray:
    names = (
        *(
            "Name",
            "Manufacturer",
            "Description",
            "Architecture",
            "AddressWidth",
            "DataWidth",
            "MaxClockSpeed",
        ),
        *(
            "CurrentClockSpeed",
            "NumberOfCores",
            "NumberOfLogicalProcessors",
            "ProcessorId",
            "SocketDesignation",
        ),
        *("ProcessorType", "Role", "Status", "CpuStatus", "Availability"),
    )
    return PSArray(
        [
            PSObject.custom([(name, _read(each, name)) for name in names], (f"{_N}Processor",))
            for each in machine.all("Win32_Processor")
        ]
    )


def _adapters(machine: _Machine) -> PSArray:
    settings = {_read(each, "Index"): each for each in machine.all("Win32_NetworkAdapterConfiguration")}
    found = []
    for each in machine.all("Win32_NetworkAdapter"):
        own = settings.get(_read(each, "Index"))
        if own is None or _read(each, "NetConnectionStatus") is None:
            continue
        pairs = [
            ("Description", _read(each, "Description")),
            ("ConnectionID", _read(each, "NetConnectionID")),
            ("DHCPEnabled", _read(own, "DHCPEnabled")),
            ("DHCPServer", _read(own, "DHCPServer")),
            ("ConnectionStatus", _read(each, "NetConnectionStatus")),
            ("IPAddresses", _read(own, "IPAddress")),
        ]
        found.append(PSObject.custom(pairs, (f"{_N}NetworkAdapter",)))
    return PSArray(found)


def _used_memory(machine: _Machine) -> Any:
    total, free = (
        machine.value("Win32_OperatingSystem", f"{each}VirtualMemory{size}") for each, size in _MEMORY
    )
    return None if total is None or free is None else UInt64(int(total) - int(free))


_MEMORY = (("Total", "Size"), ("Free", ""))


def _uptime(machine: _Machine) -> TimeSpan:
    return TimeSpan.from_python(machine.host.operating_system.uptime())


def _server_level(machine: _Machine) -> Any:
    kind = machine.host.operating_system.installation_type
    if kind == "Client":
        return None
    return _SERVER_LEVEL["ServerCore" if "Core" in kind else "FullServer"]


def _role(machine: _Machine) -> Any:
    client = machine.host.release.is_client
    return _ROLE["Desktop" if client else "EnterpriseServer"]


#: What no class has under such a name.
_SPECIAL: dict[str, Read] = {
    "BiosFirmwareType": _firmware,
    "CsNetworkAdapters": _adapters,
    "CsProcessors": _processors,
    "CsPhyicallyInstalledMemory": lambda m: UInt64(m.host.memory.total >> 10),
    "OsHotFixes": _hot_fixes,
    "OsLocale": lambda _m: "en-US",
    "OsLanguage": lambda _m: "en-US",
    "OsUptime": _uptime,
    "OsInUseVirtualMemory": _used_memory,
    "OsPagingFiles": lambda m: PSArray([_read(each, "Name") for each in m.all("Win32_PageFileUsage")]),
    "OsHardwareAbstractionLayer": lambda m: (
        f"{m.host.operating_system.version}.{m.host.release.update_revision}"
    ),
    "OsServerLevel": _server_level,
    "KeyboardLayout": lambda _m: "en-US",
    "TimeZone": lambda m: local_zone(m.call.engine).display_name,
    "LogonServer": lambda m: f"\\\\{m.host.name}",
    "PowerPlatformRole": _role,
    "HyperVisorPresent": lambda m: m.value("Win32_ComputerSystem", "HypervisorPresent"),
    "DeviceGuardSmartStatus": lambda _m: _GUARD["Off"],
}


def _windows(machine: _Machine, name: str) -> Any:
    if name == "WindowsInstallDateFromRegistry":
        system = machine.host.operating_system
        return DateTime.from_python(system.install_date, system.utc_offset())
    with machine.host.looking():
        values = machine.host.registry.values(LOCAL_MACHINE, _CURRENT_VERSION)
    wanted = _WINDOWS[name].casefold()
    return next((each.data for each in values if each.name.casefold() == wanted), None)


def _value(machine: _Machine, name: str) -> Any:
    if name in _WINDOWS:
        return _windows(machine, name)
    if name in _SPECIAL:
        return _SPECIAL[name](machine)
    prefix = next((each for each in _CLASSES if name.startswith(each)), None)
    if prefix is None:
        return None
    found = machine.value(_CLASSES[prefix], _OTHER.get(name, name[len(prefix) :]))
    kind = _ENUMERATIONS.get(name)
    return found if kind is None or found is None else kind.value(int(found))


@cmdlet("Get-ComputerInfo")
def get_computer_info(call: CmdletCall, property: list[str] | None = None) -> Iterator[PSObject]:
    """Everything about the machine, or the properties of names and patterns."""
    machine = _Machine(call)
    names = [*_WINDOWS, *_NAMES.split()]
    if property is None:
        yield PSObject.custom([(name, _value(machine, name)) for name in names], (f"{_N}ComputerInfo",))
        return
    wanted = [name for pattern in property for name in names if like(name, pattern)]
    yield PSObject.custom([(name, _value(machine, name)) for name in dict.fromkeys(wanted)])
