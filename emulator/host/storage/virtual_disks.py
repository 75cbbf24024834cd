"""The virtual hard disks of the host by path, and what the image management service does with them."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from emulator.host.checks import check_choice, check_number
from emulator.host.errors import (
    FileNotFound,
    FilesystemError,
    HostError,
    InvalidParameter,
    NotSupported,
    NotVirtualDisk,
    PathExists,
)
from emulator.host.host_object import operation
from emulator.host.identifiers import is_guid, normalize_guid
from emulator.host.job import Job, JobFacts, JobType
from emulator.host.storage.disk_image.errors import (
    FORMAT_UNKNOWN,
    INVALID_TYPE,
    PROVIDER_NOT_FOUND,
    TEXTS,
    ImageError,
)
from emulator.host.storage.disk_image.kinds import DiskFormat, DiskKind
from emulator.host.storage.mounted_images import MountedImages
from emulator.host.storage.virtual_disk import FORMAT_OF_ENDING, PERSISTENT_MEMORY, VirtualDisk, ending_of

if TYPE_CHECKING:
    from emulator.host.host import Host
    from emulator.host.storage.disk_image.facts import ImageFacts, ParentFacts
    from emulator.host.virtual_machine.drives import HardDiskDrive

_LEAST_SIZE = 3 << 20
_FLOPPY_SIZE = 1_474_560


class VirtualDisks:
    """Disks by path (any case), in order of creation.

    Operations check everything at once and raise; what they start ends as a storage job. A door whose real
    counterpart answers with a failed job makes one with ``host.jobs.fail``.
    """

    def __init__(self, host: "Host") -> None:
        self.host = host
        self.mounted = MountedImages(host)
        self._disks: dict[str, VirtualDisk] = {}
        self._children: dict[str, dict[VirtualDisk, None]] = {}
        self._drives: dict[str, dict[HardDiskDrive, None]] = {}

    def seed(self) -> None:
        self._disks.clear()
        self._children.clear()
        self._drives.clear()
        self.mounted.seed()

    def __iter__(self) -> Iterator[VirtualDisk]:
        return iter(list(self._disks.values()))

    def __len__(self) -> int:
        return len(self._disks)

    def get(self, path: str) -> VirtualDisk | None:
        """The disk of a full path in any case, also one that a client uploaded; None when there is no such
        disk."""
        disk = self._disks.get(path.lower())
        return disk if disk is not None else self.recognise(path)

    def find(self, path: str, cwd: str = "C:\\") -> VirtualDisk:
        """The disk of a path. Raises FileNotFound, PathNotFound, InvalidPath; NotVirtualDisk when the file is
        no virtual hard disk of the format that its name says."""
        with self.host.looking():
            entry = self.host.filesystem.entry(path, cwd)
            disk = self._disks.get(entry.path.lower())
            if disk is None:
                disk = self._adopt_upload(entry.path)
            if FORMAT_OF_ENDING.get(ending_of(entry.path)) is not disk.format:
                raise NotVirtualDisk(TEXTS[PROVIDER_NOT_FOUND], hresult=PROVIDER_NOT_FOUND)
            return disk

    def recognise(self, path: str) -> VirtualDisk | None:
        """The disk of a path, known or uploaded; None when the file is none or is gone."""
        disk = self._disks.get(path.lower())
        if disk is None and self.host.filesystem.uploaded(path):
            try:
                return self._adopt_upload(self.host.filesystem.entry(path).path)
            except (NotVirtualDisk, FilesystemError):
                return None
        return disk

    def _adopt_upload(self, path: str) -> VirtualDisk:
        """Make a disk of a file that a client uploaded. Raises NotVirtualDisk."""
        from emulator.host.storage.disk_image.formats import parse

        data = self.host.filesystem.uploaded(path)
        if not data or ending_of(path) not in FORMAT_OF_ENDING:
            code = PROVIDER_NOT_FOUND if ending_of(path) not in FORMAT_OF_ENDING else FORMAT_UNKNOWN
            raise NotVirtualDisk(TEXTS[code], hresult=code)
        try:
            facts = parse(data)
        except ImageError as problem:
            raise NotVirtualDisk(str(problem), hresult=problem.hresult) from None
        facts = self._with_found_parent(path, facts)
        disk = VirtualDisk(
            self.host, path, facts.identifier, facts.kind, facts.size, disk_format=facts.format
        )
        disk.adopt(facts)
        self.host.filesystem.adopt(path, disk)
        self.add(disk)
        self.host.observe("created", disk)
        return disk

    def _with_found_parent(self, path: str, facts: "ImageFacts") -> "ImageFacts":
        """An uploaded child may name its parent by the way from its own folder: the file that is there
        counts."""

        link, files = facts.parent, self.host.filesystem
        if link is None:
            return facts
        folder = path.rpartition("\\")[0] + "\\"
        for candidate in (link.path, link.relative_path):
            if candidate and files.exists(candidate, folder):
                return facts.replaced(parent=link.replaced(path=files.normalize(candidate, folder)))
        return facts

    def audit(self) -> list[str]:
        """What does not add up: files that are gone or of another size than their disk says, and children
        that the table of parents does not know. Empty when all is well."""
        problems: list[str] = []
        for key, disk in self._disks.items():
            if key != disk.path.lower() or self.host.filesystem.backing(disk.path) is not disk:
                problems.append(f"{disk.path} is not behind its file")
                continue
            uploaded = self.host.filesystem.uploaded(disk.path) is not None
            if not uploaded and disk.file_size != disk.needed_size():
                problems.append(f"{disk.path} has {disk.file_size} bytes, not {disk.needed_size()}")
            if disk.link is not None and disk not in self._children.get(disk.link.path.lower(), {}):
                problems.append(f"{disk.path} is no child of {disk.link.path}")
        for path, drives in self._drives.items():
            problems += [
                f"{drive!r} does not hold {path}" for drive in drives if (drive.path or "").lower() != path
            ]
        return problems

    # -- making -------------------------------------------------------------------------------

    @operation
    def create(
        self,
        path: str,
        kind: DiskKind | int = DiskKind.DYNAMIC,
        *,
        size: int | None = None,
        parent: str | None = None,
        block_size: int | None = None,
        logical_sector_size: int | None = None,
        physical_sector_size: int | None = None,
        identifier: str | None = None,
    ) -> Job:
        """Make a new disk; ``size`` in bytes (a differencing disk takes its parent's). The folder must exist.

        Raises RoleNotInstalled, InvalidParameter, NotSupported (a format that the release has not),
        PathExists, PathNotFound, FileNotFound (the parent), ChainBroken (the parent's own parents), DiskFull.
        """
        self.host.role.require()
        full = self.host.filesystem.normalize(path)
        kind = check_choice("kind", kind, DiskKind)
        disk_format = self.check_new(full)
        self.check_place_of(full, kind)
        above = None
        if kind is DiskKind.DIFFERENCING:
            if parent is None:
                raise InvalidParameter("A differencing virtual hard disk needs a parent.")
            above = self.find(parent)
            if above.format is not disk_format or disk_format is DiskFormat.VHD_SET:
                raise InvalidParameter("A differencing virtual hard disk must have the format of its parent.")
            above.check_chain()
            size = above.size if size is None else size
            if disk_format is DiskFormat.VHD and size != above.size:
                raise InvalidParameter("A differencing VHD must have the size of its parent.")
            logical_sector_size = above.logical_sector_size
            physical_sector_size = physical_sector_size or above.physical_sector_size
        elif parent is not None:
            raise InvalidParameter("Only a differencing virtual hard disk has a parent.")
        logical = 512 if logical_sector_size is None else logical_sector_size
        check_geometry(disk_format, kind, block_size, logical, physical_sector_size)
        size = self.check_size(disk_format, size, logical)
        if identifier is not None and not is_guid(identifier):
            raise InvalidParameter(f"The identifier '{identifier!s:.64}' is not valid.")
        guid = self.host.new_guid() if identifier is None else normalize_guid(identifier)
        disk = VirtualDisk(
            self.host,
            full if disk_format is not DiskFormat.VHD_SET else self.data_file_of(full),
            guid,
            kind,
            size,
            link=None if above is None else above.leaf.as_parent_of(full),
            block_size=block_size,
            logical_sector_size=logical,
            physical_sector_size=physical_sector_size,
        )
        return self.run(JobType.CREATE_DISK, self.place_new(full, disk), is_new=True)

    @operation
    def create_from_drive(
        self, path: str, kind: DiskKind | int, number: int, *, block_size: int | None = None
    ) -> Job:
        """Make a disk with the content of the host's disk of a number. Raises NotFound, InUse, and as
        `create`."""
        from emulator.host.storage import drive_copy

        return drive_copy.create_from_drive(self, path, kind, number, block_size)

    def place_new(self, path: str, disk: VirtualDisk) -> VirtualDisk:
        """Put the file of a disk that was checked into the file system, with that of its VHD set when the
        path names one; the disk of the path. Raises DiskFull and leaves nothing behind."""
        from emulator.host.storage.vhd_set import VhdSet

        files = self.host.filesystem
        files.place(disk.path, disk.needed_size(), disk)
        made = [disk]
        if path.lower() != disk.path.lower():
            whole = VhdSet(self.host, path, disk.id, disk)
            try:
                files.place(path, whole.needed_size(), whole)
            except HostError:
                files.discard(disk.path)
                raise
            made.append(whole)
        for each in made:
            self.add(each)
            self.host.observe("created", each)
        return made[-1]

    def data_file_of(self, path: str) -> str:
        """A new name for a file of data of a VHD set."""
        return f"{path.rpartition('.')[0]}_{self.host.new_guid()}.avhdx"

    @operation
    def create_floppy(self, path: str) -> Job:
        """Make a virtual floppy disk (.vfd) of 1.44 MB. Raises InvalidParameter, PathExists, PathNotFound,
        DiskFull."""
        self.host.role.require()
        full = self.host.filesystem.normalize(path)
        if ending_of(full) != "vfd":
            raise InvalidParameter(f"The file name '{full!s:.128}' must end in .vfd.")
        self.host.filesystem.write_new(full, bytes(_FLOPPY_SIZE))
        return self.host.jobs.run(
            JobType.CREATE_FLOPPY,
            None,
            abandon=lambda: self.host.filesystem.discard(full),
            cancellable=True,
        )

    # -- changing -----------------------------------------------------------------------------

    @operation
    def resize(self, disk: VirtualDisk, size: int) -> Job:
        """Change what a guest sees. Disks on a SCSI controller of a running machine may change (VHDX, from
        2012 R2).

        Raises InvalidParameter (only VHDX can shrink, and not below its data), WrongDiskKind, InUse,
        InvalidState (differencing disks stand on it), DiskFull.
        """
        from emulator.host.storage import disk_operations

        return disk_operations.resize(self, disk, size)

    @operation
    def compact(self, disk: VirtualDisk, mode: int = 1) -> Job:
        """Give blocks back that hold nothing any more; ``mode`` 0 full, 1 quick, 2 retrim, 3 pretrimmed,
        4 prezeroed. The disk is detached, or attached to the host for reading.

        Raises InvalidParameter, WrongDiskKind (fixed), InUse.
        """
        from emulator.host.storage import disk_operations

        return disk_operations.compact(self, disk, mode)

    @operation
    def merge(self, disk: VirtualDisk, destination: str | None = None) -> Job:
        """Merge a differencing disk into its parent, into another one of its parents, or with all of them
        into a new file. Merged files are gone at the end; with a new file everything stays.

        Raises WrongDiskKind (not differencing), InvalidParameter, ParentNotFound, ChainBroken, InUse,
        InvalidState, DiskFull.
        """
        from emulator.host.storage import disk_merging

        return disk_merging.merge(self, disk, destination)

    @operation
    def convert(
        self,
        disk: VirtualDisk,
        path: str,
        kind: DiskKind | int | None = None,
        *,
        block_size: int | None = None,
        logical_sector_size: int | None = None,
        physical_sector_size: int | None = None,
        parent: str | None = None,
    ) -> Job:
        """Copy a disk with its whole chain into a new file of another kind, format or block size. A
        differencing disk may be copied alone (``kind`` DIFFERENCING): onto its parent or a copy of that.

        Raises InvalidParameter, NotSupported, PathExists, PathNotFound, ChainBroken, InUse, DiskFull.
        """
        from emulator.host.storage import disk_conversion

        geometry = (block_size, logical_sector_size, physical_sector_size)
        return disk_conversion.convert(self, disk, path, kind, geometry, parent)

    @operation
    def set_parent(self, disk: VirtualDisk, parent: str, *, ignore_mismatch: bool = False) -> None:
        """Give a differencing disk another parent file, of the same identity unless a mismatch is ignored.

        Raises WrongDiskKind, FileNotFound, NotVirtualDisk, ChainBroken (identifiers, times or sizes),
        ChainCycle, InUse.
        """
        from emulator.host.storage import disk_operations

        disk_operations.set_parent(self, disk, parent, ignore_mismatch=ignore_mismatch)

    @operation
    def configure(
        self,
        disk: VirtualDisk,
        *,
        physical_sector_size: int | None = None,
        identifier: str | None = None,
    ) -> None:
        """Change the sector size that a disk reports, or its identifier. Raises InvalidParameter, InUse,
        WrongDiskKind (sectors of a VHD)."""
        from emulator.host.storage import disk_operations

        disk_operations.configure(self, disk, physical_sector_size, identifier)

    @operation
    def validate(self, disk: VirtualDisk) -> Job:
        """Look at a disk and its chain; what is wrong ends the job in EXCEPTION."""
        self.require(disk)
        try:
            disk.check_chain()
        except HostError as problem:
            return self.host.jobs.fail(JobType.VALIDATE_DISK, disk, problem, affected=[disk])
        return self.host.jobs.run(JobType.VALIDATE_DISK, disk, affected=[disk])

    def mount(self, disk: VirtualDisk, *, read_only: bool = False) -> int:
        """Attach a disk to the host itself; its disk number. Errors as for ``MountedImages.attach``."""
        with self.host.looking():
            self.mounted.attach(disk, read_only=read_only)
            return disk.mounted_as or 0

    def dismount(self, disk: VirtualDisk) -> None:
        """Detach a disk from the host. Raises InvalidState when it is not attached."""
        self.mounted.detach(disk)

    # -- bookkeeping --------------------------------------------------------------------------

    def add(self, disk: VirtualDisk) -> None:
        self._disks[disk.path.lower()] = disk
        if disk.link is not None:
            self._children.setdefault(disk.link.path.lower(), {})[disk] = None
        self.host.next_revision()

    def relink(self, disk: VirtualDisk, link: "ParentFacts | None") -> None:
        """A disk stands on another parent, or on none, from now on."""
        if disk.link is not None:
            self._children.get(disk.link.path.lower(), {}).pop(disk, None)
        if link is not None:
            self._children.setdefault(link.path.lower(), {})[disk] = None
        disk.link = link

    def forget(self, disk: VirtualDisk) -> None:
        """The file is gone."""
        if self._disks.get(disk.path.lower()) is disk:
            del self._disks[disk.path.lower()]
            if disk.link is not None:
                self._children.get(disk.link.path.lower(), {}).pop(disk, None)
            self.host.next_revision()
            self.host.observe("deleted", disk)
            self._touch_drives(disk.path)

    def remove(self, disk: VirtualDisk) -> None:
        """Delete the file of a disk that the machine itself does not need any more."""
        self.host.filesystem.discard(disk.path)
        self.forget(disk)

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
            security = self.host.filesystem.set_security
            if security is not None:
                security.grant_machine(drive.vm, path)

    def _touch_drives(self, path: str) -> None:
        for drive in self.drives(path):
            drive.touch()

    def require(self, disk: VirtualDisk) -> None:
        """Raise RoleNotInstalled, or FileNotFound for a disk whose file is gone."""
        self.host.role.require()
        if self._disks.get(disk.path.lower()) is not disk:
            raise FileNotFound(disk.path)

    def run(self, kind: JobFacts, disk: VirtualDisk, is_new: bool = False) -> Job:
        """The job of a change that was made: the disk is busy until it ends, and a new one goes when it is
        abandoned."""
        disk.busy = True

        def finish() -> None:
            disk.busy = False
            disk.touch()

        def abandon() -> None:
            disk.busy = False
            if is_new:
                for each in dict.fromkeys((disk, disk.leaf)):
                    self.remove(each)

        # A change of a disk that was there has been made already; only a new file can be taken away again.
        return self.host.jobs.run(kind, disk, finish, affected=[disk], abandon=abandon, cancellable=is_new)

    def check_new(self, path: str) -> DiskFormat:
        """The format of a file that is to be made. Raises PathExists, InvalidParameter, NotSupported."""
        if self.host.filesystem.exists(path):
            raise PathExists(path)
        ending = ending_of(path)
        if ending not in FORMAT_OF_ENDING:
            raise InvalidParameter(f"The file name '{path!s:.128}' must end in .vhd or .vhdx.")
        known = {"avhd": "vhd", "avhdx": "vhdx"}.get(ending, ending)
        if known not in self.host.release.virtual_disk_formats:
            raise NotSupported(f"The format {known.upper()} is not supported.")
        return FORMAT_OF_ENDING[ending]

    def check_place_of(self, path: str, kind: DiskKind) -> None:
        """Persistent memory: fixed disks on volumes with direct access only (documented). Raises
        InvalidParameter, NotSupported."""
        if ending_of(path) != PERSISTENT_MEMORY:
            return
        if kind is not DiskKind.FIXED:
            raise InvalidParameter("Virtual persistent memory must be a fixed virtual hard disk.")
        letter = path[:1].upper()
        if not any(
            volume.direct_access for _, volume in self.host.hardware.volumes if volume.drive_letter == letter
        ):
            raise NotSupported(f"The volume {letter}: does not support direct access (DAX).")

    def check_size(self, disk_format: DiskFormat, size: int | None, sector_size: int = 512) -> int:
        """A size that a disk of the format may have, in whole sectors. Raises InvalidParameter."""
        limits = self.host.release.limits
        largest = limits.vhd_size if disk_format is DiskFormat.VHD else limits.vhdx_size
        checked = check_number("size", size, _LEAST_SIZE, largest)
        # Guests see whole sectors.
        return -(-checked // sector_size) * sector_size


def check_geometry(
    disk_format: DiskFormat, kind: DiskKind, block_size: int | None, logical: int, physical: int | None
) -> None:
    """Raise InvalidParameter for block and sector sizes that a disk cannot have."""
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
    if disk_format is DiskFormat.VHD and physical not in (None, 512):
        raise InvalidParameter("A VHD reports physical sectors of 512 bytes.", hresult=INVALID_TYPE)
