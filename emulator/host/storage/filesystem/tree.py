"""Finding files and folders: from a path, also of a share of this machine, to what it names."""

from typing import TYPE_CHECKING

from emulator.host.errors import (
    FileNotFound,
    InvalidPath,
    IsADirectory,
    NotADirectory,
    PathNotFound,
    PathTooLong,
)
from emulator.host.storage.filesystem.node import DirectoryNode, FileNode, MountPoint, Node
from emulator.host.storage.filesystem.paths import Location, locate
from emulator.host.storage.filesystem.volume import Volume, Volumes

if TYPE_CHECKING:
    from emulator.host.host import Host


class FileTree:
    """The folders and files of the volumes that are there."""

    def __init__(self, host: "Host", volumes: Volumes) -> None:
        self.host = host
        self.volumes = volumes
        #: The computer's name, and the names that come from it.
        self._names: tuple[str, frozenset[str]] = ("", frozenset())
        #: Whether a volume was ever mounted in a folder: until then a drive is all there is to look at.
        self.has_mount_points = False

    def locate(self, path: str, cwd: str) -> Location:
        """Where a path leads, through the shares of this machine. Raises InvalidPath, PathTooLong,
        PathNotFound."""
        names = self._own_names()
        if path.startswith(("\\\\", "//")):
            path = self._behind_share(path, names)
        return locate(path, cwd, names)

    def find_or_none(self, path: str, cwd: str) -> Node | None:
        """What a path names, None when there is nothing or the path is not valid."""
        try:
            return self.find(self.locate(path, cwd))[0]
        except (InvalidPath, PathTooLong, PathNotFound, FileNotFound, NotADirectory):
            return None

    def find(self, location: Location) -> tuple[Node, str]:
        """The node and its path with the names as they are stored. Raises FileNotFound, PathNotFound."""
        self.volumes.require(location.path)
        node: Node = self.volumes.online[location.drive].root
        names: list[str] = []
        for index, component in enumerate(location.components):
            child = node.child(component) if isinstance(node, DirectoryNode) else None
            if child is None:
                self.require_attached(node, location)
                last = index == len(location.components) - 1
                raise (FileNotFound if last else PathNotFound)(location.path)
            node = child
            names.append(child.name)
        return node, f"{location.drive}:\\" + "\\".join(names)

    def find_file(self, location: Location) -> FileNode:
        """A file. Raises FileNotFound, PathNotFound, IsADirectory."""
        node, _ = self.find(location)
        if not isinstance(node, FileNode):
            raise IsADirectory(location.path)
        return node

    def find_directory(self, location: Location) -> tuple[DirectoryNode, str]:
        """A folder and its path with the names as they are stored. Raises PathNotFound, NotADirectory."""
        try:
            node, path = self.find(location)
        except FileNotFound:
            raise PathNotFound(location.path) from None
        if not isinstance(node, DirectoryNode):
            raise NotADirectory(location.path)
        self.require_attached(node, location)
        return node, path

    @staticmethod
    def require_attached(node: Node, location: Location) -> None:
        """Raise PathNotFound for a folder whose mounted volume is away."""
        if isinstance(node, MountPoint) and not node.volume.is_attached:
            raise PathNotFound(location.path)

    def volume_of(self, location: Location) -> Volume:
        """The volume on which a path lies: the one of the drive, or the one that is mounted in a folder on
        the way. Raises PathNotFound (the drive)."""
        self.volumes.require(location.path)
        volume = self.volumes.online[location.drive]
        if not self.has_mount_points:
            return volume
        node: Node | None = volume.root
        for component in location.components:
            node = node.child(component) if isinstance(node, DirectoryNode) else None
            if isinstance(node, MountPoint):
                volume = node.volume
        return volume

    def parent(self, location: Location) -> tuple[Volume, DirectoryNode]:
        """The volume and the folder in which a path lies. Raises PathNotFound, NotADirectory, IsADirectory
        (a drive)."""
        self.volumes.require(location.path)
        if not location.components:
            raise IsADirectory(location.path)
        node, _ = self.find_directory(Location(location.drive, location.components[:-1]))
        return self.volume_of(Location(location.drive, location.components[:-1])), node

    def _own_names(self) -> frozenset[str]:
        """The names of the machine in a path of a share, in lower case."""
        system = self.host.operating_system
        name, names = self._names
        if name != system.computer_name:
            own = {system.computer_name.lower(), system.fully_qualified_name.lower()}
            names = frozenset({"localhost", ".", "127.0.0.1"} | own)
            self._names = system.computer_name, names
        return names

    def _behind_share(self, path: str, own_names: frozenset[str]) -> str:
        """The path on a volume that a share of this machine leads to; any other path as it is."""
        server, _, rest = path.replace("/", "\\")[2:].partition("\\")
        name, _, rest = rest.partition("\\")
        share = self.host.shares.get(name) if server.lower() in own_names else None
        if share is None or share.path[1:3] != ":\\":
            return path
        # Nothing leads out of a share: a ``..`` at its top stays there.
        inside = locate(f"C:\\{rest}", "C:\\", own_names).components
        return "\\".join([share.path.rstrip("\\"), *inside]) if inside else share.path
