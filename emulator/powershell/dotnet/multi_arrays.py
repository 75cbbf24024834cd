"""Arrays of several dimensions (``int[,]``)."""

from __future__ import annotations

from math import prod
from typing import Any

from emulator.powershell.dotnet.collections import LIST_TYPES, Enumerator, PSArray
from emulator.powershell.dotnet.exceptions import NetError
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.types import Property, PSType, builtin

MOST_ITEMS = 10_000_000


class MultiArrayType(PSType):
    """The type of such arrays."""

    __slots__ = ("element", "rank")

    element: PSType
    rank: int

    @property
    def short_name(self) -> str:
        return f"{self.element.short_name}[{',' * (self.rank - 1)}]"


class MultiArray(list[Any]):
    """One array: the values row by row, and how many there are in each dimension."""

    __slots__ = ("lengths", "ps_type")

    def __init__(self, ps_type: MultiArrayType, lengths: tuple[int, ...], items: list[Any]) -> None:
        super().__init__(items)
        self.ps_type = ps_type
        self.lengths = lengths

    def place(self, indices: list[int]) -> int | None:
        """Where a value stands; None outside of the array. Negative numbers count from the end."""
        place = 0
        for index, length in zip(indices, self.lengths, strict=True):
            wanted = index + length if index < 0 else index
            if not 0 <= wanted < length:
                return None
            place = place * length + wanted
        return place

    def get_item(self, key: Any) -> Any:
        """``array[1, 2]``, or several values by a list of such places. Nothing outside of the array."""
        parts = _parts(key)
        if parts and type(unwrap(parts[0])) in LIST_TYPES:
            places = [self.place(self._indices(one)) for one in parts]
            return PSArray(self[place] for place in places if place is not None)
        place = self.place(self._indices(key))
        return None if place is None else self[place]

    def set_item(self, key: Any, value: Any) -> None:
        """Raises IndexOutOfRangeException, and ConversionError for a value of another type."""
        place = self.place(self._indices(key))
        if place is None:
            raise _outside()
        from emulator.powershell.runtime.conversion import convert

        self[place] = convert(value, self.ps_type.element)

    def _indices(self, key: Any) -> list[int]:
        from emulator.powershell.runtime.conversion import convert, to_text
        from emulator.powershell.runtime.errors import error

        parts = _parts(key)
        if len(parts) != len(self.lengths):
            shown = ",".join(to_text(one) for one in parts)
            raise error(
                f"You cannot index into a {len(self.lengths)} dimensional array with index [{shown}].",
                "NeedMultidimensionalIndex",
                "InvalidOperation",
                key,
            )
        whole = builtin("System.Int32")
        return [convert(one, whole) for one in parts]


LIST_TYPES.add(MultiArray)


def _parts(key: Any) -> list[Any]:
    held = unwrap(key)
    return list(held) if type(held) in LIST_TYPES else [held]


def _outside() -> NetError:
    return NetError("System.IndexOutOfRangeException", "Index was outside the bounds of the array.")


def new_multi_array(kind: MultiArrayType, lengths: tuple[int, ...]) -> MultiArray:
    """An array of zeros or nulls. Raises OverflowException, OutOfMemoryException."""
    from emulator.powershell.runtime.script_class import default_value

    if any(one < 0 for one in lengths):
        raise NetError("System.OverflowException", "Arithmetic operation resulted in an overflow.")
    if prod(lengths) > MOST_ITEMS:
        raise NetError("System.OutOfMemoryException", "Array dimensions exceeded supported range.")
    return MultiArray(kind, lengths, [default_value(kind.element)] * prod(lengths))


def _of_dimension(read: Any) -> Any:
    def member(array: MultiArray, dimension: int) -> int:
        if not 0 <= dimension < len(array.lengths):
            raise NetError("System.IndexOutOfRangeException", "Index was outside the bounds of the array.")
        return int(read(array.lengths[dimension]))

    return member


def _value(array: MultiArray, indices: Any) -> Any:
    place = array.place(_checked(array, indices))
    if place is None:
        raise _outside()
    return array[place]


def _set_value(array: MultiArray, value: Any, indices: Any) -> None:
    array.set_item(PSArray(_checked(array, indices)), value)


def _checked(array: MultiArray, indices: Any) -> list[int]:
    found = [int(one) for one in indices]
    if len(found) != len(array.lengths):
        raise NetError(
            "System.ArgumentException", "The number of dimensions of the array and of the indices differ."
        )
    if any(one < 0 for one in found):
        raise _outside()
    return found


_MEMBERS: dict[str, Any] = {
    "Length: int": len,
    "Rank: int": lambda array: len(array.lengths),
    "GetLength(int dimension)": _of_dimension(lambda length: length),
    "GetLowerBound(int dimension)": _of_dimension(lambda _length: 0),
    "GetUpperBound(int dimension)": _of_dimension(lambda length: length - 1),
    "GetValue(params int[] indices)": _value,
    "SetValue(object value, params int[] indices)": _set_value,
    "Clone()": lambda array: MultiArray(array.ps_type, array.lengths, array),
    "GetEnumerator()": lambda array: Enumerator(list(array)),
}


def _shown(array: MultiArray) -> str:
    from emulator.powershell.runtime.conversion import to_text

    return " ".join(to_text(one) for one in array)


def multi_array_of(element: PSType, rank: int) -> PSType:
    """The type of arrays of an element type in so many dimensions (at most 32)."""
    lengths = ", ".join(f"int length{number}" for number in range(1, rank + 1))
    made = MultiArrayType(
        f"{element.name}[{',' * (rank - 1)}]",
        base="System.Array",
        interfaces=tuple(builtin("System.Array").interfaces),
        instance=_MEMBERS,
        construct={f"new({lengths})": lambda kind, *given: new_multi_array(kind, given)},
        to_text=_shown,
        extended=(Property("Count", len, type_name="System.Int32", kind="AliasProperty"),),
    )
    made.element, made.rank = element, rank
    return made
