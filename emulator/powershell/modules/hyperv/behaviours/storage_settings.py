"""Persistent memory controllers, storage settings, and machines on the NUMA nodes of the host."""

from __future__ import annotations

from collections.abc import Iterator

from emulator.host import InvalidState, VirtualMachine
from emulator.host.resources.numa import nodes_of
from emulator.host.virtual_machine.controllers import PersistentMemoryController
from emulator.host.virtual_machine.expansion.settings_parts import StorageSettings
from emulator.powershell.modules.hyperv.errors import not_found_record
from emulator.powershell.modules.hyperv.objects.special_devices import MachineOnNode, StorageSetting
from emulator.powershell.modules.hyperv.support import (
    chosen_machines,
    given,
    host_of,
    may_see,
    ready,
    reporting,
    should_process,
)
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.module import cmdlet

_BY_MACHINE = ("ComputerName", "VMName", "VM")
_SETTINGS = {
    "DisableInterruptBatching": "disable_interrupt_batching",
    "ThreadCountPerChannel": "threads_per_channel",
    "VirtualProcessorsPerChannel": "processors_per_channel",
}


@cmdlet("Get-VMPmemController", reads=(*_BY_MACHINE, "VMSnapshot"))
def get_vm_pmem_controller(
    call: CmdletCall, controller_number: int | None = None
) -> Iterator[PersistentMemoryController]:
    """The persistent memory controllers of machines."""
    for vm in chosen_machines(call, "VMName"):
        with host_of(call).looking():
            found = list(vm.devices.pmem)
        yield from (each for each in found if controller_number in (None, each.number))


@cmdlet("Add-VMPmemController", reads=_BY_MACHINE)
def add_vm_pmem_controller(call: CmdletCall, passthru: bool = False) -> Iterator[PersistentMemoryController]:
    """Give machines a persistent memory controller."""
    for vm in chosen_machines(call, "VMName"):
        if should_process(call, f'add a PMEM controller to virtual machine "{vm.name}".', vm.name):
            with reporting(call):
                made = vm.devices.add_persistent_memory_controller()
                if passthru:
                    yield made


@cmdlet("Remove-VMPmemController", reads=("ComputerName", "VMName"))
def remove_vm_pmem_controller(
    call: CmdletCall,
    vm_pmem_controller: list[PersistentMemoryController] | None = None,
    passthru: bool = False,
) -> Iterator[PersistentMemoryController]:
    """Take persistent memory controllers out of machines."""
    if vm_pmem_controller is not None:
        found = vm_pmem_controller if ready(call) else []
    else:
        found = []
        for vm in chosen_machines(call, "VMName"):
            if not vm.devices.pmem:
                call.error(not_found_record(call, "PMEM controller", vm.name))
            found += vm.devices.pmem
    for controller in list(found):
        vm = controller.vm
        if should_process(call, f'remove a PMEM controller from virtual machine "{vm.name}".', vm.name):
            with reporting(call):
                vm.devices.remove_persistent_memory_controller(controller)
                if passthru:
                    yield controller


@cmdlet("Get-VMStorageSettings", reads=_BY_MACHINE)
def get_vm_storage_settings(call: CmdletCall, _vm_name: object = None) -> Iterator[StorageSetting]:
    """How machines talk to their storage."""
    for vm in chosen_machines(call, "VMName"):
        yield StorageSetting(vm)


@cmdlet("Set-VMStorageSettings", reads=(*_BY_MACHINE, *_SETTINGS))
def set_vm_storage_settings(call: CmdletCall, passthru: bool = False) -> Iterator[VirtualMachine]:
    """Change how machines that are off talk to their storage."""
    changes = given(call, _SETTINGS)
    for vm in chosen_machines(call, "VMName"):
        if not should_process(call, f'configure the storage of virtual machine "{vm.name}".', vm.name):
            continue
        with reporting(call):
            found = vm.expansion.of(StorageSettings)
            if found:
                vm.expansion.configure(found[0], **changes)
            else:
                vm.expansion.add(StorageSettings, **changes)
            if passthru:
                yield vm


@cmdlet("Get-VMHostNumaNodeStatus", reads=("ComputerName",))
def get_vm_host_numa_node_status(call: CmdletCall, id: int | None = None) -> Iterator[MachineOnNode]:
    """The running machines on each node; an error while machines may span nodes (documented)."""
    if not ready(call):
        return
    host = host_of(call)
    with reporting(call):
        with host.looking():
            if host.settings.numa_spanning_enabled:
                raise InvalidState(
                    "The status of NUMA nodes is available only while NUMA spanning is disabled."
                )
            found = [
                MachineOnNode(vm, node.number, vm.assigned_memory())
                for vm in host.virtual_machines
                if vm.state.holds_memory and may_see(call, vm)
                for node in nodes_of(vm)[:1]
            ]
        yield from (each for each in sorted(found, key=lambda each: each.node) if id in (None, each.node))
