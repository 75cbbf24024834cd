"""Importing a virtual machine from the folder of an export at one go, as the management interface up to
Server 2012 does it: no planned machine is shown between. Called under the host's lock.

Either the files are used where they are (then the export is gone: it can be imported once), or everything is
copied. Releases tell their exports by the ending of the configuration file.
"""

from typing import TYPE_CHECKING, NamedTuple

from emulator.host.errors import HostError, InvalidParameter
from emulator.host.job import Job, JobType
from emulator.host.migration.incompatibility import Incompatible, incompatibilities
from emulator.host.migration.machine_import import import_checkpoints, make_real, plan
from emulator.host.storage import disk_transfer
from emulator.host.storage.virtual_disk import ending_of
from emulator.host.virtual_machine.machine_copy import set_file
from emulator.host.virtual_machine.machine_definition import Definition, DefinitionFile
from emulator.host.virtual_machine.planned_machine import PlannedMachine
from emulator.host.virtual_machine.virtual_machine import VirtualMachine

if TYPE_CHECKING:
    from emulator.host.host import Host

MACHINES, SNAPSHOTS, DISKS = "Virtual Machines", "Snapshots", "Virtual Hard Disks"


class Export(NamedTuple):
    """What is in the folder of an export. ``machine`` names its disks where they are now."""

    definition: Definition
    machine: PlannedMachine
    root: str


class Resource(NamedTuple):
    """A disk: its path in the configuration, where it is now, and where its copy goes; empty where nothing is
    said."""

    current: str
    source: str = ""
    target: str = ""


class ImportSettings(NamedTuple):
    """How to import. Folders are empty where nothing is said; targets count only for a copy.

    ``connections`` are the names of the switches of the adapters that were connected, in their order; None
    keeps those of the export. A switch that does not exist leaves its adapter unconnected.
    """

    name: str = ""
    scope: str = ""
    new_identifier: bool = False
    copy: bool = False
    snapshot_source: str = ""
    disk_source: str = ""
    machine_target: str = ""
    snapshot_target: str = ""
    disk_target: str = ""
    resources: tuple[Resource, ...] = ()
    connections: tuple[str, ...] | None = None


def read_export(host: "Host", directory: str) -> Export:
    """The machine that was exported to a folder. Raises InvalidParameter, PathNotFound, InvalidPath."""
    host.role.require()
    root = host.filesystem.normalize(directory).rstrip("\\")
    folder = f"{root}\\{MACHINES}"
    if host.filesystem.is_directory(folder):
        for entry in host.filesystem.list(folder):
            backing = host.filesystem.backing(entry.path)
            if (
                isinstance(backing, DefinitionFile)
                and backing.checkpoint is None
                and ending_of(entry.path) == host.release.exported_configuration
            ):
                definition = backing.definition
                machine = plan(host, definition, root, definition.machine.id)
                machine.definition_file = entry.path
                return Export(definition, machine, root)
    raise InvalidParameter("One or more arguments are invalid")


def import_directory(host: "Host", directory: str, settings: ImportSettings) -> Job:
    """Start the job 61. What is wrong with the export or does not fit ends it in EXCEPTION, and nothing is
    left behind; a machine that was made is among the job's affected objects."""
    host.role.require()
    try:
        export = read_export(host, directory)
        machine = _prepare(host, export, settings)
        copies = _copies(machine, settings) if settings.copy else []
        disk_transfer.require_room(host, copies)
        _require_fit(machine)
    except HostError as problem:
        return host.jobs.fail(JobType.IMPORT, None, _told(directory, problem))

    def finish() -> None:
        try:
            _require_fit(machine)
            job.affected.append(_make(host, export, machine, copies, settings))
        except HostError as problem:
            raise _told(directory, problem) from None

    seconds = JobType.IMPORT.seconds + disk_transfer.seconds_for(copies)
    job = host.jobs.run(JobType.IMPORT, None, finish, seconds=seconds)
    return job


def _prepare(host: "Host", export: Export, settings: ImportSettings) -> PlannedMachine:
    definition = export.definition
    identifier = host.new_guid() if settings.new_identifier else definition.machine.id
    machine = plan(host, definition, export.root, identifier)
    machine.definition_file = export.machine.definition_file
    if settings.name:
        machine.configure(name=settings.name)
    if settings.scope:
        machine.configure(scope_of_residence=settings.scope)
    folder = settings.snapshot_source or f"{export.root}\\{SNAPSHOTS}"
    if host.filesystem.is_directory(folder):
        import_checkpoints(machine, folder, definition)
    elif definition.checkpoints:
        # Without their files there are no checkpoints to come back to.
        machine.parent_id = None
    sources = {each.current.lower(): each.source for each in settings.resources if each.source}
    for each in (machine, *machine.checkpoints_to_come):
        for drive in each.hard_disk_drives:
            if drive.path is not None:
                set_file(drive, _source(host, drive.path, sources, settings.disk_source))
    _connect(machine, settings.connections)
    return machine


def _source(host: "Host", path: str, sources: dict[str, str], folder: str) -> str:
    if path.lower() in sources:
        return host.filesystem.normalize(sources[path.lower()])
    beside = f"{folder.rstrip(chr(92))}\\{path.rpartition(chr(92))[2]}"
    return beside if folder and host.filesystem.exists(beside) else path


def _connect(machine: PlannedMachine, names: tuple[str, ...] | None) -> None:
    switches = machine.host.virtual_switches
    connected = [each for each in machine.network_adapters if each.switch is not None]
    for at, adapter in enumerate(connected):
        switch = adapter.switch
        if names is not None:
            name = names[at] if at < len(names) else ""
            switch = next(iter(switches.find(name)), None) if name else None
        adapter.switch = None if switch is None or switches.get(switch.id) is not switch else switch


def _copies(machine: PlannedMachine, settings: ImportSettings) -> list[disk_transfer.DiskCopy]:
    host = machine.host
    chosen = {each.source.lower(): each.target for each in settings.resources if each.source and each.target}
    folder = settings.disk_target or host.settings.virtual_hard_disk_path
    disks = disk_transfer.needed_disks([*machine.checkpoints_to_come, machine])
    return disk_transfer.plan(disks, host.filesystem.normalize(folder).rstrip("\\"), chosen)


def _require_fit(machine: PlannedMachine) -> None:
    reasons = incompatibilities(machine)
    if reasons:
        raise Incompatible(machine, machine.host.name, reasons)


def _make(
    host: "Host",
    export: Export,
    machine: PlannedMachine,
    copies: list[disk_transfer.DiskCopy],
    settings: ImportSettings,
) -> VirtualMachine:
    made = disk_transfer.place(host, copies)
    for each in (machine, *machine.checkpoints_to_come):
        disk_transfer.redirect(each, disk_transfer.moved_paths(copies))
    if settings.copy:
        machine.configure(path=settings.machine_target or host.settings.virtual_machine_path)
        machine.configure(snapshot_path=settings.snapshot_target or machine.path)
    try:
        host.planned_machines.add(machine)
        vm = make_real(machine)
    except HostError:
        if host.planned_machines.get(machine.id) is machine:
            host.planned_machines.drop(machine)
        for disk in reversed(made):
            host.virtual_disks.remove(disk)
        raise
    if not settings.copy:
        _use_up(host, export)
    return vm


def _use_up(host: "Host", export: Export) -> None:
    """The configuration files of the export have become the machine's own."""
    for folder in (MACHINES, SNAPSHOTS):
        path = f"{export.root}\\{folder}"
        if not host.filesystem.is_directory(path):
            continue
        for entry in host.filesystem.list(path):
            backing = host.filesystem.backing(entry.path)
            if isinstance(backing, DefinitionFile) and backing.definition is export.definition:
                host.filesystem.discard(entry.path)
    host.filesystem.discard(f"{export.root}\\config.xml")
    for each in (export.definition.machine, *export.definition.checkpoints):
        folder = MACHINES if each is export.definition.machine else SNAPSHOTS
        memory = f"{export.root}\\{folder}\\{each.id}\\{each.id}.bin"
        if host.filesystem.exists(memory) and host.filesystem.backing(memory) is None:
            host.filesystem.discard(memory)


def _told(directory: str, problem: HostError) -> HostError:
    text = (
        f"Import failed. Unable to import virtual machine from import directory '{directory}'."
        f" Error: {problem.text} (0x{problem.hresult:08X})."
    )
    return HostError(text, code=problem.code, hresult=problem.hresult)
