"""The cmdlets of Microsoft.PowerShell.LocalAccounts over the accounts and groups of the machine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from emulator.host import Account, AlreadyExists, Host, HostError
from emulator.host.security.accounts import Group
from emulator.host.security.callers import may_administer
from emulator.powershell.dotnet.collections import LIST_TYPES
from emulator.powershell.dotnet.credentials import SecureString
from emulator.powershell.dotnet.principals import SecurityIdentifier
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.regex import is_wildcard, like
from emulator.powershell.dotnet.time_values import DateTime
from emulator.powershell.modules.management.local_account_types import (
    LocalGroup,
    LocalPrincipal,
    LocalUser,
    group_of,
    user_of,
)
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.errors import ErrorRecord
from emulator.powershell.runtime.module import cmdlet

_EXCEPTIONS = "Microsoft.PowerShell.Commands."
_WHO = ("Name", "SID", "InputObject")


@cmdlet("Get-LocalUser", reads=_WHO)
def get_local_user(call: CmdletCall) -> Iterator[LocalUser]:
    """Users by name, pattern or SID, or all."""
    for account in _users(call, everybody=True):
        yield user_of(account)


@cmdlet("New-LocalUser")
def new_local_user(
    call: CmdletCall,
    name: str,
    password: SecureString | None = None,
    description: str = "",
    full_name: str = "",
    disabled: bool = False,
    account_expires: DateTime | None = None,
    password_never_expires: bool = False,
    user_may_not_change_password: bool = False,
) -> Iterator[LocalUser]:
    """Add a user. It is in no group."""
    if not _may(call) or not call.should_process(name, "Create new local user"):
        return
    accounts = call.service(Host).accounts
    try:
        account = accounts.create(
            name,
            "" if password is None else password.text,
            full_name=full_name,
            description=description,
            disabled=disabled,
        )
    except AlreadyExists as problem:
        call.error(_known(call, "User", problem.text, name))
        return
    except HostError as problem:
        call.error(_invalid(call, problem.text, "InvalidName", name))
        return
    accounts.configure(
        account,
        password_expires=not password_never_expires,
        may_change_password=not user_may_not_change_password,
    )
    if account_expires is not None:
        accounts.set_expiry(account, _utc(call, account_expires))
    yield user_of(account)


@cmdlet("Set-LocalUser", reads=_WHO)
def set_local_user(
    call: CmdletCall,
    password: SecureString | None = None,
    description: str | None = None,
    full_name: str | None = None,
    account_expires: DateTime | None = None,
    account_never_expires: bool = False,
    password_never_expires: bool | None = None,
    user_may_change_password: bool | None = None,
) -> None:
    """Change users; what is not given stays."""

    def change(account: Account) -> None:
        accounts = account.host.accounts
        accounts.configure(
            account,
            password=None if password is None else password.text,
            description=description,
            full_name=full_name,
            password_expires=None if password_never_expires is None else not password_never_expires,
            may_change_password=user_may_change_password,
        )
        if account_expires is not None or account_never_expires:
            accounts.set_expiry(account, None if account_expires is None else _utc(call, account_expires))

    _each_user(call, "Modify local user", change)


@cmdlet("Enable-LocalUser", reads=_WHO)
def enable_local_user(call: CmdletCall) -> None:
    """Let users log on."""
    _each_user(call, "Enable local user", lambda one: one.host.accounts.configure(one, disabled=False))


@cmdlet("Disable-LocalUser", reads=_WHO)
def disable_local_user(call: CmdletCall) -> None:
    """Keep users from logging on."""
    _each_user(call, "Disable local user", lambda one: one.host.accounts.configure(one, disabled=True))


@cmdlet("Remove-LocalUser", reads=_WHO)
def remove_local_user(call: CmdletCall) -> None:
    """Remove users."""
    _each_user(call, "Remove local user", lambda one: one.host.accounts.delete(one))


@cmdlet("Rename-LocalUser", reads=_WHO)
def rename_local_user(call: CmdletCall, new_name: str) -> None:
    """Give a user another name."""
    _each_user(call, "Rename local user", lambda one: one.host.accounts.rename(one, new_name))


@cmdlet("Get-LocalGroup", reads=_WHO)
def get_local_group(call: CmdletCall) -> Iterator[LocalGroup]:
    """Groups by name, pattern or SID, or all."""
    for group in _groups(call, everybody=True):
        yield group_of(group)


@cmdlet("New-LocalGroup")
def new_local_group(call: CmdletCall, name: str, description: str = "") -> Iterator[LocalGroup]:
    """Add a group."""
    if not _may(call) or not call.should_process(name, "Create new local group"):
        return
    try:
        yield group_of(call.service(Host).accounts.create_group(name, description))
    except AlreadyExists as problem:
        call.error(_known(call, "Group", problem.text, name))
    except HostError as problem:
        call.error(_invalid(call, problem.text, "InvalidName", name))


@cmdlet("Set-LocalGroup", reads=_WHO)
def set_local_group(call: CmdletCall, description: str) -> None:
    """Describe a group."""
    _each_group(
        call,
        "Modify local group",
        lambda one: one.host.accounts.configure_group(one, description=description),
    )


@cmdlet("Rename-LocalGroup", reads=_WHO)
def rename_local_group(call: CmdletCall, new_name: str) -> None:
    """Give a group another name."""
    _each_group(call, "Rename local group", lambda one: one.host.accounts.configure_group(one, name=new_name))


@cmdlet("Remove-LocalGroup", reads=_WHO)
def remove_local_group(call: CmdletCall) -> None:
    """Remove groups; their members stay."""
    _each_group(call, "Remove local group", lambda one: one.host.accounts.delete_group(one))


@cmdlet("Get-LocalGroupMember", reads=("Name", "SID", "Group"))
def get_local_group_member(call: CmdletCall, member: str | None = None) -> Iterator[LocalPrincipal]:
    """The members of a group."""
    for group in _groups(call):
        domain = group.host.accounts.domain
        members = [*group.members, *(each for each in domain or () if each.is_member_of(group.name))]
        found = [
            each
            for each in members
            if member is None or like(each.name, member) or like(each.qualified_name, member)
        ]
        if member is not None and not found and not is_wildcard(member):
            text = f"Principal {member} was not found."
            call.error(_missing(call, "Principal", text, member))
        for each in found:
            yield LocalPrincipal(each.qualified_name, each.sid, each.is_local)


@cmdlet("Add-LocalGroupMember", reads=("Name", "SID", "Group"))
def add_local_group_member(call: CmdletCall, member: list[Any]) -> None:
    """Make accounts members of a group."""
    _members(call, member, "Add member", _join)


@cmdlet("Remove-LocalGroupMember", reads=("Name", "SID", "Group"))
def remove_local_group_member(call: CmdletCall, member: list[Any]) -> None:
    """Let accounts be in a group no longer."""
    _members(call, member, "Remove member", _leave)


# -- whom a call means --


def _users(call: CmdletCall, *, everybody: bool = False) -> list[Account]:
    accounts = call.service(Host).accounts
    given = call.get("InputObject")
    if given is not None:
        return _present(call, "User", given, list(accounts))
    return _named(call, "User", list(accounts), everybody)


def _groups(call: CmdletCall, *, everybody: bool = False) -> list[Group]:
    accounts = call.service(Host).accounts
    given = call.get("InputObject") or call.get("Group")
    if given is not None:
        return _present(call, "Group", given, accounts.groups)
    return _named(call, "Group", accounts.groups, everybody)


def _present(call: CmdletCall, kind: str, given: Any, there: list[Any]) -> list[Any]:
    """What objects of the script stand for: by SID, or by name when a text became one."""
    found: list[Any] = []
    for one in map(unwrap, _sequence(given)):
        matching = [
            each for each in there if each.sid == one.sid or (not one.sid and like(each.name, one.name))
        ]
        if not matching:
            call.error(_missing(call, kind, f"{kind} {one.name} was not found.", one.name))
        found += matching
    return found


def _named(call: CmdletCall, kind: str, there: list[Any], everybody: bool) -> list[Any]:
    sids, names = call.get("SID"), call.get("Name")
    if sids is None and names is None:
        return sorted(there, key=lambda one: one.name.casefold()) if everybody else []
    found: list[Any] = []
    for sid in _sequence(sids):
        text = sid.text if isinstance(sid, SecurityIdentifier) else str(sid)
        matching = [one for one in there if one.sid == text]
        if not matching:
            call.error(_missing(call, kind, f"{kind} {text} was not found.", text))
        found += matching
    for name in _sequence(names):
        matching = [one for one in there if like(one.name, str(name))]
        if not matching and not is_wildcard(str(name)):
            call.error(_missing(call, kind, f"{kind} {name} was not found.", name))
        found += matching
    return found


def _sequence(value: Any) -> list[Any]:
    if value is None:
        return []
    return list(value) if type(value) in LIST_TYPES or isinstance(value, list | tuple) else [value]


# -- changes --


def _may(call: CmdletCall) -> bool:
    if may_administer(call.service(Account)):
        return True
    call.error(
        call.record(
            f"{_EXCEPTIONS}AccessDeniedException", "Access denied.", "AccessDenied", "PermissionDenied"
        )
    )
    return False


def _each_user(call: CmdletCall, action: str, change: Callable[[Account], None]) -> None:
    _each(call, "User", _users(call), action, change)


def _each_group(call: CmdletCall, action: str, change: Callable[[Group], None]) -> None:
    _each(call, "Group", _groups(call), action, change)


def _each(call: CmdletCall, kind: str, them: list[Any], action: str, change: Callable[[Any], None]) -> None:
    for one in them:
        name = one.name
        if not _may(call) or not call.should_process(name, action):
            continue
        try:
            change(one)
        except AlreadyExists as problem:
            call.error(_known(call, kind, problem.text, name))
        except HostError as problem:
            call.error(_invalid(call, problem.text, "InvalidOperation", name))


def _members(
    call: CmdletCall,
    members: list[Any],
    action: str,
    change: Callable[[CmdletCall, Account, Group], None],
) -> None:
    accounts = call.service(Host).accounts
    for group in _groups(call):
        for given in map(unwrap, members):
            text = given.sid or given.name
            found = accounts.by_sid(text) or accounts.find(text)
            if found is None:
                call.error(_missing(call, "Principal", f"Principal {text} was not found.", text))
            elif _may(call) and call.should_process(group.name, f"{action} {found.qualified_name}"):
                change(call, found, group)


def _join(call: CmdletCall, account: Account, group: Group) -> None:
    try:
        account.host.accounts.join(account, group)
    except AlreadyExists as problem:
        call.error(_known(call, "Member", problem.text, group.name))


def _leave(call: CmdletCall, account: Account, group: Group) -> None:
    if not account.is_member_of(group.name):
        text = f"Member {account.qualified_name} was not found in group {group.name}."
        call.error(_missing(call, "Member", text, group.name))
        return
    account.host.accounts.leave(account, group)


def _utc(call: CmdletCall, moment: DateTime) -> Any:
    """The moment of the script's local time, aware."""
    return moment.to_utc(call.service(Host).operating_system.utc_offset())


# -- errors --


def _missing(call: CmdletCall, kind: str, text: str, target: Any) -> ErrorRecord:
    name = f"{_EXCEPTIONS}{kind}NotFoundException"
    return call.record(name, text, f"{kind}NotFound", "ObjectNotFound", target)


def _known(call: CmdletCall, kind: str, text: str, target: Any) -> ErrorRecord:
    return call.record(f"{_EXCEPTIONS}{kind}ExistsException", text, f"{kind}Exists", "ResourceExists", target)


def _invalid(call: CmdletCall, text: str, error_id: str, target: Any) -> ErrorRecord:
    name = (
        f"{_EXCEPTIONS}InvalidNameException"
        if error_id == "InvalidName"
        else "System.InvalidOperationException"
    )
    return call.record(name, text, error_id, "InvalidArgument", target)
