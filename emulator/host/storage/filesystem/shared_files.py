"""The file system seen in another way: what such a view shares with the whole one."""

from typing import TYPE_CHECKING

from emulator.host.storage.filesystem.filesystem import Filesystem

if TYPE_CHECKING:
    from emulator.host.security.file_security import FileSecurity
    from emulator.host.storage.filesystem.tree import FileTree


class SharedFiles(Filesystem):
    """All volumes. It shares every part of the whole file system, but for the tree when it has its own."""

    def __init__(self, whole: Filesystem, tree: "FileTree | None" = None) -> None:
        # Not as a machine has one of its own: no volumes, no budget, no revision are made.
        self.host = whole.host
        self._whole = whole
        self._volumes = whole._volumes
        self.budget = whole.budget
        self.tree = tree or whole.tree
        self.attached_volumes = whole.attached_volumes
        self.mount_points = whole.mount_points
        self.changes = whole.changes

    @property
    def security(self) -> "FileSecurity":
        return self._whole.security

    @property
    def set_security(self) -> "FileSecurity | None":
        return self._whole.set_security

    @property
    def revision(self) -> int:
        return self._whole.revision

    def touch(self) -> None:
        self._whole.touch()
