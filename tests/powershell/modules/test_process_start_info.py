"""System.Diagnostics.Process and ProcessStartInfo over the programs of the machine."""

from __future__ import annotations

import pytest

from tests.powershell.modules.console_session import ConsoleSession


@pytest.fixture
def session() -> ConsoleSession:
    return ConsoleSession()


REDIRECTED = """
$info = New-Object System.Diagnostics.ProcessStartInfo
$info.FileName = 'cmd.exe'; $info.UseShellExecute = $false
$info.RedirectStandardOutput = $true; $info.RedirectStandardError = $true
"""


def test_output_errors_and_exit_code_are_read(session: ConsoleSession) -> None:
    script = """
    $info.Arguments = '/c echo out & echo wrong 1>&2 & exit 5'
    $process = New-Object System.Diagnostics.Process; $process.StartInfo = $info
    $process.Start()
    $out = $process.StandardOutput.ReadToEnd(); $errors = $process.StandardError.ReadToEnd()
    $process.WaitForExit(); $out.Trim(); $errors.Trim(); $process.ExitCode
    """
    assert session.values(REDIRECTED + script) == [True, "out", "wrong", 5]


def test_a_program_reads_what_is_written_to_it(session: ConsoleSession) -> None:
    script = """
    $info.FileName = 'sort'; $info.RedirectStandardInput = $true
    $process = [System.Diagnostics.Process]::Start($info)
    $process.StandardInput.WriteLine('b'); $process.StandardInput.WriteLine('a'); $process.StandardInput.Close()
    while ($null -ne ($line = $process.StandardOutput.ReadLine())) { $line }
    """
    assert session.values(REDIRECTED + script) == ["a", "b"]


def test_variables_and_folder_are_its_own(session: ConsoleSession) -> None:
    script = """
    $info.Arguments = '/c cd & set COLOUR'; $info.WorkingDirectory = 'C:\\Windows'
    $info.EnvironmentVariables['COLOUR'] = 'red'
    $process = [Diagnostics.Process]::Start($info)
    $process.StandardOutput.ReadToEnd().Trim() -split "`r`n"; $env:COLOUR
    """
    assert session.values(REDIRECTED + script) == ["C:\\Windows", "COLOUR=red", None]


def test_what_nobody_redirects_is_shown(session: ConsoleSession) -> None:
    script = """
    $info = New-Object System.Diagnostics.ProcessStartInfo 'cmd.exe', '/c echo shown'
    $info.UseShellExecute = $false
    [Diagnostics.Process]::Start($info).WaitForExit()
    """
    assert session.values(script) == []
    assert session.output.value().decode().strip() == "shown"


@pytest.mark.parametrize(
    ("script", "kind", "said"),
    [
        (
            "[Diagnostics.Process]::Start((New-Object Diagnostics.ProcessStartInfo))",
            "InvalidOperationException",
            "Cannot start process because a file name has not been provided.",
        ),
        (
            "$i = New-Object Diagnostics.ProcessStartInfo 'cmd'; $i.RedirectStandardOutput = $true; "
            "[Diagnostics.Process]::Start($i)",
            "InvalidOperationException",
            "The Process object must have the UseShellExecute property set to false in order to redirect IO "
            "streams.",
        ),
        ("[Diagnostics.Process]::Start('none.exe')", "Win32Exception", "cannot find the file specified"),
        (
            "(New-Object Diagnostics.Process).WaitForExit()",
            "InvalidOperationException",
            "No process is assoc",
        ),
        (
            "$i = New-Object Diagnostics.ProcessStartInfo 'cmd', '/c exit'; $i.UseShellExecute = $false; "
            "$i.UserName = 'nobody'; [Diagnostics.Process]::Start($i)",
            "Win32Exception",
            "The user name or password is incorrect",
        ),
    ],
)
def test_what_cannot_be_started_is_told(session: ConsoleSession, script: str, kind: str, said: str) -> None:
    before = [one.id for one in session.host.processes]
    result = session.runspace.run(script)
    assert [one.fully_qualified_error_id for one in result.errors] == [kind]
    assert said in result.errors[0].message
    assert [one.id for one in session.host.processes] == before


def test_output_that_is_not_redirected_cannot_be_read(session: ConsoleSession) -> None:
    script = (
        "$i = New-Object Diagnostics.ProcessStartInfo 'cmd', '/c exit'; $i.UseShellExecute = $false; "
        "$p = [Diagnostics.Process]::Start($i); try { $p.StandardOutput.ReadToEnd() } "
        "catch { $_.Exception.GetBaseException().Message }"
    )
    assert session.values(script) == [
        "StandardOut has not been redirected or the process hasn't started yet."
    ]


def test_a_process_runs_as_who_is_named(session: ConsoleSession) -> None:
    session.host.accounts.create("anna", "Pa55w.rd!", groups=("Users",))
    script = """
    $info.Arguments = '/c whoami'; $info.UserName = 'anna'; $info.WorkingDirectory = 'C:\\'
    $info.Password = ConvertTo-SecureString 'Pa55w.rd!' -AsPlainText -Force
    [Diagnostics.Process]::Start($info).StandardOutput.ReadToEnd().Trim().Split('\\')[1]
    """
    assert session.values(REDIRECTED + script) == ["anna"]
