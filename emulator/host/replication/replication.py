"""Hyper-V Replica on the host that sends: enabling, changing, suspending and removing a replication."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from emulator.host.checks import check_number, check_text
from emulator.host.errors import HostError, InvalidState, NotFound
from emulator.host.job import Job, JobType
from emulator.host.neighbourhood import means_itself
from emulator.host.replication import replication_events as events
from emulator.host.replication.replica_server import (
    Offer,
    accept,
    caller_of,
    drop_points,
    expect,
    receiver,
    recovery_points,
    register,
    unregister,
)
from emulator.host.replication.replication_cycles import plan_cycle, run_cycle
from emulator.host.replication.replication_events import write_replication_event
from emulator.host.replication.replication_exchange import converse, told
from emulator.host.replication.replication_relationship import (
    ReplicationRelationship,
    ReplicationState,
    ReplicationTerms,
)
from emulator.host.replication.replication_terms import (
    all_disks,
    checked_terms,
    replica_of,
    require_idle,
    require_replication,
    source_of,
    wrong_state,
)
from emulator.host.replication.replication_transfer import (
    begin_tracking,
)
from emulator.host.replication.resynchronization import require_resynchronization, resynchronize
from emulator.host.virtual_machine.machine_definition import Definition, describe
from emulator.host.virtual_machine.virtual_machine_state import VirtualMachineState

if TYPE_CHECKING:
    from emulator.host.host import Host
    from emulator.host.virtual_machine.virtual_machine import VirtualMachine

_State = ReplicationState


def enable(vm: "VirtualMachine", terms: ReplicationTerms) -> Job:
    """Enable the replication of a machine (job 91): of a primary one, of a replica to its extended replica,
    or, when the terms name this host as the replica server, of a copy that is to become a replica.

    Raises InvalidState (it is replicated already), InvalidParameter, NotSupported; what the replica server
    refuses ends the job.
    """
    require_replication(vm)
    host = vm.host
    if means_itself(host, terms.recovery_connection_point):
        return _enable_as_replica(vm, terms)
    index = len(vm.relationships)
    if index:
        first = vm.relationships[0]
        if index > 1 or first.is_source or not host.release.extended_replication:
            raise InvalidState(f"Replication is enabled for virtual machine '{vm.name}' already.")
        if first.state is not _State.REPLICATING or first.index:
            raise wrong_state(vm)
    _require_no_job(vm)
    full_name = host.operating_system.fully_qualified_name
    checked = replace(
        checked_terms(vm, terms, index=index), primary_connection_point=full_name, primary_host=full_name
    )
    definition = Definition(describe(vm, live_state=False), (), vm.path)
    definition.machine.remember_memory(0, None)
    offer = Offer(caller_of(host), definition, checked, index)
    job = Job(host, JobType.CREATE_REPLICATION, vm, [vm])

    def finish(recovery_host: str) -> None:
        vm.require_alive()
        relationship = ReplicationRelationship(
            vm, index, replace(checked, recovery_host=recovery_host), is_source=True
        )
        register(relationship)
        write_replication_event(events.ENABLED, vm)

    def refused(error: HostError) -> HostError:
        write_replication_event(events.ENABLE_FAILED, vm, error.text)
        return told(vm, "enable replication")(error)

    seconds = JobType.CREATE_REPLICATION.seconds
    return converse(
        job, seconds, checked.recovery_connection_point, lambda other: accept(other, offer), finish, refused
    )


def _require_no_job(vm: "VirtualMachine") -> None:
    kinds = (JobType.CREATE_REPLICATION, JobType.REMOVE_REPLICATION)
    if any(job.owner is vm and job.job_type in kinds for job in vm.host.jobs.running):
        raise InvalidState()


def _enable_as_replica(vm: "VirtualMachine", terms: ReplicationTerms) -> Job:
    """A restored copy waits for its primary server (Enable-VMReplication -AsReplica)."""
    if vm.relationships:
        raise InvalidState(f"Replication is enabled for virtual machine '{vm.name}' already.")
    vm.require(VirtualMachineState.OFF)
    _require_no_job(vm)

    def finish() -> None:
        full_name = vm.host.operating_system.fully_qualified_name
        own = replace(terms, primary_host="", recovery_host=full_name, disks=all_disks(vm))
        register(ReplicationRelationship(vm, 0, own, is_source=False))

    return vm.host.jobs.run(JobType.CREATE_REPLICATION, vm, finish, affected=[vm])


def modify(vm: "VirtualMachine", terms: ReplicationTerms, index: int = 0) -> Job:
    """Change the terms of a source (job 92); the replica server is told. Raises InvalidState,
    InvalidParameter."""
    relationship = source_of(vm)
    if relationship.index != index:
        raise wrong_state(vm)
    checked = checked_terms(vm, terms, index=index)
    caller = caller_of(vm.host)
    job = relationship.job = Job(vm.host, JobType.MODIFY_REPLICATION, vm, [vm])
    key = relationship.key

    def ask(other: "Host") -> None:
        theirs = receiver(other, key, caller)
        expect(other, caller, checked)
        theirs.change_terms(
            recovery_history=checked.recovery_history,
            consistent_interval=checked.consistent_interval,
            interval=checked.interval,
            recovery_port=checked.recovery_port,
            authentication=checked.authentication,
        )
        drop_points(theirs.vm, recovery_points(theirs.vm)[: -checked.recovery_history or None])

    def finish(_: None) -> None:
        own = relationship.terms
        frequency = own.interval
        disks_changed = own.disks != checked.disks
        relationship.terms = replace(
            checked,
            primary_connection_point=own.primary_connection_point,
            primary_host=own.primary_host,
            recovery_host=own.recovery_host,
        )
        relationship.touch()
        if disks_changed and relationship.trackers:
            begin_tracking(relationship)
            require_resynchronization(relationship)
        elif checked.interval != frequency and relationship.cycle_timer is not None:
            plan_cycle(relationship)

    seconds = JobType.MODIFY_REPLICATION.seconds
    destination = checked.recovery_connection_point
    return converse(job, seconds, destination, ask, finish, told(vm, "modify replication settings"))


def remove(vm: "VirtualMachine", index: int | None = None) -> Job:
    """End the replication on this host only (job 93); a replica becomes an ordinary machine. Without an index
    every relationship ends. Raises InvalidState."""
    require_replication(vm)
    chosen = [each for each in vm.relationships if index is None or each.index == index]
    if not chosen:
        raise InvalidState(f"Replication is not enabled for virtual machine '{vm.name}'.")
    for relationship in chosen:
        require_idle(relationship)
        if not relationship.is_source:
            vm.require(VirtualMachineState.OFF, VirtualMachineState.SAVED, VirtualMachineState.RUNNING)

    def finish() -> None:
        for relationship in chosen:
            if relationship.is_live:
                end(relationship)
        write_replication_event(events.REMOVED, vm)

    job = vm.host.jobs.run(JobType.REMOVE_REPLICATION, vm, finish, affected=[vm])
    for relationship in chosen:
        relationship.job = job
    return job


def end(relationship: ReplicationRelationship) -> None:
    """A relationship ends; recovery points of a replica go."""
    vm = relationship.vm
    unregister(relationship)
    if not relationship.is_source:
        drop_points(vm, recovery_points(vm))


def suspend(relationship: ReplicationRelationship) -> Job:
    """Stop sending, or receiving, until it is resumed (job 96). Raises InvalidState."""
    vm = relationship.vm
    after = {
        _State.REPLICATING: _State.SUSPENDED,
        _State.RESYNCHRONIZING: _State.RESYNCHRONIZATION_SUSPENDED,
    }.get(relationship.state)
    if after is None:
        raise wrong_state(vm)

    def finish() -> None:
        running = relationship.job
        relationship.stop_cycles()
        relationship.enter(after)
        if running is not None and not running.finished:
            vm.host.jobs.abandon(running, HostError("The resynchronization was suspended."))
        write_replication_event(events.SUSPENDED, vm)

    return vm.host.jobs.run(JobType.REPLICATION_STATE, vm, finish, affected=[vm])


def resume(relationship: ReplicationRelationship) -> Job:
    """Go on (job 96); one that lost track resynchronizes (job 107). Raises InvalidState."""
    vm, state = relationship.vm, relationship.state
    require_idle(relationship)
    if relationship.is_source and state in _NEEDS_RESYNCHRONIZATION:
        return resynchronize(relationship)
    if state not in (_State.SUSPENDED, _State.CRITICAL):
        raise wrong_state(vm)

    def finish() -> None:
        relationship.failures = 0
        relationship.problem = None
        relationship.enter(_State.REPLICATING)
        write_replication_event(events.RESUMED, vm)
        if relationship.is_source:
            run_cycle(relationship)

    return vm.host.jobs.run(JobType.REPLICATION_STATE, vm, finish, affected=[vm])


_NEEDS_RESYNCHRONIZATION = (_State.WAITING_FOR_RESYNCHRONIZATION, _State.RESYNCHRONIZATION_SUSPENDED)


def set_authorization_entry(vm: "VirtualMachine", server: str, trust_group: str) -> None:
    """Let another primary server go on with a replica: one of an entry of this host. Raises InvalidState,
    NotFound."""
    relationship = replica_of(vm)
    entry = vm.host.replication.entry(server)
    if entry is None or (trust_group and entry.trust_group.casefold() != trust_group.casefold()):
        raise NotFound(f"There is no authorization entry for {server:.64} in that trust group.")
    relationship.entry = entry
    relationship.touch()


def test_connection(host: "Host", terms: ReplicationTerms) -> Job:
    """Ask a replica server whether this host could replicate to it (job 115). Raises InvalidParameter."""
    host.role.require()
    check_text("RecoveryConnectionPoint", terms.recovery_connection_point, 256, shortest=1)
    check_number("RecoveryServerPortNumber", terms.recovery_port, 1, 0xFFFF)
    caller = caller_of(host)
    job = Job(host, JobType.TEST_CONNECTION, None, [])

    def refused(error: HostError) -> HostError:
        return error

    def finish(_: Any) -> None:
        """It answered."""

    return converse(
        job,
        JobType.TEST_CONNECTION.seconds,
        terms.recovery_connection_point,
        lambda other: expect(other, caller, terms),
        finish,
        refused,
    )


def forget(vm: "VirtualMachine") -> None:
    """A machine is destroyed: its relationships end on this host."""
    for relationship in vm.relationships:
        unregister(relationship)
