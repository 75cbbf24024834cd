"""Set-StrictMode and session variables of the engine."""

from __future__ import annotations

from typing import Any

from emulator.powershell.dotnet.simple import Version
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.module import cmdlet


@cmdlet("Set-StrictMode")
def set_strict_mode(call: CmdletCall, version: Any = None, off: bool = False) -> None:
    """Strict mode of the runspace: 1 unset variables, 2 missing properties, 3 indexes out of range."""
    if off or version is None:
        call.engine.strict_version = None
        return
    if isinstance(version, str):
        call.engine.strict_version = 3 if version.lower() == "latest" else Version.parse(version).parts[0]
        return
    call.engine.strict_version = version.parts[0] if isinstance(version, Version) else int(version)
