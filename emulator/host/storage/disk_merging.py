"""Merging differencing disks. Each function is called under the host's lock."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from emulator.host.errors import InvalidParameter, InvalidState, WrongDiskKind
from emulator.host.job import Job, JobType
from emulator.host.storage.disk_image.facts import ImageFacts
from emulator.host.storage.disk_image.file_size import size_of_file
from emulator.host.storage.disk_image.kinds import DiskKind

if TYPE_CHECKING:
    from emulator.host.storage.virtual_disk import VirtualDisk
    from emulator.host.storage.virtual_disks import VirtualDisks


def combined(lower: ImageFacts, upper: ImageFacts) -> ImageFacts:
    """The facts of a disk with what one that stands on it has written over it."""
    written = lower.written | upper.written
    allocated = lower.allocated
    if lower.kind is not DiskKind.FIXED:
        allocated |= upper.written.blocks(lower.block_size)
    payload = lower.payload.under(upper.payload, upper.written.ranges)
    # The child's size counts: a differencing VHDX may have been resized. The data is the child's.
    return lower.replaced(
        size=upper.size,
        written=written,
        allocated=allocated,
        payload=payload,
        data_id=upper.data_id,
        modified=upper.modified,
    )


def merge(disks: "VirtualDisks", disk: "VirtualDisk", destination: str | None) -> Job:
    disks.require(disk)
    if disk.kind is not DiskKind.DIFFERENCING:
        raise WrongDiskKind("Only a differencing virtual hard disk can be merged.")
    disk.check_chain()
    chain = disk.chain
    goal = chain[1].path if destination is None else disks.host.filesystem.normalize(destination)
    target = next((each for each in chain[1:] if each.path.lower() == goal.lower()), None)
    if target is None:
        if disks.host.filesystem.exists(goal):
            raise InvalidParameter("The destination is not a parent of the virtual hard disk.")
        return _merge_into_new(disks, disk, goal)
    sources = chain[: chain.index(target)]
    disk.require_idle()
    if disk.children or any(
        lower.children != [upper] for upper, lower in zip(sources, chain[1:], strict=False)
    ):
        raise InvalidState("The operation is not possible: other virtual hard disks depend on these.")
    return _merge_in_place(disks, sources, target)


def _merge_in_place(disks: "VirtualDisks", sources: "Sequence[VirtualDisk]", target: "VirtualDisk") -> Job:
    facts = target.facts()
    for source in reversed(sources):
        facts = combined(facts, source.facts())
    files, before = disks.host.filesystem, target.needed_size()
    # The target takes its space before the sources give theirs back.
    files.resize(target.path, size_of_file(facts), facts.payload.held)
    touched = [*sources, target]
    for each in touched:
        each.busy = True

    def finish() -> None:
        for each in touched:
            each.busy = False
        system = sources[0].installed_system
        target.adopt(facts)
        target.install(system)
        for source in sources:
            disks.remove(source)
        target.touch()

    def abandon() -> None:
        files.resize(target.path, before, target.payload.held)
        for each in touched:
            each.busy = False

    return disks.host.jobs.run(
        JobType.MERGE_DISK, sources[0], finish, affected=touched, abandon=abandon, cancellable=True
    )


def _merge_into_new(disks: "VirtualDisks", disk: "VirtualDisk", path: str) -> Job:
    from emulator.host.storage.disk_conversion import flat_copy

    disk.require_idle()
    if disks.check_new(path) is not disk.format:
        raise InvalidParameter("The destination must have the format of the virtual hard disk.")
    base = disk.chain[-1]
    copy = flat_copy(disks, disk, path, base.kind, base.block_size)
    return disks.run(JobType.MERGE_DISK, disks.place_new(path, copy), is_new=True)


def absorb(disks: "VirtualDisks", lower: "VirtualDisk", upper: "VirtualDisk") -> None:
    """Merge a disk into its parent at once, whoever uses them; disks that stand on it stand on the parent
    then.

    Who holds the merged disk must hold the parent instead: that is the caller's matter. Raises DiskFull and
    changes nothing.
    """
    facts = combined(lower.facts(), upper.facts())
    disks.host.filesystem.resize(lower.path, size_of_file(facts), facts.payload.held)
    system, above = upper.installed_system, upper.children
    lower.adopt(facts)
    for each in above:
        # Only the names change: what the child knows of the data stays true.
        disks.relink(each, lower.as_parent_of(each.path))
        each.touch()
    disks.remove(upper)
    lower.install(system)
