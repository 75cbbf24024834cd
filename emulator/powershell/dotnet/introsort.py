"""The sort of .NET Framework 4.5 and later (List.Sort): quick, not stable.

Equal items keep their order among two, and among four to sixteen; otherwise they come out in an order that
scripts of Windows PowerShell do see.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

Item = TypeVar("Item")
_SMALL = 16


def introsort(items: list[Item], compare: Callable[[Item, Item], int]) -> None:
    """Sort a list in place as ArraySortHelper.IntrospectiveSort does."""
    _Sorter(items, compare).sort()


class _Sorter(Generic[Item]):
    def __init__(self, items: list[Item], compare: Callable[[Item, Item], int]) -> None:
        self.items = items
        self.compare = compare

    def sort(self) -> None:
        size = len(self.items)
        if size >= 2:
            self.part(0, size - 1, 2 * (size.bit_length() - 1))

    def part(self, low: int, high: int, depth: int) -> None:
        while high > low:
            size = high - low + 1
            if size <= _SMALL:
                self.small(low, high, size)
                return
            if depth == 0:
                self.heap(low, high)
                return
            depth -= 1
            middle = self.split(low, high)
            self.part(middle + 1, high, depth)
            high = middle - 1

    def small(self, low: int, high: int, size: int) -> None:
        if size == 2:
            self.order(low, high)
        elif size == 3:
            self.order(low, high - 1)
            self.order(low, high)
            self.order(high - 1, high)
        else:
            self.insertion(low, high)

    def order(self, first: int, second: int) -> None:
        items = self.items
        if first != second and self.compare(items[first], items[second]) > 0:
            items[first], items[second] = items[second], items[first]

    def swap(self, first: int, second: int) -> None:
        items = self.items
        items[first], items[second] = items[second], items[first]

    def split(self, low: int, high: int) -> int:
        items, compare = self.items, self.compare
        middle = low + (high - low) // 2
        self.order(low, middle)
        self.order(low, high)
        self.order(middle, high)
        pivot = items[middle]
        self.swap(middle, high - 1)
        left, right = low, high - 1
        while left < right:
            left += 1
            while compare(items[left], pivot) < 0:
                left += 1
            right -= 1
            while compare(pivot, items[right]) < 0:
                right -= 1
            if left >= right:
                break
            self.swap(left, right)
        self.swap(left, high - 1)
        return left

    def insertion(self, low: int, high: int) -> None:
        items, compare = self.items, self.compare
        for place in range(low, high):
            item = items[place + 1]
            spot = place
            while spot >= low and compare(item, items[spot]) < 0:
                items[spot + 1] = items[spot]
                spot -= 1
            items[spot + 1] = item

    def heap(self, low: int, high: int) -> None:
        size = high - low + 1
        for place in range(size // 2, 0, -1):
            self.sift(place, size, low)
        for place in range(size, 1, -1):
            self.swap(low, low + place - 1)
            self.sift(1, place - 1, low)

    def sift(self, place: int, size: int, low: int) -> None:
        items, compare = self.items, self.compare
        item = items[low + place - 1]
        while place <= size // 2:
            child = 2 * place
            if child < size and compare(items[low + child - 1], items[low + child]) < 0:
                child += 1
            if compare(item, items[low + child - 1]) >= 0:
                break
            items[low + place - 1] = items[low + child - 1]
            place = child
        items[low + place - 1] = item
