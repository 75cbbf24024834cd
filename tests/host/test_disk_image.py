"""The bytes of virtual hard disk files: what the specifications say, and what is read back."""

import struct
import uuid

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emulator.host.storage.disk_image import vhd
from emulator.host.storage.disk_image.crc32c import crc32c
from emulator.host.storage.disk_image.errors import ImageError
from emulator.host.storage.disk_image.extents import Extents
from emulator.host.storage.disk_image.facts import ImageFacts, ParentFacts
from emulator.host.storage.disk_image.file_size import size_of_file
from emulator.host.storage.disk_image.formats import layout, parse
from emulator.host.storage.disk_image.kinds import DiskFormat, DiskKind
from emulator.host.storage.disk_image.payload import Payload
from emulator.host.storage.disk_image.sector_bitmap import sector_bits, written_sectors

MEGABYTE, GIGABYTE = 1 << 20, 1 << 30
NOW = 1_709_294_400_000_000
WRITTEN = Extents([(0, 5 * MEGABYTE), (100 * MEGABYTE, 101 * MEGABYTE)])
DATA = Payload([(MEGABYTE, memoryview(b"boot" * 300)), (2 * MEGABYTE - 2, memoryview(b"over"))])


def guid(number):
    return str(uuid.UUID(int=number << 64 | 0xABCDEF)).upper()


def facts_of(disk_format, kind, size=GIGABYTE, block=2 * MEGABYTE, **changes):
    block = 0 if kind is DiskKind.FIXED else block
    parent = None
    if kind is DiskKind.DIFFERENCING:
        parent = ParentFacts("D:\\disks\\base.x", "..\\base.x", guid(3), guid(4), NOW)
    values = {
        "parent": parent,
        "written": WRITTEN,
        "allocated": WRITTEN.blocks(block) if block else Extents(),
        "payload": DATA,
        **changes,
    }
    return ImageFacts(disk_format, kind, size, block, guid(1), guid(2), NOW, **values)


ALL = [(form, kind) for form in (DiskFormat.VHD, DiskFormat.VHDX) for kind in DiskKind]


@pytest.mark.parametrize(("disk_format", "kind"), ALL)
def test_a_file_has_the_size_that_is_charged_and_any_part_of_it_can_be_read(disk_format, kind):
    facts = facts_of(disk_format, kind)
    file = layout(facts)
    assert file.size == size_of_file(facts)
    for offset in (0, 512, 65_536, 3 * MEGABYTE, 4 * MEGABYTE - 7, file.size - 600):
        whole = file.read(offset, 600)
        assert len(whole) == min(600, file.size - offset)
        assert file.read(offset, 5) + file.read(offset + 5, 595) == whole
    assert file.read(file.size, 1) == b""


@pytest.mark.parametrize(("disk_format", "kind"), [pair for pair in ALL if pair[1] is not DiskKind.FIXED])
def test_a_file_that_was_written_is_read_back(disk_format, kind):
    facts = facts_of(disk_format, kind)
    file = layout(facts)
    found = parse(file.read(0, file.size))
    assert (found.format, found.kind, found.size, found.block_size, found.identifier) == (
        disk_format,
        kind,
        facts.size,
        facts.block_size,
        facts.identifier,
    )
    assert found.allocated == facts.allocated
    for start, data in DATA.pieces:
        assert b"".join(bytes(piece) for _, piece in found.payload.within(start, start + len(data))) == data
    if kind is DiskKind.DIFFERENCING:
        assert found.written == WRITTEN
        assert (found.parent.path, found.parent.relative_path) == ("D:\\disks\\base.x", "..\\base.x")
        if disk_format is DiskFormat.VHD:
            assert (found.parent.identifier, found.parent.modified) == (guid(3), NOW)
        else:
            assert found.parent.data_id == guid(4)


@pytest.mark.parametrize("disk_format", [DiskFormat.VHD, DiskFormat.VHDX])
def test_a_fixed_file_that_was_written_is_read_back(disk_format):
    facts = facts_of(disk_format, DiskKind.FIXED, size=4 * MEGABYTE, written=Extents())
    file = layout(facts)
    found = parse(file.read(0, file.size))
    assert (found.kind, found.size, found.block_size) == (DiskKind.FIXED, 4 * MEGABYTE, 0)
    assert found.payload


def test_the_footer_of_a_vhd_is_as_specified():
    file = layout(facts_of(DiskFormat.VHD, DiskKind.FIXED))
    footer = file.read(file.size - 512, 512)
    assert footer[:8] == b"conectix"
    assert struct.unpack(">I", footer[12:16]) == (0x00010000,)
    assert struct.unpack(">Q", footer[16:24]) == (0xFFFFFFFFFFFFFFFF,)
    # Seconds from 2000-01-01 12:00 AM.
    assert struct.unpack(">I", footer[24:28])[0] == NOW // 1_000_000 - 946_684_800
    assert struct.unpack(">QQ", footer[40:56]) == (GIGABYTE, GIGABYTE)
    assert struct.unpack(">I", footer[60:64]) == (2,)
    (check,) = struct.unpack(">I", footer[64:68])
    assert check == ~(sum(footer) - sum(footer[64:68])) & 0xFFFFFFFF


@pytest.mark.parametrize(
    ("size", "geometry"),
    [
        (3 * MEGABYTE, (90, 4, 17)),
        (GIGABYTE, (2080, 16, 63)),
        (100 * GIGABYTE, (51_400, 16, 255)),
        (2040 * GIGABYTE, (65_535, 16, 255)),
    ],
)
def test_the_geometry_of_a_vhd_is_calculated_as_specified(size, geometry):
    assert tuple(vhd.geometry(size)) == geometry


def test_the_structures_of_a_vhdx_carry_their_checksums():
    assert crc32c(b"123456789") == 0xE3069283
    assert crc32c(b"\0" * 65_536) == crc32c(b"\0" * 65_535 + b"\0")
    file = layout(facts_of(DiskFormat.VHDX, DiskKind.DYNAMIC))
    assert file.read(0, 8) == b"vhdxfile"
    for offset, signature, length in (
        (64, b"head", 4),
        (128, b"head", 4),
        (192, b"regi", 64),
        (256, b"regi", 64),
    ):
        text = file.read(offset << 10, length << 10)
        assert text[:4] == signature
        assert struct.unpack("<I", text[4:8])[0] == crc32c(text[:4] + bytes(4) + text[8:])
    assert file.read(2 * MEGABYTE, 8) == b"metadata"


def test_the_table_of_a_vhdx_of_64_terabytes_is_made_where_it_is_read():
    facts = facts_of(DiskFormat.VHDX, DiskKind.DYNAMIC, size=64 << 40, block=MEGABYTE)
    file = layout(facts)
    assert file.size > 512 * MEGABYTE
    last = file.read(3 * MEGABYTE + 8 * 100, 8)
    assert int.from_bytes(last, "little") & 7 == 6
    assert file.read(3 * MEGABYTE + 8 * 5000, 8) == bytes(8)


@pytest.mark.parametrize(
    ("damage", "hresult"),
    [
        (lambda data: data[:-512] + b"x" * 512, 0xC03A0008),
        (lambda data: data[:520] + b"y" + data[521:], 0xC03A0008),
        (lambda data: data[: 512 + 30] + b"\x77" + data[512 + 31 :], 0xC03A0006),
        (lambda data: data[:-480] + b"\xff" + data[-479:], 0xC03A0002),
        (lambda _: b"no disk at all", 0xC03A0004),
        (lambda data: data[:1536] + b"\0\xff\0\0" + data[1540:], 0xC03A000A),
    ],
)
def test_a_damaged_vhd_says_what_is_wrong(damage, hresult):
    file = layout(facts_of(DiskFormat.VHD, DiskKind.DYNAMIC))
    data = file.read(0, file.size)
    if hresult == 0xC03A0008 and data[-512:-504] == b"conectix":
        data = data[:512] + b"z" * 8 + data[520:]
    with pytest.raises(ImageError) as caught:
        parse(damage(data))
    assert caught.value.hresult == hresult


@pytest.mark.parametrize(
    ("start", "end", "hresult"),
    [
        (64 << 10, 160 << 10, 0xC03A0008),
        (192 << 10, 320 << 10, 0xC03A0006),
        (2 << 20, (2 << 20) + 8, 0xC03A0010),
        ((3 << 20) + 4, (3 << 20) + 8, 0xC03A000A),
    ],
)
def test_a_damaged_vhdx_says_what_is_wrong(start, end, hresult):
    file = layout(facts_of(DiskFormat.VHDX, DiskKind.DYNAMIC))
    data = file.read(0, file.size)
    with pytest.raises(ImageError) as caught:
        parse(data[:start] + b"\xee" * (end - start) + data[end:])
    assert caught.value.hresult == hresult


RANGES = st.lists(
    st.tuples(st.integers(0, 400), st.integers(1, 60)).map(lambda p: (p[0], p[0] + p[1])), max_size=8
)


@given(RANGES, RANGES)
@settings(max_examples=200, deadline=None)
def test_extents_behave_like_sets(left, right):
    def numbers(ranges):
        return {number for low, high in ranges for number in range(low, high)}

    a, b = Extents(left), Extents(right)
    mine, theirs = numbers(left), numbers(right)
    assert numbers((a | b).ranges) == mine | theirs
    assert numbers((a - b).ranges) == mine - theirs
    assert (len(a), a.end) == (len(mine), max(mine, default=-1) + 1)
    assert [number for number in range(480) if number in a] == sorted(mine)
    for rank, number in enumerate(sorted(mine)):
        assert (a.rank(number), a.select(rank)) == (rank, number)
    assert numbers(a.blocks(7).ranges) == {number // 7 for number in mine}
    assert numbers(a.within(50, 90)) == {number for number in mine if 50 <= number < 90}


@given(RANGES, st.booleans())
@settings(max_examples=100, deadline=None)
def test_sector_bitmaps_are_read_back(ranges, first):
    written = Extents((low * 512, high * 512) for low, high in ranges)
    bits = sector_bits(written, 0, 512 * 512, most_significant_first=first)
    found = Extents(written_sectors(bits, 0, most_significant_first=first))
    assert found == written.clipped(512 * 512)
