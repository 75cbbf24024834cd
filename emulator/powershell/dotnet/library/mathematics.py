"""Math, Convert and BitConverter."""

from __future__ import annotations

import base64
import math
import struct
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet import base64_text, numbers
from emulator.powershell.dotnet.enums import EnumType
from emulator.powershell.dotnet.exceptions import (
    NetError,
    argument_error,
    format_error,
    null_argument,
    out_of_range,
)
from emulator.powershell.dotnet.library.numbers import round_decimal
from emulator.powershell.dotnet.numbers import Int64
from emulator.powershell.dotnet.psobject import Reference
from emulator.powershell.dotnet.types import PYTHON_OF_NUMBER, Method, PSType, builtin, register
from emulator.powershell.late_pattern import late_pattern
from emulator.powershell.runtime.conversion import convert, to_bool
from emulator.powershell.runtime.errors import ConversionError

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine


def _round(value: Any, digits: int = 0, mode: Any = None) -> Any:
    how = ROUND_HALF_UP if mode is not None and mode.number == 1 else ROUND_HALF_EVEN
    if isinstance(value, Decimal):
        if not 0 <= digits <= 28:
            raise out_of_range("Decimal can only round to between 0 and 28 digits of precision.", "decimals")
        return round_decimal(value, digits, how)
    if not 0 <= digits <= 15:
        raise out_of_range("Rounding digits must be between 0 and 15, inclusive.", "digits")
    if not math.isfinite(value) or abs(value) >= 1e16:
        return value
    return float(round_decimal(Decimal(repr(value)), digits, how))


def _whole(rounding: str, fallback: Any) -> Any:
    def run(value: Any) -> Any:
        if isinstance(value, Decimal):
            return value.to_integral_value(rounding)
        return float(fallback(value)) if math.isfinite(value) else value

    return run


def _power(base: float, exponent: float) -> float:
    try:
        result = base**exponent
    except OverflowError:
        return math.inf
    except ZeroDivisionError:
        return math.inf
    return math.nan if isinstance(result, complex) else float(result)


def _safe(function: Any) -> Any:
    def run(*values: float) -> float:
        try:
            return float(function(*values))
        except (ValueError, OverflowError):
            return math.nan

    return run


def _log(value: float, base: float | None = None) -> float:
    if value == 0:
        return -math.inf
    if value < 0:
        return math.nan
    if base is None:
        return math.log(value)
    if base == 1 or base < 0 or (value != 1 and (base == 0 or math.isinf(base))) or math.isnan(base):
        return math.nan
    return 0.0 if value == 1 else math.log(value, base)


def _divide(dividend: int, divisor: int, remainder: Reference) -> int:
    quotient = abs(dividend) // abs(divisor)
    if (dividend < 0) != (divisor < 0):
        quotient = -quotient
    remainder.write(dividend - quotient * divisor)
    return numbers.checked(quotient, int)


def _absolute(kind: Any) -> Any:
    lowest = numbers.RANGES[kind][0] if kind in numbers.RANGES else 0

    def run(value: Any) -> Any:
        if lowest < 0 and value == lowest:
            raise NetError(
                "System.OverflowException",
                "Negating the minimum value of a twos complement number is invalid.",
            )
        return value.copy_abs() if isinstance(value, Decimal) else kind(abs(value))

    return run


def _sign(value: Any) -> int:
    if value != value:
        raise NetError(
            "System.ArithmeticException", "Function does not accept floating point Not-a-Number values."
        )
    return int(value > 0) - int(value < 0)


_math: dict[str, Any] = {
    "PI": lambda: math.pi,
    "E": lambda: math.e,
    "Sqrt(double d)": _safe(math.sqrt),
    "Pow(double x, double y)": _power,
    "Exp(double d)": _safe(math.exp),
    "Log(double d)": _log,
    "Log(double a, double newBase)": _log,
    "Log10(double d)": lambda d: _log(d, 10) if d > 0 else _log(d),
    "Sin(double a)": _safe(math.sin),
    "Cos(double d)": _safe(math.cos),
    "Tan(double a)": _safe(math.tan),
    "Atan(double d)": _safe(math.atan),
    "Atan2(double y, double x)": _safe(math.atan2),
    "DivRem(int a, int b, ref result)": _divide,
    "Round(double a)": _round,
    "Round(double value, int digits)": _round,
    "Round(double value, System.MidpointRounding mode)": lambda v, m: _round(v, 0, m),
    "Round(double value, int digits, System.MidpointRounding mode)": _round,
    "Round(decimal d)": _round,
    "Round(decimal d, int decimals)": _round,
}
for _name, _rounding, _function in (
    ("Ceiling", ROUND_CEILING, math.ceil),
    ("Floor", ROUND_FLOOR, math.floor),
    ("Truncate", "ROUND_DOWN", math.trunc),
):
    for _kind in ("double", "decimal"):
        _math[f"{_name}({_kind} d)"] = _whole(_rounding, _function)
for _kind in ("int", "long", "double", "decimal", "uint32", "uint64"):
    _python = PYTHON_OF_NUMBER[{"int": "system.int32", "long": "system.int64"}.get(_kind, f"system.{_kind}")]
    _math[f"Abs({_kind} value)"] = _absolute(_python)
    _math[f"Sign({_kind} value)"] = _sign
    _math[f"Max({_kind} val1, {_kind} val2)"] = lambda a, b, make=_python: make(max(a, b))
    _math[f"Min({_kind} val1, {_kind} val2)"] = lambda a, b, make=_python: make(min(a, b))
register(PSType("System.Math", static=_math, is_abstract=True))

# Convert


_LINE_BREAKS = EnumType("System.Base64FormattingOptions", {"None": 0, "InsertLineBreaks": 1}, flags=True)
register(_LINE_BREAKS)
_LONGEST_LINE = 76


def _to_base64(data: bytearray, options: Any = None) -> str:
    if data is None:
        raise null_argument("inArray")
    text = base64.b64encode(bytes(data)).decode("ascii")
    if options is None or not options.number:
        return text
    return "\r\n".join(text[at : at + _LONGEST_LINE] for at in range(0, len(text), _LONGEST_LINE))


def _converter(kind: str) -> Any:
    def run(value: Any) -> Any:
        target = builtin(kind)
        if isinstance(value, str) and kind != "System.String":
            parsed = target.static_member("Parse")
            if parsed is not None and kind not in ("System.DateTime", "System.Char"):
                return parsed.overloads[0].function(value)  # type: ignore[union-attr]
        try:
            return convert(value, target)
        except ConversionError as problem:
            raise NetError("System.InvalidCastException", problem.message) from None

    return run


def _converter_by(kind: str) -> Any:
    """The same as a provider says."""
    plain = _converter(kind)

    def run(engine: Engine, value: Any, provider: Any) -> Any:
        if not isinstance(value, str) or kind == "System.Char":
            return plain(value)
        parse = builtin(kind).static_member("Parse")
        overloads = parse.overloads if isinstance(parse, Method) else []
        found = next(one for one in overloads if one.types == ("string", "System.IFormatProvider"))
        given = (engine,) if found.contextual else ()
        return found.function(*given, value, provider)

    return run


def _text_by(engine: Engine, value: Any, provider: Any = None) -> str:
    from emulator.powershell.runtime.text_operators import format_value

    return "" if value is None else format_value(value, "", engine.utc_offset_minutes(), provider)


def _date_of(engine: Engine, value: Any) -> Any:
    return _converter_by("System.DateTime")(engine, value, None)


def _to_based(kind: type) -> Any:
    low, high = numbers.RANGES[kind]
    unsigned = high - low

    def run(text: str, base: int) -> Any:
        number = _based_number(text, base, unsigned)
        if number > high and base != 10:
            number -= unsigned + 1
        if not low <= number <= high:
            raise _too_large_for("UInt64" if high > numbers.INT32_MAXIMUM else "UInt32")
        return number if kind is int else kind(number)

    return run


_BASED = {
    2: late_pattern("[01]*"),
    8: late_pattern("[0-7]*"),
    10: late_pattern("[0-9]*"),
    16: late_pattern("[0-9a-f]*"),
}
_MOST_DIGITS = 64


def _too_large_for(name: str) -> NetError:
    return NetError("System.OverflowException", f"Value was either too large or too small for a {name}.")


def _based_number(text: str, base: int, most: int) -> int:
    """The number of digits of a base: as ParseNumbers of .NET reads and refuses them."""
    form = _BASED.get(base)
    if form is None:
        raise argument_error("Invalid Base.")
    if not text:
        raise out_of_range(
            "Index was out of range. Must be non-negative and less than the size of the collection.",
            "startIndex",
        )
    digits = text.lower()
    if digits[0] == "-":
        if base != 10:
            raise argument_error("String cannot contain a minus sign if the base is not 10.")
        digits = digits[1:]
    elif base == 16:
        digits = digits.removeprefix("0x")
    size = len(form.match(digits)[0])  # type: ignore[index] # it matches nothing, too
    if size == 0:
        raise format_error("Could not find any recognizable digits.")
    if size < len(digits):
        raise format_error("Additional non-parsable characters are at the end of the string.")
    significant = digits.lstrip("0")
    number = int(significant or "0", base) if len(significant) <= _MOST_DIGITS else most + 1
    if number > most:
        raise _too_large_for("UInt64" if most > 0xFFFFFFFF else "UInt32")
    return -number if text[0] == "-" else number


def _string_based(value: Any, base: int) -> str:
    if base not in (2, 8, 10, 16):
        raise argument_error("Invalid Base.")
    number = int(value)
    if number < 0 and base != 10:
        low, high = numbers.RANGES[type(value) if type(value) in numbers.RANGES else int]
        number += high - low + 1
    return format(number, {2: "b", 8: "o", 10: "d", 16: "x"}[base])


_convert: dict[str, Any] = {
    "DBNull": lambda: None,
    "FromBase64String(string s)": base64_text.decode,
    "ToBase64String(byte[] inArray)": _to_base64,
    "ToBase64String(byte[] inArray, System.Base64FormattingOptions options)": _to_base64,
    "ToBoolean(string value)": _converter("System.Boolean"),
    "ToBoolean(object value)": to_bool,
    "@ToString(object value)": _text_by,
    "@ToString(object value, System.IFormatProvider provider)": _text_by,
    "ToString(int value, int toBase)": _string_based,
    "ToString(long value, int toBase)": _string_based,
    "ToString(byte value, int toBase)": _string_based,
    "ChangeType(object value, type conversionType)": convert,
}
for _short in [
    "SByte",
    "Byte",
    "Int16",
    "UInt16",
    "Int32",
    "UInt32",
    "Int64",
    "UInt64",
    "Single",
    "Double",
    "Decimal",
    "Char",
    "DateTime",
]:
    _convert[f"To{_short}(object value)"] = _converter(f"System.{_short}")
    _convert[f"To{_short}(string value)"] = _converter(f"System.{_short}")
    for _given in ("object", "string"):
        _convert[f"@To{_short}({_given} value, System.IFormatProvider provider)"] = _converter_by(
            f"System.{_short}"
        )
    _based = PYTHON_OF_NUMBER.get(f"system.{_short.lower()}")
    if _based in numbers.RANGES:
        _convert[f"To{_short}(string value, int fromBase)"] = _to_based(_based)
del _convert["ToDateTime(string value)"]
_convert["@ToDateTime(string value)"] = _date_of
register(PSType("System.Convert", static=_convert, is_abstract=True))


_TOO_SHORT = (
    "Destination array is not long enough to copy all the items in the collection. Check array index and "
    "length."
)


def _hex(data: bytearray, start: int = 0, count: int | None = None) -> str:
    if start < 0 or (start >= len(data) and start > 0):
        raise out_of_range("StartIndex cannot be less than zero.", "startIndex")
    if count is not None and count < 0:
        raise out_of_range("Value must be positive.", "length")
    if count is not None and start + count > len(data):
        raise argument_error(_TOO_SHORT)
    part = data[start : None if count is None else start + count]
    return "-".join(f"{one:02X}" for one in part)


def _integer_at(size: int, signed: bool, kind: type) -> Any:
    def run(data: bytearray, start: int) -> Any:
        if not 0 <= start < len(data):
            raise out_of_range(
                "Index was out of range. Must be non-negative and less than the size of the collection.",
                "startIndex",
            )
        if start + size > len(data):
            raise argument_error(_TOO_SHORT)
        number = int.from_bytes(data[start : start + size], "little", signed=signed)
        return number if kind is int else kind(number)

    return run


def _character_at(data: Any, start: int) -> Any:
    return numbers.Char(chr(_integer_at(2, False, int)(data, start)))


def _real_at(form: str, kind: type) -> Any:
    size = struct.calcsize(form)

    def run(data: Any, start: int) -> Any:
        number = _integer_at(size, False, int)(data, start)
        return kind(struct.unpack(form, number.to_bytes(size, "little"))[0])

    return run


register(
    PSType(
        "System.BitConverter",
        is_abstract=True,
        static={
            "IsLittleEndian: bool": lambda: True,
            "ToString(byte[] value)": _hex,
            "ToString(byte[] value, int startIndex, int length)": _hex,
            "ToInt16(byte[] value, int startIndex)": _integer_at(2, True, numbers.Int16),
            "ToUInt16(byte[] value, int startIndex)": _integer_at(2, False, numbers.UInt16),
            "ToInt32(byte[] value, int startIndex)": _integer_at(4, True, int),
            "ToUInt32(byte[] value, int startIndex)": _integer_at(4, False, numbers.UInt32),
            "ToInt64(byte[] value, int startIndex)": _integer_at(8, True, Int64),
            "ToUInt64(byte[] value, int startIndex)": _integer_at(8, False, numbers.UInt64),
            "ToChar(byte[] value, int startIndex)": _character_at,
            "ToBoolean(byte[] value, int startIndex)": lambda data, at: bool(
                _integer_at(1, False, int)(data, at)
            ),
            "ToSingle(byte[] value, int startIndex)": _real_at("<f", numbers.Single),
            "ToDouble(byte[] value, int startIndex)": _real_at("<d", float),
            "GetBytes(int value)": lambda v: bytearray(int(v).to_bytes(4, "little", signed=True)),
            "GetBytes(long value)": lambda v: bytearray(int(v).to_bytes(8, "little", signed=True)),
            "GetBytes(int16 value)": lambda v: bytearray(int(v).to_bytes(2, "little", signed=True)),
            "GetBytes(System.UInt16 value)": lambda v: bytearray(int(v).to_bytes(2, "little")),
            "GetBytes(System.UInt32 value)": lambda v: bytearray(int(v).to_bytes(4, "little")),
            "GetBytes(System.UInt64 value)": lambda v: bytearray(int(v).to_bytes(8, "little")),
            "GetBytes(char value)": lambda v: bytearray(ord(v).to_bytes(2, "little")),
            "GetBytes(bool value)": lambda v: bytearray([int(v)]),
            "GetBytes(double value)": lambda v: bytearray(struct.pack("<d", v)),
            "GetBytes(single value)": lambda v: bytearray(struct.pack("<f", v)),
        },
    )
)
