"""The VHD format: "Virtual Hard Disk Image Format Specification", version 1.0. Numbers are big-endian."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import NamedTuple

from emulator.host.identifiers import octets
from emulator.host.storage.disk_image.facts import ImageFacts
from emulator.host.storage.disk_image.kinds import SECTOR, DiskKind
from emulator.host.storage.disk_image.sector_bitmap import sector_bits
from emulator.host.storage.disk_image.sparse import Part, SparseFile, literal
from emulator.host.storage.disk_image.vhd_blocks import (
    TABLE_OFFSET,
    bitmap_size,
    blocks_offset,
    parent_paths,
    size_of_file,
    table_size,
    whole_sectors,
)

FOOTER_COOKIE = b"conectix"
HEADER_COOKIE = b"cxsparse"
#: Cookie, features, version, data offset, time, creator (4 fields), sizes, geometry, type, checksum, id,
#: saved.
FOOTER = struct.Struct(">8sIIQI4sI4sQQHBBII16sB427x")
#: Cookie, data offset, table offset, version, entries, block size, checksum, parent's id and time, name,
#: locators.
HEADER = struct.Struct(">8sQQIIII16sI4x512s192s256x")
LOCATOR = struct.Struct(">4sIIIQ")
VERSION = 0x00010000
NO_OFFSET = 0xFFFFFFFFFFFFFFFF
UNUSED = 0xFFFFFFFF
LOCATORS = 8
ABSOLUTE, RELATIVE = b"W2ku", b"W2ru"
#: Times count seconds from 2000-01-01.
EPOCH = 946_684_800
_RESERVED_FEATURE = 2
_MOST_SECTORS = 65_535 * 16 * 255


class Geometry(NamedTuple):
    """Cylinders, heads, sectors a track (specification, appendix "CHS Calculation")."""

    cylinders: int
    heads: int
    sectors: int


def geometry(size: int) -> Geometry:
    """The geometry of a disk; disks above 127 GB have the greatest that there is."""
    total = min(size // SECTOR, _MOST_SECTORS)
    if total >= 65_535 * 16 * 63:
        return Geometry(total // 255 // 16, 16, 255)
    sectors, rows = 17, total // 17
    heads = max(4, -(-rows // 1024))
    if rows >= heads * 1024 or heads > 16:
        sectors, heads, rows = 31, 16, total // 31
    if rows >= heads * 1024:
        sectors, heads, rows = 63, 16, total // 63
    return Geometry(rows // heads, heads, sectors)


def checksum(data: bytes) -> int:
    """One's complement of the sum of the bytes, with the checksum's own field as zero."""
    return ~sum(data) & 0xFFFFFFFF


def timestamp(microseconds: int) -> int:
    """A time as the format has it; before 2000 there is none."""
    return max(0, microseconds // 1_000_000 - EPOCH)


def footer(facts: ImageFacts) -> bytes:
    """The last sector of a file, and the first of one that grows."""
    fields = [
        FOOTER_COOKIE,
        _RESERVED_FEATURE,
        VERSION,
        NO_OFFSET if facts.kind is DiskKind.FIXED else SECTOR,
        timestamp(facts.modified),
        b"win ",
        0x000A0000,
        b"Wi2k",
        facts.size,
        facts.size,
        *geometry(facts.size),
        int(facts.kind),
        0,
        octets(facts.identifier),
        0,
    ]
    fields[-3] = checksum(FOOTER.pack(*fields))
    return FOOTER.pack(*fields)


def layout(facts: ImageFacts) -> SparseFile:
    """The file."""
    size, end = size_of_file(facts), footer(facts)
    last = literal(size - SECTOR, end)
    if facts.kind is DiskKind.FIXED:
        return SparseFile(size, [*(literal(start, data) for start, data in facts.payload.pieces), last])
    parts = [literal(0, end), literal(SECTOR, _header(facts)), *_locator_parts(facts)]
    parts += [_table(facts), _blocks(facts), last]
    return SparseFile(size, parts)


def _header(facts: ImageFacts) -> bytes:
    parent = facts.parent
    fields = [
        HEADER_COOKIE,
        NO_OFFSET,
        TABLE_OFFSET,
        VERSION,
        facts.block_count,
        facts.block_size,
        0,
        bytes(16) if parent is None else octets(parent.identifier),
        0 if parent is None else timestamp(parent.modified),
        b"" if parent is None else _short_name(parent.path).encode("utf-16-be", "surrogatepass"),
        b"".join(entry for entry, _ in _locators(facts)).ljust(LOCATORS * LOCATOR.size, b"\0"),
    ]
    fields[6] = checksum(HEADER.pack(*fields))
    return HEADER.pack(*fields)


def _short_name(path: str) -> str:
    return path if len(path) < 256 else path.rpartition("\\")[2]


def _locators(facts: ImageFacts) -> list[tuple[bytes, Part]]:
    """The entries for the parent's paths and the sectors that hold these."""
    if facts.parent is None:
        return []
    offset = TABLE_OFFSET + table_size(facts)
    made: list[tuple[bytes, Part]] = []
    for code, path in zip((ABSOLUTE, RELATIVE), parent_paths(facts.parent), strict=True):
        data = path.encode("utf-16-le", "surrogatepass")
        space = whole_sectors(len(data))
        made.append((LOCATOR.pack(code, space, len(data), 0, offset), literal(offset, data)))
        offset += space
    return made


def _locator_parts(facts: ImageFacts) -> Iterator[Part]:
    return (part for _, part in _locators(facts))


def _table(facts: ImageFacts) -> Part:
    base, stride = blocks_offset(facts), bitmap_size(facts.block_size) + facts.block_size

    def read(offset: int, length: int) -> bytes:
        first, last = offset // 4, -(-(offset + length) // 4)
        entries = [UNUSED] * (last - first)
        for low, high in facts.allocated.within(first, last):
            rank = facts.allocated.rank(low)
            for number in range(low, high):
                entries[number - first] = (base + (rank + number - low) * stride) // SECTOR
        made = struct.pack(f">{len(entries)}I", *entries)
        return made[offset - first * 4 :][:length]

    return Part(TABLE_OFFSET, table_size(facts), read)


def _blocks(facts: ImageFacts) -> Part:
    """The blocks, each after its bitmap. In a dynamic disk every sector of a block counts as written."""
    bitmap, block = bitmap_size(facts.block_size), facts.block_size
    stride = bitmap + block
    full = b"\xff" * (block // SECTOR // 8)

    def read(offset: int, length: int) -> bytes:
        made = bytearray(length)

        def put(place: int, data: bytes | memoryview) -> None:
            low, high = max(place, offset), min(place + len(data), offset + length)
            if low < high:
                made[low - offset : high - offset] = data[low - place : high - place]

        for rank in range(offset // stride, -(-(offset + length) // stride)):
            start = facts.allocated.select(rank) * block
            if facts.kind is DiskKind.DYNAMIC:
                put(rank * stride, full)
            else:
                put(rank * stride, sector_bits(facts.written, start, block, most_significant_first=True))
            for place, data in facts.payload.within(start, start + block):
                put(rank * stride + bitmap + place - start, data)
        return bytes(made)

    return Part(blocks_offset(facts), len(facts.allocated) * stride, read)
