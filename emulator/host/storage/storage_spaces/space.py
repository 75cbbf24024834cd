"""A virtual disk of a storage pool. Windows calls it a virtual disk or a storage space; here it is a space,
since virtual disks are the files of virtual machines."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

from emulator.host.storage.storage_spaces.slabs import SLAB

if TYPE_CHECKING:
    from emulator.host.storage.storage_spaces.layout import Layout
    from emulator.host.storage.storage_spaces.pool import StoragePool


class Provisioning(IntEnum):
    """MSFT_VirtualDisk.ProvisioningType."""

    THIN = 1
    FIXED = 2


class StorageSpace:
    """A disk that is made of slabs of a pool's disks.

    ``size`` is what the disk shows, in bytes. ``slabs`` are those that it has of each disk of the pool, by
    the disk's number. ``number`` is its own number among the disks of the host; None while it is detached.
    """

    def __init__(
        self,
        pool: StoragePool,
        identifier: str,
        name: str,
        layout: Layout,
        size: int,
        provisioning: Provisioning,
    ) -> None:
        self.pool = pool
        self.id = identifier
        self.name = name
        self.layout = layout
        self.size = size
        self.provisioning = provisioning
        self.slabs: dict[int, int] = {}
        self.rows = 0
        self.number: int | None = None
        self.is_manual_attach = False
        #: Too many of its disks have failed; it was detached for that and comes back by itself.
        self.is_lost = False
        self.is_read_only = False
        self.usage = 1
        self.usage_description = ""
        #: Numbers of the disks that it may use; empty: those that the pool chooses by itself.
        self.chosen_disks: tuple[int, ...] = ()

    @property
    def unique_id(self) -> str:
        """MSFT_VirtualDisk.UniqueId, and that of its disk."""
        return self.id.replace("-", "")

    @property
    def row_size(self) -> int:
        """Bytes of data in a row of slabs."""
        return self.layout.data_slabs * SLAB

    @property
    def is_thin(self) -> bool:
        return self.provisioning is Provisioning.THIN

    @property
    def allocated(self) -> int:
        """Bytes of data for which the pool has given space."""
        return min(self.size, self.rows * self.row_size)

    @property
    def footprint(self) -> int:
        """Bytes that it takes of the pool."""
        return sum(self.slabs.values()) * SLAB

    @property
    def failed_disks(self) -> list[int]:
        """Numbers of the disks that it lies on and that have failed."""
        return [number for number in self.pool.failed if number in self.slabs]

    @property
    def lacks_disks(self) -> bool:
        """Whether more disks have failed than its layout allows, or the pool itself has."""
        return len(self.failed_disks) > self.layout.redundancy or self.pool.has_lost_majority

    @property
    def used(self) -> int:
        """Bytes that the file systems on it use."""
        state = self.pool.host.disk_partitions.of(self)
        volumes = [each.volume for each in state.partitions] if state is not None else []
        return sum(volume.used for volume in volumes if volume is not None)

    # -- what its volumes ask of a thin disk ------------------------------------------------------

    def room(self) -> int:
        """Bytes that can be written more: in its own slabs, and in those that its pool can still give."""
        return max(0, self.rows * self.row_size - self.used) + self.pool.rows_left(self) * self.row_size

    def follow(self) -> None:
        """What is used on a thin disk has changed: it has that many slabs now."""
        self.pool.fit(self)

    def rows_for(self, size: int) -> int:
        """Rows that hold so many bytes of data; at least one."""
        return max(1, -(-size // self.row_size))
