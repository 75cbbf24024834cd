"""Moving virtual machines: to another host of the neighbourhood, or their files to another place.

A move to another host is an exchange without two locks: each part runs under the lock of one host, and the
errand between them under none. What travels is a definition that never changes.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeVar

from emulator.host.errors import HostError, InvalidParameter, InvalidState, LimitExceeded
from emulator.host.job import Job, JobFacts, JobType
from emulator.host.migration.incompatibility import Incompatibility, Incompatible
from emulator.host.migration.machine_removal import forget_machine
from emulator.host.migration.migration_arrival import (
    Cargo,
    arrive,
    check_arrival,
    expect,
    no_connection,
    objections,
    planned_for,
)
from emulator.host.migration.migration_arrival import stage as stage_there
from emulator.host.neighbourhood import means_itself
from emulator.host.storage import disk_transfer
from emulator.host.storage.virtual_disk import ending_of
from emulator.host.virtual_machine.event_messages import MIGRATED, MIGRATION_FAILED, write_event
from emulator.host.virtual_machine.machine_definition import Definition, describe, describe_checkpoint
from emulator.host.virtual_machine.planned_machine import PlannedMachine
from emulator.host.virtual_machine.virtual_machine_state import OperationalStatus, VirtualMachineState

if TYPE_CHECKING:
    from emulator.host.host import Host
    from emulator.host.virtual_machine.virtual_machine import VirtualMachine

_Answer = TypeVar("_Answer")
_State = VirtualMachineState
_LEGAL = (_State.OFF, _State.SAVED, _State.RUNNING, _State.PAUSED)
#: Seconds of real time for which another host is waited for while the own one is held.
_PATIENCE = 2.0
#: How long a running machine stands still at the end of its move; chosen.
_BLACKOUT_SECONDS = 0.5
_DISABLED = "Virtual machine migrations are not enabled on this computer."
_UNKNOWN_HOST = "No such host is known. (0x80072AF9)."


@dataclass(frozen=True, slots=True)
class Move:
    """What is to be moved, and where to. ``storage`` takes the disks along: below ``root``, or to the full
    paths of ``disks`` (source in lower case -> path). Without it they must be there already. ``planned_id``
    names the planned machine of the destination that it becomes (Msvm_VirtualSystemMigrationSettingData:
    DestinationPlannedVirtualSystemId); it keeps what was changed there."""

    storage: bool = False
    root: str | None = None
    snapshot_root: str | None = None
    paging_root: str | None = None
    disks: dict[str, str] = field(default_factory=dict)
    retain_disks: bool = False
    planned_id: str | None = None
    #: Pools that the processors come from there, and that the moved files come from here.
    processor_pool: str | None = None
    storage_pool: str | None = None


class MigrationJob(Job):
    """Msvm_MigrationJob."""

    def __init__(self, host: "Host", kind: JobFacts, vm: "VirtualMachine", destination: str) -> None:
        super().__init__(host, kind, vm, [vm])
        self.destination = destination
        self.machine_id = vm.id


def move(vm: "VirtualMachine", destination: str, wanted: Move) -> Job:
    """Move a machine to another host (jobs 305, 306). Raises InvalidState, LimitExceeded, InvalidParameter;
    what the other host has against it ends the job in EXCEPTION, and the machine stays."""
    host = vm.host
    vm.require(*_LEGAL)
    if vm.relationships:
        raise InvalidState("A virtual machine that is replicated cannot be moved.")
    _require_remote(host, destination)
    if not host.migration.enabled:
        raise InvalidState(_DISABLED)
    vm.require_movable()
    _require_slot(host)
    kind = JobType.MOVE_WITH_STORAGE if wanted.storage else JobType.MOVE
    job = MigrationJob(host, kind, vm, destination)
    vm.job, vm.activity = job, OperationalStatus.MIGRATING

    def rest() -> None:
        vm.job = vm.activity = None
        vm.touch()

    def fail(error: HostError) -> None:
        with host.looking():
            if not job.finished and host.jobs.is_running(job):
                rest()
                write_event(MIGRATION_FAILED, vm, host=host.name)
                host.jobs.end(job, _told(vm, error, host.name))

    def check() -> None:
        try:
            cargo, other = _load(vm, wanted), _reach(host, destination)
            with other.looking():
                expect(other, host.migration.authentication, host)
                check_arrival(other, cargo)
        except HostError as error:
            fail(error)

    def travel() -> None:
        host.after_step(deliver)

    def deliver() -> None:
        try:
            with host.looking():
                if not host.jobs.is_running(job):
                    return
                cargo = _load(vm, wanted)
            other = _reach(host, destination)
            with other.looking():
                expect(other, host.migration.authentication, host)
                arrive(other, cargo)
        except HostError as error:
            fail(error)
            return
        with host.looking():
            if host.jobs.is_running(job):
                rest()
                if vm.state.holds_memory:
                    write_event(MIGRATED, vm, seconds=str(_BLACKOUT_SECONDS))
                forget_machine(vm, disks=wanted.storage and not wanted.retain_disks)
                host.jobs.end(job)

    copies = _copies(vm, wanted)
    seconds = kind.seconds + disk_transfer.seconds_for(copies, vm.assigned_memory())
    host.jobs.begin(job, seconds, travel, abandon=rest)
    vm.touch()
    host.after_step(check)
    return job


def compare(vm: "VirtualMachine", destination: str, wanted: Move) -> list[Incompatibility]:
    """What the other host has against a machine. Raises HostError when it cannot be asked. Call it with no
    lock held."""
    return _ask(
        vm, destination, wanted, lambda other, cargo: objections(other, cargo, planned_for(other, cargo))
    )


def compare_staged(
    vm: "VirtualMachine", destination: str, wanted: Move
) -> tuple[PlannedMachine, list[Incompatibility]]:
    """The planned machine on the other host, made unless ``wanted`` names it, and what the host has against
    it. Raises HostError when it cannot be asked. Call it with no lock held."""

    def question(other: "Host", cargo: Cargo) -> tuple[PlannedMachine, list[Incompatibility]]:
        planned = stage_there(other, cargo) if wanted.planned_id is None else planned_for(other, cargo)
        return planned, objections(other, cargo, planned)

    return _ask(vm, destination, wanted, question)


def _ask(
    vm: "VirtualMachine", destination: str, wanted: Move, question: "Callable[[Host, Cargo], _Answer]"
) -> _Answer:
    host = vm.host
    with host.looking():
        vm.require(*_LEGAL)
        cargo = _load(vm, wanted)
    other = _reach(host, destination)
    with other.looking():
        expect(other, host.migration.authentication, host)
        return question(other, cargo)


def stage(vm: "VirtualMachine", destination: str, wanted: Move) -> Job:
    """Plan a machine on another host (job 300, migration type Staged): with the machine's GUID, to be changed
    there and named by ``planned_id`` of a later move. Raises InvalidState, InvalidParameter."""
    host = vm.host
    vm.require(*_LEGAL)
    _require_remote(host, destination)
    if not host.migration.enabled:
        raise InvalidState(_DISABLED)
    job = MigrationJob(host, JobType.STAGE_MOVE, vm, destination)
    return _errand(job, lambda: _ask(vm, destination, wanted, stage_there))


def _errand(job: MigrationJob, work: Callable[[], object]) -> Job:
    """A job whose work is done when its time has passed, under no lock."""
    host = job.host

    def run() -> None:
        error: HostError | None = None
        try:
            work()
        except HostError as problem:
            error = problem
        with host.looking():
            host.jobs.end(job, error)

    host.jobs.begin(job, job.job_type.seconds, lambda: host.after_step(run))
    return job


def _require_remote(host: "Host", destination: str) -> None:
    if not destination.strip() or means_itself(host, destination):
        raise InvalidParameter("The destination of a migration must be another computer.")


def objections_of_neighbour(vm: "VirtualMachine", destination: str, wanted: Move) -> list[Incompatibility]:
    """Like ``compare``, for a caller that holds the lock of the machine's host: the other one is waited for
    shortly and never for good. Raises HostError 32777 when it is busy for that long."""
    host = vm.host
    cargo = _load(vm, wanted)
    other = _reach(host, destination)
    if not other.lock.acquire(timeout=_PATIENCE):
        raise HostError("The destination computer is busy.", code=32777)
    try:
        with other.looking():
            expect(other, host.migration.authentication, host)
            return objections(other, cargo, planned_for(other, cargo))
    finally:
        other.lock.release()


def check(vm: "VirtualMachine", destination: str, wanted: Move) -> Job:
    """Ask another host whether a machine could be moved there (jobs 301, 302); when not, the job fails.
    Raises InvalidState, InvalidParameter."""
    vm.require(*_LEGAL)
    _require_remote(vm.host, destination)
    kind = JobType.CHECK_MOVE_WITH_STORAGE if wanted.storage else JobType.CHECK_MOVE

    def ask() -> None:
        reasons = compare(vm, destination, wanted)
        if reasons:
            raise Incompatible(vm, destination, reasons)

    return _errand(MigrationJob(vm.host, kind, vm, destination), ask)


def move_storage(vm: "VirtualMachine", wanted: Move) -> Job:
    """Move the files of a machine to other places of its host (job 307). Raises InvalidState, LimitExceeded,
    InvalidParameter (also for a disk that would leave the folders of its resource pool), PathExists,
    DiskFull; NotSupported for shared disks."""
    host = vm.host
    limit = host.settings.maximum_storage_migrations
    copies = movable_storage(vm, wanted)
    if _running(host, JobType.MOVE_STORAGE) >= limit:
        raise LimitExceeded(f"The computer can move the storage of at most {limit} virtual machines.")
    job = MigrationJob(host, JobType.MOVE_STORAGE, vm, host.name)
    vm.job, vm.activity = job, OperationalStatus.MIGRATING

    def rest() -> None:
        vm.job = vm.activity = None
        vm.touch()

    def finish() -> None:
        rest()
        try:
            _relocate(vm, wanted)
        except HostError as error:
            host.jobs.end(job, _told(vm, error, host.name))
        else:
            host.jobs.end(job)

    seconds = JobType.MOVE_STORAGE.seconds + disk_transfer.seconds_for(copies)
    host.jobs.begin(job, seconds, finish, abandon=rest)
    vm.touch()
    return job


def movable_storage(vm: "VirtualMachine", wanted: Move) -> list[disk_transfer.DiskCopy]:
    """The disks whose place changes. Raises what keeps them from moving."""
    vm.require(*_LEGAL)
    vm.require_movable_storage()
    copies = _copies(vm, replace(wanted, storage=True), everything=False)
    disk_transfer.require_pools(vm, copies, wanted.storage_pool)
    disk_transfer.require_room(vm.host, copies)
    return copies


def check_storage(vm: "VirtualMachine", wanted: Move, *, deep: bool = False) -> Job:
    """Whether the files of a machine could be moved on its host (job 303, or 304 when ``deep``); when not,
    the job fails."""
    kind = JobType.CHECK_MOVE_STORAGE if deep else JobType.CHECK_STORAGE
    job = MigrationJob(vm.host, kind, vm, vm.host.name)
    return _errand(job, lambda: movable_storage(vm, wanted))


# -- at the source ----------------------------------------------------------------------------


def _require_slot(host: "Host") -> None:
    limit = host.settings.maximum_virtual_machine_migrations
    moving = _running(host, JobType.MOVE) + _running(host, JobType.MOVE_WITH_STORAGE)
    if moving >= limit:
        raise LimitExceeded(f"The computer can move at most {limit} virtual machines at the same time.")


def _running(host: "Host", kind: JobFacts) -> int:
    return sum(job.job_type is kind for job in host.jobs.running)


def _copies(vm: "VirtualMachine", wanted: Move, *, everything: bool = True) -> list[disk_transfer.DiskCopy]:
    """The disks that are copied; without ``everything`` only those whose place changes."""
    if not wanted.storage:
        return []
    host = vm.host
    disks = disk_transfer.needed_disks([*vm.checkpoints, vm])
    root = None if wanted.root is None else host.filesystem.normalize(wanted.root).rstrip("\\")
    folder = None if root is None or wanted.disks else f"{root}\\Virtual Hard Disks"
    if folder is not None:
        return disk_transfer.plan(disks, folder)
    stays = {disk.path.lower(): disk.path for disk in disks}
    for source, path in wanted.disks.items():
        if source not in stays:
            raise InvalidParameter(f"The virtual machine '{vm.name}' does not use the file '{source}'.")
        if ending_of(source) != ending_of(path):
            raise InvalidParameter(f"The virtual hard disk '{source}' cannot be moved to '{path}'.")
    chosen = stays | {source: host.filesystem.normalize(path) for source, path in wanted.disks.items()}
    copies = disk_transfer.plan(disks, "", chosen)
    return [copy for copy in copies if everything or copy.path.lower() != copy.source.lower()]


def _load(vm: "VirtualMachine", wanted: Move) -> Cargo:
    """What travels, as it is now; called under the lock of the source or as its errand."""
    host = vm.host
    with host.looking():
        machine = describe(vm)
        checkpoints = [describe_checkpoint(each) for each in vm.checkpoints]
        copies = _copies(vm, wanted)
        paths = disk_transfer.moved_paths(copies)
        for each in (machine, *checkpoints):
            disk_transfer.redirect(each, paths)
        root = wanted.root if wanted.root is not None else vm.path
        processor = host.hardware.processor
        return Cargo(
            host.name,
            Definition(machine, tuple(checkpoints), root),
            tuple(copies),
            wanted,
            vm.state,
            vm.uptime(),
            (processor.vendor, processor.family, processor.model_number),
        )


def _reach(host: "Host", destination: str) -> "Host":
    """The other host. Raises HostError as a connection that fails."""
    neighbourhood = host.neighbourhood
    other = None if neighbourhood is None else neighbourhood.find(destination)
    if other is None or other.closed:
        raise HostError(no_connection(destination, _UNKNOWN_HOST), hresult=0x80072AF9)
    return other


def _told(vm: "VirtualMachine", problem: HostError, source: str) -> HostError:
    text = (
        f"Virtual machine migration operation for '{vm.name}' failed at migration source '{source}'."
        f" (Virtual machine ID {vm.id})\n{problem.text}"
    )
    if isinstance(problem, Incompatible):
        told = Incompatible(vm, source, problem.reasons)
        told.text = text
        return told
    return HostError(text, code=problem.code, hresult=problem.hresult)


def _relocate(vm: "VirtualMachine", wanted: Move) -> None:
    """Put the files of a machine elsewhere, all or none. Raises what the file system refuses."""
    from emulator.host.migration.machine_relocation import relocate

    copies = _copies(vm, replace(wanted, storage=True), everything=False)
    disk_transfer.require_room(vm.host, copies)
    pools = disk_transfer.require_pools(vm, copies, wanted.storage_pool)
    relocate(vm, wanted, copies)
    for drive, pool in pools:
        drive.medium_pool_name = pool
