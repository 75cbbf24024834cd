"""MSFT_StoragePool and MSFT_ResiliencySetting."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from emulator.cim.cim_xml import format_instance
from emulator.host.errors import InvalidParameter, NotSupported
from emulator.host.storage.disk_layout import SECTOR, drives
from emulator.host.storage.filesystem.file_systems import NTFS, REFS
from emulator.host.storage.storage_errors import StorageCode, StorageRefused, storage_code
from emulator.host.storage.storage_objects import PHYSICAL_SECTOR, object_id, primordial_identifier
from emulator.host.storage.storage_spaces import Provisioning
from emulator.host.storage.storage_spaces import StoragePool as HostPool
from emulator.host.storage.storage_spaces.health import AwayReason, pool_state, read_only_reason
from emulator.host.storage.storage_spaces.layout import (
    INTERLEAVE,
    LEAST_INTERLEAVE,
    MOST_INTERLEAVE,
)
from emulator.host.storage.storage_spaces.layout import (
    ResiliencySetting as HostSetting,
)
from emulator.host.storage.storage_spaces.slabs import SLAB
from emulator.wmi.rows import Row, RowView
from emulator.wmi.storage.identity import HEALTHY, OK, drive_numbers
from emulator.wmi.view import wmi_method

if TYPE_CHECKING:
    from emulator.host.errors import HostError
    from emulator.host.storage.storage_spaces import Layout
    from emulator.wmi.method import Arguments, MethodResult

PRIMORDIAL = ""
#: FaultDomainAwarenessDefault.
_PHYSICAL_DISK = 1
_ROTATED_PARITY = 2
_FILE_SYSTEMS = {each.number: each.name for each in (NTFS, REFS)}
_PARAMETERS = {
    "copies": "NumberOfDataCopies",
    "redundancy": "PhysicalDiskRedundancy",
    "columns": "NumberOfColumns",
    "interleave": "Interleave",
}


class StoragePool(RowView):
    """The primordial pool with every drive, and the pools that were made."""

    class_name = "MSFT_StoragePool"
    constants = {
        "EnclosureAwareDefault": False,
        "FaultDomainAwarenessDefault": _PHYSICAL_DISK,
        "IsClustered": False,
        "LogicalSectorSize": SECTOR,
        "PhysicalSectorSize": PHYSICAL_SECTOR,
        "SupportedProvisioningTypes": [int(kind) for kind in Provisioning],
        "SupportsDeduplication": True,
    }

    def rows(self) -> Iterator[Row]:
        disks = drives(self.host)
        identifier = primordial_identifier(self.host)
        pools = self.host.storage_pools
        free = sum(disk.size for disk in disks if not pools.obstacles(disk.number))
        size = sum(disk.size for disk in disks)
        yield Row(
            PRIMORDIAL,
            {
                "AllocatedSize": size - free,
                "ClearOnDeallocate": False,
                "FriendlyName": "Primordial",
                "HealthStatus": HEALTHY,
                "IsPowerProtected": False,
                "IsPrimordial": True,
                "IsReadOnly": False,
                "Name": "Primordial",
                "ObjectId": object_id(self.host, "StoragePool", identifier),
                "OperationalStatus": [OK],
                "ProvisioningTypeDefault": int(Provisioning.FIXED),
                "ReadOnlyReason": int(AwayReason.NONE),
                "ResiliencySettingNameDefault": "Mirror",
                "Size": size,
                "UniqueId": identifier,
                "Usage": 1,
            },
        )
        for pool in pools:
            yield self._row(pool)

    def _row(self, pool: HostPool) -> Row:
        identifier = f"{{{pool.id.lower()}}}"
        health, condition = pool_state(pool)
        return Row(
            pool.id,
            {
                "AllocatedSize": pool.allocated,
                "ClearOnDeallocate": pool.clear_on_deallocate,
                "FriendlyName": pool.name,
                "HealthStatus": int(health),
                "IsPowerProtected": pool.is_power_protected,
                "IsPrimordial": False,
                "IsReadOnly": pool.is_read_only or pool.has_lost_majority,
                "Name": "",
                "ObjectId": object_id(self.host, "StoragePool", identifier),
                "OperationalStatus": [int(condition)],
                "OtherUsageDescription": pool.usage_description or None,
                "ProvisioningTypeDefault": int(pool.default_provisioning),
                "ReadOnlyReason": int(read_only_reason(pool)),
                "RepairPolicy": pool.repair_policy,
                "ResiliencySettingNameDefault": pool.default_resiliency,
                "RetireMissingPhysicalDisks": pool.retire_missing_disks,
                "Size": pool.size,
                "ThinProvisioningAlertThresholds": list(pool.thin_alerts),
                "UniqueId": identifier,
                "Usage": pool.usage,
            },
            pool,
        )

    def return_value(self, error: HostError) -> int:
        return storage_code(error)

    @wmi_method
    def CreateVirtualDisk(self, row: Row, arguments: Arguments) -> MethodResult:
        """Make a virtual disk; it is a disk of the host at once."""
        from emulator.wmi.storage.virtual_disk import VirtualDisk

        pool, pools = concrete(row), self.host.storage_pools
        size, layout, disks = self._wanted(pool, arguments)
        made = pools.create_space(
            pool,
            arguments.required_text("FriendlyName"),
            size,
            layout,
            provisioning=arguments.integer("ProvisioningType") or None,
            disks=disks,
        )
        usage = arguments.integer("Usage")
        if usage is not None:
            pools.set_usage(made, usage, arguments.text("OtherUsageDescription") or "")
        view = self.namespace.view(VirtualDisk)
        (created,) = view.row(made.id)
        return arguments.result(0, CreatedVirtualDisk=format_instance(view.instance(created)))

    @wmi_method
    def CreateVolume(self, row: Row, arguments: Arguments) -> MethodResult:
        """Make a virtual disk with one formatted partition."""
        from emulator.wmi.storage.partition import Volume

        pool = concrete(row)
        if arguments.get("StorageTiers") is not None or arguments.text("FileServer"):
            raise NotSupported("Storage tiers and file servers are not emulated.")
        file_system = _FILE_SYSTEMS.get(arguments.integer("FileSystem") or NTFS.number)
        if file_system is None:
            raise NotSupported("The file system is not one of a stand-alone host.")
        name = arguments.required_text("FriendlyName")
        layout = self.host.storage_pools.layout(
            pool, arguments.text("ResiliencySettingName") or None, wanted=self._numbers(arguments)
        )
        place = self.host.storage_pools.create_volume(
            pool,
            name,
            arguments.integer("Size"),
            layout,
            provisioning=arguments.integer("ProvisioningType") or None,
            file_system=file_system,
            access_path=arguments.text("AccessPath") or "",
        )
        view = self.namespace.view(Volume)
        (created,) = view.row(place)
        return arguments.result(0, CreatedVolume=format_instance(view.instance(created)))

    @wmi_method
    def AddPhysicalDisk(self, row: Row, arguments: Arguments) -> MethodResult:
        """Add drives that can join a pool."""
        usage = arguments.integer("Usage") or 1
        self.host.storage_pools.add_disks(concrete(row), drive_numbers(arguments, "PhysicalDisks"), usage)
        return arguments.result(0)

    @wmi_method
    def RemovePhysicalDisk(self, row: Row, arguments: Arguments) -> MethodResult:
        """Give drives back on which nothing lies."""
        self.host.storage_pools.remove_disks(concrete(row), drive_numbers(arguments, "PhysicalDisks"))
        return arguments.result(0)

    @wmi_method
    def SetFriendlyName(self, row: Row, arguments: Arguments) -> MethodResult:
        """Give the pool another name."""
        self.host.storage_pools.rename(concrete(row), arguments.required_text("FriendlyName"))
        return arguments.result(0)

    @wmi_method
    def SetDefaults(self, row: Row, arguments: Arguments) -> MethodResult:
        """What new virtual disks are when nobody says more."""
        self.host.storage_pools.set_defaults(
            concrete(row),
            resiliency=arguments.text("ResiliencySettingNameDefault") or None,
            provisioning=arguments.integer("ProvisioningTypeDefault") or None,
        )
        return arguments.result(0)

    @wmi_method
    def SetAttributes(self, row: Row, arguments: Arguments) -> MethodResult:
        """Let nobody change the pool, or change what it only keeps."""
        pool, pools = concrete(row), self.host.storage_pools
        read_only = arguments.truth("IsReadOnly")
        if read_only is False:
            pools.set_read_only(pool, False)
        given = arguments.get("ThinProvisioningAlertThresholds")
        changes: dict[str, Any] = {
            "clear_on_deallocate": arguments.truth("ClearOnDeallocate"),
            "is_power_protected": arguments.truth("IsPowerProtected"),
            "thin_alerts": None
            if given is None
            else tuple(arguments.integers("ThinProvisioningAlertThresholds")),
            "repair_policy": arguments.integer("RepairPolicy"),
            "retire_missing_disks": arguments.integer("RetireMissingPhysicalDisks"),
        }
        changes = {name: value for name, value in changes.items() if value is not None}
        if changes:
            pools.set_attributes(pool, **changes)
        if read_only is True:
            pools.set_read_only(pool, True)
        return arguments.result(0)

    @wmi_method
    def SetUsage(self, row: Row, arguments: Arguments) -> MethodResult:
        """What the pool is for."""
        usage = arguments.integer("Usage")
        if usage is None:
            raise InvalidParameter("Usage is missing.")
        self.host.storage_pools.set_usage(concrete(row), usage, arguments.text("OtherUsageDescription") or "")
        return arguments.result(0)

    @wmi_method
    def DeleteObject(self, row: Row, arguments: Arguments) -> MethodResult:
        """Give the drives of a pool without virtual disks back."""
        self.host.storage_pools.delete(concrete(row))
        return arguments.result(0)

    @wmi_method
    def GetSupportedSize(self, row: Row, arguments: Arguments) -> MethodResult:
        """From the smallest to the largest fixed virtual disk of a resiliency setting."""
        pool, pools = concrete(row), self.host.storage_pools
        layout = pools.layout(pool, arguments.required_text("ResiliencySettingName"))
        return arguments.result(
            0,
            VirtualDiskSizeMin=SLAB,
            VirtualDiskSizeMax=pools.largest(pool, layout),
            VirtualDiskSizeDivisor=SLAB,
        )

    @wmi_method
    def Optimize(self, row: Row, arguments: Arguments) -> MethodResult:
        """Virtual disks lie where there is room; nothing has to be moved."""
        concrete(row)
        return arguments.result(0)

    def _wanted(self, pool: HostPool, arguments: Arguments) -> tuple[int | None, Layout, tuple[int, ...]]:
        """Size, layout and disks of a new virtual disk."""
        if arguments.get("StorageTiers") is not None:
            raise NotSupported("Storage tiers are not emulated.")
        if arguments.integer("WriteCacheSize") or arguments.integer("ReadCacheSize"):
            raise NotSupported("Caches of virtual disks are not emulated.")
        size, whole = arguments.integer("Size"), arguments.truth("UseMaximumSize") is True
        if (size is None) is not whole:
            raise StorageRefused(StorageCode.SIZE_OR_TIERS)
        disks = tuple(drive_numbers(arguments, "PhysicalDisksToUse"))
        if any(number not in pool.disks for number in disks):
            raise StorageRefused(StorageCode.DISK_NOT_SUPPORTED)
        name = arguments.text("ResiliencySettingName") or None
        layout = self.host.storage_pools.layout(pool, name, disks=disks, wanted=self._numbers(arguments))
        return size, layout, disks

    @staticmethod
    def _numbers(arguments: Arguments) -> dict[str, int | None]:
        return {name: arguments.integer(parameter) for name, parameter in _PARAMETERS.items()}


class ResiliencySetting(RowView):
    """What virtual disks of a pool can be like."""

    class_name = "MSFT_ResiliencySetting"
    constants = {
        "InterleaveDefault": INTERLEAVE,
        "InterleaveMax": MOST_INTERLEAVE,
        "InterleaveMin": LEAST_INTERLEAVE,
        "NumberOfGroupsDefault": 1,
        "NumberOfGroupsMax": 1,
        "NumberOfGroupsMin": 1,
        "RequestNoSinglePointOfFailure": False,
    }

    def rows(self) -> Iterator[Row]:
        for pool in self.namespace.view(StoragePool).rows():
            for number, setting in enumerate(self.host.storage_pools.settings):
                yield self._row(pool, number, setting)

    def _row(self, pool: Row, number: int, setting: HostSetting) -> Row:
        identifier = f"{pool.values['UniqueId']}:{number}"
        changed = {} if pool.shown is None else pool.shown.layout_defaults.get(setting.name, {})
        values = {
            "Description": setting.description,
            "Name": setting.name,
            "NumberOfColumnsDefault": changed.get("columns", 0),
            "NumberOfColumnsMax": setting.columns[1],
            "NumberOfColumnsMin": setting.columns[0],
            "NumberOfDataCopiesDefault": changed.get("copies", setting.default_copies),
            "NumberOfDataCopiesMax": setting.copies[1],
            "NumberOfDataCopiesMin": setting.copies[0],
            "ObjectId": object_id(self.host, "ResiliencySetting", identifier),
            "ParityLayout": _ROTATED_PARITY if setting.name == "Parity" else None,
            "PhysicalDiskRedundancyDefault": changed.get("redundancy", setting.default_redundancy),
            "PhysicalDiskRedundancyMax": setting.redundancy[1],
            "PhysicalDiskRedundancyMin": setting.redundancy[0],
            "UniqueId": identifier,
        }
        if "interleave" in changed:
            values["InterleaveDefault"] = changed["interleave"]
        return Row((pool.identity, setting.name), values, (pool.shown, setting))

    def return_value(self, error: HostError) -> int:
        return storage_code(error)

    @wmi_method
    def SetDefaults(self, row: Row, arguments: Arguments) -> MethodResult:
        """What virtual disks of this kind are like in a pool when nobody says more."""
        pool, setting = row.shown
        if pool is None:
            raise StorageRefused(StorageCode.PRIMORDIAL_POOL)
        self.host.storage_pools.set_layout_defaults(
            pool,
            setting.name,
            automatic_columns=arguments.truth("AutoNumberOfColumns") is True,
            wanted={name: arguments.integer(f"{given}Default") for name, given in _PARAMETERS.items()},
        )
        return arguments.result(0)


def concrete(row: Row) -> HostPool:
    """The pool of a row. Raises StorageRefused (48000) for the primordial one."""
    if not isinstance(row.shown, HostPool):
        raise StorageRefused(StorageCode.PRIMORDIAL_POOL)
    return row.shown
