"""What comes from a server, made again: error, message, information and progress records."""

from __future__ import annotations

from typing import Any

from emulator.powershell.dotnet.collections import LIST_TYPES
from emulator.powershell.dotnet.enums import EnumValue
from emulator.powershell.dotnet.exceptions import ExceptionObject
from emulator.powershell.dotnet.psobject import PSObject, unwrap
from emulator.powershell.runtime.errors import CATEGORIES, RecordSource, RemotingErrorRecord
from emulator.powershell.runtime.scalars import to_bool, to_text
from emulator.powershell.runtime.streams import InformationRecord, ProgressRecord, RecordOrigin

_REMOTE_EXCEPTION = "System.Management.Automation.RemoteException"


def read_error(bag: PSObject, source: RecordSource) -> RemotingErrorRecord:
    """An error of a remote command: its exception is a RemoteException, whatever it was there."""
    exception = bag.note("Exception")
    message = exception.note("Message") if isinstance(exception, PSObject) else None
    text = to_text(message) if message is not None else (bag.text or "")
    place = number(bag.note("ErrorCategory_Category"))
    made = RemotingErrorRecord(
        ExceptionObject(
            _REMOTE_EXCEPTION,
            text,
            serializedremoteexception=exception,
            serializedremoteinvocationinfo=bag.note("InvocationInfo"),
        ),
        _text(bag, "FullyQualifiedErrorId"),
        CATEGORIES[place] if 0 <= place < len(CATEGORIES) else "NotSpecified",
        bag.note("TargetObject"),
        source,
    )
    made.activity = _text(bag, "ErrorCategory_Activity")
    made.reason = _text(bag, "ErrorCategory_Reason")
    made.target_name = _text(bag, "ErrorCategory_TargetName")
    made.target_type = _text(bag, "ErrorCategory_TargetType")
    details = bag.note("ErrorDetails_Message")
    if details is not None:
        made.details = to_text(details)
        made.recommended_action = _text(bag, "ErrorDetails_RecommendedAction")
    made.script_stack_trace = _text(bag, "ErrorDetails_ScriptStackTrace")
    return made


def _text(bag: PSObject, name: str) -> str:
    value = bag.note(name)
    return "" if value is None else to_text(value)


def read_message(bag: PSObject) -> str:
    """The text of a warning, verbose or debug record."""
    return _text(bag, "InformationalRecord_Message") or bag.text or ""


def read_information(bag: PSObject) -> InformationRecord:
    """An information record; what Write-Host wrote is one of those again."""
    data, tags = bag.note("MessageData"), unwrap(bag.note("Tags"))
    names = tuple(to_text(one) for one in tags) if type(tags) in LIST_TYPES else ()
    is_host = "PSHOST" in names and isinstance(data, PSObject)
    made = InformationRecord(_text(data, "Message") if is_host else data, names, is_host)
    if is_host:
        made.newline = not to_bool(data.note("NoNewLine"))
        made.foreground, made.background = (
            None if data.note(name) is None else to_text(data.note(name))
            for name in ("ForegroundColor", "BackgroundColor")
        )
    made.source = _text(bag, "Source")
    made.time = bag.note("TimeGenerated")
    made.origin = RecordOrigin(
        _text(bag, "User"),
        _text(bag, "Computer"),
        number(bag.note("ProcessId")),
        number(bag.note("NativeThreadId")),
    )
    return made


def read_progress(bag: PSObject) -> ProgressRecord:
    """A progress record."""
    made = ProgressRecord(
        _text(bag, "Activity"), _text(bag, "StatusDescription"), number(bag.note("ActivityId"))
    )
    made.current_operation = _text(bag, "CurrentOperation")
    made.parent_id = number(bag.note("ParentActivityId"), -1)
    made.percent_complete = number(bag.note("PercentComplete"), -1)
    made.seconds_remaining = number(bag.note("SecondsRemaining"), -1)
    kind: Any = bag.note("Type")
    made.completed = number(kind) == 1
    return made


def number(value: Any, default: int = 0) -> int:
    """A whole number, or the number of an enumeration's value."""
    value = unwrap(value)
    if isinstance(value, EnumValue):
        return value.number
    return int(value) if isinstance(value, int) else default
