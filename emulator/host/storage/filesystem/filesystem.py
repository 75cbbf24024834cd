"""The file system: every operation is atomic, checked before it is applied, and bounded."""

import zlib
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

from emulator.host.clock import from_microseconds, to_microseconds
from emulator.host.errors import (
    DirectoryNotEmpty,
    DiskFull,
    FileInUse,
    FileReadOnly,
    InvalidParameter,
    InvalidPath,
    IsADirectory,
    NotADirectory,
    NotSupported,
    PathExists,
    PathNotFound,
    WriteProtected,
)
from emulator.host.host_object import HostObject, operation
from emulator.host.security.callers import require_administrator
from emulator.host.storage.filesystem import alternate_streams, file_transfers
from emulator.host.storage.filesystem.attached_volumes import AttachedVolumes
from emulator.host.storage.filesystem.audit import audit
from emulator.host.storage.filesystem.budget import MAXIMUM_CONTENT, Budget
from emulator.host.storage.filesystem.changes import FileChanges
from emulator.host.storage.filesystem.mount_points import MountPoints
from emulator.host.storage.filesystem.node import (
    DirectoryNode,
    FileAttributes,
    FileBacking,
    FileNode,
    MountPoint,
    Node,
    walk,
)
from emulator.host.storage.filesystem.paths import DEFAULT_DIRECTORY, Location
from emulator.host.storage.filesystem.skeleton import build_skeleton
from emulator.host.storage.filesystem.tree import FileTree
from emulator.host.storage.filesystem.volume import Volume, Volumes
from emulator.record import Record

if TYPE_CHECKING:
    from emulator.host.host import Host
    from emulator.host.security.account import Account
    from emulator.host.security.file_security import FileSecurity

Result = TypeVar("Result")


class Entry(Record):
    """What a folder listing tells of a file or folder. Times are UTC; a folder's size is 0."""

    name: str
    path: str
    is_directory: bool
    size: int
    modified: datetime
    created: datetime
    attributes: FileAttributes


# Inside the class the name list means the method.
_Entries = list[Entry]
_Volumes = list[Volume]
_Problems = list[str]
_Mounts = list[tuple[Volume, str]]
_Streams = list[tuple[str, int]]


class Filesystem(HostObject):
    """All volumes. Paths are full paths unless a current directory ``cwd`` is given."""

    def __init__(self, host: "Host") -> None:
        super().__init__(host)
        self._volumes = Volumes()
        self.budget = Budget()
        self.tree = FileTree(host, self._volumes)
        self.attached_volumes = AttachedVolumes(self, self._volumes)
        self.mount_points = MountPoints(self)
        self.changes = FileChanges()
        self._security: FileSecurity | None = None
        self._seen_by_32_bit: Filesystem | None = None

    @property
    def security(self) -> "FileSecurity":
        """Owners and access lists."""
        if self._security is None:
            from emulator.host.security.file_security import FileSecurity

            self._security = FileSecurity(self.host)
        return self._security

    @property
    def set_security(self) -> "FileSecurity | None":
        """The same, when somebody has set a list: most hosts never need it."""
        return self._security if self._security is not None and self._security.is_used else None

    def seen_by(self, account: "Account | None") -> "Filesystem":
        """The file system with the rights of an account. It is this one for Windows itself (None), and for
        administrators while nobody has set a list."""
        if account is None or (self.set_security is None and account.is_administrator):
            return self
        from emulator.host.storage.filesystem.user_files import UserFiles

        return UserFiles(self, account)

    @property
    def seen_by_32_bit(self) -> "Filesystem":
        """The file system of the 32-bit processes of a 64-bit Windows."""
        if self._seen_by_32_bit is None:
            from emulator.host.storage.filesystem.wow64_files import Wow64Files

            self._seen_by_32_bit = Wow64Files(self)
        return self._seen_by_32_bit

    def working_on(self, path: str, work: Callable[[], Result], *, writes: bool = True) -> Result:
        """Do something that a service of Windows does for somebody with a file: with his rights on it. A file
        that comes from it is his. Raises AccessDenied and what the work raises."""
        del path, writes  # here everything is allowed
        return work()

    def seed(self) -> None:
        """The volumes of the profile with a believable Windows on C:."""
        self._volumes.online.clear()
        self._volumes.offline.clear()
        self._volumes.in_folders.clear()
        self.mount_points.clear()
        self._security = None
        self.budget.clear()
        now = self.host.clock.read()
        mounted: _Mounts = []
        for number, facts in self.host.hardware.volumes:
            name = facts.drive_letter or facts.mount_points[0].lower()
            serial = zlib.crc32(f"{self.host.first_name}/{name}".encode())
            volume = Volume(facts.drive_letter, facts.label, facts.size or 0, facts.used, number, serial, now)
            volume.shares_disks = facts.shared_virtual_disks
            volume.is_attached = True
            if facts.drive_letter:
                self._volumes.online[facts.drive_letter] = volume
            else:
                self._volumes.in_folders.append(volume)
            mounted += [(volume, folder.rstrip("\\")) for folder in facts.mount_points]
        build_skeleton(self)
        for volume, folder in mounted:
            self.make_directory(folder, exist_ok=True)
            self.mount_points.add(volume, folder)
        self.touch()

    def seal(self) -> None:
        """The profile's content is in place; from here on clients are bounded."""
        self.budget.seal()

    # -- questions ----------------------------------------------------------------------------

    @property
    def volumes(self) -> _Volumes:
        """The volumes in order of their letters."""
        return [self._volumes.online[letter] for letter in sorted(self._volumes.online)]

    def volume(self, letter: str) -> Volume | None:
        """The volume of a drive letter, with or without colon, in any case."""
        return self._volumes.online.get(letter[:1].upper())

    @operation
    def set_label(self, letter: str, label: str, caller: "Account | None" = None) -> None:
        """Name a volume. Raises AccessDenied, PathNotFound, WriteProtected, InvalidPath for what is no
        label."""
        require_administrator(caller)
        volume = self.volume(letter)
        if volume is None:
            raise PathNotFound(letter)
        self.label_volume(volume, label)

    @operation
    def label_volume(self, volume: Volume, label: str) -> None:
        """The same for one that may have no drive letter. Raises WriteProtected, InvalidPath."""
        if volume.image:
            raise WriteProtected(volume.image)
        if len(label) > volume.file_system.longest_label or not label.isprintable():
            raise InvalidPath(label[:64])
        volume.label = label
        self.touch()

    def normalize(self, path: str, cwd: str = DEFAULT_DIRECTORY) -> str:
        """The full path in normal form, letters as written. Raises InvalidPath, PathTooLong, PathNotFound.

        Nothing needs to exist; see ``paths.locate`` for the rules.
        """
        return self.tree.locate(path, cwd).path

    def has_drive(self, path: str) -> bool:
        """Whether the volume of a full path is there: that of its drive, or that of a folder on the way."""
        if path[:1].upper() not in self._volumes.online:
            return False
        if not self.tree.has_mount_points:
            return True
        return self.tree.volume_of(self.tree.locate(path, DEFAULT_DIRECTORY)).is_attached

    def volume_of(self, path: str) -> Volume:
        """The volume on which a full path lies. Raises PathNotFound, InvalidPath, PathTooLong."""
        return self.tree.volume_of(self.tree.locate(path, DEFAULT_DIRECTORY))

    @property
    def offline(self) -> _Volumes:
        """The volumes that are not there at the moment."""
        return [self._volumes.offline[letter] for letter in sorted(self._volumes.offline)]

    def require_drive(self, path: str) -> None:
        """Raise PathNotFound unless the drive of a full path exists."""
        self._volumes.require(path)

    def require_space(self, path: str, size: int) -> None:
        """Raise PathNotFound for a drive that does not exist, DiskFull when its volume has not ``size``
        bytes."""
        self.require_drive(path)
        if size > self.volume_of(path).free:
            raise DiskFull(path)

    @operation
    def exists(self, path: str, cwd: str = DEFAULT_DIRECTORY) -> bool:
        """Whether there is a file or folder; false for paths that are not valid."""
        return self.tree.find_or_none(path, cwd) is not None

    @operation
    def is_directory(self, path: str, cwd: str = DEFAULT_DIRECTORY) -> bool:
        return isinstance(self.tree.find_or_none(path, cwd), DirectoryNode)

    @operation
    def entry(self, path: str, cwd: str = DEFAULT_DIRECTORY) -> Entry:
        """Facts of a file or folder; names as they are stored. Raises FileNotFound, PathNotFound."""
        location = self.tree.locate(path, cwd)
        node, true_path = self.tree.find(location)
        return _entry(node, true_path)

    @operation
    def enter(self, path: str) -> str:
        """The path of a folder that becomes somebody's current directory, as it is stored. Raises
        FileNotFound, PathNotFound."""
        return self.entry(path).path

    @operation
    def list(self, path: str, cwd: str = DEFAULT_DIRECTORY) -> _Entries:
        """Content of a folder in order of names. Raises PathNotFound, NotADirectory."""
        node, true_path = self.tree.find_directory(self.tree.locate(path, cwd))
        base = true_path if true_path.endswith("\\") else true_path + "\\"
        return [_entry(node.children[key], base + node.children[key].name) for key in sorted(node.children)]

    @operation
    def read(self, path: str, cwd: str = DEFAULT_DIRECTORY) -> bytes:
        """Content of a file. Raises FileNotFound, PathNotFound, IsADirectory, FileInUse.

        NotSupported for files of which the emulator keeps the size only (programs), and for those that are
        too large to be read at once (virtual disks): ``read_part``.
        """
        node = self._readable(path, cwd)
        if node.data is not None:
            return node.data
        if node.backing is None:
            raise NotSupported(f"The emulator does not keep the content of {path}.")
        if node.size > MAXIMUM_CONTENT:
            raise NotSupported(f"The file {path} is too large to be read at once.")
        return node.backing.read(0, node.size)

    @operation
    def read_part(self, path: str, offset: int, length: int, cwd: str = DEFAULT_DIRECTORY) -> bytes:
        """Bytes of a file from ``offset`` on; fewer at its end. Errors as for ``read``; InvalidParameter for
        more than 64 MB at once."""
        if offset < 0 or not 0 <= length <= MAXIMUM_CONTENT:
            raise InvalidParameter(f"{length} bytes at {offset} cannot be read at once.")
        node = self._readable(path, cwd)
        if node.data is not None:
            return node.data[offset : offset + length]
        if node.backing is None:
            raise NotSupported(f"The emulator does not keep the content of {path}.")
        return node.backing.read(offset, min(length, max(0, node.size - offset)))

    def uploaded(self, path: str) -> bytes | None:
        """The bytes that a client wrote to a file, whoever uses it; None when there are none."""
        node = self.tree.find_or_none(path, DEFAULT_DIRECTORY)
        return node.data if isinstance(node, FileNode) else None

    @operation
    def streams(self, path: str) -> _Streams:
        """Names and sizes of the alternate data streams of a file. Raises FileNotFound, IsADirectory."""
        return alternate_streams.names_and_sizes(self, path)

    @operation
    def read_stream(self, path: str, name: str) -> bytes:
        """Content of an alternate data stream. Raises FileNotFound, IsADirectory."""
        return alternate_streams.read(self, path, name)

    # -- changes ------------------------------------------------------------------------------

    @operation
    def write_stream(self, path: str, name: str, data: bytes, append: bool = False) -> None:
        """Make, replace or add to an alternate data stream; errors as for ``write``."""
        alternate_streams.write(self, path, name, data, append)

    @operation
    def remove_stream(self, path: str, name: str) -> None:
        """Take an alternate data stream away. Raises FileNotFound, FileReadOnly, FileInUse."""
        alternate_streams.remove(self, path, name)

    @operation
    def write(self, path: str, data: bytes, append: bool = False, cwd: str = DEFAULT_DIRECTORY) -> None:
        """Create or replace a file, or add to its end. The folder must exist.

        Raises PathNotFound, IsADirectory, FileInUse, FileReadOnly, DiskFull.
        """
        location = self.tree.locate(path, cwd)
        volume, parent = self.tree.parent(location)
        node = parent.child(location.components[-1])
        if node is None:
            self.add_file(volume, parent, location, data, len(data))
            return
        if not isinstance(node, FileNode):
            raise IsADirectory(path)
        self.require_free(node, path)
        if append and node.data is None:
            raise NotSupported(f"The emulator does not keep the content of {path}.")
        new = (node.data or b"") + data if append else data
        self.budget.require_content(len(new) - node.held, location.path)
        volume.charge(len(new) - node.charged, location.path)
        self.budget.held += len(new) - node.held
        node.data, node.size, node.charged, node.held = new, len(new), len(new), len(new)
        if node.backing is not None:
            node.backing.removed()
            node.backing = None
        node.modified = self.host.clock.read()
        node.attributes |= FileAttributes.ARCHIVE
        self.touch()
        self.changes.tell("changed", location.path, aspect="content")

    @operation
    def write_new(self, path: str, data: bytes) -> None:
        """Create a file that must not exist. Raises PathExists and what ``write`` raises."""
        if self.exists(path):
            raise PathExists(path)
        self.write(path, data)

    @operation
    def place(self, path: str, size: int, backing: FileBacking | None = None) -> None:
        """Register a file by its size without content, with an object of the machine behind it.

        Raises PathNotFound, PathExists, DiskFull.
        """
        location = self.tree.locate(path, DEFAULT_DIRECTORY)
        volume, parent = self.tree.parent(location)
        if parent.child(location.components[-1]) is not None:
            raise PathExists(location.path)
        self.add_file(volume, parent, location, None, size).backing = backing

    @operation
    def resize(self, path: str, size: int, held: int = 0) -> None:
        """Change the size of a file; its bytes, if anybody asks, are what its backing makes from now on.

        ``held`` are the bytes that the backing keeps for them. Raises FileNotFound, DiskFull.
        """
        location = self.tree.locate(path, DEFAULT_DIRECTORY)
        node = self.tree.find_file(location)
        self.budget.require_content(held - node.held, location.path)
        self.tree.volume_of(location).charge(size - node.charged, location.path)
        self.budget.held += held - node.held
        node.data, node.held = None, held
        node.size = node.charged = size
        node.modified = self.host.clock.read()
        self.touch()
        self.changes.tell("changed", location.path, aspect="content")

    @operation
    def adopt(self, path: str, backing: FileBacking) -> None:
        """Put an object of the machine behind a file that is there. Raises FileNotFound."""
        self.tree.find_file(self.tree.locate(path, DEFAULT_DIRECTORY)).backing = backing

    @operation
    def make_directory(
        self, path: str, cwd: str = DEFAULT_DIRECTORY, *, parents: bool = True, exist_ok: bool = False
    ) -> None:
        """Create a folder, and with ``parents`` those on the way.

        Raises PathExists (unless ``exist_ok`` and it is a folder), PathNotFound, NotADirectory.
        """
        location = self.tree.locate(path, cwd)
        self.require_drive(location.path)
        node: DirectoryNode = self._volumes.online[location.drive].root
        missing: list[str] = []
        for index, component in enumerate(location.components, 1):
            child = None if missing else node.child(component)
            if child is None:
                self.tree.require_attached(node, location)
                missing.append(component)
            elif isinstance(child, DirectoryNode):
                node = child
            else:
                raise (PathExists if index == len(location.components) else NotADirectory)(path)
        if not missing:
            if not exist_ok:
                raise PathExists(path)
            return
        if self.tree.volume_of(location).image:
            raise WriteProtected(path)
        if len(missing) > 1 and not parents:
            raise PathNotFound(path)
        self.budget.require_entries(len(missing), path)
        for component in missing:
            self.budget.entries += 1
            child = DirectoryNode(component, self.host.clock.read())
            node.add(child)
            node.modified = child.created
            node = child
        self.touch()
        made = location.path.split("\\")
        for count in range(len(made) - len(missing) + 1, len(made) + 1):
            self.changes.tell("created", "\\".join(made[:count]), is_directory=True)

    @operation
    def remove(self, path: str, recursive: bool = False, cwd: str = DEFAULT_DIRECTORY) -> None:
        """Delete a file or folder, all of it or nothing.

        Where a volume is mounted, the folder goes and the volume keeps its files. Raises FileNotFound,
        PathNotFound, DirectoryNotEmpty, FileInUse, FileReadOnly, InvalidPath (a drive).
        """
        location = self.tree.locate(path, cwd)
        node, true_path = self.tree.find(location)
        if not location.components:
            raise InvalidPath(path)
        is_mounted = isinstance(node, MountPoint)
        if isinstance(node, DirectoryNode) and node.children and not recursive and not is_mounted:
            raise DirectoryNotEmpty(path)
        for at, each in walk(node, true_path):
            self.require_free(each, at)
            if isinstance(each, MountPoint) and self.attached_volumes.is_in_use(each.volume):
                raise FileInUse(at)
        self.discard_node(location, node)

    @operation
    def discard(self, path: str) -> None:
        """Delete a file whatever holds it; the machine's own clean-up. Missing files are no error."""
        location = self.tree.locate(path, DEFAULT_DIRECTORY)
        node = self.tree.find_or_none(location.path, DEFAULT_DIRECTORY)
        if isinstance(node, FileNode):
            node.backing = None
            self.discard_node(location, node)

    @operation
    def move(
        self, source: str, destination: str, cwd: str = DEFAULT_DIRECTORY, *, overwrite: bool = False
    ) -> None:
        """Rename or move; the destination must not exist (a change of letter case is allowed, and with
        ``overwrite`` a file for a file). A file that is read-only moves like any other one.

        Raises FileNotFound, PathNotFound, PathExists, FileInUse, FileReadOnly (the destination, or a file of
        the system), DiskFull, InvalidPath (into itself).
        """
        file_transfers.move(self, source, destination, cwd, overwrite=overwrite)

    @operation
    def copy(
        self,
        source: str,
        destination: str,
        cwd: str = DEFAULT_DIRECTORY,
        *,
        overwrite: bool = False,
        recursive: bool = False,
    ) -> None:
        """Copy a file, or with ``recursive`` a folder with all it holds, to a path that does not exist
        (``overwrite``: a file may). All or nothing; errors as for ``move``."""
        file_transfers.copy(self, source, destination, cwd, overwrite=overwrite, recursive=recursive)

    @operation
    def set_attributes(self, path: str, attributes: FileAttributes, cwd: str = DEFAULT_DIRECTORY) -> None:
        """Replace the attributes; DIRECTORY and REPARSE_POINT stay what they are."""
        node, true_path = self.tree.find(self.tree.locate(path, cwd))
        kinds = FileAttributes.DIRECTORY | FileAttributes.REPARSE_POINT
        node.attributes = (attributes & ~kinds) | (node.attributes & kinds)
        self.touch()
        is_directory = isinstance(node, DirectoryNode)
        self.changes.tell("changed", true_path, is_directory=is_directory, aspect="attributes")

    def set_times(
        self,
        path: str,
        created: datetime | None = None,
        modified: datetime | None = None,
        cwd: str = DEFAULT_DIRECTORY,
    ) -> None:
        """Replace the time of creation or of the last change (UTC); what is None stays."""
        node, true_path = self.tree.find(self.tree.locate(path, cwd))
        if created is not None:
            node.created = to_microseconds(created)
        if modified is not None:
            node.modified = to_microseconds(modified)
        self.touch()
        self.changes.tell("changed", true_path, is_directory=isinstance(node, DirectoryNode), aspect="times")

    def backing(self, path: str) -> FileBacking | None:
        """The machine's object behind a file; None when there is no file or nothing behind it."""
        node = self.tree.find_or_none(path, DEFAULT_DIRECTORY)
        return node.backing if isinstance(node, FileNode) else None

    def audit(self) -> _Problems:
        """What does not add up: space of the volumes, number of entries, bytes held. Empty when all is
        well."""
        return audit([*self.volumes, *self.offline, *self._volumes.in_folders], self.budget)

    @property
    def volumes_in_folders(self) -> _Volumes:
        """The volumes without a drive letter that are mounted in folders."""
        return list(self._volumes.in_folders)

    # -- inside -------------------------------------------------------------------------------

    def _readable(self, path: str, cwd: str) -> FileNode:
        node = self.tree.find_file(self.tree.locate(path, cwd))
        if node.backing is not None and node.backing.in_use():
            raise FileInUse(path)
        return node

    def add_file(
        self, volume: Volume, parent: DirectoryNode, location: Location, data: bytes | None, size: int
    ) -> FileNode:
        self.budget.require_entries(1, location.path)
        self.budget.require_content(len(data or b""), location.path)
        volume.charge(size, location.path)
        node = FileNode(location.components[-1], self.host.clock.read(), data, size)
        self.budget.held += node.held
        self.budget.entries += 1
        parent.add(node)
        parent.modified = node.created
        self.touch()
        self.changes.tell("created", location.path)
        if size:
            self.changes.tell("changed", location.path, aspect="content")
        return node

    def discard_node(self, location: Location, node: Node) -> None:
        volume, parent = self.tree.parent(location)
        freed = 0
        gone = list(walk(node, location.path))
        for _, each in gone:
            self.budget.entries -= 1
            if isinstance(each, MountPoint):
                self.mount_points.forget(each)
            if isinstance(each, FileNode):
                freed += each.charged
                self.budget.held -= each.held + each.bytes_of_streams
                if each.backing is not None:
                    each.backing.removed()
        volume.give_back(freed)
        parent.drop(node.name)
        parent.modified = self.host.clock.read()
        self.touch()
        for path, each in reversed(gone):
            self.changes.tell("deleted", path, is_directory=isinstance(each, DirectoryNode))

    def require_free(self, node: Node, path: str) -> None:
        """Raise FileReadOnly, or FileInUse for a file that somebody uses."""
        if isinstance(node, FileNode) and FileAttributes.READ_ONLY in node.attributes:
            raise FileReadOnly(path)
        self.require_movable(node, path)

    def require_movable(self, node: Node, path: str) -> None:
        """Raise FileReadOnly for a file of the system, FileInUse for one that somebody uses."""
        if node.protected:
            raise FileReadOnly(path)
        if isinstance(node, FileNode) and node.backing is not None and node.backing.in_use():
            raise FileInUse(path)


def _entry(node: Node, path: str) -> Entry:
    size = node.size if isinstance(node, FileNode) else 0
    modified, created = from_microseconds(node.modified), from_microseconds(node.created)
    return Entry(node.name, path, isinstance(node, DirectoryNode), size, modified, created, node.attributes)
