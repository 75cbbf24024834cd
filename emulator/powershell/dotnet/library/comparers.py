"""System.StringComparer, and the comparers of scripts: with Compare, or with Equals and GetHashCode."""

from __future__ import annotations

from collections.abc import Callable
from functools import cmp_to_key, partial
from typing import Any

from emulator.powershell.dotnet.compared_collections import Equality
from emulator.powershell.dotnet.cultures.collation import compare_text
from emulator.powershell.dotnet.delegates import Delegate
from emulator.powershell.dotnet.exceptions import NetError, null_argument
from emulator.powershell.dotnet.hash_codes import TEXT_HASHES, identity_code, key_hash
from emulator.powershell.dotnet.ordinal_texts import compare_ordinal
from emulator.powershell.dotnet.types import PSType, register
from emulator.powershell.runtime.comparison import compare
from emulator.powershell.runtime.errors import ConversionError, PSError

Order = Callable[[Any, Any], int]


class StringComparer:
    """System.StringComparer."""

    __slots__ = ("ignore_case", "name")

    def __init__(self, name: str) -> None:
        self.name = name
        self.ignore_case = name.endswith("IgnoreCase")

    def compare(self, left: Any, right: Any) -> int:
        """-1, 0 or 1 for two texts or null; other values by their own order."""
        if not isinstance(left, str) or not isinstance(right, str):
            return int(compare(left, right, ignore_case=False))
        if not self.name.startswith("Ordinal"):
            return int(compare_text(left, right, self.ignore_case))
        return compare_ordinal(left, right, ignore_case=self.ignore_case)


def _hash(comparer: StringComparer, value: Any) -> int:
    if value is None:
        raise null_argument("obj")
    code = key_hash(value, comparer.name)
    return code if code is not None else identity_code(value)


register(
    PSType(
        "System.StringComparer",
        is_abstract=True,
        interfaces=(
            *("System.Collections.IComparer", "System.Collections.IEqualityComparer"),
            *("System.Collections.Generic.IComparer`1", "System.Collections.Generic.IEqualityComparer`1"),
        ),
        static={name: partial(StringComparer, name) for name in TEXT_HASHES},
        instance={
            "Compare(string x, string y)": StringComparer.compare,
            "Equals(string x, string y)": lambda c, a, b: a.lower() == b.lower() if c.ignore_case else a == b,
            "GetHashCode(object obj)": _hash,
        },
    ),
    StringComparer,
)


def equality_of(engine: Any, comparer: Any) -> Equality:
    """What a comparer of a script says of keys. Raises what its methods raise."""
    from emulator.powershell.runtime.conversion import to_bool
    from emulator.powershell.runtime.invoke import call_method

    return Equality(
        lambda left, right: to_bool(call_method(comparer, "Equals", [left, right], engine)),
        lambda key: _number(call_method(comparer, "GetHashCode", [key], engine)),
    )


def _number(value: Any) -> int:
    """What a method of a script gave. Raises InvalidCastException when it is no number."""
    from emulator.powershell.runtime.conversion import to_integer

    try:
        return int(to_integer(value, int, "System.Int32"))
    except ConversionError as problem:
        raise NetError("System.InvalidCastException", str(problem)) from None


def order_of(engine: Any, comparer: Any) -> Order:
    """The order that a comparer, or a Comparison, says; without any that of the values themselves.

    Raises InvalidOperationException when that fails.
    """
    from emulator.powershell.runtime.invoke import call_method

    def failing(left: Any, right: Any) -> int:
        try:
            if comparer is None:
                return compare(left, right, ignore_case=False)
            if isinstance(comparer, StringComparer):
                return comparer.compare(left, right)
            if isinstance(comparer, Delegate):
                return _number(comparer.call([left, right]))
            return _number(call_method(comparer, "Compare", [left, right], engine))
        except PSError as problem:
            raise NetError(
                "System.InvalidOperationException",
                "Failed to compare two elements in the array.",
                inner=problem.record.exception,
            ) from None

    return failing


def sort_by(engine: Any, values: Any, comparer: Any) -> None:
    """Sort a list or an array in place, as .NET Framework sorts: equal items may change places."""
    from emulator.powershell.dotnet.introsort import introsort

    if comparer is None:
        values[:] = sorted(values, key=cmp_to_key(order_of(engine, None)))
        return
    items = list(values)
    introsort(items, order_of(engine, comparer))
    values[:] = items
