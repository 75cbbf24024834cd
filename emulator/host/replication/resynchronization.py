"""Resynchronization: whole disks are compared because nobody knows any more what changed."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from emulator.host.errors import HostError, InvalidParameter
from emulator.host.job import Job, JobType
from emulator.host.replication import replication_events as events
from emulator.host.replication.replica_server import (
    caller_of,
    receive_images,
    receiver,
)
from emulator.host.replication.replication_cycles import replicating
from emulator.host.replication.replication_events import write_replication_event
from emulator.host.replication.replication_exchange import converse, told
from emulator.host.replication.replication_relationship import (
    ReplicationRelationship,
    ReplicationState,
)
from emulator.host.replication.replication_terms import (
    require_idle,
    wrong_state,
)
from emulator.host.replication.replication_transfer import difference, whole_disks
from emulator.host.storage.disk_transfer import BYTES_PER_SECOND

if TYPE_CHECKING:
    from emulator.host.host import Host

_State = ReplicationState
_LATEST_START = timedelta(days=7)


def require_resynchronization(relationship: ReplicationRelationship) -> None:
    """What changed is not known any more: whole disks must be compared. Inside the hours of the terms that
    happens by itself."""
    relationship.stop_cycles()
    relationship.enter(_State.WAITING_FOR_RESYNCHRONIZATION)
    write_replication_event(events.RESYNCHRONIZE, relationship.vm)
    if relationship.terms.auto_resynchronize and _is_time(relationship):
        resynchronize(relationship)


def _is_time(relationship: ReplicationRelationship) -> bool:
    host = relationship.host
    local = host.clock.now() + host.operating_system.utc_offset()
    now = timedelta(hours=local.hour, minutes=local.minute, seconds=local.second)
    begin, until = relationship.terms.resynchronize_from, relationship.terms.resynchronize_until
    return begin <= now < until if begin <= until else now >= begin or now < until


def resynchronize(relationship: ReplicationRelationship, start: datetime | None = None) -> Job:
    """Compare whole disks with the replica's and send what differs (job 107), now or at ``start``. Raises
    InvalidState, InvalidParameter."""
    vm, host = relationship.vm, relationship.host
    require_idle(relationship)
    if not relationship.is_source or relationship.state not in _CAN_RESYNCHRONIZE:
        raise wrong_state(vm)
    delay = 0.0 if start is None else (start - host.clock.now()).total_seconds()
    if delay > _LATEST_START.total_seconds():
        raise InvalidParameter("A resynchronization can be scheduled for the next seven days.")
    if delay <= 0:
        return _resynchronize(relationship)

    def begin() -> None:
        relationship.scheduled = None
        if relationship.is_live and relationship.state in _CAN_RESYNCHRONIZE:
            _resynchronize(relationship)

    def plan() -> None:
        relationship.enter(_State.WAITING_FOR_RESYNCHRONIZATION)
        relationship.stop_cycles()
        relationship.scheduled = host.clock.schedule(delay, begin)

    return host.jobs.run(JobType.REPLICATION_STATE, vm, plan, affected=[vm])


_CAN_RESYNCHRONIZE = (
    _State.REPLICATING,
    _State.SUSPENDED,
    _State.CRITICAL,
    _State.WAITING_FOR_RESYNCHRONIZATION,
    _State.RESYNCHRONIZATION_SUSPENDED,
)


def _resynchronize(relationship: ReplicationRelationship) -> Job:
    vm, host = relationship.vm, relationship.host
    relationship.stop_cycles()
    relationship.enter(_State.RESYNCHRONIZING)
    job = relationship.job = Job(host, JobType.RESYNCHRONIZE, vm, [vm])
    key, caller, destination = relationship.key, caller_of(host), relationship.partner

    def back() -> None:
        relationship.job = None
        if relationship.is_live and relationship.state is _State.RESYNCHRONIZING:
            relationship.enter(_State.WAITING_FOR_RESYNCHRONIZATION)

    def refused(error: HostError) -> HostError:
        relationship.problem = error
        back()
        write_replication_event(events.NOT_REPLICATED, vm, error.text)
        return told(vm, "resynchronize replication")(error)

    wanted = whole_disks(relationship, job, refused, back)
    if wanted is None:
        return job
    moment = host.clock.now()

    def ask(other: "Host") -> int:
        theirs = receiver(other, key, caller)
        size = difference(theirs.vm, wanted)
        receive_images(other, key, caller, wanted, moment)
        return size

    def finish(size: int) -> None:
        relationship.job = None
        relationship.statistics.total_size += size
        replicating(relationship, moment)
        write_replication_event(events.RESYNCHRONIZED, vm)

    size = sum(image.size for image in wanted)
    seconds = JobType.RESYNCHRONIZE.seconds + 0.1 * size / BYTES_PER_SECOND
    return converse(job, seconds, destination, ask, finish, refused, abandon=back)


def stop_resynchronizing(relationship: ReplicationRelationship) -> Job:
    """Give a resynchronization up (job 110). Raises InvalidState."""
    vm, host = relationship.vm, relationship.host
    if relationship.state is not _State.RESYNCHRONIZING and relationship.scheduled is None:
        raise wrong_state(vm)

    def finish() -> None:
        relationship.unschedule()
        running = relationship.job
        if running is not None and not running.finished:
            host.jobs.abandon(running, HostError("The resynchronization was cancelled."))

    return host.jobs.run(JobType.STOP_RESYNCHRONIZING, vm, finish, affected=[vm])
