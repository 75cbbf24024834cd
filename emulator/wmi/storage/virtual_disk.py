"""MSFT_VirtualDisk: a virtual disk of a storage pool."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from emulator.host.errors import InvalidParameter
from emulator.host.storage.disk_layout import SECTOR
from emulator.host.storage.storage_errors import StorageCode, StorageRefused, storage_code
from emulator.host.storage.storage_objects import PHYSICAL_SECTOR, object_id
from emulator.host.storage.storage_spaces.health import detached_reason, space_state
from emulator.wmi.rows import Row, RowView
from emulator.wmi.storage.identity import drive_numbers
from emulator.wmi.view import wmi_method

if TYPE_CHECKING:
    from emulator.host.errors import HostError
    from emulator.host.storage.storage_spaces import StorageSpace
    from emulator.wmi.method import Arguments, MethodResult

#: Access.
_READABLE, _READ_WRITE = 1, 3
_ROTATED_PARITY = 2
_VENDOR_SPECIFIC = 0


class VirtualDisk(RowView):
    """A virtual disk; while it is attached it is a disk of the host too."""

    class_name = "MSFT_VirtualDisk"
    constants = {
        "ColumnIsolation": 1,
        "FaultDomainAwareness": 1,
        "IsDeduplicationEnabled": False,
        "IsEnclosureAware": False,
        "IsSnapshot": False,
        "IsTiered": False,
        "LogicalSectorSize": SECTOR,
        "MediaType": 0,
        "NumberOfGroups": 1,
        "PhysicalSectorSize": PHYSICAL_SECTOR,
        "ReadCacheSize": 0,
        "RequestNoSinglePointOfFailure": False,
        "UniqueIdFormat": _VENDOR_SPECIFIC,
        "WriteCacheSize": 0,
    }

    def rows(self) -> Iterator[Row]:
        for space in self.host.storage_pools.spaces:
            yield self._row(space)

    def _row(self, space: StorageSpace) -> Row:
        layout = space.layout
        health, condition = space_state(space)
        identifier = f"{{{space.pool.id.lower()}}}{{{space.id.lower()}}}"
        return Row(
            space.id,
            {
                "Access": _READABLE if space.is_read_only else _READ_WRITE,
                "AllocatedSize": space.allocated,
                "DetachedReason": int(detached_reason(space)),
                "FootprintOnPool": space.footprint,
                "FriendlyName": space.name,
                "HealthStatus": int(health),
                "Interleave": layout.interleave,
                "IsManualAttach": space.is_manual_attach,
                "Name": "",
                "NumberOfColumns": layout.columns,
                "NumberOfDataCopies": layout.copies,
                "ObjectId": object_id(self.host, "VirtualDisk", identifier),
                "OperationalStatus": [int(condition)],
                "OtherUsageDescription": space.usage_description or None,
                "ParityLayout": _ROTATED_PARITY if layout.resiliency == "Parity" else None,
                "PhysicalDiskRedundancy": layout.redundancy,
                "ProvisioningType": int(space.provisioning),
                "ResiliencySettingName": layout.resiliency,
                "Size": space.size,
                "UniqueId": space.unique_id,
                "Usage": space.usage,
            },
            space,
        )

    def return_value(self, error: HostError) -> int:
        return storage_code(error)

    @wmi_method
    def Resize(self, row: Row, arguments: Arguments) -> MethodResult:
        """Make the disk larger; the answer has its real size."""
        size = arguments.integer("Size")
        if size is None:
            raise InvalidParameter("Size is missing.")
        return arguments.result(0, Size=self.host.storage_pools.resize(row.shown, size))

    @wmi_method
    def DeleteObject(self, row: Row, arguments: Arguments) -> MethodResult:
        """Remove the disk with what is on it."""
        self.host.storage_pools.delete_space(row.shown)
        return arguments.result(0)

    @wmi_method
    def Attach(self, row: Row, arguments: Arguments) -> MethodResult:
        """Let it be a disk of the host."""
        self.host.storage_pools.attach(row.shown)
        return arguments.result(0)

    @wmi_method
    def Detach(self, row: Row, arguments: Arguments) -> MethodResult:
        """Take it from the host, with its volumes."""
        self.host.storage_pools.detach(row.shown)
        return arguments.result(0)

    @wmi_method
    def SetFriendlyName(self, row: Row, arguments: Arguments) -> MethodResult:
        """Give it another name."""
        self.host.storage_pools.rename_space(row.shown, arguments.required_text("FriendlyName"))
        return arguments.result(0)

    @wmi_method
    def SetAttributes(self, row: Row, arguments: Arguments) -> MethodResult:
        """Whether it comes back by itself after a restart, and whether it can be written."""
        access = arguments.integer("Access")
        if access is not None and access not in (_READABLE, _READ_WRITE):
            raise InvalidParameter("Access is not valid.")
        self.host.storage_pools.set_space(
            row.shown,
            manual_attach=arguments.truth("IsManualAttach"),
            read_only=None if access is None else access == _READABLE,
        )
        return arguments.result(0)

    @wmi_method
    def SetUsage(self, row: Row, arguments: Arguments) -> MethodResult:
        """What it is for."""
        usage = arguments.integer("Usage")
        if usage is None:
            raise InvalidParameter("Usage is missing.")
        self.host.storage_pools.set_usage(row.shown, usage, arguments.text("OtherUsageDescription") or "")
        return arguments.result(0)

    @wmi_method
    def Repair(self, row: Row, arguments: Arguments) -> MethodResult:
        """Move it from retired and failed drives to the others."""
        self.host.storage_pools.repair(row.shown)
        return arguments.result(0)

    @wmi_method
    def AddPhysicalDisk(self, row: Row, arguments: Arguments) -> MethodResult:
        """Let it lie on these drives of its pool too."""
        self.host.storage_pools.choose_disks(row.shown, drive_numbers(arguments, "PhysicalDisks"))
        return arguments.result(0)

    @wmi_method
    def RemovePhysicalDisk(self, row: Row, arguments: Arguments) -> MethodResult:
        """Move it away from drives of its pool."""
        self.host.storage_pools.release_disks(row.shown, drive_numbers(arguments, "PhysicalDisks"))
        return arguments.result(0)

    # What only storage arrays can do: the subsystem says that it does not (SupportsSnapshotLocal ...).

    @wmi_method
    def CreateSnapshot(self, _disk: Row, _arguments: Arguments) -> MethodResult:
        """A snapshot in a pool: storage spaces have none."""
        raise StorageRefused(StorageCode.NOT_SUPPORTED)

    @wmi_method
    def CreateClone(self, _disk: Row, _arguments: Arguments) -> MethodResult:
        """A copy in a pool: storage spaces make none."""
        raise StorageRefused(StorageCode.NOT_SUPPORTED)

    @wmi_method
    def CreateReplica(self, _disk: Row, _arguments: Arguments) -> MethodResult:
        """A mirror that a subsystem keeps: storage spaces keep none."""
        raise StorageRefused(StorageCode.NOT_SUPPORTED)

    @wmi_method
    def SetReplicationRelationship(self, _disk: Row, _arguments: Arguments) -> MethodResult:
        """There are no replicas."""
        raise StorageRefused(StorageCode.NOT_SUPPORTED)

    @wmi_method
    def Show(self, _disk: Row, _arguments: Arguments) -> MethodResult:
        """Masking: storage spaces are of one machine."""
        raise StorageRefused(StorageCode.NOT_SUPPORTED)

    @wmi_method
    def Hide(self, _disk: Row, _arguments: Arguments) -> MethodResult:
        """Masking: storage spaces are of one machine."""
        raise StorageRefused(StorageCode.NOT_SUPPORTED)
