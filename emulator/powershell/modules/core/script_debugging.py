"""Set-PSDebug."""

from __future__ import annotations

from emulator.powershell.modules.core.argument_ranges import check_range
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.module import cmdlet
from emulator.powershell.runtime.script_tracing import trace as start


@cmdlet("Set-PSDebug")
def set_debug(
    call: CmdletCall,
    trace: int | None = None,
    step: bool | None = None,
    strict: bool | None = None,
    off: bool = False,
) -> None:
    """Show the lines that run (1), and assignments and calls as well (2); ask before each; let variables that
    were not set be errors everywhere."""
    check_range(call, "Trace", trace, 0, 2)
    engine = call.engine
    if off:
        start(engine, 0)
        engine.global_scope.strict = None
        return
    if trace is not None or step is not None:
        start(engine, trace or 0, steps=bool(step))
    if strict is not None:
        engine.global_scope.strict = 1 if strict else 0
