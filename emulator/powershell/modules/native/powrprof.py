"""powrprof.dll: the power schemes of the machine. Functions return the error themselves."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from emulator.host import Host
from emulator.host.security.callers import may_administer
from emulator.powershell.csharp.native_functions import Function, NativeCall
from emulator.powershell.modules.native.kernel32 import account_of

if TYPE_CHECKING:
    from emulator.host.windows.power_plans import PowerScheme

_DENIED, _NOT_FOUND, _INVALID, _MORE_DATA, _NO_MORE = 5, 2, 87, 234, 259
_SCHEMES = 16
_GUID = 16


def _scheme(call: NativeCall, place: int) -> PowerScheme | None:
    """The scheme of a GUID that an argument points to."""
    address = call.handle(place)
    if not address:
        return None
    guid = uuid.UUID(bytes_le=call.memory.read(address, _GUID))
    return next((one for one in call.service(Host).power_plans.schemes if one.guid == str(guid)), None)


def _put(call: NativeCall, data: bytes, buffer: int, size: int) -> int:
    """Write into a buffer where it is large enough, and say how much is needed."""
    if not call.handle(size):
        return _INVALID
    room, address = call.memory.read_number(call.handle(size), 4), call.handle(buffer)
    call.put(size, len(data))
    if not address:
        return 0
    if room < len(data):
        return _MORE_DATA
    call.memory.write(address, data)
    return 0


def _enumerate(call: NativeCall) -> int:
    """PowerEnumerate: the schemes; settings within them are not known here."""
    if call.number(3) != _SCHEMES or call.handle(1) or call.handle(2):
        return _INVALID
    schemes = call.service(Host).power_plans.schemes
    index = call.number(4)
    if index >= len(schemes):
        return _NO_MORE
    return _put(call, uuid.UUID(schemes[index].guid).bytes_le, 5, 6)


def _friendly_name(call: NativeCall) -> int:
    """PowerReadFriendlyName of a scheme."""
    found = _scheme(call, 1)
    if found is None or call.handle(2) or call.handle(3):
        return _NOT_FOUND
    return _put(call, f"{found.name}\0".encode("utf-16-le"), 4, 5)


def _active(call: NativeCall) -> int:
    """PowerGetActiveScheme: the caller frees the GUID by LocalFree."""
    data = uuid.UUID(call.service(Host).power_plans.active.guid).bytes_le
    call.put(1, call.memory.allocate(_GUID, data), 8)
    return 0


def _activate(call: NativeCall) -> int:
    """PowerSetActiveScheme."""
    found = _scheme(call, 1)
    if found is None:
        return _NOT_FOUND
    if not may_administer(account_of(call)):
        return _DENIED
    call.service(Host).power_plans.activate(found)
    return 0


FUNCTIONS: dict[str, Function] = {
    "PowerEnumerate": _enumerate,
    "PowerGetActiveScheme": _active,
    "PowerReadFriendlyName": _friendly_name,
    "PowerSetActiveScheme": _activate,
}
