"""The partition table of one disk: its partitions, and what is free between them."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum

from emulator.host.errors import NotFound
from emulator.host.storage.disk_layout import PartitionKind
from emulator.host.storage.filesystem.volume import Volume
from emulator.host.storage.storage_errors import NoSpace

MEGABYTE = 1 << 20
MAXIMUM_GPT, MAXIMUM_MBR = 128, 4


class PartitionStyle(IntEnum):
    """MSFT_Disk.PartitionStyle."""

    RAW = 0
    MBR = 1
    GPT = 2


@dataclass(slots=True, eq=False)
class StoredPartition:
    """A partition; offset and size in bytes. ``volume`` is None until it is formatted."""

    number: int
    kind: PartitionKind
    offset: int
    size: int
    letter: str = ""
    volume: Volume | None = None

    @property
    def end(self) -> int:
        """The first byte behind it."""
        return self.offset + self.size

    @property
    def has_paths(self) -> bool:
        """Whether files on it can be reached: by a drive letter or in a folder."""
        return bool(self.letter or (self.volume is not None and self.volume.mount_points))


@dataclass(slots=True, eq=False)
class DiskState:
    """The partition table of one disk, and whether Windows uses it."""

    style: PartitionStyle = PartitionStyle.RAW
    is_offline: bool = False
    is_read_only: bool = False
    partitions: list[StoredPartition] = field(default_factory=list)

    @property
    def is_full(self) -> bool:
        """Whether the table has no room for one more partition."""
        return len(self.partitions) >= (MAXIMUM_GPT if self.style is PartitionStyle.GPT else MAXIMUM_MBR)

    def partition(self, number: int) -> StoredPartition:
        """The partition of a number. Raises NotFound."""
        found = next((each for each in self.partitions if each.number == number), None)
        if found is None:
            raise NotFound(f"There is no partition {number} on the disk.")
        return found

    def extent(self, size: int, offset: int | None) -> tuple[int, int]:
        """Start and length of a free extent of a disk of that size: the one at an offset, or the largest.
        Raises NoSpace."""
        ends = [MEGABYTE, *(each.end for each in self.partitions)]
        starts = [*(each.offset for each in self.partitions), size - MEGABYTE]
        free = [(begin, rounded(end - begin)) for begin, end in zip(ends, starts, strict=True) if end > begin]
        if offset is not None:
            free = [(offset, begin + room - offset) for begin, room in free if begin <= offset < begin + room]
        if not free:
            raise NoSpace()
        return max(free, key=lambda each: each[1])

    def room_for(self, partition: StoredPartition, size: int) -> int:
        """Bytes from the beginning of a partition to the next one, or to the end of a disk of that size."""
        later = [each.offset for each in self.partitions if each.offset > partition.offset]
        return min([*later, size - MEGABYTE]) - partition.offset

    def add(self, kind: PartitionKind, offset: int, size: int, letter: str = "") -> StoredPartition:
        """Make a partition of the first number that is free, in its place."""
        taken = {each.number for each in self.partitions}
        number = next(each for each in range(1, MAXIMUM_GPT + 2) if each not in taken)
        made = StoredPartition(number, kind, offset, size, letter)
        self.partitions.append(made)
        self.partitions.sort(key=lambda each: each.offset)
        return made


def rounded(size: int) -> int:
    """Whole megabytes: partitions begin and end on them."""
    return size // MEGABYTE * MEGABYTE
