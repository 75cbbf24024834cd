"""Dictionaries whose keys are compared by somebody else: an IEqualityComparer that a script gave them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from emulator.powershell.dotnet.collections import DICTIONARY_TYPES, GenericDictionary, Hashtable
from emulator.powershell.dotnet.types import PSType


class Equality:
    """How keys are compared: `equals` of two of them, and `code`, a number that equal ones share."""

    __slots__ = ("code", "equals")

    def __init__(self, equals: Callable[[Any, Any], bool], code: Callable[[Any], int]) -> None:
        self.equals = equals
        self.code = code


class _Place:
    """A key as it is looked up."""

    __slots__ = ("code", "equality", "key")

    def __init__(self, key: Any, equality: Equality) -> None:
        self.key = key
        self.equality = equality
        self.code = equality.code(key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Place) and self.equality.equals(self.key, other.key)

    def __hash__(self) -> int:
        return self.code


class ComparedHashtable(Hashtable):
    """A Hashtable with an IEqualityComparer."""

    __slots__ = ("equality",)

    def __init__(self, items: Iterable[tuple[Any, Any]], equality: Equality, capacity: int = 0) -> None:
        self.equality = equality
        super().__init__(items, case_sensitive=True, capacity=capacity)

    def _place(self, key: Any) -> Any:
        return _Place(key, self.equality)

    def _code(self, key: Any) -> int | None:
        return self.equality.code(key)

    def copy(self) -> Hashtable:
        """A new table with the same pairs and comparer."""
        return ComparedHashtable(self.items(), self.equality, len(self))


class ComparedDictionary(GenericDictionary):
    """A generic dictionary with an IEqualityComparer."""

    __slots__ = ("equality",)

    def __init__(self, items: Iterable[tuple[Any, Any]], ps_type: PSType, equality: Equality) -> None:
        self.equality = equality
        super().__init__(items, ps_type)

    def _place(self, key: Any) -> Any:
        return _Place(key, self.equality)

    def copy(self) -> Hashtable:
        """A new dictionary with the same pairs and comparer."""
        return ComparedDictionary(self.items(), self.ps_type, self.equality)


DICTIONARY_TYPES.update((ComparedHashtable, ComparedDictionary))
