"""Where powershell.exe writes: objects as text on standard output, errors on standard error.

Standard error carries CLIXML if and only if the script came by -EncodedCommand without -OutputFormat;
otherwise errors are text in the NormalView form, 80 columns wide (PowerShell's ConsoleHost). Where standard
error is a window they are text, and go where the rest of the window's text goes: into a file, when standard
output is redirected (recorded: the standard output of a scheduled task of Terraform's provider).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.console.context import Context
from emulator.powershell.format.error_view import error_lines, error_view
from emulator.powershell.format.out import Formatter, message_line
from emulator.powershell.runtime import ErrorRecord, Runspace
from emulator.powershell.runtime.errors import PSError
from emulator.powershell.runtime.streams import InformationRecord, MessageRecord, ProgressRecord
from emulator.powershell.serialization import clixml_streams

if TYPE_CHECKING:
    from emulator.powershell.modules.core.session_objects import Session

WIDTH = 80
_NATIVE_ERROR = "NativeCommandError"


class ConsoleInterface:
    """What stands behind $Host.UI and [Console] in a process without a window."""

    def __init__(self, context: Context, *, interactive: bool) -> None:
        self.width = WIDTH
        self._context = context
        self.interactive = interactive
        """False with -NonInteractive: nobody may be asked."""
        self.entered: Session | None = None
        """The session that Enter-PSSession entered."""
        self._ends = False
        self._left: list[Session] = []

    def push_session(self, session: Session, *, ends: bool) -> None:
        """Enter-PSSession: what is read from now on runs in a session; ``ends``: which ends when it is
        left."""
        self.pop_session()
        self.entered, self._ends = session, ends

    def pop_session(self) -> None:
        """Exit-PSSession. The session may still run the command that asks for it."""
        if self.entered is not None and self._ends:
            self._left.append(self.entered)
        self.entered = None

    def leave_broken_session(self) -> None:
        """Go back when the session that was entered is of no use any more, as ConsoleHost does."""
        if self.entered is not None and self.entered.state != "Opened":
            self.pop_session()

    def end_left_sessions(self) -> None:
        """End the sessions that were opened only to be entered."""
        while self._left:
            self._left.pop().connection.close()

    def write_host(self, record: InformationRecord) -> None:
        """Write-Host: colours are lost without a window."""
        self._context.stdout.write(_crlf(str(record.data)) + ("\r\n" if record.newline else ""))

    def write_progress(self, record: ProgressRecord) -> None:
        """No window, no bar; the CLIXML stream gets the record from the sink."""

    def read_line(self, prompt: str) -> str | None:
        """An answer to a prompt; None with -NonInteractive or at the end of the input."""
        if not self.interactive:
            return None
        self._context.stdout.write(_crlf(prompt))
        return self._context.stdin.read_line()

    def write_console(self, name: str, text: str) -> None:
        """[Console]::Out and [Console]::Error."""
        (self._context.stderr if name == "error" else self._context.stdout).write(text)

    def read_console(self, whole: bool) -> str | None:
        """[Console]::In."""
        return self._context.stdin.read() if whole else self._context.stdin.read_line()


class ConsoleSink:
    """Receives what a script writes and shows it at once."""

    def __init__(
        self, context: Context, runspace: Runspace, *, clixml: bool, errors_in_window: bool = False
    ) -> None:
        self._context = context
        self._errors_in_window = errors_in_window
        self._engine = runspace.engine
        self._width = runspace.engine.ui.width
        self._formatter = Formatter(runspace.engine, self._width)
        self._clixml = clixml
        self._opened = False

    def output(self, value: Any) -> None:
        try:
            lines = self._formatter.add(value)
        except PSError as problem:
            self.error(problem.record)
        else:
            self._lines(lines)

    def error(self, record: ErrorRecord) -> None:
        """An error record; what a program wrote to its standard error passes through as it is. In a window it
        stands where it came, in the midst of a table, which goes on."""
        if record.fully_qualified_error_id == _NATIVE_ERROR:
            self._context.error(str(record.target))
            return
        if self._errors_in_window and not self._clixml:
            self._lines(self._formatter.add(record))
            return
        if self._engine.transcription is not None:
            # Windows merges errors into what Out-Default shows, which transcribes them once more.
            self._engine.transcription.error(record)
        for line in error_lines(record, self._width, error_view(self._engine)):
            if self._clixml:
                self._fragment(clixml_streams.line("Error", line))
            else:
                self._context.error(line)

    def warning(self, record: MessageRecord) -> None:
        self._message("Warning", record)

    def verbose(self, record: MessageRecord) -> None:
        self._message("Verbose", record)

    def debug(self, record: MessageRecord) -> None:
        self._message("Debug", record)

    def information(self, record: InformationRecord) -> None:
        """Write-Host has reached the screen already; Write-Information shows itself when preferred."""
        if not record.host and record.displayed:
            self._context.line(_crlf(str(record.data)))

    def progress(self, record: ProgressRecord) -> None:
        if self._clixml:
            self._fragment(
                clixml_streams.progress(
                    record.activity,
                    record.status,
                    record.percent_complete,
                    record.completed,
                    record.activity_id,
                )
            )

    def failed(self, record: ErrorRecord) -> None:
        """An error has ended the script, and Out-Default with it: what waits to be fitted is never shown."""
        self._formatter.abandon()
        self.error(record)

    def finish(self) -> None:
        """The script has ended: show what is still held back."""
        self._lines(self._formatter.finish())
        if self._engine.transcription is not None:
            self._engine.transcription.pipeline_complete()
        if self._opened:
            self._context.stderr.write(clixml_streams.CLOSING)

    def _message(self, stream: str, record: MessageRecord) -> None:
        if self._clixml:
            self._fragment(clixml_streams.line(stream, record.message))
        else:
            self._context.line(_crlf(message_line(record)))

    def _fragment(self, text: str) -> None:
        if not self._opened:
            self._opened = True
            text = clixml_streams.HEADER + clixml_streams.OPENING + text
        self._context.stderr.write(text)

    def _lines(self, lines: list[str]) -> None:
        if self._engine.transcription is not None:
            for line in lines:
                self._engine.transcription.result(line)
        self._write(lines)

    def _write(self, lines: list[str]) -> None:
        if lines:
            self._context.stdout.write("".join(line + "\r\n" for line in lines))


def _crlf(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\n", "\r\n")
