"""Invoke-Command in the same process, and Clear-Host."""

from __future__ import annotations

from typing import Any

from emulator.powershell.runtime.binder import Argument
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.commands import ScriptInfo
from emulator.powershell.runtime.errors import not_emulated
from emulator.powershell.runtime.invocation import InvocationInfo
from emulator.powershell.runtime.module import cmdlet
from emulator.powershell.runtime.processors import run_pipeline
from emulator.powershell.runtime.script_block import ScriptBlock
from emulator.powershell.runtime.script_processor import ScriptProcessor


@cmdlet("Invoke-Command")
def invoke_command(
    call: CmdletCall,
    script_block: ScriptBlock,
    argument_list: list[Any] | None = None,
    no_new_scope: bool = False,
) -> None:
    """Run a script block here; with a session or computer it is not emulated."""
    if call.parameter_set != "InProcess":
        raise call.complete(not_emulated(f"Invoke-Command ({call.parameter_set})"))
    info = ScriptInfo(script_block)
    processor = ScriptProcessor(
        call.frame,
        info,
        script_block,
        [Argument(None, one) for one in argument_list or ()],
        call.write,
        call.streams,
        InvocationInfo(info, call.invocation.extent, ""),
        False,
        no_new_scope,
    )
    run_pipeline(call.engine, [processor], None)


@cmdlet("Clear-Host")
def clear_host(call: CmdletCall) -> None:
    """Clear the screen, when there is one that can be cleared."""
    clear = getattr(call.engine.ui, "clear", None)
    if clear is not None:
        clear()
