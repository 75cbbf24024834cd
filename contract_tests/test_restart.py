"""A restart of the machine, and the end of its WinRM service, as clients see them from outside."""

from __future__ import annotations

import http.client
import time
from datetime import timedelta

import pytest
import winrm
from conftest import ALLOW_BASIC, PASSWORD, USER, restarting
from soap import CIMV2, SoapClient

SERVER = "name: server\nextends: windows-server-2022-datacenter\n" + ALLOW_BASIC
OPERATING_SYSTEM = CIMV2 + "Win32_OperatingSystem"


def last_boot(host) -> str:
    with SoapClient(host) as client:
        moment = client.get(OPERATING_SYSTEM).xml.find(".//{*}LastBootUpTime/{*}Datetime")
    assert moment is not None
    return moment.text


def advance_to(host, stage: str) -> None:
    """Move a manual clock from event to event until the machine is in a stage."""
    machine = host.machine
    while machine.power.state.value != stage:
        machine.clock.advance(machine.clock.next_event() - machine.clock.now())


def test_a_client_that_asks_for_a_restart_gets_its_answer_and_finds_the_machine_booted_anew(serve):
    host = serve(yaml=SERVER)
    before = last_boot(host)
    host.machine.clock.advance(timedelta(hours=1))
    with restarting(host):
        answer = winrm.Session(host.http_url, auth=(USER, PASSWORD), transport="ntlm").run_cmd(
            "shutdown /r /t 0"
        )
        assert (answer.status_code, answer.std_err) == (0, b"")
    assert last_boot(host) > before


@pytest.mark.parametrize("method", ["Reboot", "Win32Shutdown"])
def test_wmi_restarts_the_machine(serve, method):
    host = serve(yaml=SERVER)
    before = last_boot(host)
    host.machine.clock.advance(timedelta(hours=1))
    with restarting(host), SoapClient(host) as client:
        flags = "<p:Flags>6</p:Flags>" if method == "Win32Shutdown" else ""
        assert client.invoke(OPERATING_SYSTEM, method, flags).property("ReturnValue") == "0"
        assert client.invoke(OPERATING_SYSTEM, method, flags).property("ReturnValue") == "1115"
    assert last_boot(host) > before


def test_while_the_machine_is_away_its_port_is_closed_and_then_open_again(serve):
    host = serve(yaml=SERVER, clock="manual", control_port=0)
    port = host.http_port
    with SoapClient(host) as client:
        assert client.invoke(OPERATING_SYSTEM, "Reboot").property("ReturnValue") == "0"
        assert client.get(OPERATING_SYSTEM).status == 200, "it answers until it goes down"
        advance_to(host, "off")
        with pytest.raises((http.client.HTTPException, ConnectionError)):
            client.get(OPERATING_SYSTEM)
    with SoapClient(host) as client, pytest.raises(ConnectionRefusedError):
        client.get(OPERATING_SYSTEM)
    advance_to(host, "starting")
    with SoapClient(host) as client, pytest.raises(ConnectionRefusedError):
        client.get(OPERATING_SYSTEM)
    advance_to(host, "on")
    assert host.http_port == port
    assert last_boot(host)


def test_shells_and_enumerations_do_not_outlive_a_restart(serve):
    host = serve(yaml=SERVER, clock="manual")
    protocol = winrm.protocol.Protocol(host.http_url, transport="ntlm", username=USER, password=PASSWORD)
    shell = protocol.open_shell()
    with SoapClient(host) as client:
        context = client.enumerate(CIMV2 + "Win32_Service").text("n:EnumerationContext")
    host.machine.power.shut_down()
    advance_to(host, "on")
    with SoapClient(host) as client:
        assert client.pull(CIMV2 + "Win32_Service", context).status == 500
    again = winrm.protocol.Protocol(host.http_url, transport="ntlm", username=USER, password=PASSWORD)
    with pytest.raises(winrm.exceptions.WSManFaultError) as refused:
        again.run_command(shell, "hostname")
    assert int(refused.value.wsman_fault_code) == 2150858843


def test_a_command_does_not_outlive_the_machine(serve):
    host = serve(yaml=SERVER, clock="manual")
    protocol = winrm.protocol.Protocol(host.http_url, transport="ntlm", username=USER, password=PASSWORD)
    shell = protocol.open_shell()
    command = protocol.run_command(shell, "powershell", ["Start-Sleep 3600"])
    host.machine.power.shut_down()
    advance_to(host, "off")
    with pytest.raises(Exception, match=r"(?i)refused|closed|abort|reset|Bad HTTP response|invalid") as told:
        protocol.get_command_output(shell, command)
    assert not isinstance(told.value, AssertionError)


def test_stopping_the_winrm_service_closes_its_ports_and_starting_it_opens_them(serve):
    host = serve(yaml=SERVER)
    port = host.http_port
    with SoapClient(host) as client:
        stopped = client.invoke(CIMV2 + "Win32_Service", "StopService", selectors={"Name": "WinRM"})
        assert stopped.property("ReturnValue") == "0"
    with SoapClient(host) as client, pytest.raises(ConnectionRefusedError):
        client.get(OPERATING_SYSTEM)
    assert host.machine.virtual_machines is not None
    host.machine.services["WinRM"].start()
    assert host.http_port == port
    assert last_boot(host)


def test_the_power_comes_back_through_the_control_api(serve):
    from test_control import call

    host = serve(yaml=SERVER, control_port=0)
    assert call(host, "/api/power")[1]["state"] == "on"
    assert call(host, "/api/power", {"action": "nonsense"})[0] == 400
    assert call(host, "/api/power", {"action": "switch-on"})[0] == 409
    assert call(host, "/api/power", {"action": "power-cut"})[1]["state"] == "off"
    with SoapClient(host) as client, pytest.raises(ConnectionRefusedError):
        client.get(OPERATING_SYSTEM)
    assert call(host, "/api/host")[1]["power"] == "off"
    with restarting(host):
        assert call(host, "/api/power", {"action": "switch-on"})[0] == 200
    with SoapClient(host) as client:
        found = client.wql("root/cimv2", "SELECT EventCode FROM Win32_NTLogEvent WHERE LogFile='System'")
    assert {"41", "6008", "6009", "6005"} <= {each.findtext("{*}EventCode") for each in found}


@pytest.mark.slow
def test_a_machine_on_the_standard_clock_comes_back_although_nobody_looks(serve):
    host = serve(yaml=SERVER + "operating_system: {boot_seconds: 0}\n", clock="real")
    boot = host.machine.operating_system.boot_time
    with SoapClient(host) as client:
        assert client.invoke(OPERATING_SYSTEM, "Reboot").property("ReturnValue") == "0"
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            last_boot(host)
        except OSError:
            break
        time.sleep(0.1)
    while time.monotonic() < deadline:
        try:
            assert last_boot(host)
            break
        except OSError:
            time.sleep(0.1)
    # Read without settling anything: nobody but the machine's own thread has moved it.
    assert host.machine.operating_system.boot_time > boot
