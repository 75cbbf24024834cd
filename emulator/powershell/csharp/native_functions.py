"""Native functions of Windows that the machine answers, by library and name.

Nothing real is reached: memory is that of `native_memory`, a handle is a number of a table of the process,
behind it something of the emulated machine. Functions that need no machine stand in `csharp/libraries`,
those of the machine are found through the service `NativeLibraries`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, TypeVar

from emulator.powershell.csharp.native_memory import bytes_of
from emulator.powershell.csharp.objects import thrown
from emulator.powershell.runtime.errors import not_emulated
from emulator.powershell.runtime.services import NativeLibraries

if TYPE_CHECKING:
    from emulator.powershell.csharp.native_process import NativeProcess
    from emulator.powershell.runtime.engine import Engine
    from emulator.powershell.runtime.service_key import ServiceKey

T = TypeVar("T")

SUCCESS, FILE_NOT_FOUND, ACCESS_DENIED, INVALID_HANDLE = 0, 2, 5, 6
NOT_ENOUGH_MEMORY, INVALID_PARAMETER, INSUFFICIENT_BUFFER, MORE_DATA = 8, 87, 122, 234
TOO_MANY_OPEN_FILES = 4

#: Libraries of every Windows: what they have and the machine does not answer is a gap, not an error of the
#: caller.
_OF_WINDOWS = frozenset(
    [
        "advapi32",
        "authz",
        "bcrypt",
        "cfgmgr32",
        "combase",
        "comctl32",
        "comdlg32",
        "credui",
        "crypt32",
        "cryptui",
        "dbghelp",
        "dnsapi",
        "dwmapi",
        "dxgi",
        "fltlib",
        "gdi32",
        "imagehlp",
        "iphlpapi",
        "kernel32",
        "kernelbase",
        "logoncli",
        "mpr",
        "msi",
        "msvcrt",
        "ncrypt",
        "netapi32",
        "ntdll",
        "ntdsapi",
        "ole32",
        "oleaut32",
        "pdh",
        "powrprof",
        "propsys",
        "psapi",
        "rpcrt4",
        "samcli",
        "samlib",
        "secur32",
        "setupapi",
        "shell32",
        "shlwapi",
        "srvcli",
        "sspicli",
        "user32",
        "userenv",
        "uxtheme",
        "version",
        "virtdisk",
        "vmcompute",
        "wevtapi",
        "winhttp",
        "wininet",
        "winmm",
        "winscard",
        "wintrust",
        "wkscli",
        "wldap32",
        "ws2_32",
        "wtsapi32",
    ]
)


class NativeCall:
    """One call: what registers hold, the process that calls, and the error that the function sets."""

    __slots__ = ("engine", "error", "is_wide", "memory", "process", "words")

    def __init__(self, engine: Engine, process: NativeProcess, words: list[int], is_wide: bool) -> None:
        self.engine = engine
        self.process = process
        self.memory = process.memory
        self.words = words
        self.is_wide = is_wide
        self.error = 0

    def service(self, kind: ServiceKey[T]) -> T:
        """A service of the session. Raises NotEmulatedError where there is none."""
        found = self.engine.find_service(kind)
        if found is None:
            raise not_emulated(f"Native functions without {kind.__name__}")
        return found

    def fail(self, code: int, result: int = 0) -> int:
        """Set the last error; gives the result."""
        self.error = code
        return result

    def handle(self, place: int) -> int:
        """A handle or an address that was given; 0 where nothing was."""
        return int(self.words[place]) if place < len(self.words) else 0

    def number(self, place: int) -> int:
        """An unsigned number of 32 bits."""
        return self.handle(place) & 0xFFFFFFFF

    def text(self, place: int) -> str | None:
        """A text, as wide as the function's name says; None for null."""
        return self.memory.read_text(self.handle(place), wide=self.is_wide)

    def put(self, place: int, value: int, size: int = 4) -> None:
        """Write a number where an argument points; nothing for null."""
        address = self.handle(place)
        if address:
            self.memory.write_number(address, value, size)

    def bytes_of(self, text: str) -> bytes:
        """A text with its end, as wide as the function's name says."""
        return bytes_of(text, wide=self.is_wide)


Function = Callable[[NativeCall], int]
Table = Mapping[str, Function]


class BothForms:
    """A function that Windows has twice, with A and with W at the end of its name."""

    __slots__ = ("_function",)

    def __init__(self, function: Function) -> None:
        self._function = function

    def __call__(self, call: NativeCall) -> int:
        return self._function(call)


class Found:
    """A function, and whether its texts are UTF-16."""

    __slots__ = ("is_wide", "run")

    def __init__(self, run: Function, is_wide: bool) -> None:
        self.run = run
        self.is_wide = is_wide


_OWN = ("kernel32", "ntdll", "shell32")


def _tables(engine: Engine, library: str) -> list[Table]:
    tables: list[Table] = []
    if library in _OWN:
        tables.append(import_module(f"emulator.powershell.csharp.libraries.{library}").FUNCTIONS)
    machine = engine.find_service(NativeLibraries)
    found = machine.table(library) if machine is not None else None
    if found is not None:
        tables.append(found)
    return tables


def plain_name(library: str) -> str:
    """A library by its file's name without folder and ending."""
    return library.lower().rpartition("\\")[2].removesuffix(".dll")


def find(engine: Engine, library: str, name: str, wide: bool) -> Found | None:
    """A function of a library. Tables name those that exist for both kinds of text without A or W."""
    for table in _tables(engine, plain_name(library)):
        run = table.get(name)
        if run is not None:
            return Found(run, wide or not isinstance(run, BothForms))
        if name[-1:] in ("W", "A"):
            run = table.get(name[:-1])
            if run is not None:
                return Found(run, name[-1] == "W")
    return None


def not_answered(engine: Engine, library: str, name: str) -> Exception:
    """The error for a function that the machine does not answer, or a library that no Windows has."""
    engine.gap("native function", f"{library}!{name}")
    if plain_name(library) in _OF_WINDOWS:
        return not_emulated(f"The native function {name} of {library}")
    return thrown(
        "System.DllNotFoundException",
        f"Unable to load DLL '{library}': The specified module could not be found. (Exception from HRESULT: "
        "0x8007007E)",
    )


def last_error(engine: Engine) -> int:
    """Marshal.GetLastWin32Error."""
    from emulator.powershell.csharp.native_process import native_process

    return native_process(engine).last_error
