"""Programs that run by themselves, without a client at their streams (Win32_Process.Create).

Their standard input is empty and their output goes nowhere, as that of a process without a console,
unless whoever starts one keeps a `ProgramRun` of it (Start-Process).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from emulator.console.process import Environment, InputStream, OutputStream, Process, ProgramNotFound
from emulator.host.errors import NotFound, QuotaExceeded
from emulator.host.windows.program_start import TERMINATED, ProgramRun

if TYPE_CHECKING:
    from emulator.console.process import Console
    from emulator.host import Host
    from emulator.host.security.accounts import Account
    from emulator.host.windows.processes import Process as ListedProcess

#: Programs that run by themselves at the same time.
MAXIMUM_PROGRAMS = 64
#: Bytes of each stream that are kept for whoever started a program; one that writes more is ended.
MAXIMUM_OUTPUT = 16 << 20
#: Seconds after which a reader of a pipe looks whether its own script was stopped.
_LOOK_UP = 0.1


class _Kept(OutputStream):
    """A stream whose content is kept until the end."""

    def write(self, data: str | bytes) -> None:
        if self.pending >= MAXIMUM_OUTPUT:
            self.cancel()
        super().write(data)


class _Piped(_Kept):
    """A stream that whoever started the program reads while it runs."""

    def wait(self, interrupted: Callable[[], bool]) -> None:
        """Wait until there are bytes, or none will come, or somebody interrupts."""
        with self._condition:
            while not (self._pending or self._closed or interrupted()):
                self._condition.wait(_LOOK_UP)

    def has_ended(self) -> bool:
        """Whether no more will be written."""
        return self._closed


class DetachedPrograms:
    """The programs of one machine that nobody waits for, each in a thread of its own."""

    def __init__(self, host: Host, console: Callable[[], Console]) -> None:
        self._host = host
        self._console = console
        self._running: dict[int, Process] = {}

    def start(
        self,
        account: Account,
        command_line: str,
        directory: str | None = None,
        environment: Mapping[str, str] | None = None,
        run: ProgramRun | None = None,
    ) -> int:
        """See `ProgramStarter.start`."""
        host, console = self._host, self._console()
        if len(self._running) >= MAXIMUM_PROGRAMS:
            raise QuotaExceeded(f"{MAXIMUM_PROGRAMS} programs run by themselves already.")
        if directory is not None and not host.filesystem.is_directory(directory):
            raise NotFound(f"There is no folder {directory[:260]}.")
        made = run or ProgramRun()
        page = made.code_page
        kind = _Piped if made.is_piped else _Kept
        process = Process(
            host,
            account,
            command_line,
            InputStream(page),
            kind("stdout", page, limit=MAXIMUM_OUTPUT),
            kind("stderr", page, limit=MAXIMUM_OUTPUT),
            Environment(environment),
            directory,
            page,
            skip_shell=True,
            error_window=made.error_window,
            is_32_bit=made.is_32_bit,
        )
        if not made.is_piped:
            process.stdin.feed(made.given, end=True)
        if run is None:
            process.stdout.close()
            process.stderr.close()
        try:
            path = console.check(process)
        except ProgramNotFound as error:
            raise NotFound(str(error)) from error

        def ended() -> None:
            self._running.pop(listed.id, None)
            process.cancel()
            resume, made.resume = made.resume, None
            if resume is not None:
                # One that never began: its thread tells how it ended.
                resume()

        with host.looking():
            listed = host.processes.start(
                path,
                command_line,
                account=account.qualified_name,
                parent_id=made.parent_id,
                ended=ended,
            )
            process.process_id = listed.id
            self._running[listed.id] = process
            if run is not None:
                run.process = listed
                if made.is_piped:
                    run.streams = (process.stdin, process.stdout, process.stderr)  # type: ignore[assignment]
            thread = threading.Thread(
                target=self._run,
                args=(console, process, listed, run),
                name=f"program {listed.id}",
                daemon=True,
            )
            if made.is_suspended:
                made.resume = thread.start
        if not made.is_suspended:
            thread.start()
        return listed.id

    def stop(self) -> None:
        """Ask every program to end: the machine goes down."""
        for process in list(self._running.values()):
            process.cancel()

    def _run(self, console: Console, process: Process, listed: ListedProcess, run: ProgramRun | None) -> None:
        code = TERMINATED
        try:
            if not process.cancelled.is_set():
                code = console.start(process)
        finally:
            if run is not None and run.is_piped:
                process.stdout.close()
                process.stderr.close()
            elif run is not None:
                run.output = process.stdout.take(MAXIMUM_OUTPUT)
                run.errors = process.stderr.take(MAXIMUM_OUTPUT)
                if run.ended is not None:
                    run.ended(run)
            with self._host.looking():
                if run is not None:
                    run.exit_code = TERMINATED if process.cancelled.is_set() else code
                if self._running.get(listed.id) is process:
                    # A reset of the machine has made the list anew, and nobody has told that it is gone.
                    del self._running[listed.id]
                if self._host.processes.get(listed.id) is listed:
                    self._host.processes.end(listed.id)
            if run is not None:
                # Who ended the process from outside changed the machine before its exit code was known.
                self._host.wake()
