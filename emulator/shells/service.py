"""The remote shells of one host: creation under quotas, look-up by owner, ending."""

from __future__ import annotations

import threading
from importlib import import_module
from typing import TYPE_CHECKING, cast

from emulator.console.process import Console
from emulator.shells.errors import (
    Aborted,
    IdentifierInUse,
    NotOwner,
    ShellNotFound,
    ShellsNotAllowed,
    TooManyShells,
    TooManyShellUsers,
)
from emulator.shells.identifiers import new_identifier
from emulator.shells.shell import Shell, ShellSettings

if TYPE_CHECKING:
    from emulator.host import Host
    from emulator.host.accounts import Account

#: Shells that this process holds at most, whatever the profile's quotas say.
MAXIMUM_SHELLS = 2000


class ShellService:
    """Owns every WinRS shell of one host. Thread-safe."""

    def __init__(self, host: Host, console: Console | None = None) -> None:
        """`console` runs the programs; by default `emulator.console`, loaded with the first shell."""
        self.host = host
        self._console = console
        self._lock = threading.Lock()
        self._shells: dict[str, Shell] = {}
        self._closed = False

    def create(
        self,
        owner: Account,
        resource_uri: str,
        client_address: str,
        settings: ShellSettings,
        identifier: str | None = None,
    ) -> Shell:
        """A new shell. Raises ShellsNotAllowed, TooManyShells, TooManyShellUsers, IdentifierInUse,
        InvalidShellParameter, and Aborted when the service has been closed."""
        limits = self.host.winrm.shells
        if not limits.allow_remote_shell_access:
            raise ShellsNotAllowed("remote shells are switched off")
        self._end_expired()
        chosen = identifier or new_identifier()
        shell = Shell(
            self.host,
            self._programs(),
            chosen,
            owner,
            resource_uri,
            client_address,
            settings,
            limits.max_processes_per_shell,
        )
        with self._lock:
            if self._closed:
                raise Aborted("the service has been stopped")
            if chosen in self._shells:
                raise IdentifierInUse(f"the shell id {chosen} is in use")
            owners = [other.owner.sid for other in self._shells.values()]
            own = owners.count(owner.sid)
            if (limits.max_shells_per_user and own >= limits.max_shells_per_user) or len(
                owners
            ) >= MAXIMUM_SHELLS:
                raise TooManyShells(min(limits.max_shells_per_user or MAXIMUM_SHELLS, MAXIMUM_SHELLS))
            if not own and len(set(owners)) >= limits.max_concurrent_users:
                raise TooManyShellUsers(f"{limits.max_concurrent_users} users have shells")
            self._shells[chosen] = shell
        return shell

    def find(self, identifier: str, account: Account) -> Shell:
        """The user's shell with this id, which counts as a use of it. Raises ShellNotFound, NotOwner."""
        shell = self.look(identifier)
        if shell.owner.sid != account.sid:
            raise NotOwner(f"the shell {shell.identifier} belongs to another user")
        shell.touch()
        return shell

    def look(self, identifier: str) -> Shell:
        """The shell with this id, whoever owns it; its idle time goes on. Raises ShellNotFound."""
        self._end_expired()
        with self._lock:
            shell = self._shells.get(identifier.strip().upper())
        if shell is None:
            raise ShellNotFound(f"there is no shell {identifier[:64]}")
        return shell

    def list(self) -> tuple[Shell, ...]:
        """Every shell in the order of creation."""
        self._end_expired()
        with self._lock:
            return tuple(self._shells.values())

    def delete(self, shell: Shell) -> None:
        """End a shell: its processes end, whoever waits on it gets Aborted."""
        with self._lock:
            self._shells.pop(shell.identifier, None)
        shell.end()

    def close(self) -> None:
        """End every shell for good; every waiter is released at once. Safe to call twice."""
        self._closed = True
        self._end_all()

    def reset(self) -> None:
        """End every shell; new ones may be created."""
        self._end_all()

    def _end_all(self) -> None:
        with self._lock:
            shells = list(self._shells.values())
            self._shells.clear()
        for shell in shells:
            shell.end()

    def _end_expired(self) -> None:
        with self._lock:
            expired = [shell for shell in self._shells.values() if shell.is_expired]
            for shell in expired:
                del self._shells[shell.identifier]
        for shell in expired:
            shell.end()

    def _programs(self) -> Console:
        if self._console is None:
            self._console = cast("Console", import_module("emulator.console"))
        return self._console
