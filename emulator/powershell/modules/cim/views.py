"""Tables of the instances of common classes, as Get-CimInstance shows them."""

from __future__ import annotations

from emulator.powershell.format.views import Column, View, table

_CIM = "Microsoft.Management.Infrastructure.CimInstance#root/cimv2/"
_TABLES = {
    "Win32_OperatingSystem": "SystemDirectory Organization BuildNumber RegisteredUser SerialNumber Version",
    "Win32_ComputerSystem": "Name PrimaryOwnerName Domain TotalPhysicalMemory Model Manufacturer",
    "Win32_LogicalDisk": "DeviceID DriveType ProviderName VolumeName Size FreeSpace",
    "Win32_Process": "ProcessId Name HandleCount WorkingSetSize VirtualSize",
    "Win32_Service": "ProcessId Name StartMode State Status ExitCode",
    "Win32_Processor": "DeviceID Name Caption MaxClockSpeed SocketDesignation Manufacturer",
    "Win32_DiskDrive": "DeviceID Caption Partitions Size Model",
    "Win32_NetworkAdapter": "DeviceID Name AdapterType ServiceName",
    "Win32_NetworkAdapterConfiguration": "ServiceName DHCPEnabled Index Description",
    "Win32_QuickFixEngineering": "Source Description HotFixID InstalledBy InstalledOn",
    "Win32_Share": "Name Path Description",
    "Win32_UserAccount": "Name Caption AccountType SID Domain",
}

VIEWS: tuple[View, ...] = (
    *(
        table(f"{_CIM}{name}", columns=tuple(Column(one, one) for one in columns.split()), auto_size=True)
        for name, columns in _TABLES.items()
    ),
    table(
        "Microsoft.Management.Infrastructure.CimClass",
        columns=(
            Column("CimClassName", "CimClassName", 35),
            Column("CimClassMethods", "CimClassMethods", 20),
            Column("CimClassProperties", "CimClassProperties"),
        ),
        group_by=Column("NameSpace", "NameSpace"),
    ),
    table(
        "System.Management.ManagementClass",
        columns=(
            Column("Name", "Name", 35),
            Column("Methods", "Methods", 20),
            Column("Properties", "Properties"),
        ),
        group_by=Column("NameSpace", "NameSpace"),
    ),
)
