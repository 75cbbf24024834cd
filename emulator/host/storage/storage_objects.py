"""What Windows' storage management says of disks, partitions and volumes beyond what they are made of.

Both doors, the classes of root/Microsoft/Windows/Storage and the objects of the Storage module, show the same
objects; here is what they say, so that it is said once.
"""

from typing import TYPE_CHECKING

from emulator.host.identifiers import derived_guid
from emulator.host.storage.disk_layout import (
    Partition,
    PartitionKind,
    PhysicalDisk,
    file_system_of,
    volume_identifier,
)
from emulator.host.storage.filesystem.file_systems import NTFS
from emulator.host.windows.plug_and_play import disk_identifier

if TYPE_CHECKING:
    from emulator.host.host import Host

_MEGABYTE = 1 << 20
#: What every disk tells of itself: sectors and clusters in bytes, and a drive's firmware; chosen.
PHYSICAL_SECTOR = 4096
DRIVE_FIRMWARE = "1.00"
CLUSTER = 4096
_ROTATIONS_PER_MINUTE = 7200
#: What a file system whose content is not known takes for itself; chosen.
_OWN_SPACE = 32 * _MEGABYTE
#: OtherCannotPoolReasonDescription of a disk that a virtual machine has.
IN_USE_BY_MACHINE = "The disk is used by a virtual machine."
#: Signatures of disks with an MBR count from here; chosen.
_FIRST_SIGNATURE = 0x5F3A_0000
#: What the subsystem of Windows itself can do (MSFT_StorageSubSystem).
SUBSYSTEM_ABILITIES = {
    "SupportsAutomaticStoragePoolSelection": False,
    "SupportsCloneLocal": False,
    "SupportsCloneRemote": False,
    "SupportsMaskingVirtualDiskToHosts": False,
    "SupportsMirrorLocal": False,
    "SupportsMirrorRemote": False,
    "SupportsMultipleResiliencySettingsPerStoragePool": True,
    "SupportsSnapshotLocal": False,
    "SupportsSnapshotRemote": False,
    "SupportsStoragePoolAddPhysicalDisk": True,
    "SupportsStoragePoolCreation": True,
    "SupportsStoragePoolDeletion": True,
    "SupportsStoragePoolFriendlyNameModification": True,
    "SupportsStoragePoolRemovePhysicalDisk": True,
    "SupportsVirtualDiskCapacityExpansion": True,
    "SupportsVirtualDiskCapacityReduction": False,
    "SupportsVirtualDiskCreation": True,
    "SupportsVirtualDiskDeletion": True,
    "SupportsVirtualDiskModification": True,
    "SupportsVirtualDiskRepair": True,
    "SupportsVolumeCreation": True,
}
#: The short names of the kinds of objects.
_KINDS = {
    "Disk": "DI",
    "Partition": "PR",
    "PhysicalDisk": "PD",
    "ResiliencySetting": "RS",
    "StoragePool": "SP",
    "StorageProvider": "PV",
    "StorageSubSystem": "SS",
    "VirtualDisk": "VD",
    "Volume": "VO",
}


def object_id(host: "Host", kind: str, identifier: str) -> str:
    """The key of an object: server, provider, and the object with its kind, as Windows writes it."""
    provider = provider_identifier(host).lower()
    place = f"\\\\{host.name}\\root/Microsoft/Windows/Storage/Providers_v2"
    return f'{{1}}{place}\\SPACES_{kind}.ObjectId="{{{provider}}}:{_KINDS[kind]}:{identifier}"'


def provider_identifier(host: "Host") -> str:
    """UniqueId of the provider of Windows itself."""
    return derived_guid(host.hardware.firmware.uuid, "storage provider")


def subsystem_identifier(host: "Host") -> str:
    """UniqueId of the machine's own subsystem."""
    return derived_guid(host.hardware.firmware.uuid, "storage subsystem")


def primordial_identifier(host: "Host") -> str:
    """UniqueId of the pool of all drives."""
    return derived_guid(host.hardware.firmware.uuid, "primordial pool")


def disc_identifier(host: "Host", path: str) -> str:
    """The GUID in the volume's path of an attached image of a disc."""
    return derived_guid(host.hardware.firmware.uuid, "disc", path.lower()).lower()


def disk_path(disk: PhysicalDisk) -> str:
    """The device interface path of a disk, by which partitions name theirs."""
    return "\\\\?\\" + disk_identifier(disk.number, disk.model).lower().replace("\\", "#")


def disk_model(disk: PhysicalDisk) -> str:
    """MSFT_Disk.Model."""
    return disk.model if disk.space is None else "Storage space"


def disk_manufacturer(disk: PhysicalDisk) -> str | None:
    """MSFT_Disk.Manufacturer, padded as SCSI has it; drives of the machine name none."""
    return None if disk.virtual_disk is None and disk.space is None else "Msft    "


def disk_signature(disk: PhysicalDisk) -> int | None:
    """What a master boot record is known by; None for other partition tables."""
    return _FIRST_SIGNATURE + disk.number if disk.is_initialized and not disk.is_gpt else None


def spindle_speed(disk: PhysicalDisk) -> int:
    """Rotations a minute; 0 for what does not turn."""
    return 0 if disk.media == "SSD" else _ROTATIONS_PER_MINUTE


def taken_size(disk: PhysicalDisk) -> int:
    """Bytes of all partitions."""
    return sum(part.size for part in disk.partitions)


def largest_free_extent(disk: PhysicalDisk) -> int:
    """Bytes of the largest gap between partitions; tables take a megabyte at both ends."""
    ends = [_MEGABYTE, *(part.offset + part.size for part in disk.partitions)]
    starts = [*(part.offset for part in disk.partitions), disk.size - _MEGABYTE]
    return max(0, *(start - end for end, start in zip(ends, starts, strict=True)))


def partition_guid(host: "Host", disk: PhysicalDisk, part: Partition) -> str | None:
    """What a GUID partition table calls it; None in a master boot record."""
    return f"{{{volume_identifier(host, part)}}}" if disk.is_gpt else None


def mbr_type(disk: PhysicalDisk, part: Partition) -> int | None:
    """MSFT_Partition.MbrType; None in a GUID partition table. A partition that is not formatted has the one
    of NTFS."""
    return None if disk.is_gpt else (file_system_of(disk, part) or NTFS).mbr_type


def is_active(disk: PhysicalDisk, part: Partition) -> bool:
    """Whether a BIOS boots from it."""
    return part.kind is PartitionKind.SYSTEM and not disk.is_gpt


def access_paths(host: "Host", part: Partition) -> list[str] | None:
    """Drive, folders, and the path of the volume; a reserved partition has none."""
    if part.kind is PartitionKind.RESERVED:
        return None
    return [*part.access_paths, f"\\\\?\\Volume{{{volume_identifier(host, part)}}}\\"]


def file_system_size(part: Partition) -> int:
    """Bytes of a partition's file system."""
    return part.size if part.content is None else part.content.size


def supported_sizes(host: "Host", disk: PhysicalDisk, part: Partition) -> tuple[int, int]:
    """The least and the most that a partition can have, in bytes; behind those of Setup nothing is free."""
    if part.is_own:
        return host.disk_partitions.supported_sizes(disk, part.number)
    return part.size if part.volume is None else part.volume.used, part.size


def file_system_free(part: Partition) -> int:
    """Bytes that can be written to a partition's file system."""
    return max(0, part.size - _OWN_SPACE) if part.content is None else part.content.free
