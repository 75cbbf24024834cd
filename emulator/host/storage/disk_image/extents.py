"""Sets of whole numbers as sorted ranges: which bytes a guest wrote, which blocks a file holds."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator

Range = tuple[int, int]


class Extents:
    """An immutable set of numbers; ranges are half open, sorted, and never touch."""

    __slots__ = ("_before", "ranges")

    def __init__(self, ranges: Iterable[Range] = ()) -> None:
        merged: list[list[int]] = []
        for start, end in sorted(ranges):
            if end <= start:
                continue
            if merged and start <= merged[-1][1]:
                merged[-1][1] = max(merged[-1][1], end)
            else:
                merged.append([start, end])
        self.ranges: tuple[Range, ...] = tuple((start, end) for start, end in merged)
        before = [0]
        for start, end in self.ranges:
            before.append(before[-1] + end - start)
        self._before = before

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Extents) and self.ranges == other.ranges

    def __hash__(self) -> int:
        return hash(self.ranges)

    def __len__(self) -> int:
        """How many numbers are in the set."""
        return self._before[-1]

    def __bool__(self) -> bool:
        return bool(self.ranges)

    def __repr__(self) -> str:
        return f"Extents({list(self.ranges)})"

    def __contains__(self, number: int) -> bool:
        index = self._at(number)
        return index >= 0 and number < self.ranges[index][1]

    @property
    def end(self) -> int:
        """One more than the greatest number; 0 when empty."""
        return self.ranges[-1][1] if self.ranges else 0

    def __or__(self, other: Extents) -> Extents:
        if not other.ranges:
            return self
        return Extents((*self.ranges, *other.ranges)) if self.ranges else other

    def __sub__(self, other: Extents) -> Extents:
        found: list[Range] = []
        for start, end in self.ranges:
            for low, high in other.within(start, end):
                found.append((start, low))
                start = high
            found.append((start, end))
        return Extents(found)

    def clipped(self, end: int) -> Extents:
        """The numbers below ``end``."""
        return self if self.end <= end else Extents(self.within(0, end))

    def within(self, start: int, end: int) -> Iterator[Range]:
        """The ranges between two numbers, cut at them."""
        for index in range(max(self._at(start), 0), len(self.ranges)):
            low, high = self.ranges[index]
            if low >= end:
                return
            if high > start:
                yield max(low, start), min(high, end)

    def rank(self, number: int) -> int:
        """How many numbers of the set are less than this one."""
        index = self._at(number)
        if index < 0:
            return 0
        low, high = self.ranges[index]
        return self._before[index] + min(number, high) - low

    def select(self, rank: int) -> int:
        """The number with this rank, which must be less than the length."""
        index = bisect_right(self._before, rank) - 1
        return self.ranges[index][0] + rank - self._before[index]

    def blocks(self, size: int) -> Extents:
        """The numbers of the blocks of ``size`` that hold any number of the set."""
        return Extents((start // size, -(-end // size)) for start, end in self.ranges)

    def _at(self, number: int) -> int:
        """The index of the last range that starts at or before the number; -1 when there is none."""
        return bisect_right(self.ranges, (number, 1 << 80)) - 1


NOTHING = Extents()
