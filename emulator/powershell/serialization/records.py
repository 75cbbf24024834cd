"""Error, warning, verbose, debug and information records (MS-PSRP 2.2.3.15, 2.2.3.16, 2.2.2.26).

PowerShell does not write the properties of these classes but a list of its own, so that a client can make the
record again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.collections import GenericDictionary
from emulator.powershell.dotnet.numbers import NUMBER_TYPES, UInt32
from emulator.powershell.runtime.errors import CATEGORIES, ErrorRecord
from emulator.powershell.runtime.invocation import InvocationInfo
from emulator.powershell.runtime.scalars import to_text
from emulator.powershell.runtime.streams import InformationRecord, MessageRecord
from emulator.powershell.serialization.text import escape

if TYPE_CHECKING:
    from emulator.powershell.serialization.clixml_writer import ClixmlWriter

_SPACE = "System.Management.Automation."
_ERROR_NAMES = (_SPACE + "ErrorRecord", "System.Object")
_INVOCATION_NAMES = (_SPACE + "InvocationInfo", "System.Object")
_INFORMATION_NAMES = (_SPACE + "InformationRecord", "System.Object")
_HOST_MESSAGE_NAMES = (_SPACE + "HostInformationMessage", "System.Object")
_MSCORLIB = "mscorlib, Version=4.0.0.0, Culture=neutral, PublicKeyToken=b77a5c561934e089"
_DICTIONARY_NAMES = (
    f"System.Collections.Generic.Dictionary`2[[System.String, {_MSCORLIB}],[System.Object, {_MSCORLIB}]]",
    "System.Object",
)
_LIST_NAMES = (f"System.Collections.Generic.List`1[[System.Object, {_MSCORLIB}]]", "System.Object")
_TAG_NAMES = (f"System.Collections.Generic.List`1[[System.String, {_MSCORLIB}]]", "System.Object")


def write_record(writer: ClixmlWriter, record: Any, name: str = "") -> None:
    """A record met as a value: in the output, in a list, in a property."""
    if isinstance(record, ErrorRecord):
        write_error(writer, record, name, in_stream=True)
    elif isinstance(record, MessageRecord):
        write_message(writer, record, name, in_output=True)
    else:
        write_information(writer, record, name, in_output=True)


def write_error(
    writer: ClixmlWriter, record: ErrorRecord, name: str = "", *, in_stream: bool = False
) -> None:
    """An ErrorRecord; `in_stream` for one that was written, not the reason of a failed pipeline."""
    from emulator.powershell.dotnet.library.records import CategoryInfo, stack_trace

    category = CategoryInfo(record)
    writer.open(_ERROR_NAMES, name, record.message)
    writer.raw("<MS>")
    if in_stream:
        writer.member("writeErrorStream", True)
    writer.member("Exception", record.exception)
    writer.member("TargetObject", record.target)
    writer.member("FullyQualifiedErrorId", record.fully_qualified_error_id)
    _invocation(writer, record.invocation)
    writer.member("ErrorCategory_Category", CATEGORIES.index(record.category))
    writer.member("ErrorCategory_Activity", record.activity)
    writer.member("ErrorCategory_Reason", record.category_reason)
    writer.member("ErrorCategory_TargetName", category.target_name)
    writer.member("ErrorCategory_TargetType", category.target_type)
    writer.member("ErrorCategory_Message", str(category))
    if record.details is not None:
        writer.member("ErrorDetails_Message", record.details)
        writer.member("ErrorDetails_RecommendedAction", record.recommended_action or None)
    writer.member("SerializeExtendedInfo", False)
    writer.member("ErrorDetails_ScriptStackTrace", record.script_stack_trace or stack_trace(record))
    if in_stream:
        writer.member("PSMessageDetails", record.message_details)
    writer.raw("</MS>")
    writer.close()


def _invocation(writer: ClixmlWriter, info: InvocationInfo | None) -> None:
    if info is None:
        writer.member("InvocationInfo", None)
        return
    extent, command = info.extent, info.command
    file = extent.file if extent is not None else None
    writer.open(_INVOCATION_NAMES, ' N="InvocationInfo"', _INVOCATION_NAMES[0])
    writer.raw("<Props>")
    writer.member("MyCommand", None if command is None else _command_text(command))
    _bound(writer, info.bound)
    writer.open(_LIST_NAMES, ' N="UnboundArguments"')
    items = [to_text(one) for one in info.unbound]
    writer.raw("<LST />" if not items else f"<LST>{''.join(f'<S>{escape(one)}</S>' for one in items)}</LST>")
    writer.close()
    writer.member("ScriptLineNumber", extent.start_line if extent is not None else 0)
    writer.member("OffsetInLine", extent.start_column if extent is not None else 0)
    writer.raw('<I64 N="HistoryId">1</I64>')
    writer.member("ScriptName", file or "")
    writer.member("Line", extent.start_line_text if extent is not None else "")
    writer.member("PositionMessage", info.position_message)
    writer.member("PSScriptRoot", (file or "").rpartition("\\")[0])
    writer.member("PSCommandPath", file)
    writer.member("InvocationName", info.invocation_name)
    writer.member("PipelineLength", 0)
    writer.member("PipelinePosition", 0)
    writer.member("ExpectingInput", False)
    writer.member("CommandOrigin", "Internal")
    writer.member("DisplayScriptPosition", None)
    writer.raw("</Props>")
    writer.close()


_PLAIN = NUMBER_TYPES | {bool}


def _bound(writer: ClixmlWriter, bound: GenericDictionary) -> None:
    """Values of parameters have no depth left here: what is no number or truth value is a text."""
    writer.open(_DICTIONARY_NAMES, ' N="BoundParameters"')
    writer.dictionary_items(
        [(key, one if one is None or type(one) in _PLAIN else to_text(one)) for key, one in bound.items()]
    )
    writer.close()


def _command_text(command: Any) -> str:
    """What ToString of a CommandInfo gives: its name, a script's whole text."""
    script = getattr(command, "script", None)
    return command.name or (script.text if script is not None else "")


def write_message(
    writer: ClixmlWriter, record: MessageRecord, name: str = "", *, in_output: bool = False
) -> None:
    """A warning, verbose or debug record; `in_output` for one that was merged into the output."""
    kind = record.kind
    names = (f"{_SPACE}{kind}Record", _SPACE + "InformationalRecord", "System.Object")
    writer.open(names, name, record.message)
    writer.raw("<MS>")
    if in_output:
        writer.member(f"Write{kind}Stream", True)
    writer.member("InformationalRecord_Message", record.message)
    writer.member("InformationalRecord_SerializeInvocationInfo", False)
    writer.raw("</MS>")
    writer.close()


def write_information(
    writer: ClixmlWriter, record: InformationRecord, name: str = "", *, in_output: bool = False
) -> None:
    """An InformationRecord as an object of the output."""
    writer.open(_INFORMATION_NAMES, name, to_text(record.data))
    writer.raw("<Props>")
    information_members(writer, record, depth=0)
    writer.raw("</Props>")
    if in_output:
        writer.raw('<MS><B N="WriteInformationStream">true</B></MS>')
    writer.close()


def information_members(writer: ClixmlWriter, record: InformationRecord, depth: int = 1) -> None:
    """The properties of an InformationRecord (MS-PSRP 2.2.2.26)."""
    origin = record.origin
    if record.host:
        _host_message(writer, record, depth)
    else:
        writer.member("MessageData", record.data, depth)
    writer.member("Source", record.source)
    writer.member("TimeGenerated", record.time)
    writer.open(_TAG_NAMES, ' N="Tags"')
    tags = "".join(f"<S>{escape(tag)}</S>" for tag in record.tags)
    writer.raw(f"<LST>{tags}</LST>" if tags else "<LST />")
    writer.close()
    writer.member("User", origin.user if origin is not None else "")
    writer.member("Computer", origin.computer if origin is not None else "")
    writer.member("ProcessId", UInt32(origin.process_id if origin is not None else 0))
    writer.member("NativeThreadId", UInt32(origin.thread_id if origin is not None else 0))
    writer.member("ManagedThreadId", UInt32(1))


def _host_message(writer: ClixmlWriter, record: InformationRecord, depth: int) -> None:
    """What Write-Host put into its record."""
    text = to_text(record.data)
    if depth <= 0:
        writer.member("MessageData", text)
        return
    writer.open(_HOST_MESSAGE_NAMES, ' N="MessageData"', text)
    writer.raw("<Props>")
    writer.member("Message", text)
    writer.member("NoNewLine", not record.newline)
    writer.member("ForegroundColor", record.foreground)
    writer.member("BackgroundColor", record.background)
    writer.raw("</Props>")
    writer.close()
