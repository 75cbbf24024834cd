"""The ServerManager module for Windows PowerShell: Hyper-V and its tools as roles and features."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING

from emulator.powershell.modules.windows_modules import of_windows
from emulator.powershell.runtime.module import CmdletTable, Module

if TYPE_CHECKING:
    from emulator.host import Host
    from emulator.powershell.dotnet.types import PSType
    from emulator.powershell.format.views import View

__all__ = ["server_manager_module"]

_PACKAGE = "emulator.powershell.modules.servermanager"
_TYPES = {"Feature": "Microsoft.Windows.ServerManager.Commands.Feature"}
# The classes kept their names when the cmdlets got new ones.
_CLASS = "Microsoft.Windows.ServerManager.Commands.{verb}{noun}Command"
_CLASSES = {
    "Install-WindowsFeature": _CLASS.format(verb="Add", noun="WindowsFeature"),
    "Uninstall-WindowsFeature": _CLASS.format(verb="Remove", noun="WindowsFeature"),
}
_ALIASES = {
    "Add-WindowsFeature": "Install-WindowsFeature",
    "Remove-WindowsFeature": "Uninstall-WindowsFeature",
}

_TABLE = CmdletTable(_PACKAGE, types=_TYPES)
#: The module as it first came: Add and Remove instead of Install and Uninstall, no remote computers.
_FIRST_TABLE = CmdletTable(_PACKAGE, "cmdlets_first.json", _TYPES)


def server_manager_module(host: Host) -> Module | None:
    """The module that the machine has, or None: clients have none, and neither has Server Core before its
    release could install the role with it."""
    features = host.release.features
    full = host.profile.operating_system.installation == "full"
    commands = features.commands_full if full else features.commands_core
    if host.release.is_client or "Add-WindowsFeature" not in commands:
        return None
    return _module("Install-WindowsFeature" in commands)


@lru_cache(maxsize=2)
def _module(newer: bool) -> Module:
    def types() -> Iterable[PSType]:
        from emulator.powershell.modules.servermanager.types import module_types

        return module_types()

    def views() -> Iterable[View]:
        from emulator.powershell.modules.servermanager.views import module_views

        return module_views(with_state=newer)

    return of_windows(
        Module(
            name="ServerManager",
            version="2.0.0.0" if newer else "1.0.0.0",
            table=_TABLE if newer else _FIRST_TABLE,
            behaviours=(f"{_PACKAGE}.cmdlets",),
            aliases=_ALIASES if newer else {},
            class_name=_CLASS,
            class_names=_CLASSES,
            types=types,
            views=views,
            module_type="Script" if newer else "Manifest",
        )
    )
