"""Whether an untagged packet gets from one port of a virtual switch to another: VLANs, isolation and rules.

Rules of private VLANs: RFC 5517. Of several rules by address the one with the longest prefix decides, as in
Windows; without one everything passes.
"""

from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING

from emulator.host.network.port_access_lists import ANY, AclAction, AclDirection, AclType, PortAcl
from emulator.host.network.port_networks import PortIsolation, PrivateVlanMode, Vlan, VlanMode

if TYPE_CHECKING:
    from emulator.host.network.switch_port import SwitchPort


def reaches(sender: "SwitchPort", receiver: "SwitchPort", sender_address: str, receiver_address: str) -> bool:
    """Whether a packet of the sender's address gets to the receiver's on the switch that both are on."""
    if sender.switch is None or sender.switch is not receiver.switch:
        return False
    return (
        vlans_meet(sender.feature(Vlan), receiver.feature(Vlan))
        and _isolation(sender) == _isolation(receiver)
        and passes(sender, AclDirection.OUTBOUND, sender_address, receiver_address)
        and passes(receiver, AclDirection.INBOUND, receiver_address, sender_address)
    )


def vlans_meet(one: Vlan, other: Vlan) -> bool:
    """Whether an untagged packet may go between two ports."""
    if one.mode is VlanMode.PRIVATE and other.mode is VlanMode.PRIVATE:
        return one.primary_id == other.primary_id and _private_meet(one, other)
    if VlanMode.PRIVATE in (one.mode, other.mode):
        private, plain = (one, other) if one.mode is VlanMode.PRIVATE else (other, one)
        # Whoever is in the primary VLAN is reached by promiscuous ports only.
        return private.private_mode is PrivateVlanMode.PROMISCUOUS and private.primary_id == _number(plain)
    return _number(one) == _number(other)


def _private_meet(one: Vlan, other: Vlan) -> bool:
    promiscuous = PrivateVlanMode.PROMISCUOUS
    if one.private_mode is promiscuous or other.private_mode is promiscuous:
        if one.private_mode is other.private_mode:
            return True
        wide, narrow = (one, other) if one.private_mode is promiscuous else (other, one)
        return narrow.secondary_id in wide.secondary_ids
    community = PrivateVlanMode.COMMUNITY
    return one.private_mode is other.private_mode is community and one.secondary_id == other.secondary_id


def _number(vlan: Vlan) -> int:
    """The VLAN of a port's untagged packets."""
    return {VlanMode.ACCESS: vlan.access_id, VlanMode.TRUNK: vlan.native_id}.get(vlan.mode, 0)


def _isolation(port: "SwitchPort") -> tuple[int, int]:
    found = port.feature(PortIsolation)
    return int(found.mode), found.default_isolation_id if found.mode else 0


def passes(port: "SwitchPort", direction: AclDirection, local: str, remote: str) -> bool:
    """Whether the rules by address of a port let a packet pass."""
    found = [
        (_length(rule), rule.action)
        for rule in port.features_of(PortAcl)
        if rule.direction is direction
        and rule.action is not AclAction.METER
        and _fits(rule, rule.local_address, rule.local_prefix_length, local)
        and _fits(rule, rule.remote_address, rule.remote_prefix_length, remote)
    ]
    return not found or max(found, key=lambda each: each[0])[1] is AclAction.ALLOW


def _length(rule: PortAcl) -> int:
    return sum(
        length
        for address, length in (
            (rule.local_address, rule.local_prefix_length),
            (rule.remote_address, rule.remote_prefix_length),
        )
        if address and address.upper() != ANY
    )


def _fits(rule: PortAcl, address: str, length: int, actual: str) -> bool:
    if rule.type is AclType.MAC:
        return not address or address.upper() == ANY
    number = ip_address(actual)
    if (number.version == 4) is not (rule.type is AclType.IPV4):
        return False
    if not address or address.upper() == ANY:
        return True
    return number in ip_network(f"{address}/{length or number.max_prefixlen}", strict=False)
