"""Get-History, Add-History, Clear-History, Invoke-History: what was typed at the prompt of this session."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from emulator.powershell.dotnet.numbers import INT32_MAXIMUM, whole_number
from emulator.powershell.dotnet.regex import is_wildcard, like
from emulator.powershell.dotnet.types import PSType, register
from emulator.powershell.modules.core.argument_ranges import check_range
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.errors import PSError
from emulator.powershell.runtime.history import History, HistoryEntry
from emulator.powershell.runtime.members import MISSING, get_property
from emulator.powershell.runtime.module import cmdlet

register(
    PSType(
        "Microsoft.PowerShell.Commands.HistoryInfo",
        instance={
            "Id: long": lambda h: h.number,
            "CommandLine: string": lambda h: h.command_line,
            "ExecutionStatus: string": lambda h: h.status,
            "StartExecutionTime": lambda h: h.started,
            "EndExecutionTime": lambda h: h.ended,
            "ToString()": lambda h: h.command_line,
        },
        to_text=lambda h: h.command_line,
    ),
    HistoryEntry,
)


@cmdlet("Get-History")
def get_history(
    call: CmdletCall, id: list[int] | None = None, count: int | None = None
) -> Iterator[HistoryEntry]:
    """The commands of the session."""
    entries = call.engine.history.entries
    if id is None:
        wanted = len(entries) if count is None else int(count)
        yield from entries[max(len(entries) - wanted, 0) :]
        return
    for number in id:
        found = call.engine.history.find(int(number))
        if found is None:
            call.error(_missing(call, int(number)))
        else:
            yield found


def _missing(call: CmdletCall, number: int) -> Any:
    return call.record(
        "System.ArgumentException",
        f"Cannot locate the history for Id {number}.",
        "GetHistoryNoHistoryForId",
        "ObjectNotFound",
        number,
    )


@cmdlet("Add-History")
def add_history(
    call: CmdletCall, input_object: list[Any] | None = None, passthru: bool = False
) -> Iterator[Any]:
    """Add what looks like entries of a history."""
    for value in input_object or ():
        text = get_property(value, "CommandLine", call.engine)
        if text is MISSING:
            call.error(
                call.record(
                    "System.IO.InvalidDataException",
                    "Cannot add history because the input object has a format that is not valid.",
                    "AddHistoryInvalidInput",
                    "InvalidData",
                    value,
                )
            )
            continue
        made = call.engine.history.add(to_text(text), call.engine.now())
        status = get_property(value, "ExecutionStatus", call.engine)
        made.status = "Completed" if status is MISSING else to_text(status)
        if passthru:
            yield made


@cmdlet("Clear-History")
def clear_history(
    call: CmdletCall,
    id: list[int] | None = None,
    count: int | None = None,
    command_line: list[str] | None = None,
    newest: bool = False,
) -> None:
    """Forget commands: some of the oldest, with -Newest of the newest, or those before (with -Newest behind)
    an identifier."""
    history = call.engine.history
    check_range(call, "Count", count, 1, INT32_MAXIMUM)
    if command_line is not None:
        if count is not None and len(command_line) > 1:
            text = "The count cannot be combined with multiple CommandLine parameters."
            raise _refused(call, text, "NoCountWithMultipleCmdLine ", command_line)
        gone = [one for text in command_line for one in _matching(history, text, count, newest)]
    elif id is not None:
        if count is not None and len(id) > 1:
            text = "The count cannot be combined with multiple Ids."
            raise _refused(call, text, "GetHistoryNoCountWithMultipleIds", count)
        gone = [one for number in id for one in _from(call, number, count or 1, newest)]
    elif count is None:
        if not call.should_process("This command will clear all the entries from the session history."):
            return
        gone = list(history.entries)
    else:
        gone = _ends(history.entries, count, newest)
    numbers = {one.number for one in gone}
    history.entries[:] = [one for one in history.entries if one.number not in numbers]


def _refused(call: CmdletCall, text: str, error_id: str, target: Any) -> PSError:
    return call.failure("System.ArgumentException", text, error_id, "InvalidArgument", target)


def _ends(entries: list[HistoryEntry], count: int, newest: bool) -> list[HistoryEntry]:
    return entries[max(0, len(entries) - count) :] if newest else entries[:count]


def _matching(history: History, pattern: str, count: int | None, newest: bool) -> list[HistoryEntry]:
    """The entries of a pattern; of a whole command line without a count one."""
    found = [one for one in history.entries if like(one.command_line, pattern)]
    if count is None:
        return found if is_wildcard(pattern) else _ends(found, 1, newest)
    return _ends(found, count, newest)


def _from(call: CmdletCall, number: int, count: int, newest: bool) -> list[HistoryEntry]:
    """So many entries from one on, towards the older ones or the newer ones."""
    history = call.engine.history
    if history.find(number) is None:
        text = f"Cannot locate the history for Id {number}."
        kind = "System.ArgumentException"
        call.error(call.record(kind, text, "GetHistoryNoHistoryForId", "ObjectNotFound", number))
        return []
    reach = range(number, number + count) if newest else range(number - count + 1, number + 1)
    return [one for one in history.entries if one.number in reach]


@cmdlet("Invoke-History")
def invoke_history(call: CmdletCall, id: str | None = None) -> None:
    """Run a command again."""
    history = call.engine.history
    found = history.entries[-1] if id is None and history.entries else None
    if id is not None:
        found = (
            history.find(number)
            if (number := whole_number(id)) is not None
            else next((one for one in reversed(history.entries) if one.command_line.startswith(id)), None)
        )
    if found is None:
        raise call.failure(
            "System.InvalidOperationException",
            "There is no history." if id is None else f"Cannot locate the history for command line {id}.",
            "InvokeHistoryNoHistoryForId",
            "ObjectNotFound",
            id,
        )
    call.engine.script_block(found.command_line).inline(call.frame, call.write)
