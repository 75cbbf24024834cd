"""ntdll.dll: files that are marked to be deleted, and what a status means as an error."""

from __future__ import annotations

from emulator.powershell.csharp.libraries.kernel32 import OpenFile
from emulator.powershell.csharp.native_functions import (
    ACCESS_DENIED,
    INVALID_HANDLE,
    INVALID_PARAMETER,
    Function,
    NativeCall,
)
from emulator.powershell.runtime.errors import PSError
from emulator.powershell.runtime.services import FolderStore
from emulator.signed_numbers import signed32

_STATUS_ACCESS_DENIED, _STATUS_NOT_EMPTY = -1073741790, -1073741567
_STATUS_INVALID_PARAMETER, _STATUS_INVALID_HANDLE = -1073741811, -1073741816
_DIRECTORY_NOT_EMPTY, _UNKNOWN = 145, 317
_DOS_ERRORS = {
    0: 0,
    _STATUS_ACCESS_DENIED: ACCESS_DENIED,
    _STATUS_NOT_EMPTY: _DIRECTORY_NOT_EMPTY,
    _STATUS_INVALID_PARAMETER: INVALID_PARAMETER,
    _STATUS_INVALID_HANDLE: INVALID_HANDLE,
    -1073741715: 1326,  # STATUS_LOGON_FAILURE
}
_DISPOSITION, _DISPOSITION_EX = 13, 64


def _set_information(call: NativeCall) -> int:
    """NtSetInformationFile, as far as it marks a file to be deleted, which here happens at once."""
    file = call.process.object_of(call.handle(0))
    store = call.engine.find_service(FolderStore)
    call.put(1, 0, 8)
    if not isinstance(file, OpenFile) or store is None:
        return _STATUS_INVALID_HANDLE
    if call.number(4) not in (_DISPOSITION, _DISPOSITION_EX):
        return _STATUS_INVALID_PARAMETER
    if not call.memory.read_number(call.handle(2), 1) & 1:
        return 0
    entry = store.entry(file.path)
    if entry is None:
        return 0
    if entry.is_directory and store.entries(file.path):
        return _STATUS_NOT_EMPTY
    try:
        store.remove(file.path, False, True)
    except PSError:
        return _STATUS_ACCESS_DENIED
    return 0


FUNCTIONS: dict[str, Function] = {
    "NtSetInformationFile": _set_information,
    "RtlNtStatusToDosError": lambda call: _DOS_ERRORS.get(signed32(call.number(0)), _UNKNOWN),
}
