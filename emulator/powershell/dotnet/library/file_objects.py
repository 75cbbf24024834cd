"""The files of the machine for System.IO: where they are, and the objects FileInfo and DirectoryInfo."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.powershell.dotnet.exceptions import argument_error
from emulator.powershell.runtime.errors import not_emulated
from emulator.powershell.runtime.services import ByteStore, FileFacts, FileStore, FolderStore

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine


def store_of(engine: Engine) -> ByteStore:
    found = engine.find_service(ByteStore)
    if found is None:
        raise not_emulated("System.IO.File")
    return found


def full_path(engine: Engine, path: str) -> str:
    if not path:
        raise argument_error("The path is not of a legal form.")
    store = engine.find_service(FileStore)
    return store.resolve(path) if store is not None else path


class FileInfo:
    """System.IO.FileInfo: a file that may or may not be there."""

    __slots__ = ("engine", "original", "path")

    def __init__(self, engine: Engine, path: str) -> None:
        self.engine = engine
        self.original = path
        """The path as it was given: what ``ToString()`` says."""
        self.path = full_path(engine, path)


class DirectoryInfo(FileInfo):
    """System.IO.DirectoryInfo: a folder that may or may not be there."""

    __slots__ = ()


def folders_of(engine: Engine) -> FolderStore:
    found = engine.find_service(FolderStore)
    if found is None:
        raise not_emulated("System.IO.FileSystemInfo")
    return found


def facts_of(item: FileInfo) -> FileFacts | None:
    """What is known of a file or folder; None when it is not there."""
    return folders_of(item.engine).entry(item.path)
