"""LocalUser, LocalGroup and LocalPrincipal of Microsoft.PowerShell.LocalAccounts, and how they are shown."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from emulator.host import Account
from emulator.host.security.accounts import Group
from emulator.powershell.dotnet.enums import EnumType
from emulator.powershell.dotnet.library.catalog import load_on_demand
from emulator.powershell.dotnet.principals import SecurityIdentifier
from emulator.powershell.dotnet.time_values import DateTime
from emulator.powershell.dotnet.types import PSType, register
from emulator.powershell.format.views import Column, View, table
from emulator.record import Record

_N = "Microsoft.PowerShell.Commands."
_SID = "System.Security.Principal.SecurityIdentifier"
SOURCE = EnumType(
    f"{_N}PrincipalSource",
    {"Unknown": 0, "Local": 1, "ActiveDirectory": 2, "AzureAD": 3, "MicrosoftAccount": 4},
)


class LocalUser(Record):
    """A local user as it was when it was asked for."""

    name: str
    sid: str
    facts: dict[str, Any]


class LocalGroup(Record):
    """A local group as it was when it was asked for."""

    name: str
    sid: str
    description: str


class LocalPrincipal(Record):
    """A member of a group."""

    name: str
    sid: str
    is_local: bool = True


def user_of(account: Account) -> LocalUser:
    """A local user of the script. Called with the host's lock held."""
    state, offset = account.logon, account.host.operating_system.utc_offset()

    def local(moment: Any) -> DateTime | None:
        return None if moment is None else DateTime.from_python(moment, offset)

    facts = {
        "AccountExpires": local(state.account_expires),
        "Description": account.description,
        "Enabled": not account.disabled,
        "FullName": account.full_name,
        "PasswordChangeableDate": local(state.password_last_set) if account.password else None,
        "PasswordExpires": local(account.host.accounts.rules.password_end(account)),
        "UserMayChangePassword": state.may_change_password,
        "PasswordRequired": account.name.casefold() != "guest",
        "PasswordLastSet": local(state.password_last_set) if account.password else None,
        "LastLogon": None,
    }
    return LocalUser(account.name, account.sid, facts)


def group_of(group: Group) -> LocalGroup:
    """A local group of the script."""
    return LocalGroup(group.name, group.sid, group.description)


def _fact(name: str) -> Callable[[LocalUser], Any]:
    return lambda user: user.facts.get(name)


@cache
def account_types() -> tuple[PSType, ...]:
    """Every type; made once for the process."""
    load_on_demand(_SID.lower())
    common: dict[str, Callable[[Any], Any]] = {
        f"PrincipalSource: {SOURCE.name}": lambda one: SOURCE[
            "Local" if getattr(one, "is_local", True) else "ActiveDirectory"
        ],
    }
    principal = PSType(
        f"{_N}LocalPrincipal",
        instance={
            "Name: string": lambda one: one.name,
            f"SID: {_SID}": lambda one: SecurityIdentifier(one.sid),
            **common,
            "ObjectClass: string": lambda _one: "User",
        },
        construct={"new(string name)": lambda _kind, name: LocalPrincipal(name, "")},
        to_text=lambda one: one.name,
    )
    user = PSType(
        f"{_N}LocalUser",
        base=principal.name,
        instance={
            "AccountExpires: System.Nullable`1[System.DateTime]": _fact("AccountExpires"),
            "Description: string": _fact("Description"),
            "Enabled: bool": _fact("Enabled"),
            "FullName: string": _fact("FullName"),
            "PasswordChangeableDate: System.Nullable`1[System.DateTime]": _fact("PasswordChangeableDate"),
            "PasswordExpires: System.Nullable`1[System.DateTime]": _fact("PasswordExpires"),
            "UserMayChangePassword: bool": _fact("UserMayChangePassword"),
            "PasswordRequired: bool": _fact("PasswordRequired"),
            "PasswordLastSet: System.Nullable`1[System.DateTime]": _fact("PasswordLastSet"),
            "LastLogon: System.Nullable`1[System.DateTime]": _fact("LastLogon"),
            "Name: string": lambda one: one.name,
            f"SID: {_SID}": lambda one: SecurityIdentifier(one.sid),
            **common,
            "ObjectClass: string": lambda _one: "User",
        },
        construct={"new(string name)": lambda _kind, name: LocalUser(name, "", {})},
        to_text=lambda one: one.name,
    )
    group = PSType(
        f"{_N}LocalGroup",
        base=principal.name,
        instance={
            "Description: string": lambda one: one.description,
            "Name: string": lambda one: one.name,
            f"SID: {_SID}": lambda one: SecurityIdentifier(one.sid),
            **common,
            "ObjectClass: string": lambda _one: "Group",
        },
        construct={"new(string name)": lambda _kind, name: LocalGroup(name, "", "")},
        to_text=lambda one: one.name,
    )
    register(principal, LocalPrincipal)
    register(user, LocalUser)
    register(group, LocalGroup)
    return (principal, user, group, SOURCE)


VIEWS: tuple[View, ...] = (
    table(
        f"{_N}LocalUser",
        columns=tuple(Column(one, one) for one in ("Name", "Enabled", "Description")),
        auto_size=True,
    ),
    table(
        f"{_N}LocalGroup",
        columns=tuple(Column(one, one) for one in ("Name", "Description")),
        auto_size=True,
    ),
    table(
        f"{_N}LocalPrincipal",
        columns=tuple(Column(one, one) for one in ("ObjectClass", "Name", "PrincipalSource")),
        auto_size=True,
    ),
)
