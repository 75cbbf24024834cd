"""CIM_DataFile: files of the machine's file system."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from emulator.host.errors import HostError
from emulator.host.filesystem.node import FileAttributes
from emulator.wmi.cimv2.base import Win32View

if TYPE_CHECKING:
    from emulator.host.filesystem import Entry
    from emulator.wmi.keys import Keys

_FILE_TYPES = {"exe": "Application", "dll": "Application Extension", "txt": "Text Document"}
_WITH_VERSION = frozenset({"exe", "dll", "sys"})


class DataFile(Win32View["Entry"]):
    """A file; WMI writes its names in lower case.

    A query that fixes ``Name``, or ``Drive`` and ``Path``, looks at one folder; one that fixes ``Path`` at
    that folder of every drive; any other walks the whole disk, as it does on Windows.
    """

    class_name = "CIM_DataFile"
    index = ("Name",)
    constants = {
        "AccessMask": 18809343,
        "CreationClassName": "CIM_LogicalFile",
        "CSCreationClassName": "Win32_ComputerSystem",
        "FSCreationClassName": "Win32_FileSystem",
        "FSName": "NTFS",
        "Compressed": False,
        "Encrypted": False,
        "Readable": True,
        "Status": "OK",
    }

    def objects(self) -> Iterator[Entry]:
        for volume in self.host.filesystem.volumes:
            yield from self._below(f"{volume.letter}:\\")

    def by_key(self, keys: Keys) -> Entry | None:
        try:
            entry = self.host.filesystem.entry(keys.text("Name"))
        except HostError:
            return None
        return None if entry.is_directory else entry

    def candidates(self, keys: Keys) -> Iterable[Entry] | None:
        if "Name" in keys or "Path" not in keys:
            return super().candidates(keys)
        drives = (
            [keys.text("Drive")]
            if "Drive" in keys
            else [f"{v.letter}:" for v in self.host.filesystem.volumes]
        )
        return [entry for drive in drives for entry in self._files(drive + keys.text("Path"))]

    def object_id(self, item: Entry) -> Hashable:
        return item.path

    def revision(self, item: Entry) -> Hashable | None:
        return item  # the entry is a value: equal entries look equal

    def _files(self, folder: str) -> list[Entry]:
        try:
            return [entry for entry in self.host.filesystem.list(folder) if not entry.is_directory]
        except HostError:
            return []

    def _below(self, folder: str) -> Iterator[Entry]:
        for entry in self.host.filesystem.list(folder):
            if entry.is_directory:
                yield from self._below(entry.path)
            else:
                yield entry

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

    def FileType(self, entry: Entry) -> str:
        extension = self.Extension(entry)
        return _FILE_TYPES.get(extension, f"{extension} File".strip())

    def FileSize(self, entry: Entry) -> int:
        return entry.size

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

    def Manufacturer(self, entry: Entry) -> str | None:
        return "Microsoft Corporation" if self._is_windows_program(entry) else None

    def Version(self, entry: Entry) -> str | None:
        """File version of the programs of Windows itself."""
        release = self.host.release
        return f"{release.version}.{release.update_revision}" if self._is_windows_program(entry) else None

    def _is_windows_program(self, entry: Entry) -> bool:
        return self.Path(entry).startswith("\\windows\\") and self.Extension(entry) in _WITH_VERSION
