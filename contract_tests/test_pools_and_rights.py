"""A storage pool and the rights of files over the wire: made with PowerShell, looked at through WMI, and the
other way round."""

from __future__ import annotations

import pytest
from conftest import ALLOW_BASIC
from soap import SoapClient
from test_network import powershell, texts

NAMESPACE = "root/virtualization/v2"
SETUP = (
    "New-Item -ItemType Directory C:\\gold, C:\\silver | Out-Null; "
    "New-VHD C:\\gold\\web.vhdx -SizeBytes 1GB | Out-Null; New-VHD C:\\silver\\web.vhdx -SizeBytes 1GB | Out-Null; "
    "New-VM web -Generation 2 -NoVHD | Out-Null; New-VMResourcePool gold VHD -Paths C:\\gold | Out-Null; "
    "Add-VMHardDiskDrive web -Path C:\\gold\\web.vhdx -ResourcePoolName gold"
)


@pytest.fixture
def host(serve):
    host = serve(yaml="name: pools\nextends: windows-server-2022-datacenter\n" + ALLOW_BASIC)
    powershell(host, SETUP)
    return host


@pytest.fixture
def soap(host):
    with SoapClient(host) as client:
        yield client


def test_a_pool_of_disks_is_the_same_through_every_door(soap, host):
    query = "SELECT * FROM Msvm_ResourcePool WHERE PoolID = 'gold'"
    assert texts(soap, NAMESPACE, query, "ResourceSubType") == ["Microsoft:Hyper-V:Virtual Hard Disk"]
    disks = "SELECT * FROM Msvm_StorageAllocationSettingData WHERE PoolID = 'gold'"
    assert texts(soap, NAMESPACE, disks, "HostResource") == ["C:\\gold\\web.vhdx"]
    refused = powershell(
        host,
        "try { Set-VMHardDiskDrive web -Path C:\\silver\\web.vhdx -ErrorAction Stop } catch { $_.Exception.Message }",
    )
    assert "not in the resource pool 'gold'" in refused
    assert texts(soap, NAMESPACE, disks, "HostResource") == ["C:\\gold\\web.vhdx"]


def test_a_machine_that_lost_its_right_starts_again_when_it_is_granted(soap, host):
    shown = powershell(host, "icacls C:\\gold\\web.vhdx")
    (identifier,) = texts(
        soap, NAMESPACE, "SELECT * FROM Msvm_ComputerSystem WHERE ElementName = 'web'", "Name"
    )
    name = f"NT VIRTUAL MACHINE\\{identifier}"
    assert f"{name}:(R,W)" in shown
    state = "(Get-VM web).State.ToString()"
    powershell(host, "icacls C:\\gold\\web.vhdx /reset")
    assert powershell(host, f"Start-VM web -ErrorAction SilentlyContinue; {state}").strip() == "Off"
    granted = powershell(host, f"icacls C:\\gold\\web.vhdx /grant '{name}:(F)'; Start-VM web; {state}")
    assert granted.split()[-1] == "Running"
    access = powershell(host, "(Get-Acl C:\\gold\\web.vhdx).Access[0].IdentityReference.Value")
    assert access.strip() == name
    control = "SELECT * FROM Win32_LogicalFileSecuritySetting WHERE Path = 'C:\\\\gold\\\\web.vhdx'"
    assert texts(soap, "root/cimv2", control, "Path") == ["C:\\gold\\web.vhdx"]
