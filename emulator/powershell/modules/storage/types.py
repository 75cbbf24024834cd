"""The types of the module. Numbers of status and kind are shown as words, as its type file does."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from emulator.host.disk_layout import PartitionKind, disk_unique_id, volume_identifier
from emulator.host.plug_and_play import disk_identifier
from emulator.powershell.dotnet.numbers import Char, UInt32, UInt64
from emulator.powershell.dotnet.types import PSType, Table, bind_class
from emulator.powershell.modules.storage import CLASS, TAKEN
from emulator.powershell.modules.storage.objects import (
    DiskLook,
    DriveLook,
    ImageLook,
    PartitionLook,
    VolumeLook,
)

#: What is thrown when a CIM method refuses, and when a query of a cmdlet finds nothing.
CIM_EXCEPTION = "Microsoft.Management.Infrastructure.CimException"
JOB_EXCEPTION = "Microsoft.PowerShell.Cmdletization.Cim.CimJobException"
_KINDS = {
    PartitionKind.SYSTEM: "System",
    PartitionKind.RESERVED: "Reserved",
    PartitionKind.BASIC: "Basic",
}
_STORAGE_TYPES = {1: "ISO", 2: "VHD", 3: "VHDX", 4: "VHDSet"}
_MEDIA = {"SSD": "SSD", "HDD": "HDD", "SCM": "SCM"}
_RESERVE = 2 << 20


def device_path(look: DiskLook | PartitionLook) -> str:
    """The device interface path of a disk."""
    disk = look.disk
    return "\\\\?\\" + disk_identifier(disk.number, disk.model).lower().replace("\\", "#")


def style_of(look: DiskLook | PartitionLook) -> str:
    """RAW, MBR or GPT."""
    disk = look.disk
    return ("GPT" if disk.is_gpt else "MBR") if disk.is_initialized else "RAW"


def _bus(look: DiskLook | DriveLook) -> str:
    return "File Backed Virtual" if look.disk.virtual_disk is not None else look.disk.interface


def _taken(look: DiskLook | DriveLook) -> int:
    return sum(part.size for part in look.disk.partitions)


def _letter(look: PartitionLook | VolumeLook) -> Any:
    return Char(look.letter or "\0")


def _access_paths(look: PartitionLook) -> list[str] | None:
    """Drive, folders, and the path of the volume."""
    if look.partition.kind is PartitionKind.RESERVED:
        return None
    identifier = volume_identifier(look.host, look.partition)
    return [*look.partition.access_paths, f"\\\\?\\Volume{{{identifier}}}\\"]


_DISK: Table = {
    "PartitionStyle: System.String": style_of,
    "ProvisioningType: System.String": lambda _: "Fixed",
    "OperationalStatus: System.String": lambda look: "Offline" if look.disk.is_offline else "Online",
    "HealthStatus: System.String": lambda _: "Healthy",
    "BusType: System.String": _bus,
    "OfflineReason: System.String": lambda look: "Policy" if look.disk.is_offline else None,
    "AllocatedSize: System.UInt64": lambda look: UInt64(_taken(look)),
    "BootFromDisk: System.Boolean": lambda look: look.disk.boots,
    "DiskNumber: System.UInt32": lambda look: UInt32(look.disk.number),
    "FriendlyName: System.String": lambda look: look.disk.model,
    "IsBoot: System.Boolean": lambda look: look.disk.boots,
    "IsClustered: System.Boolean": lambda _: False,
    "IsOffline: System.Boolean": lambda look: look.disk.is_offline,
    "IsReadOnly: System.Boolean": lambda look: look.disk.is_read_only,
    "IsSystem: System.Boolean": lambda look: look.disk.boots,
    "LargestFreeExtent: System.UInt64": lambda look: UInt64(max(0, look.disk.size - _taken(look) - _RESERVE)),
    "Location: System.String": lambda look: (
        f"Integrated : Adapter 0 : Port {look.disk.number} : Target 0 : LUN 0"
        if look.disk.virtual_disk is None
        else look.disk.virtual_disk.path
    ),
    "LogicalSectorSize: System.UInt32": lambda _: UInt32(512),
    "Model: System.String": lambda look: look.disk.model,
    "Number: System.UInt32": lambda look: UInt32(look.disk.number),
    "NumberOfPartitions: System.UInt32": lambda look: UInt32(len(look.disk.partitions)),
    "Path: System.String": device_path,
    "PhysicalSectorSize: System.UInt32": lambda _: UInt32(4096),
    "SerialNumber: System.String": lambda look: look.disk.serial_number or None,
    "Size: System.UInt64": lambda look: UInt64(look.disk.size),
    "UniqueId: System.String": lambda look: disk_unique_id(look.host, look.disk),
    "PSComputerName: System.String": lambda _: None,
}
_DRIVE: Table = {
    "DeviceId: System.String": lambda look: str(look.disk.number),
    "FriendlyName: System.String": lambda look: look.disk.model,
    "SerialNumber: System.String": lambda look: look.disk.serial_number,
    "MediaType: System.String": lambda look: _MEDIA.get(look.disk.media, "Unspecified"),
    "BusType: System.String": _bus,
    "CanPool: System.Boolean": lambda look: not look.disk.partitions,
    "OperationalStatus: System.String": lambda _: "OK",
    "HealthStatus: System.String": lambda _: "Healthy",
    "Usage: System.String": lambda _: "Auto-Select",
    "Model: System.String": lambda look: look.disk.model,
    "Size: System.UInt64": lambda look: UInt64(look.disk.size),
    "AllocatedSize: System.UInt64": lambda look: UInt64(_taken(look)),
    "UniqueId: System.String": lambda look: disk_unique_id(look.host, look.disk),
}
_PARTITION: Table = {
    "OperationalStatus: System.String": lambda look: "Offline" if look.disk.is_offline else "Online",
    "Type: System.String": lambda look: _KINDS[look.partition.kind] if look.disk.is_gpt else "IFS",
    "DiskPath: System.String": device_path,
    "DiskId: System.String": device_path,
    "AccessPaths: System.String[]": _access_paths,
    "DiskNumber: System.UInt32": lambda look: UInt32(look.disk.number),
    "DriveLetter: System.Char": _letter,
    "GptType: System.String": lambda look: look.partition.kind.value if look.disk.is_gpt else None,
    "IsBoot: System.Boolean": lambda look: look.partition.holds_windows,
    "IsHidden: System.Boolean": lambda look: look.partition.kind is PartitionKind.RESERVED,
    "IsOffline: System.Boolean": lambda look: look.disk.is_offline,
    "IsReadOnly: System.Boolean": lambda _: False,
    "IsSystem: System.Boolean": lambda look: look.partition.kind is PartitionKind.SYSTEM,
    "Offset: System.UInt64": lambda look: UInt64(look.partition.offset),
    "PartitionNumber: System.UInt32": lambda look: UInt32(look.partition.number),
    "Size: System.UInt64": lambda look: UInt64(look.partition.size),
    "PSComputerName: System.String": lambda _: None,
}
_VOLUME: Table = {
    "OperationalStatus: System.String": lambda _: "OK",
    "HealthStatus: System.String": lambda _: "Healthy",
    "DriveType: System.String": lambda look: "CD-ROM" if look.image else "Fixed",
    "FileSystemType: System.String": lambda look: (
        "Unknown" if look.image or not look.file_system else look.file_system
    ),
    "DedupMode: System.String": lambda _: "NotAvailable",
    "AllocationUnitSize: System.UInt32": lambda _: UInt32(4096),
    "DriveLetter: System.Char": lambda look: Char(look.letter) if look.letter else None,
    "FileSystem: System.String": lambda look: look.file_system,
    "FileSystemLabel: System.String": lambda look: look.label,
    "FriendlyName: System.String": lambda look: look.label,
    "Path: System.String": lambda look: look.path,
    "Size: System.UInt64": lambda look: UInt64(look.size),
    "SizeRemaining: System.UInt64": lambda look: UInt64(look.remaining),
    "UniqueId: System.String": lambda look: look.path,
    "PSComputerName: System.String": lambda _: None,
}
_IMAGE: Table = {
    "Attached: System.Boolean": lambda look: look.attached,
    "BlockSize: System.UInt64": lambda look: UInt64(look.block_size),
    "DevicePath: System.String": lambda look: look.device,
    "FileSize: System.UInt64": lambda look: UInt64(look.file_size),
    "ImagePath: System.String": lambda look: look.path,
    "LogicalSectorSize: System.UInt64": lambda look: UInt64(look.sector_size),
    "Number: System.UInt32": lambda look: None if look.number is None else UInt32(look.number),
    "Size: System.UInt64": lambda look: UInt64(look.size),
    "StorageType: System.UInt32": lambda look: UInt32(look.storage_type),
    "PSComputerName: System.String": lambda _: None,
}


def _text(name: str, key: str) -> Callable[[Any], str]:
    return lambda _look: f"MSFT_{name} ({key})"


def _looking(table: Table) -> Table:
    """The readers under the lock of the machine."""

    def guarded(read: Callable[[Any], Any]) -> Callable[[Any], Any]:
        def value(look: Any) -> Any:
            with look.host.looking():
                return read(look)

        return value

    return {name: guarded(read) for name, read in table.items()}


@cache
def module_types() -> tuple[PSType, ...]:
    """Every type of the module; made and bound once for the process."""
    made = [PSType(f"{CLASS}MSFT_{name}") for name in TAKEN]
    for name, table, python, key in (
        ("Disk", _DISK, DiskLook, "ObjectId"),
        ("PhysicalDisk", _DRIVE, DriveLook, "ObjectId"),
        ("Partition", _PARTITION, PartitionLook, "ObjectId"),
        ("Volume", _VOLUME, VolumeLook, "ObjectId"),
        ("DiskImage", _IMAGE, ImageLook, "ImagePath"),
    ):
        kind = PSType(
            f"{CLASS}MSFT_{name}",
            instance=_looking(table),
            to_text=_text(name, key),
        )
        bind_class(kind, python)
        made.append(kind)
    return tuple(made)
