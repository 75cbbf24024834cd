"""Write-Output, Write-Host, Write-Error and the other Write cmdlets."""

from __future__ import annotations

from typing import Any

from emulator.powershell.dotnet.collections import LIST_TYPES
from emulator.powershell.dotnet.enums import EnumValue
from emulator.powershell.dotnet.exceptions import ExceptionObject
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.runtime.cmdlet_call import UNBOUND, CmdletCall
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.errors import ErrorRecord, stopped_by_preference
from emulator.powershell.runtime.module import cmdlet
from emulator.powershell.runtime.streams import InformationRecord, ProgressRecord


@cmdlet("Write-Output")
def write_output(call: CmdletCall, input_object: Any = None, no_enumerate: bool = False) -> None:
    """Pass objects on, lists one by one."""
    if call.input_object is not UNBOUND:
        call.write(call.input_object)
        return
    if no_enumerate:
        call.write(input_object)
        return
    call.write_all(input_object)


def _host_text(value: Any, separator: str) -> str:
    base = unwrap(value)
    if type(base) in LIST_TYPES:
        return separator.join(_host_text(one, separator) for one in base)
    from emulator.powershell.runtime.text_operators import current_text

    return "" if base is None else (to_text(value) if value is not base else current_text(base))


@cmdlet("Write-Host")
def write_host(
    call: CmdletCall,
    object: Any = None,
    no_newline: bool = False,
    separator: Any = " ",
    foreground_color: EnumValue | None = None,
    background_color: EnumValue | None = None,
) -> None:
    """Text for the screen, also on the information stream."""
    value = call.input_object if call.input_object is not UNBOUND else object
    record = InformationRecord(
        _host_text(value, to_text(separator)),
        ("PSHOST",),
        host=True,
        newline=not no_newline,
        source="Write-Host",
    )
    record.foreground = str(foreground_color) if foreground_color is not None else None
    record.background = str(background_color) if background_color is not None else None
    call.information(record)


@cmdlet("Write-Warning")
def write_warning(call: CmdletCall, message: str = "") -> None:
    """The warning stream."""
    call.warning(message or "")


@cmdlet("Write-Verbose")
def write_verbose(call: CmdletCall, message: str = "") -> None:
    """The verbose stream."""
    call.verbose(message or "")


@cmdlet("Write-Debug")
def write_debug(call: CmdletCall, message: str = "") -> None:
    """The debug stream."""
    call.debug(message or "")


@cmdlet("Write-Information")
def write_information(call: CmdletCall, message_data: Any = None, tags: list[str] | None = None) -> None:
    """The information stream."""
    call.information(InformationRecord(message_data, tuple(tags or ()), source="Write-Information"))


@cmdlet("Write-Progress")
def write_progress(
    call: CmdletCall,
    activity: str = "",
    status: str = "Processing",
    id: int = 0,
    percent_complete: int = -1,
    seconds_remaining: int = -1,
    current_operation: str = "",
    parent_id: int = -1,
    completed: bool = False,
    source_id: int = 0,
) -> None:
    """The progress stream. A host that a script made is told the source."""
    record = ProgressRecord(activity, status, id)
    record.percent_complete = percent_complete
    record.seconds_remaining = seconds_remaining
    record.current_operation = current_operation
    record.parent_id = parent_id
    record.completed = completed
    record.source_id = source_id
    call.progress(record)


@cmdlet("Write-Error")
def write_error(
    call: CmdletCall,
    message: str | None = None,
    exception: ExceptionObject | None = None,
    error_record: ErrorRecord | None = None,
    category: Any = "NotSpecified",
    error_id: str = "",
    target_object: Any = None,
    recommended_action: str = "",
    category_activity: str = "",
    category_reason: str = "",
    category_target_name: str = "",
    category_target_type: str = "",
) -> None:
    """A non-terminating error whose place is that of the calling function or script."""
    if error_record is not None:
        record = error_record.copy()
    else:
        made = exception or ExceptionObject(
            "Microsoft.PowerShell.Commands.WriteErrorException", message or ""
        )
        identifier = error_id or made.ps_type.name
        record = ErrorRecord(made, identifier, to_text(category), target_object)
        if exception is not None and message:
            record.details = message
        record.recommended_action = recommended_action
        record.activity = "Write-Error"
        if made.ps_type.name == "Microsoft.PowerShell.Commands.WriteErrorException":
            record.reason = "WriteErrorException"
    for name, value in (
        ("activity", category_activity),
        ("reason", category_reason),
        ("target_name", category_target_name),
        ("target_type", category_target_type),
    ):
        if value:
            setattr(record, name, value)
    _report(call, record)


def _report(call: CmdletCall, record: ErrorRecord) -> None:
    caller = call.frame.invocation
    record.invocation = caller if caller is not None else call.invocation
    command = getattr(caller, "command", None)
    name = command.name if command is not None else ""
    record.command_class = name or None
    action = call.options.action("error", call.frame)
    call.failed = True
    if action == "Ignore":
        return
    call.options.remember("error", record)
    if action == "Stop":
        raise stopped_by_preference(record)
    call.engine.remember(record)
    write = call.streams.silenced if action == "SilentlyContinue" else call.streams.error
    write(record)
