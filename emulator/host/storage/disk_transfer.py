"""Copies of virtual hard disks with all that they stand on, to another folder of the same or another host."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from emulator.host.errors import HostError, NotSupported, PathExists
from emulator.host.storage.vhd_set import VhdSet
from emulator.host.storage.virtual_disk import VirtualDisk, relative_path
from emulator.host.virtual_machine import drive_media

if TYPE_CHECKING:
    from emulator.host.guest.guest import InstalledSystem
    from emulator.host.host import Host
    from emulator.host.storage.disk_image.facts import ImageFacts
    from emulator.host.virtual_machine.drives import HardDiskDrive
    from emulator.host.virtual_machine.virtual_machine import VirtualMachine

#: What is copied in a second (chosen).
BYTES_PER_SECOND = 400 << 20


@dataclass(frozen=True, slots=True)
class DiskCopy:
    """One file to copy: from where, to where, and what is in it. ``size`` is that of the file."""

    source: str
    path: str
    facts: "ImageFacts"
    installed_system: "InstalledSystem | None"
    size: int


def needed_disks(machines: "Iterable[VirtualMachine]") -> list[VirtualDisk]:
    """The disks in the drives of machines and checkpoints with all that they stand on, parents first.

    Raises FileNotFound, ChainBroken and what else is wrong with them; NotSupported for VHD sets, which
    machines share.
    """
    found: dict[VirtualDisk, None] = {}
    for machine in machines:
        for drive in machine.hard_disk_drives:
            if drive.path is None:
                continue
            disk = machine.host.virtual_disks.find(drive.path)
            if isinstance(disk, VhdSet) or drive.support_persistent_reservations:
                raise NotSupported("A virtual machine with a shared virtual hard disk cannot be copied.")
            disk.check_chain()
            found.update(dict.fromkeys(reversed(disk.chain)))
    return list(found)


def plan(disks: Iterable[VirtualDisk], folder: str, chosen: "dict[str, str] | None" = None) -> list[DiskCopy]:
    """The files of disks below another folder, under their own names; ``chosen`` names full paths for some
    (source in lower case -> path). Raises PathExists when two would have the same name."""
    paths: dict[str, str] = {}
    copies: list[DiskCopy] = []
    for disk in disks:
        path = (chosen or {}).get(disk.path.lower()) or f"{folder}\\{disk.path.rpartition(chr(92))[2]}"
        if path.lower() in (each.path.lower() for each in copies):
            raise PathExists(path)
        paths[disk.path.lower()] = path
        facts = disk.facts()
        if facts.parent is not None:
            parent = paths.get(facts.parent.path.lower(), facts.parent.path)
            link = facts.parent.replaced(path=parent, relative_path=relative_path(path, parent))
            facts = facts.replaced(parent=link)
        copies.append(DiskCopy(disk.path, path, facts, disk._installed_system, disk.file_size))
    return copies


def seconds_for(copies: Iterable[DiskCopy], memory: int = 0) -> float:
    """How long the copy takes."""
    return (sum(copy.size for copy in copies) + memory) / BYTES_PER_SECOND


def require_room(host: "Host", copies: Iterable[DiskCopy]) -> None:
    """Raise PathNotFound (no such drive), PathExists, DiskFull."""
    needed: dict[str, int] = {}
    for copy in copies:
        if host.filesystem.exists(copy.path):
            raise PathExists(copy.path)
        drive = copy.path[:3]
        needed[drive] = needed.get(drive, 0) + copy.size
        host.filesystem.require_space(copy.path, needed[drive])


def place(host: "Host", copies: Iterable[DiskCopy]) -> list[VirtualDisk]:
    """Make the files on a host, all or none; folders are made. Raises what the file system refuses."""
    made: list[VirtualDisk] = []
    files = host.filesystem
    try:
        for copy in copies:
            files.make_directory(copy.path.rpartition("\\")[0], exist_ok=True)
            disk = VirtualDisk(
                host,
                copy.path,
                copy.facts.identifier,
                copy.facts.kind,
                copy.facts.size,
                disk_format=copy.facts.format,
                installed_system=copy.installed_system,
            )
            disk.adopt(copy.facts)
            files.place(copy.path, copy.size, disk)
            host.virtual_disks.add(disk)
            made.append(disk)
    except HostError:
        for disk in reversed(made):
            host.virtual_disks.remove(disk)
        raise
    for disk in made:
        host.observe("created", disk)
    return made


def moved_paths(copies: Iterable[DiskCopy]) -> dict[str, str]:
    """Where each file is now: old path in lower case -> new path."""
    return {copy.source.lower(): copy.path for copy in copies}


def require_pools(
    vm: "VirtualMachine", copies: Iterable[DiskCopy], pool: str | None = None
) -> "list[tuple[HardDiskDrive, str]]":
    """The drives whose disks move, each with the pool that its disk comes from then: ``pool``, or with None
    the present one. Raises InvalidParameter when the pool does not hold the new place."""
    paths = moved_paths(copies)
    return [
        (drive, drive_media.check_pool(drive, paths[drive.path.lower()], pool))
        for drive in vm.hard_disk_drives
        if drive.path is not None and drive.path.lower() in paths
    ]


def redirect(machine: "VirtualMachine", paths: "dict[str, str]") -> None:
    """Let the drives of a machine or definition name the copies; drives that hold disks are told apart."""
    from emulator.host.virtual_machine.machine_copy import set_file

    for drive in machine.hard_disk_drives:
        if drive.path is not None and drive.path.lower() in paths:
            set_file(drive, paths[drive.path.lower()])
