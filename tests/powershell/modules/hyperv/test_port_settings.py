"""Extended rules, routing domains, RDMA, team mapping, teams, failover addresses and connection tests."""

from __future__ import annotations

import pytest

from emulator.host import ExtendedAcl, PortOffload, PortRdma, RoutingDomain, TeamMapping
from emulator.host.network.virtual_switch import LoadBalancing

DOMAIN = "12345678-1234-1234-1234-123456789abc"
OTHER = "22345678-1234-1234-1234-123456789abc"


@pytest.fixture
def adapter(shell):
    switch = shell.host.virtual_switches.create("lan")
    return shell.machine("a").devices.add_network_adapter(switch=switch)


def test_extended_rules_come_and_go(shell, adapter):
    shell(
        "Add-VMNetworkAdapterExtendedAcl a -Action Allow -Direction Inbound -LocalPort 80 -Protocol TCP"
        " -Weight 10 -Stateful $true -IdleSessionTimeout 60"
    )
    shell("Add-VMNetworkAdapterExtendedAcl a Deny Outbound -RemoteIPAddress 10.0.0.0/8 -Weight 1")
    assert adapter.features_of(ExtendedAcl)[0].local_port == "80"
    assert shell(
        'Get-VMNetworkAdapterExtendedAcl a | foreach { "$($_.Direction) $($_.Action) $($_.LocalPort)'
        ' $($_.Protocol) $($_.Weight) $($_.RemoteIPAddress) $($_.ParentAdapter.VMName)" }'
    ) == ["Inbound Allow 80 TCP 10 ANY a", "Outbound Deny ANY ANY 1 10.0.0.0/8 a"]
    failure = shell.fails("Add-VMNetworkAdapterExtendedAcl a Deny Outbound -Weight 1")
    assert "exists" in failure.message
    shell("Remove-VMNetworkAdapterExtendedAcl a -Weight 10 -Direction Inbound")
    assert [each.weight for each in adapter.features_of(ExtendedAcl)] == [1]
    failure = shell.fails("Remove-VMNetworkAdapterExtendedAcl a -Weight 10 -Direction Inbound")
    assert "Inbound 10" in failure.message
    removed = shell.one(
        "$rule = Get-VMNetworkAdapterExtendedAcl a; $rule | Remove-VMNetworkAdapterExtendedAcl; $rule"
    )
    assert adapter.features_of(ExtendedAcl) == []
    assert removed is not None
    assert shell("$rule.IsDeleted") == [True]


def test_what_is_no_rule_is_refused(shell, adapter):
    for wrong in ("-LocalIPAddress nowhere", "-LocalPort 70000", "-Protocol XYZ", "-Stateful $true"):
        failure = shell.fails(f"Add-VMNetworkAdapterExtendedAcl a Allow Inbound -Weight 1 {wrong}")
        assert failure.category == "InvalidArgument"
    assert adapter.features_of(ExtendedAcl) == []


def test_server_2012_has_no_extended_rules(shell_of):
    shell = shell_of("windows-server-2012-datacenter")
    assert "not recognized" in shell.fails("Get-VMNetworkAdapterExtendedAcl").message


def test_routing_domains_are_added_changed_and_removed(shell, adapter):
    shell(
        f"Add-VMNetworkAdapterRoutingDomainMapping a -RoutingDomainID {DOMAIN} -RoutingDomainName blue"
        " -IsolationID 5001, 5002 -IsolationName x, y"
    )
    shell(f"Add-VMNetworkAdapterRoutingDomainMapping a {OTHER} red 6001")
    assert shell(
        f"Get-VMNetworkAdapterRoutingDomainMapping a -RoutingDomainID {DOMAIN} | foreach {{"
        ' "$($_.RoutingDomainID) $($_.RoutingDomainName) $($_.IsolationID) $($_.IsolationName)" }'
    ) == [f"{DOMAIN} blue 5001 5002 x y"]
    shell(
        "Set-VMNetworkAdapterRoutingDomainMapping a -RoutingDomainName blue -NewRoutingDomainName green"
        " -IsolationID 7001 -IsolationName z"
    )
    assert [(each.name, each.isolation_ids) for each in adapter.features_of(RoutingDomain)] == [
        ("green", (7001,)),
        ("red", (6001,)),
    ]
    shell.fails(f"Add-VMNetworkAdapterRoutingDomainMapping a {OTHER} again 6001")
    shell.fails("Remove-VMNetworkAdapterRoutingDomainMapping a -RoutingDomainName blue")
    shell(
        "Get-VMNetworkAdapterRoutingDomainMapping a -RoutingDomainName red"
        " | Set-VMNetworkAdapterRoutingDomainMapping -NewRoutingDomainName pink"
    )
    shell("Remove-VMNetworkAdapterRoutingDomainMapping a -RoutingDomainName pink")
    assert [each.name for each in adapter.features_of(RoutingDomain)] == ["green"]


@pytest.mark.usefixtures("adapter")
def test_a_checkpoint_keeps_the_rules_of_its_ports(shell):
    shell("Add-VMNetworkAdapterExtendedAcl a Allow Inbound -Weight 3; Checkpoint-VM a -SnapshotName s")
    shell("Get-VMNetworkAdapterExtendedAcl a | Remove-VMNetworkAdapterExtendedAcl")
    assert shell("Get-VMNetworkAdapterExtendedAcl a") == []
    assert shell("(Get-VMNetworkAdapterExtendedAcl -VMSnapshot (Get-VMSnapshot a)).Weight") == [3]


def test_rdma_is_on_with_a_weight(shell, adapter):
    assert shell.one("(Get-VMNetworkAdapterRdma a).RdmaWeight") == 0
    assert shell.one("(Set-VMNetworkAdapterRdma a -RdmaWeight 100 -Passthru).RdmaWeight") == 100
    assert adapter.feature(PortRdma).weight == 100
    assert shell.fails("Set-VMNetworkAdapterRdma a -RdmaWeight 101").category == "InvalidArgument"


def test_teams_and_the_member_that_carries_a_port(shell):
    shell("Get-VMSwitch | Remove-VMSwitch -Force")
    shell("New-VMSwitch team -NetAdapterName 'Ethernet', 'Ethernet 2' -AllowManagementOS $true | Out-Null")
    team = shell.one("Get-VMSwitchTeam team")
    assert shell("(Get-VMSwitchTeam).Name") == ["team"]
    assert shell(
        "$t = Get-VMSwitchTeam team; $t.TeamingMode.ToString(); $t.NetAdapterInterfaceGuid.Count"
    ) == [
        "SwitchIndependent",
        2,
    ]
    switch = team.switch
    shell("Set-VMSwitchTeam team -LoadBalancingAlgorithm Dynamic")
    assert switch.load_balancing is LoadBalancing.DYNAMIC
    shell(
        "Set-VMNetworkAdapterTeamMapping -ManagementOS -SwitchName team -VMNetworkAdapterName team"
        " -PhysicalNetAdapterName 'Ethernet 2'"
    )
    assert switch.host_adapters[0].feature(TeamMapping).adapter_name == "Ethernet 2"
    assert shell("(Get-VMNetworkAdapterTeamMapping -ManagementOS).NetAdapterName") == ["Ethernet 2"]
    shell("Remove-VMNetworkAdapterTeamMapping -ManagementOS -Name team")
    assert shell("Get-VMNetworkAdapterTeamMapping -ManagementOS") == []
    shell.fails("Set-VMNetworkAdapterTeamMapping -ManagementOS -PhysicalNetAdapterName nothing")
    shell("Set-VMSwitchTeam team -NetAdapterName Ethernet")
    assert [each.name for each in switch.physical_adapters] == ["Ethernet"]
    shell("New-VMSwitch plain -SwitchType Private | Out-Null")
    assert shell.fails("Set-VMSwitchTeam plain -LoadBalancingAlgorithm Dynamic").category == "InvalidArgument"


def test_addresses_after_a_failover_are_kept_by_family(shell, adapter):
    shell(
        "Set-VMNetworkAdapterFailoverConfiguration a -IPv4Address 10.0.0.9 -IPv4SubnetMask 255.255.255.0"
        " -IPv4DefaultGateway 10.0.0.1 -IPv4PreferredDNSServer 10.0.0.2 -IPv6Address fd00::9"
        " -IPv6SubnetPrefixLength 64"
    )
    shell("Set-VMNetworkAdapterFailoverConfiguration a -IPv4AlternateDNSServer 10.0.0.3")
    assert shell(
        '$s = Get-VMNetworkAdapterFailoverConfiguration a; "$($s.IPv4Address)/$($s.IPv4SubnetMask)'
        ' $($s.IPv4AlternateDNSServer) $($s.IPv6Address)/$($s.IPv6SubnetPrefixLength) $($s.ProtocolIFType)"'
    ) == ["10.0.0.9/255.255.255.0 10.0.0.3 fd00::9/64 IPv4v6"]
    shell("Set-VMNetworkAdapterFailoverConfiguration a -ClearFailoverIPv4Settings")
    assert adapter.vm.failover_network[adapter.id].addresses == ("fd00::9",)
    failure = shell.fails("Set-VMNetworkAdapterFailoverConfiguration a -IPv4Address 10.0.0.9")
    assert failure.category == "InvalidArgument"
    assert adapter.vm.failover_network[adapter.id].addresses == ("fd00::9",)


def test_one_guest_reaches_another_on_the_switch(shell, adapter):
    other = shell.machine("b", guest=True)
    other.devices.add_network_adapter(switch=adapter.switch)
    shell("Start-VM a, b; Wait-VM b -For Heartbeat")
    test = "Test-VMNetworkAdapter a -Sender -SenderIPAddress 10.0.0.4 -ReceiverIPAddress {} -SequenceNumber 1"
    assert shell.one(f"({test.format('10.0.0.5')}).RoundTripTime") == 1
    assert "timeout" in shell.fails(test.format("10.0.0.77")).message


def test_what_was_set_for_the_hardware_is_shown(shell, adapter):
    shell(
        "Set-VMNetworkAdapter a -IovWeight 50 -IovQueuePairsRequested 4 -IovInterruptModeration Adaptive"
        " -VmmqEnabled $true -VrssMaxQueuePairs 8 -VrssQueueSchedulingMode StaticVrss"
        " -VrssVmbusChannelAffinityPolicy Weak -PacketDirectNumProcs 2"
    )
    offload = adapter.feature(PortOffload)
    assert (offload.iov_weight, offload.vmmq_enabled, offload.vmmq_queue_pairs) == (50, True, 8)
    assert shell(
        '$n = Get-VMNetworkAdapter a; "$($n.IovWeight) $($n.IovQueuePairsRequested)'
        " $($n.IovInterruptModeration) $($n.VmmqEnabledRequested) $($n.VrssMaxQueuePairsRequested)"
        ' $($n.VrssQueueSchedulingModeRequested) $($n.VrssVmbusChannelAffinityPolicyRequested) $($n.PacketDirectNumProcs)"'
    ) == ["50 4 Adaptive True 8 StaticVrss Weak 2"]
    assert shell.fails("Set-VMNetworkAdapter a -IovWeight 101").category == "InvalidArgument"
    shell("Add-VMNetworkAdapterExtendedAcl a Allow Inbound -Weight 3")
    shell(f"Add-VMNetworkAdapterRoutingDomainMapping a {OTHER} red 6001")
    assert shell(
        "$n = Get-VMNetworkAdapter a; $n.ExtendedAclList.Weight; $n.RoutingDomainList[0].RoutingDomainName"
    ) == [
        3,
        "red",
    ]


def test_an_adapter_with_a_bandwidth_has_its_setting(shell):
    shell("New-VMSwitch w -SwitchType Internal; New-VM a -SwitchName w")
    assert shell("$null -eq (Get-VMNetworkAdapter a).BandwidthSetting") == [True]
    shell("Set-VMNetworkAdapter a -MaximumBandwidth 100MB -MinimumBandwidthAbsolute 10MB")
    assert shell(
        "$b = (Get-VMNetworkAdapter a).BandwidthSetting; $b.GetType().FullName; $b.MaximumBandwidth;"
        " $b.MinimumBandwidthAbsolute; $b.MinimumBandwidthWeight; $b.ParentAdapter.VMName; $b.IsDeleted"
    ) == [
        "Microsoft.HyperV.PowerShell.VMNetworkAdapterBandwidthSetting",
        100 << 20,
        10 << 20,
        0,
        "a",
        False,
    ]


def test_an_adapter_of_the_host_has_a_bandwidth_too(shell):
    shell("New-VMSwitch w -SwitchType Internal -MinimumBandwidthMode Weight | Out-Null")
    shell("Set-VMNetworkAdapter -ManagementOS -Name w -MinimumBandwidthWeight 40")
    assert shell("(Get-VMNetworkAdapter -ManagementOS w).BandwidthSetting.MinimumBandwidthWeight") == [40]
