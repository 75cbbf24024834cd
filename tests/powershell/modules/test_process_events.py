"""The output of a process by events: Register-ObjectEvent with BeginOutputReadLine and BeginErrorReadLine."""

from __future__ import annotations

import pytest

from emulator.host.windows.program_start import OutputPipe
from emulator.powershell.modules.management.process_events import LineReading
from tests.powershell.modules.console_session import ConsoleSession

STARTED = """
$info = New-Object System.Diagnostics.ProcessStartInfo cmd, '/c {0}'
$info.UseShellExecute = $false; $info.RedirectStandardOutput = $true; $info.RedirectStandardError = $true
$p = New-Object System.Diagnostics.Process; $p.StartInfo = $info
"""
LISTENING = """
$text = New-Object Text.StringBuilder
$action = { [void]$Event.MessageData.Append("<$($EventArgs.Data)>") }
$o = Register-ObjectEvent $p OutputDataReceived -Action $action -MessageData $text
$e = Register-ObjectEvent $p ErrorDataReceived -Action $action -MessageData $text
"""


@pytest.fixture
def session() -> ConsoleSession:
    return ConsoleSession()


def test_lines_and_the_end_of_each_stream_are_told(session: ConsoleSession) -> None:
    script = f"""
    {STARTED.format("echo one&& echo two&& echo wrong>&2")} {LISTENING}
    $null = $p.Start(); $p.BeginOutputReadLine(); $p.BeginErrorReadLine(); $p.WaitForExit()
    Unregister-Event $o.Name; Unregister-Event $e.Name
    $text.ToString()
    """
    assert session.values(script) == ["<one><two><><wrong><>"]


def test_an_action_runs_before_the_next_command_and_not_within_an_expression(session: ConsoleSession) -> None:
    script = f"""
    {STARTED.format("echo one")} {LISTENING}
    $null = $p.Start(); $p.BeginOutputReadLine(); $p.WaitForExit()
    $text.Length; $null = Get-Date; $text.ToString()
    """
    assert session.values(script) == [0, "<one><>"]


def test_exited_is_told_after_the_output(session: ConsoleSession) -> None:
    script = f"""
    {STARTED.format("echo one")}
    Register-ObjectEvent $p OutputDataReceived -SourceIdentifier line
    Register-ObjectEvent $p Exited -SourceIdentifier gone
    $p.EnableRaisingEvents
    $null = $p.Start(); $p.BeginOutputReadLine(); $p.WaitForExit()
    (Get-Event).SourceIdentifier -join ' '; (Get-Event line)[0].SourceEventArgs.Data
    """
    assert session.values(script) == [True, "line line gone", "one"]


@pytest.mark.parametrize(
    ("calls", "said"),
    [
        (
            "$p.BeginOutputReadLine()",
            "StandardOut has not been redirected or the process hasn't started yet.",
        ),
        (
            "$null = $p.Start(); $p.BeginOutputReadLine(); $p.BeginOutputReadLine()",
            "An async read operation has already been started on the stream.",
        ),
        (
            "$null = $p.Start(); $null = $p.StandardOutput; $p.BeginOutputReadLine()",
            "Cannot mix synchronous and asynchronous operation on process stream.",
        ),
        (
            "$null = $p.Start(); $p.BeginErrorReadLine(); $p.StandardError",
            "Cannot mix synchronous and asynchronous operation on process stream.",
        ),
        (
            "$null = $p.Start(); $p.BeginErrorReadLine(); $p.CancelErrorRead(); $p.CancelErrorRead()",
            "No async read operation is in progress on the stream.",
        ),
    ],
)
def test_what_net_refuses(session: ConsoleSession, calls: str, said: str) -> None:
    identifier, _, message = session.error(STARTED.format("exit") + calls)
    assert identifier in ("InvalidOperationException", "GetValueInvocationException")
    assert message.endswith(f'"{said}"')


class _Pipe(OutputPipe):
    """A pipe into which a test writes."""

    def __init__(self) -> None:
        self.data, self.pending, self.closed = b"", 0, False

    def put(self, data: bytes, *, end: bool = False) -> None:
        self.data += data
        self.pending, self.closed = len(self.data), end

    def take(self, limit: int) -> bytes:
        data, self.data = self.data[:limit], self.data[limit:]
        self.pending = len(self.data)
        return data

    def has_ended(self) -> bool:
        return self.closed


def test_a_line_is_told_when_it_is_whole() -> None:
    pipe = _Pipe()
    reading = LineReading(pipe, "utf-8")
    pipe.put(b"a\nb\r")
    assert reading.take() == ["a"]
    pipe.put(b"\nc\xc3")
    assert reading.take() == ["b"]
    pipe.put(b"\xa4", end=True)
    assert reading.take() == ["c\u00e4", None]
    assert reading.take() == []
