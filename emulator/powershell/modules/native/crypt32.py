"""crypt32.dll: the stores of certificates of the machine and of the user (wincrypt.h)."""

from __future__ import annotations

from emulator.host.security.certificates import STORES
from emulator.powershell.csharp.native_functions import INVALID_HANDLE, Function, NativeCall
from emulator.powershell.modules.certificates.store_handles import StoreHandle
from emulator.powershell.modules.native.kernel32 import opened
from emulator.powershell.runtime.errors import not_emulated

_SYSTEM_STORE = 10
_LOCATION = 0x00FF0000
_LOCATIONS = {0x00010000: "CurrentUser", 0x00020000: "LocalMachine"}
_DELETE, _EXISTING, _READ_ONLY = 0x10, 0x4000, 0x8000
_NOT_FOUND = 2


def _open(call: NativeCall) -> int:
    """CertOpenStore of a system store."""
    flags, location = call.number(3), _LOCATIONS.get(call.number(3) & _LOCATION)
    if call.handle(0) != _SYSTEM_STORE or location is None or flags & _DELETE:
        raise not_emulated("CertOpenStore of a provider, location or use other than that of system stores")
    name = call.memory.read_text(call.handle(4), wide=True) or ""
    known = next((one for one in STORES if one.casefold() == name.casefold()), None)
    if known is None and (flags & _EXISTING or not name):
        return call.fail(_NOT_FOUND)
    return opened(call, StoreHandle(known or name, location, writable=not flags & _READ_ONLY))


def _close(call: NativeCall) -> int:
    return 1 if call.process.close(call.handle(0)) else call.fail(INVALID_HANDLE)


FUNCTIONS: dict[str, Function] = {"CertCloseStore": _close, "CertOpenStore": _open}
