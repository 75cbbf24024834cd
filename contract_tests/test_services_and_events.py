"""Services and event logs through pywinrm and pypsrp, and the same facts through WQL."""

from __future__ import annotations

import winrm
from conftest import PASSWORD, USER
from psrp import connect, query
from pypsrp.powershell import PowerShell, RunspacePool

SERVICE = "SELECT State, StartMode FROM Win32_Service WHERE Name = 'Spooler'"


def session(host) -> winrm.Session:
    url = f"http://127.0.0.1:{host.http_port}/wsman"
    return winrm.Session(url, auth=(USER, PASSWORD), transport="ntlm")


def state_in_wql(host) -> str:
    (item,) = query(connect(host, auth="ntlm"), "root/cimv2", SERVICE)
    return next(each.text for each in item.iter() if each.tag.rpartition("}")[2] == "State")


def test_a_service_that_pywinrm_stops_is_stopped_for_wql_and_for_powershell(host):
    client = session(host)
    assert client.run_cmd("sc", ["stop", "Spooler"]).status_code == 0
    assert state_in_wql(host) == "Stopped"
    assert client.run_ps("(Get-Service Spooler).Status").std_out.strip() == b"Stopped"
    assert client.run_cmd("net start Spooler").status_code == 0
    assert state_in_wql(host) == "Running"


def test_events_of_a_machine_come_to_pypsrp_as_objects(host):
    vm = next(iter(host.machine.virtual_machines))
    with RunspacePool(connect(host, auth="ntlm")) as pool:
        shell = PowerShell(pool)
        shell.add_script(
            f"Stop-VM -Name '{vm.name}' -TurnOff -Force -WarningAction SilentlyContinue; Start-VM -Name '{vm.name}';"
            " Get-WinEvent -FilterHashtable @{LogName='Microsoft-Windows-Hyper-V-Worker-Admin'; Id=18500}"
            " -MaxEvents 1; Get-Service vmms"
        )
        event, service = shell.invoke()
        assert not shell.had_errors
    assert event.types[0] == "System.Diagnostics.Eventing.Reader.EventLogRecord"
    facts = event.adapted_properties
    assert (facts["Id"], facts["LevelDisplayName"]) == (18500, "Information")
    assert vm.name in facts["Message"]
    assert service.types[0] == "System.ServiceProcess.ServiceController"
    assert str(service.adapted_properties["Status"]) == "Running"


def test_wevtutil_over_winrs_gives_xml(host):
    answer = session(host).run_cmd("wevtutil", ["qe", "System", "/c:1", "/q:*[System[EventID=6005]]"])
    assert answer.status_code == 0
    assert b"<EventID Qualifiers='32768'>6005</EventID>" in answer.std_out
