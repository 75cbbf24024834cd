"""Writing a virtual machine to a folder from which it can be imported. Called under the host's lock.

Below the folder: ``Virtual Machines\\<GUID>.vmcx`` and ``.vmrs`` (``.xml``, ``<GUID>\\<GUID>.bin`` before
2016; 2008 R2 writes ``.exp`` and a ``config.xml``), ``Virtual Hard Disks`` and ``Snapshots`` (documented for
Export-VM).
"""

from collections.abc import Callable
from enum import IntEnum
from typing import TYPE_CHECKING, NamedTuple

from emulator.host.errors import HostError, InvalidState, PathExists
from emulator.host.guest.integration_services import answers_vss
from emulator.host.job import Job, JobType
from emulator.host.storage import disk_transfer
from emulator.host.storage.change_tracking import drives_by_place
from emulator.host.virtual_machine.configuration_files import CONFIGURATION_SIZE, RUNTIME_STATE_SIZE, XML_SIZE
from emulator.host.virtual_machine.machine_definition import (
    Definition,
    DefinitionFile,
    MachineDefinition,
    describe,
    describe_checkpoint,
)
from emulator.host.virtual_machine.virtual_machine_state import OperationalStatus, VirtualMachineState

if TYPE_CHECKING:
    from emulator.host.checkpoints.checkpoint import Checkpoint
    from emulator.host.checkpoints.reference_points import ReferencePoint
    from emulator.host.host import Host
    from emulator.host.virtual_machine.virtual_machine import VirtualMachine

_State = VirtualMachineState
#: Running machines can be exported from 2012 R2 on.
_FIRST_BUILD_WITH_LIVE_EXPORT = 9600
_IMPORT_LIST_SIZE = 2048


class CheckpointsToExport(IntEnum):
    """Msvm_VirtualSystemExportSettingData.CopySnapshotConfiguration."""

    ALL = 0
    NONE = 1
    ONE = 2


class CaptureLiveState(IntEnum):
    """What is taken of a running machine: only its disks, or its memory too."""

    CRASH_CONSISTENT = 0
    SAVED_STATE = 1
    APPLICATION_CONSISTENT = 2


class ExportSettings(NamedTuple):
    """What to export. ``memory`` is that of a saved machine, ``subfolder`` a folder of the machine's name."""

    storage: bool = True
    memory: bool = True
    checkpoints: CheckpointsToExport = CheckpointsToExport.ALL
    checkpoint: "Checkpoint | None" = None
    live_state: CaptureLiveState = CaptureLiveState.SAVED_STATE
    subfolder: bool = True
    #: Each disk with all that it stands on becomes one file (BackupIntent 1).
    merge: bool = False
    #: Paths of disks that are not exported, in lower case.
    excluded: frozenset[str] = frozenset()
    #: A moment of the machine: only what changed since then is exported of the checkpoint.
    base: "ReferencePoint | Checkpoint | None" = None


def export(vm: "VirtualMachine", directory: str, settings: ExportSettings) -> Job:
    """Start the job 62. What is wrong with files or space ends it in EXCEPTION, and nothing is left behind.

    Raises InvalidState, NotSupported, InvalidPath.
    """
    host = vm.host
    legal = [_State.OFF, _State.SAVED]
    if host.release.build >= _FIRST_BUILD_WITH_LIVE_EXPORT:
        legal += [_State.RUNNING, _State.PAUSED]
    vm.require(*legal)
    if (settings.checkpoints is CheckpointsToExport.ONE) is (settings.checkpoint is None):
        raise InvalidState("A checkpoint must be named to export one.")
    live = vm.state.holds_memory and settings.checkpoint is None
    if live and settings.live_state is CaptureLiveState.APPLICATION_CONSISTENT and not answers_vss(vm):
        error = HostError("The guest cannot bring its applications into a consistent state.")
        return host.jobs.fail(JobType.EXPORT, vm, _told(vm, error), affected=[vm])
    root = host.filesystem.normalize(directory).rstrip("\\")
    if settings.subfolder:
        root = f"{root}\\{vm.name}"
    try:
        definition, copies = _collect(vm, root, settings)
        _check(host, definition, copies)
    except HostError as problem:
        return host.jobs.fail(JobType.EXPORT, vm, _told(vm, problem), affected=[vm])

    def rest() -> None:
        vm.job = None
        vm.activity = None
        vm.touch()

    def finish() -> None:
        rest()
        try:
            _write(host, definition, copies)
        except HostError as problem:
            raise _told(vm, problem) from None

    memory = definition.machine.memory_size + sum(each.memory_size for each in definition.checkpoints)
    seconds = JobType.EXPORT.seconds + disk_transfer.seconds_for(copies, memory)
    vm.activity = OperationalStatus.EXPORTING
    vm.job = host.jobs.run(
        JobType.EXPORT, vm, finish, affected=[vm], seconds=seconds, abandon=rest, cancellable=True
    )
    vm.touch()
    return vm.job


def export_now(vm: "VirtualMachine", directory: str, settings: ExportSettings) -> None:
    """Write a machine at once. Raises what the file system refuses, and leaves nothing behind."""
    root = vm.host.filesystem.normalize(directory).rstrip("\\")
    if settings.subfolder:
        root = f"{root}\\{vm.name}"
    definition, copies = _collect(vm, root, settings)
    _check(vm.host, definition, copies)
    _write(vm.host, definition, copies)


def _collect(
    vm: "VirtualMachine", root: str, settings: ExportSettings
) -> tuple[Definition, list[disk_transfer.DiskCopy]]:
    if settings.checkpoint is not None:
        # The checkpoint becomes the machine: its settings, disks and memory under the machine's identity.
        machine = describe_checkpoint(settings.checkpoint)
        machine.id, machine.name, machine.parent_id = vm.id, settings.checkpoint.name, None
        checkpoints: list[MachineDefinition] = []
    else:
        live = settings.live_state is CaptureLiveState.SAVED_STATE
        if live and vm.state.holds_memory:
            vm.require_savable()
        machine = describe(vm, live_state=live)
        own = _own_checkpoints(vm) if settings.checkpoints is CheckpointsToExport.ALL else []
        checkpoints = [describe_checkpoint(each) for each in own]
        if not own:
            machine.parent_id = None
    if not settings.memory:
        for each in (machine, *checkpoints):
            each.remember_memory(0, None)
    _leave_out([machine, *checkpoints], settings.excluded)
    copies: list[disk_transfer.DiskCopy] = []
    if settings.storage:
        folder = f"{root}\\Virtual Hard Disks"
        if settings.base is not None and settings.checkpoint is not None:
            from emulator.host.migration.differential_export import copies_since

            copies = copies_since(settings.base, machine, settings.checkpoint, folder, merge=settings.merge)
        elif settings.merge and not checkpoints:
            copies = _merged(machine, folder)
        else:
            needed = disk_transfer.needed_disks([machine, *checkpoints])
            copies = disk_transfer.plan(needed, folder)
        for each in (machine, *checkpoints):
            disk_transfer.redirect(each, disk_transfer.moved_paths(copies))
    for each in (machine, *checkpoints):
        each.path = each.snapshot_path = each.smart_paging_path = root
    return Definition(machine, tuple(checkpoints), root), copies


def _own_checkpoints(vm: "VirtualMachine") -> "list[Checkpoint]":
    """What somebody took: snapshots of backups and recovery points of replicas are not exported."""
    return [each for each in vm.checkpoints if not each.is_recovery and not each.replication_type]


def _leave_out(machines: list[MachineDefinition], excluded: frozenset[str]) -> None:
    """The drives of these disks are empty in the export, whatever checkpoint is the file in them."""
    for machine in machines:
        for drive in machine.hard_disk_drives:
            disk = drive.virtual_disk
            chain = [] if disk is None else disk.chain
            if excluded and any(each.path.lower() in excluded for each in chain):
                drive.path = None


def _merged(machine: MachineDefinition, folder: str) -> list[disk_transfer.DiskCopy]:
    """Raises PathExists when two disks would have the same name."""
    from emulator.host.storage.disk_image.file_size import size_of_file
    from emulator.host.storage.flat_image import image_of

    copies: list[disk_transfer.DiskCopy] = []
    for place, drive in drives_by_place(machine).items():
        if drive.path is None:
            continue
        image = image_of(place, machine.host.virtual_disks.find(drive.path))
        path = f"{folder}\\{image.name}"
        if path.lower() in (each.path.lower() for each in copies):
            raise PathExists(path)
        copies.append(
            disk_transfer.DiskCopy(drive.path, path, image.facts, image.system, size_of_file(image.facts))
        )
    return copies


def _files(host: "Host", definition: Definition) -> list[tuple[str, int, DefinitionFile | None]]:
    """Path, size and what is behind each file of the configuration."""
    ending = host.release.exported_configuration
    files: list[tuple[str, int, DefinitionFile | None]] = []
    for each in (definition.machine, *definition.checkpoints):
        of_checkpoint = each is not definition.machine
        folder = f"{definition.root}\\{'Snapshots' if of_checkpoint else 'Virtual Machines'}"
        backing = DefinitionFile(definition, each.id if of_checkpoint else None)
        if ending == "vmcx":
            files.append((f"{folder}\\{each.id}.vmcx", CONFIGURATION_SIZE, backing))
            files.append((f"{folder}\\{each.id}.vmrs", RUNTIME_STATE_SIZE + each.memory_size, None))
        else:
            files.append((f"{folder}\\{each.id}.{ending}", XML_SIZE, backing))
            if each.memory_size:
                files.append((f"{folder}\\{each.id}\\{each.id}.bin", each.memory_size, None))
    if ending == "exp":
        # What goes where when it is imported.
        files.append((f"{definition.root}\\config.xml", _IMPORT_LIST_SIZE, None))
    return files


def _check(host: "Host", definition: Definition, copies: list[disk_transfer.DiskCopy]) -> None:
    files = _files(host, definition)
    taken = next((path for path, _, _ in files if host.filesystem.exists(path)), None)
    if taken is not None:
        raise PathExists(taken)
    disk_transfer.require_room(host, copies)
    host.filesystem.require_space(
        definition.root, sum(size for _, size, _ in files) + sum(copy.size for copy in copies)
    )


def _write(host: "Host", definition: Definition, copies: list[disk_transfer.DiskCopy]) -> None:
    undo: list[Callable[[], None]] = []
    try:
        for folder in ("Virtual Machines", "Virtual Hard Disks", "Snapshots"):
            host.filesystem.make_directory(f"{definition.root}\\{folder}", exist_ok=True)
        made = disk_transfer.place(host, copies)
        undo += [lambda disk=disk: host.virtual_disks.remove(disk) for disk in made]  # type: ignore[misc]  # a default argument of a lambda
        for path, size, backing in _files(host, definition):
            host.filesystem.make_directory(path.rpartition("\\")[0], exist_ok=True)
            host.filesystem.place(path, size, backing)
            undo.append(lambda path=path: host.filesystem.discard(path))  # type: ignore[misc]  # a default argument of a lambda
    except HostError:
        for step in reversed(undo):
            step()
        raise


def _told(vm: "VirtualMachine", problem: HostError) -> HostError:
    text = f"Export failed for virtual machine '{vm.name}'. (Virtual machine ID {vm.id})\n{problem.text}"
    return HostError(text, code=problem.code, hresult=problem.hresult)
