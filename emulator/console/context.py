"""What a running console program sees: its streams, environment and directory on the fake machine."""

from __future__ import annotations

import re
import threading
from copy import copy
from typing import Protocol

from emulator.console.process import Environment
from emulator.host import Host
from emulator.host.security.accounts import Account
from emulator.host.storage.filesystem import Filesystem
from emulator.host.windows.wow64 import is_32_bit_program, take_variables
from emulator.record import MutableRecord, field

_PATTERN_PATH = re.compile(r"(.*[\\/:])?([^\\/:]*[*?][^\\/:]*)")


class Writer(Protocol):
    """Where a program writes: text is encoded in the writer's code page."""

    code_page: int

    def write(self, data: str | bytes) -> None: ...


class Reader(Protocol):
    """Where a program reads: a client's input, a file, or the output of the command to the left.

    `comes_from_client`: its end may never come.
    """

    code_page: int

    @property
    def comes_from_client(self) -> bool: ...

    def read(self) -> str: ...
    def read_line(self) -> str | None: ...
    def read_bytes(self, size: int = -1) -> bytes: ...

    def for_process(self, cancelled: threading.Event) -> Reader:
        """The same input as another process reads it, whose end ends its wait."""

    def wake(self) -> None:
        """Let whoever waits look whether his process was ended."""


class Console(MutableRecord):
    """The console window that a chain of processes shares: its code page and the ends of its streams.

    `error_window`: the last of them, standard error, is the window itself and not a pipe."""

    code_page: int
    streams: tuple[Reader | Writer, ...] = ()
    error_window: bool = False

    def change_code_page(self, code_page: int) -> None:
        """Encode and decode what passes from now on in another code page."""
        self.code_page = code_page
        for stream in self.streams:
            stream.code_page = code_page


class Context(MutableRecord):
    """One process, `process_id` of the machine's list. `environment` and `directory` are its own: changes do
    not reach its parent. `is_32_bit`: it is a 32-bit process of a 64-bit Windows."""

    host: Host
    account: Account
    console: Console
    environment: Environment
    directory: str
    stdin: Reader
    stdout: Writer
    stderr: Writer
    cancelled: threading.Event
    process_id: int
    depth: int = 0
    no_profile: bool = False
    is_32_bit: bool = False
    directories: dict[str, str] = field(default_factory=dict)
    """The remembered directory of each drive other than the present one (`cd D:x` without /d)."""

    @property
    def errors_in_window(self) -> bool:
        """Whether standard error is the window of the console: nobody redirected it."""
        return self.console.error_window and self.stderr is self.console.streams[-1]

    @property
    def files(self) -> Filesystem:
        """The machine's files as the process sees them, with the rights of the account."""
        files = self.host.filesystem
        return (files.seen_by_32_bit if self.is_32_bit else files).seen_by(self.account)

    def child(
        self, *, stdin: Reader | None = None, stdout: Writer | None = None, stderr: Writer | None = None
    ) -> Context:
        """A process started by this one: it inherits copies, so that its changes stay its own."""
        made = copy(self)
        made.environment = self.environment.copy()
        made.directories = dict(self.directories)
        made.stdin = stdin or self.stdin
        made.stdout = stdout or self.stdout
        made.stderr = stderr or self.stderr
        made.depth = self.depth + 1
        return made

    def become(self, path: str) -> None:
        """Be a process of the program at a path: 64-bit Windows gives one of another kind other variables."""
        is_32_bit = is_32_bit_program(path)
        if is_32_bit != self.is_32_bit:
            take_variables(self.environment, is_32_bit=is_32_bit)
            self.is_32_bit = is_32_bit

    def line(self, text: str = "") -> None:
        """Write one line to standard output."""
        self.stdout.write(text + "\r\n")

    def error(self, text: str) -> None:
        """Write one line to standard error."""
        self.stderr.write(text + "\r\n")

    def path(self, text: str) -> str:
        """The full path of what a user typed, quotes and all, in this process's directory. The last part may
        hold wildcards."""
        bare = text.strip().replace('"', "")
        match = _PATTERN_PATH.fullmatch(bare)
        if match is None:
            return self.host.filesystem.normalize(bare, self.directory)
        # A pattern is no valid name: only the folder before it is brought into normal form.
        folder = self.host.filesystem.normalize(match[1] or ".", self.directory)
        return folder.rstrip("\\") + "\\" + match[2]
