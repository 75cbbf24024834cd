"""Which WMI provider serves a class, where Microsoft's reference of the class names it.

The name is the `provider` qualifier of the class and the key of the provider's __Win32Provider instance.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from emulator.cim.declaration import ClassDeclaration


@dataclass(frozen=True, slots=True)
class Provider:
    """A provider: the namespaces it is registered in and the beginnings of the class names it serves."""

    name: str
    namespaces: tuple[str, ...]
    prefixes: tuple[str, ...]


# The first row that fits decides. From the syntax blocks of the class pages: HyperV_v2, CIMWin32Prov,
# EventLogProv, MSIProv, RegProv, "Performance Counter Classes", "Win32_ServerFeature class".
_CIMWIN32 = """
    Win32_BaseBoard Win32_BIOS Win32_Bus Win32_CDROMDrive Win32_ComputerSystem Win32_DesktopMonitor
    Win32_Directory Win32_Disk Win32_Environment Win32_Fan Win32_FloppyDrive Win32_Group Win32_IDEController
    Win32_Keyboard Win32_LoadOrderGroup Win32_LocalTime Win32_LogicalDisk Win32_LogicalFile
    Win32_LogicalMemory
    Win32_LogicalProgram Win32_LogonSession Win32_MappedLogicalDisk Win32_MemoryDevice Win32_MotherboardDevice
    Win32_NetworkAdapter Win32_NetworkClient Win32_NetworkConnection Win32_NetworkLoginProfile
    Win32_NetworkProtocol Win32_OperatingSystem Win32_OSRecoveryConfiguration Win32_PageFile
    Win32_PhysicalMemory Win32_PhysicalMedia Win32_PnPEntity Win32_PointingDevice Win32_PortConnector
    Win32_Printer Win32_PrintJob Win32_Process Win32_Processor Win32_ProgramGroup Win32_QuickFixEngineering
    Win32_Registry Win32_SCSIController Win32_SerialPort Win32_Service Win32_Share Win32_SoundDevice
    Win32_StartupCommand Win32_SubDirectory Win32_SystemAccount Win32_SystemDriver Win32_SystemEnclosure
    Win32_SystemOperatingSystem Win32_SystemProcesses Win32_SystemServices Win32_SystemSlot Win32_SystemUsers
    Win32_TapeDrive Win32_Thread Win32_TimeZone Win32_USBController Win32_USBHub Win32_UserAccount
    Win32_UserDesktop Win32_UTCTime Win32_VideoController Win32_Volume Win32_GroupUser CIM_DataFile
"""
PROVIDERS = (
    Provider(
        "VmmsWmiInstanceAndMethodProvider", ("root/virtualization", "root/virtualization/v2"), ("msvm_",)
    ),
    Provider("MS_NT_EVENTLOG_PROVIDER", ("root/cimv2",), ("win32_ntlogevent", "win32_nteventlogfile")),
    Provider(
        "MSIProv",
        ("root/cimv2",),
        (
            "win32_product",
            "win32_servicespecification",
            "win32_servicecontrol",
            "win32_environmentspecification",
        ),
    ),
    Provider("ServerCompProv", ("root/cimv2",), ("win32_serverfeature",)),
    Provider("WmiPerfInst", ("root/cimv2",), ("win32_perfformatteddata_", "win32_perfrawdata_")),
    Provider("CIMWin32", ("root/cimv2",), tuple(_CIMWIN32.lower().split())),
    Provider("RegProv", ("root/default", "root/cimv2"), ("stdregprov",)),
)


def provider_of(namespace: str, declaration: ClassDeclaration) -> str | None:
    """The name of the provider of a class that can have instances, None when it is not known."""
    if declaration.is_abstract:
        return None
    name = declaration.name.lower()
    for provider in PROVIDERS:
        if namespace in provider.namespaces and name.startswith(provider.prefixes):
            return provider.name
    return None


def providers_in(namespace: str) -> tuple[str, ...]:
    """The names of the providers that are registered in a namespace, as far as they are known."""
    return tuple(provider.name for provider in PROVIDERS if namespace in provider.namespaces)
