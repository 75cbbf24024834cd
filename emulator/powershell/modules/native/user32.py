"""user32.dll: the window station and the desktop of a process that has neither windows nor a user."""

from __future__ import annotations

from emulator.powershell.csharp.native_functions import Function

_STATION, _DESKTOP = 0x34, 0x38

FUNCTIONS: dict[str, Function] = {
    "GetProcessWindowStation": lambda _call: _STATION,
    "GetThreadDesktop": lambda _call: _DESKTOP,
}
