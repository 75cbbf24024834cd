"""Start-Job: each job is a process of the machine, which everybody sees and may end."""

import threading
import time

import pytest

from emulator.host.windows import processes
from emulator.powershell.runtime import Limits
from tests.powershell.modules.console_session import ConsoleSession

_ENDLESS = "while ($true) { }"
_CHILD = "(Get-CimInstance Win32_Process -Filter \"ParentProcessId=$PID AND Name='powershell.exe'\")"
_JOBS = "@(Get-CimInstance Win32_Process | ? CommandLine -like '* -s -NoLogo -NoProfile*').Count"


@pytest.fixture
def session():
    return ConsoleSession()


def test_a_job_is_a_child_of_its_caller_while_it_runs(session):
    script = (
        f"$j = Start-Job {{ $PID; [Environment]::CommandLine; $Host.Name; {_ENDLESS} }}; $p = {_CHILD};"
        "while ($j.ChildJobs[0].Output.Count -lt 3) { };"
        "$pid1, $line, $name = Receive-Job $j; $pid1 -eq $p.ProcessId; $line -eq $p.CommandLine; $name; $p.CommandLine;"
        "$p.ExecutablePath; ($p | Invoke-CimMethod -MethodName GetOwner).User; (Get-Process -Id $pid1).ProcessName;"
        f'Stop-Job $j; @({_CHILD}).Count; "$($j.State)"'
    )
    path = "C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe"
    assert session.values(script) == [
        True,
        True,
        "ServerRemoteHost",
        f'"{path}" -Version 5.1 -s -NoLogo -NoProfile',
        path,
        "Administrator",
        "powershell",
        0,
        "Stopped",
    ]


@pytest.mark.parametrize(
    ("script", "end"),
    [
        (_ENDLESS, "Stop-Process $p.ProcessId"),
        (_ENDLESS, "taskkill /F /PID $p.ProcessId"),
        ("Start-Sleep 1000", "$p | Invoke-CimMethod -MethodName Terminate"),
        ("Stop-Process $PID; 'never'", ""),
        ("(Get-Process -Id $PID).Kill(); 'never'", ""),
        ("[Environment]::Exit(0); 'never'", ""),
    ],
)
def test_who_ends_the_process_fails_the_job(session, script, end):
    session.values(f"$p = $null; $j = Start-Job {{ {script} }}; $p = {_CHILD}; $null = {end or 1}")

    assert session.values(f'"$((Wait-Job $j).State)"; @({_CHILD}).Count') == ["Failed", 0]
    words = "The background process reported an error with the following message: ."
    assert session.error("Receive-Job $j") == (
        "2100,PSSessionStateBroken",
        "OpenError",
        f"[localhost] {words}",
    )
    assert session.values('$j.ChildJobs[0].JobStateInfo.Reason.Message; "$($Error[0].CategoryInfo)"') == [
        words,
        "OpenError: (localhost:String) [], PSRemotingTransportException",
    ]


def test_a_process_that_ends_in_its_first_script_runs_no_second_one(session):
    script = "$j = Start-Job -InitializationScript { Stop-Process $PID } { 'never' } | Wait-Job; \"$($j.State)\"; $j.ChildJobs[0].Output.Count"
    assert session.values(script) == ["Failed", 0]


def test_the_command_line_tells_version_and_first_script(session):
    script = (
        "$j = Start-Job -PSVersion 3.0 -InitializationScript { 1 } { [Environment]::CommandLine } | Wait-Job;"
        "$l = @(Receive-Job $j)[-1]; $l -match '-Version (\\S+) .* -EncodedCommand (\\S+)$'; $Matches[1];"
        "[Text.Encoding]::Unicode.GetString([Convert]::FromBase64String($Matches[2])).Trim()"
    )
    assert session.values(script) == [True, "3.0", "1"]


@pytest.mark.parametrize("end", ["Stop-Job $j", "Remove-Job $j -Force"])
def test_a_job_that_is_stopped_has_no_process(session, end):
    assert session.values(f"$j = Start-Job {{ {_ENDLESS} }}; {_JOBS}; {end}; {_JOBS}") == [1, 0]


def test_a_job_of_somebody_else_is_his_process(session):
    session.host.accounts.create("ann", "Pa55w.rd!", groups=("Users",))
    script = (
        "$c = New-Object pscredential ann, (ConvertTo-SecureString Pa55w.rd! -AsPlainText -Force);"
        f"$j = Start-Job {{ {_ENDLESS} }} -Credential $c; ({_CHILD} | Invoke-CimMethod -MethodName GetOwner).User; Stop-Job $j"
    )
    assert session.values(script) == ["ann"]


def test_jobs_end_with_the_program_that_started_them(session):
    inner = f"$null = Start-Job {{ {_ENDLESS} }}; @(Get-Process powershell).Count"
    script = f"$n = @(Get-Process powershell).Count; (powershell -command '{inner}') - $n; @(Get-Process powershell).Count - $n"
    assert session.values(script) == [2, 0]


def test_jobs_of_jobs_end_with_a_program_that_is_killed(session):
    job = f"Start-Job {{ $null = Start-Job {{ {_ENDLESS} }}; {_ENDLESS} }}"
    script = (
        f"$p = Start-Process powershell -ArgumentList '-command', '{job}; {_ENDLESS}' -PassThru;"
        f"while (({_JOBS}) -lt 2) {{ }}; Stop-Process $p; {_JOBS}"
    )
    assert session.values(script) == [0]


def test_jobs_end_with_the_runspace_that_started_them(session):
    script = (
        "$r = [runspacefactory]::CreateRunspace(); $r.Open(); $s = [powershell]::Create(); $s.Runspace = $r;"
        f"$null = $s.AddScript('Start-Job {{ {_ENDLESS} }}').Invoke(); {_JOBS}; $r.Close(); {_JOBS}"
    )
    assert session.values(script) == [1, 0]


def test_a_job_for_which_there_is_no_process_fails(session, monkeypatch):
    monkeypatch.setattr(processes, "MAXIMUM_WORKERS", 1)
    session.values(f"$one = Start-Job {{ {_ENDLESS} }}; $two = Start-Job {{ 2 }}")

    assert session.values('"$($two.State)"') == ["Failed"]
    assert session.error("Receive-Job $two")[2] == (
        "[localhost] An error occurred while starting the background process. Error reported: Not enough quota "
        "is available to start another process."
    )
    assert session.values("Stop-Job $one; Start-Job { 3 } | Receive-Job -Wait") == [3]


def test_a_job_is_stopped_after_a_reset_of_the_machine_too(session):
    session.values(f"$j = Start-Job {{ {_ENDLESS} }}")
    session.host.reset()
    assert session.values('Stop-Job $j; "$($j.State)"') == ["Stopped"]


def test_jobs_are_as_many_as_the_machine_has_processes(session):
    session.runspace.engine.limits = Limits(background=0)
    script = f"$all = 1..3 | % {{ Start-Job {{ {_ENDLESS} }} }}; {_JOBS}; $all | Remove-Job -Force"
    assert session.values(script) == [3]


@pytest.mark.parametrize("end", ["", "Stop-Process $PID"])
def test_pipelines_of_a_program_end_with_it(session, end):
    before = set(threading.enumerate())
    pool = "`$r = [runspacefactory]::CreateRunspacePool(1, 1); `$r.Open()"
    inner = (
        f"{pool}; 1..3 | % {{ `$p = [powershell]::Create().AddScript('{_ENDLESS}');"
        f"if (`$_ -gt 1) {{ `$p.RunspacePool = `$r }}; `$null = `$p.BeginInvoke() }}; {end}"
    ).replace("$true", "1")
    session.values(f'powershell -command "{inner}"')

    deadline = time.monotonic() + 20
    while set(threading.enumerate()) - before and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not set(threading.enumerate()) - before


def test_an_ended_program_runs_no_further_statement(session):
    for end in (
        "Stop-Process $PID",
        "(Get-Process -Id $PID).Kill()",
        "taskkill /F /PID $PID | Out-Null",
        'Get-CimInstance Win32_Process -Filter "ProcessId=$PID" | Invoke-CimMethod -MethodName Terminate',
        '$null = (Get-WmiObject Win32_Process -Filter "ProcessId=$PID").Terminate()',
    ):
        session.runspace.set_variable("end", f"{end}; 'after'")
        assert session.values("powershell -command $end; $LASTEXITCODE") == [-1], end


def test_a_script_that_ends_every_powershell_ends_itself_last(session):
    session.runspace.set_variable(
        "end", "$null = Start-Job { while ($true) { } }; Get-Process powershell | Stop-Process; 'after'"
    )
    own = "@(Get-CimInstance Win32_Process -Filter \"Name='powershell.exe'\").Count"
    session.host.processes.end(session.runspace.engine.machine.process_id)
    assert session.values(f"powershell -command $end; $LASTEXITCODE; {own}") == [-1, 0]


def test_errors_arrive_as_those_of_another_process(session):
    script = "Start-Job { dir Z:; throw 'no' } | Wait-Job | Receive-Job -ErrorVariable x -ErrorAction 0; "
    session.values(script)
    assert session.shown("$x[0] | Out-String").split("\n") == [
        "Cannot find drive. A drive with the name 'Z' does not exist.",
        "    + CategoryInfo          : ObjectNotFound: (Z:String) [Get-ChildItem], DriveNotFoundException",
        "    + FullyQualifiedErrorId : DriveNotFound,Microsoft.PowerShell.Commands.GetChildItemCommand",
        "    + PSComputerName        : localhost",
        "",
    ]
    facts = "$x | % { $_.GetType().Name; $_.Exception.GetType().Name; $_.OriginInfo.PSComputerName; $_.FullyQualifiedErrorId }"
    assert session.values(facts) == [
        *("RemotingErrorRecord", "RemoteException", "localhost"),
        "DriveNotFound,Microsoft.PowerShell.Commands.GetChildItemCommand",
        *("RemotingErrorRecord", "RemoteException", "localhost", "no"),
    ]


def test_a_pipeline_of_another_runspace_ends_the_whole_program(session):
    session.runspace.set_variable(
        "end", "[powershell]::Create().AddScript('[Environment]::Exit(7)').Invoke(); 'never'"
    )
    assert session.values("powershell -command $end; $LASTEXITCODE") == [7]


def test_a_job_runs_also_where_nobody_tells_the_folder_of_its_user(session):
    script = (
        'Remove-Item env:USERPROFILE; Receive-Job -Wait (Start-Job { "$PWD"; $null -eq $env:USERPROFILE })'
    )
    assert [str(one) for one in session.values(script)] == ["C:\\Users\\Public\\Documents", "True"]
