"""Sort-Object, Get-Unique and Get-Random."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.cultures.collation import collation_key, compare_text
from emulator.powershell.dotnet.introsort import introsort
from emulator.powershell.dotnet.numbers import INT32_MAXIMUM, INT64_MAXIMUM, NUMBER_TYPES, Int64
from emulator.powershell.dotnet.psobject import PSObject, unwrap
from emulator.powershell.dotnet.random_numbers import CmdletRandom
from emulator.powershell.modules.utility.properties import (
    PropertyArgument,
    arguments_of,
    compared_in,
)
from emulator.powershell.runtime.cmdlet_call import UNBOUND, CmdletCall
from emulator.powershell.runtime.comparison import compare, equal
from emulator.powershell.runtime.conversion import items_of, to_bool, to_number, to_text
from emulator.powershell.runtime.errors import ConversionError, PSError
from emulator.powershell.runtime.members import MISSING, type_names
from emulator.powershell.runtime.module import Cmdlet, cmdlet

if TYPE_CHECKING:
    from emulator.powershell.runtime.services import Randomness


def compare_values(left: Any, right: Any, ignore_case: bool = True, culture: str = "") -> int:
    """Order of two values of a sort in a culture: null stands between negative numbers and all else, a
    property that is not there (MISSING) at the end; values without an order are compared as text."""
    if left is MISSING or right is MISSING:
        return (left is MISSING) - (right is MISSING)
    left, right = unwrap(left), unwrap(right)
    if left is None or right is None:
        if left is right:
            return 0
        other = right if left is None else left
        is_negative = type(other) in NUMBER_TYPES and other < 0
        return 1 if (left is None) == is_negative else -1
    if type(left) is str:
        return compare_text(left, to_text(right), ignore_case, culture)
    try:
        return compare(left, right, ignore_case)
    except (PSError, TypeError):
        return compare_text(to_text(left), to_text(right), ignore_case, culture)


class _Key:
    """A value that is sorted by, with its text, which a long sort needs again and again."""

    __slots__ = ("_text", "value")

    def __init__(self, value: Any) -> None:
        self.value = value
        self._text: tuple[str, tuple[Any, ...]] | None = None

    def compared(self, other: _Key, ignore_case: bool, culture: str) -> int:
        """The order of two keys."""
        if not self._is_text() or not other._is_text():
            return compare_values(self.value, other.value, ignore_case, culture)
        first, first_key = self._collated(ignore_case, culture)
        second, second_key = other._collated(ignore_case, culture)
        if first == second:
            return 0
        return -1 if first_key < second_key else int(first_key > second_key)

    def _is_text(self) -> bool:
        """True for what has no order of its own among others of its kind, and for texts."""
        if type(self.value) is str:
            return True
        return type(self.value) is PSObject and self.value.base is None

    def _collated(self, ignore_case: bool, culture: str) -> tuple[str, tuple[Any, ...]]:
        if self._text is None:
            text = to_text(self.value)
            self._text = (text, collation_key(text, ignore_case, culture))
        return self._text


class Gathering(Cmdlet):
    """Base of cmdlets that need all input first."""

    values: list[Any]

    def begin(self) -> None:
        """Start empty."""
        self.values = []

    def process(self) -> None:
        """Keep one object."""
        value = self.call.input_object
        if value is not UNBOUND:
            self.values.append(value)
        elif self.call.has("InputObject"):
            self.values.append(self.call.get("InputObject"))


@cmdlet("Sort-Object")
class SortObject(Gathering):
    """Objects in order. Equal ones come out as the sort of .NET Framework leaves them."""

    accepts = ("Property", "Descending", "Unique", "InputObject", "CaseSensitive", "Culture")

    def end(self) -> None:
        """Sort and write."""
        call = self.call
        culture = compared_in(call)
        ignore_case = not call.get("CaseSensitive")
        entries = arguments_of(call, call.get("Property"), "ascending", "descending")
        descending = bool(call.get("Descending"))
        keyed = [(self._keys(entries, value), value) for value in self.values]
        directions = [_direction(one, descending) for one in entries] or [descending]

        def order(left: tuple[list[_Key], Any], right: tuple[list[_Key], Any]) -> int:
            for index, down in enumerate(directions):
                first, second = left[0][index], right[0][index]
                result = first.compared(second, ignore_case, culture)
                if result:
                    absent = first.value is MISSING or second.value is MISSING
                    return -result if down and not absent else result
            return 0

        introsort(keyed, order)
        if call.get("Unique"):
            kept: list[Any] = []
            for one in keyed:
                if not kept or order(kept[-1], one) != 0:
                    kept.append(one)
            keyed = kept
        for _, value in keyed:
            call.write(value)

    @staticmethod
    def _keys(entries: list[PropertyArgument], value: Any) -> list[_Key]:
        return [_Key(one.find(value)) for one in entries] or [_Key(value)]


def _direction(entry: PropertyArgument, descending: bool) -> bool:
    """Whether an entry sorts downward; keys that contradict each other leave it to -Descending."""
    down, up = (
        to_bool(entry.options[key]) if key in entry.options else None for key in ("descending", "ascending")
    )
    if down is not None and down != up:
        return down
    if up is not None and up != down:
        return not up
    return descending


@cmdlet("Get-Unique")
class GetUnique(Gathering):
    """Input without repeats that stand next to each other."""

    accepts = ("InputObject", "AsString", "OnType")

    def end(self) -> None:
        """Write the first of each run."""
        last: Any = UNBOUND
        for value in self.values:
            if last is UNBOUND or not self._same(last, value):
                self.call.write(value)
            last = value

    def _same(self, left: Any, right: Any) -> bool:
        if self.call.get("AsString"):
            return to_text(left) == to_text(right)
        if self.call.get("OnType"):
            return type_names(left)[0] == type_names(right)[0]
        return equal(left, right, False)


def _number(call: CmdletCall, value: Any) -> Any:
    try:
        return to_number(unwrap(value))
    except ConversionError as problem:
        raise call.failure(
            "System.Management.Automation.PSInvalidCastException",
            problem.message,
            "InvalidCast",
            "InvalidArgument",
        ) from None


@cmdlet("Get-Random")
class GetRandom(Gathering):
    """A number, or members of the input."""

    accepts = ("SetSeed", "Maximum", "Minimum", "Count", "InputObject")

    def process(self) -> None:
        """Keep the input."""
        value = self.call.input_object
        if value is not UNBOUND:
            self.values.append(value)
        elif self.call.has("InputObject"):
            self.values.extend(items_of(self.call.get("InputObject")))

    def end(self) -> None:
        """Draw."""
        call = self.call
        source = call.engine.random
        if call.get("SetSeed") is not None:
            source.seeded = CmdletRandom(int(call.get("SetSeed")))
        if call.expects_input or call.has("InputObject"):
            for value in self._chosen(source, call.get("Count") or 1):
                call.write(value)
            return
        generator = source.seeded or source.generator
        low, high = call.get("Minimum"), call.get("Maximum")
        low = None if low is None else _number(call, low)
        high = None if high is None else _number(call, high)
        low = 0 if low is None else low
        if high is None:
            high = {float: sys.float_info.max, Int64: Int64(INT64_MAXIMUM)}.get(type(low), INT32_MAXIMUM)
        if low >= high:
            raise call.failure(
                "System.ArgumentException",
                f"The Minimum value ({to_text(low)}) cannot be greater than or equal to the Maximum value "
                f"({to_text(high)}).",
                "MinGreaterThanOrEqualMax",
                "InvalidArgument",
            )
        if isinstance(low, float) or isinstance(high, float):
            share = generator.random()
            call.write(low * (1 - share) + high * share)
        else:
            drawn = generator.randrange(int(low), int(high))
            call.write(Int64(drawn) if type(high) is Int64 or type(low) is Int64 else drawn)

    def _chosen(self, source: Randomness, count: int) -> list[Any]:
        """Members of the input. With a seed as Windows chooses: each later one may take the place of one."""
        drawn, values = source.seeded, self.values
        if drawn is None:
            return source.generator.sample(values, min(count, len(values)))
        chosen = values[:count]
        for number, value in enumerate(values[count:], count + 1):
            if drawn.randrange(0, number) < count:
                chosen[drawn.randrange(0, len(chosen))] = value
        for place in range(len(chosen)):
            other = drawn.randrange(place, len(chosen))
            chosen[place], chosen[other] = chosen[other], chosen[place]
        return chosen
