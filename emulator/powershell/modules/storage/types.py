"""The types of the module. Numbers of status and kind are shown as words, as its type file does."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from emulator.host.storage.disk_layout import (
    SECTOR,
    PartitionKind,
    disk_location,
    disk_title,
    disk_unique_id,
    drives,
    volume_identifier,
)
from emulator.host.storage.optical_images import SECTOR as DISC_SECTOR
from emulator.host.storage.storage_objects import (
    CLUSTER,
    DRIVE_FIRMWARE,
    IN_USE_BY_MACHINE,
    PHYSICAL_SECTOR,
    SUBSYSTEM_ABILITIES,
    access_paths,
    disk_manufacturer,
    disk_model,
    disk_path,
    disk_signature,
    is_active,
    largest_free_extent,
    mbr_type,
    object_id,
    partition_guid,
    spindle_speed,
    subsystem_identifier,
    taken_size,
)
from emulator.host.storage.storage_spaces import DiskUsage, PoolingReason
from emulator.host.storage.storage_spaces.health import detached_reason, read_only_reason
from emulator.host.storage.storage_spaces.layout import INTERLEAVE, LEAST_INTERLEAVE, MOST_INTERLEAVE
from emulator.host.storage.storage_spaces.slabs import SLAB
from emulator.powershell.dotnet.numbers import Char, UInt16, UInt32, UInt64
from emulator.powershell.dotnet.types import PSType, Table, bind_class
from emulator.powershell.modules.storage import CLASS, TAKEN
from emulator.powershell.modules.storage.objects import (
    DiskLook,
    DriveLook,
    ImageLook,
    PartitionLook,
    PoolLook,
    SettingLook,
    SpaceLook,
    SubSystemLook,
    VolumeLook,
)
from emulator.powershell.modules.storage.words import (
    AWAY_REASONS,
    CONDITIONS,
    DISK_USAGES,
    HEALTH,
    POOL_USAGES,
    POOLING_REASONS,
    PROVISIONING,
    REPAIR_POLICIES,
    RETIRE_POLICIES,
    VIRTUAL_DISK_USAGES,
    word,
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
_MEDIA = frozenset({"SSD", "HDD", "SCM"})


def device_path(look: DiskLook | PartitionLook) -> str:
    """The device interface path of a disk."""
    return disk_path(look.disk)


def style_of(look: DiskLook | PartitionLook) -> str:
    """RAW, MBR or GPT."""
    disk = look.disk
    return ("GPT" if disk.is_gpt else "MBR") if disk.is_initialized else "RAW"


def _bus(look: DiskLook | DriveLook) -> str:
    return "File Backed Virtual" if look.disk.virtual_disk is not None else look.disk.interface


def _media(look: DriveLook) -> str:
    media = look.disk.media if look.pooled is None else look.pooled.media or look.disk.media
    return media if media in _MEDIA else "Unspecified"


def _obstacles(look: DriveLook) -> tuple[int, ...]:
    return look.host.storage_pools.obstacles(look.disk.number)


def _reason(look: DriveLook) -> str | None:
    """The only reason why it cannot join a pool."""
    return next((word(POOLING_REASONS, each) for each in _obstacles(look)), None)


def _subsystem(look: SubSystemLook) -> str:
    return str(look.host.release.storage_spaces["subsystem"])


def _letter(look: PartitionLook | VolumeLook) -> Any:
    return Char(look.letter or "\0")


def _key(kind: str, identifier: Callable[[Any], str]) -> Table:
    """The ObjectId of an object, and the names of those that lie behind another server."""
    return {
        "ObjectId: System.String": lambda look: object_id(look.host, kind, identifier(look)),
        **_without_value("PassThroughClass", "PassThroughIds", "PassThroughNamespace", "PassThroughServer"),
        "PSComputerName: System.String": lambda _: None,
    }


def _without_value(*names: str) -> Table:
    """Properties of which nothing is known."""
    return {f"{name}: System.String": lambda _: None for name in names}


_DISK: Table = {
    "PartitionStyle: System.String": style_of,
    "ProvisioningType: System.String": lambda look: (
        "Fixed" if look.disk.space is None else word(PROVISIONING, look.disk.space.provisioning)
    ),
    "OperationalStatus: System.String": lambda look: "Offline" if look.disk.is_offline else "Online",
    "HealthStatus: System.String": lambda _: "Healthy",
    "BusType: System.String": _bus,
    "OfflineReason: System.String": lambda look: "Policy" if look.disk.is_offline else None,
    "AllocatedSize: System.UInt64": lambda look: UInt64(taken_size(look.disk)),
    "BootFromDisk: System.Boolean": lambda look: look.disk.boots,
    "DiskNumber: System.UInt32": lambda look: UInt32(look.disk.number),
    "FriendlyName: System.String": lambda look: disk_title(look.host, look.disk),
    "IsBoot: System.Boolean": lambda look: look.disk.boots,
    "IsClustered: System.Boolean": lambda _: False,
    "IsOffline: System.Boolean": lambda look: look.disk.is_offline,
    "IsReadOnly: System.Boolean": lambda look: look.disk.is_read_only,
    "IsSystem: System.Boolean": lambda look: look.disk.boots,
    "LargestFreeExtent: System.UInt64": lambda look: UInt64(largest_free_extent(look.disk)),
    "Location: System.String": lambda look: disk_location(look.disk),
    "LogicalSectorSize: System.UInt32": lambda _: UInt32(SECTOR),
    "Model: System.String": lambda look: disk_model(look.disk),
    "Number: System.UInt32": lambda look: UInt32(look.disk.number),
    "NumberOfPartitions: System.UInt32": lambda look: UInt32(len(look.disk.partitions)),
    "Path: System.String": device_path,
    "PhysicalSectorSize: System.UInt32": lambda _: UInt32(PHYSICAL_SECTOR),
    "SerialNumber: System.String": lambda look: look.disk.serial_number or None,
    "Size: System.UInt64": lambda look: UInt64(look.disk.size),
    "UniqueId: System.String": lambda look: disk_unique_id(look.host, look.disk),
    "Guid: System.String": lambda look: (
        f"{{{disk_unique_id(look.host, look.disk).lower()}}}" if style_of(look) == "GPT" else None
    ),
    "IsHighlyAvailable: System.Boolean": lambda _: False,
    "IsScaleOut: System.Boolean": lambda _: False,
    "Manufacturer: System.String": lambda look: disk_manufacturer(look.disk),
    "Signature: System.UInt32": lambda look: (
        None if (signature := disk_signature(look.disk)) is None else UInt32(signature)
    ),
    "UniqueIdFormat: System.String": lambda _: "Vendor Specific",
    **_without_value("AdapterSerialNumber", "FirmwareVersion"),
    **_key("Disk", lambda look: disk_unique_id(look.host, look.disk)),
}
_DRIVE: Table = {
    "DeviceId: System.String": lambda look: str(look.disk.number),
    "FriendlyName: System.String": lambda look: look.name,
    "SerialNumber: System.String": lambda look: look.disk.serial_number,
    "MediaType: System.String": _media,
    "BusType: System.String": _bus,
    "CanPool: System.Boolean": lambda look: not _obstacles(look),
    "CannotPoolReason: System.String": _reason,
    "OperationalStatus: System.String": lambda look: word(CONDITIONS, look.state[1]),
    "HealthStatus: System.String": lambda look: word(HEALTH, look.state[0]),
    "Usage: System.String": lambda look: (
        "Auto-Select" if look.pooled is None else word(DISK_USAGES, look.pooled.usage)
    ),
    "Description: System.String": lambda look: (
        None if look.pooled is None else look.pooled.description or None
    ),
    "FirmwareVersion: System.String": lambda _: DRIVE_FIRMWARE,
    "LogicalSectorSize: System.UInt64": lambda _: UInt64(SECTOR),
    "Manufacturer: System.String": lambda _: None,
    "Model: System.String": lambda look: look.disk.model,
    "PhysicalLocation: System.String": lambda look: disk_location(look.disk),
    "PhysicalSectorSize: System.UInt64": lambda _: UInt64(PHYSICAL_SECTOR),
    "Size: System.UInt64": lambda look: UInt64(look.size),
    "AllocatedSize: System.UInt64": lambda look: UInt64(
        taken_size(look.disk) if look.pool is None else look.pool.allocated_of(look.disk.number)
    ),
    "SpindleSpeed: System.UInt32": lambda look: UInt32(spindle_speed(look.disk)),
    "UniqueId: System.String": lambda look: disk_unique_id(look.host, look.disk),
    "VirtualDiskFootprint: System.UInt64": lambda look: UInt64(
        0 if look.pool is None else look.pool.taken(look.disk.number) * SLAB
    ),
    "IsPartial: System.Boolean": lambda _: False,
    "OtherCannotPoolReasonDescription: System.String": lambda look: (
        IN_USE_BY_MACHINE if PoolingReason.OTHER in _obstacles(look) else None
    ),
    "StoragePoolUniqueId: System.String": lambda look: (
        None if look.pool is None else PoolLook(look.host, look.pool).identifier
    ),
    "SupportedUsages: System.String[]": lambda _: [word(DISK_USAGES, usage) for usage in DiskUsage],
    "UniqueIdFormat: System.String": lambda _: "Vendor Specific",
    **_without_value(
        "AdapterSerialNumber",
        "EnclosureNumber",
        "IsIndicationEnabled",
        "IsPowerProtected",
        "IsWriteCacheEnabled",
        "OperationalDetails",
        "PartNumber",
        "SlotNumber",
        "SoftwareVersion",
    ),
    **_key("PhysicalDisk", lambda look: disk_unique_id(look.host, look.disk)),
}
_SUBSYSTEM: Table = {
    "FriendlyName: System.String": lambda look: f"{_subsystem(look)} on {look.host.name}",
    "HealthStatus: System.String": lambda _: "Healthy",
    "OperationalStatus: System.String": lambda _: "OK",
    "AutomaticClusteringEnabled: System.Boolean": lambda _: False,
    "Manufacturer: System.String": lambda _: "Microsoft Corporation",
    "Model: System.String": _subsystem,
    "Name: System.String": lambda look: look.host.operating_system.fully_qualified_name,
    "PhysicalDisksPerStoragePoolMin: System.UInt16": lambda _: UInt16(1),
    "UniqueId: System.String": lambda look: subsystem_identifier(look.host),
    **{
        f"{name}: System.Boolean": (lambda _, is_able=is_able: is_able)
        for name, is_able in SUBSYSTEM_ABILITIES.items()
    },
    **_without_value(
        *(
            "CimServerName",
            "CurrentCacheLevel",
            "DataTieringType",
            "Description",
            "FaultDomainAwarenessDefault",
        ),
        *("FirmwareVersion", "MaskingClientSelectableDeviceNumbers", "MaskingMapCountMax"),
        *("MaskingOneInitiatorIdPerView", "MaskingOtherValidInitiatorIdTypes", "MaskingPortsPerView"),
        *("MaskingValidInitiatorIdTypes", "NameFormat", "NumberOfSlots", "OtherHostTypeDescription"),
        *("OtherIdentifyingInfo", "OtherIdentifyingInfoDescription", "OtherOperationalStatusDescription"),
        *("ReplicasPerSourceCloneMax", "ReplicasPerSourceMirrorMax", "ReplicasPerSourceSnapshotMax"),
        *("SerialNumber", "StorageConnectionType", "SupportedDeduplicationFileSystemTypes"),
        *("SupportedDeduplicationObjectTypes", "SupportedFileServerProtocols", "SupportedFileSystems"),
        *("SupportedHostType", "SupportsContinuouslyAvailableFileServer", "SupportsFileServer"),
        *("SupportsFileServerCreation", "SupportsStorageTierCreation", "SupportsStorageTierDeletion"),
        *("SupportsStorageTieredVirtualDiskCreation", "SupportsStorageTierFriendlyNameModification"),
        *("SupportsStorageTierResize", "Tag", "iSCSITargetCreationScheme"),
    ),
    **_key("StorageSubSystem", lambda look: subsystem_identifier(look.host)),
}


def _primordial(look: PoolLook) -> tuple[int, int]:
    """Bytes of all drives, and those of drives that cannot join a pool."""
    pools = look.host.storage_pools
    sizes = {disk.number: disk.size for disk in drives(look.host)}
    return sum(sizes.values()), sum(size for number, size in sizes.items() if pools.obstacles(number))


def _of_pool(name: str, otherwise: Any) -> Callable[[Any], Any]:
    return lambda look: otherwise if look.pool is None else getattr(look.pool, name)


_POOL: Table = {
    "OperationalStatus: System.String": lambda look: word(CONDITIONS, look.state[1]),
    "HealthStatus: System.String": lambda look: word(HEALTH, look.state[0]),
    "ProvisioningTypeDefault: System.String": lambda look: word(
        PROVISIONING, _of_pool("default_provisioning", 2)(look)
    ),
    "SupportedProvisioningTypes: System.String[]": lambda _: ["Thin", "Fixed"],
    "MediaTypeDefault: System.String": lambda _: "Unspecified",
    "ReadOnlyReason: System.String": lambda look: (
        "None" if look.pool is None else word(AWAY_REASONS, read_only_reason(look.pool))
    ),
    "RepairPolicy: System.String": lambda look: word(REPAIR_POLICIES, _of_pool("repair_policy", 0)(look)),
    "RetireMissingPhysicalDisks: System.String": lambda look: word(
        RETIRE_POLICIES, _of_pool("retire_missing_disks", 0)(look)
    ),
    "FaultDomainAwarenessDefault: System.String": lambda _: "PhysicalDisk",
    "Usage: System.String": lambda look: word(POOL_USAGES, _of_pool("usage", 1)(look)),
    "AllocatedSize: System.UInt64": lambda look: UInt64(
        _primordial(look)[1] if look.pool is None else look.pool.allocated
    ),
    "ClearOnDeallocate: System.Boolean": _of_pool("clear_on_deallocate", False),
    "EnclosureAwareDefault: System.Boolean": lambda _: False,
    "FriendlyName: System.String": lambda look: look.name,
    "IsClustered: System.Boolean": lambda _: False,
    "IsPowerProtected: System.Boolean": _of_pool("is_power_protected", False),
    "IsPrimordial: System.Boolean": lambda look: look.pool is None,
    "IsReadOnly: System.Boolean": lambda look: (
        look.pool is not None and (look.pool.is_read_only or look.pool.has_lost_majority)
    ),
    "LogicalSectorSize: System.UInt64": lambda _: UInt64(SECTOR),
    "Name: System.String": lambda look: "Primordial" if look.pool is None else "",
    "OtherUsageDescription: System.String": lambda look: _of_pool("usage_description", "")(look) or None,
    "PhysicalSectorSize: System.UInt64": lambda _: UInt64(PHYSICAL_SECTOR),
    "ResiliencySettingNameDefault: System.String": _of_pool("default_resiliency", "Mirror"),
    "Size: System.UInt64": lambda look: UInt64(_primordial(look)[0] if look.pool is None else look.pool.size),
    "SupportsDeduplication: System.Boolean": lambda _: True,
    "ThinProvisioningAlertThresholds: System.UInt16[]": lambda look: [
        UInt16(each) for each in _of_pool("thin_alerts", ())(look)
    ],
    "UniqueId: System.String": lambda look: look.identifier,
    **_without_value(
        "OtherOperationalStatusDescription",
        "Version",
        "WriteCacheSizeDefault",
        "WriteCacheSizeMax",
        "WriteCacheSizeMin",
    ),
    **_key("StoragePool", lambda look: look.identifier),
}
_SETTING: Table = {
    "Description: System.String": lambda look: look.setting.description,
    "InterleaveDefault: System.UInt64": lambda look: UInt64(look.default("interleave", INTERLEAVE)),
    "InterleaveMax: System.UInt64": lambda _: UInt64(MOST_INTERLEAVE),
    "InterleaveMin: System.UInt64": lambda _: UInt64(LEAST_INTERLEAVE),
    "Name: System.String": lambda look: look.setting.name,
    "NumberOfColumnsDefault: System.Object": lambda look: (
        UInt16(columns) if (columns := look.default("columns", 0)) else "Auto"
    ),
    "NumberOfColumnsMax: System.UInt16": lambda look: UInt16(look.setting.columns[1]),
    "NumberOfColumnsMin: System.UInt16": lambda look: UInt16(look.setting.columns[0]),
    "NumberOfDataCopiesDefault: System.UInt16": lambda look: UInt16(
        look.default("copies", look.setting.default_copies)
    ),
    "NumberOfDataCopiesMax: System.UInt16": lambda look: UInt16(look.setting.copies[1]),
    "NumberOfDataCopiesMin: System.UInt16": lambda look: UInt16(look.setting.copies[0]),
    "ParityLayout: System.String": lambda look: "Rotated Parity" if look.setting.name == "Parity" else None,
    "PhysicalDiskRedundancyDefault: System.UInt16": lambda look: UInt16(
        look.default("redundancy", look.setting.default_redundancy)
    ),
    "PhysicalDiskRedundancyMax: System.UInt16": lambda look: UInt16(look.setting.redundancy[1]),
    "PhysicalDiskRedundancyMin: System.UInt16": lambda look: UInt16(look.setting.redundancy[0]),
    "RequestNoSinglePointOfFailure: System.Boolean": lambda _: False,
    "UniqueId: System.String": lambda look: look.identifier,
    **{f"NumberOfGroups{each}: System.UInt16": (lambda _: UInt16(1)) for each in ("Default", "Max", "Min")},
    **_key("ResiliencySetting", lambda look: look.identifier),
}
_SPACE: Table = {
    "Usage: System.String": lambda look: word(VIRTUAL_DISK_USAGES, look.space.usage),
    "OperationalStatus: System.String": lambda look: word(CONDITIONS, look.state[1]),
    "HealthStatus: System.String": lambda look: word(HEALTH, look.state[0]),
    "ProvisioningType: System.String": lambda look: word(PROVISIONING, look.space.provisioning),
    "MediaType: System.String": lambda _: "Unspecified",
    "ParityLayout: System.String": lambda look: (
        "Rotated Parity" if look.space.layout.resiliency == "Parity" else None
    ),
    "Access: System.String": lambda look: "Readable" if look.space.is_read_only else "Read/Write",
    "DetachedReason: System.String": lambda look: word(AWAY_REASONS, detached_reason(look.space)),
    "FaultDomainAwareness: System.String": lambda _: "PhysicalDisk",
    "ColumnIsolation: System.String": lambda _: "PhysicalDisk",
    "UniqueIdFormat: System.String": lambda _: "Vendor Specific",
    "AllocatedSize: System.UInt64": lambda look: UInt64(look.space.allocated),
    "FootprintOnPool: System.UInt64": lambda look: UInt64(look.space.footprint),
    "FriendlyName: System.String": lambda look: look.space.name,
    "Interleave: System.UInt64": lambda look: UInt64(look.space.layout.interleave),
    "IsDeduplicationEnabled: System.Boolean": lambda _: False,
    "IsEnclosureAware: System.Boolean": lambda _: False,
    "IsManualAttach: System.Boolean": lambda look: look.space.is_manual_attach,
    "IsSnapshot: System.Boolean": lambda _: False,
    "IsTiered: System.Boolean": lambda _: False,
    "LogicalSectorSize: System.UInt64": lambda _: UInt64(SECTOR),
    "Name: System.String": lambda _: "",
    "NumberOfColumns: System.UInt16": lambda look: UInt16(look.space.layout.columns),
    "NumberOfDataCopies: System.UInt16": lambda look: UInt16(look.space.layout.copies),
    "NumberOfGroups: System.UInt16": lambda _: UInt16(1),
    "OtherUsageDescription: System.String": lambda look: look.space.usage_description or None,
    "PhysicalDiskRedundancy: System.UInt16": lambda look: UInt16(look.space.layout.redundancy),
    "PhysicalSectorSize: System.UInt64": lambda _: UInt64(PHYSICAL_SECTOR),
    "ReadCacheSize: System.UInt64": lambda _: UInt64(0),
    "ResiliencySettingName: System.String": lambda look: look.space.layout.resiliency,
    "Size: System.UInt64": lambda look: UInt64(look.space.size),
    "UniqueId: System.String": lambda look: look.space.unique_id,
    "WriteCacheSize: System.UInt64": lambda _: UInt64(0),
    "RequestNoSinglePointOfFailure: System.Boolean": lambda _: False,
    **_without_value(
        "AllocationUnitSize",
        "NameFormat",
        "NumberOfAvailableCopies",
        "OtherOperationalStatusDescription",
        "UniqueIdFormatDescription",
    ),
    **_key("VirtualDisk", lambda look: f"{{{look.space.pool.id.lower()}}}{{{look.space.id.lower()}}}"),
}
_PARTITION: Table = {
    "OperationalStatus: System.String": lambda look: "Offline" if look.disk.is_offline else "Online",
    "Type: System.String": lambda look: _KINDS[look.partition.kind] if look.disk.is_gpt else "IFS",
    "DiskPath: System.String": device_path,
    "DiskId: System.String": device_path,
    "AccessPaths: System.String[]": lambda look: access_paths(look.host, look.partition),
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
    "Guid: System.String": lambda look: partition_guid(look.host, look.disk, look.partition),
    "IsActive: System.Boolean": lambda look: is_active(look.disk, look.partition),
    "IsDAX: System.Boolean": lambda _: False,
    "IsShadowCopy: System.Boolean": lambda _: False,
    "MbrType: System.UInt16": lambda look: (
        None if (number := mbr_type(look.disk, look.partition)) is None else UInt16(number)
    ),
    "NoDefaultDriveLetter: System.Boolean": lambda look: not look.letter,
    "TransitionState: System.UInt16": lambda _: UInt16(1),
    "UniqueId: System.String": lambda look: volume_identifier(look.host, look.partition),
    **_key("Partition", lambda look: volume_identifier(look.host, look.partition)),
}


def _cluster_size(look: VolumeLook) -> int:
    if look.image:
        return DISC_SECTOR
    content = look.partition.content if look.partition is not None else None
    return CLUSTER if content is None else content.cluster_size


_VOLUME: Table = {
    "OperationalStatus: System.String": lambda _: "OK",
    "HealthStatus: System.String": lambda _: "Healthy",
    "DriveType: System.String": lambda look: "CD-ROM" if look.image else "Fixed",
    "FileSystemType: System.String": lambda look: (
        "Unknown" if look.image or not look.file_system else look.file_system
    ),
    "DedupMode: System.String": lambda _: "NotAvailable",
    "AllocationUnitSize: System.UInt32": lambda look: UInt32(_cluster_size(look)),
    "DriveLetter: System.Char": lambda look: Char(look.letter) if look.letter else None,
    "FileSystem: System.String": lambda look: look.file_system,
    "FileSystemLabel: System.String": lambda look: look.label,
    "FriendlyName: System.String": lambda look: look.label,
    "Path: System.String": lambda look: look.path,
    "Size: System.UInt64": lambda look: UInt64(look.size),
    "SizeRemaining: System.UInt64": lambda look: UInt64(look.remaining),
    "UniqueId: System.String": lambda look: look.path,
    **_key("Volume", lambda look: look.identifier),
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


#: The classes of the module with their properties, what they are in Python, and the key that names them.
_CLASSES: tuple[tuple[str, Table, type, str], ...] = (
    ("Disk", _DISK, DiskLook, "ObjectId"),
    ("PhysicalDisk", _DRIVE, DriveLook, "ObjectId"),
    ("Partition", _PARTITION, PartitionLook, "ObjectId"),
    ("ResiliencySetting", _SETTING, SettingLook, "ObjectId"),
    ("StoragePool", _POOL, PoolLook, "ObjectId"),
    ("StorageSubSystem", _SUBSYSTEM, SubSystemLook, "ObjectId"),
    ("VirtualDisk", _SPACE, SpaceLook, "ObjectId"),
    ("Volume", _VOLUME, VolumeLook, "ObjectId"),
    ("DiskImage", _IMAGE, ImageLook, "ImagePath"),
)
LOOKS = tuple(python for _, _, python, _ in _CLASSES)
#: What reads a property, by the type of the object and the name of the property.
_READERS = {
    python: {key.partition(":")[0]: read for key, read in table.items()} for _, table, python, _ in _CLASSES
}


def type_value(look: Any, name: str) -> Any:
    """What an object of the module has for a property."""
    with look.host.looking():
        return _READERS[type(look)][name](look)


@cache
def module_types() -> tuple[PSType, ...]:
    """Every type of the module; made and bound once for the process."""
    made = [PSType(f"{CLASS}MSFT_{name}") for name in TAKEN]
    for name, table, python, key in _CLASSES:
        kind = PSType(
            f"{CLASS}MSFT_{name}",
            instance=_looking(table),
            to_text=_text(name, key),
        )
        bind_class(kind, python)
        made.append(kind)
    return tuple(made)
