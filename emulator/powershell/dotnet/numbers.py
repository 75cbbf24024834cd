"""How .NET's numbers and characters are held in Python.

=========  ====================================================================
.NET       Python
=========  ====================================================================
Boolean    ``bool``
Int32      ``int`` itself (exact type), always within 32 bits
others     a subclass of ``int`` named as in .NET, always within its own range
Double     ``float`` itself; Single is a subclass of ``float``
Decimal    ``decimal.Decimal``
Char       ``Char``, a ``str`` of length one
String     ``str`` itself
=========  ====================================================================

Arithmetic on a subclass gives a plain Python number; the operators put the result back into its .NET type.
"""

from __future__ import annotations

import struct
from decimal import MAX_EMAX, MIN_EMIN, ROUND_HALF_EVEN, Context, Decimal


class Int64(int):
    """System.Int64."""

    __slots__ = ()


class Int16(int):
    """System.Int16."""

    __slots__ = ()


class SByte(int):
    """System.SByte."""

    __slots__ = ()


class Byte(int):
    """System.Byte."""

    __slots__ = ()


class UInt16(int):
    """System.UInt16."""

    __slots__ = ()


class UInt32(int):
    """System.UInt32."""

    __slots__ = ()


class UInt64(int):
    """System.UInt64."""

    __slots__ = ()


class Pointer(int):
    """System.IntPtr: an address, or a handle; within 64 bits."""

    __slots__ = ()

    def __new__(cls, value: int = 0) -> Pointer:
        """Cut to 64 bits."""
        return int.__new__(cls, ((int(value) + (1 << 63)) & ((1 << 64) - 1)) - (1 << 63))

    def __str__(self) -> str:
        return int.__str__(self)


class Single(float):
    """System.Single, rounded to 32 bits when it is made."""

    __slots__ = ()

    def __new__(cls, value: float) -> Single:
        """Round the value to single precision; too large becomes infinite."""
        try:
            return float.__new__(cls, struct.unpack("<f", struct.pack("<f", value))[0])
        except OverflowError:
            return float.__new__(cls, float("inf") if value > 0 else float("-inf"))


class Char(str):
    """System.Char: one UTF-16 unit, held as a string of length one."""

    __slots__ = ()


INT32_MINIMUM = -(1 << 31)
INT32_MAXIMUM = (1 << 31) - 1
INT64_MINIMUM = -(1 << 63)
INT64_MAXIMUM = (1 << 63) - 1

DECIMAL_MAXIMUM = Decimal("79228162514264337593543950335")

RANGES: dict[type, tuple[int, int]] = {
    SByte: (-128, 127),
    Byte: (0, 255),
    Int16: (-32768, 32767),
    UInt16: (0, 65535),
    int: (INT32_MINIMUM, INT32_MAXIMUM),
    UInt32: (0, (1 << 32) - 1),
    Int64: (INT64_MINIMUM, INT64_MAXIMUM),
    UInt64: (0, (1 << 64) - 1),
}
"""The smallest and largest value of each integer type."""

INTEGER_TYPES = frozenset(RANGES)
FLOAT_TYPES = frozenset({float, Single})
NUMBER_TYPES = INTEGER_TYPES | FLOAT_TYPES | {Decimal}

TYPE_CODES: dict[type, int] = {
    bool: 3,
    Char: 4,
    SByte: 5,
    Byte: 6,
    Int16: 7,
    UInt16: 8,
    int: 9,
    UInt32: 10,
    Int64: 11,
    UInt64: 12,
    Single: 13,
    float: 14,
    Decimal: 15,
}
"""System.TypeCode of each number type: the order in which operands are widened."""


_DECIMAL_WORK = Context(prec=120, rounding=ROUND_HALF_EVEN, Emin=MIN_EMIN, Emax=MAX_EMAX)
_DECIMAL_PLACES = 28
_DECIMAL_BITS = 96


def fit_decimal(value: Decimal) -> Decimal:
    """A result as a Decimal of .NET holds it: 96 bits, 28 decimals at most, halves to the even neighbour.

    Raises OverflowError when it is too large.
    """
    if not value.is_finite() or value.copy_abs() > DECIMAL_MAXIMUM:
        raise OverflowError(value)
    exponent = value.as_tuple().exponent
    if not isinstance(exponent, int) or exponent >= 0:
        return value
    places = min(-exponent, _DECIMAL_PLACES)
    while True:
        made = value.quantize(Decimal(1).scaleb(-places), context=_DECIMAL_WORK)
        if int(made.scaleb(places, _DECIMAL_WORK)).bit_length() <= _DECIMAL_BITS:
            return made
        places -= 1


def whole_number(text: str, most: int = INT32_MAXIMUM) -> int | None:
    """What a text of decimal digits names, at most ``most``; None for another text.

    Python takes digits of every script for numbers, and refuses to read very many of them.
    """
    if not (text.isascii() and text.isdecimal()):
        return None
    significant = text.lstrip("0")
    return min(int(significant or "0"), most) if len(significant) <= len(str(most)) else most


def checked(value: int, kind: type) -> int:
    """The value as one of an integer type. Raises OverflowError when it does not fit."""
    low, high = RANGES[kind]
    if not low <= value <= high:
        raise OverflowError(value)
    return value if kind is int else kind(value)


def fit_integer(value: int) -> int:
    """The value in the smallest of Int32, Int64 and UInt64 that holds it. Raises OverflowError beyond."""
    if INT32_MINIMUM <= value <= INT32_MAXIMUM:
        return int(value)
    if INT64_MINIMUM <= value <= INT64_MAXIMUM:
        return Int64(value)
    if 0 < value < 1 << 64:
        return UInt64(value)
    raise OverflowError(value)
