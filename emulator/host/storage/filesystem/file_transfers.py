"""Moving and copying files and folders with all they hold: all of it or nothing."""

from typing import TYPE_CHECKING

from emulator.host.errors import DiskFull, FileInUse, FileReadOnly, InvalidPath, PathExists, PathTooLong
from emulator.host.storage.filesystem.mount_points import require_no_mount_point
from emulator.host.storage.filesystem.node import DirectoryNode, FileAttributes, FileNode, Node, walk
from emulator.host.storage.filesystem.paths import DEFAULT_DIRECTORY, MAXIMUM_DEPTH, MAXIMUM_PATH, Location

if TYPE_CHECKING:
    from emulator.host.storage.filesystem.filesystem import Filesystem


def move(files: "Filesystem", source: str, destination: str, cwd: str, *, overwrite: bool) -> None:
    """Rename or move; see ``Filesystem.move``."""
    origin, target = files.tree.locate(source, cwd), files.tree.locate(destination, cwd)
    node, true_path = files.tree.find(origin)
    volume, parent = files.tree.parent(target)
    if not origin.components:
        raise InvalidPath(source)
    occupant = parent.child(target.components[-1])
    replaced = occupant if occupant is not node else None
    if replaced is not None:
        if not (overwrite and isinstance(replaced, FileNode) and isinstance(node, FileNode)):
            raise PathExists(destination)
        files.require_free(replaced, destination)
    if isinstance(node, DirectoryNode) and any(below is parent for _, below in walk(node, true_path)):
        raise InvalidPath(destination)
    nodes = list(walk(node, true_path))
    for at, each in nodes:
        files.require_movable(each, at)
        require_no_mount_point(each)
    _require_fit(nodes, true_path, target)
    charged = sum(each.charged for _, each in nodes if isinstance(each, FileNode))
    old_volume, old_parent = files.tree.parent(origin)
    given_back = replaced.charged if isinstance(replaced, FileNode) else 0
    if old_volume is not volume and charged - given_back > volume.free:
        raise DiskFull(destination)
    if replaced is not None:
        files.discard_node(target, replaced)
    if old_volume is not volume:
        volume.charge(charged, target.path)
        old_volume.charge(-charged, true_path)
    old_parent.drop(node.name)
    node.name = target.components[-1]
    parent.add(node)
    old_parent.modified = parent.modified = files.host.clock.read()
    for at, each in walk(node, files.tree.find(target)[1]):
        if isinstance(each, FileNode) and each.backing is not None:
            each.backing.renamed(at)
    files.touch()
    is_directory = isinstance(node, DirectoryNode)
    if old_parent is parent:
        files.changes.tell("renamed", target.path, is_directory=is_directory, old_path=true_path)
    else:
        files.changes.tell("deleted", true_path, is_directory=is_directory)
        files.changes.tell("created", target.path, is_directory=is_directory)


def copy(
    files: "Filesystem", source: str, destination: str, cwd: str, *, overwrite: bool, recursive: bool
) -> None:
    """Copy a file or a folder; see ``Filesystem.copy``."""
    origin, target = files.tree.locate(source, cwd), files.tree.locate(destination, cwd)
    node, true_path = files.tree.find(origin)
    volume, parent = files.tree.parent(target)
    occupant = parent.child(target.components[-1])
    replaces = overwrite and isinstance(occupant, FileNode) and isinstance(node, FileNode)
    if occupant is node or (occupant is not None and not replaces):
        raise PathExists(destination)
    if isinstance(node, DirectoryNode) and any(below is parent for _, below in walk(node, true_path)):
        raise InvalidPath(destination)
    nodes = list(walk(node, true_path)) if recursive else [(true_path, node)]
    for at, each in nodes:
        require_no_mount_point(each)
        if isinstance(each, FileNode) and each.backing is not None and each.backing.in_use():
            raise FileInUse(at)
    _require_fit(nodes, true_path, target)
    originals = [each for _, each in nodes if isinstance(each, FileNode)]
    freed = (occupant.charged, occupant.held) if isinstance(occupant, FileNode) else (0, 0)
    held = sum(file.held + file.bytes_of_streams for file in originals)
    if occupant is not None:
        files.require_free(occupant, destination)
        if FileAttributes.HIDDEN in occupant.attributes:
            raise FileReadOnly(destination)
    files.budget.require_content(held - freed[1], destination)
    files.budget.require_entries(len(nodes), destination)
    if sum(file.size for file in originals) - freed[0] > volume.free:
        raise DiskFull(destination)
    if occupant is not None:
        files.discard_node(target, occupant)
    for at, each in nodes:
        place = files.tree.locate(target.path + at[len(true_path) :], DEFAULT_DIRECTORY)
        if not isinstance(each, FileNode):
            files.make_directory(place.path)
            continue
        owner = files.tree.parent(place)[1]
        copy = files.add_file(volume, owner, place, each.data, each.size)
        files.budget.held += each.held - copy.held
        copy.held = each.held
        copy.modified, copy.attributes = each.modified, each.attributes
        copy.streams = dict(each.streams)
        files.budget.held += copy.bytes_of_streams
        if each.backing is not None:
            copy.backing = each.backing.copied(place.path)


def _require_fit(nodes: list[tuple[str, Node]], root: str, target: Location) -> None:
    """No path below the target may become too long or too deep."""
    for at, _ in nodes:
        path = target.path + at[len(root) :]
        if len(path) > MAXIMUM_PATH or path.count("\\") > MAXIMUM_DEPTH:
            raise PathTooLong(path[:64])
