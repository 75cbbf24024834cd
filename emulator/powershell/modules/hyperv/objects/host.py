"""Microsoft.HyperV.PowerShell.VMHost and Microsoft.Vhd.PowerShell.VirtualHardDisk."""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple

from emulator.host import DiskKind, Host, VirtualDisk
from emulator.host.resources.numa import nodes
from emulator.powershell.dotnet.numbers import Int64, UInt32, UInt64
from emulator.powershell.dotnet.simple import Version
from emulator.powershell.modules.hyperv.catalog import Readers
from emulator.powershell.modules.hyperv.objects.resource_pool import NodeOfHost
from emulator.powershell.modules.hyperv.objects.values import (
    array,
    enum,
    span,
    text_list,
    texts,
    typed_list,
)

HOST: Readers = {
    "LogicalProcessorCount": lambda host: host.hardware.logical_processors,
    "ResourceMeteringSaveInterval": lambda host: span(
        timedelta(seconds=host.settings.metrics_flush_interval)
    ),
    "IovSupportReasons": lambda _: texts([]),
    "InternalNetworkAdapters": lambda host: typed_list(
        "VMInternalNetworkAdapter", host.virtual_switches.host_adapters
    ),
    "SupportedVmVersions": lambda host: text_list(host.release.configuration_versions),
    "EnableEnhancedSessionMode": lambda host: host.settings.enhanced_session_mode,
    "FibreChannelWwnn": lambda host: host.settings.wwnn,
    "FibreChannelWwpnMaximum": lambda host: host.settings.wwpn_maximum,
    "FibreChannelWwpnMinimum": lambda host: host.settings.wwpn_minimum,
    "HostNumaStatus": lambda host: array("VMHostNumaNode", [NodeOfHost(host, node) for node in nodes(host)]),
    "MacAddressMaximum": lambda host: host.settings.mac_address_maximum,
    "MacAddressMinimum": lambda host: host.settings.mac_address_minimum,
    "NumaSpanningEnabled": lambda host: host.settings.numa_spanning_enabled,
    "VirtualHardDiskPath": lambda host: host.settings.virtual_hard_disk_path,
    "VirtualMachinePath": lambda host: host.settings.virtual_machine_path,
    "FullyQualifiedDomainName": lambda host: host.operating_system.domain or host.operating_system.workgroup,
    "MemoryCapacity": lambda host: Int64(host.hardware.memory),
    "Name": lambda host: host.name,
    "MaximumStorageMigrations": lambda host: UInt32(host.settings.maximum_storage_migrations),
    "MaximumVirtualMachineMigrations": lambda host: UInt32(host.settings.maximum_virtual_machine_migrations),
    "VirtualMachineMigrationEnabled": lambda host: host.settings.virtual_machine_migration_enabled,
    "UseAnyNetworkForMigration": lambda host: host.migration.use_any_network,
    "VirtualMachineMigrationAuthenticationType": enum(
        "MigrationAuthenticationType", lambda host: host.migration.authentication
    ),
    "VirtualMachineMigrationPerformanceOption": enum(
        "VMMigrationPerformance", lambda host: host.migration.performance
    ),
    "ComputerName": lambda host: host.name,
}


class SupportedVersion(NamedTuple):
    """A configuration version that machines of the host may have, such as ``9.0``."""

    host: Host
    number: str


#: Windows releases that brought a configuration version, as Get-VMHostSupportedVersion names them.
_VERSION_NAMES = {
    "5.0": "Microsoft Windows 8.1/Server 2012 R2",
    "6.2": "Microsoft Windows 10 1507/Server 2016 Technical Preview 3",
    "7.0": "Microsoft Windows 10 1511/Server 2016 Technical Preview 4",
    "7.1": "Microsoft Windows 10 1511/Server 2016 Technical Preview 5",
    "8.0": "Microsoft Windows 10 1607/Server 2016",
    "8.1": "Microsoft Windows 10 1703",
    "8.2": "Microsoft Windows 10 1709",
    "8.3": "Microsoft Windows 10 1803",
    "9.0": "Microsoft Windows 10 1809/Server 2019",
    "9.1": "Microsoft Windows 10 1903",
    "9.2": "Microsoft Windows 10 1909",
    "9.3": "Microsoft Windows 10 2004",
    "10.0": "Microsoft Windows Server 2022",
}


def _version(item: SupportedVersion) -> Version:
    major, _, minor = item.number.partition(".")
    return Version(int(major), int(minor))


SUPPORTED_VERSION: Readers = {
    "Name": lambda item: _VERSION_NAMES.get(item.number, f"Configuration version {item.number}"),
    "Version": _version,
    "IsDefault": lambda item: item.number == item.host.release.default_configuration_version,
    "ComputerName": lambda item: item.host.name,
}


def host_text(host: Host) -> str:
    """ToString of the host."""
    return f"VMHost (Name = '{host.name}')"


def _file_size(disk: VirtualDisk) -> UInt64:
    return UInt64(disk.file_size if disk.host.filesystem.exists(disk.path) else 0)


def _disk_number(disk: VirtualDisk) -> UInt32 | None:
    return None if disk.mounted_as is None else UInt32(disk.mounted_as)


DISK: Readers = {
    "ComputerName": lambda disk: disk.host.name,
    "Path": lambda disk: disk.path,
    "VhdFormat": enum("VhdFormat", lambda disk: disk.format),
    "VhdType": enum("VhdType", lambda disk: disk.kind),
    "FileSize": _file_size,
    "Size": lambda disk: UInt64(disk.size),
    "MinimumSize": lambda disk: None if disk.minimum_size is None else UInt64(disk.minimum_size),
    "LogicalSectorSize": lambda disk: UInt32(disk.logical_sector_size),
    "PhysicalSectorSize": lambda disk: UInt32(disk.physical_sector_size),
    "BlockSize": lambda disk: UInt32(disk.block_size),
    "ParentPath": lambda disk: disk.parent_path or "",
    "DiskIdentifier": lambda disk: disk.id,
    "FragmentationPercentage": lambda disk: None if disk.kind is DiskKind.FIXED else UInt32(0),
    "Alignment": lambda _: UInt32(1),
    "Attached": lambda disk: disk.is_attached,
    "DiskNumber": _disk_number,
}
DISK_ADDED = {"Number": "DiskNumber"}
