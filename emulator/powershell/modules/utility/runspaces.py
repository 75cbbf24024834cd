"""Get-Runspace."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from emulator.powershell.dotnet.library.catalog import load_on_demand
from emulator.powershell.dotnet.regex import like
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.module import cmdlet


@cmdlet("Get-Runspace")
def get_runspace(
    call: CmdletCall,
    name: list[str] | None = None,
    id: list[int] | None = None,
    instance_id: list[Any] | None = None,
) -> Iterator[Any]:
    """The runspaces of the process, in the order in which they were made."""
    load_on_demand("system.management.automation.runspaces.runspace")
    from emulator.powershell.dotnet.library.hosting import default_runspace

    default_runspace(call.engine)
    identifiers = {to_text(one).lower() for one in instance_id or ()}
    for one in sorted(call.engine.runspaces, key=lambda runspace: runspace.number):
        if one.state == "Closed":
            continue
        if name is not None and not any(like(one.name, pattern) for pattern in name):
            continue
        if id is not None and one.number not in id:
            continue
        if instance_id is not None and to_text(one.identifier).lower() not in identifiers:
            continue
        yield one
