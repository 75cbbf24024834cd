"""System.Diagnostics.ProcessStartInfo, and the start of a program with its streams as pipes.

What is refused, and with which words, follows the published reference source of .NET Framework (Process.cs).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal

from emulator.host import Account, Host, HostError, NotFound, NotSupported
from emulator.host.windows.file_associations import program_command, shell_command, verbs_of
from emulator.host.windows.program_start import (
    LONGEST_COMMAND_LINE,
    InputPipe,
    OutputPipe,
    ProgramRun,
    program_starter,
)
from emulator.powershell.dotnet.collections import TypedArray
from emulator.powershell.dotnet.credentials import SecureString
from emulator.powershell.dotnet.exceptions import NetError
from emulator.powershell.dotnet.library.named_values import EnvironmentBlock
from emulator.powershell.dotnet.library.text import OEM, Encoding
from emulator.powershell.dotnet.library.text_streams import StreamReader, StreamWriter
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.streams import Stream
from emulator.powershell.dotnet.types import PSType, array_of, builtin
from emulator.powershell.modules.management.enumerations import WINDOW_STYLE
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.errors import not_emulated
from emulator.powershell.runtime.services import FileStore, ProgramRunner
from emulator.powershell.runtime.streams import InformationRecord

if TYPE_CHECKING:
    from emulator.powershell.modules.management.process_events import LineReading
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

    __slots__ = ("errors", "input", "output", "readings", "redirected", "rest")

    def __init__(self) -> None:
        self.input: StreamWriter | None = None
        self.output: StreamReader | None = None
        self.errors: StreamReader | None = None
        self.redirected: dict[str, tuple[OutputPipe, str]] = {}
        """The pipes of "output" and "errors" that were redirected, with their codecs."""
        self.readings: dict[str, LineReading | Literal["synchronous"]] = {}
        """How these are read, from the first time that somebody does."""
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


def _verbs(engine: Engine, info: ProcessStartInfo) -> TypedArray:
    host = engine.find_service(Host)
    names = verbs_of(host, to_text(info.values["FileName"])) if host is not None else ()
    return TypedArray(names, array_of(builtin("System.String")))


INFO_MEMBERS: dict[str, Any] = {
    **_members(),
    "Password: securestring": lambda info: info.password,
    "Password=": _set_password,
    "WindowStyle: System.Diagnostics.ProcessWindowStyle": lambda info: WINDOW_STYLE[info.window],
    "WindowStyle=": _set_window,
    **_encoding_members(),
    "@EnvironmentVariables: System.Collections.Specialized.StringDictionary": _environment,
    "@Environment": _environment,
    "@Verbs: string[]": _verbs,
}


def start_process_of(engine: Engine, one: ProcessObject, info: ProcessStartInfo) -> None:
    """Start what the information says. Raises NetError as Process.Start does; nothing is started then."""
    values = info.values
    if not values["FileName"]:
        raise NetError(_INVALID, "Cannot start process because a file name has not been provided.")
    redirected = [bool(values[f"RedirectStandard{name}"]) for name in ("Input", "Output", "Error")]
    _check(info, redirected)
    line = f"{_command(engine, one.host, info)} {values['Arguments']}".rstrip()
    if len(line) > LONGEST_COMMAND_LINE:
        raise NetError(_WIN32, "The filename or extension is too long")
    run = ProgramRun(
        is_piped=not values["UseShellExecute"],
        error_window=bool(values["UseShellExecute"]),
        parent_id=engine.machine.process_id,
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
    for which, wanted in (("Output", redirected[1]), ("Error", redirected[2])):
        if info.encodings[which] is not None and not wanted:
            name = f"Standard{which}"
            raise NetError(_INVALID, f"{name}Encoding is only supported when {name.lower()} is redirected.")


def _command(engine: Engine, host: Host, info: ProcessStartInfo) -> str:
    """What is started for a file: by the shell for its type, or the file as a program."""
    name, runner = to_text(info.values["FileName"]).strip('"'), engine.find_service(ProgramRunner)
    found = runner.find(name) if runner is not None else None
    if found is None:
        raise NetError(_WIN32, "The system cannot find the file specified")
    try:
        by_shell = info.values["UseShellExecute"]
        return (
            shell_command(host, found, to_text(info.values["Verb"])) if by_shell else program_command(found)
        )
    except NotSupported as gap:
        raise not_emulated(gap.text) from None
    except HostError as problem:
        raise NetError(_WIN32, problem.text.rstrip(".")) from None


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
    for name, pipe, which, is_redirected in (
        ("output", output, "Output", redirected[1]),
        ("errors", errors, "Error", redirected[2]),
    ):
        if is_redirected:
            encoding = info.encodings[which] or OEM
            pipes.redirected[name] = (pipe, encoding.codec)
            setattr(pipes, name, StreamReader(_Reading(pipe, stopped), encoding))
        else:
            pipes.rest.append(pipe)
    return pipes


def show_rest(engine: Engine, one: ProcessObject) -> None:
    """What a process that has ended wrote into the script's own window."""
    for pipe in one.pipes.rest if one.pipes is not None else ():
        data = pipe.take(pipe.pending)
        if data:
            text = data.decode(OEM.codec, "replace").replace("\r\n", "\n").removesuffix("\n")
            engine.show(InformationRecord(text.replace("\n", "\r\n"), host=True))
