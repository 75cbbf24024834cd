"""Graphics processors: partitions for machines, and RemoteFX."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from emulator.host import HostError, InvalidParameter, VirtualMachine
from emulator.host.virtual_machine.expansion.gpu import (
    PARTITION_RESOURCES,
    GpuPartition,
    HostGpu,
    RemoteFxDisplay,
)
from emulator.powershell.modules.hyperv.behaviours.network_adapter import matching
from emulator.powershell.modules.hyperv.errors import criteria_record
from emulator.powershell.modules.hyperv.objects.special_devices import (
    RESOLUTIONS,
    HostPartitionableGpu,
    PartitionableGpu,
    PhysicalVideoAdapter,
)
from emulator.powershell.modules.hyperv.objects.values import device_id
from emulator.powershell.modules.hyperv.special_devices import add_to_machines, remove_from_machines
from emulator.powershell.modules.hyperv.support import (
    chosen_machines,
    host_of,
    plain,
    ready,
    reporting,
    should_process,
)
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.module import cmdlet

#: A class of the module that shows a processor of the host.
Shown = TypeVar("Shown")
_BY_MACHINE = ("ComputerName", "VMName", "VM")
#: Recorded, with this way to write GPU.
_NO_PARTITION = "Unable to find a Gpu partition adapter matching the given criteria."


# -- processors of the host -------------------------------------------------------------------------


def _gpus(call: CmdletCall, name: str | None) -> list[HostGpu]:
    """The processors of the host that can be divided."""
    if not ready(call):
        return []
    host = host_of(call)
    with host.looking():
        found = [gpu for gpu in host.expansion.gpus if gpu.is_partitionable]
    return [gpu for gpu in found if name is None or gpu.interface_path.casefold() == name.casefold()]


@cmdlet("Get-VMPartitionableGpu", reads=("ComputerName",))
def get_vm_partitionable_gpu(call: CmdletCall, name: str | None = None) -> Iterator[PartitionableGpu]:
    """The processors that can be divided."""
    yield from (PartitionableGpu(gpu) for gpu in _gpus(call, name))


@cmdlet("Get-VMHostPartitionableGpu", reads=("ComputerName",))
def get_vm_host_partitionable_gpu(
    call: CmdletCall, name: str | None = None
) -> Iterator[HostPartitionableGpu]:
    """The processors that can be divided."""
    yield from (HostPartitionableGpu(gpu) for gpu in _gpus(call, name))


def _divide(
    call: CmdletCall,
    gpus: list[HostGpu],
    count: int | None,
    show: Callable[[HostGpu], Shown],
    passthru: bool,
) -> Iterator[Shown]:
    for gpu in gpus:
        if should_process(call, f'configure the GPU "{gpu.name}".', gpu.name):
            with reporting(call):
                if count is not None:
                    gpu.set_partition_count(int(count))
                if passthru:
                    yield show(gpu)


@cmdlet("Set-VMPartitionableGpu", reads=("ComputerName",))
def set_vm_partitionable_gpu(
    call: CmdletCall,
    partitionable_gpu: list[PartitionableGpu] | None = None,
    name: str | None = None,
    partition_count: int | None = None,
    passthru: bool = False,
) -> Iterator[PartitionableGpu]:
    """Divide processors into another number of parts."""
    gpus = [each.gpu for each in partitionable_gpu] if partitionable_gpu else _gpus(call, name)
    yield from _divide(call, gpus, partition_count, PartitionableGpu, passthru)


@cmdlet("Set-VMHostPartitionableGpu", reads=("ComputerName",))
def set_vm_host_partitionable_gpu(
    call: CmdletCall,
    host_partitionable_gpu: list[HostPartitionableGpu] | None = None,
    name: str | None = None,
    partition_count: int | None = None,
    passthru: bool = False,
) -> Iterator[HostPartitionableGpu]:
    """Divide processors into another number of parts."""
    gpus = [each.gpu for each in host_partitionable_gpu] if host_partitionable_gpu else _gpus(call, name)
    yield from _divide(call, gpus, partition_count, HostPartitionableGpu, passthru)


# -- partitions of machines -------------------------------------------------------------------------


def _wanted(call: CmdletCall) -> dict[str, int]:
    return {
        key: plain(call.get(parameter))
        for parameter, key in PARTITION_RESOURCES.items()
        if call.get(parameter) is not None
    }


@cmdlet("Add-VMGpuPartitionAdapter", reads=(*_BY_MACHINE, *PARTITION_RESOURCES))
def add_vm_gpu_partition_adapter(
    call: CmdletCall, instance_path: str | None = None, passthru: bool = False
) -> Iterator[GpuPartition]:
    """Give machines a partition of a certain processor, or of any."""

    def make(vm: VirtualMachine) -> GpuPartition:
        return vm.expansion.add(GpuPartition, gpu=instance_path, resources=_wanted(call))

    yield from add_to_machines(call, "a GPU partition adapter", make, passthru)


def _partitions(call: CmdletCall, adapter_id: str | None) -> list[GpuPartition]:
    found = [each for vm in chosen_machines(call, "VMName") for each in vm.expansion.of(GpuPartition)]
    return [each for each in found if adapter_id is None or _has_id(each, adapter_id)]


def _has_id(partition: GpuPartition, text: str) -> bool:
    return text.casefold() == device_id(partition).casefold()


@cmdlet("Get-VMGpuPartitionAdapter", reads=(*_BY_MACHINE, "VMSnapshot"))
def get_vm_gpu_partition_adapter(call: CmdletCall, adapter_id: str | None = None) -> Iterator[GpuPartition]:
    """The partitions that machines have."""
    yield from _partitions(call, adapter_id)


def _chosen(call: CmdletCall) -> list[GpuPartition]:
    """Partitions as objects, or of machines; none is an error (recorded)."""
    objects = call.get("VMGpuPartitionAdapter")
    if objects is not None:
        return list(objects) if ready(call) else []
    found = _partitions(call, call.get("AdapterId"))
    if not found:
        call.error(criteria_record(call, _NO_PARTITION))
    return found


_CHOICE = (*_BY_MACHINE, "VMGpuPartitionAdapter", "AdapterId")


@cmdlet("Set-VMGpuPartitionAdapter", reads=(*_CHOICE, *PARTITION_RESOURCES))
def set_vm_gpu_partition_adapter(call: CmdletCall, passthru: bool = False) -> Iterator[GpuPartition]:
    """Say how much partitions shall have of their processor."""
    for partition in _chosen(call):
        vm = partition.vm
        sentence = f'configure a GPU partition adapter of virtual machine "{vm.name}".'
        if should_process(call, sentence, vm.name):
            with reporting(call):
                wanted = _wanted(call)
                if wanted:
                    vm.expansion.configure(partition, resources=wanted)
                if passthru:
                    yield partition


@cmdlet("Remove-VMGpuPartitionAdapter", reads=_CHOICE)
def remove_vm_gpu_partition_adapter(call: CmdletCall, passthru: bool = False) -> Iterator[GpuPartition]:
    """Take partitions out of machines."""
    yield from remove_from_machines(call, "a GPU partition adapter", _chosen(call), passthru)


# -- RemoteFX ---------------------------------------------------------------------------------------


def _physical(call: CmdletCall, names: list[str] | None) -> list[PhysicalVideoAdapter]:
    if not ready(call):
        return []
    host = host_of(call)
    with host.looking():
        found = [PhysicalVideoAdapter(gpu) for gpu in host.expansion.gpus if gpu.is_present]
    return matching(call, found, names, "RemoteFX physical video adapter")


@cmdlet("Get-VMRemoteFXPhysicalVideoAdapter", reads=("ComputerName",))
def get_vm_remotefx_physical_video_adapter(
    call: CmdletCall, name: list[str] | None = None
) -> Iterator[PhysicalVideoAdapter]:
    """The graphics processors of the host as RemoteFX sees them."""
    yield from _physical(call, name)


def _serve(call: CmdletCall, serves: bool) -> Iterator[PhysicalVideoAdapter]:
    objects = call.get("GPU")
    if objects is not None:
        found = list(objects) if ready(call) else []
    else:
        found = _physical(call, call.get("Name"))
    verb = "enable" if serves else "disable"
    for shown in found:
        if should_process(call, f'{verb} the physical video adapter "{shown.name}".', shown.name):
            with reporting(call):
                shown.gpu.serve_remotefx(serves)
                if call.has("Passthru"):
                    yield shown


@cmdlet("Enable-VMRemoteFXPhysicalVideoAdapter", reads=("ComputerName", "GPU", "Name", "Passthru"))
def enable_vm_remotefx_physical_video_adapter(
    call: CmdletCall, _gpu: object = None
) -> Iterator[PhysicalVideoAdapter]:
    """Let RemoteFX use processors."""
    yield from _serve(call, True)


@cmdlet("Disable-VMRemoteFXPhysicalVideoAdapter", reads=("ComputerName", "GPU", "Name", "Passthru"))
def disable_vm_remotefx_physical_video_adapter(
    call: CmdletCall, _gpu: object = None
) -> Iterator[PhysicalVideoAdapter]:
    """Let RemoteFX not use processors."""
    yield from _serve(call, False)


def _display_of(vm: VirtualMachine) -> RemoteFxDisplay:
    found = vm.expansion.of(RemoteFxDisplay)
    if not found:
        raise HostError(f"The virtual machine {vm.name!r} has no RemoteFX 3D video adapter.")
    return found[0]


@cmdlet("Get-VMRemoteFx3dVideoAdapter", reads=(*_BY_MACHINE, "VMSnapshot"))
def get_vm_remotefx_3d_video_adapter(call: CmdletCall, _vm_name: object = None) -> Iterator[RemoteFxDisplay]:
    """The RemoteFX adapters of machines."""
    for vm in chosen_machines(call, "VMName"):
        yield from vm.expansion.of(RemoteFxDisplay)


@cmdlet("Add-VMRemoteFx3dVideoAdapter", reads=_BY_MACHINE)
def add_vm_remotefx_3d_video_adapter(call: CmdletCall, passthru: bool = False) -> Iterator[RemoteFxDisplay]:
    """Give machines a RemoteFX adapter."""

    def make(vm: VirtualMachine) -> RemoteFxDisplay:
        return vm.expansion.add(RemoteFxDisplay)

    yield from add_to_machines(call, "a RemoteFX 3D video adapter", make, passthru)


def _displays(call: CmdletCall) -> Iterator[RemoteFxDisplay]:
    objects = call.get("VMRemoteFx3dVideoAdapter")
    if objects is not None:
        yield from objects if ready(call) else ()
        return
    for vm in chosen_machines(call, "VMName"):
        with reporting(call):
            yield _display_of(vm)


@cmdlet("Set-VMRemoteFx3dVideoAdapter", reads=(*_BY_MACHINE, "VMRemoteFx3dVideoAdapter"))
def set_vm_remotefx_3d_video_adapter(
    call: CmdletCall,
    monitor_count: int | None = None,
    maximum_resolution: str | None = None,
    vram_size_bytes: int | None = None,
    passthru: bool = False,
) -> Iterator[RemoteFxDisplay]:
    """Change monitors, resolution and memory of RemoteFX adapters."""
    for display in list(_displays(call)):
        vm = display.vm
        sentence = f'configure the RemoteFX 3D video adapter of virtual machine "{vm.name}".'
        if not should_process(call, sentence, vm.name):
            continue
        with reporting(call):
            changes: dict[str, Any] = {}
            if monitor_count is not None:
                changes["monitors"] = int(monitor_count)
            if maximum_resolution is not None:
                if maximum_resolution.lower() not in RESOLUTIONS:
                    raise InvalidParameter(f"The resolution {maximum_resolution!r:.32} is not supported.")
                changes["resolution"] = RESOLUTIONS.index(maximum_resolution.lower())
            if vram_size_bytes is not None:
                changes["video_memory"] = int(vram_size_bytes)
            vm.expansion.configure(display, **changes)
            if passthru:
                yield display


@cmdlet("Remove-VMRemoteFx3dVideoAdapter", reads=(*_BY_MACHINE, "VMRemoteFx3dVideoAdapter"))
def remove_vm_remotefx_3d_video_adapter(
    call: CmdletCall, passthru: bool = False
) -> Iterator[RemoteFxDisplay]:
    """Take RemoteFX adapters out of machines."""
    yield from remove_from_machines(call, "the RemoteFX 3D video adapter", list(_displays(call)), passthru)
