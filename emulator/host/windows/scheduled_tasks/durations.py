"""Durations of tasks as XML Schema writes them (``P1DT2H30M``), and moments in local time."""

import re
from datetime import datetime, timedelta

from emulator.host.errors import InvalidParameter

_DURATION = re.compile(
    r"P(?:(\d{1,6})Y)?(?:(\d{1,6})M)?(?:(\d{1,6})D)?(?:T(?:(\d{1,7})H)?(?:(\d{1,7})M)?(?:(\d{1,7})(?:\.\d+)?S)?)?"
)
#: What a task cannot express longer than: a century.
_LONGEST = timedelta(days=36_500)


def duration_of(text: str) -> timedelta | None:
    """A duration; None for an empty text. Months count 30 days, years 365. Raises InvalidParameter."""
    if not text:
        return None
    match = _DURATION.fullmatch(text.strip())
    if match is None or not any(match.groups()):
        raise InvalidParameter(f"The duration '{text[:40]}' is not valid.", hresult=0x80041318)
    years, months, days, hours, minutes, seconds = (int(one or 0) for one in match.groups())
    found = timedelta(days=years * 365 + months * 30 + days, hours=hours, minutes=minutes, seconds=seconds)
    return min(found, _LONGEST)


def duration_text(value: timedelta) -> str:
    """A duration as text: ``PT0S`` for none, days apart from the time."""
    days, rest = value.days, value.seconds
    hours, minutes, seconds = rest // 3600, rest % 3600 // 60, rest % 60
    time = "".join(
        f"{number}{unit}" for number, unit in ((hours, "H"), (minutes, "M"), (seconds, "S")) if number
    )
    if not days and not time:
        return "PT0S"
    return "P" + (f"{days}D" if days else "") + (f"T{time}" if time else "")


def local_moment(text: str, offset: timedelta) -> datetime | None:
    """A moment as naive local time; None for an empty text. Raises InvalidParameter."""
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        raise InvalidParameter(f"The time '{text[:40]}' is not valid.", hresult=0x80041318) from None
    if found.tzinfo is None:
        return found
    zone = found.utcoffset() or timedelta(0)
    return found.replace(tzinfo=None) - zone + offset
