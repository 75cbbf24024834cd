"""user32.dll: the window station and the desktop of a process that has neither windows nor a user."""

from __future__ import annotations

from emulator.powershell.csharp.native_functions import BothForms, Function, NativeCall

_STATION, _DESKTOP = 0x34, 0x38
_BROADCAST, _INVALID_WINDOW = 0xFFFF, 1400


@BothForms
def _send(call: NativeCall) -> int:
    """SendMessageTimeout: there is no window that would hear a message to all."""
    if call.number(0) != _BROADCAST:
        return call.fail(_INVALID_WINDOW)
    call.put(6, 0, 8)
    return 1


FUNCTIONS: dict[str, Function] = {
    "GetProcessWindowStation": lambda _call: _STATION,
    "GetThreadDesktop": lambda _call: _DESKTOP,
    "SendMessageTimeout": _send,
}
