"""What the PowerShell engine needs of the machine, given by the host and the process it runs in."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from emulator.console.context import Context
from emulator.console.process import Environment as ProcessEnvironment
from emulator.console.process import codec_of
from emulator.console.programs import find_program, run_program
from emulator.console.programs.powershell.streams import stopping
from emulator.console.streams import MemoryReader, OutputLimitExceeded
from emulator.host import (
    AccessDenied,
    DirectoryNotEmpty,
    DiskFull,
    Entry,
    FileAttributes,
    FileInUse,
    FileNotFound,
    FileReadOnly,
    Host,
    HostError,
    InvalidPath,
    IsADirectory,
    NotADirectory,
    PathExists,
    PathNotFound,
    PathTooLong,
)
from emulator.host.errors import FilesystemError, WriteProtected
from emulator.host.storage.filesystem.system_files import program_version
from emulator.powershell.dotnet.exceptions import ExceptionObject
from emulator.powershell.runtime.errors import ErrorRecord, FileFailure, PipelineStopped
from emulator.powershell.runtime.services import Environment, FileFacts
from emulator.powershell.runtime.streams import Write

if TYPE_CHECKING:
    from emulator.host.security.accounts import Account
    from emulator.powershell.providers.provider import Provider
    from emulator.powershell.runtime.engine import Engine

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
#: Encoding names of 5.1 cmdlets -> (Python codec, byte-order mark written to a new file)
_ENCODINGS = {
    "unicode": ("utf-16-le", codecs.BOM_UTF16_LE),
    "string": ("utf-16-le", codecs.BOM_UTF16_LE),
    "unknown": ("utf-16-le", codecs.BOM_UTF16_LE),
    "bigendianunicode": ("utf-16-be", codecs.BOM_UTF16_BE),
    "utf8": ("utf-8", codecs.BOM_UTF8),
    "utf7": ("utf-7", b""),
    "utf32": ("utf-32-le", codecs.BOM_UTF32_LE),
    "ascii": ("ascii", b""),
    "default": ("cp1252", b""),
    "oem": ("cp437", b""),
}


_IO = "System.IO.IOException"
_DENIED = ("System.UnauthorizedAccessException", "Access to the path '{path}' is denied.")
#: error of the file system -> (exception, its message) of .NET's methods
_FILE_ERRORS: dict[type[HostError], tuple[str, str]] = {
    PathNotFound: ("System.IO.DirectoryNotFoundException", "Could not find a part of the path '{path}'."),
    FileNotFound: ("System.IO.FileNotFoundException", "Could not find file '{path}'."),
    IsADirectory: _DENIED,
    AccessDenied: _DENIED,
    FileReadOnly: _DENIED,
    InvalidPath: ("System.ArgumentException", "Illegal characters in path."),
    PathTooLong: (
        "System.IO.PathTooLongException",
        "The specified path, file name, or both are too long. The fully qualified file name must be less "
        "than 260 characters, and the directory name must be less than 248 characters.",
    ),
    FileInUse: (
        _IO,
        "The process cannot access the file '{path}' because it is being used by another process.",
    ),
    PathExists: (_IO, "The file '{path}' already exists."),
    # Texts of the system itself end a line.
    **{
        kind: (_IO, f"{kind.default_text}\r\n")
        for kind in (DirectoryNotEmpty, DiskFull, NotADirectory, WriteProtected)
    },
}
_MAKE_ERRORS: dict[type[HostError], tuple[str, str]] = {
    PathExists: (
        _IO,
        'Cannot create "{path}" because a file or directory with the same name already exists.',
    ),
}
#: The same for what File.Move and Directory.Move refuse, who name no path.
_MOVE_ERRORS: dict[type[HostError], tuple[str, str]] = {
    PathNotFound: ("System.IO.DirectoryNotFoundException", "Could not find a part of the path."),
    PathExists: (_IO, "Cannot create a file when that file already exists.\r\n"),
    InvalidPath: (
        _IO,
        "The process cannot access the file because it is being used by another process.\r\n",
    ),
    FileInUse: (_IO, "The process cannot access the file because it is being used by another process.\r\n"),
}


_PROTECTING = FileAttributes.READ_ONLY | FileAttributes.HIDDEN | FileAttributes.SYSTEM


class HostClock:
    """The host's clock as the engine's."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self.slept = 0.0

    def now(self) -> datetime:
        return self._host.clock.now()

    def sleep(self, seconds: float, interrupted: Callable[[], bool] | None = None) -> bool:
        self.slept += seconds
        return self._host.sleep(seconds, interrupted)

    def utc_offset(self, _moment: datetime) -> timedelta:
        return self._host.operating_system.utc_offset()

    def wake(self) -> None:
        self._host.wake()


class HostProviders:
    """The drives of Windows' own modules over the host: WSMan and Cert."""

    def __init__(self, host: Host, account: Account) -> None:
        self._host = host
        self._account = account

    def providers(self, engine: Engine) -> list[Provider]:
        from emulator.powershell.modules.certificates.provider import CertificateProvider
        from emulator.powershell.modules.wsman.provider import WSManProvider

        return [CertificateProvider(engine, self._host), WSManProvider(engine, self._host, self._account)]


class ProcessFiles:
    """The fake file system from the process's directory. Errors are the host's typed ones."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self.default_codec = ANSI
        self.drives: dict[str, str] = {}
        """Drives with longer names than a letter, lower case -> the folder that is their root."""

    def resolve(self, path: str) -> str:
        drive, colon, rest = path.partition(":")
        root = self.drives.get(drive.lower()) if colon else None
        if root is not None:
            path = "\\".join((root, rest.lstrip("\\/"))).rstrip("\\")
        with _as_error_records(path):
            return self._context.path(path)

    def exists(self, path: str) -> bool:
        file, stream = _parts(path)
        if stream is not None:
            return any(name.lower() == stream.lower() for name, _ in self.streams(file))
        try:
            files = self._context.files
            return files.exists(path) and not files.is_directory(path)
        except HostError:
            return False

    def is_directory(self, path: str) -> bool:
        try:
            return self._context.files.is_directory(path)
        except HostError:
            return False

    def read_bytes(self, path: str) -> bytes:
        file, stream = _parts(path)
        with _as_error_records(path):
            if stream is not None:
                return self._context.files.read_stream(file, stream)
            return self._context.files.read(file)

    def write_bytes(self, path: str, data: bytes) -> None:
        self._write(path, data, False)

    def _write(self, path: str, data: bytes, append: bool) -> None:
        file, stream = _parts(path)
        with _as_error_records(path):
            if stream is not None:
                self._context.files.write_stream(file, stream, data, append)
            else:
                self._context.files.write(file, data, append=append)

    def streams(self, path: str) -> list[tuple[str, int]]:
        try:
            return self._context.files.streams(path)
        except HostError:
            return []

    def volumes(self) -> list[tuple[str, str]]:
        return [(one.letter, one.label) for one in self._context.files.volumes]

    def room(self, path: str) -> tuple[int, int] | None:
        found = self._context.files.volume(path[:1]) if path[1:2] == ":" else None
        return None if found is None else (found.size - found.free, found.free)

    def map_drive(self, name: str, root: str | None) -> None:
        if root is None:
            self.drives.pop(name.lower(), None)
        else:
            self.drives[name.lower()] = root

    def entry(self, path: str) -> FileFacts | None:
        try:
            return _facts(self._context.files.entry(path))
        except HostError:
            return None

    def is_hidden(self, path: str) -> bool:
        try:
            self._context.files.entry(path)
        except AccessDenied:
            return True
        except HostError:
            return False
        return False

    def entries(self, path: str) -> list[FileFacts]:
        with _as_error_records(path):
            return [_facts(one) for one in self._context.files.list(path)]

    def make_directory(self, path: str) -> None:
        with _as_error_records(path, _MAKE_ERRORS):
            self._context.files.make_directory(path, parents=True)

    def remove(self, path: str, recursive: bool, force: bool) -> None:
        files = self._context.files
        with _as_error_records(path):
            before = files.entry(path).attributes
            if force:
                files.set_attributes(path, before & ~_PROTECTING)
            try:
                files.remove(path, recursive)
            except HostError:
                if force:
                    files.set_attributes(path, before)
                raise

    def set_attributes(self, path: str, attributes: int) -> None:
        with _as_error_records(path):
            self._context.files.set_attributes(path, FileAttributes(attributes))

    def set_times(self, path: str, created: datetime | None, modified: datetime | None) -> None:
        with _as_error_records(path):
            self._context.files.set_times(path, created, modified)

    def program_version(self, path: str) -> str | None:
        with _as_error_records(path):
            return program_version(self._context.files, path)

    def delete(self, path: str) -> None:
        file, stream = _parts(path)
        if self.exists(path):
            with _as_error_records(path):
                if stream is not None:
                    self._context.files.remove_stream(file, stream)
                else:
                    self._context.files.remove(file)

    def move(self, source: str, destination: str) -> None:
        if self.is_directory(source):
            _require_other_place(source, destination)
        with _as_error_records(source, _MOVE_ERRORS):
            self._context.files.move(source, destination)

    def replace(self, source: str, destination: str) -> None:
        files = self._context.files
        with _as_error_records(source, _MOVE_ERRORS):
            before = files.entry(destination).attributes
            files.set_attributes(destination, before & ~(FileAttributes.READ_ONLY | FileAttributes.HIDDEN))
            try:
                files.move(source, destination, overwrite=True)
            except HostError:
                files.set_attributes(destination, before)
                raise

    def copy(self, source: str, destination: str, overwrite: bool) -> None:
        files = self._context.files
        with _as_error_records(source):
            files.entry(source)
        with _as_error_records(destination):
            files.copy(source, destination, overwrite=overwrite)

    def read_text(self, path: str) -> str:
        return decoded(self.read_bytes(path), self.default_codec)

    def write_text(self, path: str, text: str, append: bool, encoding: str) -> None:
        codec, mark = _ENCODINGS.get(encoding.lower(), _ENCODINGS["unicode"])
        fresh = not append or not self.exists(path)
        data = text.encode(codec, "replace")
        self._write(path, mark + data if fresh else data, append)


def _parts(path: str) -> tuple[str, str | None]:
    """A full path and the alternate data stream that it names behind a second colon; ``:$DATA`` is none."""
    second = path.find(":", 2)
    if second < 0:
        return path, None
    stream = path[second + 1 :]
    return path[:second], None if stream.lower() == ":$data" else stream


def _facts(entry: Entry) -> FileFacts:
    return FileFacts(
        entry.name,
        entry.path,
        entry.is_directory,
        entry.size,
        entry.modified,
        entry.created,
        int(entry.attributes),
    )


def _require_other_place(source: str, destination: str) -> None:
    """What Directory.Move looks at before it asks the system."""
    if source.lower() == destination.lower():
        raise _failure(_IO, "Source and destination path must be different.")
    if source[:2].lower() != destination[:2].lower():
        text = "Source and destination path must have identical roots. Move will not work across volumes."
        raise _failure(_IO, text)


@contextmanager
def _as_error_records(
    path: str, special: Mapping[type[HostError], tuple[str, str]] = MappingProxyType({})
) -> Iterator[None]:
    """Turn the file system's errors into those that a script can catch."""
    try:
        yield
    except HostError as problem:
        faces = {**_FILE_ERRORS, **special}
        known = (face for kind, face in faces.items() if isinstance(problem, kind))
        name, text = next(known, (_IO, problem.text))
        # Where a folder on the way is missing, .NET names the whole path.
        at = problem.path if isinstance(problem, FilesystemError) else path
        raise _failure(
            name, text.replace("{path}", path if isinstance(problem, PathNotFound) else at)
        ) from None


def _failure(name: str, text: str) -> FileFailure:
    return FileFailure(ErrorRecord(ExceptionObject(name, text), "FileOpenFailure", "OpenError"))


class ProcessLocation:
    """The current directory of the process."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def current(self) -> str:
        return self._context.directory

    def change(self, path: str) -> None:
        """Let the process work in another directory."""
        self._context.directory = path


class Programs:
    """The programs that a script starts; they inherit the script's environment variables."""

    def __init__(self, context: Context, environment: Environment) -> None:
        self._context = context
        self._environment = environment

    def find(self, name: str) -> str | None:
        return find_program(self._context, name)

    def run(
        self,
        path: str,
        arguments: list[str],
        lines: list[str] | None,
        output: Write,
        error: Write,
        _stop: Any,
        verbatim: str = "",
    ) -> int:
        code_page = self._context.console.code_page
        out, err = _LineWriter(output, code_page), _LineWriter(error, code_page)
        child = self._context.child(stdout=out, stderr=err)
        child.environment = ProcessEnvironment(dict(self._environment))
        if lines is not None:
            text = "".join(line + "\r\n" for line in lines)
            child.stdin = MemoryReader(text.encode(codec_of(code_page), "replace"), code_page)
        tail = "".join(" " + _quoted(argument) for argument in arguments)
        tail += f" {verbatim}" if verbatim else ""
        try:
            with stopping():
                code = run_program(child, f'"{path}"', tail)
        except (HostError, OutputLimitExceeded) as problem:
            child.error(str(problem))
            code = 1
        if self._context.cancelled.is_set():
            # The program has ended this process.
            raise PipelineStopped
        out.finish()
        err.finish()
        return code


class _LineWriter:
    """Hands text on line by line, as the engine takes a program's output."""

    def __init__(self, write: Write, code_page: int) -> None:
        self.code_page = code_page
        self._write = write
        self._rest = ""

    def write(self, data: str | bytes) -> None:
        text = data if isinstance(data, str) else data.decode(codec_of(self.code_page), "replace")
        *lines, self._rest = (self._rest + text).replace("\r\n", "\n").split("\n")
        for line in lines:
            self._write(line)

    def finish(self) -> None:
        if self._rest:
            self._write(self._rest)
            self._rest = ""


ANSI = "cp1252"


def decoded(data: bytes, codec: str = ANSI) -> str:
    """The text of a file by its byte-order mark; without one, in a codec, the ANSI code page unless given."""
    for mark, marked in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(marked, "replace")
    return data.decode(codec, "replace")


def script_path(context: Context, typed: str) -> str | None:
    """The full path of a script given to -File, or None when there is no such file."""
    path = context.path(typed)
    files = context.files
    for candidate in (path, path + ".ps1"):
        if files.exists(candidate) and not files.is_directory(candidate):
            return files.entry(candidate).path
    return None


def _quoted(argument: str) -> str:
    # Windows PowerShell 5.1 puts quotes around arguments with blanks and escapes nothing inside.
    return f'"{argument}"' if any(blank in argument for blank in " \t") or not argument else argument
