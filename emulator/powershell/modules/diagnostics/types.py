"""EventLogRecord, EventLogConfiguration and ProviderMetadata of System.Diagnostics.Eventing.Reader."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from emulator.event_log.rendering import event_xml, keyword_names, keywords_of, level_name, provider_of
from emulator.host import AccessDenied, Account, EventLogEntry, Host, HostError
from emulator.host.windows.log_settings import LogSettings
from emulator.powershell.dotnet.collections import TypedArray
from emulator.powershell.dotnet.enums import EnumType, EnumValue
from emulator.powershell.dotnet.exceptions import NetError
from emulator.powershell.dotnet.numbers import Int64
from emulator.powershell.dotnet.simple import Guid
from emulator.powershell.dotnet.time_values import DateTime
from emulator.powershell.dotnet.types import PSType, array_of, bind_class, builtin, register
from emulator.powershell.format.views import Column, View, table
from emulator.powershell.runtime.errors import not_emulated

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine

_NAMESPACE = "System.Diagnostics.Eventing.Reader"
RECORD, CONFIGURATION, PROVIDER = (
    f"{_NAMESPACE}.{name}" for name in ("EventLogRecord", "EventLogConfiguration", "ProviderMetadata")
)
LOG_MODE = EnumType(f"{_NAMESPACE}.EventLogMode", {"Circular": 0, "AutoBackup": 1, "Retain": 2})
LOG_TYPE = EnumType(
    f"{_NAMESPACE}.EventLogType", {"Administrative": 0, "Operational": 1, "Analytical": 2, "Debug": 3}
)
LOG_ISOLATION = EnumType(f"{_NAMESPACE}.EventLogIsolation", {"Application": 0, "System": 1, "Custom": 2})
CLASSIC_LOGS = frozenset({"application", "security", "system"})
#: Bytes of a file with nothing in it, and about those of an event; chosen.
_EMPTY_FILE, _EVENT_SIZE = 69_632, 1024


@dataclass(frozen=True, slots=True)
class EventRecord:
    """An entry of a log of a machine."""

    host: Host
    entry: EventLogEntry


@dataclass(frozen=True, slots=True)
class EventProperty:
    """One insertion string of an event, or its raw data."""

    value: Any


@dataclass(frozen=True, slots=True)
class LogConfiguration:
    """A log as it was when it was asked for."""

    name: str
    count: int
    oldest: int
    last_write: DateTime | None
    settings: LogSettings
    changes: dict[str, Any] = field(default_factory=dict)
    """Properties that the script has set, which only SaveChanges would write."""

    @property
    def is_classic(self) -> bool:
        return self.name.casefold() in CLASSIC_LOGS

    @property
    def mode(self) -> EnumValue:
        """EventLogMode: what happens when there is no room."""
        return LOG_MODE["Circular" if self.settings.retention_days == 0 else "Retain"]


@dataclass(frozen=True, slots=True)
class ProviderMetadata:
    """A provider of events."""

    name: str
    logs: tuple[str, ...]


def local(host: Host, moment: Any) -> DateTime:
    """A moment in the machine's time zone."""
    return DateTime.from_python(moment, host.operating_system.utc_offset())


def _provider_id(record: EventRecord) -> Guid | None:
    return Guid.parse(provider_of(record.entry.source).guid)


def _properties(record: EventRecord) -> TypedArray:
    values: list[Any] = [text for _, text in record.entry.data] or [record.entry.message]
    if record.entry.binary:
        values.append(TypedArray(record.entry.binary, array_of(builtin("System.Byte"))))
    return TypedArray([EventProperty(one) for one in values], array_of(event_types()[1]))


def _file(name: str) -> str:
    return f"%SystemRoot%\\System32\\Winevt\\Logs\\{name.replace('/', '%4')}.evtx"


def log_configuration(host: Host, name: str) -> LogConfiguration:
    """A log as it is now."""
    with host.looking():
        entries = list(host.event_log.entries(name))
    last = local(host, entries[-1].time) if entries else None
    first = entries[0].record_id if entries else 0
    return LogConfiguration(name, len(entries), first, last, host.event_log.settings(name))


for _name, _base in (
    ("EventLogException", "System.Exception"),
    ("EventLogNotFoundException", f"{_NAMESPACE}.EventLogException"),
):
    register(PSType(f"{_NAMESPACE}.{_name}", base=_base))


def _opened_log(engine: Engine, _kind: PSType, name: str) -> LogConfiguration:
    """``[EventLogConfiguration]::new``; a name of no log is an EventLogNotFoundException."""
    host = engine.find_service(Host)
    if host is None:
        raise not_emulated("EventLogConfiguration without a machine")
    with host.looking():
        known = next((one for one in host.event_log.names if one.casefold() == name.casefold()), None)
    if known is None:
        raise NetError(f"{_NAMESPACE}.EventLogNotFoundException", "The specified channel could not be found.")
    return log_configuration(host, known)


def _save_changes(engine: Engine, log: LogConfiguration) -> None:
    """Write the size and the mode of a log; its other settings are not part of the machine."""
    if log.changes.keys() - {"MaximumSizeInBytes", "LogMode"}:
        engine.gap("method", f"[{CONFIGURATION}].SaveChanges()")
        raise not_emulated("SaveChanges of a log with other settings than its size and mode")
    host, account = engine.find_service(Host), engine.find_service(Account)
    if not log.changes or host is None:
        return
    size, mode = (log.changes.get(name) for name in ("MaximumSizeInBytes", "LogMode"))
    days = None if mode is None else 0 if str(mode) == "Circular" else -1
    try:
        host.event_log.configure(
            log.name, size=None if size is None else int(size), retention_days=days, caller=account
        )
    except AccessDenied:
        raise NetError(
            "System.UnauthorizedAccessException", "Attempted to perform an unauthorized operation."
        ) from None
    except HostError:
        raise NetError(f"{_NAMESPACE}.EventLogException", "The parameter is incorrect") from None
    log.changes.clear()


def _settable(name: str, kind: str, read: Callable[[LogConfiguration], Any]) -> dict[str, Any]:
    def get(log: LogConfiguration) -> Any:
        return log.changes[name] if name in log.changes else read(log)

    def put(log: LogConfiguration, value: Any) -> None:
        log.changes[name] = value

    return {f"{name}: {kind}": get, f"{name}=": put}


@cache
def event_types() -> tuple[PSType, ...]:
    """Every type; made and bound once for the process."""
    record = PSType(
        RECORD,
        base="System.Object",
        instance={
            "Message: System.String": lambda record: record.entry.message,
            "Id: System.Int32": lambda record: record.entry.event_id,
            "Version: System.Byte": lambda _: 0,
            "Qualifiers: System.Int32": lambda record: (
                int(found) if (found := provider_of(record.entry.source).qualifiers) else None
            ),
            "Level: System.Byte": lambda record: int(record.entry.level),
            "Task: System.Int32": lambda record: record.entry.category,
            "Opcode: System.Int16": lambda _: 0,
            "Keywords: System.Int64": lambda record: _signed(keywords_of(record.entry)),
            "KeywordsDisplayNames: System.String[]": lambda record: TypedArray(
                keyword_names(record.entry), array_of(builtin("System.String"))
            ),
            "RecordId: System.Int64": lambda record: record.entry.record_id,
            "ProviderName: System.String": lambda record: record.entry.source,
            "ProviderId: System.Guid": _provider_id,
            "LogName: System.String": lambda record: record.entry.log_name,
            "ProcessId: System.Int32": lambda _: 4,
            "ThreadId: System.Int32": lambda _: 0,
            "MachineName: System.String": lambda record: record.host.operating_system.fully_qualified_name,
            "UserId: System.String": lambda record: record.entry.user,
            "TimeCreated: System.DateTime": lambda record: local(record.host, record.entry.time),
            "ActivityId: System.Guid": lambda _: None,
            "RelatedActivityId: System.Guid": lambda _: None,
            "ContainerLog: System.String": lambda record: record.entry.log_name.lower(),
            "LevelDisplayName: System.String": lambda record: level_name(record.entry),
            "OpcodeDisplayName: System.String": lambda _: "Info",
            "TaskDisplayName: System.String": lambda _: None,
            f"Properties: {_NAMESPACE}.EventProperty[]": _properties,
            "ToXml()": lambda record: event_xml(record.entry, record.host),
            "FormatDescription()": lambda record: record.entry.message,
        },
    )
    prop = PSType(f"{_NAMESPACE}.EventProperty", instance={"Value: System.Object": lambda each: each.value})
    log = PSType(
        CONFIGURATION,
        instance={
            "FileSize: System.Int64": lambda log: _EMPTY_FILE + log.count * _EVENT_SIZE,
            "IsLogFull: System.Boolean": lambda _: False,
            "LastAccessTime: System.DateTime": lambda log: log.last_write,
            "LastWriteTime: System.DateTime": lambda log: log.last_write,
            "OldestRecordNumber: System.Int64": lambda log: log.oldest if log.count else None,
            "RecordCount: System.Int64": lambda log: log.count,
            "LogName: System.String": lambda log: log.name,
            f"LogType: {LOG_TYPE.name}": lambda log: LOG_TYPE[
                "Operational" if log.name.endswith("Operational") else "Administrative"
            ],
            f"LogIsolation: {LOG_ISOLATION.name}": lambda log: LOG_ISOLATION[
                "System" if log.name.casefold() == "system" else "Application"
            ],
            **_settable("IsEnabled", "System.Boolean", lambda _: True),
            "IsClassicLog: System.Boolean": lambda log: log.is_classic,
            **_settable("LogFilePath", "System.String", lambda log: _file(log.name)),
            **_settable("MaximumSizeInBytes", "System.Int64", lambda log: log.settings.size),
            **_settable("LogMode", LOG_MODE.name, lambda log: log.mode),
            **_settable("SecurityDescriptor", "System.String", lambda _: None),
            "@SaveChanges()": _save_changes,
            "Dispose()": lambda _log: None,
        },
        construct={"@new(string logName)": _opened_log},
        to_text=lambda log: log.name,
    )
    texts = array_of(builtin("System.String"))
    provider = PSType(
        PROVIDER,
        instance={
            "Name: System.String": lambda each: each.name,
            "Id: System.Guid": lambda each: Guid.parse(provider_of(each.name).guid),
            "LogLinks: System.String[]": lambda each: TypedArray(each.logs, texts),
        },
        to_text=lambda each: each.name,
    )
    bind_class(record, EventRecord)
    bind_class(prop, EventProperty)
    bind_class(log, LogConfiguration)
    bind_class(provider, ProviderMetadata)
    return (record, prop, log, provider, LOG_MODE, LOG_TYPE, LOG_ISOLATION)


def _signed(number: int) -> Int64:
    return Int64(number - (1 << 64) if number >= 1 << 63 else number)


VIEWS: tuple[View, ...] = (
    table(
        RECORD,
        columns=(
            Column("TimeCreated", "TimeCreated", 25),
            Column("Id", "Id", 8, "right"),
            Column("LevelDisplayName", "LevelDisplayName", 16),
            Column("Message", "Message"),
        ),
        group_by=Column("ProviderName", "ProviderName"),
    ),
    table(
        CONFIGURATION,
        columns=(
            Column("LogMode", "LogMode", 9),
            Column("MaximumSizeInBytes", "MaximumSizeInBytes", 18, "right"),
            Column("RecordCount", "RecordCount", 11, "right"),
            Column("LogName", "LogName"),
        ),
    ),
    table(PROVIDER, columns=(Column("Name", "Name", 40), Column("LogLinks", "LogLinks"))),
)
