"""Debug-Process: Windows attaches the debugger of the registry, and there is none."""

from __future__ import annotations

from typing import Any

from emulator.host.windows.termination import may_open
from emulator.powershell.modules.management.processes import chosen_processes
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.errors import not_emulated
from emulator.powershell.runtime.module import cmdlet

_EXCEPTION = "Microsoft.PowerShell.Commands.ProcessCommandException"


@cmdlet("Debug-Process")
def debug_process(
    call: CmdletCall,
    name: list[str] | None = None,
    id: list[int] | None = None,
    input_object: list[Any] | None = None,
) -> None:
    """Attach a debugger to processes. What Win32_Process.AttachDebugger refuses is told; a machine of the
    emulator has no debugger to start."""
    for one in list(chosen_processes(call, name, id, input_object)):
        title = f"{one.name} ({one.process.id})"
        if not call.should_process(title):
            continue
        if one.process.id == 0:
            text = (
                "This command cannot be run because the debugger cannot be attached to the process "
                f'"{title}". Specify another process and Run your command.'
            )
            call.error(call.record(_EXCEPTION, text, "NoDebuggerFound", "ObjectNotFound", one))
        elif not may_open(one.process, one.caller):
            reason = "The user does not have access to the requested information."
            text = f'Cannot debug process "{title}" because of the following error: {reason}'
            call.error(call.record(_EXCEPTION, text, "CouldNotDebugProcess", "InvalidOperation", one))
        else:
            raise call.complete(not_emulated("A debugger for Debug-Process"))
