"""The methods of entries of a directory (IADs, IADsUser, IADsGroup, IADsContainer)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from emulator.host import Account, AlreadyExists, HostError
from emulator.host.errors import AccessDenied, InvalidParameter, NotFound
from emulator.host.security.accounts import Group
from emulator.host.security.callers import administering
from emulator.powershell.dotnet.collections import PSArray
from emulator.powershell.dotnet.exceptions import NetError
from emulator.powershell.dotnet.time_values import DateTime
from emulator.powershell.modules.management.directory_entry import (
    DISABLED,
    FIXED_PASSWORD,
    NEVER_EXPIRES,
    DirectoryEntry,
    EntryObject,
    PropertyValues,
    unknown_property,
)
from emulator.powershell.modules.management.directory_paths import (
    NO_SUCH_MEMBER,
    com_error,
    object_at,
)
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.errors import not_emulated

_NEVER = datetime(1970, 1, 1)
_BUILT_IN, _ALREADY_MEMBER, _NO_MEMBER = 1371, 1378, 1377
#: (class of the entry, error of the machine) -> number of the system error.
_ERRORS: dict[tuple[str, type[HostError]], int] = {
    ("User", AlreadyExists): 2224,
    ("Group", AlreadyExists): 1379,
    ("User", NotFound): 2221,
    ("Group", NotFound): 2220,
    ("User", InvalidParameter): 2202,
    ("Group", InvalidParameter): 1319,
}


def _change(entry: DirectoryEntry, work: Callable[[], Any]) -> Any:
    try:
        with administering(entry.host, entry.engine.find_service(Account)):
            return work()
    except AccessDenied:
        raise com_error(5) from None
    except HostError as problem:
        raise com_error(_number_of(entry.kind, problem)) from None


def _number_of(kind: str, problem: HostError) -> int:
    if problem.hresult & 0xFFFF == _BUILT_IN:
        return _BUILT_IN
    found = (code for (one, error), code in _ERRORS.items() if one == kind and isinstance(problem, error))
    return next(found, 87)


def _set_info(entry: DirectoryEntry) -> None:
    _change(entry, lambda: _commit(entry))


def _commit(entry: DirectoryEntry) -> None:
    accounts = entry.host.accounts
    if entry.target is None and entry.kind == "User":
        entry.target = accounts.create(entry.new_name, entry.password or "")
        accounts.configure(entry.target, password_expires=True)
        entry.password = None
    elif entry.target is None:
        entry.target = accounts.create_group(entry.new_name)
    if isinstance(entry.target, Group):
        if "Description" in entry.pending:
            accounts.configure_group(entry.target, description=to_text(entry.pending["Description"]))
    elif isinstance(entry.target, Account):
        _commit_user(entry, entry.target)
    entry.pending.clear()


def _text_in(given: dict[str, Any], key: str) -> str | None:
    return to_text(given[key]) if key in given else None


def _commit_user(entry: DirectoryEntry, account: Account) -> None:
    given = entry.pending
    flags = given.get("UserFlags")
    disabled = given.get("AccountDisabled", None if flags is None else bool(flags & DISABLED))
    expired = given.get("PasswordExpired")
    accounts = entry.host.accounts
    accounts.configure(
        account,
        disabled=None if disabled is None else bool(disabled),
        must_change_password=None if expired is None else bool(expired),
        password_expires=None if flags is None else not flags & NEVER_EXPIRES,
        may_change_password=None if flags is None else not flags & FIXED_PASSWORD,
        unlock="IsAccountLocked" in given and not given["IsAccountLocked"],
        full_name=_text_in(given, "FullName"),
        description=_text_in(given, "Description"),
        home_directory=_text_in(given, "HomeDirectory"),
        logon_script=_text_in(given, "LoginScript"),
        profile_path=_text_in(given, "Profile"),
    )
    if "AccountExpirationDate" in given:
        accounts.set_expiry(account, _expiry(entry, given["AccountExpirationDate"]))


def _expiry(entry: DirectoryEntry, moment: Any) -> datetime | None:
    if not isinstance(moment, DateTime):
        raise com_error(87)
    if moment.to_python() <= _NEVER:
        return None
    return moment.to_utc(entry.host.operating_system.utc_offset())


def _set_password(entry: DirectoryEntry, password: Any) -> None:
    text = to_text(password)
    if isinstance(entry.target, Account):
        account = entry.target
        _change(entry, lambda: entry.host.accounts.configure(account, password=text))
    else:
        entry.password = text


def _put(entry: DirectoryEntry, name: Any, value: Any) -> None:
    entry.put(to_text(name), value)


def _get(entry: DirectoryEntry, name: Any) -> Any:
    found = entry.dynamic_property(to_text(name), None)
    if found is None:
        raise unknown_property(to_text(name))
    if isinstance(found, PropertyValues):
        return found[0] if len(found) == 1 else PSArray(found)
    return found


def _create(entry: DirectoryEntry, kind: Any, name: Any) -> DirectoryEntry:
    proper = {"user": "User", "group": "Group"}.get(to_text(kind).lower())
    if proper is None:
        raise not_emulated(f"[ADSI]: creating a {to_text(kind)}")
    return DirectoryEntry(entry.engine, proper, None, to_text(name))


def _delete(entry: DirectoryEntry, kind: Any, name: Any) -> None:
    accounts = entry.host.accounts
    is_group = to_text(kind).lower() == "group"
    inner = DirectoryEntry(entry.engine, "Group" if is_group else "User", None)

    def work() -> None:
        if is_group:
            group = accounts.group(to_text(name))
            if group is None:
                raise NotFound()
            accounts.delete_group(group)
            return
        account = accounts.find(f".\\{to_text(name)}")
        if account is None:
            raise NotFound()
        accounts.delete(account)

    _change(inner, work)


def _member(entry: DirectoryEntry, path: Any) -> Account:
    """The account of a path such as ``WinNT://S-1-5-21-...`` or ``WinNT://HOST/bob``."""
    found = object_at(entry.engine, to_text(path))
    if not isinstance(found[1], Account):
        known = found[1] is not None
        if known:
            raise not_emulated("[ADSI]: groups and identities of Windows as members of a group")
        raise com_error(NO_SUCH_MEMBER)
    return found[1]


def _add(entry: DirectoryEntry, path: Any) -> None:
    group = entry.target
    if not isinstance(group, Group):
        raise com_error(50)
    account = _member(entry, path)
    if account.is_member_of(group.name):
        raise com_error(_ALREADY_MEMBER)
    _change(entry, lambda: entry.host.accounts.join(account, group))


def _remove(entry: DirectoryEntry, path: Any) -> None:
    group = entry.target
    if not isinstance(group, Group):
        raise com_error(50)
    account = _member(entry, path)
    if not account.is_member_of(group.name):
        raise com_error(_NO_MEMBER)
    _change(entry, lambda: entry.host.accounts.leave(account, group))


def _members(entry: DirectoryEntry) -> PSArray:
    if not isinstance(entry.target, Group):
        raise com_error(50)
    return PSArray(EntryObject(entry.engine, "User", one) for one in entry.target.members)


def _is_member(entry: DirectoryEntry, path: Any) -> bool:
    if not isinstance(entry.target, Group):
        raise com_error(50)
    found = object_at(entry.engine, to_text(path))[1]
    return isinstance(found, Account) and found.is_member_of(entry.target.name)


def _groups(entry: DirectoryEntry) -> PSArray:
    if not isinstance(entry.target, Account):
        raise com_error(50)
    found = (entry.host.accounts.group(name) for name in entry.target.groups)
    return PSArray(EntryObject(entry.engine, "Group", one) for one in found if one is not None)


def _rename(entry: DirectoryEntry, name: Any) -> None:
    target, accounts = entry.target, entry.host.accounts
    if isinstance(target, Account):
        _change(entry, lambda: accounts.rename(target, to_text(name)))
    elif isinstance(target, Group):
        _change(entry, lambda: accounts.configure_group(target, name=to_text(name)))
    else:
        raise com_error(50)


def _invoke(entry: DirectoryEntry, name: Any, *arguments: Any) -> Any:
    given = list(arguments)
    if len(given) == 1 and isinstance(given[0], list):
        given = list(given[0])
    done, made = entry.call_dynamic_method(entry.engine, to_text(name), given)
    if not done:
        raise NetError("System.Runtime.InteropServices.COMException", "Unknown name.", hresult=-2147352570)
    return made


def _refresh(entry: DirectoryEntry, *_names: Any) -> None:
    entry.pending.clear()


METHODS: dict[str, Callable[..., Any]] = {
    "add": _add,
    "commitchanges": _set_info,
    "create": _create,
    "delete": _delete,
    "get": _get,
    "getinfo": _refresh,
    "groups": _groups,
    "invoke": _invoke,
    "invokeget": _get,
    "invokeset": _put,
    "ismember": _is_member,
    "members": _members,
    "put": _put,
    "refreshcache": _refresh,
    "remove": _remove,
    "rename": _rename,
    "setinfo": _set_info,
    "setpassword": _set_password,
}
