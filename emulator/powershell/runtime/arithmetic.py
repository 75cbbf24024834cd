"""Arithmetic and bit operators (about_Arithmetic_Operators).

Int32 and Int64 results that do not fit become Double, as in PowerShell.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import ROUND_DOWN, Decimal, DivisionByZero, InvalidOperation, localcontext
from typing import Any

from emulator.powershell.dotnet import numbers
from emulator.powershell.dotnet.collections import (
    DICTIONARY_TYPES,
    LIST_TYPES,
    HashSet,
    Hashtable,
    PSArray,
)
from emulator.powershell.dotnet.enums import EnumValue
from emulator.powershell.dotnet.exceptions import ExceptionObject, NetError, out_of_range
from emulator.powershell.dotnet.numbers import INT32_MAXIMUM, INT32_MINIMUM, Char, Int64, UInt32, UInt64
from emulator.powershell.dotnet.psobject import PSObject
from emulator.powershell.dotnet.time_values import DateTime, TimeSpan
from emulator.powershell.dotnet.types import type_of
from emulator.powershell.runtime.conversion import (
    items_of,
    parse_number,
    to_integer,
    to_number,
    to_text,
)
from emulator.powershell.runtime.errors import ConversionError, PSError, cast_error, error, unhandled
from emulator.powershell.runtime.limits import DEFAULT

_UNSIGNED = frozenset({UInt32, UInt64})


def _no_operator(left: Any, name: str) -> PSError:
    kind = type_of(left).name if left is not None else "System.Object"
    return error(
        f"Method invocation failed because [{kind}] does not contain a method named '{name}'.",
        "MethodNotFound",
        "InvalidOperation",
        name,
    )


def too_large(what: str) -> PSError:
    """The error of a text or list over its budget."""
    return error(
        f"Exception of type 'System.OutOfMemoryException' was thrown. ({what} over the limit of this host)",
        "System.OutOfMemoryException",
        "ResourceUnavailable",
        kind="System.OutOfMemoryException",
    )


def add(left: Any, right: Any) -> Any:
    """``left + right``."""
    kind = type(left)
    if kind is int and type(right) is int:
        total = left + right
        return total if INT32_MINIMUM <= total <= INT32_MAXIMUM else float(total)
    if kind is str:
        text = left + (right if type(right) is str else to_text(right))
        if len(text) > DEFAULT.text:
            raise too_large("text")
        return text
    if left is None:
        return right if type(right) not in LIST_TYPES else PSArray(right)
    if kind in LIST_TYPES or kind is bytearray:
        if len(left) > DEFAULT.items:
            raise too_large("list")
        made = PSArray(items_of(left) if kind is bytearray else left)
        if type(right) in LIST_TYPES or type(right) in (bytearray, HashSet) or _wrapped_list(right):
            made.extend(items_of(right))
        else:
            made.append(right)
        return made
    if kind in DICTIONARY_TYPES:
        return _add_tables(left, right)
    if kind is EnumValue and type(right) is EnumValue and left.ps_type is right.ps_type:
        return left.ps_type.value(left.number + right.number)
    if kind is Char and (type(right) is str or type(right) is Char):
        return str(left) + str(right)
    if kind is DateTime or kind is TimeSpan:
        return _add_time(left, right)
    if kind is PSObject:
        if left.base is None:
            raise _no_operator(left, "op_Addition")
        return add(left.base, right)
    if kind is HashSet:
        return add(PSArray(left), right)
    return _numeric(left, right, "op_Addition")


def _wrapped_list(value: Any) -> bool:
    return type(value) is PSObject and type(value.base) in LIST_TYPES


def _add_tables(left: Hashtable, right: Any) -> Any:
    if type(right) is PSObject:
        right = right.base
    if type(right) not in DICTIONARY_TYPES:
        raise error(
            "A hash table can only be added to another hash table.",
            "AddHashTableToNonHashTable",
            "InvalidOperation",
        )
    made = Hashtable(left.items()) if left.by_hash_code else left.copy()
    for key, value in right.items():
        if key in made:
            raise error(
                f"Item has already been added. Key in dictionary: '{to_text(key)}'  "
                f"Key being added: '{to_text(key)}'",
                "System.ArgumentException",
                "OperationStopped",
                kind="System.ArgumentException",
            )
        made[key] = value
    return made


def _add_time(left: Any, right: Any) -> Any:
    if type(right) is PSObject and right.base is not None:
        right = right.base
    if isinstance(right, TimeSpan):
        return _later(left, right.ticks)
    if isinstance(left, TimeSpan) and isinstance(right, DateTime):
        raise _no_operator(left, "op_Addition")
    if type(right) in numbers.INTEGER_TYPES:
        return _later(left, int(right))
    if isinstance(right, str):
        parsed = TimeSpan.parse(right)
        if parsed is not None:
            return _add_time(left, parsed)
    raise _no_operator(left, "op_Addition")


def _later(left: DateTime | TimeSpan, ticks: int) -> DateTime | TimeSpan:
    try:
        if isinstance(left, DateTime):
            return left.add_ticks(ticks)
        if -(1 << 63) <= left.ticks + ticks < 1 << 63:
            return TimeSpan(left.ticks + ticks)
        raise OverflowError
    except OverflowError:
        inner = (
            out_of_range("The added or subtracted value results in an un-representable DateTime.", "t")
            if isinstance(left, DateTime)
            else NetError("System.OverflowException", "TimeSpan overflowed because the duration is too long.")
        )
        raise unhandled(inner.exception) from None


def subtract(left: Any, right: Any) -> Any:
    """``left - right``."""
    if type(left) is int and type(right) is int:
        total = left - right
        return total if INT32_MINIMUM <= total <= INT32_MAXIMUM else float(total)
    if type(left) is PSObject and left.base is not None:
        left = left.base
    if type(right) is PSObject and right.base is not None:
        right = right.base
    if isinstance(left, DateTime):
        if isinstance(right, DateTime):
            return TimeSpan(left.ticks - right.ticks)
        if isinstance(right, TimeSpan):
            return _later(left, -right.ticks)
    if isinstance(left, TimeSpan) and isinstance(right, TimeSpan):
        return _later(left, -right.ticks)
    return _numeric(left, right, "op_Subtraction")


def multiply(left: Any, right: Any) -> Any:
    """``left * right``: also repeats text and lists."""
    if type(left) is int and type(right) is int:
        total = left * right
        return total if INT32_MINIMUM <= total <= INT32_MAXIMUM else float(total)
    if type(left) is str or type(left) in LIST_TYPES:
        times = _times(right)
        if len(left) * times > (DEFAULT.text if type(left) is str else DEFAULT.items):
            raise too_large("text" if type(left) is str else "list")
        return left * times if type(left) is str else PSArray(list(left) * times)
    return _numeric(left, right, "op_Multiply")


def _times(value: Any) -> int:
    try:
        times = int(to_integer(value, int, "System.Int32"))
    except ConversionError as problem:
        raise cast_error(problem) from None
    if times < 0:
        raise error(
            "Specified argument was out of the range of valid values.\r\nParameter name: times",
            "System.ArgumentOutOfRangeException",
            "OperationStopped",
            kind="System.ArgumentOutOfRangeException",
        )
    return times


def divide(left: Any, right: Any) -> Any:
    """``left / right``: whole when it divides evenly."""
    if type(left) is int and type(right) is int and right:
        whole, rest = divmod(left, right)
        if rest:
            return left / right
        return whole if whole <= INT32_MAXIMUM else float(whole)
    return _numeric(left, right, "op_Division")


def remainder(left: Any, right: Any) -> Any:
    """``left % right``: the sign is that of the left side."""
    if type(left) is int and type(right) is int and right:
        return left % right if left >= 0 and right > 0 else int(math.fmod(left, right))
    return _numeric(left, right, "op_Modulus")


def _divided_by_zero() -> PSError:
    text = "Attempted to divide by zero."
    return error(text, "RuntimeException", inner=ExceptionObject("System.DivideByZeroException", text))


def _numeric(left: Any, right: Any, name: str) -> Any:
    if type(left) is str:
        left = _operand(left)
    if type(left) is PSObject and left.base is not None:
        left = left.base
    if not (
        left is None
        or type(left) in numbers.NUMBER_TYPES
        or isinstance(left, bool | Char | EnumValue)
        or type(left).__name__ == "SwitchParameter"
    ):
        raise _no_operator(left, name)
    left = _operand(left)
    right = _operand(right, left)
    widened = _widen(left, right)
    operation = _OPERATIONS[name]
    if widened is Decimal:
        with localcontext() as context:
            context.prec = _WORKING_DIGITS
            try:
                return numbers.fit_decimal(operation(_decimal(left), _decimal(right), True))
            except (DivisionByZero, InvalidOperation):
                raise _divided_by_zero() from None
            except OverflowError:
                raise _too_large_for_decimal() from None
    if widened is float:
        return _double(float(left), float(right), name)
    if name in ("op_Division", "op_Modulus") and not right:
        raise _divided_by_zero()
    result = operation(int(left), int(right), False)
    if isinstance(result, float):
        return result
    low, high = numbers.RANGES[widened]
    if low <= result <= high:
        return result if widened is int else widened(result)
    return float(result)


_WORKING_DIGITS = 100
"""More than the product of two Decimals, or the quotient of the largest and the smallest, has."""


def _too_large_for_decimal() -> PSError:
    text = "Value was either too large or too small for a Decimal."
    return error(text, "RuntimeException", inner=ExceptionObject("System.OverflowException", text))


def _decimal(value: Any) -> Decimal:
    if isinstance(value, Decimal):
        return value
    if not isinstance(value, float):
        return Decimal(int(value))
    if not math.isfinite(value):
        raise _too_large_for_decimal()
    return Decimal(repr(value))


def _operand(value: Any, other: Any = None) -> Any:
    try:
        if type(value) is str and type(other) in numbers.NUMBER_TYPES and parse_number(value) is None:
            return to_number(value)
        if type(value) in LIST_TYPES or (type(value) is PSObject and value.base is None):
            raise ConversionError(
                f'Cannot convert the "{to_text(value)}" value of type "{type_of(value).name}" to type '
                f'"System.Int32".'
            )
        if type(value).__name__ == "SwitchParameter":
            return int(value.is_present)
        return to_number(value)
    except ConversionError as problem:
        raise cast_error(problem) from None


def _widen(left: Any, right: Any) -> type:
    left_code = numbers.TYPE_CODES.get(type(left), 9)
    right_code = numbers.TYPE_CODES.get(type(right), 9)
    code = max(left_code, right_code)
    if code == 15:
        return Decimal
    if code >= 13:
        return float
    if code <= 9:
        return int
    mixed = (type(left) in _UNSIGNED and right < 0) or (type(right) in _UNSIGNED and left < 0)
    if mixed:
        return float if code == 12 else Int64
    if code == 10:
        return UInt32
    if code == 12:
        return UInt64
    return Int64


def _double(left: float, right: float, name: str) -> float:
    try:
        if name == "op_Addition":
            return left + right
        if name == "op_Subtraction":
            return left - right
        if name == "op_Multiply":
            return left * right
        if right == 0:
            if name == "op_Modulus" or left == 0 or math.isnan(left):
                return math.nan
            return math.copysign(math.inf, left) * math.copysign(1, right)
        return left / right if name == "op_Division" else math.fmod(left, right)
    except OverflowError:
        return math.inf
    except ValueError:
        return math.nan


def _divide_numbers(left: Any, right: Any, exact: bool) -> Any:
    if exact:
        return left / right
    whole, rest = divmod(left, right)
    return whole if rest == 0 else left / right


def _remainder_numbers(left: Any, right: Any, exact: bool) -> Any:
    if exact:
        return left - right * (left / right).to_integral_value(ROUND_DOWN)
    rest = abs(left) % abs(right)
    return -rest if left < 0 else rest


_OPERATIONS: dict[str, Callable[[Any, Any, bool], Any]] = {
    "op_Addition": lambda left, right, _: left + right,
    "op_Subtraction": lambda left, right, _: left - right,
    "op_Multiply": lambda left, right, _: left * right,
    "op_Division": _divide_numbers,
    "op_Modulus": _remainder_numbers,
}


def negate(value: Any) -> Any:
    """``-value``."""
    if isinstance(value, TimeSpan):
        if value.ticks == numbers.INT64_MINIMUM:
            raise unhandled(
                ExceptionObject(
                    "System.OverflowException",
                    "Negating the minimum value of a twos complement number is invalid.",
                )
            )
        return TimeSpan(-value.ticks)
    return subtract(0, value)


def plus(value: Any) -> Any:
    """``+value``."""
    return add(0, value) if not isinstance(value, TimeSpan) else value


# Bits


def _bits(value: Any) -> Any:
    if isinstance(value, EnumValue):
        return value.number
    number = _operand(value)
    if isinstance(number, float | Decimal):
        try:
            number = numbers.fit_integer(round(number))
        except (OverflowError, ValueError):
            raise _no_unsigned(value) from None
    return number


def _no_unsigned(value: Any) -> PSError:
    return error(
        f'Cannot convert value "{to_text(value)}" to type "System.UInt64". Error: "Value was either too '
        'large or too small for a UInt64."',
        "InvalidCastIConvertible",
        "InvalidArgument",
    )


def bitwise(left: Any, right: Any, operation: Callable[[int, int], int]) -> Any:
    """``-band``, ``-bor``, ``-bxor`` on whole numbers; two values of one enumeration stay in it."""
    if isinstance(left, EnumValue) and (not isinstance(right, EnumValue) or right.ps_type is left.ps_type):
        if isinstance(right, str):
            parsed = left.ps_type.parse(right)
            right = parsed if parsed is not None else right
        return left.ps_type.value(operation(left.number, int(_bits(right))))
    first, second = _bits(left), _bits(right)
    kind = _widen(first, second)
    result = operation(int(first), int(second))
    low, high = numbers.RANGES[kind] if kind in numbers.RANGES else numbers.RANGES[Int64]
    if not low <= result <= high:
        try:
            return numbers.fit_integer(result)
        except OverflowError:
            raise _no_unsigned(min(first, second)) from None
    return result if kind is int else (kind(result) if kind in numbers.RANGES else Int64(result))


def bitwise_not(value: Any) -> Any:
    """``-bnot``."""
    if isinstance(value, EnumValue):
        return value.ps_type.value(~value.number)
    number = _bits(value)
    kind = type(number)
    if kind in (UInt32, UInt64):
        return kind(~int(number) & numbers.RANGES[kind][1])
    return ~int(number) if kind is not Int64 else Int64(~int(number))


def shift(left: Any, right: Any, leftward: bool) -> Any:
    """``-shl`` and ``-shr``: the count is taken modulo the width."""
    number = _bits(left)
    kind = type(number) if type(number) in (UInt32, UInt64, Int64) else int
    width = 64 if kind in (UInt64, Int64) else 32
    count = int(_bits(right)) & (width - 1)
    if not leftward:
        result = int(number) >> count
    else:
        result = (int(number) << count) & ((1 << width) - 1)
        if kind in (int, Int64) and result >> (width - 1):
            result -= 1 << width
    return result if kind is int else kind(result)


def span(left: Any, right: Any) -> PSArray:
    """``left..right``."""
    try:
        if type(left) is str and len(left) == 1 and parse_number(left) is None and isinstance(left, Char):
            left = ord(left)
        first = int(to_integer(left, int, "System.Int32"))
        last = int(to_integer(right, int, "System.Int32"))
    except ConversionError as problem:
        raise cast_error(problem) from None
    if abs(last - first) > DEFAULT.items:
        raise too_large("list")
    return PSArray(range(first, last + 1) if first <= last else range(first, last - 1, -1))
