"""Principals of System.DirectoryServices.AccountManagement: users and groups of the machine, how they are
found, and how something is done with them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from emulator.host import Account, Host, HostError
from emulator.host.errors import AccessDenied, AlreadyExists
from emulator.host.security.accounts import Group
from emulator.host.security.callers import administering
from emulator.powershell.dotnet.exceptions import NetError, null_argument
from emulator.powershell.dotnet.types import builtin
from emulator.powershell.modules.management.principal_contexts import (
    NAMESPACE,
    PrincipalContext,
    machine_context,
)
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.errors import not_emulated

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine

_BAD_PASSWORD = 2245


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
        self.ps_type = builtin(f"{NAMESPACE}{'Group' if is_group else 'User'}Principal")
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


def all_of(host: Host, is_group: bool) -> list[Account | Group]:
    """The users or the groups of the machine."""
    return list(host.accounts.groups) if is_group else list(host.accounts)


def finder(is_group: bool | None) -> Callable[..., Principal | None]:
    """FindByIdentity of users, of groups, or of both."""

    def find(engine: Engine, context: Any, *given: Any) -> Principal | None:
        store, value = machine_context(context), given[-1]
        if value is None:
            raise null_argument("identityValue")
        kind, text = str(given[0]) if len(given) > 1 else "", to_text(value)
        plain = text.rpartition("\\")[2].casefold()
        for group in (False, True) if is_group is None else (is_group,):
            for one in all_of(store.host, group):
                if (kind in ("", "Sid") and one.sid.casefold() == text.casefold()) or (
                    kind in ("", "Name", "SamAccountName") and one.name.casefold() == plain
                ):
                    return Principal(engine, store, one, group)
        return None

    return find


def current(engine: Engine) -> Principal:
    """UserPrincipal.Current: whose the script is."""
    account = engine.find_service(Account)
    if account is None or not account.is_local:
        raise not_emulated("Principals of a domain")
    return Principal(engine, PrincipalContext(account.host, "Machine", None, None), account, False)


def account_of(principal: Principal) -> Account:
    """The account of a user. Raises InvalidOperationException for one that was not saved."""
    if not isinstance(principal.target, Account):
        raise _not_saved()
    return principal.target


def group_of(principal: Principal) -> Group:
    """The same of a group."""
    if not isinstance(principal.target, Group):
        raise _not_saved()
    return principal.target


def _not_saved() -> NetError:
    text = "Principal object must be saved before calling this method."
    return NetError("System.InvalidOperationException", text)


def change_accounts(principal: Principal, work: Callable[[], Any]) -> None:
    """Do something with the accounts of the machine. Raises what .NET's SAM store raises."""
    host = principal.context.host
    try:
        with administering(host, principal.engine.find_service(Account)):
            work()
    except AccessDenied:
        raise NetError("System.UnauthorizedAccessException", "Access is denied.\r\n") from None
    except AlreadyExists:
        text = "The principal already exists in the store."
        raise NetError(f"{NAMESPACE}PrincipalExistsException", text) from None
    except HostError as problem:
        kind = "Password" if problem.hresult & 0xFFFF == _BAD_PASSWORD else "PrincipalOperation"
        raise NetError(f"{NAMESPACE}{kind}Exception", f"{problem.text}\r\n") from None
