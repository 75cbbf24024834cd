"""Set-Date: the machine's clock goes forward."""

from __future__ import annotations

from datetime import timedelta

from emulator.host import Account, Host, NotSupported
from emulator.host.security.callers import PrivilegeNotHeld
from emulator.host.windows.system_time import move_system_time
from emulator.powershell.dotnet.psobject import NoteProperty, PSObject
from emulator.powershell.dotnet.time_values import DateTime, TimeSpan
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.errors import not_emulated
from emulator.powershell.runtime.module import cmdlet

_TICKS_PER_MICROSECOND = 10


@cmdlet("Set-Date")
def set_date(
    call: CmdletCall,
    date: DateTime | None = None,
    adjust: TimeSpan | None = None,
    display_hint: str | None = None,
) -> None:
    """Let the machine's clock show another time. What is due until then happens at once.

    The clock is the one of everything that lives on the machine, so it does not go back, and a machine that
    follows the clock of whoever runs the emulator keeps it: both are "not emulated".
    """
    now = call.engine.now()
    step = adjust.ticks if adjust is not None else date.ticks - now.ticks if date is not None else 0
    wanted = DateTime(now.ticks + step, now.kind)
    if not call.should_process(to_text(wanted)):
        return
    by = timedelta(microseconds=step // _TICKS_PER_MICROSECOND)
    try:
        move_system_time(call.service(Host), by, call.service(Account))
    except PrivilegeNotHeld as refused:
        raise call.failure(
            "System.ComponentModel.Win32Exception",
            "A required privilege is not held by the client",
            "System.ComponentModel.Win32Exception",
            nativeerrorcode=refused.hresult & 0xFFFF,
        ) from None
    except NotSupported:
        what = "to an earlier time" if step < 0 else "on a machine whose clock is the real one"
        raise call.complete(not_emulated(f"Set-Date {what}")) from None
    shown = PSObject(wanted)
    if display_hint is not None:
        shown.add(NoteProperty("DisplayHint", display_hint))
    call.write(shown)
