"""PNG files of pictures in two colours (ISO/IEC 15948): a palette image of one byte a point."""

from __future__ import annotations

import struct
import zlib

from emulator.host.guest.console.picture import TextScreen, raster

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_PALETTE_IMAGE = 3


def png(screen: TextScreen, width: int, height: int) -> bytes:
    """The screen as a PNG file of this size."""
    header = struct.pack(">IIBBBBB", width, height, 8, _PALETTE_IMAGE, 0, 0, 0)
    points = b"".join(b"\0" + row for row in raster(screen, width, height))
    return _SIGNATURE + b"".join(
        (
            _chunk(b"IHDR", header),
            _chunk(b"PLTE", bytes((*screen.background, *screen.foreground))),
            _chunk(b"IDAT", zlib.compress(points, 6)),
            _chunk(b"IEND", b""),
        )
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
