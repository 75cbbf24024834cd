"""The known bytes of a virtual disk: what a client uploaded, shared between the copies of a file."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator

Piece = tuple[int, memoryview]
_GRAIN = 4096
_ZEROS = bytes(_GRAIN)


class Payload:
    """Pieces of data at their place on the virtual disk, sorted and without overlap. Immutable."""

    __slots__ = ("_starts", "pieces")

    def __init__(self, pieces: Iterable[Piece] = ()) -> None:
        self.pieces: tuple[Piece, ...] = tuple(sorted(pieces, key=lambda piece: piece[0]))
        self._starts = [start for start, _ in self.pieces]

    def __bool__(self) -> bool:
        return bool(self.pieces)

    @property
    def held(self) -> int:
        """Bytes kept."""
        return sum(len(data) for _, data in self.pieces)

    def within(self, start: int, end: int) -> Iterator[Piece]:
        """The pieces between two places, cut at them."""
        for index in range(max(bisect_right(self._starts, start) - 1, 0), len(self.pieces)):
            place, data = self.pieces[index]
            if place >= end:
                return
            low, high = max(place, start), min(place + len(data), end)
            if low < high:
                yield low, data[low - place : high - place]

    def without(self, ranges: Iterable[tuple[int, int]]) -> Payload:
        """What is left when ranges are written over with something that is not known."""
        left: list[Piece] = []
        place = 0
        for start, end in sorted(ranges):
            left += self.within(place, start)
            place = end
        left += self.within(place, 1 << 64)
        return Payload(left)

    def under(self, other: Payload, written: Iterable[tuple[int, int]]) -> Payload:
        """This payload with another one over it, which was written to these ranges."""
        return Payload((*self.without(written).pieces, *other.pieces))


EMPTY = Payload()


def nonzero_pieces(data: memoryview, place: int) -> Iterator[Piece]:
    """The parts of uploaded data that are not zero, in steps of 4 KB."""
    start: int | None = None
    for offset in range(0, len(data), _GRAIN):
        grain = data[offset : offset + _GRAIN]
        if grain == _ZEROS[: len(grain)]:
            if start is not None:
                yield place + start, data[start:offset]
                start = None
        elif start is None:
            start = offset
    if start is not None:
        yield place + start, data[start:]
