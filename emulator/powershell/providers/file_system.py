"""The FileSystem provider over the files of the machine."""

from __future__ import annotations

import ntpath
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.numbers import Byte
from emulator.powershell.dotnet.regex import is_wildcard, like
from emulator.powershell.dotnet.unicode_text import utf8_bytes
from emulator.powershell.providers.file_changes import (
    HIDDEN,
    READ_ONLY,
    REPARSE_POINT,
    FileChange,
    exists_already,
    failing_as,
    unprotected,
)
from emulator.powershell.providers.provider import Provider
from emulator.powershell.runtime.conversion import items_of, to_integer, to_text
from emulator.powershell.runtime.errors import ErrorRecord, FileFailure, PSError, error, not_emulated
from emulator.powershell.runtime.services import ByteStore, FileStore, FolderStore
from emulator.record import Record

if TYPE_CHECKING:
    from emulator.powershell.providers.item_change import ItemChange
    from emulator.powershell.providers.paths import Place

_DENIED = "System.UnauthorizedAccessException"
#: What the readers and writers of content call a failure, where it is not an IOError.
_STREAM_FACES = {
    _DENIED: ("UnauthorizedAccessError", "PermissionDenied"),
    "System.ArgumentException": ("ArgumentError", "InvalidArgument"),
    "System.IO.PathTooLongException": ("PathTooLongError", "InvalidArgument"),
    "System.IO.FileNotFoundException": ("FileNotFoundError", "ObjectNotFound"),
    "System.IO.DirectoryNotFoundException": ("DirectoryNotFoundError", "ObjectNotFound"),
}


_NOT_FOUND = "System.IO.FileNotFoundException"
_UNNAMED = ":$DATA"


class AlternateStream(Record):
    """AlternateStreamData: a stream of a file, as Get-Item -Stream gives it."""

    file_name: str
    stream: str
    length: int


def _no_stream(path: str, name: str) -> str:
    return f"Could not open the alternate data stream '{name}' of the file '{path}'."


def _file_of(path: str) -> str:
    """A full path without the stream behind its second colon."""
    second = path.find(":", 2)
    return path if second < 0 else path[:second]


@contextmanager
def _streaming(operation: str, path: str, category: str) -> Iterator[None]:
    """Give what the file system refuses the error of GetContentReader or GetContentWriter."""
    try:
        yield
    except FileFailure as problem:
        exception = problem.record.exception
        ending, kind = _STREAM_FACES.get(exception.ps_type.name, ("IOError", category))
        raise PSError(ErrorRecord(exception, operation + ending, kind, path)) from None


class FileSystemProvider(Provider):
    """Files and folders."""

    name = "FileSystem"
    capabilities = "Filter, ShouldProcess, Credentials"
    has_containers = True

    @property
    def folders(self) -> FolderStore:
        """The folders of the machine."""
        found = self.engine.find_service(FolderStore)
        if found is None:
            raise not_emulated("The file system")
        return found

    @property
    def files(self) -> ByteStore:
        """The content of files."""
        found = self.engine.find_service(ByteStore)
        if found is None:
            raise not_emulated("The file system")
        return found

    def drives(self) -> Iterator[tuple[str, str, str]]:
        found = self.engine.find_service(FolderStore)
        for letter, label in found.volumes() if found is not None else ():
            yield letter, f"{letter}:\\", label

    def room(self, path: str) -> tuple[int, int] | None:
        return self.folders.room(path)

    def exists(self, path: str) -> bool:
        return self.folders.entry(path) is not None

    def absent(self, path: str, shown: str) -> PSError:
        if not self.folders.is_hidden(path):
            return super().absent(path, shown)
        return error(
            "Access is denied", "ItemExistsUnauthorizedAccessError", "PermissionDenied", path, kind=_DENIED
        )

    def is_container(self, path: str) -> bool:
        entry = self.folders.entry(path)
        return entry is not None and entry.is_directory

    def properties(self, path: str) -> list[tuple[str, Any]] | None:  # noqa: ARG002
        return None

    def item(self, path: str) -> Any:
        entry = self.folders.entry(path)
        if entry is None:
            return None
        from emulator.powershell.dotnet.library.file_objects import DirectoryInfo, FileInfo

        kind = DirectoryInfo if entry.is_directory else FileInfo
        return kind(self.engine, entry.path)

    def children(self, path: str) -> Iterator[str]:
        with failing_as("Dir", path):
            entries = sorted(self.folders.entries(path), key=lambda one: one.name.lower())
        yield from (one.name for one in entries if one.is_directory)
        yield from (one.name for one in entries if not one.is_directory)

    def holds_children(self, path: str) -> bool:
        """Not for a folder in which a volume is mounted: only the folder goes."""
        entry = self.folders.entry(path)
        is_mounted = entry is not None and bool(entry.attributes & REPARSE_POINT)
        return not is_mounted and super().holds_children(path)

    def make(self, path: str, item_type: str | None, value: Any, force: bool) -> Any:
        kind = (item_type or "File").lower()
        existing = self.folders.entry(path)
        if "directory".startswith(kind) or "container".startswith(kind):
            if existing is not None:
                if force and existing.is_directory:
                    return self.item(path)
                raise exists_already(path)
            with failing_as("CreateDirectory", path):
                self.folders.make_directory(path)
            return self.item(path)
        if not ("file".startswith(kind) or kind == "leaf"):
            if kind in ("symboliclink", "junction", "hardlink"):
                raise self.gap(f"New-Item -ItemType {item_type}")
            raise error(
                'The type is not a known type for the file system. Only "file","directory" or '
                '"symboliclink" can be specified.',
                "Argument",
                "InvalidArgument",
                path,
                kind="System.Management.Automation.PSArgumentException",
            )
        if existing is not None and not force:
            raise error(
                f"The file '{path}' already exists.",
                "NewItemIOError",
                "WriteError",
                path,
                kind="System.IO.IOException",
            )
        if force and not self.exists(ntpath.dirname(path)):
            with failing_as("CreateIntermediateDirectories", path):
                self.folders.make_directory(ntpath.dirname(path))
        with failing_as("NewItem", path):
            self.files.write_bytes(path, b"" if value is None else utf8_bytes(to_text(value)))
        return self.item(path)

    def remove_item(self, change: ItemChange, place: Place) -> None:
        FileChange(self, change, place).remove(place.path)

    def rename_item(self, change: ItemChange, place: Place, name: str) -> None:
        FileChange(self, change, place).rename(place.path, name)

    def move_item(self, change: ItemChange, place: Place, target: Place) -> None:
        FileChange(self, change, target).move(place.path, target.path)

    def copy_item(self, change: ItemChange, place: Place, target: Place) -> None:
        FileChange(self, change, target).copy(place.path, target.path)

    def streams(self, path: str, patterns: list[str]) -> Iterator[AlternateStream]:
        """The streams of a file that names or patterns mean, its unnamed one (``:$DATA``) among them. Raises
        AlternateDataStreamNotFound for a name that there is not."""
        entry = self.folders.entry(path)
        if entry is None or entry.is_directory:
            return
        all_of_them = [AlternateStream(path, _UNNAMED, entry.size)]
        all_of_them += [AlternateStream(path, name, size) for name, size in self.folders.streams(path)]
        for pattern in patterns:
            found = [one for one in all_of_them if like(one.stream, pattern)]
            if not found and not is_wildcard(pattern):
                identifier = "AlternateDataStreamNotFound"
                raise error(_no_stream(path, pattern), identifier, "ObjectNotFound", path, kind=_NOT_FOUND)
            yield from found

    def remove_stream(self, path: str, name: str) -> None:
        """Take a stream away."""
        with failing_as("RemoveItem", path):
            self.files.delete(f"{path}:{name}")

    def require_stream(self, path: str, name: str, operation: str) -> None:
        """Raises the error of an operation on a stream that is not there."""
        if name.lower() != _UNNAMED.lower() and not self.files.exists(f"{path}:{name}"):
            identifier = f"{operation}FileNotFoundError"
            raise error(_no_stream(path, name), identifier, "ObjectNotFound", path, kind=_NOT_FOUND)

    def content(self, path: str) -> Any:
        store = self.engine.find_service(FileStore)
        if self.is_container(path):
            raise error(
                f"Access to the path '{path}' is denied.",
                "GetContentReaderUnauthorizedAccessError",
                "PermissionDenied",
                path,
                kind=_DENIED,
            )
        with _streaming("GetContentReader", path, "ReadError"):
            return "" if store is None else store.read_text(path)

    def read_bytes(self, path: str) -> bytes:
        """Get-Content -Encoding Byte."""
        with _streaming("GetContentReader", path, "ReadError"):
            return self.files.read_bytes(path)

    def write_text(self, path: str, text: str, append: bool, encoding: str, force: bool = False) -> None:
        """Set-Content and Add-Content of text; ``force``: of a file that is read-only or hidden too."""
        store = self.engine.find_service(FileStore)
        if store is None:
            raise not_emulated("The file system")
        with self._writing(path, force):
            store.write_text(path, text, append, encoding)

    def write_bytes(self, path: str, values: list[Any], append: bool, force: bool) -> None:
        """The same with -Encoding Byte."""
        data = bytes(int(to_integer(one, Byte, "System.Byte")) for value in values for one in items_of(value))
        with self._writing(path, force):
            old = self.files.read_bytes(path) if append and self.files.exists(path) else b""
            self.files.write_bytes(path, old + data)

    @contextmanager
    def _writing(self, path: str, force: bool) -> Iterator[None]:
        """The errors of a writer; what protects a file against one is off as long as a forced one writes."""
        forced = self.folders if force else None
        with (
            _streaming("GetContentWriter", path, "WriteError"),
            unprotected(forced, _file_of(path), READ_ONLY | HIDDEN),
        ):
            yield

    def clear(self, path: str, force: bool) -> None:
        """Clear-Content."""
        if force:
            with self._writing(path, force):
                self.files.write_bytes(path, b"")
            return
        with failing_as("ClearContent", path):
            self.files.write_bytes(path, b"")

    def tidy(self, path: str) -> str:
        return path if path.endswith(":\\") else path.rstrip("\\")

    def shown_path(self, path: str) -> str:
        return path
