"""Copies of virtual hard disks in another kind, format or block size. Called under the host's lock."""

from typing import TYPE_CHECKING

from emulator.host.checks import check_choice
from emulator.host.errors import ChainBroken, InvalidParameter, WrongDiskKind
from emulator.host.job import Job, JobType
from emulator.host.storage.disk_image.errors import TEXTS
from emulator.host.storage.disk_image.facts import ImageFacts, ParentFacts
from emulator.host.storage.disk_image.kinds import DiskFormat, DiskKind
from emulator.host.storage.virtual_disk import VirtualDisk, default_block_size

if TYPE_CHECKING:
    from emulator.host.storage.virtual_disks import VirtualDisks

Geometry = tuple[int | None, int | None, int | None]
"""Block, logical and physical sector size; None: the default, or that of the source."""


def convert(
    disks: "VirtualDisks",
    disk: VirtualDisk,
    path: str,
    kind: DiskKind | int | None,
    geometry: Geometry,
    parent: str | None,
) -> Job:
    from emulator.host.storage.virtual_disks import check_geometry

    disks.require(disk)
    source_kind = DiskKind.DYNAMIC if disk.kind is DiskKind.DIFFERENCING else disk.kind
    kind = source_kind if kind is None else check_choice("kind", kind, DiskKind)
    disk.check_chain()
    disk.require_idle()
    full = disks.host.filesystem.normalize(path)
    disk_format = disks.check_new(full)
    disks.check_place_of(full, kind)
    block_size, logical, physical = geometry
    logical = disk.logical_sector_size if logical is None else logical
    check_geometry(disk_format, kind, block_size, logical, physical)
    disks.check_size(disk_format, disk.size)
    link = None
    if kind is DiskKind.DIFFERENCING:
        link = _link(disks, disk, full, disk_format, parent)
    elif parent is not None:
        raise InvalidParameter("Only a differencing virtual hard disk has a parent.")
    own = disks.data_file_of(full) if disk_format is DiskFormat.VHD_SET else full
    copy = flat_copy(disks, disk, own, kind, block_size, link, (logical, physical))
    return disks.run(JobType.CONVERT_DISK, disks.place_new(full, copy), is_new=True)


def _link(
    disks: "VirtualDisks", disk: VirtualDisk, path: str, disk_format: DiskFormat, parent: str | None
) -> ParentFacts:
    """The parent of a copy of a differencing disk. Raises WrongDiskKind, ChainBroken, InvalidParameter."""
    if disk.kind is not DiskKind.DIFFERENCING or disk.parent_path is None:
        raise WrongDiskKind("Only a differencing virtual hard disk can be converted to one.")
    above = disks.find(disk.parent_path if parent is None else parent)
    if above.format is not disk_format:
        raise InvalidParameter("A differencing virtual hard disk must have the format of its parent.")
    wrong = disk.mismatch(above) if above.format is disk.format else None
    if wrong is not None:
        raise ChainBroken(TEXTS[wrong], hresult=wrong)
    return above.as_parent_of(path)


def flat_facts(disk: VirtualDisk) -> ImageFacts:
    """What a disk and its parents hold together."""
    facts = disk.leaf.facts().replaced(parent=None)
    for lower in disk.chain[1:]:
        own = lower.leaf.facts()
        facts = facts.replaced(
            written=own.written | facts.written,
            payload=own.payload.under(facts.payload, facts.written.ranges),
        )
    return facts


def flat_copy(
    disks: "VirtualDisks",
    disk: VirtualDisk,
    path: str,
    kind: DiskKind,
    block_size: int | None = None,
    link: ParentFacts | None = None,
    sectors: tuple[int, int | None] | None = None,
) -> VirtualDisk:
    """A new disk with what a disk and its parents hold (without the parents' part when it has a ``link``);
    its file is not made yet."""
    facts = flat_facts(disk) if link is None else disk.leaf.facts()
    logical, physical = sectors or (disk.logical_sector_size, disk.physical_sector_size)
    copy = VirtualDisk(
        disks.host,
        path,
        disks.host.new_guid(),
        kind,
        disk.size,
        link=link,
        block_size=block_size,
        logical_sector_size=logical,
        physical_sector_size=physical,
        installed_system=disk.installed_system,
    )
    written = facts.written.clipped(disk.size)
    size = copy.block_size or default_block_size(copy.format, kind)
    copy.adopt(
        copy.facts().replaced(
            written=written,
            allocated=written.blocks(size) if size else copy.allocated,
            payload=facts.payload,
        )
    )
    return copy
