"""TestDrive: a folder of the fake machine that is empty again after each block."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from emulator.host import Host, HostError
from emulator.powershell.dotnet.library.file_objects import DirectoryInfo

if TYPE_CHECKING:
    from emulator.powershell.providers.paths import Drive
    from emulator.powershell.runtime.engine import Engine

NAME = "TestDrive"
_FIRST_WITH_TEXT = 5
_MAXIMUM_ENTRIES = 100_000


def replace_drive(engine: Engine, name: str, provider: str, root: str) -> Drive | None:
    """Make a drive, and give back the one of a run around this one, whose name it takes."""
    outer = engine.paths.drives.get(name.lower())
    if outer is not None:
        engine.paths.remove_drive(name)
    engine.paths.add_drive(name, provider, root)
    return outer


def restore_drive(engine: Engine, name: str, outer: Drive | None) -> None:
    """Remove a drive, and let the one of the run around be there again."""
    if name.lower() in engine.paths.drives:
        engine.paths.remove_drive(name)
    if outer is not None:
        engine.paths.add_drive(name, outer.provider.name, outer.root)


class TestDrive:
    """The drive ``TestDrive:`` and the variable ``$TestDrive``: its folder as an object before Pester 5, and
    the full path of it since then."""

    __test__ = False

    def __init__(self, host: Host, temporary: str, version: int) -> None:
        self._host = host
        self._is_text = version >= _FIRST_WITH_TEXT
        self._temporary = temporary.rstrip("\\")
        self.path = ""
        self._outer: Drive | None = None
        self._outer_folder: Any = None

    def open(self, engine: Engine) -> None:
        """Make the folder."""
        self.path = f"{self._temporary}\\{uuid.uuid4()}"
        self._host.filesystem.make_directory(self.path, parents=True)
        self._outer = replace_drive(engine, NAME, "FileSystem", self.path)
        before = engine.global_scope.variables.get(NAME.lower())
        self._outer_folder = before.current if before is not None else None
        engine.global_scope.set(NAME, self.path if self._is_text else DirectoryInfo(engine, self.path))

    def close(self, engine: Engine) -> None:
        """Remove the folder and all in it."""
        restore_drive(engine, NAME, self._outer)
        self._remove(self.path)
        if self._outer is None:
            engine.global_scope.variables.pop(NAME.lower(), None)
        else:
            engine.global_scope.set(NAME, self._outer_folder)

    def mark(self) -> frozenset[str]:
        """What is there now."""
        return frozenset(self._paths(self.path))

    def clean(self, kept: frozenset[str], _engine: Engine) -> None:
        """Remove what came after the mark."""
        for path in self._paths(self.path):
            if path not in kept:
                self._remove(path)

    def _paths(self, folder: str) -> list[str]:
        found: list[str] = []
        pending = [folder]
        while pending and len(found) < _MAXIMUM_ENTRIES:
            try:
                entries = self._host.filesystem.list(pending.pop())
            except HostError:
                continue
            for entry in entries:
                found.append(entry.path)
                if entry.is_directory:
                    pending.append(entry.path)
        return found

    def _remove(self, path: str) -> None:
        files = self._host.filesystem
        try:
            if files.exists(path):
                files.remove(path, recursive=files.is_directory(path))
        except HostError:
            # In use by the machine (a mounted disk). The folder is in the temporary one anyway.
            return
