"""The FileSystem provider over the files of the machine."""

from __future__ import annotations

import ntpath
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from emulator.powershell.dotnet.numbers import Byte
from emulator.powershell.dotnet.unicode_text import utf8_bytes
from emulator.powershell.providers.provider import Provider
from emulator.powershell.runtime.conversion import items_of, to_integer, to_text
from emulator.powershell.runtime.errors import PSError, error, not_emulated
from emulator.powershell.runtime.services import ByteStore, FileStore, FolderStore

#: FileAttributes.ReparsePoint.
_REPARSE_POINT = 0x400


_DENIED = "System.UnauthorizedAccessException"
_WRITER = "GetContentWriterUnauthorizedAccessError"


@contextmanager
def _denied(identifier: str, path: str, before: str = "") -> Iterator[None]:
    """Give an access that is denied the error of the provider's operation, with something before its text."""
    try:
        yield
    except PSError as problem:
        exception = problem.record.exception
        if exception.ps_type.name != _DENIED:
            raise
        text = before + exception.message
        raise error(text, identifier, "PermissionDenied", path, kind=_DENIED) from None


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
        with _denied("DirUnauthorizedAccessError", path):
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
            with _denied("CreateDirectoryUnauthorizedAccessError", path):
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
        with _denied("NewItemUnauthorizedAccessError", path):
            self.files.write_bytes(path, b"" if value is None else utf8_bytes(to_text(value)))
        return self.item(path)

    def remove(self, path: str, recurse: bool, force: bool) -> None:
        with _denied("RemoveFileSystemItemUnAuthorizedAccess", path, f"Cannot remove item {path}: "):
            self.folders.remove(path, recurse, force)

    def rename(self, path: str, name: str) -> str:
        target = ntpath.join(ntpath.dirname(path), name)
        with _denied("RenameItemUnauthorizedAccessError", path):
            self.folders.move(path, target)
        return target

    def move(self, path: str, target: str) -> None:
        kind = "Directory" if self.is_container(path) else "FileInfo"
        with _denied(f"Move{kind}ItemUnauthorizedAccessError", path):
            self.folders.move(path, self._into(path, target))

    def copy(self, path: str, target: str, recurse: bool) -> None:
        target = self._into(path, target)
        if not self.is_container(path):
            with _denied("CopyFileInfoItemUnauthorizedAccessError", path):
                self.files.write_bytes(target, self.files.read_bytes(path))
            return
        if not self.exists(target):
            with _denied("CopyDirectoryInfoItemUnauthorizedAccessError", path):
                self.folders.make_directory(target)
        if recurse:
            for name in list(self.children(path)):
                self.copy(ntpath.join(path, name), ntpath.join(target, name), recurse)

    def _into(self, path: str, target: str) -> str:
        return ntpath.join(target, ntpath.basename(path)) if self.is_container(target) else target

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
        with _denied("GetContentReaderUnauthorizedAccessError", path):
            return "" if store is None else store.read_text(path)

    def write_text(self, path: str, text: str, append: bool, encoding: str) -> None:
        """Set-Content and Add-Content of text."""
        store = self.engine.find_service(FileStore)  # type: ignore[type-abstract] # as above
        if store is None:
            raise not_emulated("The file system")
        with _denied(_WRITER, path):
            store.write_text(path, text, append, encoding)

    def write_bytes(self, path: str, values: list[Any], append: bool) -> None:
        """The same with -Encoding Byte."""
        data = bytes(int(to_integer(one, Byte, "System.Byte")) for value in values for one in items_of(value))
        with _denied(_WRITER, path):
            old = self.files.read_bytes(path) if append and self.exists(path) else b""
            self.files.write_bytes(path, old + data)

    def clear(self, path: str) -> None:
        """Clear-Content."""
        with _denied("ClearContentUnauthorizedAccessError", path):
            self.files.write_bytes(path, b"")

    def shown_path(self, path: str) -> str:
        return path
