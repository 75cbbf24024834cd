"""Sessions that a script opens to the machine itself, through one of its session configurations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.host import Account, Host
from emulator.host.errors import NotFound
from emulator.host.winrm import session_configurations as configurations
from emulator.powershell.dotnet.exceptions import ExceptionObject
from emulator.powershell.dotnet.psobject import PSObject
from emulator.powershell.runtime.errors import ErrorRecord, PSError

if TYPE_CHECKING:
    from emulator.powershell.runtime import Runspace
    from emulator.powershell.runtime.engine import Engine

_REMOTING = "System.Management.Automation.Remoting."
_HELP = "For more information, see the about_Remote_Troubleshooting Help topic."


class LocalSessions:
    """Opens sessions for one account of a machine."""

    def __init__(self, host: Host, account: Account) -> None:
        self._host = host
        self._account = account

    def open(self, engine: Engine, configuration: str, computer: str) -> Runspace:
        """A session of the account in a configuration, as if it came over the network."""
        host, account = self._host, self._account
        try:
            plugin = configurations.find_session_configuration(host, configuration)
        except NotFound:
            raise _failed(
                computer,
                f"The WS-Management service cannot process the request. Cannot find the {configuration} "
                "session configuration in the WSMan: drive on the "
                f"{computer} computer.",
                "InvalidResourceUri",
            ) from None
        if not plugin.enabled or not configurations.may_open(plugin, account):
            raise _failed(computer, "Access is denied.", "AccessDenied")
        try:
            runs_as = configurations.account_of_sessions(host, plugin, account)
        except NotFound:
            raise _failed(computer, "Access is denied.", "AccessDenied") from None
        parameters = {key.lower(): value for key, value in plugin.parameters.items()}
        return self._session(engine, runs_as, account, configuration, parameters)

    def of_user(self, engine: Engine, configuration: str, user: str) -> Runspace:
        """What a session would be for a user. Raises ValueError when nobody has the name, NotFound for a
        configuration that is not there."""
        account = self._host.accounts.find(user)
        if account is None:
            raise ValueError(user)
        plugin = configurations.find_session_configuration(self._host, configuration)
        parameters = {key.lower(): value for key, value in plugin.parameters.items()}
        return self._session(engine, self._account, account, configuration, parameters)

    def _session(
        self, engine: Engine, runs_as: Account, caller: Account, name: str, parameters: dict[str, str]
    ) -> Runspace:
        # Both make sessions, and a session knows this service.
        from emulator.console.programs.powershell.remote import remote_runspace
        from emulator.console.programs.powershell.session_setup import set_up

        identity = PSObject.custom(
            [("Name", caller.qualified_name), ("IsAuthenticated", True)], (f"{_REMOTING}PSIdentity",)
        )
        principal = PSObject.custom([("Identity", identity)], (f"{_REMOTING}PSPrincipal",))
        sender = PSObject.custom(
            [("UserInfo", principal), ("ConfigurationName", name)], (f"{_REMOTING}PSSenderInfo",)
        )
        made = remote_runspace(
            self._host, runs_as, engine.ui, {"PSSenderInfo": sender}, engine.machine.process_id
        )
        set_up(made, self._host, caller, parameters)
        return made


def _failed(computer: str, reason: str, error_id: str) -> PSError:
    exception = ExceptionObject(
        f"{_REMOTING}PSRemotingTransportException",
        f"[{computer}] Connecting to remote server {computer} failed with the following error message : "
        f"{reason} {_HELP}",
    )
    return PSError(ErrorRecord(exception, error_id, "OpenError", computer))
