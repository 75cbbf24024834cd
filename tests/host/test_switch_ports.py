import pytest

from emulator.host import (
    AclDirection,
    AlreadyExists,
    BandwidthMode,
    ExtendedAcl,
    InUse,
    InvalidParameter,
    InvalidState,
    IsolationMode,
    LimitExceeded,
    NotFound,
    NotSupported,
    PortAcl,
    PortBandwidth,
    PortIsolation,
    PortRdma,
    PortSecurity,
    PrivateVlanMode,
    RoutingDomain,
    SwitchKind,
    TeamMapping,
    Vlan,
    VlanMode,
)

NDIS_CAPTURE = "EA24CD6C-D17A-4348-9190-09F0D5BE83DD"
AZURE_VFP = "E9B59CFA-2BE1-4B21-828F-B6FBDBDDC017"
TENANT = "{11111111-2222-3333-4444-555555555555}"
SECOND = {
    "name": "Ethernet 2",
    "description": "Intel(R) Ethernet X710 #2",
    "mac_address": "AA-BB-CC-00-00-02",
}
FIRST = {
    "name": "Ethernet",
    "description": "Intel(R) Ethernet X710",
    "mac_address": "AA-BB-CC-00-00-01",
    "ipv4_addresses": ["192.0.2.10"],
}


@pytest.fixture
def adapter(host):
    switch = host.virtual_switches.create("lan")
    return host.virtual_machines.create("web").devices.add_network_adapter(switch=switch)


def test_a_port_has_the_defaults_until_somebody_makes_a_setting(adapter):
    assert adapter.feature_settings() == []
    assert (adapter.vlan, adapter.feature(PortSecurity).storm_limit) == (Vlan(), 0)
    before = adapter.switch.revision
    setting = adapter.add_feature(Vlan(VlanMode.ACCESS, 42))
    assert adapter.vlan.access_id == 42
    assert adapter.switch.revision > before
    with pytest.raises(AlreadyExists):
        adapter.add_feature(Vlan())
    adapter.change_feature(setting, Vlan(VlanMode.TRUNK, 0, 7, (10, 20)))
    assert setting.feature == adapter.vlan == Vlan(VlanMode.TRUNK, 0, 7, (10, 20))
    adapter.remove_feature(setting)
    assert adapter.vlan == Vlan()
    with pytest.raises(NotFound):
        adapter.remove_feature(setting)


@pytest.mark.parametrize(
    "feature",
    [
        Vlan(VlanMode.ACCESS, 0),
        Vlan(VlanMode.ACCESS, 4095),
        Vlan(VlanMode.TRUNK, 0, 0, (5, 5000)),
        Vlan(VlanMode.PRIVATE, primary_id=10, secondary_id=20),
        Vlan(VlanMode.PRIVATE, private_mode=PrivateVlanMode.PROMISCUOUS, primary_id=10),
        Vlan(VlanMode.ACCESS, 5, private_mode=PrivateVlanMode.ISOLATED),
        PortSecurity(virtual_subnet_id=17),
        PortSecurity(storm_limit=-1),
        PortBandwidth(limit=10, reservation=20),
        PortBandwidth(weight=101),
        PortIsolation(IsolationMode.VLAN, default_isolation_id=5000),
        PortAcl(remote_address="10.0.0.300"),
        PortAcl(remote_address="2001:db8::1", remote_prefix_length=64),
        PortAcl(remote_address="10.0.0.0", remote_prefix_length=33),
        ExtendedAcl(local_port="80-20"),
        ExtendedAcl(local_port="65536"),
        ExtendedAcl(protocol="XYZ"),
        ExtendedAcl(stateful=True),
        RoutingDomain("zzz", "red", (5001,)),
        RoutingDomain(TENANT, "red", ()),
    ],
)
def test_a_wrong_setting_is_refused_and_changes_nothing(adapter, feature):
    before = adapter.revision
    with pytest.raises(InvalidParameter):
        adapter.add_feature(feature)
    assert (adapter.revision, adapter.feature_settings()) == (before, [])


def test_a_private_vlan_is_isolated_community_or_promiscuous(adapter):
    isolated = Vlan(VlanMode.PRIVATE, private_mode=PrivateVlanMode.ISOLATED, primary_id=10, secondary_id=200)
    adapter.configure(vlan=isolated)
    promiscuous = Vlan(
        VlanMode.PRIVATE,
        private_mode=PrivateVlanMode.PROMISCUOUS,
        primary_id=10,
        secondary_ids=(200, 201),
    )
    adapter.configure(vlan=promiscuous)
    assert adapter.vlan == promiscuous


def test_rules_are_told_apart_by_their_identifier(adapter):
    first = adapter.add_feature(PortAcl(remote_address="10.0.0.0", remote_prefix_length=8))
    second = adapter.add_feature(PortAcl(remote_address="192.0.2.1", remote_prefix_length=32))
    assert first.identifier != second.identifier
    adapter.remove_feature(first)
    assert [acl.remote_address for acl in adapter.features_of(PortAcl)] == ["192.0.2.1"]


def test_an_extended_rule_has_a_weight_of_its_own_in_its_direction(adapter):
    adapter.add_feature(ExtendedAcl(weight=10))
    with pytest.raises(AlreadyExists):
        adapter.add_feature(ExtendedAcl(weight=10, local_port="80"))
    adapter.add_feature(ExtendedAcl(weight=10, direction=AclDirection.OUTBOUND))


def test_a_routing_domain_is_there_once(adapter):
    adapter.add_feature(RoutingDomain(TENANT, "red", (5001, 5002)))
    with pytest.raises(AlreadyExists):
        adapter.add_feature(RoutingDomain(TENANT.lower(), "blue", (5003,)))


def test_minimum_bandwidth_follows_the_mode_of_the_switch(host, adapter):
    adapter.configure(features=[PortBandwidth(reservation=10_000_000)])
    with pytest.raises(InvalidParameter):
        adapter.configure(minimum_bandwidth_weight=50)
    weighted = host.virtual_switches.create("weighted", bandwidth_mode=BandwidthMode.WEIGHT)
    with pytest.raises(InvalidParameter):
        adapter.connect(weighted)
    assert adapter.switch.name == "lan"
    adapter.disconnect()
    adapter.set_feature(PortBandwidth(weight=50))
    adapter.connect(weighted)
    with pytest.raises(InvalidParameter):
        weighted.configure(default_flow_reservation=100)
    weighted.configure(default_flow_weight=20)
    with pytest.raises(InvalidParameter):
        weighted.configure(bandwidth_mode=BandwidthMode.ABSOLUTE)


@pytest.mark.parametrize(
    ("release", "feature"),
    [
        ("2012", PortIsolation()),
        ("2012", ExtendedAcl()),
        ("2012", RoutingDomain(TENANT, "red", (5001,))),
        ("2012R2", PortRdma(100)),
        ("2012R2", TeamMapping("Ethernet")),
    ],
)
def test_an_older_release_has_not_every_setting(make_host, release, feature):
    host = make_host(operating_system={"release": release})
    adapter = host.virtual_machines.create("web", 1).devices.add_network_adapter()
    with pytest.raises(NotSupported):
        adapter.add_feature(feature)


def test_a_static_address_is_no_group_address_and_needs_the_machine_off(adapter, finish):
    for address in ("01-00-5E-00-00-01", "00-00-00-00-00-00"):
        with pytest.raises(InvalidParameter):
            adapter.configure(mac_address=address)
    finish(adapter.vm.start())
    with pytest.raises(InvalidState):
        adapter.configure(mac_address="00155D000001")
    adapter.configure(device_naming=True, vlan=Vlan(VlanMode.ACCESS, 5))
    assert (adapter.device_naming, adapter.vlan.access_id) == (True, 5)


def test_the_kind_of_a_switch_follows_from_what_is_connected(host):
    switch = host.virtual_switches.create("lan", SwitchKind.PRIVATE)
    first = switch.add_host_adapter()
    assert (switch.kind, first.connection_name) == (SwitchKind.INTERNAL, "vEthernet (lan)")
    second = switch.add_host_adapter("storage")
    assert second.description == "Hyper-V Virtual Ethernet Adapter #2"
    with pytest.raises(AlreadyExists):
        switch.add_host_adapter("STORAGE")
    second.set_feature(Vlan(VlanMode.ACCESS, 9))
    second.rename("backup")
    switch.remove_host_adapter(first)
    assert switch.kind is SwitchKind.INTERNAL
    switch.remove_host_adapter(second)
    assert switch.kind is SwitchKind.PRIVATE
    with pytest.raises(NotFound):
        second.set_feature(Vlan())


def test_extensions_differ_by_release_and_can_be_switched(host, make_host):
    switch = host.virtual_switches.create("lan")
    assert list(switch.extensions)[-1] == AZURE_VFP
    switch.enable_extension(NDIS_CAPTURE.lower())
    assert switch.extensions[NDIS_CAPTURE]
    with pytest.raises(NotFound):
        switch.enable_extension("nothing")
    order = list(reversed(switch.extensions))
    switch.configure(extension_order=order)
    assert list(switch.extensions) == order
    with pytest.raises(InvalidParameter):
        switch.configure(extension_order=order[1:])
    old = make_host(operating_system={"release": "2012"}).virtual_switches.create("lan")
    assert AZURE_VFP not in old.extensions


def test_a_team_has_several_adapters_from_2016_on_servers(make_host):
    adapters = [FIRST, SECOND]
    host = make_host(hardware={"network_adapters": adapters})
    create = host.virtual_switches.create
    with pytest.raises(InvalidParameter):
        create("team", 2, network_adapters=["Ethernet", "Ethernet 2"])
    with pytest.raises(InvalidParameter):
        create("team", 2, network_adapters=["Ethernet", "Ethernet"], teaming_enabled=True)
    with pytest.raises(InvalidParameter):
        create("team", 1, teaming_enabled=True)
    team = create("team", 2, network_adapters=["Ethernet", "Ethernet 2"], teaming_enabled=True)
    with pytest.raises(InUse):
        create("other", 2, network_adapter="Ethernet 2")
    vm = host.virtual_machines.create("web")
    adapter = vm.devices.add_network_adapter(switch=team)
    adapter.set_feature(TeamMapping("Ethernet 2"))
    with pytest.raises(InvalidParameter):
        adapter.set_feature(TeamMapping("Ethernet 3"))
    team.configure(network_adapters=["Ethernet"])
    assert [each.name for each in team.physical_adapters] == ["Ethernet"]
    with pytest.raises(LimitExceeded):
        team.configure(network_adapters=[f"Ethernet {number}" for number in range(9)])
    old = make_host(operating_system={"release": "2012R2"}, hardware={"network_adapters": adapters})
    with pytest.raises(NotSupported):
        old.virtual_switches.create("team", 2, network_adapter="Ethernet", teaming_enabled=True)


def test_single_root_io_needs_an_external_switch_without_minimum_bandwidths(host):
    create = host.virtual_switches.create
    with pytest.raises(InvalidParameter):
        create("lan", iov_preferred=True)
    with pytest.raises(InvalidParameter):
        create("wan", 2, network_adapter="Ethernet", iov_preferred=True, bandwidth_mode=1)
    switch = create("wan", 2, network_adapter="Ethernet", iov_preferred=True)
    assert switch.effective_bandwidth_mode is BandwidthMode.NONE
