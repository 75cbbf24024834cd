"""Invoke-Expression, Read-Host, Get-Host, Get-Culture."""

from __future__ import annotations

from typing import Any

from emulator.powershell.dotnet.exceptions import NetError
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.errors import PSError
from emulator.powershell.runtime.host_objects import host_culture, host_ui_culture
from emulator.powershell.runtime.language_mode import CONSTRAINED
from emulator.powershell.runtime.module import cmdlet
from emulator.powershell.runtime.user_prompts import read_line


@cmdlet("Invoke-Expression")
def invoke_expression(call: CmdletCall, command: str = "") -> None:
    """Run a text as a script in the caller's scope."""
    try:
        block = call.engine.script_block(command)
        if call.engine.was_constrained:
            block.mode = CONSTRAINED
        if block.compiled.needs_preparation:
            block.compiled.prepare(call.frame)
        block.inline(call.frame, call.write)
    except PSError as problem:
        # The error leaves through the cmdlet, whose name its id gets.
        if problem.record.command_class is None:
            problem.record.command_class = call.info.class_name
        raise


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
def get_culture(call: CmdletCall) -> None:
    """The culture of the host."""
    call.write(host_culture(call.engine))


@cmdlet("Get-UICulture")
def get_ui_culture(call: CmdletCall) -> None:
    """The culture of the session's texts."""
    call.write(host_ui_culture(call.engine))
