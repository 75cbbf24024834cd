"""Conversions of Visual Basic, as its runtime does them: what CType and every assignment do."""

from __future__ import annotations

import math
import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from emulator.powershell.csharp.arithmetic import WIDTHS, within
from emulator.powershell.csharp.conversions import (
    NO_CONVERSION,
    default_of,
    fits,
    implicit,
    is_delegate,
    is_nullable,
    shown,
    user_conversion,
)
from emulator.powershell.csharp.native_calls import call_static_native, inner_exception
from emulator.powershell.csharp.objects import ThrownError, stored, thrown
from emulator.powershell.csharp.texts import text_of
from emulator.powershell.dotnet.collections import PSArray, TypedArray
from emulator.powershell.dotnet.delegates import Delegate
from emulator.powershell.dotnet.enums import EnumType, EnumValue
from emulator.powershell.dotnet.exceptions import NetError
from emulator.powershell.dotnet.numbers import RANGES, Char, Pointer, Single, fit_decimal
from emulator.powershell.dotnet.psobject import PSObject
from emulator.powershell.dotnet.time_values import DateTime
from emulator.powershell.dotnet.types import PSType, builtin, type_of
from emulator.powershell.runtime.errors import PSError
from emulator.powershell.runtime.text_operators import format_value

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine

NAMES = {
    "System.Boolean": "Boolean",
    "System.Byte": "Byte",
    "System.Char": "Char",
    "System.DateTime": "Date",
    "System.Decimal": "Decimal",
    "System.Double": "Double",
    "System.Int16": "Short",
    "System.Int32": "Integer",
    "System.Int64": "Long",
    "System.Object": "Object",
    "System.SByte": "SByte",
    "System.Single": "Single",
    "System.String": "String",
    "System.UInt16": "UShort",
    "System.UInt32": "UInteger",
    "System.UInt64": "ULong",
}
"""Types by the words that the language has for them."""
_BASED = re.compile(r"\s*&([ho])([0-9a-f]+)\s*", re.IGNORECASE)
_WHOLE = re.compile(r"[+-]?[0-9]{1,29}")
_LONGEST_SHOWN = 32
_REALS: dict[str, type] = {"System.Double": float, "System.Single": Single, "System.Decimal": Decimal}


def name_of(kind: PSType) -> str:
    """A type as the language names it."""
    if kind.element_type is not None:
        return f"{name_of(kind.element_type)}()"
    return NAMES.get(kind.name, kind.name.rpartition(".")[2].replace("+", "."))


def convert(value: Any, kind: PSType | None, engine: Engine) -> Any:
    """A value as one of a type; Nothing becomes the default. Raises InvalidCastException and
    OverflowException."""
    if kind is None or kind.name == "System.Object":
        return stored(value)
    if is_nullable(kind):
        return None if value is None else convert(value, kind.arguments[0], engine)
    if type(value) is PSObject and value.base is not None and not kind.name.endswith(".PSObject"):
        value = value.base
    name = kind.name
    if name in WIDTHS:
        return integer(value, WIDTHS[name], kind, engine)
    if name in _REALS:
        return real(value, _REALS[name], kind, engine)
    work = _SPECIAL.get(name)
    if work is not None:
        return work(value, kind, engine)
    if isinstance(kind, EnumType):
        return _enumeration(value, kind, engine)
    return _reference(value, kind, engine)


def _reference(value: Any, kind: PSType, engine: Engine) -> Any:
    if value is None:
        return default_of(kind, engine)
    if name_is_pointer(kind) and isinstance(value, int) and not isinstance(value, bool):
        return Pointer(value)
    if isinstance(value, Delegate) and is_delegate(kind):
        return implicit(value, kind, engine)
    if fits(value, kind):
        return implicit(value, kind, engine)
    made = user_conversion(value, kind, engine, explicit=True)
    if made is not NO_CONVERSION:
        return made
    element = kind.element_type
    if element is not None and _holds_only(value, element):
        return TypedArray(value, kind)
    if isinstance(value, str) and element is not None and element.name == "System.Char":
        return TypedArray([Char(one) for one in value], kind)
    raise thrown(
        "System.InvalidCastException",
        f"Unable to cast object of type '{shown(type_of(value))}' to type '{shown(kind)}'.",
    )


def _holds_only(value: Any, element: PSType) -> bool:
    """Whether an array of objects from outside has items of a reference type only."""
    if type(value) is not PSArray or element.is_value_type:
        return False
    return all(one is None or fits(one, element) for one in value)


def name_is_pointer(kind: PSType) -> bool:
    """Whether a type is IntPtr or UIntPtr."""
    return kind.name in ("System.IntPtr", "System.UIntPtr")


def invalid(value: Any, kind: PSType) -> ThrownError:
    """The exception for a value that is none of the type."""
    if isinstance(value, str) and not isinstance(value, Char):
        what = f'string "{value[:_LONGEST_SHOWN]}"'
    else:
        what = f"type '{name_of(type_of(value))}'"
    return thrown(
        "System.InvalidCastException", f"Conversion from {what} to type '{name_of(kind)}' is not valid."
    )


def overflow() -> ThrownError:
    """OverflowException."""
    return thrown("System.OverflowException", "Arithmetic operation resulted in an overflow.")


def number_in(text: str, kind: PSType, engine: Engine) -> float:
    """The number that a text shows. Raises InvalidCastException."""
    based = _BASED.fullmatch(text)
    if based is not None:
        number = int(based.group(2), 16 if based.group(1) in "hH" else 8)
        if number >> 64:
            raise overflow()
        return float(number - (1 << 32) if 1 << 31 <= number < 1 << 32 else number)
    try:
        return float(call_static_native(builtin("System.Double"), "Parse", [text], engine))
    except NetError as problem:
        if problem.exception.ps_type.name == "System.OverflowException":
            raise overflow() from None
        raise invalid(text, kind) from None
    except PSError as problem:
        raise ThrownError(inner_exception(problem)) from None


def integer(value: Any, python: type, kind: PSType, engine: Engine) -> Any:
    """A value as an integer: reals are rounded to the nearest, halves to the even one."""
    if type(value) is python:
        return value
    low, high = RANGES[python]
    if value is None:
        return python(0)
    if isinstance(value, bool):
        return python((-1 if low else high) if value else 0)
    if isinstance(value, EnumValue):
        value = value.number
    elif isinstance(value, str):
        if isinstance(value, Char):
            raise invalid(value, kind)
        value = _exact(value, kind, engine)
    if isinstance(value, float):
        if not math.isfinite(value):
            raise overflow()
        value = round(value)
    elif isinstance(value, Decimal):
        value = int(value.to_integral_value())
    elif not isinstance(value, int):
        made = user_conversion(value, kind, engine, explicit=True)
        if made is NO_CONVERSION:
            raise invalid(value, kind)
        return made
    if not low <= value <= high:
        raise overflow()
    return python(value)


def _exact(text: str, kind: PSType, engine: Engine) -> Any:
    plain = text.strip()
    if _WHOLE.fullmatch(plain) is not None:
        return int(plain)
    return number_in(text, kind, engine)


def real(value: Any, python: type, kind: PSType, engine: Engine) -> Any:
    """A value as a real number."""
    if type(value) is python:
        return value
    if value is None:
        return python(0)
    if isinstance(value, bool):
        return python(-1 if value else 0)
    if isinstance(value, EnumValue):
        return python(value.number)
    if isinstance(value, Char):
        raise invalid(value, kind)
    if isinstance(value, str):
        value = number_in(value, kind, engine)
    if isinstance(value, int | float | Decimal):
        if python is not Decimal:
            return python(float(value))
        try:
            return fit_decimal(Decimal(repr(float(value))) if isinstance(value, float) else Decimal(value))
        except (ArithmeticError, ValueError):
            raise thrown(
                "System.OverflowException", "Value was either too large or too small for a Decimal."
            ) from None
    made = user_conversion(value, kind, engine, explicit=True)
    if made is NO_CONVERSION:
        raise invalid(value, kind)
    return made


def _boolean(value: Any, kind: PSType, engine: Engine) -> Any:
    if isinstance(value, bool):
        return value
    if value is None:
        return False
    if isinstance(value, Char):
        raise invalid(value, kind)
    if isinstance(value, str):
        word = value.strip().lower()
        return word == "true" if word in ("true", "false") else number_in(value, kind, engine) != 0
    if isinstance(value, EnumValue):
        return value.number != 0
    if isinstance(value, int | float | Decimal):
        return value != 0
    made = user_conversion(value, kind, engine, explicit=True)
    if made is NO_CONVERSION:
        raise invalid(value, kind)
    return made


def truth(value: Any, engine: Engine) -> bool:
    """A value where a condition stands."""
    if value is True or value is False:
        return value
    from emulator.powershell.csharp.operators import NOTHING, by_type

    made = by_type("op_True", [value], engine) if value is not None else NOTHING
    return bool(made) if made is not NOTHING else bool(_boolean(value, builtin("System.Boolean"), engine))


def _string(value: Any, kind: PSType, engine: Engine) -> Any:
    if value is None or type(value) is str:
        return value
    if isinstance(value, bool):
        return "True" if value else "False"
    if isinstance(value, Char):
        return str(value)
    if isinstance(value, EnumValue):
        return str(value.number)
    if isinstance(value, int | float | Decimal) and not isinstance(value, Pointer):
        return text_of(value, engine)
    if isinstance(value, DateTime):
        return _date_text(value)
    if isinstance(value, list) and value and all(isinstance(one, Char) for one in value):
        return "".join(value)
    made = user_conversion(value, kind, engine, explicit=True)
    if made is NO_CONVERSION:
        raise invalid(value, kind)
    return made


def _date_text(value: DateTime) -> str:
    time = value.time_of_day.ticks
    if time == value.ticks:
        return format_value(value, "T")
    return format_value(value, "d" if time == 0 else "G")


def _character(value: Any, kind: PSType, engine: Engine) -> Any:
    if isinstance(value, Char):
        return value
    if value is None:
        return Char("\0")
    if isinstance(value, str):
        return Char(value[:1] or "\0")
    made = user_conversion(value, kind, engine, explicit=True)
    if made is NO_CONVERSION:
        raise invalid(value, kind)
    return made


def _date(value: Any, kind: PSType, engine: Engine) -> Any:
    if isinstance(value, DateTime):
        return value
    if value is None:
        return DateTime(0)
    if isinstance(value, str) and not isinstance(value, Char):
        try:
            return call_static_native(kind, "Parse", [value], engine)
        except NetError:
            raise invalid(value, kind) from None
    raise invalid(value, kind)


def _enumeration(value: Any, kind: EnumType, engine: Engine) -> Any:
    if isinstance(value, EnumValue) and value.ps_type is kind:
        return value
    underlying = builtin(kind.underlying)
    number = integer(value, WIDTHS.get(kind.underlying, int), underlying, engine)
    return kind.value(within(int(number), kind.underlying))


_SPECIAL = {
    "System.Boolean": _boolean,
    "System.String": _string,
    "System.Char": _character,
    "System.DateTime": _date,
}


def text(value: Any, engine: Engine) -> str:
    """A value as an operand of ``&``: nothing for Nothing."""
    made = _string(value, builtin("System.String"), engine)
    return "" if made is None else str(made)
