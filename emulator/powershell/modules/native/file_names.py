"""Names of files (kernel32.dll): the volume of a path, and its hard links, of which each file has one."""

from __future__ import annotations

import ntpath

from emulator.powershell.csharp.native_functions import (
    FILE_NOT_FOUND,
    INSUFFICIENT_BUFFER,
    INVALID_HANDLE,
    BothForms,
    Function,
    NativeCall,
)
from emulator.powershell.csharp.native_process import KernelObject
from emulator.powershell.runtime.services import FileStore, FolderStore

_TOO_LONG, _NO_MORE, _MORE_DATA = 206, 38, 234


class _Names(KernelObject):
    """A search for the names of a file."""


@BothForms
def _volume(call: NativeCall) -> int:
    """GetVolumePathName: the root of the drive. Volumes are mounted nowhere else here."""
    path = call.service(FileStore).resolve(call.text(0) or "")
    root = ntpath.splitdrive(path)[0] + "\\"
    room = call.number(2) if len(call.words) > 2 and call.number(2) < 0x10000 else 260
    if room <= len(root):
        return call.fail(_TOO_LONG)
    call.memory.write(call.handle(1), call.bytes_of(root))
    return 1


def _first_name(call: NativeCall) -> int:
    """FindFirstFileNameW: the path without its drive."""
    path = call.service(FileStore).resolve(call.text(0) or "")
    entry = call.service(FolderStore).entry(path)
    if entry is None or entry.is_directory:
        return call.fail(FILE_NOT_FOUND, -1)
    name = ntpath.splitdrive(entry.path)[1]
    room = call.memory.read_number(call.handle(2), 4)
    call.put(2, len(name) + 1)
    if room <= len(name):
        return call.fail(_MORE_DATA, -1)
    call.memory.write(call.handle(3), call.bytes_of(name))
    return call.process.open(_Names()) or call.fail(INSUFFICIENT_BUFFER, -1)


def _next_name(call: NativeCall) -> int:
    known = isinstance(call.process.object_of(call.handle(0)), _Names)
    return call.fail(_NO_MORE if known else INVALID_HANDLE)


def _end(call: NativeCall) -> int:
    if not isinstance(call.process.object_of(call.handle(0)), _Names):
        return call.fail(INVALID_HANDLE)
    return int(call.process.close(call.handle(0)))


FILE_NAMES: dict[str, Function] = {
    "FindClose": _end,
    "FindFirstFileNameW": _first_name,
    "FindNextFileNameW": _next_name,
    "GetVolumePathName": _volume,
}
