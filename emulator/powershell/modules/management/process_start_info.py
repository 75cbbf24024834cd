"""System.Diagnostics.ProcessStartInfo, and the start of a program with its streams as pipes.

What is refused, and with which words, follows the published reference source of .NET Framework (Process.cs).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from emulator.host import Account, HostError, NotFound
from emulator.host.windows.program_start import (
    LONGEST_COMMAND_LINE,
    PROGRAM_TYPES,
    InputPipe,
    OutputPipe,
    ProgramRun,
    program_starter,
)
from emulator.powershell.dotnet.collections import PSArray
from emulator.powershell.dotnet.credentials import SecureString
from emulator.powershell.dotnet.exceptions import NetError
from emulator.powershell.dotnet.library.named_values import EnvironmentBlock
from emulator.powershell.dotnet.library.text import OEM, Encoding
from emulator.powershell.dotnet.library.text_streams import StreamReader, StreamWriter
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.streams import Stream
from emulator.powershell.dotnet.types import PSType
from emulator.powershell.modules.management.enumerations import WINDOW_STYLE
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.errors import not_emulated
from emulator.powershell.runtime.services import FileStore, ProgramRunner
from emulator.powershell.runtime.streams import InformationRecord

if TYPE_CHECKING:
    from emulator.powershell.modules.management.process_objects import ProcessObject
    from emulator.powershell.runtime.engine import Engine

_INVALID = "System.InvalidOperationException"
_WIN32 = "System.ComponentModel.Win32Exception"


class ProcessStartInfo:
    """How a process is to be started; ``environment`` is made when somebody looks at it."""

    def __init__(self, file_name: str = "", arguments: str = "") -> None:
        self.values: dict[str, Any] = {
            "FileName": file_name,
            "Arguments": arguments,
            "WorkingDirectory": "",
            "UseShellExecute": True,
            "RedirectStandardInput": False,
            "RedirectStandardOutput": False,
            "RedirectStandardError": False,
            "CreateNoWindow": False,
            "ErrorDialog": False,
            "LoadUserProfile": False,
            "Verb": "",
            "UserName": "",
            "Domain": "",
        }
        self.password: SecureString | None = None
        self.window = "Normal"
        self.encodings: dict[str, Encoding | None] = {"Output": None, "Error": None}
        self.environment: EnvironmentBlock | None = None


class Pipes:
    """The streams of a process that its start redirected."""

    __slots__ = ("errors", "input", "output", "rest")

    def __init__(self) -> None:
        self.input: StreamWriter | None = None
        self.output: StreamReader | None = None
        self.errors: StreamReader | None = None
        self.rest: list[OutputPipe] = []
        """What goes to the window of the script, in order: those of the two that nobody redirected."""


class _Reading(Stream):
    """What a program writes, as it comes."""

    def __init__(self, pipe: OutputPipe, stopped: Callable[[], bool]) -> None:
        super().__init__()
        self._pipe = pipe
        self._stopped = stopped

    def pull(self, count: int) -> bytes:
        """Wait until there is something, or the program has ended."""
        self.require_open()
        self._pipe.wait(self._stopped)
        return self._pipe.take(count)

    def close(self) -> None:
        if not self.closed:
            self._pipe.close()
        super().close()


class _Writing(Stream):
    """What a program reads."""

    readable = False
    writable = True

    def __init__(self, pipe: InputPipe) -> None:
        super().__init__()
        self._pipe = pipe

    def push(self, data: bytes) -> None:
        """Hand bytes to the program."""
        self.require_open()
        self._pipe.feed(data)

    def close(self) -> None:
        if not self.closed:
            self._pipe.feed(b"", end=True)
        super().close()


def new_info(_engine: Engine, _kind: PSType, file_name: str = "", arguments: str = "") -> ProcessStartInfo:
    """A new ProcessStartInfo."""
    return ProcessStartInfo(file_name or "", arguments or "")


def _environment(engine: Engine, info: ProcessStartInfo) -> EnvironmentBlock:
    if info.environment is None:
        info.environment = EnvironmentBlock()
        for name, value in engine.environment.items():
            info.environment[name] = value
    return info.environment


def _plain(name: str) -> Any:
    return lambda info: info.values[name]


def _set_plain(name: str) -> Any:
    def put(info: ProcessStartInfo, value: Any) -> None:
        info.values[name] = "" if value is None else value

    return put


def _members() -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in ProcessStartInfo().values.items():
        found[f"{name}: {'bool' if isinstance(value, bool) else 'string'}"] = _plain(name)
        found[f"{name}="] = _set_plain(name)
    return found


def _set_password(info: ProcessStartInfo, value: Any) -> None:
    held = unwrap(value)
    info.password = held if isinstance(held, SecureString) else None


def _set_window(info: ProcessStartInfo, value: Any) -> None:
    info.window = str(value)


def _encoding_members() -> dict[str, Any]:
    found: dict[str, Any] = {}

    def put(which: str) -> Any:
        def write(info: ProcessStartInfo, value: Any) -> None:
            held = unwrap(value)
            info.encodings[which] = held if isinstance(held, Encoding) else None

        return write

    for which in ("Output", "Error"):
        found[f"Standard{which}Encoding: System.Text.Encoding"] = lambda info, which=which: info.encodings[
            which
        ]
        found[f"Standard{which}Encoding="] = put(which)
    return found


INFO_MEMBERS: dict[str, Any] = {
    **_members(),
    "Password: securestring": lambda info: info.password,
    "Password=": _set_password,
    "WindowStyle: System.Diagnostics.ProcessWindowStyle": lambda info: WINDOW_STYLE[info.window],
    "WindowStyle=": _set_window,
    **_encoding_members(),
    "@EnvironmentVariables: System.Collections.Specialized.StringDictionary": _environment,
    "@Environment": _environment,
    "Verbs: string[]": lambda _info: PSArray(),
}


def start_process_of(engine: Engine, one: ProcessObject, info: ProcessStartInfo) -> None:
    """Start what the information says. Raises NetError as Process.Start does; nothing is started then."""
    values = info.values
    if not values["FileName"]:
        raise NetError(_INVALID, "Cannot start process because a file name has not been provided.")
    redirected = [bool(values[f"RedirectStandard{name}"]) for name in ("Input", "Output", "Error")]
    _check(info, redirected)
    path = _program(engine, to_text(values["FileName"]))
    line = f'"{path}" {values["Arguments"]}'.rstrip()
    if len(line) > LONGEST_COMMAND_LINE:
        raise NetError(_WIN32, "The filename or extension is too long")
    run = ProgramRun(
        is_piped=not values["UseShellExecute"],
        error_window=bool(values["UseShellExecute"]),
        is_32_bit=engine.machine.is_32_bit_process,
    )
    try:
        program_starter(one.host).start(
            _account(engine, one, info),
            line,
            _folder(engine, one, info),
            {to_text(key): to_text(value) for key, value in _environment(engine, info).items()},
            run,
        )
    except NotFound:
        raise NetError(_WIN32, "The system cannot find the file specified") from None
    except HostError as problem:
        raise NetError(_WIN32, problem.text.rstrip(".")) from None
    one.became(run)
    one.pipes = _pipes(engine, run, info, redirected) if run.streams is not None else None


def _check(info: ProcessStartInfo, redirected: list[bool]) -> None:
    values = info.values
    if values["UseShellExecute"]:
        text = "The Process object must have the UseShellExecute property set to false in order to"
        if any(redirected):
            raise NetError(_INVALID, f"{text} redirect IO streams.")
        if info.environment is not None:
            raise NetError(_INVALID, f"{text} use environment variables.")
        if values["UserName"]:
            raise NetError(_INVALID, f"{text} start a process as a user.")
        if values["Verb"] and values["Verb"].lower() not in ("open", "runas"):
            raise not_emulated(f"The verb {values['Verb']} of a process")
    for which, wanted in (("Output", redirected[1]), ("Error", redirected[2])):
        if info.encodings[which] is not None and not wanted:
            name = f"Standard{which}"
            raise NetError(_INVALID, f"{name}Encoding is only supported when {name.lower()} is redirected.")


def _program(engine: Engine, name: str) -> str:
    runner = engine.find_service(ProgramRunner)
    found = runner.find(name.strip('"')) if runner is not None else None
    if found is None:
        raise NetError(_WIN32, "The system cannot find the file specified")
    if not found.lower().endswith(PROGRAM_TYPES):
        raise not_emulated("The start of a document")
    return found


def _folder(engine: Engine, one: ProcessObject, info: ProcessStartInfo) -> str | None:
    """The folder of the process: without one that of powershell.exe, which Set-Location does not change."""
    named = to_text(info.values["WorkingDirectory"])
    store = engine.find_service(FileStore)
    if not named or store is None:
        return engine.machine.home
    path = engine.paths.place(named).path
    if not one.host.filesystem.is_directory(path):
        raise NetError(_WIN32, "The directory name is invalid")
    return path


def _account(engine: Engine, one: ProcessObject, info: ProcessStartInfo) -> Account:
    name = to_text(info.values["UserName"])
    caller = engine.find_service(Account)
    if not name:
        if caller is None:
            raise not_emulated("A process without an account")
        return caller
    domain = to_text(info.values["Domain"])
    full = f"{domain}\\{name}" if domain and domain != "." else name
    account = one.host.accounts.verify(full, info.password.text if info.password is not None else "")
    if account is None:
        raise NetError(_WIN32, "The user name or password is incorrect")
    return account


def _pipes(engine: Engine, run: ProgramRun, info: ProcessStartInfo, redirected: list[bool]) -> Pipes:
    assert run.streams is not None  # noqa: S101 - asked by the caller
    given, output, errors = run.streams
    pipes, stopped = Pipes(), engine.stopped.is_set
    if redirected[0]:
        pipes.input = StreamWriter(_Writing(given), OEM)
        pipes.input.flushes = True
    else:
        given.feed(b"", end=True)
    if redirected[1]:
        pipes.output = StreamReader(_Reading(output, stopped), info.encodings["Output"] or OEM)
    else:
        pipes.rest.append(output)
    if redirected[2]:
        pipes.errors = StreamReader(_Reading(errors, stopped), info.encodings["Error"] or OEM)
    else:
        pipes.rest.append(errors)
    return pipes


def show_rest(engine: Engine, one: ProcessObject) -> None:
    """What a process that has ended wrote into the script's own window."""
    for pipe in one.pipes.rest if one.pipes is not None else ():
        data = pipe.take(pipe.pending)
        if data:
            text = data.decode(OEM.codec, "replace").replace("\r\n", "\n").removesuffix("\n")
            engine.show(InformationRecord(text.replace("\n", "\r\n"), host=True))
