"""Test failover: a test machine is made of a replica while replication goes on.

Called under the lock of the machine's host.
"""

from typing import TYPE_CHECKING

from emulator.host.checkpoints.checkpoint import Checkpoint
from emulator.host.checkpoints.checkpoint_operations import new_differencing
from emulator.host.errors import HostError, InvalidState
from emulator.host.job import Job, JobType
from emulator.host.replication import replication_events as events
from emulator.host.replication.replica_server import (
    drop_points,
    make_point,
)
from emulator.host.replication.replication_events import write_replication_event
from emulator.host.replication.replication_exchange import told
from emulator.host.replication.replication_failover import require_point, type_of_latest
from emulator.host.replication.replication_relationship import (
    ReplicationState,
)
from emulator.host.replication.replication_terms import replica_of
from emulator.host.storage.change_tracking import drives_by_place
from emulator.host.storage.virtual_disk import VirtualDisk
from emulator.host.virtual_machine.event_messages import CREATED, write_event
from emulator.host.virtual_machine.machine_copy import copy_settings, set_file
from emulator.host.virtual_machine.virtual_machine import VirtualMachine
from emulator.host.virtual_machine.virtual_machine_settings import MAXIMUM_NAME

if TYPE_CHECKING:
    from collections.abc import Callable


_State = ReplicationState
_TEST_SUFFIX = " - Test"


def start_test(vm: VirtualMachine, point: Checkpoint | None = None) -> Job:
    """Make a test machine of a recovery point or of the latest state (job 102), while replication goes on.

    It is called ``<name> - Test``, has an identity of its own and its adapters are
    connected to the switches that were named for tests. Raises
    InvalidState (also: there is one), InvalidParameter.
    """
    relationship = replica_of(vm, _State.REPLICATING, _State.SUSPENDED, _State.CRITICAL)
    require_point(vm, point)
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
                made = chosen = make_point(vm, type_of_latest(relationship), moment)
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
        adapter.connection_pool_name = adapter.test_replica_pool
        adapter.is_automatic = bool(adapter.test_replica_pool) and adapter.switch is None
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
