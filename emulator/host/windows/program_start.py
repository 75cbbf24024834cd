"""Starting a program that nobody waits for, as Win32_Process.Create does.

The programs are a door's matter: who has them puts a starter into `Host.programs`.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Protocol

from emulator.host.errors import NotSupported
from emulator.host.windows.processes import SERVICES_PROCESS_ID
from emulator.record import MutableRecord

if TYPE_CHECKING:
    from emulator.host.host import Host
    from emulator.host.security.accounts import Account
    from emulator.host.windows.processes import Process

#: The code page of a console of an English Windows.
OEM_CODE_PAGE = 437
#: CreateProcess takes a command line of 32,767 characters.
LONGEST_COMMAND_LINE = 32_767
#: How the names of files end that Windows starts by themselves.
PROGRAM_TYPES = (".exe", ".com", ".bat", ".cmd")

#: What Windows gives a process that somebody ends (TerminateProcess of Stop-Process).
TERMINATED = -1


class InputPipe(Protocol):
    """The end of a program's standard input that whoever started it holds."""

    def feed(self, data: bytes, end: bool = False) -> None:
        """Append bytes; ``end`` says that no more will come."""


class OutputPipe(Protocol):
    """The end of a stream of a program that whoever started it holds."""

    pending: int
    """Bytes that wait."""

    def take(self, limit: int) -> bytes:
        """Remove and return at most so many bytes, at once."""

    def wait(self, interrupted: Callable[[], bool]) -> None:
        """Wait until there are bytes, or none will come, or somebody interrupts."""

    def has_ended(self) -> bool:
        """Whether no more will be written."""

    def close(self) -> None:
        """What is written from now on is lost."""


class ProgramRun(MutableRecord):
    """One program that its starter looks after: what it reads, and what is left of it when it has ended.

    ``process`` is set by the start, ``output``, ``errors`` and at last ``exit_code`` by the end, under the
    host's
    lock; ``ended`` is called before the exit code is told, with the lock not held. ``error_window``: standard
    error is the window of a console of its own, not a pipe or a file. ``is_piped``: the streams are pipes,
    ``streams`` from the start on, and ``given``, ``output`` and ``errors`` stay empty. ``is_suspended``: the
    program begins when ``resume`` is called. ``parent_id`` is the process that starts it; ``is_32_bit``: that
    is a 32-bit one, so that a program of Windows is the one for such processes.
    """

    given: bytes = b""
    error_window: bool = True
    code_page: int = OEM_CODE_PAGE
    is_piped: bool = False
    is_suspended: bool = False
    parent_id: int = SERVICES_PROCESS_ID
    is_32_bit: bool = False
    streams: "tuple[InputPipe, OutputPipe, OutputPipe] | None" = None
    resume: "Callable[[], None] | None" = None
    process: "Process | None" = None
    output: bytes = b""
    errors: bytes = b""
    exit_code: int | None = None
    ended: "Callable[[ProgramRun], None] | None" = None


class ProgramStarter(Protocol):
    """What can run programs of the machine."""

    def start(
        self,
        account: "Account",
        command_line: str,
        directory: str | None = None,
        environment: Mapping[str, str] | None = None,
        run: ProgramRun | None = None,
    ) -> int:
        """The identifier of the new process, which runs by itself. Without a `run` its output is lost.

        Raises NotFound when there is no such program or folder, QuotaExceeded.
        """


def program_starter(host: "Host") -> ProgramStarter:
    """The starter of a machine. Raises NotSupported when there is none."""
    if host.programs is None:
        raise NotSupported("This machine runs no programs.")
    return host.programs
