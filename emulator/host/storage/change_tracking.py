"""What was written to the virtual disk of a drive since a moment: change logs of replication and resilient
change tracking of backups.

A tracker belongs to a drive and not to a file, because checkpoints and merges change the file below a machine
that goes on writing.
"""

from typing import TYPE_CHECKING

from emulator.host.storage.disk_image.extents import NOTHING, Extents

if TYPE_CHECKING:
    from emulator.host.virtual_machine.drives import HardDiskDrive
    from emulator.host.virtual_machine.virtual_machine import VirtualMachine

#: Controller type, controller number and location: where a drive is, also on another host.
Place = tuple[int, int, int]


class ChangeTracker:
    """``changed`` are the bytes that were written; ``lost`` says that more may have changed than is known."""

    __slots__ = ("changed", "lost")

    def __init__(self) -> None:
        self.changed: Extents = NOTHING
        self.lost = False


def place_of(drive: "HardDiskDrive") -> Place:
    """Where a drive is."""
    return int(drive.controller_type), drive.controller_number, drive.location


def drives_by_place(vm: "VirtualMachine") -> "dict[Place, HardDiskDrive]":
    """The hard disk drives of a machine or checkpoint."""
    return {place_of(drive): drive for drive in vm.hard_disk_drives}


def track(drive: "HardDiskDrive") -> ChangeTracker:
    """Begin to note what is written to a drive's disk."""
    tracker = ChangeTracker()
    drive.trackers = (*drive.trackers, tracker)
    return tracker


def untrack(drive: "HardDiskDrive", tracker: ChangeTracker) -> None:
    """Note it no longer."""
    drive.trackers = tuple(each for each in drive.trackers if each is not tracker)


def lose_track(drive: "HardDiskDrive") -> None:
    """Another disk is in the drive, or another state of it: nobody knows what is different."""
    for tracker in drive.trackers:
        tracker.lost = True
