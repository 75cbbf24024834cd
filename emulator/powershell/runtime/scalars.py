"""Conversions to text, truth, numbers, characters and enumeration values (about_Type_Conversion).

Everything here is independent of the current culture, as casts and expanded strings are in PowerShell.
"""

from __future__ import annotations

import math
import re
import sys
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet import number_format, numbers
from emulator.powershell.dotnet.collections import (
    LIST_TYPES,
    HashSet,
)
from emulator.powershell.dotnet.enums import EnumType, EnumValue
from emulator.powershell.dotnet.numbers import Byte, Char
from emulator.powershell.dotnet.psobject import (
    NoteProperty,
    PSObject,
    ScriptMethod,
    ScriptProperty,
)
from emulator.powershell.dotnet.simple import Guid, Version
from emulator.powershell.dotnet.time_values import DateTime, TimeSpan
from emulator.powershell.dotnet.types import type_of
from emulator.powershell.late_pattern import late_pattern
from emulator.powershell.runtime.errors import ConversionError

if TYPE_CHECKING:
    pass


def to_text(value: Any, separator: str = " ") -> str:
    """The text of a value, as in an expanded string."""
    kind = type(value)
    if kind is str:
        return value  # type: ignore[no-any-return]
    if value is None:
        return ""
    if kind is bool:
        return "True" if value else "False"
    if kind is int:
        return str(value)
    if kind in numbers.NUMBER_TYPES:
        return number_format.number_text(value)
    if kind in LIST_TYPES or kind is bytearray or kind is HashSet:
        return separator.join([_item_text(item) for item in value])
    if kind is EnumValue or kind is Guid or kind is Version or kind is DateTime or kind is TimeSpan:
        return str(value)
    if kind is Char:
        return str.__str__(value)
    if kind is PSObject:
        return _object_text(value)
    ps_type = type_of(value)
    for one in ps_type.lineage():
        if one.to_text is not None:
            return one.to_text(value)
    return ps_type.name


def _item_text(value: Any) -> str:
    """The text of an item of a list: lists inside show their type, and custom objects nothing."""
    kind = type(value)
    if kind is PSObject:
        if value.base is not None and value.text is None:
            return _item_text(value.base) if type(value.base) in LIST_TYPES else _object_text(value)
        is_plain = value.base is None and value.text is None and "tostring" not in value.members
        return "" if is_plain else _object_text(value)
    return type_of(value).name if kind in LIST_TYPES else to_text(value)


def _object_text(value: PSObject) -> str:
    method = value.members.get("tostring")
    if isinstance(method, ScriptMethod):
        return to_text(method.script.call_method(value, []))
    if value.text is not None:
        return value.text
    if value.base is not None:
        return to_text(value.base)
    parts = []
    for member in value.members.values():
        if isinstance(member, NoteProperty):
            parts.append(f"{member.name}={_item_text(member.value)}")
        elif isinstance(member, ScriptProperty) and member.getter is not None:
            parts.append(f"{member.name}={_item_text(member.getter.call_method(value, []))}")
    return f"@{{{'; '.join(parts)}}}" if parts else ""


def to_bool(value: Any) -> bool:
    """Truth of a value (about_Booleans)."""
    kind = type(value)
    if kind is bool:
        return value  # type: ignore[no-any-return]
    if value is None:
        return False
    if kind is str:
        return bool(value != "")
    if kind in numbers.NUMBER_TYPES:
        return bool(value != 0)
    if kind in LIST_TYPES or kind is bytearray:
        size = len(value)
        if size == 1:
            first = value[0]
            return bool(first) if type(first) in LIST_TYPES else to_bool(first)
        return bool(size > 1)
    if kind is EnumValue:
        return bool(value.number != 0)
    if kind is Char:
        return bool(value != "\0")
    if kind is PSObject:
        return True if value.base is None else to_bool(value.base)
    present = getattr(value, "is_present", None)
    return bool(present) if isinstance(present, bool) else True


_MOST_DIGITS = 4000
_INTEGER = late_pattern(r"\s*[+-]?\d+\s*")


_NUMBER = late_pattern(
    r"\s*([+-]?)(?:(0[xX])([0-9a-fA-F]+)|(\d+(?:,\d+)*(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?))"
    r"(d|l)?(kb|mb|gb|tb|pb)?\s*",
    re.IGNORECASE,
)


_SUFFIXES = {"kb": 1 << 10, "mb": 1 << 20, "gb": 1 << 30, "tb": 1 << 40, "pb": 1 << 50}


def parse_number(text: str) -> Any:
    """The number a text names as a script would write it (``0x10``, ``1kb``, ``1e3``); None when it is
    none.
    """
    found = _NUMBER.fullmatch(text)
    if found is None:
        return None
    sign, hexadecimal, digits, plain, kind, suffix = found.groups()
    factor = _SUFFIXES[suffix.lower()] if suffix else 1
    try:
        if hexadecimal:
            whole = int(digits, 16)
            if whole > 0x7FFFFFFF and len(digits) <= 8 and not kind:
                whole -= 1 << 32
            return numbers.fit_integer((-whole if sign == "-" else whole) * factor)
        plain = plain.replace(",", "")
        if kind and kind.lower() == "d":
            return Decimal(sign + plain) * factor
        if "." in plain or "e" in plain.lower():
            return float(sign + plain) * factor
        return numbers.fit_integer(int(sign + plain) * factor)
    except (OverflowError, InvalidOperation, ValueError):
        return None if plain is None else float(sign + plain) * factor


_TOO_LARGE = {
    "System.Int32": "an Int32",
    "System.Int64": "an Int64",
    "System.Int16": "an Int16",
    "System.UInt16": "a UInt16",
    "System.UInt32": "a UInt32",
    "System.UInt64": "a UInt64",
    "System.Byte": "an unsigned byte",
    "System.SByte": "a signed byte",
    "System.Decimal": "a Decimal",
}


def quoted(value: Any) -> str:
    """The value's text as messages show it."""
    text = to_text(value)
    return text if len(text) < 4096 else text[:4096]


def bad_text(value: Any, name: str, error_id: str, reason: str) -> ConversionError:
    """A value that a type's own rules refuse."""
    return ConversionError(
        f'Cannot convert value "{quoted(value)}" to type "{name}". Error: "{reason}"', error_id
    )


def no_way(value: Any, name: str) -> ConversionError:
    """A value for which there is no conversion to the type."""
    if value is None:
        return ConversionError(f'Cannot convert null to type "{name}".', "NullCastNotAllowed")
    return ConversionError(
        f'Cannot convert the "{quoted(value)}" value of type "{type_of(value).name}" to type "{name}".'
    )


def to_integer(value: Any, python: type, name: str) -> Any:
    """A value as an integer of a Python number class; halves go to the even neighbour."""
    kind = type(value)
    if kind in numbers.INTEGER_TYPES:
        number = int(value)
    elif value is None:
        number = 0
    elif kind is bool:
        number = int(value)
    elif kind in numbers.FLOAT_TYPES:
        if not math.isfinite(value):
            raise _too_large(value, name)
        number = round(value)
    elif kind is Decimal:
        number = int(value.to_integral_value(ROUND_HALF_EVEN))
    elif kind is Char:
        number = ord(value)
    elif kind is str:
        number = _integer_of_text(value, python, name)
    elif kind is EnumValue:
        number = value.number
    elif kind is PSObject and value.base is not None:
        return to_integer(value.base, python, name)
    elif kind in LIST_TYPES and len(value) == 1 and type(value) is not list:
        raise no_way(value, name)
    elif kind.__name__ == "SwitchParameter":
        number = int(value.is_present)
    else:
        raise no_way(value, name)
    low, high = numbers.RANGES[python]
    if not low <= number <= high:
        raise _too_large(value, name)
    return number if python is int else python(number)


def _too_large(value: Any, name: str) -> ConversionError:
    return bad_text(
        value,
        name,
        "InvalidCastIConvertible",
        f"Value was either too large or too small for {_TOO_LARGE[name]}.",
    )


def _integer_of_text(value: str, python: type, name: str) -> int:
    if value.strip() == "":
        return 0
    if _INTEGER.fullmatch(value):
        # Python refuses to read more digits than this; any such number is too large.
        number = int(value) if len(value) < _MOST_DIGITS else sys.maxsize**2
        low, high = numbers.RANGES[python]
        if low <= number <= high:
            return number
        raise bad_text(
            value,
            name,
            "InvalidCastFromStringToInteger",
            f"Value was either too large or too small for {_TOO_LARGE[name]}.",
        )
    parsed = parse_number(value)
    if parsed is None or (isinstance(parsed, float) and not math.isfinite(parsed)):
        raise bad_text(
            value, name, "InvalidCastFromStringToInteger", "Input string was not in a correct format."
        )
    return int(parsed if isinstance(parsed, int) else round(parsed))


def to_double(value: Any, name: str = "System.Double") -> float:
    """A value as a Double."""
    kind = type(value)
    if kind is float:
        return value  # type: ignore[no-any-return]
    if kind in numbers.NUMBER_TYPES or kind is bool:
        return float(value)
    if value is None:
        return 0.0
    if kind is Char:
        return float(ord(value))
    if kind is str:
        if value.strip() == "":
            return 0.0
        parsed = parse_number(value)
        if parsed is None:
            special = {"nan": math.nan, "infinity": math.inf, "-infinity": -math.inf}.get(
                value.strip().lower()
            )
            if special is None:
                raise bad_text(
                    value,
                    name,
                    "InvalidCastFromStringToDoubleOrSingle",
                    "Input string was not in a correct format.",
                )
            return special
        return float(parsed)
    if kind is EnumValue:
        return float(value.number)
    if kind is PSObject and value.base is not None:
        return to_double(value.base, name)
    raise no_way(value, name)


def to_decimal(value: Any, name: str = "System.Decimal") -> Decimal:
    """A value as a Decimal."""
    kind = type(value)
    if kind is Decimal:
        return value  # type: ignore[no-any-return]
    if kind in numbers.FLOAT_TYPES:
        if not math.isfinite(value) or abs(value) > 7.9e28:
            raise _too_large(value, name)
        return Decimal(number_format.double_text(value))
    if kind in numbers.INTEGER_TYPES or kind is bool:
        return Decimal(int(value))
    if value is None:
        return Decimal(0)
    if kind is str:
        if value.strip() == "":
            return Decimal(0)
        parsed = parse_number(value)
        if parsed is None:
            raise bad_text(
                value, name, "InvalidCastFromStringToDecimal", "Input string was not in a correct format."
            )
        exact = Decimal(value.replace(",", "").strip()) if isinstance(parsed, float) else to_decimal(parsed)
        if exact.copy_abs() > numbers.DECIMAL_MAXIMUM:
            raise _too_large(value, name)
        return exact
    if kind is EnumValue:
        return Decimal(value.number)
    if kind is PSObject and value.base is not None:
        return to_decimal(value.base, name)
    raise no_way(value, name)


def to_number(value: Any) -> Any:
    """The operand of an arithmetic operator as a number: text by what it looks like, null as 0."""
    kind = type(value)
    if kind in numbers.NUMBER_TYPES:
        return value
    if value is None:
        return 0
    if kind is bool:
        return int(value)
    if kind is Char:
        return ord(value)
    if kind is str:
        if value.strip() == "":
            return 0
        parsed = parse_number(value)
        if parsed is None:
            raise bad_text(
                value,
                "System.Int32",
                "InvalidCastFromStringToInteger",
                "Input string was not in a correct format.",
            )
        return parsed
    if kind is EnumValue:
        return value.number
    if kind is PSObject and value.base is not None:
        return to_number(value.base)
    raise no_way(value, "System.Int32")


def to_char(value: Any) -> Char:
    """A value as a Char."""
    if isinstance(value, str):
        if len(value) == 1:
            return Char(value)
        raise bad_text(
            value,
            "System.Char",
            "InvalidCastParseTargetInvocation",
            "String must be exactly one character long.",
        )
    number = to_integer(value, numbers.UInt16, "System.UInt16") if value is not None else 0
    return Char(chr(number))


def to_enum(value: Any, kind: EnumType) -> EnumValue:
    """A value as a value of an enumeration: from a name, names, or a number."""
    value = value.base if type(value) is PSObject and value.base is not None else value
    if isinstance(value, EnumValue):
        if value.ps_type is kind:
            return value
        return to_enum(value.number, kind)
    if isinstance(value, str):
        parsed = kind.parse(value)
        if parsed is not None and (kind.flags or kind.is_defined(parsed.number)):
            return parsed
        raise _enum_error(value, kind)
    if type(value) in numbers.NUMBER_TYPES:
        number = to_integer(value, numbers.Int64, "System.Int64")
        if kind.is_defined(number) or kind.flags:
            return kind.value(int(number))
        names = ",".join(kind.sorted_names)
        raise ConversionError(
            f'Cannot convert value "{quoted(value)}" to type "{kind.name}" due to enumeration values that '
            f"are not "
            "valid. Specify one of the following enumeration values and try again. The possible enumeration "
            "values "
            f'are "{names}".',
            "InvalidCastEnumTypeNotFound" if not names else "UndefinedIntegerToEnum",
        )
    if type(value) in LIST_TYPES and value and all(isinstance(item, str) for item in value):
        return to_enum(",".join(value), kind)
    if value is None:
        raise ConversionError(
            f'Cannot convert null to type "{kind.name}" due to enumeration values that are not valid. '
            f"Specify one of "
            "the following enumeration values and try again. The possible enumeration values are "
            f'"{",".join(kind.sorted_names)}".',
            "InvalidCastFromNull",
        )
    raise no_way(value, kind.name)


def _enum_error(value: str, kind: EnumType) -> ConversionError:
    names = ", ".join(kind.sorted_names)
    return bad_text(
        value,
        kind.name,
        "InvalidCastFromStringToEnumeration",
        f"Unable to match the identifier name {value} to a valid enumerator name. Specify one of the "
        f"following "
        f"enumerator names and try again:\r\n{names}",
    )


def items_of(value: Any) -> list[Any]:
    """A value as the list of its items: lists and sets unrolled, anything else alone."""
    kind = type(value)
    if kind in LIST_TYPES:
        return list(value)
    if kind is bytearray:
        return [Byte(item) for item in value]
    if kind is PSObject and value.base is not None:
        return items_of(value.base)
    if kind is HashSet:
        return list(value)
    return [value]
