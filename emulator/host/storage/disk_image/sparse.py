"""A file that exists only as parts: whoever reads it gets the bytes made on demand, zeros between them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

ReadPart = Callable[[int, int], bytes]
"""Bytes of a part from an offset within it, of a length."""


class Part(NamedTuple):
    """``length`` bytes at ``start`` of the file."""

    start: int
    length: int
    read: ReadPart


def literal(start: int, data: bytes | memoryview) -> Part:
    """A part whose bytes are known."""
    return Part(start, len(data), lambda offset, length: bytes(data[offset : offset + length]))


class SparseFile:
    """The parts of a file, which do not overlap, and its size."""

    __slots__ = ("_starts", "parts", "size")

    def __init__(self, size: int, parts: Iterable[Part]) -> None:
        self.size = size
        self.parts = sorted((part for part in parts if part.length), key=lambda part: part.start)
        self._starts = [part.start for part in self.parts]

    def read(self, offset: int, length: int) -> bytes:
        """The bytes from ``offset`` on; fewer at the end of the file."""
        end = min(self.size, offset + max(length, 0))
        if offset >= end:
            return b""
        made = bytearray(end - offset)
        for part in self._between(offset, end):
            low, high = max(part.start, offset), min(part.start + part.length, end)
            if low < high:
                made[low - offset : high - offset] = part.read(low - part.start, high - low)
        return bytes(made)

    def chunks(self, longest: int = 1 << 20) -> Iterator[tuple[int, bytes]]:
        """What may be other than zero: places and bytes, for a copy that leaves the rest as a hole."""
        for part in self.parts:
            for at in range(0, part.length, longest):
                yield part.start + at, part.read(at, min(longest, part.length - at))

    def _between(self, offset: int, end: int) -> Iterator[Part]:
        for index in range(max(bisect_right(self._starts, offset) - 1, 0), len(self.parts)):
            if self.parts[index].start >= end:
                return
            yield self.parts[index]
