"""What the shell starts: documents, verbs, and programs with windows that nobody sees."""

from __future__ import annotations

import pytest

from tests.powershell.modules.console_session import ConsoleSession

_LINES = "(Get-CimInstance Win32_Process -Filter \"Name = 'notepad.exe'\").CommandLine"
_NONE = "No application is associated with the specified file for this operation"


@pytest.fixture
def session() -> ConsoleSession:
    return ConsoleSession()


def test_a_program_with_a_window_runs_until_somebody_ends_it(session: ConsoleSession) -> None:
    script = """
    $n = Start-Process notepad C:\\a.txt -PassThru; $n.HasExited; (Get-Process notepad).Id -eq $n.Id
    Stop-Process -Name notepad; $n.WaitForExit(); $n.HasExited
    """
    assert session.values(script) == [False, True, True]


def test_nobody_waits_for_a_program_with_a_window(session: ConsoleSession) -> None:
    script = "notepad one.txt; cmd /c notepad; C:\\Windows\\notepad.exe"
    assert session.values(f"{script}; @({_LINES}).Count; Stop-Process -Name notepad") == [3]


def test_documents_are_opened_by_the_program_of_their_type(session: ConsoleSession) -> None:
    script = "Set-Content C:\\a.txt x; Start-Process C:\\a.txt; Invoke-Item C:\\a.txt"
    verb = "Start-Process C:\\a.txt -Verb Print"
    shown = session.values(f"{script}; {verb}; {_LINES}; Stop-Process -Name notepad")
    program = "C:\\Windows\\system32\\NOTEPAD.EXE"
    assert shown == [f"{program} C:\\a.txt"] * 2 + [f"{program} /p C:\\a.txt"]


def test_the_registry_says_what_opens_a_type(session: ConsoleSession) -> None:
    script = """
    $null = New-Item HKLM:\\SOFTWARE\\Classes\\.mine -Value minefile
    $null = New-Item HKLM:\\SOFTWARE\\Classes\\minefile\\shell\\open\\command -Force -Value 'cmd.exe /c echo "%1" > C:\\out'
    Set-Content C:\\a.mine x; Start-Process C:\\a.mine -Wait; Get-Content C:\\out
    """
    assert session.values(script) == ['"C:\\a.mine" ']
    verbs = "(New-Object Diagnostics.ProcessStartInfo 'C:\\a.cmd').Verbs"
    assert session.values(verbs) == ["edit", "open", "print", "runas"]


@pytest.mark.parametrize(
    ("call", "said"),
    [
        ("Start-Process C:\\a.unknown", _NONE),
        ("Invoke-Item C:\\a.unknown", _NONE),
        ("[Diagnostics.Process]::Start('C:\\a.unknown')", _NONE),
        ("Start-Process C:\\a.txt -Verb edit", _NONE),
        ("Start-Process C:\\a.txt -NoNewWindow", "%1 is not a valid Win32 application"),
        ("Start-Process C:\\a.html", "The program of .html files is not emulated"),
    ],
)
def test_what_cannot_be_opened_is_told(session: ConsoleSession, call: str, said: str) -> None:
    session.values("'unknown', 'txt', 'html' | % { Set-Content C:\\a.$_ x }")
    assert said in session.error(call)[2]


def test_a_server_core_opens_no_pages() -> None:
    session = ConsoleSession("windows-server-2022-datacenter-core")
    session.values("Set-Content C:\\a.html x")
    assert _NONE in session.error("Start-Process C:\\a.html")[2]
