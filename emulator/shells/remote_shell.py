"""What every remote shell has, whatever runs in it: identity, owner, times, being left and found again."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

from emulator.console.process import DEFAULT_CODE_PAGE
from emulator.record import Record, field
from emulator.shells import stopwatch
from emulator.shells.errors import (
    Aborted,
    DisconnectNotSupported,
    HostProcessLost,
    ShellDisconnected,
    ShellNotFound,
)

if TYPE_CHECKING:
    from emulator.host import Host
    from emulator.host.security.accounts import Account
    from emulator.host.windows.processes import Process


class ShellSettings(Record):
    """What a client may say when it creates a shell (MS-WSMV 2.2.4.38); times in seconds.

    `locale` and `data_locale` come from the headers of the request, `has_chosen_id` says that the client
    gave the ShellId: only such a shell can be disconnected (MS-WSMV 3.1.4.15). `has_idle_timeout`: the client
    chose the idle time-out.
    """

    environment: Mapping[str, str] = field(default_factory=dict)
    directory: str | None = None
    code_page: int = DEFAULT_CODE_PAGE
    no_profile: bool = False
    name: str | None = None
    lifetime: float | None = None
    idle_timeout: float = 7200.0
    has_idle_timeout: bool = False
    input_streams: tuple[str, ...] = ("stdin",)
    output_streams: tuple[str, ...] = ("stdout", "stderr")
    has_chosen_id: bool = False
    locale: str = "en-US"
    data_locale: str = "en-US"
    compression_mode: str = "NoCompression"
    buffer_mode: str = "Block"


class RemoteShell:
    """A shell. `disconnects_when_idle`: an idle one is disconnected first, and ends after its idle time-out
    has passed once more (seen with runspace pools of a 2022 host).
    """

    kind = "shell"
    disconnects_when_idle = False

    def __init__(
        self,
        host: Host,
        identifier: str,
        owner: Account,
        resource_uri: str,
        client_address: str,
        settings: ShellSettings,
    ) -> None:
        self.host = host
        self.identifier = identifier
        self.owner = owner
        self.resource_uri = resource_uri
        self.client_address = client_address
        self.settings = settings
        self.created: datetime = host.clock.now()
        self.idle_timeout = settings.idle_timeout
        self.buffer_mode = settings.buffer_mode
        self.process: Process | None = None
        """The process of the fake machine that hosts the shell, from its start on."""
        self.is_lost = False
        """Whether somebody has ended that process."""
        self._created_at = self._touched_at = stopwatch.seconds(host.clock)
        self._lock = threading.RLock()
        self._active = 0
        self._ended = False
        self._connected = True
        self.disconnected_on: datetime | None = None
        """When its client left it; None while one is there."""
        #: Counts connections: a Receive that began under another number belongs to a client that has left.
        self.connection = 0

    @property
    def process_id(self) -> int:
        """The number of the process that hosts the shell; 0 before there is one."""
        return 0 if self.process is None else self.process.id

    @property
    def owns_process(self) -> bool:
        """Whether that process was started for the shell, and ends with it."""
        return True

    def lose(self) -> None:
        """Its process is gone: nothing more is heard of it. The host's lock is held; `end` follows."""
        self.is_lost = True

    def ended_error(self) -> Aborted:
        """What a request gets that waited when the shell ended."""
        kind = HostProcessLost if self.is_lost else Aborted
        return kind(f"the shell {self.identifier} was ended")

    # Times.

    @property
    def run_time(self) -> float:
        """Seconds since the shell was created."""
        return max(0.0, stopwatch.seconds(self.host.clock) - self._created_at)

    @property
    def inactivity(self) -> float:
        """Seconds since the last request; 0 while one is being served."""
        return 0.0 if self._active else max(0.0, stopwatch.seconds(self.host.clock) - self._touched_at)

    @property
    def is_idle(self) -> bool:
        """Whether the idle time-out has passed."""
        return self.inactivity >= self.idle_timeout

    @property
    def is_expired(self) -> bool:
        """Whether the shell must end: its lifetime has passed, or it was idle for too long."""
        lifetime = self.settings.lifetime
        if lifetime is not None and self.run_time >= lifetime:
            return True
        if not self.is_idle:
            return False
        if self.disconnects_when_idle and self._connected:
            return self.inactivity >= 2 * self.idle_timeout
        return True

    def touch(self) -> None:
        """A request concerns this shell: it is not idle."""
        self._touched_at = stopwatch.seconds(self.host.clock)

    @contextmanager
    def serving(self) -> Iterator[None]:
        """A request waits inside the shell: it is in use until the block ends."""
        with self._lock:
            self._active += 1
        try:
            yield
        finally:
            with self._lock:
                self._active -= 1
            self.touch()

    # Connection (MS-WSMV 3.1.4.15 to 3.1.4.17).

    @property
    def is_connected(self) -> bool:
        return self._connected

    @property
    def has_ended(self) -> bool:
        return self._ended

    @property
    def is_modern(self) -> bool:
        """Whether the service is WinRM 3.0 or later."""
        return not self.host.release.winrm_stack.startswith("2.")

    @property
    def can_disconnect(self) -> bool:
        """Whether Disconnect, Reconnect and Connect are served."""
        return self.settings.has_chosen_id and self.is_modern

    def require_connected(self) -> None:
        """Raise ShellNotFound or ShellDisconnected."""
        if self._ended:
            raise ShellNotFound(f"the shell {self.identifier} has ended")
        if not self._connected:
            raise ShellDisconnected(f"the shell {self.identifier} is disconnected")

    def disconnect(self, idle_timeout: float | None = None, buffer_mode: str | None = None) -> None:
        """Let the client leave: what runs goes on, its output waits. Outstanding Receives end.

        Raises DisconnectNotSupported, ShellDisconnected when it is disconnected already.
        """
        if not self.can_disconnect:
            raise DisconnectNotSupported(f"the shell {self.identifier} cannot be disconnected")
        with self._lock:
            self.require_connected()
            self._leave()
            if idle_timeout is not None:
                self.idle_timeout = idle_timeout
            if buffer_mode is not None:
                self.buffer_mode = buffer_mode
        self._wake_receives()
        self.touch()

    def disconnect_if_idle(self) -> None:
        """What the service does with an idle shell whose client has been silent."""
        if self.disconnects_when_idle and self._connected and self.can_disconnect and self.is_idle:
            with self._lock:
                self._leave()
            self._wake_receives()

    def _leave(self) -> None:
        self._connected = False
        self.connection += 1
        self.disconnected_on = self.host.clock.now()

    def reconnect(self) -> None:
        """The client is back. A shell that is connected stays so. Raises DisconnectNotSupported."""
        if not self.can_disconnect:
            raise DisconnectNotSupported(f"the shell {self.identifier} cannot be reconnected")
        with self._lock:
            if self._ended:
                raise ShellNotFound(f"the shell {self.identifier} has ended")
            if not self._connected:
                self._connected = True
                self.connection += 1
                self.disconnected_on = None
        self.touch()

    def watch(self) -> Callable[[], bool]:
        """A function that says whether the client of this moment has left; for waits."""
        mine = self.connection
        return lambda: self.connection != mine

    def _wake_receives(self) -> None:
        """Wake everything that waits in Receive, so that it can look at its `watch`."""

    # What a shell must know about its commands.

    @property
    def running(self) -> int:
        """Commands that have not ended."""
        raise NotImplementedError

    @property
    def child_processes(self) -> int:
        """Processes that the shell has started and that run."""
        return self.running

    def command_rows(self) -> list[tuple[str, str, bool]]:
        """(id, command line, is running) of each command."""
        raise NotImplementedError

    def end(self) -> None:
        """End the shell and everything in it; whoever waits gets Aborted. Safe to call twice."""
        raise NotImplementedError
