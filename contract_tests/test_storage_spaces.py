"""Storage pools through real clients: scripts of pywinrm and WMI over WS-Management see the same pool."""

from __future__ import annotations

import pytest
import winrm
from conftest import ALLOW_BASIC, PASSWORD, USER
from soap import WMI, SoapClient

STORAGE = WMI + "root/microsoft/windows/storage/"
PROFILE = """
name: spaces
extends: windows-server-2022-datacenter
hardware:
  disks:
    - {model: System, size: 480 GB, volumes: [{drive_letter: C, used: 20 GB}]}
    - {model: HGST, size: 20 GB, media: HDD, serial_number: A1}
    - {model: HGST, size: 20 GB, media: HDD, serial_number: A2}
    - {model: HGST, size: 20 GB, media: HDD, serial_number: A3}
inventory: {virtual_switches: [], virtual_disks: [], virtual_machines: []}
"""


@pytest.fixture
def host(serve):
    return serve(yaml=PROFILE + ALLOW_BASIC)


@pytest.fixture
def soap(host):
    with SoapClient(host) as client:
        yield client


@pytest.fixture
def run(host):
    """A script, its output's lines, and what is wrong with it."""

    def script(text: str, *, fails: bool = False) -> list[str]:
        session = winrm.Session(host.http_url, auth=(USER, PASSWORD), transport="ntlm")
        answer = session.run_ps("$ErrorActionPreference = 'Stop'; " + text)
        assert (answer.status_code != 0) is fails, answer.std_err
        return (answer.std_err if fails else answer.std_out).decode().split("\r\n")

    return script


def values(soap: SoapClient, query: str, name: str) -> list[str | None]:
    found = soap.wql("root/microsoft/windows/storage", query)
    return [next(part.text for part in each if part.tag.rpartition("}")[2] == name) for each in found]


def test_a_machine_runs_from_a_pool_and_the_pool_is_taken_apart(soap, run):
    run(
        "$disks = Get-PhysicalDisk -CanPool $true;"
        "New-StoragePool -FriendlyName Lab -StorageSubSystemFriendlyName 'Windows Storage*' -PhysicalDisks $disks |"
        " New-VirtualDisk -FriendlyName Machines -Size 20GB -ResiliencySettingName Parity |"
        " Initialize-Disk -PassThru | New-Partition -DriveLetter V -UseMaximumSize |"
        " Format-Volume -NewFileSystemLabel Machines;"
        "New-VHD V:\\vm.vhdx -SizeBytes 4GB -Fixed;"
        "New-VM -Name vm -Generation 2 -MemoryStartupBytes 512MB -VHDPath V:\\vm.vhdx; Start-VM vm"
    )
    assert values(soap, "SELECT * FROM MSFT_StoragePool WHERE IsPrimordial = FALSE", "FriendlyName") == [
        "Lab"
    ]
    assert values(soap, "SELECT * FROM MSFT_VirtualDisk", "ResiliencySettingName") == ["Parity"]
    assert values(soap, "SELECT * FROM MSFT_PhysicalDisk WHERE CanPool = TRUE", "DeviceId") == []
    (key,) = values(soap, "SELECT * FROM MSFT_VirtualDisk", "ObjectId")
    refused = soap.invoke(STORAGE + "MSFT_VirtualDisk", "DeleteObject", selectors={"ObjectId": str(key)})
    assert refused.property("ReturnValue") == "6"
    assert any(
        "StorageWMI 6,Disconnect-VirtualDisk" in line
        for line in run("Disconnect-VirtualDisk Machines", fails=True)
    )
    run("Stop-VM vm -TurnOff; Disconnect-VirtualDisk Machines")
    assert run("Test-Path V:\\vm.vhdx; (Get-VirtualDisk Machines).OperationalStatus")[:2] == [
        "False",
        "Detached",
    ]
    attached = soap.invoke(STORAGE + "MSFT_VirtualDisk", "Attach", selectors={"ObjectId": str(key)})
    assert attached.property("ReturnValue") == "0"
    assert run("Test-Path V:\\vm.vhdx")[0] == "True"
    run(
        "Remove-VM vm -Force; Remove-VirtualDisk Machines -Confirm:$false; Remove-StoragePool Lab -Confirm:$false"
    )
    assert len(values(soap, "SELECT * FROM MSFT_PhysicalDisk WHERE CanPool = TRUE", "DeviceId")) == 3


def test_cim_cmdlets_make_what_the_storage_cmdlets_show(run):
    made = run(
        "$ns = 'root/Microsoft/Windows/Storage';"
        "$disks = @(Get-CimInstance -Namespace $ns MSFT_PhysicalDisk | ? CanPool);"
        "$answer = Get-CimInstance -Namespace $ns MSFT_StorageSubSystem |"
        " Invoke-CimMethod -MethodName CreateStoragePool"
        " -Arguments @{ FriendlyName = 'Cim'; PhysicalDisks = [ciminstance[]]$disks };"
        "$answer.ReturnValue; (Get-StoragePool Cim | Get-PhysicalDisk).Count;"
        "$pool = Get-CimInstance -Namespace $ns MSFT_StoragePool -Filter 'IsPrimordial = FALSE';"
        "($pool | Invoke-CimMethod -MethodName CreateVirtualDisk"
        " -Arguments @{ FriendlyName = 'd'; Size = [uint64]4GB; ResiliencySettingName = 'Mirror' }).ReturnValue;"
        "(Get-VirtualDisk d).Size; (Get-CimAssociatedInstance $pool -ResultClassName MSFT_VirtualDisk).FriendlyName"
    )
    assert made[:5] == ["0", "3", "0", str(4 << 30), "d"]


def test_wmi_objects_are_handed_to_methods_whole(run):
    made = run(
        "$n = 'root/microsoft/windows/storage'; $s = Get-WmiObject -Namespace $n MSFT_StorageSubSystem;"
        "$d = @(Get-WmiObject -Namespace $n MSFT_PhysicalDisk | ? { $_.CanPool });"
        "$s.CreateStoragePool('Wmi', 2, $null, $d).ReturnValue; (Get-StoragePool Wmi).Usage;"
        "@(Get-StorageJob).Count; (Get-WmiObject Win32_SCSIController).Count"
    )
    assert made[:3] == ["0", "Unrestricted", "0"]
    run("Reset-PhysicalDisk -UniqueId (Get-PhysicalDisk -SerialNumber A1).UniqueId", fails=True)
    run("Remove-StoragePool Wmi -Confirm:$false; Get-PhysicalDisk -CanPool $true | Reset-PhysicalDisk")
