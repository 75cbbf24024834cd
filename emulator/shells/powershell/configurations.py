"""The session configurations of a machine: its plug-ins that serve resources of PowerShell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from emulator.shells.errors import ConfigurationNotEmulated, UnknownConfiguration

if TYPE_CHECKING:
    from emulator.host import Host

URI = "http://schemas.microsoft.com/powershell/"
#: Other engines than PowerShell's own language run behind these.
_NOT_EMULATED = ("workflow", "workflows", "servermanager")
#: A quota that a plug-in does not state is the service's own.
_UNLIMITED = 0x7FFFFFFF


@dataclass(frozen=True, slots=True)
class SessionConfiguration:
    """One configuration; `name` as the client spelled it, times in seconds."""

    name: str
    maximum_shells_per_user: int
    maximum_commands: int
    idle_timeout: float | None
    maximum_idle_timeout: float

    @property
    def resource_uri(self) -> str:
        return URI + self.name


def is_seven(name: str) -> bool:
    """Whether sessions of a configuration are those of PowerShell 7."""
    return name.lower().startswith("powershell.7")


def find_configuration(host: Host, name: str) -> SessionConfiguration:
    """The configuration of a name. Raises UnknownConfiguration and, for one that has no engine here,
    ConfigurationNotEmulated."""
    wanted = (URI + name).lower()
    for plugin in host.winrm.plugins:
        if not any(resource.uri.lower() == wanted for resource in plugin.resources):
            continue
        if name.lower().endswith(_NOT_EMULATED):
            raise ConfigurationNotEmulated(name)
        quotas = plugin.quotas
        idle = quotas.get("IdleTimeoutms")
        return SessionConfiguration(
            name=name,
            maximum_shells_per_user=quotas.get("MaxShellsPerUser", _UNLIMITED),
            maximum_commands=quotas.get("MaxConcurrentCommandsPerShell", _UNLIMITED),
            idle_timeout=None if idle is None else idle / 1000,
            maximum_idle_timeout=quotas.get("MaxIdleTimeoutms", _UNLIMITED) / 1000,
        )
    raise UnknownConfiguration(name)
