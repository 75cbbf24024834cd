"""kernel32.dll: what a process asks of itself. Source of each function: its documentation."""

from __future__ import annotations

from emulator.powershell.csharp.native_functions import (
    FILE_NOT_FOUND,
    INVALID_HANDLE,
    INVALID_PARAMETER,
    TOO_MANY_OPEN_FILES,
    BothForms,
    Function,
    NativeCall,
)
from emulator.powershell.csharp.native_process import KernelObject
from emulator.powershell.runtime.services import FolderStore
from emulator.signed_numbers import signed32

PSEUDO_PROCESS, PSEUDO_THREAD = -1, -2


class OpenFile(KernelObject):
    """A handle of a file or folder that is there."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self.path = path


def _get_version(call: NativeCall) -> int:
    major, minor, build, _ = call.engine.machine.os_version
    return build << 16 | minor << 8 | major


def _tick_count(call: NativeCall) -> int:
    """Milliseconds since the machine's clock showed the beginning of the day (chosen: it keeps no start)."""
    now = call.engine.clock.now()
    return ((now.hour * 60 + now.minute) * 60 + now.second) * 1000 + now.microsecond // 1000


def _close_handle(call: NativeCall) -> int:
    number = call.handle(0)
    if number in (PSEUDO_PROCESS, PSEUDO_THREAD) or call.process.close(number):
        return 1
    return call.fail(INVALID_HANDLE)


@BothForms
def _create_file(call: NativeCall) -> int:
    """CreateFile of something that is there (OPEN_EXISTING): the handle stands for its path."""
    store = call.engine.find_service(FolderStore)
    path = call.text(0)
    if call.number(4) != 3:
        return call.fail(INVALID_PARAMETER, -1)
    if store is None or path is None or store.entry(path) is None:
        return call.fail(FILE_NOT_FOUND, -1)
    return call.process.open(OpenFile(path)) or call.fail(TOO_MANY_OPEN_FILES, -1)


def _local_free(call: NativeCall) -> int:
    """LocalFree and GlobalFree: 0 when the block was there, its address when not."""
    address = call.handle(0)
    return 0 if not address or call.memory.free(address) else call.fail(INVALID_HANDLE, address)


def _set_last_error(call: NativeCall) -> int:
    call.error = call.number(0)
    return 0


def _no_console(call: NativeCall) -> int:
    call.process.code_page = 0
    return 1


def _new_console(call: NativeCall) -> int:
    """AllocConsole: a console with the code page of an English Windows."""
    call.process.code_page = 437
    return 1


def _set_output_page(call: NativeCall) -> int:
    page = call.number(0)
    if not call.process.code_page:
        return call.fail(INVALID_HANDLE)
    if page not in (65001, 437, 850, 1252, 20127, 28591, 1250, 1251, 932, 936, 949, 950):
        return call.fail(INVALID_PARAMETER)
    call.process.code_page = page
    return 1


def _output_page(call: NativeCall) -> int:
    return call.process.code_page or call.fail(INVALID_HANDLE)


def _standard(call: NativeCall) -> int:
    number = signed32(call.number(0))
    return call.process.standard_handles.get(number, 0) or call.fail(INVALID_HANDLE, -1)


def _set_standard(call: NativeCall) -> int:
    number = signed32(call.number(0))
    if number not in call.process.standard_handles:
        return call.fail(INVALID_HANDLE)
    call.process.standard_handles[number] = call.handle(1)
    return 1


FUNCTIONS: dict[str, Function] = {
    "AllocConsole": _new_console,
    "CloseHandle": _close_handle,
    "CreateFile": _create_file,
    "FreeConsole": _no_console,
    "GetACP": lambda _call: 1252,
    "GetConsoleCP": _output_page,
    "GetConsoleOutputCP": _output_page,
    # A process that a service started has no window.
    "GetConsoleWindow": lambda _call: 0,
    "GetCurrentProcess": lambda _call: PSEUDO_PROCESS,
    "GetCurrentProcessId": lambda call: call.engine.machine.process_id,
    "GetCurrentThread": lambda _call: PSEUDO_THREAD,
    "GetLastError": lambda call: call.process.last_error,
    "GetOEMCP": lambda _call: 437,
    "GetStdHandle": _standard,
    "GetTickCount": lambda call: _tick_count(call) & 0xFFFFFFFF,
    "GetTickCount64": _tick_count,
    "GetVersion": _get_version,
    "GlobalFree": _local_free,
    "LocalFree": _local_free,
    "SetConsoleCP": _set_output_page,
    "SetConsoleOutputCP": _set_output_page,
    "SetLastError": _set_last_error,
    "SetStdHandle": _set_standard,
}
