"""IP of the host's own interfaces, its NATs, and the Default Switch."""

import pytest

from emulator.host import AlreadyExists, InvalidParameter, NotFound, NotSupported
from emulator.host.network.adapter_options import COMPONENTS
from emulator.host.network.network_interfaces import find_interface, network_interfaces

INTERNAL = "vEthernet (lan)"


@pytest.fixture
def ethernet(host):
    return lambda: network_interfaces(host)[0]


def test_a_static_address_replaces_what_dhcp_gave_and_dhcp_brings_it_back(host):
    host.virtual_switches.create("lan")
    own = find_interface(host, alias=INTERNAL)
    leased = own.addresses
    assert own.dhcp
    assert leased[0].startswith("169.254.")
    host.ip_configuration.add_address(own, "192.168.7.1", 24)
    now = find_interface(host, alias=INTERNAL)
    assert (now.dhcp, now.addresses, str(now.network)) == (False, ("192.168.7.1",), "192.168.7.0/24")
    host.ip_configuration.enable_dhcp(now)
    assert find_interface(host, alias=INTERNAL).addresses == leased


def test_what_was_set_follows_the_adapter_to_the_virtual_one_and_back(host, ethernet):
    host.ip_configuration.set_static(ethernet(), [("198.51.100.7", 25)])
    host.ip_configuration.set_gateways(ethernet(), [("198.51.100.1", 5)])
    host.ip_configuration.set_dns_servers(ethernet(), ["198.51.100.2"])
    switch = host.virtual_switches.create("wan", 2, network_adapter=ethernet().name)
    assert ethernet().addresses == ()
    moved = find_interface(host, alias="vEthernet (wan)")
    assert (moved.addresses, moved.gateway, moved.dns_servers) == (
        ("198.51.100.7",),
        "198.51.100.1",
        ("198.51.100.2",),
    )
    host.ip_configuration.set_dns_servers(moved, ["198.51.100.3"])
    host.virtual_switches.remove(switch)
    assert ethernet().dns_servers == ("198.51.100.3",)


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (lambda ip, each: ip.add_address(each, "10.0.0.300", 24), InvalidParameter),
        (lambda ip, each: ip.add_address(each, "10.0.0.3", 33), InvalidParameter),
        (lambda ip, each: ip.add_address(each, "224.0.0.3", 24), InvalidParameter),
        (lambda ip, each: ip.add_address(each, "2001:db8::1", 64), InvalidParameter),
        (lambda ip, each: ip.add_address(each, each.addresses[0], 24), AlreadyExists),
        (lambda ip, each: ip.remove_address(each, "10.9.9.9"), NotFound),
        (lambda ip, each: ip.set_static(each, [("10.0.0.1", 8), ("10.0.0.1", 8)]), InvalidParameter),
        (lambda ip, each: ip.set_dns_servers(each, ["dns"]), InvalidParameter),
        (lambda ip, each: ip.add_route(each, "10.0.0.0/40", "10.0.0.1"), InvalidParameter),
        (lambda ip, each: ip.configure(each, mtu=1), InvalidParameter),
    ],
)
def test_what_is_wrong_is_refused_and_changes_nothing(host, ethernet, call, error):
    before = ethernet()
    with pytest.raises(error):
        call(host.ip_configuration, before)
    assert ethernet() == before


def test_an_interface_that_is_switched_off_has_no_link_and_no_address(host, ethernet):
    host.ip_configuration.configure(ethernet(), enabled=False)
    assert (ethernet().connected, ethernet().addresses) == (False, ())
    host.ip_configuration.configure(ethernet(), enabled=True)
    assert ethernet().connected
    assert ethernet().addresses


def test_a_reset_brings_the_profile_back(host, ethernet):
    before = ethernet()
    host.ip_configuration.configure(before, mtu=9000)
    host.network_translation.create("nat", "10.0.0.0/8")
    host.reset()
    assert ethernet() == before
    assert list(host.network_translation) == []


def test_nats_do_not_overlap_and_take_their_mappings_along(host):
    nats = host.network_translation
    nat = nats.create("Lab", "192.168.7.0/24")
    with pytest.raises(AlreadyExists):
        nats.create("LAB", "10.0.0.0/8")
    for prefix in ("192.168.0.0/16", "192.168.7.128/25", "nonsense", ""):
        with pytest.raises(InvalidParameter):
            nats.create("two", prefix)
    mapping = nats.add_static_mapping(nat, 6, "0.0.0.0", 80, "192.168.7.5", 8080)
    for values in (
        (6, "192.0.2.10", 80, "192.168.7.6"),
        (6, "0.0.0.0", 80, "192.168.7.6"),
    ):
        with pytest.raises(AlreadyExists):
            nats.add_static_mapping(nat, *values)
    for values in (
        (1, "0.0.0.0", 81, "192.168.7.6"),
        (6, "0.0.0.0", 0, "192.168.7.6"),
        (6, "0.0.0.0", 9, "10.1.1.1"),
    ):
        with pytest.raises(InvalidParameter):
            nats.add_static_mapping(nat, *values)
    assert nats.add_static_mapping(nat, 17, "0.0.0.0", 80, "192.168.7.6").internal_port == 80
    nats.remove(nat)
    assert nats.static_mappings == []
    with pytest.raises(NotFound):
        nats.remove_static_mapping(mapping)


def test_the_default_switch_translates_and_cannot_be_changed(make_host):
    host = make_host(
        operating_system={"release": "11", "edition": "Professional"},
        users=[{"name": "Administrator", "password": "x", "groups": ["Administrators"]}],
    )
    (switch,) = host.virtual_switches
    own = find_interface(host, alias="vEthernet (Default Switch)")
    assert (own.addresses, own.dhcp) == (("172.20.16.1",), False)
    adapter = host.virtual_machines.create("guest").devices.add_network_adapter(switch=switch)
    (address,) = switch.lease(adapter)
    assert own.network is not None
    assert address in [str(each) for each in own.network.hosts()]
    for change in (
        lambda: switch.configure(name="mine"),
        lambda: host.virtual_switches.remove(switch),
        lambda: switch.add_host_adapter("more"),
        lambda: switch.remove_host_adapter(switch.host_adapters[0]),
    ):
        with pytest.raises(NotSupported, match="Internet Connection Sharing"):
            change()


def test_what_was_set_for_adapters_that_are_gone_is_forgotten(host, ethernet):
    for number in range(5):
        switch = host.virtual_switches.create(f"lan {number}")
        own = find_interface(host, alias=f"vEthernet (lan {number})")
        host.ip_configuration.add_address(own, "192.168.7.1", 24)
        host.adapter_options.bind(own, COMPONENTS[0], False)
        host.virtual_switches.remove(switch)
    host.ip_configuration.configure(ethernet(), mtu=9000)
    host.adapter_options.set_value(ethernet(), "VlanID", "3")
    assert len(host.ip_configuration._settings) == 1
    assert not host.adapter_options._bound
