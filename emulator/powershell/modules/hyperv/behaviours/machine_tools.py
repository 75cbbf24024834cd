"""Smaller cmdlets about one machine: saved state, interrupts, files in its guest, floppy disks."""

from __future__ import annotations

from collections.abc import Iterator

from emulator.host import Checkpoint, FloppyDrive, NotSupported, VirtualMachine, VirtualMachineState
from emulator.powershell.modules.hyperv.behaviours.virtual_machine import CHOICE
from emulator.powershell.modules.hyperv.support import (
    chosen_machines,
    host_of,
    path_of,
    reporting,
    should_continue,
    should_process,
    wait_for,
)
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.module import cmdlet

_BY_MACHINE = ("ComputerName", "VMName", "VM")


@cmdlet("Remove-VMSavedState", reads=(*_BY_MACHINE, "VMSnapshot"))
def remove_vm_saved_state(call: CmdletCall, _vm_name: object = None) -> None:
    """Delete the saved state of machines, which are off then, or the memory of checkpoints."""
    for vm in chosen_machines(call, "VMName"):
        if isinstance(vm, Checkpoint):
            if should_process(call, f'remove the saved state of checkpoint "{vm.name}".', vm.name):
                with reporting(call):
                    vm.forget_memory()
            continue
        if should_process(call, f'remove the saved state of virtual machine "{vm.name}".', vm.name):
            with reporting(call):
                vm.require(VirtualMachineState.SAVED)
                wait_for(call, vm.turn_off())


@cmdlet("Start-VMTrace")
def start_vm_trace(call: CmdletCall, path: str | None = None) -> None:
    """Trace to a file. What the module writes there is not known: it stays empty."""
    if path is not None:
        with reporting(call):
            host_of(call).filesystem.write(path_of(call, path), b"")


@cmdlet("Stop-VMTrace")
def stop_vm_trace(_call: CmdletCall) -> None:
    """End the trace; no error without one."""


@cmdlet("Debug-VM", reads=CHOICE)
def debug_vm(
    call: CmdletCall,
    inject_non_maskable_interrupt: bool = False,
    force: bool = False,
    passthru: bool = False,
) -> Iterator[VirtualMachine]:
    """Send a non-maskable interrupt to running machines, after a question unless it is forced."""
    for vm in chosen_machines(call):
        sentence = f'inject a non-maskable interrupt into virtual machine "{vm.name}".'
        if not inject_non_maskable_interrupt or not should_process(call, sentence, vm.name):
            continue
        if not (force or should_continue(call, f"Are you sure you want to {sentence[:-1]}?")):
            continue
        with reporting(call):
            vm.inject_interrupt()
            if passthru:
                yield vm


@cmdlet("Copy-VMFile", reads=CHOICE)
def copy_vm_file(
    call: CmdletCall,
    source_path: str,
    destination_path: str,
    create_full_path: bool = False,
    force: bool = False,
) -> None:
    """Copy a file of the host into the guests of machines."""
    source = path_of(call, source_path)
    for vm in chosen_machines(call):
        if should_process(call, f'copy the file "{source}" to virtual machine "{vm.name}".', vm.name):
            with reporting(call):
                job = vm.guest.files.copy_in(
                    source, destination_path, overwrite=force, create_path=create_full_path
                )
                wait_for(call, job)


@cmdlet("Get-VMFloppyDiskDrive", reads=(*_BY_MACHINE, "VMSnapshot"))
def get_vm_floppy_disk_drive(call: CmdletCall, _vm_name: object = None) -> Iterator[FloppyDrive]:
    """The floppy disk drives of generation 1 machines; others have none."""
    for vm in chosen_machines(call, "VMName"):
        if vm.floppy is not None:
            yield vm.floppy


@cmdlet("Set-VMFloppyDiskDrive", reads=_BY_MACHINE)
def set_vm_floppy_disk_drive(
    call: CmdletCall,
    path: str | None = None,
    vm_floppy_disk_drive: list[FloppyDrive] | None = None,
    resource_pool_name: str | None = None,
    passthru: bool = False,
) -> Iterator[FloppyDrive]:
    """Put a virtual floppy disk into the drive, or with an empty path take it out; without a path only its
    pool changes."""
    machines = [drive.vm for drive in vm_floppy_disk_drive] if vm_floppy_disk_drive is not None else None
    medium = path_of(call, path) if path else None
    for vm in chosen_machines(call, "VMName") if machines is None else machines:
        if not should_process(
            call, f'configure the floppy disk drive of virtual machine "{vm.name}".', vm.name
        ):
            continue
        with reporting(call):
            drive = vm.floppy
            if drive is None:
                raise NotSupported(f"A generation {vm.generation} virtual machine has no floppy disk drive.")
            if resource_pool_name is not None and not call.has("Path"):
                vm.devices.use_medium_pool(drive, resource_pool_name)
            else:
                vm.devices.set_medium(drive, medium, resource_pool_name)
            if passthru:
                yield drive
