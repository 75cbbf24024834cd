"""Default views of the module's objects."""

from __future__ import annotations

from typing import Any

from emulator.powershell.format.views import Column, listing, table
from emulator.powershell.modules.storage import CLASS
from emulator.powershell.modules.storage.objects import PartitionLook, SpaceLook
from emulator.powershell.modules.storage.types import LOOKS, device_path, type_value

_UNITS = ("B", "KB", "MB", "GB", "TB", "PB")


def size_text(size: int) -> str:
    """``476.94 GB``: the largest unit that is not more than the size."""
    amount, unit = float(size), 0
    while amount >= 1024 and unit < len(_UNITS) - 1:
        amount, unit = amount / 1024, unit + 1
    text = f"{amount:.2f}".rstrip("0").rstrip(".")
    return f"{text} {_UNITS[unit]}"


def _disk_path(look: Any) -> Any:
    return device_path(look) if isinstance(look, PartitionLook) else None


def _plain(**widths: int) -> tuple[Column, ...]:
    """Columns that show the properties of their names."""
    return tuple(Column(name, name, width) for name, width in widths.items())


def _size(name: str, width: int, title: str = "") -> Column:
    """A column of bytes in the unit that fits; empty for what is no object of the module."""

    def text(look: Any) -> Any:
        return size_text(int(type_value(look, name))) if isinstance(look, LOOKS) else None

    return Column(title or name, text, width, "right")


def _efficiency(look: Any) -> Any:
    """Part of its footprint that a virtual disk has for data."""
    if not isinstance(look, SpaceLook) or not look.space.footprint:
        return None
    return f"{look.space.layout.data_slabs / look.space.layout.width * 100:.2f}%"


VIEWS = [
    table(
        f"{CLASS}MSFT_StorageSubSystem",
        columns=(*_plain(FriendlyName=39, HealthStatus=12, OperationalStatus=17),),
    ),
    table(
        f"{CLASS}MSFT_StoragePool",
        columns=(
            *_plain(FriendlyName=12, OperationalStatus=17, HealthStatus=12, IsPrimordial=12, IsReadOnly=10),
            _size("Size", 10),
            _size("AllocatedSize", 13),
        ),
    ),
    table(
        f"{CLASS}MSFT_VirtualDisk",
        columns=(
            *_plain(FriendlyName=12, ResiliencySettingName=21),
            Column("FaultDomainRedundancy", "PhysicalDiskRedundancy", 21),
            *_plain(OperationalStatus=17, HealthStatus=12),
            _size("Size", 9),
            _size("FootprintOnPool", 15),
            Column("StorageEfficiency", _efficiency, 17, "right"),
        ),
    ),
    table(
        f"{CLASS}MSFT_ResiliencySetting",
        columns=(
            *_plain(Name=6),
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
            *_plain(Number=6),
            Column("Friendly Name", "FriendlyName", 13),
            Column("Serial Number", "SerialNumber", 23),
            *_plain(HealthStatus=20, OperationalStatus=22),
            _size("Size", 10, "Total Size"),
            Column("Partition Style", "PartitionStyle", 15),
        ),
    ),
    table(
        f"{CLASS}MSFT_Partition",
        columns=(
            *_plain(PartitionNumber=16, DriveLetter=11, Offset=36),
            _size("Size", 13),
            *_plain(Type=10),
        ),
        group_by=Column("DiskPath", _disk_path),
    ),
    table(
        f"{CLASS}MSFT_Volume",
        columns=(
            *_plain(DriveLetter=11),
            Column("FriendlyName", "FileSystemLabel", 12),
            *_plain(FileSystemType=14, DriveType=9, HealthStatus=12, OperationalStatus=17),
            _size("SizeRemaining", 13),
            _size("Size", 9),
        ),
    ),
    table(
        f"{CLASS}MSFT_PhysicalDisk",
        columns=(
            Column("Number", "DeviceId", 6),
            *_plain(
                FriendlyName=20,
                SerialNumber=15,
                MediaType=11,
                CanPool=7,
                OperationalStatus=17,
                HealthStatus=12,
                Usage=11,
            ),
            _size("Size", 9),
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
