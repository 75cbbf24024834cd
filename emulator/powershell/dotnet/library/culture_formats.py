"""How a culture writes dates and numbers: DateTimeFormatInfo and NumberFormatInfo.

Known of English (United States) and of the invariant culture, as .NET Framework has them.
"""

from __future__ import annotations

from typing import Any

from emulator.powershell.dotnet.collections import PSArray, TypedArray
from emulator.powershell.dotnet.enums import EnumValue
from emulator.powershell.dotnet.exceptions import NetError
from emulator.powershell.dotnet.library.globalization import Culture, current_culture
from emulator.powershell.dotnet.library.objects import strings
from emulator.powershell.dotnet.library.times import DAY
from emulator.powershell.dotnet.time_values import DAYS, MONTHS
from emulator.powershell.dotnet.types import PSType, array_of, builtin, register
from emulator.powershell.runtime.errors import not_emulated

_DATES = {
    "en-us": {
        "FullDateTimePattern": "dddd, MMMM d, yyyy h:mm:ss tt",
        "LongDatePattern": "dddd, MMMM d, yyyy",
        "LongTimePattern": "h:mm:ss tt",
        "MonthDayPattern": "MMMM d",
        "ShortDatePattern": "M/d/yyyy",
        "ShortTimePattern": "h:mm tt",
        "YearMonthPattern": "MMMM yyyy",
    },
    "": {
        "FullDateTimePattern": "dddd, dd MMMM yyyy HH:mm:ss",
        "LongDatePattern": "dddd, dd MMMM yyyy",
        "LongTimePattern": "HH:mm:ss",
        "MonthDayPattern": "MMMM dd",
        "ShortDatePattern": "MM/dd/yyyy",
        "ShortTimePattern": "HH:mm",
        "YearMonthPattern": "yyyy MMMM",
    },
}
_OF_ALL_DATES = {
    "AMDesignator": "AM",
    "DateSeparator": "/",
    "PMDesignator": "PM",
    "RFC1123Pattern": "ddd, dd MMM yyyy HH':'mm':'ss 'GMT'",
    "SortableDateTimePattern": "yyyy'-'MM'-'dd'T'HH':'mm':'ss",
    "TimeSeparator": ":",
    "UniversalSortableDateTimePattern": "yyyy'-'MM'-'dd HH':'mm':'ss'Z'",
}
_NUMBERS: dict[str, str | int] = {
    "CurrencyDecimalDigits": 2,
    "CurrencyDecimalSeparator": ".",
    "CurrencyGroupSeparator": ",",
    "NaNSymbol": "NaN",
    "NegativeInfinitySymbol": "-Infinity",
    "NegativeSign": "-",
    "NumberDecimalDigits": 2,
    "NumberDecimalSeparator": ".",
    "NumberGroupSeparator": ",",
    "PercentDecimalDigits": 2,
    "PercentDecimalSeparator": ".",
    "PercentGroupSeparator": ",",
    "PercentSymbol": "%",
    "PerMilleSymbol": "\u2030",
    "PositiveInfinitySymbol": "Infinity",
    "PositiveSign": "+",
}
_CURRENCY = {"en-us": "$", "": "\u00a4"}


class DateFormat:
    """DateTimeFormatInfo of a culture."""

    __slots__ = ("patterns",)

    def __init__(self, culture: Culture) -> None:
        self.patterns = _DATES[_known(culture)]


class NumberFormat:
    """NumberFormatInfo of a culture."""

    __slots__ = ("currency",)

    def __init__(self, culture: Culture) -> None:
        self.currency = _CURRENCY[_known(culture)]


def _known(culture: Culture) -> str:
    key = culture.name.lower()
    if key not in _DATES:
        raise not_emulated(f"How the culture {culture.name} writes dates and numbers")
    return key


def _at(names: list[str], number: int, parameter: str) -> str:
    if not 0 <= number < len(names):
        raise NetError(
            "System.ArgumentOutOfRangeException",
            f"Valid values are between 1 and 13, inclusive.\r\nParameter name: {parameter}",
        )
    return names[number]


def _short(names: list[str]) -> list[str]:
    return [one[:3] for one in names]


def _months(names: list[str]) -> list[str]:
    """Thirteen, as some calendars have one more."""
    return [*names, ""]


def _day(names: list[str]) -> Any:
    return lambda _format, day: names[day.number if isinstance(day, EnumValue) else int(day)]


register(
    PSType(
        "System.Globalization.DateTimeFormatInfo",
        interfaces=("System.IFormatProvider",),
        instance={
            **{
                f"{name}: string": (lambda format, name=name: format.patterns[name])
                for name in _DATES["en-us"]
            },
            **{f"{name}: string": (lambda _format, text=text: text) for name, text in _OF_ALL_DATES.items()},
            "AbbreviatedDayNames: string[]": lambda _format: strings(_short(DAYS)),
            "AbbreviatedMonthNames: string[]": lambda _format: strings(_months(_short(MONTHS))),
            "DayNames: string[]": lambda _format: strings(list(DAYS)),
            "FirstDayOfWeek: System.DayOfWeek": lambda _format: DAY.value(0),
            "IsReadOnly: bool": lambda _format: True,
            "MonthNames: string[]": lambda _format: strings(_months(MONTHS)),
            "GetAbbreviatedDayName(System.DayOfWeek dayofweek)": _day(_short(DAYS)),
            "GetAbbreviatedMonthName(int month)": (
                lambda _format, month: _at(_months(_short(MONTHS)), month - 1, "month")
            ),
            "GetDayName(System.DayOfWeek dayofweek)": _day(DAYS),
            "GetMonthName(int month)": lambda _format, month: _at(_months(MONTHS), month - 1, "month"),
        },
        static={
            "@CurrentInfo": lambda engine: DateFormat(current_culture(engine)),
            "InvariantInfo": lambda: DateFormat(Culture("")),
        },
    ),
    DateFormat,
)
register(
    PSType(
        "System.Globalization.NumberFormatInfo",
        interfaces=("System.IFormatProvider",),
        instance={
            **{
                f"{name}: {'int' if isinstance(value, int) else 'string'}": (
                    lambda _format, value=value: value
                )
                for name, value in _NUMBERS.items()
            },
            "CurrencySymbol: string": lambda format: format.currency,
            "IsReadOnly: bool": lambda _format: True,
            "NumberGroupSizes: int[]": lambda _format: _groups(),
            "CurrencyGroupSizes: int[]": lambda _format: _groups(),
        },
        static={
            "@CurrentInfo": lambda engine: NumberFormat(current_culture(engine)),
            "InvariantInfo": lambda: NumberFormat(Culture("")),
        },
    ),
    NumberFormat,
)


def _groups() -> PSArray:
    return TypedArray([3], array_of(builtin("System.Int32")))
