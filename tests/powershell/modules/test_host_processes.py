"""Get-PSHostProcessInfo, Enter- and Exit-PSHostProcess: the processes of the machine in which PowerShell runs."""

from typing import Any

import pytest

import emulator.console
from emulator.console.environment import user_environment
from emulator.console.process import InputStream, OutputStream, Process
from tests.powershell.modules.console_session import ConsoleSession

_ENDLESS = "while ($true) { }"


@pytest.fixture
def session():
    return ConsoleSession()


def test_jobs_and_sessions_are_among_the_processes_that_host_powershell(session):
    script = (
        f"$j = Start-Job -RunAs32 {{ {_ENDLESS} }}; $s = New-PSSession localhost;"
        'Get-PSHostProcessInfo | % { "$($_.ProcessName) $($_.AppDomainName)" };'
        "(Get-PSHostProcessInfo -Id $PID).ProcessName; @(Get-PSHostProcessInfo -Name wsm*).Count;"
        "(Get-PSHostProcessInfo -Process (Get-Process wsmprovhost)).ProcessId -eq (Invoke-Command $s { $PID });"
        "Stop-Job $j; Remove-PSSession $s; @(Get-PSHostProcessInfo).Count"
    )
    shown = "DefaultAppDomain"
    assert session.values(script) == [
        f"powershell {shown}",
        f"powershell {shown}",
        f"wsmprovhost {shown}",
        "powershell",
        1,
        True,
        1,
    ]


@pytest.mark.parametrize(
    ("target", "error_id"),
    [
        ("-Id 3", "EnterPSHostProcessNoProcessFoundWithId"),
        ("-Name nothing", "EnterPSHostProcessNoProcessFoundWithName"),
        ("-Name svchost", "EnterPSHostProcessMultipleProcessesFoundWithName"),
        ("-Id $PID", "EnterPSHostProcessCantEnterSameProcess"),
        ("-Id 4", "EnterPSHostProcessNoPowerShell"),
        ("-Id 4 Other", "EnterPSHostProcessNoPowerShell"),
        ("-Name wsmprovhost -AppDomainName Other", "EnterPSHostProcessCannotConnectToProcess"),
        ("(& { $p = Get-Process -Name wsmprovhost; Stop-Process $p; $p })", "EnterPSHostProcessNoPowerShell"),
    ],
)
def test_a_process_is_entered_only_where_powershell_runs(session, target, error_id):
    session.values("$s = New-PSSession localhost")
    assert session.error(f"Enter-PSHostProcess {target}")[0] == (
        f"{error_id},Microsoft.PowerShell.Commands.EnterPSHostProcessCommand"
    )


def typed(session: ConsoleSession, *lines: str, user: str = "Administrator") -> tuple[list[str], str]:
    """What one more powershell.exe of the machine shows of lines that it reads, and its errors."""
    host = session.host
    account = host.accounts.find(user)
    source = InputStream()
    source.feed("\r\n".join((*lines, "")).encode(), end=True)
    streams = [OutputStream(name, limit=1 << 20) for name in ("stdout", "stderr")]
    process = Process(
        host=host,
        account=account,
        command_line="powershell.exe -NoProfile -Command -",
        stdin=source,
        stdout=streams[0],
        stderr=streams[1],
        environment=user_environment(host, account),
    )
    emulator.console.start(process)
    shown, errors = (stream.take(1 << 20).decode("cp437") for stream in streams)
    return shown.split("\r\n")[:-1], errors


def own_id(session: ConsoleSession) -> Any:
    return session.runspace.variable("PID")


def test_who_enters_a_process_is_in_a_runspace_of_its_own_there(session):
    session.values("$env:MINE = 'theirs'; $r = [runspacefactory]::CreateRunspace(); $r.Open(); $v = 1")
    number = own_id(session)
    shown, errors = typed(
        session,
        "$v = 2",
        f"Enter-PSHostProcess {number}",
        '"$PID $env:MINE $PWD $v."; prompt; $Host.Name; cmd /c "echo %MINE%"',
        "$env:GUEST = 'was here'; $v = 3; Get-Runspace | % Name",
        "Exit-PSHostProcess",
        f'$PID -eq {number}; "$v $env:GUEST."; prompt',
    )
    documents = "C:\\Users\\Administrator\\Documents"
    assert not errors
    assert shown == [
        f"{number} theirs {documents} .",
        f"[Process:{number}]: PS {documents}> ",
        "ServerRemoteHost",
        "theirs",
        "Runspace1",
        "Runspace2",
        "RemoteHost",
        "False",
        "2 .",
        shown[-1],
    ]
    assert shown[-1].startswith("PS C:\\")
    assert session.values("$env:GUEST; $v; @(Get-Runspace).Count") == ["was here", 1, 2]
    assert not session.host.processes.get(number).guests


@pytest.mark.parametrize(
    "target",
    [
        "-Name wsm*",
        "(Get-PSHostProcessInfo -Name wsmprovhost)",
        "-Process (Get-Process wsmprovhost)",
        "-AppDomainName defaultappdomain -Id (Get-Process wsmprovhost).Id",
    ],
)
def test_the_process_of_a_session_is_entered_before_anything_ran_in_it(session, target):
    session.values("$s = New-PSSession localhost")
    shown, errors = typed(
        session,
        f"Enter-PSHostProcess {target}",
        "$global:x = 'guest'; (Get-Process -Id $PID).Name",
        "exit",
        "'out'",
    )
    assert (shown, errors) == (["wsmprovhost", "out"], "")
    assert session.values('"$(Invoke-Command $s { "$x." })"; "$($s.State)"') == [".", "Opened"]


def test_a_process_of_a_job_is_entered_while_it_runs(session):
    session.values(
        f"$j = Start-Job {{ $env:JOB = 'job'; 1; {_ENDLESS} }}; while (!$j.ChildJobs[0].Output.Count) {{ }}"
    )
    number = session.values('(Get-CimInstance Win32_Process -Filter "ParentProcessId=$PID").ProcessId')[0]
    assert typed(session, f"Enter-PSHostProcess {number}", "$env:JOB; $PID") == (["job", str(number)], "")
    session.values("Stop-Job $j")


@pytest.mark.parametrize("end", ["Stop-Process $PID; 'never'", "[Environment]::Exit(0); 'never'"])
def test_what_runs_fails_when_the_process_ends_and_the_host_goes_back(session, end):
    session.values("$s = New-PSSession localhost")
    shown, errors = typed(
        session, "Enter-PSHostProcess -Name wsmprovhost", end, "'back'; (Get-Process -Id $PID).Name"
    )
    assert shown == ["back", "powershell"]
    assert '"The named pipe target process has ended."' in errors
    assert "2100,PSSessionStateBroken" in errors
    assert session.values('"$($s.State)"') == ["Broken"]


def test_a_process_that_ends_while_nothing_runs_in_it_is_left_without_a_word(session):
    session.values("$s = New-PSSession localhost")
    shown, errors = typed(
        session,
        "$j = Start-Job { 1; while ($true) { } }; while (!$j.ChildJobs[0].Output.Count) { }",
        'Enter-PSHostProcess (Get-CimInstance Win32_Process -Filter "ParentProcessId=$PID").ProcessId; Stop-Job $j',
        "(Get-Process -Id $PID).Name; $Host.Name",
    )
    assert (shown, errors) == (["powershell", "ConsoleHost"], "")


def test_other_users_processes_are_for_administrators(session):
    mine = ConsoleSession(user="guest1", host=session.host, shells=session.shells)
    shown, errors = typed(session, f"Enter-PSHostProcess {own_id(session)}", "$env:USERNAME", user="guest1")
    assert shown == ["guest1"]
    assert "Error: Access to the path is denied.." in errors.replace("\r\n", "")
    assert "EnterPSHostProcessCannotConnectToProcess" in errors.replace("\r\n", "").replace(" ", "")
    for user in ("guest1", "Administrator"):
        line = f"Enter-PSHostProcess {own_id(mine)}"
        assert typed(session, line, "[Environment]::UserName", user=user) == (["guest1"], "")


def test_a_process_takes_a_limited_number_of_guests(session):
    other = ConsoleSession(host=session.host, shells=session.shells)
    number = own_id(other)
    session.values(f"1..32 | % {{ Enter-PSHostProcess {number} }}")
    assert session.error(f"Enter-PSHostProcess {number}")[0].startswith(
        "EnterPSHostProcessCannotConnectToProcess,"
    )
    session.interface.pop_session()
    session.interface.end_left_sessions()
    session.values(f"Enter-PSHostProcess {number}; Exit-PSHostProcess")


def test_a_session_of_a_client_enters_no_process(session):
    script = f"Invoke-Command localhost {{ Enter-PSHostProcess {own_id(session)} }}"
    assert session.error(script)[0].startswith("NotEmulated,")


def test_a_host_without_sessions_that_can_be_entered_says_so(session):
    session.runspace.session.ui = object()
    for name in ("Enter-PSHostProcess 4", "Exit-PSHostProcess"):
        error_id, category, text = session.error(name)
        assert "HostDoesNotSupportIASession" in error_id
        assert category.startswith("InvalidArgument")
        assert text == "The current host does not support the Enter-PSHostProcess cmdlet."
