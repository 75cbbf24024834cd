"""Operators on numbers, texts and enumerations with the rules of C#.

Unlike PowerShell's, integers keep their width: what does not fit wraps round, or overflows when checked.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import Decimal, DivisionByZero, InvalidOperation
from typing import Any

from emulator.powershell.csharp.objects import thrown
from emulator.powershell.dotnet.enums import EnumValue
from emulator.powershell.dotnet.numbers import (
    FLOAT_TYPES,
    INTEGER_TYPES,
    RANGES,
    Byte,
    Char,
    Int16,
    Int64,
    Pointer,
    SByte,
    Single,
    UInt16,
    UInt32,
    UInt64,
    fit_decimal,
)

_SMALL = frozenset({SByte, Byte, Int16, UInt16, Char})
NUMBERS = INTEGER_TYPES | FLOAT_TYPES | {Decimal, Char, Pointer}
LONGEST_TEXT = 8_000_000
"""Characters of a text that a sum makes."""


class NoOperatorError(Exception):
    """The operands are of types that the operator does not take."""


def wrap(number: int, kind: type) -> Any:
    """An integer cut to the width of its type."""
    if kind is int:
        if -0x80000000 <= number <= 0x7FFFFFFF:
            return number if type(number) is int else int(number)
        return ((number + 0x80000000) & 0xFFFFFFFF) - 0x80000000
    if kind is Char:
        return Char(chr(number & 0xFFFF))
    if kind is Pointer:
        return Pointer(wrap(number, Int64))
    low, high = RANGES[kind]
    if not low <= number <= high:
        number = (number - low) % (high - low + 1) + low
    return kind(number)


def fit(number: int, kind: type, is_checked: bool) -> Any:
    """An integer in its type: cut, or refused when checked."""
    if is_checked and kind in RANGES:
        low, high = RANGES[kind]
        if not low <= number <= high:
            raise thrown("System.OverflowException", "Arithmetic operation resulted in an overflow.")
    return wrap(number, kind)


def number_of(value: Any) -> Any:
    """A numeric operand as a Python number: a character is its code."""
    return ord(value) if type(value) is Char else value


def common_kind(left: Any, right: Any, constants: int = 0) -> type:
    """The type in which two numbers meet. Bit 1 of ``constants``: the left is constant, bit 2: the right."""
    first, second = type(left), type(right)
    kinds = (first, second)
    if Decimal in kinds:
        return Decimal
    if float in kinds:
        return float
    if Single in kinds:
        return Single
    if Pointer in kinds:
        return Pointer
    if UInt64 in kinds:
        return UInt64
    if Int64 in kinds:
        return Int64
    if UInt32 in kinds:
        other, constant = (right, constants & 2) if first is UInt32 else (left, constants & 1)
        if type(other) in (UInt32, Byte, UInt16, Char) or (constant and number_of(other) >= 0):
            return UInt32
        return Int64
    return int


def _divide(left: int, right: int) -> int:
    if right == 0:
        raise thrown("System.DivideByZeroException", "Attempted to divide by zero.")
    quotient = abs(left) // abs(right)
    return quotient if (left < 0) == (right < 0) else -quotient


def _real_division(left: float, right: float) -> float:
    if right == 0:
        if left == 0 or math.isnan(left):
            return math.nan
        return math.copysign(math.inf, left) * math.copysign(1.0, right)
    return left / right


def _real_remainder(left: float, right: float) -> float:
    if right == 0 or math.isinf(left):
        return math.nan
    return math.fmod(left, right)


_INTEGER: dict[str, Callable[[int, int], int]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": _divide,
    "%": lambda a, b: a - b * _divide(a, b),
    "&": lambda a, b: a & b,
    "|": lambda a, b: a | b,
    "^": lambda a, b: a ^ b,
}
_REAL: dict[str, Callable[[float, float], float]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": _real_division,
    "%": _real_remainder,
}
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "<": lambda a, b: a < b,
    ">": lambda a, b: a > b,
    "<=": lambda a, b: a <= b,
    ">=": lambda a, b: a >= b,
}


def arithmetic(operator: str, left: Any, right: Any, is_checked: bool, constants: int) -> Any:
    """``left operator right`` of two numbers. Raises NoOperatorError."""
    kind = common_kind(left, right, constants)
    a, b = number_of(left), number_of(right)
    if kind in FLOAT_TYPES:
        work = _REAL.get(operator)
        if work is None:
            raise NoOperatorError
        made = work(float(a), float(b))
        return Single(made) if kind is Single else float(made)
    if kind is Decimal:
        return _decimal(operator, Decimal(a), Decimal(b))
    return fit(_INTEGER[operator](int(a), int(b)), kind, is_checked)


def _decimal(operator: str, left: Decimal, right: Decimal) -> Decimal:
    try:
        if operator == "+":
            made = left + right
        elif operator == "-":
            made = left - right
        elif operator == "*":
            made = left * right
        elif operator == "/":
            made = left / right
        elif operator == "%":
            made = left % right
        else:
            raise NoOperatorError
        return fit_decimal(made)
    except (DivisionByZero, InvalidOperation):
        raise thrown("System.DivideByZeroException", "Attempted to divide by zero.") from None
    except OverflowError:
        raise thrown(
            "System.OverflowException", "Value was either too large or too small for a Decimal."
        ) from None


def shift(operator: str, left: Any, right: Any) -> Any:
    """``<<`` and ``>>``: only the low bits of the count matter."""
    kind = type(left)
    if kind in _SMALL:
        kind = int
    if kind not in RANGES:
        raise NoOperatorError
    width = 64 if kind in (Int64, UInt64) else 32
    count = int(number_of(right)) & (width - 1)
    number = int(number_of(left))
    return wrap(number << count if operator == "<<" else number >> count, kind)


def enumeration(operator: str, left: Any, right: Any) -> Any:
    """Operators where one side is a value of an enumeration."""
    one = left if type(left) is EnumValue else right
    kind = one.ps_type
    a = left.number if type(left) is EnumValue else int(number_of(left))
    b = right.number if type(right) is EnumValue else int(number_of(right))
    if operator in _COMPARE:
        return _COMPARE[operator](a, b)
    if operator not in _INTEGER or operator in "*/%":
        raise NoOperatorError
    made = _INTEGER[operator](a, b)
    if operator == "-" and type(left) is type(right):
        return wrap(made, int)
    return kind.value(within(made, kind.underlying))


WIDTHS: dict[str, type] = {
    "System.SByte": SByte,
    "System.Byte": Byte,
    "System.Int16": Int16,
    "System.UInt16": UInt16,
    "System.Int32": int,
    "System.UInt32": UInt32,
    "System.Int64": Int64,
    "System.UInt64": UInt64,
}


def within(number: int, underlying: str) -> int:
    """A number cut to the underlying type of an enumeration."""
    return int(wrap(number, WIDTHS.get(underlying, int)))


def compare(operator: str, left: Any, right: Any) -> bool:
    """``<`` and its like of two numbers."""
    return _COMPARE[operator](number_of(left), number_of(right))


def negated(value: Any, is_checked: bool) -> Any:
    """``-value``."""
    kind = type(value)
    if kind in FLOAT_TYPES or kind is Decimal:
        return kind(-value)
    if kind is UInt32:
        return Int64(-int(value))
    if kind in _SMALL or kind is int:
        return fit(-int(number_of(value)), int, is_checked)
    if kind is Int64:
        return fit(-int(value), Int64, is_checked)
    raise NoOperatorError


def complement(value: Any) -> Any:
    """``~value``."""
    kind = type(value)
    if kind is EnumValue:
        return value.ps_type.value(within(~value.number, value.ps_type.underlying))
    if kind in _SMALL:
        kind = int
    if kind not in RANGES:
        raise NoOperatorError
    return wrap(~int(number_of(value)), kind)
