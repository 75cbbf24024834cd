"""The virtual hard disks of the host by path, and what the image management service does with them."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from emulator.host.checks import check_choice, check_number
from emulator.host.errors import FileNotFound, InvalidParameter, InvalidState, NotSupported, PathExists
from emulator.host.host_object import operation
from emulator.host.identifiers import is_guid, normalize_guid
from emulator.host.job import Job, JobType
from emulator.host.virtual_disk import (
    FORMAT_OF_ENDING,
    DiskFormat,
    DiskKind,
    VirtualDisk,
    ending_of,
    initial_file_size,
)

if TYPE_CHECKING:
    from emulator.host.drives import HardDiskDrive
    from emulator.host.host import Host

_LEAST_SIZE = {DiskFormat.VHD: 3 << 20, DiskFormat.VHDX: 3 << 20, DiskFormat.VHD_SET: 3 << 20}


class VirtualDisks:
    """Disks by path (any case), in order of creation.

    Operations check everything at once and raise; what they start ends as a storage job. A door whose real
    counterpart answers with a failed job makes one with ``host.jobs.fail``.
    """

    def __init__(self, host: "Host") -> None:
        self.host = host
        self._disks: dict[str, VirtualDisk] = {}
        self._children: dict[str, dict[VirtualDisk, None]] = {}
        self._drives: dict[str, dict[HardDiskDrive, None]] = {}

    def seed(self) -> None:
        self._disks.clear()
        self._children.clear()
        self._drives.clear()

    def __iter__(self) -> Iterator[VirtualDisk]:
        return iter(list(self._disks.values()))

    def __len__(self) -> int:
        return len(self._disks)

    def get(self, path: str) -> VirtualDisk | None:
        """The disk of a full path in any case; None when there is no such disk."""
        return self._disks.get(path.lower())

    def find(self, path: str, cwd: str = "C:\\") -> VirtualDisk:
        """The disk of a path. Raises FileNotFound, PathNotFound, InvalidPath; InvalidParameter when the file
        is no virtual hard disk."""
        with self.host.looking():
            full = self.host.filesystem.entry(path, cwd).path
            disk = self.get(full)
            if disk is None:
                raise InvalidParameter(f"The file {full} is not a virtual hard disk.", hresult=0xC03A0003)
            return disk

    @operation
    def create(
        self,
        path: str,
        kind: DiskKind | int = DiskKind.DYNAMIC,
        *,
        size: int | None = None,
        parent: str | None = None,
        block_size: int | None = None,
        logical_sector_size: int = 512,
        physical_sector_size: int | None = None,
        identifier: str | None = None,
    ) -> Job:
        """Make a new disk; ``size`` in bytes (a differencing disk takes its parent's). The folder must exist.

        Raises RoleNotInstalled, InvalidParameter, NotSupported (a format that the release has not),
        PathExists, PathNotFound, FileNotFound (the parent), DiskFull.
        """
        self.host.role.require()
        full = self.host.filesystem.normalize(path)
        kind = check_choice("kind", kind, DiskKind)
        disk_format = self._check_format(full)
        above = None
        if kind is DiskKind.DIFFERENCING:
            if parent is None:
                raise InvalidParameter("A differencing virtual hard disk needs a parent.")
            above = self.find(parent)
            if above.format is not disk_format:
                raise InvalidParameter("A differencing virtual hard disk must have the format of its parent.")
            size = above.size if size is None else size
        elif parent is not None:
            raise InvalidParameter("Only a differencing virtual hard disk has a parent.")
        size = self._check_size(disk_format, size)
        _check_geometry(disk_format, kind, block_size, logical_sector_size, physical_sector_size)
        if identifier is not None and not is_guid(identifier):
            raise InvalidParameter(f"The identifier {identifier!r:.64} is not valid.")
        disk = VirtualDisk(
            self.host,
            full,
            self.host.new_guid() if identifier is None else normalize_guid(identifier),
            kind,
            size,
            parent_path=above.path if above is not None else None,
            block_size=block_size,
            logical_sector_size=logical_sector_size,
            physical_sector_size=physical_sector_size,
        )
        self.host.filesystem.place(full, initial_file_size(disk_format, kind, size, disk.block_size), disk)
        self.add(disk)
        self.host.observe("created", disk)
        return self._run(JobType.CREATE_DISK, disk, is_new=True)

    @operation
    def resize(self, disk: VirtualDisk, size: int) -> Job:
        """Change what a guest sees. Disks on a SCSI controller of a running machine may grow (VHDX, from
        2012 R2).

        Raises InvalidParameter (only VHDX can shrink), InUse, InvalidState (differencing disks stand on it),
        DiskFull.
        """
        self._require(disk)
        size = self._check_size(disk.format, size)
        if size < disk.size and disk.format is DiskFormat.VHD:
            raise InvalidParameter("A virtual hard disk of the VHD format cannot be shrunk.")
        if disk.children:
            raise InvalidState(
                "The operation is not possible: differencing virtual hard disks depend on this one."
            )
        online = (
            disk.format is DiskFormat.VHDX
            and self.host.release.build >= 9600
            and not disk.busy
            and all(drive.controller_type.name == "SCSI" for drive in disk.drives)
        )
        if not online:
            disk.require_idle()
        if disk.kind is DiskKind.FIXED:
            self.host.filesystem.resize(disk.path, initial_file_size(disk.format, disk.kind, size, 0))
        disk.size = size
        disk.touch()
        return self._run(JobType.RESIZE_DISK, disk)

    @operation
    def merge(self, disk: VirtualDisk) -> Job:
        """Merge a differencing disk into its parent; at the end its file is gone.

        Raises InvalidParameter (not differencing), FileNotFound (the parent), InUse, InvalidState, DiskFull.
        """
        self._require(disk)
        if disk.kind is not DiskKind.DIFFERENCING:
            raise InvalidParameter("Only a differencing virtual hard disk can be merged.")
        parent = disk.parent
        if parent is None:
            raise FileNotFound(disk.parent_path or "")
        disk.require_idle()
        if disk.children or parent.children != [disk]:
            raise InvalidState("The operation is not possible: other virtual hard disks depend on these.")
        if parent.kind is not DiskKind.FIXED:
            grown = min(
                parent.file_size + disk.file_size,
                initial_file_size(parent.format, DiskKind.FIXED, parent.size, 0) + (4 << 20),
            )
            self.host.filesystem.resize(parent.path, max(grown, parent.file_size))
        disk.busy = parent.busy = True

        def finish() -> None:
            disk.busy = parent.busy = False
            if disk._installed_system is not None:
                parent._installed_system = disk._installed_system
            self.host.filesystem.discard(disk.path)
            self.forget(disk)
            parent.touch()

        def abandon() -> None:
            disk.busy = parent.busy = False

        return self.host.jobs.run(JobType.MERGE_DISK, disk, finish, affected=[disk, parent], abandon=abandon)

    @operation
    def convert(self, disk: VirtualDisk, path: str, kind: DiskKind | int = DiskKind.DYNAMIC) -> Job:
        """Copy a disk with its whole chain into a new file of another kind or format.

        Raises InvalidParameter, NotSupported, PathExists, PathNotFound, InUse, DiskFull.
        """
        self._require(disk)
        kind = check_choice("kind", kind, DiskKind)
        if kind is DiskKind.DIFFERENCING:
            raise InvalidParameter("A virtual hard disk cannot be converted to a differencing one.")
        disk.require_idle()
        full = self.host.filesystem.normalize(path)
        disk_format = self._check_format(full)
        self._check_size(disk_format, disk.size)
        copy = VirtualDisk(
            self.host, full, self.host.new_guid(), kind, disk.size, installed_system=disk.installed_system
        )
        used = sum(each.file_size for each in disk.chain if each.kind is not DiskKind.FIXED)
        least = initial_file_size(disk_format, kind, disk.size, copy.block_size)
        self.host.filesystem.place(full, least if kind is DiskKind.FIXED else max(least, used), copy)
        self.add(copy)
        return self._run(JobType.CONVERT_DISK, copy, is_new=True)

    @operation
    def mount(self, disk: VirtualDisk) -> int:
        """Attach a disk to the host itself; its disk number. Raises InUse, InvalidState (mounted already)."""
        self._require(disk)
        if disk.mounted_as is not None:
            raise InvalidState("The virtual hard disk is already attached.")
        disk.require_idle()
        taken = {each.mounted_as for each in self._disks.values()}
        number = len(self.host.hardware.disks)
        while number in taken:
            number += 1
        disk.mounted_as = number
        disk.touch()
        return number

    @operation
    def dismount(self, disk: VirtualDisk) -> None:
        """Detach a disk from the host. Raises InvalidState when it is not mounted."""
        self._require(disk)
        if disk.mounted_as is None:
            raise InvalidState("The virtual hard disk is not attached.")
        disk.mounted_as = None
        disk.touch()

    # -- bookkeeping --------------------------------------------------------------------------

    def add(self, disk: VirtualDisk) -> None:
        self._disks[disk.path.lower()] = disk
        if disk.parent_path is not None:
            self._children.setdefault(disk.parent_path.lower(), {})[disk] = None
        self.host.next_revision()

    def forget(self, disk: VirtualDisk) -> None:
        """The file is gone."""
        if self._disks.get(disk.path.lower()) is disk:
            del self._disks[disk.path.lower()]
            if disk.parent_path is not None:
                self._children.get(disk.parent_path.lower(), {}).pop(disk, None)
            self.host.next_revision()
            self.host.observe("deleted", disk)
            self._touch_drives(disk.path)

    def rename(self, disk: VirtualDisk, path: str) -> None:
        """The file moved. Drives and children keep the old path, as on Windows."""
        old = disk.path
        del self._disks[old.lower()]
        disk.path = path
        self._disks[path.lower()] = disk
        disk.touch()
        self._touch_drives(old)
        self._touch_drives(path)

    def children(self, disk: VirtualDisk) -> list[VirtualDisk]:
        return list(self._children.get(disk.path.lower(), ()))

    def drives(self, path: str) -> "list[HardDiskDrive]":
        """Drives of virtual machines that hold a path."""
        return list(self._drives.get(path.lower(), ()))

    def attach(self, drive: "HardDiskDrive", path: str | None) -> None:
        """A drive holds a path now instead of its old one."""
        if drive.path is not None:
            self._drives.get(drive.path.lower(), {}).pop(drive, None)
        drive.path = path
        if path is not None:
            self._drives.setdefault(path.lower(), {})[drive] = None

    def _touch_drives(self, path: str) -> None:
        for drive in self.drives(path):
            drive.touch()

    def _require(self, disk: VirtualDisk) -> None:
        self.host.role.require()
        if self._disks.get(disk.path.lower()) is not disk:
            raise FileNotFound(disk.path)

    def _run(self, kind: JobType, disk: VirtualDisk, is_new: bool = False) -> Job:
        disk.busy = True

        def finish() -> None:
            disk.busy = False
            disk.touch()

        def abandon() -> None:
            disk.busy = False
            if is_new:
                self.host.filesystem.discard(disk.path)
                self.forget(disk)

        return self.host.jobs.run(kind, disk, finish, affected=[disk], abandon=abandon)

    def _check_format(self, path: str) -> DiskFormat:
        if self.host.filesystem.exists(path):
            raise PathExists(path)
        ending = ending_of(path)
        if ending not in FORMAT_OF_ENDING:
            raise InvalidParameter(f"The file name {path!r:.128} must end in .vhd or .vhdx.")
        disk_format = FORMAT_OF_ENDING[ending]
        known = {"avhd": "vhd", "avhdx": "vhdx"}.get(ending, ending)
        if known not in self.host.release.virtual_disk_formats:
            raise NotSupported(f"The format {known.upper()} is not supported.")
        return disk_format

    def _check_size(self, disk_format: DiskFormat, size: int | None) -> int:
        limits = self.host.release.limits
        largest = limits.vhd_size if disk_format is DiskFormat.VHD else limits.vhdx_size
        checked = check_number("size", size, _LEAST_SIZE[disk_format], largest)
        # Guests see whole sectors.
        return -(-checked // 512) * 512


def _check_geometry(
    disk_format: DiskFormat, kind: DiskKind, block_size: int | None, logical: int, physical: int | None
) -> None:
    if block_size is not None and not (kind is DiskKind.FIXED and block_size == 0):
        allowed = (
            {512 << 10, 2 << 20} if disk_format is DiskFormat.VHD else {1 << power for power in range(20, 29)}
        )
        if block_size not in allowed or kind is DiskKind.FIXED:
            raise InvalidParameter(f"The block size {block_size} is not valid.")
    if logical not in (512, 4096) or (disk_format is DiskFormat.VHD and logical != 512):
        raise InvalidParameter(f"The logical sector size {logical} is not valid.")
    if physical is not None and physical not in (512, 4096):
        raise InvalidParameter(f"The physical sector size {physical} is not valid.")
