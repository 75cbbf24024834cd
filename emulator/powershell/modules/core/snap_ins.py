"""Snap-ins: how PowerShell 1.0 was extended. Of those that can be added, none is installed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from emulator.powershell.dotnet.psobject import PSObject
from emulator.powershell.dotnet.regex import like
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.core_snap_in import NAME as CORE
from emulator.powershell.runtime.core_snap_in import core_snap_in
from emulator.powershell.runtime.module import cmdlet

_ARGUMENT = "System.Management.Automation.PSArgumentException"
_NAME = re.compile(r"[A-Za-z0-9._-]+")


@cmdlet("Get-PSSnapin")
def get(call: CmdletCall, name: list[str] | None = None, registered: bool = False) -> Iterator[PSObject]:
    """The snap-ins of the session, or with -Registered those that were installed besides."""
    loaded = [] if registered else [core_snap_in(call.engine)]
    if name is None:
        yield from loaded
        return
    for pattern in name:
        found = [one for one in loaded if like(CORE, pattern)]
        if not found:
            _not_found(call, pattern)
        yield from found


@cmdlet("Add-PSSnapin")
def add(call: CmdletCall, name: list[str]) -> None:
    """Load a snap-in: there is none to load."""
    for one in name:
        if "*" in one or "?" in one:
            _not_found(call, one)
            continue
        if _NAME.fullmatch(one) is None:
            text = (
                "The format of the specified snap-in name was not valid.  Windows PowerShell snap-in names "
                "can only contain alpha-numeric characters, dashes, underscores and periods. Correct the "
                "name and then try the operation again."
            )
            _report(call, text, "Name", one)
        elif like(one, "Microsoft.PowerShell.*") or one.lower() == "microsoft.wsman.management":
            text = (
                f"Cannot add Windows PowerShell snap-in {one} because it is a system Windows PowerShell "
                "module. Use Import-Module to load the module."
            )
            _report(call, text, "LoadSystemSnapinAsModule", one)
        else:
            text = f"The Windows PowerShell snap-in '{one}' is not installed on this computer."
            _report(call, text, "AddPSSnapInRead", one)


@cmdlet("Remove-PSSnapin")
def remove(call: CmdletCall, name: list[str]) -> None:
    """Unload a snap-in: that of the engine stays."""
    for pattern in name:
        if not like(CORE, pattern):
            _not_found(call, pattern)
        elif call.should_process(CORE):
            text = f"Cannot remove Windows PowerShell snap-in {CORE} because it is not loaded."
            _report(call, text, "RemovePSSnapIn", CORE)


def _not_found(call: CmdletCall, pattern: str) -> None:
    text = (
        f"No Windows PowerShell snap-ins matching the pattern '{pattern}' were found. Check the pattern and "
        "then try the command again."
    )
    _report(call, text, "NoPSSnapInsFound", pattern)


def _report(call: CmdletCall, text: str, error_id: str, target: Any) -> None:
    call.error(call.record(_ARGUMENT, text, error_id, "InvalidArgument", target))
