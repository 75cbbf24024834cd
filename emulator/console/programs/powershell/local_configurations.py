"""What sessions of a machine's session configurations would be for somebody (Get-PSSessionCapability)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.host import Account, Host
from emulator.host.winrm import session_configurations as configurations
from emulator.powershell.dotnet.psobject import PSObject

if TYPE_CHECKING:
    from emulator.console.programs.powershell.session_setup import ConfigurationSettings
    from emulator.powershell.runtime import Runspace
    from emulator.powershell.runtime.engine import Engine
    from emulator.powershell.runtime.hosting import SessionState

_REMOTING = "System.Management.Automation.Remoting."


class LocalConfigurations:
    """The session configurations of a machine, for one account."""

    def __init__(self, host: Host, account: Account) -> None:
        self._host = host
        self._account = account

    def of_user(self, engine: Engine, configuration: str, user: str) -> Runspace:
        """What a session would be for a user. Raises ValueError when nobody has the name, NotFound for a
        configuration that is not there."""
        return self._made(engine, configuration, user)[0]

    def state_of_user(self, engine: Engine, configuration: str, user: str) -> SessionState:
        """The InitialSessionState of such a session; opening a runspace of it makes one more. Raises as
        `of_user`."""
        from emulator.console.programs.powershell.session_description import described_session

        made, settings = self._made(engine, configuration, user)
        try:
            return described_session(made, settings, lambda: self.of_user(engine, configuration, user))
        finally:
            made.close()

    def _made(self, engine: Engine, configuration: str, user: str) -> tuple[Runspace, ConfigurationSettings]:
        account = self._host.accounts.find(user)
        if account is None:
            raise ValueError(user)
        plugin = configurations.find_session_configuration(self._host, configuration)
        parameters = {key.lower(): value for key, value in plugin.parameters.items()}
        return self._session(engine, self._account, account, configuration, parameters)

    def _session(
        self, engine: Engine, runs_as: Account, caller: Account, name: str, parameters: dict[str, str]
    ) -> tuple[Runspace, ConfigurationSettings]:
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
        return made, set_up(made, self._host, caller, parameters)
