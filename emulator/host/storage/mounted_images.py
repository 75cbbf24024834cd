"""Virtual hard disks that are attached to the host itself (Msvm_MountedStorageImage)."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from emulator.host.checks import check_flag
from emulator.host.errors import InvalidState
from emulator.host.host_object import HostObject, operation
from emulator.host.job import Job, JobType
from emulator.host.storage.disk_image.errors import INVALID_STATE
from emulator.host.storage.disk_layout import free_disk_number

if TYPE_CHECKING:
    from emulator.host.host import Host
    from emulator.host.storage.virtual_disk import VirtualDisk

#: Address of the storage bus on which Windows puts mounted images (chosen).
PORT_NUMBER, PATH_ID, TARGET_ID = 2, 0, 0
MAXIMUM_MOUNTED = 255


class MountedImage(HostObject):
    """One attached disk: its number among the disks of the host and its unit on the bus."""

    def __init__(self, disk: "VirtualDisk", unit: int, disk_number: int, *, read_only: bool) -> None:
        super().__init__(disk.host)
        self.disk = disk
        self.unit = unit
        self.disk_number = disk_number
        self.read_only = read_only


class MountedImages:
    """Attached disks by unit, in order of attachment."""

    def __init__(self, host: "Host") -> None:
        self.host = host
        self._images: dict[int, MountedImage] = {}

    def seed(self) -> None:
        self._images.clear()

    def __iter__(self) -> Iterator[MountedImage]:
        return iter(list(self._images.values()))

    def get(self, unit: int) -> MountedImage | None:
        """The image of a unit."""
        return self._images.get(unit)

    @operation
    def attach(self, disk: "VirtualDisk", *, read_only: bool = False) -> Job:
        """Attach a disk to the host; it is there at once, and the job that Windows runs for it follows.

        A system on a disk that is attached writable makes Windows write to its file system: the disk's data
        is another one then. Raises InUse, InvalidState (attached already), ChainBroken and the other errors
        of ``VirtualDisk.check_chain``, DiskFull.
        """
        self.host.virtual_disks.require(disk)
        check_flag("read_only", read_only)
        if disk.mounted is not None:
            raise InvalidState("The virtual hard disk is already attached.", hresult=INVALID_STATE)
        disk.require_idle()
        disk.check_chain()
        if len(self._images) >= MAXIMUM_MOUNTED:
            raise InvalidState("No more virtual hard disks can be attached.", hresult=INVALID_STATE)
        if not read_only and disk.installed_system is not None:
            disk.leaf.write(0, min(disk.size, 1 << 20))
        unit = next(unit for unit in range(MAXIMUM_MOUNTED) if unit not in self._images)
        image = MountedImage(disk, unit, free_disk_number(self.host), read_only=read_only)
        self._images[unit] = image
        disk.mounted = image
        if self.host.has_own_partitions:
            self.host.disk_partitions.came(disk, image.disk_number)
        disk.touch()
        self.host.observe("created", image)
        return self.host.jobs.run(JobType.MOUNT_DISK, disk, affected=[disk])

    @operation
    def detach(self, disk: "VirtualDisk") -> None:
        """Detach a disk from the host. Raises InvalidState when it is not attached, InUse while a file on
        it is in use."""
        self.host.virtual_disks.require(disk)
        image = disk.mounted
        if image is None:
            raise InvalidState("The virtual hard disk is not attached.", hresult=INVALID_STATE)
        if self.host.has_own_partitions:
            self.host.disk_partitions.require_leaving(disk)
        self._drop(image)

    def detach_all(self) -> None:
        """The host goes down."""
        for image in self:
            self._drop(image)

    def _drop(self, image: MountedImage) -> None:
        if self.host.has_own_partitions:
            self.host.disk_partitions.left(image.disk)
        del self._images[image.unit]
        image.disk.mounted = None
        image.disk.touch()
        self.host.observe("deleted", image)
