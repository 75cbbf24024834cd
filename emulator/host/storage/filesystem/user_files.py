"""The file system as somebody sees it whom access lists keep from something.

Every door reads and writes through `Filesystem.seen_by`: administrators of a machine on which nobody has set
a list get the file system itself, and pay nothing. Folders on the way need no right, since everybody may
bypass traverse checking (Windows' default).
"""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from emulator.host.errors import AccessDenied
from emulator.host.host_object import operation
from emulator.host.security.security_names import token_groups
from emulator.host.storage.filesystem.filesystem import Entry, Filesystem, Result
from emulator.host.storage.filesystem.node import FileAttributes
from emulator.host.storage.filesystem.paths import DEFAULT_DIRECTORY, Location
from emulator.host.storage.filesystem.shared_files import SharedFiles

if TYPE_CHECKING:
    from emulator.host.security.account import Account

#: FILE_READ_DATA and FILE_LIST_DIRECTORY, FILE_WRITE_DATA and FILE_ADD_FILE, FILE_APPEND_DATA and
#: FILE_ADD_SUBDIRECTORY, FILE_TRAVERSE, FILE_DELETE_CHILD, FILE_READ_ATTRIBUTES,
#: FILE_WRITE_ATTRIBUTES, DELETE (MS-DTYP, MS-SMB2 2.2.13.1).
READ, WRITE, APPEND, TRAVERSE = 0x1, 0x2, 0x4, 0x20
DELETE_CHILD, READ_ATTRIBUTES, WRITE_ATTRIBUTES, DELETE = 0x40, 0x80, 0x100, 0x10000
_Entries = list[Entry]
_Streams = list[tuple[str, int]]


class UserFiles(SharedFiles):
    """All volumes with the rights of an account. What it makes belongs to it.

    Each operation raises AccessDenied beside what it raises there.
    """

    def __init__(self, whole: Filesystem, account: "Account") -> None:
        super().__init__(whole)
        self._account = account
        self._sids = {account.sid, *token_groups(account)}

    @operation
    def working_on(self, path: str, work: Callable[[], Result], *, writes: bool = True) -> Result:
        is_new = not self._whole.exists(path)
        if not is_new:
            self._require(path, DEFAULT_DIRECTORY, READ | WRITE if writes else READ)
        elif writes:
            self._require_place(path, WRITE)
        done = work()
        if is_new and self._whole.exists(path):
            self._own(path)
        return done

    # -- questions ----------------------------------------------------------------------------

    @operation
    def exists(self, path: str, cwd: str = DEFAULT_DIRECTORY) -> bool:
        return self._whole.exists(path, cwd) and self._is_shown(path, cwd)

    @operation
    def is_directory(self, path: str, cwd: str = DEFAULT_DIRECTORY) -> bool:
        return self._whole.is_directory(path, cwd) and self._is_shown(path, cwd)

    @operation
    def entry(self, path: str, cwd: str = DEFAULT_DIRECTORY) -> Entry:
        found = self._whole.entry(path, cwd)
        if not self._is_shown(path, cwd):
            raise AccessDenied()
        return found

    @operation
    def enter(self, path: str) -> str:
        self._require(path, DEFAULT_DIRECTORY, TRAVERSE)
        return self._whole.enter(path)

    @operation
    def list(self, path: str, cwd: str = DEFAULT_DIRECTORY) -> _Entries:
        self._require(path, cwd, READ)
        return self._whole.list(path, cwd)

    @operation
    def read(self, path: str, cwd: str = DEFAULT_DIRECTORY) -> bytes:
        self._require(path, cwd, READ)
        return self._whole.read(path, cwd)

    @operation
    def read_part(self, path: str, offset: int, length: int, cwd: str = DEFAULT_DIRECTORY) -> bytes:
        self._require(path, cwd, READ)
        return self._whole.read_part(path, offset, length, cwd)

    @operation
    def streams(self, path: str) -> _Streams:
        self._require(path, DEFAULT_DIRECTORY, READ)
        return self._whole.streams(path)

    @operation
    def read_stream(self, path: str, name: str) -> bytes:
        self._require(path, DEFAULT_DIRECTORY, READ)
        return self._whole.read_stream(path, name)

    # -- changes ------------------------------------------------------------------------------

    @operation
    def write(self, path: str, data: bytes, append: bool = False, cwd: str = DEFAULT_DIRECTORY) -> None:
        full = self.normalize(path, cwd)
        is_new = not self._whole.exists(full)
        if is_new:
            self._require_place(full, WRITE)
        else:
            self._require(full, DEFAULT_DIRECTORY, APPEND if append else WRITE)
        self._whole.write(full, data, append)
        if is_new:
            self._own(full)

    @operation
    def write_new(self, path: str, data: bytes) -> None:
        if not self._whole.exists(path):
            self._require_place(self.normalize(path), WRITE)
        self._whole.write_new(path, data)
        self._own(path)

    @operation
    def make_directory(
        self, path: str, cwd: str = DEFAULT_DIRECTORY, *, parents: bool = True, exist_ok: bool = False
    ) -> None:
        location = self.tree.locate(path, cwd)
        missing = []
        while location.components and not self._whole.exists(location.path):
            missing.append(location.path)
            location = _parent(location)
        if missing and self._whole.has_drive(location.path):
            self._require(location.path, DEFAULT_DIRECTORY, APPEND)
        self._whole.make_directory(path, cwd, parents=parents, exist_ok=exist_ok)
        for each in reversed(missing):
            self._own(each)

    @operation
    def remove(self, path: str, recursive: bool = False, cwd: str = DEFAULT_DIRECTORY) -> None:
        full = self.normalize(path, cwd)
        self._require_removable(full)
        if recursive and self._whole.is_directory(full):
            for each in self._below(full):
                self._require_removable(each.path)
        self._whole.remove(full, recursive)

    @operation
    def move(
        self, source: str, destination: str, cwd: str = DEFAULT_DIRECTORY, *, overwrite: bool = False
    ) -> None:
        origin, target = self.normalize(source, cwd), self.normalize(destination, cwd)
        if self._whole.exists(origin):
            self._require_removable(origin)
            self._require_place(target, APPEND if self._whole.is_directory(origin) else WRITE)
            if overwrite and self._whole.exists(target):
                self._require_removable(target)
        self._whole.move(origin, target, overwrite=overwrite)

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
        origin, target = self.normalize(source, cwd), self.normalize(destination, cwd)
        self._require(origin, DEFAULT_DIRECTORY, READ)
        is_new = not self._whole.exists(target)
        if is_new:
            self._require_place(target, APPEND if self._whole.is_directory(origin) else WRITE)
        elif overwrite:
            self._require(target, DEFAULT_DIRECTORY, WRITE)
        below = self._below(origin) if recursive and self._whole.is_directory(origin) else []
        for each in below:
            self._require(each.path, DEFAULT_DIRECTORY, READ)
        self._whole.copy(origin, target, overwrite=overwrite, recursive=recursive)
        if is_new:
            for path in (target, *(target + each.path[len(origin) :] for each in below)):
                self._own(path)

    @operation
    def write_stream(self, path: str, name: str, data: bytes, append: bool = False) -> None:
        if self._whole.exists(path):
            self._require(path, DEFAULT_DIRECTORY, APPEND if append else WRITE)
        else:
            self.write(path, b"")
        self._whole.write_stream(path, name, data, append)

    @operation
    def remove_stream(self, path: str, name: str) -> None:
        self._require(path, DEFAULT_DIRECTORY, WRITE)
        self._whole.remove_stream(path, name)

    @operation
    def set_attributes(self, path: str, attributes: FileAttributes, cwd: str = DEFAULT_DIRECTORY) -> None:
        self._require(path, cwd, WRITE_ATTRIBUTES)
        self._whole.set_attributes(path, attributes, cwd)

    def set_times(
        self,
        path: str,
        created: datetime | None = None,
        modified: datetime | None = None,
        cwd: str = DEFAULT_DIRECTORY,
    ) -> None:
        self._require(path, cwd, WRITE_ATTRIBUTES)
        self._whole.set_times(path, created, modified, cwd)

    # -- inside -------------------------------------------------------------------------------

    def _rights(self, path: str) -> int:
        """What the account may do with a file or folder."""
        return self.security.of(path).rights(self._sids)

    def _is_shown(self, path: str, cwd: str) -> bool:
        """Whether the account may see that a path exists, and its facts: by the right to read its attributes,
        or by that to list its folder, which NTFS takes for it (MS-FSA 2.1.5.1.2.1)."""
        location = self.tree.locate(path, cwd)
        if not location.components or self._rights(location.path) & READ_ATTRIBUTES:
            return True
        return bool(self._rights(_parent(location).path) & READ)

    def _require(self, path: str, cwd: str, wanted: int) -> None:
        full = self.normalize(path, cwd)
        if self._whole.exists(full) and self._rights(full) & wanted != wanted:
            raise AccessDenied()

    def _require_place(self, path: str, wanted: int) -> None:
        """Something new may be in the folder of a path."""
        location = self.tree.locate(path, DEFAULT_DIRECTORY)
        if location.components:
            self._require(_parent(location).path, DEFAULT_DIRECTORY, wanted)

    def _require_removable(self, path: str) -> None:
        """It may be deleted, by its own list or by that of its folder."""
        location = self.tree.locate(path, DEFAULT_DIRECTORY)
        if not location.components or not self._whole.exists(path):
            return
        if not self._rights(path) & DELETE and not self._rights(_parent(location).path) & DELETE_CHILD:
            raise AccessDenied()

    def _below(self, folder: str) -> _Entries:
        """Everything in a folder that the account may list; not what is on volumes that are mounted there."""
        found: _Entries = []
        pending = [folder]
        while pending:
            for entry in self.list(pending.pop()):
                found.append(entry)
                if entry.is_directory and FileAttributes.REPARSE_POINT not in entry.attributes:
                    pending.append(entry.path)
        return found

    def _own(self, path: str) -> None:
        """The account is the owner of what it made; what administrators make is all of theirs."""
        if not self._account.is_administrator:
            self.security.own(path, self._account)


def _parent(location: Location) -> Location:
    return Location(location.drive, location.components[:-1])
