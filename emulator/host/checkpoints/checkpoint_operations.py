"""Taking, applying and deleting checkpoints. Each function is called under the host's lock."""

from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from emulator.host.checkpoints.checkpoint import Checkpoint
from emulator.host.checkpoints.checkpoint_merging import collect, merge_everything, release, stop_merging
from emulator.host.checks import check_choice, check_text
from emulator.host.errors import HostError, InvalidState, LimitExceeded, NotFound, NotSupported
from emulator.host.guest.integration_services import answers_vss
from emulator.host.identifiers import is_guid
from emulator.host.job import Job, JobFacts, JobType
from emulator.host.storage import vhd_set_operations
from emulator.host.storage.change_tracking import lose_track
from emulator.host.storage.disk_image.kinds import DiskFormat, DiskKind
from emulator.host.storage.vhd_set import VhdSet
from emulator.host.storage.virtual_disk import VirtualDisk
from emulator.host.virtual_machine.drives import HardDiskDrive
from emulator.host.virtual_machine.event_messages import CHECKPOINT_FAILED, write_event
from emulator.host.virtual_machine.machine_copy import copy_settings, set_file
from emulator.host.virtual_machine.virtual_machine_settings import MAXIMUM_NAME
from emulator.host.virtual_machine.virtual_machine_state import (
    CheckpointType,
    OperationalStatus,
    VirtualMachineState,
)

if TYPE_CHECKING:
    from emulator.host.checkpoints.reference_points import ConsistencyLevel
    from emulator.host.virtual_machine.virtual_machine import VirtualMachine

_State = VirtualMachineState
_GUID_LENGTH = 36


def create(vm: "VirtualMachine", name: str | None, kind: CheckpointType | int | None) -> Job:
    host = vm.host
    vm.require(_State.OFF, _State.SAVED, _State.RUNNING, _State.PAUSED)
    if vm.is_checkpoint:
        raise InvalidState("A planned virtual machine has no checkpoints.")
    wanted = vm.checkpoint_type if kind is None else check_choice("kind", kind, CheckpointType)
    if name is not None:
        check_text("name", name, MAXIMUM_NAME, shortest=1)
    if wanted is CheckpointType.DISABLED:
        raise InvalidState(f"Checkpoints have been disabled for '{vm.name}'. (Virtual machine ID {vm.id})")
    limit = host.release.limits.checkpoints
    if len(host.checkpoints.of(vm)) >= limit:
        raise LimitExceeded(f"A virtual machine can have at most {limit} checkpoints.")
    try:
        production = _is_production(vm, wanted)
        if not production and vm.state is not _State.OFF:
            vm.require_savable()
        checkpoint = prepared(vm, name, production=production)
        _check(vm, checkpoint)
    except HostError as problem:
        return _failed(vm, JobType.CREATE_CHECKPOINT, problem)
    return _run(
        vm,
        JobType.CREATE_CHECKPOINT,
        OperationalStatus.CREATING_CHECKPOINT,
        lambda: commit(vm, checkpoint),
        [vm, checkpoint],
    )


def create_recovery(vm: "VirtualMachine", consistency: int | None) -> Job:
    from emulator.host.checkpoints.reference_points import check_level

    vm.require(_State.OFF, _State.SAVED, _State.RUNNING, _State.PAUSED)
    level = check_level(vm, consistency)
    checkpoint = prepared_recovery(vm, level)
    try:
        _check(vm, checkpoint)
    except HostError as problem:
        return _failed(vm, JobType.CREATE_CHECKPOINT, problem)
    return _run(
        vm,
        JobType.CREATE_CHECKPOINT,
        OperationalStatus.CREATING_CHECKPOINT,
        lambda: commit_recovery(checkpoint),
        [vm, checkpoint],
    )


def prepared_recovery(vm: "VirtualMachine", level: "ConsistencyLevel") -> Checkpoint:
    """A recovery snapshot that is not registered yet: the disks alone, for a backup. Raises InvalidState (a
    planned machine), LimitExceeded."""
    if vm.is_checkpoint:
        raise InvalidState("A planned virtual machine has no checkpoints.")
    limit = vm.host.release.limits.checkpoints
    if len(vm.host.checkpoints.of(vm)) >= limit:
        raise LimitExceeded(f"A virtual machine can have at most {limit} checkpoints.")
    checkpoint = prepared(vm, default_name(vm, "Backup"), production=True)
    checkpoint.is_production = level.value == 1
    checkpoint.is_recovery = True
    return checkpoint


def commit_recovery(checkpoint: Checkpoint) -> None:
    """Make the files of a recovery snapshot and track what changes after it. Raises as ``commit``."""
    from emulator.host.checkpoints.reference_points import remember_changes

    commit(checkpoint.machine, checkpoint)
    remember_changes(checkpoint)


def _appliable(checkpoint: Checkpoint) -> "VirtualMachine":
    vm = _machine_of(checkpoint)
    vm.require(_State.OFF, _State.SAVED)
    if any(drive.snapshot_id for drive in checkpoint.hard_disk_drives):
        raise NotSupported("A checkpoint of a virtual machine with a VHD set cannot be applied.")
    return vm


def apply_at_once(checkpoint: Checkpoint) -> None:
    put_back(_appliable(checkpoint), checkpoint)


def apply(checkpoint: Checkpoint) -> Job:
    vm = _appliable(checkpoint)
    return _run(
        vm,
        JobType.APPLY_CHECKPOINT,
        OperationalStatus.APPLYING_CHECKPOINT,
        lambda: put_back(vm, checkpoint),
        [vm, checkpoint],
    )


def delete(checkpoint: Checkpoint, *, subtree: bool) -> Job:
    vm = _machine_of(checkpoint)
    vm.require(_State.OFF, _State.SAVED, _State.RUNNING, _State.PAUSED)
    doomed = checkpoint.subtree if subtree else [checkpoint]

    def finish() -> None:
        drop(vm, doomed)
        collect(vm)

    return _run(vm, JobType.DELETE_CHECKPOINT, OperationalStatus.DELETING_CHECKPOINT, finish, [vm, *doomed])


def clear_state(checkpoint: Checkpoint) -> None:
    _machine_of(checkpoint)
    if not checkpoint.has_memory:
        raise InvalidState("The checkpoint has no saved state.")
    checkpoint.files.drop_saved_state()
    checkpoint.remember_memory(0)
    checkpoint.guest_moment = None
    checkpoint.touch()


def take_automatic(vm: "VirtualMachine") -> None:
    """Before a machine starts; one is enough, and a start does not fail because there is no room for it."""
    if any(each.is_automatic for each in vm.host.checkpoints.of(vm)):
        return
    try:
        checkpoint = prepared(vm, f"Automatic Checkpoint - {default_name(vm)}", production=True)
        checkpoint.is_automatic = True
        _check(vm, checkpoint)
        commit(vm, checkpoint)
    except HostError:
        return


def stopped(vm: "VirtualMachine") -> None:
    automatic = [each for each in vm.host.checkpoints.of(vm) if each.is_automatic]
    if automatic:
        drop(vm, automatic)
    collect(vm)


def dismantle(vm: "VirtualMachine") -> None:
    stop_merging(vm)
    drop(vm, vm.host.checkpoints.of(vm))
    merge_everything(vm)


def default_name(vm: "VirtualMachine", what: str = "") -> str:
    """``web01 - (3/1/2024 - 1:05:09 PM)``, in the host's time zone; ``what`` stands before the time."""
    now = vm.host.clock.now() + vm.host.operating_system.utc_offset()
    hour = now.hour % 12 or 12
    time = f"{hour}:{now.minute:02}:{now.second:02} {'AM' if now.hour < 12 else 'PM'}"
    suffix = f"{what and f' - {what}'} - ({now.month}/{now.day}/{now.year} - {time})"
    return vm.name[: MAXIMUM_NAME - len(suffix)] + suffix


# -- taking -----------------------------------------------------------------------------------


def _is_production(vm: "VirtualMachine", wanted: CheckpointType) -> bool:
    """Whether the guest can make a consistent checkpoint. Raises HostError when it must and cannot."""
    if wanted is CheckpointType.STANDARD:
        return False
    if vm.state is _State.OFF or answers_vss(vm):
        return True
    if wanted is CheckpointType.PRODUCTION_ONLY:
        raise HostError(
            f"Production checkpoints cannot be created for '{vm.name}'. (Virtual machine ID {vm.id})"
        )
    return False


def prepared(vm: "VirtualMachine", name: str | None, *, production: bool) -> Checkpoint:
    """A checkpoint of the present state that is not registered yet and has no files."""
    shown = default_name(vm) if name is None else name
    checkpoint = Checkpoint(vm, vm.new_device_guid(), shown[:MAXIMUM_NAME])
    checkpoint.is_production = production
    copy_settings(vm, checkpoint)
    if not production and vm.state is not _State.OFF:
        saved = vm.state is _State.SAVED
        checkpoint.remember_memory(vm.memory.startup if saved else vm.assigned_memory())
        checkpoint.guest_moment = vm.guest.moment()
    return checkpoint


def _check(vm: "VirtualMachine", checkpoint: Checkpoint) -> None:
    """What can be known before: the disks are there and whole, and the memory has a place. Raises
    HostError."""
    for drive in vm.hard_disk_drives:
        if drive.disk_number is not None:
            raise NotSupported(
                f"Cannot take checkpoint for '{vm.name}' because one or more pass-through disks are attached."
                f" (Virtual machine ID {vm.id})"
            )
        if drive.path is not None:
            disk = vm.host.virtual_disks.find(drive.path)
            if drive.support_persistent_reservations and not isinstance(disk, VhdSet):
                raise NotSupported(
                    f"Cannot take checkpoint for '{vm.name}' because one or more sharable VHDX are attached."
                    f" (Virtual machine ID {vm.id})"
                )
            disk.check_chain()
    vm.host.filesystem.require_space(checkpoint.files.configuration, checkpoint.memory_size)


def commit(vm: "VirtualMachine", checkpoint: Checkpoint) -> None:
    """Make the files and let the machine go on in new ones. Raises HostError and leaves nothing behind."""
    host = vm.host
    # A drive may have been changed while the job ran.
    copy_settings(vm, checkpoint)
    undo: list[Callable[[], None]] = []
    try:
        checkpoint.files.create()
        undo.append(checkpoint.files.delete)
        if checkpoint.has_memory:
            checkpoint.files.write_saved_state(checkpoint.memory_size)
        leaves = [(drive, _new_leaf(vm, drive, undo)) for drive in vm.hard_disk_drives]
    except HostError:
        for step in reversed(undo):
            step()
        raise
    for drive, leaf in leaves:
        if leaf is not None:
            host.virtual_disks.attach(drive, leaf.path)
        elif drive.path is not None:
            _snapshot_set(drive, checkpoint)
    checkpoint.parent_checkpoint = vm.parent_checkpoint
    vm.parent_checkpoint = checkpoint
    host.checkpoints.add(checkpoint)
    vm.touch()


def _new_leaf(
    vm: "VirtualMachine", drive: "HardDiskDrive", undo: list[Callable[[], None]]
) -> VirtualDisk | None:
    """A differencing disk over what is in a drive; None for an empty drive, for a VHD set and for persistent
    memory."""
    disk = drive.virtual_disk
    if disk is None or isinstance(disk, VhdSet) or disk.is_persistent_memory:
        return None
    return new_differencing(vm, disk, undo)


def new_differencing(vm: "VirtualMachine", disk: VirtualDisk, undo: list[Callable[[], None]]) -> VirtualDisk:
    """``<name>_<GUID>.avhdx`` beside a disk, with its place in the file system. Raises DiskFull."""
    host = vm.host
    folder, _, name = disk.path.rpartition("\\")
    stem = name.rpartition(".")[0]
    if is_guid(stem[-_GUID_LENGTH:]) and stem[-_GUID_LENGTH - 1 : -_GUID_LENGTH] == "_":
        stem = stem[: -_GUID_LENGTH - 1]
    ending = "avhd" if disk.format is DiskFormat.VHD else "avhdx"
    path = f"{folder}\\{stem}_{vm.new_device_guid()}.{ending}"
    leaf = VirtualDisk(
        host,
        path,
        vm.new_device_guid(),
        DiskKind.DIFFERENCING,
        disk.size,
        link=disk.as_parent_of(path),
        logical_sector_size=disk.logical_sector_size,
        physical_sector_size=disk.physical_sector_size,
    )
    host.filesystem.place(path, leaf.needed_size(), leaf)
    host.virtual_disks.add(leaf)
    host.checkpoints.made.setdefault(vm.id, {})[leaf] = None
    host.observe("created", leaf)

    def discard() -> None:
        host.checkpoints.made[vm.id].pop(leaf, None)
        host.virtual_disks.remove(leaf)

    undo.append(discard)
    return leaf


def _snapshot_set(drive: "HardDiskDrive", checkpoint: Checkpoint) -> None:
    """A VHD set keeps its own snapshots; the checkpoint's drive names its one."""
    disk = drive.virtual_disk
    if isinstance(disk, VhdSet):
        snapshot = vhd_set_operations.take_snapshot(drive.host.virtual_disks, disk)
        same = checkpoint.devices.controller(drive.controller_type, drive.controller_number).drives
        kept = same[drive.location]
        if isinstance(kept, HardDiskDrive):
            kept.snapshot_id = snapshot.id


# -- applying and deleting --------------------------------------------------------------------


def put_back(vm: "VirtualMachine", checkpoint: Checkpoint) -> None:
    """Give a machine the settings, devices, disks and memory of a checkpoint. Raises HostError and changes
    nothing."""
    host = vm.host
    undo: list[Callable[[], None]] = []
    leaves: dict[tuple[int, int, int], VirtualDisk] = {}
    try:
        for drive in checkpoint.hard_disk_drives:
            if drive.path is None:
                continue
            below = host.virtual_disks.find(drive.path)
            below.check_chain()
            if below.is_persistent_memory:
                continue
            place = (int(drive.controller_type), drive.controller_number, drive.location)
            leaves[place] = new_differencing(vm, below, undo)
        before = vm.state is _State.SAVED
        if checkpoint.has_memory:
            vm.files.write_saved_state(checkpoint.memory_size)
    except HostError:
        for step in reversed(undo):
            step()
        raise
    if before and not checkpoint.has_memory:
        vm.files.drop_saved_state()
    old = _disks(vm)
    copy_settings(checkpoint, vm)
    for drive in vm.hard_disk_drives:
        lose_track(drive)
        place = (int(drive.controller_type), drive.controller_number, drive.location)
        if place in leaves:
            set_file(drive, leaves[place].path)
    vm.parent_checkpoint = vm.last_applied = checkpoint
    vm.state = _State.SAVED if checkpoint.has_memory else _State.OFF
    vm.last_state_change = host.clock.now()
    vm.guest.restore(checkpoint.guest_moment)
    release(vm, old)
    vm.touch()
    collect(vm)


def drop(vm: "VirtualMachine", doomed: list[Checkpoint]) -> None:
    """Take checkpoints out of the tree; those after them stand on what was before."""
    host = vm.host
    for checkpoint in doomed:
        if checkpoint.deleted:
            continue
        for child in checkpoint.children:
            child.parent_checkpoint = checkpoint.parent_checkpoint
            child.touch()
        if vm.parent_checkpoint is checkpoint:
            vm.parent_checkpoint = checkpoint.parent_checkpoint
        if vm.last_applied is checkpoint:
            vm.last_applied = None
        if checkpoint.tracked:
            from emulator.host.checkpoints.reference_points import end_tracking

            end_tracking(vm, checkpoint.tracked)
        checkpoint.files.delete()
        release(
            vm, [disk for drive in checkpoint.hard_disk_drives if (disk := drive.virtual_disk) is not None]
        )
        for drive in checkpoint.hard_disk_drives:
            disk = drive.virtual_disk
            if isinstance(disk, VhdSet) and drive.snapshot_id in disk.snapshots:
                # Without room for the merge the set keeps its snapshot.
                with suppress(HostError):
                    snapshot = disk.snapshots[drive.snapshot_id]
                    vhd_set_operations.drop_snapshot(host.virtual_disks, disk, snapshot)
        host.checkpoints.drop(checkpoint)
    vm.touch()


def _disks(vm: "VirtualMachine") -> list[VirtualDisk]:
    return [disk for drive in vm.hard_disk_drives if (disk := drive.virtual_disk) is not None]


# -- jobs -------------------------------------------------------------------------------------


def _machine_of(checkpoint: Checkpoint) -> "VirtualMachine":
    checkpoint.host.role.require()
    if checkpoint.deleted:
        raise NotFound(f"The checkpoint {checkpoint.id} was not found.")
    return checkpoint.machine


def _run(
    vm: "VirtualMachine",
    kind: JobFacts,
    activity: OperationalStatus,
    operation: Callable[[], None],
    affected: "list[VirtualMachine]",
) -> Job:
    def rest() -> None:
        vm.job = None
        vm.activity = None
        vm.touch()

    def finish() -> None:
        rest()
        try:
            operation()
        except HostError as problem:
            raise _told(vm, problem) from None

    vm.activity = activity
    vm.job = vm.host.jobs.run(
        kind,
        vm,
        finish,
        affected=affected,
        abandon=rest,
        cancellable=kind is JobType.CREATE_CHECKPOINT,
    )
    vm.touch()
    return vm.job


def _failed(vm: "VirtualMachine", kind: JobFacts, problem: HostError) -> Job:
    write_event(CHECKPOINT_FAILED, vm)
    return vm.host.jobs.fail(kind, vm, _told(vm, problem), affected=[vm])


def _told(vm: "VirtualMachine", problem: HostError) -> HostError:
    text = f"Checkpoint operation for '{vm.name}' failed. (Virtual machine ID {vm.id})\n{problem.text}"
    return HostError(text, code=problem.code, hresult=problem.hresult)
