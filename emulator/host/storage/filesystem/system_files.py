"""The files and folders of Windows itself: nobody can delete them; ``system_used`` counts their space."""

from typing import TYPE_CHECKING

from emulator.host.storage.filesystem.node import DirectoryNode, FileNode
from emulator.host.storage.filesystem.paths import DEFAULT_DIRECTORY

if TYPE_CHECKING:
    from emulator.host.storage.filesystem.filesystem import Filesystem

#: Programs carry a version resource; only those of Windows itself are known to.
_WITH_VERSION = frozenset({"exe", "dll", "sys"})


def program_version(files: "Filesystem", path: str) -> str | None:
    """The version that is written in a program of Windows itself, in four parts; None for other files.

    Raises PathNotFound.
    """
    entry = files.entry(path)
    folder, _, name = entry.path.lower().rpartition("\\")
    if entry.is_directory or not f"{folder}\\".startswith("c:\\windows\\"):
        return None
    release = files.host.release
    number = f"{release.version}.{release.update_revision}"
    return number if name.rpartition(".")[2] in _WITH_VERSION else None


def add_system_file(files: "Filesystem", path: str, size: int) -> None:
    """A program of Windows itself, with the folders on the way.

    It cannot be deleted, and its space is part of ``system_used``.
    """
    location = files.tree.locate(path, DEFAULT_DIRECTORY)
    folder = _directory(files, location.drive, location.components[:-1])
    if folder.child(location.components[-1]) is None:
        folder.add(FileNode(location.components[-1], _install_time(files), None, size, protected=True))
        files.budget.entries += 1


def add_system_directory(files: "Filesystem", path: str) -> None:
    """A folder of Windows itself, with those on the way."""
    location = files.tree.locate(path, DEFAULT_DIRECTORY)
    _directory(files, location.drive, location.components)


def _directory(files: "Filesystem", drive: str, names: tuple[str, ...]) -> DirectoryNode:
    node: DirectoryNode = files.tree.volumes.online[drive].root
    for component in names:
        child = node.child(component)
        if not isinstance(child, DirectoryNode):
            child = DirectoryNode(component, _install_time(files), protected=True)
            node.add(child)
            files.budget.entries += 1
        node = child
    return node


def _install_time(files: "Filesystem") -> int:
    return int(files.host.operating_system.install_date.timestamp()) * 1_000_000
