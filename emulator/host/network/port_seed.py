"""The features that a profile states for the port of a machine's adapter."""

from ipaddress import ip_network
from typing import TYPE_CHECKING

from emulator.host.network.port_access_lists import ANY, AclAction, AclDirection, AclType, PortAcl
from emulator.host.network.port_feature import PortFeature
from emulator.host.network.port_features import MonitorMode, PortBandwidth, PortSecurity
from emulator.host.network.port_networks import IsolationMode, PortIsolation, PrivateVlanMode, Vlan, VlanMode

if TYPE_CHECKING:
    from emulator.profile import VirtualNetworkAdapter
    from emulator.profile.port_settings import AccessRule
    from emulator.profile.port_settings import Vlan as VlanFacts


def port_features(facts: "VirtualNetworkAdapter") -> list[PortFeature]:
    """What is stated; nothing for what has its default."""
    found: list[PortFeature] = []
    if facts.vlan is not None:
        found.append(_vlan(facts.vlan))
    if facts.isolation is not None:
        mode = IsolationMode[facts.isolation.mode.upper().replace("-", "_")]
        found.append(PortIsolation(mode, facts.isolation.untagged, facts.isolation.isolation_id))
    if facts.bandwidth is not None:
        bandwidth = facts.bandwidth
        found.append(
            PortBandwidth(
                limit=bandwidth.maximum or 0, reservation=bandwidth.minimum or 0, weight=bandwidth.weight
            )
        )
    security = PortSecurity(
        mac_address_spoofing=facts.mac_address_spoofing,
        dhcp_guard=facts.dhcp_guard,
        router_guard=facts.router_guard,
        allow_teaming=facts.allow_teaming,
        monitor_mode=MonitorMode[facts.port_mirroring.upper()],
    )
    if security != PortSecurity():
        found.append(security)
    return [*found, *(_rule(each) for each in facts.rules)]


def _vlan(facts: "VlanFacts") -> Vlan:
    identifier = facts.vlan_id or 0
    if facts.mode == "access":
        return Vlan(VlanMode.ACCESS, identifier)
    if facts.mode == "trunk":
        return Vlan(VlanMode.TRUNK, native_id=facts.native, allowed=facts.allowed)
    private = PrivateVlanMode[facts.mode.upper()]
    if private is PrivateVlanMode.PROMISCUOUS:
        return Vlan(
            VlanMode.PRIVATE, private_mode=private, primary_id=identifier, secondary_ids=facts.allowed
        )
    return Vlan(VlanMode.PRIVATE, private_mode=private, primary_id=identifier, secondary_id=facts.allowed[0])


def _rule(facts: "AccessRule") -> PortAcl:
    action, direction = AclAction[facts.action.upper()], AclDirection[facts.direction.upper()]
    if facts.remote.upper() == ANY:
        return PortAcl(action=action, direction=direction, remote_address=ANY)
    network = ip_network(facts.remote, strict=False)
    return PortAcl(
        action=action,
        direction=direction,
        type=AclType.IPV4 if network.version == 4 else AclType.IPV6,
        remote_address=str(network.network_address),
        remote_prefix_length=network.prefixlen,
    )
