"""Access tokens, privileges and logons (advapi32.dll). Source of each function: its documentation."""

from __future__ import annotations

from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from emulator.host import Account, Host
from emulator.host.security.privilege_table import PRIVILEGES
from emulator.host.security.privileges import privileges_of
from emulator.host.security.security_names import token_groups
from emulator.host.security.system_account import system_account
from emulator.host.windows.termination import may_open
from emulator.powershell.csharp.libraries.kernel32 import PSEUDO_PROCESS
from emulator.powershell.csharp.native_functions import (
    ACCESS_DENIED,
    INSUFFICIENT_BUFFER,
    INVALID_HANDLE,
    INVALID_PARAMETER,
    BothForms,
    Function,
    NativeCall,
)
from emulator.powershell.csharp.native_process import KernelObject, NativeProcess
from emulator.powershell.dotnet.principals import SecurityIdentifier
from emulator.powershell.modules.native.buffers import Packed, answer
from emulator.powershell.modules.native.kernel32 import account_of, host_of, opened, start_program
from emulator.powershell.modules.native.program_handles import ProcessHandle
from emulator.powershell.runtime.errors import not_emulated

if TYPE_CHECKING:
    from emulator.host.security.logon import LogonKind, Refusal

_ENABLED, _BY_DEFAULT, _REMOVED = 2, 1, 4
_NOT_ALL_ASSIGNED, _NO_SUCH_PRIVILEGE, _NO_TOKEN, _LOGON_FAILURE = 1300, 1313, 1008, 1326
_USER, _GROUPS, _PRIVILEGES, _OWNER, _PRIMARY_GROUP, _TYPE, _LEVEL = 1, 2, 3, 4, 5, 8, 9
_STATISTICS, _SESSION, _ELEVATION_TYPE, _LINKED, _ELEVATION, _INTEGRITY = 10, 12, 18, 19, 20, 25
PRIMARY, IMPERSONATION = 1, 2
#: SECURITY_LOGON_TYPE.
SYSTEM_LOGON, INTERACTIVE, NETWORK, BATCH, SERVICE, NEW_CREDENTIALS = 0, 2, 3, 4, 5, 9
_LOGONS = {INTERACTIVE: 2, NETWORK: 3, BATCH: 4, SERVICE: 5, 7: 7, 8: 8}
_KINDS: dict[int, LogonKind] = {
    INTERACTIVE: "Interactive",
    BATCH: "Batch",
    SERVICE: "Service",
    7: "Interactive",
}
_SYSTEM_LOGON_ID = {"S-1-5-18": 0x3E7, "S-1-5-19": 0x3E5, "S-1-5-20": 0x3E4}
_REFUSALS: dict[Refusal, int] = {
    "blank password": 1327,
    "disabled": 1331,
    "expired account": 1793,
    "expired password": 1330,
    "logon type not granted": 1385,
    "locked out": 1909,
    "must change password": 1907,
}
_MANDATORY = 0x7  # mandatory, enabled by default, enabled


class Token(KernelObject):
    """Who somebody is: the account, how it logged on, and which privileges are enabled."""

    def __init__(self, account: Account, logon: int, kind: int = PRIMARY, level: int = 0) -> None:
        super().__init__()
        self.account = account
        self.logon = logon
        self.kind = kind
        self.level = level
        self.privileges = {one.number: _ENABLED | _BY_DEFAULT for one in privileges_of(account)}

    def copy(self, kind: int, level: int) -> Token:
        """A token of its own for the same account."""
        made = Token(self.account, self.logon, kind, level)
        made.privileges = dict(self.privileges)
        return made

    @property
    def logon_id(self) -> int:
        """The number of its logon session."""
        known = _SYSTEM_LOGON_ID.get(self.account.sid)
        return known if known is not None else 0x10000 + int(self.account.sid.rpartition("-")[2]) % 0xFFFF


_OWN: WeakKeyDictionary[NativeProcess, Token] = WeakKeyDictionary()
_IMPERSONATED: WeakKeyDictionary[NativeProcess, Token] = WeakKeyDictionary()


def process_token(call: NativeCall) -> Token:
    """The token of the process that calls."""
    found = _OWN.get(call.process)
    if found is None:
        found = _OWN[call.process] = Token(account_of(call), NETWORK)
    return found


def holds(call: NativeCall, name: str) -> bool:
    """Whether whoever calls has a privilege: as itself, or as whom it impersonates."""
    number = next(one.number for one in PRIVILEGES if one.name == name)
    return any(
        token is not None and number in token.privileges
        for token in (process_token(call), _IMPERSONATED.get(call.process))
    )


def account_named(host: Host, name: str) -> Account | None:
    """The account under which a process is listed."""
    return system_account(host, name) or host.accounts.find(name)


# Tokens


def _open_process_token(call: NativeCall) -> int:
    handle = call.handle(0)
    token: Token | None = None
    if handle == PSEUDO_PROCESS:
        token = process_token(call)
    else:
        process = call.process.object_of(handle)
        if not isinstance(process, ProcessHandle):
            return call.fail(INVALID_HANDLE)
        if process.process.id == call.engine.machine.process_id:
            token = process_token(call)
        else:
            account = account_named(process.host, process.process.account)
            if account is None or not may_open(process.process, account_of(call)):
                return call.fail(ACCESS_DENIED)
            is_system = account.sid in _SYSTEM_LOGON_ID
            token = Token(
                account, (SYSTEM_LOGON if account.sid == "S-1-5-18" else SERVICE) if is_system else BATCH
            )
    return _given(call, token, 2)


def _given(call: NativeCall, token: Token, place: int) -> int:
    number = opened(call, token)
    if not number:
        return 0
    call.put(place, number, 8)
    return 1


def _open_thread_token(call: NativeCall) -> int:
    token = _IMPERSONATED.get(call.process)
    return call.fail(_NO_TOKEN) if token is None else _given(call, token, 3)


def token_at(call: NativeCall, place: int) -> Token | None:
    """The token of a handle."""
    found = call.process.object_of(call.handle(place))
    return found if isinstance(found, Token) else None


def _duplicate(call: NativeCall) -> int:
    token = token_at(call, 0)
    if token is None:
        return call.fail(INVALID_HANDLE)
    return _given(call, token.copy(call.number(4), call.number(3)), 5)


def _duplicate_plainly(call: NativeCall) -> int:
    token = token_at(call, 0)
    return (
        call.fail(INVALID_HANDLE)
        if token is None
        else _given(call, token.copy(IMPERSONATION, call.number(1)), 2)
    )


def _impersonate(call: NativeCall) -> int:
    token = token_at(call, 0)
    if token is None:
        return call.fail(INVALID_HANDLE)
    _IMPERSONATED[call.process] = token
    return 1


def _revert(call: NativeCall) -> int:
    _IMPERSONATED.pop(call.process, None)
    return 1


def sid_bytes(sid: str) -> bytes:
    """The binary form of a SID."""
    return SecurityIdentifier(sid).binary


def _sid_structure(sid: str, attributes: int = 0) -> Packed:
    return Packed(16).pointer(0, sid_bytes(sid)).number(8, attributes)


def _information(call: NativeCall) -> int:
    """GetTokenInformation."""
    token = token_at(call, 0)
    if token is None:
        return call.fail(INVALID_HANDLE)
    kind, account = call.number(1), token.account
    made: Packed
    if kind == _USER:
        made = _sid_structure(account.sid)
    elif kind == _GROUPS:
        groups = token_groups(account)
        made = Packed(8 + 16 * len(groups)).number(0, len(groups))
        for place, sid in enumerate(groups):
            made.pointer(8 + 16 * place, sid_bytes(sid)).number(16 + 16 * place, _MANDATORY)
    elif kind == _PRIVILEGES:
        made = Packed(4 + 12 * len(token.privileges)).number(0, len(token.privileges))
        for place, (number, state) in enumerate(token.privileges.items()):
            made.number(4 + 12 * place, number).number(12 + 12 * place, state)
    elif kind in (_OWNER, _PRIMARY_GROUP):
        owner = "S-1-5-32-544" if kind == _OWNER and account.is_administrator else account.sid
        made = Packed(8).pointer(0, sid_bytes(owner))
    elif kind == _STATISTICS:
        made = _statistics(token)
    elif kind == _TYPE:
        made = Packed(4).number(0, token.kind)
    elif kind == _LEVEL and token.kind == IMPERSONATION:
        made = Packed(4).number(0, token.level)
    elif kind == _SESSION:
        made = Packed(4)
    elif kind == _ELEVATION_TYPE:
        # TokenElevationTypeDefault: remote sessions of administrators are not split.
        made = Packed(4).number(0, 1)
    elif kind == _ELEVATION:
        made = Packed(4).number(0, int(account.is_administrator))
    elif kind == _INTEGRITY:
        level = 16384 if account.sid == "S-1-5-18" else 12288 if account.is_administrator else 8192
        made = _sid_structure(f"S-1-16-{level}", 0x60)
    elif kind == _LINKED:
        return call.fail(1312)
    else:
        raise not_emulated(f"GetTokenInformation of the class {kind}")
    return answer(call, made, 2, 3, 4)


def _statistics(token: Token) -> Packed:
    """TOKEN_STATISTICS."""
    return (
        Packed(56)
        .number(0, id(token) & 0xFFFFFFF)
        .number(8, token.logon_id)
        .number(16, (1 << 63) - 1, 8)
        .number(24, token.kind)
        .number(28, token.level)
        .number(32, 4096)
        .number(36, 4096)
        .number(40, len(token_groups(token.account)))
        .number(44, len(token.privileges))
        .number(48, token.logon_id)
    )


# Privileges


@BothForms
def _privilege_number(call: NativeCall) -> int:
    """LookupPrivilegeValue."""
    wanted = (call.text(1) or "").casefold()
    found = next((one for one in PRIVILEGES if one.name.casefold() == wanted), None)
    if found is None:
        return call.fail(_NO_SUCH_PRIVILEGE)
    call.put(2, found.number, 8)
    return 1


def _privilege_at(call: NativeCall, place: int) -> str | None:
    number = call.memory.read_number(call.handle(place), 8)
    return next((one.name for one in PRIVILEGES if one.number == number), None)


@BothForms
def _privilege_name(call: NativeCall) -> int:
    """LookupPrivilegeName."""
    name = _privilege_at(call, 1)
    if name is None:
        return call.fail(_NO_SUCH_PRIVILEGE)
    return _sized_text(call, name, 2, 3)


def _sized_text(call: NativeCall, text: str, buffer: int, size: int) -> int:
    """A text into a buffer whose size in characters is in and out."""
    room = call.memory.read_number(call.handle(size), 4)
    if not call.handle(buffer) or room <= len(text):
        call.put(size, len(text) + 1)
        return call.fail(INSUFFICIENT_BUFFER)
    call.memory.write(call.handle(buffer), call.bytes_of(text))
    call.put(size, len(text))
    return 1


def _adjust(call: NativeCall) -> int:
    """AdjustTokenPrivileges: the previous state, and ERROR_NOT_ALL_ASSIGNED where one is not held."""
    token = token_at(call, 0)
    if token is None:
        return call.fail(INVALID_HANDLE)
    wanted: dict[int, int] = {}
    if call.number(1):
        wanted = dict.fromkeys(token.privileges, 0)
    else:
        at = call.handle(2)
        for place in range(min(call.memory.read_number(at, 4), len(PRIVILEGES))):
            entry = at + 4 + 12 * place
            wanted[call.memory.read_number(entry, 4)] = call.memory.read_number(entry + 8, 4)
    changed = {
        number: token.privileges[number]
        for number, state in wanted.items()
        if number in token.privileges
        and (state & _REMOVED or (state & _ENABLED) != (token.privileges[number] & _ENABLED))
    }
    if call.handle(4):
        before = Packed(4 + 12 * max(len(changed), 1)).number(0, len(changed))
        for place, (number, state) in enumerate(changed.items()):
            before.number(4 + 12 * place, number).number(12 + 12 * place, state)
        if not answer(call, before, 4, 3, 5):
            return 0
    for number in changed:
        state = wanted[number]
        if state & _REMOVED:
            del token.privileges[number]
        else:
            token.privileges[number] = token.privileges[number] & ~_ENABLED | state & _ENABLED
    missing = any(number not in token.privileges and number not in changed for number in wanted)
    return call.fail(_NOT_ALL_ASSIGNED if missing else 0, 1)


# Logons


@BothForms
def _logon(call: NativeCall) -> int:
    """LogonUser with a password; the accounts of Windows' services need none."""
    name, domain, password = call.text(0) or "", call.text(1), call.text(2) or ""
    kind, host = call.number(3), host_of(call)
    if kind == NEW_CREDENTIALS:
        return _given(call, Token(account_of(call), NEW_CREDENTIALS), 5)
    if kind not in _LOGONS:
        return call.fail(INVALID_PARAMETER)
    whole = f"{domain}\\{name}" if domain else name
    account: Account | None = None
    if kind == SERVICE:
        account = system_account(host, whole)
    if account is None:
        known = host.accounts.find(whole)
        way = _KINDS.get(kind, "Network")
        refusal = None if known is None else host.accounts.rules.refusal(known, way)
        account = host.accounts.verify(whole, password, way)
        if account is None:
            right = known is not None and known.password == password and refusal is not None
            return call.fail(_REFUSALS[refusal] if right and refusal is not None else _LOGON_FAILURE)
    return _given(call, Token(account, _LOGONS[kind]), 5)


def _by_token(privilege: str, places: tuple[int, ...]) -> BothForms:
    """A function that starts a program as the owner of a token, for who holds a privilege."""

    def start(call: NativeCall) -> int:
        token = token_at(call, 0)
        if token is None:
            return call.fail(INVALID_HANDLE)
        if not holds(call, privilege):
            return call.fail(1314)
        return start_program(call, token.account, places)

    return BothForms(start)


@BothForms
def _with_logon(call: NativeCall) -> int:
    """CreateProcessWithLogon."""
    name, domain, password = call.text(0) or "", call.text(1), call.text(2) or ""
    account = host_of(call).accounts.verify(f"{domain}\\{name}" if domain else name, password)
    if account is None:
        return call.fail(_LOGON_FAILURE)
    return start_program(call, account, (4, 5, 6, 7, 8, 9, 10))


def _new_number(call: NativeCall) -> int:
    """AllocateLocallyUniqueId."""
    call.put(0, call.engine.random.generator.getrandbits(40), 8)
    return 1


TOKENS: dict[str, Function] = {
    "AdjustTokenPrivileges": _adjust,
    "AllocateLocallyUniqueId": _new_number,
    "CreateProcessAsUser": _by_token("SeIncreaseQuotaPrivilege", (1, 2, 6, 7, 8, 9, 10)),
    "CreateProcessWithLogon": _with_logon,
    "CreateProcessWithToken": _by_token("SeImpersonatePrivilege", (2, 3, 4, 5, 6, 7, 8)),
    "DuplicateToken": _duplicate_plainly,
    "DuplicateTokenEx": _duplicate,
    "GetTokenInformation": _information,
    "ImpersonateLoggedOnUser": _impersonate,
    "LogonUser": _logon,
    "LookupPrivilegeName": _privilege_name,
    "LookupPrivilegeValue": _privilege_number,
    "OpenProcessToken": _open_process_token,
    "OpenThreadToken": _open_thread_token,
    "RevertToSelf": _revert,
}
