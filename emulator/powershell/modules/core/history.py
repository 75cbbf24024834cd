"""Get-History, Add-History, Clear-History, Invoke-History: what was typed at the prompt of this session."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from emulator.powershell.dotnet.numbers import whole_number
from emulator.powershell.dotnet.types import PSType, register
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.history import HistoryEntry
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
) -> None:
    """Forget commands."""
    from emulator.powershell.dotnet.regex import like

    entries = call.engine.history.entries
    if not call.should_process("History", "Clear-History"):
        return
    if id is not None:
        entries[:] = [one for one in entries if one.number not in id]
    elif command_line is not None:
        entries[:] = [
            one for one in entries if not any(like(one.command_line, each) for each in command_line)
        ]
    else:
        del entries[: len(entries) if count is None else int(count)]


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
