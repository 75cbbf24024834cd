"""The functions of Visual Basic's own library (Microsoft.VisualBasic): texts, numbers, dates, constants.

Windows, sounds, other programs and files by number are not there: calls of them are refused by name.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.enums import EnumType
from emulator.powershell.dotnet.exceptions import ExceptionObject
from emulator.powershell.dotnet.library.visual_basic_dates import (
    DAY_NAMES,
    MONTH_NAMES,
    TICKS,
    as_date,
    date_added,
    date_difference,
    date_of,
    date_part,
    name_from,
    now,
    part,
    time_of,
)
from emulator.powershell.dotnet.library.visual_basic_texts import (
    LONGEST,
    at_least_zero,
    character,
    code_of,
    compared,
    converted,
    filtered,
    formatted,
    joined,
    last_place_in,
    left,
    length_of,
    middle,
    place_in,
    repeated,
    replaced,
    right,
    split,
    unit_of,
    wide_character,
)
from emulator.powershell.dotnet.library.visual_basic_values import (
    digits,
    is_array,
    is_date,
    is_reference,
    leading_number,
    number_or_none,
    plain_text,
    shown_number,
    type_name,
    upper_bound,
    whole_part,
)
from emulator.powershell.dotnet.numbers import Char, Single
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.time_values import DateTime
from emulator.powershell.dotnet.types import PSType, register, type_of
from emulator.powershell.runtime.errors import not_emulated
from emulator.powershell.runtime.text_operators import format_value

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine

_V = "Microsoft.VisualBasic."
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
register(
    EnumType(
        f"{_V}MsgBoxResult",
        {"Ok": 1, "Cancel": 2, "Abort": 3, "Retry": 4, "Ignore": 5, "Yes": 6, "No": 7},
    )
)


def _random(engine: Engine, _number: float = 1.0) -> Single:
    return Single(engine.random.generator.getrandbits(24) / (1 << 24))


def _environment(engine: Engine, name: Any) -> str:
    return plain_text(engine.environment.read(plain_text(name)))


def _chosen(index: float, choices: Any) -> Any:
    place = int(index) if math.isfinite(index) else 0
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
        "Asc(string String)": code_of,
        "AscW(string String)": unit_of,
        "Chr(int CharCode)": character,
        "ChrW(int CharCode)": wide_character,
        "Filter(object[] Source, string Match)": filtered,
        "Filter(object[] Source, string Match, bool Include)": filtered,
        f"Filter(object[] Source, string Match, bool Include, {_TEXT_COMPARE})": filtered,
        "Format(object Expression)": formatted,
        "Format(object Expression, string Style)": formatted,
        "GetChar(string str, int Index)": lambda text, index: Char(middle(text, index, 1) or "\0"),
        "InStr(string String1, string String2)": lambda text, part: place_in(1, text, part),
        f"InStr(string String1, string String2, {_TEXT_COMPARE})": lambda text, part, how: place_in(
            1, text, part, how
        ),
        "InStr(int Start, string String1, string String2)": place_in,
        f"InStr(int Start, string String1, string String2, {_TEXT_COMPARE})": place_in,
        "InStrRev(string StringCheck, string StringMatch)": last_place_in,
        "InStrRev(string StringCheck, string StringMatch, int Start)": last_place_in,
        f"InStrRev(string StringCheck, string StringMatch, int Start, {_TEXT_COMPARE})": last_place_in,
        "Join(object[] SourceArray)": joined,
        "Join(object[] SourceArray, string Delimiter)": joined,
        "LCase(string Value)": lambda text: None if text is None else text.lower(),
        "Left(string str, int Length)": left,
        "Len(object Expression)": length_of,
        "LSet(string Source, int Length)": lambda text, length: plain_text(text)[:length].ljust(
            min(at_least_zero("Length", length), LONGEST)
        ),
        "LTrim(string str)": lambda text: plain_text(text).lstrip(" \u3000"),
        "Mid(string str, int Start)": middle,
        "Mid(string str, int Start, int Length)": middle,
        "Replace(string Expression, string Find, string Replacement)": replaced,
        "Replace(string Expression, string Find, string Replacement, int Start)": replaced,
        "Replace(string Expression, string Find, string Replacement, int Start, int Count)": replaced,
        "Replace(string Expression, string Find, string Replacement, int Start, int Count, "
        f"{_TEXT_COMPARE})": replaced,
        "Right(string str, int Length)": right,
        "RSet(string Source, int Length)": lambda text, length: plain_text(text)[:length].rjust(
            min(at_least_zero("Length", length), LONGEST)
        ),
        "RTrim(string str)": lambda text: plain_text(text).rstrip(" \u3000"),
        "Space(int Number)": lambda number: repeated(number, " "),
        "Split(string Expression)": split,
        "Split(string Expression, string Delimiter)": split,
        "Split(string Expression, string Delimiter, int Limit)": split,
        f"Split(string Expression, string Delimiter, int Limit, {_TEXT_COMPARE})": split,
        "StrComp(string String1, string String2)": compared,
        f"StrComp(string String1, string String2, {_TEXT_COMPARE})": compared,
        f"StrConv(string str, {_V}VbStrConv Conversion)": converted,
        f"StrConv(string str, {_V}VbStrConv Conversion, int LocaleID)": converted,
        "StrDup(int Number, object Character)": repeated,
        "StrReverse(string Expression)": lambda text: plain_text(text)[::-1],
        "Trim(string str)": lambda text: plain_text(text).strip(" \u3000"),
        "UCase(string Value)": lambda text: "" if text is None else text.upper(),
        **_refused("Strings", "FormatCurrency FormatDateTime FormatNumber FormatPercent"),
    },
    "Information": {
        "IsArray(object VarName)": is_array,
        "@IsDate(object Expression)": is_date,
        "IsDBNull(object Expression)": lambda value: (
            value is not None and type_of(unwrap(value)).name == "System.DBNull"
        ),
        "IsError(object Expression)": lambda value: isinstance(unwrap(value), ExceptionObject),
        "IsNothing(object Expression)": lambda value: unwrap(value) is None,
        "IsNumeric(object Expression)": lambda value: number_or_none(value) is not None,
        "IsReference(object Expression)": is_reference,
        "LBound(object Array)": lambda values: upper_bound(values) * 0,
        "LBound(object Array, int Rank)": lambda values, rank: upper_bound(values, rank) * 0,
        "RGB(int Red, int Green, int Blue)": lambda red, green, blue: (
            min(red, 255) + min(green, 255) * 256 + min(blue, 255) * 65536
        ),
        "TypeName(object VarName)": type_name,
        "UBound(object Array)": upper_bound,
        "UBound(object Array, int Rank)": upper_bound,
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
        "Fix(object Number)": lambda value: whole_part(value, math.trunc),
        "Hex(object Number)": lambda value: digits(value, "x"),
        "Int(object Number)": lambda value: whole_part(value, math.floor),
        "Oct(object Number)": lambda value: digits(value, "o"),
        "Str(object Number)": shown_number,
        "Val(object InputStr)": leading_number,
        **_refused("Conversion", "CTypeDynamic ErrorToString"),
    },
    "DateAndTime": {
        "@Now": now,
        "@Today": lambda engine: DateTime(now(engine).ticks // TICKS["d"] * TICKS["d"]),
        "@TimeOfDay": lambda engine: DateTime(now(engine).ticks % TICKS["d"] // TICKS["s"] * TICKS["s"]),
        "@Timer: double": lambda engine: round(now(engine).time_of_day.ticks / TICKS["s"], 3),
        "@DateString: string": lambda engine: format_value(now(engine), "MM-dd-yyyy"),
        "@TimeString: string": lambda engine: format_value(now(engine), "HH:mm:ss"),
        "@DateAdd(object Interval, double Number, object DateValue)": date_added,
        "@DateDiff(object Interval, object Date1, object Date2)": date_difference,
        "@DatePart(object Interval, object DateValue)": date_part,
        "DateSerial(int Year, int Month, int Day)": date_of,
        "TimeSerial(int Hour, int Minute, int Second)": time_of,
        "@DateValue(object StringDate)": lambda engine, value: DateTime(
            as_date(engine, value).ticks // TICKS["d"] * TICKS["d"]
        ),
        "@TimeValue(object StringTime)": lambda engine, value: DateTime(
            as_date(engine, value).ticks % TICKS["d"]
        ),
        "@Year(object DateValue)": part("yyyy"),
        "@Month(object DateValue)": part("m"),
        "@Day(object DateValue)": part("d"),
        "@Hour(object TimeValue)": part("h"),
        "@Minute(object TimeValue)": part("n"),
        "@Second(object TimeValue)": part("s"),
        "@Weekday(object DateValue)": part("w"),
        "MonthName(int Month)": lambda number: name_from(MONTH_NAMES, number, False, "Month"),
        "MonthName(int Month, bool Abbreviate)": lambda number, short: name_from(
            MONTH_NAMES, number, short, "Month"
        ),
        "WeekdayName(int Weekday)": lambda number: name_from(DAY_NAMES, number, False, "Weekday"),
        "WeekdayName(int Weekday, bool Abbreviate)": lambda number, short: name_from(
            DAY_NAMES, number, short, "Weekday"
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
    **{f"vb{name}: int": _constant(number) for number, name in enumerate(DAY_NAMES, 1)},
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
