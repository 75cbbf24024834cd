"""System.IO over the files of the machine: File, Directory, FileInfo, FileStream."""

from __future__ import annotations

import codecs
import ntpath
from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.collections import TypedArray
from emulator.powershell.dotnet.exceptions import NetError, argument_error, null_argument
from emulator.powershell.dotnet.library.directory_listings import LISTINGS_BY_PATH, LISTINGS_OF_OBJECTS
from emulator.powershell.dotnet.library.file_objects import (
    DirectoryInfo,
    FileInfo,
    facts_of,
    folders_of,
    full_path,
    store_of,
)
from emulator.powershell.dotnet.library.file_times import members_by_path, members_of_objects
from emulator.powershell.dotnet.library.text import Encoding
from emulator.powershell.dotnet.numbers import Int64
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.streams import FileStream
from emulator.powershell.dotnet.types import PSType, array_of, builtin, register
from emulator.powershell.dotnet.unicode_text import utf8_bytes

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine


def open_file(engine: Engine, path: str, mode: Any, access: Any = None) -> FileStream:
    """A stream over a file of the machine. Raises ArgumentException for modes that do not fit together."""
    store, full, chosen = store_of(engine), full_path(engine, path), str(mode)
    allowed = str(access) if access is not None else "Write" if chosen == "Append" else "ReadWrite"
    writable = allowed != "Read"
    if not writable and chosen not in ("Open", "OpenOrCreate"):
        raise argument_error(f"Combining FileMode: {chosen} with FileAccess: {allowed} is invalid.")
    if chosen == "Append" and allowed != "Write":
        raise argument_error("Append access can be requested only in write-only mode.")
    there = store.exists(full)
    if chosen == "CreateNew" and there:
        raise NetError("System.IO.IOException", f"The file '{full}' already exists.")
    create = chosen in ("Create", "CreateNew") or (not there and chosen in ("OpenOrCreate", "Append"))
    stream = FileStream(store, full, readable=allowed != "Write", writable=writable, create=create)
    if chosen == "Truncate":
        stream.resize(0)
    if chosen == "Append":
        stream.position = stream.length
    return stream


_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def _read_text(engine: Engine, path: str, encoding: Any = None) -> str:
    """The text by its byte order mark; without one in the encoding given, UTF-8 unless there is one."""
    data = store_of(engine).read_bytes(full_path(engine, path))
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
    store_of(engine).write_bytes(full_path(engine, path), _encoded(text, encoding, True))


def _append_text(engine: Engine, path: str, text: str, encoding: Any = None) -> None:
    store, full = store_of(engine), full_path(engine, path)
    old = store.read_bytes(full) if store.exists(full) else b""
    store.write_bytes(full, old + _encoded(text, encoding, not old))


def _joined(lines: Any) -> str:
    return "".join(f"{line}\r\n" for line in lines)


def _write_lines(engine: Engine, path: str, lines: Any, encoding: Any = None) -> None:
    _write_text(engine, path, _joined(lines), encoding)


def _append_lines(engine: Engine, path: str, lines: Any, encoding: Any = None) -> None:
    _append_text(engine, path, _joined(lines), encoding)


def _copy(engine: Engine, source: str, destination: str, overwrite: bool = False) -> None:
    store_of(engine).copy(full_path(engine, source), full_path(engine, destination), overwrite)


def _move(engine: Engine, source: str, destination: str) -> None:
    store, target = store_of(engine), full_path(engine, destination)
    if store.exists(target) or store.is_directory(target):
        raise NetError("System.IO.IOException", "Cannot create a file when that file already exists.\r\n")
    store.move(full_path(engine, source), target)


def _open(engine: Engine, path: str, mode: Any, access: Any = None, share: Any = None) -> FileStream:
    del share  # nobody else opens files of the machine at the same moment
    return open_file(engine, path, mode, access)


def _open_read(engine: Engine, path: str) -> FileStream:
    return open_file(engine, path, "Open", "Read")


def _open_write(engine: Engine, path: str) -> FileStream:
    return open_file(engine, path, "OpenOrCreate", "Write")


def _create(engine: Engine, path: str, size: int = 0) -> FileStream:
    del size  # of the buffer
    return open_file(engine, path, "Create")


def _open_text(engine: Engine, path: str) -> Any:
    from emulator.powershell.dotnet.library.text_streams import StreamReader

    return StreamReader(_open_read(engine, path))


def _create_text(engine: Engine, path: str) -> Any:
    from emulator.powershell.dotnet.library.text_streams import StreamWriter

    return StreamWriter(_create(engine, path))


def _append_text_to(engine: Engine, path: str) -> Any:
    from emulator.powershell.dotnet.library.text_streams import StreamWriter

    return StreamWriter(open_file(engine, path, "Append"))


def _temporary_file(engine: Engine) -> str:
    store = store_of(engine)
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
    ensure_folder(engine, made.path)
    return made


def _create_secured_directory(engine: Engine, path: str, security: Any) -> DirectoryInfo:
    is_new = not store_of(engine).is_directory(full_path(engine, path))
    made = _create_directory(engine, path)
    if is_new and security is not None:
        # What a folder's rights mean is known to the module that has the cmdlets for them.
        script = "param($path, $security) Set-Acl -LiteralPath $path -AclObject $security -ErrorAction Stop"
        engine.script_block(script).invoke([made.path, security])
    return made


def ensure_folder(engine: Engine, path: str) -> None:
    """Make a folder unless it is there."""
    if not store_of(engine).is_directory(path):
        folders_of(engine).make_directory(path)


def _remove_directory(engine: Engine, path: str, recursive: bool) -> None:
    folders_of(engine).remove(full_path(engine, path), recursive, False)


def _attributes_at(engine: Engine, path: str) -> Any:
    full = full_path(engine, path)
    facts = folders_of(engine).entry(full)
    if facts is None:
        raise NetError("System.IO.FileNotFoundException", f"Could not find file '{full}'.")
    return builtin("System.IO.FileAttributes").value(facts.attributes)  # type: ignore[attr-defined]


def _set_attributes_at(engine: Engine, path: str, attributes: Any) -> None:
    full = full_path(engine, path)
    if folders_of(engine).entry(full) is None:
        raise NetError("System.IO.FileNotFoundException", f"Could not find file '{full}'.")
    folders_of(engine).set_attributes(full, attributes.number)


def _length(item: FileInfo) -> Int64:
    facts = facts_of(item)
    if facts is None:
        raise NetError(
            "System.IO.FileNotFoundException", f"Could not find file '{item.path}'.", filename=item.path
        )
    return Int64(facts.size)


def _attributes(item: FileInfo) -> Any:
    facts = facts_of(item)
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
    facts = facts_of(item)
    number = facts.attributes if facts is not None else 0
    bits = (("d", 16), ("a", 32), ("r", 1), ("h", 2), ("s", 4), ("l", 1024))
    return "".join(letter if number & bit else "-" for letter, bit in bits)


def _access_control(item: FileInfo, _sections: Any = None) -> Any:
    # What rights mean is known to the module that has the cmdlets for them.
    script = "param($path) Get-Acl -LiteralPath $path -ErrorAction Stop"
    found = item.engine.script_block(script).invoke([item.path])
    return found[0] if found else None


def _set_access_control(item: FileInfo, security: Any) -> None:
    if security is None:
        raise null_argument("fileSecurity")
    script = "param($path, $security) Set-Acl -LiteralPath $path -AclObject $security -ErrorAction Stop"
    item.engine.script_block(script).invoke([item.path, security])


def _parent(item: FileInfo) -> Any:
    parent = ntpath.dirname(item.path)
    return DirectoryInfo(item.engine, parent) if parent and parent != item.path else None


def _copied(item: FileInfo, target: str, overwrite: bool = False) -> FileInfo:
    _copy(item.engine, item.path, target, overwrite)
    return FileInfo(item.engine, target)


def _moved(item: FileInfo, target: str) -> None:
    _move(item.engine, item.path, target)
    item.path = full_path(item.engine, target)


_COMMON: dict[str, Any] = {
    "Mode: string": _mode,
    "Name: string": lambda f: ntpath.basename(f.path) or f.path,
    "FullName: string": lambda f: f.path,
    "Extension: string": lambda f: ntpath.splitext(f.path)[1],
    **members_of_objects(),
    "Attributes: System.IO.FileAttributes": _attributes,
    "Attributes=": _set_attributes,
    "Refresh()": lambda _f: None,
    "ToString()": lambda f: f.original,
    "GetAccessControl()": _access_control,
    "GetAccessControl(object includeSections)": _access_control,
    "SetAccessControl(object fileSecurity)": _set_access_control,
}
register(
    PSType(
        "System.IO.File",
        is_abstract=True,
        static={
            "@Exists(string path)": lambda e, p: bool(p) and store_of(e).exists(full_path(e, p)),
            "@Delete(string path)": lambda e, p: store_of(e).delete(full_path(e, p)),
            "@Move(string sourceFileName, string destFileName)": _move,
            "@Copy(string sourceFileName, string destFileName)": _copy,
            "@Copy(string sourceFileName, string destFileName, bool overwrite)": _copy,
            "@Create(string path)": _create,
            "@Create(string path, int bufferSize)": _create,
            "@Open(string path, System.IO.FileMode mode)": _open,
            "@Open(string path, System.IO.FileMode mode, System.IO.FileAccess access)": _open,
            "@Open(string path, System.IO.FileMode mode, System.IO.FileAccess access, "
            "System.IO.FileShare share)": _open,
            "@OpenRead(string path)": _open_read,
            "@OpenWrite(string path)": _open_write,
            "@OpenText(string path)": _open_text,
            "@CreateText(string path)": _create_text,
            "@AppendText(string path)": _append_text_to,
            "@ReadLines(string path)": _read_lines,
            "@ReadLines(string path, object encoding)": _read_lines,
            "@WriteAllLines(string path, string[] contents)": _write_lines,
            "@WriteAllLines(string path, string[] contents, object encoding)": _write_lines,
            "@AppendAllLines(string path, string[] contents)": _append_lines,
            "@AppendAllLines(string path, string[] contents, object encoding)": _append_lines,
            "@GetAttributes(string path)": _attributes_at,
            "@SetAttributes(string path, System.IO.FileAttributes fileAttributes)": _set_attributes_at,
            **members_by_path(directory=False),
            "@ReadAllBytes(string path)": lambda e, p: bytearray(store_of(e).read_bytes(full_path(e, p))),
            "@ReadAllText(string path)": _read_text,
            "@ReadAllText(string path, object encoding)": _read_text,
            "@ReadAllLines(string path)": _read_lines,
            "@ReadAllLines(string path, object encoding)": _read_lines,
            "@WriteAllBytes(string path, byte[] bytes)": (
                lambda e, p, data: store_of(e).write_bytes(full_path(e, p), bytes(data))
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
            "@Exists(string path)": lambda e, p: bool(p) and store_of(e).is_directory(full_path(e, p)),
            "@CreateDirectory(string path)": _create_directory,
            "@CreateDirectory(string path, System.Security.AccessControl.DirectorySecurity "
            "directorySecurity)": _create_secured_directory,
            "@Delete(string path)": lambda e, p: _remove_directory(e, p, False),
            "@Delete(string path, bool recursive)": _remove_directory,
            **LISTINGS_BY_PATH,
            **members_by_path(directory=True),
            "@GetCurrentDirectory()": lambda e: e.paths.location.path,
        },
    )
)
register(PSType("System.IO.FileSystemInfo", is_abstract=True, instance=_COMMON))
register(
    PSType(
        "System.IO.FileInfo",
        base="System.IO.FileSystemInfo",
        instance={
            "BaseName: string": lambda f: ntpath.splitext(ntpath.basename(f.path))[0],
            "Directory": _parent,
            "DirectoryName: string": lambda f: ntpath.dirname(f.path),
            "Exists: bool": lambda f: store_of(f.engine).exists(f.path),
            "IsReadOnly: bool": lambda f: bool(_attributes(f).number & _READ_ONLY),
            "IsReadOnly=": _set_read_only,
            "Length: long": _length,
            "Open(System.IO.FileMode mode)": lambda f, *given: _open(f.engine, f.path, *given),
            "Open(System.IO.FileMode mode, System.IO.FileAccess access)": (
                lambda f, *given: _open(f.engine, f.path, *given)
            ),
            "Open(System.IO.FileMode mode, System.IO.FileAccess access, System.IO.FileShare share)": (
                lambda f, *given: _open(f.engine, f.path, *given)
            ),
            "OpenRead()": lambda f: _open_read(f.engine, f.path),
            "OpenWrite()": lambda f: _open_write(f.engine, f.path),
            "OpenText()": lambda f: _open_text(f.engine, f.path),
            "CreateText()": lambda f: _create_text(f.engine, f.path),
            "AppendText()": lambda f: _append_text_to(f.engine, f.path),
            "Create()": lambda f: _create(f.engine, f.path),
            "CopyTo(string destFileName)": _copied,
            "CopyTo(string destFileName, bool overwrite)": _copied,
            "MoveTo(string destFileName)": _moved,
            "Delete()": lambda f: store_of(f.engine).delete(f.path),
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
            "Exists: bool": lambda f: store_of(f.engine).is_directory(f.path),
            "Create()": lambda f: ensure_folder(f.engine, f.path),
            "Delete()": lambda f: folders_of(f.engine).remove(f.path, False, False),
            "Delete(bool recursive)": lambda f, recursive: folders_of(f.engine).remove(
                f.path, recursive, False
            ),
            **LISTINGS_OF_OBJECTS,
        },
        construct={"@new(string path)": lambda e, _kind, path: DirectoryInfo(e, path)},
        to_text=lambda f: f.original,
    ),
    DirectoryInfo,
)
