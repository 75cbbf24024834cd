"""What is in folders, for System.IO: by path, and of DirectoryInfo."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.collections import PSArray, TypedArray
from emulator.powershell.dotnet.exceptions import null_argument
from emulator.powershell.dotnet.library.file_objects import DirectoryInfo, FileInfo, folders_of, full_path
from emulator.powershell.dotnet.types import array_of, builtin
from emulator.powershell.runtime.services import FileFacts

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine

#: Its number in FileAttributes.
_REPARSE_POINT = 1024


def _entries_in(
    engine: Engine, path: str, pattern: str, deep: bool, directories: bool | None
) -> list[FileFacts]:
    """What is in a folder, those of folders below it too when it is ``deep``: a folder before what it holds.

    Raises ArgumentNullException, and DirectoryNotFoundException as the machine's files do.
    """
    from emulator.powershell.dotnet.regex import like

    if pattern is None:
        raise null_argument("searchPattern")
    wanted = "*" if pattern in ("*.*", "*") else pattern.replace("[", "`[").replace("]", "`]")
    folders, found, waiting = folders_of(engine), [], [path]
    while waiting:
        inside = folders.entries(waiting.pop())
        engine.fuel -= len(inside)
        if engine.fuel < 0:
            engine.refuel()
        found += [one for one in inside if directories in (None, one.is_directory) and like(one.name, wanted)]
        if deep:
            waiting += [
                one.path for one in inside if one.is_directory and not one.attributes & _REPARSE_POINT
            ]
    return found


def _paths(directories: bool | None) -> Any:
    def paths(engine: Engine, path: str, pattern: str = "*", option: Any = None) -> TypedArray:
        full, deep = full_path(engine, path), str(option) == "AllDirectories"
        # Paths begin with the folder as it was named.
        named, length = path.rstrip("\\"), len(full.rstrip("\\"))
        found = [named + one.path[length:] for one in _entries_in(engine, full, pattern, deep, directories)]
        return TypedArray(found, array_of(builtin("System.String")))

    return paths


def _objects(directories: bool | None) -> Any:
    def read(item: FileInfo, pattern: str = "*", option: Any = None) -> PSArray:
        return PSArray(
            (DirectoryInfo if one.is_directory else FileInfo)(item.engine, one.path)
            for one in _entries_in(
                item.engine, item.path, pattern, str(option) == "AllDirectories", directories
            )
        )

    return read


def _listings(
    form: str, first: tuple[str, ...], everything: str, read: Callable[[bool | None], Any]
) -> dict[str, Any]:
    """Get and Enumerate, of all, by a pattern, and in depth; ``first`` stands before the pattern."""
    choices = ((), ("string searchPattern",), ("string searchPattern", "System.IO.SearchOption searchOption"))
    return {
        form.format(f"{verb}{name}", ", ".join((*first, *more))): read(which)
        for verb in ("Get", "Enumerate")
        for name, which in (("Files", False), ("Directories", True), (everything, None))
        for more in choices
    }


LISTINGS_BY_PATH = _listings("@{}({})", ("string path",), "FileSystemEntries", _paths)
LISTINGS_OF_OBJECTS = _listings("{}({})", (), "FileSystemInfos", _objects)
