"""Whom a WinRM client of a machine reaches by a name, and who its user is there."""

from typing import TYPE_CHECKING

from emulator.host.neighbourhood import reached_by
from emulator.host.winrm.client_errors import ClientError
from emulator.host.winrm.winrm_errors import Reason
from emulator.host.winrm.winrm_listeners import Transport

if TYPE_CHECKING:
    from emulator.host.host import Host
    from emulator.host.security.account import Account


class NotReached(Exception):
    """The request gets no answer, or does not let its user in; ``reason`` is one of `ClientError`."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason[1])
        self.reason = reason


def reached_service(
    host: "Host", computer: str, transport: Transport | None, port: int | None, path: str
) -> "Host":
    """The host whose service a client of ``host`` reaches. Raises NotReached, also for a port, a transport or
    a path that no listener has."""
    found = reached_by(host, computer)
    if found is None:
        raise NotReached(ClientError.UNKNOWN_NAME)
    if not found.winrm.is_served or not found.winrm.listens(transport, port):
        raise NotReached(ClientError.NOT_SERVED)
    if not found.winrm.answers_at(transport, port, path):
        raise NotReached(ClientError.NO_PATH)
    return found


def account_there(
    host: "Host", service: "Host", account: "Account", user: str | None, password: str
) -> "Account":
    """Who ``account`` of ``host`` is to a service, or whom a credential names. Raises NotReached."""
    if user is not None:
        verified = service.accounts.verify(user, password)
        if verified is None:
            raise NotReached(ClientError.LOGON_FAILURE)
        return verified
    if service is host:
        return account
    other = service.accounts.find(account.qualified_name)
    if other is None or other.is_local:
        raise NotReached(ClientError.ACCESS_DENIED)
    return other
