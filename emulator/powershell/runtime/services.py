"""What the engine needs from the machine, as protocols, with stand-ins that touch nothing real.

A session gives implementations by type: ``InitialSession(services={Clock: my_clock})``. The stand-ins make
the engine usable, and repeatable, without a machine.
"""

from __future__ import annotations

import datetime as _datetime
import re
import threading
from collections.abc import Callable, Mapping, MutableMapping
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from emulator.powershell.runtime.streams import InformationRecord, ProgressRecord, Write
from emulator.record import MutableRecord, Record, field

if TYPE_CHECKING:
    from emulator.powershell.csharp.native_functions import NativeCall
    from emulator.powershell.dotnet.random_numbers import CmdletRandom
    from emulator.powershell.providers.provider import Provider
    from emulator.powershell.runtime.engine import Engine
    from emulator.powershell.runtime.runspace import Runspace
    from emulator.powershell.runtime.session import InitialSession


@runtime_checkable
class Clock(Protocol):
    """The machine's time."""

    slept: float
    """Seconds that scripts of the session have slept."""

    def now(self) -> _datetime.datetime:
        """The present moment, aware."""
        ...

    def sleep(self, seconds: float, interrupted: Callable[[], bool] | None = None) -> bool:
        """Let time pass; false when interrupted."""
        ...

    def utc_offset(self, moment: _datetime.datetime) -> _datetime.timedelta:
        """How far local time is ahead of UTC at a moment."""
        ...

    def wake(self) -> None:
        """Let everybody who sleeps look whether he was interrupted."""
        ...


class FixedClock:
    """A clock that stands still until something sleeps."""

    def __init__(self, start: _datetime.datetime | None = None) -> None:
        self.moment = start or _datetime.datetime(2024, 1, 2, 3, 4, 5, tzinfo=_datetime.UTC)
        self.slept = 0.0

    def now(self) -> _datetime.datetime:
        """The moment it stands at."""
        return self.moment

    def wake(self) -> None:
        """Nobody sleeps."""

    def sleep(self, seconds: float, interrupted: Callable[[], bool] | None = None) -> bool:
        """Jump forward."""
        self.moment += _datetime.timedelta(seconds=seconds)
        self.slept += seconds
        return not (interrupted is not None and interrupted())

    def utc_offset(self, moment: _datetime.datetime) -> _datetime.timedelta:  # noqa: ARG002
        """Always UTC."""
        return _datetime.timedelta(0)


class Randomness:
    """Source of random numbers and GUIDs."""

    def __init__(self, seed: int | None = None) -> None:
        import random

        self.generator = random.Random(seed)  # noqa: S311 - Get-Random and NewGuid of a fake machine
        self.seeded: CmdletRandom | None = None
        """What Get-Random draws from after -SetSeed."""

    def guid(self) -> int:
        """The 128 bits of a version 4 GUID."""
        bits = self.generator.getrandbits(128)
        return bits & ~(0xF << 76) & ~(0x3 << 62) | (4 << 76) | (2 << 62)


class Environment(dict[str, str], MutableMapping[str, str]):
    """Environment variables: names without regard to case, kept as first written."""

    def _place(self, name: str) -> str:
        if name in self.keys():
            return name
        lowered = name.lower()
        return next((one for one in self.keys() if one.lower() == lowered), name)

    def read(self, name: str) -> str | None:
        """The value, or None."""
        return self.get(self._place(name))

    def write(self, name: str, value: str | None) -> None:
        """Set a variable; None or the empty text removes it."""
        place = self._place(name)
        if value:
            self[place] = value
        else:
            self.pop(place, None)


def expanded(environment: Environment, text: str) -> str:
    """A text with the values of the variables that it names as ``%NAME%``; others stay."""

    def value(found: re.Match[str]) -> str:
        held = environment.read(found[1])
        return found[0] if held is None else held

    return re.sub(r"%([^%]+)%", value, text)


class Machine(MutableRecord):
    """Facts that scripts ask for through automatic variables and System.Environment."""

    computer_name: str = "HOST"
    user_name: str = "Administrator"
    user_domain: str = "HOST"
    process_id: int = 4321
    processor_count: int = 2
    os_version: tuple[int, int, int, int] = (10, 0, 20348, 0)
    is_64_bit: bool = True
    is_32_bit_process: bool = False
    """Whether the process is a 32-bit one of a 64-bit Windows."""
    system_directory: str = "C:\\Windows\\system32"
    home: str = "C:\\Users\\Administrator"
    temporary_path: str = "C:\\Users\\Administrator\\AppData\\Local\\Temp\\"
    command_line: str = "powershell.exe"
    exit_code: int = 0
    """What the process gives when its program does not say (Environment.ExitCode)."""
    directory: str | None = None
    """The current directory of the process where it is not the user's home: scripts do not change it."""
    culture: str = "en-US"

    @property
    def is_64_bit_process(self) -> bool:
        """Whether pointers have eight bytes."""
        return self.is_64_bit and not self.is_32_bit_process

    @property
    def powershell_home(self) -> str:
        """The folder of Windows PowerShell."""
        folder = "C:\\Windows\\SysWOW64" if self.is_32_bit_process else self.system_directory
        return f"{folder}\\WindowsPowerShell\\v1.0"


class UserInterface(Protocol):
    """What stands behind $Host.UI."""

    width: int

    def write_host(self, record: InformationRecord) -> None:
        """Write-Host text for the screen."""
        ...

    def write_progress(self, record: ProgressRecord) -> None:
        """A progress record."""
        ...

    def read_line(self, prompt: str) -> str | None:
        """A line from the user; None when the session is not interactive."""
        ...


class SilentInterface(MutableRecord, eq=False):
    """A user interface nobody watches; keeps what was written."""

    width: int = 80
    written: list[str] = field(default_factory=list)

    def write_host(self, record: InformationRecord) -> None:
        """Keep the text."""
        self.written.append(str(record.data) + ("\n" if record.newline else ""))

    def write_progress(self, record: ProgressRecord) -> None:
        """Nothing shows progress."""

    def read_line(self, prompt: str) -> str | None:  # noqa: ARG002
        """Nobody answers."""
        return None


@runtime_checkable
class FileStore(Protocol):
    """The files that redirection, dot-sourcing and Out-File reach; ``path:name`` is an alternate stream."""

    default_codec: str
    """How files without a byte order mark are read, by the name of Python's codec."""

    def resolve(self, path: str) -> str:
        """A full path, from the current location."""
        ...

    def exists(self, path: str) -> bool:
        """True when the file is there."""
        ...

    def read_text(self, path: str) -> str:
        """The text of a file, decoded by its byte order mark."""
        ...

    def write_text(self, path: str, text: str, append: bool, encoding: str) -> None:
        """Write or append text in an encoding of PowerShell (``unicode``, ``utf8``, ``ascii``)."""
        ...


@runtime_checkable
class ByteStore(Protocol):
    """The files that System.IO reaches; paths are full ones. Errors are PSErrors with .NET's exceptions."""

    def exists(self, path: str) -> bool:
        """True when the file is there."""
        ...

    def is_directory(self, path: str) -> bool:
        """True when there is a folder of that name."""
        ...

    def read_bytes(self, path: str) -> bytes:
        """The content of a file."""
        ...

    def write_bytes(self, path: str, data: bytes) -> None:
        """Make a file, or replace its content."""
        ...

    def delete(self, path: str) -> None:
        """Remove a file; nothing when there is none."""
        ...

    def move(self, source: str, destination: str) -> None:
        """Give a file another name, perhaps in another folder; the name must be free."""
        ...

    def copy(self, source: str, destination: str, overwrite: bool) -> None:
        """Copy a file with its attributes and the time of its last change; ``overwrite``: over a file."""
        ...


class FileFacts(Record):
    """What is known of a file or folder: times are UTC, ``attributes`` the number of FileAttributes."""

    name: str
    path: str
    is_directory: bool
    size: int
    modified: _datetime.datetime
    created: _datetime.datetime
    attributes: int


@runtime_checkable
class FolderStore(Protocol):
    """Folders and what is in them; paths are full ones. Errors are PSErrors with .NET's exceptions."""

    def volumes(self) -> list[tuple[str, str]]:
        """Letter and label of each volume."""
        ...

    def room(self, path: str) -> tuple[int, int] | None:
        """Used and free bytes of the volume that a path is on, or None."""
        ...

    def map_drive(self, name: str, root: str | None) -> None:
        """Let `FileStore.resolve` know a drive of the session, or forget it."""
        ...

    def entry(self, path: str) -> FileFacts | None:
        """A file or folder, or None."""
        ...

    def is_hidden(self, path: str) -> bool:
        """Whether there is something that whoever asks may not see."""
        ...

    def entries(self, path: str) -> list[FileFacts]:
        """What is in a folder."""
        ...

    def make_directory(self, path: str) -> None:
        """Make a folder, and those above it."""
        ...

    def remove(self, path: str, recursive: bool, force: bool) -> None:
        """Remove a file or folder; ``force`` also one that is read-only."""
        ...

    def move(self, source: str, destination: str) -> None:
        """Give a file or folder another path, which must be free; for a folder one on the same volume."""
        ...

    def replace(self, source: str, destination: str) -> None:
        """Move a file to the path of another one, which goes, even one that is read-only or hidden."""
        ...

    def streams(self, path: str) -> list[tuple[str, int]]:
        """Names and sizes of the alternate data streams of a file; none of what is no file."""
        ...

    def set_attributes(self, path: str, attributes: int) -> None:
        """Set the attributes."""
        ...

    def set_times(
        self, path: str, created: _datetime.datetime | None, modified: _datetime.datetime | None
    ) -> None:
        """Set the time of creation or of the last change (UTC); what is None stays."""
        ...

    def program_version(self, path: str) -> str | None:
        """The version in four parts that is written in a program of Windows itself; None for other files."""
        ...


@runtime_checkable
class ItemProviders(Protocol):
    """The providers that a host adds (Registry, Certificate, WSMan ...)."""

    def providers(self, engine: Engine) -> list[Provider]:
        """A new provider of each kind for a runspace."""
        ...


@runtime_checkable
class ProgramRunner(Protocol):
    """The programs that can be started by name."""

    def find(self, name: str) -> str | None:
        """The full path of a program, or None."""
        ...

    def run(
        self,
        path: str,
        arguments: list[str],
        lines: list[str] | None,
        output: Write,
        error: Write,
        stop: Any,
        verbatim: str = "",
    ) -> int:
        """Run to the end: each line of output goes to ``output`` or ``error``. Returns the exit code.

        ``verbatim`` goes behind the arguments on the command line as it stands.
        """
        ...


class IdentityFacts(Record):
    """Who a session runs as: ``AUTHORITY\\name``, SID, the SIDs of the groups in its token."""

    name: str
    sid: str
    groups: tuple[str, ...]
    authentication_type: str


@runtime_checkable
class Identities(Protocol):
    """The accounts of the machine, as System.Security.Principal asks for them."""

    def current(self) -> IdentityFacts:
        """Who the session runs as."""
        ...

    def sid_of(self, name: str) -> str | None:
        """The SID of an account, group or identity of Windows, or None."""
        ...

    def name_of(self, sid: str) -> str | None:
        """``AUTHORITY\\name`` of a SID, or None."""
        ...


@runtime_checkable
class DataProtection(Protocol):
    """The machine's data protection (DPAPI). Errors are NetErrors: CryptographicException with the system's
    texts."""

    def protect(self, data: bytes, entropy: bytes, for_machine: bool) -> bytes:
        """A blob that only whoever the session runs as reads again, or everybody on the machine."""
        ...

    def unprotect(self, blob: bytes, entropy: bytes) -> bytes:
        """The data of a blob."""
        ...


@runtime_checkable
class TimeZones(Protocol):
    """The time zones of the machine by their Windows identifiers."""

    def local(self) -> str:
        """The one of its clock."""
        ...

    def identifiers(self) -> list[str]:
        """All of them."""
        ...

    def find(self, identifier: str) -> tuple[str, _datetime.tzinfo] | None:
        """The proper identifier and the rules of a zone, in any case; None for one that is not known."""
        ...


@runtime_checkable
class ScriptPolicy(Protocol):
    """Which script files may run."""

    def refusal(self, path: str) -> str | None:
        """Why the file of a script or module may not run, or None."""
        ...


@runtime_checkable
class Location(Protocol):
    """The current directory and the drives."""

    def current(self) -> str:
        """The current path."""
        ...


@runtime_checkable
class ComObjects(Protocol):
    """The COM classes of the machine."""

    def create(self, name: str) -> Any:
        """A new object of the class that a ProgID names; None when it is not there."""
        ...


@runtime_checkable
class Sessions(Protocol):
    """Makes the sessions of further runspaces of a process."""

    def another(self, session: InitialSession) -> InitialSession:
        """One more session of this process, with a current location of its own."""
        ...

    def entered(self, session: InitialSession, cancelled: threading.Event) -> InitialSession:
        """One for somebody elsewhere, without the console of this process; ``cancelled`` ends the programs
        that it starts."""
        ...


@runtime_checkable
class ConfiguredSessions(Protocol):
    """The machine's own session configurations. Errors are PSErrors with Windows' texts."""

    def of_user(self, engine: Engine, configuration: str, user: str) -> Runspace:
        """What a session of a configuration file would be for somebody; ValueError when nobody has the
        name."""
        ...

    def state_of_user(self, engine: Engine, configuration: str, user: str) -> Any:
        """The InitialSessionState (`runtime.hosting.SessionState`) of such a session."""
        ...


@runtime_checkable
class NativeLibraries(Protocol):
    """The native functions of the machine, for C# that declares them (DllImport)."""

    def table(self, library: str) -> Mapping[str, Callable[[NativeCall], int]] | None:
        """The functions of a library by name, or None; the library is named in lower case without its
        ending."""
        ...
