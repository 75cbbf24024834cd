"""Get-VM, Remove-VM and Rename-VM."""

from __future__ import annotations

from collections.abc import Iterator

from emulator.host import VirtualMachine
from emulator.powershell.dotnet.simple import Guid
from emulator.powershell.modules.hyperv.errors import exception_type
from emulator.powershell.modules.hyperv.support import (
    chosen_machines,
    host_of,
    machines_named,
    may_see,
    ready,
    reporting,
    should_continue,
    should_process,
    wait_for,
)
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.module import cmdlet

# Read through the call by what chooses the virtual machines.
CHOICE = ("ComputerName", "Name", "VM")


@cmdlet("Get-VM", reads=("ComputerName",))
def get_vm(call: CmdletCall, name: list[str] | None = None, id: Guid | None = None) -> Iterator[object]:
    """Virtual machines by name, pattern or identifier; all without any."""
    if not ready(call):
        return
    host = host_of(call)
    if id is not None:
        with host.looking():
            vm = host.virtual_machines.get(str(id))
        if vm is not None and may_see(call, vm):
            yield vm
            return
        call.error(
            call.record(
                exception_type(host, argument=False),
                f'Hyper-V was unable to find a virtual machine with id "{id}".',
                "InvalidParameter",
                "InvalidArgument",
                id,
            )
        )
    elif name is not None:
        yield from machines_named(call, name)
    else:
        with host.looking():
            machines = [vm for vm in host.virtual_machines if may_see(call, vm)]
        yield from machines


@cmdlet("Remove-VM", reads=CHOICE)
def remove_vm(call: CmdletCall, force: bool = False, passthru: bool = False) -> Iterator[object]:
    """Delete virtual machines; their virtual hard disks stay."""
    for vm in chosen_machines(call):
        if not should_process(call, f'remove virtual machine "{vm.name}".', vm.name):
            continue
        question = f'Are you sure you want to remove virtual machine "{vm.name}"?'
        if not force and not should_continue(call, question):
            continue
        with reporting(call):
            wait_for(call, host_of(call).virtual_machines.destroy(vm))
            if passthru:
                yield vm


@cmdlet("Rename-VM", reads=CHOICE)
def rename_vm(call: CmdletCall, new_name: str, passthru: bool = False) -> Iterator[VirtualMachine]:
    """Give virtual machines another name."""
    for vm in chosen_machines(call):
        if not should_process(call, f'rename virtual machine "{vm.name}" to "{new_name}".', vm.name):
            continue
        with reporting(call):
            vm.rename(new_name)
            if passthru:
                yield vm
