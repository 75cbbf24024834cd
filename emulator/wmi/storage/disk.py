"""MSFT_Disk and MSFT_DiskImage."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from emulator.cim.cim_xml import format_instance
from emulator.host import DiskFormat
from emulator.host.errors import InvalidParameter, NotSupported
from emulator.host.storage.disk_layout import (
    SECTOR,
    disk_location,
    disk_title,
    disk_unique_id,
    physical_disks,
)
from emulator.host.storage.optical_images import SECTOR as DISC_SECTOR
from emulator.host.storage.optical_images import is_optical
from emulator.host.storage.storage_errors import storage_code
from emulator.host.storage.storage_objects import (
    PHYSICAL_SECTOR,
    disk_manufacturer,
    disk_model,
    disk_path,
    disk_signature,
    largest_free_extent,
    object_id,
    taken_size,
)
from emulator.wmi.mi_method import mi_method
from emulator.wmi.rows import Row, RowView
from emulator.wmi.storage.identity import HEALTHY, bus_type, letter_of
from emulator.wmi.view import wmi_method

if TYPE_CHECKING:
    from emulator.host.errors import HostError
    from emulator.host.storage.virtual_disk import VirtualDisk
    from emulator.wmi.keys import Keys
    from emulator.wmi.method import Arguments, MethodResult

_ONLINE, _OFFLINE = 0xD010, 0xD013
#: OfflineReason: an administrator took it offline.
_BY_POLICY = 1
_RAW, _MBR, _GPT = 0, 1, 2
_FIXED = 2
#: StorageType and Access of images.
_ISO, _VHD, _VHDX = 1, 2, 3
_READ_ONLY = 3
_VENDOR_SPECIFIC = 0


class Disk(RowView):
    """A disk as the operating system uses it."""

    class_name = "MSFT_Disk"
    constants = {
        "HealthStatus": HEALTHY,
        "IsClustered": False,
        "IsHighlyAvailable": False,
        "IsScaleOut": False,
        "LogicalSectorSize": SECTOR,
        "PhysicalSectorSize": PHYSICAL_SECTOR,
        "UniqueIdFormat": _VENDOR_SPECIFIC,
    }

    def rows(self) -> Iterator[Row]:
        for disk in physical_disks(self.host):
            identifier = disk_unique_id(self.host, disk)
            space = disk.space
            style = (_GPT if disk.is_gpt else _MBR) if disk.is_initialized else _RAW
            yield Row(
                disk.number,
                {
                    "AllocatedSize": taken_size(disk),
                    "BootFromDisk": disk.boots,
                    "BusType": bus_type(disk),
                    "FriendlyName": disk_title(self.host, disk),
                    "Guid": f"{{{identifier.lower()}}}" if style == _GPT else None,
                    "IsBoot": disk.boots,
                    "IsOffline": disk.is_offline,
                    "IsReadOnly": disk.is_read_only,
                    "IsSystem": disk.boots,
                    "LargestFreeExtent": largest_free_extent(disk),
                    "Location": disk_location(disk),
                    "Manufacturer": disk_manufacturer(disk),
                    "Model": disk_model(disk),
                    "Number": disk.number,
                    "NumberOfPartitions": len(disk.partitions),
                    "ObjectId": object_id(self.host, "Disk", identifier),
                    "PartitionStyle": style,
                    "OfflineReason": _BY_POLICY if disk.is_offline else None,
                    "OperationalStatus": [_OFFLINE if disk.is_offline else _ONLINE],
                    "Path": disk_path(disk),
                    "ProvisioningType": _FIXED if space is None else int(space.provisioning),
                    "SerialNumber": disk.serial_number or None,
                    "Signature": disk_signature(disk),
                    "Size": disk.size,
                    "UniqueId": identifier,
                },
                disk,
            )

    @wmi_method
    def Refresh(self, _disk: Row, arguments: Arguments) -> MethodResult:
        """Nothing here is remembered, so nothing has to be read again."""
        return arguments.result(0)

    def return_value(self, error: HostError) -> int:
        return storage_code(error)

    @wmi_method
    def Initialize(self, disk: Row, arguments: Arguments) -> MethodResult:
        """Write a partition table, GPT when nothing else is asked for."""
        style = arguments.integer("PartitionStyle")
        self.host.disk_partitions.initialize(disk.shown, _GPT if style is None else style)
        return arguments.result(0)

    @wmi_method
    def Clear(self, disk: Row, arguments: Arguments) -> MethodResult:
        """Take the partition table away."""
        self.host.disk_partitions.clear(disk.shown, remove_data=arguments.truth("RemoveData") is True)
        return arguments.result(0)

    @wmi_method
    def ConvertStyle(self, disk: Row, arguments: Arguments) -> MethodResult:
        """Make another kind of partition table."""
        style = arguments.integer("PartitionStyle")
        self.host.disk_partitions.convert(disk.shown, _RAW if style is None else style)
        return arguments.result(0)

    @wmi_method
    def Online(self, disk: Row, arguments: Arguments) -> MethodResult:
        """Use the disk."""
        self.host.disk_partitions.set_offline(disk.shown, False)
        return arguments.result(0)

    @wmi_method
    def Offline(self, disk: Row, arguments: Arguments) -> MethodResult:
        """Leave the disk alone; its volumes are gone until it is online again."""
        self.host.disk_partitions.set_offline(disk.shown, True)
        return arguments.result(0)

    @wmi_method
    def SetAttributes(self, disk: Row, arguments: Arguments) -> MethodResult:
        """Keep the disk from being changed, or not; its signature and GUID cannot be set here."""
        if arguments.get("Signature") is not None or arguments.text("Guid"):
            raise NotSupported("The identifiers of a disk cannot be set in the emulator.")
        read_only = arguments.truth("IsReadOnly")
        if read_only is not None:
            self.host.disk_partitions.set_read_only(disk.shown, read_only)
        return arguments.result(0)

    @wmi_method
    def CreatePartition(self, disk: Row, arguments: Arguments) -> MethodResult:
        """Make a partition of a size or of all that is free, with a drive letter or without."""
        from emulator.wmi.storage.partition import Partition

        size, whole = arguments.integer("Size"), arguments.truth("UseMaximumSize") is True
        if (size is None) is not whole:
            raise InvalidParameter("Either Size or UseMaximumSize must be given.")
        made = self.host.disk_partitions.create(
            disk.shown,
            size,
            offset=arguments.integer("Offset"),
            letter=letter_of(arguments.get("DriveLetter")),
            assign_letter=arguments.truth("AssignDriveLetter") is True,
        )
        view = self.namespace.view(Partition)
        (row,) = view.row((disk.shown.number, made.number))
        return arguments.result(0, CreatedPartition=format_instance(view.instance(row)))


class DiskImage(RowView):
    """An attached virtual hard disk or image of a disc, and each other one when its path is asked for."""

    class_name = "MSFT_DiskImage"
    index = ("ImagePath",)

    def rows(self) -> Iterator[Row]:
        for image in self.host.virtual_disks.mounted:
            yield self.row_of(image.disk)
        for optical in self.host.optical_images:
            yield self._optical(optical.path)

    def by_key(self, keys: Keys) -> Row | None:
        path = keys.text("ImagePath")
        disk = self.host.virtual_disks.get(path)
        if disk is not None:
            return self.row_of(disk)
        files = self.host.filesystem
        is_image = is_optical(path) and files.exists(path) and not files.is_directory(path)
        return self._optical(files.entry(path).path) if is_image else None

    def _optical(self, path: str) -> Row:
        attached = self.host.optical_images.get(path)
        size = self.host.filesystem.entry(path).size if self.host.filesystem.exists(path) else 0
        return Row(
            path.casefold(),
            {
                "Attached": attached is not None,
                "BlockSize": 0,
                "DevicePath": None if attached is None else attached.device,
                "FileSize": size,
                "ImagePath": path,
                "LogicalSectorSize": DISC_SECTOR,
                "Number": None if attached is None else attached.unit,
                "Size": size,
                "StorageType": _ISO,
            },
            path,
        )

    def row_of(self, disk: VirtualDisk) -> Row:
        """The row of one virtual hard disk."""
        number = disk.mounted_as
        return Row(
            disk.path.casefold(),
            {
                "Attached": number is not None,
                "BlockSize": disk.block_size,
                "DevicePath": None if number is None else f"\\\\.\\PhysicalDrive{number}",
                "FileSize": disk.file_size,
                "ImagePath": disk.path,
                "LogicalSectorSize": disk.logical_sector_size,
                "Number": number,
                "Size": disk.size,
                "StorageType": _VHDX if disk.format is DiskFormat.VHDX else _VHD,
            },
            disk,
        )

    @mi_method
    def Mount(self, row: Row, arguments: Arguments) -> MethodResult:
        """Attach the file (Mount-DiskImage); Access 3 is read only."""
        if isinstance(row.shown, str):
            self.host.optical_images.attach(
                row.shown, with_letter=arguments.truth("NoDriveLetter") is not True
            )
            return arguments.result(0, DiskImage=self.instance(self._optical(row.shown)))
        disk: VirtualDisk = row.shown
        self.host.virtual_disks.mount(disk, read_only=arguments.integer("Access") == _READ_ONLY)
        return arguments.result(0, DiskImage=self.instance(self.row_of(disk)))

    @mi_method
    def Dismount(self, row: Row, arguments: Arguments) -> MethodResult:
        """Detach the file."""
        if isinstance(row.shown, str):
            self.host.optical_images.detach(row.shown)
            return arguments.result(0, DiskImage=self.instance(self._optical(row.shown)))
        self.host.virtual_disks.dismount(row.shown)
        return arguments.result(0, DiskImage=self.instance(self.row_of(row.shown)))
