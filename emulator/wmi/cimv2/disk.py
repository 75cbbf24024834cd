"""Disks, partitions and volumes, and how they lie on each other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from emulator.cim.instance import ValueInstance
from emulator.host.errors import HostError, InUse, InvalidParameter, NotSupported
from emulator.host.storage.disk_layout import (
    SECTOR,
    Partition,
    PartitionKind,
    PhysicalDisk,
    file_system_of,
    label_of,
    physical_disks,
    volume_identifier,
)
from emulator.host.storage.filesystem import Entry, FileAttributes
from emulator.host.storage.filesystem.file_systems import NTFS
from emulator.host.storage.storage_errors import AccessPathNotValid, FolderNotEmpty, SizeNotSupported
from emulator.host.storage.storage_objects import CLUSTER
from emulator.host.windows.plug_and_play import disk_identifier
from emulator.wmi.association import End, Link, the_host
from emulator.wmi.changes import Rule, text
from emulator.wmi.cimv2.base import IN_COMPUTER, Win32RowView
from emulator.wmi.cimv2.computer_system import ComputerSystem
from emulator.wmi.cimv2.data_file import Directory
from emulator.wmi.cimv2.logical_disk import LogicalDisk
from emulator.wmi.rows import Row
from emulator.wmi.view import wmi_method

if TYPE_CHECKING:
    from emulator.host.storage.filesystem.volume import Volume as HostVolume
    from emulator.wmi.method import Arguments, MethodResult
    from emulator.wmi.namespace import Namespace

#: The geometry that Windows makes up for every disk of today.
_HEADS, _SECTORS_PER_TRACK = 255, 63
_CYLINDER = _HEADS * _SECTORS_PER_TRACK * SECTOR
_RANDOM_ACCESS, _WRITING = 3, 4
#: Return values of Win32_Volume.Format and Chkdsk.
_UNSUPPORTED_FILE_SYSTEM, _LOCK_FAILED, _TOO_LARGE, _UNKNOWN_ERROR = 1, 7, 13, 18
_AT_BOOT = 1
#: Those of Win32_Volume.AddMountPoint.
_INVALID_ARGUMENT, _NOT_EMPTY, _NO_FOLDER, _NO_MOUNT_POINTS, _NOT_MOUNTED = 2, 3, 4, 5, 6


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


class VolumeMethods(Win32RowView):
    """Methods of Win32_Volume. Their return values: the documentation of the class."""

    @wmi_method
    def Format(self, row: Row, arguments: Arguments) -> MethodResult:
        """Make an empty file system on a partition that was made here; the volumes of the profile stay."""
        part: Partition = row.shown
        if not part.is_own:
            if not part.holds_windows:
                self.namespace.service.record_gap(self.namespace.name, "Win32_Volume", "Format")
            return arguments.result(_LOCK_FAILED if part.holds_windows else _UNKNOWN_ERROR)
        partitions = self.host.disk_partitions
        try:
            partitions.format(
                partitions.find(part.disk_number),
                part.number,
                arguments.text("FileSystem") or NTFS.name,
                arguments.text("Label") or "",
                arguments.integer("ClusterSize") or 0,
            )
        except InUse:
            return arguments.result(_LOCK_FAILED)
        except SizeNotSupported:
            return arguments.result(_TOO_LARGE)
        except InvalidParameter:
            return arguments.result(_UNSUPPORTED_FILE_SYSTEM)
        return arguments.result(0)

    @wmi_method
    def AddMountPoint(self, row: Row, arguments: Arguments) -> MethodResult:
        """Mount the volume in an empty folder; those of the profile cannot be mounted there."""
        part: Partition = row.shown
        partitions = self.host.disk_partitions
        try:
            partitions.add_access_path(
                partitions.find(part.disk_number), part.number, arguments.text("Directory") or ""
            )
        except FolderNotEmpty:
            return arguments.result(_NOT_EMPTY)
        except AccessPathNotValid:
            return arguments.result(_NO_FOLDER)
        except InvalidParameter:
            return arguments.result(_INVALID_ARGUMENT)
        except NotSupported:
            self.namespace.service.record_gap(self.namespace.name, "Win32_Volume", "AddMountPoint")
            return arguments.result(_NO_MOUNT_POINTS)
        except HostError:
            return arguments.result(_NOT_MOUNTED)
        return arguments.result(0)

    @wmi_method
    def Chkdsk(self, row: Row, arguments: Arguments) -> MethodResult:
        """Look at a file system, which has no errors; that of Windows is repaired at the next boot."""
        fixes = arguments.truth("FixErrors") is True
        return arguments.result(_AT_BOOT if fixes and row.shown.holds_windows else 0)

    @wmi_method
    def DefragAnalysis(self, row: Row, arguments: Arguments) -> MethodResult:
        """Nothing is fragmented."""
        return arguments.result(0, DefragRecommended=False, DefragAnalysis=self._analysis(row))

    @wmi_method
    def Defrag(self, row: Row, arguments: Arguments) -> MethodResult:
        """Nothing is fragmented, so nothing is moved."""
        return arguments.result(0, DefragAnalysis=self._analysis(row))

    def _analysis(self, row: Row) -> ValueInstance:
        size, free = int(row.values["Capacity"]), int(row.values["FreeSpace"])
        return ValueInstance(
            self.namespace.schema.find("Win32_DefragAnalysis"),
            {
                "ClusterSize": 4096,
                "FilePercentFragmentation": 0,
                "FreeSpace": free,
                "FreeSpacePercent": free * 100 // size if size else 0,
                "TotalPercentFragmentation": 0,
                "UsedSpace": size - free,
                "VolumeName": str(row.values["Label"]),
                "VolumeSize": size,
            },
            self.namespace.name,
        )


class Volume(VolumeMethods):
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
    writable = {"DriveLetter": Rule("", "letter", text), "Label": Rule("", "label", text)}

    def write(self, item: Row, settings: dict[str, Any]) -> None:
        part: Partition = item.shown
        partitions = self.host.disk_partitions
        if "letter" in settings:
            if not part.is_own:
                raise NotSupported("The drive letters of the profile cannot be changed.")
            partitions.set_letter(partitions.find(part.disk_number), part.number, settings["letter"])
        if "label" in settings:
            if part.content is None:
                raise NotSupported("A volume without a file system cannot be named in the emulator.")
            self.host.filesystem.label_volume(part.content, settings["label"])

    def refreshed(self, item: Row) -> Row:
        return next(iter(self.row(item.identity)), item)

    def rows(self) -> Iterator[Row]:
        for disk in physical_disks(self.host):
            for partition in disk.partitions:
                if partition.kind is not PartitionKind.RESERVED and not disk.is_offline:
                    yield self.row_of(disk, partition)

    def row_of(self, disk: PhysicalDisk, partition: Partition) -> Row:
        identifier = volume_identifier(self.host, partition)
        path = f"\\\\?\\Volume{{{identifier}}}\\"
        volume, content = partition.volume, partition.content
        name = next(iter(partition.access_paths), path)
        values: dict[str, Any] = {
            "BlockSize": CLUSTER if content is None else content.cluster_size,
            "BootVolume": partition.holds_windows,
            "DeviceID": path,
            "SystemName": self.host.name,
            "SystemVolume": partition.kind is PartitionKind.SYSTEM,
        }
        system = file_system_of(disk, partition)
        values |= {
            "FileSystem": str(system or ""),
            "SupportsDiskQuotas": system is not None and system.has_quotas,
            "SupportsFileBasedCompression": system is not None and system.has_compression,
        }
        if partition.letter:
            values["DriveLetter"] = f"{partition.letter}:"
        if volume is None:
            values |= {
                "Capacity": partition.size if content is None else content.size,
                "Caption": name,
                "FreeSpace": max(0, partition.size - (32 << 20)) if content is None else content.free,
                "IndexingEnabled": False,
                "Label": label_of(disk, partition),
                "Name": name,
                "PageFilePresent": False,
                "SerialNumber": 0x3A000000 + disk.number if content is None else content.serial_number,
            }
        else:
            values |= {
                "Capacity": volume.size,
                "Caption": name,
                "FreeSpace": volume.free,
                "IndexingEnabled": True,
                "Label": volume.label,
                "Name": name,
                "PageFilePresent": volume.letter == "C",
                "QuotasEnabled": False,
                "SerialNumber": volume.serial_number,
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


def _folders(namespace: Namespace, volume: Row) -> Iterable[Entry]:
    """The root of its drive and the folders in which it is mounted."""
    part: Partition = volume.shown
    paths = part.access_paths if part.content is not None else ()
    return [namespace.host.filesystem.entry(path) for path in paths]


def _mounted_in(namespace: Namespace, folder: Entry) -> Iterable[Row]:
    is_root = len(folder.path) <= len("C:\\")
    if not is_root and FileAttributes.REPARSE_POINT not in folder.attributes:
        return ()
    wanted = folder.path if is_root else f"{folder.path}\\"
    return [row for row in namespace.view(Volume).rows() if wanted in row.shown.access_paths]


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
    Link("Win32_MountPoint", End("Volume", Volume, _folders), End("Directory", Directory, _mounted_in)),
    Link(
        "Win32_SystemPartitions",
        End("GroupComponent", ComputerSystem, lambda namespace, _: namespace.view(DiskPartition).rows()),
        End("PartComponent", DiskPartition, the_host),
    ),
)
