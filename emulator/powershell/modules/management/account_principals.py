"""System.DirectoryServices.AccountManagement over the accounts of the machine.

The members and their texts follow the documentation and the published reference source of .NET (the SAM
store). Domains: credentials are checked where the machine is in one; principals of a domain are not emulated.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import emulator.powershell.dotnet.library.principals  # noqa: F401 - registers SecurityIdentifier
from emulator.host import Account, Host, HostError
from emulator.host.errors import AccessDenied, AlreadyExists
from emulator.host.neighbourhood import means_itself
from emulator.host.security.accounts import Group
from emulator.host.security.callers import administering
from emulator.powershell.dotnet.collections import LIST_TYPES, GenericList, PSArray
from emulator.powershell.dotnet.enums import EnumType, EnumValue
from emulator.powershell.dotnet.exceptions import NetError, argument_error, null_argument
from emulator.powershell.dotnet.principals import SecurityIdentifier
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.regex import like
from emulator.powershell.dotnet.time_values import UTC, DateTime
from emulator.powershell.dotnet.types import PSType, builtin, register
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.errors import not_emulated

if TYPE_CHECKING:
    from datetime import datetime

    from emulator.powershell.runtime.engine import Engine

_N = "System.DirectoryServices.AccountManagement."
CONTEXT_TYPE = EnumType(f"{_N}ContextType", {"Machine": 0, "Domain": 1, "ApplicationDirectory": 2})
IDENTITY_TYPE = EnumType(
    f"{_N}IdentityType",
    {"SamAccountName": 0, "Name": 1, "UserPrincipalName": 2, "DistinguishedName": 3, "Sid": 4, "Guid": 5},
)
GROUP_SCOPE = EnumType(f"{_N}GroupScope", {"Local": 0, "Global": 1, "Universal": 2})
OPTIONS = EnumType(
    f"{_N}ContextOptions",
    {
        "Negotiate": 1,
        "SimpleBind": 2,
        "SecureSocketLayer": 4,
        "Signing": 8,
        "Sealing": 16,
        "ServerBind": 32,
    },
    flags=True,
)
for _one in (CONTEXT_TYPE, IDENTITY_TYPE, GROUP_SCOPE, OPTIONS):
    register(_one)
register(PSType(f"{_N}PrincipalException", base="System.SystemException"))
for _name in (
    *("MultipleMatches", "NoMatchingPrincipal", "PrincipalExists", "PrincipalOperation"),
    *("PrincipalServerDown", "Password"),
):
    register(PSType(f"{_N}{_name}Exception", base=f"{_N}PrincipalException"))


class PrincipalContext:
    """A store of principals: that of the machine, or its domain."""

    __slots__ = ("host", "kind", "name", "user")

    def __init__(self, host: Host, kind: str, name: str | None, user: str | None) -> None:
        self.host = host
        self.kind = kind
        self.name = name
        self.user = user


class Principal:
    """A user or a group of the machine, or one that is only made by Save. ``pending`` holds what was set and
    not saved."""

    __slots__ = ("context", "engine", "is_group", "pending", "ps_type", "target")

    def __init__(
        self, engine: Engine, context: PrincipalContext, target: Account | Group | None, is_group: bool
    ) -> None:
        self.engine = engine
        self.context = context
        self.target = target
        self.is_group = is_group
        self.ps_type = builtin(f"{_N}{'Group' if is_group else 'User'}Principal")
        self.pending: dict[str, Any] = {}

    @property
    def name(self) -> str | None:
        """SamAccountName."""
        given = self.pending.get("Name")
        return to_text(given) if given is not None else self.target.name if self.target is not None else None

    def __str__(self) -> str:
        return self.name or ""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Principal) and self.target is not None and self.target is other.target

    def __hash__(self) -> int:
        return hash(id(self.target))


# Contexts


def _new_context(
    engine: Engine, _kind: PSType, kind: EnumValue, name: str = "", user: str = "", password: str = ""
) -> PrincipalContext:
    host = engine.find_service(Host)
    if host is None:
        raise not_emulated("The accounts of the machine")
    down = NetError(f"{_N}PrincipalServerDownException", "The server could not be contacted.")
    if str(kind) == "ApplicationDirectory":
        raise down
    if str(kind) == "Domain":
        domain = host.accounts.domain
        if domain is None or (name and not domain.is_named(name)):
            raise down
    elif name and not means_itself(host, name):
        kind_of_error = "System.IO.FileNotFoundException"
        raise NetError(kind_of_error, "The network path was not found.\r\n")
    if user and host.accounts.verify(user, password) is None:
        text = "The user name or password is incorrect.\r\n"
        raise NetError("System.Runtime.InteropServices.COMException", text)
    return PrincipalContext(host, str(kind), name or None, user or None)


def _is_valid(context: PrincipalContext, user: Any, password: Any, _options: Any = None) -> bool:
    """ValidateCredentials. Without a name and a password those of the caller, which hold."""
    if user is None and password is None:
        return True
    if (user is None) != (password is None):
        raise argument_error("Both the user name and the password must be specified or neither.")
    name, accounts = to_text(user), context.host.accounts
    if context.kind == "Domain" and not set("\\@") & set(name) and accounts.domain is not None:
        name = f"{accounts.domain.short_name}\\{name}"
    found = accounts.verify(name, to_text(password))
    return found is not None and found.is_local == (context.kind == "Machine")


# Finding


def _context(value: Any) -> PrincipalContext:
    held = unwrap(value)
    if not isinstance(held, PrincipalContext):
        raise null_argument("context")
    if held.kind != "Machine":
        raise not_emulated("Principals of a domain")
    return held


def _all(host: Host, is_group: bool) -> list[Account | Group]:
    return list(host.accounts.groups) if is_group else list(host.accounts)


def _finder(is_group: bool | None) -> Callable[..., Principal | None]:
    """FindByIdentity of users, of groups, or of both."""

    def find(engine: Engine, context: Any, *given: Any) -> Principal | None:
        store, value = _context(context), given[-1]
        if value is None:
            raise null_argument("identityValue")
        kind, text = str(given[0]) if len(given) > 1 else "", to_text(value)
        plain = text.rpartition("\\")[2].casefold()
        for group in (False, True) if is_group is None else (is_group,):
            for one in _all(store.host, group):
                if (kind in ("", "Sid") and one.sid.casefold() == text.casefold()) or (
                    kind in ("", "Name", "SamAccountName") and one.name.casefold() == plain
                ):
                    return Principal(engine, store, one, group)
        return None

    return find


def _current(engine: Engine) -> Principal:
    account = engine.find_service(Account)
    if account is None or not account.is_local:
        raise not_emulated("Principals of a domain")
    return Principal(engine, PrincipalContext(account.host, "Machine", None, None), account, False)


class Searcher:
    """PrincipalSearcher: those that are like an example."""

    __slots__ = ("example",)

    def __init__(self, example: Principal) -> None:
        self.example = example

    def found(self) -> Iterator[Principal]:
        """The principals whose properties are like those that were set."""
        example = self.example
        for one in _all(example.context.host, example.is_group):
            made = Principal(example.engine, example.context, one, example.is_group)
            if all(like(to_text(_READ[key](one)), to_text(value)) for key, value in example.pending.items()):
                yield made


def _searcher(_engine: Engine, _kind: PSType, example: Any) -> Searcher:
    held = unwrap(example)
    if not isinstance(held, Principal):
        raise null_argument("queryFilter")
    return Searcher(held)


# Properties


def _utc(moment: datetime | None) -> DateTime | None:
    return None if moment is None else DateTime(DateTime.from_python(moment.replace(tzinfo=None)).ticks, UTC)


_READ: dict[str, Callable[[Any], Any]] = {
    "Name": lambda one: one.name,
    "Description": lambda one: one.description or None,
    "DisplayName": lambda one: one.full_name or None,
    "Enabled": lambda one: not one.disabled,
    "PasswordNeverExpires": lambda one: not one.logon.password_expires,
    "UserCannotChangePassword": lambda one: not one.logon.may_change_password,
    "AccountExpirationDate": lambda one: _utc(one.logon.account_expires),
    "HomeDirectory": lambda one: one.home_directory or None,
    "ScriptPath": lambda one: one.logon_script or None,
}


def _property(shown: str, key: str = "") -> dict[str, Callable[..., Any]]:
    """A property that is read from the account, and set until Save writes it."""
    name = key or shown.partition(":")[0]

    def read(principal: Principal) -> Any:
        if name in principal.pending:
            return principal.pending[name]
        return None if principal.target is None else _READ[name](principal.target)

    def put(principal: Principal, value: Any) -> None:
        principal.pending[name] = value

    return {shown: read, f"{shown.partition(':')[0]}=": put}


def _account(principal: Principal) -> Account:
    if not isinstance(principal.target, Account):
        text = "Principal object must be saved before calling this method."
        raise NetError("System.InvalidOperationException", text)
    return principal.target


def _group(principal: Principal) -> Group:
    if not isinstance(principal.target, Group):
        text = "Principal object must be saved before calling this method."
        raise NetError("System.InvalidOperationException", text)
    return principal.target


# Changes


def _changed(principal: Principal, work: Callable[[], Any]) -> None:
    """Do something with the accounts of the machine. Raises what .NET's SAM store raises."""
    host = principal.context.host
    try:
        with administering(host, principal.engine.find_service(Account)):
            work()
    except AccessDenied:
        raise NetError("System.UnauthorizedAccessException", "Access is denied.\r\n") from None
    except AlreadyExists:
        text = "The principal already exists in the store."
        raise NetError(f"{_N}PrincipalExistsException", text) from None
    except HostError as problem:
        kind = "Password" if problem.hresult & 0xFFFF == _BAD_PASSWORD else "PrincipalOperation"
        raise NetError(f"{_N}{kind}Exception", f"{problem.text}\r\n") from None


_BAD_PASSWORD = 2245


def _save(principal: Principal) -> None:
    accounts, given = principal.context.host.accounts, dict(principal.pending)

    def text(key: str) -> str | None:
        return None if given.get(key) is None else to_text(given[key])

    def flag(key: str) -> bool | None:
        return None if given.get(key) is None else bool(unwrap(given[key]))

    def write() -> None:
        target, name = principal.target, text("Name")
        if principal.is_group:
            group = accounts.create_group(name or "") if target is None else _group(principal)
            accounts.configure_group(group, name=name, description=text("Description"))
            principal.target = group
            return
        password = text("Password")
        if target is None:
            enabled = flag("Enabled")
            account = accounts.create(name or "", password or "", disabled=enabled is False)
            principal.target = account
        else:
            account = _account(principal)
            if name is not None and name != account.name:
                accounts.rename(account, name)
        never, fixed, enabled = (
            flag("PasswordNeverExpires"),
            flag("UserCannotChangePassword"),
            flag("Enabled"),
        )
        accounts.configure(
            account,
            disabled=None if enabled is None else not enabled,
            full_name=text("DisplayName"),
            description=text("Description"),
            password_expires=None if never is None else not never,
            may_change_password=None if fixed is None else not fixed,
            home_directory=text("HomeDirectory"),
            logon_script=text("ScriptPath"),
        )
        if "AccountExpirationDate" in given:
            moment = unwrap(given["AccountExpirationDate"])
            accounts.set_expiry(account, moment.to_python() if isinstance(moment, DateTime) else None)

    _changed(principal, write)
    principal.pending.clear()


def _delete(principal: Principal) -> None:
    accounts, target = principal.context.host.accounts, principal.target
    if isinstance(target, Group):
        _changed(principal, lambda: accounts.delete_group(target))
    else:
        account = _account(principal)
        _changed(principal, lambda: accounts.delete(account))
    principal.target = None


def _set_password(principal: Principal, password: str) -> None:
    if principal.target is None:
        principal.pending["Password"] = password
        return
    account = _account(principal)
    _changed(
        principal, lambda: principal.context.host.accounts.configure(account, password=to_text(password))
    )


def _configured(**changes: Any) -> Callable[[Principal], None]:
    def change(principal: Principal) -> None:
        account = _account(principal)
        _changed(principal, lambda: principal.context.host.accounts.configure(account, **changes))

    return change


# Groups


def _groups(principal: Principal) -> PSArray:
    account = _account(principal)
    host = principal.context.host
    found = [group for group in host.accounts.groups if account.is_member_of(group.name)]
    return PSArray([Principal(principal.engine, principal.context, one, True) for one in found])


def _is_member(principal: Principal, *given: Any) -> bool:
    """IsMemberOf(group) and IsMemberOf(context, identityType, identityValue)."""
    group = unwrap(given[0]) if len(given) == 1 else _finder(True)(principal.engine, *given)
    if not isinstance(group, Principal):
        text = "No principal matching the specified parameters was found."
        raise NetError(f"{_N}NoMatchingPrincipalException", text)
    return isinstance(principal.target, Account) and principal.target.is_member_of(_group(group).name)


class Members(GenericList):
    """PrincipalCollection: the members of a group when it was asked for. What is added is a member at once,
    where .NET waits for Save."""

    __slots__ = ("group",)

    def __init__(self, group: Principal) -> None:
        self.group = group
        found = [Principal(group.engine, group.context, one, False) for one in _group(group).members]
        super().__init__(found, builtin(f"{_N}PrincipalCollection"))

    def account(self, given: tuple[Any, ...]) -> Account:
        """Who is meant by a principal, or by a context, a kind of identity and a value."""
        found = unwrap(given[0]) if len(given) == 1 else _finder(False)(self.group.engine, *given)
        if isinstance(found, Principal) and isinstance(found.target, Group):
            raise not_emulated("Groups as members of groups")
        if not isinstance(found, Principal) or not isinstance(found.target, Account):
            text = "No principal matching the specified parameters was found."
            raise NetError(f"{_N}NoMatchingPrincipalException", text)
        return found.target

    def add(self, *given: Any) -> None:
        """Add a member. Raises PrincipalExistsException."""
        account, group = self.account(given), _group(self.group)
        _changed(self.group, lambda: account.host.accounts.join(account, group))
        super().append(Principal(self.group.engine, self.group.context, account, False))

    def take_out(self, *given: Any) -> bool:
        """Take a member out; false when it was none."""
        account, group = self.account(given), _group(self.group)
        if not account.is_member_of(group.name):
            return False
        _changed(self.group, lambda: account.host.accounts.leave(account, group))
        self[:] = [one for one in self if one.target is not account]
        return True

    def has(self, *given: Any) -> bool:
        """Whether somebody is a member."""
        return self.account(given).is_member_of(_group(self.group).name)


LIST_TYPES.add(Members)
_IDENTITY = f"{_N}PrincipalContext context, {IDENTITY_TYPE.name} identityType, string identityValue"
_COMMON: dict[str, Any] = {
    **_property("Name: string"),
    **_property("SamAccountName: string", "Name"),
    **_property("Description: string"),
    "Sid: System.Security.Principal.SecurityIdentifier": lambda p: (
        None if p.target is None else SecurityIdentifier(p.target.sid)
    ),
    "Context": lambda p: p.context,
    f"ContextType: {CONTEXT_TYPE.name}": lambda p: CONTEXT_TYPE[p.context.kind],
    "DistinguishedName: string": lambda _p: None,
    "UserPrincipalName: string": lambda _p: None,
    "Guid": lambda _p: None,
    "StructuralObjectClass: string": lambda _p: None,
    "Save()": _save,
    "Delete()": _delete,
    "Dispose()": lambda _p: None,
    "ToString()": str,
}


def _maker(is_group: bool) -> Callable[..., Principal]:
    def make(engine: Engine, _kind: PSType, context: Any, *given: Any) -> Principal:
        made = Principal(engine, _context(context), None, is_group)
        made.pending.update(zip(("Name", "Password", "Enabled"), given, strict=False))
        return made

    return make


register(
    PSType(
        f"{_N}PrincipalContext",
        interfaces=("System.IDisposable",),
        instance={
            f"ContextType: {CONTEXT_TYPE.name}": lambda c: CONTEXT_TYPE[c.kind],
            "Name: string": lambda c: c.name,
            "Container: string": lambda _c: None,
            "UserName: string": lambda c: c.user,
            f"Options: {OPTIONS.name}": lambda _c: OPTIONS["Negotiate"],
            "ConnectedServer: string": lambda c: c.host.name,
            "ValidateCredentials(string userName, string password)": _is_valid,
            f"ValidateCredentials(string userName, string password, {OPTIONS.name} options)": _is_valid,
            "Dispose()": lambda _c: None,
        },
        construct={
            f"@new({CONTEXT_TYPE.name} contextType)": _new_context,
            f"@new({CONTEXT_TYPE.name} contextType, string name)": _new_context,
            f"@new({CONTEXT_TYPE.name} contextType, string name, string userName, string password)": (
                _new_context
            ),
        },
    ),
    PrincipalContext,
)
_PRINCIPAL = register(
    PSType(
        f"{_N}Principal",
        interfaces=("System.IDisposable",),
        static={
            f"@FindByIdentity({_N}PrincipalContext context, string identityValue)": _finder(None),
            f"@FindByIdentity({_IDENTITY})": _finder(None),
        },
    )
)
_USER = register(
    PSType(
        f"{_N}UserPrincipal",
        base=_PRINCIPAL.name,
        instance={
            **_COMMON,
            **_property("DisplayName: string"),
            **_property("Enabled"),
            **_property("PasswordNeverExpires: bool"),
            **_property("UserCannotChangePassword: bool"),
            **_property("AccountExpirationDate"),
            **_property("HomeDirectory: string"),
            **_property("ScriptPath: string"),
            "PasswordNotRequired: bool": lambda _p: False,
            "LastPasswordSet": lambda p: _utc(_account(p).logon.password_last_set),
            "BadLogonCount: int": lambda p: _account(p).logon.wrong_passwords,
            "IsAccountLockedOut()": lambda p: p.context.host.accounts.rules.is_locked(_account(p)),
            "UnlockAccount()": _configured(unlock=True),
            "ExpirePasswordNow()": _configured(must_change_password=True),
            "SetPassword(string newPassword)": _set_password,
            "GetGroups()": _groups,
            "GetAuthorizationGroups()": _groups,
            f"IsMemberOf({_N}GroupPrincipal group)": _is_member,
            f"IsMemberOf({_IDENTITY})": _is_member,
        },
        construct={
            f"@new({_N}PrincipalContext context)": _maker(False),
            (
                f"@new({_N}PrincipalContext context, string samAccountName, string password, bool enabled)"
            ): _maker(False),
        },
        static={
            f"@FindByIdentity({_N}PrincipalContext context, string identityValue)": _finder(False),
            f"@FindByIdentity({_IDENTITY})": _finder(False),
            "@Current": _current,
        },
        to_text=str,
    )
)
_GROUP = register(
    PSType(
        f"{_N}GroupPrincipal",
        base=_PRINCIPAL.name,
        instance={
            **_COMMON,
            f"GroupScope: {GROUP_SCOPE.name}": lambda _p: GROUP_SCOPE["Local"],
            "IsSecurityGroup: bool": lambda _p: True,
            "Members": Members,
            "GetMembers()": lambda p: PSArray([*Members(p)]),
            "GetMembers(bool recursive)": lambda p, _recursive: PSArray([*Members(p)]),
        },
        construct={
            f"@new({_N}PrincipalContext context)": _maker(True),
            f"@new({_N}PrincipalContext context, string samAccountName)": _maker(True),
        },
        static={
            f"@FindByIdentity({_N}PrincipalContext context, string identityValue)": _finder(True),
            f"@FindByIdentity({_IDENTITY})": _finder(True),
        },
        to_text=str,
    )
)
_OF_A_MEMBER = {
    name: work
    for method, work in (("Add", Members.add), ("Remove", Members.take_out), ("Contains", Members.has))
    for name in (f"{method}({_PRINCIPAL.name} principal)", f"{method}({_IDENTITY})")
}
register(
    PSType(
        f"{_N}PrincipalCollection",
        instance={"Count: int": len, "IsReadOnly: bool": lambda _members: False, **_OF_A_MEMBER},
    )
)
register(
    PSType(
        f"{_N}PrincipalSearcher",
        interfaces=("System.IDisposable",),
        instance={
            "QueryFilter": lambda s: s.example,
            "FindAll()": lambda s: PSArray([*s.found()]),
            "FindOne()": lambda s: next(s.found(), None),
            "Dispose()": lambda _s: None,
        },
        construct={f"@new({_PRINCIPAL.name} queryFilter)": _searcher},
    ),
    Searcher,
)
