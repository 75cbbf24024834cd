"""Putting the files of a virtual machine elsewhere on its host. Called under the host's lock."""

from typing import TYPE_CHECKING

from emulator.host.checkpoints.checkpoint import Checkpoint
from emulator.host.migration.machine_removal import remove_unused
from emulator.host.storage import disk_transfer
from emulator.host.storage.virtual_disk import ending_of

if TYPE_CHECKING:
    from emulator.host.migration.migration import Move
    from emulator.host.virtual_machine.virtual_machine import VirtualMachine


def relocate(vm: "VirtualMachine", wanted: "Move", copies: list[disk_transfer.DiskCopy]) -> None:
    """Copy the disks and let the machine go on with the copies; then its configuration and checkpoints.

    Raises what the file system refuses; before the disks are in place nothing was changed.
    """
    host = vm.host
    made = disk_transfer.place(host, copies)
    paths = disk_transfer.moved_paths(copies)
    old = [disk for copy in copies if (disk := host.virtual_disks.get(copy.source)) is not None]
    machines: list[VirtualMachine] = [vm, *vm.checkpoints]
    for machine in machines:
        disk_transfer.redirect(machine, paths)
    known = host.checkpoints.made.get(vm.id)
    if known is not None:
        for disk in made:
            if ending_of(disk.path) in ("avhd", "avhdx"):
                known[disk] = None
        for disk in old:
            known.pop(disk, None)
    if not wanted.retain_disks:
        remove_unused(old)
    root = wanted.root
    _move_configuration(vm, root, wanted.snapshot_root or root)
    paging = wanted.paging_root or root
    if paging is not None:
        vm.smart_paging_path = host.filesystem.normalize(paging)
    vm.touch()


def _move_configuration(vm: "VirtualMachine", root: str | None, snapshot_root: str | None) -> None:
    if root is not None and root.rstrip("\\").lower() != vm.path.rstrip("\\").lower():
        saved = _saved_size(vm)
        vm.files.delete()
        vm.path = vm.host.filesystem.normalize(root).rstrip("\\")
        vm.files.create()
        if saved:
            vm.files.write_saved_state(saved)
    if snapshot_root is not None:
        for checkpoint in vm.checkpoints:
            _move_checkpoint(checkpoint, snapshot_root)
        vm.snapshot_path = vm.host.filesystem.normalize(snapshot_root).rstrip("\\")


def _move_checkpoint(checkpoint: Checkpoint, root: str) -> None:
    checkpoint.files.delete()
    checkpoint.path = checkpoint.snapshot_path = checkpoint.host.filesystem.normalize(root).rstrip("\\")
    checkpoint.files.create()
    if checkpoint.has_memory:
        checkpoint.files.write_saved_state(checkpoint.memory_size)
    checkpoint.touch()


def _saved_size(vm: "VirtualMachine") -> int:
    return vm.memory.startup if vm.state.name == "SAVED" else 0
