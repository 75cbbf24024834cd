"""Virtual hard disks that several virtual machines have at the same time, for clusters of guests.

The disk is a VHDX (from 2012 R2) or a VHD set (from 2016), fixed or dynamic, on a SCSI controller, and lies
where the filter driver of shared virtual disks works: on a volume of a failover cluster, or on any volume to
which an administrator attaches the filter by hand, for tests (``fltmc attach svhdxflt D:``, gone with the
next restart). All of it documented.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.host.errors import InvalidParameter, InvalidState, NotFound, NotSupported, SharingNotSupported
from emulator.host.storage.disk_image.kinds import DiskFormat, DiskKind
from emulator.host.virtual_machine.controllers import Controller, ControllerType

if TYPE_CHECKING:
    from emulator.host.host import Host
    from emulator.host.storage.filesystem.volume import Volume
    from emulator.host.storage.virtual_disk import VirtualDisk
    from emulator.host.virtual_machine.drives import HardDiskDrive

_FIRST_BUILD = 9600
#: The filter driver's name.
FILTER = "svhdxflt"


def has_filter(host: Host) -> bool:
    """Whether the release has the filter driver: servers from 2012 R2 on."""
    return host.release.build >= _FIRST_BUILD and not host.release.is_client


def shares(host: Host, path: str) -> bool:
    """Whether disks at a full path can be shared."""
    if not host.filesystem.has_drive(path):
        return False
    volume = host.filesystem.volume_of(path)
    return volume.shares_disks or volume.has_sharing_filter


def attach_filter(host: Host, letter: str) -> None:
    """Let the disks of a volume be shared. Raises NotSupported, NotFound (no such volume), InvalidState (it
    is attached)."""
    with host.looking():
        volume = _volume(host, letter)
        if volume.has_sharing_filter:
            raise InvalidState("An instance already exists with this name on the volume specified.")
        volume.has_sharing_filter = True
        host.next_revision()


def detach_filter(host: Host, letter: str) -> None:
    """Take the filter off. Raises NotSupported, NotFound (no such volume, not attached)."""
    with host.looking():
        volume = _volume(host, letter)
        if not volume.has_sharing_filter:
            raise NotFound("The system could not find the instance specified.")
        volume.has_sharing_filter = False
        host.next_revision()


def detach_all(host: Host) -> None:
    """The host goes down."""
    for volume in host.filesystem.volumes:
        volume.has_sharing_filter = False


def check(controller: Controller, disk: VirtualDisk | None) -> None:
    """Whether a drive of a controller may share its disk (None: an empty drive). Raises NotSupported (the
    release), InvalidParameter, SharingNotSupported."""
    host = controller.vm.host
    if host.release.build < _FIRST_BUILD:
        raise NotSupported("Virtual hard disks cannot be shared on this release.")
    if controller.type is not ControllerType.SCSI:
        raise InvalidParameter("A virtual hard disk can be shared on a SCSI controller only.")
    if disk is None:
        return
    if disk.format is DiskFormat.VHD or (disk.kind is DiskKind.DIFFERENCING and disk.leaf is disk):
        raise InvalidParameter(
            f"The virtual hard disk {disk.path} cannot be shared: it must be a VHDX or a VHD set, and not"
            " differencing."
        )
    if not shares(host, disk.path):
        raise SharingNotSupported()


def are_partners(drive: HardDiskDrive, other: HardDiskDrive) -> bool:
    """Whether two drives may have one disk at the same time."""
    return (
        drive.vm is not other.vm
        and drive.support_persistent_reservations
        and other.support_persistent_reservations
    )


def _volume(host: Host, letter: str) -> Volume:
    if not has_filter(host):
        raise NotSupported("The system could not find the filter specified.")
    volume = host.filesystem.volume(letter)
    if volume is None:
        raise NotFound("The system could not find the volume specified.")
    return volume
