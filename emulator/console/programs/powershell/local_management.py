"""WMI of the machine as the scripts of one user reach it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from emulator.cim.errors import ProviderRefusal
from emulator.host import Account, Host
from emulator.host.winrm.client_errors import ClientError
from emulator.powershell.modules.cim.management import Management

if TYPE_CHECKING:
    from emulator.wmi.namespace import Namespace
    from emulator.wmi.operation_options import OperationOptions


class LocalManagement(Management):
    """The namespaces as a user sees them; the service is that of the machine's other doors."""

    def __init__(self, host: Host, account: Account) -> None:
        self._host = host
        self._account = account

    def namespace(self, name: str, *, writes: bool = False, calls_method: bool = False) -> Namespace:
        # WMI loads with the first cmdlet that needs it.
        from emulator.wmi import WmiService

        service = WmiService.of(self._host)
        return service.namespace_for(self._account, name, writes=writes, calls_method=calls_method)

    def seen_by(self, account: Account) -> LocalManagement:
        return LocalManagement(account.host, account)

    def account_at(self, computer: str, user: str | None = None, password: str = "") -> Account:
        from emulator.host.winrm.client_targets import NotReached, account_there, reached_service

        try:
            service = reached_service(self._host, computer, None, None, "wsman")
            found = account_there(self._host, service, self._account, user, password)
            if not found.may_use_winrm:
                raise NotReached(ClientError.ACCESS_DENIED)
        except NotReached as problem:
            number, text = problem.reason
            raise ProviderRefusal(text, number if number > 0xFFFF else 0x80070000 | number) from None
        return found

    def options(self, values: Mapping[str, Any]) -> OperationOptions:
        from emulator.wmi.operation_options import as_options

        return as_options(values)
