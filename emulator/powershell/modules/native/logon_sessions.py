"""Logon sessions and names of accounts: the local security authority (secur32.dll, advapi32.dll).

Source of each function: its documentation (ntsecapi.h). Statuses are those of MS-ERREF.
"""

from __future__ import annotations

from emulator.host import Account
from emulator.host.security.security_names import name_of_sid, sid_of_name
from emulator.powershell.csharp.native_functions import (
    INSUFFICIENT_BUFFER,
    BothForms,
    Function,
    NativeCall,
)
from emulator.powershell.csharp.native_memory import bytes_of
from emulator.powershell.csharp.native_process import KernelObject
from emulator.powershell.dotnet.principals import SecurityIdentifier
from emulator.powershell.modules.native.buffers import Packed
from emulator.powershell.modules.native.kernel32 import account_of, host_of, opened
from emulator.powershell.modules.native.tokens import (
    BATCH,
    NETWORK,
    SERVICE,
    SYSTEM_LOGON,
    Token,
    account_named,
    process_token,
    sid_bytes,
)
from emulator.powershell.runtime.errors import not_emulated

_ACCESS_DENIED, _INVALID_HANDLE, _NOT_FOUND = 0xC0000022, 0xC0000008, 0xC0000034
_NO_SUCH_SESSION, _LOGON_FAILURE, _NO_PACKAGE = 0xC000005F, 0xC000006D, 0xC00000FE
_WIN32 = {
    0: 0,
    _ACCESS_DENIED: 5,
    _INVALID_HANDLE: 6,
    _NOT_FOUND: 2,
    _NO_SUCH_SESSION: 1312,
    _LOGON_FAILURE: 1326,
    0x8000001A: 259,
    0xC0000060: 1313,
}
_PACKAGES = {"negotiate": 0, "kerberos": 2, "microsoft_authentication_package_v1_0": 3}
_NOT_MAPPED = 1332
_USER, _GROUP, _ALIAS, _WELL_KNOWN, _LABEL = 1, 2, 4, 5, 10
_LABELS = {4096: "Low", 8192: "Medium", 8448: "Medium Plus", 12288: "High", 16384: "System"}
_S4U_LOGON = 12
#: What ordinary users may not ask of the policy: POLICY_TRUST_ADMIN to POLICY_SERVER_ADMIN, GENERIC_ALL.
_POLICY_CHANGES = 0x7F8 | 0x20000000 | 0x10000000


class Authority(KernelObject):
    """A connection to the local security authority, or a handle of its policy."""


def _sessions(call: NativeCall) -> dict[int, Token]:
    """The logon sessions: those of Windows' own accounts, and of whoever runs the script."""
    found: dict[int, Token] = {}
    host = host_of(call)
    for name in ("SYSTEM", "LOCAL SERVICE", "NETWORK SERVICE"):
        account = account_named(host, f"NT AUTHORITY\\{name}")
        if account is not None:
            token = Token(account, SYSTEM_LOGON if name == "SYSTEM" else SERVICE)
            found[token.logon_id] = token
    own = process_token(call)
    found[own.logon_id] = own
    return found


def _enumerate(call: NativeCall) -> int:
    """LsaEnumerateLogonSessions."""
    numbers = list(_sessions(call))
    block = b"".join(one.to_bytes(8, "little") for one in numbers)
    call.put(0, len(numbers))
    call.put(1, call.memory.allocate(len(block), block), 8)
    return 0


def _data(call: NativeCall) -> int:
    """LsaGetLogonSessionData: SECURITY_LOGON_SESSION_DATA."""
    number = call.memory.read_number(call.handle(0), 8)
    token = _sessions(call).get(number)
    if token is None:
        return _NO_SUCH_SESSION
    own = token.account.sid == account_of(call).sid
    if not own and not account_of(call).is_administrator:
        return _ACCESS_DENIED
    account = token.account
    made = Packed(272).number(0, 272).number(4, number, 8)
    texts = (
        (16, account.name),
        (32, account.domain),
        (48, "NTLM" if token.logon == NETWORK else "Negotiate"),
        (88, ""),
        (104, ""),
        (120, ""),
        (168, account.logon_script),
        (184, account.profile_path),
        (200, account.home_directory),
        (216, ""),
    )
    for place, text in texts:
        data = bytes_of(text, ends=False)
        made.number(place, len(data), 2).number(place + 2, len(data) + 2, 2)
        made.pointer(place + 8, bytes_of(text))
    made.number(64, token.logon)
    made.number(68, 0).pointer(72, sid_bytes(account.sid))
    address = call.memory.allocate(made.size)
    call.memory.write(address, made.at(address))
    call.put(1, address, 8)
    return 0


def _free(call: NativeCall) -> int:
    return 0 if call.memory.free(call.handle(0)) else 0xC0000225


def _register(call: NativeCall) -> int:
    """LsaRegisterLogonProcess: needs SeTcbPrivilege, as the process has or whom it impersonates."""
    from emulator.powershell.modules.native.tokens import holds

    if not holds(call, "SeTcbPrivilege"):
        return 0xC0000041
    call.put(1, opened(call, Authority()), 8)
    call.put(2, 0)
    return 0


def _connect(call: NativeCall) -> int:
    call.put(0, opened(call, Authority()), 8)
    return 0


def _policy(call: NativeCall) -> int:
    """LsaOpenPolicy: changes are for administrators."""
    if call.number(2) & _POLICY_CHANGES and not account_of(call).is_administrator:
        return _ACCESS_DENIED
    call.put(3, opened(call, Authority()), 8)
    return 0


def _close(call: NativeCall) -> int:
    if not isinstance(call.process.object_of(call.handle(0)), Authority):
        return _INVALID_HANDLE
    call.process.close(call.handle(0))
    return 0


def _package(call: NativeCall) -> int:
    """LsaLookupAuthenticationPackage: LSA_STRING with a length, a maximum and an address."""
    at = call.handle(1)
    size, address = call.memory.read_number(at, 2), call.memory.read_number(at + 8, 8)
    name = call.memory.read(address, size).decode("cp1252", "replace").lower() if size else ""
    if name not in _PACKAGES:
        return _NO_PACKAGE
    call.put(2, _PACKAGES[name])
    return 0


def string_at(call: NativeCall, at: int) -> str:
    """The text of an LSA_UNICODE_STRING."""
    size, address = call.memory.read_number(at, 2), call.memory.read_number(at + 8, 8)
    return call.memory.read(address, size).decode("utf-16-le", "replace") if size else ""


def _logon(call: NativeCall) -> int:
    """LsaLogonUser without a password (S4U): a logon of somebody whom the machine knows."""
    at = call.handle(4)
    if call.memory.read_number(at, 4) != _S4U_LOGON:
        raise not_emulated(f"LsaLogonUser with the message {call.memory.read_number(at, 4)}")
    user, realm = string_at(call, at + 8), string_at(call, at + 24)
    account: Account | None = host_of(call).accounts.find(f"{realm}\\{user}" if realm else user)
    call.put(13, 0)
    if account is None or account.disabled:
        return _LOGON_FAILURE
    token = Token(account, BATCH)
    call.put(8, call.memory.allocate(16), 8)
    call.put(9, 16)
    call.put(10, token.logon_id, 8)
    call.put(11, opened(call, token), 8)
    return 0


def sid_at(call: NativeCall, place: int) -> str:
    """The SID that an argument means."""
    address = call.handle(place)
    count = call.memory.read_number(address + 1, 1) & 0xF
    return SecurityIdentifier.of_bytes(call.memory.read(address, 8 + 4 * count)).text


@BothForms
def _account_of_sid(call: NativeCall) -> int:
    """LookupAccountSid: name, authority and kind."""
    sid = sid_at(call, 1)
    if sid.startswith("S-1-16-"):
        level = _LABELS.get(int(sid.rpartition("-")[2]))
        whole = None if level is None else f"Mandatory Label\\{level} Mandatory Level"
    else:
        whole = name_of_sid(host_of(call), sid)
    if whole is None:
        return call.fail(_NOT_MAPPED)
    domain, _, name = whole.rpartition("\\")
    return _two_texts(call, name, domain, 2, 4) and _kind(call, sid, 6)


def _kind(call: NativeCall, sid: str, place: int) -> int:
    host = host_of(call)
    kind = _WELL_KNOWN
    if sid.startswith("S-1-16-"):
        kind = _LABEL
    elif host.accounts.by_sid(sid) is not None:
        kind = _USER
    elif any(one.sid == sid for one in host.accounts.groups):
        kind = _ALIAS
    elif sid.endswith("-513"):
        kind = _GROUP
    call.put(place, kind)
    return 1


def _two_texts(call: NativeCall, name: str, domain: str, first: int, second: int) -> int:
    """Two texts, each with the address of its buffer and of its size in characters."""
    fits = True
    for text, place in ((name, first), (domain, second)):
        room = call.memory.read_number(call.handle(place + 1), 4)
        fits = fits and bool(call.handle(place)) and room > len(text)
    for text, place in ((name, first), (domain, second)):
        call.put(place + 1, len(text) + (0 if fits else 1))
        if fits:
            call.memory.write(call.handle(place), call.bytes_of(text))
    return 1 if fits else call.fail(INSUFFICIENT_BUFFER)


@BothForms
def _account_of_name(call: NativeCall) -> int:
    """LookupAccountName: SID, authority and kind."""
    sid = sid_of_name(host_of(call), call.text(1) or "")
    if sid is None:
        return call.fail(_NOT_MAPPED)
    data = sid_bytes(sid)
    domain = (name_of_sid(host_of(call), sid) or "").rpartition("\\")[0]
    sid_room, domain_room = (call.memory.read_number(call.handle(one), 4) for one in (3, 5))
    call.put(3, len(data))
    if sid_room < len(data) or domain_room <= len(domain) or not call.handle(2):
        call.put(5, len(domain) + 1)
        return call.fail(INSUFFICIENT_BUFFER)
    call.memory.write(call.handle(2), data)
    call.memory.write(call.handle(4), call.bytes_of(domain))
    call.put(5, len(domain))
    return _kind(call, sid, 6)


@BothForms
def _sid_to_text(call: NativeCall) -> int:
    """ConvertSidToStringSid."""
    data = call.bytes_of(sid_at(call, 0))
    call.put(1, call.memory.allocate(len(data), data), 8)
    return 1


@BothForms
def _text_to_sid(call: NativeCall) -> int:
    """ConvertStringSidToSid."""
    text = (call.text(0) or "").upper()
    try:
        data = sid_bytes(text)
    except (ValueError, OverflowError):
        return call.fail(1337)
    call.put(1, call.memory.allocate(len(data), data), 8)
    return 1


def _to_win32(call: NativeCall) -> int:
    return _WIN32.get(call.number(0), 317)


ACCOUNTS: dict[str, Function] = {
    "ConvertSidToStringSid": _sid_to_text,
    "ConvertStringSidToSid": _text_to_sid,
    "LookupAccountName": _account_of_name,
    "LookupAccountSid": _account_of_sid,
    "LsaClose": _close,
    "LsaFreeMemory": _free,
    "LsaNtStatusToWinError": _to_win32,
    "LsaOpenPolicy": _policy,
}
AUTHORITY: dict[str, Function] = {
    "LsaConnectUntrusted": _connect,
    "LsaDeregisterLogonProcess": _close,
    "LsaEnumerateLogonSessions": _enumerate,
    "LsaFreeReturnBuffer": _free,
    "LsaGetLogonSessionData": _data,
    "LsaLogonUser": _logon,
    "LsaLookupAuthenticationPackage": _package,
    "LsaRegisterLogonProcess": _register,
}
