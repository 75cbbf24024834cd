"""Cmdlets over CIM instances: conversions, what is not found, and who may change what."""

from __future__ import annotations

from typing import Any

import pytest

from emulator.console.programs.powershell.local_management import LocalManagement
from emulator.host import Account, Host
from emulator.powershell.modules.cim import CIM_MODULES
from emulator.powershell.modules.cim.management import Management
from emulator.powershell.modules.core import CORE
from emulator.powershell.modules.utility import UTILITY
from emulator.powershell.runtime import InitialSession, Runspace
from emulator.profile import load


class Shell:
    def __init__(self, *groups: str) -> None:
        self.host = Host(load("windows-server-2022-datacenter"), clock_mode="manual")
        account = self.host.accounts.create("somebody", "Passw0rd!", groups=groups)
        services = {Account: account, Host: self.host, Management: LocalManagement(self.host, account)}
        self.session = InitialSession(
            modules=(CORE, UTILITY, *CIM_MODULES), services=services, release="2022"
        )

    def __call__(self, script: str) -> Any:
        result = Runspace(self.session).run(script)
        assert result.failure is None, result.failure
        self.errors = [each.fully_qualified_error_id for each in result.errors]
        return result.output


@pytest.fixture
def shell() -> Shell:
    return Shell("Administrators")


def test_values_have_the_types_of_net(shell):
    names = shell(
        "$os = Get-CimInstance Win32_OperatingSystem\n"
        "'LastBootUpTime', 'TotalVisibleMemorySize', 'NumberOfProcesses', 'MUILanguages', 'Primary' |"
        " ForEach-Object { $os.$_.GetType().FullName }"
    )
    assert names == ["System.DateTime", "System.UInt64", "System.UInt32", "System.String[]", "System.Boolean"]
    assert shell("$os -is [ciminstance]") == [False]
    assert shell("(Get-CimInstance Win32_OperatingSystem) -is [ciminstance]") == [True]


def test_only_the_asked_properties_have_values(shell):
    script = "$one = Get-CimInstance Win32_Service -Property State -Filter \"Name = 'W32Time'\"\n"
    assert shell(script + "$one.State, $one.Name, [string]$one.StartMode") == ["Running", "W32Time", ""]


def test_names_patterns_and_numbers_find_adapters(shell):
    first = shell("(Get-NetAdapter)[0].Name")[0]
    assert shell("(Get-NetAdapter -InterfaceIndex 13).Name") == [first]
    assert shell("@(Get-NetAdapter -Name nothing*).Count") == [0]
    assert shell.errors == []
    assert shell(f"(Get-NetAdapter -Name '{first}', nothing).Name") == [first]
    assert shell.errors == ["CmdletizationQuery_NotFound_Name,Get-NetAdapter"]


def test_the_class_of_a_piped_object_says_which_parameter_takes_it(shell):
    script = "Get-NetAdapter Ethernet | {} | ForEach-Object InterfaceAlias"
    for command in ("Get-NetIPAddress", "Get-NetIPInterface", "Get-DnsClientServerAddress"):
        assert set(shell(script.format(command))) == {"Ethernet"}
    shell("Get-NetAdapter Ethernet | Set-DnsClientServerAddress -ServerAddresses 192.0.2.54")
    assert shell.errors == []
    assert shell("(Get-DnsClientServerAddress Ethernet -AddressFamily IPv4).ServerAddresses") == [
        "192.0.2.54"
    ]
    shown = shell("Get-NetAdapter Ethernet | Disable-NetAdapter -Confirm:$false -PassThru | % Status")
    assert shown == ["Disabled"]


def test_what_if_changes_nothing(shell):
    shell("Disable-NetFirewallRule -Name WINRM-HTTP-In-TCP -WhatIf")
    assert shell.host.firewall.get("WINRM-HTTP-In-TCP").enabled


def test_enumerations_are_compared_by_name_and_shown_as_such(shell):
    assert shell("(Get-NetFirewallRule -Name WINRM-HTTP-In-TCP).Enabled -eq 'True'") == [True]
    assert shell("(Get-NetFirewallRule -Enabled False -Direction Inbound).Count -gt 3") == [True]
    assert shell('"$((Get-NetFirewallRule -Name WINRM-HTTP-In-TCP).Profile)"') == ["Domain, Private"]


@pytest.mark.parametrize(
    "script",
    [
        "New-NetFirewallRule -DisplayName x",
        "Disable-NetFirewallRule -Name WINRM-HTTP-In-TCP",
        "New-NetIPAddress -InterfaceIndex 13 -IPAddress 10.0.0.9 -PrefixLength 8",
        "Get-NetFirewallRule -Name WINRM-HTTP-In-TCP",
    ],
)
def test_who_has_no_right_in_the_namespace_is_refused(script):
    shell = Shell("Users")
    before = (len(list(shell.host.firewall)), shell.host.firewall.get("WINRM-HTTP-In-TCP"))
    shell(script)
    assert [each.split(",")[0] for each in shell.errors] == ["HRESULT 0x80041003"]
    assert (len(list(shell.host.firewall)), shell.host.firewall.get("WINRM-HTTP-In-TCP")) == before


def test_a_parameter_that_nothing_reads_is_said_so(shell):
    failure = Runspace(shell.session).run("Set-NetAdapter -Name Ethernet -VlanID 5 -Confirm:$false").failure
    assert failure.fully_qualified_error_id.startswith("NotEmulated,")
