"""What a shell and a console program share: the streams of one process and how it was started.

A shell (`emulator.shells`) builds a `Process`, gives it a thread of its own and calls `Console.start`;
the program reads `stdin`, writes `stdout` and `stderr`, and returns its exit code. Both ends are safe to
use from different threads. Every stream is bounded: a writer that is faster than the client's Receive
waits, and everything that waits is released when the process is cancelled.
"""

from __future__ import annotations

import codecs
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from typing import TYPE_CHECKING, Protocol

from emulator.host.windows.processes import SERVICES_PROCESS_ID
from emulator.record import MutableRecord, field

if TYPE_CHECKING:
    from emulator.host import Host
    from emulator.host.security.accounts import Account

#: The OEM code page of an English Windows; a client changes it with WINRS_CODEPAGE, a program with chcp.
DEFAULT_CODE_PAGE = 437
#: Bytes of standard input that may wait for a program that does not read.
MAXIMUM_PENDING_INPUT = 64 * 1024 * 1024
#: Bytes of output that may wait for a client that does not receive.
MAXIMUM_PENDING_OUTPUT = 1024 * 1024

_UTF_8_CODE_PAGE = 65001


class ProcessError(Exception):
    """Base of what can go wrong between a shell and a program."""


class ProgramCancelled(ProcessError):
    """The process was ended from outside (Signal, deleted shell); the program should unwind at once."""


class ProgramNotFound(ProcessError):
    """There is no such program. Raised by `Console.check` only (Windows error 2)."""

    def __init__(self, name: str) -> None:
        super().__init__(f"The system cannot find the file specified: {name}")
        self.name = name


class InputTooLarge(ProcessError):
    """More than MAXIMUM_PENDING_INPUT bytes of standard input wait to be read."""


class UnknownCodePage(ProcessError):
    """The code page is not one that Windows and Python both know."""


def codec_of(code_page: int) -> str:
    """The Python codec of a Windows code page. Raises UnknownCodePage."""
    if code_page == _UTF_8_CODE_PAGE:
        return "utf-8"
    try:
        return codecs.lookup(f"cp{code_page}").name
    except LookupError:
        raise UnknownCodePage(f"code page {code_page} is not installed") from None


class Environment(MutableMapping[str, str]):
    """Environment variables: names compare without case and keep the spelling of the first setting."""

    def __init__(self, values: Mapping[str, str] | None = None) -> None:
        self._values: dict[str, tuple[str, str]] = {}
        for name, value in (values or {}).items():
            self[name] = value

    def __getitem__(self, name: str) -> str:
        return self._values[name.upper()][1]

    def __setitem__(self, name: str, value: str) -> None:
        known = self._values.get(name.upper())
        self._values[name.upper()] = (known[0] if known else name, value)

    def __delitem__(self, name: str) -> None:
        del self._values[name.upper()]

    def __iter__(self) -> Iterator[str]:
        return (name for name, _ in list(self._values.values()))

    def __len__(self) -> int:
        return len(self._values)

    def copy(self) -> Environment:
        return Environment(dict(self))


def _never() -> bool:
    return False


class InputStream:
    """Standard input of a process: the shell feeds bytes, the program reads bytes or text."""

    comes_from_client = True

    def __init__(
        self,
        code_page: int = DEFAULT_CODE_PAGE,
        condition: threading.Condition | None = None,
        limit: int = MAXIMUM_PENDING_INPUT,
    ) -> None:
        self._condition = condition or threading.Condition()
        self._buffer = bytearray()
        self._ended = False
        self._cancelled = False
        self._limit = limit
        self.code_page = code_page

    # The shell's end.

    def feed(self, data: bytes, end: bool = False) -> None:
        """Append bytes; `end` says that no more will come. Input after the end is dropped, as by a
        closed pipe. Raises InputTooLarge and then keeps nothing of the data."""
        with self._condition:
            if self._ended or self._cancelled:
                return
            if len(self._buffer) + len(data) > self._limit:
                raise InputTooLarge(f"more than {self._limit} bytes of standard input are waiting")
            self._buffer += data
            self._ended = end
            self._condition.notify_all()

    def cancel(self) -> None:
        """Make every present and future read raise ProgramCancelled."""
        with self._condition:
            self._cancelled = True
            self._buffer.clear()
            self._condition.notify_all()

    # The program's end.

    @property
    def closed(self) -> bool:
        """Whether the client said End and everything has been read."""
        with self._condition:
            return self._ended and not self._buffer

    def for_process(self, cancelled: threading.Event) -> ProcessInput:
        """This input as one of several processes reads it."""
        return ProcessInput(self, cancelled)

    def wake(self) -> None:
        """Let every process that waits look whether it was ended."""
        with self._condition:
            self._condition.notify_all()

    def read_bytes(self, size: int = -1, is_over: Callable[[], bool] = _never) -> bytes:
        """Up to `size` bytes, waiting for the first; with -1 everything up to the end. b"" at the end.

        `is_over` says whether the process that reads was ended. Raises ProgramCancelled.
        """
        with self._condition:
            if size < 0:
                self._wait(lambda: self._ended, is_over)
                size = len(self._buffer)
            else:
                self._wait(lambda: bool(self._buffer) or self._ended, is_over)
            taken = bytes(self._buffer[:size])
            del self._buffer[:size]
            return taken

    def read(self) -> str:
        """All text up to the end, as `[Console]::In.ReadToEnd()`; waits until the client ends the input."""
        return self.read_bytes().decode(codec_of(self.code_page), "replace")

    def read_line(self, is_over: Callable[[], bool] = _never) -> str | None:
        """The next line without its line end, waiting for it; None at the end of the input. See
        `read_bytes`."""
        with self._condition:
            searched = 0
            while True:
                at = self._buffer.find(b"\n", searched)
                if at >= 0 or self._ended or self._cancelled or is_over():
                    break
                searched = len(self._buffer)
                self._condition.wait()
            if self._cancelled or is_over():
                raise ProgramCancelled("the process was cancelled while it read")
            if at < 0 and not self._buffer:
                return None
            size = len(self._buffer) if at < 0 else at + 1
            line = bytes(self._buffer[:size])
            del self._buffer[:size]
        return line.rstrip(b"\r\n" if at >= 0 else b"").decode(codec_of(self.code_page), "replace")

    def _wait(self, ready: Callable[[], bool], is_over: Callable[[], bool]) -> None:
        self._condition.wait_for(lambda: self._cancelled or is_over() or ready())
        if self._cancelled or is_over():
            raise ProgramCancelled("the process was cancelled while it read")


class ProcessInput:
    """An `InputStream` as one of the processes reads it that have it for their standard input: the end of
    that process ends its wait, and takes nothing from the others."""

    comes_from_client = True

    def __init__(self, stream: InputStream, cancelled: threading.Event) -> None:
        self._stream = stream
        self._cancelled = cancelled

    @property
    def code_page(self) -> int:
        """That of the whole stream."""
        return self._stream.code_page

    @code_page.setter
    def code_page(self, number: int) -> None:
        self._stream.code_page = number

    def for_process(self, cancelled: threading.Event) -> ProcessInput:
        """The same input as another process reads it."""
        return ProcessInput(self._stream, cancelled)

    def wake(self) -> None:
        """See `InputStream.wake`."""
        self._stream.wake()

    def read_bytes(self, size: int = -1) -> bytes:
        """See `InputStream.read_bytes`."""
        return self._stream.read_bytes(size, self._cancelled.is_set)

    def read(self) -> str:
        """See `InputStream.read`."""
        return self.read_bytes().decode(codec_of(self.code_page), "replace")

    def read_line(self) -> str | None:
        """See `InputStream.read_line`."""
        return self._stream.read_line(self._cancelled.is_set)


class OutputStream:
    """One output stream of a process: the program writes, the shell takes what Receive sends."""

    def __init__(
        self,
        name: str,
        code_page: int = DEFAULT_CODE_PAGE,
        condition: threading.Condition | None = None,
        limit: int = MAXIMUM_PENDING_OUTPUT,
    ) -> None:
        self.name = name
        self.code_page = code_page
        self._condition = condition or threading.Condition()
        self._chunks: deque[bytes] = deque()
        self._pending = 0
        self._limit = limit
        self._closed = False
        self._cancelled = False

    # The program's end.

    def write(self, data: str | bytes) -> None:
        """Append text (encoded in the code page, unknown characters as `?`) or bytes.

        Waits while the client is behind by more than the limit. Raises ProgramCancelled.
        """
        raw = data.encode(codec_of(self.code_page), "replace") if isinstance(data, str) else bytes(data)
        with self._condition:
            for start in range(0, len(raw), self._limit):
                piece = raw[start : start + self._limit]
                self._condition.wait_for(
                    lambda: self._cancelled or self._closed or self._pending < self._limit
                )
                if self._cancelled:
                    raise ProgramCancelled("the process was cancelled while it wrote")
                if self._closed:
                    return
                self._chunks.append(piece)
                self._pending += len(piece)
                self._condition.notify_all()

    # The shell's end.

    def close(self) -> None:
        """No more will be written; what is pending can still be taken."""
        with self._condition:
            self._closed = True
            self._condition.notify_all()

    def cancel(self) -> None:
        """Make every present and future write raise ProgramCancelled; pending bytes stay for the client."""
        with self._condition:
            self._cancelled = True
            self._condition.notify_all()

    @property
    def pending(self) -> int:
        """Bytes written and not taken yet."""
        return self._pending

    def take(self, limit: int) -> bytes:
        """Remove and return at most `limit` bytes, at once; b"" when there are none."""
        with self._condition:
            taken: list[bytes] = []
            while self._chunks and limit > 0:
                chunk = self._chunks.popleft()
                if len(chunk) > limit:
                    self._chunks.appendleft(chunk[limit:])
                    chunk = chunk[:limit]
                taken.append(chunk)
                limit -= len(chunk)
                self._pending -= len(chunk)
            if taken:
                self._condition.notify_all()
            return b"".join(taken)


class Process(MutableRecord):
    """One process to run: what its creator decided, and its streams.

    `environment` holds only the variables that the client set; the console lays them over those of the
    user. `directory` is the working directory the client asked for, None for the user's home.
    `command_line` is the command and its arguments as one text, as CreateProcess gets it; with
    `skip_shell` it is started directly, otherwise by cmd.exe /C. `error_window`: standard error is the window
    of a console, not a pipe. `process_id` is its number when its creator has put it into the machine's list;
    otherwise the console does, as a child of `parent_id`. `is_32_bit`: a 32-bit process starts it.
    """

    host: Host
    account: Account
    command_line: str
    stdin: InputStream
    stdout: OutputStream
    stderr: OutputStream
    environment: Environment = field(default_factory=Environment)
    directory: str | None = None
    code_page: int = DEFAULT_CODE_PAGE
    skip_shell: bool = False
    no_profile: bool = False
    error_window: bool = False
    is_32_bit: bool = False
    process_id: int | None = None
    parent_id: int = SERVICES_PROCESS_ID
    cancelled: threading.Event = field(default_factory=threading.Event)

    def cancel(self) -> None:
        """Ask the program to end and release whatever waits on one of its streams."""
        self.cancelled.set()
        self.stdin.cancel()
        self.stdout.cancel()
        self.stderr.cancel()
        self.host.wake()


class Console(Protocol):
    """What `emulator.console` offers to a shell; a module with these two functions will do."""

    def check(self, process: Process) -> str:
        """The path of the program that runs.

        Raises ProgramNotFound when a process with `skip_shell` names a program that does not exist.
        """

    def start(self, process: Process) -> int:
        """Run the process to its end in the calling thread and return its exit code.

        Must end soon after `process.cancelled` is set. Does not close the streams.
        """
