"""Reading VHDX files that clients upload."""

from __future__ import annotations

import struct
from typing import NamedTuple

from emulator.host.identifiers import guid_of_little_endian
from emulator.host.storage.disk_image import errors
from emulator.host.storage.disk_image.crc32c import crc32c
from emulator.host.storage.disk_image.errors import ImageError
from emulator.host.storage.disk_image.extents import Extents, Range
from emulator.host.storage.disk_image.facts import ImageFacts, ParentFacts
from emulator.host.storage.disk_image.kinds import MEBIBYTE, SECTOR, DiskFormat, DiskKind
from emulator.host.storage.disk_image.payload import Payload, Piece, nonzero_pieces
from emulator.host.storage.disk_image.sector_bitmap import written_sectors
from emulator.host.storage.disk_image.vhdx import (
    BITMAP_PRESENT,
    FILE_PARAMETERS,
    FILE_SIGNATURE,
    FULLY_PRESENT,
    HAS_PARENT,
    HEADER,
    HEADER_OFFSETS,
    HEADER_SIGNATURE,
    HEADER_SIZE,
    LEAVE_BLOCKS_ALLOCATED,
    LOCATOR_ENTRY,
    LOCATOR_HEADER,
    LOGICAL_SECTOR_SIZE,
    METADATA_ENTRY,
    METADATA_HEADER,
    METADATA_REGION,
    METADATA_SIGNATURE,
    PARENT_LOCATOR,
    PARTIALLY_PRESENT,
    PHYSICAL_SECTOR_SIZE,
    REGION_ENTRY,
    REGION_HEADER,
    REGION_OFFSETS,
    REGION_SIGNATURE,
    STATE_MASK,
    TABLE_REGION,
    TABLE_SIZE,
    VIRTUAL_DISK_ID,
    VIRTUAL_DISK_SIZE,
)
from emulator.host.storage.disk_image.vhdx_blocks import chunk_ratio

_LARGEST = 64 << 40
_MOST_REGIONS = _MOST_ITEMS = 2047
_BLOCK_SIZES = frozenset(1 << power for power in range(20, 29))
_PATH_PREFIX = "\\\\?\\"


class _Metadata(NamedTuple):
    block_size: int
    flags: int
    size: int
    identifier: str
    logical: int
    physical: int
    locator: dict[str, str]


def is_vhdx(data: bytes) -> bool:
    """Whether a file has the identifier of VHDX."""
    return data[: len(FILE_SIGNATURE)] == FILE_SIGNATURE


def parse_vhdx(data: bytes) -> ImageFacts:
    """The facts of a file. Raises ImageError; also for a file whose log must be replayed first."""
    data_id = _data_id(data)
    regions = _regions(data)
    if METADATA_REGION not in regions or TABLE_REGION not in regions:
        raise ImageError(errors.SPARSE_HEADER_CORRUPT)
    facts = _metadata(data, *regions[METADATA_REGION])
    kind = DiskKind.DYNAMIC
    if facts.flags & HAS_PARENT:
        kind = DiskKind.DIFFERENCING
    elif facts.flags & LEAVE_BLOCKS_ALLOCATED:
        kind = DiskKind.FIXED
    allocated, written, payload = _blocks(data, regions[TABLE_REGION], facts, kind)
    parent = None
    if kind is DiskKind.DIFFERENCING:
        path = facts.locator.get("absolute_win32_path", "").removeprefix(_PATH_PREFIX)
        linkage = facts.locator.get("parent_linkage", "").strip("{}").upper()
        relative = facts.locator.get("relative_path", "")
        parent = ParentFacts(path or relative, relative, "", linkage, 0)
    return ImageFacts(
        DiskFormat.VHDX,
        kind,
        facts.size,
        0 if kind is DiskKind.FIXED else facts.block_size,
        facts.identifier,
        data_id,
        0,
        logical_sector_size=facts.logical,
        physical_sector_size=facts.physical,
        parent=parent,
        allocated=Extents() if kind is DiskKind.FIXED else allocated,
        written=written,
        payload=payload,
    )


def _data_id(data: bytes) -> str:
    """Data write GUID of the current header: the one with the greater sequence number of those that are
    whole."""
    best: tuple[int, str] | None = None
    for offset in HEADER_OFFSETS:
        text = data[offset : offset + HEADER_SIZE]
        if len(text) < HEADER_SIZE or text[:4] != HEADER_SIGNATURE:
            continue
        fields = HEADER.unpack_from(text)
        if crc32c(text[:4] + bytes(4) + text[8:]) != fields[1]:
            continue
        if fields[7] != 1:
            raise ImageError(errors.FORMAT_UNSUPPORTED_VERSION)
        if fields[5] != bytes(16):
            raise ImageError(errors.INVALID_STATE)
        if best is None or fields[2] > best[0]:
            best = fields[2], _guid(fields[4])
    if best is None:
        raise ImageError(errors.SPARSE_HEADER_CORRUPT)
    return best[1]


def _regions(data: bytes) -> dict[bytes, tuple[int, int]]:
    for offset in REGION_OFFSETS:
        text = data[offset : offset + TABLE_SIZE]
        if len(text) < TABLE_SIZE or text[:4] != REGION_SIGNATURE:
            continue
        _, check, count, _ = REGION_HEADER.unpack_from(text)
        if count > _MOST_REGIONS or crc32c(text[:4] + bytes(4) + text[8:]) != check:
            continue
        entries = (
            REGION_ENTRY.unpack_from(text, REGION_HEADER.size + number * REGION_ENTRY.size)
            for number in range(count)
        )
        return {identifier: (start, length) for identifier, start, length, _ in entries}
    raise ImageError(errors.SPARSE_HEADER_CHECKSUM_MISMATCH)


def _metadata(data: bytes, start: int, length: int) -> _Metadata:
    region = data[start : start + length]
    if len(region) < TABLE_SIZE or region[:8] != METADATA_SIGNATURE:
        raise ImageError(errors.METADATA_READ_FAILURE)
    _, _, count = METADATA_HEADER.unpack_from(region)
    items: dict[bytes, bytes] = {}
    for number in range(min(count, _MOST_ITEMS)):
        place = METADATA_HEADER.size + number * METADATA_ENTRY.size
        identifier, offset, size, _, _ = METADATA_ENTRY.unpack_from(region, place)
        items[identifier] = region[offset : offset + size]
    try:
        block, flags = struct.unpack("<II", items[FILE_PARAMETERS])
        (size,) = struct.unpack("<Q", items[VIRTUAL_DISK_SIZE])
        (logical,) = struct.unpack("<I", items[LOGICAL_SECTOR_SIZE])
        (physical,) = struct.unpack("<I", items[PHYSICAL_SECTOR_SIZE])
        identifier = _guid(items[VIRTUAL_DISK_ID])
        locator = _locator(items[PARENT_LOCATOR]) if flags & HAS_PARENT else {}
    except (KeyError, struct.error, ValueError):
        raise ImageError(errors.METADATA_READ_FAILURE) from None
    if block not in _BLOCK_SIZES:
        raise ImageError(errors.INVALID_BLOCK_SIZE)
    if logical not in (SECTOR, 4096) or physical not in (SECTOR, 4096):
        raise ImageError(errors.UNSUPPORTED_SECTOR_SIZE)
    if not SECTOR <= size <= _LARGEST or size % logical:
        raise ImageError(errors.INVALID_SIZE)
    return _Metadata(block, flags, size, identifier, logical, physical, locator)


def _locator(text: bytes) -> dict[str, str]:
    _, _, count = LOCATOR_HEADER.unpack_from(text)
    found: dict[str, str] = {}
    for number in range(count):
        place = LOCATOR_HEADER.size + number * LOCATOR_ENTRY.size
        key, value, key_length, value_length = LOCATOR_ENTRY.unpack_from(text, place)
        name = text[key : key + key_length].decode("utf-16-le")
        found[name] = text[value : value + value_length].decode("utf-16-le", "replace")
    return found


def _blocks(
    data: bytes, table: tuple[int, int], facts: _Metadata, kind: DiskKind
) -> tuple[Extents, Extents, Payload]:
    """Blocks that the file has, what was written in them, and its known bytes."""
    view = memoryview(data)
    count, chunk = -(-facts.size // facts.block_size), chunk_ratio(facts.block_size, facts.logical)
    last = count - 1 + (count - 1) // chunk
    if last * 8 + 8 > table[1] or table[0] + last * 8 + 8 > len(data):
        raise ImageError(errors.BLOCK_ALLOCATION_TABLE_CORRUPT)
    allocated: list[Range] = []
    written: list[Range] = []
    pieces: list[Piece] = []
    for number in range(count):
        entry = _entry(view, table, number + number // chunk)
        state, place = entry & STATE_MASK, entry >> 20 << 20
        if state not in (FULLY_PRESENT, PARTIALLY_PRESENT):
            continue
        start = number * facts.block_size
        length = min(facts.block_size, facts.size - start)
        if place < MEBIBYTE or place + length > len(data):
            raise ImageError(errors.BLOCK_ALLOCATION_TABLE_CORRUPT)
        allocated.append((number, number + 1))
        ranges = [(start, start + length)]
        if state == PARTIALLY_PRESENT:
            ranges = _partly_written(view, table, number, chunk, facts.block_size)
        own = Payload(nonzero_pieces(view[place : place + length], start))
        for low, high in ranges:
            pieces += own.within(low, high)
        if kind is DiskKind.DIFFERENCING:
            written += ranges
    payload = Payload(pieces)
    if kind is not DiskKind.DIFFERENCING:
        written = [(place, place + len(data)) for place, data in payload.pieces]
    return Extents(allocated), Extents(written), payload


def _partly_written(
    view: memoryview, table: tuple[int, int], number: int, chunk: int, block_size: int
) -> list[Range]:
    group, within = divmod(number, chunk)
    entry = _entry(view, table, group * (chunk + 1) + chunk)
    length = block_size // SECTOR // 8
    place = (entry >> 20 << 20) + within * length
    if entry & STATE_MASK != BITMAP_PRESENT or place + length > len(view):
        raise ImageError(errors.BLOCK_ALLOCATION_TABLE_CORRUPT)
    bits = bytes(view[place : place + length])
    return list(written_sectors(bits, number * block_size, most_significant_first=False))


def _entry(view: memoryview, table: tuple[int, int], number: int) -> int:
    start = table[0] + number * 8
    return int.from_bytes(view[start : start + 8], "little")


def _guid(data: bytes) -> str:
    return guid_of_little_endian(bytes(data))
