"""Who a script runs as, and the names and identifiers of the machine's accounts."""

from __future__ import annotations

from emulator.host import Account, Host
from emulator.powershell.runtime.services import IdentityFacts


class AccountNames:
    """The accounts of the machine as the scripts of one user see them (`Identities` of the engine)."""

    def __init__(self, host: Host, account: Account) -> None:
        self._host = host
        self._account = account

    def current(self) -> IdentityFacts:
        from emulator.host.security.security_names import token_groups

        account = self._account
        with self._host.looking():
            groups = token_groups(account)
        way = "NTLM" if account.is_local else "Kerberos"
        return IdentityFacts(account.qualified_name, account.sid, groups, way)

    def sid_of(self, name: str) -> str | None:
        from emulator.host.security.security_names import sid_of_name

        with self._host.looking():
            return sid_of_name(self._host, name)

    def name_of(self, sid: str) -> str | None:
        from emulator.host.security.security_names import name_of_sid

        with self._host.looking():
            return name_of_sid(self._host, sid)
