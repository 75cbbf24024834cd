"""Which account a logon means, and whether the account may come in."""

from __future__ import annotations

import hmac

from emulator.auth.errors import AccessNotGranted, AccountDisabled
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


def admit(account: Account) -> Account:
    """The account itself when it may use WinRM. Raises AccountDisabled or AccessNotGranted.

    An account without a password may not log on over the network (security option "Limit local account
    use of blank passwords to console logon only", which is on by default).
    """
    if account.disabled:
        raise AccountDisabled(f"account {account.name} is disabled")
    if not account.password:
        raise AccessNotGranted(f"account {account.name} has no password and may log on at the console only")
    if not account.may_use_winrm:
        raise AccessNotGranted(f"account {account.name} may not use WinRM")
    return account


def same_text(left: str, right: str) -> bool:
    """Whether two secrets are equal, in a time that does not tell where they differ."""
    return hmac.compare_digest(left.encode("utf-8", "surrogatepass"), right.encode("utf-8", "surrogatepass"))
