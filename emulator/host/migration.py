"""Moving virtual machines: to another host of the neighbourhood, or their files to another place.

A move to another host is an exchange without two locks: each part runs under the lock of one host, and the
errand between them under none. What travels is a definition that never changes.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from emulator.host import disk_transfer
from emulator.host.errors import HostError, InvalidParameter, InvalidState, LimitExceeded
from emulator.host.event_messages import MIGRATED, MIGRATION_FAILED, write_event
from emulator.host.incompatibility import MISSING_DISK, Incompatibility, Incompatible, incompatibilities
from emulator.host.job import Job, JobFacts, JobType
from emulator.host.life_cycle import start_worker
from emulator.host.machine_definition import Definition, describe, describe_checkpoint
from emulator.host.machine_import import make_real, plan
from emulator.host.machine_removal import forget_machine
from emulator.host.migration_settings import MigrationAuthentication
from emulator.host.neighbourhood import answers_to
from emulator.host.planned_machine import PlannedMachine
from emulator.host.virtual_machine_state import OperationalStatus, VirtualMachineState

if TYPE_CHECKING:
    from datetime import timedelta

    from emulator.host.host import Host
    from emulator.host.virtual_machine import VirtualMachine

_State = VirtualMachineState
_LEGAL = (_State.OFF, _State.SAVED, _State.RUNNING, _State.PAUSED)
PROCESSOR_FEATURES = 24004
#: Seconds of real time for which another host is waited for while the own one is held.
_PATIENCE = 2.0
#: How long a running machine stands still at the end of its move; chosen.
_BLACKOUT_SECONDS = 0.5
_SILENT = (
    "A connection attempt failed because the connected party did not properly respond after a period of time,"
    " or established connection failed because connected host has failed to respond. (0x8007274C)."
)
_REFUSED = "No connection could be made because the target machine actively refused it. (0x8007274D)."
_UNKNOWN_HOST = "No such host is known. (0x80072AF9)."


@dataclass(frozen=True, slots=True)
class Move:
    """What is to be moved, and where to. ``storage`` takes the disks along: below ``root``, or to the full
    paths of ``disks`` (source in lower case -> path). Without it they must be there already."""

    storage: bool = False
    root: str | None = None
    snapshot_root: str | None = None
    paging_root: str | None = None
    disks: dict[str, str] = field(default_factory=dict)
    retain_disks: bool = False


class MigrationJob(Job):
    """Msvm_MigrationJob."""

    def __init__(self, host: "Host", kind: JobFacts, vm: "VirtualMachine", destination: str) -> None:
        super().__init__(host, kind, vm, [vm])
        self.destination = destination
        self.machine_id = vm.id


@dataclass(frozen=True, slots=True)
class _Cargo:
    """What travels: the definition with its disks, and how the machine ran."""

    source: str
    definition: Definition
    copies: tuple[disk_transfer.DiskCopy, ...]
    move: Move
    state: VirtualMachineState
    on_for: "timedelta"
    processor: tuple[str, int, int]


def is_local(host: "Host", name: str) -> bool:
    """Whether a name means the host itself."""
    return name.strip().lower() in ("localhost", ".", "127.0.0.1", "::1") or answers_to(host, name)


def move(vm: "VirtualMachine", destination: str, wanted: Move) -> Job:
    """Move a machine to another host (jobs 305, 306). Raises InvalidState, LimitExceeded, InvalidParameter;
    what the other host has against it ends the job in EXCEPTION, and the machine stays."""
    host = vm.host
    vm.require(*_LEGAL)
    if vm.relationships:
        raise InvalidState("A virtual machine that is replicated cannot be moved.")
    if not destination.strip() or is_local(host, destination):
        raise InvalidParameter("The destination of a migration must be another computer.")
    if not host.migration.enabled:
        raise InvalidState("Virtual machine migrations are not enabled on this computer.")
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
                _expect(other, host.migration.authentication, host)
                _check_arrival(other, cargo)
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
                _expect(other, host.migration.authentication, host)
                _arrive(other, cargo)
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
    host = vm.host
    with host.looking():
        vm.require(*_LEGAL)
        cargo = _load(vm, wanted)
    other = _reach(host, destination)
    with other.looking():
        _expect(other, host.migration.authentication, host)
        return _objections(other, cargo, _plan(other, cargo))


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
            _expect(other, host.migration.authentication, host)
            return _objections(other, cargo, _plan(other, cargo))
    finally:
        other.lock.release()


def check(vm: "VirtualMachine", destination: str, wanted: Move) -> Job:
    """Ask another host whether a machine could be moved there (job 301); when not, the job fails. Raises
    InvalidState, InvalidParameter."""
    host = vm.host
    vm.require(*_LEGAL)
    if not destination.strip() or is_local(host, destination):
        raise InvalidParameter("The destination of a migration must be another computer.")
    job = MigrationJob(host, JobType.CHECK_MOVE, vm, destination)

    def ask() -> None:
        error: HostError | None = None
        try:
            reasons = compare(vm, destination, wanted)
            if reasons:
                error = Incompatible(vm, destination, reasons)
        except HostError as problem:
            error = problem
        with host.looking():
            host.jobs.end(job, error)

    host.jobs.begin(job, JobType.CHECK_MOVE.seconds, lambda: host.after_step(ask))
    return job


def move_storage(vm: "VirtualMachine", wanted: Move) -> Job:
    """Move the files of a machine to other places of its host (job 307). Raises InvalidState, LimitExceeded,
    InvalidParameter, PathExists, DiskFull; NotSupported for shared disks."""
    host = vm.host
    vm.require(*_LEGAL)
    vm.require_movable_storage()
    limit = host.settings.maximum_storage_migrations
    if _running(host, JobType.MOVE_STORAGE) >= limit:
        raise LimitExceeded(f"The computer can move the storage of at most {limit} virtual machines.")
    copies = _copies(vm, replace(wanted, storage=True), everything=False)
    disk_transfer.require_room(host, copies)
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
    chosen = stays | {source: host.filesystem.normalize(path) for source, path in wanted.disks.items()}
    copies = disk_transfer.plan(disks, "", chosen)
    return [copy for copy in copies if everything or copy.path.lower() != copy.source.lower()]


def _load(vm: "VirtualMachine", wanted: Move) -> _Cargo:
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
        return _Cargo(
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
        raise HostError(_no_connection(destination, _UNKNOWN_HOST), hresult=0x80072AF9)
    return other


def _no_connection(destination: str, reason: str) -> str:
    return (
        "The Virtual Machine Management Service failed to establish a connection for a Virtual Machine"
        f" migration with host '{destination}': {reason}"
    )


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
    from emulator.host.machine_relocation import relocate

    copies = _copies(vm, replace(wanted, storage=True), everything=False)
    disk_transfer.require_room(vm.host, copies)
    relocate(vm, wanted, copies)


# -- at the destination -----------------------------------------------------------------------


def _expect(other: "Host", authentication: MigrationAuthentication, source: "Host") -> None:
    """Whether the destination answers. Raises HostError."""
    if not other.power.answers:
        raise HostError(_no_connection(other.name, _SILENT), hresult=0x8007274C)
    other.role.require()
    if not other.migration.listener_addresses:
        raise HostError(_no_connection(other.name, _REFUSED), hresult=0x8007274D)
    if other.migration.authentication is not authentication:
        reason = "The authentication types of the two computers differ. (0x80090302)."
        raise HostError(_no_connection(other.name, reason), hresult=0x80090302)
    here, there = source.operating_system.domain, other.operating_system.domain
    if authentication is MigrationAuthentication.KERBEROS and (here is None or here != there):
        reason = "No credentials are available in the security package (0x8009030E)."
        raise HostError(_no_connection(other.name, reason), hresult=0x8009030E)


def _plan(other: "Host", cargo: _Cargo) -> PlannedMachine:
    root = other.filesystem.normalize(cargo.definition.root).rstrip("\\")
    planned = plan(other, cargo.definition._replace(root=root), root, cargo.definition.machine.id)
    planned.checkpoints_to_come = list(cargo.definition.checkpoints)
    planned.snapshot_path = cargo.move.snapshot_root or root
    planned.smart_paging_path = cargo.move.paging_root or root
    return planned


def _objections(other: "Host", cargo: _Cargo, planned: PlannedMachine) -> list[Incompatibility]:
    arriving = {copy.path.lower() for copy in cargo.copies}
    found = [
        reason
        for reason in incompatibilities(planned)
        if reason.message_id != MISSING_DISK
        or (getattr(reason.source, "path", None) or "").lower() not in arriving
    ]
    if cargo.state is not _State.OFF and not _runs_on(other, cargo):
        text = (
            "The virtual machine is using processor-specific features not supported on physical computer"
            f" '{other.name}'. To allow for migration of this virtual machine to physical computers with"
            " different processors, modify the virtual machine settings to limit the processor features used"
            " by the virtual machine."
        )
        found.append(Incompatibility(PROCESSOR_FEATURES, text, planned))
    return found


def _runs_on(other: "Host", cargo: _Cargo) -> bool:
    processor = other.hardware.processor
    here = (processor.vendor, processor.family, processor.model_number)
    if cargo.definition.machine.processor.limit_features_for_migration:
        return here[0] == cargo.processor[0]
    return here == cargo.processor


def _check_arrival(other: "Host", cargo: _Cargo) -> PlannedMachine:
    planned = _plan(other, cargo)
    reasons = _objections(other, cargo, planned)
    if reasons:
        raise Incompatible(planned, other.name, reasons)
    disk_transfer.require_room(other, cargo.copies)
    if cargo.state.holds_memory:
        other.memory.require(planned.id, planned.memory.startup)
    return planned


def _arrive(other: "Host", cargo: _Cargo) -> "VirtualMachine":
    """Make the machine on its new host, in the state in which it left; all or nothing."""
    planned = _check_arrival(other, cargo)
    runs = cargo.state.holds_memory
    made = disk_transfer.place(other, cargo.copies)
    undo: list[Callable[[], None]] = []
    try:
        other.planned_machines.add(planned)
        undo.append(lambda: other.planned_machines.drop(planned) if not planned.deleted else None)
        if runs:
            # Its memory is running memory, not a saved state.
            moment, planned.memory_size = planned.guest_moment, 0
        vm = make_real(planned)
        if runs:
            # Both hosts are logged in at the fabric for a while: each with a set of names of its own.
            for adapter in vm.fibre_channel_adapters:
                adapter.uses_set_b = not adapter.uses_set_b
        undo.append(lambda: forget_machine(vm, disks=False))
        if runs:
            start_worker(vm)
            vm.guest.restore(moment)
            vm.state, vm.on_since = cargo.state, other.clock.now() - cargo.on_for
            if cargo.state is _State.RUNNING:
                vm.guest.thaw()
    except HostError:
        for step in reversed(undo):
            step()
        for disk in reversed(made):
            other.virtual_disks.remove(disk)
        raise
    vm.touch()
    return vm
