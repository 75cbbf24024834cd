"""One WinRS shell: the commands that one user runs under one environment and directory."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from emulator.console.process import (
    Console,
    Environment,
    InputStream,
    OutputStream,
    Process,
    UnknownCodePage,
    codec_of,
)
from emulator.host.identifiers import random_guid
from emulator.shells.command import Command, Received, create_command
from emulator.shells.errors import (
    Aborted,
    CommandLineTooLong,
    CommandNotFound,
    IdentifierInUse,
    InvalidShellParameter,
    StreamDisconnected,
    TooManyCommands,
)
from emulator.shells.remote_shell import RemoteShell, ShellSettings

if TYPE_CHECKING:
    from emulator.host import Host
    from emulator.host.security.accounts import Account

#: CreateProcess takes 32767 characters with the terminating zero (Microsoft, "CreateProcessW").
MAXIMUM_COMMAND_LINE = 32766
#: Finished commands kept for clients that never signal; ids remembered so that late Signals are answered.
_FINISHED_KEPT = 64
_IDENTIFIERS_KEPT = 1024
_PROCESSES_ABSOLUTE = 256


class Shell(RemoteShell):
    """A WinRS shell and its commands. Every method may raise ShellNotFound once the shell has ended, and
    ShellDisconnected while the client is away."""

    def __init__(
        self,
        host: Host,
        console: Console,
        identifier: str,
        owner: Account,
        resource_uri: str,
        client_address: str,
        settings: ShellSettings,
        maximum_commands: int,
    ) -> None:
        try:
            codec_of(settings.code_page)
        except UnknownCodePage as unknown:
            raise InvalidShellParameter(str(unknown)) from None
        super().__init__(host, identifier, owner, resource_uri, client_address, settings)
        self._console = console
        self._maximum_commands = min(maximum_commands or _PROCESSES_ABSOLUTE, _PROCESSES_ABSOLUTE)
        self._commands: dict[str, Command] = {}
        self._known: dict[str, None] = {}

    # Commands.

    @property
    def commands(self) -> tuple[Command, ...]:
        with self._lock:
            return tuple(self._commands.values())

    @property
    def running(self) -> int:
        """Commands whose process has not ended."""
        return sum(command.is_running for command in self.commands)

    def run(self, command_line: str, identifier: str | None = None, skip_shell: bool = False) -> Command:
        """Start a command.

        Raises TooManyCommands, CommandLineTooLong, IdentifierInUse, ProgramNotFound (with `skip_shell`).
        """
        if len(command_line) > MAXIMUM_COMMAND_LINE:
            raise CommandLineTooLong(f"{len(command_line)} characters, {MAXIMUM_COMMAND_LINE} are allowed")
        settings = self.settings

        def build(stdin: InputStream, stdout: OutputStream, stderr: OutputStream) -> Process:
            return Process(
                host=self.host,
                account=self.owner,
                command_line=command_line,
                stdin=stdin,
                stdout=stdout,
                stderr=stderr,
                environment=Environment(settings.environment),
                directory=settings.directory,
                code_page=settings.code_page,
                skip_shell=skip_shell,
                no_profile=settings.no_profile,
                parent_id=self.process_id,
            )

        chosen = identifier or random_guid()
        command = create_command(chosen, self._console, build, settings.code_page)
        if skip_shell:
            self._console.check(command.process)
        with self._lock:
            self.require_connected()
            self._forget_finished()
            if chosen in self._known:
                raise IdentifierInUse(f"the command id {chosen} is in use")
            if sum(other.is_running for other in self._commands.values()) >= self._maximum_commands:
                raise TooManyCommands(f"{self._maximum_commands} commands are running")
            self._commands[chosen] = command
            self._known[chosen] = None
            if len(self._known) > _IDENTIFIERS_KEPT:
                del self._known[next(iter(self._known))]
        command.start()
        return command

    def send(self, identifier: str, stream: str, data: bytes, end: bool) -> None:
        """Give a command input. Raises CommandNotFound, InvalidShellParameter, InputTooLarge."""
        self.command(identifier).send(stream, data, end)

    def receive(self, identifier: str, streams: Sequence[str], timeout: float, limit: int) -> Received:
        """Wait for output of a command; see `Command.receive`."""
        left = self.watch()
        command = self.command(identifier)
        with self.serving():
            try:
                received = command.receive(streams, timeout, limit, left)
            except Aborted:
                if self.is_lost:
                    raise self.ended_error() from None
                raise
        if received is None:
            raise StreamDisconnected(f"the shell {self.identifier} was disconnected")
        return received

    def interrupt(self, identifier: str) -> None:
        """Ctrl+C for a command; one that has ended is left alone. Raises CommandNotFound."""
        command = self._signalled(identifier)
        if command is not None:
            command.interrupt()

    def terminate(self, identifier: str) -> None:
        """End a command and forget it; any number of times. Raises CommandNotFound for an id never used."""
        command = self._signalled(identifier)
        if command is not None:
            with self._lock:
                self._commands.pop(identifier, None)
            command.abort()

    def end(self) -> None:
        """End the shell: its processes are ended and everything that waits on it raises Aborted."""
        with self._lock:
            self._ended = True
            commands = list(self._commands.values())
            self._commands.clear()
        for command in commands:
            command.abort()

    def command(self, identifier: str) -> Command:
        """The command with this id. Raises CommandNotFound."""
        with self._lock:
            self.require_connected()
            found = self._commands.get(identifier)
        if found is None:
            raise CommandNotFound(f"there is no command {identifier}")
        return found

    def _signalled(self, identifier: str) -> Command | None:
        with self._lock:
            self.require_connected()
            found = self._commands.get(identifier)
            if found is None and identifier not in self._known:
                raise CommandNotFound(f"there is no command {identifier}")
            return found

    def command_rows(self) -> list[tuple[str, str, bool]]:
        """(id, command line, is running) of each command."""
        return [(one.identifier, one.command_line, one.is_running) for one in self.commands]

    def connect(self, identifier: str) -> None:
        """Connect to a command of a connected shell. Raises CommandNotFound."""
        self.command(identifier)

    def _wake_receives(self) -> None:
        for command in self.commands:
            command.wake()

    def _forget_finished(self) -> None:
        finished = [name for name, command in self._commands.items() if not command.is_running]
        for name in finished[: max(0, len(finished) - _FINISHED_KEPT)]:
            del self._commands[name]


__all__ = ["MAXIMUM_COMMAND_LINE", "Aborted", "Shell"]
