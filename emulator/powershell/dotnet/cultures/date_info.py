"""How a culture writes dates: the values of System.Globalization.DateTimeFormatInfo."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]
MONTHS = [
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
]


def _short(names: list[str]) -> list[str]:
    return [one[:3] for one in names]


#: Of the invariant culture. Lists of months have a thirteenth name, as some calendars have one more month.
DEFAULTS: Mapping[str, Any] = {
    "AbbreviatedDayNames": _short(DAYS),
    "AbbreviatedMonthGenitiveNames": [*_short(MONTHS), ""],
    "AbbreviatedMonthNames": [*_short(MONTHS), ""],
    "AMDesignator": "AM",
    "CalendarWeekRule": 0,
    "DateSeparator": "/",
    "DayNames": DAYS,
    "FirstDayOfWeek": 0,
    "LongDatePattern": "dddd, dd MMMM yyyy",
    "LongTimePattern": "HH:mm:ss",
    "MonthDayPattern": "MMMM dd",
    "MonthGenitiveNames": [*MONTHS, ""],
    "MonthNames": [*MONTHS, ""],
    "PMDesignator": "PM",
    "ShortDatePattern": "MM/dd/yyyy",
    "ShortestDayNames": [one[:2] for one in DAYS],
    "ShortTimePattern": "HH:mm",
    "TimeSeparator": ":",
    "YearMonthPattern": "yyyy MMMM",
}
ENGLISH = {
    "LongDatePattern": "dddd, MMMM d, yyyy",
    "LongTimePattern": "h:mm:ss tt",
    "MonthDayPattern": "MMMM d",
    "ShortDatePattern": "M/d/yyyy",
    "ShortTimePattern": "h:mm tt",
    "YearMonthPattern": "MMMM yyyy",
}
#: The same in every culture.
RFC1123 = "ddd, dd MMM yyyy HH':'mm':'ss 'GMT'"
SORTABLE = "yyyy'-'MM'-'dd'T'HH':'mm':'ss"
UNIVERSAL = "yyyy'-'MM'-'dd HH':'mm':'ss'Z'"
ROUND_TRIP = "yyyy'-'MM'-'dd'T'HH':'mm':'ss.fffffffK"

_OF_FACTS = (
    *("ShortDatePattern", "LongDatePattern", "ShortTimePattern", "LongTimePattern", "MonthDayPattern"),
    "YearMonthPattern",
)


class DateInfo:
    """DateTimeFormatInfo: `values` by the names of its properties. ``calendar`` is the name of the class of
    its calendar without ``Calendar``: Gregorian, ThaiBuddhist, Persian, UmAlQura. `FullDateTimePattern` is
    the long date and time until somebody sets it."""

    __slots__ = ("calendar", "is_read_only", "values")

    def __init__(
        self,
        values: Mapping[str, Any] | None = None,
        *,
        calendar: str = "Gregorian",
        is_read_only: bool = False,
    ) -> None:
        self.values = {**DEFAULTS, **(values or {})}
        self.calendar = calendar
        self.is_read_only = is_read_only

    def __getitem__(self, name: str) -> Any:
        if name == "FullDateTimePattern":
            found = self.values.get(name)
            return found or f"{self.values['LongDatePattern']} {self.values['LongTimePattern']}"
        return self.values[name]

    def pattern(self, letter: str) -> str | None:
        """The pattern of a standard format; None when there is none of the letter."""
        names = _STANDARD.get(letter)
        if names is None:
            return _FIXED.get(letter)
        return " ".join(self[one] for one in names)

    def patterns(self) -> list[str]:
        """Those of the letters by which a text is read."""
        return [text for one in "dDfFgGmotTuyRs" if (text := self.pattern(one)) is not None]

    def change(self, name: str, value: Any) -> None:
        """Set a property. It must not be read only."""
        self.values[name] = value

    def copy(self, *, is_read_only: bool = False) -> DateInfo:
        """Another one with the same values."""
        return DateInfo(self.values, calendar=self.calendar, is_read_only=is_read_only)


_STANDARD: Mapping[str, tuple[str, ...]] = {
    "d": ("ShortDatePattern",),
    "D": ("LongDatePattern",),
    "f": ("LongDatePattern", "ShortTimePattern"),
    "F": ("FullDateTimePattern",),
    "U": ("FullDateTimePattern",),
    "g": ("ShortDatePattern", "ShortTimePattern"),
    "G": ("ShortDatePattern", "LongTimePattern"),
    "m": ("MonthDayPattern",),
    "M": ("MonthDayPattern",),
    "t": ("ShortTimePattern",),
    "T": ("LongTimePattern",),
    "y": ("YearMonthPattern",),
    "Y": ("YearMonthPattern",),
}
_FIXED = {"o": ROUND_TRIP, "O": ROUND_TRIP, "r": RFC1123, "R": RFC1123, "s": SORTABLE, "u": UNIVERSAL}
#: Standard formats that are the invariant culture's in every one.
INVARIANT_FORMATS = frozenset(_FIXED)


def from_facts(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The properties of a line of the table."""
    values: dict[str, Any] = dict(zip(_OF_FACTS, facts["patterns"], strict=True))
    months, short = [*facts["months"], ""], [*facts["short_months"], ""]
    genitive = facts.get("genitive_months")
    values |= {
        "DayNames": facts["days"],
        "AbbreviatedDayNames": facts["short_days"],
        "ShortestDayNames": facts["shortest_days"],
        "MonthNames": months,
        "AbbreviatedMonthNames": short,
        "MonthGenitiveNames": [*genitive, ""] if genitive else months,
        "AbbreviatedMonthGenitiveNames": short,
        "FirstDayOfWeek": facts["first_day"],
        "CalendarWeekRule": facts.get("rule", 0),
    }
    values["AMDesignator"], values["PMDesignator"] = facts["halves"]
    values["DateSeparator"], values["TimeSeparator"] = facts["separators"]
    return values
