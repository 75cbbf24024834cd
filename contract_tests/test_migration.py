"""Two hosts of one process over WinRM: export here, import there is the client's work; a move is theirs."""

from __future__ import annotations

import pytest
import winrm

from emulator.host.neighbourhood import Neighbourhood

PROFILE = """
name: {name}
extends: windows-server-2022-datacenter
operating_system: {{computer_name: {name}}}
"""


@pytest.fixture
def hosts(serve):
    together = Neighbourhood()
    return [serve(yaml=PROFILE.format(name=name), neighbourhood=together) for name in ("NODE1", "NODE2")]


def run(host, script: str) -> str:
    session = winrm.Session(host.http_url, auth=("Administrator", "Passw0rd!"), transport="ntlm")
    answer = session.run_ps(script)
    assert answer.status_code == 0, answer.std_err
    return answer.std_out.decode()


def test_a_running_machine_is_moved_from_one_host_to_the_other(hosts):
    here, there = hosts
    for host in hosts:
        run(host, "Enable-VMMigration; Set-VMHost -UseAnyNetworkForMigration $true")
    run(
        here,
        "New-VM moving -MemoryStartupBytes 512MB -NewVHDPath C:\\moving.vhdx -NewVHDSizeBytes 2GB | Out-Null;"
        "Start-VM moving",
    )
    run(here, "Move-VM moving NODE2 -IncludeStorage -DestinationStoragePath C:\\Moved")
    assert "moving" not in run(here, "Get-VM | ForEach-Object Name")
    assert run(there, "(Get-VM moving).State.ToString()").strip() == "Running"
    assert there.machine.filesystem.exists("C:\\Moved\\Virtual Hard Disks\\moving.vhdx")
    assert not here.machine.filesystem.exists("C:\\moving.vhdx")


def test_a_report_is_repaired_at_the_destination_and_moves_the_machine(hosts):
    here, there = hosts
    for host in hosts:
        run(host, "Enable-VMMigration; Set-VMHost -UseAnyNetworkForMigration $true")
    run(there, "New-VMSwitch there -SwitchType Internal | Out-Null")
    said = run(
        here,
        "New-VMSwitch here -SwitchType Internal | Out-Null;"
        "New-VM moving -MemoryStartupBytes 512MB -NewVHDPath C:\\moving.vhdx -NewVHDSizeBytes 2GB"
        " -SwitchName here | Out-Null; Start-VM moving;"
        "$report = Compare-VM moving NODE2 -IncludeStorage -DestinationStoragePath C:\\Moved;"
        "$report.Incompatibilities.Message;"
        "$report.Incompatibilities[0].Source | Connect-VMNetworkAdapter -SwitchName there;"
        "(Compare-VM -CompatibilityReport $report).Incompatibilities.Count;"
        "Move-VM -CompatibilityReport $report",
    )
    assert said.split("\r\n")[:2] == ["Could not find Ethernet switch 'here'.", "0"]
    assert run(there, "(Get-VM moving | Get-VMNetworkAdapter).SwitchName").strip() == "there"
    assert run(there, "(Get-VM moving).State.ToString()").strip() == "Running"
    assert "moving" not in run(here, "Get-VM | ForEach-Object Name")


def test_an_export_is_imported_as_a_copy(host):
    run(host, "New-VM one -MemoryStartupBytes 512MB -NoVHD | Out-Null; Export-VM one -Path C:\\Out")
    vm = host.machine.virtual_machines.find("one")[0]
    path = f"C:\\Out\\one\\Virtual Machines\\{vm.id}.vmcx"
    run(host, f"Import-VM -Path '{path}' -Copy -GenerateNewId | Out-Null")
    assert len(host.machine.virtual_machines.find("one")) == 2
