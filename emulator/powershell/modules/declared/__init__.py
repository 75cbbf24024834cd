"""Modules of Windows whose cmdlets are known by their shape and not emulated yet.

Get-Command finds them, and calling one is an error that says so and is counted as a gap: a script must be
able to tell what the emulator lacks from what Windows lacks. A module moves out of here when it gets a
package of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from emulator.powershell.runtime.module import CmdletTable, Module

if TYPE_CHECKING:
    from emulator.powershell.format.views import View

_HERE = "emulator.powershell.modules.declared"

#: Part of every Windows PowerShell.
_EVERYWHERE = (
    "Microsoft.PowerShell.Diagnostics",
    "Microsoft.PowerShell.Host",
    "Microsoft.PowerShell.Management",
    "Microsoft.PowerShell.Security",
    "Microsoft.WSMan.Management",
    "BitsTransfer",
)
#: Came with Windows Server 2012 and Windows 8 or later; a table says which cmdlet came when.
_LATER = (
    "International",
    "Microsoft.PowerShell.Archive",
    "Microsoft.PowerShell.LocalAccounts",
    "NetQos",
    "PnpDevice",
    "ScheduledTasks",
    "SmbShare",
    "Storage",
    "iSCSI",
)

_ALIASES: dict[str, dict[str, str]] = {
    "Microsoft.PowerShell.Management": {
        "ac": "Add-Content",
        "cat": "Get-Content",
        "cd": "Set-Location",
        "chdir": "Set-Location",
        "clc": "Clear-Content",
        "copy": "Copy-Item",
        "cp": "Copy-Item",
        "cpi": "Copy-Item",
        "del": "Remove-Item",
        "dir": "Get-ChildItem",
        "erase": "Remove-Item",
        "gc": "Get-Content",
        "gci": "Get-ChildItem",
        "gi": "Get-Item",
        "gp": "Get-ItemProperty",
        "gps": "Get-Process",
        "gsv": "Get-Service",
        "gwmi": "Get-WmiObject",
        "ls": "Get-ChildItem",
        "mi": "Move-Item",
        "move": "Move-Item",
        "mv": "Move-Item",
        "ni": "New-Item",
        "popd": "Pop-Location",
        "ps": "Get-Process",
        "pushd": "Push-Location",
        "pwd": "Get-Location",
        "rd": "Remove-Item",
        "ren": "Rename-Item",
        "ri": "Remove-Item",
        "rm": "Remove-Item",
        "rmdir": "Remove-Item",
        "sc": "Set-Content",
        "sl": "Set-Location",
        "sp": "Set-ItemProperty",
        "type": "Get-Content",
    },
}


def _management_views() -> Iterable[View]:
    from emulator.powershell.modules.management.views import VIEWS

    return VIEWS


def _no_views() -> Iterable[View]:
    return ()


def _views(name: str) -> Callable[[], Iterable[View]]:
    return _management_views if name == "Microsoft.PowerShell.Management" else _no_views


def _module(name: str) -> Module:
    return Module(
        name=name,
        version="3.1.0.0" if name.startswith("Microsoft.PowerShell") else "1.0.0.0",
        table=CmdletTable(_HERE, f"{name}.json"),
        behaviours=_BEHAVIOURS.get(name, ()),
        aliases=_ALIASES.get(name, {}),
        views=_views(name),
    )


#: Cmdlets that are emulated although their module has no package of its own yet.
_BEHAVIOURS = {
    "Microsoft.PowerShell.Management": (
        f"{_HERE}.computers",
        *(
            f"emulator.powershell.modules.management.{one}"
            for one in ("contents", "items", "locations", "paths")
        ),
    ),
    "Microsoft.PowerShell.Security": (f"{_HERE}.secure_strings",),
}


_MODULES = {name: _module(name) for name in (*_EVERYWHERE, *_LATER)}


def declared_modules(*, with_later: bool) -> tuple[Module, ...]:
    """The modules of a Windows; `with_later` from PowerShell 3.0 on."""
    return tuple(_MODULES[name] for name in ((*_EVERYWHERE, *_LATER) if with_later else _EVERYWHERE))
