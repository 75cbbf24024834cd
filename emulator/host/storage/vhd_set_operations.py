"""What is done with VHD sets and their snapshots. Each function is called under the host's lock."""

from typing import TYPE_CHECKING

from emulator.host.checks import check_number
from emulator.host.errors import (
    HostError,
    InvalidParameter,
    NotFound,
    NotSupported,
    PathExists,
    WrongDiskKind,
)
from emulator.host.job import Job, JobType
from emulator.host.storage.disk_image.errors import INVALID_CHANGE_TRACKING_ID, TEXTS
from emulator.host.storage.disk_image.extents import Extents
from emulator.host.storage.disk_image.kinds import DiskFormat, DiskKind
from emulator.host.storage.disk_merging import absorb
from emulator.host.storage.vhd_set import SetSnapshot, VhdSet
from emulator.host.storage.virtual_disk import VirtualDisk

if TYPE_CHECKING:
    from collections.abc import Iterable

    from emulator.host.storage.virtual_disks import VirtualDisks

MAXIMUM_SNAPSHOTS = 50


def require_set(disks: "VirtualDisks", disk: VirtualDisk) -> VhdSet:
    """The disk as a VHD set. Raises WrongDiskKind, FileNotFound."""
    disks.require(disk)
    if not isinstance(disk, VhdSet):
        raise WrongDiskKind("The file is not a VHD set.")
    return disk


def snapshot_file(disk: VirtualDisk, identifier: str) -> VirtualDisk:
    """The file that holds a snapshot of a set. Raises WrongDiskKind, NotFound (also for a reference point,
    which has none)."""
    if not isinstance(disk, VhdSet):
        raise WrongDiskKind("The file is not a VHD set.")
    file = disk.snapshot(identifier).file
    if file is None:
        raise NotFound(f"The snapshot {identifier:.64} of the VHD set is a reference point without data.")
    return file


def convert_to_set(disks: "VirtualDisks", disk: VirtualDisk) -> Job:
    """Make a VHDX the data file of a new set beside it; its own name is gone then.

    Raises NotSupported (before 2016), WrongDiskKind, InUse, PathExists, DiskFull.
    """
    disks.require(disk)
    if "vhds" not in disks.host.release.virtual_disk_formats:
        raise NotSupported("The format VHDS is not supported.")
    if disk.format is not DiskFormat.VHDX or disk.kind is DiskKind.DIFFERENCING:
        raise WrongDiskKind()
    disk.require_idle()
    files = disks.host.filesystem
    path = disk.path.rpartition(".")[0] + ".vhds"
    if files.exists(path):
        raise PathExists(path)
    old = disk.path
    files.move(old, disks.data_file_of(path))
    whole = VhdSet(disks.host, path, disk.id, disk)
    try:
        files.place(path, whole.needed_size(), whole)
    except HostError:
        disk.set = None
        files.move(disk.path, old)
        raise
    disks.add(whole)
    disks.host.observe("created", whole)
    return disks.run(JobType.CONVERT_DISK, whole)


def take_snapshot(disks: "VirtualDisks", disk: VirtualDisk) -> SetSnapshot:
    """Freeze the state of a set; a new differencing file takes what is written from now on.

    Raises WrongDiskKind, InvalidParameter (50 snapshots), DiskFull.
    """
    whole = require_set(disks, disk)
    if len(whole.snapshots) >= MAXIMUM_SNAPSHOTS:
        raise InvalidParameter(f"A VHD set can have at most {MAXIMUM_SNAPSHOTS} snapshots.")
    host, frozen = disks.host, whole.active
    path = disks.data_file_of(whole.path)
    active = VirtualDisk(
        host,
        path,
        host.new_guid(),
        DiskKind.DIFFERENCING,
        frozen.size,
        link=frozen.as_parent_of(path),
        logical_sector_size=frozen.logical_sector_size,
        physical_sector_size=frozen.physical_sector_size,
    )
    host.filesystem.place(path, active.needed_size(), active)
    disks.add(active)
    host.observe("created", active)
    snapshot = SetSnapshot(host.new_guid(), host.clock.now(), frozen, f"rctX:{host.new_guid().lower()}")
    whole.snapshots[snapshot.id] = snapshot
    frozen.set, active.set, whole.active = whole, whole, active
    whole.touch()
    return snapshot


def delete_snapshot(
    disks: "VirtualDisks", disk: VirtualDisk, identifier: str, *, keep_reference: bool
) -> Job:
    """Delete a snapshot; files that nothing needs any more are merged. ``keep_reference`` keeps its identity
    as a reference point for change tracking. Raises WrongDiskKind, NotFound, InUse, DiskFull."""
    whole = require_set(disks, disk)
    snapshot = whole.snapshot(identifier)
    if whole.busy:
        whole.require_idle()
    drop_snapshot(disks, whole, snapshot, keep_reference=keep_reference)
    return disks.run(JobType.MERGE_DISK, whole)


def drop_snapshot(
    disks: "VirtualDisks", whole: VhdSet, snapshot: SetSnapshot, *, keep_reference: bool = False
) -> None:
    """Delete a snapshot at once. Raises DiskFull; the snapshot is there still then."""
    file = snapshot.file
    if keep_reference:
        snapshot.file = None
    else:
        del whole.snapshots[snapshot.id]
    try:
        _merge_unneeded(disks, whole)
    except HostError:
        snapshot.file = file
        whole.snapshots[snapshot.id] = snapshot
        raise
    whole.touch()


def optimize(disks: "VirtualDisks", disk: VirtualDisk) -> Job:
    """Give back what the files of a set do not need. Raises WrongDiskKind, InUse."""
    whole = require_set(disks, disk)
    whole.require_idle()
    for each in whole.files:
        if each.kind is not DiskKind.FIXED:
            each.store(allocated=each.written.blocks(each.block_size), slack=0)
    return disks.run(JobType.COMPACT_DISK, whole)


def changes(
    disks: "VirtualDisks",
    disk: VirtualDisk,
    *,
    since: str | None,
    until: str | None = None,
    offset: int = 0,
    length: int | None = None,
) -> tuple[int, Extents]:
    """How far was looked, and which bytes were written since a snapshot (its change tracking id), up to now
    or up to another snapshot. Raises WrongDiskKind, InvalidParameter, NotFound."""
    whole = require_set(disks, disk)
    check_number("offset", offset, 0, whole.size)
    length = whole.size - offset if length is None else length
    check_number("length", length, 0, whole.size)
    end = min(whole.size, offset + length)
    top = whole.active if until is None else whole.snapshot(until).file
    written = Extents()
    if since is not None:
        start = next(
            (each for each in whole.snapshots.values() if since.lower() == each.change_tracking_id.lower()),
            None,
        )
        if start is None or start.file is None or top is None:
            raise InvalidParameter(TEXTS[INVALID_CHANGE_TRACKING_ID], hresult=INVALID_CHANGE_TRACKING_ID)
        chain = top.chain
        if start.file not in chain:
            raise InvalidParameter(TEXTS[INVALID_CHANGE_TRACKING_ID], hresult=INVALID_CHANGE_TRACKING_ID)
        newer: Iterable[VirtualDisk] = chain[: chain.index(start.file)]
    else:
        newer = () if top is None else top.chain
    for each in newer:
        written |= each.written
    return end - offset, Extents(written.within(offset, end))


def _merge_unneeded(disks: "VirtualDisks", whole: VhdSet) -> None:
    """Merge the child into every file that is neither active nor a snapshot's and has only that child."""
    needed = {whole.active, *(each.file for each in whole.snapshots.values())}
    for lower in whole.active.chain[1:]:
        above = lower.children
        if lower in needed or len(above) != 1:
            continue
        upper = above[0]
        absorb(disks, lower, upper)
        lower.set = upper.set
        if whole.active is upper:
            whole.active = lower
        for snapshot in whole.snapshots.values():
            if snapshot.file is upper:
                snapshot.file = lower
