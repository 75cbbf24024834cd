"""What the cmdlets of the module give: looks at the machine's storage, as CIM instances are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from emulator.host import Host
from emulator.host.storage.disk_layout import (
    Partition,
    PartitionKind,
    PhysicalDisk,
    drives,
    file_system_name,
    label_of,
    physical_disks,
    volume_identifier,
)
from emulator.host.storage.storage_objects import (
    disc_identifier,
    file_system_free,
    file_system_size,
    primordial_identifier,
)
from emulator.host.storage.storage_spaces import PooledDisk, ResiliencySetting, StoragePool, StorageSpace
from emulator.host.storage.storage_spaces.health import State, disk_state, pool_state, space_state


@dataclass(frozen=True, slots=True)
class DiskLook:
    """MSFT_Disk."""

    host: Host
    disk: PhysicalDisk


@dataclass(frozen=True, slots=True)
class DriveLook:
    """MSFT_PhysicalDisk: a drive, and the pool that it is in."""

    host: Host
    disk: PhysicalDisk
    pool: StoragePool | None
    pooled: PooledDisk | None

    @property
    def name(self) -> str:
        """What its pool calls it, else its model."""
        return self.disk.model if self.pooled is None else self.pooled.name or self.disk.model

    @property
    def state(self) -> State:
        """Its health and its condition."""
        return disk_state(self.host.storage_pools.failures.get(self.disk.number))

    @property
    def size(self) -> int:
        """Bytes that it has to give."""
        return self.disk.size if self.pooled is None else self.pooled.size


@dataclass(frozen=True, slots=True)
class SubSystemLook:
    """MSFT_StorageSubSystem."""

    host: Host


@dataclass(frozen=True, slots=True)
class PoolLook:
    """MSFT_StoragePool; without a pool it is the primordial one."""

    host: Host
    pool: StoragePool | None

    @property
    def identifier(self) -> str:
        """Its UniqueId."""
        if self.pool is None:
            return primordial_identifier(self.host)
        return f"{{{self.pool.id.lower()}}}"

    @property
    def name(self) -> str:
        return "Primordial" if self.pool is None else self.pool.name

    @property
    def state(self) -> State:
        """Its health and its condition."""
        return disk_state(None) if self.pool is None else pool_state(self.pool)


@dataclass(frozen=True, slots=True)
class SettingLook:
    """MSFT_ResiliencySetting: one of a pool, by its place among those of the pool."""

    host: Host
    pool: StoragePool | None
    setting: ResiliencySetting
    number: int

    @property
    def identifier(self) -> str:
        """Its UniqueId."""
        return f"{PoolLook(self.host, self.pool).identifier}:{self.number}"

    def default(self, name: str, otherwise: int) -> int:
        """A default that may have been changed."""
        changed = {} if self.pool is None else self.pool.layout_defaults.get(self.setting.name, {})
        return changed.get(name, otherwise)


@dataclass(frozen=True, slots=True)
class SpaceLook:
    """MSFT_VirtualDisk."""

    host: Host
    space: StorageSpace

    @property
    def state(self) -> State:
        """Its health and its condition."""
        return space_state(self.space)


@dataclass(frozen=True, slots=True)
class PartitionLook:
    """MSFT_Partition."""

    host: Host
    disk: PhysicalDisk
    partition: Partition

    @property
    def letter(self) -> str:
        """Drive letter, empty without one."""
        return self.partition.letter


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

    @property
    def identifier(self) -> str:
        """The GUID in its path."""
        return self.path[self.path.index("{") + 1 : self.path.index("}")]


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


def drive_looks(host: Host) -> list[DriveLook]:
    """Every drive by number, also in pools."""
    with host.looking():
        pools = host.storage_pools
        return [
            DriveLook(host, disk, pools.pool_of(disk.number), pools.pooled(disk.number))
            for disk in drives(host)
        ]


def pool_looks(host: Host) -> list[PoolLook]:
    """The primordial pool and those that were made."""
    with host.looking():
        return [PoolLook(host, None), *(PoolLook(host, pool) for pool in host.storage_pools)]


def setting_looks(host: Host) -> list[SettingLook]:
    """The resiliency settings of each pool."""
    with host.looking():
        settings = list(enumerate(host.storage_pools.settings))
        return [
            SettingLook(host, look.pool, setting, number)
            for look in pool_looks(host)
            for number, setting in settings
        ]


def space_looks(host: Host) -> list[SpaceLook]:
    """The virtual disks of all pools."""
    with host.looking():
        return [SpaceLook(host, space) for space in host.storage_pools.spaces]


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
            yield VolumeLook(
                host,
                disk,
                part,
                part.letter,
                label_of(disk, part),
                file_system_name(disk, part),
                file_system_size(part),
                file_system_free(part),
                f"\\\\?\\Volume{{{volume_identifier(host, part)}}}\\",
            )
    for image in host.optical_images:
        path = f"\\\\?\\Volume{{{disc_identifier(host, image.path)}}}\\"
        size, label = image.volume.size, image.volume.label
        system = image.volume.file_system.name
        yield VolumeLook(host, None, None, image.letter, label, system, size, 0, path, image.path)
