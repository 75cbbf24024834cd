"""The cmdlets of the classic event logs: Get-, New-, Write-, Clear- and Remove-EventLog."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from emulator.host import AccessDenied, Account, EventLogEntry, HostError
from emulator.powershell.dotnet.enums import EnumValue
from emulator.powershell.dotnet.exceptions import NetError
from emulator.powershell.dotnet.regex import is_wildcard, like
from emulator.powershell.dotnet.time_values import DateTime
from emulator.powershell.modules.management.event_log_types import (
    ClassicEntry,
    classic_logs,
    entry_type_of,
    local_time,
    report_event,
)
from emulator.powershell.modules.management.own_computer import own_computer
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.errors import PSError, not_emulated
from emulator.powershell.runtime.module import cmdlet

_INVALID = "System.InvalidOperationException"


@cmdlet("Get-EventLog")
def get_event_log(
    call: CmdletCall,
    log_name: str | None = None,
    computer_name: list[str] | None = None,
    newest: int | None = None,
    after: DateTime | None = None,
    before: DateTime | None = None,
    user_name: list[str] | None = None,
    instance_id: list[Any] | None = None,
    index: list[int] | None = None,
    entry_type: list[str] | None = None,
    source: list[str] | None = None,
    message: str | None = None,
    list: bool = False,
    as_string: bool = False,
) -> Iterator[Any]:
    """Entries of a log, the newest first; the logs themselves with -List."""
    host = own_computer(call, computer_name)
    if list or log_name is None:
        for each in classic_logs(host):
            yield each.name if as_string else each
        return
    names = [each.name for each in classic_logs(host) if like(each.name, log_name)]
    if not names and not is_wildcard(log_name):
        text = f"The event log '{log_name}' on computer '.' does not exist."
        call.error(call.record(_INVALID, text, _INVALID))
        return
    wanted = {
        "source": source,
        "entry_type": entry_type,
        "user": user_name,
        "instance": instance_id,
        "index": index,
    }
    count = 0
    for name in names:
        for entry in reversed([*host.event_log.entries(name)]):
            found = ClassicEntry(host, entry)
            if not _fits(found, after, before, message, wanted):
                continue
            if newest is not None and count >= newest:
                return
            count += 1
            yield found
    if not count:
        call.error(
            call.record(
                "System.ArgumentException", "No matches found", "GetEventLogNoEntriesFound", "ObjectNotFound"
            )
        )


@cmdlet("New-EventLog")
def new_event_log(
    call: CmdletCall,
    log_name: str,
    source: list[str],
    computer_name: list[str] | None = None,
    message_resource_file: str | None = None,
    category_resource_file: str | None = None,
    parameter_resource_file: str | None = None,
) -> None:
    """Register sources; a log that is not there is made."""
    if message_resource_file or category_resource_file or parameter_resource_file:
        raise call.complete(not_emulated("New-EventLog with resource files"))
    host = own_computer(call, computer_name)
    for each in source:
        if host.event_log.log_of_source(each) is not None:
            text = f'The "{each}" source is already registered on the "localhost" computer.'
            call.error(call.record(_INVALID, text, "SourceAlreadyExists", "InvalidOperation"))
            continue
        try:
            host.event_log.register_source(log_name, each, _caller(call))
        except AccessDenied:
            raise _denied(call) from None
        except HostError as problem:
            call.error(call.record(_INVALID, problem.text, "SourceNotRegistered", "InvalidOperation"))


@cmdlet("Write-EventLog")
def write_event_log(
    call: CmdletCall,
    log_name: str,
    source: str,
    event_id: int,
    message: str,
    entry_type: EnumValue | None = None,
    category: int = 0,
    raw_data: Any = None,
    computer_name: str | None = None,
) -> None:
    """Write an event under a source that is registered for the log."""
    host = own_computer(call, [computer_name] if computer_name else None)
    log = host.event_log.log_of_source(source)
    if not host.event_log.has(log_name):
        text = f'The Log name "{log_name}" does not exist in the computer "localhost".'
        raise call.failure(_INVALID, text, "LogDoesNotExist", "InvalidOperation")
    if log is None:
        text = f'The source name "{source}" does not exist on computer "localhost".'
        raise call.failure(_INVALID, text, "SourceDoesNotExist", "InvalidOperation")
    if log.casefold() != log_name.casefold():
        text = (
            f"The source '{source}' is not registered in log '{log_name}'. (It is registered in "
            f"log '{log}'.) "
            '" The Source and Log properties must be matched, or you may set Log to the empty string, and it '
            "will automatically be matched to the Source property."
        )
        raise call.failure("System.ArgumentException", text, "ArgumentException", "InvalidOperation")
    if not 0 <= event_id <= 0xFFFF:
        text = f"Invalid value '{event_id}' for parameter 'eventID'."
        raise call.failure("System.ArgumentException", text, "ArgumentException", "InvalidOperation")
    try:
        report_event(host, log, source, message, entry_type, event_id, category, raw_data)
    except NetError as problem:
        kind = problem.exception.ps_type.name
        raise call.failure(kind, problem.exception.message, kind.rpartition(".")[2]) from None


@cmdlet("Clear-EventLog")
def clear_event_log(call: CmdletCall, log_name: list[str], computer_name: list[str] | None = None) -> None:
    """Empty logs."""
    host = own_computer(call, computer_name)
    for name in log_name:
        if not host.event_log.has(name):
            report_no_log(call, name)
        elif call.should_process("localhost", "Clear-EventLog"):
            try:
                host.event_log.clear(name, _caller(call))
            except AccessDenied:
                raise _denied(call) from None


@cmdlet("Remove-EventLog")
def remove_event_log(
    call: CmdletCall,
    log_name: list[str] | None = None,
    source: list[str] | None = None,
    computer_name: list[str] | None = None,
) -> None:
    """Remove logs with their sources, or forget sources."""
    host = own_computer(call, computer_name)
    for name in log_name or ():
        if not host.event_log.has(name):
            report_no_log(call, name)
        elif call.should_process(name, "Remove-EventLog"):
            _remove(call, lambda name=name: host.event_log.remove_log(name, _caller(call)))
    for name in source or ():
        if host.event_log.log_of_source(name) is None:
            text = f'The source name "{name}" does not exist on computer "localhost".'
            call.error(call.record(_INVALID, text, "SourceDoesNotExist", "InvalidOperation"))
        elif call.should_process(name, "Remove-EventLog"):
            _remove(call, lambda name=name: host.event_log.remove_source(name, _caller(call)))


def _remove(call: CmdletCall, remove: Any) -> None:
    try:
        remove()
    except AccessDenied:
        raise _denied(call) from None
    except HostError as problem:
        call.error(call.record(_INVALID, problem.text, "LogNotRemoved", "InvalidOperation"))


def report_no_log(call: CmdletCall, name: str, error_id: str = "LogDoesNotExist") -> None:
    """The error of a log that is not there."""
    text = f'The Log name "{name}" does not exist in the computer "localhost".'
    call.error(call.record(_INVALID, text, error_id, "InvalidOperation"))


def _caller(call: CmdletCall) -> Account | None:
    return call.engine.find_service(Account)


def _denied(call: CmdletCall) -> PSError:
    text = "Requested registry access is not allowed."
    return call.failure("System.Security.SecurityException", text, "SecurityException", "PermissionDenied")


def _fits(
    found: ClassicEntry,
    after: DateTime | None,
    before: DateTime | None,
    message: str | None,
    wanted: dict[str, Any],
) -> bool:
    entry: EventLogEntry = found.entry
    moment = local_time(found.host, entry.time)
    if after is not None and moment.ticks <= after.ticks:
        return False
    if before is not None and moment.ticks >= before.ticks:
        return False
    if message is not None and not like(entry.message, message):
        return False
    texts = {"source": entry.source, "entry_type": entry_type_of(entry), "user": found.user_name or ""}
    for key, text in texts.items():
        if wanted[key] and not any(like(text, str(one)) for one in wanted[key]):
            return False
    numbers = {"instance": found.instance_id, "index": entry.record_id}
    return all(
        not wanted[key] or number in [int(one) for one in wanted[key]] for key, number in numbers.items()
    )
