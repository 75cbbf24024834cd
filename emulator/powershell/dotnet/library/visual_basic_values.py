"""Functions of Visual Basic that say what a value is, or make a number of it."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.collections import PSArray
from emulator.powershell.dotnet.enums import EnumValue
from emulator.powershell.dotnet.exceptions import NetError, argument_error
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.time_values import DateTime
from emulator.powershell.dotnet.types import builtin, type_of
from emulator.powershell.runtime.conversion import to_text

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine


def plain_text(value: Any) -> str:
    """A text, nothing for Nothing."""
    return "" if value is None else str(value)


def number_or_none(value: Any) -> float | None:
    """The number that a value is, or that a text shows."""
    held = unwrap(value)
    if isinstance(held, bool):
        return float(-1 if held else 0)
    if isinstance(held, str):
        text = held.strip()
        based = re.fullmatch(r"&[hH]([0-9a-fA-F]{1,16})|&[oO]([0-7]{1,22})", text)
        if based is not None:
            return float(int(based[1], 16) if based[1] else int(based[2], 8))
        plain = text.replace(",", "").removeprefix("$")
        if text.startswith("(") and text.endswith(")"):
            plain = "-" + plain[1:-1].removeprefix("$")
        if re.fullmatch(
            r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?", plain
        ) is None or text.startswith(","):
            return None
        return float(plain)
    if isinstance(held, EnumValue):
        return float(held.number)
    return float(held) if isinstance(held, int | float | Decimal) else None


def is_date(engine: Engine, value: Any) -> bool:
    """``IsDate``."""
    held = unwrap(value)
    if isinstance(held, DateTime):
        return True
    if not isinstance(held, str):
        return False
    return date_or_none(engine, held) is not None


def date_or_none(engine: Engine, text: str) -> DateTime | None:
    """The date that a text shows, or None."""
    from emulator.powershell.csharp.native_calls import call_static_native

    try:
        found = call_static_native(builtin("System.DateTime"), "Parse", [text], engine)
    except NetError:
        return None
    return found if isinstance(found, DateTime) else None


def upper_bound(values: Any, rank: int = 1) -> int:
    """``UBound``. Raises ArgumentNullException, InvalidCastException and RankException."""
    held = unwrap(values)
    if held is None:
        raise NetError("System.ArgumentNullException", "Argument 'Array' is Nothing.")
    if rank != 1:
        raise NetError("System.RankException", "Argument 'Rank' is not a valid value.")
    if not is_array(held):
        text = f"Unable to cast object of type '{type_of(held).name}' to type 'System.Array'."
        raise NetError("System.InvalidCastException", text)
    return len(held) - 1


def type_name(value: Any) -> str:
    """``TypeName``."""
    from emulator.powershell.visualbasic.conversions import name_of

    held = unwrap(value)
    return "Nothing" if held is None else name_of(type_of(held))


def is_array(value: Any) -> bool:
    """``IsArray``."""
    return isinstance(unwrap(value), PSArray | bytearray)


def is_reference(value: Any) -> bool:
    """``IsReference``."""
    held = unwrap(value)
    return held is None or not type_of(held).is_value_type


# Conversion


def whole_part(value: Any, work: Callable[[Any], int]) -> Any:
    """``Int`` and ``Fix``: a number of the same type without its fraction."""
    held = unwrap(value)
    if held is None:
        return 0
    if isinstance(held, bool):
        return -1 if held else 0
    if isinstance(held, float):
        return type(held)(work(held)) if math.isfinite(held) else held
    if isinstance(held, Decimal):
        return Decimal(work(held))
    if isinstance(held, str):
        number = number_or_none(held)
        if number is None:
            raise NetError(
                "System.InvalidCastException",
                f"Conversion from string \"{held[:32]}\" to type 'Double' is not valid.",
            )
        return float(work(number)) if math.isfinite(number) else number
    return held


def digits(value: Any, form: str) -> str:
    """``Hex`` and ``Oct``: negative numbers by the bits of their type."""
    held = unwrap(value)
    if isinstance(held, EnumValue):
        held = held.number
    number = whole_part(held, round) if not isinstance(held, int) or isinstance(held, bool) else held
    if not isinstance(number, int | float | Decimal):
        raise argument_error(f"Argument 'Number' cannot be converted to type '{type_name(held)}'.", "Number")
    if not -(1 << 64) < number < 1 << 64:  # no number at all neither
        raise NetError("System.OverflowException", "Arithmetic operation resulted in an overflow.")
    whole = int(number)
    if whole < 0:
        widths = {"Byte": 8, "SByte": 8, "Int16": 16, "UInt16": 16, "Int64": 64, "UInt64": 64}
        name = type_of(held).name.removeprefix("System.")
        width = widths.get(name, 64 if name in ("Double", "String", "Decimal") and whole < -(1 << 31) else 32)
        whole += 1 << width
    return format(whole, form).upper()


def leading_number(text: Any) -> float:
    """Val: as much of a text as is a number, without its blanks."""
    whole = re.sub(r"[ \t\n\r]", "", plain_text(text))
    based = re.match(r"&[hH]([0-9a-fA-F]{1,16})|&[oO]([0-7]{1,22})", whole)
    if based is not None:
        digits, base, width = (based[1], 16, 4) if based[1] else (based[2], 8, 3)
        number = int(digits, base)
        bits = next((one for one in (16, 32, 64) if len(digits) * width <= one), 64)
        return float(number - (1 << bits) if number >> (bits - 1) else number)
    found = re.match(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eEdD][+-]?\d{1,3})?", whole)
    return float(found[0].replace("d", "e").replace("D", "e")) if found is not None else 0.0


def shown_number(value: Any) -> str:
    """``Str``: a blank where no sign stands."""
    held = unwrap(value)
    number = number_or_none(held)
    if number is None:
        raise argument_error("Argument 'Number' cannot be converted to a numeric value.")
    text = to_text(held if not isinstance(held, str) else number)
    return text if text.startswith("-") else f" {text}"
