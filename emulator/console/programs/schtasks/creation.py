"""What the options of `schtasks /create` make: actions, triggers and settings of a task."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from xml.sax.saxutils import escape

from emulator.console.context import Context
from emulator.console.programs.options import BadOption
from emulator.host.windows.scheduled_tasks.definition import (
    HIGHEST,
    LEAST_PRIVILEGE,
    S4U,
    Repetition,
    TaskAction,
    TaskDefinition,
    TaskPrincipal,
    TaskSettings,
    TaskTrigger,
)

NEEDS_VALUE = frozenset(
    {
        *("s", "u", "p", "ru", "rp", "sc", "mo", "d", "m", "i", "tn", "tr", "st", "ri", "et", "du"),
        *("xml", "sd", "ed", "ec", "rl", "delay", "fo"),
    }
)
_DAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_WEEKS = ("FIRST", "SECOND", "THIRD", "FOURTH")
_ALL_DAYS, _ALL_MONTHS = 0x7F, 0xFFF
_EVENTS = {"ONSTART": "Boot", "ONLOGON": "Logon", "ONIDLE": "Idle", "ONEVENT": "Event"}
#: Largest /MO of each schedule.
_MODIFIERS = {"MINUTE": 1439, "HOURLY": 23, "DAILY": 365, "WEEKLY": 52, "MONTHLY": 12}


def split_run(text: str) -> TaskAction:
    """Program and arguments of /TR; a quoted program may have blanks."""
    stripped = text.strip()
    if stripped[:1] in "\"'" and stripped[:1]:
        end = stripped.find(stripped[0], 1)
        if end > 0:
            return TaskAction(stripped[1:end], stripped[end + 1 :].strip())
    program, _, arguments = stripped.partition(" ")
    return TaskAction(program, arguments.strip())


def created_definition(context: Context, options: Mapping[str, str]) -> TaskDefinition:
    """The definition. Raises BadOption."""
    if not options.get("tr"):
        raise BadOption("Invalid syntax. Mandatory option '/tr' is missing.")
    if not options.get("sc"):
        raise BadOption("Invalid syntax. Mandatory option '/sc' is missing.")
    host = context.host
    now = (host.clock.now() + host.operating_system.utc_offset()).replace(tzinfo=None, microsecond=0)
    level = options.get("rl", "limited").lower()
    if level not in ("limited", "highest"):
        raise BadOption("Invalid value for /RL option.")
    principal = TaskPrincipal(
        logon_type=S4U if "np" in options else 0,
        run_level=HIGHEST if level == "highest" else LEAST_PRIVILEGE,
    )
    trigger = _trigger(options, now)
    return TaskDefinition(
        actions=(split_run(options["tr"]),),
        triggers=(trigger,),
        principal=principal,
        settings=TaskSettings(
            delete_expired_after="PT0S" if "z" in options else "", idle_duration=_idle(options)
        ),
        author=context.account.qualified_name,
        date=now.isoformat(),
    )


def _trigger(options: Mapping[str, str], now: datetime) -> TaskTrigger:
    kind = options["sc"].upper()
    if kind in _EVENTS:
        return TaskTrigger(
            _EVENTS[kind],
            delay=_delay(options.get("delay")),
            user_id=options.get("ru", "") * (kind == "ONLOGON"),
            subscription=_subscription(options) if kind == "ONEVENT" else "",
        )
    if kind not in (*_MODIFIERS, "ONCE"):
        raise BadOption("Invalid Schedule Type specified.")
    if kind == "ONCE" and "st" not in options:
        raise BadOption("Invalid syntax. Mandatory option 'st' is missing.")
    start = _start(options, now)
    trigger = TaskTrigger("Time", start=start.isoformat(), end=_end(options))
    if kind in ("MINUTE", "HOURLY"):
        count = _modifier(options, kind)
        unit = "M" if kind == "MINUTE" else "H"
        return trigger.replaced(repetition=Repetition(f"PT{count}{unit}", _duration(options), "k" in options))
    repetition = _repetition(options)
    if kind == "ONCE":
        return trigger.replaced(repetition=repetition)
    if kind == "DAILY":
        return trigger.replaced(kind="Daily", interval=_modifier(options, kind), repetition=repetition)
    if kind == "WEEKLY":
        days = _days(options.get("d"), start)
        return trigger.replaced(
            kind="Weekly", interval=_modifier(options, kind), days_of_week=days, repetition=repetition
        )
    return _monthly(trigger.replaced(repetition=repetition), options, start)


def _subscription(options: Mapping[str, str]) -> str:
    """The query of /EC (a log) and /MO (a path in its events)."""
    for name in ("ec", "mo"):
        if not options.get(name):
            raise BadOption(f"Invalid syntax. Mandatory option '/{name}' is missing.")
    log, path = (escape(options[name], {'"': "&quot;"}) for name in ("ec", "mo"))
    return f'<QueryList><Query Id="0" Path="{log}"><Select Path="{log}">{path}</Select></Query></QueryList>'


def _idle(options: Mapping[str, str]) -> str:
    """The minutes of /I, which ONIDLE must have."""
    if options["sc"].upper() != "ONIDLE":
        return TaskSettings().idle_duration
    text = options.get("i")
    if text is None:
        raise BadOption("Invalid syntax. Mandatory option '/i' is missing.")
    if not text.isdigit() or not 1 <= int(text) <= 999:
        raise BadOption("Invalid value for /I option.")
    return f"PT{int(text)}M"


def _monthly(trigger: TaskTrigger, options: Mapping[str, str], start: datetime) -> TaskTrigger:
    modifier = options.get("mo", "1").upper()
    months = _bits(_MONTHS, options.get("m", "*"), _ALL_MONTHS, "/M")
    if modifier == "LASTDAY":
        if "m" not in options:
            raise BadOption("Invalid syntax. Mandatory option 'm' is missing.")
        return trigger.replaced(kind="Monthly", last_day_of_month=True, months=months)
    if modifier in (*_WEEKS, "LAST"):
        days = _days(options.get("d"), start)
        if modifier == "LAST":
            return trigger.replaced(
                kind="MonthlyDOW", days_of_week=days, last_week_of_month=True, months=months
            )
        week = 1 << _WEEKS.index(modifier)
        return trigger.replaced(kind="MonthlyDOW", days_of_week=days, weeks_of_month=week, months=months)
    count = _modifier(options, "MONTHLY")
    if count > 1:
        months = sum(1 << month for month in range(12) if (month - (start.month - 1)) % count == 0)
    day = options.get("d", "1")
    if not day.isdigit() or not 1 <= int(day) <= 31:
        raise BadOption("Invalid value for /D option.")
    return trigger.replaced(kind="Monthly", days_of_month=1 << (int(day) - 1), months=months)


def _modifier(options: Mapping[str, str], kind: str) -> int:
    text = options.get("mo", "1")
    if not text.isdigit() or not 1 <= int(text) <= _MODIFIERS[kind]:
        raise BadOption("Invalid value for /MO option.")
    return int(text)


def _days(text: str | None, start: datetime) -> int:
    if text is None:
        return 1 << (start.weekday() + 1) % 7
    return _bits(_DAYS, text, _ALL_DAYS, "/D")


def _bits(names: tuple[str, ...], text: str, everything: int, option: str) -> int:
    if text == "*":
        return everything
    words = [word.strip().upper() for word in text.split(",")]
    if not all(word in names for word in words):
        raise BadOption(f"Invalid value for {option} option.")
    return sum(1 << names.index(word) for word in set(words))


def _start(options: Mapping[str, str], now: datetime) -> datetime:
    time = _time(options["st"], "/ST") if "st" in options else (now.hour, now.minute)
    day = _date(options["sd"], "/SD") if "sd" in options else now
    return day.replace(hour=time[0], minute=time[1], second=0, microsecond=0)


def _end(options: Mapping[str, str]) -> str:
    if "ed" not in options:
        return ""
    time = _time(options["et"], "/ET") if "et" in options else (23, 59)
    return _date(options["ed"], "/ED").replace(hour=time[0], minute=time[1]).isoformat()


def _time(text: str, option: str) -> tuple[int, int]:
    hour, colon, minute = text.partition(":")
    minute = minute.partition(":")[0]
    if not (colon and hour.isdigit() and minute.isdigit()) or int(hour) > 23 or int(minute) > 59:
        raise BadOption(f"Invalid value for {option} option.")
    return int(hour), int(minute)


def _date(text: str, option: str) -> datetime:
    for form in ("%m/%d/%Y", "%Y/%m/%d"):
        try:
            return datetime.strptime(text, form)
        except ValueError:
            continue
    raise BadOption(f"Invalid value for {option} option.")


def _repetition(options: Mapping[str, str]) -> Repetition:
    if "ri" not in options:
        return Repetition()
    if not options["ri"].isdigit() or not 1 <= int(options["ri"]) <= 599_940:
        raise BadOption("Invalid value for /RI option.")
    return Repetition(f"PT{int(options['ri'])}M", _duration(options) or "PT1H", "k" in options)


def _duration(options: Mapping[str, str]) -> str:
    if "du" not in options:
        return ""
    hours, colon, minutes = options["du"].partition(":")
    if not (colon and hours.isdigit() and minutes.isdigit()) or int(minutes) > 59:
        raise BadOption("Invalid value for /DU option.")
    return f"PT{int(hours)}H{int(minutes)}M"


def _delay(text: str | None) -> str:
    """``mmmm:ss`` as a duration."""
    if text is None:
        return ""
    minutes, colon, seconds = text.partition(":")
    if not (colon and minutes.isdigit() and seconds.isdigit()):
        raise BadOption("Invalid value for /DELAY option.")
    return f"PT{int(minutes)}M{int(seconds)}S"
