"""Taking a virtual machine from a host because it is elsewhere now. Called under the host's lock."""

from typing import TYPE_CHECKING

from emulator.host.storage.virtual_disk import VirtualDisk
from emulator.host.virtual_machine.life_cycle import power_cut
from emulator.host.virtual_machine.virtual_machine_state import VirtualMachineState

if TYPE_CHECKING:
    from emulator.host.virtual_machine.virtual_machine import VirtualMachine


def forget_machine(vm: "VirtualMachine", *, disks: bool) -> None:
    """Remove a machine with its checkpoints and configuration, whatever its state; its files of disks go too
    when ``disks`` says so and no other machine needs them."""
    host = vm.host
    held: dict[VirtualDisk, None] = {}
    for machine in (vm, *vm.checkpoints):
        for drive in machine.hard_disk_drives:
            disk = drive.virtual_disk
            held.update(dict.fromkeys([] if disk is None else disk.chain))
    if vm.state.holds_memory:
        power_cut(vm, VirtualMachineState.OFF)
    vm.guest.power_off()
    for checkpoint in vm.checkpoints:
        checkpoint.files.delete()
        host.checkpoints.drop(checkpoint)
    for table in (host.checkpoints.made, host.checkpoints.released):
        table.pop(vm.id, None)
    vm.parent_checkpoint = vm.last_applied = None
    vm.devices.dismantle()
    vm.files.delete()
    host.virtual_machines.drop(vm)
    if disks:
        remove_unused(list(held))


def remove_unused(disks: list[VirtualDisk]) -> None:
    """Delete files that no drive holds and no other disk stands on, children first."""
    left = disks
    while True:
        free = [disk for disk in left if not (disk.drives or disk.children or disk.mounted)]
        if not free:
            return
        for disk in free:
            disk.host.virtual_disks.remove(disk)
        left = [disk for disk in left if disk not in free]
