"""Invoke-Expression, Select-String, Read-Host, Get-Host, Get-Culture."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from emulator.powershell.dotnet import regex as regular
from emulator.powershell.dotnet.collections import PSArray
from emulator.powershell.dotnet.library.globalization import Culture
from emulator.powershell.dotnet.psobject import NoteProperty, PSObject
from emulator.powershell.dotnet.regex import Match
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.errors import not_emulated
from emulator.powershell.runtime.module import cmdlet
from emulator.powershell.runtime.text_operators import pattern_of

Found = list[Match]


@cmdlet("Invoke-Expression")
def invoke_expression(call: CmdletCall, command: str = "") -> None:
    """Run a text as a script in the caller's scope."""
    call.engine.script_block(command).inline(call.frame, call.write)


@cmdlet("Select-String", ignores=("List",))
def select_string(
    call: CmdletCall,
    pattern: list[str],
    input_object: Any = None,
    simple_match: bool = False,
    case_sensitive: bool = False,
    quiet: bool = False,
    not_match: bool = False,
    all_matches: bool = False,
) -> Iterator[Any]:
    """Lines that match a pattern."""
    if call.parameter_set != "Object":
        raise call.complete(not_emulated("Select-String of files"))
    text = to_text(input_object)
    expressions = [
        pattern_of(regular.escape(one) if simple_match else one, not case_sensitive) for one in pattern
    ]
    found: Found = []
    chosen = ""
    for one, expression in zip(pattern, expressions, strict=True):
        matches = expression.matches(text)
        if matches:
            chosen = one
            found = [Match(expression, text, each) for each in (matches if all_matches else matches[:1])]
            break
    if bool(found) is not_match:
        return
    if quiet:
        yield True
        return
    line = PSObject.custom(
        [
            ("IgnoreCase", not case_sensitive),
            ("LineNumber", 1),
            ("Line", text),
            ("Filename", "InputStream"),
            ("Path", "InputStream"),
            ("Pattern", chosen),
            ("Context", None),
            ("Matches", PSArray(found)),
        ],
        ("Microsoft.PowerShell.Commands.MatchInfo",),
    )
    line.add(NoteProperty("Line", text))
    yield line


@cmdlet("Read-Host")
def read_host(call: CmdletCall, prompt: Any = None, as_secure_string: bool = False) -> str | None:
    """A line from the user."""
    if as_secure_string:
        raise call.complete(not_emulated("Read-Host -AsSecureString"))
    answer: str | None = call.engine.ui.read_line(f"{to_text(prompt)}: " if prompt is not None else "")
    if answer is None:
        raise call.failure(
            "System.Management.Automation.PSInvalidOperationException",
            "Windows PowerShell is in NonInteractive mode. Read and Prompt functionality is not available.",
            "InvalidOperation",
            "InvalidOperation",
        )
    call.write(answer)
    return answer


@cmdlet("Get-Host")
def get_host(call: CmdletCall) -> None:
    """$Host."""
    call.write(call.engine.global_scope.value("host"))


@cmdlet("Get-Culture")
@cmdlet("Get-UICulture")
def get_culture(call: CmdletCall) -> None:
    """The culture of the session."""
    call.write(Culture(call.engine.session.culture))
