"""pywinrm, the client under Ansible's winrm connection and most scripts, against a listening host."""

from __future__ import annotations

import json

import pytest
import winrm
from conftest import PASSWORD, USER
from winrm.exceptions import InvalidCredentialsError


def session(url: str, transport: str = "ntlm", user: str = USER, password: str = PASSWORD, **options):
    return winrm.Session(
        url, auth=(user, password), transport=transport, server_cert_validation="ignore", **options
    )


def test_ntlm_over_http_encrypts_and_runs_a_command(host):
    answer = session(host.http_url, message_encryption="always").run_cmd("hostname")
    assert (answer.status_code, answer.std_err) == (0, b"")
    assert answer.std_out.decode().strip() == host.machine.name


def test_ntlm_over_https_runs_a_command(host):
    answer = session(host.https_url).run_cmd("hostname")
    assert answer.std_out.decode().strip() == host.machine.name


def test_basic_over_http_works_where_the_profile_allows_it(basic_host):
    answer = session(basic_host.http_url, "plaintext").run_cmd("hostname")
    assert answer.std_out.decode().strip() == basic_host.machine.name


def test_basic_over_http_is_refused_where_the_profile_does_not_allow_it(host):
    with pytest.raises(InvalidCredentialsError):
        session(host.http_url, "plaintext").run_cmd("hostname")


@pytest.mark.parametrize("user", [USER, USER.upper(), f".\\{USER}", f"{{host}}\\{USER}"])
def test_a_user_may_be_spelled_in_each_way_that_windows_knows(host, user):
    name = user.format(host=host.machine.name)
    assert session(host.http_url, user=name).run_cmd("hostname").status_code == 0


def test_a_wrong_password_is_refused_and_nothing_is_served(host):
    with pytest.raises(InvalidCredentialsError):
        session(host.http_url, password="wrong").run_cmd("hostname")


def test_plain_bodies_after_ntlm_are_refused_unless_unencrypted_is_allowed(host):
    with pytest.raises(Exception, match="500"):
        session(host.http_url, message_encryption="never").run_cmd("hostname")


def test_the_exit_code_and_both_streams_come_back(host):
    answer = session(host.http_url).run_cmd("echo out& echo err 1>&2& exit 7")
    assert answer.status_code == 7
    assert answer.std_out == b"out\r\n"
    assert answer.std_err == b"err \r\n"


def test_a_virtual_machine_made_by_powershell_is_started_and_listed(host):
    client = session(host.http_url)
    made = client.run_ps("New-VM -Name ci01 -MemoryStartupBytes 1GB -Generation 2 | Out-Null; Start-VM ci01")
    assert (made.status_code, made.std_err) == (0, b"")
    listed = client.run_ps("Get-VM -Name ci01 | Select-Object Name,State | ConvertTo-Json")
    assert listed.status_code == 0
    assert json.loads(listed.std_out) == {"Name": "ci01", "State": 2}
    assert listed.std_out == b'{\r\n    "Name":  "ci01",\r\n    "State":  2\r\n}\r\n'
    (vm,) = host.machine.virtual_machines.find("ci01")
    assert vm.state.name == "RUNNING"


def test_stopping_and_removing_leaves_nothing_behind(host):
    client = session(host.http_url)
    script = """
        New-VM -Name gone -MemoryStartupBytes 512MB -NoVHD | Start-VM
        Stop-VM -Name gone -TurnOff -Force
        Remove-VM -Name gone -Force
        @(Get-VM | Where-Object { $_.Name -eq 'gone' }).Count
    """
    answer = client.run_ps(script)
    assert (answer.std_out, answer.std_err) == (b"0\r\n", b"")
    assert host.machine.virtual_machines.find("gone") == []


def test_a_missing_virtual_machine_is_powershells_own_error(host):
    answer = session(host.http_url).run_ps("Get-VM -Name nosuch")
    assert answer.status_code == 1
    assert b"nosuch" in answer.std_err
    caught = session(host.http_url).run_ps(
        "try { Get-VM -Name nosuch -ErrorAction Stop } catch { $_.CategoryInfo.Category; $_.FullyQualifiedErrorId }"
    )
    assert caught.std_out.decode().split() == [
        "InvalidArgument",
        "InvalidParameter,Microsoft.HyperV.PowerShell.Commands.GetVM",
    ]


def test_a_hundred_kilobytes_of_output_arrive_whole(host):
    answer = session(host.http_url).run_ps("1..20000 -join ','")
    assert answer.std_out.decode().strip() == ",".join(str(number) for number in range(1, 20001))


def test_two_clients_share_one_machine(host):
    session(host.http_url).run_ps("New-VM -Name shared -MemoryStartupBytes 512MB | Out-Null")
    answer = session(host.https_url).run_ps("(Get-VM shared).State.ToString()")
    assert answer.std_out == b"Off\r\n"
