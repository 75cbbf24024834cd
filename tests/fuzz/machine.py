"""The machine behind the targets that need one."""

from __future__ import annotations

from functools import lru_cache

from emulator.host import Host
from emulator.profile import load
from emulator.shells import ShellService
from emulator.wmi import WmiService
from emulator.wsman import WsmanService


class Machine:
    """A host with three virtual machines and the service on it. Requests wait 20 ms at most."""

    def __init__(self) -> None:
        profile = load("windows-server-2022-datacenter")
        winrm = profile.winrm.replaced(max_timeout_milliseconds=20)
        self.host = Host(profile.replaced(winrm=winrm), clock_mode="manual")
        self.wmi = WmiService(self.host)
        self.shells = ShellService(self.host)
        self.wsman = WsmanService(self.host, self.wmi, self.shells)

    def reset(self) -> None:
        self.shells.reset()
        self.wsman.reset()
        self.host.reset()


@lru_cache(maxsize=1)
def machine() -> Machine:
    """One machine for all targets of a process."""
    return Machine()
