"""Associations of root/microsoft/windows/storage."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from emulator.wmi.association import End, Link
from emulator.wmi.namespace import Namespace
from emulator.wmi.rows import Row, RowView
from emulator.wmi.storage.disk import Disk
from emulator.wmi.storage.partition import Partition, Volume
from emulator.wmi.storage.physical_disk import PhysicalDisk
from emulator.wmi.storage.pool import PRIMORDIAL, ResiliencySetting, StoragePool
from emulator.wmi.storage.subsystem import StorageProvider, StorageSubSystem
from emulator.wmi.storage.virtual_disk import VirtualDisk

Across = Callable[[Namespace, Row], Iterable[Row]]


def _all(view_type: type[RowView]) -> Across:
    return lambda namespace, _: namespace.view(view_type).rows()


def _same(view_type: type[RowView]) -> Across:
    return lambda namespace, item: namespace.view(view_type).row(item.identity)


def _where(view_type: type[RowView], holds: Callable[[Row, Row], bool]) -> Across:
    """The rows of a view for which something holds, given the one at this end and the other."""
    return lambda namespace, item: [row for row in namespace.view(view_type).rows() if holds(item, row)]


def _turned(holds: Callable[[Row, Row], bool]) -> Callable[[Row, Row], bool]:
    return lambda item, row: holds(row, item)


def _pair(
    association: str,
    left: tuple[str, type[RowView]],
    right: tuple[str, type[RowView]],
    holds: Callable[[Row, Row], bool],
) -> Link:
    """An association of the rows of two views for which something holds."""
    return Link(
        association,
        End(left[0], left[1], _where(right[1], holds)),
        End(right[0], right[1], _where(left[1], _turned(holds))),
    )


def _of_subsystem(association: str, view_type: type[RowView], role: str) -> Link:
    return Link(
        association,
        End("StorageSubSystem", StorageSubSystem, _all(view_type)),
        End(role, view_type, _all(StorageSubSystem)),
    )


def _pool_has_drive(pool: Row, drive: Row) -> bool:
    """Every drive is in the primordial pool, some in another one too."""
    return pool.identity == PRIMORDIAL or drive.identity in pool.shown.disks


def _pool_has_volume(pool: Row, volume: Row) -> bool:
    numbers = () if pool.shown is None else [each.number for each in pool.shown.spaces.values()]
    return isinstance(volume.identity, tuple) and volume.identity[0] in numbers


_POOL, _DRIVE = ("StoragePool", StoragePool), ("PhysicalDisk", PhysicalDisk)
_DISK, _VIRTUAL_DISK = ("Disk", Disk), ("VirtualDisk", VirtualDisk)

LINKS = (
    _pair(
        "MSFT_DiskToPartition",
        _DISK,
        ("Partition", Partition),
        lambda disk, partition: bool(partition.shown.disk_number == disk.identity),
    ),
    Link(
        "MSFT_PartitionToVolume",
        End("Partition", Partition, _same(Volume)),
        End("Volume", Volume, _same(Partition)),
    ),
    _pair("MSFT_StoragePoolToPhysicalDisk", _POOL, _DRIVE, _pool_has_drive),
    _pair(
        "MSFT_StoragePoolToResiliencySetting",
        _POOL,
        ("ResiliencySetting", ResiliencySetting),
        lambda pool, setting: isinstance(setting.identity, tuple) and setting.identity[0] == pool.identity,
    ),
    _pair(
        "MSFT_StoragePoolToVirtualDisk",
        _POOL,
        _VIRTUAL_DISK,
        lambda pool, disk: disk.shown.pool is pool.shown,
    ),
    _pair("MSFT_StoragePoolToVolume", _POOL, ("Volume", Volume), _pool_has_volume),
    Link(
        "MSFT_StorageProviderToStorageSubSystem",
        End("StorageProvider", StorageProvider, _all(StorageSubSystem)),
        End("StorageSubSystem", StorageSubSystem, _all(StorageProvider)),
    ),
    _pair(
        "MSFT_VirtualDiskToDisk",
        _VIRTUAL_DISK,
        _DISK,
        lambda space, disk: disk.shown.space is space.shown,
    ),
    _pair(
        "MSFT_VirtualDiskToPhysicalDisk",
        _VIRTUAL_DISK,
        _DRIVE,
        lambda space, drive: drive.identity in space.shown.slabs,
    ),
    _of_subsystem("MSFT_StorageSubSystemToDisk", Disk, "Disk"),
    _of_subsystem("MSFT_StorageSubSystemToPartition", Partition, "Partition"),
    _of_subsystem("MSFT_StorageSubSystemToPhysicalDisk", PhysicalDisk, "PhysicalDisk"),
    _of_subsystem("MSFT_StorageSubSystemToStoragePool", StoragePool, "StoragePool"),
    _of_subsystem("MSFT_StorageSubSystemToVirtualDisk", VirtualDisk, "VirtualDisk"),
    _of_subsystem("MSFT_StorageSubSystemToVolume", Volume, "Volume"),
)
