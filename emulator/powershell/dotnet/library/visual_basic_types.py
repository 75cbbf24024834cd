"""The functions of Visual Basic's own library (Microsoft.VisualBasic): texts, numbers, dates, constants.

Windows, sounds, other programs and files by number are not there: calls of them are refused by name.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.collections import PSArray
from emulator.powershell.dotnet.enums import EnumType, EnumValue
from emulator.powershell.dotnet.exceptions import NetError, argument_error
from emulator.powershell.dotnet.library.objects import strings
from emulator.powershell.dotnet.numbers import Char, Int64, Single
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.time_values import DateTime
from emulator.powershell.dotnet.types import PSType, builtin, register, type_of
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.errors import not_emulated
from emulator.powershell.runtime.text_operators import format_value

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine

_V = "Microsoft.VisualBasic."
_LONGEST = 8_000_000
_COMPARE = EnumType(f"{_V}CompareMethod", {"Binary": 0, "Text": 1})
register(_COMPARE)
_STR_CONV = EnumType(
    f"{_V}VbStrConv",
    {
        "None": 0,
        "Uppercase": 1,
        "Lowercase": 2,
        "ProperCase": 3,
        "Wide": 4,
        "Narrow": 8,
        "Katakana": 16,
        "Hiragana": 32,
        "SimplifiedChinese": 256,
        "TraditionalChinese": 512,
        "LinguisticCasing": 1024,
    },
)
register(_STR_CONV)
_INTERVALS = EnumType(
    f"{_V}DateInterval",
    {
        "Year": 0,
        "Quarter": 1,
        "Month": 2,
        "DayOfYear": 3,
        "Day": 4,
        "WeekOfYear": 5,
        "Weekday": 6,
        "Hour": 7,
        "Minute": 8,
        "Second": 9,
    },
)
register(_INTERVALS)
_CODES = ("yyyy", "q", "m", "y", "d", "ww", "w", "h", "n", "s")
register(
    EnumType(
        f"{_V}MsgBoxResult",
        {"Ok": 1, "Cancel": 2, "Abort": 3, "Retry": 4, "Ignore": 5, "Yes": 6, "No": 7},
    )
)


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _bounded(text: str) -> str:
    if len(text) > _LONGEST:
        raise NetError(
            "System.OutOfMemoryException", "Insufficient memory to continue the execution of the program."
        )
    return text


def _at_least_zero(name: str, number: int) -> int:
    if number < 0:
        raise argument_error(f"Argument '{name}' must be greater or equal to zero.")
    return int(number)


def _above_zero(name: str, number: int) -> int:
    if number <= 0:
        raise argument_error(f"Argument '{name}' must be greater than zero.")
    return int(number)


# Strings


def _left(text: str | None, length: int) -> str:
    return _text(text)[: _at_least_zero("Length", length)]


def _right(text: str | None, length: int) -> str:
    count = _at_least_zero("Length", length)
    return _text(text)[-count:] if count else ""


def _mid(text: str | None, start: int, length: int | None = None) -> str | None:
    begin = _above_zero("Start", start) - 1
    if text is None:
        return None
    if length is None:
        return text[begin:]
    return text[begin : begin + _at_least_zero("Length", length)]


def _length(value: Any) -> int:
    held = unwrap(value)
    if held is None:
        return 0
    if isinstance(held, Char):
        return 2
    if isinstance(held, str):
        return len(held)
    sizes = {
        "Boolean": 2,
        "Byte": 1,
        "SByte": 1,
        "Int16": 2,
        "UInt16": 2,
        "Int32": 4,
        "UInt32": 4,
        "Int64": 8,
    }
    sizes |= {"UInt64": 8, "Single": 4, "Double": 8, "Decimal": 16, "DateTime": 8}
    found = sizes.get(type_of(held).name.removeprefix("System."))
    if found is None:
        raise not_emulated(f"Microsoft.VisualBasic.Strings.Len of {type_of(held).name}")
    return found


def _found(start: int, text: str | None, wanted: str | None, compare: Any = 0) -> int:
    begin = _above_zero("Start", start) - 1
    whole, part = _text(text), _text(wanted)
    if _is_text(compare):
        whole, part = whole.lower(), part.lower()
    if not whole or begin > len(whole):
        return 0
    return whole.find(part, begin) + 1 if part else begin + 1


def _found_last(text: str | None, wanted: str | None, start: int = -1, compare: Any = 0) -> int:
    whole, part = _text(text), _text(wanted)
    if start == 0 or start < -1:
        raise argument_error("Argument 'Start' must be greater than 0 or equal to -1.")
    if _is_text(compare):
        whole, part = whole.lower(), part.lower()
    end = len(whole) if start == -1 else int(start)
    if not whole or end > len(whole):
        return 0
    return whole.rfind(part, 0, end) + 1 if part else end


def _is_text(compare: Any) -> bool:
    return int(compare.number if isinstance(compare, EnumValue) else compare) == 1


def _replaced(
    text: str | None, find: str | None, new: str | None, start: int = 1, count: int = -1, compare: Any = 0
) -> str | None:
    begin = _above_zero("Start", start) - 1
    if count < -1:
        raise argument_error("Argument 'Count' must be greater than or equal to -1.")
    whole, part = _text(text), _text(find)
    if not whole or begin >= len(whole):
        return None
    rest = whole[begin:]
    if not part or count == 0:
        return rest
    flags = re.IGNORECASE if _is_text(compare) else 0
    replacement = _text(new)
    made = re.sub(re.escape(part), lambda _found: replacement, rest, count=max(count, 0), flags=flags)
    return _bounded(made)


def _split(text: str | None, delimiter: str | None = " ", limit: int = -1, compare: Any = 0) -> PSArray:
    whole, separator = _text(text), _text(delimiter)
    if not whole or not separator:
        return strings([whole])
    if limit == 0:
        return strings([])
    flags = re.IGNORECASE if _is_text(compare) else 0
    if limit == 1:
        return strings([whole])
    return strings(re.split(re.escape(separator), whole, maxsplit=max(int(limit) - 1, 0), flags=flags))


def _joined(values: Any, delimiter: str | None = " ") -> str:
    return _bounded(_text(delimiter).join(to_text(one) for one in values))


def _filtered(values: Any, match: str | None, include: bool = True, compare: Any = 0) -> PSArray:
    wanted, ignores = _text(match), _is_text(compare)
    found = []
    for one in values:
        text = to_text(one)
        is_in = wanted.lower() in text.lower() if ignores else wanted in text
        if is_in is bool(include):
            found.append(text)
    return strings(found)


def _compared(left: str | None, right: str | None, compare: Any = 0) -> int:
    a, b = _text(left), _text(right)
    if _is_text(compare):
        a, b = a.lower(), b.lower()
    first, second = (one.encode("utf-16-be", "surrogatepass") for one in (a, b))
    return (first > second) - (first < second)


def _code(value: Any) -> int:
    text = _text(value)
    if not text:
        raise argument_error("Length of argument 'String' must be greater than zero.")
    code = ord(text[0])
    if code < 128:
        return code
    encoded = text[0].encode("cp1252", "replace")
    return encoded[0]


def _unit(value: Any) -> int:
    text = _text(value)
    if not text:
        raise argument_error("Length of argument 'String' must be greater than zero.")
    return ord(text[0])


def _character(code: int) -> Char:
    if not -32768 <= code <= 65535:
        raise argument_error("Argument 'CharCode' must be within the range of -32768 to 65535.")
    if not 0 <= code <= 255:
        raise argument_error("Procedure call or argument is not valid.")
    return Char(bytes([code]).decode("cp1252", "replace") if code > 127 else chr(code))


def _wide_character(code: int) -> Char:
    if not -32768 <= code <= 65535:
        raise argument_error("Argument 'CharCode' must be within the range of -32768 to 65535.")
    return Char(chr(code & 0xFFFF))


def _repeated(number: int, character: Any) -> Any:
    count = _at_least_zero("Number", number)
    text = _text(character)
    if not text:
        raise argument_error("Length of argument 'Character' must be greater than zero.")
    if count > _LONGEST:
        raise NetError(
            "System.OutOfMemoryException", "Insufficient memory to continue the execution of the program."
        )
    return text[0] * count


def _converted(text: str | None, conversion: Any, _locale: int = 0) -> str:
    whole = _text(text)
    number = int(conversion.number if isinstance(conversion, EnumValue) else conversion)
    if number == 0:
        return whole
    if number == 1:
        return whole.upper()
    if number == 2:
        return whole.lower()
    if number == 3:
        return re.sub(r"[^\W_]+(?:'[^\W_]+)*", lambda one: one[0][0].upper() + one[0][1:].lower(), whole)
    raise not_emulated(f"Microsoft.VisualBasic.Strings.StrConv({number})")


_NAMED_NUMBERS: dict[str, str] = {
    "currency": "C",
    "fixed": "0.00",
    "standard": "N2",
    "percent": "0.00%",
    "scientific": "0.00E+00",
}
_NAMED_DATES = {
    "general date": "G",
    "long date": "D",
    "medium date": "D",
    "short date": "d",
    "long time": "T",
    "medium time": "T",
    "short time": "t",
    "g": "G",
    "d": "d",
}
_NAMED_TRUTHS = {"yes/no": ("Yes", "No"), "true/false": ("True", "False"), "on/off": ("On", "Off")}


def _formatted(value: Any, style: str | None = "") -> str:
    held, form = unwrap(value), _text(style)
    if held is None:
        return ""
    named = form.lower()
    if isinstance(held, str) and not isinstance(held, Char):
        number = _number_or_none(held)
        if number is None or not form:
            return held
        held = number
    if isinstance(held, bool):
        if named not in _NAMED_TRUTHS:
            return str(held)
        held = -1 if held else 0
    if isinstance(held, DateTime):
        return format_value(held, _NAMED_DATES.get(named, form or "G"))
    if isinstance(held, int | float | Decimal):
        if named in _NAMED_TRUTHS:
            return _NAMED_TRUTHS[named][0 if held != 0 else 1]
        if not form or named == "general number":
            return to_text(held)
        return format_value(held, _NAMED_NUMBERS.get(named, form))
    return format_value(held, form)


# Information


def _number_or_none(value: Any) -> float | None:
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
        if re.fullmatch(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?", plain) is None or text.startswith(
            ","
        ):
            return None
        return float(plain)
    if isinstance(held, EnumValue):
        return float(held.number)
    return float(held) if isinstance(held, int | float | Decimal) else None


def _is_date(engine: Engine, value: Any) -> bool:
    held = unwrap(value)
    if isinstance(held, DateTime):
        return True
    if not isinstance(held, str):
        return False
    return _date_or_none(engine, held) is not None


def _date_or_none(engine: Engine, text: str) -> DateTime | None:
    from emulator.powershell.csharp.native_calls import call_static_native

    try:
        found = call_static_native(builtin("System.DateTime"), "Parse", [text], engine)
    except NetError:
        return None
    return found if isinstance(found, DateTime) else None


def _bound(values: Any, rank: int = 1) -> int:
    held = unwrap(values)
    if held is None:
        raise NetError("System.ArgumentNullException", "Argument 'Array' is Nothing.")
    if rank != 1:
        raise NetError("System.RankException", "Argument 'Rank' is not a valid value.")
    return len(held) - 1


def _type_name(value: Any) -> str:
    from emulator.powershell.visualbasic.conversions import name_of

    held = unwrap(value)
    return "Nothing" if held is None else name_of(type_of(held))


def _is_array(value: Any) -> bool:
    return isinstance(unwrap(value), PSArray | bytearray)


def _is_reference(value: Any) -> bool:
    held = unwrap(value)
    return held is None or not type_of(held).is_value_type


# Conversion


def _whole(value: Any, work: Callable[[float], int]) -> Any:
    held = unwrap(value)
    if held is None:
        return 0
    if isinstance(held, bool):
        return -1 if held else 0
    if isinstance(held, float):
        return type(held)(work(held)) if math.isfinite(held) else held
    if isinstance(held, Decimal):
        return Decimal(work(held))  # type: ignore[arg-type]
    if isinstance(held, str):
        number = _number_or_none(held)
        if number is None:
            raise NetError(
                "System.InvalidCastException",
                f"Conversion from string \"{held[:32]}\" to type 'Double' is not valid.",
            )
        return float(work(number))
    return held


def _digits(value: Any, form: str) -> str:
    held = unwrap(value)
    if isinstance(held, EnumValue):
        held = held.number
    number = _whole(held, round) if not isinstance(held, int) or isinstance(held, bool) else held
    whole = int(number)
    if whole < 0:
        widths = {"Byte": 8, "SByte": 8, "Int16": 16, "UInt16": 16, "Int64": 64, "UInt64": 64}
        name = type_of(held).name.removeprefix("System.")
        width = widths.get(name, 64 if name in ("Double", "String", "Decimal") and whole < -(1 << 31) else 32)
        whole += 1 << width
    return format(whole, form).upper()


def _leading_number(text: Any) -> float:
    """Val: as much of a text as is a number, without its blanks."""
    whole = re.sub(r"[ \t\n\r]", "", _text(text))
    based = re.match(r"&[hH]([0-9a-fA-F]{1,16})|&[oO]([0-7]{1,22})", whole)
    if based is not None:
        digits, base, width = (based[1], 16, 4) if based[1] else (based[2], 8, 3)
        number = int(digits, base)
        bits = next((one for one in (16, 32, 64) if len(digits) * width <= one), 64)
        return float(number - (1 << bits) if number >> (bits - 1) else number)
    found = re.match(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eEdD][+-]?\d{1,3})?", whole)
    return float(found[0].replace("d", "e").replace("D", "e")) if found is not None else 0.0


def _shown_number(value: Any) -> str:
    held = unwrap(value)
    number = _number_or_none(held)
    if number is None:
        raise argument_error("Argument 'Number' cannot be converted to a numeric value.")
    text = to_text(held if not isinstance(held, str) else number)
    return text if text.startswith("-") else f" {text}"


# Dates


def _now(engine: Engine) -> DateTime:
    return engine.now()


def _as_date(engine: Engine, value: Any) -> DateTime:
    held = unwrap(value)
    found = (
        held if isinstance(held, DateTime) else _date_or_none(engine, held) if isinstance(held, str) else None
    )
    if found is None:
        what = f'string "{_text(held)[:32]}"' if isinstance(held, str) else f"type '{_type_name(held)}'"
        raise NetError("System.InvalidCastException", f"Conversion from {what} to type 'Date' is not valid.")
    return found


def _interval(value: Any) -> str:
    if isinstance(value, EnumValue):
        return _CODES[value.number]
    text = _text(value).lower()
    if text not in _CODES:
        raise argument_error("Argument 'Interval' is not a valid value.")
    return text


_TICKS = {"d": 864_000_000_000, "y": 864_000_000_000, "w": 864_000_000_000, "ww": 6_048_000_000_000}
_TICKS |= {"h": 36_000_000_000, "n": 600_000_000, "s": 10_000_000}
_MONTHS = {"yyyy": 12, "q": 3, "m": 1}


def _date_added(engine: Engine, interval: Any, number: float, value: Any) -> DateTime:
    moment, code = _as_date(engine, value), _interval(interval)
    amount = round(number)
    try:
        if code in _MONTHS:
            return moment.add_months(amount * _MONTHS[code])
        return moment.add_ticks(amount * _TICKS[code])
    except OverflowError:
        raise argument_error("Argument 'DateValue' is not a valid value.") from None


def _date_difference(engine: Engine, interval: Any, first: Any, second: Any) -> Int64:
    one, two = _as_date(engine, first), _as_date(engine, second)
    code = _interval(interval)
    a, b = one.to_python(), two.to_python()
    if code in ("yyyy", "q", "m"):
        months = (b.year - a.year) * 12 + b.month - a.month
        if code == "q":
            return Int64((b.year - a.year) * 4 + (b.month - 1) // 3 - (a.month - 1) // 3)
        return Int64(b.year - a.year if code == "yyyy" else months)
    span = two.ticks - one.ticks
    if code == "ww":
        day = 864_000_000_000
        starts = [(moment.ticks // day - (moment.ticks // day + 1) % 7) for moment in (one, two)]
        return Int64((starts[1] - starts[0]) // 7)
    if code == "w":
        return Int64(int(span / _TICKS["ww"]))
    return Int64(abs(span) // _TICKS[code] * (1 if span >= 0 else -1))


def _date_of(year: int, month: int, day: int) -> DateTime:
    try:
        first = DateTime.of(int(year) if year >= 100 else int(year) + (2000 if year < 30 else 1900), 1, 1)
        return first.add_months(int(month) - 1).add_ticks((int(day) - 1) * _TICKS["d"])
    except (ValueError, OverflowError):
        raise argument_error("Argument 'Year' is not a valid value.") from None


def _time_of(hour: int, minute: int, second: int) -> DateTime:
    ticks = (int(hour) * 3600 + int(minute) * 60 + int(second)) * _TICKS["s"]
    return DateTime(ticks if ticks >= 0 else ticks % _TICKS["d"])


def _date_part(engine: Engine, interval: Any, value: Any) -> int:
    moment, code = _as_date(engine, value).to_python(), _interval(interval)
    parts = {
        "yyyy": moment.year,
        "q": (moment.month - 1) // 3 + 1,
        "m": moment.month,
        "y": moment.timetuple().tm_yday,
        "d": moment.day,
        "w": moment.isoweekday() % 7 + 1,
        "h": moment.hour,
        "n": moment.minute,
        "s": moment.second,
        "ww": (moment.timetuple().tm_yday + (moment.replace(month=1, day=1).isoweekday() % 7) - 1) // 7 + 1,
    }
    return parts[code]


def _part(code: str) -> Callable[[Engine, Any], int]:
    return lambda engine, value: _date_part(engine, code, value)


_MONTH_NAMES = (
    *("January", "February", "March", "April", "May", "June", "July", "August", "September", "October"),
    *("November", "December"),
)
_DAY_NAMES = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")


def _name_from(names: tuple[str, ...], number: int, is_short: bool, argument: str) -> str:
    if not 1 <= number <= len(names):
        raise argument_error(f"Argument '{argument}' is not a valid value.")
    return names[number - 1][:3] if is_short else names[number - 1]


def _random(engine: Engine, _number: float = 1.0) -> Single:
    return Single(engine.random.generator.getrandbits(24) / (1 << 24))


def _environment(engine: Engine, name: Any) -> str:
    return _text(engine.environment.read(_text(name)))


def _chosen(index: float, choices: Any) -> Any:
    place = int(index)
    return choices[place - 1] if 1 <= place <= len(choices) else None


def _switched(values: Any) -> Any:
    for place in range(0, len(values) - 1, 2):
        if values[place]:
            return values[place + 1]
    return None


def _refused(module: str, names: str) -> dict[str, Any]:
    """Functions that are there on Windows and not here."""

    def refuse(name: str) -> Any:
        def work(_values: Any) -> Any:
            raise not_emulated(f"Microsoft.VisualBasic.{module}.{name}")

        return work

    return {f"{name}(params object[] arguments)": refuse(name) for name in names.split()}


_TEXT_COMPARE = f"{_V}CompareMethod compare"
_MODULES: dict[str, dict[str, Any]] = {
    "Strings": {
        "Asc(string String)": _code,
        "AscW(string String)": _unit,
        "Chr(int CharCode)": _character,
        "ChrW(int CharCode)": _wide_character,
        "Filter(object[] Source, string Match)": _filtered,
        "Filter(object[] Source, string Match, bool Include)": _filtered,
        f"Filter(object[] Source, string Match, bool Include, {_TEXT_COMPARE})": _filtered,
        "Format(object Expression)": _formatted,
        "Format(object Expression, string Style)": _formatted,
        "GetChar(string str, int Index)": lambda text, index: Char(_mid(text, index, 1) or "\0"),
        "InStr(string String1, string String2)": lambda text, part: _found(1, text, part),
        f"InStr(string String1, string String2, {_TEXT_COMPARE})": lambda text, part, how: _found(
            1, text, part, how
        ),
        "InStr(int Start, string String1, string String2)": _found,
        f"InStr(int Start, string String1, string String2, {_TEXT_COMPARE})": _found,
        "InStrRev(string StringCheck, string StringMatch)": _found_last,
        "InStrRev(string StringCheck, string StringMatch, int Start)": _found_last,
        f"InStrRev(string StringCheck, string StringMatch, int Start, {_TEXT_COMPARE})": _found_last,
        "Join(object[] SourceArray)": _joined,
        "Join(object[] SourceArray, string Delimiter)": _joined,
        "LCase(string Value)": lambda text: None if text is None else text.lower(),
        "Left(string str, int Length)": _left,
        "Len(object Expression)": _length,
        "LSet(string Source, int Length)": lambda text, length: _text(text)[:length].ljust(
            min(_at_least_zero("Length", length), _LONGEST)
        ),
        "LTrim(string str)": lambda text: _text(text).lstrip(" \u3000"),
        "Mid(string str, int Start)": _mid,
        "Mid(string str, int Start, int Length)": _mid,
        "Replace(string Expression, string Find, string Replacement)": _replaced,
        "Replace(string Expression, string Find, string Replacement, int Start)": _replaced,
        "Replace(string Expression, string Find, string Replacement, int Start, int Count)": _replaced,
        "Replace(string Expression, string Find, string Replacement, int Start, int Count, "
        f"{_TEXT_COMPARE})": _replaced,
        "Right(string str, int Length)": _right,
        "RSet(string Source, int Length)": lambda text, length: _text(text)[:length].rjust(
            min(_at_least_zero("Length", length), _LONGEST)
        ),
        "RTrim(string str)": lambda text: _text(text).rstrip(" \u3000"),
        "Space(int Number)": lambda number: _repeated(number, " "),
        "Split(string Expression)": _split,
        "Split(string Expression, string Delimiter)": _split,
        "Split(string Expression, string Delimiter, int Limit)": _split,
        f"Split(string Expression, string Delimiter, int Limit, {_TEXT_COMPARE})": _split,
        "StrComp(string String1, string String2)": _compared,
        f"StrComp(string String1, string String2, {_TEXT_COMPARE})": _compared,
        f"StrConv(string str, {_V}VbStrConv Conversion)": _converted,
        f"StrConv(string str, {_V}VbStrConv Conversion, int LocaleID)": _converted,
        "StrDup(int Number, object Character)": _repeated,
        "StrReverse(string Expression)": lambda text: _text(text)[::-1],
        "Trim(string str)": lambda text: _text(text).strip(" \u3000"),
        "UCase(string Value)": lambda text: "" if text is None else text.upper(),
        **_refused("Strings", "FormatCurrency FormatDateTime FormatNumber FormatPercent"),
    },
    "Information": {
        "IsArray(object VarName)": _is_array,
        "@IsDate(object Expression)": _is_date,
        "IsDBNull(object Expression)": lambda value: (
            value is not None and type_of(unwrap(value)).name == "System.DBNull"
        ),
        "IsError(object Expression)": lambda value: type(unwrap(value)).__name__ == "ExceptionObject",
        "IsNothing(object Expression)": lambda value: unwrap(value) is None,
        "IsNumeric(object Expression)": lambda value: _number_or_none(value) is not None,
        "IsReference(object Expression)": _is_reference,
        "LBound(object Array)": lambda values: _bound(values) * 0,
        "LBound(object Array, int Rank)": lambda values, rank: _bound(values, rank) * 0,
        "RGB(int Red, int Green, int Blue)": lambda red, green, blue: (
            min(red, 255) + min(green, 255) * 256 + min(blue, 255) * 65536
        ),
        "TypeName(object VarName)": _type_name,
        "UBound(object Array)": _bound,
        "UBound(object Array, int Rank)": _bound,
        **_refused("Information", "Err Erl QBColor SystemTypeName VarType VbTypeName"),
    },
    "Interaction": {
        "Choose(double Index, params object[] Choice)": _chosen,
        "@Environ(string Expression)": _environment,
        "IIf(bool Expression, object TruePart, object FalsePart)": lambda test, one, two: (
            one if test else two
        ),
        "Switch(params object[] VarExpr)": _switched,
        **_refused(
            "Interaction",
            "AppActivate Beep CallByName Command CreateObject DeleteSetting GetAllSettings GetObject "
            "GetSetting InputBox MsgBox Partition SaveSetting Shell",
        ),
    },
    "Conversion": {
        "Fix(object Number)": lambda value: _whole(value, math.trunc),
        "Hex(object Number)": lambda value: _digits(value, "x"),
        "Int(object Number)": lambda value: _whole(value, math.floor),
        "Oct(object Number)": lambda value: _digits(value, "o"),
        "Str(object Number)": _shown_number,
        "Val(object InputStr)": _leading_number,
        **_refused("Conversion", "CTypeDynamic ErrorToString"),
    },
    "DateAndTime": {
        "@Now": _now,
        "@Today": lambda engine: DateTime(_now(engine).ticks // _TICKS["d"] * _TICKS["d"]),
        "@TimeOfDay": lambda engine: DateTime(_now(engine).ticks % _TICKS["d"] // _TICKS["s"] * _TICKS["s"]),
        "@Timer: double": lambda engine: round(_now(engine).time_of_day.ticks / _TICKS["s"], 3),
        "@DateString: string": lambda engine: format_value(_now(engine), "MM-dd-yyyy"),
        "@TimeString: string": lambda engine: format_value(_now(engine), "HH:mm:ss"),
        "@DateAdd(object Interval, double Number, object DateValue)": _date_added,
        "@DateDiff(object Interval, object Date1, object Date2)": _date_difference,
        "@DatePart(object Interval, object DateValue)": _date_part,
        "DateSerial(int Year, int Month, int Day)": _date_of,
        "TimeSerial(int Hour, int Minute, int Second)": _time_of,
        "@DateValue(object StringDate)": lambda engine, value: DateTime(
            _as_date(engine, value).ticks // _TICKS["d"] * _TICKS["d"]
        ),
        "@TimeValue(object StringTime)": lambda engine, value: DateTime(
            _as_date(engine, value).ticks % _TICKS["d"]
        ),
        "@Year(object DateValue)": _part("yyyy"),
        "@Month(object DateValue)": _part("m"),
        "@Day(object DateValue)": _part("d"),
        "@Hour(object TimeValue)": _part("h"),
        "@Minute(object TimeValue)": _part("n"),
        "@Second(object TimeValue)": _part("s"),
        "@Weekday(object DateValue)": _part("w"),
        "MonthName(int Month)": lambda number: _name_from(_MONTH_NAMES, number, False, "Month"),
        "MonthName(int Month, bool Abbreviate)": lambda number, short: _name_from(
            _MONTH_NAMES, number, short, "Month"
        ),
        "WeekdayName(int Weekday)": lambda number: _name_from(_DAY_NAMES, number, False, "Weekday"),
        "WeekdayName(int Weekday, bool Abbreviate)": lambda number, short: _name_from(
            _DAY_NAMES, number, short, "Weekday"
        ),
    },
    "VBMath": {
        "@Rnd()": _random,
        "@Rnd(double Number)": _random,
        # The numbers come from the machine's own source of randomness, which needs no seed.
        "Randomize()": lambda: None,
        "Randomize(double Number)": lambda _number: None,
    },
    "FileSystem": _refused(
        "FileSystem",
        "ChDir ChDrive CurDir Dir EOF FileAttr FileClose FileCopy FileDateTime FileGet FileLen FileOpen "
        "FilePut FreeFile GetAttr Input InputString Kill LineInput Loc Lock LOF MkDir Print PrintLine Rename "
        "Reset RmDir Seek SetAttr SPC TAB Unlock Write WriteLine",
    ),
    "Financial": _refused("Financial", "DDB FV IPmt IRR MIRR NPer NPV Pmt PPmt PV Rate SLN SYD"),
}
_LINES = {
    "CrLf": "\r\n",
    "NewLine": "\r\n",
    "Cr": "\r",
    "Lf": "\n",
    "Tab": "\t",
    "Back": "\b",
    "FormFeed": "\f",
    "VerticalTab": "\v",
    "NullChar": "\0",
}
_NUMBERS = {
    "vbObjectError": -2147221504,
    **{f"vb{name}": number for name, number in (("OKOnly", 0), ("OKCancel", 1), ("AbortRetryIgnore", 2))},
    **{f"vb{name}": number for name, number in (("YesNoCancel", 3), ("YesNo", 4), ("RetryCancel", 5))},
    **{f"vb{name}": number for name, number in (("Critical", 16), ("Question", 32), ("Exclamation", 48))},
    **{f"vb{name}": number for name, number in (("Information", 64), ("OK", 1), ("Cancel", 2), ("Yes", 6))},
    "vbNo": 7,
}


def _constant(value: Any) -> Callable[[], Any]:
    return lambda: value


_MODULES["Constants"] = {
    **{f"vb{name}: string": _constant(value) for name, value in _LINES.items()},
    "vbNullString: string": _constant(None),
    **{f"{name}: int": _constant(value) for name, value in _NUMBERS.items()},
    **{
        f"vb{name}": _constant(_COMPARE.value(number))
        for name, number in (("BinaryCompare", 0), ("TextCompare", 1))
    },
    **{
        f"vb{name}": _constant(_STR_CONV.value(number))
        for name, number in (("UpperCase", 1), ("LowerCase", 2), ("ProperCase", 3))
    },
    **{
        f"vb{name}: int": _constant(number)
        for number, name in enumerate(
            ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"), 1
        )
    },
}
for _name, _members in _MODULES.items():
    register(PSType(f"{_V}{_name}", is_abstract=True, static=_members))
register(
    PSType(
        f"{_V}ControlChars",
        construct={},
        static={
            **{name: _constant(value if len(value) > 1 else Char(value)) for name, value in _LINES.items()},
            "Quote": _constant(Char('"')),
        },
    )
)
