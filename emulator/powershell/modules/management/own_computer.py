"""-ComputerName of cmdlets that reach the machine itself only."""

from __future__ import annotations

from collections.abc import Iterable

from emulator.host import Host
from emulator.host.neighbourhood import means_itself
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.errors import not_emulated


def own_computer(call: CmdletCall, names: Iterable[str] | None) -> Host:
    """The machine, when the names mean no other."""
    host = call.service(Host)
    if not all(means_itself(host, name) for name in names or ()):
        raise call.complete(not_emulated(f"{call.name} of another computer"))
    return host
