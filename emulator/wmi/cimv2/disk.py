"""Disks, partitions and volumes, and how they lie on each other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from emulator.host.disk_layout import (
    SECTOR,
    Partition,
    PartitionKind,
    PhysicalDisk,
    physical_disks,
    volume_identifier,
)
from emulator.host.plug_and_play import disk_identifier
from emulator.wmi.association import End, Link, the_host
from emulator.wmi.cimv2.base import IN_COMPUTER, Win32RowView
from emulator.wmi.cimv2.computer_system import ComputerSystem
from emulator.wmi.cimv2.logical_disk import LogicalDisk
from emulator.wmi.rows import Row

if TYPE_CHECKING:
    from emulator.host.filesystem.volume import Volume as HostVolume
    from emulator.wmi.namespace import Namespace

#: The geometry that Windows makes up for every disk of today.
_HEADS, _SECTORS_PER_TRACK = 255, 63
_CYLINDER = _HEADS * _SECTORS_PER_TRACK * SECTOR
_RANDOM_ACCESS, _WRITING = 3, 4


class DiskDrive(Win32RowView):
    """A disk: a physical one, or a mounted virtual hard disk."""

    class_name = "Win32_DiskDrive"
    constants = {
        **IN_COMPUTER,
        "BytesPerSector": SECTOR,
        "Capabilities": [_RANDOM_ACCESS, _WRITING],
        "CapabilityDescriptions": ["Random Access", "Supports Writing"],
        "ConfigManagerErrorCode": 0,
        "ConfigManagerUserConfig": False,
        "CreationClassName": "Win32_DiskDrive",
        "Description": "Disk drive",
        "FirmwareRevision": "1.00",
        "Manufacturer": "(Standard disk drives)",
        "MediaLoaded": True,
        "MediaType": "Fixed hard disk media",
        "SCSIBus": 0,
        "SCSILogicalUnit": 0,
        "SectorsPerTrack": _SECTORS_PER_TRACK,
        "Status": "OK",
        "TotalHeads": _HEADS,
        "TracksPerCylinder": _HEADS,
    }

    def rows(self) -> Iterator[Row]:
        for disk in physical_disks(self.host):
            yield self.row_of(disk)

    def row_of(self, disk: PhysicalDisk) -> Row:
        """The row of one disk. Its size is whole cylinders, which is less than the disk really has."""
        name = f"\\\\.\\PHYSICALDRIVE{disk.number}"
        cylinders = disk.size // _CYLINDER
        return Row(
            disk.number,
            {
                "Caption": disk.model,
                "DeviceID": name,
                "Index": disk.number,
                "InterfaceType": "IDE" if disk.interface in ("SATA", "IDE") else "SCSI",
                "Model": disk.model,
                "Name": name,
                "Partitions": sum(part.kind is not PartitionKind.RESERVED for part in disk.partitions),
                "PNPDeviceID": disk_identifier(disk.number, disk.model),
                "SCSIPort": 1 if disk.virtual_disk is not None else 0,
                "SCSITargetId": disk.number,
                "SerialNumber": disk.serial_number,
                "Signature": None if disk.is_gpt else 0x5F3A_0000 + disk.number,
                "Size": cylinders * _CYLINDER,
                "SystemName": self.host.name,
                "TotalCylinders": cylinders,
                "TotalSectors": cylinders * _CYLINDER // SECTOR,
                "TotalTracks": cylinders * _HEADS,
            },
            disk,
        )


class DiskPartition(Win32RowView):
    """A partition that is not reserved; Windows does not show the reserved one here."""

    class_name = "Win32_DiskPartition"
    constants = {
        **IN_COMPUTER,
        "BlockSize": SECTOR,
        "CreationClassName": "Win32_DiskPartition",
    }

    def rows(self) -> Iterator[Row]:
        for disk in physical_disks(self.host):
            yield from self.rows_of(disk)

    def rows_of(self, disk: PhysicalDisk) -> Iterator[Row]:
        """The rows of one disk. Windows counts from 0 here."""
        shown = [part for part in disk.partitions if part.kind is not PartitionKind.RESERVED]
        for index, partition in enumerate(shown):
            name = f"Disk #{disk.number}, Partition #{index}"
            is_system = partition.kind is PartitionKind.SYSTEM
            yield Row(
                (disk.number, index),
                {
                    "Bootable": is_system,
                    "BootPartition": is_system,
                    "Caption": name,
                    "Description": _type_of(disk, partition),
                    "DeviceID": name,
                    "DiskIndex": disk.number,
                    "Index": index,
                    "Name": name,
                    "NumberOfBlocks": partition.size // SECTOR,
                    "PrimaryPartition": True,
                    "Size": partition.size,
                    "StartingOffset": partition.offset,
                    "SystemName": self.host.name,
                    "Type": _type_of(disk, partition),
                },
                partition,
            )


class Volume(Win32RowView):
    """A volume by its GUID path: those with a letter, and the system partition."""

    class_name = "Win32_Volume"
    constants = {
        **IN_COMPUTER,
        "Automount": True,
        "BlockSize": 4096,
        "Compressed": False,
        "CreationClassName": "Win32_Volume",
        "DirtyBitSet": False,
        "DriveType": 3,
        "MaximumFileNameLength": 255,
        "QuotasIncomplete": False,
        "QuotasRebuilding": False,
    }
    volatile = frozenset({"FreeSpace"})

    def rows(self) -> Iterator[Row]:
        for disk in physical_disks(self.host):
            for partition in disk.partitions:
                if partition.kind is not PartitionKind.RESERVED and not disk.is_offline:
                    yield self.row_of(disk, partition)

    def row_of(self, disk: PhysicalDisk, partition: Partition) -> Row:
        identifier = volume_identifier(self.host, partition)
        path = f"\\\\?\\Volume{{{identifier}}}\\"
        volume = partition.volume
        values: dict[str, Any] = {
            "BootVolume": partition.holds_windows,
            "DeviceID": path,
            "SystemName": self.host.name,
            "SystemVolume": partition.kind is PartitionKind.SYSTEM,
        }
        if volume is None:
            is_fat = disk.is_gpt and not partition.is_own
            label = partition.label if partition.is_own else "" if is_fat else "System Reserved"
            values |= {
                "Capacity": partition.size,
                "Caption": path,
                "FileSystem": partition.file_system if not is_fat else "FAT32",
                "FreeSpace": max(0, partition.size - (32 << 20)),
                "IndexingEnabled": False,
                "Label": label,
                "Name": path,
                "PageFilePresent": False,
                "SerialNumber": 0x3A000000 + disk.number,
                "SupportsDiskQuotas": not is_fat,
                "SupportsFileBasedCompression": not is_fat,
            }
        else:
            values |= {
                "Capacity": volume.size,
                "Caption": f"{volume.letter}:\\",
                "DriveLetter": f"{volume.letter}:",
                "FileSystem": partition.file_system,
                "FreeSpace": volume.free,
                "IndexingEnabled": True,
                "Label": volume.label,
                "Name": f"{volume.letter}:\\",
                "PageFilePresent": volume.letter == "C",
                "QuotasEnabled": False,
                "SerialNumber": volume.serial_number,
                "SupportsDiskQuotas": True,
                "SupportsFileBasedCompression": True,
            }
        return Row(identifier, values, partition)


def _type_of(disk: PhysicalDisk, partition: Partition) -> str:
    if not disk.is_gpt:
        return "Installable File System"
    return "GPT: System" if partition.kind is PartitionKind.SYSTEM else "GPT: Basic Data"


def _partitions(namespace: Namespace, disk: Row) -> Iterable[Row]:
    return namespace.view(DiskPartition).rows_of(disk.shown)


def _disk(namespace: Namespace, partition: Row) -> Iterable[Row]:
    disks = namespace.view(DiskDrive).rows()
    return [row for row in disks if row.shown.number == partition.shown.disk_number]


def _letters(_namespace: Namespace, partition: Row) -> Iterable[HostVolume]:
    return () if partition.shown.volume is None else (partition.shown.volume,)


def _partition_of(namespace: Namespace, volume: HostVolume) -> Iterable[Row]:
    return [row for row in namespace.view(DiskPartition).rows() if row.shown.volume is volume]


def _addresses(partition: Row) -> tuple[int, int]:
    start = partition.shown.offset
    return start, start + partition.shown.size - 1


VIEWS = (DiskDrive, DiskPartition, Volume)
LINKS = (
    Link(
        "Win32_DiskDriveToDiskPartition",
        End("Antecedent", DiskDrive, _partitions),
        End("Dependent", DiskPartition, _disk),
    ),
    Link(
        "Win32_LogicalDiskToPartition",
        End("Antecedent", DiskPartition, _letters),
        End("Dependent", LogicalDisk, _partition_of),
        computed={
            "StartingAddress": lambda partition, _: _addresses(partition)[0],
            "EndingAddress": lambda partition, _: _addresses(partition)[1],
        },
    ),
    Link(
        "Win32_SystemPartitions",
        End("GroupComponent", ComputerSystem, lambda namespace, _: namespace.view(DiskPartition).rows()),
        End("PartComponent", DiskPartition, the_host),
    ),
)
