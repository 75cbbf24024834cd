"""Text of CIM datetimes and intervals, both ways.

Two notations exist: the DMTF one inside CIM-XML, object paths and WQL (`20130415162843.488171+000`,
`00000000003000.000000:000`; DSP0004 5.2.4), and the XML Schema one that WS-Man writes
(`2013-04-15T16:28:43.488171Z`, `P0DT0H30M0S`). A datetime is an aware `datetime`, an interval a non-negative
`timedelta`; the unit is microseconds. Every parser raises `ValueError` for text that it does not understand.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

_DMTF_DATETIME = re.compile(
    r"([0-9]{4}|\*{4})([0-9]{2}|\*\*)([0-9]{2}|\*\*)([0-9]{2}|\*\*)([0-9]{2}|\*\*)([0-9]{2}|\*\*)"
    r"\.([0-9]{6}|[0-9*]{6})([+-])([0-9]{3}|\*{3})"
)
_DMTF_INTERVAL = re.compile(
    r"([0-9]{8}|\*{8})([0-9]{2}|\*\*)([0-9]{2}|\*\*)([0-9]{2}|\*\*)\.([0-9]{6}|[0-9*]{6}):[0-9*]{3}"
)
_ISO_DATETIME = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{1,9}))?"
    r"(Z|[+-][0-9]{2}:[0-9]{2})?"
)
_ISO_DURATION = re.compile(
    r"P(?:([0-9]{1,4})Y)?(?:([0-9]{1,5})M)?(?:([0-9]{1,9})D)?"
    r"(T(?:([0-9]{1,9})H)?(?:([0-9]{1,9})M)?(?:([0-9]{1,10})(?:\.([0-9]{1,9}))?S)?)?"
)
_ISO_ZONE = r"(Z|[+-][0-9]{2}:[0-9]{2})?"
_ISO_DATE = re.compile(rf"([0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}){_ISO_ZONE}")
_ISO_TIME = re.compile(rf"([0-9]{{2}}:[0-9]{{2}}:[0-9]{{2}}(?:\.[0-9]{{1,9}})?){_ISO_ZONE}")
_LOOSE_DATETIME = re.compile(
    r"(?:([0-9]{4})-?([0-9]{2})-?([0-9]{2})|([0-9]{1,2})/([0-9]{1,2})/([0-9]{4}))"
    r"(?:[ T]([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?)?"
)
_LONGEST_TEXT = 64
_MOST_DAYS = 99_999_999
_LARGEST_ZONE = timedelta(hours=14)
"""XML Schema part 2, 3.2.7.3; the DMTF text has room for 999 minutes."""


def _number(text: str, unknown: int = 0) -> int:
    """The number of a field; `unknown` for a field of asterisks (a part of a microsecond may be known)."""
    digits = text.replace("*", "0")
    return unknown if text.startswith("*") else int(digits)


def _microseconds(fraction: str | None) -> int:
    """Microseconds of a decimal fraction of a second, further digits cut off as Windows does."""
    return int((fraction or "0").ljust(6, "0")[:6])


def parse_datetime(text: str) -> datetime:
    """An aware datetime from `yyyymmddHHMMSS.mmmmmm+UUU`; fields of asterisks count as the smallest value."""
    match = _DMTF_DATETIME.fullmatch(text)
    if match is None:
        raise ValueError(f"not a CIM datetime: {text[:_LONGEST_TEXT]!r}")
    year, month, day, hour, minute, second, fraction, sign, offset = match.groups()
    minutes = _number(offset)
    zone = UTC if minutes == 0 else timezone(timedelta(minutes=-minutes if sign == "-" else minutes))
    return datetime(
        _number(year, 1),
        _number(month, 1),
        _number(day, 1),
        _number(hour),
        _number(minute),
        _number(second),
        _number(fraction),
        zone,
    )


def parse_interval(text: str) -> timedelta:
    """An interval from `ddddddddHHMMSS.mmmmmm:000`; fields of asterisks count as zero."""
    match = _DMTF_INTERVAL.fullmatch(text)
    if match is None:
        raise ValueError(f"not a CIM interval: {text[:_LONGEST_TEXT]!r}")
    days, hours, minutes, seconds, fraction = (_number(field) for field in match.groups())
    if hours > 23 or minutes > 59 or seconds > 59:
        raise ValueError(f"not a CIM interval: {text[:_LONGEST_TEXT]!r}")
    return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds, microseconds=fraction)


def parse(text: str) -> datetime | timedelta:
    """A datetime or an interval, told apart by the fourth character from the end (`:` for an interval)."""
    return parse_interval(text) if text[-4:-3] == ":" else parse_datetime(text)


def format_datetime(value: datetime) -> str:
    """`yyyymmddHHMMSS.mmmmmm+UUU`; a datetime without a zone counts as UTC."""
    offset = value.utcoffset() or timedelta()
    minutes = int(offset.total_seconds() // 60)
    return (
        f"{value.year:04d}{value.month:02d}{value.day:02d}{value.hour:02d}{value.minute:02d}{value.second:02d}"
        f".{value.microsecond:06d}{'-' if minutes < 0 else '+'}{abs(minutes):03d}"
    )


def format_interval(value: timedelta) -> str:
    """`ddddddddHHMMSS.mmmmmm:000`. Raises ValueError for a negative or too long interval."""
    days, hours, minutes, seconds = _clock_parts(value)
    return f"{days:08d}{hours:02d}{minutes:02d}{seconds:02d}.{value.microseconds:06d}:000"


def format(value: datetime | timedelta) -> str:
    """The DMTF text of either kind."""
    return format_interval(value) if isinstance(value, timedelta) else format_datetime(value)


def parse_iso_datetime(text: str) -> datetime:
    """An aware datetime from XML Schema text; without a zone it counts as UTC."""
    match = _ISO_DATETIME.fullmatch(text)
    if match is None:
        raise ValueError(f"not an XML datetime: {text[:_LONGEST_TEXT]!r}")
    year, month, day, hour, minute, second, fraction, zone_text = match.groups()
    zone: timezone = UTC
    if zone_text is not None and zone_text != "Z":
        distance = timedelta(hours=int(zone_text[1:3]), minutes=int(zone_text[4:6]))
        if distance > _LARGEST_ZONE:
            raise ValueError(f"no time zone is that far from UTC: {text[:_LONGEST_TEXT]!r}")
        zone = timezone(-distance if zone_text[0] == "-" else distance)
    return datetime(
        int(year),
        int(month),
        int(day),
        int(hour),
        int(minute),
        int(second),
        _microseconds(fraction),
        zone,
    )


def parse_iso_date(text: str) -> datetime:
    """Midnight of an xs:date, the content of cim:Date (DSP0230 6.2); the other fields are not given."""
    match = _ISO_DATE.fullmatch(text)
    if match is None:
        raise ValueError(f"not an XML date: {text[:_LONGEST_TEXT]!r}")
    return parse_iso_datetime(f"{match[1]}T00:00:00{match[2] or ''}")


def parse_iso_time(text: str) -> datetime:
    """An xs:time, the content of cim:Time (DSP0230 6.2), on the first day that there is: no day is given."""
    match = _ISO_TIME.fullmatch(text)
    if match is None:
        raise ValueError(f"not an XML time: {text[:_LONGEST_TEXT]!r}")
    return parse_iso_datetime(f"0001-01-01T{match[1]}{match[2] or ''}")


def parse_xml(text: str) -> datetime | timedelta:
    """Any notation that WS-Man allows for a CIM datetime: XML Schema text of every kind, or DMTF text."""
    for parser in (parse_iso_datetime, parse_iso_duration, parse_iso_date, parse_iso_time, parse):
        try:
            return parser(text)
        except ValueError:
            continue
    raise ValueError(f"not a datetime: {text[:_LONGEST_TEXT]!r}")


def parse_iso_duration(text: str) -> timedelta:
    """An interval from XML Schema text. A year counts 365 days and a month 30; a sign is refused."""
    match = _ISO_DURATION.fullmatch(text)
    if match is None or text == "P" or match.group(4) == "T":
        raise ValueError(f"not an XML duration: {text[:_LONGEST_TEXT]!r}")
    years, months, days, _, hours, minutes, seconds, fraction = match.groups(default="0")
    try:
        value = timedelta(
            days=int(years) * 365 + int(months) * 30 + int(days),
            hours=int(hours),
            minutes=int(minutes),
            seconds=int(seconds),
            microseconds=_microseconds(fraction),
        )
    except OverflowError:
        raise ValueError(f"too long a duration: {text[:_LONGEST_TEXT]!r}") from None
    if value.days > _MOST_DAYS:
        raise ValueError(f"too long a duration: {text[:_LONGEST_TEXT]!r}")
    return value


def format_iso_datetime(value: datetime) -> str:
    """XML Schema text as Windows writes it:

    `Z` for UTC, else `+hh:mm`; a fraction only when it is not zero.
    """
    offset = value.utcoffset() or timedelta()
    minutes = int(offset.total_seconds() // 60)
    zone = (
        f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}" if minutes else "Z"
    )
    fraction = f".{value.microsecond:06d}" if value.microsecond else ""
    return (
        f"{value.year:04d}-{value.month:02d}-{value.day:02d}"
        f"T{value.hour:02d}:{value.minute:02d}:{value.second:02d}{fraction}{zone}"
    )


def format_iso_duration(value: timedelta) -> str:
    """XML Schema text as Windows writes it: every part, also zeros (`P0DT0H30M0S`)."""
    days, hours, minutes, seconds = _clock_parts(value)
    fraction = f".{value.microseconds:06d}" if value.microseconds else ""
    return f"P{days}DT{hours}H{minutes}M{seconds}{fraction}S"


def parse_loose(text: str) -> datetime | timedelta:
    """What a WQL constant may hold:

    DMTF or XML text, or `yyyymmdd`, `yyyy-mm-dd [hh:mm[:ss]]`, `mm/dd/yyyy [..]`.
    """
    for parser in (parse, parse_iso_datetime):
        try:
            return parser(text)
        except ValueError:
            continue
    match = _LOOSE_DATETIME.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"not a datetime: {text[:_LONGEST_TEXT]!r}")
    year, month, day, us_month, us_day, us_year, hour, minute, second = match.groups(default="0")
    return datetime(
        int(year) or int(us_year),
        int(month) or int(us_month),
        int(day) or int(us_day),
        int(hour),
        int(minute),
        int(second),
        tzinfo=UTC,
    )


def _clock_parts(value: timedelta) -> tuple[int, int, int, int]:
    """Days, hours, minutes, seconds of an interval that has a text."""
    if value < timedelta() or value.days > _MOST_DAYS:
        raise ValueError(f"an interval must be between 0 and {_MOST_DAYS} days: {value!r}")
    hours, rest = divmod(value.seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    return value.days, hours, minutes, seconds
