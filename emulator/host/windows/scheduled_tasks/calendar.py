"""When a trigger fires next. Times are naive local ones."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from emulator.host.windows.scheduled_tasks.definition import TaskTrigger
from emulator.host.windows.scheduled_tasks.durations import duration_of, local_moment

#: Kinds that fire at moments of the calendar; the others fire when something happens.
CALENDAR_KINDS = frozenset({"Time", "Daily", "Weekly", "Monthly", "MonthlyDOW"})
_TICK = timedelta(microseconds=1)
_DAY = timedelta(days=1)
#: Days that are looked at for the next one that fits: over four years, for a 29th of February.
_DAYS_AHEAD = 1500


def next_start(trigger: TaskTrigger, after: datetime, offset: timedelta) -> datetime | None:
    """The first moment later than ``after`` at which a trigger fires, without its random delay; None when it
    never does. ``offset`` is that of the machine's zone. Raises InvalidParameter."""
    if not trigger.enabled or trigger.kind not in CALENDAR_KINDS:
        return None
    start = local_moment(trigger.start, offset)
    if start is None:
        return None
    found = _occurrence(trigger, start, after + _TICK)
    repeated = _repeated(trigger, start, after)
    if repeated is not None and (found is None or repeated < found):
        found = repeated
    end = local_moment(trigger.end, offset)
    return None if found is None or (end is not None and found > end) else found


def next_end(trigger: TaskTrigger, after: datetime, offset: timedelta) -> datetime | None:
    """The first moment later than ``after`` at which the repetitions of an occurrence are over; None when
    they never are. Raises InvalidParameter."""
    duration = duration_of(trigger.repetition.duration)
    start = local_moment(trigger.start, offset)
    if duration is None or start is None or not trigger.enabled or trigger.kind not in CALENDAR_KINDS:
        return None
    base = _occurrence(trigger, start, max(start, after - duration + _TICK))
    end = local_moment(trigger.end, offset)
    return None if base is None or (end is not None and base > end) else base + duration


def is_active(trigger: TaskTrigger, moment: datetime, offset: timedelta) -> bool:
    """Whether a trigger that waits for something to happen is switched on at a moment."""
    start, end = local_moment(trigger.start, offset), local_moment(trigger.end, offset)
    return trigger.enabled and (start is None or start <= moment) and (end is None or moment <= end)


def _repeated(trigger: TaskTrigger, start: datetime, after: datetime) -> datetime | None:
    """The next repetition of an occurrence that has been."""
    interval = duration_of(trigger.repetition.interval)
    if not interval:
        return None
    duration = duration_of(trigger.repetition.duration)
    earliest = start if duration is None else max(start, after - duration)
    base = _occurrence(trigger, start, earliest)
    found: datetime | None = None
    while base is not None and base <= after:
        moment = base + ((after - base) // interval + 1) * interval
        if (duration is None or moment - base < duration) and (found is None or moment < found):
            found = moment
        if duration is None:
            later = _latest(trigger, start, after)
            return (
                found
                if later is None or later == base
                else later + ((after - later) // interval + 1) * interval
            )
        base = _occurrence(trigger, start, base + _TICK)
    return found


def _latest(trigger: TaskTrigger, start: datetime, moment: datetime) -> datetime | None:
    """The latest occurrence up to a moment, of those of the last days."""
    base = _occurrence(trigger, start, max(start, moment - 40 * _DAY))
    found = None
    while base is not None and base <= moment:
        found, base = base, _occurrence(trigger, start, base + _TICK)
    return found


def _occurrence(trigger: TaskTrigger, start: datetime, moment: datetime) -> datetime | None:
    """The first occurrence at a moment or later."""
    if trigger.kind == "Time":
        return start if start >= moment else None
    if trigger.kind == "Daily":
        step = timedelta(days=max(1, trigger.interval))
        return start if moment <= start else start + -((start - moment) // step) * step
    time = start.time()
    for day in _days(max(start.date(), moment.date())):
        candidate = datetime.combine(day, time)
        if candidate >= moment and candidate >= start and _fits(trigger, start.date(), day):
            return candidate
    return None


def _days(first: date) -> Iterator[date]:
    return (first + number * _DAY for number in range(_DAYS_AHEAD))


def _fits(trigger: TaskTrigger, start: date, day: date) -> bool:
    weekday = (day.weekday() + 1) % 7
    if trigger.kind == "Weekly":
        first = start - timedelta(days=(start.weekday() + 1) % 7)
        weeks = (day - first).days // 7
        return bool(trigger.days_of_week >> weekday & 1) and weeks % max(1, trigger.interval) == 0
    if not trigger.months >> (day.month - 1) & 1:
        return False
    is_last_week = (day + 7 * _DAY).month != day.month
    if trigger.kind == "Monthly":
        is_last = (day + _DAY).month != day.month
        return bool(trigger.days_of_month >> (day.day - 1) & 1) or (trigger.last_day_of_month and is_last)
    if not trigger.days_of_week >> weekday & 1:
        return False
    week = (day.day - 1) // 7
    return bool(trigger.weeks_of_month >> week & 1) or (trigger.last_week_of_month and is_last_week)
