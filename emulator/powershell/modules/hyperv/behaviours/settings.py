"""Set-VM, and processor and memory of virtual machines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from emulator.host import MemorySettings, ProcessorSettings, VirtualMachine
from emulator.powershell.modules.hyperv.behaviours.virtual_machine import CHOICE
from emulator.powershell.modules.hyperv.support import (
    chosen_machines,
    given,
    path_of,
    reporting,
    should_process,
)
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.module import cmdlet

_BY_MACHINE = ("ComputerName", "VMName", "VM")

_MACHINE = {
    "GuestControlledCacheTypes": "guest_controlled_cache_types",
    "LowMemoryMappedIoSpace": "low_memory_mapped_io_space",
    "HighMemoryMappedIoSpace": "high_memory_mapped_io_space",
    "AutomaticStartAction": "automatic_start_action",
    "AutomaticStopAction": "automatic_stop_action",
    "AutomaticStartDelay": "automatic_start_delay",
    "AutomaticCriticalErrorAction": "automatic_critical_error_action",
    "AutomaticCriticalErrorActionTimeout": "automatic_critical_error_timeout",
    "AutomaticCheckpointsEnabled": "automatic_checkpoints_enabled",
    "EnhancedSessionTransportType": "enhanced_session_transport",
    "Notes": "notes",
    "NewVMName": "name",
    "CheckpointType": "checkpoint_type",
}
_MACHINE_PATHS = {"SnapshotFileLocation": "snapshot_path", "SmartPagingFilePath": "smart_paging_path"}
_MACHINE_MEMORY = {
    "MemoryMinimumBytes": "minimum",
    "MemoryMaximumBytes": "maximum",
    "MemoryStartupBytes": "startup",
}
_PROCESSOR = {
    "ResourcePoolName": "pool",
    "Count": "count",
    "CompatibilityForMigrationEnabled": "limit_features_for_migration",
    "CompatibilityForOlderOperatingSystemsEnabled": "limit_features_for_old_systems",
    "HwThreadCountPerCore": "hw_thread_count_per_core",
    "Maximum": "maximum",
    "Reserve": "reserve",
    "RelativeWeight": "relative_weight",
    "MaximumCountPerNumaNode": "maximum_count_per_numa_node",
    "MaximumCountPerNumaSocket": "maximum_count_per_numa_socket",
    "EnableHostResourceProtection": "enable_host_resource_protection",
    "ExposeVirtualizationExtensions": "expose_virtualization_extensions",
    "Perfmon": "perfmon",
    "EnableLegacyApicMode": "legacy_apic_mode",
    "AllowACountMCount": "allow_acount_mcount",
}
_MEMORY = {
    "ResourcePoolName": "pool",
    "Buffer": "buffer",
    "DynamicMemoryEnabled": "dynamic",
    "MaximumBytes": "maximum",
    "StartupBytes": "startup",
    "MinimumBytes": "minimum",
    "Priority": "priority",
    "MaximumAmountPerNumaNodeBytes": "maximum_per_numa_node",
}


def machine_changes(call: CmdletCall) -> dict[str, Any]:
    """The changes that Set-VM asks for, as `VirtualMachine.configure` takes them."""
    changes = given(call, _MACHINE)
    changes |= {
        setting: path_of(call, call.get(name)) for name, setting in _MACHINE_PATHS.items() if call.has(name)
    }
    if call.has("LockOnDisconnect"):
        changes["lock_on_disconnect"] = str(call.get("LockOnDisconnect")) == "On"
    memory = given(call, _MACHINE_MEMORY)
    for name, dynamic in (("DynamicMemory", True), ("StaticMemory", False)):
        if call.get(name):
            memory["dynamic"] = dynamic
    if memory:
        changes["memory"] = memory
    if call.has("ProcessorCount"):
        changes["processor"] = {"count": int(call.get("ProcessorCount"))}
    return changes


@cmdlet(
    "Set-VM",
    reads=(
        *CHOICE,
        *_MACHINE,
        *_MACHINE_PATHS,
        *_MACHINE_MEMORY,
        "LockOnDisconnect",
        "DynamicMemory",
        "StaticMemory",
        "ProcessorCount",
    ),
)
def set_vm(
    call: CmdletCall, battery_passthrough_enabled: bool | None = None, passthru: bool = False
) -> Iterator[VirtualMachine]:
    """Change settings of virtual machines, all or none of each."""
    for vm in chosen_machines(call):
        if not should_process(call, f'configure the virtual machine "{vm.name}".', vm.name):
            continue
        with reporting(call):
            vm.configure(**machine_changes(call))
            has_battery = vm.devices.battery is not None
            if battery_passthrough_enabled and not has_battery:
                vm.devices.add_battery()
            elif battery_passthrough_enabled is False and has_battery:
                vm.devices.remove_battery()
            if passthru:
                yield vm


@cmdlet("Get-VMProcessor", reads=(*_BY_MACHINE, "VMSnapshot"))
def get_vm_processor(call: CmdletCall, _vm_name: object = None) -> Iterator[ProcessorSettings]:
    """The processor of virtual machines."""
    for vm in chosen_machines(call, "VMName"):
        yield vm.processor


@cmdlet("Set-VMProcessor", reads=(*_BY_MACHINE, *_PROCESSOR))
def set_vm_processor(
    call: CmdletCall, vm_processor: list[ProcessorSettings] | None = None, passthru: bool = False
) -> Iterator[ProcessorSettings]:
    """Change processor settings."""
    machines = (
        [one.vm for one in vm_processor] if vm_processor is not None else chosen_machines(call, "VMName")
    )
    for vm in machines:
        sentence = f'configure the processor settings of the virtual machine "{vm.name}".'
        if not should_process(call, sentence, vm.name):
            continue
        with reporting(call):
            vm.processor.configure(**given(call, _PROCESSOR))
            if passthru:
                yield vm.processor


@cmdlet("Get-VMMemory", reads=(*_BY_MACHINE, "VMSnapshot"))
def get_vm_memory(call: CmdletCall, _vm_name: object = None) -> Iterator[MemorySettings]:
    """The memory of virtual machines."""
    for vm in chosen_machines(call, "VMName"):
        yield vm.memory


@cmdlet("Set-VMMemory", reads=(*_BY_MACHINE, *_MEMORY))
def set_vm_memory(
    call: CmdletCall, vm_memory: list[MemorySettings] | None = None, passthru: bool = False
) -> Iterator[MemorySettings]:
    """Change memory settings."""
    machines = [one.vm for one in vm_memory] if vm_memory is not None else chosen_machines(call, "VMName")
    for vm in machines:
        sentence = f'configure the memory settings of the virtual machine "{vm.name}".'
        if not should_process(call, sentence, vm.name):
            continue
        with reporting(call):
            vm.memory.configure(**given(call, _MEMORY))
            if passthru:
                yield vm.memory
