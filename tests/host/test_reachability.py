"""Which ports of a switch reach each other: VLANs, private VLANs, isolation and rules by address."""

import pytest

from emulator.host import (
    AclAction,
    AclDirection,
    IsolationMode,
    PortAcl,
    PortIsolation,
    PrivateVlanMode,
    Vlan,
    VlanMode,
)
from emulator.host.network.reachability import reaches, vlans_meet

ONE, TWO = "192.0.2.21", "192.0.2.22"
ISOLATED, COMMUNITY, PROMISCUOUS = (
    PrivateVlanMode.ISOLATED,
    PrivateVlanMode.COMMUNITY,
    PrivateVlanMode.PROMISCUOUS,
)


def private(mode, secondary):
    if mode is PROMISCUOUS:
        return Vlan(VlanMode.PRIVATE, private_mode=mode, primary_id=10, secondary_ids=secondary)
    return Vlan(VlanMode.PRIVATE, private_mode=mode, primary_id=10, secondary_id=secondary)


@pytest.mark.parametrize(
    ("one", "other", "meet"),
    [
        (Vlan(), Vlan(), True),
        (Vlan(VlanMode.ACCESS, 5), Vlan(VlanMode.ACCESS, 5), True),
        (Vlan(VlanMode.ACCESS, 5), Vlan(VlanMode.ACCESS, 6), False),
        (Vlan(VlanMode.ACCESS, 5), Vlan(), False),
        (Vlan(VlanMode.ACCESS, 5), Vlan(VlanMode.TRUNK, native_id=5, allowed=(7,)), True),
        (Vlan(VlanMode.ACCESS, 7), Vlan(VlanMode.TRUNK, native_id=5, allowed=(7,)), False),
        (private(ISOLATED, 20), private(ISOLATED, 20), False),
        (private(COMMUNITY, 30), private(COMMUNITY, 30), True),
        (private(COMMUNITY, 30), private(COMMUNITY, 31), False),
        (private(ISOLATED, 20), private(PROMISCUOUS, (20, 30)), True),
        (private(COMMUNITY, 31), private(PROMISCUOUS, (20, 30)), False),
        (private(PROMISCUOUS, (20,)), private(PROMISCUOUS, (30,)), True),
        (private(ISOLATED, 20), Vlan(VlanMode.ACCESS, 10), False),
        (private(PROMISCUOUS, (20,)), Vlan(VlanMode.ACCESS, 10), True),
    ],
)
def test_vlans_meet_in_both_directions_or_in_none(one, other, meet):
    assert (vlans_meet(one, other), vlans_meet(other, one)) == (meet, meet)


@pytest.fixture
def ports(host):
    switch = host.virtual_switches.create("lan")
    return [
        host.virtual_machines.create(name).devices.add_network_adapter(switch=switch) for name in ("a", "b")
    ]


def rule(action, direction, address, length):
    return PortAcl(action=action, direction=direction, remote_address=address, remote_prefix_length=length)


def test_the_rule_with_the_longest_prefix_decides(ports):
    sender, receiver = ports
    assert reaches(sender, receiver, ONE, TWO)
    receiver.add_feature(rule(AclAction.DENY, AclDirection.INBOUND, "192.0.2.0", 24))
    assert not reaches(sender, receiver, ONE, TWO)
    assert reaches(receiver, sender, TWO, ONE)
    receiver.add_feature(rule(AclAction.ALLOW, AclDirection.INBOUND, ONE, 32))
    assert reaches(sender, receiver, ONE, TWO)
    receiver.add_feature(rule(AclAction.METER, AclDirection.INBOUND, ONE, 32))
    assert reaches(sender, receiver, ONE, TWO)
    sender.add_feature(PortAcl(action=AclAction.DENY, direction=AclDirection.OUTBOUND, remote_address="ANY"))
    assert not reaches(sender, receiver, ONE, TWO)


def test_tenants_do_not_reach_each_other(ports):
    sender, receiver = ports
    sender.add_feature(PortIsolation(IsolationMode.VLAN, default_isolation_id=7))
    assert not reaches(sender, receiver, ONE, TWO)
    receiver.add_feature(PortIsolation(IsolationMode.VLAN, default_isolation_id=7))
    assert reaches(sender, receiver, ONE, TWO)
    receiver.disconnect()
    assert not reaches(sender, receiver, ONE, TWO)
