"""The event logs: bounded lists of entries by log name."""

from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from enum import Enum, IntEnum
from typing import TYPE_CHECKING

from emulator.host.checks import check_number, check_text
from emulator.host.errors import AlreadyExists, InvalidParameter, NotFound, QuotaExceeded
from emulator.host.security.callers import may_administer, require_administrator
from emulator.host.windows.log_settings import LogSettings, checked_size, default_settings
from emulator.record import Record

if TYPE_CHECKING:
    from emulator.host.host import Host
    from emulator.host.security.account import Account

# A real log is bounded by bytes; this one by entries. The oldest go first.
MAXIMUM_ENTRIES = 4096

LOG_NAMES = ("Application", "Security", "System", "Microsoft-Windows-WinRM/Operational")
#: Sources that write into a classic log on every machine, beside those that have written already.
_SOURCES = {
    "Application": "Application",
    "EventLog": "System",
    "Microsoft-Windows-Kernel-General": "System",
    "MsiInstaller": "Application",
    "Security": "Security",
    "Service Control Manager": "System",
    "System": "System",
    "User32": "System",
    "VSS": "Application",
    "WinRM": "System",
}
#: RegisterEventSource and the registry: names of sources and logs; how many an administrator may add.
LONGEST_NAME, MAXIMUM_SOURCES = 255, 4096
#: ReportEvent: how many characters a string and how many bytes the raw data of an event may have.
LONGEST_MESSAGE, LONGEST_BINARY = 32_766, 61_440
_PROTECTED = frozenset({"application", "security", "system"})
#: Channels that come with the Hyper-V role, by the first build that has them (from memory of Event Viewer).
_ROLE_CHANNELS = {
    0: (
        "Config-Admin",
        "Config-Operational",
        "High-Availability-Admin",
        "Hypervisor-Admin",
        "Hypervisor-Operational",
        "Integration-Admin",
        "SynthNic-Admin",
        "SynthStor-Admin",
        "VMMS-Admin",
        "Worker-Admin",
    ),
    9200: (
        "EmulatedNic-Admin",
        "Hierarchical-NIC-Switch/Operational",
        "SynthFc-Admin",
        "VMMS-Networking",
        "VMMS-Operational",
        "VMMS-Storage",
        "VmSwitch-Operational",
    ),
    9600: ("Shared-VHDX/Operational", "StorageVSP-Admin", "Worker-Operational"),
    14393: ("Compute-Admin", "Compute-Operational", "Guest-Drivers/Admin", "VID-Admin", "VMSP-Admin"),
}


def role_channels(build: int) -> tuple[str, ...]:
    """The channels of the Hyper-V role of a build."""
    rows = (names for first, names in _ROLE_CHANNELS.items() if build >= first)
    return tuple(f"Microsoft-Windows-Hyper-V-{name}" for names in rows for name in names)


class EventLevel(IntEnum):
    """Level of an event (System/Level); audits are logged whatever the level of a log is."""

    LOG_ALWAYS = 0
    CRITICAL = 1
    ERROR = 2
    WARNING = 3
    INFORMATION = 4


class Audit(Enum):
    """Whether what is audited was done or refused; the value is the keyword of winmeta.h."""

    SUCCESS = 0x20_0000_0000_0000
    FAILURE = 0x10_0000_0000_0000


class EventLogEntry(Record):
    """One event. ``record_id`` counts from 1 in each log; ``time`` is UTC. ``data`` holds the insertion
    strings of the message, by name where the provider names them, ``binary`` what ReportEvent took as raw
    data. An event with an ``audit`` has the level LOG_ALWAYS."""

    record_id: int
    log_name: str
    source: str
    event_id: int
    level: EventLevel
    time: datetime
    message: str
    user: str | None = None
    data: tuple[tuple[str, str], ...] = ()
    category: int = 0
    binary: bytes = b""
    audit: Audit | None = None


class EventLog:
    """All logs of the machine."""

    def __init__(self, host: "Host") -> None:
        self.host = host
        self._logs: dict[str, deque[EventLogEntry]] = {}
        self._names: dict[str, str] = {}
        self._counts: dict[str, int] = {}
        self._sources: dict[str, tuple[str, str]] = {}
        self._settings: dict[str, LogSettings] = {}
        self._moment: datetime | None = None

    def seed(self) -> None:
        self._logs.clear()
        self._names.clear()
        self._counts.clear()
        self._settings.clear()
        self._sources = {source.casefold(): (source, log) for source, log in _SOURCES.items()}
        for name in LOG_NAMES:
            self._add_log(name)

    def now(self) -> datetime:
        """The time that an event has which is written now, UTC."""
        return self._moment or self.host.clock.now()

    @contextmanager
    def dated(self, moment: datetime) -> Iterator[None]:
        """What is written meanwhile happened at that time, before the host was made."""
        self._moment = moment
        try:
            yield
        finally:
            self._moment = None

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the logs."""
        return tuple(self._names.values())

    def entries(self, log_name: str | None = None) -> Iterator[EventLogEntry]:
        """Entries of a log (any case), oldest first; without a name those of all logs, log by log."""
        if log_name is None:
            for log in list(self._logs.values()):
                yield from list(log)
        else:
            yield from list(self._logs.get(log_name.casefold(), ()))

    def write(
        self,
        log_name: str,
        source: str,
        event_id: int,
        level: EventLevel,
        message: str,
        user: str | None = None,
        data: Sequence[tuple[str, str]] = (),
        *,
        category: int = 0,
        binary: bytes = b"",
        audit: Audit | None = None,
    ) -> EventLogEntry:
        """Append an event with the present time. Call it with the host's lock held."""
        key = log_name.casefold()
        if key not in self._logs:
            self._add_log(log_name)
        self._counts[key] += 1
        entry = EventLogEntry(
            self._counts[key],
            self._names[key],
            source,
            event_id,
            level,
            self.now(),
            message,
            user,
            tuple(data),
            category,
            binary,
            audit,
        )
        self._logs[key].append(entry)
        self.host.next_revision()
        self.host.observe("created", entry)
        return entry

    def has(self, log_name: str) -> bool:
        """Whether there is a log of this name, in any case."""
        return log_name.casefold() in self._logs

    def settings(self, log_name: str) -> LogSettings:
        """How large a log (any case) may get, and what happens then."""
        return self._settings.get(log_name.casefold()) or default_settings(log_name)

    def may_read(self, log_name: str, caller: "Account | None") -> bool:
        """Whether somebody may read a log: that of the audit is for administrators."""
        return log_name.casefold() != "security" or may_administer(caller)

    def configure(
        self,
        log_name: str,
        *,
        size: int | None = None,
        retention_days: int | None = None,
        caller: "Account | None" = None,
    ) -> None:
        """Change the settings of a log. Raises AccessDenied, NotFound, InvalidParameter."""
        require_administrator(caller)
        with self.host.looking():
            if not self.has(log_name):
                raise NotFound(f"The log {log_name:.64} does not exist on the local computer.")
            settings = self.settings(log_name)
            if size is not None:
                settings = settings.replaced(size=checked_size(size))
            if retention_days is not None:
                days = check_number("the retention", retention_days, -1, 365)
                settings = settings.replaced(retention_days=days)
            self._settings[log_name.casefold()] = settings
            self.host.next_revision()

    def clear(self, log_name: str, caller: "Account | None" = None) -> None:
        """Empty a log, which an event tells: 1102 in the log of the audit itself, 104 in System. Record ids
        start again at 1. Raises AccessDenied, NotFound."""
        require_administrator(caller)
        key = log_name.casefold()
        with self.host.looking():
            if key not in self._logs:
                raise NotFound(f"The log {log_name:.64} does not exist on the local computer.")
            self._logs[key].clear()
            self._counts[key] = 0
            told, number, text = "System", 104, f"The {self._names[key]} log file was cleared."
            if key == "security":
                told, number, text = self._names[key], 1102, "The audit log was cleared."
            user = None if caller is None else caller.sid
            self.write(told, "Microsoft-Windows-Eventlog", number, EventLevel.INFORMATION, text, user)

    def log_of_source(self, source: str) -> str | None:
        """The classic log into which a source writes; None for one that nobody registered."""
        found = self._sources.get(source.casefold())
        return None if found is None else found[1]

    def register_source(self, log_name: str, source: str, caller: "Account | None" = None) -> None:
        """Let a source write into a log, which is made when there is none of that name.

        Raises AccessDenied, AlreadyExists (the source is registered), InvalidParameter, QuotaExceeded.
        """
        require_administrator(caller)
        with self.host.looking():
            check_text("the name of a source", source, LONGEST_NAME, shortest=1)
            check_text("the name of a log", log_name, LONGEST_NAME, shortest=1)
            if not (source + log_name).isprintable() or set("\\*?") & set(log_name):
                raise InvalidParameter(f"The log name {log_name:.64} is not valid.")
            if source.casefold() in self._sources:
                raise AlreadyExists(f"Source {source:.64} already exists on the local computer.")
            if len(self._sources) >= MAXIMUM_SOURCES:
                raise QuotaExceeded("No more event sources can be registered.")
            if not self.has(log_name):
                self._add_log(log_name)
            self._sources[source.casefold()] = (source, self._names[log_name.casefold()])
            self.host.next_revision()

    def remove_source(self, source: str, caller: "Account | None" = None) -> None:
        """Forget a source; what it wrote stays. Raises AccessDenied, NotFound."""
        require_administrator(caller)
        with self.host.looking():
            if self._sources.pop(source.casefold(), None) is None:
                raise NotFound(f"The source {source:.64} is not registered on the local computer.")
            self.host.next_revision()

    def remove_log(self, log_name: str, caller: "Account | None" = None) -> None:
        """Remove a log with its sources. Raises AccessDenied, NotFound, InvalidParameter for the logs of
        Windows."""
        require_administrator(caller)
        with self.host.looking():
            key = log_name.casefold()
            if key not in self._logs:
                raise NotFound(f"The log {log_name:.64} does not exist on the local computer.")
            if key in _PROTECTED or "-" in key:
                raise InvalidParameter(f"The log {log_name:.64} cannot be removed.")
            for kept in (self._logs, self._names, self._counts):
                del kept[key]
            self._settings.pop(key, None)
            self._sources = {
                each: (source, log) for each, (source, log) in self._sources.items() if log.casefold() != key
            }
            self.host.next_revision()

    def open_channels(self) -> None:
        """The channels of the Hyper-V role are there from now on."""
        for name in role_channels(self.host.release.build):
            if not self.has(name):
                self._add_log(name)

    def _add_log(self, name: str) -> None:
        key = name.casefold()
        self._logs[key] = deque(maxlen=MAXIMUM_ENTRIES)
        self._names[key] = name
        self._counts[key] = 0
