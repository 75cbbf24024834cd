"""Accounts and groups of the machine, and what Windows itself runs as."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from emulator.host.security.security_identifiers import SYSTEM_ACCOUNTS, binary_sid
from emulator.wmi.association import End, Link, the_host
from emulator.wmi.cimv2.base import Win32RowView
from emulator.wmi.cimv2.computer_system import ComputerSystem
from emulator.wmi.rows import Row

if TYPE_CHECKING:
    from emulator.host.security.accounts import Account
    from emulator.host.security.accounts import Group as HostGroup
    from emulator.wmi.keys import Keys
    from emulator.wmi.namespace import Namespace

_USER, _ALIAS, _WELL_KNOWN_GROUP = 1, 4, 5
#: UF_NORMAL_ACCOUNT.
_NORMAL_ACCOUNT = 512


class UserAccount(Win32RowView):
    """A local user."""

    class_name = "Win32_UserAccount"
    constants = {
        "AccountType": _NORMAL_ACCOUNT,
        "LocalAccount": True,
        "Lockout": False,
        "PasswordChangeable": True,
        "SIDType": _USER,
    }

    def rows(self) -> Iterator[Row]:
        for account in self.host.accounts:
            yield self.row_of(account)

    def row_of(self, account: Account) -> Row:
        # The built-in accounts need no password and have one that does not expire.
        is_built_in = int(account.sid.rpartition("-")[2]) < 1000
        return Row(
            account.sid,
            {
                "Caption": account.qualified_name,
                "Description": account.description,
                "Disabled": account.disabled,
                "Domain": account.domain,
                "FullName": account.full_name,
                "Name": account.name,
                "PasswordExpires": not is_built_in,
                "PasswordRequired": account.name.casefold() != "guest",
                "SID": account.sid,
                "Status": "Degraded" if account.disabled else "OK",
            },
            account,
        )


class Group(Win32RowView):
    """A local group."""

    class_name = "Win32_Group"
    constants = {"LocalAccount": True, "SIDType": _ALIAS, "Status": "OK"}

    def rows(self) -> Iterator[Row]:
        for group in self.host.accounts.groups:
            yield self.row_of(group)

    def row_of(self, group: HostGroup) -> Row:
        return Row(
            group.sid,
            {
                "Caption": f"{self.host.name}\\{group.name}",
                "Description": group.description,
                "Domain": self.host.name,
                "Name": group.name,
                "SID": group.sid,
            },
            group,
        )


class SystemAccount(Win32RowView):
    """A well-known identity."""

    class_name = "Win32_SystemAccount"
    constants = {"LocalAccount": True, "SIDType": _WELL_KNOWN_GROUP, "Status": "OK"}

    def rows(self) -> Iterator[Row]:
        for name, sid in SYSTEM_ACCOUNTS.items():
            caption = f"{self.host.name}\\{name}"
            values = {
                "Caption": caption,
                "Description": caption,
                "Domain": self.host.name,
                "Name": name,
                "SID": sid,
            }
            yield Row(sid, values)


class SecurityIdentifier(Win32RowView):
    """The security identifier of an account. It is found by its text only; Windows does not list them."""

    class_name = "Win32_SID"
    index = ("SID",)

    def rows(self) -> Iterator[Row]:
        return iter(())

    def by_key(self, keys: Keys) -> Row | None:
        wanted = keys.text("SID").upper()
        for view_type in (UserAccount, Group, SystemAccount):
            for row in self.namespace.view(view_type).rows():
                if row.identity == wanted:
                    return self.row_of(row)
        return None

    def row_of(self, account: Row) -> Row:
        """The identifier of a row of one of the three classes of accounts."""
        sid = str(account.identity)
        binary = binary_sid(sid)
        built_in = "BUILTIN" if sid.startswith("S-1-5-32-") else account.values["Domain"]
        return Row(
            sid,
            {
                "AccountName": account.values["Name"],
                "BinaryRepresentation": list(binary),
                "ReferencedDomainName": built_in,
                "SID": sid,
                "SidLength": len(binary),
            },
        )


def _members(namespace: Namespace, group: Row) -> Iterable[Row]:
    return [namespace.view(UserAccount).row_of(account) for account in group.shown.members]


def _groups(namespace: Namespace, account: Row) -> Iterable[Row]:
    groups = namespace.view(Group).rows()
    return [row for row in groups if account.shown.is_member_of(row.shown.name)]


VIEWS = (Group, SecurityIdentifier, SystemAccount, UserAccount)
LINKS = (
    Link(
        "Win32_SystemUsers",
        End("GroupComponent", ComputerSystem, lambda namespace, _: namespace.view(UserAccount).rows()),
        End("PartComponent", UserAccount, the_host),
    ),
    Link(
        "Win32_GroupUser",
        End("GroupComponent", Group, _members),
        End("PartComponent", UserAccount, _groups),
    ),
)
