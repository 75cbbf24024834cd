"""System.IO over the files of the machine: File, Directory, FileInfo, FileStream."""

from __future__ import annotations

import codecs
import datetime
import ntpath
from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.collections import PSArray, TypedArray
from emulator.powershell.dotnet.exceptions import NetError, argument_error
from emulator.powershell.dotnet.library.text import Encoding
from emulator.powershell.dotnet.numbers import Int64
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.time_values import DateTime
from emulator.powershell.dotnet.types import PSType, array_of, builtin, register
from emulator.powershell.dotnet.unicode_text import utf8_bytes
from emulator.powershell.runtime.errors import not_emulated
from emulator.powershell.runtime.services import ByteStore, FileFacts, FileStore, FolderStore

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine

_MAXIMUM_STREAM = 256 * 1024 * 1024


def _store(engine: Engine) -> ByteStore:
    found = engine.find_service(ByteStore)  # type: ignore[type-abstract]  # a protocol is the key of its service
    if found is None:
        raise not_emulated("System.IO.File")
    return found


def _full(engine: Engine, path: str) -> str:
    if not path:
        raise argument_error("The path is not of a legal form.")
    store = engine.find_service(FileStore)  # type: ignore[type-abstract]  # a protocol is the key of its service
    return store.resolve(path) if store is not None else path


class FileInfo:
    """System.IO.FileInfo: a file that may or may not be there."""

    __slots__ = ("engine", "original", "path")

    def __init__(self, engine: Engine, path: str) -> None:
        self.engine = engine
        self.original = path
        """The path as it was given: what ``ToString()`` says."""
        self.path = _full(engine, path)


class DirectoryInfo(FileInfo):
    """System.IO.DirectoryInfo: a folder that may or may not be there."""

    __slots__ = ()


class FileStream:
    """System.IO.FileStream: the content in memory, written to the machine when it is flushed or closed."""

    __slots__ = ("closed", "data", "path", "position", "store", "writable")

    def __init__(self, store: ByteStore, path: str, *, writable: bool, create: bool = False) -> None:
        self.store = store
        self.path = path
        self.writable = writable
        self.position = 0
        self.closed = False
        self.data = bytearray() if create else bytearray(store.read_bytes(path))
        if create:
            store.write_bytes(path, b"")

    def require_open(self) -> None:
        """Raise NetError when the stream was closed."""
        if self.closed:
            raise NetError("System.ObjectDisposedException", "Cannot access a closed file.")

    def read(self, buffer: bytearray, offset: int, count: int) -> int:
        """Fill a part of a buffer; how many bytes came."""
        self.require_open()
        if offset < 0 or count < 0 or offset + count > len(buffer):
            raise argument_error(
                "Offset and length were out of bounds for the array or count is greater than the number of "
                "elements from index to the end of the source collection."
            )
        piece = self.data[self.position : self.position + count]
        buffer[offset : offset + len(piece)] = piece
        self.position += len(piece)
        return len(piece)

    def write(self, buffer: bytearray, offset: int, count: int) -> None:
        """Put a part of a buffer at the position."""
        self.require_open()
        if not self.writable:
            raise NetError("System.NotSupportedException", "Stream does not support writing.")
        if offset < 0 or count < 0 or offset + count > len(buffer):
            raise argument_error("Offset and length were out of bounds for the array.")
        if self.position + count > _MAXIMUM_STREAM:
            raise NetError("System.IO.IOException", "There is not enough space on the disk.")
        self.data[self.position : self.position + count] = buffer[offset : offset + count]
        self.position += count

    def flush(self) -> None:
        """Bring what was written to the machine."""
        if self.writable and not self.closed:
            self.store.write_bytes(self.path, bytes(self.data))

    def close(self) -> None:
        """Flush, and be done."""
        self.flush()
        self.closed = True


_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def _read_text(engine: Engine, path: str, encoding: Any = None) -> str:
    """The text by its byte order mark; without one in the encoding given, UTF-8 unless there is one."""
    data = _store(engine).read_bytes(_full(engine, path))
    for mark, codec in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(codec, "replace")
    held = unwrap(encoding)
    return data.decode(held.codec if isinstance(held, Encoding) else "utf-8", "replace")


def _encoded(text: str | None, encoding: Any, fresh: bool) -> bytes:
    """A text as it is written: with the mark of the encoding at the beginning of a file."""
    held = unwrap(encoding)
    if not isinstance(held, Encoding):
        return utf8_bytes(text or "")
    return (held.mark if fresh else b"") + (text or "").encode(held.codec, "replace")


def _read_lines(engine: Engine, path: str, encoding: Any = None) -> TypedArray:
    lines = _read_text(engine, path, encoding).replace("\r\n", "\n").split("\n")
    if lines and not lines[-1]:
        lines.pop()
    return TypedArray(lines, array_of(builtin("System.String")))


def _write_text(engine: Engine, path: str, text: str, encoding: Any = None) -> None:
    _store(engine).write_bytes(_full(engine, path), _encoded(text, encoding, True))


def _append_text(engine: Engine, path: str, text: str, encoding: Any = None) -> None:
    store, full = _store(engine), _full(engine, path)
    old = store.read_bytes(full) if store.exists(full) else b""
    store.write_bytes(full, old + _encoded(text, encoding, not old))


def _copy(engine: Engine, source: str, destination: str, overwrite: bool = False) -> None:
    store, target = _store(engine), _full(engine, destination)
    if store.exists(target) and not overwrite:
        raise NetError("System.IO.IOException", f"The file '{target}' already exists.")
    store.write_bytes(target, store.read_bytes(_full(engine, source)))


def _move(engine: Engine, source: str, destination: str) -> None:
    store, target = _store(engine), _full(engine, destination)
    if store.exists(target) or store.is_directory(target):
        raise NetError("System.IO.IOException", "Cannot create a file when that file already exists.\r\n")
    store.move(_full(engine, source), target)


def _open_read(engine: Engine, path: str) -> FileStream:
    return FileStream(_store(engine), _full(engine, path), writable=False)


def _create(engine: Engine, path: str) -> FileStream:
    return FileStream(_store(engine), _full(engine, path), writable=True, create=True)


def _temporary_file(engine: Engine) -> str:
    store = _store(engine)
    for _ in range(100):
        path = f"{engine.machine.temporary_path}tmp{engine.random.generator.randrange(0x10000):X}.tmp"
        if not store.exists(path):
            store.write_bytes(path, b"")
            return path
    raise NetError("System.IO.IOException", "The file exists.")


builtin("System.IO.Path").own_statics.update(
    PSType("", static={"@GetTempFileName()": _temporary_file}).own_statics
)


def _create_directory(engine: Engine, path: str) -> DirectoryInfo:
    made = DirectoryInfo(engine, path)
    folders_of(engine).make_directory(made.path)
    return made


def _create_secured_directory(engine: Engine, path: str, security: Any) -> DirectoryInfo:
    is_new = not _store(engine).is_directory(_full(engine, path))
    made = _create_directory(engine, path)
    if is_new and security is not None:
        # What a folder's rights mean is known to the module that has the cmdlets for them.
        script = "param($path, $security) Set-Acl -LiteralPath $path -AclObject $security -ErrorAction Stop"
        engine.script_block(script).invoke([made.path, security])
    return made


def _remove_directory(engine: Engine, path: str, recursive: bool) -> None:
    folders_of(engine).remove(_full(engine, path), recursive, False)


def _paths_in(engine: Engine, path: str, directories: bool) -> TypedArray:
    found = [
        one.path for one in folders_of(engine).entries(_full(engine, path)) if one.is_directory is directories
    ]
    return TypedArray(found, array_of(builtin("System.String")))


def _attributes_at(engine: Engine, path: str) -> Any:
    full = _full(engine, path)
    facts = folders_of(engine).entry(full)
    if facts is None:
        raise NetError("System.IO.FileNotFoundException", f"Could not find file '{full}'.")
    return builtin("System.IO.FileAttributes").value(facts.attributes)  # type: ignore[attr-defined]


def _set_attributes_at(engine: Engine, path: str, attributes: Any) -> None:
    full = _full(engine, path)
    if folders_of(engine).entry(full) is None:
        raise NetError("System.IO.FileNotFoundException", f"Could not find file '{full}'.")
    folders_of(engine).set_attributes(full, attributes.number)


register(
    PSType(
        "System.IO.File",
        is_abstract=True,
        static={
            "@Exists(string path)": lambda e, p: bool(p) and _store(e).exists(_full(e, p)),
            "@Delete(string path)": lambda e, p: _store(e).delete(_full(e, p)),
            "@Move(string sourceFileName, string destFileName)": _move,
            "@Copy(string sourceFileName, string destFileName)": _copy,
            "@Copy(string sourceFileName, string destFileName, bool overwrite)": _copy,
            "@Create(string path)": _create,
            "@OpenRead(string path)": _open_read,
            "@GetAttributes(string path)": _attributes_at,
            "@SetAttributes(string path, System.IO.FileAttributes fileAttributes)": _set_attributes_at,
            "@ReadAllBytes(string path)": lambda e, p: bytearray(_store(e).read_bytes(_full(e, p))),
            "@ReadAllText(string path)": _read_text,
            "@ReadAllText(string path, object encoding)": _read_text,
            "@ReadAllLines(string path)": _read_lines,
            "@ReadAllLines(string path, object encoding)": _read_lines,
            "@WriteAllBytes(string path, byte[] bytes)": (
                lambda e, p, data: _store(e).write_bytes(_full(e, p), bytes(data))
            ),
            "@WriteAllText(string path, string contents)": _write_text,
            "@WriteAllText(string path, string contents, object encoding)": _write_text,
            "@AppendAllText(string path, string contents)": _append_text,
            "@AppendAllText(string path, string contents, object encoding)": _append_text,
        },
    )
)
register(
    PSType(
        "System.IO.Directory",
        is_abstract=True,
        static={
            "@Exists(string path)": lambda e, p: bool(p) and _store(e).is_directory(_full(e, p)),
            "@CreateDirectory(string path)": _create_directory,
            "@CreateDirectory(string path, System.Security.AccessControl.DirectorySecurity "
            "directorySecurity)": _create_secured_directory,
            "@Delete(string path)": lambda e, p: _remove_directory(e, p, False),
            "@Delete(string path, bool recursive)": _remove_directory,
            "@GetFiles(string path)": lambda e, p: _paths_in(e, p, False),
            "@GetDirectories(string path)": lambda e, p: _paths_in(e, p, True),
            "@GetCurrentDirectory()": lambda e: e.paths.location.path,
        },
    )
)


def folders_of(engine: Engine) -> FolderStore:
    found = engine.find_service(FolderStore)  # type: ignore[type-abstract]  # a protocol is the key of its service
    if found is None:
        raise not_emulated("System.IO.FileSystemInfo")
    return found


def _facts(item: FileInfo) -> FileFacts | None:
    return folders_of(item.engine).entry(item.path)


def _time(which: str, *, local: bool) -> Any:
    def read(item: FileInfo) -> DateTime:
        facts = _facts(item)
        moment = getattr(facts, which) if facts is not None else _NEVER
        return DateTime.from_python(moment, item.engine.clock.utc_offset(moment) if local else None)

    return read


_NEVER = datetime.datetime(1601, 1, 1, tzinfo=datetime.UTC)


def _length(item: FileInfo) -> Int64:
    facts = _facts(item)
    if facts is None:
        raise NetError(
            "System.IO.FileNotFoundException", f"Could not find file '{item.path}'.", filename=item.path
        )
    return Int64(facts.size)


def _attributes(item: FileInfo) -> Any:
    facts = _facts(item)
    return builtin("System.IO.FileAttributes").value(facts.attributes if facts is not None else -1)  # type: ignore[attr-defined]


#: Its number in FileAttributes.
_READ_ONLY = 1


def _set_attributes(item: FileInfo, value: Any) -> None:
    folders_of(item.engine).set_attributes(item.path, value.number)


def _set_read_only(item: FileInfo, value: Any) -> None:
    number = _attributes(item).number
    number = number | _READ_ONLY if value else number & ~_READ_ONLY
    folders_of(item.engine).set_attributes(item.path, number)


def _mode(item: FileInfo) -> str:
    """``d-----``, ``-a----``: as 5.1 shows it."""
    facts = _facts(item)
    number = facts.attributes if facts is not None else 0
    bits = (("d", 16), ("a", 32), ("r", 1), ("h", 2), ("s", 4), ("l", 1024))
    return "".join(letter if number & bit else "-" for letter, bit in bits)


def _listing(directories: bool | None) -> Any:
    def read(item: FileInfo, pattern: str = "*") -> PSArray:
        from emulator.powershell.dotnet.regex import like

        return PSArray(
            (DirectoryInfo if one.is_directory else FileInfo)(item.engine, one.path)
            for one in folders_of(item.engine).entries(item.path)
            if directories in (None, one.is_directory) and like(one.name, pattern)
        )

    return read


def _parent(item: FileInfo) -> Any:
    parent = ntpath.dirname(item.path)
    return DirectoryInfo(item.engine, parent) if parent and parent != item.path else None


_COMMON: dict[str, Any] = {
    "Mode: string": _mode,
    "Name: string": lambda f: ntpath.basename(f.path) or f.path,
    "FullName: string": lambda f: f.path,
    "Extension: string": lambda f: ntpath.splitext(f.path)[1],
    "CreationTime: datetime": _time("created", local=True),
    "CreationTimeUtc: datetime": _time("created", local=False),
    "LastAccessTime: datetime": _time("modified", local=True),
    "LastAccessTimeUtc: datetime": _time("modified", local=False),
    "LastWriteTime: datetime": _time("modified", local=True),
    "LastWriteTimeUtc: datetime": _time("modified", local=False),
    "Attributes: System.IO.FileAttributes": _attributes,
    "Attributes=": _set_attributes,
    "Refresh()": lambda _f: None,
    "ToString()": lambda f: f.original,
}
register(PSType("System.IO.FileSystemInfo", is_abstract=True, instance=_COMMON))
register(
    PSType(
        "System.IO.FileInfo",
        base="System.IO.FileSystemInfo",
        instance={
            "BaseName: string": lambda f: ntpath.splitext(ntpath.basename(f.path))[0],
            "Directory": _parent,
            "DirectoryName: string": lambda f: ntpath.dirname(f.path),
            "Exists: bool": lambda f: _store(f.engine).exists(f.path),
            "IsReadOnly: bool": lambda f: bool(_attributes(f).number & _READ_ONLY),
            "IsReadOnly=": _set_read_only,
            "Length: long": _length,
            "OpenRead()": lambda f: _open_read(f.engine, f.path),
            "Create()": lambda f: _create(f.engine, f.path),
            "Delete()": lambda f: _store(f.engine).delete(f.path),
        },
        construct={"@new(string fileName)": lambda e, _kind, path: FileInfo(e, path)},
        to_text=lambda f: f.original,
    ),
    FileInfo,
)
register(
    PSType(
        "System.IO.DirectoryInfo",
        base="System.IO.FileSystemInfo",
        instance={
            "BaseName: string": lambda f: ntpath.basename(f.path),
            "Parent": _parent,
            "Root": lambda f: DirectoryInfo(f.engine, ntpath.splitdrive(f.path)[0] + "\\"),
            "Exists: bool": lambda f: _store(f.engine).is_directory(f.path),
            "Create()": lambda f: folders_of(f.engine).make_directory(f.path),
            "Delete()": lambda f: folders_of(f.engine).remove(f.path, False, False),
            "Delete(bool recursive)": lambda f, recursive: folders_of(f.engine).remove(
                f.path, recursive, False
            ),
            "GetFiles()": _listing(False),
            "GetFiles(string searchPattern)": _listing(False),
            "GetDirectories()": _listing(True),
            "GetDirectories(string searchPattern)": _listing(True),
            "GetFileSystemInfos()": _listing(None),
            "EnumerateFiles()": _listing(False),
            "EnumerateDirectories()": _listing(True),
            "EnumerateFileSystemInfos()": _listing(None),
        },
        construct={"@new(string path)": lambda e, _kind, path: DirectoryInfo(e, path)},
        to_text=lambda f: f.original,
    ),
    DirectoryInfo,
)
register(
    PSType(
        "System.IO.FileStream",
        interfaces=("System.IDisposable",),
        instance={
            "Name: string": lambda s: s.path,
            "Length: long": lambda s: Int64(len(s.data)),
            "Position: long": lambda s: Int64(s.position),
            "Position=": lambda s, value: setattr(s, "position", max(0, int(value))),
            "CanRead: bool": lambda s: not s.closed,
            "CanWrite: bool": lambda s: s.writable and not s.closed,
            "Read(byte[] array, int offset, int count)": lambda s, *given: s.read(*given),
            "Write(byte[] array, int offset, int count)": lambda s, *given: s.write(*given),
            "Flush()": lambda s: s.flush(),
            "Close()": lambda s: s.close(),
            "Dispose()": lambda s: s.close(),
        },
    ),
    FileStream,
)
