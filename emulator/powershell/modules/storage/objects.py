"""What the cmdlets of the module give: looks at the machine's storage, as CIM instances are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from emulator.host import Host
from emulator.host.disk_layout import (
    Partition,
    PartitionKind,
    PhysicalDisk,
    physical_disks,
    volume_identifier,
)
from emulator.host.identifiers import derived_guid

#: What a file system without a drive letter takes for itself.
_OWN_SPACE = 32 << 20


@dataclass(frozen=True, slots=True)
class DiskLook:
    """MSFT_Disk."""

    host: Host
    disk: PhysicalDisk


@dataclass(frozen=True, slots=True)
class DriveLook:
    """MSFT_PhysicalDisk."""

    host: Host
    disk: PhysicalDisk


@dataclass(frozen=True, slots=True)
class PartitionLook:
    """MSFT_Partition."""

    host: Host
    disk: PhysicalDisk
    partition: Partition

    @property
    def letter(self) -> str:
        """Drive letter, empty without one."""
        return "" if self.partition.volume is None else self.partition.volume.letter


@dataclass(frozen=True, slots=True)
class VolumeLook:
    """MSFT_Volume. Sizes in bytes. ``image`` is the file of an attached disc, which has no disk."""

    host: Host
    disk: PhysicalDisk | None
    partition: Partition | None
    letter: str
    label: str
    file_system: str
    size: int
    remaining: int
    path: str
    image: str = ""


@dataclass(frozen=True, slots=True)
class ImageLook:
    """MSFT_DiskImage: a file that is or can be attached. ``number`` is that of its disk."""

    host: Host
    path: str
    storage_type: int
    size: int
    file_size: int
    block_size: int
    sector_size: int
    attached: bool
    number: int | None
    device: str | None


def disks(host: Host) -> list[DiskLook]:
    """Every disk by number."""
    with host.looking():
        return [DiskLook(host, disk) for disk in physical_disks(host)]


def partitions(host: Host) -> list[PartitionLook]:
    """Every partition, disk by disk."""
    with host.looking():
        return [PartitionLook(host, disk, part) for disk in physical_disks(host) for part in disk.partitions]


def volumes(host: Host) -> list[VolumeLook]:
    """Every volume of a disk that is online, and attached images of discs."""
    with host.looking():
        return list(_volumes(host))


def _volumes(host: Host) -> Iterator[VolumeLook]:
    for disk in physical_disks(host):
        for part in disk.partitions:
            if part.kind is PartitionKind.RESERVED or disk.is_offline:
                continue
            volume, is_own = part.volume, part.is_own
            is_fat = volume is None and disk.is_gpt and not is_own
            label = part.label if is_own else "" if is_fat else "System Reserved"
            yield VolumeLook(
                host,
                disk,
                part,
                "" if volume is None else volume.letter,
                label if volume is None else volume.label,
                part.file_system if is_own else "FAT32" if is_fat else "NTFS",
                part.size if part.content is None else part.content.size,
                max(0, part.size - _OWN_SPACE) if part.content is None else part.content.free,
                f"\\\\?\\Volume{{{volume_identifier(host, part)}}}\\",
            )
    for image in host.optical_images:
        identifier = derived_guid(host.hardware.firmware.uuid, "disc", image.path.lower()).lower()
        path = f"\\\\?\\Volume{{{identifier}}}\\"
        size, label = image.volume.size, image.volume.label
        yield VolumeLook(host, None, None, image.letter, label, "CDFS", size, 0, path, image.path)
