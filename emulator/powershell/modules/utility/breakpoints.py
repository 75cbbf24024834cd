"""The cmdlets for breakpoints that are there. None ever is: Set-PSBreakpoint needs a debugger."""

from __future__ import annotations

from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.module import cmdlet


@cmdlet("Get-PSBreakpoint")
@cmdlet("Enable-PSBreakpoint")
@cmdlet("Disable-PSBreakpoint")
@cmdlet("Remove-PSBreakpoint")
def look_for_breakpoints(call: CmdletCall, id: list[int] | None = None) -> None:
    """Nothing, and an error for each number that is asked for."""
    for number in id or ():
        call.error(
            call.record(
                "System.ArgumentException",
                f"There is no breakpoint with ID '{number}'.",
                "PSBreakpoint:BreakpointIdNotFound",
                "InvalidArgument",
            )
        )
