"""Principals as members of groups: GetGroups, IsMemberOf, and PrincipalCollection."""

from __future__ import annotations

from typing import Any

from emulator.host import Account
from emulator.host.security.accounts import Group
from emulator.powershell.dotnet.collections import LIST_TYPES, GenericList, PSArray
from emulator.powershell.dotnet.exceptions import NetError
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.types import builtin
from emulator.powershell.modules.management.principal_contexts import NAMESPACE
from emulator.powershell.modules.management.principals import (
    Principal,
    account_of,
    change_accounts,
    finder,
    group_of,
)
from emulator.powershell.runtime.errors import not_emulated


def groups_of(principal: Principal) -> PSArray:
    """GetGroups of a user."""
    account = account_of(principal)
    host = principal.context.host
    found = [group for group in host.accounts.groups if account.is_member_of(group.name)]
    return PSArray([Principal(principal.engine, principal.context, one, True) for one in found])


def is_member(principal: Principal, *given: Any) -> bool:
    """IsMemberOf(group) and IsMemberOf(context, identityType, identityValue)."""
    group = unwrap(given[0]) if len(given) == 1 else finder(True)(principal.engine, *given)
    if not isinstance(group, Principal):
        text = "No principal matching the specified parameters was found."
        raise NetError(f"{NAMESPACE}NoMatchingPrincipalException", text)
    return isinstance(principal.target, Account) and principal.target.is_member_of(group_of(group).name)


class Members(GenericList):
    """PrincipalCollection: the members of a group when it was asked for. What is added is a member at once,
    where .NET waits for Save."""

    __slots__ = ("group",)

    def __init__(self, group: Principal) -> None:
        self.group = group
        found = [Principal(group.engine, group.context, one, False) for one in group_of(group).members]
        super().__init__(found, builtin(f"{NAMESPACE}PrincipalCollection"))

    def account(self, given: tuple[Any, ...]) -> Account:
        """Who is meant by a principal, or by a context, a kind of identity and a value."""
        found = unwrap(given[0]) if len(given) == 1 else finder(False)(self.group.engine, *given)
        if isinstance(found, Principal) and isinstance(found.target, Group):
            raise not_emulated("Groups as members of groups")
        if not isinstance(found, Principal) or not isinstance(found.target, Account):
            text = "No principal matching the specified parameters was found."
            raise NetError(f"{NAMESPACE}NoMatchingPrincipalException", text)
        return found.target

    def add(self, *given: Any) -> None:
        """Add a member. Raises PrincipalExistsException."""
        account, group = self.account(given), group_of(self.group)
        change_accounts(self.group, lambda: account.host.accounts.join(account, group))
        super().append(Principal(self.group.engine, self.group.context, account, False))

    def take_out(self, *given: Any) -> bool:
        """Take a member out; false when it was none."""
        account, group = self.account(given), group_of(self.group)
        if not account.is_member_of(group.name):
            return False
        change_accounts(self.group, lambda: account.host.accounts.leave(account, group))
        self[:] = [one for one in self if one.target is not account]
        return True

    def has(self, *given: Any) -> bool:
        """Whether somebody is a member."""
        return self.account(given).is_member_of(group_of(self.group).name)


LIST_TYPES.add(Members)
