"""Alternate data streams of files ("file:stream"), such as the mark of the internet (MS-FSCC 2.1.5)."""

from typing import TYPE_CHECKING

from emulator.host.errors import DiskFull, FileNotFound, InvalidPath
from emulator.host.storage.filesystem.node import FileNode
from emulator.host.storage.filesystem.paths import DEFAULT_DIRECTORY

if TYPE_CHECKING:
    from emulator.host.storage.filesystem.filesystem import Filesystem

#: The longest name, and how many a file may have here.
MAXIMUM_NAME, MAXIMUM_STREAMS = 255, 64
_NOT_IN_NAMES = frozenset(':\\/*?"<>|\0')


def node_of(files: "Filesystem", path: str) -> FileNode:
    """The file of a path. Raises FileNotFound, PathNotFound, IsADirectory."""
    return files.tree.find_file(files.tree.locate(path, DEFAULT_DIRECTORY))


def names_and_sizes(files: "Filesystem", path: str) -> list[tuple[str, int]]:
    """The streams of a file, without its unnamed one."""
    return [(name, len(data)) for name, data in node_of(files, path).streams.values()]


def read(files: "Filesystem", path: str, name: str) -> bytes:
    """The content of a stream. Raises FileNotFound when there is none of the name."""
    found = node_of(files, path).streams.get(name.lower())
    if found is None:
        raise FileNotFound(f"{path}:{name}")
    return found[1]


def write(files: "Filesystem", path: str, name: str, data: bytes, append: bool) -> None:
    """Make or replace a stream, or add to its end; the file is made when it is not there. Raises InvalidPath,
    DiskFull, FileReadOnly, FileInUse."""
    if not name or len(name) > MAXIMUM_NAME or _NOT_IN_NAMES & set(name):
        raise InvalidPath(f"{path}:{name[:64]}")
    if not files.exists(path):
        files.write(path, b"")
    node = node_of(files, path)
    files.require_free(node, path)
    old_name, old = node.streams.get(name.lower(), (name, b""))
    if name.lower() not in node.streams and len(node.streams) >= MAXIMUM_STREAMS:
        raise DiskFull(path)
    new = old + data if append else data
    files.budget.require_content(len(new) - len(old), path)
    files.budget.held += len(new) - len(old)
    node.streams[name.lower()] = (old_name, new)
    node.modified = files.host.clock.read()
    files.touch()
    files.changes.tell("changed", path, aspect="content")


def remove(files: "Filesystem", path: str, name: str) -> None:
    """Take a stream away. Raises FileNotFound, FileReadOnly, FileInUse."""
    node = node_of(files, path)
    if name.lower() not in node.streams:
        raise FileNotFound(f"{path}:{name}")
    files.require_free(node, path)
    files.budget.held -= len(node.streams.pop(name.lower())[1])
    files.touch()
    files.changes.tell("changed", path, aspect="content")
