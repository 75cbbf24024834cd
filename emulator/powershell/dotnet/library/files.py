"""System.IO over the files of the machine: File, Directory, FileInfo, FileStream."""

from __future__ import annotations

import ntpath
from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.collections import TypedArray
from emulator.powershell.dotnet.exceptions import NetError, argument_error
from emulator.powershell.dotnet.numbers import Int64
from emulator.powershell.dotnet.types import PSType, array_of, builtin, register
from emulator.powershell.runtime.errors import not_emulated
from emulator.powershell.runtime.services import ByteStore, FileStore

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
    """System.IO.FileInfo."""

    __slots__ = ("engine", "path")

    def __init__(self, engine: Engine, path: str) -> None:
        self.engine = engine
        self.path = _full(engine, path)


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


def _read_text(engine: Engine, path: str, *_encoding: Any) -> str:
    store = engine.find_service(FileStore)  # type: ignore[type-abstract]  # a protocol is the key of its service
    if store is None:
        raise not_emulated("System.IO.File")
    return store.read_text(_full(engine, path))


def _read_lines(engine: Engine, path: str, *_encoding: Any) -> TypedArray:
    lines = _read_text(engine, path).replace("\r\n", "\n").split("\n")
    if lines and not lines[-1]:
        lines.pop()
    return TypedArray(lines, array_of(builtin("System.String")))


def _write_text(engine: Engine, path: str, text: str, *_encoding: Any) -> None:
    _store(engine).write_bytes(_full(engine, path), (text or "").encode("utf-8", "replace"))


def _append_text(engine: Engine, path: str, text: str, *_encoding: Any) -> None:
    store, full = _store(engine), _full(engine, path)
    old = store.read_bytes(full) if store.exists(full) else b""
    store.write_bytes(full, old + (text or "").encode("utf-8", "replace"))


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
        static={"@Exists(string path)": lambda e, p: bool(p) and _store(e).is_directory(_full(e, p))},
    )
)
register(
    PSType(
        "System.IO.FileInfo",
        base="System.Object",
        instance={
            "Name: string": lambda f: ntpath.basename(f.path),
            "FullName: string": lambda f: f.path,
            "DirectoryName: string": lambda f: ntpath.dirname(f.path),
            "Extension: string": lambda f: ntpath.splitext(f.path)[1],
            "Exists: bool": lambda f: _store(f.engine).exists(f.path),
            "Length: long": lambda f: Int64(len(_store(f.engine).read_bytes(f.path))),
            "OpenRead()": lambda f: _open_read(f.engine, f.path),
            "Create()": lambda f: _create(f.engine, f.path),
            "Delete()": lambda f: _store(f.engine).delete(f.path),
            "ToString()": lambda f: f.path,
        },
        construct={"@new(string fileName)": lambda e, _kind, path: FileInfo(e, path)},
        to_text=lambda f: f.path,
    ),
    FileInfo,
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
