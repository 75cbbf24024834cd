"""MSFT_PhysicalDisk."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from emulator.host.errors import InvalidParameter, NotSupported
from emulator.host.storage.disk_layout import SECTOR, disk_location, disk_unique_id, drives
from emulator.host.storage.storage_errors import storage_code
from emulator.host.storage.storage_objects import (
    DRIVE_FIRMWARE,
    IN_USE_BY_MACHINE,
    PHYSICAL_SECTOR,
    object_id,
    spindle_speed,
    taken_size,
)
from emulator.host.storage.storage_spaces import DiskUsage, PoolingReason
from emulator.host.storage.storage_spaces.health import disk_state
from emulator.host.storage.storage_spaces.slabs import SLAB
from emulator.wmi.rows import Row, RowView
from emulator.wmi.storage.identity import MEDIA_TYPES, bus_type
from emulator.wmi.view import wmi_method

if TYPE_CHECKING:
    from emulator.host.errors import HostError
    from emulator.wmi.method import Arguments, MethodResult

_VENDOR_SPECIFIC = 0


class PhysicalDisk(RowView):
    """A drive of the machine, also in a storage pool; mounted virtual hard disks are none."""

    class_name = "MSFT_PhysicalDisk"
    constants = {
        "FirmwareVersion": DRIVE_FIRMWARE,
        "IsIndicationEnabled": None,
        "IsPartial": False,
        "LogicalSectorSize": SECTOR,
        "PhysicalSectorSize": PHYSICAL_SECTOR,
        "SupportedUsages": [int(usage) for usage in DiskUsage],
        "UniqueIdFormat": _VENDOR_SPECIFIC,
        "Usage": int(DiskUsage.AUTO_SELECT),
        "VirtualDiskFootprint": 0,
    }

    def rows(self) -> Iterator[Row]:
        pools = self.host.storage_pools
        for disk in drives(self.host):
            identifier = disk_unique_id(self.host, disk)
            reasons = pools.obstacles(disk.number)
            health, condition = disk_state(pools.failures.get(disk.number))
            other = IN_USE_BY_MACHINE if PoolingReason.OTHER in reasons else None
            values: dict[str, Any] = {
                "AllocatedSize": taken_size(disk),
                "BusType": bus_type(disk),
                "CannotPoolReason": [int(reason) for reason in reasons],
                "CanPool": not reasons,
                "DeviceId": str(disk.number),
                "FriendlyName": disk.model,
                "HealthStatus": int(health),
                "MediaType": MEDIA_TYPES.get(disk.media),
                "Model": disk.model,
                "ObjectId": object_id(self.host, "PhysicalDisk", identifier),
                "OperationalStatus": [int(condition)],
                "OtherCannotPoolReasonDescription": other,
                "PhysicalLocation": disk_location(disk),
                "SerialNumber": disk.serial_number,
                "Size": disk.size,
                "SpindleSpeed": spindle_speed(disk),
                "UniqueId": identifier,
            }
            pool = pools.pool_of(disk.number)
            if pool is not None:
                pooled = pool.disks[disk.number]
                values |= {
                    "AllocatedSize": pool.allocated_of(disk.number),
                    "Description": pooled.description or None,
                    "FriendlyName": pooled.name or disk.model,
                    "MediaType": MEDIA_TYPES.get(pooled.media or disk.media),
                    "Size": pooled.size,
                    "StoragePoolUniqueId": f"{{{pool.id.lower()}}}",
                    "Usage": int(pooled.usage),
                    "VirtualDiskFootprint": pool.taken(disk.number) * SLAB,
                }
            yield Row(disk.number, values, disk)

    def return_value(self, error: HostError) -> int:
        return storage_code(error)

    @wmi_method
    def SetUsage(self, disk: Row, arguments: Arguments) -> MethodResult:
        """How its pool uses it."""
        usage = arguments.integer("Usage")
        if usage is None:
            raise InvalidParameter("Usage is missing.")
        self.host.storage_pools.set_disk(disk.shown.number, usage=usage)
        return arguments.result(0)

    @wmi_method
    def Reset(self, disk: Row, arguments: Arguments) -> MethodResult:
        """Forget a pool that is not there any more."""
        self.host.storage_pools.reset_disk(disk.shown.number)
        return arguments.result(0)

    @wmi_method
    def SetFriendlyName(self, disk: Row, arguments: Arguments) -> MethodResult:
        """What its pool calls it."""
        self.host.storage_pools.set_disk(disk.shown.number, name=arguments.required_text("FriendlyName"))
        return arguments.result(0)

    @wmi_method
    def SetDescription(self, disk: Row, arguments: Arguments) -> MethodResult:
        """A note that its pool keeps."""
        self.host.storage_pools.set_disk(disk.shown.number, description=arguments.text("Description") or "")
        return arguments.result(0)

    @wmi_method
    def SetAttributes(self, disk: Row, arguments: Arguments) -> MethodResult:
        """What kind of medium its pool takes it for."""
        if arguments.text("StorageEnclosureId") or arguments.text("StorageScaleUnitId"):
            raise NotSupported("There are no enclosures in the emulator.")
        number = arguments.integer("MediaType")
        media = next((name for name, each in MEDIA_TYPES.items() if each == number), None)
        if media is None:
            raise InvalidParameter("MediaType is not valid.")
        self.host.storage_pools.set_disk(disk.shown.number, media=media)
        return arguments.result(0)
