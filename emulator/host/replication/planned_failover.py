"""Planned failover, at the primary: what is left of a machine is sent before the replica takes over.

Called under the lock of the machine's host; what the other host has to do is asked in errands.
"""

from typing import TYPE_CHECKING

from emulator.host.errors import HostError
from emulator.host.job import Job, JobType
from emulator.host.replication import replication_events as events
from emulator.host.replication.replication_cycles import go_on, send_now
from emulator.host.replication.replication_events import write_replication_event
from emulator.host.replication.replication_exchange import converse, told
from emulator.host.replication.replication_relationship import (
    ReplicationState,
    ReplicationType,
)
from emulator.host.replication.replication_terms import source_of
from emulator.host.replication.replication_transfer import take_back
from emulator.host.virtual_machine.virtual_machine import VirtualMachine
from emulator.host.virtual_machine.virtual_machine_state import VirtualMachineState

if TYPE_CHECKING:
    pass

_State = ReplicationState


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

    seconds = JobType.SYNCHRONIZE_REPLICA.seconds
    return converse(job, seconds, relationship.partner, ask, finish, refused, abandon=back)


def cancel_preparation(vm: VirtualMachine) -> Job:
    """Let a machine that was prepared go on as the primary (job 101). Raises InvalidState."""
    relationship = source_of(vm, _State.SYNCHRONIZED)
    return vm.host.jobs.run(JobType.CANCEL_SYNCHRONIZATION, vm, lambda: go_on(relationship), affected=[vm])
