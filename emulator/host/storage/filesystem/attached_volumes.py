"""Volumes that come and go with their files: with a disk, with an image of a disc, by a folder."""

from typing import TYPE_CHECKING

from emulator.host.errors import InvalidParameter, PathExists
from emulator.host.host_object import operation
from emulator.host.storage.filesystem.node import FileNode, walk
from emulator.host.storage.filesystem.paths import DEFAULT_DIRECTORY
from emulator.host.storage.filesystem.volume import Volume, Volumes

if TYPE_CHECKING:
    from emulator.host.storage.filesystem.filesystem import Filesystem


class AttachedVolumes:
    """Which volumes are shown, and what follows when that changes."""

    def __init__(self, files: "Filesystem", volumes: Volumes) -> None:
        self.host = files.host
        self._files = files
        self._volumes = volumes

    @operation
    def set_online(self, letter: str, online: bool) -> None:
        """Take a volume away, as a disk that fails or is pulled out, or bring it back with its files.

        Raises PathNotFound, InvalidParameter for the volume that Windows runs from.
        """
        if not online and letter[:1].upper() == DEFAULT_DIRECTORY[0]:
            raise InvalidParameter("Windows runs from this volume.")
        if self._volumes.switch(letter, online):
            self._changed()

    @operation
    def attach(self, volume: Volume) -> None:
        """Show a volume with the files that it has under its letter and in its folders. Raises PathExists
        (the letter)."""
        if volume.letter in self._volumes.online or volume.letter in self._volumes.offline:
            raise PathExists(f"{volume.letter}:\\")
        if volume.letter:
            self._volumes.online[volume.letter] = volume
        else:
            self._volumes.in_folders.append(volume)
        volume.is_attached = True
        for point in volume.mount_points:
            point.follow()
        self._count(volume, 1)
        self._changed()

    @operation
    def detach(self, volume: Volume) -> None:
        """Take a volume with its files away; no error when it is not shown."""
        if self._volumes.online.get(volume.letter) is volume:
            del self._volumes.online[volume.letter]
        elif volume in self._volumes.in_folders:
            self._volumes.in_folders.remove(volume)
        else:
            return
        volume.is_attached = False
        for point in volume.mount_points:
            point.follow()
        self._count(volume, -1)
        self._changed()

    def is_in_use(self, volume: Volume) -> bool:
        """Whether somebody uses a file of a volume."""
        return any(
            isinstance(node, FileNode) and node.backing is not None and node.backing.in_use()
            for _, node in walk(volume.root, f"{volume.letter}:\\")
        )

    def _count(self, volume: Volume, sign: int) -> None:
        for _, node in walk(volume.root, f"{volume.letter}:\\"):
            if node is not volume.root:
                self._files.budget.entries += sign
            if isinstance(node, FileNode):
                self._files.budget.held += sign * node.held

    def _changed(self) -> None:
        self._files.touch()
        from emulator.host.virtual_machine.critical_state import follow_storage

        follow_storage(self.host)
