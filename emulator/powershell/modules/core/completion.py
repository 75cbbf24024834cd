"""Register-ArgumentCompleter."""

from __future__ import annotations

from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.module import cmdlet
from emulator.powershell.runtime.script_block import ScriptBlock

MAXIMUM = 10_000


@cmdlet("Register-ArgumentCompleter")
def register_argument_completer(
    call: CmdletCall,
    script_block: ScriptBlock,
    command_name: list[str] | None = None,
    parameter_name: str | None = None,
    native: bool = False,
) -> None:
    """Say what completes a parameter of all or of some commands, or the arguments of programs.

    Without -ParameterName the block is one for programs, as if -Native were given.
    """
    engine = call.engine
    if native or parameter_name is None:
        target, names = engine.native_completers, [one.lower() for one in command_name or ()]
    else:
        target = engine.completers
        key = parameter_name.lower()
        names = [f"{one.lower()}:{key}" for one in command_name] if command_name else [key]
    for name in names:
        if len(target) < MAXIMUM:
            target[name] = script_block
