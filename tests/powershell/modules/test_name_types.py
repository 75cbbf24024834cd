"""[System.Net.Dns] over the emulated network."""

from __future__ import annotations

import pytest

from tests.powershell.modules.console_session import ConsoleSession


@pytest.fixture
def session() -> ConsoleSession:
    return ConsoleSession()


def test_the_machine_knows_its_own_name_and_addresses(session):
    script = (
        "[Net.Dns]::GetHostName() -eq $env:COMPUTERNAME\n"
        "$e = [System.Net.Dns]::GetHostEntry('localhost'); $e.GetType().FullName; $e.HostName; $e.Aliases.Count\n"
        "$e.AddressList[0].GetType().FullName; [Net.Dns]::GetHostByName($env:COMPUTERNAME).HostName -eq $e.HostName\n"
        "[Net.Dns]::GetHostEntry($e.AddressList[0]).HostName -eq $e.HostName\n"
        "[Net.Dns]::GetHostAddresses('10.1.2.3').IPAddressToString\n"
        "(Get-NetIPAddress -AddressFamily IPv4).IPAddress -contains $e.AddressList[0].IPAddressToString"
    )
    full_name = session.host.operating_system.fully_qualified_name
    assert session.values(script) == [
        *(True, "System.Net.IPHostEntry", full_name, 0, "System.Net.IPAddress"),
        *(True, True, "10.1.2.3", True),
    ]


def test_other_names_are_not_known(session):
    for call in (
        "GetHostEntry('nowhere.example')",
        "GetHostEntry('10.9.9.9')",
        "GetHostAddresses('nowhere')",
    ):
        script = f"try {{ [Net.Dns]::{call} }} catch {{ $_.FullyQualifiedErrorId; $_.Exception.Message }}"
        error_id, message = session.values(script)
        assert error_id == "SocketException"
        assert message.endswith('"No such host is known"')
