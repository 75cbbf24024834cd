"""Failback: an old primary gets what happened on the machine that took over, and is the primary again.

Called under the lock of the machine's host; what the other host has to do is asked in errands.
"""

from typing import TYPE_CHECKING

from emulator.host.checkpoints.checkpoint import Checkpoint
from emulator.host.errors import HostError, InvalidState, NotFound
from emulator.host.guest.guest_data import GuestData
from emulator.host.identifiers import normalize_guid
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
    ReplicationRelationship,
    ReplicationState,
    ReplicationType,
)
from emulator.host.replication.replication_terms import source_of
from emulator.host.replication.replication_transfer import begin_tracking, end_tracking, place_images
from emulator.host.replication.reverse_replication import FAILED_OVER
from emulator.host.storage.change_tracking import drives_by_place
from emulator.host.storage.flat_image import DiskImage, image_of
from emulator.host.virtual_machine.virtual_machine import VirtualMachine
from emulator.host.virtual_machine.virtual_machine_state import VirtualMachineState

if TYPE_CHECKING:
    from emulator.host.host import Host

_State = ReplicationState


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
    relationship.stop_cycles()
    relationship.enter(_State.FAILBACK)

    def ask(other: "Host") -> tuple[list[DiskImage], GuestData]:
        expect(other, caller, terms)
        theirs = _failed_over(other, key, vm.name)
        source = theirs.vm if point is None else _recovery_point(theirs.vm, point)
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

    seconds = JobType.FAIL_BACK.seconds
    return converse(job, seconds, relationship.partner, ask, finish, refused, abandon=back)


def become_primary(vm: VirtualMachine) -> Job:
    """After a failback: the old primary is the primary again, and the machine that took over its replica
    (job 123). Raises InvalidState."""
    relationship = source_of(vm, _State.FAILBACK_COMPLETE)
    host, key, caller, terms = vm.host, relationship.key, caller_of(vm.host), relationship.terms
    job = relationship.job = Job(host, JobType.BECOME_PRIMARY, vm, [vm])

    def ask(other: "Host") -> None:
        expect(other, caller, terms)
        theirs = _failed_over(other, key, vm.name)
        end_tracking(theirs)
        theirs.latest_point = None
        theirs.failed_over = ReplicationType.NONE
        drop_points(theirs.vm, recovery_points(theirs.vm))
        theirs.enter(_State.REPLICATING)

    def finish(_: None) -> None:
        begin_tracking(relationship)
        relationship.last_time = host.clock.now()
        go_on(relationship)

    seconds = JobType.BECOME_PRIMARY.seconds
    return converse(job, seconds, relationship.partner, ask, finish, told(vm, "change the replication mode"))


def _recovery_point(vm: VirtualMachine, identifier: str) -> Checkpoint:
    """The recovery point of a GUID. Raises NotFound."""
    wanted = normalize_guid(identifier)
    found = next((each for each in recovery_points(vm) if each.id == wanted), None)
    if found is None:
        raise NotFound(f"The recovery point {identifier:.64} was not found.")
    return found


def _failed_over(host: "Host", key: tuple[str, int], name: str) -> ReplicationRelationship:
    """The replication at the server that took over, whose machine must be off. Raises InvalidState."""
    theirs = host.replication.relationships.get(key)
    if theirs is None or theirs.is_source or theirs.state not in FAILED_OVER:
        raise InvalidState(f"The replica of virtual machine '{name}' was not failed over.")
    theirs.vm.require(VirtualMachineState.OFF)
    return theirs
