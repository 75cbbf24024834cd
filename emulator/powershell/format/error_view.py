"""How an error record is written: NormalView, CategoryView and the ConciseView of PowerShell 7."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from emulator.powershell.format.wrapping import wrap
from emulator.powershell.language import SEVEN
from emulator.powershell.runtime.commands import ExternalScriptInfo, ScriptInfo
from emulator.powershell.runtime.errors import ErrorRecord, RemotingErrorRecord

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine

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
    if isinstance(record, RemotingErrorRecord):
        text += "\n" + _indented(f"+ PSComputerName        : {record.source.computer}", room)
    return text if record.details is not None else text + "\n "


def error_view(engine: Engine) -> str:
    """What $ErrorView asks for: ``normalview``, ``categoryview`` or, in PowerShell 7, which begins with it,
    ``conciseview``.
    """
    variable = engine.global_scope.variables.get("errorview")
    chosen = "" if variable is None else str(variable.value).lower()
    if chosen == "categoryview":
        return chosen
    if engine.language >= SEVEN and chosen in ("", "conciseview"):
        return "conciseview"
    return "normalview"


def concise_text(record: ErrorRecord) -> str:
    """The report of an error in ConciseView (about_Preference_Variables): the command or the exception and
    the message; of an error in a script of several lines also the line.
    """
    invocation = record.invocation
    kind = record.exception.ps_type.short_name
    command = invocation.command if invocation is not None else None
    if isinstance(command, ScriptInfo):
        name = "Write-Error" if kind == "WriteErrorException" else ""
    else:
        name = prefix(record).removesuffix(" : ")
    if not name:
        name = {"ParserError": "ParserError", "OperationStopped": "Exception"}.get(
            record.category, kind
        )  # what `throw` raises stops an operation
    message = record.message.replace("\r\n", "\n")
    extent = invocation.extent if invocation is not None else None
    if extent is None or (extent.file is None and extent.start_line == 1):
        return f"{name}: {message}"
    first = extent.start_line
    line = extent.source.text.split("\n")[first - 1].rstrip("\r")
    end = extent.end_column if extent.end_line == first else len(line) + 1
    marks = " " * (extent.start_column - 1) + "~" * max(1, end - extent.start_column)
    number = f"{first:>4}"
    where = f"{extent.file}:{first}" if extent.file else ""
    head = f"{name}: {where}".rstrip()
    rows = [head, "Line |", f"{number} |  {line}", f"     |  {marks}"]
    rows += [f"     | {part}" for part in message.split("\n")]
    return "\n".join(rows)


def error_report(record: ErrorRecord, width: int = 80, view: str = "normalview") -> str:
    """The report of an error in a view, lines joined by LF."""
    if view == "categoryview":
        return category_text(record)
    return concise_text(record) if view == "conciseview" else error_text(record, width)


def error_lines(record: ErrorRecord, width: int = 80, view: str = "normalview") -> list[str]:
    """The report of an error as it reaches the screen: wrapped one column before the edge."""
    return wrap(error_report(record, width, view), width - 1)
