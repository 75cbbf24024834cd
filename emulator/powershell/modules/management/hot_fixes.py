"""Get-HotFix."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from emulator.powershell.dotnet.regex import is_wildcard, like
from emulator.powershell.modules.cim.management import Management
from emulator.powershell.modules.management.own_computer import own_computer
from emulator.powershell.modules.management.wmi_objects import ManagementObject
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.module import cmdlet


@cmdlet("Get-HotFix", reads=("ComputerName",))
def get_hot_fix(
    call: CmdletCall,
    id: list[str] | None = None,
    description: list[str] | None = None,
) -> Iterator[Any]:
    """Installed updates."""
    own_computer(call, call.get("ComputerName"))
    space = call.service(Management).namespace("root/cimv2")
    answer = space.query("SELECT * FROM Win32_QuickFixEngineering")
    with space.reading():
        found = [ManagementObject(call.engine, one, space.name) for one in answer.instances]
    chosen = 0
    for one in found:
        number = to_text(one.dynamic_property("HotFixID", ""))
        text = to_text(one.dynamic_property("Description", ""))
        if id is not None and not any(like(number, pattern) for pattern in id):
            continue
        if description is not None and not any(like(text, pattern) for pattern in description):
            continue
        chosen += 1
        yield one
    if id is not None and not chosen and not any(is_wildcard(one) for one in id):
        call.error(
            call.record(
                "System.ArgumentException",
                f"Cannot find the requested hotfix on the '{call.engine.machine.computer_name}' computer. "
                "Verify the input and run the command again.",
                "GetHotFixNoEntriesFound",
                "ObjectNotFound",
            )
        )
