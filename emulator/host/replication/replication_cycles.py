"""The cycles of a replication: on the clock the source takes what changed and hands it over."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from emulator.host.errors import HostError
from emulator.host.guest.integration_services import answers_vss
from emulator.host.replication import replication_events as events
from emulator.host.replication.replica_server import (
    ServerUnreachable,
    caller_of,
    is_ready,
    receive_cycles,
)
from emulator.host.replication.replication_events import write_replication_event
from emulator.host.replication.replication_exchange import reach
from emulator.host.replication.replication_relationship import (
    ReplicationRelationship,
    ReplicationState,
    ReplicationType,
)
from emulator.host.replication.replication_terms import (
    wrong_state,
)
from emulator.host.replication.replication_transfer import (
    Cycle,
    lost_track,
    take_back,
    take_cycle,
)
from emulator.host.storage.disk_transfer import BYTES_PER_SECOND
from emulator.host.virtual_machine.virtual_machine_state import VirtualMachineState

if TYPE_CHECKING:
    from emulator.host.host import Host

_State = ReplicationState
#: Cycles that may wait for an errand; more changes stay with the trackers.
_MAXIMUM_PENDING = 1024
#: Failed attempts in a row after which replication stops (chosen).
_MAXIMUM_FAILURES = 10


def replicating(relationship: ReplicationRelationship, moment: datetime) -> None:
    """The replica has what the source had at a moment: cycles follow."""
    relationship.last_time = moment
    relationship.last_type = ReplicationType.REGULAR
    relationship.last_point = moment
    relationship.failures = 0
    relationship.problem = None
    relationship.is_exported = False
    relationship.enter(_State.REPLICATING)
    plan_cycle(relationship)


def plan_cycle(relationship: ReplicationRelationship) -> None:
    """The next cycle comes after the interval of the terms."""
    relationship.stop_cycles()
    relationship.cycle_timer = relationship.host.clock.schedule(
        relationship.terms.interval, lambda: run_cycle(relationship)
    )


def wait_for_import(relationship: ReplicationRelationship) -> None:
    """The initial replication travels by other means: every cycle asks whether it has arrived."""
    relationship.is_exported = True
    plan_cycle(relationship)


def run_cycle(relationship: ReplicationRelationship) -> None:
    """A cycle is due: take what changed, and have it sent when this step has ended."""
    relationship.cycle_timer = None
    if not relationship.is_live or relationship.vm.deleted:
        return
    if relationship.is_exported:
        relationship.host.after_step(lambda: _ask_for_import(relationship))
        plan_cycle(relationship)
        return
    if relationship.state is not _State.REPLICATING:
        return
    if lost_track(relationship):
        _lost(relationship)
        return
    if len(relationship.pending) >= _MAXIMUM_PENDING:
        relationship.statistics.misses += 1
    else:
        try:
            relationship.pending.append(take_cycle(relationship, _kind_of_cycle(relationship)))
        except HostError as error:
            _failed(relationship, error)
            return
    plan_cycle(relationship)
    _post(relationship)


def _post(relationship: ReplicationRelationship) -> None:
    if not relationship.is_sending:
        relationship.is_sending = True
        relationship.host.after_step(lambda: _send(relationship))


def _kind_of_cycle(relationship: ReplicationRelationship) -> ReplicationType:
    hours = relationship.terms.consistent_interval
    before, now = relationship.last_point, relationship.host.clock.now()
    # Timers are exact, so the hour is met by the cycle that is due then.
    if not hours or (before is not None and now - before < timedelta(hours=hours)):
        return ReplicationType.REGULAR
    vm = relationship.vm
    relationship.last_point = now
    # A replica that is replicated on does not run: what it received consistent it cannot ask for again.
    if vm.state is not VirtualMachineState.OFF and not answers_vss(vm):
        relationship.statistics.consistent_failures += 1
        return ReplicationType.REGULAR
    return ReplicationType.APPLICATION_CONSISTENT


def _send(relationship: ReplicationRelationship) -> None:
    """An errand: hand over every cycle that waits."""
    host = relationship.host
    with host.looking():
        cycles = list(relationship.pending)
        if not cycles or not relationship.is_live:
            relationship.is_sending = False
            return
        key, caller, partner = relationship.key, caller_of(host), relationship.partner
    try:
        other = reach(host, partner)
        with other.looking():
            receive_cycles(other, key, caller, cycles)
    except HostError as error:
        with host.looking():
            relationship.is_sending = False
            if relationship.is_live:
                _failed(relationship, error)
        return
    with host.looking():
        relationship.is_sending = False
        if relationship.is_live:
            _sent(relationship, cycles)


def _sent(relationship: ReplicationRelationship, cycles: list[Cycle]) -> None:
    del relationship.pending[: len(cycles)]
    counted = relationship.statistics
    for cycle in cycles:
        latency = cycle.size / BYTES_PER_SECOND
        counted.successes += 1
        counted.total_size += cycle.size
        counted.greatest_size = max(counted.greatest_size, cycle.size)
        counted.total_latency += latency
        counted.greatest_latency = max(counted.greatest_latency, latency)
        relationship.last_time, relationship.last_type = cycle.moment, cycle.type
        if cycle.type is ReplicationType.APPLICATION_CONSISTENT:
            relationship.last_consistent_time = cycle.moment
    relationship.failures = 0
    relationship.problem = None
    relationship.touch()


def _failed(relationship: ReplicationRelationship, error: HostError) -> None:
    """A server that does not answer is tried again; what it refuses stops the replication."""
    vm, counted = relationship.vm, relationship.statistics
    retried = isinstance(error, ServerUnreachable)
    # When the clock jumps several cycles come due at once: each of them failed.
    failed = min(len(relationship.pending) or 1, _MAXIMUM_FAILURES - relationship.failures) if retried else 1
    take_back(relationship)
    minutes = str(-(-relationship.terms.interval // 60))
    for _ in range(failed):
        counted.misses += 1
        counted.failures += 1
        counted.network_failures += retried
        relationship.failures += 1
        write_replication_event(events.NOT_REPLICATED, vm, error.text)
        if retried and relationship.failures < _MAXIMUM_FAILURES:
            write_replication_event(events.RETRIED, vm, minutes)
    relationship.problem = error
    if retried and relationship.failures < _MAXIMUM_FAILURES:
        relationship.touch()
        if relationship.cycle_timer is None and relationship.state is _State.REPLICATING:
            plan_cycle(relationship)
        return
    relationship.stop_cycles()
    write_replication_event(events.STOPPED, vm)
    if relationship.state is _State.REPLICATING:
        relationship.enter(_State.CRITICAL)


def _ask_for_import(relationship: ReplicationRelationship) -> None:
    host = relationship.host
    with host.looking():
        if not relationship.is_waiting_for_import:
            return
        key, caller, partner = relationship.key, caller_of(host), relationship.partner
    try:
        other = reach(host, partner)
        with other.looking():
            ready = is_ready(other, key, caller)
    except HostError as error:
        with host.looking():
            relationship.problem = error
        return
    with host.looking():
        if ready and relationship.is_waiting_for_import:
            moment = relationship.last_time or host.clock.now()
            replicating(relationship, moment)
            write_replication_event(events.INITIAL_COMPLETED, relationship.vm)


def send_now(
    relationship: ReplicationRelationship, kind: ReplicationType
) -> "tuple[Callable[[Host], None], Callable[[], None]]":
    """The last cycle before a planned failover: what to ask the replica server, and what to note then.
    Raises InvalidState (resynchronization is needed), NotFound."""
    if lost_track(relationship):
        _lost(relationship)
        raise wrong_state(relationship.vm)
    relationship.stop_cycles()
    relationship.pending.append(take_cycle(relationship, kind))
    key, caller, cycles = relationship.key, caller_of(relationship.host), list(relationship.pending)
    return (
        lambda other: receive_cycles(other, key, caller, cycles),
        lambda: _sent(relationship, cycles),
    )


def go_on(relationship: ReplicationRelationship) -> None:
    """Replicate from now on; what was tracked meanwhile is sent in the next cycle."""
    relationship.failures = 0
    relationship.problem = None
    relationship.enter(_State.REPLICATING)
    plan_cycle(relationship)


def _lost(relationship: ReplicationRelationship) -> None:
    from emulator.host.replication.resynchronization import require_resynchronization

    require_resynchronization(relationship)
