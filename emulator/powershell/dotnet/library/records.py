"""Error records, their parts, and InvocationInfo."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.collections import PSArray
from emulator.powershell.dotnet.enums import EnumType, EnumValue
from emulator.powershell.dotnet.exceptions import ExceptionObject
from emulator.powershell.dotnet.psobject import (
    PSObject,
    unwrap,
)
from emulator.powershell.dotnet.types import Property, PSType, builtin, register, type_of
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.errors import (
    ErrorRecord,
    RecordSource,
    RemotingErrorRecord,
    record_of_exception,
)
from emulator.powershell.runtime.invocation import InvocationInfo

if TYPE_CHECKING:
    pass

_A = "System.Management.Automation."


def _enum(name: str) -> EnumType:
    found = builtin(name)
    assert isinstance(found, EnumType)  # noqa: S101 - a table of this package
    return found


class CategoryInfo:
    """System.Management.Automation.ErrorCategoryInfo, a view of a record."""

    __slots__ = ("record",)

    def __init__(self, record: ErrorRecord) -> None:
        self.record = record

    @property
    def target_name(self) -> str:
        """The text of the target object."""
        record = self.record
        if record.target_name is not None:
            return record.target_name
        return to_text(record.target) if record.target is not None else ""

    @property
    def target_type(self) -> str:
        """The short type name of the target object."""
        record = self.record
        if record.target_type is not None:
            return record.target_type
        target = record.target
        if target is None:
            return ""
        base = unwrap(target)
        return "PSCustomObject" if isinstance(base, PSObject) else type_of(base).short_name

    def __str__(self) -> str:
        record = self.record
        name = _shortened(self.target_name)
        return f"{record.category}: ({name}:{self.target_type}) [{record.activity}], {record.category_reason}"


def _shortened(text: str) -> str:
    # ErrorCategoryInfo.Ellipsize: 40 characters, the middle cut out.
    return text if len(text) <= 40 else f"{text[:15]}...{text[-15:]}"


def _category(record: ErrorRecord) -> CategoryInfo:
    return CategoryInfo(record)


def _set_category_part(name: str) -> Any:
    def assign(info: CategoryInfo, value: Any) -> None:
        setattr(info.record, name, to_text(value))

    return assign


register(
    PSType(
        f"{_A}ErrorCategoryInfo",
        instance={
            "Category": lambda c: _enum(f"{_A}ErrorCategory")[c.record.category],
            "Activity: string": lambda c: c.record.activity,
            "Activity=": _set_category_part("activity"),
            "Reason: string": lambda c: c.record.category_reason,
            "Reason=": _set_category_part("reason"),
            "TargetName: string": lambda c: c.target_name,
            "TargetName=": _set_category_part("target_name"),
            "TargetType: string": lambda c: c.target_type,
            "TargetType=": _set_category_part("target_type"),
            "GetMessage()": str,
            "ToString()": str,
        },
        to_text=str,
    ),
    CategoryInfo,
)


class ErrorDetails:
    """System.Management.Automation.ErrorDetails."""

    __slots__ = ("message", "recommended_action")

    def __init__(self, message: str, recommended_action: str = "") -> None:
        self.message = message
        self.recommended_action = recommended_action


register(
    PSType(
        f"{_A}ErrorDetails",
        instance={
            "Message: string": lambda d: d.message,
            "RecommendedAction: string": lambda d: d.recommended_action,
            "ToString()": lambda d: d.message,
        },
        construct={"new(string message)": lambda _kind, text: ErrorDetails(text)},
        to_text=lambda d: d.message,
    ),
    ErrorDetails,
)


def _details(record: ErrorRecord) -> ErrorDetails | None:
    if record.details is None and not record.recommended_action:
        return None
    return ErrorDetails(record.details or record.message, record.recommended_action)


def _set_details(record: ErrorRecord, value: Any) -> None:
    record.details = value.message if isinstance(value, ErrorDetails) else None


def _new_record(
    _kind: PSType, exception: ExceptionObject, error_id: str, category: EnumValue, target: Any
) -> ErrorRecord:
    return ErrorRecord(exception, error_id or "", str(category), target)


register(
    PSType(
        f"{_A}ErrorRecord",
        instance={
            "Exception": lambda r: r.exception,
            "TargetObject": lambda r: r.target,
            "CategoryInfo": _category,
            "FullyQualifiedErrorId: string": lambda r: r.fully_qualified_error_id,
            "ErrorDetails": _details,
            "ErrorDetails=": _set_details,
            "InvocationInfo": lambda r: r.invocation,
            "ScriptStackTrace: string": lambda r: r.script_stack_trace or stack_trace(r),
            "PipelineIterationInfo": lambda _r: PSArray(),
            "ToString()": lambda r: r.message,
        },
        construct={
            f"new(System.Exception exception, string errorId, {_A}ErrorCategory errorCategory, object "
            f"targetObject)": (_new_record),
            f"new({_A}ErrorRecord errorRecord, System.Exception replaceParentContainsErrorRecordException)": (
                lambda _k, record, _e: record.copy()
            ),
        },
        properties=(
            Property("PSMessageDetails", lambda r: r.message_details, kind="NoteProperty", hidden=True),
        ),
        to_text=lambda r: r.message,
    ),
    ErrorRecord,
)


register(
    PSType(
        f"{_A}Remoting.OriginInfo",
        instance={
            "PSComputerName: string": lambda s: s.computer,
            "RunspaceID: guid": lambda s: s.runspace,
            "InstanceID: guid": lambda s: s.runspace,
            "ToString()": lambda s: s.computer,
        },
        to_text=lambda s: s.computer,
    ),
    RecordSource,
)
register(
    PSType(
        f"{_A}Runspaces.RemotingErrorRecord",
        base=f"{_A}ErrorRecord",
        instance={"OriginInfo": lambda r: r.source},
        to_text=lambda r: r.message,
    ),
    RemotingErrorRecord,
)


def stack_trace(record: ErrorRecord) -> str:
    """``at <ScriptBlock>, <No file>: line 1``."""
    invocation = record.invocation
    if invocation is None or invocation.extent is None:
        return "at <ScriptBlock>, <No file>: line 1"
    extent = invocation.extent
    return f"at <ScriptBlock>, {extent.file or '<No file>'}: line {extent.start_line}"


def exception_record(exception: ExceptionObject) -> ErrorRecord:
    """``$exception.ErrorRecord``."""
    return record_of_exception(exception)


builtin(f"{_A}RuntimeException").own_members["errorrecord"] = Property("ErrorRecord", exception_record)


def _line(info: InvocationInfo) -> str:
    return info.extent.start_line_text if info.extent is not None else ""


def _script_name(info: InvocationInfo) -> str:
    return (info.extent.file if info.extent is not None else None) or ""


register(
    PSType(
        f"{_A}InvocationInfo",
        instance={
            "MyCommand": lambda i: i.command,
            "BoundParameters": lambda i: i.bound,
            "UnboundArguments": lambda i: i.unbound,
            "ScriptLineNumber: int": lambda i: i.extent.start_line if i.extent else 0,
            "OffsetInLine: int": lambda i: i.extent.start_column if i.extent else 0,
            "HistoryId": lambda _i: 1,
            "ScriptName: string": _script_name,
            "Line: string": _line,
            "PositionMessage: string": lambda i: i.position_message,
            # Both tell of the script that called, unlike the variables of these names.
            "PSScriptRoot: string": lambda i: _script_name(i).rpartition("\\")[0],
            "PSCommandPath: string": _script_name,
            "InvocationName: string": lambda i: i.invocation_name,
            "PipelineLength: int": lambda i: i.pipeline_length,
            "PipelinePosition: int": lambda i: i.pipeline_position,
            "ExpectingInput: bool": lambda i: i.expecting_input,
            "CommandOrigin": lambda _i: "Internal",
        },
    ),
    InvocationInfo,
)
