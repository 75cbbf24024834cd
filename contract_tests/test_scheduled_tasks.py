"""Scheduled tasks through real clients: the elevated runner of packer and vagrant, schtasks over WinRS."""

from __future__ import annotations

import pytest
from conftest import PASSWORD, USER

winrm = pytest.importorskip("winrm", reason="pywinrm is not installed")

#: In the manner of the elevated shells of packer and Vagrant: a task by COM, its output by a file.
ELEVATED = r"""
$name = "packer-test"
$log = "C:\Windows\Temp\$name.out"
$s = New-Object -ComObject "Schedule.Service"
$s.Connect()
$t = $s.NewTask($null)
$xml = [xml]@'
<?xml version="1.0" encoding="UTF-16"?>
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <Principals><Principal id="Author"><UserId>{user}</UserId><LogonType>Password</LogonType>
    <RunLevel>HighestAvailable</RunLevel></Principal></Principals>
  <Settings><ExecutionTimeLimit>PT24H</ExecutionTimeLimit><Priority>4</Priority></Settings>
  <Actions Context="Author"><Exec><Command>cmd</Command>
    <Arguments>/c powershell.exe -Command "whoami; exit 3" &gt; C:\Windows\Temp\packer-test.out</Arguments>
  </Exec></Actions>
</Task>
'@
$t.XmlText = $xml.OuterXml
$f = $s.GetFolder("\")
$f.RegisterTaskDefinition($name, $t, 6, "{user}", "{password}", 1, $null) | Out-Null
$t = $f.GetTask("\$name")
$t.Run($null) | Out-Null
do {{ Start-Sleep -m 100 }} while (!($t.state -eq 3))
Get-Content $log
$result = $t.LastTaskResult
$f.DeleteTask($name, 0)
exit $result
"""


def session(host, user: str = USER, password: str = PASSWORD):
    return winrm.Session(f"http://127.0.0.1:{host.http_port}/wsman", auth=(user, password), transport="ntlm")


def test_an_elevated_runner_gets_output_and_exit_code_of_its_task(host):
    ended = session(host).run_ps(ELEVATED.format(user=USER, password=PASSWORD))
    assert ended.std_out.decode().strip().lower().endswith(f"\\{USER.lower()}")
    assert (ended.status_code, ended.std_err) == (3, b"")
    assert host.machine.scheduled_tasks.get("\\packer-test") is None


def test_a_wrong_password_is_the_error_of_the_task_scheduler(host):
    registered = ELEVATED.format(user=USER, password="wrong").partition("| Out-Null")[0]
    ended = session(host).run_ps(registered)
    assert b"0x8007052E" in ended.std_err.replace(b"\n", b"")


def test_what_schtasks_makes_is_seen_by_com(host):
    made = session(host).run_cmd('schtasks /create /tn Ops\\Nightly /tr "cmd /c exit 4" /sc daily /ru SYSTEM')
    assert (made.status_code, made.std_err) == (0, b"")
    ended = session(host).run_ps(
        "$s = New-Object -ComObject Schedule.Service; $s.Connect();"
        "$t = $s.GetFolder('\\Ops').GetTask('Nightly'); $t.Run($null) | Out-Null;"
        "while ($t.State -eq 4) { Start-Sleep -Milliseconds 50 }; exit $t.LastTaskResult"
    )
    assert ended.status_code == 4


CMDLETS = r"""
$ErrorActionPreference = 'Stop'
$action = New-ScheduledTaskAction -Execute cmd.exe -Argument '/c whoami> C:\Windows\Temp\cmdlets.out'
$trigger = New-ScheduledTaskTrigger -Daily -At '2030-01-01 03:00'
$principal = New-ScheduledTaskPrincipal -UserId 'NT AUTHORITY\SYSTEM' -LogonType ServiceAccount
$null = Register-ScheduledTask -TaskName Cmdlets -Action $action -Trigger $trigger -Principal $principal -Force
Start-ScheduledTask -TaskName Cmdlets
while ((Get-ScheduledTask -TaskName Cmdlets).State -eq 'Running') { Start-Sleep -Milliseconds 50 }
Get-Content C:\Windows\Temp\cmdlets.out
(Get-ScheduledTask -TaskName Cmdlets).Triggers[0].CimClass.CimClassName
(Get-ScheduledTaskInfo -TaskName Cmdlets).LastTaskResult
"""


def test_what_the_cmdlets_register_runs_and_is_seen_by_schtasks(host):
    ended = session(host).run_ps(CMDLETS)
    assert (ended.status_code, ended.std_err) == (0, b"")
    assert ended.std_out.decode().lower().split("\r\n")[:3] == [
        "nt authority\\system",
        "msft_taskdailytrigger",
        "0",
    ]
    listed = session(host).run_cmd("schtasks /query /tn Cmdlets /fo list /v").std_out.decode()
    assert "cmd.exe /c whoami> C:\\Windows\\Temp\\cmdlets.out" in listed
    removed = session(host).run_ps("Unregister-ScheduledTask -TaskName Cmdlets -Confirm:$false")
    assert (removed.status_code, removed.std_err) == (0, b"")
    assert session(host).run_cmd("schtasks /query /tn Cmdlets").status_code == 1


def test_an_event_of_the_application_log_starts_a_task(host):
    session = winrm.Session(
        f"http://127.0.0.1:{host.http_port}/wsman", auth=(USER, PASSWORD), transport="ntlm"
    )
    made = session.run_cmd(
        'schtasks /create /tn Watch /sc onevent /ec Application /mo "*[System[EventID=501]]" '
        '/tr "cmd /c echo seen>C:\\seen.txt" /ru SYSTEM'
    )
    assert (made.status_code, made.std_err) == (0, b"")
    assert b"*[System[EventID=501]]" in session.run_cmd("schtasks /query /tn Watch /xml").std_out
    session.run_ps("Write-EventLog -LogName Application -Source Application -EventId 501 -Message x")
    assert host.machine.wait_for(lambda: host.machine.filesystem.exists("C:\\seen.txt"), 30)
    assert (
        session.run_cmd("schtasks /query /tn Watch /v /fo list").std_out.count(b"When an event occurs") == 1
    )
