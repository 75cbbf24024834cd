"""Makes cabinet files ([MS-CAB]) for tests: one folder of files, uncompressed or by MSZIP."""

from __future__ import annotations

import struct
import zlib

NONE, MSZIP, LZX = 0, 1, 3
_BLOCK = 32_768


def make_cabinet(files: dict[str, bytes], method: int = MSZIP, *, reserved: int = 0) -> bytes:
    """A cabinet; ``reserved`` bytes are kept free in its header and in each block."""
    stream = b"".join(files.values())
    blocks = b""
    pieces = [stream[at : at + _BLOCK] for at in range(0, len(stream), _BLOCK)]
    before = b""
    for piece in pieces:
        held = _packed(piece, before) if method == MSZIP else piece
        blocks += struct.pack("<IHH", 0, len(held), len(piece)) + b"\0" * reserved + held
        before = piece
    entries, start = b"", 0
    for name, data in files.items():
        entries += struct.pack("<IIHHHH", len(data), start, 0, 0x4C7D, 0x8C94, 0x20) + name.encode() + b"\0"
        start += len(data)
    extra = struct.pack("<HBB", reserved, 0, reserved) + b"\0" * reserved if reserved else b""
    first_file = 36 + len(extra) + 8
    first_block = first_file + len(entries)
    size = first_block + len(blocks)
    head = struct.pack(
        "<4sIIIIIBBHHHHH",
        *(b"MSCF", 0, size, 0, first_file, 0, 3, 1, 1, len(files), 4 if reserved else 0, 1, 0),
    )
    folder = struct.pack("<IHH", first_block, len(pieces), method)
    return head + extra + folder + entries + blocks


def _packed(piece: bytes, before: bytes) -> bytes:
    packer = (
        zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS, zdict=before)
        if before
        else zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    )
    return b"CK" + packer.compress(piece) + packer.flush()
