"""WMI of the machine for the cmdlets of a PowerShell process."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.host import Account, Host

if TYPE_CHECKING:
    from emulator.powershell.modules.cim.instrumentation import CimNamespace
    from emulator.wmi import WmiService


class LocalInstrumentation:
    """What `ManagementInstrumentation` asks for, over the host's WMI; made when a script first needs it."""

    def __init__(self, host: Host, account: Account) -> None:
        self.account = account
        self._host = host
        self._service: WmiService | None = None

    def namespace(self, name: str, *, calls_method: bool = False) -> CimNamespace:
        """The namespace as the account sees it. Raises InvalidNamespace, AccessDenied."""
        if self._service is None:
            from emulator.wmi import WmiService

            self._service = WmiService(self._host)
        if self.account.is_administrator:
            return self._service.namespace(name)
        return self._service.namespace_for(self.account, name, calls_method=calls_method)
