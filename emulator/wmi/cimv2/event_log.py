"""Win32_NTEventlogFile and Win32_NTLogEvent: the classic event logs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from emulator.host.windows.event_log import Audit, EventLevel, EventLogEntry
from emulator.wmi.cimv2.base import Win32RowView
from emulator.wmi.rows import Row
from emulator.wmi.view import wmi_method

if TYPE_CHECKING:
    from emulator.wmi.keys import Keys
    from emulator.wmi.method import Arguments, MethodResult

#: Only these three are event logs of the old kind; the channels of providers are not shown here.
_CLASSIC = ("Application", "Security", "System")
_FOLDER = "\\windows\\system32\\winevt\\logs\\"
_BYTES_OF_AN_ENTRY = 600
#: Win32_NTEventlogFile.OverWritePolicy of what happens when there is no room.
_POLICIES = {"OverwriteAsNeeded": "WhenNeeded", "OverwriteOlder": "OutDated", "DoNotOverwrite": "Never"}
#: EventType and Type by the audit or the level of an event.
_TYPES: dict[Audit | EventLevel, tuple[int, str]] = {
    Audit.SUCCESS: (4, "Audit Success"),
    Audit.FAILURE: (5, "Audit Failure"),
    EventLevel.LOG_ALWAYS: (3, "Information"),
    EventLevel.CRITICAL: (1, "Error"),
    EventLevel.ERROR: (1, "Error"),
    EventLevel.WARNING: (2, "Warning"),
    EventLevel.INFORMATION: (3, "Information"),
}
#: Win32_NTEventlogFile.ClearEventlog, "Return value": 8 for a privilege, 21 for a parameter.
_INVALID_PARAMETER = 21


class EventLogFile(Win32RowView):
    """The file of an event log."""

    class_name = "Win32_NTEventlogFile"
    constants = {
        "AccessMask": 0x120089,
        "Archive": True,
        "Compressed": False,
        "CreationClassName": "Win32_NTEventlogFile",
        "CSCreationClassName": "Win32_ComputerSystem",
        "Drive": "c:",
        "Encrypted": False,
        "Extension": "evtx",
        "FileType": "evtx File",
        "FSCreationClassName": "Win32_FileSystem",
        "FSName": "NTFS",
        "Hidden": False,
        "Path": _FOLDER,
        "Readable": True,
        "Status": "OK",
        "System": False,
        "Writeable": True,
    }

    def rows(self) -> Iterator[Row]:
        for name in _CLASSIC:
            file = f"C:{_FOLDER.title().replace('Winevt', 'winevt')}{name}.evtx"
            entries = list(self.host.event_log.entries(name))
            settings = self.host.event_log.settings(name)
            yield Row(
                name,
                {
                    "Caption": file,
                    "CSName": self.host.name,
                    "Description": file,
                    "FileName": name,
                    "FileSize": max(68 << 10, len(entries) * _BYTES_OF_AN_ENTRY),
                    "InstallDate": self.local_time(self.host.operating_system.install_date),
                    "LogfileName": name,
                    "MaxFileSize": settings.size,
                    "OverwriteOutDated": settings.retention_days % (1 << 32),
                    "OverWritePolicy": _POLICIES[settings.overflow],
                    "Name": file,
                    "NumberOfRecords": len(entries),
                    "Sources": sorted({entry.source for entry in entries} | {name}),
                },
            )

    @wmi_method
    def ClearEventlog(self, log: Row, arguments: Arguments) -> MethodResult:
        """Empty the log. Archiving before is not emulated and refused."""
        if arguments.text("ArchiveFileName"):
            self.namespace.service.record_gap(self.namespace.name, self.class_name, "ClearEventlog archive")
            return arguments.result(_INVALID_PARAMETER)
        self.host.event_log.clear(str(log.identity), arguments.caller)
        return arguments.result(0)


class LogEvent(Win32RowView):
    """An event of the classic logs, newest first."""

    class_name = "Win32_NTLogEvent"

    def rows(self) -> Iterator[Row]:
        for name in _CLASSIC:
            for entry in reversed(list(self.host.event_log.entries(name))):
                yield self.row_of(entry)

    def candidates(self, keys: Keys) -> Iterable[Row] | None:
        log = keys.text("Logfile")
        if not log:
            return None
        entries = self.host.event_log.entries(log) if log.title() in _CLASSIC else iter(())
        number = keys.text("RecordNumber")
        return [
            self.row_of(entry)
            for entry in reversed(list(entries))
            if not number or str(entry.record_id) == number
        ]

    def row_of(self, entry: EventLogEntry) -> Row:
        number, word = _TYPES[entry.audit or entry.level]
        moment = self.local_time(entry.time)
        return Row(
            (entry.log_name, entry.record_id),
            {
                "Category": entry.category,
                "ComputerName": self.host.operating_system.fully_qualified_name,
                "Data": list(entry.binary) or None,
                "EventCode": entry.event_id,
                "EventIdentifier": entry.event_id,
                "EventType": number,
                "InsertionStrings": [value for _, value in entry.data] or None,
                "Logfile": entry.log_name,
                "Message": entry.message,
                "RecordNumber": entry.record_id,
                "SourceName": entry.source,
                "TimeGenerated": moment,
                "TimeWritten": moment,
                "Type": word,
                "User": entry.user,
            },
            entry,
        )


VIEWS = (EventLogFile, LogEvent)
