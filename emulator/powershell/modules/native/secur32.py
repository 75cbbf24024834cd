"""secur32.dll: the local security authority."""

from __future__ import annotations

from emulator.powershell.csharp.native_functions import Function
from emulator.powershell.modules.native.logon_sessions import AUTHORITY

FUNCTIONS: dict[str, Function] = AUTHORITY
