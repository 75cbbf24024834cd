"""A virtual hard disk with the content of a disk of the host (New-VHD -SourceDisk). Called under the host's
lock."""

from typing import TYPE_CHECKING

from emulator.host.checks import check_choice
from emulator.host.errors import InvalidParameter, NotFound
from emulator.host.job import Job, JobType
from emulator.host.storage.disk_conversion import flat_facts
from emulator.host.storage.disk_image.extents import Extents
from emulator.host.storage.disk_image.kinds import DiskFormat, DiskKind
from emulator.host.storage.disk_image.payload import Payload
from emulator.host.storage.disk_layout import PhysicalDisk, physical_disks
from emulator.host.storage.virtual_disk import VirtualDisk, default_block_size

if TYPE_CHECKING:
    from emulator.host.guest.guest import InstalledSystem
    from emulator.host.storage.virtual_disks import VirtualDisks

#: Where the first partition begins at the earliest: the partition table is before it.
_TABLE = 1 << 20


def create_from_drive(
    disks: "VirtualDisks", path: str, kind: DiskKind | int, number: int, block_size: int | None
) -> Job:
    """Make a disk of the size of a disk of the host, in which as many bytes are written as are in use there.

    What the bytes are is not known, nor are the partitions: they stay with the host's disk. Raises NotFound
    (no such disk, or one in a storage pool), InUse (a running machine has it), and what `VirtualDisks.create`
    raises.
    """
    from emulator.host.storage.virtual_disks import check_geometry

    host = disks.host
    host.role.require()
    full = host.filesystem.normalize(path)
    kind = check_choice("kind", kind, DiskKind)
    if kind is DiskKind.DIFFERENCING:
        raise InvalidParameter("A differencing virtual hard disk is made from its parent.")
    disk_format = disks.check_new(full)
    disks.check_place_of(full, kind)
    check_geometry(disk_format, kind, block_size, 512, None)
    drive = next((each for each in physical_disks(host) if each.number == number), None)
    if drive is None:
        raise NotFound("The system cannot find the file specified.", hresult=0x80070002)
    host.pass_through.require_unused(number)
    size = disks.check_size(disk_format, drive.size)
    written, payload, system = _content(drive)
    own = disks.data_file_of(full) if disk_format is DiskFormat.VHD_SET else full
    copy = VirtualDisk(host, own, host.new_guid(), kind, size, block_size=block_size, installed_system=system)
    block = copy.block_size or default_block_size(copy.format, kind)
    copy.adopt(
        copy.facts().replaced(
            written=written.clipped(size),
            allocated=written.clipped(size).blocks(block) if block else copy.allocated,
            payload=payload,
        )
    )
    return disks.run(JobType.CREATE_DISK, disks.place_new(full, copy), is_new=True)


def _content(drive: PhysicalDisk) -> "tuple[Extents, Payload, InstalledSystem | None]":
    """What is written on a disk: all that an attached file holds; of others the table, and of each volume as
    much as its files take."""
    if drive.virtual_disk is not None:
        facts = flat_facts(drive.virtual_disk)
        return facts.written, facts.payload, drive.virtual_disk.installed_system
    table = [(0, _TABLE)] if drive.is_initialized else []
    volumes = [
        (part.offset, part.offset + min(part.size, part.content.used))
        for part in drive.partitions
        if part.content is not None
    ]
    return Extents((*table, *volumes)), Payload(), None
