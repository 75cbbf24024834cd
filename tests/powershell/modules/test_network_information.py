"""System.Net.NetworkInformation tells of the machine's own interfaces, ports and connections."""

from __future__ import annotations

import pytest

from emulator.host.network.network_interfaces import network_interfaces
from emulator.wmi import WmiService
from tests.powershell.modules.console_session import ConsoleSession

_PLACE = "[System.Net.NetworkInformation."


@pytest.fixture
def session() -> ConsoleSession:
    session = ConsoleSession()
    WmiService(session.host)
    return session


def test_interfaces_are_those_of_the_host(session):
    with session.host.looking():
        rows = [one for one in network_interfaces(session.host) if not one.is_bound]
    script = f"$i = {_PLACE}NetworkInterface]::GetAllNetworkInterfaces();"
    assert session.values(f"{script} $i | % Name") == [
        *(one.name for one in rows),
        "Loopback Pseudo-Interface 1",
    ]
    first = next(one for one in rows if one.assigned)
    assert session.values(
        f"{script} $n = $i | ? Name -eq '{first.name}'; [string]$n.OperationalStatus; $n.GetPhysicalAddress().ToString();"
        "$u = $n.GetIPProperties().UnicastAddresses[0]; [string]$u.Address; [string]$u.IPv4Mask;"
        "$n.GetIPProperties().GatewayAddresses | % { [string]$_.Address }"
    ) == [
        "Up",
        first.mac_address.replace("-", "").replace(":", ""),
        first.addresses[0],
        str(first.assigned[0].network.netmask),
        *first.settings.gateways,
    ]
    assert session.values(f"{_PLACE}NetworkInterface]::GetIsNetworkAvailable()") == [True]


def test_ports_are_those_of_get_net_tcp_connection(session):
    script = f"$p = {_PLACE}IPGlobalProperties]::GetIPGlobalProperties();"
    assert session.values(
        f"{script} $p.HostName -eq $env:COMPUTERNAME; 5985 -in $p.GetActiveTcpListeners().Port"
    ) == [
        True,
        True,
    ]
    assert session.values(
        f"{script} $a = $p.GetActiveTcpListeners().Count; $b = @(Get-NetTCPConnection -State Listen).Count; $a -eq $b;"
        "@($p.GetActiveTcpConnections() | ? { [string]$_.State -eq 'Listen' }).Count"
    ) == [True, 0]


def test_base64_is_broken_into_lines_when_asked():
    assert ConsoleSession().values(
        "$b = [byte[]](1..60); [Convert]::ToBase64String($b).Length;"
        "[Convert]::ToBase64String($b, 'InsertLineBreaks').Split(\"`n\")[0].Trim().Length;"
        "[Convert]::ToBase64String($b, [Base64FormattingOptions]::None).Length"
    ) == [80, 76, 80]
