"""The FileSystem provider over the files of the machine."""

from __future__ import annotations

import ntpath
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from emulator.powershell.dotnet.numbers import Byte
from emulator.powershell.dotnet.regex import is_wildcard, like
from emulator.powershell.dotnet.unicode_text import utf8_bytes
from emulator.powershell.providers.provider import Provider
from emulator.powershell.runtime.conversion import items_of, to_integer, to_text
from emulator.powershell.runtime.errors import ErrorRecord, PSError, error, not_emulated
from emulator.powershell.runtime.services import ByteStore, FileStore, FolderStore
from emulator.record import Record

#: FileAttributes.ReparsePoint.
_REPARSE_POINT = 0x400


#: FileAttributes.ReadOnly, Hidden, System.
_READ_ONLY, _HIDDEN, _SYSTEM = 0x1, 0x2, 0x4

Report = Callable[[ErrorRecord], None]
_DENIED = "System.UnauthorizedAccessException"
_IN_USE = "System.IO.IOException"
_REMOVE = "RemoveFileSystemItem"
_WRITER = "GetContentWriter"
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
def _reported(
    operation: str, path: str, before: str = "", category: str = "WriteError", denied: str = ""
) -> Iterator[None]:
    """Give an access that is denied, and a file that somebody uses, the errors of a provider's operation,
    with something before their text. ``denied`` is the error id of the first when it is no usual one."""
    try:
        yield
    except PSError as problem:
        exception = problem.record.exception
        name = exception.ps_type.name
        text = before + exception.message
        if name == _DENIED:
            identifier = denied or f"{operation}UnauthorizedAccessError"
            raise error(text, identifier, "PermissionDenied", path, kind=name) from None
        if name == _IN_USE:
            raise error(text, f"{operation}IOError", category, path, kind=name) from None
        raise


@contextmanager
def unprotected(folders: FolderStore | None, path: str, force: bool) -> Iterator[None]:
    """While it lasts, -Force takes the read-only attribute from a file; afterwards the file has it again."""
    entry = folders.entry(path) if force and folders is not None else None
    if folders is None or entry is None or entry.is_directory or not entry.attributes & _READ_ONLY:
        yield
        return
    folders.set_attributes(path, entry.attributes & ~_READ_ONLY)
    try:
        yield
    finally:
        after = folders.entry(path)
        if after is not None:
            folders.set_attributes(path, after.attributes | _READ_ONLY)


class FileSystemProvider(Provider):
    """Files and folders."""

    name = "FileSystem"
    capabilities = "Filter, ShouldProcess, Credentials"
    has_containers = True

    @property
    def folders(self) -> FolderStore:
        """The folders of the machine."""
        found = self.engine.find_service(FolderStore)  # type: ignore[type-abstract] # a protocol is the key
        if found is None:
            raise not_emulated("The file system")
        return found

    @property
    def files(self) -> ByteStore:
        """The content of files."""
        found = self.engine.find_service(ByteStore)  # type: ignore[type-abstract] # as above
        if found is None:
            raise not_emulated("The file system")
        return found

    def drives(self) -> Iterator[tuple[str, str, str]]:
        found = self.engine.find_service(FolderStore)  # type: ignore[type-abstract] # as above
        for letter, label in found.volumes() if found is not None else ():
            yield letter, f"{letter}:\\", label

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
        from emulator.powershell.dotnet.library.files import DirectoryInfo, FileInfo

        kind = DirectoryInfo if entry.is_directory else FileInfo
        return kind(self.engine, entry.path)

    def children(self, path: str) -> Iterator[str]:
        with _reported("Dir", path, category="ReadError"):
            entries = sorted(self.folders.entries(path), key=lambda one: one.name.lower())
        yield from (one.name for one in entries if one.is_directory)
        yield from (one.name for one in entries if not one.is_directory)

    def holds_children(self, path: str) -> bool:
        """Not for a folder in which a volume is mounted: only the folder goes."""
        entry = self.folders.entry(path)
        is_mounted = entry is not None and bool(entry.attributes & _REPARSE_POINT)
        return not is_mounted and super().holds_children(path)

    def make(self, path: str, item_type: str | None, value: Any, force: bool) -> Any:
        kind = (item_type or "File").lower()
        existing = self.folders.entry(path)
        if "directory".startswith(kind) or kind == "container":
            if existing is not None:
                if force and existing.is_directory:
                    return self.item(path)
                raise error(
                    f"An item with the specified name {path} already exists.",
                    "DirectoryExist",
                    "ResourceExists",
                    path,
                    kind="System.IO.IOException",
                )
            with _reported("CreateDirectory", path):
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
            self.folders.make_directory(ntpath.dirname(path))
        with _reported("NewItem", path):
            self.files.write_bytes(path, b"" if value is None else utf8_bytes(to_text(value)))
        return self.item(path)

    def remove(self, path: str, recurse: bool, force: bool, report: Report | None = None) -> None:
        """Remove a file or folder. What -Force would be needed for is told to ``report`` when it is below a
        folder, whose other content goes. Raises the provider's errors."""
        entry = self.folders.entry(path)
        if entry is None:
            return
        if entry.is_directory and recurse and self._holds_protected(path):
            self._remove_one_by_one(path, force, report)
            return
        if force and entry.attributes & _READ_ONLY:
            self.folders.set_attributes(path, entry.attributes & ~_READ_ONLY)
        elif not force and entry.attributes & (_READ_ONLY | _HIDDEN | _SYSTEM):
            raise self._not_removed(path)
        with _reported(_REMOVE, path, f"Cannot remove item {path}: ", denied=f"{_REMOVE}UnAuthorizedAccess"):
            self.folders.remove(path, recurse)

    def _holds_protected(self, path: str) -> bool:
        """Whether something below a folder has an attribute that keeps it unless -Force is given."""
        pending = [path]
        while pending:
            for one in self.folders.entries(pending.pop()):
                if one.attributes & (_READ_ONLY | _HIDDEN | _SYSTEM):
                    return True
                if one.is_directory and not one.attributes & _REPARSE_POINT:
                    pending.append(one.path)
        return False

    def _remove_one_by_one(self, path: str, force: bool, report: Report | None) -> None:
        for one in self.folders.entries(path):
            try:
                self.remove(one.path, True, force, report)
            except PSError as problem:
                if report is None:
                    raise
                report(problem.record)
        if self.folders.entries(path):
            text = f"Directory {path} cannot be removed because it is not empty."
            not_empty = error(text, "DirectoryNotEmpty", "WriteError", self.item(path), kind=_IN_USE)
            not_empty.record.details = f"Cannot remove item {path}: {text}"
            raise not_empty
        self.remove(path, False, force)

    def _not_removed(self, path: str) -> PSError:
        text = "You do not have sufficient access rights to perform this operation."
        problem = error(
            text, f"{_REMOVE}UnAuthorizedAccess", "PermissionDenied", self.item(path), kind=_IN_USE
        )
        problem.record.details = f"Cannot remove item {path}: {text}"
        return problem

    def rename(self, path: str, name: str) -> str:
        target = ntpath.join(ntpath.dirname(path), name)
        with _reported("RenameItem", path):
            self.folders.move(path, target)
        return target

    def move(self, path: str, target: str, force: bool = False) -> None:
        goal = self._into(path, target)
        if force and goal.lower() != path.lower() and self.exists(goal) and not self.is_container(goal):
            self.remove(goal, False, True)  # the file that is there is replaced
        kind = "Directory" if self.is_container(path) else "FileInfo"
        with _reported(f"Move{kind}Item", path):
            self.folders.move(path, goal)

    def copy(self, path: str, target: str, recurse: bool, force: bool = False) -> None:
        target = self._into(path, target)
        if not self.is_container(path):
            with _reported("CopyFileInfoItem", path), unprotected(self.folders, target, force):
                self.folders.copy(path, target)
            return
        if not self.exists(target):
            with _reported("CopyDirectoryInfoItem", path):
                self.folders.make_directory(target)
        if recurse:
            for name in list(self.children(path)):
                self.copy(ntpath.join(path, name), ntpath.join(target, name), recurse, force)

    def _into(self, path: str, target: str) -> str:
        return ntpath.join(target, ntpath.basename(path)) if self.is_container(target) else target

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
                raise error(
                    _no_stream(path, pattern),
                    "AlternateDataStreamNotFound",
                    "ObjectNotFound",
                    path,
                    kind="System.IO.FileNotFoundException",
                )
            yield from found

    def remove_stream(self, path: str, name: str) -> None:
        """Take a stream away; the unnamed one cannot go."""
        with _reported("RemoveItem", path):
            self.files.delete(f"{path}:{name}")

    def require_stream(self, path: str, name: str, operation: str) -> None:
        """Raises the error of an operation on a stream that is not there."""
        if name.lower() != _UNNAMED.lower() and not self.files.exists(f"{path}:{name}"):
            raise error(
                _no_stream(path, name),
                f"{operation}FileNotFoundError",
                "ObjectNotFound",
                path,
                kind="System.IO.FileNotFoundException",
            )

    def content(self, path: str) -> Any:
        store = self.engine.find_service(FileStore)  # type: ignore[type-abstract] # a protocol is the key
        if self.is_container(path):
            raise error(
                f"Access to the path '{path}' is denied.",
                "GetContentReaderUnauthorizedAccessError",
                "PermissionDenied",
                path,
                kind="System.UnauthorizedAccessException",
            )
        with _reported("GetContentReader", path, category="ReadError"):
            return "" if store is None else store.read_text(path)

    def read_bytes(self, path: str) -> bytes:
        """Get-Content -Encoding Byte."""
        with _reported("GetContentReader", path, category="ReadError"):
            return self.files.read_bytes(path)

    def write_text(self, path: str, text: str, append: bool, encoding: str, force: bool = False) -> None:
        """Set-Content and Add-Content of text."""
        store = self.engine.find_service(FileStore)  # type: ignore[type-abstract] # as above
        if store is None:
            raise not_emulated("The file system")
        with _reported(_WRITER, path), unprotected(self.folders, _file_of(path), force):
            store.write_text(path, text, append, encoding)

    def write_bytes(self, path: str, values: list[Any], append: bool, force: bool = False) -> None:
        """The same with -Encoding Byte."""
        data = bytes(int(to_integer(one, Byte, "System.Byte")) for value in values for one in items_of(value))
        with _reported(_WRITER, path), unprotected(self.folders, _file_of(path), force):
            old = self.files.read_bytes(path) if append and self.files.exists(path) else b""
            self.files.write_bytes(path, old + data)

    def clear(self, path: str, force: bool = False) -> None:
        """Clear-Content."""
        with _reported("ClearContent", path), unprotected(self.folders, _file_of(path), force):
            self.files.write_bytes(path, b"")

    def shown_path(self, path: str) -> str:
        return path
