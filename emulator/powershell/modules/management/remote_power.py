"""Which computers Restart-Computer and Stop-Computer mean: this one, or other hosts of the process."""

from __future__ import annotations

from typing import NamedTuple

from emulator.host import Account, Host
from emulator.host.neighbourhood import reached_by
from emulator.powershell.dotnet.credentials import Credential
from emulator.powershell.runtime.cmdlet_call import CmdletCall

UNAVAILABLE = "The RPC server is unavailable. (Exception from HRESULT: 0x800706BA)"
DENIED = "Access is denied. (Exception from HRESULT: 0x80070005 (E_ACCESSDENIED))"


class Computer(NamedTuple):
    """One computer: ``host`` is None when nothing answers, ``account`` None when the logon was refused."""

    name: str
    host: Host | None
    account: Account | None
    is_local: bool = False

    @property
    def refusal(self) -> str | None:
        """Why nothing can be asked of it, or None."""
        if self.host is None or not self.host.power.answers:
            return UNAVAILABLE
        if self.account is None or not self.account.is_administrator:
            return None if self.is_local else DENIED
        return None


def computers(call: CmdletCall, names: list[str] | None, credential: Credential | None) -> list[Computer]:
    """The computers of -ComputerName, each with whom -Credential, or the script's own account, is there."""
    own = call.service(Host)
    found = []
    for name in names or ["localhost"]:
        host = reached_by(own, name)
        if host is own:
            found.append(Computer(name, own, call.engine.find_service(Account), is_local=True))
        else:
            found.append(Computer(name, host, None if host is None else _account(call, host, credential)))
    return found


def _account(call: CmdletCall, host: Host, credential: Credential | None) -> Account | None:
    if credential is not None and credential.user_name:
        return host.accounts.verify(credential.user_name, credential.password.text)
    caller = call.engine.find_service(Account)
    found = host.accounts.find(caller.qualified_name) if caller is not None else None
    return None if found is None or found.is_local else found
