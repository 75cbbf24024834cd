"""Slabs: the pieces in which a pool gives space of its disks to virtual disks.

A row is one slab on each of ``width`` different disks, so that a disk that fails takes at most one slab of a
row.
"""

from collections.abc import Sequence

#: Bytes of a slab (Storage Spaces, general knowledge).
SLAB = 256 << 20


def most_rows(free: Sequence[int], width: int) -> int:
    """How many rows fit on disks with so many free slabs each."""
    low, high = 0, sum(free) // width if width else 0
    while low < high:
        rows = (low + high + 1) // 2
        if sum(min(each, rows) for each in free) >= rows * width:
            low = rows
        else:
            high = rows - 1
    return low


def spread(free: Sequence[int], rows: int, width: int) -> list[int] | None:
    """Slabs of each disk for so many rows, from the disks with the most free slabs first; None when they do
    not fit."""
    if rows > most_rows(free, width):
        return None
    wanted = rows * width

    def taken(level: int) -> list[int]:
        """What each disk gives when it keeps ``level`` slabs, if it has them."""
        return [min(max(each - level, 0), rows) for each in free]

    low, high = 0, max(free, default=0)
    while low < high:
        level = (low + high + 1) // 2
        if sum(taken(level)) >= wanted:
            low = level
        else:
            high = level - 1
    given, more = taken(low + 1), taken(low)
    missing = wanted - sum(given)
    for index, (less, full) in enumerate(zip(given, more, strict=True)):
        if missing and full > less:
            given[index] = full
            missing -= 1
    return given
