"""Compare-Object."""

from __future__ import annotations

from typing import Any

from emulator.powershell.dotnet.psobject import NoteProperty, PSObject, unwrap
from emulator.powershell.modules.utility.properties import PropertyArgument, arguments_of
from emulator.powershell.modules.utility.sorting import compare_values
from emulator.powershell.runtime.cmdlet_call import UNBOUND
from emulator.powershell.runtime.conversion import items_of, to_text
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
        """Match and write: equal ones, then what is only right, then what is only left."""
        call = self.call
        entries = arguments_of(call, call.get("Property"))
        ignore_case = not call.get("CaseSensitive")
        left = items_of(call.get("ReferenceObject"))
        right = list(self.others)
        only_left: list[Any] = []
        for one in left:
            place = next((i for i, other in enumerate(right) if _equal(entries, one, other, ignore_case)), -1)
            if place < 0:
                only_left.append(one)
                continue
            right.pop(place)
            if call.get("IncludeEqual"):
                self._write(entries, one, "==")
        if call.get("ExcludeDifferent"):
            return
        for one in right:
            self._write(entries, one, "=>")
        for one in only_left:
            self._write(entries, one, "<=")

    def _write(self, entries: list[PropertyArgument], value: Any, side: str) -> None:
        if self.call.get("PassThru"):
            made = value if isinstance(value, PSObject) else PSObject(unwrap(value))
            made.add(NoteProperty("SideIndicator", side))
            self.call.write(made)
            return
        pairs = [(one.name, one.read(value)) for one in entries] or [("InputObject", value)]
        self.call.write(PSObject.custom([*pairs, ("SideIndicator", side)]))


def _equal(entries: list[PropertyArgument], left: Any, right: Any, ignore_case: bool) -> bool:
    if entries:
        return all(compare_values(one.read(left), one.read(right), ignore_case) == 0 for one in entries)
    first, second = unwrap(left), unwrap(right)
    if isinstance(first, PSObject) or isinstance(second, PSObject):
        text, other = to_text(first), to_text(second)
        return text.lower() == other.lower() if ignore_case else text == other
    return compare_values(first, second, ignore_case) == 0
