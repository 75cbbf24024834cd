"""System.Globalization.Calendar: the Gregorian calendar and that of Thailand, which counts its months.

Other calendars have their type and name; what asks them for a date answers that they are not emulated.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from emulator.powershell.dotnet.collections import TypedArray
from emulator.powershell.dotnet.date_format import year_shift
from emulator.powershell.dotnet.enums import EnumType
from emulator.powershell.dotnet.exceptions import out_of_range
from emulator.powershell.dotnet.library.times import DAY
from emulator.powershell.dotnet.time_values import MAXIMUM_TICKS, DateTime, days_in_month
from emulator.powershell.dotnet.types import PSType, array_of, builtin, register

WEEK_RULE = EnumType(
    "System.Globalization.CalendarWeekRule", {"FirstDay": 0, "FirstFullWeek": 1, "FirstFourDayWeek": 2}
)
ALGORITHM = EnumType(
    "System.Globalization.CalendarAlgorithmType",
    {"Unknown": 0, "SolarCalendar": 1, "LunarCalendar": 2, "LunisolarCalendar": 3},
)
GREGORIAN_TYPE = EnumType(
    "System.Globalization.GregorianCalendarTypes",
    {
        "Localized": 1,
        "USEnglish": 2,
        "MiddleEastFrench": 9,
        "Arabic": 10,
        "TransliteratedEnglish": 11,
        "TransliteratedFrench": 12,
    },
)
#: Days that the first week must have in the new year, by CalendarWeekRule.
_LEAST_DAYS = (1, 7, 4)


class Calendar:
    """A calendar by the name of its class without ``Calendar``."""

    __slots__ = ("kind", "ps_type")

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.ps_type = builtin(f"System.Globalization.{kind}Calendar")


def week_of_year(day: date, rule: int, first_day: int) -> int:
    """The number of the week as Calendar.GetWeekOfYear counts: the days before the first week of the year
    belong to the last one of the year before, the days behind stay in their year's last week."""
    start = _first_week(day.year, rule, first_day)
    if day < start:
        # .NET counts on with the year before.
        start = _first_week(day.year - 1, rule, first_day)
    return (day - start).days // 7 + 1


def _first_week(year: int, rule: int, first_day: int) -> date:
    first = date(max(year, 1), 1, 1)
    into_week = ((first.weekday() + 1) % 7 - first_day) % 7
    if rule == 0:
        return date.fromordinal(max(first.toordinal() - into_week, 1))
    ahead = 0 if 7 - into_week >= _LEAST_DAYS[rule] else 7
    return date.fromordinal(max(first.toordinal() - into_week + ahead, 1))


def _weeks(calendar: Calendar, moment: DateTime, rule: Any, first_day: Any) -> int:
    if not 0 <= first_day.number <= 6:
        raise out_of_range("Valid values are between Sunday and Saturday, inclusive.", "firstDayOfWeek")
    if not 0 <= rule.number <= 2:
        raise out_of_range("Valid values are between FirstDay and FirstFourDayWeek, inclusive.", "rule")
    return week_of_year(_date(calendar, moment), rule.number, first_day.number)


def _date(calendar: Calendar, moment: DateTime) -> date:
    """The Gregorian date, which the months and days of a calendar with its months are."""
    year_shift(calendar.kind)
    return moment.to_python().date()


def _year(calendar: Calendar, moment: DateTime) -> int:
    return moment.to_python().year + year_shift(calendar.kind)


def _days(calendar: Calendar, year: int, month: int) -> int:
    plain = year - year_shift(calendar.kind)
    if not 1 <= plain <= 9999:
        raise out_of_range("Year must be between 1 and 9999.", "year")
    if not 1 <= month <= 12:
        raise out_of_range("Month must be between one and twelve.", "month")
    return days_in_month(plain, month)


for _enumeration in (WEEK_RULE, ALGORITHM, GREGORIAN_TYPE):
    register(_enumeration)
register(
    PSType(
        "System.Globalization.Calendar",
        is_abstract=True,
        interfaces=("System.ICloneable",),
        to_text=lambda c: c.ps_type.name,
        instance={
            "AlgorithmType: System.Globalization.CalendarAlgorithmType": lambda c: ALGORITHM.value(
                2 if c.kind == "UmAlQura" else 1
            ),
            "IsReadOnly: bool": lambda _c: False,
            "GetYear(datetime time)": _year,
            "GetMonth(datetime time)": lambda c, v: _date(c, v).month,
            "GetDayOfMonth(datetime time)": lambda c, v: _date(c, v).day,
            "GetDayOfYear(datetime time)": lambda c, v: _date(c, v).timetuple().tm_yday,
            "GetDayOfWeek(datetime time)": lambda _c, v: DAY.value((v.ticks // 864_000_000_000 + 1) % 7),
            "GetDaysInMonth(int year, int month)": _days,
            "GetDaysInYear(int year)": lambda c, year: 337 + _days(c, year, 2),
            "IsLeapYear(int year)": lambda c, year: _days(c, year, 2) == 29,
            "GetWeekOfYear(datetime time, System.Globalization.CalendarWeekRule rule, System.DayOfWeek "
            "firstDayOfWeek)": _weeks,
        },
    ),
)
#: TwoDigitYearMax is what Control Panel begins with.
_GREGORIAN: dict[str, Callable[[Calendar], Any]] = {
    "MinSupportedDateTime: datetime": lambda _c: DateTime(0),
    "MaxSupportedDateTime: datetime": lambda _c: DateTime(MAXIMUM_TICKS),
    "AlgorithmType: System.Globalization.CalendarAlgorithmType": lambda _c: ALGORITHM.value(1),
    "CalendarType: System.Globalization.GregorianCalendarTypes": lambda _c: GREGORIAN_TYPE.value(1),
    "Eras: int[]": lambda _c: TypedArray([1], array_of(builtin("System.Int32"))),
    "TwoDigitYearMax: int": lambda _c: 2029,
}
for _kind in ("Gregorian", "ThaiBuddhist", "Persian", "UmAlQura"):
    register(
        PSType(
            f"System.Globalization.{_kind}Calendar",
            base="System.Globalization.Calendar",
            instance=_GREGORIAN if _kind == "Gregorian" else {},
            construct={"new()": lambda _type, kind=_kind: Calendar(kind)},
        )
    )
