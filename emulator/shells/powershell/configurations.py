"""The session configurations of a machine (Get-PSSessionConfiguration)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.shells.errors import ConfigurationNotEmulated, UnknownConfiguration

if TYPE_CHECKING:
    from emulator.host import Host

URI = "http://schemas.microsoft.com/powershell/"
DEFAULT = "Microsoft.PowerShell"
#: Lower-case name -> as Windows spells it, for those that run the full language.
_EMULATED = {"microsoft.powershell": DEFAULT, "microsoft.powershell32": "Microsoft.PowerShell32"}
#: Present from a Windows version on; another engine runs behind them.
_NOT_EMULATED = {
    "microsoft.powershell.workflow": (6, 2),
    "microsoft.windows.servermanagerworkflows": (6, 2),
    "microsoft.servermanager": (6, 1),
}


def find_configuration(host: Host, name: str) -> str:
    """The configuration's name as Windows spells it. Raises UnknownConfiguration and, for one that has no
    engine here, ConfigurationNotEmulated."""
    key = name.lower()
    found = _EMULATED.get(key)
    if found is not None and (
        key == "microsoft.powershell" or host.profile.operating_system.architecture == "x64"
    ):
        return found
    since = _NOT_EMULATED.get(key)
    if since is not None and host.release.version_parts[:2] >= since:
        raise ConfigurationNotEmulated(name)
    raise UnknownConfiguration(name)
