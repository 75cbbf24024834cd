"""The physical disks of storage pools: they come and go, fail and are well again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from emulator.host.checks import check_choice, check_text
from emulator.host.errors import InvalidParameter, InvalidState, NotFound
from emulator.host.storage.disk_layout import drives, free_disk_number
from emulator.host.storage.storage_errors import StorageCode, StorageRefused
from emulator.host.storage.storage_spaces.health import DiskFailure
from emulator.host.storage.storage_spaces.pool import DiskUsage, PooledDisk, StoragePool

if TYPE_CHECKING:
    from emulator.host.storage.storage_spaces.pools import StoragePools

#: MSFT_StoragePool.RetireMissingPhysicalDisks.
RETIRE_ALWAYS, RETIRE_NEVER = 2, 3
LONGEST_NAME = 256


def remove(pools: StoragePools, pool: StoragePool, disks: Iterable[int]) -> None:
    """See ``StoragePools.remove_disks``."""
    pools.require_writable(pool)
    numbers = list(dict.fromkeys(disks))
    if not numbers:
        raise InvalidParameter("No physical disk was given.")
    if any(number not in pool.disks for number in numbers):
        raise StorageRefused(StorageCode.DISK_NOT_SUPPORTED)
    if any(pool.taken(number) for number in numbers) or len(numbers) == len(pool.disks):
        raise StorageRefused(StorageCode.DISK_STILL_IN_USE)
    for number in numbers:
        del pool.disks[number]
    for space in pool.spaces.values():
        space.chosen_disks = tuple(each for each in space.chosen_disks if each in pool.disks)
    _follow(pools, pool)
    pools.changed()


def describe(
    pools: StoragePools,
    number: int,
    usage: DiskUsage | int | None,
    name: str | None,
    description: str | None,
    media: str | None,
) -> None:
    """See ``StoragePools.set_disk``."""
    pool = pools.pool_of(number)
    if pool is None:
        raise StorageRefused(StorageCode.DISK_NOT_SUPPORTED)
    pools.require_writable(pool)
    disk = pool.disks[number]
    kind = None if usage is None else check_choice("Usage", usage, DiskUsage)
    called = None if name is None else check_text("FriendlyName", name, LONGEST_NAME, shortest=1)
    told = None if description is None else check_text("Description", description, 1024)
    if media is not None and media not in ("HDD", "SSD", "SCM"):
        raise InvalidParameter("The kind of medium is not valid.")
    disk.usage = disk.usage if kind is None else kind
    disk.name = disk.name if called is None else called
    disk.description = disk.description if told is None else told
    disk.media = disk.media if media is None else media
    pools.changed()


def set_failure(pools: StoragePools, number: int, failure: DiskFailure | None) -> None:
    """See ``StoragePools.set_failure``."""
    drive = next((each for each in drives(pools.host) if each.number == number), None)
    if drive is None:
        raise NotFound(f"There is no physical disk {number}.")
    pool = pools.pool_of(number)
    loses_data = failure is not None and failure.loses_data
    if pool is None and loses_data and any(part.content is not None for part in drive.partitions):
        raise InvalidState(f"The physical disk {number} has volumes, which come and go by themselves.")
    if failure is None:
        pools.failures.pop(number, None)
    else:
        pools.failures[number] = failure
    if pool is not None:
        if loses_data:
            _replace_failed(pool, pool.disks[number])
        _follow(pools, pool)
    pools.changed()


def _replace_failed(pool: StoragePool, disk: PooledDisk) -> None:
    usable = [each for each in pool.disks.values() if each.number not in pool.failed]
    spare = next((each for each in usable if each.usage is DiskUsage.HOT_SPARE), None)
    never = pool.retire_missing_disks == RETIRE_NEVER
    if disk.usage is DiskUsage.HOT_SPARE or pool.has_lost_majority or never:
        return
    if spare is None and pool.retire_missing_disks != RETIRE_ALWAYS:
        return
    if spare is not None:
        spare.usage = DiskUsage.AUTO_SELECT
    disk.usage = DiskUsage.RETIRED
    for space in pool.spaces.values():
        if disk.number in space.slabs and not space.lacks_disks:
            pool.place(space, space.rows)


def _follow(pools: StoragePools, pool: StoragePool) -> None:
    """Virtual disks go and come with the disks of their pool."""
    for space in pool.spaces.values():
        if space.lacks_disks and space.number is not None:
            space.is_lost = True
            pools.host.disk_partitions.left(space)
            space.number = None
        elif space.is_lost and not space.lacks_disks:
            space.is_lost = False
            space.number = free_disk_number(pools.host)
            pools.host.disk_partitions.came(space, space.number)
