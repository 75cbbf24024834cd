"""The times of files and folders for System.IO, by path and of the objects."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.exceptions import NetError, out_of_range
from emulator.powershell.dotnet.library.file_objects import (
    DirectoryInfo,
    FileInfo,
    facts_of,
    folders_of,
    full_path,
)
from emulator.powershell.dotnet.time_values import LOCAL, UTC, DateTime
from emulator.powershell.runtime.errors import not_emulated

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine


def _python_time(engine: Engine, value: DateTime, local: bool) -> datetime.datetime:
    """The moment in UTC, to the microsecond. Raises ArgumentOutOfRangeException for one before 1601."""
    moment = value.to_python()
    if (local and value.kind != UTC) or value.kind == LOCAL:
        try:
            moment -= engine.clock.utc_offset(moment)
        except OverflowError:
            moment = datetime.datetime.min
    if moment < _NEVER.replace(tzinfo=None):
        raise out_of_range("Not a valid Win32 FileTime.", "fileTime")
    return moment.replace(tzinfo=datetime.UTC)


def _time_setter(which: str, *, local: bool) -> Any:
    def write(item: FileInfo, value: DateTime) -> None:
        _set_time(item.engine, item.path, which, value, local)

    return write


def _set_time(engine: Engine, path: str, which: str, value: DateTime, local: bool) -> None:
    moment = _python_time(engine, value, local)
    if folders_of(engine).entry(path) is None:
        raise NetError("System.IO.FileNotFoundException", f"Could not find file '{path}'.", filename=path)
    created, modified = (moment, None) if which == "created" else (None, moment)
    folders_of(engine).set_times(path, created, modified)


def _no_access_time(*_given: Any) -> None:
    raise not_emulated("A time of the last access of its own")


def _path_time_setter(which: str, local: bool) -> Any:
    def write(engine: Engine, path: str, value: DateTime) -> None:
        _set_time(engine, full_path(engine, path), which, value, local)

    return write


def _time(which: str, *, local: bool) -> Any:
    def read(item: FileInfo) -> DateTime:
        facts = facts_of(item)
        moment = getattr(facts, which) if facts is not None else _NEVER
        return DateTime.from_python(moment, item.engine.clock.utc_offset(moment) if local else None)

    return read


_NEVER = datetime.datetime(1601, 1, 1, tzinfo=datetime.UTC)


_TIMES = (("CreationTime", "created"), ("LastWriteTime", "modified"), ("LastAccessTime", None))
"""Names with what holds them; the last access has no time of its own and shows that of the last change."""


def members_by_path(*, directory: bool) -> dict[str, Any]:
    """Get and Set of the times of files, or of folders."""
    found: dict[str, Any] = {}
    make = DirectoryInfo if directory else FileInfo
    for name, which in _TIMES:
        for suffix, local in (("", True), ("Utc", False)):
            read = _time(which or "modified", local=local)
            found[f"@Get{name}{suffix}(string path)"] = lambda e, p, read=read: read(make(e, p))
            found[f"@Set{name}{suffix}(string path, datetime time)"] = (
                _no_access_time if which is None else _path_time_setter(which, local)
            )
    return found


def members_of_objects() -> dict[str, Any]:
    """The properties of FileInfo and DirectoryInfo."""
    found: dict[str, Any] = {}
    for name, which in _TIMES:
        for suffix, local in (("", True), ("Utc", False)):
            found[f"{name}{suffix}: datetime"] = _time(which or "modified", local=local)
            found[f"{name}{suffix}="] = _no_access_time if which is None else _time_setter(which, local=local)
    return found
