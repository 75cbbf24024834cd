"""pypsrp's WSMan and WinRS layers: the same machine seen through WQL and through its own shells."""

from __future__ import annotations

import pytest
from conftest import PASSWORD, USER
from psrp import connect, query
from pypsrp.client import Client
from pypsrp.exceptions import AuthenticationError, WSManFaultError
from pypsrp.shell import Process, SignalCode, WinRS
from soap import V2


@pytest.mark.parametrize("auth", ["negotiate", "ntlm"])
@pytest.mark.parametrize("encryption", ["auto", "always"])
def test_wql_finds_the_virtual_machine_that_powershell_made(host, auth, encryption):
    with Client(
        "127.0.0.1",
        port=host.http_port,
        ssl=False,
        username=USER,
        password=PASSWORD,
    ) as client:
        _, error, code = client.execute_cmd(
            'powershell "New-VM -Name db01 -MemoryStartupBytes 1GB | Start-VM"'
        )
    assert (error, code) == ("", 0)
    with connect(host, auth=auth, encryption=encryption) as wsman:
        found = query(
            wsman,
            "root/virtualization/v2",
            "SELECT ElementName, EnabledState FROM Msvm_ComputerSystem WHERE ElementName = 'db01'",
        )
    assert [[child.text for child in item] for item in found] == [["db01", "2"]]


@pytest.mark.parametrize("channel_bindings", [True, False])
def test_ntlm_over_https_with_and_without_channel_bindings(host, channel_bindings):
    with connect(host, ssl=True, auth="ntlm", send_cbt=channel_bindings) as wsman:
        assert query(wsman, "root/cimv2", "SELECT * FROM Win32_OperatingSystem")


def test_a_wrong_password_is_an_authentication_error(host):
    with connect(host, auth="ntlm", password="wrong") as wsman, pytest.raises(AuthenticationError):
        query(wsman, "root/cimv2", "SELECT * FROM Win32_OperatingSystem")


def test_get_and_fault_through_pypsrps_own_types(host):
    with connect(host, auth="ntlm") as wsman, pytest.raises(WSManFaultError) as caught:
        wsman.get(V2 + "Msvm_NoSuchClass")
    assert caught.value.code is not None


def test_a_process_reads_its_standard_input(host):
    with connect(host, auth="ntlm") as wsman, WinRS(wsman) as shell:
        process = Process(shell, "powershell", ["-Command", "-"], no_shell=False)
        process.begin_invoke()
        process.send(b"'from stdin: ' + (2 + 3)\r\n", end=True)
        process.end_invoke()
        process.signal(SignalCode.TERMINATE)
    assert process.stdout == b"from stdin: 5\r\n"
    assert process.rc == 0


def test_the_shells_environment_and_directory_reach_the_command(host):
    with (
        connect(host, auth="ntlm") as wsman,
        WinRS(wsman, environment={"COLOUR": "blue"}, working_directory="C:\\Windows") as shell,
    ):
        process = Process(shell, "echo %COLOUR%& cd")
        process.invoke()
        process.signal(SignalCode.TERMINATE)
    assert process.stdout == b"blue\r\nC:\\Windows\r\n"


def test_a_command_that_runs_for_ever_is_stopped_by_ctrl_c(serve):
    host = serve(clock="real")
    with connect(host, auth="ntlm") as wsman, WinRS(wsman) as shell:
        process = Process(shell, "powershell", ["-Command", "while ($true) { Start-Sleep 1 }"])
        process.begin_invoke()
        process.signal(SignalCode.CTRL_C)
        process.end_invoke()
    assert process.rc != 0
