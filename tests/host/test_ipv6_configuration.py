"""Static IPv6 of the host's interfaces: checked first, then applied."""

from __future__ import annotations

import pytest

from emulator.host import AlreadyExists, Host, InvalidParameter, NotFound
from emulator.host.network import ipv6, ipv6_configuration
from emulator.host.network.network_interfaces import network_interfaces
from emulator.profile import load


@pytest.fixture
def host():
    return Host(load("windows-server-2022-datacenter"))


@pytest.fixture
def interface(host):
    return next(each for each in network_interfaces(host) if not each.is_bound and each.connected)


def shown(host):
    return [str(each.address) for each in ipv6.addresses(host) if each.static is not None]


def test_an_address_has_its_routes(host, interface):
    made = ipv6_configuration.add_address(host, interface, "2001:DB8::A", 64, "2001:db8::1")
    assert made.address == "2001:db8::a"
    routes = {str(each.destination): each.next_hop for each in ipv6.routes(host)}
    assert routes["2001:db8::/64"] == routes["2001:db8::a/128"] == "::"
    assert routes["::/0"] == "2001:db8::1"
    ipv6_configuration.remove_address(host, interface, made)
    assert shown(host) == []
    assert "::/0" in {str(each.destination) for each in ipv6.routes(host)}


@pytest.mark.parametrize(
    ("address", "length"),
    [("nowhere", 64), ("10.0.0.1", 24), ("ff02::1", 64), ("::1", 128), ("::", 64), ("2001:db8::1", 129)],
)
def test_what_is_no_address_of_an_interface_changes_nothing(host, interface, address, length):
    with pytest.raises(InvalidParameter):
        ipv6_configuration.add_address(host, interface, address, length)
    assert shown(host) == []


def test_an_address_is_there_once(host, interface):
    ipv6_configuration.add_address(host, interface, "2001:db8::a", 64)
    with pytest.raises(AlreadyExists):
        ipv6_configuration.add_address(host, interface, "2001:0db8:0::a", 48, "2001:db8::1")
    assert "::/0" not in {str(each.destination) for each in ipv6.routes(host)}
    own = ipv6.link_local(interface)
    with pytest.raises(AlreadyExists):
        ipv6_configuration.add_address(host, interface, str(own), 64)


def test_the_best_route_is_the_narrowest(host, interface):
    ipv6_configuration.add_address(host, interface, "2001:db8::a", 64, "2001:db8::1")
    wide = ipv6_configuration.add_route(host, interface, "2001:db8:9::/48", "2001:db8::2", 10)
    ipv6_configuration.add_route(host, interface, "2001:db8:9:9::/64", "2001:db8::3")
    found = ipv6.best_route(host, ipv6.IPv6Address("2001:db8:9:8::1"))
    assert found is not None
    assert found.static == wide
    with pytest.raises(AlreadyExists):
        ipv6_configuration.add_route(host, interface, "2001:db8:9::/48", "2001:db8::2")
    changed = ipv6_configuration.change_route(host, interface, wide, 20)
    ipv6_configuration.remove_route(host, interface, changed)
    with pytest.raises(NotFound):
        ipv6_configuration.remove_route(host, interface, changed)


def test_dhcp_of_ipv4_leaves_ipv6_alone(host, interface):
    ipv6_configuration.add_address(host, interface, "2001:db8::a", 64)
    ipv6_configuration.set_dns_servers(host, interface, ["2001:db8::53"])
    host.ip_configuration.enable_dhcp(interface)
    assert shown(host) == ["2001:db8::a"]
    now = next(each for each in network_interfaces(host) if each.guid == interface.guid)
    assert now.settings.ipv6.dns_servers == ("2001:db8::53",)
    with pytest.raises(InvalidParameter):
        ipv6_configuration.set_dns_servers(host, interface, ["10.0.0.1"])
