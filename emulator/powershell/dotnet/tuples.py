"""System.Tuple."""

from __future__ import annotations

from typing import Any


class TupleValue:
    """A System.Tuple of any length."""

    __slots__ = ("items",)

    def __init__(self, *items: Any) -> None:
        self.items = items

    def __eq__(self, other: object) -> bool:
        return isinstance(other, TupleValue) and other.items == self.items

    def __hash__(self) -> int:
        return hash(self.items)
