"""A storage pool: its physical disks, and how their slabs are given to virtual disks."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

from emulator.host.storage.storage_spaces.slabs import SLAB, most_rows, spread
from emulator.host.storage.storage_spaces.space import Provisioning

if TYPE_CHECKING:
    from collections.abc import Sequence

    from emulator.host.host import Host
    from emulator.host.storage.storage_spaces.layout import Layout
    from emulator.host.storage.storage_spaces.space import StorageSpace

#: Slabs of a disk that the pool keeps for itself: those that nobody sees, and that with its configuration
#: (chosen).
HIDDEN_SLABS, CONFIGURATION_SLABS = 2, 1


class DiskUsage(IntEnum):
    """MSFT_PhysicalDisk.Usage."""

    AUTO_SELECT = 1
    MANUAL_SELECT = 2
    HOT_SPARE = 3
    RETIRED = 4
    JOURNAL = 5


@dataclass(slots=True)
class PooledDisk:
    """A physical disk in a pool; ``slabs`` are all that it has to give."""

    number: int
    slabs: int
    usage: DiskUsage = DiskUsage.AUTO_SELECT
    #: Names and kind of medium that an administrator gave; empty: those of the drive.
    name: str = ""
    description: str = ""
    media: str = ""

    @property
    def size(self) -> int:
        """MSFT_PhysicalDisk.Size of a disk in a pool."""
        return (self.slabs + CONFIGURATION_SLABS) * SLAB


class StoragePool:
    """Disks and virtual disks of a pool. The rules are with `StoragePools`."""

    def __init__(self, host: Host, identifier: str, name: str) -> None:
        self.host = host
        self.id = identifier
        self.name = name
        self.disks: dict[int, PooledDisk] = {}
        self.spaces: dict[str, StorageSpace] = {}
        self.default_resiliency = "Mirror"
        self.default_provisioning = Provisioning.FIXED
        self.is_read_only = False
        self.clear_on_deallocate = False
        self.is_power_protected = False
        self.usage = 1
        self.usage_description = ""
        self.thin_alerts: tuple[int, ...] = (70,)
        self.repair_policy = 2
        self.retire_missing_disks = 1
        #: Changed defaults of the resiliency settings: name -> property -> value.
        self.layout_defaults: dict[str, dict[str, int]] = {}

    @property
    def size(self) -> int:
        """Bytes of all disks."""
        return sum(disk.size for disk in self.disks.values())

    @property
    def allocated(self) -> int:
        """Bytes that are given away, with the configuration on each disk."""
        return sum(self.allocated_of(number) for number in self.disks)

    @property
    def failed(self) -> list[int]:
        """Numbers of the disks of which nothing can be read."""
        failures = self.host.storage_pools.failures
        return [number for number in self.disks if number in failures and failures[number].loses_data]

    @property
    def has_lost_majority(self) -> bool:
        """The greater part of the disks, and with them the pool's configuration, has failed."""
        return 2 * len(self.failed) > len(self.disks)

    def taken(self, number: int) -> int:
        """Slabs of a disk that virtual disks have."""
        return sum(space.slabs.get(number, 0) for space in self.spaces.values())

    def allocated_of(self, number: int) -> int:
        """Bytes of a disk that are given away."""
        return (self.taken(number) + CONFIGURATION_SLABS) * SLAB

    def eligible(self, chosen: Sequence[int] = ()) -> list[PooledDisk]:
        """The disks on which a virtual disk may lie: those that were chosen for it, or those that the pool
        takes by itself; none that has failed."""
        failed = self.failed
        usable = [disk for disk in self.disks.values() if disk.number not in failed]
        if chosen:
            wanted = (DiskUsage.AUTO_SELECT, DiskUsage.MANUAL_SELECT)
            return [disk for disk in usable if disk.number in chosen and disk.usage in wanted]
        return [disk for disk in usable if disk.usage is DiskUsage.AUTO_SELECT]

    def most_rows(self, layout: Layout, chosen: Sequence[int] = ()) -> int:
        """Rows of a layout that a new virtual disk could have."""
        free = [disk.slabs - self.taken(disk.number) for disk in self.eligible(chosen)]
        return most_rows(free, layout.width)

    def rows_left(self, space: StorageSpace) -> int:
        """Rows that a virtual disk could have more."""
        return max(0, most_rows(self._free_for(space), space.layout.width) - space.rows)

    def place(self, space: StorageSpace, rows: int) -> bool:
        """Give a virtual disk that many rows, no more and no less; false when they do not fit."""
        free = self._free_for(space)
        given = spread(free, rows, space.layout.width)
        if given is None:
            return False
        disks = self.eligible(space.chosen_disks)
        space.slabs = {disk.number: slabs for disk, slabs in zip(disks, given, strict=True) if slabs}
        space.rows = rows
        return True

    def fit(self, space: StorageSpace) -> None:
        """Give a thin virtual disk as many rows as what is on it needs; all that there are when it needs
        more."""
        needed = space.rows_for(space.used)
        if needed != space.rows and not self.place(space, needed):
            self.place(space, max(space.rows, most_rows(self._free_for(space), space.layout.width)))

    def _free_for(self, space: StorageSpace) -> list[int]:
        """Free slabs of the disks on which a virtual disk may lie, with those that it has."""
        return [
            disk.slabs - self.taken(disk.number) + space.slabs.get(disk.number, 0)
            for disk in self.eligible(space.chosen_disks)
        ]
