"""Who is told what becomes of files and folders: from every door, in the order in which it happens.

A new file with content is created and changed; what replaces or extends a file changes it once. What goes
with a folder is deleted before it. A file that moves to another folder is deleted and created.
"""

from typing import Literal, Protocol
from weakref import WeakSet

Kind = Literal["created", "deleted", "changed", "renamed"]
Aspect = Literal["content", "attributes", "times", ""]


class FileListener(Protocol):
    """Called under the host's lock: it must be quick, and change nothing."""

    def told(self, kind: Kind, path: str, old_path: str, is_directory: bool, aspect: Aspect) -> None:
        """Something happened to a file or folder; ``old_path`` is where a renamed one was."""


class FileChanges:
    """The listeners of a file system. They are held weakly: who is gone listens no more."""

    def __init__(self) -> None:
        self._listeners: WeakSet[FileListener] = WeakSet()

    def __bool__(self) -> bool:
        return bool(self._listeners)

    def add(self, listener: FileListener) -> None:
        """Tell a listener from now on."""
        self._listeners.add(listener)

    def remove(self, listener: FileListener) -> None:
        """Tell it no longer."""
        self._listeners.discard(listener)

    def tell(
        self, kind: Kind, path: str, *, is_directory: bool = False, aspect: Aspect = "", old_path: str = ""
    ) -> None:
        """Something happened."""
        for each in list(self._listeners):
            each.told(kind, path, old_path, is_directory, aspect)
