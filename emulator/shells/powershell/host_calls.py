"""Calls of the client's host (MS-PSRP 2.2.3.17, 2.2.2.27 to 2.2.2.30) and what they give back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from emulator.powershell.dotnet.collections import LIST_TYPES
from emulator.powershell.dotnet.credentials import SecureString
from emulator.powershell.dotnet.enums import EnumValue
from emulator.powershell.dotnet.exceptions import ExceptionObject, NetError
from emulator.powershell.dotnet.numbers import Char, Int64
from emulator.powershell.dotnet.psobject import PSObject, unwrap
from emulator.powershell.runtime.errors import ErrorRecord, PSError
from emulator.powershell.runtime.host_values import (
    BufferCell,
    ChoiceDescription,
    Coordinates,
    FieldDescription,
    KeyInfo,
    Rectangle,
    Size,
    color,
)
from emulator.powershell.runtime.scalars import to_text
from emulator.powershell.runtime.streams import ProgressRecord
from emulator.powershell.serialization.clixml_writer import ClixmlWriter
from emulator.powershell.serialization.record_reader import number

_METHOD_NAMES = (
    "System.Management.Automation.Remoting.RemoteHostMethodId",
    "System.Enum",
    "System.ValueType",
    "System.Object",
)
_LIST_NAMES = ("System.Collections.ArrayList", "System.Object")
_PROGRESS_TYPE_NAMES = (
    "System.Management.Automation.ProgressRecordType",
    "System.Enum",
    "System.ValueType",
    "System.Object",
)
#: The call id of a method that gives nothing back.
VOID_CALL = -100

METHODS: dict[str, int] = {
    "GetName": 1,
    "GetVersion": 2,
    "GetInstanceId": 3,
    "GetCurrentCulture": 4,
    "GetCurrentUICulture": 5,
    "SetShouldExit": 6,
    "EnterNestedPrompt": 7,
    "ExitNestedPrompt": 8,
    "NotifyBeginApplication": 9,
    "NotifyEndApplication": 10,
    "ReadLine": 11,
    "ReadLineAsSecureString": 12,
    "Write1": 13,
    "Write2": 14,
    "WriteLine1": 15,
    "WriteLine2": 16,
    "WriteLine3": 17,
    "WriteErrorLine": 18,
    "WriteDebugLine": 19,
    "WriteProgress": 20,
    "WriteVerboseLine": 21,
    "WriteWarningLine": 22,
    "Prompt": 23,
    "PromptForCredential1": 24,
    "PromptForCredential2": 25,
    "PromptForChoice": 26,
    "GetForegroundColor": 27,
    "SetForegroundColor": 28,
    "GetBackgroundColor": 29,
    "SetBackgroundColor": 30,
    "GetCursorPosition": 31,
    "SetCursorPosition": 32,
    "GetWindowPosition": 33,
    "SetWindowPosition": 34,
    "GetCursorSize": 35,
    "SetCursorSize": 36,
    "GetBufferSize": 37,
    "SetBufferSize": 38,
    "GetWindowSize": 39,
    "SetWindowSize": 40,
    "GetWindowTitle": 41,
    "SetWindowTitle": 42,
    "GetMaxWindowSize": 43,
    "GetMaxPhysicalWindowSize": 44,
    "GetKeyAvailable": 45,
    "ReadKey": 46,
    "FlushInputBuffer": 47,
    "SetBufferContents1": 48,
    "SetBufferContents2": 49,
    "GetBufferContents": 50,
    "ScrollBufferContents": 51,
    "PushRunspace": 52,
    "PopRunspace": 53,
    "GetIsRunspacePushed": 54,
    "GetRunspace": 55,
    "PromptForChoiceMultipleSelection": 56,
}
_WITH_RESULT = ("Get", "Read", "Prompt")
_OF_HOST = frozenset(range(1, 11)) | {52, 53, 54, 55}
_RAW_UI = frozenset(range(27, 52))


def is_void(method: str) -> bool:
    """Whether a method gives nothing back, so that nobody waits for it."""
    return not method.startswith(_WITH_RESULT)


def belongs_to(method: str) -> str:
    """``host``, ``raw`` (RawUI) or ``ui``: which part of the client's host must exist."""
    identifier = METHODS[method]
    if identifier in _OF_HOST:
        return "host"
    return "raw" if identifier in _RAW_UI else "ui"


def call_text(writer: ClixmlWriter, call_id: int, method: str, arguments: list[Any]) -> str:
    """RUNSPACEPOOL_HOST_CALL and PIPELINE_HOST_CALL."""
    writer.open(())
    writer.raw("<MS>")
    writer.member("ci", Int64(call_id))
    writer.open(_METHOD_NAMES, ' N="mi"', method)
    writer.write(METHODS[method])
    writer.close()
    writer.open(_LIST_NAMES, ' N="mp"')
    if arguments:
        writer.raw("<LST>")
        for one in arguments:
            _argument(writer, one)
        writer.raw("</LST>")
    else:
        writer.raw("<LST />")
    writer.close()
    writer.raw("</MS>")
    writer.close()
    return writer.text()


def _bag(writer: ClixmlWriter, pairs: tuple[tuple[str, Any], ...]) -> None:
    writer.open(())
    writer.raw("<MS>")
    for name, value in pairs:
        writer.member(name, value)
    writer.raw("</MS>")
    writer.close()


def _cell(cell: BufferCell) -> tuple[tuple[str, Any], ...]:
    return (
        ("character", Char(cell.character[:1] or " ")),
        ("foregroundColor", cell.foreground),
        ("backgroundColor", cell.background),
        ("bufferCellType", cell.kind),
    )


def _argument(writer: ClixmlWriter, value: Any) -> None:
    """One parameter in the form of MS-PSRP 2.2.3.17 and following: numbers for enumerations, small bags."""
    value = unwrap(value)
    if isinstance(value, EnumValue):
        writer.write(value.number)
    elif isinstance(value, Coordinates):
        _bag(writer, (("x", value.x), ("y", value.y)))
    elif isinstance(value, Size):
        _bag(writer, (("width", value.width), ("height", value.height)))
    elif isinstance(value, Rectangle):
        sides = ("left", "top", "right", "bottom")
        _bag(writer, tuple((side, getattr(value, side)) for side in sides))
    elif isinstance(value, BufferCell):
        _bag(writer, _cell(value))
    elif isinstance(value, ChoiceDescription):
        _bag(writer, (("label", value.label), ("helpMessage", value.help_message)))
    elif isinstance(value, FieldDescription):
        _field(writer, value)
    elif isinstance(value, ProgressRecord):
        writer.open(())
        progress_members(writer, value)
        writer.close()
    elif type(value) in LIST_TYPES:
        writer.open(_LIST_NAMES)
        writer.raw("<LST>")
        for one in value:
            _argument(writer, one)
        writer.raw("</LST>")
        writer.close()
    else:
        writer.write(value)


def _field(writer: ClixmlWriter, field: FieldDescription) -> None:
    assembly = "mscorlib, Version=4.0.0.0, Culture=neutral, PublicKeyToken=b77a5c561934e089"
    writer.open(())
    writer.raw("<MS>")
    for name, value in (
        ("name", field.name),
        ("label", field.label),
        ("parameterTypeName", field.type_name.rpartition(".")[2]),
        ("parameterTypeFullName", field.type_name),
        ("parameterAssemblyFullName", f"{field.type_name}, {assembly}"),
        ("helpMessage", field.help_message),
        ("isMandatory", field.is_mandatory),
    ):
        writer.member(name, value)
    writer.open(_LIST_NAMES, ' N="metadata"')
    writer.raw("<LST />")
    writer.close()
    writer.member("modifiedByRemotingProtocol", False)
    writer.member("isFromRemoteHost", False)
    writer.raw("</MS>")
    writer.close()


def progress_members(writer: ClixmlWriter, record: ProgressRecord) -> None:
    """The members of a progress record (MS-PSRP 2.2.2.25)."""
    writer.raw("<MS>")
    writer.member("Activity", record.activity)
    writer.member("ActivityId", record.activity_id)
    writer.member("StatusDescription", record.status)
    writer.member("CurrentOperation", record.current_operation or None)
    writer.member("ParentActivityId", record.parent_id)
    writer.member("PercentComplete", record.percent_complete)
    writer.open(_PROGRESS_TYPE_NAMES, ' N="Type"', "Completed" if record.completed else "Processing")
    writer.write(1 if record.completed else 0)
    writer.close()
    writer.member("SecondsRemaining", record.seconds_remaining)
    writer.raw("</MS>")


# Results


def result_of(method: str, response: PSObject) -> Any:
    """The result in a host response (its member ``mr``). Raises the client's error (``me``) as a PSError."""
    failed = response.note("me")
    if isinstance(failed, PSObject):
        raise PSError(_record(failed))
    decode = _RESULTS.get(method)
    value = response.note("mr")
    return value if decode is None or value is None else decode(value)


def _record(failed: PSObject) -> ErrorRecord:
    exception = failed.note("Exception")
    message = exception.note("Message") if isinstance(exception, PSObject) else None
    text = to_text(message) if message is not None else (failed.text or "The host call failed.")
    kind = "System.Management.Automation.RemoteException"
    identifier = to_text(failed.note("FullyQualifiedErrorId"))
    return ErrorRecord(ExceptionObject(kind, text), identifier or "RemoteHostCallFailed")


def _bag_of(value: Any, *names: str) -> list[int]:
    value = unwrap(value)
    if not isinstance(value, PSObject):
        raise NetError(
            "System.Management.Automation.Host.HostException",
            "The remote host gave a result of another type.",
        )
    return [number(value.note(name)) for name in names]


def _key(value: Any) -> KeyInfo:
    code, state, down = _bag_of(value, "virtualKeyCode", "controlKeyState", "keyDown")
    return KeyInfo(code, to_text(value.note("character")), state, bool(down))


def _cells(value: Any) -> Any:
    if not isinstance(value, PSObject):
        return value
    items = value.note("mae") or []
    cells = []
    for one in items:
        foreground, background, kind = _bag_of(one, "foregroundColor", "backgroundColor", "bufferCellType")
        cells.append(BufferCell(to_text(one.note("character")), foreground, background, kind))
    from emulator.powershell.dotnet.collections import PSArray

    return PSArray(cells)


_RESULTS: dict[str, Callable[[Any], Any]] = {
    "GetForegroundColor": lambda value: color(number(value)),
    "GetBackgroundColor": lambda value: color(number(value)),
    "GetCursorPosition": lambda value: Coordinates(*_bag_of(value, "x", "y")),
    "GetWindowPosition": lambda value: Coordinates(*_bag_of(value, "x", "y")),
    "GetBufferSize": lambda value: Size(*_bag_of(value, "width", "height")),
    "GetWindowSize": lambda value: Size(*_bag_of(value, "width", "height")),
    "GetMaxWindowSize": lambda value: Size(*_bag_of(value, "width", "height")),
    "GetMaxPhysicalWindowSize": lambda value: Size(*_bag_of(value, "width", "height")),
    "ReadKey": _key,
    "GetBufferContents": _cells,
    "ReadLineAsSecureString": lambda value: (
        value if isinstance(value, SecureString) else SecureString(to_text(value))
    ),
}
