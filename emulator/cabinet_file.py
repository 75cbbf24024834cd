"""Cabinet files ([MS-CAB]): what is in them, uncompressed or by MSZIP. Bounded in files, sizes and names.

A cabinet has a header, folders (streams of blocks, compressed together) and files, each a piece of the stream
of its folder. MSZIP is deflate (RFC 1951) in blocks of 32 KB, each with the text before it as dictionary.
"""

from __future__ import annotations

import re
import struct
import zlib
from functools import reduce
from operator import xor
from typing import Final

from emulator.record import Record

SIGNATURE: Final = b"MSCF"
MOST_FILES: Final = 4096
LARGEST_CONTENT: Final = 64 << 20
"""Of all folders together, uncompressed."""
_HEADER = struct.Struct("<4s4xI4xI4xBBHHHHH")
_RESERVES = struct.Struct("<HBB")
_FOLDER = struct.Struct("<IHH")
_FILE = struct.Struct("<IIHHHH")
_BLOCK = struct.Struct("<IHH")
_HAS_RESERVES, _HAS_PREVIOUS, _HAS_NEXT = 4, 1, 2
_NONE, _MSZIP = 0, 1
_METHODS = {2: "Quantum", 3: "LZX"}
_METHOD_BITS = 0x0F
_NAME_IS_UTF8 = 0x80
_WINDOW = 32_768
_NAME_OF_BLOCK = b"CK"
_VERSION = 1
_LONGEST_NAME = 256
_FORBIDDEN = re.compile(r'(?:^|[\\/])\.\.?(?:$|[\\/])|^[\\/]|[:*?"<>|\x00-\x1f]')
"""Names that lead elsewhere, or that no file has."""


class MalformedCabinet(ValueError):
    """The bytes are no cabinet, are damaged, or hold more than is taken in."""


class UnknownCompression(ValueError):
    """The cabinet is compressed by a method that is not known here."""


class CabinetFile(Record):
    """A file of a cabinet; its name may have folders in it, parted by backslashes."""

    name: str
    data: bytes


class _Reader:
    """The bytes of a cabinet; raises MalformedCabinet where they end too early."""

    def __init__(self, data: bytes, place: int = 0) -> None:
        self._data = data
        self.place = place

    def numbers(self, layout: struct.Struct) -> tuple[int, ...]:
        """The next fields."""
        return layout.unpack(self.take(layout.size))

    def take(self, count: int) -> bytes:
        """The next bytes."""
        found = self._data[self.place : self.place + count]
        if len(found) != count:
            raise MalformedCabinet("The cabinet ends too early.")
        self.place += count
        return found

    def name(self) -> bytes:
        """The next name, without the zero that ends it."""
        end = self._data.find(b"\0", self.place, self.place + _LONGEST_NAME + 1)
        if end < 0:
            raise MalformedCabinet("A name has no end.")
        found = self._data[self.place : end]
        self.place = end + 1
        return found


def read_cabinet(data: bytes) -> list[CabinetFile]:
    """The files of a cabinet, in its order.

    Raises MalformedCabinet, and UnknownCompression for one that Windows could read.
    """
    if data[:4] != SIGNATURE:
        raise MalformedCabinet("This is no cabinet.")
    reader = _Reader(data)
    header = _HEADER.unpack(reader.take(_HEADER.size))
    size, first_file, version, folders, files, flags = header[1], header[2], *header[4:8]
    if version != _VERSION or size > len(data) or files > MOST_FILES:
        raise MalformedCabinet("The cabinet has another version or size, or too many files.")
    if flags & (_HAS_PREVIOUS | _HAS_NEXT):
        raise MalformedCabinet("The cabinet is one of several.")
    of_folder = of_block = 0
    if flags & _HAS_RESERVES:
        of_header, of_folder, of_block = reader.numbers(_RESERVES)
        reader.take(of_header)
    streams = _Streams(data, of_block)
    for _ in range(folders):
        streams.add(*reader.numbers(_FOLDER))
        reader.take(of_folder)
    reader = _Reader(data, first_file)
    found: list[CabinetFile] = []
    left = LARGEST_CONTENT
    for _ in range(files):
        found.append(_file(reader, streams, left))
        left -= len(found[-1].data)
    return found


class _Streams:
    """The contents of the folders, made when a file asks for them."""

    def __init__(self, data: bytes, reserved: int) -> None:
        self._data = data
        self._reserved = reserved
        self._folders: list[tuple[int, int, int]] = []
        self._contents: dict[int, bytes] = {}
        self._left = LARGEST_CONTENT

    def add(self, place: int, blocks: int, method: int) -> None:
        """One more folder."""
        self._folders.append((place, blocks, method & _METHOD_BITS))

    def content(self, number: int) -> bytes:
        """The whole stream of a folder."""
        if number >= len(self._folders):
            raise MalformedCabinet("A file is in a folder that is not there.")
        if number not in self._contents:
            self._contents[number] = self._unpacked(*self._folders[number])
        return self._contents[number]

    def _unpacked(self, place: int, blocks: int, method: int) -> bytes:
        if method not in (_NONE, _MSZIP):
            raise UnknownCompression(_METHODS.get(method, f"method {method}"))
        reader = _Reader(self._data, place)
        made = bytearray()
        for _ in range(blocks):
            total, packed, size = reader.numbers(_BLOCK)
            reader.take(self._reserved)
            held = reader.take(packed)
            if total and total != _checksum(struct.pack("<HH", packed, size), _checksum(held)):
                raise MalformedCabinet("A block is damaged.")
            self._left -= size
            if self._left < 0:
                raise _too_large()
            if method == _MSZIP:
                held = _inflated(held, size, bytes(made[-_WINDOW:]))
            if len(held) != size:
                raise MalformedCabinet("A block has another size.")
            made += held
        return bytes(made)


def _file(reader: _Reader, streams: _Streams, left: int) -> CabinetFile:
    """The next file, of at most so many bytes; several may be the same piece of a folder."""
    size, start, folder, _date, _time, attributes = reader.numbers(_FILE)
    raw = reader.name()
    name = raw.decode("utf-8" if attributes & _NAME_IS_UTF8 else "cp1252", "replace").replace("/", "\\")
    if size > left:
        raise _too_large()
    if not name or _FORBIDDEN.search(name):
        raise MalformedCabinet("A file has a name that is not allowed.")
    data = streams.content(folder)[start : start + size]
    if len(data) != size:
        raise MalformedCabinet("A file goes beyond its folder.")
    return CabinetFile(name=name, data=data)


def _too_large() -> MalformedCabinet:
    return MalformedCabinet(f"The cabinet holds more than {LARGEST_CONTENT >> 20} MB.")


def _inflated(block: bytes, size: int, before: bytes) -> bytes:
    """A block of MSZIP; of one that holds more than it says, one byte more."""
    if not block.startswith(_NAME_OF_BLOCK):
        raise MalformedCabinet("A block is not one of MSZIP.")
    unpacker = zlib.decompressobj(-zlib.MAX_WBITS, zdict=before)
    try:
        return unpacker.decompress(block[len(_NAME_OF_BLOCK) :], size + 1)
    except zlib.error:
        raise MalformedCabinet("A block is damaged.") from None


def _checksum(data: bytes, seed: int = 0) -> int:
    """CSUMCompute of [MS-CAB]: numbers of four bytes, the rest with its first byte highest."""
    whole = len(data) & ~3
    found = reduce(xor, struct.unpack(f"<{whole // 4}I", data[:whole]), seed)
    return found ^ int.from_bytes(data[whole:], "big")
