"""CIM_DataFile and Win32_Directory: files and folders of the machine's file system, and how they are copied,
renamed and deleted."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from emulator.host.errors import (
    AccessDenied,
    DirectoryNotEmpty,
    FileInUse,
    FileNotFound,
    FileReadOnly,
    HostError,
    InvalidParameter,
    InvalidPath,
    PathExists,
    PathNotFound,
)
from emulator.host.storage.filesystem.node import FileAttributes
from emulator.host.storage.filesystem.system_files import program_version
from emulator.wmi.association import End, Link, Reach
from emulator.wmi.cimv2.base import Win32View
from emulator.wmi.view import wmi_method

if TYPE_CHECKING:
    from emulator.host.storage.filesystem import Entry
    from emulator.wmi.keys import Keys
    from emulator.wmi.method import Arguments, MethodResult
    from emulator.wmi.namespace import Namespace

_FILE_TYPES = {"exe": "Application", "dll": "Application Extension", "txt": "Text Document"}


#: Return values of CIM_LogicalFile's methods ("Return value" in its documentation).
_DONE, _ACCESS_DENIED, _FAILED, _INVALID_OBJECT, _EXISTS = 0, 2, 8, 9, 10
_SHARING, _INVALID_PARAMETER, _NOT_EMPTY = 15, 21, 13
_RETURN_VALUES: dict[type[HostError], int] = {
    PathExists: _EXISTS,
    DirectoryNotEmpty: _NOT_EMPTY,
    FileInUse: _SHARING,
    FileReadOnly: _ACCESS_DENIED,
    AccessDenied: _ACCESS_DENIED,
    FileNotFound: _INVALID_OBJECT,
    PathNotFound: _INVALID_OBJECT,
    InvalidPath: _INVALID_PARAMETER,
    InvalidParameter: _INVALID_PARAMETER,
}


class FileMethods(Win32View["Entry"]):
    """Methods of CIM_LogicalFile. What is about rights themselves is not answered."""

    def return_value(self, error: HostError) -> int:
        found = (number for kind, number in _RETURN_VALUES.items() if isinstance(error, kind))
        return next(found, _FAILED)

    @wmi_method
    def Copy(self, entry: Entry, arguments: Arguments) -> MethodResult:
        """Copy the file, or the folder with all it holds, to a full path that does not exist."""
        target = _target(arguments)
        arguments.files.copy(entry.path, target, recursive=entry.is_directory)
        return arguments.result(_DONE)

    @wmi_method
    def CopyEx(self, entry: Entry, arguments: Arguments) -> MethodResult:
        """As Copy, all of it or nothing; nothing stops halfway."""
        target = _target(arguments)
        arguments.files.copy(entry.path, target, recursive=entry.is_directory)
        return arguments.result(_DONE, StopFileName="")

    @wmi_method
    def Rename(self, entry: Entry, arguments: Arguments) -> MethodResult:
        """Give it another full path on the same drive."""
        target = _target(arguments)
        if target[:2].casefold() != entry.path[:2].casefold():
            raise InvalidPath(target)
        arguments.files.move(entry.path, target)
        return arguments.result(_DONE)

    @wmi_method
    def Delete(self, entry: Entry, arguments: Arguments) -> MethodResult:
        """Delete the file, or the folder with all it holds."""
        arguments.files.remove(entry.path, recursive=True)
        return arguments.result(_DONE)

    @wmi_method
    def DeleteEx(self, entry: Entry, arguments: Arguments) -> MethodResult:
        """As Delete, all of it or nothing."""
        arguments.files.remove(entry.path, recursive=True)
        return arguments.result(_DONE, StopFileName="")

    def Name(self, entry: Entry) -> str:
        return entry.path.lower()

    def Caption(self, entry: Entry) -> str:
        return entry.path.lower()

    def Description(self, entry: Entry) -> str:
        return entry.path.lower()

    def Drive(self, entry: Entry) -> str:
        return entry.path[:2].lower()

    def Path(self, entry: Entry) -> str:
        return entry.path[2 : len(entry.path) - len(entry.name)].lower()

    def FileName(self, entry: Entry) -> str:
        return (entry.name.rpartition(".")[0] or entry.name).lower()

    def Extension(self, entry: Entry) -> str:
        return entry.name.rpartition(".")[2].lower() if "." in entry.name else ""

    def CSName(self, _entry: Entry) -> str:
        return self.host.name

    def Archive(self, entry: Entry) -> bool:
        return FileAttributes.ARCHIVE in entry.attributes

    def Hidden(self, entry: Entry) -> bool:
        return FileAttributes.HIDDEN in entry.attributes

    def System(self, entry: Entry) -> bool:
        return FileAttributes.SYSTEM in entry.attributes

    def Writeable(self, entry: Entry) -> bool:
        return FileAttributes.READ_ONLY not in entry.attributes

    def CreationDate(self, entry: Entry) -> datetime:
        return self.local_time(entry.created)

    def InstallDate(self, entry: Entry) -> datetime:
        return self.local_time(entry.created)

    def LastAccessed(self, entry: Entry) -> datetime:
        return self.local_time(entry.modified)

    def LastModified(self, entry: Entry) -> datetime:
        return self.local_time(entry.modified)

    def object_id(self, item: Entry) -> Hashable:
        return item.path

    def revision(self, item: Entry) -> Hashable | None:
        return item  # the entry is a value: equal entries look equal


def _target(arguments: Arguments) -> str:
    target = arguments.text("FileName")
    if not target or target[1:3] != ":\\":
        raise InvalidParameter("FileName is no full path.")
    return target


class LogicalFile(FileMethods):
    """Files, or folders, of the file system; WMI writes their names in lower case.

    A query that fixes ``Name`` looks at one; one that fixes ``Path`` at what is in that folder, of every
    drive unless it fixes ``Drive`` too; any other walks the whole disk, as it does on Windows.
    """

    index = ("Name",)
    constants = {
        "AccessMask": 18809343,
        "CreationClassName": "CIM_LogicalFile",
        "CSCreationClassName": "Win32_ComputerSystem",
        "FSCreationClassName": "Win32_FileSystem",
        "Compressed": False,
        "Encrypted": False,
        "Readable": True,
        "Status": "OK",
    }
    shows_folders: bool

    def FSName(self, entry: Entry) -> str:
        return self.host.filesystem.volume_of(entry.path).file_system.name

    def objects(self) -> Iterator[Entry]:
        for volume in self.host.filesystem.volumes:
            root = f"{volume.letter}:\\"
            if self.shows_folders:
                yield self.host.filesystem.entry(root)
            yield from self._below(root)

    def by_key(self, keys: Keys) -> Entry | None:
        try:
            entry = self.host.filesystem.entry(keys.text("Name"))
        except HostError:
            return None
        return entry if entry.is_directory is self.shows_folders else None

    def candidates(self, keys: Keys) -> Iterable[Entry] | None:
        if "Name" in keys or "Path" not in keys:
            return super().candidates(keys)
        every_drive = [f"{volume.letter}:" for volume in self.host.filesystem.volumes]
        drives = [keys.text("Drive")] if "Drive" in keys else every_drive
        return [entry for drive in drives for entry in self.inside(drive + keys.text("Path"))]

    def inside(self, folder: str) -> list[Entry]:
        """What a folder holds of the kind that is shown; nothing when the folder is not there."""
        try:
            entries = self.host.filesystem.list(folder)
        except HostError:
            return []
        return [entry for entry in entries if entry.is_directory is self.shows_folders]

    def _below(self, folder: str) -> Iterator[Entry]:
        try:
            entries = self.host.filesystem.list(folder)
        except HostError:  # a volume that is mounted there is away
            return
        for entry in entries:
            if entry.is_directory is self.shows_folders:
                yield entry
            if entry.is_directory:
                yield from self._below(entry.path)


class DataFile(LogicalFile):
    """A file."""

    class_name = "CIM_DataFile"
    shows_folders = False

    def FileType(self, entry: Entry) -> str:
        extension = self.Extension(entry)
        return _FILE_TYPES.get(extension, f"{extension} File".strip())

    def FileSize(self, entry: Entry) -> int:
        return entry.size

    def Manufacturer(self, entry: Entry) -> str | None:
        return "Microsoft Corporation" if self.Version(entry) else None

    def Version(self, entry: Entry) -> str | None:
        """File version of the programs of Windows itself."""
        return program_version(self.host.filesystem, entry.path)


class Directory(LogicalFile):
    """A folder."""

    class_name = "Win32_Directory"
    shows_folders = True
    constants = {"FileType": "File Folder"}


def _parent(namespace: Namespace, entry: Entry) -> Iterable[Entry]:
    if len(entry.path) <= len("C:\\"):
        return ()
    return (namespace.host.filesystem.entry(entry.path.rpartition("\\")[0] + "\\"),)


def _inside(view: type[LogicalFile]) -> Reach:
    """From a folder to what it holds that a view shows."""
    return lambda namespace, folder: namespace.view(view).inside(folder.path)


VIEWS = (DataFile, Directory)
LINKS: tuple[Link, ...] = (
    Link(
        "Win32_SubDirectory",
        End("GroupComponent", Directory, _inside(Directory)),
        End("PartComponent", Directory, _parent),
    ),
    Link(
        "CIM_DirectoryContainsFile",
        End("GroupComponent", Directory, _inside(DataFile)),
        End("PartComponent", DataFile, _parent),
    ),
)
