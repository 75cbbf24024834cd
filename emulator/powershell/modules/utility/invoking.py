"""Runs a command by its name."""

from __future__ import annotations

from typing import Any

from emulator.powershell.runtime.binder import Argument
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.compiler.commands import stage
from emulator.powershell.runtime.invocation import InvocationInfo
from emulator.powershell.runtime.processors import run_pipeline


def values_of_command(call: CmdletCall, name: str, arguments: list[tuple[str, Any]]) -> list[Any]:
    """What a command writes. Raises what it raises."""
    engine = call.engine
    command = engine.commands.resolve(name, call.frame.scope)
    out: list[Any] = []
    pieces = [Argument(key, value) for key, value in arguments]
    invocation = InvocationInfo(command, call.invocation.extent, name)
    run_pipeline(
        engine, [stage(call.frame, command, pieces, out.append, call.streams, invocation, False)], None
    )
    return out
