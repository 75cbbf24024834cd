"""System.Diagnostics.EventLog and EventLogEntry, and how they are shown."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any

from emulator.event_log.rendering import provider_of
from emulator.host import AccessDenied, Account, EventLogEntry, Host, HostError
from emulator.host.security.security_names import name_of_sid
from emulator.host.windows.event_log import LONGEST_BINARY, LONGEST_MESSAGE, Audit, EventLevel, EventLog
from emulator.host.windows.log_settings import LogSettings
from emulator.powershell.dotnet.collections import PSArray, TypedArray
from emulator.powershell.dotnet.exceptions import NetError
from emulator.powershell.dotnet.numbers import Int64
from emulator.powershell.dotnet.time_values import DateTime
from emulator.powershell.dotnet.types import PSType, array_of, bind_class, builtin
from emulator.powershell.format.views import Column, View, table
from emulator.powershell.modules.management.enumerations import ENTRY_TYPE, OVERFLOW
from emulator.powershell.runtime.conversion import convert
from emulator.powershell.runtime.errors import not_emulated
from emulator.record import Record

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine

ENTRY, LOG = "System.Diagnostics.EventLogEntry", "System.Diagnostics.EventLog"
#: EventLogEntryType -> how the log keeps it.
_KINDS: dict[str, tuple[EventLevel, Audit | None]] = {
    "Error": (EventLevel.ERROR, None),
    "Warning": (EventLevel.WARNING, None),
    "Information": (EventLevel.INFORMATION, None),
    "SuccessAudit": (EventLevel.LOG_ALWAYS, Audit.SUCCESS),
    "FailureAudit": (EventLevel.LOG_ALWAYS, Audit.FAILURE),
}
_LARGEST_ID = 0xFFFF
_CHANNEL = "microsoft-windows-"


class ClassicEntry(Record):
    """An entry of a classic log."""

    host: Host
    entry: EventLogEntry

    @property
    def instance_id(self) -> int:
        """The identifier with the qualifiers of the provider above it."""
        qualifiers = provider_of(self.entry.source).qualifiers
        return int(qualifiers or 0) << 16 | self.entry.event_id

    @property
    def user_name(self) -> str | None:
        """``AUTHORITY\\name`` of who caused the event."""
        return None if self.entry.user is None else name_of_sid(self.host, self.entry.user) or self.entry.user


class ClassicLog(Record):
    """A classic log as it was when it was asked for."""

    host: Host
    name: str
    count: int


class OpenLog:
    """A log that a program opened: what it writes has the source that it set."""

    __slots__ = ("host", "name", "source")

    def __init__(self, host: Host, name: str, source: str) -> None:
        self.host = host
        self.name = name
        self.source = source

    @property
    def count(self) -> int:
        """How many entries the log has."""
        with self.host.looking():
            return len([*self.host.event_log.entries(self.name)])


def classic_logs(host: Host) -> list[ClassicLog]:
    """The logs that the classic functions know, in order of names."""
    with host.looking():
        names = sorted(
            (name for name in host.event_log.names if not name.casefold().startswith(_CHANNEL)),
            key=str.casefold,
        )
        return [ClassicLog(host, name, len([*host.event_log.entries(name)])) for name in names]


def local_time(host: Host, moment: Any) -> DateTime:
    """A moment in the machine's time zone."""
    return DateTime.from_python(moment, host.operating_system.utc_offset())


def entry_type_of(entry: EventLogEntry) -> str:
    """The name of EventLogEntryType."""
    if entry.audit is not None:
        return f"{entry.audit.name.title()}Audit"
    if entry.level in (EventLevel.CRITICAL, EventLevel.ERROR):
        return "Error"
    return "Warning" if entry.level is EventLevel.WARNING else "Information"


def _strings(found: ClassicEntry) -> TypedArray:
    texts = [text for _, text in found.entry.data] or [found.entry.message]
    return TypedArray(texts, array_of(builtin("System.String")))


def report_event(
    host: Host,
    log: str,
    source: str,
    message: str,
    kind: Any = None,
    event_id: int = 0,
    category: int = 0,
    raw_data: Any = None,
) -> None:
    """Write into a classic log as EventLog.WriteEntry does. Raises NetError for what it refuses."""
    if not 0 <= event_id <= _LARGEST_ID:
        text = f"Invalid eventID value '{event_id}'. It must be in the range between '0' and '65535'."
        raise NetError("System.ArgumentException", text)
    if len(message) > LONGEST_MESSAGE:
        text = (
            "Log entry string is too long. A string written to the event log cannot exceed 32766 characters."
        )
        raise NetError("System.ArgumentException", text)
    binary = bytes(int(one) for one in raw_data or ())
    if len(binary) > LONGEST_BINARY:
        raise NetError("System.ComponentModel.Win32Exception", "The array bounds are invalid")
    known = _KINDS.get("Information" if kind is None else str(kind))
    if known is None:
        text = f"The value of argument 'type' ({kind}) is invalid for Enum type 'EventLogEntryType'."
        text += "\r\nParameter name: type"
        raise NetError("System.ComponentModel.InvalidEnumArgumentException", text)
    level, audit = known
    data = (("", message),)
    number = category & 0xFFFF
    with host.looking():
        host.event_log.write(
            log, source, event_id, level, message, data=data, category=number, binary=binary, audit=audit
        )


def _host(engine: Engine) -> Host:
    found = engine.find_service(Host)
    if found is None:
        raise not_emulated("The event logs of the machine")
    return found


def _registered(engine: Engine, change: Callable[[EventLog, Account | None], None]) -> None:
    """Change which sources there are, as whoever the script is."""
    try:
        change(_host(engine).event_log, engine.find_service(Account))
    except AccessDenied:
        raise NetError(
            "System.Security.SecurityException", "Requested registry access is not allowed."
        ) from None
    except HostError as problem:
        raise NetError("System.ArgumentException", problem.text) from None


def _create_source(engine: Engine, source: str, log_name: str) -> None:
    _registered(engine, lambda log, who: log.register_source(log_name or "Application", source, who))


def _settings(log: Any) -> LogSettings:
    found: LogSettings = log.host.event_log.settings(log.name)
    return found


def retention_days(action: str, days: int) -> int:
    """What a log keeps for an OverflowAction (EventLog.ModifyOverflowPolicy)."""
    return {"DoNotOverwrite": -1, "OverwriteAsNeeded": 0}.get(action, days)


def _set_size(engine: Engine, log: Any, kilobytes: Any) -> None:
    kilobytes = convert(kilobytes, builtin("System.Int64"), engine)
    if not 64 <= kilobytes <= 4_194_240 or kilobytes % 64:
        text = "MaximumKilobytes must be between 64 KB and 4 GB, and must be in 64K increments."
        raise NetError("System.ArgumentOutOfRangeException", text)
    _registered(engine, lambda logs, who: logs.configure(log.name, size=int(kilobytes) << 10, caller=who))


def _set_overflow(engine: Engine, log: Any, action: Any, days: int) -> None:
    kept = retention_days(str(action), int(days))
    if str(action) == "OverwriteOlder" and not 1 <= kept <= 365:
        raise NetError(
            "System.ArgumentOutOfRangeException", "'retentionDays' must be between 1 and 365 days."
        )
    _registered(engine, lambda logs, who: logs.configure(log.name, retention_days=kept, caller=who))


def _set_source(log: Any, source: str) -> None:
    log.source = source


def _write_to(engine: Engine, log: Any, message: str, *rest: Any) -> None:
    """EventLog.WriteEntry of an object: its source must be one of the log."""
    if not log.source:
        text = "Source property was not set before writing to the event log."
        raise NetError("System.ArgumentException", text)
    _write_entry(engine, log.source, message, *rest)


def _write_entry(engine: Engine, source: str, message: str, *rest: Any) -> None:
    """Write an event; a source that is not there yet is registered for the log Application."""
    host = _host(engine)
    log = host.event_log.log_of_source(source)
    if log is None:
        _create_source(engine, source, "Application")
        log = "Application"
    report_event(host, log, source, message, *rest)


def _writers(first: str, write: Callable[..., None]) -> dict[str, Callable[..., None]]:
    """The overloads of WriteEntry, which take one argument more each."""
    arguments = [
        "string message",
        f"{ENTRY_TYPE.name} type",
        "int eventID",
        "int16 category",
        "byte[] rawData",
    ]
    return {
        f"@WriteEntry({first}{', '.join(arguments[:count])})": write for count in range(1, len(arguments) + 1)
    }


@cache
def event_log_types() -> tuple[PSType, ...]:
    """Every type; made and bound once for the process."""
    entry = PSType(
        ENTRY,
        base="System.ComponentModel.Component",
        instance={
            "MachineName: string": lambda e: e.host.operating_system.fully_qualified_name,
            "Data: byte[]": lambda e: TypedArray(e.entry.binary, array_of(builtin("System.Byte"))),
            "Index: int": lambda e: e.entry.record_id,
            "Category: string": lambda e: f"({e.entry.category})",
            "CategoryNumber: int16": lambda e: e.entry.category,
            "EventID: int": lambda e: e.entry.event_id,
            f"EntryType: {ENTRY_TYPE.name}": lambda e: ENTRY_TYPE[entry_type_of(e.entry)],
            "Message: string": lambda e: e.entry.message,
            "Source: string": lambda e: e.entry.source,
            "ReplacementStrings: string[]": _strings,
            "InstanceId: long": lambda e: Int64(e.instance_id),
            "TimeGenerated: System.DateTime": lambda e: local_time(e.host, e.entry.time),
            "TimeWritten: System.DateTime": lambda e: local_time(e.host, e.entry.time),
            "UserName: string": lambda e: e.user_name,
        },
        to_text=lambda _e: ENTRY,
    )
    log = PSType(
        LOG,
        base="System.ComponentModel.Component",
        instance={
            "Entries: System.Diagnostics.EventLogEntryCollection": lambda log: PSArray(
                [ClassicEntry(log.host, each) for each in log.host.event_log.entries(log.name)]
            ),
            "LogDisplayName: string": lambda log: log.name,
            "Log: string": lambda log: log.name,
            "MachineName: string": lambda _log: ".",
            "@MaximumKilobytes: long": lambda _engine, log: Int64(_settings(log).size >> 10),
            "@MaximumKilobytes=": _set_size,
            f"OverflowAction: {OVERFLOW.name}": lambda log: OVERFLOW[_settings(log).overflow],
            "MinimumRetentionDays: int": lambda log: _settings(log).retention_days,
            f"@ModifyOverflowPolicy({OVERFLOW.name} action, int retentionDays)": _set_overflow,
            "EnableRaisingEvents: bool": lambda _log: False,
            "Source: string": lambda log: getattr(log, "source", ""),
            "Source=": _set_source,
            **_writers("", _write_to),
            "Close()": lambda _log: None,
            "Dispose()": lambda _log: None,
        },
        construct={
            "@new()": lambda engine, _kind: OpenLog(_host(engine), "", ""),
            "@new(string logName)": lambda engine, _kind, name: OpenLog(_host(engine), name, ""),
            "@new(string logName, string machineName)": lambda engine, _kind, name, _machine: OpenLog(
                _host(engine), name, ""
            ),
            "@new(string logName, string machineName, string source)": (
                lambda engine, _kind, name, _machine, source: OpenLog(_host(engine), name, source)
            ),
        },
        static={
            "@SourceExists(string source)": lambda engine, source: (
                _host(engine).event_log.log_of_source(source) is not None
            ),
            "@Exists(string logName)": lambda engine, name: _host(engine).event_log.has(name),
            "@LogNameFromSourceName(string source, string machineName)": lambda engine, source, _machine: (
                _host(engine).event_log.log_of_source(source) or ""
            ),
            "@CreateEventSource(string source, string logName)": _create_source,
            "@DeleteEventSource(string source)": lambda engine, source: _registered(
                engine, lambda log, who: log.remove_source(source, who)
            ),
            "@GetEventLogs()": lambda engine: PSArray(classic_logs(_host(engine))),
            **_writers("string source, ", _write_entry),
        },
        to_text=lambda _log: LOG,
    )
    bind_class(entry, ClassicEntry)
    bind_class(log, ClassicLog)
    bind_class(log, OpenLog)
    return (entry, log)


def _short_time(found: ClassicEntry) -> str:
    return f"{found.entry.time + found.host.operating_system.utc_offset():%b %d %H:%M}"


EVENT_LOG_VIEWS: tuple[View, ...] = (
    table(
        ENTRY,
        columns=(
            Column("Index", "Index", 8, "right"),
            Column("Time", _short_time, 13),
            Column("EntryType", "EntryType", 11),
            Column("Source", "Source", 20),
            Column("InstanceID", "InstanceID", 12, "right"),
            Column("Message", "Message"),
        ),
    ),
    table(
        LOG,
        columns=(
            Column("Max(K)", lambda log: f"{_settings(log).size >> 10:,}", 8, "right"),
            Column("Retain", "MinimumRetentionDays", 6, "right"),
            Column("OverflowAction", "OverflowAction", 18),
            Column("Entries", lambda log: f"{log.count:,}", 10, "right"),
            Column("Log", "Log"),
        ),
    ),
)
