"""Copying, moving and removing files as the FileSystem provider does it: file by file, each with its own
question, error and result. The errors are those of Windows PowerShell 5.1.
"""

from __future__ import annotations

import ntpath
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from emulator.powershell.providers.item_change import ItemChange
from emulator.powershell.runtime.errors import ErrorRecord, FileFailure, PSError, error

if TYPE_CHECKING:
    from emulator.powershell.providers.file_system import FileSystemProvider
    from emulator.powershell.providers.paths import Place
    from emulator.powershell.runtime.services import FolderStore

_DENIED = "System.UnauthorizedAccessException"
_IO = "System.IO.IOException"
#: What a failure of the file system is called by the operation that met it, and its category.
_FACES = {
    _DENIED: ("UnauthorizedAccessError", "PermissionDenied"),
    "System.ArgumentException": ("ArgumentError", "InvalidArgument"),
}
#: FileAttributes: read-only, hidden, system, and a volume or a link in place of a folder.
READ_ONLY, HIDDEN, _SYSTEM, REPARSE_POINT = 0x1, 0x2, 0x4, 0x400
_PROTECTING = READ_ONLY | HIDDEN | _SYSTEM


@contextmanager
def failing_as(operation: str, target: Any) -> Iterator[None]:
    """Give what the file system refuses the error of an operation of the provider."""
    try:
        yield
    except FileFailure as problem:
        exception = problem.record.exception
        otherwise = ("IOError", "ReadError" if operation == "Dir" else "WriteError")
        ending, category = _FACES.get(exception.ps_type.name, otherwise)
        raise PSError(ErrorRecord(exception, operation + ending, category, target)) from None


@contextmanager
def unprotected(folders: FolderStore | None, path: str, attributes: int) -> Iterator[None]:
    """-Force of what writes to a file: attributes that protect it are off for the time of the body. None for
    the folders: nothing is forced."""
    before = folders.entry(path) if folders is not None else None
    if folders is None or before is None or not before.attributes & attributes:
        yield
        return
    folders.set_attributes(path, before.attributes & ~attributes)
    try:
        yield
    finally:
        folders.set_attributes(path, before.attributes)


class FileChange:
    """One change of the FileSystem provider."""

    def __init__(self, provider: FileSystemProvider, change: ItemChange, place: Place) -> None:
        self._provider = provider
        self._folders = provider.folders
        self._change = change
        self._place = place

    def copy(self, path: str, target: str) -> None:
        """Copy-Item: to a path, or into a folder that is there."""
        if self._provider.is_container(path):
            self._copy_folder(path, target)
        else:
            self._copy_file(path, target)

    def move(self, path: str, target: str) -> None:
        """Move-Item: the same; a folder goes whole."""
        is_folder = self._provider.is_container(path)
        target = self._into(path, target)
        if not self._change.allows_transfer(path, target, f"Move {'Directory' if is_folder else 'File'}"):
            return
        with failing_as("MoveDirectoryItem" if is_folder else "MoveFileInfoItem", self._provider.item(path)):
            try:
                self._folders.move(path, target)
            except FileFailure:
                if not self._change.force or is_folder or not self._gives_way(path, target):
                    raise
                self._folders.replace(path, target)
        self._made(target)

    def rename(self, path: str, name: str) -> None:
        """Rename-Item: a name, or a path in the same folder."""
        is_folder, parent = self._provider.is_container(path), ntpath.dirname(path)
        if name[:2] in (".\\", "./"):
            name = name[2:]
        elif ntpath.dirname(name).lower() == parent.lower():
            name = ntpath.basename(name)
        if ntpath.basename(name) != name or ":" in name:
            raise error(
                "Cannot rename the specified target, because it represents a path or device name.",
                "Argument",
                "InvalidArgument",
                kind="System.Management.Automation.PSArgumentException",
            )
        target = ntpath.join(parent, name)
        if self._change.allows_transfer(path, target, f"Rename {'Directory' if is_folder else 'File'}"):
            with failing_as("RenameItem", path):
                self._folders.move(path, target)
            self._made(target)

    def remove(self, path: str) -> None:
        """Remove-Item: a file, or a folder with all that is in it."""
        if self._provider.is_container(path):
            self._remove_folder(path, True)
        elif self._change.allows(path, "Remove File"):
            self._remove_one(path)

    # -- copying --------------------------------------------------------------------------------

    def _copy_folder(self, path: str, target: str) -> None:
        target = self._into(path, target)
        if not self._change.allows_transfer(path, target, "Copy Directory"):
            return
        # Before the copy is there: a folder that is copied into itself is not copied without end.
        with failing_as("Dir", path):
            inside = self._folders.entries(path) if self._change.recurse else []
        if not self._provider.exists(target):
            with failing_as("CreateDirectory", target):
                self._folders.make_directory(target)
            self._made(target)
        elif not self._change.force:
            self._change.tell(exists_already(target))
        for one in sorted(inside, key=lambda each: (each.is_directory, each.name.lower())):
            with self._change.telling():
                if one.is_directory:
                    self._copy_folder(one.path, target)
                elif not self._change.leaves_out(one.name):
                    self._copy_file(one.path, target)

    def _copy_file(self, path: str, target: str) -> None:
        target = self._into(path, target)
        if target.lower() == path.lower():
            raise error(
                f"Cannot overwrite the item {target} with itself.",
                "CopyError",
                "WriteError",
                target,
                kind=_IO,
            )
        if not self._change.allows_transfer(path, target, "Copy File"):
            return
        with failing_as("CopyFileInfoItem", self._provider.item(path)):
            try:
                self._provider.files.copy(path, target, True)
            except FileFailure as problem:
                there = self._folders.entry(target)
                if not self._change.force or there is None or not _is_denial(problem):
                    raise
                self._folders.set_attributes(target, there.attributes & ~(READ_ONLY | HIDDEN))
                self._provider.files.copy(path, target, True)
        self._made(target)

    # -- removing -------------------------------------------------------------------------------

    def _remove_folder(self, path: str, is_first: bool) -> None:
        change = self._change
        if (is_first or change.recurse) and not change.allows(path, "Remove Directory"):
            return
        entry = self._folders.entry(path)
        if entry is not None and entry.attributes & REPARSE_POINT:
            self._remove_one(path)
            return
        with failing_as("Dir", path):
            inside = self._folders.entries(path)
        for one in sorted(inside, key=lambda each: (not each.is_directory, each.name.lower())):
            with change.telling():
                if one.is_directory:
                    self._remove_folder(one.path, False)
                elif not change.recurse or change.allows(one.path, "Remove File"):
                    self._remove_one(one.path)
        with failing_as("Dir", path):
            is_empty = not self._folders.entries(path)
        if not is_empty and not change.force:
            text = f"Directory {path} cannot be removed because it is not empty."
            raise error(text, "DirectoryNotEmpty", "WriteError", self._provider.item(path), kind=_IO)
        self._remove_one(path)

    def _remove_one(self, path: str) -> None:
        """A file, or a folder that is empty."""
        item, entry = self._provider.item(path), self._folders.entry(path)
        if not self._change.force and entry is not None and entry.attributes & _PROTECTING:
            raise _not_removed(
                path,
                error(
                    "You do not have sufficient access rights to perform this operation.",
                    "RemoveFileSystemItemUnAuthorizedAccess",
                    "PermissionDenied",
                    item,
                    kind=_IO,
                ),
            )
        try:
            with failing_as("RemoveFileSystemItem", item):
                self._folders.remove(path, False, self._change.force)
        except PSError as problem:
            if problem.record.category == "PermissionDenied":
                problem.record.error_id = "RemoveFileSystemItemUnAuthorizedAccess"
            raise _not_removed(path, problem) from None

    # -- both -----------------------------------------------------------------------------------

    def _into(self, path: str, target: str) -> str:
        return ntpath.join(target, ntpath.basename(path)) if self._provider.is_container(target) else target

    def _gives_way(self, path: str, target: str) -> bool:
        """Whether -Force takes a file away that stands at the target."""
        is_other = target.lower() != path.lower()
        return is_other and self._provider.exists(target) and not self._provider.is_container(target)

    def _made(self, path: str) -> None:
        self._change.made(self._place._replace(path=path))


def exists_already(path: str) -> PSError:
    """A folder is to be made where something is."""
    text = f"An item with the specified name {path} already exists."
    return error(text, "DirectoryExist", "ResourceExists", path, kind=_IO)


def _is_denial(problem: PSError) -> bool:
    return problem.record.exception.ps_type.name == _DENIED


def _not_removed(path: str, problem: PSError) -> PSError:
    """The same error; what a person reads of it names the item, what a script reads does not."""
    problem.record.details = f"Cannot remove item {path}: {problem.record.exception.message}"
    return problem
