"""Tasks as XML (Task Scheduler schema 1.2 to 1.4, MS-TSCH 2.5): read and written."""

from __future__ import annotations

from xml.sax.saxutils import escape

from emulator.host.errors import InvalidParameter
from emulator.host.windows.scheduled_tasks.definition import (
    GROUP,
    HIGHEST,
    INTERACTIVE,
    INTERACTIVE_OR_PASSWORD,
    LEAST_PRIVILEGE,
    NO_LOGON,
    PASSWORD,
    S4U,
    SERVICE_ACCOUNT,
    Repetition,
    TaskAction,
    TaskDefinition,
    TaskPrincipal,
    TaskSettings,
    TaskTrigger,
)
from emulator.xml_document import Element, MalformedXml, local_name, parse

SPACE = "http://schemas.microsoft.com/windows/2004/02/mit/task"
_MALFORMED = 0x8004131A
#: The longest definition that is read.
_MAXIMUM = 1 << 20
DAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
_LOGONS = {
    "S4U": S4U,
    "Password": PASSWORD,
    "InteractiveToken": INTERACTIVE,
    "InteractiveTokenOrPassword": INTERACTIVE_OR_PASSWORD,
}
_LOGON_NAMES = {number: name for name, number in _LOGONS.items()}
_LEVELS = {"LeastPrivilege": LEAST_PRIVILEGE, "HighestAvailable": HIGHEST}
_POLICIES = ("Parallel", "Queue", "IgnoreNew", "StopExisting")
#: Element of the settings -> field, as texts; flags and numbers are told by the field's default.
_SETTINGS = (
    ("MultipleInstancesPolicy", "multiple_instances"),
    ("DisallowStartIfOnBatteries", "disallow_start_on_batteries"),
    ("StopIfGoingOnBatteries", "stop_on_batteries"),
    ("AllowHardTerminate", "allow_hard_terminate"),
    ("StartWhenAvailable", "start_when_available"),
    ("RunOnlyIfNetworkAvailable", "run_only_if_network"),
    ("AllowStartOnDemand", "allow_demand_start"),
    ("Enabled", "enabled"),
    ("Hidden", "hidden"),
    ("RunOnlyIfIdle", "run_only_if_idle"),
    ("UseUnifiedSchedulingEngine", "unified_engine"),
    ("WakeToRun", "wake_to_run"),
    ("ExecutionTimeLimit", "execution_limit"),
    ("DeleteExpiredTaskAfter", "delete_expired_after"),
    ("Priority", "priority"),
)
_IDLE = (
    ("Duration", "idle_duration"),
    ("WaitTimeout", "idle_wait"),
    ("StopOnIdleEnd", "stop_on_idle_end"),
    ("RestartOnIdle", "restart_on_idle"),
)
_CALENDAR = {
    "ScheduleByDay": "Daily",
    "ScheduleByWeek": "Weekly",
    "ScheduleByMonth": "Monthly",
    "ScheduleByMonthDayOfWeek": "MonthlyDOW",
}
_KINDS = {
    **{f"{kind}Trigger": kind for kind in ("Time", "Boot", "Logon", "Idle", "Event", "Registration")},
    "SessionStateChangeTrigger": "SessionStateChange",
}


def read_task(text: str) -> TaskDefinition:
    """The definition that a document holds. Raises InvalidParameter."""
    if len(text) > _MAXIMUM:
        raise _malformed("it is too long")
    body = text.lstrip("\ufeff \t\r\n")
    if body.startswith("<?xml"):
        body = body[body.find("?>") + 2 :]
    try:
        root = parse(body.encode())
    except MalformedXml as problem:
        raise _malformed(str(problem)) from None
    if local_name(root) != "Task":
        raise _malformed(f"<{local_name(root)}> is not expected")
    parts = {local_name(child): child for child in root}
    about = _texts(parts.get("RegistrationInfo"))
    return TaskDefinition(
        actions=tuple(_action(one) for one in _children(parts.get("Actions"))),
        triggers=tuple(_trigger(one) for one in _children(parts.get("Triggers"))),
        principal=_principal(parts.get("Principals")),
        settings=_settings(parts.get("Settings")),
        author=about.get("Author", ""),
        date=about.get("Date", ""),
        description=about.get("Description", ""),
        documentation=about.get("Documentation", ""),
        source=about.get("Source", ""),
        uri=about.get("URI", ""),
        version=about.get("Version", ""),
        security_descriptor=about.get("SecurityDescriptor", ""),
    )


def _malformed(detail: str) -> InvalidParameter:
    return InvalidParameter(f"The task XML is malformed: {detail[:200]}.", hresult=_MALFORMED)


def _children(element: Element | None) -> list[Element]:
    return [] if element is None else list(element)


def _texts(element: Element | None) -> dict[str, str]:
    return {local_name(one): (one.text or "").strip() for one in _children(element)}


def _is_true(text: str) -> bool:
    return text.strip().lower() in ("true", "1")


def _action(element: Element) -> TaskAction:
    if local_name(element) != "Exec":
        raise InvalidParameter(
            f"The action {local_name(element)} is not emulated: tasks start programs.", hresult=0x80070032
        )
    texts = _texts(element)
    return TaskAction(
        texts.get("Command", ""),
        texts.get("Arguments", ""),
        texts.get("WorkingDirectory", ""),
        element.get("id", ""),
    )


def _principal(element: Element | None) -> TaskPrincipal:
    found = _children(element)
    if not found:
        return TaskPrincipal()
    texts = _texts(found[0])
    logon = _LOGONS.get(texts.get("LogonType", ""), GROUP if texts.get("GroupId") else NO_LOGON)
    level = _LEVELS.get(texts.get("RunLevel", "LeastPrivilege"), LEAST_PRIVILEGE)
    return TaskPrincipal(
        texts.get("UserId", ""),
        texts.get("GroupId", ""),
        logon,
        level,
        found[0].get("id", "Author"),
        texts.get("DisplayName", ""),
    )


def _settings(element: Element | None) -> TaskSettings:
    texts = _texts(element)
    idle = next((one for one in _children(element) if local_name(one) == "IdleSettings"), None)
    values = _fields(_SETTINGS, texts) | _fields(_IDLE, _texts(idle))
    restart = next((one for one in _children(element) if local_name(one) == "RestartOnFailure"), None)
    if restart is not None:
        again = _texts(restart)
        values |= {
            "restart_interval": again.get("Interval", ""),
            "restart_count": _number(again.get("Count", "0")),
        }
    return TaskSettings(**values)  # type: ignore[arg-type] # each value has the type of its field's default


def _fields(table: tuple[tuple[str, str], ...], texts: dict[str, str]) -> dict[str, object]:
    defaults = TaskSettings()
    found: dict[str, object] = {}
    for name, field in table:
        if name not in texts:
            continue
        default = getattr(defaults, field)
        if field == "multiple_instances":
            if texts[name] not in _POLICIES:
                raise _malformed(f"{name} is {texts[name]}")
            found[field] = _POLICIES.index(texts[name])
        elif isinstance(default, bool):
            found[field] = _is_true(texts[name])
        elif isinstance(default, int):
            found[field] = _number(texts[name])
        else:
            found[field] = texts[name]
    return found


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise _malformed(f"{text} is no number")
    return int(text)


def _trigger(element: Element) -> TaskTrigger:
    name = local_name(element)
    texts = _texts(element)
    parts = {local_name(one): one for one in element}
    values: dict[str, object] = {}
    kind = _KINDS.get(name)
    if name == "CalendarTrigger":
        schedule = next((one for one in element if local_name(one) in _CALENDAR), None)
        if schedule is None:
            raise _malformed("a CalendarTrigger has no schedule")
        kind = _CALENDAR[local_name(schedule)]
        values = _schedule(schedule)
    if kind is None:
        raise InvalidParameter(f"The trigger {name} is not emulated.", hresult=0x80070032)
    again = _texts(parts.get("Repetition"))
    return TaskTrigger(
        kind,
        id=element.get("id", ""),
        enabled=_is_true(texts.get("Enabled", "true")),
        start=texts.get("StartBoundary", ""),
        end=texts.get("EndBoundary", ""),
        execution_limit=texts.get("ExecutionTimeLimit", ""),
        repetition=Repetition(
            again.get("Interval", ""),
            again.get("Duration", ""),
            _is_true(again.get("StopAtDurationEnd", "false")),
        ),
        random_delay=texts.get("RandomDelay", ""),
        delay=texts.get("Delay", ""),
        user_id=texts.get("UserId", ""),
        subscription=texts.get("Subscription", ""),
        **values,  # type: ignore[arg-type] # the fields of the schedule
    )


def _schedule(element: Element) -> dict[str, object]:
    texts = _texts(element)
    parts = {local_name(one): one for one in element}
    interval = texts.get("DaysInterval") or texts.get("WeeksInterval") or "1"
    days = [(one.text or "").strip() for one in _children(parts.get("DaysOfMonth"))]
    weeks = [(one.text or "").strip() for one in _children(parts.get("Weeks"))]
    months = [local_name(one) for one in _children(parts.get("Months"))]
    return {
        "interval": _number(interval),
        "days_of_week": _bits(DAYS, [local_name(one) for one in _children(parts.get("DaysOfWeek"))]),
        "days_of_month": sum(1 << (_number(day) - 1) for day in days if day != "Last" and _number(day) <= 31),
        "last_day_of_month": "Last" in days,
        "months": _bits(MONTHS, months) if months else 0xFFF,
        "weeks_of_month": sum(1 << (_number(week) - 1) for week in weeks if week != "Last"),
        "last_week_of_month": "Last" in weeks,
    }


def _bits(names: tuple[str, ...], found: list[str]) -> int:
    return sum(1 << names.index(name) for name in set(found) if name in names)


# Writing


def write_task(definition: TaskDefinition) -> str:
    """A definition as a document, as schtasks and Export-ScheduledTask show it."""
    about = (
        ("Date", definition.date),
        ("Author", definition.author),
        ("Version", definition.version),
        ("Description", definition.description),
        ("Source", definition.source),
        ("Documentation", definition.documentation),
        ("URI", definition.uri),
        ("SecurityDescriptor", definition.security_descriptor),
    )
    version = {1: "1.1", 2: "1.2", 3: "1.3"}.get(definition.settings.compatibility, "1.4")
    lines = [
        '<?xml version="1.0" encoding="UTF-16"?>',
        f'<Task version="{version}" xmlns="{SPACE}">',
        "  <RegistrationInfo>",
        *(f"    <{name}>{escape(text)}</{name}>" for name, text in about if text),
        "  </RegistrationInfo>",
        "  <Triggers>" if definition.triggers else "  <Triggers />",
    ]
    for trigger in definition.triggers:
        lines += [f"    {line}" for line in _trigger_lines(trigger)]
    lines += ["  </Triggers>"] if definition.triggers else []
    lines += _principal_lines(definition.principal)
    lines += _settings_lines(definition.settings)
    lines.append(f'  <Actions Context="{escape(definition.principal.id or "Author")}">')
    for action in definition.actions:
        lines.append("    <Exec>")
        lines.append(f"      <Command>{escape(action.execute)}</Command>")
        if action.arguments:
            lines.append(f"      <Arguments>{escape(action.arguments)}</Arguments>")
        if action.working_directory:
            lines.append(f"      <WorkingDirectory>{escape(action.working_directory)}</WorkingDirectory>")
        lines.append("    </Exec>")
    lines += ["  </Actions>", "</Task>"]
    return "\r\n".join(lines)


def _principal_lines(principal: TaskPrincipal) -> list[str]:
    logon = _LOGON_NAMES.get(principal.logon_type)
    level = "HighestAvailable" if principal.run_level == HIGHEST else "LeastPrivilege"
    user = "S-1-5-18" if principal.logon_type == SERVICE_ACCOUNT and principal.user_id == "SYSTEM" else ""
    return [
        "  <Principals>",
        f'    <Principal id="{escape(principal.id or "Author")}">',
        *([f"      <RunLevel>{level}</RunLevel>"] if principal.run_level or user else []),
        *([f"      <GroupId>{escape(principal.group_id)}</GroupId>"] if principal.group_id else []),
        *([f"      <UserId>{escape(user or principal.user_id)}</UserId>"] if principal.user_id else []),
        *([f"      <LogonType>{logon}</LogonType>"] if logon else []),
        "    </Principal>",
        "  </Principals>",
    ]


def _settings_lines(settings: TaskSettings) -> list[str]:
    lines = ["  <Settings>"]
    for name, field in _SETTINGS:
        value = getattr(settings, field)
        if value == "" and name == "DeleteExpiredTaskAfter":
            continue
        lines.append(f"    <{name}>{_shown(field, value)}</{name}>")
        if name == "RunOnlyIfNetworkAvailable":
            lines.append("    <IdleSettings>")
            lines += [
                f"      <{one}>{_shown(key, getattr(settings, key))}</{one}>"
                for one, key in _IDLE
                if getattr(settings, key) != ""
            ]
            lines.append("    </IdleSettings>")
    if settings.restart_count:
        lines += [
            "    <RestartOnFailure>",
            f"      <Interval>{escape(settings.restart_interval)}</Interval>",
            f"      <Count>{settings.restart_count}</Count>",
            "    </RestartOnFailure>",
        ]
    return [*lines, "  </Settings>"]


def _shown(field: str, value: object) -> str:
    if field == "multiple_instances" and isinstance(value, int):
        return _POLICIES[value]
    if isinstance(value, bool):
        return "true" if value else "false"
    return escape(str(value))


def _trigger_lines(trigger: TaskTrigger) -> list[str]:
    schedule = next((name for name, kind in _CALENDAR.items() if kind == trigger.kind), None)
    name = "CalendarTrigger" if schedule else f"{trigger.kind}Trigger"
    lines = [f"<{name}>"]
    if trigger.repetition.interval:
        lines += ["  <Repetition>", f"    <Interval>{escape(trigger.repetition.interval)}</Interval>"]
        if trigger.repetition.duration:
            lines.append(f"    <Duration>{escape(trigger.repetition.duration)}</Duration>")
        stops = "true" if trigger.repetition.stops_at_end else "false"
        lines += [f"    <StopAtDurationEnd>{stops}</StopAtDurationEnd>", "  </Repetition>"]
    for key, text in (
        ("StartBoundary", trigger.start),
        ("EndBoundary", trigger.end),
        ("ExecutionTimeLimit", trigger.execution_limit),
        ("Enabled", "true" if trigger.enabled else "false"),
        ("RandomDelay", trigger.random_delay),
        ("Delay", trigger.delay),
        ("UserId", trigger.user_id),
        ("Subscription", trigger.subscription),
    ):
        if text:
            lines.append(f"  <{key}>{escape(text)}</{key}>")
    if schedule:
        lines.append(f"  <{schedule}>")
        lines += [f"    {line}" for line in _schedule_lines(trigger)]
        lines.append(f"  </{schedule}>")
    return [*lines, f"</{name}>"]


def _schedule_lines(trigger: TaskTrigger) -> list[str]:
    if trigger.kind == "Daily":
        return [f"<DaysInterval>{trigger.interval}</DaysInterval>"]
    days = [f"  <{name} />" for place, name in enumerate(DAYS) if trigger.days_of_week >> place & 1]
    months = [f"  <{name} />" for place, name in enumerate(MONTHS) if trigger.months >> place & 1]
    if trigger.kind == "Weekly":
        return [
            f"<WeeksInterval>{trigger.interval}</WeeksInterval>",
            *("<DaysOfWeek>", *days, "</DaysOfWeek>"),
        ]
    if trigger.kind == "Monthly":
        numbers = [str(day + 1) for day in range(31) if trigger.days_of_month >> day & 1]
        numbers += ["Last"] if trigger.last_day_of_month else []
        lines = ["<DaysOfMonth>", *(f"  <Day>{one}</Day>" for one in numbers), "</DaysOfMonth>"]
        return [*lines, "<Months>", *months, "</Months>"]
    weeks = [str(week + 1) for week in range(4) if trigger.weeks_of_month >> week & 1]
    weeks += ["Last"] if trigger.last_week_of_month else []
    return [
        *("<Weeks>", *(f"  <Week>{one}</Week>" for one in weeks), "</Weeks>"),
        *("<DaysOfWeek>", *days, "</DaysOfWeek>"),
        *("<Months>", *months, "</Months>"),
    ]
