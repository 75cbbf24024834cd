"""What the control API needs of the thing that it controls: `emulator.server.HyperVHost` has this shape."""

from __future__ import annotations

from typing import Protocol

from emulator.host import Host
from emulator.profile import Profile
from emulator.wmi import WmiService
from emulator.wsman import WsmanService


class ServedMachine(Protocol):
    """One served machine with its doors."""

    profile: Profile
    machine: Host
    wmi: WmiService
    wsman: WsmanService

    @property
    def http_url(self) -> str | None: ...
    @property
    def https_url(self) -> str | None: ...
    @property
    def control_url(self) -> str | None: ...

    def reset(self) -> None: ...
