"""Where the blocks of a VHD file lie, and how long it is ("Virtual Hard Disk Image Format Specification")."""

from __future__ import annotations

from emulator.host.storage.disk_image.facts import ImageFacts, ParentFacts
from emulator.host.storage.disk_image.kinds import SECTOR, DiskKind

_HEADER_SIZE = 1024
TABLE_OFFSET = SECTOR + _HEADER_SIZE
"""The block allocation table follows the copy of the footer and the header of a disk that grows."""


def whole_sectors(length: int) -> int:
    """Bytes that so many bytes take in the file."""
    return -(-length // SECTOR) * SECTOR


def bitmap_size(block_size: int) -> int:
    """Bytes of the sector bitmap before each block."""
    return whole_sectors(-(-block_size // SECTOR // 8))


def table_size(facts: ImageFacts) -> int:
    """Bytes of the block allocation table."""
    return whole_sectors(facts.block_count * 4)


def parent_paths(parent: ParentFacts) -> tuple[str, str]:
    """What the parent locators say: its absolute path and the relative one, in this order."""
    return parent.path, parent.relative_path


def blocks_offset(facts: ImageFacts) -> int:
    """Where the blocks begin: behind the table and the parent's paths."""
    paths = () if facts.parent is None else parent_paths(facts.parent)
    space = sum(whole_sectors(len(path.encode("utf-16-le", "surrogatepass"))) for path in paths)
    return TABLE_OFFSET + table_size(facts) + space


def size_of_file(facts: ImageFacts) -> int:
    """Bytes of the file."""
    if facts.kind is DiskKind.FIXED:
        return facts.size + SECTOR
    stride = bitmap_size(facts.block_size) + facts.block_size
    return blocks_offset(facts) + len(facts.allocated) * stride + facts.slack + SECTOR
