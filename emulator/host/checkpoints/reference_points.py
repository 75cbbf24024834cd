"""Reference points: moments of a virtual machine from which a backup tracks what changed (2016 and later).

A resilient change tracking (RCT) point names one id for each virtual hard disk; with it a backup asks for the
changes since then. A log based one keeps a log of its own until that is removed.
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from enum import IntEnum
from typing import TYPE_CHECKING, NamedTuple

from emulator.host.checks import check_choice
from emulator.host.errors import InvalidParameter, InvalidState, LimitExceeded, NotFound, NotSupported
from emulator.host.guest.integration_services import answers_vss
from emulator.host.host_object import HostObject, operation
from emulator.host.identifiers import normalize_guid
from emulator.host.job import Job, JobType
from emulator.host.storage.change_tracking import (
    ChangeTracker,
    Place,
    drives_by_place,
    place_of,
    track,
    untrack,
)
from emulator.host.storage.disk_image.errors import INVALID_CHANGE_TRACKING_ID, TEXTS
from emulator.host.storage.disk_image.extents import Extents
from emulator.host.virtual_machine.virtual_machine_state import VirtualMachineState

if TYPE_CHECKING:
    from emulator.host.checkpoints.checkpoint import Checkpoint
    from emulator.host.host import Host
    from emulator.host.migration.differential_export import DiskState
    from emulator.host.virtual_machine.virtual_machine import VirtualMachine

#: Points of one machine (chosen); each costs a set of ranges a disk.
MAXIMUM_POINTS = 64
_FIRST_BUILD = 14393
#: The first configuration version whose machines have change tracking (documented for 2016).
_FIRST_VERSION = (6, 2)
_State = VirtualMachineState


class ReferencePointType(IntEnum):
    """ReferencePointType."""

    LOG = 1
    RCT = 2


class ConsistencyLevel(IntEnum):
    """ConsistencyLevel of snapshots and reference points."""

    APPLICATION = 1
    CRASH = 2


class TrackedDisk(NamedTuple):
    """One disk of a point: where it is, the id of its tracking, and who notes the changes since then."""

    place: Place
    tracking_id: str
    tracker: ChangeTracker


class ReferencePoint(HostObject):
    """``has_data`` says that a log is there. ``vm`` is the machine that it belongs to."""

    is_registered = False

    def __init__(
        self,
        vm: "VirtualMachine",
        kind: ReferencePointType,
        consistency: ConsistencyLevel,
        disks: tuple[TrackedDisk, ...],
        identifier: str | None = None,
        created: datetime | None = None,
    ) -> None:
        super().__init__(vm.host)
        self.id = vm.host.new_guid() if identifier is None else identifier
        self.vm = vm
        self.type = kind
        self.consistency = consistency
        self.disks = disks
        self.created = vm.host.clock.now() if created is None else created
        self.has_data = kind is ReferencePointType.LOG
        #: What changed on its disks between earlier points and this one, by their ids of tracking.
        self.changes: Mapping[str, Extents] = {}
        #: Its disks as they were, by their places; nothing of a point that was read from a file.
        self.states: Mapping[Place, DiskState] = {}
        self.deleted = False


class ReferencePoints:
    """The points by GUID, in order of creation."""

    def __init__(self, host: "Host") -> None:
        self.host = host
        self._points: dict[str, ReferencePoint] = {}
        self._tracked: dict[str, tuple[ReferencePoint, TrackedDisk]] = {}

    def seed(self) -> None:
        """None at the start."""
        for point in self._points.values():
            point.deleted = True
        self._points.clear()
        self._tracked.clear()

    def __iter__(self) -> Iterator[ReferencePoint]:
        return iter(list(self._points.values()))

    def __contains__(self, point: object) -> bool:
        return isinstance(point, ReferencePoint) and self._points.get(point.id) is point

    def get(self, identifier: str) -> ReferencePoint | None:
        """The point of a GUID in any case."""
        return self._points.get(normalize_guid(identifier))

    def of(self, vm: "VirtualMachine") -> list[ReferencePoint]:
        """The points of a machine."""
        return [point for point in self._points.values() if point.vm is vm]

    def tracked(self, tracking_id: str) -> tuple[ReferencePoint, TrackedDisk] | None:
        """The point and disk of an id of change tracking, in any case."""
        return self._tracked.get(tracking_id.lower())

    # -- operations ---------------------------------------------------------------------------

    @operation
    def create(self, vm: "VirtualMachine", kind: int, consistency: int | None = None) -> Job:
        """Make a point of the present moment (job 201). Raises NotSupported (before 2016, old configuration
        versions), InvalidState, InvalidParameter, LimitExceeded."""
        wanted = check_choice("ReferencePointType", kind, ReferencePointType)
        self.require(vm)
        vm.require(_State.OFF, _State.SAVED, _State.RUNNING, _State.PAUSED)
        level = check_level(vm, consistency)

        def finish() -> None:
            self.create_now(vm, wanted, level)

        return self.host.jobs.run(JobType.CREATE_REFERENCE_POINT, vm, finish, affected=[vm])

    def create_now(
        self, vm: "VirtualMachine", kind: ReferencePointType, level: ConsistencyLevel
    ) -> ReferencePoint:
        """The same without a job. Call it under the lock. Raises LimitExceeded."""
        from emulator.host.migration.differential_export import states_of

        changes = changes_of(vm)
        point = ReferencePoint(vm, kind, level, begin_tracking(vm))
        point.changes, point.states = changes, states_of(vm)
        self.add(point)
        return point

    @operation
    def convert(self, checkpoint: "Checkpoint") -> Job:
        """Turn a recovery snapshot into an RCT point of its moment (job 200); its files are merged. Raises
        InvalidState (no recovery snapshot), NotFound."""
        vm = self.require_recovery(checkpoint)

        def finish() -> None:
            self.convert_now(checkpoint)

        return self.host.jobs.run(
            JobType.CONVERT_TO_REFERENCE_POINT,
            vm,
            finish,
            affected=[vm, checkpoint],
        )

    def convert_now(self, checkpoint: "Checkpoint") -> ReferencePoint:
        """The same without a job. Call it under the lock; raises as ``convert``."""
        from emulator.host.checkpoints.checkpoint_merging import collect
        from emulator.host.checkpoints.checkpoint_operations import drop
        from emulator.host.migration.differential_export import states_of

        vm = self.require_recovery(checkpoint)
        level = ConsistencyLevel.APPLICATION if checkpoint.is_production else ConsistencyLevel.CRASH
        point = ReferencePoint(
            vm, ReferencePointType.RCT, level, checkpoint.tracked, created=checkpoint.created
        )
        point.changes, point.states = checkpoint.changes, states_of(checkpoint)
        checkpoint.tracked = ()
        self.add(point)
        drop(vm, [checkpoint])
        collect(vm)
        vm.last_backup = point.created
        vm.touch()
        return point

    @operation
    def destroy(self, point: ReferencePoint) -> Job:
        """Delete a point (job 202). Raises NotFound."""
        self._require_point(point)
        return self.host.jobs.run(
            JobType.DESTROY_REFERENCE_POINT, point.vm, lambda: self.drop(point), affected=[point.vm]
        )

    @operation
    def remove_data(self, point: ReferencePoint) -> Job:
        """Drop the log of a point (job 204). Raises NotFound, InvalidState (it has none)."""
        self._require_point(point)
        if not point.has_data:
            raise InvalidState("The reference point has no associated data.")
        return self.host.jobs.run(
            JobType.REMOVE_ASSOCIATED_DATA, point.vm, lambda: self.drop_data(point), affected=[point.vm]
        )

    # -- what they are made of; called under the lock -----------------------------------------

    def add(self, point: ReferencePoint) -> None:
        """Register a point. Raises LimitExceeded."""
        if len(self.of(point.vm)) >= MAXIMUM_POINTS:
            end_tracking(point.vm, point.disks)
            raise LimitExceeded(f"A virtual machine can have at most {MAXIMUM_POINTS} reference points.")
        self._points[point.id] = point
        for disk in point.disks:
            self._tracked[disk.tracking_id.lower()] = (point, disk)
        point.is_registered = True
        self.host.next_revision()
        self.host.observe("created", point)

    def drop(self, point: ReferencePoint) -> None:
        """Forget a point; no error when it is gone already."""
        if self._points.pop(point.id, None) is None:
            return
        for disk in point.disks:
            self._tracked.pop(disk.tracking_id.lower(), None)
        end_tracking(point.vm, point.disks)
        point.deleted = True
        self.host.next_revision()
        self.host.observe("deleted", point)

    def drop_data(self, point: ReferencePoint) -> None:
        """Its log is gone."""
        point.has_data = False
        point.touch()

    def forget(self, vm: "VirtualMachine") -> None:
        """A machine is destroyed."""
        for point in self.of(vm):
            self.drop(point)

    def require(self, vm: "VirtualMachine") -> None:
        """Raise NotSupported for releases and configuration versions without change tracking, LimitExceeded,
        NotFound, InvalidState (a planned machine)."""
        self.host.role.require()
        vm.require_alive()
        if vm.is_checkpoint:
            raise InvalidState("A planned virtual machine has no reference points.")
        if self.host.release.build < _FIRST_BUILD or _version(vm.version) < _FIRST_VERSION:
            raise NotSupported("The configuration version of the virtual machine has no change tracking.")
        if len(self.of(vm)) >= MAXIMUM_POINTS:
            raise LimitExceeded(f"A virtual machine can have at most {MAXIMUM_POINTS} reference points.")

    def require_recovery(self, checkpoint: "Checkpoint") -> "VirtualMachine":
        """The machine of a recovery snapshot. Raises NotFound, InvalidState."""
        if checkpoint.deleted:
            raise NotFound(f"The checkpoint {checkpoint.id} was not found.")
        if not checkpoint.is_recovery:
            raise InvalidState("Only a recovery snapshot can be converted to a reference point.")
        vm = checkpoint.machine
        self.require(vm)
        vm.require(_State.OFF, _State.SAVED, _State.RUNNING, _State.PAUSED)
        return vm

    def _require_point(self, point: ReferencePoint) -> None:
        self.host.role.require()
        if point not in self:
            raise NotFound(f"The reference point {point.id} was not found.")


def _version(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(".")) if text else ()


def check_level(vm: "VirtualMachine", consistency: int | None) -> ConsistencyLevel:
    """The consistency of a backup: what was asked for, else application consistent when the guest can. Raises
    InvalidState when it must and cannot, InvalidParameter."""
    able = vm.state is _State.OFF or answers_vss(vm)
    if not consistency:
        return ConsistencyLevel.APPLICATION if able else ConsistencyLevel.CRASH
    level = check_choice("ConsistencyLevel", consistency, ConsistencyLevel)
    if level is ConsistencyLevel.APPLICATION and not able:
        raise InvalidState(
            f"The guest of '{vm.name}' cannot make an application-consistent backup."
            f" (Virtual machine ID {vm.id})"
        )
    return level


def begin_tracking(vm: "VirtualMachine") -> tuple[TrackedDisk, ...]:
    """From now on note what is written to the machine's disks, each under an id of its own."""
    return tuple(
        TrackedDisk(place_of(drive), new_tracking_id(vm.host), track(drive))
        for drive in vm.hard_disk_drives
        if drive.path is not None
    )


def end_tracking(vm: "VirtualMachine", disks: tuple[TrackedDisk, ...]) -> None:
    """Note it no longer."""
    drives = drives_by_place(vm)
    for disk in disks:
        if disk.place in drives:
            untrack(drives[disk.place], disk.tracker)


def new_tracking_id(host: "Host") -> str:
    """``rctX:7a1fd6d8:4a92:4a7c:9ee7:4a6dafb4aa7c:00000000`` (form observed on real hosts)."""
    return f"rctX:{host.new_guid().lower().replace('-', ':')}:00000000"


def changes_since(
    host: "Host", path: str, tracking_id: str, offset: int = 0, length: int | None = None
) -> tuple[int, Extents]:
    """How far was looked, and which bytes of the disk of a file were written since a point, up to now, or,
    for the file of a recovery snapshot, up to that. Raises InvalidParameter, FileNotFound."""
    disk = host.virtual_disks.find(path)
    found = host.reference_points.tracked(tracking_id)
    if found is None:
        raise InvalidParameter(TEXTS[INVALID_CHANGE_TRACKING_ID], hresult=INVALID_CHANGE_TRACKING_ID)
    point, tracked = found
    changed = None
    for checkpoint in point.vm.checkpoints:
        drive = drives_by_place(checkpoint).get(tracked.place)
        if checkpoint.is_recovery and drive is not None and drive.virtual_disk is disk:
            changed = checkpoint.changes.get(tracked.tracking_id.lower())
    own = drives_by_place(point.vm).get(tracked.place)
    if changed is None and own is not None and own.virtual_disk is not None:
        changed = tracked.tracker.changed if disk in own.virtual_disk.chain else None
    if changed is None or tracked.tracker.lost:
        raise InvalidParameter(TEXTS[INVALID_CHANGE_TRACKING_ID], hresult=INVALID_CHANGE_TRACKING_ID)
    end = disk.size if length is None else min(disk.size, offset + length)
    if not 0 <= offset <= disk.size:
        raise InvalidParameter("ByteOffset is outside of the virtual hard disk.")
    return max(0, end - offset), Extents(changed.within(offset, end))


def changes_of(vm: "VirtualMachine") -> dict[str, Extents]:
    """What changed up to now since each point of a machine, by ids of tracking in lower case."""
    return {
        disk.tracking_id.lower(): disk.tracker.changed
        for point in vm.host.reference_points.of(vm)
        for disk in point.disks
    }


def remember_changes(checkpoint: "Checkpoint") -> None:
    """A recovery snapshot was taken: keep what changed until then since each point of its machine, and begin
    to track from it on."""
    vm = checkpoint.machine
    checkpoint.changes = changes_of(vm)
    with suppress(NotSupported, LimitExceeded):
        vm.host.reference_points.require(vm)
        checkpoint.tracked = begin_tracking(vm)
