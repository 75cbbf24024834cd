"""PSSessions: the process that hosts one, and what its client hears when somebody ends it."""

import pytest

from emulator.shells.powershell.client.command import PoolCommand
from tests.powershell.modules.console_session import ConsoleSession

_LOST = (
    "1726,PSSessionStateBroken",
    "OpenError",
    "[localhost] Processing data from remote server localhost failed with the following error message: The WSMan "
    "provider host process did not return a proper response.  A provider in the host process may have behaved "
    "improperly. For more information, see the about_Remote_Troubleshooting Help topic.",
)
_HOST = "(Get-CimInstance Win32_Process -Filter \"Name='wsmprovhost.exe'\")"


@pytest.fixture
def session():
    made = ConsoleSession()
    made.values("$s = New-PSSession localhost")
    return made


def test_a_session_is_a_process_that_com_has_started_for_its_user(session):
    script = (
        f"$p = {_HOST}; (Invoke-Command $s {{ $PID }}) -eq $p.ProcessId; $p.CommandLine;"
        "($p | Invoke-CimMethod -MethodName GetOwner).User;"
        '(Get-CimInstance Win32_Process -Filter "ProcessId=$($p.ParentProcessId)").CommandLine -like "*-k DcomLaunch*"'
    )
    line = "C:\\Windows\\system32\\wsmprovhost.exe -Embedding"
    assert session.values(script) == [True, line, "Administrator", True]


@pytest.mark.parametrize(
    "script",
    [
        "'one'; Stop-Process $PID; 'never'",
        "'one'; taskkill /F /PID $PID | Out-Null; 'never'",
        "'one'; [Environment]::Exit(0); 'never'",
    ],
)
def test_a_script_that_ends_its_own_process_breaks_the_session(session, script):
    assert session.error(f"$out = Invoke-Command $s {{ {script} }}") == _LOST
    assert session.values("'never' -in $out; \"$($s.State)\"") == [False, "Broken"]
    assert session.error("Invoke-Command $s { 1 }")[0] == "PSSessionStateBroken"


def test_whoever_ends_the_process_breaks_the_session(session):
    script = f'$j = Invoke-Command $s {{ while ($true) {{ }} }} -AsJob; Stop-Process {_HOST}.ProcessId; "$((Wait-Job $j).State)"'
    assert session.values(script) == ["Failed"]
    assert session.error("Receive-Job $j") == _LOST


def test_a_command_that_starts_when_the_process_has_ended_breaks_the_session(session, monkeypatch):
    start = PoolCommand.start

    def late(self, *given):
        (shell,) = session.shells.list()
        with session.host.looking():
            session.host.processes.end(shell.process_id)
        assert session.host.wait_for(lambda: not session.shells.list(), 20, skip_time=False)
        return start(self, *given)

    monkeypatch.setattr(PoolCommand, "start", late)
    assert session.error("Invoke-Command $s { 1 }") == _LOST
    assert session.values('"$($s.State)"') == ["Broken"]


def test_a_session_that_is_removed_has_no_process(session):
    assert session.values(f"Remove-PSSession $s; @({_HOST}).Count") == [0]


def test_jobs_of_a_session_end_with_its_process(session):
    script = (
        "Invoke-Command $s { $null = Start-Job { while ($true) { } } }; @(Get-Process powershell).Count;"
        f"Stop-Process {_HOST}.ProcessId; @(Get-Process powershell).Count"
    )
    assert session.values(script) == [2, 1]
