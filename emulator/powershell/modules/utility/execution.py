"""Invoke-Expression, Select-String, Read-Host, Get-Host, Get-Culture."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from emulator.powershell.dotnet import regex as regular
from emulator.powershell.dotnet.collections import PSArray
from emulator.powershell.dotnet.exceptions import NetError
from emulator.powershell.dotnet.library.globalization import Culture
from emulator.powershell.dotnet.psobject import NoteProperty, PSObject
from emulator.powershell.dotnet.regex import Match
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.errors import PSError, not_emulated
from emulator.powershell.runtime.module import cmdlet
from emulator.powershell.runtime.text_operators import pattern_of
from emulator.powershell.runtime.user_prompts import read_line

Found = list[Match]


@cmdlet("Invoke-Expression")
def invoke_expression(call: CmdletCall, command: str = "") -> None:
    """Run a text as a script in the caller's scope."""
    try:
        call.engine.script_block(command).inline(call.frame, call.write)
    except PSError as problem:
        # The error leaves through the cmdlet, whose name its id gets.
        if problem.record.command_class is None:
            problem.record.command_class = call.info.class_name
        raise


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
def read_host(call: CmdletCall, prompt: Any = None, as_secure_string: bool = False) -> None:
    """A line from the user, or a SecureString that nobody sees."""
    text = to_text(prompt) if prompt is not None else None
    try:
        answer = read_line(call.engine, text, secure=as_secure_string)
    except NetError as problem:
        raise call.failure(problem.exception, category="NotImplemented") from None
    if answer is None:
        raise call.failure(
            "System.Management.Automation.PSInvalidOperationException",
            "Windows PowerShell is in NonInteractive mode. Read and Prompt functionality is not available.",
            "InvalidOperation",
            "InvalidOperation",
        )
    call.write(answer)


@cmdlet("Get-Host")
def get_host(call: CmdletCall) -> None:
    """$Host."""
    call.write(call.engine.global_scope.value("host"))


@cmdlet("Get-Culture")
@cmdlet("Get-UICulture")
def get_culture(call: CmdletCall) -> None:
    """The culture of the session."""
    call.write(Culture(call.engine.session.culture))
