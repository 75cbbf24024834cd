"""Group-Object and Measure-Object."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from emulator.powershell.dotnet.collections import GenericList, Hashtable, PSArray
from emulator.powershell.dotnet.cultures.text_case import lower
from emulator.powershell.dotnet.numbers import NUMBER_TYPES
from emulator.powershell.dotnet.psobject import PSObject, unwrap
from emulator.powershell.dotnet.regex import is_wildcard, like
from emulator.powershell.dotnet.types import builtin, type_of
from emulator.powershell.modules.utility.properties import arguments_of, compared_in
from emulator.powershell.modules.utility.sorting import Gathering, compare_values
from emulator.powershell.runtime.conversion import to_double, to_text
from emulator.powershell.runtime.errors import ConversionError
from emulator.powershell.runtime.members import MISSING, get_property, property_names
from emulator.powershell.runtime.module import cmdlet


def _compared(value: Any, other: Any) -> int:
    """How values of -Minimum and -Maximum stand to one another: what reads as a number is one, and values of
    different types are compared as texts."""
    left, right = _number_or_itself(value), _number_or_itself(other)
    if left is not None and right is not None and type_of(left) is not type_of(right):
        left, right = to_text(left), to_text(right)
    return compare_values(left, right)


def _number_or_itself(value: Any) -> Any:
    base = unwrap(value)
    if not isinstance(base, str):
        return to_double(base) if type(base) in NUMBER_TYPES else value
    try:
        return to_double(base) if base.strip() else value
    except ConversionError:
        return value


@cmdlet("Group-Object")
class GroupObject(Gathering):
    """Objects with equal property values together."""

    accepts = ("Property", "NoElement", "AsHashTable", "AsString", "InputObject", "CaseSensitive", "Culture")

    def end(self) -> None:
        """Write the groups in the order in which they began."""
        call = self.call
        culture = compared_in(call)
        if call.get("AsString") and not call.get("AsHashTable"):
            raise call.failure(
                "System.ArgumentException",
                "The AsString parameter must be used with the AsHashTable parameter.",
                "ArgumentException",
                "InvalidArgument",
            )
        ignore_case = not call.get("CaseSensitive")
        entries = arguments_of(call, call.get("Property"))
        groups: dict[Any, tuple[list[Any], list[Any]]] = {}
        for value in self.values:
            keys = [one.read(value) for one in entries] if entries else [value]
            texts = [to_text(one) for one in keys]
            place = tuple(lower(text, culture) for text in texts) if ignore_case else tuple(texts)
            groups.setdefault(place, (keys, []))[1].append(value)
        if call.get("AsHashTable"):
            self._table(groups.values())
            return
        for keys, values in groups.values():
            call.write(_group(keys, values, bool(call.get("NoElement"))))

    def _table(self, groups: Iterable[tuple[list[Any], list[Any]]]) -> None:
        table = Hashtable()
        for keys, values in groups:
            text = ", ".join(to_text(one) for one in keys)
            key = text if self.call.get("AsString") or len(keys) > 1 else keys[0]
            if key in table:
                problem = self.call.record("System.Exception", _SAME_KEY, _SAME_KEY, "InvalidArgument")
                self.call.error(problem)
                return
            table[key] = PSArray(values)
        self.call.write(table)


_SAME_KEY = (
    "The objects grouped by this property cannot be expanded because there is a key duplication. Provide a "
    "valid value for the property, and then try again."
)


def _collection(values: list[Any]) -> GenericList:
    """A Collection of PSObject."""
    kind = builtin("System.Collections.ObjectModel.Collection`1")
    return GenericList(values, kind)


def _group(keys: list[Any], values: list[Any], bare: bool) -> PSObject:
    name = ", ".join(to_text(one) for one in keys)
    return PSObject.custom(
        [
            ("Values", PSArray(keys)),
            ("Count", len(values)),
            *([] if bare else [("Group", _collection(values))]),
            ("Name", name),
        ],
        ("Microsoft.PowerShell.Commands.GroupInfoNoElement",)
        if bare
        else ("Microsoft.PowerShell.Commands.GroupInfo",),
    )


@cmdlet("Measure-Object")
class MeasureObject(Gathering):
    """Counts, sums and the like."""

    accepts = (
        "Property",
        "Sum",
        "Average",
        "Maximum",
        "Minimum",
        "Line",
        "Word",
        "Character",
        "IgnoreWhiteSpace",
        "InputObject",
    )

    def end(self) -> None:
        """Write one result for each property."""
        call = self.call
        #: Once something was no number, there are no sums.
        self._is_numeric = True
        names = [to_text(one) for one in call.get("Property") or ()]
        if call.get("Line") or call.get("Word") or call.get("Character"):
            self._text(names)
            return
        if not names:
            self._measure(None, [one for one in self.values if one is not None])
            return
        for name in self._expanded(names):
            found = [get_property(value, name, call.engine) for value in self.values]
            present = [one for one in found if one is not MISSING and one is not None]
            if not present and self.values and all(one is MISSING for one in found):
                call.error(
                    call.record(
                        "System.Management.Automation.PSArgumentException",
                        f'The property "{name}" cannot be found in the input for any objects.',
                        "GenericMeasurePropertyNotFound",
                        "InvalidArgument",
                    )
                )
                continue
            self._measure(name, present)

    def _expanded(self, names: list[str]) -> list[str]:
        if not self.values:
            return names
        found: dict[str, str] = {}
        for name in names:
            if is_wildcard(name):
                for value in self.values:
                    for one in property_names(value):
                        if like(one, name):
                            found.setdefault(one.lower(), one)
            else:
                found.setdefault(name.lower(), name)
        return list(found.values())

    def _measure(self, name: str | None, values: list[Any]) -> None:
        call = self.call
        total: float | None = None
        if call.get("Sum") or call.get("Average"):
            total = 0.0
            for one in values:
                total += self._number(one)
        if not self._is_numeric:
            total = None
        low = high = None
        for one in values:
            if call.get("Minimum") and (low is None or _compared(one, low) < 0):
                low = unwrap(one)
            if call.get("Maximum") and (high is None or _compared(one, high) > 0):
                high = unwrap(one)
        if not values and name is None and not call.expects_input and not call.has("InputObject"):
            return
        made = PSObject.custom(
            [
                ("Count", len(values)),
                (
                    "Average",
                    total / len(values) if call.get("Average") and values and total is not None else None,
                ),
                ("Sum", total if call.get("Sum") else None),
                ("Maximum", self._extreme(high)),
                ("Minimum", self._extreme(low)),
                ("Property", name),
            ],
            ("Microsoft.PowerShell.Commands.GenericMeasureInfo",),
        )
        call.write(made)

    @staticmethod
    def _extreme(value: Any) -> Any:
        if value is None or isinstance(value, str):
            return value
        try:
            return to_double(value)
        except ConversionError:
            return value

    def _number(self, value: Any) -> float:
        try:
            return to_double(unwrap(value))
        except ConversionError:
            self.call.error(
                self.call.record(
                    "System.Management.Automation.PSInvalidOperationException",
                    f'Input object "{to_text(value)}" is not numeric.',
                    "NonNumericInputObject",
                    "InvalidType",
                    value,
                )
            )
            self._is_numeric = False
            return 0.0

    def _text(self, names: list[str]) -> None:
        call = self.call
        texts = [
            to_text(get_property(v, names[0], call.engine)) if names else to_text(v) for v in self.values
        ]
        plain = bool(call.get("IgnoreWhiteSpace"))
        lines = sum(text.count("\n") + 1 for text in texts)
        words = sum(len(text.split()) for text in texts)
        characters = sum(len(re.sub(r"\s", "", text)) if plain else len(text) for text in texts)
        call.write(
            PSObject.custom(
                [
                    ("Lines", lines if call.get("Line") else None),
                    ("Words", words if call.get("Word") else None),
                    ("Characters", characters if call.get("Character") else None),
                    ("Property", names[0] if names else None),
                ],
                ("Microsoft.PowerShell.Commands.TextMeasureInfo",),
            )
        )
