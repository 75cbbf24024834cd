"""What administrators type, over pywinrm, seen again through another door."""

from __future__ import annotations

from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
import winrm
from conftest import PASSWORD, USER
from soap import WMI, SoapClient

from emulator import HyperVHost

SMB = WMI + "root/microsoft/windows/smb/"


def run(host: HyperVHost, script: str) -> str:
    answer = winrm.Session(host.http_url, auth=(USER, PASSWORD), transport="ntlm").run_ps(script)
    assert answer.status_code == 0, answer.std_err
    return answer.std_out.decode().replace("\r\n", "\n").strip()


def test_a_user_that_was_made_is_one_of_the_machine(basic_host):
    run(
        basic_host,
        "$null = New-LocalUser bob -Password (ConvertTo-SecureString 'P@ssw0rd!' -AsPlainText -Force)\n"
        "Add-LocalGroupMember 'Hyper-V Administrators' bob",
    )
    with SoapClient(basic_host) as client:
        name = basic_host.machine.name
        found = client.get(WMI + "root/cimv2/Win32_UserAccount", {"Domain": name, "Name": "bob"})
    assert found.property("SID") == basic_host.machine.accounts.find("bob").sid
    assert basic_host.machine.accounts.find("bob").may_use_hyper_v


def test_a_script_knows_who_it_runs_as(basic_host):
    script = (
        "$me = [Security.Principal.WindowsIdentity]::GetCurrent(); $me.Name\n"
        "([Security.Principal.WindowsPrincipal]$me).IsInRole("
        "[Security.Principal.WindowsBuiltInRole]::Administrator)"
    )
    assert run(basic_host, script) == f"{basic_host.machine.name}\\Administrator\nTrue"


def test_a_share_that_was_made_is_an_instance_of_its_class(basic_host):
    run(basic_host, "$null = New-Item -ItemType Directory C:\\data; $null = New-SmbShare Data C:\\data")
    with SoapClient(basic_host) as client:
        found = client.get(SMB + "MSFT_SmbShare", {"Name": "Data", "ScopeName": "*"})
    assert found.property("Path") == "C:\\data"


def test_a_program_is_started_and_its_output_kept(basic_host):
    script = (
        "$p = Start-Process whoami -Wait -PassThru -RedirectStandardOutput C:\\who.txt\n"
        '"$($p.ExitCode) $(Get-Content C:\\who.txt)"'
    )
    assert run(basic_host, script) == "0 hv2022\\administrator"


def test_a_script_file_obeys_the_policy_of_the_machine(basic_host):
    session = winrm.Session(basic_host.http_url, auth=(USER, PASSWORD), transport="ntlm")
    run(basic_host, "Set-Content C:\\s.ps1 '\"ran\"'; Set-ExecutionPolicy Restricted")
    refused = session.run_cmd("powershell", ["-File", "C:\\s.ps1"])
    assert refused.status_code == 1
    assert b"running scripts is disabled" in refused.std_err
    allowed = session.run_cmd("powershell", ["-ExecutionPolicy", "Bypass", "-File", "C:\\s.ps1"])
    assert (allowed.status_code, allowed.std_out) == (0, b"ran\r\n")


def test_an_event_that_was_written_is_read_by_wevtutil(basic_host):
    run(
        basic_host,
        "New-EventLog Application MyApp; Write-EventLog Application MyApp 42 -Message 'Hello there'",
    )
    session = winrm.Session(basic_host.http_url, auth=(USER, PASSWORD), transport="ntlm")
    shown = session.run_cmd("wevtutil qe Application /f:text").std_out.decode()
    assert "Source: MyApp" in shown
    assert "Hello there" in shown


def test_a_script_asks_the_own_port_and_no_other_network(basic_host):
    """What the port answers to the script is what it answers to a client of the real network."""
    script = (
        "foreach ($u in 'http://localhost:5985/wsman', 'http://nobody.example/') {\n"
        "try { Invoke-WebRequest $u -UseBasicParsing } catch { $_.Exception.Message } }"
    )
    refused, unknown = run(basic_host, script).split("\n")
    assert refused == "The remote server returned an error: (405) Method Not Allowed."
    assert unknown == "The remote name could not be resolved: 'nobody.example'"
    with pytest.raises(HTTPError) as problem:
        urlopen(basic_host.http_url, timeout=10)
    assert problem.value.code == 405
    assert basic_host.machine.gaps.counts("network address") == {"nobody.example:80": 1}
