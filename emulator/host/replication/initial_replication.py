"""Initial replication over the network: whole disks, now or at a time."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from emulator.host.checks import check_choice
from emulator.host.errors import HostError, InvalidParameter
from emulator.host.job import Job, JobType
from emulator.host.replication import replication_events as events
from emulator.host.replication.replica_server import (
    caller_of,
    receive_images,
)
from emulator.host.replication.replication_cycles import replicating
from emulator.host.replication.replication_events import write_replication_event
from emulator.host.replication.replication_exchange import converse, told
from emulator.host.replication.replication_relationship import (
    InitialReplication,
    ReplicationRelationship,
    ReplicationState,
)
from emulator.host.replication.replication_terms import (
    source_of,
    wrong_state,
)
from emulator.host.replication.replication_transfer import whole_disks
from emulator.host.storage.disk_transfer import BYTES_PER_SECOND

if TYPE_CHECKING:
    from emulator.host.virtual_machine.virtual_machine import VirtualMachine

_State = ReplicationState
_LATEST_START = timedelta(days=7)


def start_initial(
    vm: "VirtualMachine",
    kind: InitialReplication | int = InitialReplication.NETWORK,
    *,
    folder: str | None = None,
    start: datetime | None = None,
) -> Job:
    """Begin the initial replication (job 94; the transfer is a job 116 of its own): over the network, now or
    at ``start`` (at most seven days ahead); with comparison of the copy that the replica server has; or to a
    folder (job 118). Raises InvalidState, InvalidParameter, PathNotFound."""
    relationship = source_of(vm, _State.READY)
    wanted = check_choice("InitialReplicationType", kind, InitialReplication)
    host = vm.host
    if wanted is InitialReplication.EXPORT:
        if not folder:
            raise InvalidParameter("The initial replication needs a folder to be written to.")
        from emulator.host.replication.initial_replica import export_initial

        return export_initial(relationship, folder)
    delay = 0.0 if start is None else (start - host.clock.now()).total_seconds()
    if delay > _LATEST_START.total_seconds():
        raise InvalidParameter("The initial replication can be scheduled for the next seven days.")
    relationship.unschedule()

    def begin() -> None:
        relationship.scheduled = None
        if relationship.is_live and relationship.state is _State.READY:
            _send_initial(relationship, wanted)

    def finish() -> None:
        if delay > 0:
            relationship.scheduled = host.clock.schedule(delay, begin)
            relationship.touch()
        else:
            begin()

    relationship.problem = None
    return host.jobs.run(JobType.START_REPLICATION, vm, finish, affected=[vm])


def _send_initial(relationship: ReplicationRelationship, kind: InitialReplication) -> None:
    """Send whole disks; the machine may run meanwhile, and what it writes is sent in the first cycle."""
    vm, host = relationship.vm, relationship.host
    key, caller = relationship.key, caller_of(host)
    job = relationship.job = Job(host, JobType.SEND_INITIAL, vm, [vm])
    relationship.enter(_State.WAITING)
    write_replication_event(events.INITIAL_STARTED, vm)

    def back() -> None:
        if relationship.is_live:
            relationship.job = None
            relationship.enter(_State.READY)

    def refused(error: HostError) -> HostError:
        relationship.problem = error
        back()
        write_replication_event(events.INITIAL_FAILED, vm, error.text)
        return told(vm, "start initial replication")(error)

    wanted = whole_disks(relationship, job, refused, back)
    if wanted is None:
        return
    moment = host.clock.now()

    def finish(_: None) -> None:
        relationship.job = None
        replicating(relationship, moment)
        write_replication_event(events.INITIAL_COMPLETED, vm)

    # A comparison reads both copies and sends what differs (chosen: a tenth of the time of a transfer).
    share = 0.1 if kind is InitialReplication.SEEDED else 1.0
    size = sum(image.size for image in wanted)
    seconds = JobType.SEND_INITIAL.seconds + share * size / BYTES_PER_SECOND
    converse(
        job,
        seconds,
        relationship.partner,
        lambda other: receive_images(other, key, caller, wanted, moment),
        finish,
        refused,
        abandon=back,
    )


def stop_initial(relationship: ReplicationRelationship) -> Job:
    """Stop or unschedule the initial replication (job 109). Raises InvalidState."""
    vm, host = relationship.vm, relationship.host
    waits = relationship.state is _State.READY and relationship.scheduled is not None
    if not (waits or relationship.state is _State.WAITING):
        raise wrong_state(vm)

    def finish() -> None:
        relationship.unschedule()
        running = relationship.job
        if running is not None and not running.finished:
            host.jobs.abandon(running, HostError("The initial replication was cancelled."))
        relationship.is_exported = False
        relationship.stop_cycles()
        relationship.enter(_State.READY)

    return host.jobs.run(JobType.STOP_INITIAL, vm, finish, affected=[vm])
