"""The firewall by COM, and what other doors see of it."""

from __future__ import annotations

import pytest

from emulator.wmi import WmiService
from tests.powershell.modules.console_session import ConsoleSession

_NEW = (
    "$policy = New-Object -ComObject HNetCfg.FwPolicy2; $rule = New-Object -ComObject HNetCfg.FWRule;"
    "$rule.Name = 'web'; $rule.Protocol = 6; $rule.LocalPorts = '80,443'; $rule.Direction = 1; $rule.Action = 1;"
    "$rule.Profiles = 3; $rule.Enabled = $true; $rule.RemoteAddresses = 'LocalSubnet';"
)


@pytest.fixture
def session() -> ConsoleSession:
    return ConsoleSession()


def test_a_new_rule_has_the_defaults_of_the_object_and_is_nowhere(session):
    assert session.values(
        "$r = New-Object -ComObject HNetCfg.FWRule; $r.Enabled; $r.Protocol; $r.LocalAddresses; $r.LocalPorts;"
        "$r.Direction; $r.Action; $r.Profiles; $r.InterfaceTypes; $null -eq $r.Name"
    ) == [False, 256, "*", "*", 1, 1, 0x7FFFFFFF, "All", True]


def test_an_added_rule_is_seen_by_cmdlets_and_changed_where_it_was_found(session):
    session.values(f"{_NEW} $policy.Rules.Add($rule)")
    assert session.values(
        "$found = Get-NetFirewallRule -DisplayName web; [string]$found.Profile; [string]$found.Action;"
        "($found | Get-NetFirewallPortFilter).LocalPort -join '+'"
    ) == ["Domain, Private", "Allow", "80+443"]
    session.values("$policy.Rules.Item('WEB').Enabled = $false; $rule.LocalPorts = '8080'")
    (one,) = [each for each in session.host.firewall if each.name == "web"]
    assert (one.enabled, one.local_ports, one.remote_addresses) == (False, ("8080",), ("LocalSubnet",))
    count = len(list(session.host.firewall))
    assert session.values(
        "$policy.Rules.Count; @($policy.Rules).Count; $policy.Rules.Remove('web'); $policy.Rules.Count"
    ) == [
        count,
        count,
        count - 1,
    ]


def test_a_wrong_value_is_refused_and_changes_nothing(session):
    session.values(f"{_NEW} $policy.Rules.Add($rule)")
    assert "0x80070057" in session.error("$rule.LocalPorts = '99999'")[2]
    assert session.values("$rule.LocalPorts") == ["80,443"]
    assert "0x80070002" in session.error("$policy.Rules.Item('nothing')")[2]


def test_groups_and_profiles_are_told_and_switched(session):
    group = "'File and Printer Sharing'"
    assert session.values(
        "$policy = New-Object -ComObject HNetCfg.FwPolicy2; $policy.FirewallEnabled(4);"
        f"$policy.IsRuleGroupEnabled(7, {group}); $policy.EnableRuleGroup(7, {group}, $true);"
        f"$policy.IsRuleGroupEnabled(7, {group}); $policy.DefaultInboundAction(1); $policy.DefaultOutboundAction(1)"
    ) == [True, False, True, 0, 1]


def test_users_may_look_and_not_change():
    session = ConsoleSession(user="looker")
    assert session.values("(New-Object -ComObject HNetCfg.FwPolicy2).Rules.Count")[0] > 0
    assert "0x80070005" in session.error(f"{_NEW} $policy.Rules.Add($rule)")[2]


def test_a_property_takes_what_can_be_made_of_its_type(session):
    assert session.values(
        "$r = New-Object -ComObject HNetCfg.FWRule; $r.Protocol = '17'; $r.Protocol; $r.Enabled = $null; $r.Enabled"
    ) == [17, False]
    assert session.error("$r.Protocol = 'tcp'")[0] == "ExceptionWhenSetting"
    assert session.error("$r.Direction = 'in'")[0] == "ExceptionWhenSetting"


def test_the_current_profiles_are_those_of_the_networks(session):
    WmiService(session.host)
    session.values("$policy = New-Object -ComObject HNetCfg.FwPolicy2")
    assert session.values(
        "$policy.CurrentProfileTypes; [string]@(Get-NetConnectionProfile)[0].NetworkCategory"
    ) == [
        2,
        "Private",
    ]
    session.values("Get-NetConnectionProfile | Set-NetConnectionProfile -NetworkCategory Public")
    assert session.values("$policy.CurrentProfileTypes") == [4]
