"""A disk of a storage pool fails by the control API; scripts and WMI see it, and an administrator mends it."""

from __future__ import annotations

import json
import urllib.error
import urllib.request

import pytest
import winrm
from conftest import ALLOW_BASIC, PASSWORD, USER
from soap import SoapClient

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
STORAGE = "root/microsoft/windows/storage"


@pytest.fixture
def host(serve):
    return serve(yaml=PROFILE + ALLOW_BASIC, control_port=0)


@pytest.fixture
def soap(host):
    with SoapClient(host) as client:
        yield client


@pytest.fixture
def run(host):
    def script(text: str) -> list[str]:
        session = winrm.Session(host.http_url, auth=(USER, PASSWORD), transport="ntlm")
        answer = session.run_ps("$ErrorActionPreference = 'Stop'; " + text)
        assert answer.status_code == 0, answer.std_err
        return answer.std_out.decode().split("\r\n")[:-1]

    return script


def fail(host, number: int, failure: object):
    request = urllib.request.Request(
        f"{host.control_url.rstrip('/')}/api/physical-disks/{number}",
        data=json.dumps({"failure": failure}).encode(),
        headers={"Content-Type": "application/json"},
    )
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error)


def states(soap: SoapClient, query: str) -> list[tuple[str | None, str | None]]:
    found = soap.wql(STORAGE, query)
    rows = [{part.tag.rpartition("}")[2]: part.text for part in each} for each in found]
    return [(row["HealthStatus"], row["OperationalStatus"]) for row in rows]


def test_a_failed_disk_is_replaced_as_an_administrator_does_it(host, soap, run):
    run(
        "$disks = Get-PhysicalDisk -CanPool $true;"
        "New-StoragePool -FriendlyName Lab -StorageSubSystemFriendlyName 'Windows*' -PhysicalDisks $disks |"
        " New-VirtualDisk -FriendlyName Data -Size 8GB -ResiliencySettingName Mirror |"
        " Initialize-Disk -PassThru | New-Partition -DriveLetter V -UseMaximumSize | Format-Volume;"
        "Set-Content V:\\kept.txt kept"
    )
    status, rows = fail(host, 1, "failed media")
    assert (status, rows[1]["failure"], rows[1]["pool"]) == (200, "failed media", "Lab")
    seen = run(
        "$d = Get-PhysicalDisk -HealthStatus Unhealthy; $d.DeviceId; $d.OperationalStatus;"
        "(Get-StoragePool Lab).OperationalStatus; $v = Get-VirtualDisk -HealthStatus Warning;"
        "$v.OperationalStatus; Get-Content V:\\kept.txt"
    )
    assert seen == ["1", "Failed Media", "Degraded", "Degraded", "kept"]
    assert ("2", "53252") in states(soap, "SELECT * FROM MSFT_PhysicalDisk")
    assert states(soap, "SELECT * FROM MSFT_VirtualDisk") == [("1", "3")]
    mended = run(
        "$bad = Get-PhysicalDisk | ? HealthStatus -ne Healthy; $bad | Set-PhysicalDisk -Usage Retired;"
        "Repair-VirtualDisk Data; Remove-PhysicalDisk -PhysicalDisks $bad -StoragePoolFriendlyName Lab"
        " -Confirm:$false; (Get-VirtualDisk Data).HealthStatus; (Get-StoragePool Lab).HealthStatus;"
        "(Get-PhysicalDisk | ? DeviceId -eq 1).CannotPoolReason; Get-Content V:\\kept.txt"
    )
    assert mended == ["Healthy", "Healthy", "Not Healthy", "kept"]


def test_without_redundancy_the_virtual_disk_is_away_until_its_disk_is_back(host, soap, run):
    run(
        "$disks = Get-PhysicalDisk -CanPool $true;"
        "New-StoragePool -FriendlyName Lab -StorageSubSystemFriendlyName 'Windows*' -PhysicalDisks $disks |"
        " New-VirtualDisk -FriendlyName Data -Size 8GB -ResiliencySettingName Simple"
    )
    fail(host, 2, "lost communication")
    assert run("$v = Get-VirtualDisk Data; $v.OperationalStatus; $v.HealthStatus; $v.DetachedReason") == [
        "Detached",
        "Unknown",
        "Incomplete",
    ]
    assert states(soap, "SELECT * FROM MSFT_VirtualDisk") == [("5", "53250")]
    fail(host, 2, None)
    assert states(soap, "SELECT * FROM MSFT_VirtualDisk") == [("0", "2")]


def test_the_control_api_refuses_what_is_no_failure(host):
    assert fail(host, 1, "on fire")[0] == 400
    assert fail(host, 77, "failed media")[0] == 409
    assert fail(host, 0, "failed media")[0] == 409


def test_a_script_makes_a_virtual_hard_disk_of_a_disk_of_the_host(soap, run):
    made = run("$d = New-VHD C:\\copy.vhdx -Dynamic -SourceDisk 0; $d.Size -eq (Get-Disk 0).Size; $d.VhdType")
    assert made == ["True", "Dynamic"]
    query = "SELECT * FROM CIM_DataFile WHERE Name = 'C:\\\\copy.vhdx'"
    (file,) = soap.wql("root/cimv2", query)
    size = next(int(part.text) for part in file if part.tag.endswith("}FileSize"))
    assert 20 << 30 <= size < 22 << 30
