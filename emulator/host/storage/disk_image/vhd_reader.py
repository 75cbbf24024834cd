"""Reading VHD files that clients upload."""

from __future__ import annotations

from typing import Any, NamedTuple

from emulator.host.identifiers import guid_of_octets
from emulator.host.storage.disk_image import errors
from emulator.host.storage.disk_image.errors import ImageError
from emulator.host.storage.disk_image.extents import Extents, Range
from emulator.host.storage.disk_image.facts import ImageFacts, ParentFacts
from emulator.host.storage.disk_image.kinds import SECTOR, DiskFormat, DiskKind
from emulator.host.storage.disk_image.payload import Payload, Piece, nonzero_pieces
from emulator.host.storage.disk_image.sector_bitmap import written_sectors
from emulator.host.storage.disk_image.vhd import (
    ABSOLUTE,
    EPOCH,
    FOOTER,
    FOOTER_COOKIE,
    HEADER,
    HEADER_COOKIE,
    LOCATOR,
    LOCATORS,
    RELATIVE,
    UNUSED,
    VERSION,
    checksum,
)
from emulator.host.storage.disk_image.vhd_blocks import bitmap_size

_LARGEST = 2040 << 30
_BLOCK_SIZES = frozenset(1 << power for power in range(12, 29))


class _Footer(NamedTuple):
    kind: DiskKind
    size: int
    identifier: str
    modified: int
    data_offset: int


def is_vhd(data: bytes) -> bool:
    """Whether a file has a VHD footer where one belongs."""
    return len(data) >= SECTOR and FOOTER_COOKIE in (data[-SECTOR:][:8], data[:8])


def parse_vhd(data: bytes) -> ImageFacts:
    """The facts of a file. Raises ImageError."""
    found = _footer(data)
    view = memoryview(data)
    if found.kind is DiskKind.FIXED:
        if len(data) < found.size + SECTOR:
            raise ImageError(errors.INVALID_FILE_SIZE)
        payload = Payload(nonzero_pieces(view[: found.size], 0))
        return _facts(found, 0, payload=payload, written=_places(payload))
    return _sparse(data, view, found)


def _footer(data: bytes) -> _Footer:
    at_end = data[-SECTOR:]
    # A file that grows has a copy of the footer at its start, in case the end is damaged.
    text = at_end if at_end[:8] == FOOTER_COOKIE else data[:SECTOR]
    if len(text) < SECTOR or text[:8] != FOOTER_COOKIE:
        raise ImageError(errors.FOOTER_MISSING)
    fields = FOOTER.unpack(text)
    if fields[2] != VERSION:
        raise ImageError(errors.FORMAT_UNSUPPORTED_VERSION)
    if checksum(text[:64] + bytes(4) + text[68:]) != fields[14]:
        raise ImageError(errors.FOOTER_CHECKSUM_MISMATCH)
    size = fields[9]
    try:
        kind = DiskKind(fields[13])
    except ValueError:
        raise ImageError(errors.FOOTER_CORRUPT) from None
    if not SECTOR <= size <= _LARGEST or size % SECTOR:
        raise ImageError(errors.INVALID_SIZE)
    modified = (fields[4] + EPOCH) * 1_000_000
    return _Footer(kind, size, _guid(fields[15]), modified, fields[3])


def _sparse(data: bytes, view: memoryview, found: _Footer) -> ImageFacts:
    text = data[found.data_offset : found.data_offset + HEADER.size]
    if len(text) < HEADER.size or text[:8] != HEADER_COOKIE:
        raise ImageError(errors.SPARSE_HEADER_CORRUPT)
    fields = HEADER.unpack(text)
    if checksum(text[:36] + bytes(4) + text[40:]) != fields[6]:
        raise ImageError(errors.SPARSE_HEADER_CHECKSUM_MISMATCH)
    table, entries, block = fields[2], fields[4], fields[5]
    if block not in _BLOCK_SIZES:
        raise ImageError(errors.INVALID_BLOCK_SIZE)
    count = -(-found.size // block)
    if entries < count or table + count * 4 > len(data):
        raise ImageError(errors.BLOCK_ALLOCATION_TABLE_CORRUPT)
    allocated: list[Range] = []
    written: list[Range] = []
    pieces: list[Piece] = []
    bitmap = bitmap_size(block)
    for number in range(count):
        sector = int.from_bytes(view[table + number * 4 : table + number * 4 + 4], "big")
        if sector == UNUSED:
            continue
        start, place = number * block, sector * SECTOR
        stop = min(block, found.size - start)
        if place + bitmap + stop > len(data):
            raise ImageError(errors.BLOCK_ALLOCATION_TABLE_CORRUPT)
        allocated.append((number, number + 1))
        own = nonzero_pieces(view[place + bitmap : place + bitmap + stop], start)
        if found.kind is DiskKind.DIFFERENCING:
            bits = bytes(view[place : place + block // SECTOR // 8])
            ranges = list(written_sectors(bits, start, most_significant_first=True))
            written += ranges
            pieces += (piece for low, high in ranges for piece in Payload(own).within(low, high))
        else:
            pieces += own
    payload = Payload(pieces)
    return _facts(
        found,
        block,
        payload=payload,
        written=Extents(written) if found.kind is DiskKind.DIFFERENCING else _places(payload),
        allocated=Extents(allocated),
        parent=_parent(data, fields) if found.kind is DiskKind.DIFFERENCING else None,
    )


def _parent(data: bytes, fields: tuple[Any, ...]) -> ParentFacts:
    paths: dict[bytes, str] = {}
    for number in range(LOCATORS):
        entry = fields[10][number * LOCATOR.size : (number + 1) * LOCATOR.size]
        code, _, length, _, offset = LOCATOR.unpack(entry)
        if code in (ABSOLUTE, RELATIVE) and length <= 65_536:
            paths[code] = data[offset : offset + length].decode("utf-16-le", "replace")
    path = paths.get(ABSOLUTE) or paths.get(RELATIVE)
    if not path:
        path = fields[9].decode("utf-16-be", "replace").rstrip("\0")
    identifier = _guid(fields[7])
    modified = (int(fields[8]) + EPOCH) * 1_000_000
    return ParentFacts(path, paths.get(RELATIVE, ""), identifier, "", modified)


def _facts(
    found: _Footer,
    block_size: int,
    *,
    payload: Payload,
    written: Extents,
    allocated: Extents | None = None,
    parent: ParentFacts | None = None,
) -> ImageFacts:
    return ImageFacts(
        DiskFormat.VHD,
        found.kind,
        found.size,
        block_size,
        found.identifier,
        "",
        found.modified,
        parent=parent,
        allocated=Extents() if allocated is None else allocated,
        written=written,
        payload=payload,
    )


def _places(payload: Payload) -> Extents:
    return Extents((start, start + len(data)) for start, data in payload.pieces)


def _guid(data: bytes) -> str:
    return guid_of_octets(data)
