"""PSSessions that scripts of a client open, seen by other clients; sessions of clients, seen by scripts."""

from __future__ import annotations

import pytest
from conftest import PASSWORD, USER
from psrp import connect, run, values
from pypsrp.complex_objects import RunspacePoolState
from pypsrp.powershell import PowerShell, RunspacePool
from pypsrp.shell import Process, WinRS
from winrm import Session as Winrm

from emulator import HyperVHost
from emulator.host.neighbourhood import Neighbourhood


@pytest.fixture
def pool(host):
    with connect(host) as client, RunspacePool(client) as opened:
        yield opened


def test_a_session_that_a_script_leaves_is_taken_over_by_another_client(host, pool):
    (identifier,) = values(
        pool,
        "$s = Invoke-Command localhost { 1..3; Write-Warning w } -InDisconnectedSession; $s.InstanceId.Guid",
    )
    with connect(host) as client:
        pools = RunspacePool.get_runspace_pools(client)
        (found,) = [one for one in pools if one.id.lower() == identifier]
        assert found.state == RunspacePoolState.DISCONNECTED
        (left,) = found.create_disconnected_power_shells()
        found.connect()
        left.connect()
        assert left.end_invoke() == [1, 2, 3]
        assert [str(one.message) for one in left.streams.warning] == ["w"]
        assert values(pool, "$s.State.ToString(); $s.Availability.ToString()") == ["Disconnected", "Busy"]
        found.close()
    assert values(pool, f"@(Get-PSSession -ComputerName localhost -InstanceId {identifier}).Count") == [0]


def test_a_pool_that_a_client_leaves_is_received_by_a_script(host, pool):
    with connect(host) as client:
        other = RunspacePool(client)
        other.open()
        shell = PowerShell(other)
        shell.add_script("1..3 | ForEach-Object { $_ * 2 }")
        shell.begin_invoke()
        other.disconnect()
        script = (
            f"$s = Get-PSSession -ComputerName localhost -InstanceId {other.id};"
            '$s.State.ToString(); Receive-PSSession $s | % { "$_" }; Remove-PSSession $s'
        )
        assert values(pool, script) == ["Disconnected", "2", "4", "6"]


def test_using_values_come_as_windows_own_client_sends_them(pool):
    import base64

    key = base64.b64encode("$using:x".encode("utf-16-le")).decode()
    shell = PowerShell(pool)
    shell.add_script("$using:x + 1")
    shell.add_parameter("--%", {key: 41})
    assert shell.invoke() == [42]
    (error,) = run(pool, "$using:x").streams.error
    assert error.fq_error == "UsingWithoutInvokeCommand"


def test_what_a_script_does_in_a_session_calls_the_clients_host(pool):
    ps = run(pool, "Invoke-Command localhost { Write-Host inner; Write-Error bad }")
    assert [str(one.message_data) for one in ps.streams.information] == ["inner"]
    (error,) = ps.streams.error
    assert str(error) == "bad"
    assert error.fq_error == "Microsoft.PowerShell.Commands.WriteErrorException"


def test_a_startup_script_that_fails_breaks_the_pool(host, pool):
    values(
        pool,
        "Set-Content C:\\bad.ps1 'throw \"no luck\"';"
        "Register-PSSessionConfiguration Bad -StartupScript C:\\bad.ps1 -Force | Out-Null",
    )
    with connect(host) as client:
        broken = RunspacePool(client, configuration_name="Bad")
        with pytest.raises(Exception, match="no luck"):
            broken.open()


def test_enter_pssession_hands_standard_input_to_a_session(host):
    with connect(host) as client, WinRS(client) as shell:
        process = Process(shell, "powershell.exe", ["-NoProfile", "-Command", "-"], no_shell=True)
        process.begin_invoke()
        lines = (
            "$where = 'here'",
            "Enter-PSSession localhost",
            "$where = 'there'; $where; $Host.Name",
            "Get-Item C:\\nope",
            "Exit-PSSession",
            "$where",
            "@(Get-PSSession).Count",
        )
        process.send("\r\n".join((*lines, "")).encode(), end=True)
        process.end_invoke()
    text = process.stdout.decode()
    assert "there\r\nServerRemoteHost\r\n" in text
    assert "Get-Item : Cannot find path 'C:\\nope'" in text
    assert text.endswith("here\r\n0\r\n")


def test_enter_pshostprocess_hands_standard_input_to_the_process_of_another_client(host):
    with connect(host) as client, RunspacePool(client) as pool, connect(host) as other, WinRS(other) as shell:
        first = PowerShell(pool).add_script("$env:MINE = 'set by the client'; $PID")
        number = first.invoke()[0]
        process = Process(shell, "powershell.exe", ["-NoProfile", "-Command", "-"], no_shell=True)
        process.begin_invoke()
        lines = (
            f"Enter-PSHostProcess {number}",
            "$env:MINE; prompt; $env:BACK = 'set by the guest'",
            "Exit-PSHostProcess",
            f"$PID -eq {number}",
        )
        process.send("\r\n".join((*lines, "")).encode(), end=True)
        process.end_invoke()
        back = PowerShell(pool).add_script("$env:BACK; @(Get-Runspace).Count").invoke()
    home = "C:\\Users\\Administrator\\Documents"
    prompt = f"[Process:{number}]: PS {home}> "
    assert process.stdout.decode() == f"set by the client\r\n{prompt}\r\nFalse\r\n"
    assert back == ["set by the guest", 1]


def test_a_session_survives_the_process_that_left_it(host):
    client = Winrm(host.http_url, auth=(USER, PASSWORD), transport="ntlm")
    first = client.run_ps(
        "$null = Invoke-Command localhost { $env:COMPUTERNAME } -InDisconnectedSession -SessionName kept"
    )
    assert (first.status_code, first.std_err) == (0, b"")
    second = client.run_ps("Receive-PSSession -ComputerName localhost -Name kept; (Get-PSSession).State")
    assert second.std_out.decode().split() == [host.machine.name, "Opened"]
    third = client.run_ps("@(Get-PSSession -ComputerName localhost -Name kept).Count")
    assert third.std_out.strip() == b"0"


def test_a_script_reaches_another_host_and_copies_a_file_there():
    network = Neighbourhood()
    with (
        HyperVHost(user=USER, password=PASSWORD, neighbourhood=network) as near,
        HyperVHost(
            "windows-server-2019-datacenter", user=USER, password=PASSWORD, neighbourhood=network
        ) as far,
    ):
        script = (
            f"$p = ConvertTo-SecureString '{PASSWORD}' -AsPlainText -Force;"
            f"$c = [pscredential]::new('{USER}', $p); $s = New-PSSession {far.machine.name} -Credential $c;"
            "Set-Content C:\\a.txt over; Copy-Item C:\\a.txt -ToSession $s -Destination C:\\b.txt;"
            'Invoke-Command $s { Get-Content C:\\b.txt; $env:COMPUTERNAME } | % { "$_" }'
        )
        with connect(near) as client, RunspacePool(client) as opened:
            assert values(opened, script) == ["over", far.machine.name]
        assert far.machine.filesystem.read("C:\\b.txt") == b"over\r\n"


def test_releases_without_disconnected_sessions_have_no_such_cmdlets():
    with (
        HyperVHost("windows-server-2008r2-enterprise", user=USER, password=PASSWORD) as old,
        connect(old) as client,
        RunspacePool(client) as opened,
    ):
        assert values(opened, "0 + (Invoke-Command localhost { $PSVersionTable.PSVersion.Major })") == [2]
        for name in ("Disconnect-PSSession", "Connect-PSSession", "Receive-PSSession"):
            (error,) = run(opened, f"{name} x").streams.error
            assert error.fq_error == "CommandNotFoundException"
            assert values(opened, f"@(Get-Command {name} -ErrorAction SilentlyContinue).Count") == [0]
