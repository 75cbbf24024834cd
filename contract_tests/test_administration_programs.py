"""Programs of administrators over WinRS, as pywinrm and monitoring scripts run them."""

from __future__ import annotations

import pytest
from conftest import PASSWORD, USER

winrm = pytest.importorskip("winrm", reason="pywinrm is not installed")


@pytest.fixture
def session(host):
    return winrm.Session(f"http://127.0.0.1:{host.http_port}/wsman", auth=(USER, PASSWORD), transport="ntlm")


def test_what_netsh_sets_is_what_ipconfig_and_wmic_show(session):
    changed = session.run_cmd(
        'netsh interface ip set address name="Ethernet" static 10.9.8.7 255.255.255.0 10.9.8.1'
    )
    assert (changed.status_code, changed.std_err) == (0, b"")
    assert b"IPv4 Address. . . . . . . . . . . : 10.9.8.7\r\n" in session.run_cmd("ipconfig").std_out
    shown = session.run_cmd("wmic nicconfig where IPEnabled=TRUE get IPAddress /value").std_out
    assert b'"10.9.8.7"' in shown
    assert b"10.9.8.7" in session.run_ps("(Get-NetIPAddress -InterfaceAlias Ethernet).IPAddress").std_out


def test_a_rule_of_the_firewall_is_one_for_every_door(session):
    session.run_cmd(
        'netsh advfirewall firewall add rule name="Web" dir=in action=allow protocol=TCP localport=8080'
    )
    shown = session.run_ps("(Get-NetFirewallRule -DisplayName Web | Get-NetFirewallPortFilter).LocalPort")
    assert shown.std_out.strip() == b"8080"


def test_a_killed_service_is_stopped_for_sc_and_wmi(session):
    killed = session.run_cmd("taskkill /f /im spoolsv.exe")
    assert killed.status_code == 0
    assert b"STOPPED" in session.run_cmd("sc query Spooler").std_out
    assert b"State=Stopped" in session.run_cmd("wmic service where name='Spooler' get State /value").std_out


def test_a_hypervisor_that_bcdedit_switches_off_stays_off_after_the_restart(host, session):
    assert session.run_cmd("bcdedit /set hypervisorlaunchtype off").status_code == 0
    assert host.machine.hypervisor.running
    session.run_cmd("shutdown /r /t 0")
    host.machine.wait_for(
        lambda: host.machine.power.state.name == "ON" and not host.machine.hypervisor.running
    )
    assert b"hypervisorlaunchtype    Off" in session.run_cmd("bcdedit /enum").std_out


def test_the_time_of_a_process_is_there_for_every_door(session):
    script = (
        "(Get-CimInstance Win32_Process -Filter 'ProcessId=4').KernelModeTime -gt 0; "
        "(Get-Process -Id 4).CPU -gt 0"
    )
    assert session.run_ps(script).std_out.split() == [b"True", b"True"]
    shown = session.run_cmd('tasklist /v /fo csv /nh /fi "pid eq 0"').std_out
    assert b'"0:00:00"' not in shown


def test_a_route_that_route_adds_is_there_for_wmi(session):
    added = session.run_cmd("route -p add 10.60.0.0 mask 255.255.0.0 192.0.2.254 metric 5")
    assert (added.status_code, added.std_out) == (0, b" OK!\r\n")
    asked = session.run_ps("Get-NetRoute -DestinationPrefix 10.60.0.0/16 | % { $_.NextHop; $_.RouteMetric }")
    assert asked.std_out.split() == [b"192.0.2.254", b"5"]
    session.run_ps("Remove-NetRoute -DestinationPrefix 10.60.0.0/16 -Confirm:$false")
    assert b"10.60.0.0" not in session.run_cmd("route print").std_out


def test_files_and_events_of_programs_are_there_for_powershell(session):
    session.run_ps("New-Item -ItemType Directory C:\\src\\deep | Out-Null; 'x' > C:\\src\\deep\\a.txt")
    copied = session.run_cmd("robocopy C:\\src C:\\dst /mir /njh /njs")
    assert (copied.status_code, copied.std_err) == (1, b"")
    assert session.run_ps("Test-Path C:\\dst\\deep\\a.txt").std_out == b"True\r\n"
    session.run_cmd('eventcreate /t warning /id 42 /d "from a script" /so Setup')
    shown = session.run_ps("(Get-EventLog Application -Source Setup).Message").std_out
    assert b"from a script" in shown
    assert session.run_cmd("powercfg /s SCHEME_MAX").status_code == 0
    assert b"(Power saver)" in session.run_cmd("powercfg /getactivescheme").std_out


def test_what_wmic_sets_is_there_for_powershell(session):
    session.run_cmd('wmic environment create name="FROM_WMIC",variablevalue="1",username="<system>"')
    changed = session.run_cmd("wmic environment where name='FROM_WMIC' set VariableValue=2")
    assert (changed.status_code, b"update successful" in changed.std_out) == (0, True)
    assert session.run_ps("$env:FROM_WMIC").std_out == b"2\r\n"
    ended = session.run_cmd("wmic process where name='spoolsv.exe' delete")
    assert b"Instance deletion successful." in ended.std_out
    assert session.run_ps("(Get-Service Spooler).Status").std_out == b"Stopped\r\n"
