"""Set-StrictMode."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Any

from emulator.powershell.dotnet.simple import Version
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.module import cmdlet

_LATEST = 3


@cmdlet("Set-StrictMode")
def set_strict_mode(call: CmdletCall, version: Any = None, off: bool = False) -> None:
    """Strict mode of the scope and those below: 1 unset variables, 2 missing properties, 3 indexes."""
    call.frame.scope.strict = 0 if off or version is None else _number(call, version)


def _number(call: CmdletCall, version: Any) -> int:
    if isinstance(version, Version):
        return int(version.parts[0])
    if isinstance(version, int | float | Decimal) and math.isfinite(version):
        return int(version)
    text = to_text(version)
    try:
        return _LATEST if text.lower() == "latest" else int(Version.parse(text).parts[0])
    except ValueError as problem:
        raise call.failure(
            "System.Management.Automation.ParameterBindingArgumentTransformationException",
            f"Cannot process argument transformation on parameter 'Version'. {problem}",
            "ParameterArgumentTransformationError",
            "InvalidData",
        ) from None
