"""Functions of Visual Basic on dates."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.enums import EnumValue
from emulator.powershell.dotnet.exceptions import NetError, argument_error
from emulator.powershell.dotnet.library.visual_basic_values import date_or_none, plain_text, type_name
from emulator.powershell.dotnet.numbers import Int64
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.time_values import MAXIMUM_TICKS, DateTime

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine

_CODES = ("yyyy", "q", "m", "y", "d", "ww", "w", "h", "n", "s")


def now(engine: Engine) -> DateTime:
    """``Now``."""
    return engine.now()


def as_date(engine: Engine, value: Any) -> DateTime:
    """A value as a date. Raises InvalidCastException."""
    held = unwrap(value)
    found = (
        held if isinstance(held, DateTime) else date_or_none(engine, held) if isinstance(held, str) else None
    )
    if found is None:
        what = f'string "{plain_text(held)[:32]}"' if isinstance(held, str) else f"type '{type_name(held)}'"
        raise NetError("System.InvalidCastException", f"Conversion from {what} to type 'Date' is not valid.")
    return found


def _interval(value: Any) -> str:
    if isinstance(value, EnumValue):
        text = _CODES[value.number] if 0 <= value.number < len(_CODES) else ""
    else:
        text = plain_text(value).lower()
    if text not in _CODES:
        raise argument_error("Argument 'Interval' is not a valid value.")
    return text


TICKS = {"d": 864_000_000_000, "y": 864_000_000_000, "w": 864_000_000_000, "ww": 6_048_000_000_000}
TICKS |= {"h": 36_000_000_000, "n": 600_000_000, "s": 10_000_000}
_MONTHS = {"yyyy": 12, "q": 3, "m": 1}


def date_added(engine: Engine, interval: Any, number: float, value: Any) -> DateTime:
    """``DateAdd``. Raises ArgumentException."""
    moment, code = as_date(engine, value), _interval(interval)
    try:
        amount = round(number)
        if code in _MONTHS:
            return moment.add_months(amount * _MONTHS[code])
        return moment.add_ticks(amount * TICKS[code])
    except (OverflowError, ValueError):
        raise argument_error("Argument 'DateValue' is not a valid value.") from None


def date_difference(engine: Engine, interval: Any, first: Any, second: Any) -> Int64:
    """``DateDiff``."""
    one, two = as_date(engine, first), as_date(engine, second)
    code = _interval(interval)
    a, b = one.to_python(), two.to_python()
    if code in ("yyyy", "q", "m"):
        months = (b.year - a.year) * 12 + b.month - a.month
        if code == "q":
            return Int64((b.year - a.year) * 4 + (b.month - 1) // 3 - (a.month - 1) // 3)
        return Int64(b.year - a.year if code == "yyyy" else months)
    span = two.ticks - one.ticks
    if code == "ww":
        days = [moment.ticks // TICKS["d"] for moment in (one, two)]
        starts = [day - (day + 1) % 7 for day in days]
        return Int64((starts[1] - starts[0]) // 7)
    if code == "w":
        return Int64(int(span / TICKS["ww"]))
    return Int64(abs(span) // TICKS[code] * (1 if span >= 0 else -1))


def date_of(year: int, month: int, day: int) -> DateTime:
    """``DateSerial``: months and days may lie outside of their year and month."""
    try:
        first = DateTime.of(int(year) if year >= 100 else int(year) + (2000 if year < 30 else 1900), 1, 1)
        return first.add_months(int(month) - 1).add_ticks((int(day) - 1) * TICKS["d"])
    except (ValueError, OverflowError):
        raise argument_error("Argument 'Year' is not a valid value.") from None


def time_of(hour: int, minute: int, second: int) -> DateTime:
    """``TimeSerial``. Raises ArgumentException."""
    ticks = (int(hour) * 3600 + int(minute) * 60 + int(second)) * TICKS["s"]
    if ticks > MAXIMUM_TICKS:
        raise argument_error("Argument 'Hour' is not a valid value.")
    return DateTime(ticks if ticks >= 0 else ticks % TICKS["d"])


def date_part(engine: Engine, interval: Any, value: Any) -> int:
    """``DatePart``."""
    moment, code = as_date(engine, value).to_python(), _interval(interval)
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


def part(code: str) -> Callable[[Engine, Any], int]:
    """``Year``, ``Month`` and their like, by the code of the interval."""
    return lambda engine, value: date_part(engine, code, value)


MONTH_NAMES = (
    *("January", "February", "March", "April", "May", "June", "July", "August", "September", "October"),
    *("November", "December"),
)
DAY_NAMES = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")


def name_from(names: tuple[str, ...], number: int, is_short: bool, argument: str) -> str:
    """``MonthName`` and ``WeekdayName``. Raises ArgumentException."""
    if not 1 <= number <= len(names):
        raise argument_error(f"Argument '{argument}' is not a valid value.")
    return names[number - 1][:3] if is_short else names[number - 1]
