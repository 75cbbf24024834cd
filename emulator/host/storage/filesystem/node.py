"""Folders and files as a tree of small objects."""

from collections.abc import Iterator
from enum import IntFlag
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from emulator.host.security.access_control import AccessControl
    from emulator.host.storage.filesystem.volume import Volume


class FileAttributes(IntFlag):
    """FILE_ATTRIBUTE_*."""

    READ_ONLY = 0x1
    HIDDEN = 0x2
    SYSTEM = 0x4
    DIRECTORY = 0x10
    ARCHIVE = 0x20
    NORMAL = 0x80
    REPARSE_POINT = 0x400


class FileBacking(Protocol):
    """The machine's object behind a file (a virtual disk, a configuration): it hears what happens to the
    file."""

    def in_use(self) -> bool:
        """True when the file must not be changed, moved or deleted now."""
        ...

    def renamed(self, path: str) -> None:
        """The file has a new path."""
        ...

    def removed(self) -> None:
        """The file was deleted."""
        ...

    def copied(self, path: str) -> "FileBacking | None":
        """The file was copied: the object behind the copy."""
        ...

    def read(self, offset: int, length: int) -> bytes:
        """Bytes of a file whose content the object makes. Raises NotSupported when it cannot."""
        ...


class Node:
    """A named entry. Times are microseconds since 1970 UTC."""

    __slots__ = ("attributes", "created", "modified", "name", "protected", "security")

    def __init__(self, name: str, now: int, attributes: FileAttributes, protected: bool = False) -> None:
        self.name = name
        self.created = now
        self.modified = now
        self.attributes = attributes
        self.protected = protected
        #: Owner and access list that somebody set (`file_security`).
        self.security: AccessControl | None = None


class FileNode(Node):
    """A file. ``data`` is None when what is behind the file makes its bytes, or when only its size is known;
    ``charged`` counts against the volume, ``held`` are the bytes that the emulator itself keeps for it.
    ``streams`` are the alternate data streams by lower-case name (name, content); they take no space of the
    volume."""

    __slots__ = ("backing", "charged", "data", "held", "size", "streams")

    def __init__(
        self, name: str, now: int, data: bytes | None, size: int, *, protected: bool = False
    ) -> None:
        super().__init__(name, now, FileAttributes.ARCHIVE, protected)
        self.data = data
        self.size = size
        self.charged = 0 if protected else size
        self.held = 0 if data is None else len(data)
        self.backing: FileBacking | None = None
        self.streams: dict[str, tuple[str, bytes]] = {}

    @property
    def bytes_of_streams(self) -> int:
        """The bytes that the emulator keeps for the streams."""
        return sum(len(data) for _, data in self.streams.values())


class DirectoryNode(Node):
    """A folder; children by lower-case name, in order of creation."""

    __slots__ = ("children",)

    def __init__(self, name: str, now: int, *, protected: bool = False) -> None:
        super().__init__(name, now, FileAttributes.DIRECTORY, protected)
        self.children: dict[str, Node] = {}

    def child(self, name: str) -> Node | None:
        return self.children.get(name.lower())

    def add(self, node: Node) -> None:
        self.children[node.name.lower()] = node

    def drop(self, name: str) -> None:
        del self.children[name.lower()]


class MountPoint(DirectoryNode):
    """A folder in which a volume is mounted: while the volume is there, what is in it is in the folder."""

    __slots__ = ("path", "volume")

    def __init__(self, folder: DirectoryNode, path: str, volume: "Volume") -> None:
        super().__init__(folder.name, folder.created)
        self.attributes |= FileAttributes.REPARSE_POINT
        self.security = folder.security
        #: Full path of the folder, without a backslash at its end.
        self.path = path
        self.volume = volume

    def follow(self) -> None:
        """The volume came, went or was made anew."""
        self.children = self.volume.root.children if self.volume.is_attached else {}


def walk(node: Node, path: str) -> Iterator[tuple[str, Node]]:
    """A node and everything below it with their paths, parents first, without what is on volumes that are
    mounted there. Iterative: depth costs no stack."""
    pending = [(path, node)]
    while pending:
        at, current = pending.pop()
        yield at, current
        if isinstance(current, DirectoryNode) and not isinstance(current, MountPoint):
            base = at if at.endswith("\\") else at + "\\"
            pending += [(base + child.name, child) for child in current.children.values()]
