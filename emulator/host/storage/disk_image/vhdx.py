"""The VHDX format: MS-VHDX. Numbers are little-endian.

Where Windows puts things: headers in the first megabyte, the log, the metadata and the block allocation table
in one each from then on (the table takes more when the disk is large), payload blocks behind.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from emulator.host.identifiers import octets_little_endian
from emulator.host.storage.disk_image.crc32c import crc32c
from emulator.host.storage.disk_image.facts import ImageFacts
from emulator.host.storage.disk_image.kinds import KIBIBYTE, MEBIBYTE, SECTOR, DiskKind
from emulator.host.storage.disk_image.sector_bitmap import sector_bits
from emulator.host.storage.disk_image.sparse import Part, SparseFile, literal
from emulator.host.storage.disk_image.vhdx_blocks import (
    FIXED_BLOCK_SIZE,
    TABLE_OFFSET,
    Blocks,
    blocks_of,
    size_of_file,
)

FILE_SIGNATURE = b"vhdxfile"
HEADER_SIGNATURE, REGION_SIGNATURE, METADATA_SIGNATURE = b"head", b"regi", b"metadata"
HEADER_OFFSETS = (64 * KIBIBYTE, 128 * KIBIBYTE)
REGION_OFFSETS = (192 * KIBIBYTE, 256 * KIBIBYTE)
HEADER_SIZE, TABLE_SIZE = 4 * KIBIBYTE, 64 * KIBIBYTE
#: Signature, checksum, sequence number, file write, data write and log GUIDs, log version, version, log's
#: place.
HEADER = struct.Struct("<4sIQ16s16s16sHHIQ")
REGION_HEADER = struct.Struct("<4sIII")
REGION_ENTRY = struct.Struct("<16sQII")
METADATA_HEADER = struct.Struct("<8sHH20x")
METADATA_ENTRY = struct.Struct("<16sIIII")
LOCATOR_HEADER = struct.Struct("<16sHH")
LOCATOR_ENTRY = struct.Struct("<IIHH")
LOG_OFFSET, METADATA_OFFSET = MEBIBYTE, 2 * MEBIBYTE


TABLE_REGION = octets_little_endian("2DC27766-F623-4200-9D64-115E9BFD4A08")
METADATA_REGION = octets_little_endian("8B7CA206-4790-4B9A-B8FE-575F050F886E")
FILE_PARAMETERS = octets_little_endian("CAA16737-FA36-4D43-B3B6-33F0AA44E76B")
VIRTUAL_DISK_SIZE = octets_little_endian("2FA54224-CD1B-4876-B211-5DBED83BF4B8")
VIRTUAL_DISK_ID = octets_little_endian("BECA12AB-B2E6-4523-93EF-C309E000C746")
LOGICAL_SECTOR_SIZE = octets_little_endian("8141BF1D-A96F-4709-BA47-F233A8FAAB5F")
PHYSICAL_SECTOR_SIZE = octets_little_endian("CDA348C7-445D-4471-9CC9-E9885251C556")
PARENT_LOCATOR = octets_little_endian("A8D35F2D-B30B-454D-ABF7-D3D84834AB0C")
LOCATOR_TYPE = octets_little_endian("B04AEFB7-D19E-4A81-B789-25B8E9445913")
#: Flags of metadata entries: about the virtual disk, required.
_OF_DISK, _REQUIRED = 2, 4
LEAVE_BLOCKS_ALLOCATED, HAS_PARENT = 1, 2
NOT_PRESENT, FULLY_PRESENT, PARTIALLY_PRESENT = 0, 6, 7
BITMAP_PRESENT = 6
STATE_MASK = 7


def layout(facts: ImageFacts) -> SparseFile:
    """The file."""
    blocks = blocks_of(facts)
    regions = _region_table(blocks)
    parts = [
        literal(0, FILE_SIGNATURE + "Microsoft Windows".encode("utf-16-le")),
        *(literal(offset, header(facts, number)) for number, offset in enumerate(HEADER_OFFSETS, 1)),
        *(literal(offset, regions) for offset in REGION_OFFSETS),
        *_metadata(facts),
        _table(facts, blocks),
        *_payload(facts, blocks),
        *_bitmaps(facts, blocks),
    ]
    return SparseFile(size_of_file(facts), parts)


def header(facts: ImageFacts, sequence: int) -> bytes:
    """One of the two headers."""
    data_id = octets_little_endian(facts.data_id)
    fields = [HEADER_SIGNATURE, 0, sequence, data_id, data_id, bytes(16), 0, 1, MEBIBYTE, LOG_OFFSET]
    fields[1] = crc32c(HEADER.pack(*fields).ljust(HEADER_SIZE, b"\0"))
    return HEADER.pack(*fields)


def _region_table(blocks: Blocks) -> bytes:
    entries = REGION_ENTRY.pack(TABLE_REGION, TABLE_OFFSET, blocks.table_length, 1)
    entries += REGION_ENTRY.pack(METADATA_REGION, METADATA_OFFSET, MEBIBYTE, 1)
    check = crc32c((REGION_HEADER.pack(REGION_SIGNATURE, 0, 2, 0) + entries).ljust(TABLE_SIZE, b"\0"))
    return REGION_HEADER.pack(REGION_SIGNATURE, check, 2, 0) + entries


def _metadata(facts: ImageFacts) -> Iterator[Part]:
    """The table of the metadata region and the items behind it."""
    flags = LEAVE_BLOCKS_ALLOCATED if facts.kind is DiskKind.FIXED else 0
    flags |= HAS_PARENT if facts.parent is not None else 0
    items = [
        (FILE_PARAMETERS, struct.pack("<II", facts.block_size or FIXED_BLOCK_SIZE, flags), _REQUIRED),
        (VIRTUAL_DISK_SIZE, struct.pack("<Q", facts.size), _OF_DISK | _REQUIRED),
        (VIRTUAL_DISK_ID, octets_little_endian(facts.identifier), _OF_DISK | _REQUIRED),
        (LOGICAL_SECTOR_SIZE, struct.pack("<I", facts.logical_sector_size), _OF_DISK | _REQUIRED),
        (PHYSICAL_SECTOR_SIZE, struct.pack("<I", facts.physical_sector_size), _OF_DISK | _REQUIRED),
    ]
    if facts.parent is not None:
        items.append((PARENT_LOCATOR, _parent_locator(facts), _REQUIRED))
    table = METADATA_HEADER.pack(METADATA_SIGNATURE, 0, len(items))
    offset = TABLE_SIZE
    for identifier, data, kind in items:
        table += METADATA_ENTRY.pack(identifier, offset, len(data), kind, 0)
        yield literal(METADATA_OFFSET + offset, data)
        offset += len(data)
    yield literal(METADATA_OFFSET, table)


def _parent_locator(facts: ImageFacts) -> bytes:
    parent = facts.parent
    if parent is None:
        return b""
    pairs = [
        ("parent_linkage", f"{{{parent.data_id.lower()}}}"),
        ("relative_path", parent.relative_path),
        ("absolute_win32_path", f"\\\\?\\{parent.path}"),
    ]
    texts = [
        (key.encode("utf-16-le"), value.encode("utf-16-le", "surrogatepass")) for key, value in pairs if value
    ]
    offset = LOCATOR_HEADER.size + len(texts) * LOCATOR_ENTRY.size
    entries, data = b"", b""
    for key, value in texts:
        place = offset + len(data)
        entries += LOCATOR_ENTRY.pack(place, place + len(key), len(key), len(value))
        data += key + value
    return LOCATOR_HEADER.pack(LOCATOR_TYPE, 0, len(texts)) + entries + data


def _table(facts: ImageFacts, blocks: Blocks) -> Part:
    stride, chunk = blocks.chunk + 1, blocks.chunk
    differencing = facts.kind is DiskKind.DIFFERENCING

    def state(number: int) -> int:
        if not differencing:
            return FULLY_PRESENT
        start, end = number * blocks.size, min((number + 1) * blocks.size, facts.size)
        whole = next(iter(facts.written.within(start, end)), None) == (start, end)
        return FULLY_PRESENT if whole else PARTIALLY_PRESENT

    def read(offset: int, length: int) -> bytes:
        first, last = offset // 8, -(-(offset + length) // 8)
        entries = [0] * (last - first)
        # Payload blocks whose entries may lie here; entries of bitmaps are every stride's last.
        low_block = first // stride * chunk + min(first % stride, chunk)
        high_block = last // stride * chunk + min(last % stride, chunk)
        for low, high in blocks.allocated.within(low_block, high_block):
            for number in range(low, high):
                entries[blocks.entry(number) - first] = blocks.place(number) | state(number)
        for low, high in blocks.bitmaps.within(first // stride, last // stride):
            for number in range(low, high):
                entry = number * stride + chunk - first
                if 0 <= entry < len(entries):
                    entries[entry] = blocks.bitmap_place(number) | BITMAP_PRESENT
        made = struct.pack(f"<{len(entries)}Q", *entries)
        return made[offset - first * 8 :][:length]

    return Part(TABLE_OFFSET, blocks.table_length, read)


def _payload(facts: ImageFacts, blocks: Blocks) -> Iterator[Part]:
    for start, data in facts.payload.pieces:
        at = 0
        while at < len(data):
            number, within = divmod(start + at, blocks.size)
            length = min(len(data) - at, blocks.size - within)
            if number in blocks.allocated:
                yield literal(blocks.place(number) + within, data[at : at + length])
            at += length


def _bitmaps(facts: ImageFacts, blocks: Blocks) -> Iterator[Part]:
    covered = blocks.chunk * blocks.size
    for low, high in blocks.bitmaps.ranges:
        for number in range(low, high):

            def read(offset: int, length: int, number: int = number) -> bytes:
                start = number * covered + offset * 8 * SECTOR
                return sector_bits(facts.written, start, length * 8 * SECTOR, most_significant_first=False)

            yield Part(blocks.bitmap_place(number), MEBIBYTE, read)
