"""The whole product in one object: a fake host, its doors and its listeners.

This is the composition root: the only module that knows every room. `HyperVHost` is what the command
line, the pytest plugin and a user's own code start.
"""

from __future__ import annotations

import threading
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from emulator.host import Host
from emulator.host.neighbourhood import Neighbourhood
from emulator.host.windows.power import PowerState
from emulator.profile import Profile, load
from emulator.profile.overrides import with_overrides
from emulator.shells import ShellService
from emulator.transport.winrm_listeners import WinrmListeners
from emulator.wmi import WmiService
from emulator.wsman import WsmanService

if TYPE_CHECKING:
    from emulator.control.door import ControlDoor

DEFAULT_PROFILE = "windows-server-2022-datacenter"


class HyperVHost:
    """A fake Hyper-V host that listens for WinRM clients.

    `profile` is the name of a built-in profile, the path of a YAML file, or a checked `Profile`.
    A port of 0 takes any free port (read it back from `http_port`), None opens no listener of that transport.
    Listeners on other ports than the profile's two are opened under their own numbers, or under any free ones
    when one of the two is on any free port: `listeners.real_port("HTTP", 5987)` tells which.
    `user` and `password` replace or add an administrator; `clock` is 'real', 'fast' or 'manual'.
    `certificate` (PEM or PFX), `key` and `key_password` are for HTTPS; `keytab` switches Kerberos on.

    Hosts of one `neighbourhood` reach each other by name: virtual machines can be moved between them.

    Raises `ProfileError` for a bad profile and `AddressInUse` (from `start`) for a port already taken.
    """

    def __init__(
        self,
        profile: str | Path | Profile = DEFAULT_PROFILE,
        *,
        user: str | None = None,
        password: str | None = None,
        clock: str | None = None,
        bind: str = "127.0.0.1",
        http_port: int | None = 0,
        https_port: int | None = 0,
        control_port: int | None = None,
        control_bind: str = "127.0.0.1",
        neighbourhood: Neighbourhood | None = None,
        certificate: str | Path | None = None,
        key: str | Path | None = None,
        key_password: str | None = None,
        keytab: str | Path | None = None,
    ) -> None:
        checked = profile if isinstance(profile, Profile) else load(str(profile))
        self.profile = with_overrides(
            checked,
            user=user,
            password=password,
            clock=clock,
            certificate=_text(certificate),
            key=_text(key),
            key_password=key_password,
            keytab=_text(keytab),
        )
        self.machine = Host(self.profile)
        if neighbourhood is not None:
            neighbourhood.join(self.machine)
        self.machine.management = self.wmi = WmiService(self.machine)
        self.shells = ShellService(self.machine)
        self.machine.requests = self.wsman = WsmanService(self.machine, self.wmi, self.shells)
        self.bind = bind
        self._timekeeper: threading.Thread | None = None
        self.machine.winrm.change_observers.append(self._winrm_changed)
        self.machine.power.observers.append(self._power_changed)
        self.listeners = WinrmListeners(self.machine, self.wsman, bind, http_port, https_port)
        self.machine.web = self.listeners
        self._control: ControlDoor | None = None
        if control_port is not None:
            from emulator.control.door import ControlDoor

            self._control = ControlDoor(self, control_bind, control_port)

    def start(self) -> Self:
        """Open every listener, or none: when one cannot open, those already open are closed again."""
        try:
            self.listeners.start()
            if self._control is not None:
                self._control.start()
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        """Wake every waiter, close every connection and listener. Safe to call twice."""
        self.wsman.close()
        self.shells.close()
        self.machine.close()
        if self._control is not None:
            self._control.stop()
        self.listeners.stop()

    def reset(self) -> None:
        """Bring the machine back to its profile; open shells and enumerations end."""
        self.shells.reset()
        self.wsman.reset()
        self.machine.reset()

    def _winrm_changed(self) -> None:
        """Called under the machine's lock. The WinRM service takes its sessions with it when it stops."""
        if not self.machine.winrm.is_served:
            self.machine.after_step(self._end_sessions)

    def _end_sessions(self) -> None:
        if self.machine.power.state in (PowerState.STOPPING, PowerState.OFF):
            self.shells.programs.stop()
        self.shells.end_shells()
        self.wsman.reset()

    def _power_changed(self) -> None:
        """Called under the machine's lock. Time has to go on while nobody can ask for anything."""
        if self._timekeeper is None and self.machine.power.is_moving and not self.machine.closed:
            self._timekeeper = threading.Thread(target=self._keep_time, name="power", daemon=True)
            self._timekeeper.start()

    def _keep_time(self) -> None:
        """Wait for each stage of a shutdown and a boot.

        As long as the machine answers, time passes by itself, so that whoever asked for the restart gets an
        answer; a machine that is away is waited for as a client inside would: with the fast clock at once.
        """
        machine = self.machine
        while True:
            with machine.looking():
                stage, moving = machine.power.state, machine.power.is_moving
                if not moving or machine.closed:
                    self._timekeeper = None
                    return
                skips = not machine.power.answers
            machine.wait_for(
                lambda: machine.power.state is not stage or not machine.power.is_moving,  # noqa: B023
                skip_time=skips,
            )

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def http_port(self) -> int | None:
        """The real port of the profile's HTTP listener; None when it is not open."""
        return self.listeners.real_port("HTTP")

    @property
    def https_port(self) -> int | None:
        """The real port of the profile's HTTPS listener; None when it is not open."""
        return self.listeners.real_port("HTTPS")

    @property
    def control_port(self) -> int | None:
        return self._control.port if self._control else None

    @property
    def http_url(self) -> str | None:
        port = self.http_port
        return None if port is None else f"http://{_url_host(self.bind)}:{port}/wsman"

    @property
    def https_url(self) -> str | None:
        port = self.https_port
        return None if port is None else f"https://{_url_host(self.bind)}:{port}/wsman"

    @property
    def control_url(self) -> str | None:
        return f"http://{_url_host(self._control.bind)}:{self._control.port}/" if self._control else None


def _text(path: str | Path | None) -> str | None:
    return None if path is None else str(path)


def _url_host(bind: str) -> str:
    """The name to put into a URL for an address that was bound: a wildcard is reached on loopback."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(bind, bind)
    return f"[{host}]" if ":" in host else host
