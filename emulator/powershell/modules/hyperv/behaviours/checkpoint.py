"""Get-VMSnapshot. The machine has no way to make checkpoints, so that there never are any to be found."""

from __future__ import annotations

from emulator.powershell.modules.hyperv.errors import not_found_record
from emulator.powershell.modules.hyperv.support import chosen_machines, has_wildcard
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.module import cmdlet


@cmdlet("Get-VMSnapshot", ignores=("ComputerName", "VMName", "VM", "SnapshotType"))
def get_vm_snapshot(call: CmdletCall, name: str | None = None) -> None:
    """Nothing; a checkpoint that is named is an error, as a machine that does not exist is."""
    machines = chosen_machines(call, "VMName")
    if machines and name is not None and not has_wildcard(name):
        call.error(not_found_record(call, "virtual machine checkpoint", name))
