"""DateTime and TimeSpan, counted in ticks of 100 ns as in .NET."""

from __future__ import annotations

import datetime as _datetime
import re
from functools import total_ordering

from emulator.powershell.dotnet.numbers import INT64_MAXIMUM, INT64_MINIMUM
from emulator.powershell.late_pattern import late_pattern

TICKS_PER_SECOND = 10_000_000
TICKS_PER_MILLISECOND = 10_000
TICKS_PER_DAY = 86_400 * TICKS_PER_SECOND
MAXIMUM_TICKS = 3_155_378_975_999_999_999
UNIX_EPOCH_TICKS = 621_355_968_000_000_000

UNSPECIFIED, UTC, LOCAL = 0, 1, 2

_LONGEST_DATE = 200
"""Characters of the longest text that can be a date."""

_EPOCH = _datetime.datetime(1, 1, 1)


@total_ordering
class TimeSpan:
    """System.TimeSpan. Raises OverflowError for more ticks than 64 bits hold."""

    __slots__ = ("ticks",)

    def __init__(self, ticks: int) -> None:
        if not INT64_MINIMUM <= ticks <= INT64_MAXIMUM:
            raise OverflowError(ticks)
        self.ticks = ticks

    @classmethod
    def of(
        cls,
        days: float = 0,
        hours: float = 0,
        minutes: float = 0,
        seconds: float = 0,
        milliseconds: float = 0,
    ) -> TimeSpan:
        """The span of the parts, rounded to milliseconds when they are fractions, as the From methods do.

        Raises OverflowError when it is too long, and ValueError for NaN.
        """
        parts = (days, hours, minutes, seconds, milliseconds)
        factors = (86_400_000, 3_600_000, 60_000, 1000, 1)
        total = sum(part * factor for part, factor in zip(parts, factors, strict=True))
        if not isinstance(total, int):
            total = int(total + 0.5) if total >= 0 else -int(-total + 0.5)
        return cls(int(total) * TICKS_PER_MILLISECOND)

    @classmethod
    def from_python(cls, value: _datetime.timedelta) -> TimeSpan:
        """The span of a Python timedelta."""
        return cls((value.days * 86_400 + value.seconds) * TICKS_PER_SECOND + value.microseconds * 10)

    def to_python(self) -> _datetime.timedelta:
        """As a Python timedelta (microseconds)."""
        return _datetime.timedelta(microseconds=self.ticks // 10)

    @classmethod
    def parse(cls, text: str) -> TimeSpan | None:
        """The span of ``[-][d.]hh:mm[:ss[.f]]``, ``[-]d:hh:mm:ss[.f]`` or a number of days, else None."""
        found = re.fullmatch(
            r"(-)?(?:(\d{1,8})(?:\.(?=\d+:)|:(?=\d+:\d+:)|$))?"
            r"(?:(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d{1,7}))?)?)?",
            text.strip(),
        )
        if found is None:
            return None
        sign, days, hours, minutes, seconds, fraction = found.groups()
        if hours is not None and (int(hours) > 23 or int(minutes) > 59 or int(seconds or 0) > 59):
            return None
        if days is None and hours is None:
            return None
        ticks = int(days or 0) * TICKS_PER_DAY
        ticks += ((int(hours or 0) * 60 + int(minutes or 0)) * 60 + int(seconds or 0)) * TICKS_PER_SECOND
        ticks += int((fraction or "").ljust(7, "0"))
        return cls(-ticks if sign else ticks) if ticks <= INT64_MAXIMUM else None

    def _part(self, unit: int, modulus: int) -> int:
        size = abs(self.ticks) // unit
        size = size % modulus if modulus else size
        return -size if self.ticks < 0 else size

    @property
    def days(self) -> int:
        """Whole days, with the sign."""
        return self._part(TICKS_PER_DAY, 0)

    @property
    def hours(self) -> int:
        """Hours part."""
        return self._part(3600 * TICKS_PER_SECOND, 24)

    @property
    def minutes(self) -> int:
        """Minutes part."""
        return self._part(60 * TICKS_PER_SECOND, 60)

    @property
    def seconds(self) -> int:
        """Seconds part."""
        return self._part(TICKS_PER_SECOND, 60)

    @property
    def milliseconds(self) -> int:
        """Milliseconds part."""
        return self._part(TICKS_PER_MILLISECOND, 1000)

    def __str__(self) -> str:
        size = abs(self.ticks)
        seconds, fraction = divmod(size, TICKS_PER_SECOND)
        days, seconds = divmod(seconds, 86_400)
        text = f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
        if days:
            text = f"{days}.{text}"
        if fraction:
            text += f".{fraction:07d}"
        return "-" + text if self.ticks < 0 else text

    def __eq__(self, other: object) -> bool:
        return isinstance(other, TimeSpan) and other.ticks == self.ticks

    def __lt__(self, other: object) -> bool:
        return self.ticks < other.ticks if isinstance(other, TimeSpan) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.ticks)

    def __repr__(self) -> str:
        return f"TimeSpan({self})"


@total_ordering
class DateTime:
    """System.DateTime: ticks since 0001-01-01 and the kind (0 unspecified, 1 UTC, 2 local)."""

    __slots__ = ("kind", "ticks")

    def __init__(self, ticks: int, kind: int = UNSPECIFIED) -> None:
        if not 0 <= ticks <= MAXIMUM_TICKS:
            raise OverflowError(ticks)
        self.ticks = ticks
        self.kind = kind

    @classmethod
    def of(
        cls,
        year: int,
        month: int,
        day: int,
        hour: int = 0,
        minute: int = 0,
        second: int = 0,
        milliseconds: int = 0,
        kind: int = UNSPECIFIED,
    ) -> DateTime:
        """The moment of the calendar parts. Raises ValueError."""
        python = _datetime.datetime(year, month, day, hour, minute, second)
        return cls(_ticks(python) + milliseconds * TICKS_PER_MILLISECOND, kind)

    @classmethod
    def from_python(cls, value: _datetime.datetime, offset: _datetime.timedelta | None = None) -> DateTime:
        """The moment of a Python datetime.

        Aware values become UTC, or local time when ``offset`` (of the machine's zone at that moment) is
        given.
        """
        if value.tzinfo is None:
            return cls(_ticks(value), UNSPECIFIED)
        plain = value.astimezone(_datetime.UTC).replace(tzinfo=None)
        if offset is None:
            return cls(_ticks(plain), UTC)
        return cls(_ticks(plain + offset), LOCAL)

    def to_python(self) -> _datetime.datetime:
        """As a naive Python datetime (microseconds)."""
        return _EPOCH + _datetime.timedelta(microseconds=self.ticks // 10)

    def to_utc(self, offset: _datetime.timedelta) -> _datetime.datetime:
        """As an aware Python datetime; what is not UTC is local time of the zone with that offset. As in .NET
        there is nothing before the first moment and after the last one."""
        plain = self.to_python().replace(tzinfo=_datetime.UTC)
        try:
            return plain if self.kind == UTC else plain - offset
        except OverflowError:
            return plain

    def add_ticks(self, ticks: int) -> DateTime:
        """A later (or earlier) moment of the same kind. Raises OverflowError."""
        return DateTime(self.ticks + ticks, self.kind)

    def add_months(self, months: int) -> DateTime:
        """The same day some months on, or that month's last day. Raises OverflowError."""
        python = self.to_python()
        year, month = divmod(python.year * 12 + python.month - 1 + months, 12)
        if not 1 <= year <= 9999:
            raise OverflowError(months)
        day = min(python.day, days_in_month(year, month + 1))
        moved = _datetime.datetime(year, month + 1, day)
        return DateTime(_ticks(moved) + self.ticks % TICKS_PER_DAY, self.kind)

    @property
    def time_of_day(self) -> TimeSpan:
        """The time since midnight."""
        return TimeSpan(self.ticks % TICKS_PER_DAY)

    def __str__(self) -> str:
        python = self.to_python()
        return f"{python:%m/%d/}{python.year:04d} {python:%H:%M:%S}"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DateTime) and other.ticks == self.ticks

    def __lt__(self, other: object) -> bool:
        return self.ticks < other.ticks if isinstance(other, DateTime) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.ticks)

    def __repr__(self) -> str:
        return f"DateTime({self})"


class DateTimeOffset:
    """System.DateTimeOffset: a local time and its distance from UTC in ticks."""

    __slots__ = ("moment", "offset")

    def __init__(self, moment: DateTime, offset: int) -> None:
        self.moment = moment
        self.offset = offset

    @property
    def utc_ticks(self) -> int:
        """The moment in UTC."""
        return self.moment.ticks - self.offset


def _ticks(value: _datetime.datetime) -> int:
    delta = value - _EPOCH
    return (delta.days * 86_400 + delta.seconds) * TICKS_PER_SECOND + delta.microseconds * 10


def days_in_month(year: int, month: int) -> int:
    """How many days the month has."""
    first = _datetime.date(year, month, 1)
    following = _datetime.date(year + month // 12, month % 12 + 1, 1) if (year, month) != (9999, 12) else None
    return (following - first).days if following else 31


_DATE_FORMS = (
    # ISO 8601
    r"(?P<Y>\d{4})-(?P<M>\d{1,2})-(?P<D>\d{1,2})(?:[T ]+(?P<time>.+))?",
    # invariant and US: month first
    r"(?P<M>\d{1,2})[/-](?P<D>\d{1,2})[/-](?P<Y>\d{4}|\d{2})(?:[ T]+(?P<time>.+))?",
    r"(?P<Y>\d{4})/(?P<M>\d{1,2})/(?P<D>\d{1,2})(?: +(?P<time>.+))?",
    # with month names
    r"(?:[A-Za-z]{3,9},? +)?(?P<name>[A-Za-z]{3,9})\.? +(?P<D>\d{1,2}),? +(?P<Y>\d{4})(?:[, ]+(?P<time>.+))?",
    r"(?:[A-Za-z]{3,9},? +)?(?P<D>\d{1,2})[ -]+(?P<name>[A-Za-z]{3,9})[ -]+(?P<Y>\d{4})"
    r"(?:[, ]+(?P<time>.+))?",
)
_TIME_FORM = late_pattern(
    r"(?P<h>\d{1,2})(?::(?P<m>\d{1,2})(?::(?P<s>\d{1,2})(?:\.(?P<f>\d{1,9}))?)?)?\s*(?P<half>[AaPp][Mm]?)?"
    r"\s*(?P<zone>[Zz]|GMT|[+-]\d{2}:?\d{2})?"
)
MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]


def parse_date(text: str, today: DateTime | None = None, offset_minutes: int = 0) -> DateTime | None:
    """The moment a text names, read as the invariant (and US English) culture does; None when it is no date.

    A time zone in the text turns the value into local time (``offset_minutes`` of the machine's zone).
    A time alone is on ``today``.
    """
    words = text.strip()
    if len(words) > _LONGEST_DATE:
        return None
    if words[-1:] in ("Z", "z") and ":" not in words:
        words = words[:-1] + " 00:00Z"
    for form in _DATE_FORMS:
        found = re.fullmatch(form, words)
        if found is None:
            continue
        parts = found.groupdict()
        month = parts.get("M")
        if month is None:
            wanted = parts["name"].lower()
            number = next(
                (i for i, m in enumerate(MONTHS, 1) if m.lower() == wanted or m[:3].lower() == wanted), 0
            )
            if not number:
                return None
        else:
            number = int(month)
        year = int(parts["Y"])
        if year < 100 and len(parts["Y"]) == 2:
            year += 2000 if year < 30 else 1900
        try:
            date = DateTime.of(year, number, int(parts["D"]))
        except ValueError:
            return None
        return _with_time(date, parts.get("time"), offset_minutes)
    # `3am` is a time, `3` is none.
    if today is not None and (":" in words or words[-2:].lower() in ("am", "pm")):
        return _with_time(DateTime(today.ticks - today.ticks % TICKS_PER_DAY), words, offset_minutes)
    return None


def _with_time(date: DateTime, text: str | None, offset_minutes: int) -> DateTime | None:
    if not text:
        return date
    found = _TIME_FORM.fullmatch(text.strip())
    if found is None or (found["m"] is None and not found["half"]):
        return None
    hour = int(found["h"])
    if found["half"]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if found["half"].lower().startswith("p") else 0)
    minute, second = int(found["m"] or 0), int(found["s"] or 0)
    if hour > 23 or minute > 59 or second > 59:
        return None
    ticks = ((hour * 60 + minute) * 60 + second) * TICKS_PER_SECOND + int(
        (found["f"] or "").ljust(7, "0")[:7]
    )
    moment = date.add_ticks(ticks)
    zone = found["zone"]
    if zone is None:
        return moment
    shift = 0
    if zone not in ("Z", "z", "GMT"):
        shift = (int(zone[1:3]) * 60 + int(zone[-2:])) * (-1 if zone[0] == "-" else 1)
    try:
        return DateTime(moment.ticks + (offset_minutes - shift) * 60 * TICKS_PER_SECOND, LOCAL)
    except OverflowError:  # here the moment lies outside of the calendar
        return None
