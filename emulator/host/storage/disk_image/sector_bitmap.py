"""Sector bitmaps of differencing disks: which sectors of a block are the disk's own."""

from __future__ import annotations

from collections.abc import Iterator

from emulator.host.storage.disk_image.extents import Extents, Range
from emulator.host.storage.disk_image.kinds import SECTOR

_REVERSED = bytes(int(f"{value:08b}"[::-1], 2) for value in range(256))


def sector_bits(written: Extents, start: int, length: int, *, most_significant_first: bool) -> bytes:
    """One bit a sector of ``length`` bytes of the disk from ``start`` on; set where something was written.

    VHD counts a byte's bits from the most significant one, VHDX from the least.
    """
    bits = 0
    for low, high in written.within(start, start + length):
        first, last = (low - start) // SECTOR, -(-(high - start) // SECTOR)
        bits |= ((1 << (last - first)) - 1) << first
    made = bits.to_bytes(-(-length // (8 * SECTOR)), "little")
    return made.translate(_REVERSED) if most_significant_first else made


def written_sectors(bits: bytes, start: int, *, most_significant_first: bool) -> Iterator[Range]:
    """The ranges of bytes that a bitmap marks; its first bit is the sector at ``start``."""
    value = int.from_bytes(bits.translate(_REVERSED) if most_significant_first else bits, "little")
    place = 0
    while value:
        skip = (value & -value).bit_length() - 1
        value >>= skip
        run = (~value & (value + 1)).bit_length() - 1
        yield start + (place + skip) * SECTOR, start + (place + skip + run) * SECTOR
        value >>= run
        place += skip + run
