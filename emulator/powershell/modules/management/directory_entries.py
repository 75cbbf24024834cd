"""[ADSI], the accelerator of System.DirectoryServices.DirectoryEntry: the WinNT provider over the machine's
accounts.

Sources: documentation of the ADSI WinNT provider (IADsUser, IADsGroup, IADsContainer, user flags) and of
DirectoryEntry. Other providers (LDAP:, IIS:) are not emulated.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from emulator.host import Account, AlreadyExists, Host, HostError
from emulator.host.errors import AccessDenied, InvalidParameter, NotFound
from emulator.host.security.accounts import Group
from emulator.host.security.callers import administering
from emulator.powershell.dotnet.collections import LIST_TYPES, GenericList, PSArray
from emulator.powershell.dotnet.exceptions import NetError
from emulator.powershell.dotnet.principals import SecurityIdentifier
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.time_values import UTC as UTC_KIND
from emulator.powershell.dotnet.time_values import DateTime
from emulator.powershell.dotnet.types import BUILTIN, PSType, builtin, register, type_of
from emulator.powershell.dotnet.win32_messages import message_of
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.errors import not_emulated
from emulator.powershell.runtime.invoke import invocation_error
from emulator.signed_numbers import signed32

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine

_PREFIX = "winnt://"
_DISABLED, _LOCKED, _NO_PASSWORD, _FIXED_PASSWORD, _NORMAL, _NEVER_EXPIRES = 2, 16, 32, 64, 512, 65536
_SCRIPT = 1
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
Target = Account | Group | str | None
"""What an entry stands for: the machine by its name, a user, a group, or nothing yet."""

#: (class of the entry, error of the machine) -> number of the system error.
_ERRORS: dict[tuple[str, type[HostError]], int] = {
    ("User", AlreadyExists): 2224,
    ("Group", AlreadyExists): 1379,
    ("User", NotFound): 2221,
    ("Group", NotFound): 2220,
    ("User", InvalidParameter): 2202,
    ("Group", InvalidParameter): 1319,
}
_BUILT_IN = 1371
_ALREADY_MEMBER, _NO_MEMBER, _NO_SUCH_MEMBER = 1378, 1377, 1387


def _com_error(code: int) -> NetError:
    result = signed32(0x80070000 | code)
    kind = "System.Runtime.InteropServices.COMException"
    if code == 5:
        kind = "System.UnauthorizedAccessException"
    return NetError(kind, f"{message_of(code)}.\r\n", hresult=result, errorcode=result)


def _unknown_property(name: str) -> NetError:
    return NetError(
        "System.Runtime.InteropServices.COMException",
        f"The directory property cannot be found in the cache. ({name})",
        hresult=signed32(0x8000500D),
    )


class PropertyValues(GenericList):
    """System.DirectoryServices.PropertyValueCollection: the values of one property."""

    __slots__ = ("entry", "name")

    def __init__(self, entry: DirectoryEntry, name: str, values: list[Any]) -> None:
        super().__init__(values, builtin("System.DirectoryServices.PropertyValueCollection"))
        self.entry = entry
        self.name = name


LIST_TYPES.add(PropertyValues)


class DirectoryEntry:
    """System.DirectoryServices.DirectoryEntry. What is put stays in the cache until SetInfo."""

    __slots__ = ("engine", "kind", "new_name", "password", "pending", "target")
    is_raw = False

    def __init__(self, engine: Engine, kind: str, target: Target, new_name: str = "") -> None:
        self.engine = engine
        self.kind = kind
        self.target = target
        self.new_name = new_name
        self.pending: dict[str, Any] = {}
        self.password: str | None = None

    @property
    def host(self) -> Host:
        """The machine."""
        return _host(self.engine)

    @property
    def name(self) -> str:
        """The name of what it stands for."""
        if isinstance(self.target, Account | Group):
            return self.target.name
        return self.target or self.new_name

    @property
    def path(self) -> str:
        """ADsPath."""
        top = "WORKGROUP" if self.host.operating_system.domain is None else self.host.operating_system.domain
        if self.kind == "Computer":
            return f"WinNT://{self.host.name}"
        if isinstance(self.target, Account) and not self.target.is_local:
            return f"WinNT://{self.target.domain}/{self.name}"
        return f"WinNT://{top}/{self.host.name}/{self.name}"

    # Properties

    def values(self) -> dict[str, Any]:
        """What the property cache holds, by name."""
        found: dict[str, Any] = {"Name": self.name}
        target = self.target
        if isinstance(target, Account):
            found.update(_user_values(target))
        elif isinstance(target, Group):
            found["Description"] = target.description
            found["groupType"] = 4
            found["objectSid"] = bytearray(SecurityIdentifier(target.sid).binary)
        elif self.kind == "Computer":
            found["OperatingSystem"] = "Windows NT"
            found["OperatingSystemVersion"] = "10.0"
        for name, value in self.pending.items():
            known = next((one for one in found if one.lower() == name.lower()), name)
            found[known] = value
        return found

    def dynamic_property(self, name: str, missing: Any = None) -> Any:
        """A property as PowerShell sees it: a collection of values; what is no property is asked of the
        object itself."""
        key = name.lower()
        found = next(((known, value) for known, value in self.values().items() if known.lower() == key), None)
        if found is not None:
            return found[1] if self.is_raw else PropertyValues(self, found[0], [found[1]])
        if isinstance(self.target, Account) and key in _OF_USERS:
            return _OF_USERS[key](self.target)
        return self.path if key == "adspath" else missing

    def dynamic_properties(self) -> list[str]:
        """The names of the properties that the cache holds."""
        return list(self.values())

    def set_dynamic_property(self, name: str, value: Any) -> bool:
        """Put a value into the cache."""
        if self.kind not in ("User", "Group"):
            return False
        known = _WRITABLE[self.kind].get(name.lower())
        if known is None:
            self.engine.gap("ADSI property", f"{self.kind}.{name}")
            raise not_emulated(f"[ADSI]: setting {name} of a {self.kind.lower()}")
        held = unwrap(value)
        if isinstance(held, list) and len(held) == 1:
            held = unwrap(held[0])
        self.pending[known] = held
        return True

    # Methods

    def call_dynamic_method(self, _engine: Engine, name: str, arguments: list[Any]) -> tuple[bool, Any]:
        """A method of the interfaces of ADSI."""
        run = _METHODS.get(name.lower())
        if run is None:
            return False, None
        try:
            return True, run(self, *arguments)
        except NetError as problem:
            raise invocation_error(name, len(arguments), problem.exception) from None

    def __str__(self) -> str:
        return type_of(self).name


class EntryObject(DirectoryEntry):
    """The COM object behind an entry, as methods of ADSI give it."""

    __slots__ = ("ps_type",)
    is_raw = True

    def __init__(self, engine: Engine, kind: str, target: Target) -> None:
        super().__init__(engine, kind, target)
        self.ps_type = builtin("System.__ComObject")


def _host(engine: Engine) -> Host:
    found = engine.find_service(Host)
    if found is None:
        raise not_emulated("[ADSI] without a machine")
    return found


def _user_values(account: Account) -> dict[str, Any]:
    state = account.logon
    flags = _NORMAL | _SCRIPT
    flags |= _DISABLED if account.disabled else 0
    flags |= _LOCKED if account.host.accounts.rules.is_locked(account) else 0
    flags |= 0 if state.may_change_password else _FIXED_PASSWORD
    flags |= 0 if state.password_expires else _NEVER_EXPIRES
    flags |= _NO_PASSWORD if not account.password else 0
    found: dict[str, Any] = {
        "UserFlags": flags,
        "FullName": account.full_name,
        "Description": account.description,
        "HomeDirectory": account.home_directory,
        "LoginScript": account.logon_script,
        "Profile": account.profile_path,
        "PasswordExpired": int(state.must_change_password),
        "objectSid": bytearray(SecurityIdentifier(account.sid).binary),
    }
    if state.account_expires is not None:
        offset = account.host.operating_system.utc_offset()
        found["AccountExpirationDate"] = DateTime.from_python(state.account_expires, offset)
    return found


_OF_USERS: dict[str, Callable[[Account], Any]] = {
    "accountdisabled": lambda account: account.disabled,
    "isaccountlocked": lambda account: account.host.accounts.rules.is_locked(account),
    "passwordrequired": lambda account: bool(account.password),
}
_USER_PROPERTIES = """UserFlags FullName Description HomeDirectory LoginScript Profile PasswordExpired
AccountExpirationDate AccountDisabled IsAccountLocked"""
_WRITABLE = {
    "User": {one.lower(): one for one in _USER_PROPERTIES.split()},
    "Group": {"description": "Description"},
}


# What methods do


def _change(entry: DirectoryEntry, work: Callable[[], Any]) -> Any:
    try:
        with administering(entry.host, entry.engine.find_service(Account)):
            return work()
    except AccessDenied:
        raise _com_error(5) from None
    except HostError as problem:
        raise _com_error(_number_of(entry.kind, problem)) from None


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
    if flags is not None:
        flags = int(flags)
    disabled = given.get("AccountDisabled", None if flags is None else bool(flags & _DISABLED))
    expired = given.get("PasswordExpired")
    accounts = entry.host.accounts
    accounts.configure(
        account,
        disabled=None if disabled is None else bool(disabled),
        must_change_password=None if expired is None else bool(int(expired)),
        password_expires=None if flags is None else not flags & _NEVER_EXPIRES,
        may_change_password=None if flags is None else not flags & _FIXED_PASSWORD,
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
        raise _com_error(87)
    plain = moment.to_python().replace(tzinfo=UTC)
    if plain <= _NEVER:
        return None
    return plain if moment.kind == UTC_KIND else plain - entry.host.operating_system.utc_offset()


def _set_password(entry: DirectoryEntry, password: Any) -> None:
    text = to_text(password)
    if isinstance(entry.target, Account):
        account = entry.target
        _change(entry, lambda: entry.host.accounts.configure(account, password=text))
    else:
        entry.password = text


def _put(entry: DirectoryEntry, name: Any, value: Any) -> None:
    entry.set_dynamic_property(to_text(name), value)


def _get(entry: DirectoryEntry, name: Any) -> Any:
    found = entry.dynamic_property(to_text(name), None)
    if found is None:
        raise _unknown_property(to_text(name))
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
    found = _found(entry.engine, to_text(path))
    if not isinstance(found[1], Account):
        known = found[1] is not None
        if known:
            raise not_emulated("[ADSI]: groups and identities of Windows as members of a group")
        raise _com_error(_NO_SUCH_MEMBER)
    return found[1]


def _add(entry: DirectoryEntry, path: Any) -> None:
    group = entry.target
    if not isinstance(group, Group):
        raise _com_error(50)
    account = _member(entry, path)
    if account.is_member_of(group.name):
        raise _com_error(_ALREADY_MEMBER)
    _change(entry, lambda: entry.host.accounts.join(account, group))


def _remove(entry: DirectoryEntry, path: Any) -> None:
    group = entry.target
    if not isinstance(group, Group):
        raise _com_error(50)
    account = _member(entry, path)
    if not account.is_member_of(group.name):
        raise _com_error(_NO_MEMBER)
    _change(entry, lambda: entry.host.accounts.leave(account, group))


def _members(entry: DirectoryEntry) -> PSArray:
    if not isinstance(entry.target, Group):
        raise _com_error(50)
    return PSArray(EntryObject(entry.engine, "User", one) for one in entry.target.members)


def _is_member(entry: DirectoryEntry, path: Any) -> bool:
    if not isinstance(entry.target, Group):
        raise _com_error(50)
    found = _found(entry.engine, to_text(path))[1]
    return isinstance(found, Account) and found.is_member_of(entry.target.name)


def _groups(entry: DirectoryEntry) -> PSArray:
    if not isinstance(entry.target, Account):
        raise _com_error(50)
    found = (entry.host.accounts.group(name) for name in entry.target.groups)
    return PSArray(EntryObject(entry.engine, "Group", one) for one in found if one is not None)


def _rename(entry: DirectoryEntry, name: Any) -> None:
    target, accounts = entry.target, entry.host.accounts
    if isinstance(target, Account):
        _change(entry, lambda: accounts.rename(target, to_text(name)))
    elif isinstance(target, Group):
        _change(entry, lambda: accounts.configure_group(target, name=to_text(name)))
    else:
        raise _com_error(50)


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


_METHODS: dict[str, Callable[..., Any]] = {
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


# Which object a path means


def _found(engine: Engine, path: str) -> tuple[str, Target]:
    """The class and the object of a path. Raises COMException for one of which there is none."""
    host = _host(engine)
    if not path.lower().startswith(_PREFIX):
        engine.gap("ADSI provider", path.partition(":")[0])
        raise not_emulated(f"[ADSI] of the provider {path.partition(':')[0]}")
    rest, _, kind = path[len(_PREFIX) :].partition(",")
    parts = [one for one in rest.split("/") if one]
    wanted = kind.strip().lower()
    own = {host.name.casefold(), ".", "localhost", host.operating_system.fully_qualified_name.casefold()}
    if len(parts) == 1 and parts[0].casefold() in own and wanted in ("", "computer"):
        return "Computer", host.name
    if len(parts) == 1 and parts[0].upper().startswith("S-1-"):
        return _by_sid(host, parts[0].upper())
    if not parts or len(parts) > 3:
        raise _com_error(53)
    authority, name = (parts[-2], parts[-1]) if len(parts) > 1 else (".", parts[-1])
    if wanted in ("", "group") and authority.casefold() in own | {"builtin"}:
        group = host.accounts.group(name)
        if group is not None:
            return "Group", group
    account = host.accounts.find(f"{authority}\\{name}") if wanted in ("", "user") else None
    if account is None:
        raise _com_error(2220 if wanted == "group" else 2221)
    return "User", account


def _by_sid(host: Host, sid: str) -> tuple[str, Target]:
    account = host.accounts.by_sid(sid)
    if account is None and host.accounts.domain is not None:
        account = next((one for one in host.accounts.domain if one.sid == sid), None)
    if account is not None:
        return "User", account
    group = next((one for one in host.accounts.groups if one.sid == sid), None)
    if group is not None:
        return "Group", group
    raise _com_error(_NO_SUCH_MEMBER)


def _entry_of(engine: Engine, _kind: PSType, value: Any) -> DirectoryEntry:
    held = unwrap(value)
    if isinstance(held, DirectoryEntry):
        return DirectoryEntry(engine, held.kind, held.target, held.new_name)
    kind, target = _found(engine, to_text(held))
    return DirectoryEntry(engine, kind, target)


def _children(entry: DirectoryEntry) -> PSArray:
    return PSArray(_each_child(entry))


def _each_child(entry: DirectoryEntry) -> Iterator[DirectoryEntry]:
    if entry.kind == "Computer":
        for account in entry.host.accounts:
            yield DirectoryEntry(entry.engine, "User", account)
        for group in entry.host.accounts.groups:
            yield DirectoryEntry(entry.engine, "Group", group)


def _find_child(entry: DirectoryEntry, name: str, kind: str = "") -> DirectoryEntry:
    suffix = f",{kind}" if kind else ""
    return _entry_of(entry.engine, type_of(entry), f"WinNT://{entry.host.name}/{name}{suffix}")


def _set_value(values: PropertyValues, value: Any) -> None:
    values.entry.set_dynamic_property(values.name, value)
    values[:] = [value]


if "system.__comobject" not in BUILTIN:
    register(PSType("System.__ComObject"))
register(
    PSType(
        "System.DirectoryServices.PropertyValueCollection",
        base="System.Collections.CollectionBase",
        instance={
            "Value": lambda values: values[0] if len(values) == 1 else PSArray(values) if values else None,
            "Value=": _set_value,
            "PropertyName: string": lambda values: values.name,
        },
    ),
    PropertyValues,
)
register(
    PSType(
        "System.DirectoryServices.DirectoryEntry",
        base="System.ComponentModel.Component",
        interfaces=("System.IDisposable",),
        instance={
            "Path: string": lambda entry: entry.path,
            "SchemaClassName: string": lambda entry: entry.kind,
            "Children": _children,
            "Close()": lambda _entry: None,
            "Dispose()": lambda _entry: None,
            "Find(string name)": _find_child,
            "Find(string name, string schemaClassName)": _find_child,
        },
        construct={
            "@new(object path)": _entry_of,
        },
    ),
    DirectoryEntry,
)
