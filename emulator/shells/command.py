"""One command of a shell: a process in a thread of its own, and the Receive that waits for its output."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from emulator.console.process import Console, InputStream, OutputStream, Process, ProgramCancelled
from emulator.log import Log
from emulator.record import Record
from emulator.shells.errors import Aborted, CommandNotFound, InvalidShellParameter, TimedOut

_logger = Log(__name__)

#: Exit code of a process ended by Ctrl+C (STATUS_CONTROL_C_EXIT) and of one that was terminated.
CONTROL_C_EXIT = -1073741510
TERMINATED_EXIT = 1
#: Exit code when a program of the emulator itself failed (STATUS_UNSUCCESSFUL): the error is in the log.
FAILED_EXIT = -1073741823
#: Base64 grows data by a third; a chunk of this size stays well below any envelope.
_CHUNK = 32 * 1024


class Received(Record):
    """What one Receive took: pieces in order, the streams that ended, and the exit code once all did."""

    chunks: tuple[tuple[str, bytes], ...]
    ended: tuple[str, ...]
    exit_code: int | None

    @property
    def is_done(self) -> bool:
        return self.exit_code is not None


class Command:
    """A running or finished command. Safe to use from any number of threads."""

    def __init__(
        self, identifier: str, console: Console, process: Process, condition: threading.Condition
    ) -> None:
        self.identifier = identifier
        self.process = process
        self._console = console
        self._condition = condition
        self._outputs: dict[str, OutputStream] = {
            process.stdout.name: process.stdout,
            process.stderr.name: process.stderr,
        }
        self._exit_code: int | None = None
        self._exit_override: int | None = None
        self._aborted = False
        self._reported: set[str] = set()

    @property
    def command_line(self) -> str:
        return self.process.command_line

    @property
    def is_running(self) -> bool:
        return self._exit_code is None

    @property
    def is_drained(self) -> bool:
        """Whether the client has heard the end of every stream."""
        return self._exit_code is not None and len(self._reported) == len(self._outputs)

    def start(self) -> None:
        """Start the process's thread."""
        threading.Thread(target=self._run, name=f"command-{self.identifier[:8]}", daemon=True).start()

    def _run(self) -> None:
        exit_code = FAILED_EXIT
        try:
            exit_code = self._console.start(self.process)
        except ProgramCancelled:
            exit_code = TERMINATED_EXIT
        except Exception:  # a program's failure must reach the client as an exit code, never as silence
            _logger.exception("the command %r failed inside the emulator", self.command_line[:200])
        finally:
            with self._condition:
                self._exit_code = exit_code if self._exit_override is None else self._exit_override
                for stream in self._outputs.values():
                    stream.close()
                self._condition.notify_all()

    def send(self, stream: str, data: bytes, end: bool) -> None:
        """Feed standard input. What comes after the program has ended is dropped, as by a broken pipe."""
        if stream != "stdin":
            raise InvalidShellParameter(f"no input stream {stream[:64]!r}")
        self.process.stdin.feed(data, end)

    def receive(
        self, streams: Sequence[str], timeout: float, limit: int, left: Callable[[], bool] = lambda: False
    ) -> Received | None:
        """Output of the desired streams, waiting up to `timeout` seconds for the first byte or the end.

        At most `limit` bytes; None as soon as `left` says that the client is gone. Raises TimedOut, Aborted,
        CommandNotFound when all was received before, InvalidShellParameter for a stream that the command does
        not have.
        """
        desired = [self._output(name) for name in streams]
        with self._condition:
            if self.is_drained:
                raise CommandNotFound(f"the command {self.identifier} has completed")
            ready = self._condition.wait_for(
                lambda: (
                    self._aborted
                    or left()
                    or self._exit_code is not None
                    or any(stream.pending for stream in desired)
                ),
                timeout,
            )
            if self._aborted:
                raise Aborted(f"the command {self.identifier} was ended")
            if left():
                return None
            if not ready:
                raise TimedOut("nothing to receive")
            chunks: list[tuple[str, bytes]] = []
            for stream in desired:
                while limit > 0 and (piece := stream.take(min(limit, _CHUNK))):
                    chunks.append((stream.name, piece))
                    limit -= len(piece)
            if self._exit_code is None or any(stream.pending for stream in desired):
                return Received(tuple(chunks), (), None)
            ended = tuple(stream.name for stream in desired)
            self._reported.update(ended)
            return Received(tuple(chunks), ended, self._exit_code)

    def wake(self) -> None:
        """Let every Receive that waits look around."""
        with self._condition:
            self._condition.notify_all()

    def interrupt(self) -> None:
        """Ctrl+C or Ctrl+Break: the process ends, what it wrote can still be received."""
        with self._condition:
            if self._exit_code is None:
                self._exit_override = CONTROL_C_EXIT
        self.process.cancel()

    def abort(self) -> None:
        """End the process and every Receive that waits on it."""
        with self._condition:
            self._aborted = True
            self._condition.notify_all()
        self.process.cancel()

    def _output(self, name: str) -> OutputStream:
        found = self._outputs.get(name)
        if found is None:
            raise InvalidShellParameter(f"no output stream {name[:64]!r}")
        return found


def create_command(
    identifier: str,
    console: Console,
    build: Callable[[InputStream, OutputStream, OutputStream], Process],
    code_page: int,
) -> Command:
    """A command whose output streams share one condition, so that one wait covers them both.

    Standard input has a condition of its own: a program that waits for input is not woken by output.
    """
    condition = threading.Condition()
    process = build(
        InputStream(code_page),
        OutputStream("stdout", code_page, condition),
        OutputStream("stderr", code_page, condition),
    )
    return Command(identifier, console, process, condition)
