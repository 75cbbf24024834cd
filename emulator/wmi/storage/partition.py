"""MSFT_Partition and MSFT_Volume."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from emulator.cim.cim_xml import format_instance
from emulator.host.errors import HostError, InvalidParameter, NotSupported
from emulator.host.storage.disk_layout import Partition as HostPartition
from emulator.host.storage.disk_layout import (
    PartitionKind,
    file_system_of,
    label_of,
    physical_disks,
    volume_identifier,
)
from emulator.host.storage.filesystem.file_systems import FORMATS, NTFS, REFS
from emulator.host.storage.optical_images import SECTOR as DISC_SECTOR
from emulator.host.storage.storage_errors import storage_code
from emulator.host.storage.storage_objects import (
    CLUSTER,
    access_paths,
    disc_identifier,
    disk_path,
    file_system_free,
    file_system_size,
    is_active,
    mbr_type,
    object_id,
    partition_guid,
    supported_sizes,
)
from emulator.wmi.rows import Row, RowView
from emulator.wmi.storage.identity import HEALTHY, OK
from emulator.wmi.view import wmi_method

if TYPE_CHECKING:
    from emulator.wmi.method import Arguments, MethodResult

_ONLINE = 1
_FIXED_DRIVE, _CD_ROM = 3, 5
#: Return values of the storage methods.
_INVALID_PARAMETER = 5
_NO_ERRORS = 0
#: What a file system takes for itself.
_OWN_SPACE = 32 << 20


class Partition(RowView):
    """A partition, also a reserved one."""

    class_name = "MSFT_Partition"
    constants = {
        "IsDAX": False,
        "IsReadOnly": False,
        "IsShadowCopy": False,
        "OperationalStatus": _ONLINE,
        "TransitionState": 1,
    }

    def rows(self) -> Iterator[Row]:
        for disk in physical_disks(self.host):
            for part in disk.partitions:
                identifier = volume_identifier(self.host, part)
                is_system = part.kind is PartitionKind.SYSTEM
                yield Row(
                    (disk.number, part.number),
                    {
                        "AccessPaths": access_paths(self.host, part),
                        "DiskId": disk_path(disk),
                        "DiskNumber": disk.number,
                        "DriveLetter": ord(part.letter) if part.letter else 0,
                        "GptType": part.kind.value if disk.is_gpt else None,
                        "Guid": partition_guid(self.host, disk, part),
                        "IsActive": is_active(disk, part),
                        "IsBoot": part.holds_windows,
                        "IsOffline": disk.is_offline,
                        "IsHidden": part.kind is PartitionKind.RESERVED,
                        "IsSystem": is_system,
                        "MbrType": mbr_type(disk, part),
                        "NoDefaultDriveLetter": not part.letter,
                        "ObjectId": object_id(self.host, "Partition", identifier),
                        "Offset": part.offset,
                        "PartitionNumber": part.number,
                        "Size": part.size,
                        "UniqueId": identifier,
                    },
                    part,
                )

    @wmi_method
    def GetAccessPaths(self, partition: Row, arguments: Arguments) -> MethodResult:
        """Drive letter, folders and volume path."""
        return arguments.result(0, AccessPaths=access_paths(self.host, partition.shown))

    @wmi_method
    def GetSupportedSize(self, partition: Row, arguments: Arguments) -> MethodResult:
        """From what is in use to what is free behind the partition; behind those of Setup nothing is."""
        part = partition.shown
        disk = self.host.disk_partitions.find(part.disk_number)
        least, most = supported_sizes(self.host, disk, part)
        return arguments.result(0, SizeMin=least, SizeMax=most)

    def return_value(self, error: HostError) -> int:
        return storage_code(error)

    @wmi_method
    def Resize(self, partition: Row, arguments: Arguments) -> MethodResult:
        """Change the size with that of the file system."""
        size = arguments.integer("Size")
        if size is None:
            return arguments.result(_INVALID_PARAMETER)
        partitions, part = self.host.disk_partitions, partition.shown
        partitions.resize(partitions.find(part.disk_number), part.number, size)
        return arguments.result(0)

    @wmi_method
    def DeleteObject(self, partition: Row, arguments: Arguments) -> MethodResult:
        """Remove the partition with what is on it."""
        partitions, part = self.host.disk_partitions, partition.shown
        partitions.delete(partitions.find(part.disk_number), part.number)
        return arguments.result(0)

    @wmi_method
    def AddAccessPath(self, partition: Row, arguments: Arguments) -> MethodResult:
        """Give the partition a drive letter, or mount its volume in a folder."""
        path = arguments.text("AccessPath") or ""
        if bool(path) is (arguments.truth("AssignDriveLetter") is True):
            raise InvalidParameter("Either AccessPath or AssignDriveLetter must be given.")
        partitions, part = self.host.disk_partitions, partition.shown
        partitions.add_access_path(partitions.find(part.disk_number), part.number, path)
        return arguments.result(0)

    @wmi_method
    def RemoveAccessPath(self, partition: Row, arguments: Arguments) -> MethodResult:
        """Take the drive letter or a folder away."""
        part = partition.shown
        partitions = self.host.disk_partitions
        path = arguments.text("AccessPath") or ""
        partitions.remove_access_path(partitions.find(part.disk_number), part.number, path)
        return arguments.result(0)


class Volume(RowView):
    """A volume: those with a drive letter, and the system partition's."""

    class_name = "MSFT_Volume"
    constants = {"DriveType": _FIXED_DRIVE, "HealthStatus": HEALTHY, "OperationalStatus": [OK]}

    def rows(self) -> Iterator[Row]:
        for disk in physical_disks(self.host):
            for part in disk.partitions:
                if part.kind is PartitionKind.RESERVED or disk.is_offline:
                    continue
                identifier = volume_identifier(self.host, part)
                system = file_system_of(disk, part)
                yield Row(
                    (disk.number, part.number),
                    {
                        "AllocationUnitSize": CLUSTER if part.content is None else part.content.cluster_size,
                        "DriveLetter": ord(part.letter) if part.letter else None,
                        "FileSystem": str(system or ""),
                        "FileSystemLabel": label_of(disk, part),
                        "FileSystemType": 0 if system is None else system.number,
                        "ObjectId": object_id(self.host, "Volume", identifier),
                        "Path": f"\\\\?\\Volume{{{identifier}}}\\",
                        "Size": file_system_size(part),
                        "SizeRemaining": file_system_free(part),
                        "UniqueId": f"\\\\?\\Volume{{{identifier}}}\\",
                    },
                    part,
                )
        for image in self.host.optical_images:
            identifier = disc_identifier(self.host, image.path)
            yield Row(
                image.path,
                {
                    "AllocationUnitSize": DISC_SECTOR,
                    "DriveLetter": ord(image.letter) if image.letter else None,
                    "DriveType": _CD_ROM,
                    "FileSystem": image.volume.file_system.name,
                    "FileSystemLabel": image.volume.label,
                    "FileSystemType": image.volume.file_system.number,
                    "ObjectId": object_id(self.host, "Volume", identifier),
                    "Path": f"\\\\?\\Volume{{{identifier}}}\\",
                    "Size": image.volume.size,
                    "SizeRemaining": 0,
                    "UniqueId": f"\\\\?\\Volume{{{identifier}}}\\",
                },
                image,
            )

    def return_value(self, error: HostError) -> int:
        return storage_code(error)

    @wmi_method
    def Format(self, volume: Row, arguments: Arguments) -> MethodResult:
        """Make an empty file system; on the disks of the profile nothing can be formatted."""
        partitions, part = self.host.disk_partitions, _writable(volume)
        partitions.format(
            partitions.find(part.disk_number),
            part.number,
            arguments.text("FileSystem") or NTFS.name,
            arguments.text("FileSystemLabel") or "",
            arguments.integer("AllocationUnitSize") or 0,
        )
        (row,) = self.row((part.disk_number, part.number))
        return arguments.result(0, FormattedVolume=format_instance(self.instance(row)))

    @wmi_method
    def SetFileSystemLabel(self, volume: Row, arguments: Arguments) -> MethodResult:
        """Give the volume another label; it is that of Win32_LogicalDisk too."""
        content = _writable(volume).content
        if content is None:
            return arguments.result(_INVALID_PARAMETER)
        self.host.filesystem.label_volume(content, arguments.text("FileSystemLabel") or "")
        return arguments.result(0)

    @wmi_method
    def Resize(self, volume: Row, arguments: Arguments) -> MethodResult:
        """Change the size with that of the partition."""
        size = arguments.integer("Size")
        if size is None:
            return arguments.result(_INVALID_PARAMETER)
        partitions, part = self.host.disk_partitions, _writable(volume)
        partitions.resize(partitions.find(part.disk_number), part.number, size)
        return arguments.result(0)

    @wmi_method
    def Flush(self, _volume: Row, arguments: Arguments) -> MethodResult:
        """Nothing waits to be written."""
        return arguments.result(0)

    @wmi_method
    def Optimize(self, _volume: Row, arguments: Arguments) -> MethodResult:
        """Nothing is fragmented, so nothing is moved."""
        return arguments.result(0)

    @wmi_method
    def Repair(self, _volume: Row, arguments: Arguments) -> MethodResult:
        """Look for errors: there are none."""
        return arguments.result(0, Output=_NO_ERRORS)

    @wmi_method
    def GetCorruptionCount(self, _volume: Row, arguments: Arguments) -> MethodResult:
        """How many errors are known: none."""
        return arguments.result(0, CorruptionCount=0)

    @wmi_method
    def GetSupportedClusterSizes(self, _volume: Row, arguments: Arguments) -> MethodResult:
        """The sizes of clusters that a file system can have."""
        system = FORMATS.get((arguments.text("FileSystem") or NTFS.name).casefold())
        if system is None:
            return arguments.result(_INVALID_PARAMETER)
        return arguments.result(0, SupportedClusterSizes=list(system.cluster_sizes))

    @wmi_method
    def GetSupportedFileSystems(self, _volume: Row, arguments: Arguments) -> MethodResult:
        """What it could be formatted with."""
        return arguments.result(0, SupportedFileSystems=[NTFS.name, REFS.name])


def _writable(volume: Row) -> HostPartition:
    """The partition of a volume. Raises NotSupported for an attached disc."""
    if not isinstance(volume.shown, HostPartition):
        raise NotSupported("A disc cannot be changed.")
    return volume.shown
