"""Start-Process and Wait-Process over the programs of the machine."""

from __future__ import annotations

import pytest

from tests.powershell.modules.console_session import ConsoleSession


@pytest.fixture
def session() -> ConsoleSession:
    return ConsoleSession()


def test_a_program_that_is_waited_for_gives_its_exit_code(session):
    script = "$p = Start-Process cmd.exe -ArgumentList '/c exit 3' -Wait -PassThru; $p.ExitCode; $p.HasExited"
    assert session.values(script) == [3, True]


def test_output_goes_into_files(session):
    script = (
        "Start-Process cmd '/c echo out & echo wrong 1>&2' -Wait -RedirectStandardOutput C:\\o.txt "
        "-RedirectStandardError C:\\e.txt; (Get-Content C:\\o.txt).Trim(); (Get-Content C:\\e.txt).Trim()"
    )
    assert session.values(script) == ["out", "wrong"]


@pytest.mark.parametrize(
    ("more", "where"),
    [("", "C:\\o.txt"), (" -RedirectStandardError C:\\e.txt", "C:\\e.txt")],
    ids=["a window", "a file"],
)
def test_errors_of_powershell_whose_standard_error_is_a_window_stand_with_its_output(session, more, where):
    for line in ("powershell -Command Get-Item C:\\none", "cmd /c powershell -Command Get-Item C:\\none"):
        name, _, arguments = line.partition(" ")
        script = f"Start-Process {name} '{arguments}' -Wait -RedirectStandardOutput C:\\o.txt{more}"
        found = session.values(f"{script}; Get-Content {where} -TotalCount 1")
        assert found == ["Get-Item : Cannot find path 'C:\\none' because it does not exist."]


def test_input_comes_from_a_file(session):
    script = (
        "Set-Content C:\\i.txt b, a; Start-Process findstr a -Wait -RedirectStandardInput C:\\i.txt "
        "-RedirectStandardOutput C:\\o.txt; Get-Content C:\\o.txt"
    )
    assert session.values(script) == ["a"]


def test_a_program_in_the_same_window_writes_there_and_not_into_the_pipeline(session):
    assert session.values("Start-Process hostname -NoNewWindow -Wait") == []
    assert session.output.value().decode().strip() == session.host.name


def test_a_program_works_in_its_folder_with_the_variables_of_the_script(session):
    script = (
        "$env:COLOUR = 'red'; Start-Process cmd '/c cd & set COLOUR' -WorkingDirectory C:\\Windows -Wait "
        "-RedirectStandardOutput C:\\o.txt; (Get-Content C:\\o.txt).Trim()"
    )
    assert session.values(script) == ["C:\\Windows", "COLOUR=red"]


def test_a_program_that_runs_beside_the_script_can_be_ended(session):
    start = "$p = Start-Process powershell '-Command Start-Sleep 600' -PassThru; $p.HasExited"
    assert session.values(start) == [False]
    problem = session.error("Wait-Process -Id $p.Id -Timeout 0")
    assert problem[:2] == (
        "ProcessNotTerminated,Microsoft.PowerShell.Commands.WaitProcessCommand",
        "CloseError",
    )
    assert session.values("$p | Stop-Process; $p.WaitForExit(); $p.ExitCode; $p.HasExited") == [-1, True]


@pytest.mark.parametrize(
    ("script", "text"),
    [
        ("Start-Process nothing.exe", "The system cannot find the file specified."),
        ("Start-Process hostname -WorkingDirectory C:\\none", "The directory name is invalid."),
        ("Start-Process hostname -RedirectStandardOutput C:\\x -RedirectStandardError c:\\X", "are same."),
    ],
)
def test_what_cannot_be_started_is_an_invalid_operation(session, script, text):
    error_id, category, message = session.error(script)
    assert error_id == "InvalidOperationException,Microsoft.PowerShell.Commands.StartProcessCommand"
    assert category == "InvalidOperation"
    assert text in message


def test_processes_tell_their_accounts_to_administrators(session):
    assert session.values("(Get-Process lsass -IncludeUserName).UserName") == ["NT AUTHORITY\\SYSTEM"]
    problem = ConsoleSession(user="watcher").error("Get-Process lsass -IncludeUserName")
    assert problem[0].startswith("IncludeUserNameRequiresElevation")


def test_a_started_program_is_a_child_of_the_session(session):
    loop = "'-command', 'while ($true) { }'"
    script = (
        f"$p = Start-Process powershell -ArgumentList {loop} -PassThru;"
        "$q = [Diagnostics.Process]::Start('powershell', '-command \"while ($true) { }\"');"
        '$p, $q | % { (Get-CimInstance Win32_Process -Filter "ProcessId=$($_.Id)").ParentProcessId -eq $PID; $_ | Stop-Process }'
    )
    assert session.values(script) == [True, True]
