"""Default views of the module's objects."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from emulator.powershell.format.views import Column, listing, table
from emulator.powershell.modules.storage import CLASS
from emulator.powershell.modules.storage.objects import (
    DiskLook,
    DriveLook,
    PartitionLook,
    PoolLook,
    SpaceLook,
    VolumeLook,
)
from emulator.powershell.modules.storage.types import device_path, type_value

_UNITS = ("B", "KB", "MB", "GB", "TB", "PB")


def size_text(size: int) -> str:
    """``476.94 GB``: the largest unit that is not more than the size."""
    amount, unit = float(size), 0
    while amount >= 1024 and unit < len(_UNITS) - 1:
        amount, unit = amount / 1024, unit + 1
    text = f"{amount:.2f}".rstrip("0").rstrip(".")
    return f"{text} {_UNITS[unit]}"


def _size(read: Callable[[Any], int]) -> Callable[[Any], Any]:
    def text(look: Any) -> Any:
        known = isinstance(look, DiskLook | DriveLook | PartitionLook | PoolLook | SpaceLook | VolumeLook)
        return size_text(read(look)) if known else None

    return text


def _disk_path(look: Any) -> Any:
    return device_path(look) if isinstance(look, PartitionLook) else None


def _property(name: str) -> Callable[[Any], int]:
    """The number that a look's table has for a name."""
    return lambda look: int(type_value(look, name))


def _efficiency(look: Any) -> Any:
    """Part of its footprint that a virtual disk has for data."""
    if not isinstance(look, SpaceLook) or not look.space.footprint:
        return None
    return f"{look.space.layout.data_slabs / look.space.layout.width * 100:.2f}%"


VIEWS = [
    table(
        f"{CLASS}MSFT_StorageSubSystem",
        columns=(
            Column("FriendlyName", "FriendlyName", 39),
            Column("HealthStatus", "HealthStatus", 12),
            Column("OperationalStatus", "OperationalStatus", 17),
        ),
    ),
    table(
        f"{CLASS}MSFT_StoragePool",
        columns=(
            Column("FriendlyName", "FriendlyName", 12),
            Column("OperationalStatus", "OperationalStatus", 17),
            Column("HealthStatus", "HealthStatus", 12),
            Column("IsPrimordial", "IsPrimordial", 12),
            Column("IsReadOnly", "IsReadOnly", 10),
            Column("Size", _size(_property("Size")), 10, "right"),
            Column("AllocatedSize", _size(_property("AllocatedSize")), 13, "right"),
        ),
    ),
    table(
        f"{CLASS}MSFT_VirtualDisk",
        columns=(
            Column("FriendlyName", "FriendlyName", 12),
            Column("ResiliencySettingName", "ResiliencySettingName", 21),
            Column("FaultDomainRedundancy", "PhysicalDiskRedundancy", 21),
            Column("OperationalStatus", "OperationalStatus", 17),
            Column("HealthStatus", "HealthStatus", 12),
            Column("Size", _size(_property("Size")), 9, "right"),
            Column("FootprintOnPool", _size(_property("FootprintOnPool")), 15, "right"),
            Column("StorageEfficiency", _efficiency, 17, "right"),
        ),
    ),
    table(
        f"{CLASS}MSFT_ResiliencySetting",
        columns=(
            Column("Name", "Name", 6),
            Column("NumberOfDataCopies", "NumberOfDataCopiesDefault", 18),
            Column("PhysicalDiskRedundancy", "PhysicalDiskRedundancyDefault", 22),
            Column("NumberOfColumns", "NumberOfColumnsDefault", 15),
            Column("NumberOfGroups", lambda _: 1, 14),
            Column("Interleave", "InterleaveDefault", 10),
        ),
    ),
    table(
        f"{CLASS}MSFT_Disk",
        columns=(
            Column("Number", "Number", 6),
            Column("Friendly Name", "FriendlyName", 13),
            Column("Serial Number", "SerialNumber", 23),
            Column("HealthStatus", "HealthStatus", 20),
            Column("OperationalStatus", "OperationalStatus", 22),
            Column("Total Size", _size(lambda look: look.disk.size), 10, "right"),
            Column("Partition Style", "PartitionStyle", 15),
        ),
    ),
    table(
        f"{CLASS}MSFT_Partition",
        columns=(
            Column("PartitionNumber", "PartitionNumber", 16),
            Column("DriveLetter", "DriveLetter", 11),
            Column("Offset", "Offset", 36),
            Column("Size", _size(lambda look: look.partition.size), 13, "right"),
            Column("Type", "Type", 10),
        ),
        group_by=Column("DiskPath", _disk_path),
    ),
    table(
        f"{CLASS}MSFT_Volume",
        columns=(
            Column("DriveLetter", "DriveLetter", 11),
            Column("FriendlyName", "FileSystemLabel", 12),
            Column("FileSystemType", "FileSystemType", 14),
            Column("DriveType", "DriveType", 9),
            Column("HealthStatus", "HealthStatus", 12),
            Column("OperationalStatus", "OperationalStatus", 17),
            Column("SizeRemaining", _size(lambda look: look.remaining), 13, "right"),
            Column("Size", _size(lambda look: look.size), 9, "right"),
        ),
    ),
    table(
        f"{CLASS}MSFT_PhysicalDisk",
        columns=(
            Column("Number", "DeviceId", 6),
            Column("FriendlyName", "FriendlyName", 20),
            Column("SerialNumber", "SerialNumber", 15),
            Column("MediaType", "MediaType", 11),
            Column("CanPool", "CanPool", 7),
            Column("OperationalStatus", "OperationalStatus", 17),
            Column("HealthStatus", "HealthStatus", 12),
            Column("Usage", "Usage", 11),
            Column("Size", _size(lambda look: look.size), 9, "right"),
        ),
    ),
    listing(
        f"{CLASS}MSFT_DiskImage",
        entries=(
            "Attached",
            "BlockSize",
            "DevicePath",
            "FileSize",
            "ImagePath",
            "LogicalSectorSize",
            "Number",
            "Size",
            "StorageType",
            "PSComputerName",
        ),
    ),
]
