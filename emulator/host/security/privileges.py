"""Whose tokens hold which privileges."""

from typing import TYPE_CHECKING

from emulator.host.security.privilege_table import (
    ADMINISTRATORS,
    EVERYBODY,
    HOLDERS,
    PRIVILEGES,
    SYSTEM,
    Privilege,
)

if TYPE_CHECKING:
    from emulator.host.security.account import Account

#: What SYSTEM goes without though Administrators have it.
_NOT_OF_SYSTEM = frozenset({"SeRemoteShutdownPrivilege"})


def privileges_of(account: "Account") -> tuple[Privilege, ...]:
    """The privileges of an account's token, in the order of their numbers. All of them are enabled in a
    session over the network."""
    holders = {EVERYBODY}
    is_system = account.sid == "S-1-5-18"
    if account.is_administrator:
        holders.add(ADMINISTRATORS)
    if is_system:
        holders.add(SYSTEM)
    found = [
        one
        for one in PRIVILEGES
        if HOLDERS[one.number] in holders and not (is_system and one.name in _NOT_OF_SYSTEM)
    ]
    return tuple(found) if is_system or not account.host.has_user_rights else _as_changed(account, found)


def _as_changed(account: "Account", by_default: list[Privilege]) -> tuple[Privilege, ...]:
    """What the policy says where somebody changed it."""
    rights = account.host.user_rights
    return tuple(
        one
        for one in PRIVILEGES
        if (rights.gives(account, one.name) if rights.is_changed(one.name) else one in by_default)
    )
