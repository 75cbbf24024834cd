"""Reverse replication: after a failover the replica becomes the primary, and the old primary its replica.

Called under the lock of the machine's host; what the other host has to do is asked in errands.
"""

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from emulator.host.errors import InvalidState, NotFound
from emulator.host.job import Job, JobType
from emulator.host.replication import replication_events as events
from emulator.host.replication.replica_server import (
    caller_of,
    drop_points,
    expect,
    recovery_points,
)
from emulator.host.replication.replication_cycles import go_on
from emulator.host.replication.replication_events import write_replication_event
from emulator.host.replication.replication_exchange import converse, told
from emulator.host.replication.replication_relationship import (
    ReplicationState,
    ReplicationTerms,
    ReplicationType,
)
from emulator.host.replication.replication_terms import checked_terms, replica_of
from emulator.host.replication.replication_transfer import end_tracking
from emulator.host.virtual_machine.virtual_machine import VirtualMachine
from emulator.host.virtual_machine.virtual_machine_state import VirtualMachineState

if TYPE_CHECKING:
    from emulator.host.host import Host

_State = ReplicationState
#: The states in which another machine has taken over.
FAILED_OVER = (_State.RECOVERED, _State.COMMITTED)


class _Turn(NamedTuple):
    """What the old primary server is asked: to take replicas of the machine from now on."""

    key: tuple[str, int]
    terms: ReplicationTerms
    is_planned: bool


def reverse(vm: VirtualMachine, terms: ReplicationTerms) -> Job:
    """Make a failed-over replica the primary (job 104) and the old primary its replica. After a planned
    failover changes follow at once; otherwise an initial replication must. Raises InvalidState,
    InvalidParameter; the old primary server must be enabled as a replica server."""
    relationship = replica_of(vm, *FAILED_OVER)
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

    seconds = JobType.REVERSE_REPLICATION.seconds
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
    relationship.stop_cycles()
    relationship.unschedule()
    end_tracking(relationship)
    relationship.is_source = False
    relationship.entry = host.replication.entry(server)
    relationship.last_point = None
    relationship.problem = None
    relationship.terms = replace(turn.terms, recovery_host=full_name)
    relationship.enter(_State.REPLICATING if turn.is_planned else _State.WAITING)
    return full_name
