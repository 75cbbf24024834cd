"""Changes of one virtual hard disk: size, compaction, parent, sectors. Each function is called under the
lock."""

from typing import TYPE_CHECKING

from emulator.host.checks import check_flag, check_number
from emulator.host.errors import ChainBroken, ChainCycle, InUse, InvalidParameter, InvalidState, WrongDiskKind
from emulator.host.identifiers import is_guid, normalize_guid
from emulator.host.job import Job, JobType
from emulator.host.storage.disk_image.errors import INVALID_TYPE, TEXTS, WOULD_TRUNCATE_DATA
from emulator.host.storage.disk_image.kinds import DiskFormat, DiskKind
from emulator.host.storage.disk_image.payload import Payload

if TYPE_CHECKING:
    from emulator.host.storage.virtual_disk import VirtualDisk
    from emulator.host.storage.virtual_disks import VirtualDisks

_FIRST_BUILD_WITH_ONLINE_RESIZE = 9600
_MODES = range(5)
_ONLY_VHDX_SHRINKS = (
    "The requested operation cannot be performed as resize operation to new size that is smaller than or"
    " equal to the current size is supported only on virtual hard disks that are of VHDX format."
)
"""Recorded from Resize-VHD."""


def resize(disks: "VirtualDisks", disk: "VirtualDisk", size: int) -> Job:
    disks.require(disk)
    size = disks.check_size(disk.format, size, disk.logical_sector_size)
    if disk.format is DiskFormat.VHD:
        if size <= disk.size:
            raise InvalidParameter(_ONLY_VHDX_SHRINKS, hresult=INVALID_TYPE)
        if disk.kind is DiskKind.DIFFERENCING:
            raise WrongDiskKind()
    if disk.children:
        raise InvalidState(
            "The operation is not possible: differencing virtual hard disks depend on this one."
        )
    if size < disk.size:
        if disk.kind is DiskKind.DIFFERENCING:
            raise WrongDiskKind()
        if size < (disk.minimum_size or 0):
            raise InvalidParameter(TEXTS[WOULD_TRUNCATE_DATA], hresult=WOULD_TRUNCATE_DATA)
    online = (
        disk.format is not DiskFormat.VHD
        and disks.host.release.build >= _FIRST_BUILD_WITH_ONLINE_RESIZE
        and not disk.busy
        and all(drive.controller_type.name == "SCSI" for drive in disk.drives)
        and (
            disk.format is DiskFormat.VHD_SET
            or not any(drive.support_persistent_reservations for drive in disk.drives)
        )
    )
    if not online:
        disk.require_idle()
    leaf = disk.leaf
    last_block = -(-size // leaf.block_size) if leaf.block_size else 0
    leaf.store(
        size=size,
        written=leaf.written.clipped(size),
        allocated=leaf.allocated.clipped(last_block),
        payload=Payload(leaf.payload.within(0, size)),
    )
    if leaf is not disk:
        disk.store(size=size)
    return disks.run(JobType.RESIZE_DISK, disk)


def compact(disks: "VirtualDisks", disk: "VirtualDisk", mode: int) -> Job:
    disks.require(disk)
    check_number("mode", mode, _MODES.start, _MODES.stop - 1)
    if disk.kind is DiskKind.FIXED:
        raise WrongDiskKind()
    for_reading = disk.mounted is not None and disk.mounted.read_only
    if disk.in_use() and not (for_reading and not disk.busy and not disk.children):
        raise InUse()
    leaf = disk.leaf
    leaf.store(allocated=leaf.written.blocks(leaf.block_size), slack=0)
    return disks.run(JobType.COMPACT_DISK, disk)


def set_parent(disks: "VirtualDisks", disk: "VirtualDisk", parent: str, *, ignore_mismatch: bool) -> None:
    disks.require(disk)
    check_flag("ignore_mismatch", ignore_mismatch)
    if disk.kind is not DiskKind.DIFFERENCING:
        raise WrongDiskKind()
    above = disks.find(parent)
    if disk in above.chain:
        raise ChainCycle()
    wrong = disk.mismatch(above)
    hard = above.format is not disk.format or (disk.format is DiskFormat.VHD and above.size != disk.size)
    if wrong is not None and (hard or not ignore_mismatch):
        raise ChainBroken(TEXTS[wrong], hresult=wrong)
    disk.require_idle()
    disk.store(parent=above.as_parent_of(disk.path))


def configure(
    disks: "VirtualDisks", disk: "VirtualDisk", physical_sector_size: int | None, identifier: str | None
) -> None:
    disks.require(disk)
    if physical_sector_size is not None:
        if physical_sector_size not in (512, 4096):
            raise InvalidParameter(f"The physical sector size {physical_sector_size} is not valid.")
        if disk.format is DiskFormat.VHD and physical_sector_size != disk.physical_sector_size:
            raise WrongDiskKind()
    if identifier is not None and not is_guid(identifier):
        raise InvalidParameter(f"The identifier '{identifier!s:.64}' is not valid.")
    disk.require_idle()
    sector = disk.physical_sector_size if physical_sector_size is None else physical_sector_size
    disk.store(
        physical_sector_size=sector,
        identifier=disk.id if identifier is None else normalize_guid(identifier),
    )
