"""A formatted volume with a drive letter, or folders in which it is mounted."""

from typing import Protocol

from emulator.host.errors import DiskFull, PathNotFound, WriteProtected
from emulator.host.storage.filesystem.file_systems import NTFS, FileSystem
from emulator.host.storage.filesystem.node import DirectoryNode, MountPoint


class ThinDisk(Protocol):
    """A disk below a volume that takes space only for what is written."""

    def room(self) -> int:
        """Bytes that can be written more."""
        ...

    def follow(self) -> None:
        """What is used has changed."""
        ...


class Volume:
    """Sizes in bytes. ``system_used`` is what Windows itself takes; ``used`` adds the files on top.

    Virtual hard disks on it can be shared by machines when ``shares_disks`` (it is a cluster's) or
    ``has_sharing_filter`` (an administrator attached the filter driver) says so.
    """

    __slots__ = (
        "charged",
        "cluster_size",
        "disk_number",
        "file_system",
        "has_sharing_filter",
        "image",
        "is_attached",
        "label",
        "letter",
        "mount_points",
        "root",
        "serial_number",
        "shares_disks",
        "size",
        "system_used",
        "thin",
    )

    def __init__(
        self,
        letter: str,
        label: str,
        size: int,
        system_used: int,
        disk_number: int,
        serial_number: int,
        now: int,
        file_system: FileSystem = NTFS,
    ) -> None:
        self.letter = letter
        self.file_system = file_system
        self.label = label
        self.size = size
        self.system_used = min(system_used, size)
        self.disk_number = disk_number
        self.serial_number = serial_number
        self.charged = 0
        #: The unit in which files get space, as it was formatted.
        self.cluster_size = 4096
        #: The file behind a volume that is an image of a disc: nothing can be written to it.
        self.image = ""
        self.shares_disks = False
        self.has_sharing_filter = False
        self.root = DirectoryNode("", now, protected=True)
        #: The folders of other volumes in which it is mounted whenever it is there.
        self.mount_points: list[MountPoint] = []
        #: It is there: files on it can be used.
        self.is_attached = False
        #: The disk below, when it may have less space than the volume shows.
        self.thin: ThinDisk | None = None

    @property
    def used(self) -> int:
        return self.system_used + self.charged

    @property
    def serial_text(self) -> str:
        """The serial number as Windows shows it: ``1A2B-3C4D``."""
        return f"{self.serial_number >> 16:04X}-{self.serial_number & 0xFFFF:04X}"

    @property
    def free(self) -> int:
        left = max(0, self.size - self.used)
        return left if self.thin is None else min(left, self.thin.room())

    def take_mount_points(self, previous: "Volume") -> None:
        """Take over the folders of the file system that was there before."""
        self.mount_points, previous.mount_points = previous.mount_points, []
        for point in self.mount_points:
            point.volume = self

    def charge(self, difference: int, path: str) -> None:
        """Take or give back space. Raises DiskFull, WriteProtected and changes nothing."""
        if self.image:
            raise WriteProtected(path)
        if difference > self.free:
            raise DiskFull(path)
        self.give_back(-difference)

    def give_back(self, size: int) -> None:
        """Files of so many bytes are gone."""
        self.charged -= size
        if self.thin is not None and size:
            self.thin.follow()


class Volumes:
    """The volumes by their letters: those that are there, and those that were taken away."""

    def __init__(self) -> None:
        self.online: dict[str, Volume] = {}
        self.offline: dict[str, Volume] = {}
        #: Those without a drive letter that are mounted in folders.
        self.in_folders: list[Volume] = []

    def require(self, path: str) -> None:
        """Raise PathNotFound unless the drive of a full path is there."""
        if path[:1].upper() not in self.online:
            raise PathNotFound(path)

    def switch(self, letter: str, online: bool) -> bool:
        """Take a volume away or bring it back; false when it is so already. Raises PathNotFound."""
        key = letter[:1].upper()
        source, target = (self.offline, self.online) if online else (self.online, self.offline)
        if key in source:
            target[key] = source.pop(key)
            return True
        if key not in target:
            raise PathNotFound(letter)
        return False
