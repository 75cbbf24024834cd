"""What `schtasks /query` shows of tasks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import groupby

from emulator.console.context import Context
from emulator.console.programs.options import Options
from emulator.console.programs.tabular import (
    clock_text,
    csv_line,
    date_text,
    list_lines,
    local_text,
    table_lines,
)
from emulator.host import Host, InvalidParameter
from emulator.host.windows.scheduled_tasks import ScheduledTask
from emulator.host.windows.scheduled_tasks.definition import INTERACTIVE, TaskTrigger
from emulator.host.windows.scheduled_tasks.document import DAYS, MONTHS
from emulator.host.windows.scheduled_tasks.durations import duration_of, local_moment
from emulator.signed_numbers import signed32

_NOTHING = "N/A"
_NEVER = "11/30/1999 12:00:00 AM"
_SHORT = ("TaskName", "Next Run Time", "Status")
_SHORT_WIDTHS = (40, 22, 15)
_TYPES = {
    "Time": "One Time Only",
    "Daily": "Daily",
    "Weekly": "Weekly",
    "Monthly": "Monthly",
    "MonthlyDOW": "Monthly",
    "Boot": "At system start up",
    "Logon": "At logon time",
    "Idle": "At idle time",
    "Event": "When an event occurs",
}


def show(context: Context, tasks: list[ScheduledTask], options: Options) -> int:
    """Write the tasks in the form of /FO, folder by folder. Raises BadOption."""
    form, header = options.form(), options.header
    host, verbose = context.host, "v" in options
    ordered = sorted(tasks, key=lambda task: task.folder.casefold())
    if form == "csv":
        for number, task in enumerate(ordered):
            labels, record = _record(host, task, verbose, False)
            if number == 0 and header:
                context.line(csv_line(labels))
            context.line(csv_line(record))
        return 0
    for folder, group in groupby(ordered, key=lambda task: task.folder):
        context.line()
        context.line(f"Folder: {folder.rstrip(chr(92)) or chr(92)}")
        found = [(task, _record(host, task, verbose, form == "list")) for task in group]
        if form == "list":
            for number, (_task, (labels, record)) in enumerate(found):
                if number:
                    context.line()
                for line in list_lines(labels, record):
                    context.line(line)
            continue
        labels = found[0][1][0]
        records = [record for _task, (_labels, record) in found]
        widths: tuple[int, ...] = _SHORT_WIDTHS
        if verbose:
            widths = tuple(
                max(len(label), *(len(one[place]) for one in records)) for place, label in enumerate(labels)
            )
        else:
            labels = _SHORT
            records = [
                (task.name, record[1], record[2]) for (task, _), record in zip(found, records, strict=True)
            ]
        for line in table_lines(labels, widths, records, header=header):
            context.line(line)
    return 0


def _record(
    host: Host, task: ScheduledTask, verbose: bool, with_host: bool
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Labels and values of one task."""
    offset = host.operating_system.utc_offset()
    following = _NOTHING if task.next_run is None else local_text(task.next_run, offset)
    state = task.state.name.capitalize()
    mode = (
        "Interactive only"
        if task.definition.principal.logon_type == INTERACTIVE
        else "Interactive/Background"
    )
    head = {"HostName": host.name, "TaskName": task.path, "Next Run Time": following, "Status": state}
    if not verbose:
        if with_host:
            head["Logon Mode"] = mode
        else:
            del head["HostName"]
        return tuple(head), tuple(head.values())
    rows = {**head, "Logon Mode": mode, **dict(_details(host, task))}
    return tuple(rows), tuple(rows.values())


def _details(host: Host, task: ScheduledTask) -> Iterator[tuple[str, str]]:
    definition, settings = task.definition, task.definition.settings
    offset = host.operating_system.utc_offset()
    action = definition.actions[0]
    trigger = definition.triggers[0] if definition.triggers else None
    yield "Last Run Time", _NEVER if task.last_run is None else local_text(task.last_run, offset)
    result = task.last_result
    yield "Last Result", str(signed32(result))
    yield "Author", definition.author or _NOTHING
    yield "Task To Run", f"{action.execute} {action.arguments}".strip()
    yield "Start In", action.working_directory or _NOTHING
    yield "Comment", definition.description or _NOTHING
    yield "Scheduled Task State", "Enabled" if settings.enabled else "Disabled"
    yield "Idle Time", "Only Start If Idle" if settings.run_only_if_idle else "Disabled"
    power = [
        text
        for text, wanted in (
            ("Stop On Battery Mode", settings.stop_on_batteries),
            ("No Start On Batteries", settings.disallow_start_on_batteries),
        )
        if wanted
    ]
    yield "Power Management", ", ".join(power)
    yield "Run As User", definition.principal.user_id or definition.principal.group_id or task.account.name
    yield "Delete Task If Not Rescheduled", "Enabled" if settings.delete_expired_after else "Disabled"
    limit = duration_of(settings.execution_limit)
    yield (
        "Stop Task If Runs X Hours and X Mins",
        _hours(int(limit.total_seconds())) if limit else "Disabled",
    )
    yield "Schedule", "Scheduling data is not available in this format."
    yield from _schedule(trigger, offset)


def _hours(seconds: int) -> str:
    return f"{seconds // 3600:02}:{seconds % 3600 // 60:02}:{seconds % 60:02}"


def _schedule(trigger: TaskTrigger | None, offset: timedelta) -> Iterator[tuple[str, str]]:
    if trigger is None:
        yield "Schedule Type", "On demand only"
    elif trigger.repetition.interval and trigger.kind == "Time":
        hourly = trigger.repetition.interval.endswith("H")
        yield "Schedule Type", "One Time Only, Hourly" if hourly else "One Time Only, Minute"
    else:
        yield "Schedule Type", _TYPES.get(trigger.kind, trigger.kind)
    start = _moment(trigger.start if trigger is not None else "", offset)
    end = _moment(trigger.end if trigger is not None else "", offset)
    yield "Start Time", _NOTHING if start is None else clock_text(start)
    yield "Start Date", _NOTHING if start is None else date_text(start)
    yield "End Date", _NOTHING if end is None else date_text(end)
    yield "Days", _days(trigger)
    yield "Months", _months(trigger)
    repetition = trigger.repetition if trigger is not None else None
    every = duration_of(repetition.interval) if repetition is not None else None
    lasting = duration_of(repetition.duration) if repetition is not None else None
    missing = "Disabled" if trigger is not None and start is not None else _NOTHING
    yield "Repeat: Every", _spoken(int(every.total_seconds())) if every else missing
    yield "Repeat: Until: Time", "None" if every else missing
    yield "Repeat: Until: Duration", _spoken(int(lasting.total_seconds())) if lasting else missing
    stops = repetition is not None and repetition.stops_at_end
    yield "Repeat: Stop If Still Running", ("Enabled" if stops else "Disabled") if every else missing


def _spoken(seconds: int) -> str:
    return f"{seconds // 3600} Hour(s), {seconds % 3600 // 60} Minute(s)"


def _moment(text: str, offset: timedelta) -> datetime | None:
    """Local time; a trigger that is switched off may hold a text that is no time."""
    try:
        return local_moment(text, offset)
    except InvalidParameter:
        return None


def _days(trigger: TaskTrigger | None) -> str:
    if trigger is None:
        return _NOTHING
    if trigger.kind == "Daily":
        return f"Every {trigger.interval} day(s)"
    if trigger.kind in ("Weekly", "MonthlyDOW"):
        names = [name[:3].upper() for place, name in enumerate(DAYS) if trigger.days_of_week >> place & 1]
        return ", ".join(names)
    if trigger.kind == "Monthly":
        numbers = [str(day + 1) for day in range(31) if trigger.days_of_month >> day & 1]
        return ", ".join([*numbers, *(["LAST"] if trigger.last_day_of_month else [])])
    return _NOTHING


def _months(trigger: TaskTrigger | None) -> str:
    if trigger is None or trigger.kind not in ("Weekly", "Monthly", "MonthlyDOW"):
        return _NOTHING
    if trigger.kind == "Weekly":
        return f"Every {trigger.interval} week(s)"
    names = [name[:3].upper() for place, name in enumerate(MONTHS) if trigger.months >> place & 1]
    return "Every month" if len(names) == len(MONTHS) else ", ".join(names)
