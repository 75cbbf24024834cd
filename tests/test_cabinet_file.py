"""What is read of cabinet files, and what is refused."""

from __future__ import annotations

import struct

import pytest

from emulator.cabinet_file import LARGEST_CONTENT, MalformedCabinet, UnknownCompression, read_cabinet
from tests.cabinets import LZX, MSZIP, NONE, make_cabinet

LONG = bytes(range(256)) * 400  # more than three blocks, each of which repeats the one before
FILES = {"one.txt": b"first", "long.xml": LONG, "folder\\two.txt": b"second"}


@pytest.mark.parametrize("method", [NONE, MSZIP])
@pytest.mark.parametrize("reserved", [0, 20])
def test_the_files_come_out_as_they_went_in(method, reserved):
    found = read_cabinet(make_cabinet(FILES, method, reserved=reserved))
    assert {one.name: one.data for one in found} == FILES


def test_a_later_block_needs_the_one_before():
    """MSZIP goes on with the text of the block before: a block alone is smaller than it could be by itself."""
    assert len(make_cabinet({"a": LONG})) < 4000


def test_another_compression_says_which_it_is():
    with pytest.raises(UnknownCompression, match="LZX"):
        read_cabinet(make_cabinet({"a": b"x"}, LZX))


def _sized(data: bytes, size: int) -> bytes:
    """A cabinet whose one file claims another size."""
    return data[:44] + struct.pack("<I", size) + data[48:]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"MSCF",
        b"PK\3\4" + bytes(60),
        make_cabinet(FILES)[:-1],
        make_cabinet(FILES).replace(b"CK", b"XX"),
        make_cabinet({"..\\out.txt": b"x"}),
        make_cabinet({"C:\\out.txt": b"x"}),
        make_cabinet({"\\out.txt": b"x"}),
        make_cabinet({"a/../../out.txt": b"x"}),
        make_cabinet({"": b"x"}),
        _sized(make_cabinet({"a": b"x"}, NONE), 2),
    ],
)
def test_what_is_no_cabinet_or_leads_elsewhere_is_refused(data):
    with pytest.raises(MalformedCabinet):
        read_cabinet(data)


def test_a_damaged_block_is_noticed_by_its_checksum():
    data = bytearray(make_cabinet({"a": b"abcdefg"}, NONE))
    place = len(data) - 15
    data[place : place + 4] = struct.pack("<I", 1)
    with pytest.raises(MalformedCabinet, match="damaged"):
        read_cabinet(bytes(data))
    # The sum is of four bytes each, the rest with its first byte highest, and of the two sizes.
    total = 0x64636261 ^ 0x656667 ^ (7 | 7 << 16)
    data[place : place + 4] = struct.pack("<I", total)
    assert read_cabinet(bytes(data))[0].data == b"abcdefg"


def test_a_block_that_is_not_compressed_has_the_size_that_it_says():
    """Folders may share their blocks: what a block holds has to count."""
    data = bytearray(make_cabinet({"a": b"x" * 1000}, NONE))
    place = len(data) - 1000 - 8
    assert struct.unpack_from("<IHH", data, place) == (0, 1000, 1000)
    struct.pack_into("<IHH", data, place, 0, 1000, 0)
    with pytest.raises(MalformedCabinet, match="another size"):
        read_cabinet(bytes(data))


def test_a_cabinet_that_grows_beyond_measure_is_refused():
    blocks = LARGEST_CONTENT // 32_768 + 1
    with pytest.raises(MalformedCabinet, match="more than"):
        read_cabinet(make_cabinet({"a": bytes(blocks * 32_768)}))
