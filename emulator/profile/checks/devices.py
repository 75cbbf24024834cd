"""Checks of the devices of virtual machines."""

from __future__ import annotations

from collections.abc import Iterator

from emulator.profile.checks.switches import missing_switch
from emulator.profile.checks.system import missing_drive
from emulator.profile.checks.uniqueness import repeated
from emulator.profile.draft import Draft
from emulator.profile.inventory import Drive, HardDisk, VirtualMachine
from emulator.profile.problems import Path, Problem, choice
from emulator.profile.values import quoted

_BASE: Path = ("inventory", "virtual_machines")
_IDE_PLACES = 4


def _drives(machine: VirtualMachine) -> Iterator[tuple[str, int, Drive]]:
    for number, disk in enumerate(machine.hard_disks):
        yield "hard_disks", number, disk
    for number, drive in enumerate(machine.dvd_drives):
        yield "dvd_drives", number, drive


def check_places(draft: Draft) -> Iterator[Problem]:
    """Every drive has a place of its own, on a controller that the generation has."""
    for index, machine in draft.machines:
        taken: dict[tuple[str, int, int], str] = {}
        if sum(drive.controller == "IDE" for _, _, drive in _drives(machine)) > _IDE_PLACES:
            yield (*_BASE, index), f"has more than {_IDE_PLACES} IDE drives; put others on `controller: SCSI`"
            continue
        for key, number, drive in _drives(machine):
            path: Path = (*_BASE, index, key, number)
            yield from _controller(drive, machine.generation, key, path)
            place = (drive.controller, drive.controller_number, drive.controller_location)
            earlier = taken.setdefault(place, f"{key}[{number}]")
            if earlier != f"{key}[{number}]":
                text = f"{place[0]} {place[1]}:{place[2]} is taken by {earlier}; each place holds one drive"
                yield (*path, "controller_location"), text


def _controller(drive: Drive, generation: int, key: str, path: Path) -> Iterator[Problem]:
    if drive.controller == "IDE":
        if generation == 2:
            yield (*path, "controller"), "generation 2 has no IDE controllers; allowed: 'SCSI'"
        for field in ("controller_number", "controller_location"):
            if getattr(drive, field) > 1:
                yield (*path, field), f"{getattr(drive, field)} is not allowed for IDE; allowed: 0, 1"
    elif drive.controller == "PMEM":
        if generation == 1 or key == "dvd_drives":
            text = "only hard disks of generation 2 are persistent memory; allowed: 'SCSI'"
            yield (*path, "controller"), text if generation == 2 else text.replace("SCSI", "IDE")
        if drive.controller_number:
            text = f"{drive.controller_number} is not allowed for PMEM; allowed: 0"
            yield (*path, "controller_number"), text
    elif generation == 1 and key == "dvd_drives":
        yield (*path, "controller"), "generation 1 has DVD drives on IDE only; allowed: 'IDE'"


def check_hard_disks(draft: Draft) -> Iterator[Problem]:
    """A hard disk's file is stated, and no two machines that run use one file."""
    paths = [disk.path for _, disk in draft.disks]
    known = {path.lower() for path in paths}
    active: list[tuple[Path, str | None]] = []
    for index, machine in draft.machines:
        own: list[tuple[Path, str | None]] = []
        for number, drive in enumerate(machine.hard_disks):
            path: Path = (*_BASE, index, "hard_disks", number, "path")
            if drive.disk_number is not None or drive.path is None:
                yield from _physical(draft, drive, (*_BASE, index, "hard_disks", number))
                if drive.disk_number is not None:
                    if machine.checkpoints:
                        text = "a machine with a physical disk has no checkpoints"
                        yield (*_BASE, index, "checkpoints"), text
                    own.append(((*path[:-1], "disk_number"), f"disk {drive.disk_number}"))
                continue
            if draft.disks.complete and drive.path.lower() not in known:
                yield path, choice(drive.path, paths, "a path of `inventory.virtual_disks`")
            is_memory = drive.path.lower().endswith(".vhdpmem")
            if is_memory is not (drive.controller == "PMEM"):
                text = "a .vhdpmem file, and no other, needs `controller: PMEM`"
                yield (*_BASE, index, "hard_disks", number, "controller"), text
            own.append((path, drive.path))
        duplicates = list(repeated(own, "virtual disk"))
        yield from duplicates
        if machine.state in ("running", "paused") and not duplicates:
            active += own
    yield from repeated(active, "virtual disk")


def _physical(draft: Draft, drive: HardDisk, path: Path) -> Iterator[Problem]:
    """What is wrong with a disk that is passed through."""
    if drive.disk_number is None:
        yield path, "needs a virtual disk (`path`) or a physical disk (`disk_number`)"
        return
    key: Path = (*path, "disk_number")
    if drive.path is not None:
        yield key, "a drive has a virtual disk (`path`) or a physical disk (`disk_number`), not both"
    if drive.controller == "PMEM":
        yield (*path, "controller"), "a physical disk cannot be persistent memory; allowed: 'SCSI'"
    if draft.hardware is None:
        return
    disks = draft.hardware.disks
    if drive.disk_number >= len(disks):
        yield key, f"{drive.disk_number} is no disk; `hardware.disks` has 0 to {len(disks) - 1}"
    elif not disks[drive.disk_number].offline:
        yield key, f"disk {drive.disk_number} must have `offline: true` in `hardware.disks`"


def check_images(draft: Draft) -> Iterator[Problem]:
    """An image in a DVD drive is an .iso file on a drive that exists."""
    for index, machine in draft.machines:
        for number, drive in enumerate(machine.dvd_drives):
            if drive.path is None:
                continue
            path: Path = (*_BASE, index, "dvd_drives", number, "path")
            if not drive.path.lower().endswith(".iso"):
                yield path, f"{quoted(drive.path)} is no image; it must end in .iso"
            missing = missing_drive(draft, drive.path)
            if missing:
                yield path, missing


def check_network_adapters(draft: Draft) -> Iterator[Problem]:
    """Switches exist, there are not too many adapters, and static addresses are unique."""
    addresses: list[tuple[Path, str | None]] = []
    for index, machine in draft.machines:
        base: Path = (*_BASE, index, "network_adapters")
        if draft.release and len(machine.network_adapters) > draft.release.limits.network_adapters:
            most = draft.release.limits.network_adapters
            yield base, f"{draft.release.title} has {most} network adapters a machine at most"
        for number, adapter in enumerate(machine.network_adapters):
            wrong = missing_switch(draft, adapter.switch)
            if wrong:
                yield (*base, number, "switch"), wrong
            addresses.append(((*base, number, "mac_address"), adapter.mac_address))
    yield from repeated(addresses, "address")


CHECKS = (check_places, check_hard_disks, check_images, check_network_adapters)
