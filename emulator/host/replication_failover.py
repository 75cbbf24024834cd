"""Failover of Hyper-V Replica: planned, unplanned and test failover, going back, and turning the direction.

Called under the lock of the machine's host; what the other host has to do is asked in errands.
"""

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from emulator.host import replication_events as events
from emulator.host.change_tracking import drives_by_place
from emulator.host.checkpoint import Checkpoint
from emulator.host.checkpoint_operations import new_differencing, put_back
from emulator.host.errors import HostError, InvalidParameter, InvalidState, NotFound
from emulator.host.event_messages import CREATED, write_event
from emulator.host.flat_image import DiskImage, image_of
from emulator.host.guest_data import GuestData
from emulator.host.guest_network import GuestNetworkSettings, checked_settings
from emulator.host.identifiers import normalize_guid
from emulator.host.job import Job, JobType
from emulator.host.machine_copy import copy_settings, set_file
from emulator.host.replica_server import (
    caller_of,
    drop_points,
    expect,
    make_point,
    recovery_points,
)
from emulator.host.replication_cycles import go_on, send_now
from emulator.host.replication_events import write_replication_event
from emulator.host.replication_exchange import converse, told
from emulator.host.replication_relationship import (
    ReplicationRelationship,
    ReplicationState,
    ReplicationTerms,
    ReplicationType,
)
from emulator.host.replication_terms import checked_terms, replica_of, source_of
from emulator.host.replication_transfer import begin_tracking, end_tracking, place_images, take_back
from emulator.host.virtual_disk import VirtualDisk
from emulator.host.virtual_machine import MAXIMUM_NAME, VirtualMachine
from emulator.host.virtual_machine_state import VirtualMachineState

if TYPE_CHECKING:
    from collections.abc import Callable

    from emulator.host.host import Host

_State = ReplicationState
_CAN_FAIL_OVER = (
    _State.REPLICATING,
    _State.SUSPENDED,
    _State.CRITICAL,
    _State.WAITING_FOR_RESYNCHRONIZATION,
    _State.RESYNCHRONIZING,
)
_FAILED_OVER = (_State.RECOVERED, _State.COMMITTED)
_TEST_SUFFIX = " - Test"


# -- planned failover, at the primary ---------------------------------------------------------


def prepare(vm: VirtualMachine) -> Job:
    """Send what is left of a machine that is off and hold it there (job 100). Raises InvalidState."""
    relationship = source_of(vm, _State.REPLICATING)
    vm.require(VirtualMachineState.OFF)
    ask, note = send_now(relationship, ReplicationType.PLANNED)
    host = vm.host
    job = relationship.job = Job(host, JobType.SYNCHRONIZE_REPLICA, vm, [vm])
    # Held at once: a machine that is started meanwhile would write what nobody sends.
    relationship.enter(_State.SYNCHRONIZED)

    def back() -> None:
        if relationship.is_live:
            take_back(relationship)
            go_on(relationship)

    def finish(_: None) -> None:
        note()
        write_replication_event(events.PREPARED, vm)

    def refused(error: HostError) -> HostError:
        back()
        return told(vm, "prepare for planned failover")(error)

    seconds = JobType.SYNCHRONIZE_REPLICA.value.seconds
    return converse(job, seconds, relationship.partner, ask, finish, refused, abandon=back)


def cancel_preparation(vm: VirtualMachine) -> Job:
    """Let a machine that was prepared go on as the primary (job 101). Raises InvalidState."""
    relationship = source_of(vm, _State.SYNCHRONIZED)
    return vm.host.jobs.run(JobType.CANCEL_SYNCHRONIZATION, vm, lambda: go_on(relationship), affected=[vm])


# -- failover, at the replica -----------------------------------------------------------------


def fail_over(vm: VirtualMachine, point: Checkpoint | None = None) -> Job:
    """Let a replica take over, at a recovery point or as it is (job 97). It can be started then. Raises
    InvalidState, InvalidParameter."""
    relationship = replica_of(vm, *_CAN_FAIL_OVER)
    vm.require(VirtualMachineState.OFF)
    _require_point(vm, point)
    if relationship.last_time is None:
        raise InvalidState(f"The initial replication of virtual machine '{vm.name}' is not complete.")
    before, host = relationship.state, vm.host
    relationship.enter(_State.FAILOVER)

    def back() -> None:
        vm.job = None
        relationship.enter(before)

    def finish() -> None:
        vm.job = None
        try:
            moment = relationship.last_time or host.clock.now()
            latest = make_point(vm, _type_of_latest(relationship), moment)
            if point is not None:
                put_back(vm, point)
        except HostError as error:
            relationship.enter(before)
            raise told(vm, "fail over")(error) from None
        relationship.latest_point = latest
        relationship.failed_over = _failover_type(relationship, point)
        begin_tracking(relationship)
        _give_addresses(vm)
        relationship.enter(_State.RECOVERED)
        write_replication_event(events.FAILED_OVER, vm)

    vm.job = host.jobs.run(JobType.FAIL_OVER, vm, finish, affected=[vm], abandon=back)
    return vm.job


def revert(vm: VirtualMachine) -> Job:
    """Undo a failover that was not committed (job 98): the replica receives again. Raises InvalidState."""
    relationship = replica_of(vm, _State.RECOVERED)
    vm.require(VirtualMachineState.OFF, VirtualMachineState.SAVED)

    def finish() -> None:
        vm.job = None
        latest = relationship.latest_point
        if latest is None or latest.deleted:
            raise NotFound("The state before the failover was not found.")
        try:
            put_back(vm, latest)
        except HostError as error:
            raise told(vm, "cancel failover")(error) from None
        relationship.latest_point = None
        drop_points(vm, [latest])
        end_tracking(relationship)
        relationship.failed_over = ReplicationType.NONE
        relationship.enter(_State.REPLICATING)
        write_replication_event(events.REVERTED, vm)

    vm.job = vm.host.jobs.run(JobType.REVERT_FAILOVER, vm, finish, affected=[vm], abandon=_forget_job(vm))
    return vm.job


def commit_failover(vm: VirtualMachine) -> Job:
    """Keep a failover for good (job 99): recovery points go. Raises InvalidState."""
    relationship = replica_of(vm, _State.RECOVERED)

    def finish() -> None:
        relationship.latest_point = None
        drop_points(vm, recovery_points(vm))
        relationship.enter(_State.COMMITTED)
        write_replication_event(events.COMMITTED, vm)

    job = relationship.job = vm.host.jobs.run(JobType.COMMIT_FAILOVER, vm, finish, affected=[vm])
    return job


def _require_point(vm: VirtualMachine, point: Checkpoint | None) -> None:
    if point is not None and (point.machine is not vm or point not in recovery_points(vm)):
        raise InvalidParameter("The snapshot is not a recovery point of the virtual machine.")


def _type_of_latest(relationship: ReplicationRelationship) -> ReplicationType:
    return relationship.last_type or ReplicationType.REGULAR


def _failover_type(relationship: ReplicationRelationship, point: Checkpoint | None) -> ReplicationType:
    if point is not None:
        return ReplicationType(point.replication_type)
    return _type_of_latest(relationship)


def set_failover_network(vm: VirtualMachine, settings: dict[str, GuestNetworkSettings]) -> None:
    """Set the addresses that the guest takes after a failover, by adapter. Raises InvalidParameter,
    NotFound."""
    vm.host.role.require()
    vm.require_alive()
    vm.failover_network = {adapter: checked_settings(each) for adapter, each in settings.items()}
    vm.touch()


def _give_addresses(vm: VirtualMachine) -> None:
    """Guests take the addresses that the failover settings of their adapters name."""
    if vm.failover_network:
        vm.guest.network_settings = {**vm.guest.network_settings, **vm.failover_network}


def _forget_job(vm: VirtualMachine) -> "Callable[[], None]":
    def forget() -> None:
        vm.job = None

    return forget


# -- test failover ----------------------------------------------------------------------------


def start_test(vm: VirtualMachine, point: Checkpoint | None = None) -> Job:
    """Make a test machine of a recovery point or of the latest state (job 102), while replication goes on.

    It is called ``<name> - Test``, has an identity of its own and its adapters are
    connected to the switches that were named for tests. Raises
    InvalidState (also: there is one), InvalidParameter.
    """
    relationship = replica_of(vm, _State.REPLICATING, _State.SUSPENDED, _State.CRITICAL)
    _require_point(vm, point)
    if relationship.last_time is None or test_replica(vm) is not None:
        raise InvalidState(f"The virtual machine '{vm.name}' cannot be tested now.")
    host = vm.host
    job: Job

    def finish() -> None:
        moment = relationship.last_time or host.clock.now()
        made = None
        try:
            chosen = point
            if chosen is None:
                made = chosen = make_point(vm, _type_of_latest(relationship), moment)
            test = _make_test(vm, chosen)
        except HostError as error:
            drop_points(vm, [] if made is None else [made])
            raise told(vm, "create the test virtual machine")(error) from None
        relationship.test_point = made
        relationship.last_test_time = host.clock.now()
        job.affected.append(test)
        relationship.touch()
        write_replication_event(events.TESTED, vm)

    job = host.jobs.run(JobType.TEST_REPLICA, vm, finish, affected=[vm])
    relationship.job = job
    return job


def test_replica(vm: VirtualMachine) -> VirtualMachine | None:
    """The test machine of a replica."""
    identifier = vm.test_replica_id
    found = None if identifier is None else vm.host.virtual_machines.get(identifier)
    return found if found is not None and found.test_replica_of is vm else None


def _make_test(vm: VirtualMachine, point: Checkpoint) -> VirtualMachine:
    host = vm.host
    test = VirtualMachine(
        host,
        host.new_guid(),
        vm.name[: MAXIMUM_NAME - len(_TEST_SUFFIX)] + _TEST_SUFFIX,
        generation=vm.generation,
        version=vm.version,
        processors=vm.processor.count,
        memory=vm.memory.startup,
        path=vm.path,
        notes=vm.notes,
    )
    undo: list[Callable[[], None]] = []
    try:
        test.files.create()
        undo.append(test.files.delete)
        leaves = {
            place: new_differencing(test, disk, undo)
            for place, drive in drives_by_place(point).items()
            if (disk := drive.virtual_disk) is not None
        }
    except HostError:
        for step in reversed(undo):
            step()
        raise
    copy_settings(point, test)
    for place, drive in drives_by_place(test).items():
        set_file(drive, leaves[place].path if place in leaves else None)
    for adapter in test.network_adapters:
        # A switch of that name that is gone leaves the adapter unconnected.
        named = host.virtual_switches.find(adapter.test_replica_switch)
        adapter.switch = named[0] if adapter.test_replica_switch and named else None
        adapter.id = host.new_guid()
    if test._expansion is not None:
        # They belong to the replica: no port, GPU or device of the host is there twice.
        for device in list(test.expansion):
            test.expansion.detach(device)
    test.guest.install(vm.guest._own_system)
    test.test_replica_of = vm
    host.virtual_machines.add(test)
    vm.test_replica_id = test.id
    host.next_revision()
    host.observe("created", test)
    write_event(CREATED, test)
    return test


def end_test(test: VirtualMachine, disks: list[VirtualDisk]) -> None:
    """A test machine was destroyed: its files go, and the recovery point that was made for it."""
    vm = test.test_replica_of
    host = test.host
    for disk in disks:
        if host.virtual_disks.get(disk.path) is disk and not disk.children:
            host.virtual_disks.remove(disk)
    host.checkpoints.made.pop(test.id, None)
    host.checkpoints.released.pop(test.id, None)
    if vm is None or vm.deleted:
        return
    vm.test_replica_id = None
    for relationship in vm.relationships:
        point, relationship.test_point = relationship.test_point, None
        if point is not None and not point.deleted:
            drop_points(vm, [point])
    vm.touch()
    write_replication_event(events.TEST_ENDED, vm)


# -- turning the direction --------------------------------------------------------------------


class _Turn(NamedTuple):
    """What the old primary server is asked: to take replicas of the machine from now on."""

    key: tuple[str, int]
    terms: ReplicationTerms
    is_planned: bool


def reverse(vm: VirtualMachine, terms: ReplicationTerms) -> Job:
    """Make a failed-over replica the primary (job 104) and the old primary its replica. After a planned
    failover changes follow at once; otherwise an initial replication must. Raises InvalidState,
    InvalidParameter; the old primary server must be enabled as a replica server."""
    relationship = replica_of(vm, *_FAILED_OVER)
    host = vm.host
    full_name = host.operating_system.fully_qualified_name
    checked = replace(checked_terms(vm, terms), primary_connection_point=full_name, primary_host=full_name)
    caller = caller_of(host)
    is_planned = relationship.failed_over is ReplicationType.PLANNED
    turn = _Turn(relationship.key, checked, is_planned)
    job = relationship.job = Job(host, JobType.REVERSE_REPLICATION, vm, [vm])

    def ask(other: "Host") -> str:
        return _become_replica(other, turn, expect(other, caller, checked).server)

    def finish(recovery_host: str) -> None:
        relationship.latest_point = None
        drop_points(vm, recovery_points(vm))
        relationship.is_source = True
        relationship.entry = None
        relationship.failed_over = ReplicationType.NONE
        relationship.change_terms(**_as_changes(replace(checked, recovery_host=recovery_host)))
        if is_planned:
            go_on(relationship)
        else:
            end_tracking(relationship)
            relationship.enter(_State.READY)
        write_replication_event(events.REVERSED, vm)

    seconds = JobType.REVERSE_REPLICATION.value.seconds
    destination = checked.recovery_connection_point
    return converse(job, seconds, destination, ask, finish, told(vm, "reverse replication"))


def _as_changes(terms: ReplicationTerms) -> dict[str, object]:
    return {name: getattr(terms, name) for name in ReplicationTerms.__slots__}


def _become_replica(host: "Host", turn: _Turn, server: str) -> str:
    """Raises NotFound, InvalidState."""
    relationship = host.replication.relationships.get(turn.key)
    if relationship is None or not relationship.is_source:
        raise NotFound(f"The server '{host.name}' has no primary of the virtual machine {turn.key[0]}.")
    vm = relationship.vm
    vm.require(VirtualMachineState.OFF)
    if turn.is_planned and relationship.state is not _State.SYNCHRONIZED:
        raise InvalidState(f"The virtual machine '{vm.name}' was not prepared for a planned failover.")
    full_name = host.operating_system.fully_qualified_name
    for timer in (relationship.cycle_timer, relationship.scheduled):
        if timer is not None:
            timer.cancel()
    relationship.cycle_timer = relationship.scheduled = None
    end_tracking(relationship)
    relationship.is_source = False
    relationship.entry = host.replication.entry(server)
    relationship.last_point = None
    relationship.problem = None
    relationship.terms = replace(turn.terms, recovery_host=full_name)
    relationship.enter(_State.REPLICATING if turn.is_planned else _State.WAITING)
    return full_name


# -- failback ---------------------------------------------------------------------------------


def fail_back(vm: VirtualMachine, point: str | None = None) -> Job:
    """Bring the disks of an old primary to the state of the machine that took over, or to that of one of its
    recovery points, named by its GUID (job 124; 2012 R2 on).

    Call it on the old primary; the other machine must be off. Raises InvalidState; a point that the other
    machine does not have ends the job.
    """
    relationship = source_of(vm)
    vm.require(VirtualMachineState.OFF)
    host, before = vm.host, relationship.state
    key, caller, terms = relationship.key, caller_of(host), relationship.terms
    job = relationship.job = Job(host, JobType.FAIL_BACK, vm, [vm])
    if relationship.cycle_timer is not None:
        relationship.cycle_timer.cancel()
        relationship.cycle_timer = None
    relationship.enter(_State.FAILBACK)

    def ask(other: "Host") -> tuple[list[DiskImage], GuestData]:
        expect(other, caller, terms)
        theirs = other.replication.relationships.get(key)
        if theirs is None or theirs.is_source or theirs.state not in _FAILED_OVER:
            raise InvalidState(f"The replica of virtual machine '{vm.name}' was not failed over.")
        theirs.vm.require(VirtualMachineState.OFF)
        source: VirtualMachine | Checkpoint = theirs.vm
        if point is not None:
            wanted = normalize_guid(point)
            found = next((each for each in recovery_points(theirs.vm) if each.id == wanted), None)
            if found is None:
                raise NotFound(f"The recovery point {point:.64} was not found.")
            source = found
        drives = drives_by_place(source)
        images = [
            image_of(place, disk)
            for place in terms.disks
            if place in drives and (disk := drives[place].virtual_disk) is not None
        ]
        return images, source.guest.data

    def back() -> None:
        if relationship.is_live:
            relationship.enter(before)

    def finish(brought: tuple[list[DiskImage], GuestData]) -> None:
        images, data = brought
        place_images(vm, vm.path, images)
        vm.guest.take_over(data)
        end_tracking(relationship)
        relationship.enter(_State.FAILBACK_COMPLETE)
        write_replication_event(events.FAILED_BACK, vm)

    def refused(error: HostError) -> HostError:
        back()
        return told(vm, "fail back")(error)

    seconds = JobType.FAIL_BACK.value.seconds
    return converse(job, seconds, relationship.partner, ask, finish, refused, abandon=back)


def become_primary(vm: VirtualMachine) -> Job:
    """After a failback: the old primary is the primary again, and the machine that took over its replica
    (job 123). Raises InvalidState."""
    relationship = source_of(vm, _State.FAILBACK_COMPLETE)
    host, key, caller, terms = vm.host, relationship.key, caller_of(vm.host), relationship.terms
    job = relationship.job = Job(host, JobType.BECOME_PRIMARY, vm, [vm])

    def ask(other: "Host") -> None:
        expect(other, caller, terms)
        theirs = other.replication.relationships.get(key)
        if theirs is None or theirs.is_source or theirs.state not in _FAILED_OVER:
            raise InvalidState(f"The replica of virtual machine '{vm.name}' was not failed over.")
        theirs.vm.require(VirtualMachineState.OFF)
        end_tracking(theirs)
        theirs.latest_point = None
        theirs.failed_over = ReplicationType.NONE
        drop_points(theirs.vm, recovery_points(theirs.vm))
        theirs.enter(_State.REPLICATING)

    def finish(_: None) -> None:
        begin_tracking(relationship)
        relationship.last_time = host.clock.now()
        go_on(relationship)

    seconds = JobType.BECOME_PRIMARY.value.seconds
    return converse(job, seconds, relationship.partner, ask, finish, told(vm, "change the replication mode"))
