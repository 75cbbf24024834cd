"""Comparison operators (about_Comparison_Operators).

Text is compared without case unless the operator's name begins with c. The left side decides the type; a
list on the left is filtered.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from emulator.powershell.dotnet import numbers
from emulator.powershell.dotnet.collections import LIST_TYPES, PSArray
from emulator.powershell.dotnet.cultures.collation import compare_text
from emulator.powershell.dotnet.enums import EnumType, EnumValue
from emulator.powershell.dotnet.numbers import Char
from emulator.powershell.dotnet.psobject import PSObject
from emulator.powershell.dotnet.simple import Guid, Version
from emulator.powershell.dotnet.time_values import DateTime, TimeSpan
from emulator.powershell.dotnet.types import PSType, type_of
from emulator.powershell.runtime.conversion import (
    convert,
    items_of,
    parse_number,
    to_bool,
    to_enum,
    to_number,
    to_text,
)
from emulator.powershell.runtime.errors import ConversionError, error
from emulator.powershell.runtime.scalars import to_decimal


def equal(left: Any, right: Any, ignore_case: bool = True) -> bool:
    """``left -eq right`` of two single values."""
    kind = type(left)
    if kind is int and type(right) is int:
        return bool(left == right)
    if kind is str:
        text = right if type(right) is str else _right_text(right)
        if ignore_case:
            return text is not None and bool(left == text or left.lower() == text.lower())
        return bool(left == text)
    if left is None or right is None:
        return left is right or (_absent(left) and _absent(right))
    if kind is bool:
        return bool(left == to_bool(right))
    if kind is PSObject:
        if left.base is None:
            return left is right
        return equal(left.base, right, ignore_case)
    if type(right) is PSObject and right.base is not None:
        right = right.base
    if kind in numbers.NUMBER_TYPES:
        return _equal_number(left, right)
    if kind is EnumValue:
        try:
            return bool(to_enum(right, left.ps_type) == left)
        except ConversionError:
            return False
    if kind is Char:
        other = right if isinstance(right, str) else None
        if other is None:
            return type(right) in numbers.NUMBER_TYPES and ord(left) == right
        return left == other or (ignore_case and left.lower() == other.lower())
    return _equal_object(left, right)


def _absent(value: Any) -> bool:
    return value is None


def _right_text(value: Any) -> str | None:
    return None if value is None else to_text(value)


def _equal_number(left: Any, right: Any) -> bool:
    if type(right) in numbers.NUMBER_TYPES:
        if isinstance(left, Decimal) and isinstance(right, float):
            return float(left) == right
        return bool(left == right)
    if type(right) in LIST_TYPES:
        return False
    try:
        if isinstance(left, Decimal) and isinstance(right, str) and right.strip():
            return bool(left == to_decimal(right))
        if isinstance(right, str) and not isinstance(right, Char) and parse_number(right) is None:
            return right.strip() == "" and left == 0
        return bool(left == to_number(right))
    except ConversionError:
        return False


def _equal_object(left: Any, right: Any) -> bool:
    if isinstance(left, Guid | DateTime | TimeSpan | Version) and type(right) is not type(left):
        try:
            right = convert(right, type_of(left))
        except ConversionError:
            return False
    if isinstance(left, PSType):
        return left is right or (isinstance(right, str) and right.lower() == left.name.lower())
    if left is right or bool(left == right):
        return True
    equals = script_method(left, "Equals")
    if equals is not None:
        return to_bool(equals(left, right))
    if (
        isinstance(right, str)
        and getattr(left, "ps_type", None) is None
        and type_of(left).to_text is not None
    ):
        return to_text(left).lower() == right.lower()
    return False


def compare(left: Any, right: Any, ignore_case: bool = True) -> int:
    """-1, 0 or 1 for the ordering operators. Raises the error of values without an order."""
    if type(left) is PSObject and left.base is not None:
        left = left.base
    if type(right) is PSObject and right.base is not None:
        right = right.base
    kind = type(left)
    if kind is str:
        return compare_text(left, to_text(right), ignore_case)
    if left is None:
        if right is None:
            return 0
        if type(right) in numbers.NUMBER_TYPES:
            return 1 if right < 0 else -1
        return -1
    if right is None:
        if kind in numbers.NUMBER_TYPES:
            return -1 if left < 0 else 1
        return 1
    try:
        if kind is bool:
            first: Any = int(left)
            second: Any = int(to_bool(right))
        elif kind in numbers.NUMBER_TYPES:
            first, second = left, to_number(right)
            if isinstance(first, Decimal) != isinstance(second, Decimal):
                first, second = Decimal(first), Decimal(second)
        elif kind is EnumValue:
            first, second = left.number, to_enum(right, left.ps_type).number
        elif kind is Char:
            first, second = ord(left), ord(right[0]) if isinstance(right, str) and right else to_number(right)
        elif (ordering := script_method(left, "CompareTo")) is not None:
            first, second = ordering(left, right), 0
        elif kind in (DateTime, TimeSpan, Version, Guid):
            first, second = left, convert(right, type_of(left))
        else:
            raise error(
                f'Cannot compare "{to_text(left)}" because it is not IComparable.',
                "NotIcomparable",
                "InvalidOperation",
                left,
            )
    except ConversionError as problem:
        raise error(
            f'Could not compare "{to_text(left)}" to "{to_text(right)}". Error: "{problem.message}"',
            "ComparisonFailure",
            "InvalidOperation",
            left,
        ) from None
    return -1 if first < second else int(first > second)


def filtered(left: Any, right: Any, test: Callable[[Any, Any, bool], bool], ignore_case: bool) -> Any:
    """A comparison that gives the matching items when the left side is a list."""
    kind = type(left)
    if kind in LIST_TYPES or kind is bytearray or (kind is PSObject and type(left.base) in LIST_TYPES):
        return PSArray([item for item in items_of(left) if test(item, right, ignore_case)])
    return test(left, right, ignore_case)


def not_equal(left: Any, right: Any, ignore_case: bool) -> bool:
    """``-ne`` of two single values."""
    return not equal(left, right, ignore_case)


def less(left: Any, right: Any, ignore_case: bool) -> bool:
    """``-lt`` of two single values."""
    return compare(left, right, ignore_case) < 0


def less_equal(left: Any, right: Any, ignore_case: bool) -> bool:
    """``-le`` of two single values."""
    return compare(left, right, ignore_case) <= 0


def greater(left: Any, right: Any, ignore_case: bool) -> bool:
    """``-gt`` of two single values."""
    return compare(left, right, ignore_case) > 0


def greater_equal(left: Any, right: Any, ignore_case: bool) -> bool:
    """``-ge`` of two single values."""
    return compare(left, right, ignore_case) >= 0


def script_method(value: Any, name: str) -> Callable[[Any, Any], Any] | None:
    """A method with one parameter that the class of an object defines in a script or in C#, or None."""
    from emulator.powershell.runtime.script_class import ScriptClass, ScriptOverload

    kind = getattr(value, "ps_type", None)
    if not isinstance(kind, ScriptClass):
        return _csharp_method(kind, name) if hasattr(kind, "interface_types") else None
    member = kind.member(name)
    for one in getattr(member, "overloads", ()):
        if isinstance(one, ScriptOverload) and len(one.types) == 1:
            found = one
            return lambda this, other: found.run_on(kind.engine, this, other)
    return None


def _csharp_method(kind: Any, name: str) -> Callable[[Any, Any], Any] | None:
    """CompareTo of a class of C# that is IComparable, or an Equals of its own."""
    from emulator.powershell.runtime.invoke import call_method

    lineage = list(kind.lineage())
    faces = [face.name for one in lineage for face in getattr(one, "interface_types", ())]
    if not any(name in getattr(one, "methods", ()) for one in lineage):
        return None
    if name == "CompareTo" and "System.IComparable" not in faces:
        return None
    return lambda this, other: call_method(this, name, [other], kind.engine)


def contains(collection: Any, item: Any, ignore_case: bool = True) -> bool:
    """``collection -contains item``."""
    return any(equal(one, item, ignore_case) for one in items_of(collection))


def is_type(value: Any, kind: PSType) -> bool:
    """``value -is [type]``."""
    if value is None:
        return False
    if type(value) is PSObject:
        if kind.name in (
            "System.Management.Automation.PSObject",
            "System.Management.Automation.PSCustomObject",
        ):
            return value.base is None or kind.name.endswith("PSObject")
        if value.base is None:
            return kind.name == "System.Object"
        value = value.base
    if kind.name == "System.Management.Automation.PSObject":
        return False
    actual = type_of(value)
    if actual.is_assignable_to(kind):
        return True
    return isinstance(actual, EnumType) and kind.name == "System.ValueType"
