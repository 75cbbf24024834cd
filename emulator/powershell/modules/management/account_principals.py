"""System.DirectoryServices.AccountManagement over the accounts of the machine.

The members and their texts follow the documentation and the published reference source of .NET (the SAM
store). Domains: credentials are checked where the machine is in one; principals of a domain are not emulated.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.collections import PSArray
from emulator.powershell.dotnet.library.catalog import load_on_demand
from emulator.powershell.dotnet.principals import SecurityIdentifier
from emulator.powershell.dotnet.types import PSType, register
from emulator.powershell.modules.management.principal_contexts import (
    CONTEXT_TYPE,
    GROUP_SCOPE,
    IDENTITY_TYPE,
    NAMESPACE,
    machine_context,
)
from emulator.powershell.modules.management.principal_groups import Members, groups_of, is_member
from emulator.powershell.modules.management.principal_properties import (
    configured,
    delete,
    save,
    saved_property,
    set_password,
    utc_time,
)
from emulator.powershell.modules.management.principals import Principal, account_of, current, finder

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine

load_on_demand("system.security.principal.securityidentifier")
_IN = f"{NAMESPACE}PrincipalContext context"
_IDENTITY = f"{_IN}, {IDENTITY_TYPE.name} identityType, string identityValue"
_COMMON: dict[str, Any] = {
    **saved_property("Name: string"),
    **saved_property("SamAccountName: string", "Name"),
    **saved_property("Description: string"),
    "Sid: System.Security.Principal.SecurityIdentifier": lambda p: (
        None if p.target is None else SecurityIdentifier(p.target.sid)
    ),
    "Context": lambda p: p.context,
    f"ContextType: {CONTEXT_TYPE.name}": lambda p: CONTEXT_TYPE[p.context.kind],
    "DistinguishedName: string": lambda _p: None,
    "UserPrincipalName: string": lambda _p: None,
    "Guid": lambda _p: None,
    "StructuralObjectClass: string": lambda _p: None,
    "Save()": save,
    "Delete()": delete,
    "Dispose()": lambda _p: None,
    "ToString()": str,
}


def _maker(is_group: bool) -> Callable[..., Principal]:
    def make(engine: Engine, _kind: PSType, context: Any, *given: Any) -> Principal:
        made = Principal(engine, machine_context(context), None, is_group)
        made.pending.update(zip(("Name", "Password", "Enabled"), given, strict=False))
        return made

    return make


_PRINCIPAL = register(
    PSType(
        f"{NAMESPACE}Principal",
        interfaces=("System.IDisposable",),
        static={
            f"@FindByIdentity({_IN}, string identityValue)": finder(None),
            f"@FindByIdentity({_IDENTITY})": finder(None),
        },
    )
)
_USER = register(
    PSType(
        f"{NAMESPACE}UserPrincipal",
        base=_PRINCIPAL.name,
        instance={
            **_COMMON,
            **saved_property("DisplayName: string"),
            **saved_property("Enabled: System.Nullable`1[System.Boolean]"),
            **saved_property("PasswordNeverExpires: bool"),
            **saved_property("UserCannotChangePassword: bool"),
            **saved_property("AccountExpirationDate: System.Nullable`1[System.DateTime]"),
            **saved_property("HomeDirectory: string"),
            **saved_property("ScriptPath: string"),
            "PasswordNotRequired: bool": lambda _p: False,
            "LastPasswordSet": lambda p: utc_time(account_of(p).logon.password_last_set),
            "BadLogonCount: int": lambda p: account_of(p).logon.wrong_passwords,
            "IsAccountLockedOut()": lambda p: p.context.host.accounts.rules.is_locked(account_of(p)),
            "UnlockAccount()": configured(unlock=True),
            "ExpirePasswordNow()": configured(must_change_password=True),
            "SetPassword(string newPassword)": set_password,
            "GetGroups()": groups_of,
            "GetAuthorizationGroups()": groups_of,
            f"IsMemberOf({NAMESPACE}GroupPrincipal group)": is_member,
            f"IsMemberOf({_IDENTITY})": is_member,
        },
        construct={
            f"@new({_IN})": _maker(False),
            f"@new({_IN}, string samAccountName, string password, bool enabled)": _maker(False),
        },
        static={
            f"@FindByIdentity({_IN}, string identityValue)": finder(False),
            f"@FindByIdentity({_IDENTITY})": finder(False),
            "@Current": current,
        },
        to_text=str,
    )
)
_GROUP = register(
    PSType(
        f"{NAMESPACE}GroupPrincipal",
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
            f"@new({_IN})": _maker(True),
            f"@new({_IN}, string samAccountName)": _maker(True),
        },
        static={
            f"@FindByIdentity({_IN}, string identityValue)": finder(True),
            f"@FindByIdentity({_IDENTITY})": finder(True),
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
        f"{NAMESPACE}PrincipalCollection",
        instance={"Count: int": len, "IsReadOnly: bool": lambda _members: False, **_OF_A_MEMBER},
    )
)
