"""The Hyper-V role from the outside: installed, refused, and alive after the restart, through pywinrm."""

from __future__ import annotations

import re

import pytest
import winrm
from conftest import ALLOW_BASIC, PASSWORD, USER, restarting
from soap import WMI, SoapClient

from emulator import HyperVHost

WITHOUT_ROLE = """
hyper_v: {role: absent}
inventory: {virtual_switches: [], virtual_disks: [], virtual_machines: []}
"""
CORE = "name: core\nextends: windows-server-2008r2-datacenter-core\n" + WITHOUT_ROLE + ALLOW_BASIC
SERVER = "name: server\nextends: windows-server-2022-datacenter\n" + WITHOUT_ROLE + ALLOW_BASIC
V1, V2 = WMI + "root/virtualization/", WMI + "root/virtualization/v2/"
INSTALL = "$r = Install-WindowsFeature -Name Hyper-V -IncludeManagementTools; "
TELL = '"$($r.Success)/$($r.RestartNeeded)/$($r.ExitCode)"'


def session(host: HyperVHost) -> winrm.Session:
    return winrm.Session(host.http_url, auth=(USER, PASSWORD), transport="ntlm")


def computer_systems(host: HyperVHost, namespace: str) -> list[str]:
    """The names of all instances of Msvm_ComputerSystem; none when the namespace does not exist."""
    with SoapClient(host) as client:
        answer = client.enumerate(
            namespace + "Msvm_ComputerSystem", "<w:OptimizeEnumeration/><w:MaxElements>100</w:MaxElements>"
        )
    if answer.status != 200:
        assert answer.all("s:Fault")
        return []
    return answer.values("ElementName")


def plain(stream: bytes) -> str:
    """Text without the line breaks that the console put into it."""
    return re.sub(r"\s+", " ", stream.decode())


def test_ocsetup_and_a_restart_bring_hyper_v_to_server_core_2008_r2(serve):
    host = serve(yaml=CORE)
    client = session(host)
    assert computer_systems(host, V1) == []
    installed = client.run_cmd("start /w ocsetup Microsoft-Hyper-V")
    assert (installed.status_code, installed.std_out, installed.std_err) == (3010, b"", b"")
    assert computer_systems(host, V1) == []
    with restarting(host):
        assert client.run_cmd("shutdown /r /t 0").status_code == 0
    assert computer_systems(host, V1) == ["HV2008R2CORE"]
    assert host.machine.hypervisor.running


def test_ocsetup_tells_upper_from_lower_case(serve):
    host = serve(yaml=CORE)
    assert session(host).run_cmd("start /w ocsetup microsoft-hyper-v").status_code not in (0, 3010)
    with restarting(host):
        assert session(host).run_cmd("shutdown /r /t 0").status_code == 0
    assert computer_systems(host, V1) == []


def test_powershell_installs_the_role_and_virtual_machines_work_after_the_restart(serve):
    host = serve(yaml=SERVER)
    client = session(host)
    answer = client.run_ps(INSTALL + TELL)
    assert answer.std_out.decode().strip() == "True/Yes/SuccessRestartRequired"
    assert computer_systems(host, V2) == []
    with restarting(host):
        assert client.run_cmd("shutdown /r /t 0").status_code == 0
    assert computer_systems(host, V2) == ["HV2022"]
    made = client.run_ps(
        "(New-VM -Name first -MemoryStartupBytes 512MB | Start-VM -Passthru).State.ToString()"
    )
    assert made.std_out == b"Running\r\n"


def test_dism_installs_the_role_too(serve):
    host = serve(yaml=SERVER)
    client = session(host)
    answer = client.run_cmd("dism /online /enable-feature /featurename:Microsoft-Hyper-V /all /norestart")
    assert answer.status_code == 3010
    assert b"The operation completed successfully." in answer.std_out
    with restarting(host):
        client.run_cmd("shutdown /r /t 0")
    assert computer_systems(host, V2) == ["HV2022"]


REFUSED = {
    "no-virtualization": "Hyper-V cannot be installed because virtualization support is not enabled in the BIOS.",
    "no-slat": "Hyper-V cannot be installed: The processor does not support second level address translation (SLAT).",
}


@pytest.mark.parametrize("name", REFUSED)
def test_install_windowsfeature_refuses_an_incapable_machine_with_the_reason(serve, name):
    client = session(serve(name))
    answer = client.run_ps(INSTALL + TELL + "; $Error[0].FullyQualifiedErrorId")
    assert answer.std_out.decode().split("\r\n")[:2] == [
        "False/Maybe/Failed",
        "Alteration_PrerequisiteCheck_Failed,Microsoft.Windows.ServerManager.Commands.AddWindowsFeatureCommand",
    ]
    text = f"A prerequisite check for the Hyper-V feature failed. 1. {REFUSED[name]}"
    assert text in plain(answer.std_err)


def test_servermanagercmd_refuses_a_machine_without_data_execution_prevention(serve):
    host = serve("no-dep")
    answer = session(host).run_cmd("servermanagercmd -install Hyper-V")
    assert answer.status_code == 1000
    assert "1. Hyper-V cannot be installed: Data Execution Prevention is not enabled." in plain(
        answer.std_err
    )
    with restarting(host):
        session(host).run_cmd("shutdown /r /t 0")
    assert not host.machine.role.active


def test_dism_installs_on_an_incapable_machine_whose_hypervisor_then_does_not_start(serve):
    host = serve("no-virtualization")
    client = session(host)
    line = "dism /online /enable-feature /featurename:Microsoft-Hyper-V /featurename:"
    tools = "Microsoft-Hyper-V-Management-PowerShell"
    assert client.run_cmd(f"{line}{tools} /norestart").status_code == 50
    assert host.machine.role.pending is None
    assert client.run_cmd(f"{line}{tools} /all /norestart").status_code == 3010
    with restarting(host):
        client.run_cmd("shutdown /r /t 0")
    made = client.run_ps("New-VM -Name vm -MemoryStartupBytes 512MB | Out-Null; Start-VM vm")
    assert made.status_code == 1
    assert "the hypervisor is not running" in plain(made.std_err)


def test_systeminfo_shows_the_requirements_in_both_forms(serve):
    for name, line in (
        (
            "windows-server-2022-datacenter",
            "Hyper-V Requirements:      A hypervisor has been detected. Features required for Hyper-V will not "
            "be displayed.",
        ),
        ("no-virtualization", "                           Virtualization Enabled In Firmware: No"),
    ):
        shown = session(serve(name)).run_cmd("systeminfo").std_out.decode().split("\r\n")
        assert line in shown
