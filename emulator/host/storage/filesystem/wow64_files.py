"""The file system as a 32-bit process of 64-bit Windows sees it: System32 is SysWOW64, Sysnative is
System32."""

from emulator.host.errors import FileNotFound, PathNotFound
from emulator.host.host_object import operation
from emulator.host.storage.filesystem.filesystem import Filesystem
from emulator.host.storage.filesystem.node import Node
from emulator.host.storage.filesystem.paths import DEFAULT_DIRECTORY, Location
from emulator.host.storage.filesystem.shared_files import SharedFiles
from emulator.host.storage.filesystem.tree import FileTree
from emulator.host.windows.wow64 import redirected_components, redirected_path


class _RedirectedTree(FileTree):
    """The same folders under the names that such a process has for them: what it asks for is what it is
    told."""

    def __init__(self, whole: FileTree) -> None:
        super().__init__(whole.host, whole.volumes)
        self.has_mount_points = True

    def find(self, location: Location) -> tuple[Node, str]:
        components = redirected_components(location.components) if location.drive == "C" else ()
        if components in ((), location.components):
            return super().find(location)
        try:
            node, path = super().find(Location(location.drive, components))
        except (FileNotFound, PathNotFound) as missing:
            raise type(missing)(location.path) from None
        names = path.split("\\")
        names[2] = location.components[1]
        return node, "\\".join(names)


class Wow64Files(SharedFiles):
    """All volumes, redirected."""

    def __init__(self, whole: Filesystem) -> None:
        super().__init__(whole, _RedirectedTree(whole.tree))

    @operation
    def make_directory(
        self, path: str, cwd: str = DEFAULT_DIRECTORY, *, parents: bool = True, exist_ok: bool = False
    ) -> None:
        full = redirected_path(self.normalize(path, cwd))
        self._whole.make_directory(full, parents=parents, exist_ok=exist_ok)
