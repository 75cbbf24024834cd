"""Compare-Object."""

from __future__ import annotations

from typing import Any

from emulator.powershell.dotnet.cultures.collation import compare_text
from emulator.powershell.dotnet.numbers import INT32_MAXIMUM
from emulator.powershell.dotnet.psobject import NoteProperty, PSObject, unwrap
from emulator.powershell.modules.utility.properties import (
    PropertyArgument,
    arguments_of,
    compared_in,
)
from emulator.powershell.modules.utility.sorting import compare_values
from emulator.powershell.runtime.cmdlet_call import UNBOUND
from emulator.powershell.runtime.conversion import items_of, to_text
from emulator.powershell.runtime.members import MISSING
from emulator.powershell.runtime.module import Cmdlet, cmdlet


@cmdlet("Compare-Object")
class CompareObject(Cmdlet):
    """What is in one list and not in the other."""

    accepts = (
        "ReferenceObject",
        "DifferenceObject",
        "Property",
        "ExcludeDifferent",
        "IncludeEqual",
        "PassThru",
        "CaseSensitive",
        "SyncWindow",
        "Culture",
    )

    def begin(self) -> None:
        """Start empty."""
        self.others: list[Any] = []

    def process(self) -> None:
        """Gather the difference side."""
        value = self.call.input_object
        if value is not UNBOUND:
            self.others.append(value)
        else:
            self.others.extend(items_of(self.call.get("DifferenceObject")))

    def end(self) -> None:
        """Match pair by pair, with what has not been matched yet within -SyncWindow; then write the rest."""
        call = self.call
        self.culture = compared_in(call)
        self.entries = arguments_of(call, call.get("Property"))
        self.window = int(call.get("SyncWindow", INT32_MAXIMUM))
        self.waiting: dict[str, list[Any]] = {"<=": [], "=>": []}
        left = items_of(call.get("ReferenceObject"))
        for place in range(max(len(left), len(self.others))):
            self._pair(
                left[place] if place < len(left) else MISSING,
                self.others[place] if place < len(self.others) else MISSING,
            )
        for side in ("=>", "<="):
            for one in self.waiting[side]:
                self._differs(one, side)

    def _pair(self, reference: Any, difference: Any) -> None:
        is_both = reference is not MISSING and difference is not MISSING
        if is_both and self._same(reference, difference):
            self._matches(reference)
            return
        if difference is not MISSING:
            found = self._taken(difference, "<=")
            if found is not MISSING:
                self._matches(found)
                difference = MISSING
        if reference is not MISSING and self._taken(reference, "=>") is not MISSING:
            self._matches(reference)
            reference = MISSING
        self._wait(difference, "=>")
        self._wait(reference, "<=")

    def _taken(self, value: Any, side: str) -> Any:
        waiting = self.waiting[side]
        for place, one in enumerate(waiting):
            if self._same(value, one):
                return waiting.pop(place)
        return MISSING

    def _wait(self, value: Any, side: str) -> None:
        if value is MISSING:
            return
        if self.window <= 0:
            self._differs(value, side)
            return
        waiting = self.waiting[side]
        while len(waiting) >= self.window:
            self._differs(waiting.pop(0), side)
        waiting.append(value)

    def _same(self, left: Any, right: Any) -> bool:
        return _equal(self.entries, left, right, not self.call.get("CaseSensitive"), self.culture)

    def _matches(self, value: Any) -> None:
        if self.call.get("IncludeEqual"):
            self._write(self.entries, value, "==")

    def _differs(self, value: Any, side: str) -> None:
        if not self.call.get("ExcludeDifferent"):
            self._write(self.entries, value, side)

    def _write(self, entries: list[PropertyArgument], value: Any, side: str) -> None:
        if self.call.get("PassThru"):
            made = value if isinstance(value, PSObject) else PSObject(unwrap(value))
            made.add(NoteProperty("SideIndicator", side))
            self.call.write(made)
            return
        pairs = [(one.name, one.read(value)) for one in entries] or [("InputObject", value)]
        self.call.write(PSObject.custom([*pairs, ("SideIndicator", side)]))


def _equal(entries: list[PropertyArgument], left: Any, right: Any, ignore_case: bool, culture: str) -> bool:
    if entries:
        return all(
            compare_values(one.read(left), one.read(right), ignore_case, culture) == 0 for one in entries
        )
    first, second = unwrap(left), unwrap(right)
    if isinstance(first, PSObject) or isinstance(second, PSObject):
        return compare_text(to_text(first), to_text(second), ignore_case, culture) == 0
    return compare_values(first, second, ignore_case, culture) == 0
