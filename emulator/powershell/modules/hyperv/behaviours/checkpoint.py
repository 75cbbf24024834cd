"""Checkpoint-VM, and Get-, Restore-, Remove- and Rename-VMSnapshot (Checkpoint in their newer names)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from emulator.host import Checkpoint, VirtualMachine
from emulator.host import VirtualMachineState as State
from emulator.powershell.dotnet.enums import EnumValue
from emulator.powershell.dotnet.regex import like
from emulator.powershell.dotnet.simple import Guid
from emulator.powershell.modules.hyperv.errors import argument_record, not_found_record
from emulator.powershell.modules.hyperv.support import (
    chosen_machines,
    has_wildcard,
    host_of,
    machines_named,
    ready,
    reporting,
    should_process,
    wait_for,
)
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.module import cmdlet

_KIND = "virtual machine checkpoint"
_STANDARD = 0


@cmdlet("Checkpoint-VM", reads=("ComputerName", "Name", "VM"))
def checkpoint_vm(
    call: CmdletCall, snapshot_name: str | None = None, passthru: bool = False
) -> Iterator[Checkpoint]:
    """Take checkpoints of machines."""
    for vm in chosen_machines(call):
        if not should_process(call, f'create a checkpoint of the virtual machine "{vm.name}".', vm.name):
            continue
        with reporting(call):
            job = host_of(call).checkpoints.create(vm, snapshot_name)
            wait_for(call, job)
            if passthru:
                yield from (each for each in job.affected if isinstance(each, Checkpoint))


def checkpoints_named(
    call: CmdletCall, machines: Iterable[VirtualMachine], name: str | None
) -> list[Checkpoint]:
    """The checkpoints of machines with a name or pattern; a name that none has is an error."""
    with host_of(call).looking():
        found = [each for vm in machines for each in vm.checkpoints]
    if name is None:
        return found
    if has_wildcard(name):
        return [each for each in found if like(each.name, name)]
    named = [each for each in found if each.name.casefold() == name.casefold()]
    if not named:
        call.error(not_found_record(call, _KIND, name))
    return named


@cmdlet("Get-VMSnapshot", reads=("ComputerName", "VMName", "VM"))
def get_vm_snapshot(
    call: CmdletCall,
    name: str | None = None,
    id: Guid | None = None,
    child_of: Checkpoint | None = None,
    parent_of: VirtualMachine | None = None,
    snapshot_type: EnumValue | None = None,
) -> Iterator[Checkpoint]:
    """Checkpoints of machines, by identifier, or above and below another one."""
    if snapshot_type is not None and snapshot_type.number != _STANDARD:
        return
    if id is not None:
        if not ready(call):
            return
        found = host_of(call).checkpoints.get(str(id))
        if found is None:
            text = f'Hyper-V was unable to find a {_KIND} with id "{id}".'
            call.error(argument_record(call, text, id))
        else:
            yield found
    elif child_of is not None or parent_of is not None:
        if not ready(call):
            return
        with host_of(call).looking():
            if child_of is not None:
                near = child_of.children
            else:
                above = parent_of.parent_checkpoint if parent_of is not None else None
                near = [] if above is None else [above]
        yield from (each for each in near if name is None or like(each.name, name))
    else:
        machines = chosen_machines(call, "VMName")
        if machines:
            yield from checkpoints_named(call, machines, name)


def chosen_checkpoints(call: CmdletCall, name: str | None) -> list[Checkpoint]:
    """The checkpoint of a call: given as an object, or by its name and machine."""
    given = call.get("VMSnapshot")
    if given is not None:
        if not ready(call):
            return []
        return list(given) if isinstance(given, list) else [given]
    machines = chosen_machines(call, "VMName")
    return checkpoints_named(call, machines, name) if machines else []


def _chosen_by_names(call: CmdletCall, names: list[str]) -> list[Checkpoint]:
    return [each for name in names for each in chosen_checkpoints(call, name)]


@cmdlet("Restore-VMSnapshot", reads=("ComputerName", "VMName", "VM", "VMSnapshot"))
def restore_vm_snapshot(
    call: CmdletCall, name: str | None = None, passthru: bool = False
) -> Iterator[Checkpoint]:
    """Put machines back to checkpoints; one that runs is turned off first."""
    for checkpoint in chosen_checkpoints(call, name):
        sentence = f'restore the virtual machine checkpoint "{checkpoint.name}".'
        if not should_process(call, sentence, checkpoint.name):
            continue
        with reporting(call):
            if checkpoint.machine.state in (State.RUNNING, State.PAUSED):
                wait_for(call, checkpoint.machine.turn_off())
            wait_for(call, host_of(call).checkpoints.apply(checkpoint))
            if passthru:
                yield checkpoint


@cmdlet("Remove-VMSnapshot", reads=("ComputerName", "VMName", "VM", "VMSnapshot"))
def remove_vm_snapshot(
    call: CmdletCall,
    name: list[str] | None = None,
    include_all_child_snapshots: bool = False,
    passthru: bool = False,
) -> Iterator[Checkpoint]:
    """Delete checkpoints, one by one or with all that were taken after them."""
    doomed = chosen_checkpoints(call, None) if name is None else _chosen_by_names(call, name)
    for checkpoint in dict.fromkeys(doomed):
        sentence = f'remove the virtual machine checkpoint "{checkpoint.name}".'
        if checkpoint.deleted or not should_process(call, sentence, checkpoint.name):
            continue
        with reporting(call):
            job = host_of(call).checkpoints.delete(checkpoint, subtree=include_all_child_snapshots)
            wait_for(call, job)
            if passthru:
                yield checkpoint


@cmdlet("Rename-VMSnapshot", reads=("ComputerName", "VM", "VMSnapshot"))
def rename_vm_snapshot(
    call: CmdletCall,
    new_name: str,
    name: str | None = None,
    vm_name: str | None = None,
    passthru: bool = False,
) -> Iterator[Checkpoint]:
    """Give a checkpoint another name."""
    if vm_name is None:
        found = chosen_checkpoints(call, name)
    else:
        machines = machines_named(call, [vm_name]) if ready(call) else []
        found = checkpoints_named(call, machines, name) if machines else []
    for checkpoint in found:
        sentence = f'rename the virtual machine checkpoint "{checkpoint.name}" to "{new_name}".'
        if not should_process(call, sentence, checkpoint.name):
            continue
        with reporting(call):
            checkpoint.configure(name=new_name)
            if passthru:
                yield checkpoint
