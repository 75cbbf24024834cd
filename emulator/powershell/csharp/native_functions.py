"""Native functions of Windows that the machine answers, by library and name. Sources: their documentation.

Nothing real is reached: a handle is a number of a table of the process, behind it the path of a file of the
machine or the process itself.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from emulator.powershell.dotnet.enums import EnumValue
from emulator.powershell.dotnet.numbers import Pointer, UInt32, UInt64
from emulator.powershell.runtime.errors import PSError
from emulator.powershell.runtime.services import FolderStore

if TYPE_CHECKING:
    from emulator.powershell.dotnet.types import PSType
    from emulator.powershell.runtime.engine import Engine

MOST_HANDLES = 10_000
FILE_NOT_FOUND, ACCESS_DENIED, INVALID_HANDLE, DIRECTORY_NOT_EMPTY = 2, 5, 6, 145
_INVALID_PARAMETER, _TOO_MANY_OPEN_FILES = 87, 4
_STATUS_ACCESS_DENIED, _STATUS_NOT_EMPTY = -1073741790, -1073741567
_STATUS_INVALID_PARAMETER, _STATUS_INVALID_HANDLE = -1073741811, -1073741816
_DOS_ERRORS = {
    0: 0,
    _STATUS_ACCESS_DENIED: ACCESS_DENIED,
    _STATUS_NOT_EMPTY: DIRECTORY_NOT_EMPTY,
    _STATUS_INVALID_PARAMETER: _INVALID_PARAMETER,
    _STATUS_INVALID_HANDLE: INVALID_HANDLE,
}
_DISPOSITION, _DISPOSITION_EX = 13, 64
_PSEUDO_PROCESS = -1


class _Process:
    """What native code keeps of one runspace: open handles and the last error."""

    def __init__(self) -> None:
        self.last_error = 0
        self.handles: dict[int, str] = {}
        self.following = 0x300


_PROCESSES: WeakKeyDictionary[Any, _Process] = WeakKeyDictionary()


class NativeCall:
    """One call: the arguments as C# gave them, and where the last error is kept."""

    __slots__ = ("engine", "keeps_error", "process", "values")

    def __init__(self, engine: Engine, values: list[Any], keeps_error: bool) -> None:
        self.engine = engine
        self.values = values
        self.keeps_error = keeps_error
        self.process = _PROCESSES.setdefault(engine, _Process())

    def fail(self, code: int, result: Any = False) -> Any:
        """Set the last error, where the declaration asks for it; gives the result."""
        if self.keeps_error:
            self.process.last_error = code
        return result

    def handle(self, place: int) -> int:
        """A handle that was given: a pointer, or an object that holds one."""
        value = self.values[place]
        return int(getattr(value, "value", value) or 0)

    def number(self, place: int) -> int:
        """A number, or a value of an enumeration."""
        value = self.values[place]
        return value.number if isinstance(value, EnumValue) else int(value)


def last_error(engine: Engine) -> int:
    """Marshal.GetLastWin32Error."""
    found = _PROCESSES.get(engine)
    return 0 if found is None else found.last_error


def _get_version(call: NativeCall) -> Any:
    major, minor, build, _ = call.engine.machine.os_version
    return UInt32(build << 16 | minor << 8 | major)


def _tick_count(call: NativeCall) -> Any:
    """Milliseconds since the machine's clock showed the beginning of the day (chosen: it keeps no start)."""
    now = call.engine.clock.now()
    return UInt64(((now.hour * 60 + now.minute) * 60 + now.second) * 1000 + now.microsecond // 1000)


def _close_handle(call: NativeCall) -> bool:
    number = call.handle(0)
    if number == _PSEUDO_PROCESS or call.process.handles.pop(number, None) is not None:
        return True
    return bool(call.fail(INVALID_HANDLE))


def _create_file(call: NativeCall) -> Pointer:
    """CreateFile of something that is there (OPEN_EXISTING): the handle stands for its path."""
    store = call.engine.find_service(FolderStore)  # type: ignore[type-abstract] # a protocol is the key
    path, opens = call.values[0], call.number(4)
    if opens != 3 or len(call.process.handles) >= MOST_HANDLES:
        return Pointer(call.fail(_INVALID_PARAMETER if opens != 3 else _TOO_MANY_OPEN_FILES, -1))
    if store is None or not isinstance(path, str) or store.entry(path) is None:
        return Pointer(call.fail(FILE_NOT_FOUND, -1))
    number = call.process.following
    call.process.following += 4
    call.process.handles[number] = path
    return Pointer(number)


def _set_information(call: NativeCall) -> int:
    """NtSetInformationFile, as far as it marks a file to be deleted, which here happens at once."""
    path = call.process.handles.get(call.handle(0))
    store = call.engine.find_service(FolderStore)  # type: ignore[type-abstract] # a protocol is the key
    call.values[1].write(Pointer(0))
    if path is None or store is None:
        return _STATUS_INVALID_HANDLE
    if call.number(4) not in (_DISPOSITION, _DISPOSITION_EX):
        return _STATUS_INVALID_PARAMETER
    if not int(call.values[2].read()) & 1:
        return 0
    entry = store.entry(path)
    if entry is None:
        return 0
    if entry.is_directory and store.entries(path):
        return _STATUS_NOT_EMPTY
    try:
        store.remove(path, False, True)
    except PSError:
        return _STATUS_ACCESS_DENIED
    return 0


Function = Callable[[NativeCall], Any]
_FUNCTIONS: dict[tuple[str, str], Function] = {
    ("kernel32", "CloseHandle"): _close_handle,
    ("kernel32", "CreateFile"): _create_file,
    # A process that a service started has no window.
    ("kernel32", "GetConsoleWindow"): lambda _call: Pointer(0),
    ("kernel32", "GetCurrentProcess"): lambda _call: Pointer(_PSEUDO_PROCESS),
    ("kernel32", "GetCurrentProcessId"): lambda call: UInt32(call.engine.machine.process_id),
    ("kernel32", "GetLastError"): lambda call: UInt32(call.process.last_error),
    ("kernel32", "GetTickCount64"): _tick_count,
    ("kernel32", "GetVersion"): _get_version,
    ("ntdll", "NtSetInformationFile"): _set_information,
    ("ntdll", "RtlNtStatusToDosError"): lambda call: _DOS_ERRORS.get(call.number(0), 317),
}


def find(library: str, name: str) -> Function | None:
    """A function by its library, with or without its ending, and its name, with or without A or W."""
    plain = library.lower().rpartition("\\")[2].removesuffix(".dll")
    found = _FUNCTIONS.get((plain, name))
    if found is None and name[-1:] in ("W", "A"):
        found = _FUNCTIONS.get((plain, name[:-1]))
    return found


def as_declared(value: Any, kind: PSType | None) -> Any:
    """What a function gives as its declaration wants it: a handle may be an object that holds it."""
    if kind is None or not isinstance(value, Pointer):
        return value
    if all(one.name != "System.Runtime.InteropServices.SafeHandle" for one in kind.lineage()):
        return value
    from emulator.powershell.dotnet.library.interfaces import Handle

    return Handle(kind, value)
