"""Which connections of other computers the firewall lets in."""

import pytest

from emulator.host.network.network_interfaces import network_interfaces


@pytest.fixture
def private(make_host):
    """A host in a private network, and in no other."""
    host = make_host()
    for one in network_interfaces(host):
        host.ip_configuration.configure(one, category=1)
    return host


def test_a_rule_counts_in_the_networks_that_the_machine_is_in(private):
    firewall = private.firewall
    assert firewall.current_profiles == 2
    rule = firewall.create("Lab", local_ports=("8080",), protocol="TCP", profiles=4)
    assert not firewall.admits(8080)
    firewall.configure(rule.id, profiles=2)
    assert firewall.admits(8080)


def test_a_profile_of_another_network_that_is_off_lets_nothing_in(private):
    firewall = private.firewall
    on_the_road = {one.name: one for one in firewall.profiles}
    firewall.configure_profile(on_the_road["Public"], enabled=2)
    assert not firewall.admits(8080)
    firewall.configure_profile(on_the_road["Private"], enabled=2)
    assert firewall.admits(8080)
