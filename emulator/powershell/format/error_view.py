"""NormalView: how Windows PowerShell 5.1 writes an error record."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from emulator.powershell.format.wrapping import wrap
from emulator.powershell.runtime.commands import ExternalScriptInfo, ScriptInfo

if TYPE_CHECKING:
    from emulator.powershell.runtime.errors import ErrorRecord

INDENT = 4


def prefix(record: ErrorRecord) -> str:
    """``Get-Item : ``: the command before the message; empty when no command ran."""
    invocation = record.invocation
    if invocation is None:
        return ""
    command = invocation.command
    if command is None:
        return f"{invocation.invocation_name} : " if invocation.invocation_name else ""
    if isinstance(command, ExternalScriptInfo):
        return f"{command.path} : "
    if isinstance(command, ScriptInfo):
        return f"{command.script.text} : "
    if re.fullmatch(r"[&.]?", invocation.invocation_name):
        return f"{command.name} : " if command.name else ""
    return f"{invocation.invocation_name} : "


def category_text(record: ErrorRecord) -> str:
    """``ObjectNotFound: (x:String) [Get-Item], ItemNotFoundException``."""
    from emulator.powershell.dotnet.library.records import CategoryInfo

    return str(CategoryInfo(record))


def _indented(text: str, width: int) -> str:
    pieces = [text[i : i + width] for i in range(0, len(text), width)]
    return "".join(" " * INDENT + piece for piece in pieces)


def error_text(record: ErrorRecord, width: int = 80) -> str:
    """The report of an error before it is wrapped, lines joined by LF; ``width`` is that of the screen
    buffer.
    """
    if record.error_id == "NativeCommandErrorMessage":
        return record.exception.message
    room = width - INDENT - 2
    position = (
        record.invocation.position_message.replace("\r\n", "\n") if record.invocation is not None else ""
    )
    text = prefix(record) + record.message.replace("\r\n", "\n")
    if position:
        text += "\n" + position
    text += "\n" + _indented(f"+ CategoryInfo          : {category_text(record)}", room)
    text += "\n" + _indented(f"+ FullyQualifiedErrorId : {record.fully_qualified_error_id}", room)
    return text if record.details is not None else text + "\n "


def error_lines(record: ErrorRecord, width: int = 80) -> list[str]:
    """The report of an error as it reaches the screen: wrapped one column before the edge."""
    return wrap(error_text(record, width), width - 1)
