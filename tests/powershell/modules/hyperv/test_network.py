"""Teams, extensions, rules, isolation, and the adapters of the management operating system."""

from __future__ import annotations

import pytest

from emulator.host import (
    BandwidthMode,
    IsolationMode,
    MonitorMode,
    PortAcl,
    PortBandwidth,
    PortIsolation,
    PortSecurity,
    PrivateVlanMode,
    Vlan,
)


@pytest.fixture
def adapter(shell):
    switch = shell.host.virtual_switches.create("lan")
    return shell.machine("a").devices.add_network_adapter(switch=switch)


def test_rules_come_and_go(shell, adapter):
    shell("Add-VMNetworkAdapterAcl a -RemoteIPAddress 10.0.0.0/8, 192.0.2.1 -Direction Both -Action Deny")
    assert len(adapter.features_of(PortAcl)) == 4
    shown = shell(
        'Get-VMNetworkAdapterAcl a | foreach { "$($_.Action) $($_.Direction) $($_.RemoteAddress)" }'
    )
    assert sorted(shown)[:2] == ["Deny Inbound 10.0.0.0/8", "Deny Inbound 192.0.2.1"]
    shell("Remove-VMNetworkAdapterAcl a -RemoteIPAddress 10.0.0.0/8 -Direction Both -Action Deny")
    assert [each.remote_address for each in adapter.features_of(PortAcl)] == ["192.0.2.1"] * 2
    shell("Get-VMNetworkAdapterAcl a | Remove-VMNetworkAdapterAcl")
    assert adapter.features_of(PortAcl) == []
    failure = shell.fails(
        "Add-VMNetworkAdapterAcl a -RemoteIPAddress nowhere -Direction Inbound -Action Allow"
    )
    assert failure.category == "InvalidArgument"


def test_isolation_and_a_private_vlan_are_set(shell, adapter):
    shell("Set-VMNetworkAdapterIsolation a -IsolationMode Vlan -DefaultIsolationID 100 -MultiTenantStack On")
    assert adapter.feature(PortIsolation) == PortIsolation(
        IsolationMode.VLAN, default_isolation_id=100, multi_tenant_stack=True
    )
    assert shell.one("(Get-VMNetworkAdapterIsolation a).IsolationMode.ToString()") == "Vlan"
    shell("Set-VMNetworkAdapterVlan a -Isolated -PrimaryVlanId 10 -SecondaryVlanId 200")
    assert adapter.vlan.private_mode is PrivateVlanMode.ISOLATED
    assert shell("(Get-VMNetworkAdapterVlan a).SecondaryVlanId") == [200]


def test_mirroring_and_bandwidth_are_set_together_or_not_at_all(shell, adapter):
    shell(
        "Set-VMNetworkAdapter a -PortMirroring Source -StormLimit 5 -DhcpGuard On -MinimumBandwidthAbsolute 100"
    )
    security = adapter.feature(PortSecurity)
    assert (security.monitor_mode, security.storm_limit, security.dhcp_guard) == (MonitorMode.SOURCE, 5, True)
    assert adapter.feature(PortBandwidth).reservation == 100
    shell.fails("Set-VMNetworkAdapter a -RouterGuard On -MinimumBandwidthWeight 50")
    assert not adapter.router_guard


def test_extensions_of_a_switch_are_switched(shell, adapter):
    switch = adapter.switch
    names = shell("(Get-VMSwitchExtension lan).Name")
    assert names[:2] == ["Microsoft NDIS Capture", "Microsoft Windows Filtering Platform"]
    shell("Enable-VMSwitchExtension 'Microsoft NDIS Capture' lan")
    assert shell("(Get-VMSwitchExtension lan 'Microsoft NDIS*').Enabled") == [True]
    shell("Get-VMSwitchExtension lan | Disable-VMSwitchExtension")
    assert not any(switch.extensions.values())


def test_the_host_has_several_adapters_on_a_switch(shell, adapter):
    switch = adapter.switch
    shell("Add-VMNetworkAdapter -ManagementOS -SwitchName lan -Name storage")
    assert [each.name for each in switch.host_adapters] == ["lan", "storage"]
    shell("Set-VMNetworkAdapterVlan -ManagementOS -VMNetworkAdapterName storage -Access -VlanId 7")
    assert switch.host_adapters[1].feature(Vlan).access_id == 7
    assert shell("(Get-VMNetworkAdapterVlan -ManagementOS -VMNetworkAdapterName storage).AccessVlanId") == [7]
    shell("Set-VMNetworkAdapter -ManagementOS -Name storage -MaximumBandwidth 1000000")
    assert switch.host_adapters[1].feature(PortBandwidth).limit == 1_000_000
    shell("Remove-VMNetworkAdapter -ManagementOS -Name storage")
    assert [each.name for each in switch.host_adapters] == ["lan"]


def test_a_switch_has_its_bandwidth_mode_from_the_start(shell):
    shell("New-VMSwitch w -SwitchType Internal -MinimumBandwidthMode Weight")
    switch = shell.host.virtual_switches.find("w")[0]
    assert switch.bandwidth_mode is BandwidthMode.WEIGHT
    assert shell.one("(Get-VMSwitch w).BandwidthReservationMode.ToString()") == "Weight"
    shell("Set-VMSwitch w -DefaultFlowMinimumBandwidthWeight 30")
    assert switch.default_flow_weight == 30


def test_a_team_needs_two_adapters_of_the_machine(shell):
    name = shell.host.hardware.network_adapters[0].name
    shell(f"New-VMSwitch team -NetAdapterName '{name}' -EnableEmbeddedTeaming $true")
    assert shell("(Get-VMSwitch team).EmbeddedTeamingEnabled") == [True]
    assert shell.fails("Add-VMSwitchTeamMember team -NetAdapterName nothing").category == "ObjectNotFound"
    failure = shell.fails(f"Remove-VMSwitchTeamMember team -NetAdapterName '{name}'")
    assert failure.category == "InvalidArgument"


@pytest.mark.parametrize(
    ("profile", "lines", "target"),
    [
        ("windows-server-2022-datacenter", 2, None),
        ("windows-server-2012r2-datacenter", 3, "VMTask"),
    ],
)
def test_a_switch_under_a_running_machine_stays(shell_of, profile, lines, target):
    shell = shell_of(profile)
    vm = shell.machine()
    vm.devices.add_network_adapter("NIC")
    shell("New-VMSwitch LAN -SwitchType Private | Out-Null; Connect-VMNetworkAdapter vm -SwitchName LAN")
    shell("Start-VM vm")
    record = shell.fails("Remove-VMSwitch LAN -Force")
    assert (
        record.message.split("\n")
        == [
            "Failed while removing virtual Ethernet switch.",
            "The virtual switch 'LAN' cannot be deleted because it is being used by running virtual machines or"
            " assigned to child pools.",
            "The operation cannot be performed while the object is in use.",
        ][:lines]
    )
    assert (record.category, record.target_type) == ("ResourceBusy", target)
    assert record.fully_qualified_error_id.startswith("ObjectInUse,")
    assert vm.network_adapters[0].switch is not None
    shell("Stop-VM vm -TurnOff -Force; Remove-VMSwitch LAN -Force")
    assert vm.network_adapters[0].switch is None


def test_an_adapter_of_the_host_is_renamed(shell, adapter):
    switch = adapter.switch
    shell("Rename-VMNetworkAdapter -ManagementOS -Name lan -NewName cluster")
    assert [each.connection_name for each in switch.host_adapters] == ["vEthernet (cluster)"]
    assert shell(
        "(Get-VMNetworkAdapter -ManagementOS cluster | Rename-VMNetworkAdapter -NewName x -Passthru).Name"
    ) == ["x"]
    shell.fails("Rename-VMNetworkAdapter -ManagementOS -Name lan -NewName again")
