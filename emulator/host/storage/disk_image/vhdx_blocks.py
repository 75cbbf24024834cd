"""Where the blocks of a VHDX file lie, and how long the file is (MS-VHDX 2.5)."""

from __future__ import annotations

from emulator.host.storage.disk_image.extents import Extents
from emulator.host.storage.disk_image.facts import ImageFacts
from emulator.host.storage.disk_image.kinds import MEBIBYTE, DiskKind
from emulator.record import Record

#: The block allocation table: the headers, the log and the metadata have the megabytes before it.
TABLE_OFFSET = 3 * MEBIBYTE
#: Block size inside the file of a fixed disk, which shows none (recorded: 32 MB).
FIXED_BLOCK_SIZE = 32 * MEBIBYTE


class Blocks(Record):
    """How the payload blocks of a file lie: where they begin and how the table counts them."""

    size: int
    block_count: int
    chunk: int
    base: int
    table_length: int
    allocated: Extents
    #: Chunks that have a sector bitmap block; these follow the payload blocks.
    bitmaps: Extents

    def entry(self, number: int) -> int:
        """The place of a payload block in the table: after each chunk comes the entry of its bitmap."""
        return number + number // self.chunk

    def place(self, number: int) -> int:
        """Where an allocated block is in the file."""
        return self.base + self.allocated.rank(number) * self.size

    def bitmap_place(self, chunk: int) -> int:
        """Where the bitmap of a chunk is in the file."""
        return self.base + len(self.allocated) * self.size + self.bitmaps.rank(chunk) * MEBIBYTE


def chunk_ratio(block_size: int, sector_size: int) -> int:
    """Payload blocks that one sector bitmap block covers (MS-VHDX 2.5)."""
    return max(1, (1 << 23) * sector_size // block_size)


def table_entries(count: int, chunk: int, *, differencing: bool) -> int:
    """Entries of the block allocation table (MS-VHDX 2.5)."""
    if differencing:
        return -(-count // chunk) * (chunk + 1)
    return count + (count - 1) // chunk


def blocks_of(facts: ImageFacts) -> Blocks:
    """How the blocks of a file lie."""
    size = facts.block_size or FIXED_BLOCK_SIZE
    count = -(-facts.size // size)
    chunk = chunk_ratio(size, facts.logical_sector_size)
    differencing = facts.kind is DiskKind.DIFFERENCING
    length = table_entries(count, chunk, differencing=differencing) * 8
    length = -(-length // MEBIBYTE) * MEBIBYTE
    allocated = Extents([(0, count)]) if facts.kind is DiskKind.FIXED else facts.allocated
    bitmaps = allocated.blocks(chunk) if differencing else Extents()
    return Blocks(size, count, chunk, TABLE_OFFSET + length, length, allocated, bitmaps)


def size_of_file(facts: ImageFacts) -> int:
    """Bytes of the file: whole megabytes but for what nothing uses."""
    blocks = blocks_of(facts)
    if facts.kind is DiskKind.FIXED:
        return blocks.base + -(-facts.size // MEBIBYTE) * MEBIBYTE
    return blocks.bitmap_place(1 << 62) + facts.slack
