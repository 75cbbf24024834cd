"""DateTime, TimeSpan, DateTimeOffset, Stopwatch, TimeZoneInfo."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.date_format import format_date, format_span
from emulator.powershell.dotnet.enums import EnumType
from emulator.powershell.dotnet.exceptions import format_error, out_of_range
from emulator.powershell.dotnet.numbers import Int64
from emulator.powershell.dotnet.psobject import Reference
from emulator.powershell.dotnet.time_values import (
    LOCAL,
    MAXIMUM_TICKS,
    TICKS_PER_DAY,
    TICKS_PER_MILLISECOND,
    TICKS_PER_SECOND,
    UTC,
    DateTime,
    DateTimeOffset,
    TimeSpan,
    days_in_month,
    parse_date,
)
from emulator.powershell.dotnet.types import Property, PSType, register

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine

KIND = EnumType("System.DateTimeKind", {"Unspecified": 0, "Utc": 1, "Local": 2})
DAY = EnumType(
    "System.DayOfWeek",
    {"Sunday": 0, "Monday": 1, "Tuesday": 2, "Wednesday": 3, "Thursday": 4, "Friday": 5, "Saturday": 6},
)
register(KIND)
register(DAY)


def _offset(engine: Engine | None) -> int:
    return engine.utc_offset_minutes() * 60 * TICKS_PER_SECOND if engine is not None else 0


def _within(ticks: int) -> int:
    """As .NET does with a moment that another zone does not have: the first or last one."""
    return min(max(ticks, 0), MAXIMUM_TICKS)


def _to_local(engine: Engine, value: DateTime) -> DateTime:
    return value if value.kind == LOCAL else DateTime(_within(value.ticks + _offset(engine)), LOCAL)


def _to_utc(engine: Engine, value: DateTime) -> DateTime:
    return value if value.kind == UTC else DateTime(_within(value.ticks - _offset(engine)), UTC)


def _moved(value: DateTime, ticks: float) -> DateTime:
    try:
        return value.add_ticks(round(ticks / TICKS_PER_MILLISECOND) * TICKS_PER_MILLISECOND)
    except OverflowError:
        raise out_of_range(
            "The added or subtracted value results in an un-representable DateTime.", "value"
        ) from None


def _add_months(value: DateTime, months: int) -> DateTime:
    try:
        return value.add_months(months)
    except OverflowError:
        raise out_of_range(
            "The added or subtracted value results in an un-representable DateTime.", "months"
        ) from None


def _subtract(value: DateTime, other: Any) -> Any:
    if isinstance(other, TimeSpan):
        return value.add_ticks(-other.ticks)
    return TimeSpan(value.ticks - other.ticks)


def _make(_kind: PSType, *parts: int) -> DateTime:
    try:
        return DateTime.of(*parts)
    except ValueError:
        raise out_of_range("Year, Month, and Day parameters describe an un-representable DateTime.") from None


def _make_kind(kind: PSType, *parts: Any) -> DateTime:
    made = _make(kind, *parts[:-1])
    return DateTime(made.ticks, parts[-1].number)


def _ticks(_kind: PSType, ticks: int) -> DateTime:
    if not 0 <= ticks <= MAXIMUM_TICKS:
        raise out_of_range(
            "Ticks must be between DateTime.MinValue.Ticks and DateTime.MaxValue.Ticks.", "ticks"
        )
    return DateTime(int(ticks))


def _parse(engine: Engine, text: str, *_rest: Any) -> DateTime:
    parsed = parse_date(text, engine.now(), engine.utc_offset_minutes())
    if parsed is None:
        raise format_error("String was not recognized as a valid DateTime.")
    return parsed


def _parse_exact(engine: Engine, text: str, form: str, *_rest: Any) -> DateTime:
    from emulator.powershell.dotnet.library.date_patterns import read

    parsed = read(text, form, engine.utc_offset_minutes())
    if parsed is None:
        raise format_error("String was not recognized as a valid DateTime.")
    return parsed


def _try_parse(engine: Engine, text: str, target: Reference) -> bool:
    parsed = parse_date(text, engine.now(), engine.utc_offset_minutes()) if text else None
    target.write(parsed if parsed is not None else DateTime(0))
    return parsed is not None


def _format(engine: Engine, value: DateTime, form: str = "", *_rest: Any) -> str:
    if form == "U":
        value = _to_utc(engine, value)
    return format_date(value, form, engine.utc_offset_minutes())


def _file_time(engine: Engine, value: DateTime) -> Int64:
    return Int64(_to_utc(engine, value).ticks - 504_911_232_000_000_000)


def _compare(left: Any, right: Any) -> int:
    return int(left.ticks > right.ticks) - int(left.ticks < right.ticks)


def _days_in_month(year: int, month: int) -> int:
    if not 1 <= month <= 12:
        raise out_of_range("Month must be between one and twelve.", "month")
    _check_year(year)
    return days_in_month(year, month)


def _check_year(year: int) -> None:
    if not 1 <= year <= 9999:
        raise out_of_range("Year must be between 1 and 9999.", "year")


def _leap(year: int) -> bool:
    _check_year(year)
    return days_in_month(year, 2) == 29


def _binary(value: DateTime) -> Int64:
    return Int64(value.ticks | (value.kind << 62) if value.kind != LOCAL else value.ticks | -(1 << 63))


register(
    PSType(
        "System.DateTime",
        base="System.ValueType",
        is_value_type=True,
        interfaces=("System.IComparable", "System.IFormattable"),
        instance={
            "Date": lambda v: DateTime(v.ticks - v.ticks % TICKS_PER_DAY, v.kind),
            "Day: int": lambda v: v.to_python().day,
            "DayOfWeek: System.DayOfWeek": lambda v: DAY.value((v.ticks // TICKS_PER_DAY + 1) % 7),
            "DayOfYear: int": lambda v: v.to_python().timetuple().tm_yday,
            "Hour: int": lambda v: v.to_python().hour,
            "Kind: System.DateTimeKind": lambda v: KIND.value(v.kind),
            "Millisecond: int": lambda v: v.ticks // TICKS_PER_MILLISECOND % 1000,
            "Minute: int": lambda v: v.to_python().minute,
            "Month: int": lambda v: v.to_python().month,
            "Second: int": lambda v: v.to_python().second,
            "Ticks: long": lambda v: Int64(v.ticks),
            "TimeOfDay: timespan": lambda v: v.time_of_day,
            "Year: int": lambda v: v.to_python().year,
            "Add(timespan value)": lambda v, s: v.add_ticks(s.ticks),
            "AddDays(double value)": lambda v, n: _moved(v, n * TICKS_PER_DAY),
            "AddHours(double value)": lambda v, n: _moved(v, n * 3600 * TICKS_PER_SECOND),
            "AddMilliseconds(double value)": lambda v, n: _moved(v, n * TICKS_PER_MILLISECOND),
            "AddMinutes(double value)": lambda v, n: _moved(v, n * 60 * TICKS_PER_SECOND),
            "AddMonths(int months)": _add_months,
            "AddSeconds(double value)": lambda v, n: _moved(v, n * TICKS_PER_SECOND),
            "AddTicks(long value)": lambda v, n: v.add_ticks(int(n)),
            "AddYears(int value)": lambda v, n: _add_months(v, n * 12),
            "CompareTo(datetime value)": _compare,
            "Equals(object obj)": lambda v, o: isinstance(o, DateTime) and v.ticks == o.ticks,
            "IsDaylightSavingTime()": lambda _v: False,
            "Subtract(datetime value)": _subtract,
            "Subtract(timespan value)": _subtract,
            "ToBinary()": _binary,
            "@ToFileTime()": _file_time,
            "@ToFileTimeUtc()": _file_time,
            "@ToLocalTime()": _to_local,
            "@ToUniversalTime()": _to_utc,
            "ToOADate()": lambda v: (v.ticks - 599_264_352_000_000_000) / TICKS_PER_DAY,
            "@ToLongDateString()": lambda e, v: _format(e, v, "D"),
            "@ToLongTimeString()": lambda e, v: _format(e, v, "T"),
            "@ToShortDateString()": lambda e, v: _format(e, v, "d"),
            "@ToShortTimeString()": lambda e, v: _format(e, v, "t"),
            "@ToString()": _format,
            "@ToString(string format)": _format,
            "@ToString(cultureinfo provider)": lambda e, v, _c: _format(e, v),
            "@ToString(string format, cultureinfo provider)": _format,
        },
        static={
            "@Now": lambda engine: engine.now(),
            "@UtcNow": lambda engine: engine.utc_now(),
            "@Today": lambda engine: DateTime(engine.now().ticks // TICKS_PER_DAY * TICKS_PER_DAY, LOCAL),
            "MinValue": lambda: DateTime(0),
            "MaxValue": lambda: DateTime(MAXIMUM_TICKS),
            "Compare(datetime t1, datetime t2)": _compare,
            "DaysInMonth(int year, int month)": _days_in_month,
            "@FromFileTime(long fileTime)": lambda e, n: _to_local(
                e, DateTime(504_911_232_000_000_000 + n, UTC)
            ),
            "FromFileTimeUtc(long fileTime)": lambda n: DateTime(504_911_232_000_000_000 + n, UTC),
            "FromOADate(double d)": lambda n: DateTime(
                599_264_352_000_000_000 + round(n * 86_400_000) * 10_000
            ),
            "IsLeapYear(int year)": _leap,
            "@Parse(string s)": _parse,
            "@Parse(string s, cultureinfo provider)": _parse,
            "@ParseExact(string s, string format, cultureinfo provider)": _parse_exact,
            "SpecifyKind(datetime value, System.DateTimeKind kind)": lambda v, k: DateTime(v.ticks, k.number),
            "@TryParse(string s, ref result)": _try_parse,
        },
        construct={
            "new()": lambda _kind: DateTime(0),
            "new(long ticks)": _ticks,
            "new(long ticks, System.DateTimeKind kind)": lambda _k, ticks, kind: DateTime(
                int(ticks), kind.number
            ),
            "new(int year, int month, int day)": _make,
            "new(int year, int month, int day, int hour, int minute, int second)": _make,
            "new(int year, int month, int day, int hour, int minute, int second, System.DateTimeKind kind)": (
                lambda k, *p: _make_kind(k, *p[:6], p[6])
            ),
            "new(int year, int month, int day, int hour, int minute, int second, int millisecond)": _make,
        },
        to_text=str,
        extended=(
            Property(
                "DateTime",
                lambda v: format_date(v, "dddd, MMMM d, yyyy h:mm:ss tt"),
                kind="ScriptProperty",
                type_name="System.String",
            ),
        ),
    ),
    DateTime,
)


def _span_format(value: TimeSpan, form: str, *_rest: Any) -> str:
    return format_span(value, form)


def _total(unit: int) -> Any:
    return lambda v: v.ticks / unit


def _parse_span(text: str) -> TimeSpan:
    parsed = TimeSpan.parse(text)
    if parsed is None:
        raise format_error("String was not recognized as a valid TimeSpan.")
    return parsed


def _try_span(text: str, target: Reference) -> bool:
    parsed = TimeSpan.parse(text) if text else None
    target.write(parsed if parsed is not None else TimeSpan(0))
    return parsed is not None


def _make_span(_kind: PSType, *parts: int) -> TimeSpan:
    if len(parts) == 3:
        return TimeSpan.of(0, *parts)
    return TimeSpan.of(*parts)


register(
    PSType(
        "System.TimeSpan",
        base="System.ValueType",
        is_value_type=True,
        interfaces=("System.IComparable", "System.IFormattable"),
        instance={
            "Ticks: long": lambda v: Int64(v.ticks),
            "Days: int": lambda v: v.days,
            "Hours: int": lambda v: v.hours,
            "Milliseconds: int": lambda v: v.milliseconds,
            "Minutes: int": lambda v: v.minutes,
            "Seconds: int": lambda v: v.seconds,
            "TotalDays: double": _total(TICKS_PER_DAY),
            "TotalHours: double": _total(3600 * TICKS_PER_SECOND),
            "TotalMilliseconds: double": _total(TICKS_PER_MILLISECOND),
            "TotalMinutes: double": _total(60 * TICKS_PER_SECOND),
            "TotalSeconds: double": _total(TICKS_PER_SECOND),
            "Add(timespan ts)": lambda a, b: TimeSpan(a.ticks + b.ticks),
            "Subtract(timespan ts)": lambda a, b: TimeSpan(a.ticks - b.ticks),
            "Negate()": lambda a: TimeSpan(-a.ticks),
            "Duration()": lambda a: TimeSpan(abs(a.ticks)),
            "CompareTo(timespan value)": _compare,
            "Equals(object obj)": lambda a, b: isinstance(b, TimeSpan) and a.ticks == b.ticks,
            "ToString()": str,
            "ToString(string format)": _span_format,
            "ToString(string format, cultureinfo provider)": _span_format,
        },
        static={
            "Zero": lambda: TimeSpan(0),
            "MaxValue": lambda: TimeSpan((1 << 63) - 1),
            "MinValue": lambda: TimeSpan(-(1 << 63)),
            "TicksPerSecond: long": lambda: Int64(TICKS_PER_SECOND),
            "TicksPerMillisecond: long": lambda: Int64(TICKS_PER_MILLISECOND),
            "TicksPerDay: long": lambda: Int64(TICKS_PER_DAY),
            "FromDays(double value)": lambda n: TimeSpan.of(days=n),
            "FromHours(double value)": lambda n: TimeSpan.of(hours=n),
            "FromMinutes(double value)": lambda n: TimeSpan.of(minutes=n),
            "FromSeconds(double value)": lambda n: TimeSpan.of(seconds=n),
            "FromMilliseconds(double value)": lambda n: TimeSpan.of(milliseconds=n),
            "FromTicks(long value)": lambda n: TimeSpan(int(n)),
            "Parse(string s)": _parse_span,
            "TryParse(string s, ref result)": _try_span,
            "Compare(timespan t1, timespan t2)": _compare,
        },
        construct={
            "new()": lambda _kind: TimeSpan(0),
            "new(long ticks)": lambda _kind, ticks: TimeSpan(int(ticks)),
            "new(int hours, int minutes, int seconds)": _make_span,
            "new(int days, int hours, int minutes, int seconds)": _make_span,
            "new(int days, int hours, int minutes, int seconds, int milliseconds)": _make_span,
        },
        to_text=str,
    ),
    TimeSpan,
)


def _offset_now(engine: Engine) -> DateTimeOffset:
    return DateTimeOffset(engine.now(), _offset(engine))


def _unix(value: DateTimeOffset, unit: int) -> Int64:
    return Int64((value.utc_ticks - 621_355_968_000_000_000) // unit)


register(
    PSType(
        "System.DateTimeOffset",
        base="System.ValueType",
        is_value_type=True,
        instance={
            "DateTime": lambda v: DateTime(v.moment.ticks),
            "LocalDateTime": lambda v: DateTime(v.moment.ticks, LOCAL),
            "UtcDateTime": lambda v: DateTime(v.utc_ticks, UTC),
            "Offset": lambda v: TimeSpan(v.offset),
            "ToUnixTimeSeconds()": lambda v: _unix(v, TICKS_PER_SECOND),
            "ToUnixTimeMilliseconds()": lambda v: _unix(v, TICKS_PER_MILLISECOND),
        },
        static={
            "@Now": _offset_now,
            "@UtcNow": lambda engine: DateTimeOffset(engine.utc_now(), 0),
            "FromUnixTimeSeconds(long seconds)": lambda n: DateTimeOffset(
                DateTime(621_355_968_000_000_000 + n * TICKS_PER_SECOND), 0
            ),
        },
        construct={
            "@new(datetime dateTime)": lambda engine, _kind, value: DateTimeOffset(
                value, 0 if value.kind == UTC else _offset(engine)
            )
        },
    ),
    DateTimeOffset,
)


class Stopwatch:
    """System.Diagnostics.Stopwatch on the machine's clock."""

    __slots__ = ("gathered", "started")

    def __init__(self) -> None:
        self.gathered = 0
        self.started: int | None = None


def _elapsed(engine: Engine, watch: Stopwatch) -> TimeSpan:
    running = engine.utc_now().ticks - watch.started if watch.started is not None else 0
    return TimeSpan(watch.gathered + running)


def _start(engine: Engine, watch: Stopwatch) -> None:
    if watch.started is None:
        watch.started = engine.utc_now().ticks


def _stop(engine: Engine, watch: Stopwatch) -> None:
    watch.gathered, watch.started = _elapsed(engine, watch).ticks, None


def _reset(watch: Stopwatch) -> None:
    watch.gathered, watch.started = 0, None


def _restart(engine: Engine, watch: Stopwatch) -> None:
    _reset(watch)
    _start(engine, watch)


def _start_new(engine: Engine) -> Stopwatch:
    watch = Stopwatch()
    _start(engine, watch)
    return watch


register(
    PSType(
        "System.Diagnostics.Stopwatch",
        instance={
            "IsRunning: bool": lambda w: w.started is not None,
            "@Elapsed: timespan": _elapsed,
            "@ElapsedMilliseconds: long": lambda e, w: Int64(_elapsed(e, w).ticks // TICKS_PER_MILLISECOND),
            "@ElapsedTicks: long": lambda e, w: Int64(_elapsed(e, w).ticks),
            "@Start()": _start,
            "@Stop()": _stop,
            "Reset()": _reset,
            "@Restart()": _restart,
        },
        static={"@StartNew()": _start_new},
        construct={"new()": lambda _kind: Stopwatch()},
    ),
    Stopwatch,
)
