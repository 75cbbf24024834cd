"""Planning virtual machines from configuration files and realizing them. Called under the host's lock."""

from typing import TYPE_CHECKING

from emulator.host.checkpoints.checkpoint import Checkpoint
from emulator.host.errors import FileInUse, HostError, InvalidParameter, InvalidState
from emulator.host.job import Job, JobType
from emulator.host.migration.incompatibility import Incompatible, incompatibilities
from emulator.host.storage import disk_transfer
from emulator.host.storage.virtual_disk import ending_of
from emulator.host.virtual_machine.event_messages import REALIZED, write_event
from emulator.host.virtual_machine.machine_copy import copy_settings
from emulator.host.virtual_machine.machine_definition import (
    Definition,
    DefinitionFile,
    MachineDefinition,
    fill,
)
from emulator.host.virtual_machine.memory_settings import DEFAULT_STARTUP
from emulator.host.virtual_machine.planned_machine import PlannedMachine
from emulator.host.virtual_machine.virtual_machine import VirtualMachine
from emulator.host.virtual_machine.virtual_machine_state import VirtualMachineState

if TYPE_CHECKING:
    from emulator.host.host import Host

_CONFIGURATION_FOLDER = "virtual machines"
_SNAPSHOTS = "Snapshots"


def read_definition(host: "Host", path: str) -> tuple[str, DefinitionFile]:
    """The full path of a configuration file and what is in it. Raises FileNotFound, PathNotFound, FileInUse,
    InvalidParameter."""
    entry = host.filesystem.entry(path)
    backing = host.filesystem.backing(entry.path)
    if isinstance(backing, DefinitionFile):
        return entry.path, backing
    if ending_of(entry.path) in ("vmcx", "xml", "exp") and backing is not None:
        raise FileInUse(entry.path)
    raise InvalidParameter(
        f"The file '{entry.path}' is not the configuration of a virtual machine.", hresult=0x80070057
    )


def import_definition(
    host: "Host", path: str, snapshot_folder: str | None, new_identifier: bool
) -> PlannedMachine:
    host.role.require()
    full, backing = read_definition(host, path)
    if backing.checkpoint is not None:
        raise InvalidParameter(f"The file '{full}' is the configuration of a checkpoint.")
    definition = backing.definition
    folder = full.rpartition("\\")[0]
    root = folder.rpartition("\\")[0] if _last(folder) == _CONFIGURATION_FOLDER else folder
    identifier = host.new_guid() if new_identifier else definition.machine.id
    planned = plan(host, definition, root, identifier)
    planned.definition_file = full
    beside = f"{root}\\{_SNAPSHOTS}"
    if snapshot_folder:
        import_checkpoints(planned, snapshot_folder, definition)
    elif host.filesystem.is_directory(beside):
        import_checkpoints(planned, beside, definition)
    host.planned_machines.add(planned)
    return planned


def plan(host: "Host", definition: Definition, root: str, identifier: str) -> PlannedMachine:
    """A planned machine that is not registered yet; files below the folder of the definition are looked for
    below ``root``."""
    machine = definition.machine
    planned = new_plan(host, identifier, machine.name, machine.generation, machine.version, root)
    fill(planned, machine)
    planned.memory_size, planned.guest_moment = machine.memory_size, machine.guest_moment
    planned.system, planned.parent_id = machine.system, machine.parent_id
    planned.snapshot_path = planned.smart_paging_path = root
    _rebase(planned, definition.root, root)
    return planned


def new_plan(
    host: "Host", identifier: str, name: str, generation: int, version: str, root: str
) -> PlannedMachine:
    """An empty planned machine that is not registered yet."""
    return PlannedMachine(
        host,
        identifier,
        name,
        generation=generation,
        version=version,
        processors=1,
        memory=DEFAULT_STARTUP,
        path=root,
    )


def import_checkpoints(
    planned: PlannedMachine, folder: str, definition: Definition | None = None
) -> list[MachineDefinition]:
    """The checkpoints of the machine whose files are in the folder, parents first. Raises PathNotFound."""
    host = planned.host
    full = host.filesystem.normalize(folder)
    found: list[MachineDefinition] = []
    for entry in host.filesystem.list(full):
        backing = host.filesystem.backing(entry.path)
        if not isinstance(backing, DefinitionFile) or backing.checkpoint is None:
            continue
        if definition is not None and backing.definition is not definition:
            continue
        found += [
            _own_copy(each, backing.definition.root, planned.path)
            for each in backing.definition.checkpoints
            if each.id == backing.checkpoint
        ]
    order = {each.id: at for at, each in enumerate(definition.checkpoints)} if definition else {}
    found.sort(key=lambda each: order.get(each.id, 0))
    for each in found:
        each.planned = planned
    planned.checkpoints_to_come = found
    planned.touch()
    return found


def _own_copy(definition: MachineDefinition, old_root: str, root: str) -> MachineDefinition:
    """A checkpoint's definition whose paths may be changed."""
    copy = MachineDefinition(definition)
    copy.connections, copy.system = definition.connections, definition.system
    copy.remember_memory(definition.memory_size, definition.guest_moment)
    copy.parent_id, copy.is_production = definition.parent_id, definition.is_production
    _rebase(copy, old_root, root)
    return copy


def _rebase(machine: VirtualMachine, old_root: str, root: str) -> None:
    """Files below the old folder are below the new one, when the folder was moved."""
    if old_root.lower() == root.lower():
        return
    start = old_root.lower() + "\\"
    for drive in machine.drives:
        if drive.path is not None and drive.path.lower().startswith(start):
            drive.path = root + drive.path[len(old_root) :]


def copy_storage(machine: PlannedMachine, folder: str, source: str | None) -> None:
    host = machine.host
    full = host.filesystem.normalize(folder).rstrip("\\")
    if source is not None:
        _look_in(machine, host.filesystem.normalize(source).rstrip("\\"))
    disks = disk_transfer.needed_disks([*machine.checkpoints_to_come, machine])
    copies = disk_transfer.plan(disks, full)
    disk_transfer.require_room(host, copies)
    disk_transfer.place(host, copies)
    paths = disk_transfer.moved_paths(copies)
    for each in (machine, *machine.checkpoints_to_come):
        disk_transfer.redirect(each, paths)
    machine.copy_seconds += disk_transfer.seconds_for(copies)
    machine.touch()


def _look_in(machine: PlannedMachine, folder: str) -> None:
    for each in (machine, *machine.checkpoints_to_come):
        for drive in each.hard_disk_drives:
            if drive.path is not None:
                name = drive.path.rpartition("\\")[2]
                if machine.host.filesystem.exists(f"{folder}\\{name}"):
                    drive.path = f"{folder}\\{name}"


def validate(machine: PlannedMachine) -> Job:
    host = machine.host
    host.planned_machines.require(machine)
    reasons = incompatibilities(machine)
    if reasons:
        error = Incompatible(machine, host.name, reasons)
        return host.jobs.fail(JobType.VALIDATE, machine, error, affected=[machine])
    return host.jobs.run(JobType.VALIDATE, machine, affected=[machine])


def realize(machine: PlannedMachine) -> Job:
    host = machine.host
    host.planned_machines.require(machine)
    if machine.job is not None:
        raise InvalidState()
    reasons = incompatibilities(machine)
    if reasons:
        error = Incompatible(machine, host.name, reasons)
        return host.jobs.fail(JobType.REALIZE, machine, error, affected=[machine])

    def rest() -> None:
        machine.job = None

    def finish() -> None:
        rest()
        again = incompatibilities(machine)
        if again:
            raise Incompatible(machine, host.name, again)
        job.affected.append(make_real(machine))

    seconds = JobType.REALIZE.seconds + machine.copy_seconds
    job = machine.job = host.jobs.run(
        JobType.REALIZE, machine, finish, affected=[machine], seconds=seconds, abandon=rest
    )
    return job


def make_real(machine: PlannedMachine) -> VirtualMachine:
    """The virtual machine of a planned one, with its checkpoints and memory. Raises what the file system
    refuses; the planned machine stays then."""
    host = machine.host
    vm = VirtualMachine(
        host,
        machine.id,
        machine.name,
        generation=machine.generation,
        version=machine.version,
        processors=machine.processor.count,
        memory=machine.memory.startup,
        path=machine.path,
        notes=machine.notes,
    )
    copy_settings(machine, vm)
    made: list[Checkpoint] = []
    try:
        _take_over(vm)
        vm.files.create()
        if machine.memory_size:
            vm.files.write_saved_state(machine.memory_size)
        made = _make_checkpoints(machine, vm)
    except HostError:
        for checkpoint in made:
            checkpoint.files.delete()
        vm.files.delete()
        vm.devices.dismantle()
        raise
    if machine.system is not None:
        vm.guest.install(machine.system)
    if machine.memory_size:
        vm.state = VirtualMachineState.SAVED
        vm.guest.restore(machine.guest_moment)
    host.planned_machines.drop(machine)
    host.virtual_machines.add(vm)
    for checkpoint in made:
        host.checkpoints.add(checkpoint)
    _know_leaves(vm, made)
    host.next_revision()
    host.observe("created", vm)
    write_event(REALIZED, vm)
    return vm


def _take_over(vm: VirtualMachine) -> None:
    """The exported files in the machine's own place become its own (registered in place)."""
    files = vm.host.filesystem
    for path in (vm.files.configuration, vm.files.saved_state):
        backing = files.backing(path)
        if backing is not None and not isinstance(backing, DefinitionFile):
            raise FileInUse(path)
        files.discard(path)


def _make_checkpoints(machine: PlannedMachine, vm: VirtualMachine) -> list[Checkpoint]:
    """The checkpoints with their files and tree, not registered yet. Raises DiskFull."""
    host = vm.host
    made: dict[str, Checkpoint] = {}
    for definition in machine.checkpoints_to_come:
        taken = host.checkpoints.get(definition.id) is not None
        checkpoint = Checkpoint(vm, host.new_guid() if taken else definition.id, definition.name)
        copy_settings(definition, checkpoint)
        checkpoint.notes, checkpoint.created = definition.notes, definition.created
        checkpoint.snapshot_path = vm.snapshot_path
        checkpoint.is_production = definition.is_production
        checkpoint.remember_memory(definition.memory_size)
        checkpoint.guest_moment = definition.guest_moment
        checkpoint.parent_checkpoint = made.get(definition.parent_id or "")
        made[definition.id] = checkpoint
        for path in (checkpoint.files.configuration, checkpoint.files.saved_state):
            if isinstance(host.filesystem.backing(path), DefinitionFile | None):
                host.filesystem.discard(path)
        checkpoint.files.create()
        if checkpoint.has_memory:
            checkpoint.files.write_saved_state(checkpoint.memory_size)
    vm.parent_checkpoint = made.get(machine.parent_id or "")
    return list(made.values())


def _know_leaves(vm: VirtualMachine, checkpoints: list[Checkpoint]) -> None:
    """The differencing files that checkpoints once made are merged when these go."""
    known = vm.host.checkpoints.made.setdefault(vm.id, {}) if checkpoints else {}
    for each in (vm, *checkpoints):
        for drive in each.hard_disk_drives:
            disk = drive.virtual_disk
            for below in [] if disk is None else disk.chain:
                if ending_of(below.path) in ("avhd", "avhdx"):
                    known[below] = None


def _last(folder: str) -> str:
    return folder.rpartition("\\")[2].lower()
