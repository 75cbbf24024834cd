"""Boolean and the number types."""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import ROUND_HALF_EVEN, Context, Decimal
from functools import partial
from typing import Any

from emulator.powershell.dotnet import number_format, number_parse, numbers
from emulator.powershell.dotnet.cultures.providers import numbers_of
from emulator.powershell.dotnet.exceptions import (
    NetError,
    argument_error,
    format_error,
    null_argument,
    out_of_range,
)
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.types import PYTHON_OF_NUMBER, PSType, register
from emulator.powershell.late_pattern import late_pattern
from emulator.powershell.runtime.comparison import compare
from emulator.powershell.runtime.errors import PSError

_ARTICLES = {
    "Int32": "an Int32",
    "Int64": "an Int64",
    "Int16": "an Int16",
    "UInt16": "a UInt16",
    "UInt32": "a UInt32",
    "UInt64": "a UInt64",
    "Byte": "an unsigned byte",
    "SByte": "a signed byte",
}


def _style_of(given: Any, usual: int) -> int:
    return usual if given is None else int(given.number)


def _parse_integer(text: str, python: type, short: str, style: Any, provider: Any) -> Any:
    if text is None:
        raise null_argument("String")
    number = _style_of(style, number_parse.INTEGER)
    if number & number_parse.HEXADECIMAL:
        return _parse_hexadecimal(text, python)
    parts = number_parse.read_number(text, number, numbers_of(provider))
    if parts is None:
        raise format_error()
    low, high = numbers.RANGES[python]
    # A number with more digits than this is too large, and Python refuses to read very many.
    places = len(parts.whole) + parts.exponent
    exact = parts.whole + parts.fraction.rstrip("0")
    if (places > _MOST_DIGITS and exact) or len(exact) - places > 0:
        raise _too_large(_ARTICLES[short])
    value = int(exact.ljust(places, "0")) if exact else 0
    value = -value if parts.negative else value
    if not low <= value <= high:
        raise _too_large(_ARTICLES[short])
    return value if python is int else python(value)


_MOST_DIGITS = 20


def _too_large(article: str) -> NetError:
    return NetError("System.OverflowException", f"Value was either too large or too small for {article}.")


def _parse_float(text: str, python: type, short: str, style: Any, provider: Any) -> Any:
    if text is None:
        raise null_argument("String")
    info = numbers_of(provider)
    usual = number_parse.NUMBER if python is Decimal else number_parse.FLOAT | number_parse.THOUSANDS
    number = _style_of(style, usual)
    if number & number_parse.HEXADECIMAL:
        return _parse_hexadecimal(text, python)
    parts = number_parse.read_number(text, number, info)
    if parts is None:
        special = {
            info["NaNSymbol"]: math.nan,
            info["PositiveInfinitySymbol"]: math.inf,
            info["NegativeInfinitySymbol"]: -math.inf,
        }
        if python is Decimal or text.strip() not in special:
            raise format_error()
        return python(special[text.strip()])
    if python is Decimal:
        return _decimal_of(parts)
    value = float(parts.text)
    if math.isinf(value) or (python is numbers.Single and abs(value) > _LARGEST_SINGLE):
        raise _too_large(f"a {short}")
    return python(value)


_LARGEST_SINGLE = 3.4028235677973366e38
"""Half a step above the largest: what is rounded to it is not too large."""


def _decimal_of(parts: number_parse.NumberParts) -> Decimal:
    made = Decimal(parts.text)
    if made.copy_abs() > numbers.DECIMAL_MAXIMUM:
        raise _too_large("a Decimal")
    return round_decimal(made, _DECIMAL_PLACES)


_DECIMAL_PLACES = 28


def _try(parse: Callable[..., Any], zero: Any) -> Callable[..., bool]:
    """TryParse: the value goes to the last argument."""

    def attempt(text: str, *rest: Any) -> bool:
        *given, target = rest
        try:
            target.write(parse(text, *given))
        except NetError as problem:
            if problem.exception.ps_type.name == "System.ArgumentException":
                raise  # a style that the type does not know
            target.write(zero)
            return False
        return True

    return attempt


def _equals(value: Any, other: Any) -> bool:
    return type(value) is type(other) and bool(value == other)


def _compare_numbers(short: str, value: Any, other: Any) -> int:
    try:
        return 1 if other is None else compare(value, other)
    except PSError:
        raise argument_error(f"Object must be of type {short}.") from None


def _formatted(value: Any, form: Any, provider: Any = None) -> str:
    return number_format.format_number(value, form or "", numbers_of(provider))


def _text(value: Any, provider: Any = None) -> str:
    return number_format.number_text(value, numbers_of(provider))


def _number_type(short: str, python: type) -> None:
    read = _parse_integer if python in numbers.RANGES else _parse_float

    def parse(text: str, style: Any = None, provider: Any = None) -> Any:
        return read(text, python, short, style, provider)

    def parse_by(text: str, provider: Any) -> Any:
        return read(text, python, short, None, provider)

    if python in numbers.RANGES:
        low, high = numbers.RANGES[python]
        limits = {
            "MinValue": lambda: python(low),
            "MaxValue": lambda: python(high),
        }
    else:
        limits = _FLOAT_LIMITS[short]
    zero = python(0)
    register(
        PSType(
            f"System.{short}",
            base="System.ValueType",
            is_value_type=True,
            interfaces=("System.IComparable", "System.IFormattable"),
            instance={
                "ToString()": _text,
                "ToString(string format)": _formatted,
                f"ToString({_PROVIDER})": _text,
                f"ToString(string format, {_PROVIDER})": _formatted,
                "CompareTo(object value)": partial(_compare_numbers, short),
                "Equals(object obj)": _equals,
            },
            static={
                **limits,
                "Parse(string s)": parse,
                f"Parse(string s, {_STYLE})": parse,
                f"Parse(string s, {_PROVIDER})": parse_by,
                f"Parse(string s, {_STYLE}, {_PROVIDER})": parse,
                "TryParse(string s, ref result)": _try(parse, zero),
                f"TryParse(string s, {_STYLE}, {_PROVIDER}, ref result)": _try(parse, zero),
                **_EXTRA.get(short, {}),
            },
            construct={"new()": lambda _kind: zero},
            to_text=number_format.number_text,
        ),
        python,
    )


_PROVIDER = "System.IFormatProvider provider"
_STYLE = "System.Globalization.NumberStyles style"


def _parse_hexadecimal(text: str, python: type) -> Any:
    """Hexadecimal digits as the bits of an integer type."""
    if python not in numbers.RANGES:
        raise argument_error(
            "The number style AllowHexSpecifier is not supported on floating point data types."
        )
    digits = text.strip()
    if not _HEXADECIMAL.fullmatch(digits):
        raise format_error()
    low, high = numbers.RANGES[python]
    bits = (high - low + 1).bit_length() - 1
    number = int(digits, 16)
    if number.bit_length() > bits:
        raise _too_large(_ARTICLES[python.__name__ if python is not int else "Int32"])
    return python(number - (1 << bits) if number > high else number)


_HEXADECIMAL = late_pattern("[0-9A-Fa-f]+")


_FLOAT_LIMITS: dict[str, dict[str, Callable[[], Any]]] = {
    "Double": {
        "MinValue": lambda: -1.7976931348623157e308,
        "MaxValue": lambda: 1.7976931348623157e308,
        "Epsilon": lambda: 5e-324,
        "NaN": lambda: math.nan,
        "PositiveInfinity": lambda: math.inf,
        "NegativeInfinity": lambda: -math.inf,
    },
    "Single": {
        "MinValue": lambda: numbers.Single(-3.4028234663852886e38),
        "MaxValue": lambda: numbers.Single(3.4028234663852886e38),
    },
    "Decimal": {
        "MinValue": lambda: Decimal("-79228162514264337593543950335"),
        "MaxValue": lambda: Decimal("79228162514264337593543950335"),
        "Zero": lambda: Decimal(0),
        "One": lambda: Decimal(1),
    },
}
_EXACT = Context(prec=64)
"""Room for every Decimal with 28 decimals; the usual context cannot round the largest ones."""


def _round_decimal(value: Decimal, decimals: int) -> Decimal:
    if not 0 <= decimals <= 28:
        raise out_of_range("Decimal can only round to between 0 and 28 digits of precision.", "decimals")
    return round_decimal(value, decimals)


def round_decimal(value: Decimal, decimals: int, how: str = ROUND_HALF_EVEN) -> Decimal:
    """A Decimal with so many decimals at most; one that has no more stays as it is."""
    exponent = value.as_tuple().exponent
    if not isinstance(exponent, int) or -exponent <= decimals:
        return value
    return value.quantize(Decimal(1).scaleb(-decimals), rounding=how, context=_EXACT)


_EXTRA: dict[str, dict[str, Callable[..., Any]]] = {
    "Double": {
        "IsNaN(double d)": math.isnan,
        "IsInfinity(double d)": math.isinf,
    },
    "Decimal": {
        "Round(decimal d)": lambda d: round_decimal(d, 0),
        "Round(decimal d, int decimals)": _round_decimal,
        "Truncate(decimal d)": lambda d: Decimal(int(d)),
    },
}

for _name, _python in PYTHON_OF_NUMBER.items():
    _short = {
        "sbyte": "SByte",
        "uint16": "UInt16",
        "uint32": "UInt32",
        "uint64": "UInt64",
    }.get(_name.removeprefix("system."), _name.removeprefix("system.").capitalize())
    _number_type(_short, _python)


def _compare_bools(value: bool, other: Any) -> int:
    other = unwrap(other)
    if other is None:
        return 1
    if not isinstance(other, bool):
        raise argument_error("Object must be of type Boolean.")
    return int(value) - int(other)


def _parse_bool(text: str) -> bool:
    if text is None:
        raise null_argument("value")
    word = text.strip().lower()
    if word not in ("true", "false"):
        raise format_error("String was not recognized as a valid Boolean.")
    return word == "true"


register(
    PSType(
        "System.Boolean",
        base="System.ValueType",
        is_value_type=True,
        interfaces=("System.IComparable",),
        instance={
            "ToString()": str,
            f"ToString({_PROVIDER})": lambda value, _provider: str(value),
            "CompareTo(object obj)": _compare_bools,
            "Equals(object obj)": lambda a, b: isinstance(b, bool) and a == b,
        },
        static={
            "TrueString": lambda: "True",
            "FalseString": lambda: "False",
            "Parse(string value)": _parse_bool,
            "TryParse(string value, ref result)": _try(_parse_bool, False),
        },
        to_text=str,
    ),
    bool,
)


def _pointer_as_integer(value: numbers.Pointer) -> int:
    return numbers.checked(int(value), int)


for _pointer, _classes in (("IntPtr", (numbers.Pointer,)), ("UIntPtr", ())):
    register(
        PSType(
            f"System.{_pointer}",
            base="System.ValueType",
            is_value_type=True,
            instance={
                "ToString()": str,
                "ToString(string format)": lambda v, form: number_format.format_number(
                    numbers.Int64(v), form
                ),
                "ToInt32()": _pointer_as_integer,
                "ToInt64()": numbers.Int64,
                "Equals(object obj)": lambda a, b: isinstance(b, numbers.Pointer) and a == b,
            },
            static={
                "Zero": numbers.Pointer,
                "@Size": lambda engine: 8 if engine.machine.is_64_bit_process else 4,
                "Add(System.IntPtr pointer, int offset)": lambda a, b: numbers.Pointer(a + b),
                "Subtract(System.IntPtr pointer, int offset)": lambda a, b: numbers.Pointer(a - b),
            },
            construct={
                "new(long value)": lambda _kind, value: numbers.Pointer(value),
                # Both kinds of pointers are one in Python.
                **({"new(System.IntPtr value)": lambda _kind, value: value} if not _classes else {}),
            },
            to_text=str,
        ),
        *_classes,
    )
