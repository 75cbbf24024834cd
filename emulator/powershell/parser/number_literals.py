"""Values and types of numeric literals (language specification 2.3.5.1)."""

from __future__ import annotations

from decimal import Context, Decimal, InvalidOperation
from functools import lru_cache

from emulator.powershell.parser.patterns import NUMBER_PARTS
from emulator.signed_numbers import signed32

_MULTIPLIERS = {"": 1, "k": 2**10, "m": 2**20, "g": 2**30, "t": 2**40, "p": 2**50}
_DASHES = str.maketrans("\u2013\u2014\u2015", "---")
_DECIMAL_MAXIMUM = 2**96 - 1
_LARGEST_DOUBLE = 1.7976931348623157e308

Number = tuple[int | float | Decimal, str]


def number_value(text: str) -> Number | None:
    """The value of a literal and its type name (int, long, decimal, double); None when it is out of range.

    A whole number takes the smallest of int, long, decimal and double that holds it; ``d`` and ``l`` fix the
    type; a fraction or an exponent makes a double. Hexadecimal digits are a two's complement bit pattern.
    """
    return _shared_value(text) if len(text) < _LONG else None


def _value(text: str) -> Number | None:
    found = NUMBER_PARTS.fullmatch(text.translate(_DASHES))
    if found is None:
        return None
    sign, hexadecimal, hexadecimal_digits, digits, suffix, unit = found.groups(default="")
    multiplier = _MULTIPLIERS[unit.lower()]
    suffix = suffix.lower()
    if hexadecimal:
        return _hexadecimal(hexadecimal_digits, suffix, -multiplier if sign == "-" else multiplier)
    signed = sign + digits
    if suffix == "d":
        return _decimal(signed, multiplier)
    if not digits.isdigit():
        return _real(signed, suffix, multiplier)
    value = int(signed)
    if suffix == "l":
        return (value * multiplier, "long") if _fits(value, 64) and _fits(value * multiplier, 64) else None
    return _smallest(value, multiplier)


_LONG = 400
"""More characters than any number in range has, but for zeros in front."""
_shared_value = lru_cache(maxsize=2048)(_value)


def _fits(value: int, bits: int) -> bool:
    return -(1 << (bits - 1)) <= value < 1 << (bits - 1)


def _smallest(value: int, multiplier: int) -> Number | None:
    result = value * multiplier
    if _fits(value, 32) and _fits(result, 32):
        return result, "int"
    if _fits(value, 64) and _fits(result, 64):
        return result, "long"
    if abs(value) <= _DECIMAL_MAXIMUM and abs(result) <= _DECIMAL_MAXIMUM:
        return Decimal(result), "decimal"
    if abs(value) > _LARGEST_DOUBLE:
        return None
    return float(value) * multiplier if abs(value) > _DECIMAL_MAXIMUM else float(result), "double"


def _hexadecimal(digits: str, suffix: str, multiplier: int) -> Number | None:
    value = int(digits, 16)
    if suffix == "l" or value > 0xFFFFFFFF:
        if value > 0xFFFFFFFFFFFFFFFF:
            return None
        value = value - (1 << 64) if value >= 1 << 63 else value
        result = value * multiplier
        if suffix == "l":
            return (result, "long") if _fits(result, 64) else None
        return (result, "long") if _fits(result, 64) else _smallest(value, multiplier)
    return _smallest(signed32(value), multiplier)


_EXACT = Context(prec=100)
"""The usual context rounds the largest Decimals."""


def _decimal(digits: str, multiplier: int) -> Number | None:
    try:
        value = _EXACT.multiply(Decimal(digits), Decimal(multiplier))
    except InvalidOperation:
        return None
    return (value, "decimal") if value.copy_abs() <= _DECIMAL_MAXIMUM else None


def _real(digits: str, suffix: str, multiplier: int) -> Number | None:
    value = float(digits)
    if abs(value) > _LARGEST_DOUBLE:
        return None
    if suffix == "l":
        whole = round(value)
        return (whole * multiplier, "long") if _fits(whole, 64) and _fits(whole * multiplier, 64) else None
    return value * multiplier, "double"
