"""The properties of principals, which a script sets, and Save, which writes them into the accounts."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from emulator.host.security.accounts import Group
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.time_values import UTC, DateTime
from emulator.powershell.modules.management.principals import Principal, account_of, change_accounts, group_of
from emulator.powershell.runtime.conversion import to_text

if TYPE_CHECKING:
    from datetime import datetime


def utc_time(moment: datetime | None) -> DateTime | None:
    """A moment as these classes show it."""
    return None if moment is None else DateTime(DateTime.from_python(moment.replace(tzinfo=None)).ticks, UTC)


READ: dict[str, Callable[[Any], Any]] = {
    "Name": lambda one: one.name,
    "Description": lambda one: one.description or None,
    "DisplayName": lambda one: one.full_name or None,
    "Enabled": lambda one: not one.disabled,
    "PasswordNeverExpires": lambda one: not one.logon.password_expires,
    "UserCannotChangePassword": lambda one: not one.logon.may_change_password,
    "AccountExpirationDate": lambda one: utc_time(one.logon.account_expires),
    "HomeDirectory": lambda one: one.home_directory or None,
    "ScriptPath": lambda one: one.logon_script or None,
}


def saved_property(shown: str, key: str = "") -> dict[str, Callable[..., Any]]:
    """A property that is read from the account, and set until Save writes it."""
    name = key or shown.partition(":")[0]

    def read(principal: Principal) -> Any:
        if name in principal.pending:
            return principal.pending[name]
        return None if principal.target is None else READ[name](principal.target)

    def put(principal: Principal, value: Any) -> None:
        principal.pending[name] = value

    return {shown: read, f"{shown.partition(':')[0]}=": put}


def save(principal: Principal) -> None:
    """Save: make the account or the group, or change it."""
    accounts, given = principal.context.host.accounts, dict(principal.pending)

    def text(key: str) -> str | None:
        return None if given.get(key) is None else to_text(given[key])

    def flag(key: str) -> bool | None:
        return None if given.get(key) is None else bool(unwrap(given[key]))

    def write() -> None:
        target, name = principal.target, text("Name")
        if principal.is_group:
            group = accounts.create_group(name or "") if target is None else group_of(principal)
            accounts.configure_group(group, name=name, description=text("Description"))
            principal.target = group
            return
        password = text("Password")
        if target is None:
            enabled = flag("Enabled")
            account = accounts.create(name or "", password or "", disabled=enabled is False)
            principal.target = account
        else:
            account = account_of(principal)
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

    change_accounts(principal, write)
    principal.pending.clear()


def delete(principal: Principal) -> None:
    """Delete: the account or the group is gone, and may be saved anew."""
    accounts, target = principal.context.host.accounts, principal.target
    if isinstance(target, Group):
        change_accounts(principal, lambda: accounts.delete_group(target))
    else:
        account = account_of(principal)
        change_accounts(principal, lambda: accounts.delete(account))
    principal.target = None


def set_password(principal: Principal, password: str) -> None:
    """SetPassword: at once, or with Save of a new account."""
    if principal.target is None:
        principal.pending["Password"] = password
        return
    account = account_of(principal)
    change_accounts(
        principal, lambda: principal.context.host.accounts.configure(account, password=to_text(password))
    )


def configured(**changes: Any) -> Callable[[Principal], None]:
    """A method that makes such changes of the account at once."""

    def configure(principal: Principal) -> None:
        account = account_of(principal)
        change_accounts(principal, lambda: principal.context.host.accounts.configure(account, **changes))

    return configure
