"""Merging the differencing disks that deleted checkpoints leave behind. Called under the host's lock.

A released disk holds a state that no checkpoint names any more. Without a child it is deleted (when a
checkpoint made it); with one child this is merged into it; with more it must wait.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from emulator.host.errors import HostError
from emulator.host.job import JobType
from emulator.host.storage.disk_merging import absorb
from emulator.host.virtual_machine.event_messages import (
    MERGE_FAILED,
    MERGE_FINISHED,
    MERGE_INTERRUPTED,
    MERGE_STARTED,
    reason_of,
    write_event,
)
from emulator.host.virtual_machine.machine_copy import set_file
from emulator.host.virtual_machine.virtual_machine_state import OperationalStatus

if TYPE_CHECKING:
    from emulator.host.storage.virtual_disk import VirtualDisk
    from emulator.host.virtual_machine.virtual_machine import VirtualMachine

#: Server 2012: disks of running machines are merged; before, the machine must be off.
_FIRST_BUILD_WITH_LIVE_MERGE = 9200


def release(vm: "VirtualMachine", disks: "Iterable[VirtualDisk]") -> None:
    """The state in these disks may not be needed any more."""
    vm.host.checkpoints.released.setdefault(vm.id, {}).update(dict.fromkeys(disks))


def collect(vm: "VirtualMachine", *, goes_on: bool = False) -> None:
    """Delete what nothing needs, and start the next merge if there is one."""
    _delete_unneeded(vm)
    checkpoints = vm.host.checkpoints
    online = vm.host.release.build >= _FIRST_BUILD_WITH_LIVE_MERGE
    if not vm.merges_disks or vm.id in checkpoints.merges or (vm.state.holds_memory and not online):
        return
    pair = _next_merge(vm)
    if pair is None:
        return

    def rest() -> None:
        checkpoints.merges.pop(vm.id, None)
        if vm.activity is OperationalStatus.MERGING_DISKS:
            vm.activity = None
        vm.touch()

    def interrupt() -> None:
        write_event(MERGE_INTERRUPTED, vm)
        rest()

    def finish() -> None:
        rest()
        # The machine was not held still: what is to be merged now decides.
        present = _next_merge(vm) if vm.merges_disks else None
        if present is not None:
            try:
                _merge(vm, *present)
            except HostError as error:
                write_event(MERGE_FAILED, vm, reason=reason_of(error))
                raise
            collect(vm, goes_on=True)
        if vm.id not in checkpoints.merges:
            write_event(MERGE_FINISHED, vm)

    if vm.activity is None:
        vm.activity = OperationalStatus.MERGING_DISKS
        vm.touch()
    if not goes_on:
        write_event(MERGE_STARTED, vm)
    checkpoints.merges[vm.id] = vm.host.jobs.run(
        JobType.MERGE_CHECKPOINT, vm, finish, affected=[vm], abandon=interrupt
    )


def stop_merging(vm: "VirtualMachine") -> None:
    """The machine is destroyed: no merge may come after it."""
    job = vm.host.checkpoints.merges.get(vm.id)
    if job is not None:
        vm.host.jobs.abandon(job, HostError("The operation was aborted: the virtual machine was destroyed."))


def merge_everything(vm: "VirtualMachine") -> None:
    """Merge at once what can be; a volume without space keeps the files as they are."""
    _delete_unneeded(vm)
    while (pair := _next_merge(vm)) is not None:
        try:
            _merge(vm, *pair)
        except HostError:
            break
        _delete_unneeded(vm)
    for table in (vm.host.checkpoints.made, vm.host.checkpoints.released):
        table.pop(vm.id, None)


def _needed(vm: "VirtualMachine") -> set[str]:
    """Files whose state the machine or a checkpoint of it has in a drive."""
    holders = [vm, *vm.host.checkpoints.of(vm)]
    return {
        drive.path.lower() for each in holders for drive in each.hard_disk_drives if drive.path is not None
    }


def _is_needed(vm: "VirtualMachine", disk: "VirtualDisk", needed: set[str]) -> bool:
    others = any(drive.vm is not vm for drive in disk.drives)
    return disk.path.lower() in needed or others or disk.busy or disk.mounted is not None


def _delete_unneeded(vm: "VirtualMachine") -> None:
    checkpoints, disks = vm.host.checkpoints, vm.host.virtual_disks
    released, made = checkpoints.released.get(vm.id, {}), checkpoints.made.get(vm.id, {})
    needed = _needed(vm)
    pending = list(released)
    while pending:
        disk = pending.pop()
        if disks.get(disk.path) is not disk:
            released.pop(disk, None)
            made.pop(disk, None)
        elif disk in made and not disk.children and not _is_needed(vm, disk, needed):
            parent = disk.parent
            released.pop(disk, None)
            made.pop(disk, None)
            disks.remove(disk)
            if parent in released:
                pending.append(parent)
    if not released:
        checkpoints.released.pop(vm.id, None)


def _next_merge(vm: "VirtualMachine") -> "tuple[VirtualDisk, VirtualDisk] | None":
    """A released disk that nothing needs, and its only child, which a checkpoint made."""
    checkpoints = vm.host.checkpoints
    needed = _needed(vm)
    made = checkpoints.made.get(vm.id, {})
    for lower in checkpoints.released.get(vm.id, {}):
        children = lower.children
        if len(children) == 1 and children[0] in made and not _is_needed(vm, lower, needed):
            return lower, children[0]
    return None


def _merge(vm: "VirtualMachine", lower: "VirtualDisk", upper: "VirtualDisk") -> None:
    """Raises DiskFull and changes nothing."""
    path = upper.path
    absorb(vm.host.virtual_disks, lower, upper)
    checkpoints = vm.host.checkpoints
    was_released = upper in checkpoints.released.get(vm.id, {})
    if not was_released:
        checkpoints.released.get(vm.id, {}).pop(lower, None)
    checkpoints.released.get(vm.id, {}).pop(upper, None)
    checkpoints.made.get(vm.id, {}).pop(upper, None)
    for each in (vm, *checkpoints.of(vm)):
        for drive in each.hard_disk_drives:
            if drive.path is not None and drive.path.lower() == path.lower():
                set_file(drive, lower.path)
        each.touch()
