"""Disks and their partitions as Windows numbers them: the machine's own and mounted virtual hard disks."""

from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING, Any

from emulator.host.identifiers import derived_guid
from emulator.host.storage.filesystem.file_systems import FAT32, NTFS, FileSystem

if TYPE_CHECKING:
    from emulator.host.host import Host
    from emulator.host.storage.filesystem.volume import Volume
    from emulator.host.storage.storage_spaces import StorageSpace
    from emulator.host.storage.virtual_disk import VirtualDisk

_MEGABYTE = 1 << 20
_FIRST_OFFSET = _MEGABYTE
SECTOR = 512
#: The model of every virtual disk of a pool.
SPACE_MODEL = "Microsoft Storage Space Device"


class PartitionKind(Enum):
    """What a partition is for. The value is the GPT partition type."""

    SYSTEM = "{c12a7328-f81f-11d2-ba4b-00a0c93ec93b}"
    RESERVED = "{e3c9e316-0b5c-4db8-817d-f92df00215ae}"
    BASIC = "{ebd0a0a2-b9e5-4433-87c0-68b6b72699c7}"


#: Partitions that Setup makes before the one of Windows, with GPT and with MBR.
_SETUP_GPT = ((PartitionKind.SYSTEM, 100 * _MEGABYTE), (PartitionKind.RESERVED, 16 * _MEGABYTE))
_SETUP_MBR = ((PartitionKind.SYSTEM, 100 * _MEGABYTE),)


@dataclass(frozen=True, slots=True)
class Partition:
    """A partition. ``number`` counts from 1 on its disk; offset and size are in bytes. ``letter`` is empty
    without a drive letter; a partition has one before it is formatted."""

    disk_number: int
    number: int
    kind: PartitionKind
    offset: int
    size: int
    letter: str = ""
    #: It was made here, and is not one of Setup.
    is_own: bool = False
    #: The file system with its files, also without a drive letter; None when nothing is known of it.
    content: "Volume | None" = None
    #: Folders of other volumes in which it is mounted, without a backslash at their ends.
    folders: tuple[str, ...] = ()

    @property
    def volume(self) -> "Volume | None":
        """The file system under its drive letter."""
        return self.content if self.letter else None

    @property
    def access_paths(self) -> tuple[str, ...]:
        """Its drive and its folders, with a backslash at their ends."""
        drive = (f"{self.letter}:\\",) if self.letter else ()
        return (*drive, *(f"{folder}\\" for folder in self.folders))

    @property
    def holds_windows(self) -> bool:
        """Whether it is the boot partition: the one with Windows."""
        return self.letter == "C"


@dataclass(frozen=True, slots=True)
class PhysicalDisk:
    """A disk as the storage stack shows it.

    A profile's size is what the volumes share: the drive is larger by the partitions that Setup makes.
    ``virtual_disk`` is the file of a mounted virtual hard disk; what a guest wrote on it is not known.
    """

    number: int
    model: str
    size: int
    interface: str
    media: str
    serial_number: str
    is_gpt: bool
    partitions: tuple[Partition, ...]
    virtual_disk: "VirtualDisk | None" = None
    is_offline: bool = False
    is_read_only: bool = False
    #: It has a partition table, although it may have no partition.
    is_initialized: bool = True
    #: The virtual disk of a storage pool that it is.
    space: "StorageSpace | None" = None

    @property
    def boots(self) -> bool:
        """Whether Windows was booted from it."""
        return any(partition.holds_windows for partition in self.partitions)


def physical_disks(host: "Host") -> tuple[PhysicalDisk, ...]:
    """Every disk that Windows can use, by number: those in a storage pool are none, its virtual disks are.
    Call it with the host's lock held."""
    more = [_mounted_disk(image.disk_number, image.disk) for image in host.virtual_disks.mounted]
    own = drives(host)
    if host.has_storage_pools:
        pools = host.storage_pools
        own = tuple(drive for drive in own if pools.pool_of(drive.number) is None)
        more += [_space_disk(each.number, each) for each in pools.spaces if each.number is not None]
    return own + tuple(sorted(more, key=lambda disk: disk.number))


def drives(host: "Host") -> tuple[PhysicalDisk, ...]:
    """The drives of the machine by number, also those in storage pools."""
    return tuple(_own_disk(host, number) for number in range(len(host.hardware.disks)))


def free_disk_number(host: "Host") -> int:
    """The number of the next disk that comes to the host."""
    taken = {image.disk_number for image in host.virtual_disks.mounted}
    if host.has_storage_pools:
        taken |= {space.number for space in host.storage_pools.spaces if space.number is not None}
    number = len(host.hardware.disks)
    while number in taken:
        number += 1
    return number


def partitions(host: "Host") -> tuple[Partition, ...]:
    """Every partition, disk by disk."""
    return tuple(partition for disk in physical_disks(host) for partition in disk.partitions)


def volume_identifier(host: "Host", partition: Partition) -> str:
    """The GUID in the volume's path, in lower case as the mount manager writes it."""
    uuid = host.hardware.firmware.uuid
    return derived_guid(uuid, "volume", str(partition.disk_number), str(partition.number)).lower()


def volume_path(host: "Host", volume: "Volume") -> str | None:
    """``\\\\?\\Volume{...}\\`` of a volume that is there; None for an image of a disc or one that is away."""
    found = next((each for each in partitions(host) if each.content is volume), None)
    return None if found is None else f"\\\\?\\Volume{{{volume_identifier(host, found)}}}\\"


def disk_unique_id(host: "Host", disk: PhysicalDisk) -> str:
    """What a disk is known by for ever: a GUID, or the identifier of the virtual disk of a pool."""
    if disk.space is not None:
        return disk.space.unique_id
    return derived_guid(host.hardware.firmware.uuid, "disk", str(disk.number), disk.model)


def file_system_of(disk: PhysicalDisk, part: Partition) -> FileSystem | None:
    """A partition's file system; None for one that is not formatted."""
    if part.content is not None:
        return part.content.file_system
    if part.is_own:
        return None
    return FAT32 if disk.is_gpt else NTFS


def file_system_name(disk: PhysicalDisk, part: Partition) -> str:
    """The name of a partition's file system; empty for one that is not formatted."""
    return str(file_system_of(disk, part) or "")


def label_of(disk: PhysicalDisk, part: Partition) -> str:
    """The label of a partition's volume; that of Setup has one on disks with an MBR."""
    if part.content is not None:
        return part.content.label
    return "" if part.is_own or disk.is_gpt else "System Reserved"


def disk_title(host: "Host", disk: PhysicalDisk) -> str:
    """MSFT_Disk.FriendlyName."""
    if disk.space is not None and host.release.storage_spaces["named_disks"]:
        return disk.space.name
    return disk.model


def disk_location(disk: PhysicalDisk) -> str | None:
    """MSFT_Disk.Location; None for the virtual disk of a pool."""
    if disk.space is not None:
        return None
    if disk.virtual_disk is not None:
        return disk.virtual_disk.path
    return f"Integrated : Adapter 0 : Port {disk.number} : Target 0 : LUN 0"


def _own_disk(host: "Host", number: int) -> PhysicalDisk:
    facts = host.hardware.disks[number]
    own = _own_partitions(host, number, number)
    is_gpt = host.hardware.firmware.type == "UEFI"
    files = host.filesystem
    volumes = [each for each in (*files.volumes, *files.volumes_in_folders) if each.disk_number == number]
    boots = any(volume.letter == "C" for volume in volumes)
    planned: list[tuple[PartitionKind, int, Volume | None]] = []
    if boots:
        planned += [(kind, size, None) for kind, size in (_SETUP_GPT if is_gpt else _SETUP_MBR)]
    elif is_gpt and volumes:
        planned.append((PartitionKind.RESERVED, 16 * _MEGABYTE, None))
    planned += [(PartitionKind.BASIC, volume.size, volume) for volume in volumes]
    offset = _FIRST_OFFSET
    made = []
    for index, (kind, size, volume) in enumerate(planned, 1):
        letter = volume.letter if volume is not None else ""
        folders = files.mount_points.of(volume) if volume is not None else ()
        made.append(Partition(number, index, kind, offset, size, letter, content=volume, folders=folders))
        offset += size
    overhead = _FIRST_OFFSET + sum(size for _, size, volume in planned if volume is None) + _MEGABYTE
    serial = facts.serial_number or f"{host.hardware.firmware.serial_number or 'DISK'}{number:04}"
    plain = PhysicalDisk(
        number,
        facts.model,
        facts.size + overhead,
        facts.interface,
        facts.media,
        serial,
        is_gpt,
        tuple(made),
        is_offline=facts.offline,
        is_initialized=bool(made),
    )
    return plain if own is None else replace(plain, **own)


def _mounted_disk(number: int, disk: "VirtualDisk") -> PhysicalDisk:
    plain = PhysicalDisk(
        number,
        "Microsoft Virtual Disk",
        disk.size,
        "SCSI",
        "Unspecified",
        "",
        False,
        (),
        disk,
        is_read_only=disk.mounted is not None and disk.mounted.read_only,
        is_initialized=False,
    )
    own = _own_partitions(disk.host, disk, number)
    if own is None:
        return plain
    return replace(plain, **{**own, "is_read_only": own["is_read_only"] or plain.is_read_only})


def _space_disk(number: int, space: "StorageSpace") -> PhysicalDisk:
    """The disk that a virtual disk of a pool is."""
    plain = PhysicalDisk(
        number,
        SPACE_MODEL,
        space.size,
        "Spaces",
        "Unspecified",
        f"{{{space.id.lower()}}}",
        False,
        (),
        is_read_only=space.is_read_only,
        is_initialized=False,
        space=space,
    )
    own = _own_partitions(space.pool.host, space, number)
    if own is None:
        return plain
    return replace(plain, **{**own, "is_read_only": own["is_read_only"] or plain.is_read_only})


def _own_partitions(
    host: "Host", key: "VirtualDisk | StorageSpace | int", number: int
) -> dict[str, Any] | None:
    """What administrators made of a disk; None for one that they left alone."""
    state = host.disk_partitions.of(key) if host.has_own_partitions else None
    if state is None:
        return None
    made = tuple(
        Partition(
            number,
            each.number,
            each.kind,
            each.offset,
            each.size,
            "" if state.is_offline else each.letter,
            is_own=True,
            content=None if state.is_offline else each.volume,
            folders=host.filesystem.mount_points.of(each.volume)
            if each.volume is not None and each.volume.is_attached
            else (),
        )
        for each in state.partitions
    )
    return {
        "is_gpt": state.style == 2,
        "partitions": made,
        "is_offline": state.is_offline,
        "is_read_only": state.is_read_only,
        "is_initialized": state.style != 0,
    }
