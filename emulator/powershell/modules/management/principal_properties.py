"""The properties of principals, which a script sets, and Save, which writes them into the accounts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from emulator.host.security.accounts import Group
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.time_values import LOCAL, DateTime
from emulator.powershell.modules.management.principals import Principal, account_of, change_accounts, group_of
from emulator.powershell.runtime.conversion import to_text


def utc_time(moment: datetime | None) -> DateTime | None:
    """A moment as these classes show it."""
    return None if moment is None else DateTime.from_python(moment)


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

    def unless(key: str) -> bool | None:
        return None if given.get(key) is None else not unwrap(given[key])

    def write() -> None:
        target, name = principal.target, text("Name")
        if principal.is_group:
            group = accounts.create_group(name or "") if target is None else group_of(principal)
            accounts.configure_group(group, name=name, description=text("Description"))
            principal.target = group
            return
        if target is None:
            password, disabled = text("Password") or "", bool(unless("Enabled"))
            account = accounts.create(name or "", password, disabled=disabled)
            principal.target = account
        else:
            account = account_of(principal)
            if name is not None and name != account.name:
                accounts.rename(account, name)
        accounts.configure(
            account,
            disabled=unless("Enabled"),
            full_name=text("DisplayName"),
            description=text("Description"),
            password_expires=unless("PasswordNeverExpires"),
            may_change_password=unless("UserCannotChangePassword"),
            home_directory=text("HomeDirectory"),
            logon_script=text("ScriptPath"),
        )
        if "AccountExpirationDate" in given:
            accounts.set_expiry(account, _expiry(principal, given["AccountExpirationDate"]))

    change_accounts(principal, write)
    principal.pending.clear()


def _expiry(principal: Principal, moment: DateTime | None) -> datetime | None:
    """As .NET reads a time here: one without a kind is UTC."""
    if moment is None:
        return None
    return moment.to_utc(
        principal.context.host.operating_system.utc_offset() if moment.kind == LOCAL else timedelta()
    )


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
