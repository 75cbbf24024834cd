"""Processes of PowerShell that a script starts for other users (Start-Job -Credential)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.host import Host

if TYPE_CHECKING:
    from emulator.powershell.runtime import Runspace
    from emulator.powershell.runtime.engine import Engine


class LocalProcesses:
    """Processes of one machine."""

    def __init__(self, host: Host) -> None:
        self._host = host

    def runspace_of(self, engine: Engine, user: str, password: str) -> Runspace | None:
        """A runspace in a process of a user; None when name and password do not fit."""
        # A session knows this service.
        from emulator.console.programs.powershell.remote import remote_runspace

        account = self._host.accounts.verify(user, password)
        if account is None:
            return None
        return remote_runspace(self._host, account, engine.ui, {}, engine.machine.process_id)
