"""Which account a logon means, and whether the account may come in."""

from __future__ import annotations

import hmac
from typing import NoReturn

from emulator.auth.errors import (
    AccessNotGranted,
    AccountDisabled,
    AccountExpired,
    AccountLockedOut,
    AuthenticationError,
    PasswordExpired,
    PasswordMustChange,
    WrongPassword,
)
from emulator.auth.settings import Account, AccountDirectory, HostIdentity


def find_account(
    accounts: AccountDirectory, host: HostIdentity, domain: str, user_name: str
) -> Account | None:
    """The account that a domain and a user name mean.

    A host looks in its own accounts for every domain that it does not know, be it mistyped, foreign or echoed
    from the challenge ("NTLM user authentication in Windows", pass-through authentication; several Go clients
    rely on it). Only a name of the domain that the host is a member of is not sought among the local
    accounts.
    """
    if not domain:
        return accounts.find(user_name)
    account = accounts.find(f"{domain}\\{user_name}")
    if account is None and domain.upper() not in _joined_domain_names(host):
        account = accounts.find(user_name)
    return account


def _joined_domain_names(host: HostIdentity) -> tuple[str, ...]:
    return tuple(name.upper() for name in (host.domain_name, host.dns_domain_name) if name)


_REFUSALS: dict[str, tuple[type[AuthenticationError], str]] = {
    "blank password": (AccessNotGranted, "has no password and may log on at the console only"),
    "disabled": (AccountDisabled, "is disabled"),
    "expired account": (AccountExpired, "has expired"),
    "expired password": (PasswordExpired, "has an expired password"),
    "logon type not granted": (AccessNotGranted, "has not been granted the requested logon type"),
    "locked out": (AccountLockedOut, "is locked out"),
    "must change password": (PasswordMustChange, "must change its password before the first logon"),
}


def admit(accounts: AccountDirectory, account: Account) -> Account:
    """The account itself when it may log on and use WinRM. Raises AuthenticationError.

    Windows refuses an account outside of RootSDDL as it does a wrong password, with 401.
    """
    refusal = accounts.rules.refusal(account)
    if refusal is not None:
        error, text = _REFUSALS[refusal]
        raise error(f"account {account.name} {text}")
    if not account.may_use_winrm:
        raise AccessNotGranted(f"account {account.name} may not use WinRM")
    accounts.rules.note_logon(account)
    return account


def refuse_password(accounts: AccountDirectory, account: Account) -> NoReturn:
    """Count a wrong password and raise WrongPassword."""
    accounts.rules.note_wrong_password(account)
    raise WrongPassword(f"wrong password for {account.name}")


def same_text(left: str, right: str) -> bool:
    """Whether two secrets are equal, in a time that does not tell where they differ."""
    return hmac.compare_digest(left.encode("utf-8", "surrogatepass"), right.encode("utf-8", "surrogatepass"))
