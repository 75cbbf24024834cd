"""Virtual hard disks: what a guest sees, what the file holds, and the chain of parents."""

from typing import TYPE_CHECKING

from emulator.host.errors import ChainBroken, ChainCycle, InUse, InvalidParameter, ParentNotFound
from emulator.host.host_object import HostObject
from emulator.host.identifiers import derived_guid
from emulator.host.storage.disk_image import errors as image_errors
from emulator.host.storage.disk_image.extents import NOTHING, Extents
from emulator.host.storage.disk_image.kinds import MEBIBYTE, SECTOR, DiskFormat, DiskKind
from emulator.host.storage.disk_image.payload import EMPTY, Payload

if TYPE_CHECKING:
    from emulator.host.guest.guest import InstalledSystem
    from emulator.host.host import Host
    from emulator.host.storage.disk_image.facts import ImageFacts, ParentFacts
    from emulator.host.storage.disk_image.sparse import SparseFile
    from emulator.host.storage.mounted_images import MountedImage
    from emulator.host.virtual_machine.drives import HardDiskDrive

FORMAT_OF_ENDING = {
    "vhd": DiskFormat.VHD,
    "avhd": DiskFormat.VHD,
    "vhdx": DiskFormat.VHDX,
    "avhdx": DiskFormat.VHDX,
    "vhds": DiskFormat.VHD_SET,
    "vhdpmem": DiskFormat.VHDX,
}
#: Ending of virtual persistent memory: fixed disks on volumes with direct access.
PERSISTENT_MEMORY = "vhdpmem"


def ending_of(path: str) -> str:
    """File name ending in lower case, without the dot."""
    return path.rpartition("\\")[2].rpartition(".")[2].lower()


def default_block_size(disk_format: DiskFormat, kind: DiskKind) -> int:
    """Block size of a new disk; 0 for fixed ones."""
    if kind is DiskKind.FIXED:
        return 0
    if disk_format is DiskFormat.VHD or kind is DiskKind.DIFFERENCING:
        return 2 * MEBIBYTE
    return 32 * MEBIBYTE


def relative_path(folder_of: str, path: str) -> str:
    """The way from the folder of one file to another file, as parent locators hold it."""
    here, there = folder_of.split("\\")[:-1], path.split("\\")
    shared = 0
    for mine, its in zip(here, there, strict=False):
        if mine.lower() != its.lower():
            break
        shared += 1
    if not shared:
        return path
    up = [".."] * (len(here) - shared) or ["."]
    return "\\".join([*up, *there[shared:]])


class VirtualDisk(HostObject):
    """One virtual hard disk. ``size`` is what a guest sees, ``file_size`` what the host's volume gives.

    ``allocated`` are the numbers of the blocks in the file, ``written`` the bytes of the disk in which a
    guest left something, ``payload`` those of them that are known (uploaded). ``link`` is what a differencing
    disk remembers of its parent. Every change of the data renews ``data_id`` and ``modified``, so that disks
    that stand on it notice.
    """

    @property
    def is_persistent_memory(self) -> bool:
        """A controller of persistent memory takes it, and nothing else does."""
        return ending_of(self.path) == PERSISTENT_MEMORY

    def __init__(
        self,
        host: "Host",
        path: str,
        identifier: str,
        kind: DiskKind,
        size: int,
        *,
        disk_format: DiskFormat | None = None,
        link: "ParentFacts | None" = None,
        block_size: int | None = None,
        logical_sector_size: int = SECTOR,
        physical_sector_size: int | None = None,
        installed_system: "InstalledSystem | None" = None,
    ) -> None:
        super().__init__(host)
        self.path = path
        self.id = identifier
        self.kind = kind
        self.format = FORMAT_OF_ENDING[ending_of(path)] if disk_format is None else disk_format
        self.size = size
        self.link = link
        self.block_size = default_block_size(self.format, kind) if block_size is None else block_size
        self.logical_sector_size = logical_sector_size
        default_sector = SECTOR if self.format is DiskFormat.VHD else 4096
        self.physical_sector_size = default_sector if physical_sector_size is None else physical_sector_size
        self.modified = host.clock.read()
        self.allocated: Extents = NOTHING
        self.written: Extents = NOTHING
        self.payload: Payload = EMPTY
        self.slack = 0
        self.mounted: MountedImage | None = None
        self.busy = False
        #: The VHD set whose data this file holds.
        self.set: VirtualDisk | None = None
        self._data_id: str | None = None
        self._installed_system = installed_system
        self._contents: SparseFile | None = None

    def __repr__(self) -> str:
        return f"<VirtualDisk {self.path!r} {self.kind.name}>"

    # -- what it is ---------------------------------------------------------------------------

    @property
    def file_size(self) -> int:
        """Bytes of the file on the host."""
        return self.host.filesystem.entry(self.path).size

    @property
    def parent_path(self) -> str | None:
        """Where the parent is, or was; None for disks without one."""
        return None if self.link is None else self.link.path

    @property
    def parent(self) -> "VirtualDisk | None":
        """The parent of a differencing disk; None when there is none or its file is gone."""
        return None if self.link is None else self.host.virtual_disks.recognise(self.link.path)

    @property
    def children(self) -> "list[VirtualDisk]":
        """Differencing disks that stand on this one."""
        return self.host.virtual_disks.children(self)

    @property
    def drives(self) -> "list[HardDiskDrive]":
        """Drives of virtual machines that hold it."""
        return self.host.virtual_disks.drives(self.path)

    @property
    def mounted_as(self) -> int | None:
        """Disk number while it is attached to the host itself."""
        return None if self.mounted is None else self.mounted.disk_number

    @property
    def is_attached(self) -> bool:
        """A virtual machine that is not off has it, or it is mounted on the host."""
        return self.mounted is not None or any(drive.vm.state.holds_memory for drive in self.drives)

    @property
    def installed_system(self) -> "InstalledSystem | None":
        """The operating system on it; a differencing disk has its parent's."""
        return next(
            (disk._installed_system for disk in self.chain if disk._installed_system is not None), None
        )

    @property
    def data_id(self) -> str:
        """GUID of the present state of its data (VHDX: DataWriteGuid)."""
        if self._data_id is None:
            self._data_id = derived_guid(self.id, "data")
        return self._data_id

    @property
    def leaf(self) -> "VirtualDisk":
        """The disk whose file takes what a guest writes: a VHD set has it beside itself."""
        return self

    @property
    def minimum_size(self) -> int | None:
        """The least size to which it can be shrunk; None when the format cannot.

        A system's partition fills its disk; of others the end of what was written counts.
        """
        if self.format is DiskFormat.VHD:
            return None
        if self.installed_system is not None:
            return self.size
        end = max(disk.leaf.written.end for disk in self.chain)
        return min(self.size, max(3 * MEBIBYTE, -(-end // MEBIBYTE) * MEBIBYTE))

    def install(self, system: "InstalledSystem | None") -> None:
        """Put an operating system on the disk, or take it off."""
        with self.host.looking():
            self._installed_system = system
            self.touch()

    # -- the chain ----------------------------------------------------------------------------

    @property
    def chain(self) -> "list[VirtualDisk]":
        """The disk, its parent, the parent's parent ... Raises nothing: a missing parent ends it."""
        found: dict[VirtualDisk, None] = {}
        disk: VirtualDisk | None = self
        while disk is not None and disk not in found:
            found[disk] = None
            disk = disk.leaf.parent
        return list(found)

    def check_chain(self) -> None:
        """Raise ParentNotFound, ChainCycle, or ChainBroken when a parent is not the one that its child
        knows."""
        seen: set[VirtualDisk] = set()
        disk = self.leaf
        while disk.link is not None:
            seen.add(disk)
            parent = disk.parent
            if parent is None:
                raise ParentNotFound(disk.link.path)
            if parent in seen:
                raise ChainCycle()
            wrong = disk.mismatch(parent)
            if wrong is not None:
                code = wrong if len(seen) == 1 else image_errors.ERROR_IN_PARENT
                raise ChainBroken(image_errors.TEXTS[code], hresult=code)
            disk = parent

    def mismatch(self, parent: "VirtualDisk") -> int | None:
        """HRESULT of what tells that a disk is not the parent that this one was made on; None when it is."""
        link = self.link
        if link is None:
            return None
        if self.format is not parent.format:
            return image_errors.INVALID_TYPE
        if link.identifier and link.identifier != parent.id:
            return image_errors.IDENTIFIER_MISMATCH
        if self.format is DiskFormat.VHD:
            if self.size != parent.size:
                return image_errors.SIZE_MISMATCH
            same = link.modified // 1_000_000 == parent.modified // 1_000_000
            return None if same else image_errors.TIMESTAMP_MISMATCH
        return None if link.data_id == parent.data_id else image_errors.IDENTIFIER_MISMATCH

    def as_parent_of(self, path: str) -> "ParentFacts":
        """What a differencing disk at a path remembers of this one."""
        from emulator.host.storage.disk_image.facts import ParentFacts

        return ParentFacts(self.path, relative_path(path, self.path), self.id, self.data_id, self.modified)

    # -- changes ------------------------------------------------------------------------------

    def write(self, offset: int, length: int) -> None:
        """A guest writes: blocks that the file has not yet are allocated, and the file grows.

        Raises InvalidParameter (outside of the disk), DiskFull; nothing was written then.
        """
        if offset < 0 or length <= 0 or offset + length > self.size:
            raise InvalidParameter(f"{length} bytes at {offset} are not on the virtual hard disk.")
        start, end = offset // SECTOR * SECTOR, -(-(offset + length) // SECTOR) * SECTOR
        ranges = Extents([(start, min(end, self.size))])
        allocated = self.allocated
        if self.kind is not DiskKind.FIXED:
            allocated |= ranges.blocks(self.block_size)
        self.store(
            written=self.written | ranges,
            allocated=allocated,
            payload=self.payload.without(ranges.ranges),
            data_id=self.host.new_guid(),
            modified=self.host.clock.read(),
        )
        self.tell_trackers(ranges)

    def discard(self, offset: int, length: int) -> None:
        """A guest frees space: the blocks stay in the file until it is compacted."""
        ranges = Extents([(offset, offset + length)])
        self.store(
            written=self.written - ranges,
            payload=self.payload.without(ranges.ranges),
            data_id=self.host.new_guid(),
            modified=self.host.clock.read(),
        )
        self.tell_trackers(ranges)

    def tell_trackers(self, ranges: Extents) -> None:
        """Whoever tracks the changes of a drive that holds the disk hears of these."""
        for drive in (self.set or self).drives:
            for tracker in drive.trackers:
                tracker.changed |= ranges

    def facts(self) -> "ImageFacts":
        """What the file holds."""
        # The formats load with the first disk.
        from emulator.host.storage.disk_image.facts import ImageFacts

        return ImageFacts(
            self.format,
            self.kind,
            self.size,
            self.block_size,
            self.id,
            self.data_id,
            self.modified,
            logical_sector_size=self.logical_sector_size,
            physical_sector_size=self.physical_sector_size,
            parent=self.link,
            allocated=self.allocated,
            written=self.written,
            payload=self.payload,
            slack=self.slack,
        )

    def needed_size(self, **changes: object) -> int:
        """Bytes of the file with changed facts (named as in ``ImageFacts``)."""
        from emulator.host.storage.disk_image.file_size import size_of_file

        return size_of_file(self.facts().replaced(**changes))

    def store(self, **changes: object) -> None:
        """Change facts (named as in ``ImageFacts``) and the size of the file with them. Raises DiskFull."""
        from emulator.host.storage.disk_image.file_size import size_of_file

        facts = self.facts().replaced(**changes)
        self.host.filesystem.resize(self.path, size_of_file(facts), facts.payload.held)
        if facts.parent != self.link:
            self.host.virtual_disks.relink(self, facts.parent)
        self.adopt(facts)
        self.touch()

    def adopt(self, facts: "ImageFacts") -> None:
        """Take over what a file holds."""
        self.kind, self.size, self.block_size = facts.kind, facts.size, facts.block_size
        self.id, self._data_id, self.modified = facts.identifier, facts.data_id or None, facts.modified
        self.logical_sector_size = facts.logical_sector_size
        self.physical_sector_size = facts.physical_sector_size
        self.link, self.slack = facts.parent, facts.slack
        self.allocated, self.written, self.payload = facts.allocated, facts.written, facts.payload
        self._contents = None

    def require_idle(self) -> None:
        """Raise InUse when anything holds the disk or one that stands on it."""
        if self.in_use():
            raise InUse()

    # -- the file behind it (FileBacking) -----------------------------------------------------

    def in_use(self) -> bool:
        if self.busy or self.is_attached or (self.set is not None and self.set.in_use()):
            return True
        return any(child.in_use() for child in self.children)

    def renamed(self, path: str) -> None:
        self.host.virtual_disks.rename(self, path)

    def removed(self) -> None:
        self.host.virtual_disks.forget(self)

    def copied(self, path: str) -> "VirtualDisk | None":
        copy = VirtualDisk(
            self.host,
            path,
            self.id,
            self.kind,
            self.size,
            disk_format=self.format,
            installed_system=self._installed_system,
        )
        copy.adopt(self.facts())
        self.host.virtual_disks.add(copy)
        return copy

    def read(self, offset: int, length: int) -> bytes:
        return self.contents().read(offset, length)

    def contents(self) -> "SparseFile":
        """The bytes of the file; made when they are read."""
        from emulator.host.storage.disk_image.formats import layout

        if self._contents is None:
            self._contents = layout(self.facts())
        return self._contents
