"""What travels in a replication: whole disks, and what was written to them since the last time.

Both are facts that never change, taken under the lock of one host and placed under that of another.
"""

from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from emulator.host.errors import HostError, InvalidState, NotFound, PathExists
from emulator.host.guest.guest_data import GuestData
from emulator.host.guest.key_value_pairs import PairSource
from emulator.host.replication.replication_relationship import ReplicationType
from emulator.host.storage.change_tracking import ChangeTracker, Place, drives_by_place, track, untrack
from emulator.host.storage.disk_conversion import flat_facts
from emulator.host.storage.disk_image.extents import Extents
from emulator.host.storage.disk_image.kinds import DiskKind
from emulator.host.storage.disk_image.payload import Payload
from emulator.host.storage.flat_image import DiskImage, image_of
from emulator.host.storage.virtual_disk import VirtualDisk

if TYPE_CHECKING:
    from collections.abc import Callable

    from emulator.host.guest.guest import InstalledSystem
    from emulator.host.host import Host
    from emulator.host.job import Job
    from emulator.host.replication.replication_relationship import ReplicationRelationship
    from emulator.host.virtual_machine.virtual_machine import VirtualMachine


class DiskDelta(NamedTuple):
    """The bytes ``changed`` of one disk; those of them that hold something are ``written``."""

    place: Place
    changed: Extents
    written: Extents
    payload: Payload
    system: "InstalledSystem | None"


class Cycle(NamedTuple):
    """One replication cycle: when it was due on the source, what changed, of which type it is, and what the
    guest keeps, with pairs of these sources."""

    moment: datetime
    deltas: tuple[DiskDelta, ...]
    type: ReplicationType
    guest: GuestData
    sources: frozenset[PairSource]

    @property
    def size(self) -> int:
        """Bytes that are transferred."""
        return sum(len(delta.changed) for delta in self.deltas)


# -- at the source ----------------------------------------------------------------------------


def images(relationship: "ReplicationRelationship") -> list[DiskImage]:
    """The replicated disks as they are. Raises NotFound (a drive that is gone or empty), FileNotFound,
    ChainBroken; PathExists when two have the same name."""
    vm = relationship.vm
    drives = drives_by_place(vm)
    found: list[DiskImage] = []
    for place in relationship.terms.disks:
        drive = drives.get(place)
        if drive is None or drive.path is None:
            raise NotFound(f"A replicated virtual hard disk of '{vm.name}' was not found.")
        found.append(image_of(place, vm.host.virtual_disks.find(drive.path)))
    names = [image.name.lower() for image in found]
    taken = next((name for name in names if names.count(name) > 1), None)
    if taken is not None:
        raise PathExists(taken)
    return found


def whole_disks(
    relationship: "ReplicationRelationship",
    job: "Job",
    refused: "Callable[[HostError], HostError]",
    back: "Callable[[], None]",
) -> list[DiskImage] | None:
    """The images to send whole, with what is written from now on noted; None when they cannot be read, and
    the job ends with what ``refused`` makes of the error."""
    try:
        wanted = images(relationship)
    except HostError as error:
        problem, jobs = refused(error), relationship.host.jobs
        jobs.begin(job, 0.0, lambda: jobs.end(job, problem), abandon=back)
        return None
    begin_tracking(relationship)
    return wanted


def begin_tracking(relationship: "ReplicationRelationship") -> None:
    """From now on note what is written to the replicated disks."""
    end_tracking(relationship)
    drives = drives_by_place(relationship.vm)
    relationship.trackers = {
        place: track(drives[place]) for place in relationship.terms.disks if place in drives
    }


def end_tracking(relationship: "ReplicationRelationship") -> None:
    """Note it no longer, and forget what was not sent."""
    drives = drives_by_place(relationship.vm) if relationship.trackers else {}
    for place, tracker in relationship.trackers.items():
        if place in drives:
            untrack(drives[place], tracker)
    relationship.trackers = {}
    relationship.pending.clear()


def lost_track(relationship: "ReplicationRelationship") -> bool:
    """Another disk than the tracked one is in a replicated drive, or another state of it."""
    drives = drives_by_place(relationship.vm)
    for place in relationship.terms.disks:
        tracker = relationship.trackers.get(place)
        drive = drives.get(place)
        if tracker is None or tracker.lost or drive is None or tracker not in drive.trackers:
            return True
    return False


def take_cycle(relationship: "ReplicationRelationship", kind: ReplicationType) -> Cycle:
    """What changed since the cycle before; the trackers begin anew. Raises as ``images``."""
    vm = relationship.vm
    drives = drives_by_place(vm)
    deltas: list[DiskDelta] = []
    for place, tracker in relationship.trackers.items():
        if tracker.changed:
            path = drives[place].path
            if path is None:
                raise NotFound(f"A replicated virtual hard disk of '{vm.name}' was not found.")
            disk = vm.host.virtual_disks.find(path)
            deltas.append(_delta(place, disk, tracker))
    for delta in deltas:
        relationship.trackers[delta.place].changed = Extents()
    return Cycle(vm.host.clock.now(), tuple(deltas), kind, vm.guest.data, _sources(relationship))


def take_back(relationship: "ReplicationRelationship") -> None:
    """What could not be sent will be part of the next cycle."""
    for cycle in relationship.pending:
        for delta in cycle.deltas:
            tracker = relationship.trackers.get(delta.place)
            if tracker is not None:
                tracker.changed |= delta.changed
    relationship.pending.clear()


def _delta(place: Place, disk: VirtualDisk, tracker: ChangeTracker) -> DiskDelta:
    flat = flat_facts(disk)
    changed = tracker.changed.clipped(disk.size)
    pieces = [piece for start, end in changed.ranges for piece in flat.payload.within(start, end)]
    written = Extents(each for start, end in changed.ranges for each in flat.written.within(start, end))
    return DiskDelta(place, changed, written, Payload(pieces), disk.installed_system)


def _sources(relationship: "ReplicationRelationship") -> frozenset[PairSource]:
    """The guest's own pairs are on its disks; those that only hosts see go along when the terms say so."""
    if relationship.terms.host_only_pairs:
        return frozenset({PairSource.GUEST, PairSource.HOST_ONLY})
    return frozenset({PairSource.GUEST})


# -- at the replica ---------------------------------------------------------------------------


def place_images(vm: "VirtualMachine", folder: str, wanted: list[DiskImage]) -> None:
    """Put whole disks into the drives of a replica: into the files that are there, else into new ones below
    the folder. Raises PathExists, DiskFull, NotFound; nothing was changed then."""
    drives = drives_by_place(vm)
    made: list[VirtualDisk] = []
    changes: list[tuple[VirtualDisk, DiskImage]] = []
    try:
        for image in wanted:
            drive = drives.get(image.place)
            if drive is None:
                raise NotFound(f"The replica of '{vm.name}' has no such drive.")
            present = drive.virtual_disk
            if present is None:
                made.append(new_file(vm.host, f"{folder}\\{image.name}", image))
            else:
                _check_fit(present, image)
                changes.append((present, image))
        for disk, image in changes:
            _overwrite(disk, image)
    except HostError:
        for disk in reversed(made):
            vm.host.virtual_disks.remove(disk)
        raise
    new = iter(made)
    for image in wanted:
        drive = drives[image.place]
        if drive.virtual_disk is None:
            disk = next(new)
            vm.host.observe("created", disk)
            vm.host.virtual_disks.attach(drive, disk.path)
    vm.touch()


def difference(vm: "VirtualMachine", wanted: list[DiskImage]) -> int:
    """Bytes that a comparison of the replica's disks with these would transfer."""
    drives = drives_by_place(vm)
    total = 0
    for image in wanted:
        drive = drives.get(image.place)
        disk = None if drive is None else drive.virtual_disk
        if disk is None:
            total += image.size
        elif disk.leaf.data_id != image.facts.data_id:
            total += len(image.facts.written - flat_facts(disk).written)
    return total


def apply_cycle(vm: "VirtualMachine", cycle: Cycle) -> None:
    """Write what changed to the disks of a replica. Raises NotFound, DiskFull."""
    drives = drives_by_place(vm)
    targets: list[tuple[VirtualDisk, DiskDelta]] = []
    for delta in cycle.deltas:
        drive = drives.get(delta.place)
        disk = None if drive is None else drive.virtual_disk
        if disk is None:
            raise NotFound(f"A virtual hard disk of the replica of '{vm.name}' was not found.")
        targets.append((disk.leaf, delta))
    for disk, delta in targets:
        _write(disk, delta)
    own = vm.guest.data
    others = frozenset(PairSource) - cycle.sources
    if cycle.guest is not own:
        # A replica does not run, so its addresses are those of its primary until it is failed over.
        vm.guest.take_over(cycle.guest.with_pairs_of(own, others))


def _write(disk: VirtualDisk, delta: DiskDelta) -> None:
    # What a differencing file does not hold its parent shows: zeros must be written there as well.
    written = delta.changed if disk.link is not None else delta.written
    payload = Payload((*disk.payload.without(delta.changed.ranges).pieces, *delta.payload.pieces))
    allocated = disk.allocated
    if disk.kind is not DiskKind.FIXED:
        allocated |= written.blocks(disk.block_size)
    disk.store(
        written=(disk.written - delta.changed) | written,
        allocated=allocated,
        payload=payload,
        data_id=disk.host.new_guid(),
        modified=disk.host.clock.read(),
    )
    if delta.system is not disk.installed_system:
        disk.install(delta.system)
    disk.tell_trackers(delta.changed)


def _overwrite(disk: VirtualDisk, image: DiskImage) -> None:
    leaf = disk.leaf
    everything = Extents([(0, leaf.size)])
    changed = everything if leaf.link is not None else image.facts.written | leaf.written
    _write(leaf, DiskDelta(image.place, changed, image.facts.written, image.facts.payload, image.system))


def _check_fit(disk: VirtualDisk, image: DiskImage) -> None:
    if disk.size != image.facts.size:
        raise InvalidState(
            f"The virtual hard disk '{disk.path}' is not a copy of that of the primary virtual machine."
        )


def new_file(host: "Host", path: str, image: DiskImage) -> VirtualDisk:
    """Make the file of a whole disk; nobody is told of it yet. Raises PathExists, DiskFull."""
    files = host.filesystem
    files.make_directory(path.rpartition("\\")[0], exist_ok=True)
    facts = image.facts
    disk = VirtualDisk(
        host,
        path,
        facts.identifier,
        facts.kind,
        facts.size,
        disk_format=facts.format,
        installed_system=image.system,
    )
    disk.adopt(facts)
    files.place(path, disk.needed_size(), disk)
    host.virtual_disks.add(disk)
    return disk
