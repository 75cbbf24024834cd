"""Failover of Hyper-V Replica, at the replica: it takes over, goes back or stays, and the addresses that
its guest takes then. Called under the lock of the machine's host.
"""

from typing import TYPE_CHECKING

from emulator.host.checkpoints.checkpoint import Checkpoint
from emulator.host.checkpoints.checkpoint_operations import put_back
from emulator.host.errors import HostError, InvalidParameter, InvalidState, NotFound
from emulator.host.guest.guest_network import GuestNetworkSettings, checked_settings
from emulator.host.job import Job, JobType
from emulator.host.replication import replication_events as events
from emulator.host.replication.replica_server import (
    drop_points,
    make_point,
    recovery_points,
)
from emulator.host.replication.replication_events import write_replication_event
from emulator.host.replication.replication_exchange import told
from emulator.host.replication.replication_relationship import (
    ReplicationRelationship,
    ReplicationState,
    ReplicationType,
)
from emulator.host.replication.replication_terms import replica_of
from emulator.host.replication.replication_transfer import begin_tracking, end_tracking
from emulator.host.virtual_machine.virtual_machine import VirtualMachine
from emulator.host.virtual_machine.virtual_machine_state import VirtualMachineState

if TYPE_CHECKING:
    from collections.abc import Callable


_State = ReplicationState
_CAN_FAIL_OVER = (
    _State.REPLICATING,
    _State.SUSPENDED,
    _State.CRITICAL,
    _State.WAITING_FOR_RESYNCHRONIZATION,
    _State.RESYNCHRONIZING,
)


def fail_over(vm: VirtualMachine, point: Checkpoint | None = None) -> Job:
    """Let a replica take over, at a recovery point or as it is (job 97). It can be started then. Raises
    InvalidState, InvalidParameter."""
    relationship = replica_of(vm, *_CAN_FAIL_OVER)
    vm.require(VirtualMachineState.OFF)
    require_point(vm, point)
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
            latest = make_point(vm, type_of_latest(relationship), moment)
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


def require_point(vm: VirtualMachine, point: Checkpoint | None) -> None:
    if point is not None and (point.machine is not vm or point not in recovery_points(vm)):
        raise InvalidParameter("The snapshot is not a recovery point of the virtual machine.")


def type_of_latest(relationship: ReplicationRelationship) -> ReplicationType:
    return relationship.last_type or ReplicationType.REGULAR


def _failover_type(relationship: ReplicationRelationship, point: Checkpoint | None) -> ReplicationType:
    if point is not None:
        return ReplicationType(point.replication_type)
    return type_of_latest(relationship)


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
