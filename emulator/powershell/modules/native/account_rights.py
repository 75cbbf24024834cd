"""User Rights Assignment as native code asks for it (advapi32.dll). Source: the reference of ntsecapi.h."""

from __future__ import annotations

from emulator.host.security.user_rights import NoSuchRight
from emulator.powershell.csharp.native_functions import Function, NativeCall
from emulator.powershell.csharp.native_memory import bytes_of
from emulator.powershell.modules.native.buffers import Packed, array
from emulator.powershell.modules.native.kernel32 import account_of, host_of
from emulator.powershell.modules.native.logon_sessions import Authority, sid_at, string_at
from emulator.powershell.modules.native.tokens import sid_bytes

_ACCESS_DENIED, _INVALID_HANDLE, _NOT_FOUND = 0xC0000022, 0xC0000008, 0xC0000034
_NO_SUCH_PRIVILEGE, _NO_MORE_ENTRIES, _INVALID_PARAMETER = 0xC0000060, 0x8000001A, 0xC000000D
_STRING_SIZE = 16
_MOST_RIGHTS = 100


def _refused(call: NativeCall, *, changes: bool) -> int:
    """The status of who may not: 0 for who may."""
    if not isinstance(call.process.object_of(call.handle(0)), Authority):
        return _INVALID_HANDLE
    return _ACCESS_DENIED if changes and not account_of(call).is_administrator else 0


def _names(call: NativeCall, place: int, count: int) -> list[str]:
    at = call.handle(place)
    return [string_at(call, at + _STRING_SIZE * one) for one in range(count)]


def _given(call: NativeCall, made: Packed, buffer: int, count: int, size: int) -> int:
    address = call.memory.allocate(made.size)
    call.memory.write(address, made.at(address))
    call.put(buffer, address, 8)
    call.put(count, size)
    return 0


def _rights(call: NativeCall) -> int:
    """LsaEnumerateAccountRights: the rights that stand at an account itself."""
    refused = _refused(call, changes=False)
    if refused:
        return refused
    found = host_of(call).user_rights.rights_of(sid_at(call, 1))
    if not found:
        return _NOT_FOUND
    items = []
    for name in found:
        length = 2 * len(name)
        item = Packed(_STRING_SIZE).number(0, length, 2).number(2, length + 2, 2)
        items.append(item.pointer(8, bytes_of(name)))
    return _given(call, array(items, _STRING_SIZE), 2, 3, len(found))


def _holders(call: NativeCall) -> int:
    """LsaEnumerateAccountsWithUserRight; a null right is not taken here."""
    refused = _refused(call, changes=True)
    if refused:
        return refused
    if not call.handle(1):
        return _INVALID_PARAMETER
    try:
        found = host_of(call).user_rights.holders(string_at(call, call.handle(1)))
    except NoSuchRight:
        return _NO_SUCH_PRIVILEGE
    if not found:
        return _NO_MORE_ENTRIES
    items = [Packed(8).pointer(0, sid_bytes(sid)) for sid in found]
    return _given(call, array(items, 8), 2, 3, len(found))


def _grant(call: NativeCall) -> int:
    """LsaAddAccountRights."""
    refused = _refused(call, changes=True)
    if refused:
        return refused
    count = call.number(3)
    if count > _MOST_RIGHTS:
        return _INVALID_PARAMETER
    try:
        host_of(call).user_rights.grant(sid_at(call, 1), _names(call, 2, count))
    except NoSuchRight:
        return _NO_SUCH_PRIVILEGE
    return 0


def _revoke(call: NativeCall) -> int:
    """LsaRemoveAccountRights."""
    refused = _refused(call, changes=True)
    if refused:
        return refused
    sid, rights = sid_at(call, 1), host_of(call).user_rights
    count = call.number(4)
    if count > _MOST_RIGHTS:
        return _INVALID_PARAMETER
    if not rights.rights_of(sid):
        return _NOT_FOUND
    try:
        rights.revoke(sid, None if call.number(2) & 0xFF else _names(call, 3, count))
    except NoSuchRight:
        return _NO_SUCH_PRIVILEGE
    return 0


ACCOUNT_RIGHTS: dict[str, Function] = {
    "LsaAddAccountRights": _grant,
    "LsaEnumerateAccountRights": _rights,
    "LsaEnumerateAccountsWithUserRight": _holders,
    "LsaRemoveAccountRights": _revoke,
}
