"""Sort-Object, Get-Unique and Get-Random."""

from __future__ import annotations

from functools import cmp_to_key
from typing import Any

from emulator.powershell.dotnet.numbers import Int64
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.modules.utility.properties import PropertyArgument, arguments_of
from emulator.powershell.runtime.cmdlet_call import UNBOUND, CmdletCall
from emulator.powershell.runtime.comparison import compare, compare_text, equal
from emulator.powershell.runtime.conversion import items_of, to_bool, to_number, to_text
from emulator.powershell.runtime.errors import ConversionError, PSError
from emulator.powershell.runtime.module import Cmdlet, cmdlet


def compare_values(left: Any, right: Any, ignore_case: bool = True) -> int:
    """Order of two values of a sort; null comes first, values without an order are compared as text."""
    left, right = unwrap(left), unwrap(right)
    if left is None or right is None:
        return (left is not None) - (right is not None)
    try:
        return compare(left, right, ignore_case)
    except (PSError, TypeError):
        return compare_text(to_text(left), to_text(right), ignore_case)


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
    """Objects in order; the sort is stable."""

    accepts = ("Property", "Descending", "Unique", "InputObject", "CaseSensitive", "Culture")

    def end(self) -> None:
        """Sort and write."""
        call = self.call
        ignore_case = not call.get("CaseSensitive")
        entries = arguments_of(call, call.get("Property"), "ascending", "descending")
        descending = bool(call.get("Descending"))
        keyed = [(self._keys(entries, value), value) for value in self.values]
        directions = [_direction(one, descending) for one in entries] or [descending]

        def order(left: Any, right: Any) -> int:
            for index, down in enumerate(directions):
                result = compare_values(left[0][index], right[0][index], ignore_case)
                if result:
                    return -result if down else result
            return 0

        keyed.sort(key=cmp_to_key(order))
        if call.get("Unique"):
            kept: list[Any] = []
            for one in keyed:
                if not kept or order(kept[-1], one) != 0:
                    kept.append(one)
            keyed = kept
        for _, value in keyed:
            call.write(value)

    @staticmethod
    def _keys(entries: list[PropertyArgument], value: Any) -> list[Any]:
        return [one.read(value) for one in entries] or [value]


def _direction(entry: PropertyArgument, descending: bool) -> bool:
    if "descending" in entry.options:
        return to_bool(entry.options["descending"])
    if "ascending" in entry.options:
        return not to_bool(entry.options["ascending"])
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
        generator = call.engine.random.generator
        if call.get("SetSeed") is not None:
            generator.seed(int(call.get("SetSeed")))
        if call.expects_input or call.has("InputObject"):
            count = call.get("Count") or 1
            for value in generator.sample(self.values, min(count, len(self.values))):
                call.write(value)
            return
        low, high = call.get("Minimum"), call.get("Maximum")
        low = _number(call, 0 if low is None else low)
        high = _number(call, 0x7FFFFFFF if high is None else high)
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
