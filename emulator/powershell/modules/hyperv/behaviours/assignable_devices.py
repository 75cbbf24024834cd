"""Discrete device assignment: devices that are taken from the host, and the ports of machines for them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from emulator.host.virtual_machine.expansion.pci import AssignedDevice, HostPciDevice
from emulator.powershell.modules.hyperv.errors import not_found_record
from emulator.powershell.modules.hyperv.pools import made_pool, pools_named
from emulator.powershell.modules.hyperv.special_devices import remove_from_machines
from emulator.powershell.modules.hyperv.support import (
    chosen_machines,
    host_of,
    ready,
    reporting,
    should_process,
)
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.module import cmdlet

_BY_MACHINE = ("ComputerName", "VMName", "VM")
_POOL_TYPE = "PciExpress"


def _is_at(
    device: AssignedDevice | HostPciDevice, instance_path: str | None, location_path: str | None
) -> bool:
    """Whether a device is the one that the paths, as far as they are given, name."""
    real = device.host_device if isinstance(device, AssignedDevice) else device
    found = "" if real is None else real.instance_path
    return (instance_path is None or found == instance_path.upper()) and (
        location_path is None or device.location_path == location_path.upper()
    )


@cmdlet("Get-VMHostAssignableDevice", reads=("ComputerName",))
def get_vm_host_assignable_device(
    call: CmdletCall,
    instance_path: str | None = None,
    location_path: str | None = None,
    resource_pool_name: list[str] | None = None,
) -> Iterator[HostPciDevice]:
    """The devices that were taken from the host, or those of them that pools hold."""
    if not ready(call):
        return
    host = host_of(call)
    with host.looking():
        found = host.expansion.assignable_devices.dismounted
    if resource_pool_name is not None:
        pools = pools_named(call, resource_pool_name, [_POOL_TYPE])
        found = [each for each in found if any(pool.holds(each.location_path) for pool in pools)]
    yield from (each for each in found if _is_at(each, instance_path, location_path))


def _change_pools(
    call: CmdletCall,
    pool_names: list[str],
    devices: list[HostPciDevice] | None,
    paths: tuple[str, str],
    change: Callable[[tuple[str, ...], tuple[str, ...]], tuple[str, ...]],
) -> None:
    """Change what pools hold of the devices that a call names by (instance path, location path) or holds."""
    with reporting(call):
        if devices is None:
            with host_of(call).looking():
                devices = [host_of(call).expansion.assignable_devices.find(*paths)]
        places = tuple(device.location_path for device in devices)
        for pool in pools_named(call, pool_names, [_POOL_TYPE]):
            made = made_pool(pool)
            made.hold(change(made.resources, places))


@cmdlet("Add-VMHostAssignableDevice", reads=("ComputerName",))
def add_vm_host_assignable_device(
    call: CmdletCall,
    resource_pool_name: list[str],
    host_assignable_device: list[HostPciDevice] | None = None,
    vm_host_assignable_device: list[HostPciDevice] | None = None,
    instance_path: str = "",
    location_path: str = "",
) -> None:
    """Put devices that were taken from the host into pools."""
    if ready(call):
        devices = host_assignable_device or vm_host_assignable_device
        _change_pools(
            call,
            resource_pool_name,
            devices,
            (instance_path, location_path),
            lambda held, more: (*held, *more),
        )


@cmdlet("Remove-VMHostAssignableDevice", reads=("ComputerName",))
def remove_vm_host_assignable_device(
    call: CmdletCall,
    resource_pool_name: list[str],
    host_assignable_device: list[HostPciDevice] | None = None,
    vm_host_assignable_device: list[HostPciDevice] | None = None,
    instance_path: str = "",
    location_path: str = "",
) -> None:
    """Take devices out of pools; they stay taken from the host."""
    names = ", ".join(resource_pool_name)
    if ready(call) and should_process(call, f'remove devices from the resource pool "{names}".', names):
        devices = host_assignable_device or vm_host_assignable_device
        _change_pools(
            call,
            resource_pool_name,
            devices,
            (instance_path, location_path),
            lambda held, less: tuple(each for each in held if each not in less),
        )


@cmdlet("Dismount-VMHostAssignableDevice", reads=("ComputerName",))
def dismount_vm_host_assignable_device(
    call: CmdletCall,
    instance_path: str = "",
    location_path: str = "",
    force: bool = False,
    passthru: bool = False,
) -> Iterator[HostPciDevice]:
    """Take a device from the host; -Force also one whose maker supplies nothing that secures it."""
    target = location_path or instance_path
    if not ready(call) or not should_process(call, f'dismount the device "{target}" from the host.', target):
        return
    with reporting(call):
        device = host_of(call).expansion.assignable_devices.dismount(
            instance_path,
            location_path,
            require_access_control=not force,
            require_mitigations=not force,
        )
        if passthru:
            yield device


@cmdlet("Mount-VMHostAssignableDevice", reads=("ComputerName",))
def mount_vm_host_assignable_device(
    call: CmdletCall,
    host_assignable_device: list[HostPciDevice] | None = None,
    instance_path: str = "",
    location_path: str = "",
    passthru: bool = False,
) -> Iterator[HostPciDevice]:
    """Give devices back to the host."""
    places = [(instance_path, location_path)]
    if host_assignable_device is not None:
        places = [("", device.location_path) for device in host_assignable_device]
    if not ready(call):
        return
    for instance, location in places:
        target = location or instance
        if should_process(call, f'mount the device "{target}" on the host.', target):
            with reporting(call):
                device = host_of(call).expansion.assignable_devices.mount(instance, location)
                if passthru:
                    yield device


@cmdlet("Get-VMAssignableDevice", reads=_BY_MACHINE)
def get_vm_assignable_device(
    call: CmdletCall, instance_path: str | None = None, location_path: str | None = None
) -> Iterator[AssignedDevice]:
    """The devices that are assigned to machines."""
    for vm in chosen_machines(call, "VMName"):
        yield from (
            each for each in vm.expansion.of(AssignedDevice) if _is_at(each, instance_path, location_path)
        )


@cmdlet("Add-VMAssignableDevice", reads=_BY_MACHINE)
def add_vm_assignable_device(
    call: CmdletCall,
    instance_path: str = "",
    location_path: str = "",
    virtual_function: int | None = None,
    resource_pool_name: str | None = None,
    passthru: bool = False,
) -> Iterator[AssignedDevice]:
    """Assign a device that was taken from the host to machines; it comes from a pool that holds it."""
    functions = None if virtual_function is None else (int(virtual_function),)
    for vm in chosen_machines(call, "VMName"):
        if not should_process(call, f'add a device to virtual machine "{vm.name}".', vm.name):
            continue
        with reporting(call):
            with host_of(call).looking():
                device = vm.host.expansion.assignable_devices.find(instance_path, location_path)
            made = vm.expansion.add(
                AssignedDevice,
                location_path=device.location_path,
                virtual_functions=functions,
                pool=resource_pool_name,
            )
            if passthru:
                yield made


@cmdlet("Remove-VMAssignableDevice", reads=("ComputerName", "VMName"))
def remove_vm_assignable_device(
    call: CmdletCall,
    vm_assignable_device: list[AssignedDevice] | None = None,
    instance_path: str | None = None,
    location_path: str | None = None,
    passthru: bool = False,
) -> Iterator[AssignedDevice]:
    """Take devices out of machines."""
    if vm_assignable_device is not None:
        found = vm_assignable_device if ready(call) else []
    else:
        found = []
        for vm in chosen_machines(call, "VMName"):
            own = [
                each for each in vm.expansion.of(AssignedDevice) if _is_at(each, instance_path, location_path)
            ]
            if not own:
                name = location_path or instance_path or ""
                call.error(not_found_record(call, "device", name))
            found += own
    yield from remove_from_machines(call, "a device", found, passthru)
