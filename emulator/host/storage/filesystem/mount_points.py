"""Volumes that are mounted in folders of other volumes."""

from typing import TYPE_CHECKING

from emulator.host.errors import DirectoryNotEmpty, NotSupported, PathExists, PathNotFound
from emulator.host.host_object import operation
from emulator.host.storage.filesystem.node import DirectoryNode, MountPoint, Node
from emulator.host.storage.filesystem.paths import DEFAULT_DIRECTORY

if TYPE_CHECKING:
    from emulator.host.storage.filesystem.filesystem import Filesystem
    from emulator.host.storage.filesystem.volume import Volume


class MountPoints:
    """The folders in which volumes are mounted. Paths are full paths."""

    def __init__(self, files: "Filesystem") -> None:
        self.host = files.host
        self._files = files
        self._tree = files.tree

    def clear(self) -> None:
        """Nothing is mounted anywhere."""
        self._tree.has_mount_points = False

    def of(self, volume: "Volume") -> tuple[str, ...]:
        """The folders in which a volume can be reached, without a backslash at their ends."""
        return tuple(point.path for point in volume.mount_points if self._files.exists(point.path))

    def volume_at(self, path: str) -> "Volume | None":
        """The volume that is mounted in a folder; None for any other path."""
        node = self._tree.find_or_none(path, DEFAULT_DIRECTORY)
        return node.volume if isinstance(node, MountPoint) else None

    @operation
    def add(self, volume: "Volume", path: str) -> None:
        """Mount a volume in an empty folder of another one; it is there from now on.

        Raises PathNotFound, NotADirectory, DirectoryNotEmpty, FileReadOnly (a folder of Windows), PathExists
        (a volume is mounted there), IsADirectory (a drive).
        """
        location = self._tree.locate(path, DEFAULT_DIRECTORY)
        folder, true_path = self._tree.find_directory(location)
        _, parent = self._tree.parent(location)
        if isinstance(folder, MountPoint):
            raise PathExists(path)
        if folder.children:
            raise DirectoryNotEmpty(path)
        self._files.require_free(folder, path)
        point = MountPoint(folder, true_path, volume)
        volume.mount_points.append(point)
        parent.add(point)
        self._tree.has_mount_points = True
        if volume.is_attached:
            point.follow()
        else:
            self._files.attached_volumes.attach(volume)
        self._files.touch()

    @operation
    def remove(self, volume: "Volume", path: str) -> None:
        """Leave an empty folder where a volume is mounted. Raises PathNotFound when it is not."""
        location = self._tree.locate(path, DEFAULT_DIRECTORY)
        node = self._tree.find_or_none(location.path, DEFAULT_DIRECTORY)
        if not isinstance(node, MountPoint) or node.volume is not volume:
            raise PathNotFound(path)
        _, parent = self._tree.parent(location)
        folder = DirectoryNode(node.name, node.created)
        folder.security = node.security
        parent.add(folder)
        self.forget(node)
        self._files.touch()

    def forget(self, point: MountPoint) -> None:
        """A folder of a volume is gone; the volume is away when it was the last path to it."""
        volume = point.volume
        volume.mount_points.remove(point)
        if not volume.mount_points and not volume.letter:
            self._files.attached_volumes.detach(volume)


def require_no_mount_point(node: Node) -> None:
    """Raise NotSupported for a folder in which a volume is mounted: it stays where it is."""
    if isinstance(node, MountPoint):
        raise NotSupported("A folder in which a volume is mounted cannot be moved or copied in the emulator.")
