"""The remote shells of one host, WinRS and PowerShell: creation under quotas, look-up by owner, ending."""

from __future__ import annotations

import threading
from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, cast

from emulator.console.process import Console
from emulator.host.errors import AccessDenied, NotFound, QuotaExceeded
from emulator.host.identifiers import random_guid
from emulator.host.windows.termination import may_open
from emulator.shells.detached_programs import DetachedPrograms
from emulator.shells.errors import (
    Aborted,
    IdentifierInUse,
    NotOwner,
    ShellError,
    ShellNotFound,
    ShellsNotAllowed,
    TooManyShells,
    TooManyShellUsers,
)
from emulator.shells.remote_shell import RemoteShell, ShellSettings
from emulator.shells.shell import Shell

if TYPE_CHECKING:
    from emulator.event_log.query import EventQuery
    from emulator.host import Host
    from emulator.host.security.accounts import Account
    from emulator.host.windows.processes import Process
    from emulator.powershell.runtime.engine import Engine
    from emulator.powershell.runtime.remote_sessions import ConnectionRequest, RemoteConnection
    from emulator.shells.powershell import PoolRequest, RunspacePoolShell

#: Shells that this process holds at most, whatever the profile's quotas say.
MAXIMUM_SHELLS = 2000
#: Sessions at the same time that have entered one process.
MAXIMUM_GUESTS = 32
_OWN_ADDRESS = "127.0.0.1"
#: The process that hosts a shell of cmd.exe, and the memory that Get shows for that of a runspace pool and
#: for this one (recorded: 46 to 58 MB, 4 MB).
_SHELL_PROCESS = "C:\\Windows\\system32\\winrshost.exe"
_POOL_MEMORY, _SHELL_MEMORY = 46 << 20, 4 << 20


def _event_query(text: str) -> EventQuery:
    from emulator.event_log.query import parse_query_text  # few machines have a task that waits for an event

    return parse_query_text(text)


class ClientSessions:
    """Sessions that scripts of this process hold, here or on another host of it."""

    def __init__(self, shells: ShellService) -> None:
        self._shells = shells

    def open(
        self,
        account: Account,
        request: ConnectionRequest,
        engine: Engine,
        client_address: str,
        authentication_type: str,
    ) -> RemoteConnection:
        """A new session. Raises PSError."""
        from emulator.shells.powershell.client import open_connection

        return open_connection(self._shells, account, request, engine, client_address, authentication_type)

    def enter(
        self, account: Account, process: Process, request: ConnectionRequest, engine: Engine
    ) -> RemoteConnection:
        """A session in a process that runs PowerShell already. Raises HostError."""
        from emulator.shells.powershell.client import entered_connection

        return entered_connection(self._shells, account, process, request, engine)

    def sessions(self, account: Account, request: ConnectionRequest) -> list[RemoteConnection]:
        """The sessions of an account, oldest first."""
        from emulator.shells.powershell.client import left_connection

        pools = (shell for shell in self._shells.list() if shell.kind == "powershell")
        return [
            left_connection(self._shells, cast("RunspacePoolShell", pool), request)
            for pool in pools
            if pool.owner.sid == account.sid
        ]


class ShellService:
    """Owns every shell of one host. Thread-safe."""

    def __init__(self, host: Host, console: Console | None = None) -> None:
        """`console` runs the programs; by default `emulator.console`, loaded with the first shell."""
        self.host = host
        self._console = console
        host.programs = self.programs = DetachedPrograms(host, self._programs)
        host.event_queries = _event_query
        host.sessions = ClientSessions(self)
        self._lock = threading.Lock()
        self._shells: dict[str, RemoteShell] = {}
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
        self._require_access()
        chosen = identifier or random_guid()
        shell = Shell(
            self.host,
            self._programs(),
            chosen,
            owner,
            resource_uri,
            client_address,
            settings,
            self.host.winrm.shells.max_processes_per_shell,
        )
        with self._lock:
            self._admit(shell)
        self._host_in(shell, owner, _SHELL_PROCESS, _SHELL_MEMORY)
        return shell

    def create_pool(
        self,
        owner: Account,
        configuration: str,
        client_address: str,
        settings: ShellSettings,
        request: PoolRequest,
        identifier: str | None = None,
    ) -> RunspacePoolShell:
        """A new runspace pool of a session configuration.

        Raises what `create` raises, what `open_configuration` raises, and ProtocolViolation,
        ProtocolVersionMissing, ProtocolVersionMismatch, ObjectTooLarge.
        PowerShell is loaded with the first pool.
        """
        from emulator.powershell.loading import load_engine
        from emulator.shells.powershell import RunspacePoolShell
        from emulator.shells.powershell.configurations import open_configuration

        self._require_access()
        found = open_configuration(self.host, configuration, owner)
        load_engine()
        chosen = identifier or random_guid()
        pool = RunspacePoolShell(self.host, chosen, owner, found, client_address, settings, request)
        with self._lock:
            self._admit(pool, found.maximum_shells_per_user)
        self._host_in(pool, found.account, found.program, _POOL_MEMORY)
        if pool.process is not None:
            pool.process.powershell = pool.any_engine
        try:
            pool.open()
        except ShellError:
            self.delete(pool)
            raise
        return pool

    def enter(
        self,
        account: Account,
        process: Process,
        settings: ShellSettings,
        request: PoolRequest,
        identifier: str,
    ) -> RunspacePoolShell:
        """A runspace pool in a process that runs PowerShell already: no shell of this service, which neither
        counts nor lists it.

        Raises NotFound for a process that has ended or that PowerShell does not run in, AccessDenied,
        QuotaExceeded.
        """
        from emulator.shells.powershell import RunspacePoolShell
        from emulator.shells.powershell.configurations import configuration_of_process

        with self.host.looking():
            if process.powershell is None or self.host.processes.get(process.id) is not process:
                raise NotFound
            if not may_open(process, account):
                raise AccessDenied
            if len(process.guests) >= MAXIMUM_GUESTS:
                raise QuotaExceeded("Not enough quota is available to process this command.")
            configuration = configuration_of_process(account, process.executable_path)
            pool = RunspacePoolShell(
                self.host, identifier, account, configuration, _OWN_ADDRESS, settings, request
            )
            pool.process, pool.entered = process, process.powershell
            process.guests[identifier] = self._ending(pool)
        pool.open()
        return pool

    def _ending(self, shell: RemoteShell) -> Callable[[], None]:
        """What to do for a shell when its process ends."""

        def ended() -> None:
            # The host's lock is held, and an end may wait for one of the shell's own.
            if not shell.has_ended:
                shell.lose()
                threading.Thread(target=self.delete, args=(shell,), daemon=True).start()

        return ended

    def _host_in(self, shell: RemoteShell, account: Account, program: str, memory: int) -> None:
        """Start the process that hosts a shell. Whoever ends it ends the shell.

        Raises QuotaExceeded: there is no shell then.
        """
        try:
            with self.host.looking():
                shell.process = self.host.processes.start(
                    program,
                    f"{program} -Embedding",
                    account=account.qualified_name,
                    # Programs that COM starts are children of its launcher.
                    parent_id=self.host.services["dcomlaunch"].process_id,
                    working_set=memory,
                    ended=self._ending(shell),
                )
        except QuotaExceeded:
            self.delete(shell)
            raise
        if shell.has_ended:
            # Before it had a process: the service was stopped meanwhile.
            self._end(shell)

    def _require_access(self) -> None:
        if not self.host.winrm.shells.allow_remote_shell_access:
            raise ShellsNotAllowed("remote shells are switched off")
        self._end_expired()

    def _admit(self, shell: RemoteShell, most: int | None = None) -> None:
        """Take a shell in if the quotas allow it; `most` is the quota of its kind. The lock is held."""
        limits = self.host.winrm.shells
        if self._closed:
            raise Aborted("the service has been stopped")
        if shell.identifier in self._shells:
            raise IdentifierInUse(f"the shell id {shell.identifier} is in use")
        sid = shell.owner.sid
        owners = [other.owner.sid for other in self._shells.values()]
        own = owners.count(sid)
        if (limits.max_shells_per_user and own >= limits.max_shells_per_user) or len(
            owners
        ) >= MAXIMUM_SHELLS:
            raise TooManyShells(min(limits.max_shells_per_user or MAXIMUM_SHELLS, MAXIMUM_SHELLS))
        if most is not None:
            same = (one for one in self._shells.values() if one.kind == shell.kind)
            if sum(one.owner.sid == sid for one in same) >= most:
                raise TooManyShells(most)
        if not own and len(set(owners)) >= limits.max_concurrent_users:
            raise TooManyShellUsers(f"{limits.max_concurrent_users} users have shells")
        self._shells[shell.identifier] = shell

    def find(self, identifier: str, account: Account) -> RemoteShell:
        """The user's shell with this id, which counts as a use of it. Raises ShellNotFound, NotOwner."""
        shell = self.look(identifier)
        if shell.owner.sid != account.sid:
            raise NotOwner(f"the shell {shell.identifier} belongs to another user")
        shell.touch()
        return shell

    def look(self, identifier: str) -> RemoteShell:
        """The shell with this id, whoever owns it; its idle time goes on. Raises ShellNotFound."""
        self._end_expired()
        with self._lock:
            shell = self._shells.get(identifier.strip().upper())
        if shell is None:
            raise ShellNotFound(f"there is no shell {identifier[:64]}")
        return shell

    def list(self) -> tuple[RemoteShell, ...]:
        """Every shell in the order of creation."""
        self._end_expired()
        with self._lock:
            return tuple(self._shells.values())

    def delete(self, shell: RemoteShell) -> None:
        """End a shell: its processes end, whoever waits on it gets Aborted."""
        with self._lock:
            self._shells.pop(shell.identifier, None)
        self._end(shell)

    def close(self) -> None:
        """End every shell for good; every waiter is released at once. Safe to call twice."""
        self._closed = True
        self._end_all()

    def reset(self) -> None:
        """End every shell and program; new ones may be created."""
        self._end_all()

    def end_shells(self) -> None:
        """The WinRM service stops: every shell ends, programs without a shell go on."""
        with self._lock:
            shells = list(self._shells.values())
            self._shells.clear()
        for shell in shells:
            self._end(shell)

    def _end_all(self) -> None:
        self.programs.stop()
        self.end_shells()

    def _end_expired(self) -> None:
        with self._lock:
            expired = [shell for shell in self._shells.values() if shell.is_expired]
            for shell in expired:
                del self._shells[shell.identifier]
            idle = [shell for shell in self._shells.values() if shell.disconnects_when_idle and shell.is_idle]
        for shell in expired:
            self._end(shell)
        for shell in idle:
            shell.disconnect_if_idle()

    def _end(self, shell: RemoteShell) -> None:
        shell.end()
        process = shell.process
        if process is not None:
            with self.host.looking():
                process.guests.pop(shell.identifier, None)
                # After a restart of the machine another process may have the number.
                if shell.owns_process and self.host.processes.get(process.id) is process:
                    self.host.processes.end(process.id)

    def _programs(self) -> Console:
        if self._console is None:
            self._console = cast("Console", import_module("emulator.console"))
        return self._console
