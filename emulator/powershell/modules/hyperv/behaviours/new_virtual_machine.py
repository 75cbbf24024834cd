"""New-VM: what was made is removed again when a later step fails."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from emulator.host import (
    ControllerType,
    Device,
    DiskKind,
    Host,
    HostError,
    InvalidParameter,
    VirtualMachine,
    VirtualSwitch,
)
from emulator.powershell.dotnet.enums import EnumValue
from emulator.powershell.dotnet.simple import Version
from emulator.powershell.modules.hyperv.behaviours.firmware import BOOT_PLACES
from emulator.powershell.modules.hyperv.errors import disk_operation, not_found_record
from emulator.powershell.modules.hyperv.support import (
    host_of,
    path_of,
    ready,
    reporting,
    should_process,
    wait_for,
)
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.module import cmdlet

DEFAULT_NAME = "New Virtual Machine"
DEFAULT_MEMORY = 512 << 20
_SECOND_GENERATION = ("CD", "VHD", "NetworkAdapter")


@dataclass
class Order:
    """What shall be made, checked."""

    host: Host
    name: str
    generation: int
    memory: int
    version: str | None
    root: str | None
    switch: VirtualSwitch | None
    boot: str | None
    disk: str | None = None
    new_disk_size: int | None = None
    made_folder: str | None = field(default=None, init=False)

    def check(self) -> None:
        """Refuse what can be seen before anything is made. Raises HostError."""
        if self.boot is not None and self.generation == 2 and self.boot not in _SECOND_GENERATION:
            raise InvalidParameter(
                f"The boot device {self.boot} is not supported for a generation 2 virtual machine."
            )


def _version(version: Version | None, *, prerelease: bool, experimental: bool) -> str | None:
    """The configuration version of a call. Releases know neither of the two that are under construction."""
    if prerelease or experimental:
        return "255.0" if experimental else "254.0"
    return None if version is None else str(version)


@cmdlet("New-VM", reads=("ComputerName",))
def new_vm(
    call: CmdletCall,
    name: str = DEFAULT_NAME,
    memory_startup_bytes: int | None = None,
    boot_device: EnumValue | None = None,
    switch_name: str | None = None,
    new_vhd_path: str | None = None,
    new_vhd_size_bytes: int | None = None,
    vhd_path: str | None = None,
    path: str | None = None,
    version: Version | None = None,
    prerelease: bool = False,
    experimental: bool = False,
    generation: int | None = None,
) -> Iterator[VirtualMachine]:
    """Make a virtual machine, with a new disk, an existing one, or none."""
    if not ready(call):
        return
    host = host_of(call)
    switch = None
    if switch_name is not None:
        with host.looking():
            switches = host.virtual_switches.find(switch_name)
        if not switches:
            call.error(not_found_record(call, "virtual switch", switch_name))
            return
        switch = switches[0]
    if not should_process(call, f'create a new virtual machine "{name}".', name):
        return
    with reporting(call):
        order = Order(
            host,
            name,
            int(generation or 1),
            DEFAULT_MEMORY if memory_startup_bytes is None else int(memory_startup_bytes),
            _version(version, prerelease=prerelease, experimental=experimental),
            None if path is None else f"{path_of(call, path).rstrip(chr(92))}\\{name}",
            switch,
            None if boot_device is None else str(boot_device),
        )
        if vhd_path is not None:
            order.disk = path_of(call, vhd_path)
        elif new_vhd_path is not None:
            order.disk = new_disk_path(call, new_vhd_path)
            order.new_disk_size = int(new_vhd_size_bytes or 0)
        with host.looking():
            order.check()
        yield make(call, order)


def new_disk_path(call: CmdletCall, path: str) -> str:
    """Where a new disk goes: a bare file name is put into the host's default folder."""
    if "\\" in path or "/" in path:
        return path_of(call, path)
    return f"{host_of(call).settings.virtual_hard_disk_path.rstrip(chr(92))}\\{path}"


def make(call: CmdletCall, order: Order) -> VirtualMachine:
    """Make the disk, then the machine with its devices in one step. Raises HostError with nothing left
    behind."""
    host = order.host
    new_disk = order.disk if order.new_disk_size is not None else None
    if new_disk is not None:
        with disk_operation("create", new_disk, "virtual hard disk"):
            job = host.virtual_disks.create(new_disk, DiskKind.DYNAMIC, size=order.new_disk_size)
            wait_for(call, job)
    vm: VirtualMachine | None = None
    try:
        with host.looking():
            vm = _define(order)
            _furnish(order, vm)
    except HostError:
        if vm is not None:
            wait_for(call, host.virtual_machines.destroy(vm))
        with host.looking():
            if new_disk is not None and host.filesystem.exists(new_disk):
                host.filesystem.remove(new_disk)
            _remove_folder(order)
        raise
    return vm


def _define(order: Order) -> VirtualMachine:
    host = order.host
    if order.root is not None and not host.filesystem.exists(order.root):
        order.made_folder = order.root
    return host.virtual_machines.create(
        order.name,
        order.generation,
        version=order.version,
        memory=order.memory,
        path=order.root,
    )


def _furnish(order: Order, vm: VirtualMachine) -> None:
    first = order.generation == 1
    legacy = first and order.boot in ("LegacyNetworkAdapter", "NetworkAdapter")
    adapter = vm.devices.add_network_adapter(switch=order.switch, is_legacy=legacy)
    disk: Device | None = None
    dvd: Device | None = None
    if first:
        vm.devices.add_scsi_controller()
    if order.disk is not None:
        kind = ControllerType.IDE if first else ControllerType.SCSI
        disk = vm.devices.add_hard_disk_drive(
            order.disk, controller_type=kind, controller_number=0, controller_location=0
        )
    if first:
        vm.devices.add_dvd_drive(
            controller_type=ControllerType.IDE, controller_number=1, controller_location=0
        )
    elif order.boot == "CD":
        dvd = vm.devices.add_dvd_drive()
    if first:
        if order.boot is not None:
            chosen = BOOT_PLACES[order.boot]
            rest = [one for one in vm.firmware.boot_order if one != chosen]
            vm.firmware.configure(boot_order=(chosen, *rest))
        return
    preferred = {"CD": dvd, "VHD": disk, "NetworkAdapter": adapter, None: disk}[order.boot]
    others: list[Device | None] = [dvd, disk, adapter]
    devices = [preferred, *(one for one in others if one is not preferred)]
    vm.firmware.configure(boot_devices=tuple(one for one in devices if one is not None))


def _remove_folder(order: Order) -> None:
    files = order.host.filesystem
    if order.made_folder is None or not files.is_directory(order.made_folder):
        return
    inner = f"{order.made_folder}\\Virtual Machines"
    for folder in (inner, order.made_folder):
        if files.is_directory(folder) and not files.list(folder):
            files.remove(folder)
