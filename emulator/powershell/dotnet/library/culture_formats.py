"""How a culture writes dates and numbers: DateTimeFormatInfo and NumberFormatInfo."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from emulator.powershell.dotnet.collections import PSArray, TypedArray
from emulator.powershell.dotnet.cultures import date_info
from emulator.powershell.dotnet.cultures.culture import INVARIANT, Culture
from emulator.powershell.dotnet.cultures.date_info import DateInfo
from emulator.powershell.dotnet.cultures.number_info import (
    CURRENCY_NEGATIVE,
    CURRENCY_POSITIVE,
    NUMBER_NEGATIVE,
    PERCENT_NEGATIVE,
    PERCENT_POSITIVE,
    NumberInfo,
)
from emulator.powershell.dotnet.cultures.number_info import DEFAULTS as NUMBER_DEFAULTS
from emulator.powershell.dotnet.cultures.providers import dates_of, numbers_of
from emulator.powershell.dotnet.enums import EnumValue
from emulator.powershell.dotnet.exceptions import (
    NetError,
    argument_error,
    format_error,
    null_argument,
    out_of_range,
)
from emulator.powershell.dotnet.library.calendars import WEEK_RULE, Calendar
from emulator.powershell.dotnet.library.cultures import current_culture, read_only_error
from emulator.powershell.dotnet.library.objects import strings
from emulator.powershell.dotnet.library.times import DAY
from emulator.powershell.dotnet.types import PSType, array_of, builtin, register
from emulator.powershell.runtime.errors import not_emulated

Info = NumberInfo | DateInfo
_MOST_DIGITS = 99
_LONGEST_TEXT = 200
#: What one may set: the number of patterns of each kind.
_PATTERNS = {
    "CurrencyNegativePattern": len(CURRENCY_NEGATIVE),
    "CurrencyPositivePattern": len(CURRENCY_POSITIVE),
    "NumberNegativePattern": len(NUMBER_NEGATIVE),
    "PercentNegativePattern": len(PERCENT_NEGATIVE),
    "PercentPositivePattern": len(PERCENT_POSITIVE),
}


def numbers(culture: Culture) -> NumberInfo:
    """NumberFormat of a culture."""
    return culture.numbers


def dates(culture: Culture) -> DateInfo:
    """DateTimeFormat of a culture."""
    return culture.dates


def of_type(culture: Culture, kind: PSType) -> Any:
    """CultureInfo.GetFormat: the one of the type; nothing for others."""
    if kind.name == "System.Globalization.NumberFormatInfo":
        return culture.numbers
    return culture.dates if kind.name == "System.Globalization.DateTimeFormatInfo" else None


def _change(info: Info, name: str, value: Any) -> None:
    if info.is_read_only:
        raise read_only_error()
    info.change(name, value)


def _check_length(text: str) -> None:
    """A sign or a name stands as often in a text as a format asks for it, so that it must not be long."""
    if len(text) > _LONGEST_TEXT:
        raise not_emulated(f"A sign or name of more than {_LONGEST_TEXT} characters in a culture")


def _text_setter(name: str) -> Callable[[Info, Any], None]:
    """A property that is a text. A decimal separator cannot be empty."""

    def write(info: Info, value: Any) -> None:
        if value is None:
            raise NetError(
                "System.ArgumentNullException",
                "String reference not set to an instance of a String.",
                parameter="value" if isinstance(info, DateInfo) else name,
            )
        _check_length(str(value))
        if name.endswith("DecimalSeparator") and not str(value):
            raise argument_error("Empty string is not a valid decimal separator.", name)
        _change(info, name, str(value))

    return write


def _whole_setter(name: str) -> Callable[[Info, Any], None]:
    """A property that is a number: of digits, or of a pattern."""
    most = _PATTERNS.get(name, _MOST_DIGITS + 1) - 1

    def write(info: Info, value: Any) -> None:
        from emulator.powershell.runtime.conversion import to_integer

        number = int(to_integer(value, int, "System.Int32"))
        if not 0 <= number <= most:
            raise out_of_range(f"Valid values are between 0 and {most}, inclusive.", name)
        _change(info, name, number)

    return write


def _sizes_setter(name: str) -> Callable[[Info, Any], None]:
    """Sizes of groups: one to nine digits; the last may be zero."""

    def write(info: Info, value: Any) -> None:
        from emulator.powershell.runtime.conversion import items_of, to_integer

        if value is None:
            raise null_argument(name)
        sizes = [int(to_integer(one, int, "System.Int32")) for one in items_of(value)]
        for place, size in enumerate(sizes):
            if not (1 <= size <= 9 or (size == 0 and place == len(sizes) - 1)):
                raise argument_error(
                    "Every element in the value array should be between one and nine, except for the last "
                    "element, which can be zero.",
                    name,
                )
        _change(info, name, sizes)

    return write


def _names_setter(name: str, count: int) -> Callable[[Info, Any], None]:
    """A list of names of days or months."""

    def write(info: Info, value: Any) -> None:
        from emulator.powershell.runtime.conversion import items_of, to_text

        if value is None:
            raise NetError("System.ArgumentNullException", "Array cannot be null.", parameter="value")
        found = [to_text(one) for one in items_of(value)]
        for one in found:
            _check_length(one)
        if len(found) != count:
            raise argument_error(f"Length of the array must be {count}.", "value")
        _change(info, name, found)

    return write


def _enum_setter(name: str, kind: Any) -> Callable[[Info, Any], None]:
    def write(info: Info, value: Any) -> None:
        from emulator.powershell.runtime.conversion import to_enum

        _change(info, name, to_enum(value, kind).number)

    return write


def _whole_numbers(values: list[int]) -> TypedArray:
    return TypedArray(list(values), array_of(builtin("System.Int32")))


def _number_properties() -> dict[str, Callable[..., Any]]:
    made: dict[str, Callable[..., Any]] = {}
    for name, usual in NUMBER_DEFAULTS.items():
        if isinstance(usual, list):
            made[f"{name}: int[]"] = lambda info, name=name: _whole_numbers(info[name])
            made[f"{name}="] = _sizes_setter(name)
        else:
            made[f"{name}: {'int' if isinstance(usual, int) else 'string'}"] = lambda info, name=name: info[
                name
            ]
            made[f"{name}="] = _whole_setter(name) if isinstance(usual, int) else _text_setter(name)
    return made


def _date_properties() -> dict[str, Callable[..., Any]]:
    made: dict[str, Callable[..., Any]] = {}
    for name, usual in {**date_info.DEFAULTS, "FullDateTimePattern": ""}.items():
        if isinstance(usual, list):
            made[f"{name}: string[]"] = lambda info, name=name: strings(list(info[name]))
            made[f"{name}="] = _names_setter(name, len(usual))
        elif isinstance(usual, str):
            made[f"{name}: string"] = lambda info, name=name: info[name]
            made[f"{name}="] = _text_setter(name)
    for name, kind, label in (
        ("FirstDayOfWeek", DAY, "System.DayOfWeek"),
        ("CalendarWeekRule", WEEK_RULE, "System.Globalization.CalendarWeekRule"),
    ):
        made[f"{name}: {label}"] = lambda info, name=name, kind=kind: kind.value(info[name])
        made[f"{name}="] = _enum_setter(name, kind)
    return made


def _named(key: str, first: int, parameter: str) -> Callable[[DateInfo, Any], str]:
    """The name of a month or a day by its number, the first of which is ``first``."""

    def read(info: DateInfo, number: Any) -> str:
        found = info[key]
        place = (number.number if isinstance(number, EnumValue) else int(number)) - first
        if not 0 <= place < len(found):
            low, high = (1, 13) if first else ("Sunday", "Saturday")
            raise out_of_range(f"Valid values are between {low} and {high}, inclusive.", parameter)
        return str(found[place])

    return read


def _all_patterns(info: DateInfo, letter: Any = None) -> PSArray:
    """GetAllDateTimePatterns: here one for each standard format."""
    if letter is None:
        return strings(info.patterns())
    pattern = info.pattern(str(letter))
    if pattern is None:
        raise argument_error("Format specifier was invalid.", "format") if letter else format_error()
    return strings([pattern])


register(
    PSType(
        "System.Globalization.DateTimeFormatInfo",
        interfaces=("System.IFormatProvider", "System.ICloneable"),
        instance={
            **_date_properties(),
            "RFC1123Pattern: string": lambda _info: date_info.RFC1123,
            "SortableDateTimePattern: string": lambda _info: date_info.SORTABLE,
            "UniversalSortableDateTimePattern: string": lambda _info: date_info.UNIVERSAL,
            "Calendar: System.Globalization.Calendar": lambda info: Calendar(info.calendar),
            "IsReadOnly: bool": lambda info: info.is_read_only,
            "Clone()": lambda info: info.copy(),
            "GetFormat(type formatType)": lambda info, kind: (
                info if kind.name == "System.Globalization.DateTimeFormatInfo" else None
            ),
            "GetAllDateTimePatterns()": _all_patterns,
            "GetAllDateTimePatterns(char format)": _all_patterns,
            "GetAbbreviatedDayName(System.DayOfWeek dayofweek)": _named(
                "AbbreviatedDayNames", 0, "dayofweek"
            ),
            "GetAbbreviatedMonthName(int month)": _named("AbbreviatedMonthNames", 1, "month"),
            "GetDayName(System.DayOfWeek dayofweek)": _named("DayNames", 0, "dayofweek"),
            "GetShortestDayName(System.DayOfWeek dayOfWeek)": _named("ShortestDayNames", 0, "dayOfWeek"),
            "GetMonthName(int month)": _named("MonthNames", 1, "month"),
        },
        static={
            "@CurrentInfo": lambda engine: current_culture(engine).dates,
            "InvariantInfo": lambda: INVARIANT.dates,
            "GetInstance(System.IFormatProvider provider)": dates_of,
            "ReadOnly(System.Globalization.DateTimeFormatInfo dtfi)": lambda info: info.copy(
                is_read_only=True
            ),
        },
        construct={"new()": lambda _kind: DateInfo()},
    ),
    DateInfo,
)
register(
    PSType(
        "System.Globalization.NumberFormatInfo",
        interfaces=("System.IFormatProvider", "System.ICloneable"),
        instance={
            **_number_properties(),
            "IsReadOnly: bool": lambda info: info.is_read_only,
            "Clone()": lambda info: info.copy(),
            "GetFormat(type formatType)": lambda info, kind: (
                info if kind.name == "System.Globalization.NumberFormatInfo" else None
            ),
        },
        static={
            "@CurrentInfo": lambda engine: current_culture(engine).numbers,
            "InvariantInfo": lambda: INVARIANT.numbers,
            "GetInstance(System.IFormatProvider provider)": numbers_of,
            "ReadOnly(System.Globalization.NumberFormatInfo nfi)": lambda info: info.copy(is_read_only=True),
        },
        construct={"new()": lambda _kind: NumberInfo()},
    ),
    NumberInfo,
)
