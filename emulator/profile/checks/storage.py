"""Checks of virtual hard disk files."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from emulator.profile.checks.system import missing_drive
from emulator.profile.checks.uniqueness import repeated
from emulator.profile.draft import Draft
from emulator.profile.inventory import VirtualDisk
from emulator.profile.problems import Path, Problem, choice, listed
from emulator.profile.values import MEGABYTE, format_size, quoted

_BASE: Path = ("inventory", "virtual_disks")
_SMALLEST = 3 * MEGABYTE


def check_paths(draft: Draft) -> Iterator[Problem]:
    """Paths and ids are unique; the drive and the format exist."""
    yield from repeated((((*_BASE, i, "path"), disk.path) for i, disk in draft.disks), "path")
    yield from repeated((((*_BASE, i, "id"), disk.id) for i, disk in draft.disks), "disk id")
    for index, disk in draft.disks:
        path: Path = (*_BASE, index, "path")
        drive = missing_drive(draft, disk.path)
        if drive:
            yield path, drive
        if draft.release and _ending(disk.path) not in draft.release.virtual_disk_formats:
            endings = listed(f".{ending}" for ending in draft.release.virtual_disk_formats)
            yield (
                path,
                f"{quoted(disk.path)} is no disk of {draft.release.title}; it must end in {endings}",
            )


def check_sizes(draft: Draft) -> Iterator[Problem]:
    """Sizes are stated where they must be, and within what the format can hold."""
    for index, disk in draft.disks:
        path: Path = (*_BASE, index, "size")
        if disk.size is None:
            if disk.kind != "differencing":
                yield path, f"is required for a {disk.kind} disk: the size that a guest sees"
            continue
        most = _largest(draft, disk)
        if disk.size < _SMALLEST or disk.size % 512 or disk.size > most:
            text = f"must be a multiple of 512 bytes from {format_size(_SMALLEST)} to {format_size(most)}"
            yield path, text
        if disk.used is not None and disk.kind == "fixed":
            yield (*_BASE, index, "used"), "a fixed disk takes its whole size on the host; leave this out"
        elif disk.used is not None and disk.used > disk.size:
            text = f"is more than the disk's size of {format_size(disk.size)}"
            yield (*_BASE, index, "used"), text


def check_persistent_memory(draft: Draft) -> Iterator[Problem]:
    """Persistent memory is fixed, and on a volume with direct access."""
    for index, disk in draft.disks:
        if _ending(disk.path) != "vhdpmem":
            continue
        if disk.kind != "fixed":
            text = f"{quoted(disk.kind)} is no kind of persistent memory; allowed: 'fixed'"
            yield (*_BASE, index, "kind"), text
        if draft.hardware is None:
            continue
        letters = [volume.drive_letter for _, volume in draft.hardware.volumes if volume.direct_access]
        if disk.path[0].upper() not in letters:
            text = f"must be on a volume with `direct_access`; these are {listed(letters) or 'none'}"
            yield (*_BASE, index, "path"), text


def check_parents(draft: Draft) -> Iterator[Problem]:
    """Differencing disks, and only they, have a parent; chains end."""
    by_path = {disk.path.lower(): disk for _, disk in draft.disks}
    for index, disk in draft.disks:
        path: Path = (*_BASE, index, "parent")
        if disk.kind != "differencing":
            if disk.parent is not None:
                yield path, f"only a differencing disk has a parent; this one is {quoted(disk.kind)}"
            continue
        if disk.parent is None:
            yield path, "is required for a differencing disk: a path of `virtual_disks`"
        elif disk.parent.lower() not in by_path:
            if draft.disks.complete:
                yield path, choice(disk.parent, [d.path for _, d in draft.disks], "a path of `virtual_disks`")
        elif _ending(disk.parent) != _ending(disk.path):
            yield path, f"must have the same format as the disk itself, .{_ending(disk.path)}"
        elif _is_own_ancestor(disk, by_path):
            yield path, "the parents lead back to this disk; a chain must end at a disk without a parent"


def check_space(draft: Draft) -> Iterator[Problem]:
    """The files fit on the volumes."""
    if draft.hardware is None:
        return
    taken: defaultdict[str, int] = defaultdict(int)
    for _, disk in draft.disks:
        size = disk.size if disk.kind == "fixed" else disk.used
        taken[_root_of(draft, disk.path)] += size or 0
    for _, volume in draft.hardware.volumes:
        roots = [f"{volume.drive_letter.lower()}:"] if volume.drive_letter else []
        roots += [folder.rstrip("\\").lower() for folder in volume.mount_points]
        files = sum(taken[root] for root in roots)
        need = files + volume.used
        if volume.size is not None and files and need > volume.size:
            name = f"{volume.drive_letter}:" if volume.drive_letter else volume.mount_points[0]
            text = (
                f"the files on {name} take {format_size(need)} with the system's own; "
                f"the volume has {format_size(volume.size)}"
            )
            yield _BASE, text


def _root_of(draft: Draft, path: str) -> str:
    """The mounted folder, or the drive with its colon, in which a file lies; in lower case."""
    plain = path.lower()
    volumes = () if draft.hardware is None else draft.hardware.volumes
    folders = (folder.rstrip("\\").lower() for _, volume in volumes for folder in volume.mount_points)
    return next((folder for folder in folders if plain.startswith(f"{folder}\\")), plain[:2])


def _ending(path: str) -> str:
    return path.rpartition(".")[2].lower()


def _largest(draft: Draft, disk: VirtualDisk) -> int:
    if draft.release is None:
        return 1 << 62
    limits = draft.release.limits
    return limits.vhd_size if _ending(disk.path) == "vhd" else limits.vhdx_size or limits.vhd_size


def _is_own_ancestor(disk: VirtualDisk, by_path: dict[str, VirtualDisk]) -> bool:
    seen = {disk.path.lower()}
    while disk.parent is not None:
        key = disk.parent.lower()
        if key in seen:
            return True
        seen.add(key)
        if key not in by_path:
            return False
        disk = by_path[key]
    return False


CHECKS = (check_paths, check_sizes, check_persistent_memory, check_parents, check_space)
