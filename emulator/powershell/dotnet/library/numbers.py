"""Boolean and the number types."""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import ROUND_HALF_EVEN, Context, Decimal
from functools import partial
from typing import Any

from emulator.powershell.dotnet import number_format, numbers
from emulator.powershell.dotnet.exceptions import (
    NetError,
    argument_error,
    format_error,
    null_argument,
    out_of_range,
)
from emulator.powershell.dotnet.psobject import Reference, unwrap
from emulator.powershell.dotnet.types import PYTHON_OF_NUMBER, PSType, register
from emulator.powershell.late_pattern import late_pattern
from emulator.powershell.runtime.comparison import compare
from emulator.powershell.runtime.conversion import parse_number
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


def _parse_integer(text: str, python: type, short: str) -> Any:
    if text is None:
        raise null_argument("String")
    plain = text.strip()
    digits = plain[1:] if plain[:1] in ("+", "-") else plain
    if not digits.isascii() or not digits.isdigit():
        raise format_error()
    low, high = numbers.RANGES[python]
    # A number with more digits than this is too large, and Python refuses to read very many.
    significant = digits.lstrip("0") or "0"
    number = int(significant) if len(significant) <= _MOST_DIGITS else high + 1
    number = -number if plain[0] == "-" else number
    if not low <= number <= high:
        raise _too_large(_ARTICLES[short])
    return number if python is int else python(number)


_MOST_DIGITS = 20


def _too_large(article: str) -> NetError:
    return NetError("System.OverflowException", f"Value was either too large or too small for {article}.")


def _parse_float(text: str, python: type) -> Any:
    if text is None:
        raise null_argument("String")
    special = {"nan": math.nan, "infinity": math.inf, "-infinity": -math.inf, "+infinity": math.inf}
    if python is not Decimal and text.strip().lower() in special:
        return python(special[text.strip().lower()])
    parsed = parse_number(text)
    if parsed is None or "0x" in text.lower() or text.strip()[-1:].lower() in "bdl":
        raise format_error()
    if python is Decimal:
        return _decimal_of(text.strip().replace(",", ""))
    return python(parsed)


def _decimal_of(text: str) -> Decimal:
    if "e" in text.lower():
        raise format_error()
    made = Decimal(text)
    if made.copy_abs() > numbers.DECIMAL_MAXIMUM:
        raise _too_large("a Decimal")
    return made


def _try(parse: Callable[[str], Any], zero: Any) -> Callable[..., bool]:
    def attempt(text: str, target: Reference) -> bool:
        try:
            target.write(parse(text))
        except NetError:
            target.write(zero)
            return False
        return True

    return attempt


def _try_styled(parse: Callable[[str], Any], python: type, zero: Any) -> Callable[..., bool]:
    def attempt(text: str, style: Any, _culture: Any, target: Reference) -> bool:
        return _try(lambda given: _styled(given, style, parse, python), zero)(text, target)

    return attempt


def _equals(value: Any, other: Any) -> bool:
    return type(value) is type(other) and bool(value == other)


def _compare_numbers(short: str, value: Any, other: Any) -> int:
    try:
        return 1 if other is None else compare(value, other)
    except PSError:
        raise argument_error(f"Object must be of type {short}.") from None


def _formatted(value: Any, form: str) -> str:
    return number_format.format_number(value, form)


def _number_type(short: str, python: type) -> None:
    if python in numbers.RANGES:

        def parse(text: str) -> Any:
            return _parse_integer(text, python, short)

        low, high = numbers.RANGES[python]
        limits = {
            "MinValue": lambda: python(low),
            "MaxValue": lambda: python(high),
        }
    else:

        def parse(text: str) -> Any:
            return _parse_float(text, python)

        limits = _FLOAT_LIMITS[short]
    zero = python(0)
    register(
        PSType(
            f"System.{short}",
            base="System.ValueType",
            is_value_type=True,
            interfaces=("System.IComparable", "System.IFormattable"),
            instance={
                "ToString()": number_format.number_text,
                "ToString(string format)": _formatted,
                "ToString(cultureinfo provider)": lambda value, _c: number_format.number_text(value),
                "ToString(string format, cultureinfo provider)": lambda value, form, _c: _formatted(
                    value, form
                ),
                "CompareTo(object value)": partial(_compare_numbers, short),
                "Equals(object obj)": _equals,
            },
            static={
                **limits,
                "Parse(string s)": parse,
                "Parse(string s, cultureinfo provider)": lambda text, _culture: parse(text),
                "Parse(string s, System.Globalization.NumberStyles style)": lambda text, style: _styled(
                    text, style, parse, python
                ),
                "TryParse(string s, ref result)": _try(parse, zero),
                "TryParse(string s, System.Globalization.NumberStyles style, cultureinfo provider, "
                "ref result)": _try_styled(parse, python, zero),
                **_EXTRA.get(short, {}),
            },
            construct={"new()": lambda _kind: zero},
            to_text=number_format.number_text,
        ),
        python,
    )


def _styled(text: str, style: Any, parse: Callable[[str], Any], python: type) -> Any:
    return _parse_hexadecimal(text, python) if style.number & 0x200 else parse(text)


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


def _formatted_pointer(value: numbers.Pointer, form: str) -> str:
    return number_format.format_number(numbers.Int64(value), form)


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
                "@Size": lambda engine: 8 if engine.machine.is_64_bit else 4,
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
