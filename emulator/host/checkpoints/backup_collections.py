"""Snapshots and reference points of groups of virtual machines: one moment of all their members (2016 and
later)."""

from collections.abc import Callable, Iterator
from enum import IntEnum
from typing import TYPE_CHECKING, Generic, TypeVar

from emulator.host.checkpoints.checkpoint import Checkpoint
from emulator.host.checkpoints.checkpoint_merging import collect
from emulator.host.checkpoints.checkpoint_operations import (
    commit,
    commit_recovery,
    drop,
    prepared,
    prepared_recovery,
    put_back,
)
from emulator.host.checkpoints.reference_point_export import ExportJob, PointExport, export
from emulator.host.checkpoints.reference_points import (
    ConsistencyLevel,
    ReferencePoint,
    ReferencePointType,
    check_level,
)
from emulator.host.checks import check_choice
from emulator.host.errors import HostError, InvalidParameter, InvalidState, LimitExceeded, NotFound
from emulator.host.host_object import HostObject, operation
from emulator.host.identifiers import normalize_guid
from emulator.host.job import Job, JobFacts, JobType
from emulator.host.migration.machine_export import CheckpointsToExport, ExportSettings, export_now
from emulator.host.resources.virtual_machine_groups import VirtualMachineGroup
from emulator.host.virtual_machine.virtual_machine import VirtualMachine
from emulator.host.virtual_machine.virtual_machine_state import VirtualMachineState

if TYPE_CHECKING:
    from emulator.host.host import Host
    from emulator.host.storage.change_tracking import Place

#: Collections of one kind that a host keeps (chosen).
MAXIMUM_COLLECTIONS = 1_000
_State = VirtualMachineState
_STATES = (_State.OFF, _State.SAVED, _State.RUNNING, _State.PAUSED)
Member = TypeVar("Member", Checkpoint, ReferencePoint)


class CollectionSnapshotType(IntEnum):
    """SnapshotType of Msvm_CollectionSnapshotService.CreateSnapshot."""

    STANDARD = 1
    RECOVERY = 2


class BackupCollection(HostObject, Generic[Member]):
    """The snapshots or reference points of one moment, in the order of the group's machines."""

    is_registered = False

    def __init__(self, group: VirtualMachineGroup, members: list[Member]) -> None:
        super().__init__(group.host)
        self.id = group.host.new_guid()
        self.group = group
        self._members: list[Member] = members

    @property
    def members(self) -> list[Member]:
        """Those that still exist."""
        return [each for each in self._members if not each.deleted]


class SnapshotCollection(BackupCollection[Checkpoint]):
    """Msvm_SnapshotCollection."""


class PointCollection(BackupCollection[ReferencePoint]):
    """Msvm_ReferencePointCollection."""

    @property
    def type(self) -> ReferencePointType:
        """That of its points."""
        return self._members[0].type

    @property
    def consistency(self) -> ConsistencyLevel:
        """The weakest of its points."""
        return max(each.consistency for each in self._members)


class BackupCollections:
    """The collections by GUID, in order of creation."""

    def __init__(self, host: "Host") -> None:
        self.host = host
        self._snapshots: dict[str, SnapshotCollection] = {}
        self._points: dict[str, PointCollection] = {}

    @property
    def snapshots(self) -> Iterator[SnapshotCollection]:
        """Collections of snapshots."""
        return iter(list(self._snapshots.values()))

    @property
    def points(self) -> Iterator[PointCollection]:
        """Collections of reference points."""
        return iter(list(self._points.values()))

    def snapshot(self, identifier: str) -> SnapshotCollection | None:
        """The collection of snapshots of a GUID in any case."""
        return self._snapshots.get(normalize_guid(identifier))

    def point(self, identifier: str) -> PointCollection | None:
        """The collection of reference points of a GUID in any case."""
        return self._points.get(normalize_guid(identifier))

    # -- snapshots ----------------------------------------------------------------------------

    @operation
    def create_snapshot(self, group: VirtualMachineGroup, kind: int, consistency: int | None = None) -> Job:
        """Take a snapshot of every machine of a group (job 198), of all or of none: standard (1) or for a
        backup (2). Raises InvalidState (a machine cannot, or the group is empty), InvalidParameter,
        LimitExceeded, NotFound."""
        wanted = check_choice("SnapshotType", kind, CollectionSnapshotType)
        machines = self._machines(group)
        self._require_room(self._snapshots)
        recovery = wanted is CollectionSnapshotType.RECOVERY
        levels = [check_level(vm, consistency) if recovery else None for vm in machines]

        def finish() -> None:
            made: list[Checkpoint] = []
            try:
                for vm, level in zip(machines, levels, strict=True):
                    vm.require(*_STATES)
                    if level is None:
                        checkpoint = prepared(vm, None, production=vm.state is _State.OFF)
                        commit(vm, checkpoint)
                    else:
                        checkpoint = prepared_recovery(vm, level)
                        commit_recovery(checkpoint)
                    made.append(checkpoint)
            except HostError:
                _drop(made)
                raise
            self._add(self._snapshots, SnapshotCollection(group, made))

        return self._run(JobType.SNAPSHOT_COLLECTION, group, finish, machines)

    @operation
    def destroy_snapshot(self, collection: SnapshotCollection) -> Job:
        """Delete the snapshots of a collection (job 72). Raises NotFound, InvalidState."""
        members = self._require(self._snapshots, collection).members
        machines = [each.machine for each in members]
        _require_all(machines)

        def finish() -> None:
            _drop(collection.members)
            self._remove(self._snapshots, collection)

        return self._run(JobType.DELETE_CHECKPOINT, collection.group, finish, machines)

    @operation
    def apply_snapshot(self, collection: SnapshotCollection) -> Job:
        """Put every machine back to its snapshot (job 71); all must be off or saved. Raises NotFound,
        InvalidState."""
        members = self._require(self._snapshots, collection).members
        machines = [each.machine for each in members]
        _require_all(machines, _State.OFF, _State.SAVED)

        def finish() -> None:
            _require_all(machines, _State.OFF, _State.SAVED)
            for each in collection.members:
                put_back(each.machine, each)

        return self._run(JobType.APPLY_CHECKPOINT, collection.group, finish, machines)

    @operation
    def convert(self, collection: SnapshotCollection) -> Job:
        """Turn the recovery snapshots of a collection into reference points (job 200). Raises NotFound,
        InvalidState."""
        members = self._require(self._snapshots, collection).members
        self._require_room(self._points)
        machines = [self.host.reference_points.require_recovery(each) for each in members]

        def finish() -> None:
            for each in collection.members:
                self.host.reference_points.require_recovery(each)
            points = [self.host.reference_points.convert_now(each) for each in collection.members]
            self._remove(self._snapshots, collection)
            if points:
                self._add(self._points, PointCollection(collection.group, points))

        return self._run(JobType.CONVERT_TO_REFERENCE_POINT, collection.group, finish, machines)

    @operation
    def export_snapshot(
        self,
        collection: SnapshotCollection,
        folder: str,
        *,
        storage: bool = True,
        merge: bool = False,
        base: SnapshotCollection | PointCollection | None = None,
    ) -> Job:
        """Export every machine at its snapshot, each below a folder of its name (job 62); with a base what
        changed since the member of the same machine. Raises NotFound, InvalidState, PathExists, DiskFull,
        InvalidParameter (the base lacks a machine)."""
        members = self._require(self._snapshots, collection).members
        machines = [each.machine for each in members]
        _require_all(machines)
        settings = ExportSettings(storage=storage, checkpoints=CheckpointsToExport.ONE, merge=merge)
        earlier = _by_machine(base)
        if base is not None and any(vm not in earlier for vm in machines):
            raise InvalidParameter("The base does not belong to the same virtual machines.")

        def finish() -> None:
            for each in collection.members:
                moment = settings._replace(checkpoint=each, base=earlier.get(each.machine))
                export_now(each.machine, folder, moment)

        return self._run(JobType.EXPORT, collection.group, finish, machines)

    # -- reference points ---------------------------------------------------------------------

    @operation
    def create_points(self, group: VirtualMachineGroup, kind: int, consistency: int | None = None) -> Job:
        """Make a reference point of every machine of a group (job 205). Raises as the service of one
        machine."""
        wanted = check_choice("ReferencePointType", kind, ReferencePointType)
        machines = self._machines(group)
        self._require_room(self._points)
        levels: list[ConsistencyLevel] = []
        for vm in machines:
            self.host.reference_points.require(vm)
            levels.append(check_level(vm, consistency))

        def finish() -> None:
            for vm in machines:
                self.host.reference_points.require(vm)
            points = [
                self.host.reference_points.create_now(vm, wanted, level)
                for vm, level in zip(machines, levels, strict=True)
            ]
            self._add(self._points, PointCollection(group, points))

        return self._run(JobType.CREATE_COLLECTION_POINT, group, finish, machines)

    @operation
    def destroy_points(self, collection: PointCollection) -> Job:
        """Delete the points of a collection (job 208). Raises NotFound."""
        members = self._require(self._points, collection).members

        def finish() -> None:
            for each in collection.members:
                self.host.reference_points.drop(each)
            self._remove(self._points, collection)

        machines = [each.vm for each in members]
        return self._run(JobType.DESTROY_COLLECTION_POINT, collection.group, finish, machines)

    @operation
    def remove_data(self, collection: PointCollection) -> Job:
        """Drop the logs of a collection (job 207). Raises NotFound, InvalidState (there are none)."""
        members = self._require(self._points, collection).members
        if not any(each.has_data for each in members):
            raise InvalidState("The reference points have no associated data.")

        def finish() -> None:
            for each in collection.members:
                self.host.reference_points.drop_data(each)

        machines = [each.vm for each in members]
        return self._run(JobType.REMOVE_COLLECTION_DATA, collection.group, finish, machines)

    @operation
    def export_points(
        self,
        collection: PointCollection,
        folder: str,
        base: PointCollection | None = None,
        places: "dict[VirtualMachine, frozenset[Place]] | None" = None,
    ) -> Job:
        """Export the points of a collection, with what changed since those of a base (job 206); ``places``
        names the disks of the machines that are exported, None all of all. Raises as the export of one
        point."""
        members = self._require(self._points, collection).members
        if places is not None:
            members = [each for each in members if each.vm in places]
            if len(members) < len(places):
                raise InvalidParameter("A virtual machine has no reference point in the collection.")
        earlier = {} if base is None else {each.vm: each for each in base.members}
        if base is not None and any(each.vm not in earlier for each in members):
            raise InvalidParameter("The base does not belong to the same virtual machines.")
        full = self.host.filesystem.normalize(folder).rstrip("\\")
        wanted = {} if places is None else places
        exports = [PointExport(each, earlier.get(each.vm), wanted.get(each.vm)) for each in members]
        job = ExportJob(self.host, JobType.EXPORT_COLLECTION_POINT, collection.group, exports, full)
        job.group_id, job.collection_id = collection.group.id, collection.id
        job.base_collection_id = "" if base is None else base.id
        return export(job)

    # -- what they are made of ----------------------------------------------------------------

    def _machines(self, group: VirtualMachineGroup) -> list[VirtualMachine]:
        """The machines of a group and of its groups. Raises NotFound, InvalidState."""
        self.host.role.require()
        if group not in self.host.virtual_machine_groups:
            raise NotFound(f"The group {group.id} was not found.")
        found: dict[VirtualMachine, None] = {}
        seen: set[str] = set()
        waiting = [group]
        while waiting:
            each = waiting.pop(0)
            if each.id in seen:
                continue
            seen.add(each.id)
            for member in each.members:
                if isinstance(member, VirtualMachineGroup):
                    waiting.append(member)
                else:
                    found[member] = None
        if not found:
            raise InvalidState("The collection has no virtual machines.")
        _require_all(list(found))
        return list(found)

    def _run(
        self,
        kind: JobFacts,
        group: VirtualMachineGroup,
        finish: Callable[[], None],
        machines: list[VirtualMachine],
    ) -> Job:
        return self.host.jobs.run(kind, group, finish, affected=machines)

    def _require_room(self, table: "dict[str, SnapshotCollection] | dict[str, PointCollection]") -> None:
        if len(table) >= MAXIMUM_COLLECTIONS:
            raise LimitExceeded(f"There are at most {MAXIMUM_COLLECTIONS} collections.")

    def _require(self, table: "dict[str, Kind]", collection: "Kind") -> "Kind":
        self.host.role.require()
        if table.get(collection.id) is not collection:
            raise NotFound(f"The collection {collection.id} was not found.")
        return collection

    def _add(self, table: "dict[str, Kind]", collection: "Kind") -> None:
        table[collection.id] = collection
        collection.is_registered = True
        self.host.next_revision()
        self.host.observe("created", collection)

    def _remove(self, table: "dict[str, Kind]", collection: "Kind") -> None:
        if table.pop(collection.id, None) is not None:
            self.host.next_revision()
            self.host.observe("deleted", collection)


Kind = TypeVar("Kind", SnapshotCollection, PointCollection)


def _require_all(machines: list[VirtualMachine], *states: VirtualMachineState) -> None:
    for vm in machines:
        vm.require(*(states or _STATES))


def _by_machine(
    base: SnapshotCollection | PointCollection | None,
) -> dict[VirtualMachine, Checkpoint | ReferencePoint]:
    """The members of a collection by their machines."""
    found: dict[VirtualMachine, Checkpoint | ReferencePoint] = {}
    for each in () if base is None else base.members:
        found[each.machine if isinstance(each, Checkpoint) else each.vm] = each
    return found


def _drop(checkpoints: list[Checkpoint]) -> None:
    for each in checkpoints:
        drop(each.machine, [each])
        collect(each.machine)
