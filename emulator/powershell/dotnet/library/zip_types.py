"""System.IO.Compression.ZipFile, ZipArchive and ZipArchiveEntry over files of the machine."""

from __future__ import annotations

import datetime as _datetime
import ntpath
from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.collections import GenericList
from emulator.powershell.dotnet.exceptions import NetError
from emulator.powershell.dotnet.library.file_objects import folders_of, full_path, store_of
from emulator.powershell.dotnet.library.files import ensure_folder, open_file
from emulator.powershell.dotnet.library.stream_types import stream_of
from emulator.powershell.dotnet.numbers import Int64
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.streams import MemoryStream, Stream
from emulator.powershell.dotnet.time_values import DateTime, DateTimeOffset
from emulator.powershell.dotnet.types import PSType, builtin, register, type_of
from emulator.powershell.dotnet.zip_archives import (
    MAXIMUM_ENTRIES,
    MAXIMUM_EXPANDED,
    ZipEntry,
    read_zip,
    write_zip,
)
from emulator.powershell.runtime.errors import not_emulated

if TYPE_CHECKING:
    from collections.abc import Iterator

    from emulator.powershell.runtime.engine import Engine

_SPACE = "System.IO.Compression."
_TICKS_PER_MINUTE = 600_000_000


class ZipArchive:
    """An archive over a stream; what was changed is written when it is disposed of."""

    def __init__(
        self, engine: Engine, stream: Stream, mode: str = "Read", *, leave_open: bool = False
    ) -> None:
        self.engine = engine
        self.stream = stream
        self.mode = mode
        self.closed = False
        self.compressed = True
        self._leave_open = leave_open
        data = b"" if mode == "Create" else stream.read_all()
        found = read_zip(data) if data or mode == "Read" else []
        self.entries = [ZipArchiveEntry(self, one.name, one.data, one.written) for one in found]

    def require(self, *modes: str) -> None:
        """Raise when the archive was closed, or was opened in another way."""
        if self.closed:
            raise NetError("System.ObjectDisposedException", "Cannot access a disposed object.")
        if self.mode not in modes:
            text = {
                ("Read", "Update"): "Cannot access entries in Create mode.",
                ("Create", "Update"): "Cannot create entries on an archive opened in read mode.",
                ("Update",): "Cannot delete an entry unless the archive is in Update mode.",
            }[modes]
            raise NetError("System.NotSupportedException", text)

    def add(self, name: str, data: bytes, written: _datetime.datetime) -> ZipArchiveEntry:
        """Put an entry at the end. Bounded."""
        total = sum(len(one.data) for one in self.entries) + len(data)
        if len(self.entries) >= MAXIMUM_ENTRIES or total > MAXIMUM_EXPANDED:
            raise NetError("System.IO.IOException", "There is not enough space on the disk.")
        made = ZipArchiveEntry(self, name, data, written)
        self.entries.append(made)
        return made

    def close(self) -> None:
        """Write what was changed, and be done."""
        if self.closed:
            return
        self.closed = True
        if self.mode != "Read":
            data = write_zip(
                (ZipEntry(one.name, bytes(one.data), one.written) for one in self.entries),
                compressed=self.compressed,
            )
            if self.stream.seekable:
                self.stream.resize(0)
            self.stream.push(data)
        if not self._leave_open:
            self.stream.close()


class ZipArchiveEntry:
    """One file or folder of an archive."""

    def __init__(self, archive: ZipArchive, name: str, data: bytes, written: _datetime.datetime) -> None:
        self.archive = archive
        self.name = name
        self.data = data
        self.written = written


class _EntryStream(MemoryStream):
    """The content of an entry: what was written becomes the entry's when the stream is closed."""

    def __init__(self, entry: ZipArchiveEntry) -> None:
        super().__init__(bytearray(entry.data), writable=entry.archive.mode != "Read")
        self._entry = entry

    def flush(self) -> None:
        if self.writable and not self.closed:
            self._entry.data = bytes(self.data)


def _now(engine: Engine) -> _datetime.datetime:
    moment = engine.clock.now()
    return (moment + engine.clock.utc_offset(moment)).replace(tzinfo=None)


def _entries(archive: ZipArchive) -> GenericList:
    archive.require("Read", "Update")
    kind = builtin("System.Collections.Generic.List`1")
    return GenericList(archive.entries, kind)


def _find(archive: ZipArchive, name: str) -> ZipArchiveEntry | None:
    archive.require("Read", "Update")
    return next((one for one in archive.entries if one.name == name), None)


def _create(archive: ZipArchive, name: str, level: Any = None) -> ZipArchiveEntry:
    archive.require("Create", "Update")
    if level is not None:
        archive.compressed = str(level) != "NoCompression"
    return archive.add(name, b"", _now(archive.engine))


def _open(entry: ZipArchiveEntry) -> MemoryStream:
    entry.archive.require(entry.archive.mode)
    return _EntryStream(entry)


def _delete(entry: ZipArchiveEntry) -> None:
    entry.archive.require("Update")
    entry.archive.entries.remove(entry)


def _written(entry: ZipArchiveEntry) -> DateTimeOffset:
    engine = entry.archive.engine
    offset = engine.clock.utc_offset(engine.clock.now())
    return DateTimeOffset(
        DateTime.from_python(entry.written.replace(tzinfo=_datetime.UTC), None),
        int(offset.total_seconds() // 60) * _TICKS_PER_MINUTE,
    )


def _archive(
    engine: Engine, _kind: PSType, stream: Any, mode: Any = "Read", leave_open: bool = False
) -> ZipArchive:
    return ZipArchive(engine, stream_of(stream), str(mode), leave_open=leave_open)


register(
    PSType(
        _SPACE + "ZipArchive",
        interfaces=("System.IDisposable",),
        instance={
            "Entries": _entries,
            "Mode": lambda a: builtin(_SPACE + "ZipArchiveMode").parse(a.mode),  # type: ignore[attr-defined]
            "GetEntry(string entryName)": _find,
            "CreateEntry(string entryName)": _create,
            f"CreateEntry(string entryName, {_SPACE}CompressionLevel compressionLevel)": _create,
            "Dispose()": lambda a: a.close(),
        },
        construct={
            "@new(System.IO.Stream stream)": _archive,
            f"@new(System.IO.Stream stream, {_SPACE}ZipArchiveMode mode)": _archive,
            f"@new(System.IO.Stream stream, {_SPACE}ZipArchiveMode mode, bool leaveOpen)": _archive,
        },
    ),
    ZipArchive,
)
register(
    PSType(
        _SPACE + "ZipArchiveEntry",
        instance={
            "Archive": lambda e: e.archive,
            "FullName: string": lambda e: e.name,
            "Name: string": lambda e: e.name.replace("\\", "/").rpartition("/")[2],
            "Length: long": lambda e: Int64(len(e.data)),
            "LastWriteTime: System.DateTimeOffset": _written,
            "Open()": _open,
            "Delete()": _delete,
            "ToString()": lambda e: e.name,
        },
        to_text=lambda e: e.name,
    ),
    ZipArchiveEntry,
)


def _open_file(engine: Engine, path: str, mode: Any) -> ZipArchive:
    chosen = str(mode)
    ways = {
        "Read": ("Open", "Read"),
        "Create": ("CreateNew", "Write"),
        "Update": ("OpenOrCreate", "ReadWrite"),
    }
    stream = open_file(engine, path, *ways[chosen])
    return ZipArchive(engine, stream, chosen)


def _open_encoded(engine: Engine, path: str, mode: Any, encoding: Any) -> ZipArchive:
    # Names that are not ASCII are marked as UTF-8 in what is read and written here.
    if encoding is not None and "UTF8" not in type_of(unwrap(encoding)).name:
        raise not_emulated("A ZIP archive with another encoding than UTF-8")
    return _open_file(engine, path, mode)


def _extract(engine: Engine, archive: ZipArchive, folder: str, overwrite: bool = False) -> None:
    root = full_path(engine, folder)
    ensure_folder(engine, root)
    for entry in archive.entries:
        target = ntpath.normpath(ntpath.join(root, entry.name.replace("/", "\\")))
        if not (target + "\\").casefold().startswith(root.rstrip("\\").casefold() + "\\"):
            raise NetError(
                "System.IO.IOException",
                "Extracting Zip entry would have resulted in a file outside the specified "
                "destination directory.",
            )
        if entry.name.endswith(("/", "\\")):
            ensure_folder(engine, target)
        else:
            ensure_folder(engine, ntpath.dirname(target))
            _extract_one(engine, entry, target, overwrite)


def _extract_one(engine: Engine, entry: ZipArchiveEntry, path: str, overwrite: bool = False) -> None:
    store, target = store_of(engine), full_path(engine, path)
    if store.exists(target) and not overwrite:
        raise NetError("System.IO.IOException", f"The file '{target}' already exists.")
    store.write_bytes(target, bytes(entry.data))


def _extract_file(engine: Engine, source: str, folder: str) -> None:
    archive = _open_file(engine, source, "Read")
    try:
        _extract(engine, archive, folder)
    finally:
        archive.close()


def _below(engine: Engine, folder: str, name: str) -> Iterator[tuple[str, Any]]:
    """Names in the archive and facts of what lies in a folder; an empty folder is an entry of its own."""
    for one in folders_of(engine).entries(folder):
        inner = f"{name}{one.name}"
        if not one.is_directory:
            yield inner, one
            continue
        found = list(_below(engine, one.path, f"{inner}\\"))
        yield from found or [(f"{inner}\\", one)]


def _from_folder(
    engine: Engine,
    source: str,
    target: str,
    level: Any = None,
    includes_base: bool = False,
    encoding: Any = None,
) -> None:
    root = full_path(engine, source)
    if not store_of(engine).is_directory(root):
        raise NetError("System.IO.DirectoryNotFoundException", f"Could not find a part of the path '{root}'.")
    archive = _open_encoded(engine, target, "Create", encoding)
    archive.compressed = str(level) != "NoCompression"
    for name, facts in _below(engine, root, f"{ntpath.basename(root)}\\" if includes_base else ""):
        data = b"" if facts.is_directory else store_of(engine).read_bytes(facts.path)
        archive.add(name, data, _local(engine, facts.modified))
    archive.close()


def _local(engine: Engine, moment: _datetime.datetime) -> _datetime.datetime:
    return (moment + engine.clock.utc_offset(moment)).replace(tzinfo=None)


def _entry_of_file(
    engine: Engine, archive: ZipArchive, source: str, name: str, level: Any = None
) -> ZipArchiveEntry:
    made = _create(archive, name, level)
    made.data = store_of(engine).read_bytes(full_path(engine, source))
    facts = folders_of(engine).entry(full_path(engine, source))
    if facts is not None:
        made.written = _local(engine, facts.modified)
    return made


_LEVEL = f"{_SPACE}CompressionLevel compressionLevel"
register(
    PSType(
        _SPACE + "ZipFile",
        is_abstract=True,
        static={
            "@OpenRead(string archiveFileName)": lambda e, path: _open_file(e, path, "Read"),
            f"@Open(string archiveFileName, {_SPACE}ZipArchiveMode mode)": _open_file,
            f"@Open(string archiveFileName, {_SPACE}ZipArchiveMode mode, "
            "System.Text.Encoding entryNameEncoding)": _open_encoded,
            "@ExtractToDirectory(string sourceArchiveFileName, string destinationDirectoryName)": (
                _extract_file
            ),
            "@CreateFromDirectory(string sourceDirectoryName, string destinationArchiveFileName)": (
                _from_folder
            ),
            f"@CreateFromDirectory(string sourceDirectoryName, string destinationArchiveFileName, {_LEVEL}, "
            "bool includeBaseDirectory)": _from_folder,
            f"@CreateFromDirectory(string sourceDirectoryName, string destinationArchiveFileName, {_LEVEL}, "
            "bool includeBaseDirectory, System.Text.Encoding entryNameEncoding)": _from_folder,
        },
    )
)
register(
    PSType(
        _SPACE + "ZipFileExtensions",
        is_abstract=True,
        static={
            f"@ExtractToFile({_SPACE}ZipArchiveEntry source, string destinationFileName)": _extract_one,
            f"@ExtractToFile({_SPACE}ZipArchiveEntry source, string destinationFileName, bool overwrite)": (
                _extract_one
            ),
            f"@ExtractToDirectory({_SPACE}ZipArchive source, string destinationDirectoryName)": _extract,
            f"@CreateEntryFromFile({_SPACE}ZipArchive destination, string source, string entryName)": (
                _entry_of_file
            ),
            f"@CreateEntryFromFile({_SPACE}ZipArchive destination, string source, string entryName, "
            f"{_LEVEL})": _entry_of_file,
        },
    )
)
