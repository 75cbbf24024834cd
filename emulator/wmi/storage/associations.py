"""Associations of root/microsoft/windows/storage."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from emulator.wmi.association import End, Link
from emulator.wmi.namespace import Namespace
from emulator.wmi.rows import Row, RowView
from emulator.wmi.storage.disk import Disk, PhysicalDisk
from emulator.wmi.storage.partition import Partition, Volume
from emulator.wmi.storage.subsystem import StoragePool, StorageSubSystem

Across = Callable[[Namespace, Row], Iterable[Row]]


def _all(view_type: type[RowView]) -> Across:
    return lambda namespace, _: namespace.view(view_type).rows()


def _same(view_type: type[RowView]) -> Across:
    return lambda namespace, item: namespace.view(view_type).row(item.identity)


def _partitions(namespace: Namespace, disk: Row) -> Iterable[Row]:
    rows = namespace.view(Partition).rows()
    return [row for row in rows if row.shown.disk_number == disk.identity]


def _disk(namespace: Namespace, partition: Row) -> Iterable[Row]:
    return namespace.view(Disk).row(partition.shown.disk_number)


def _of_subsystem(association: str, view_type: type[RowView], role: str) -> Link:
    return Link(
        association,
        End("StorageSubSystem", StorageSubSystem, _all(view_type)),
        End(role, view_type, _all(StorageSubSystem)),
    )


LINKS = (
    Link("MSFT_DiskToPartition", End("Disk", Disk, _partitions), End("Partition", Partition, _disk)),
    Link(
        "MSFT_PartitionToVolume",
        End("Partition", Partition, _same(Volume)),
        End("Volume", Volume, _same(Partition)),
    ),
    Link(
        "MSFT_StoragePoolToPhysicalDisk",
        End("StoragePool", StoragePool, _all(PhysicalDisk)),
        End("PhysicalDisk", PhysicalDisk, _all(StoragePool)),
    ),
    _of_subsystem("MSFT_StorageSubSystemToDisk", Disk, "Disk"),
    _of_subsystem("MSFT_StorageSubSystemToPhysicalDisk", PhysicalDisk, "PhysicalDisk"),
    _of_subsystem("MSFT_StorageSubSystemToStoragePool", StoragePool, "StoragePool"),
    _of_subsystem("MSFT_StorageSubSystemToVolume", Volume, "Volume"),
)
