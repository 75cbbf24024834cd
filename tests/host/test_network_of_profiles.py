"""What a profile says of the virtual network is there when the host starts, and after a reset."""

import pytest

from emulator.host import (
    AclAction,
    BandwidthMode,
    Host,
    IsolationMode,
    PortAcl,
    PortBandwidth,
    PortIsolation,
    PortSecurity,
    Vlan,
    VlanMode,
)
from emulator.profile import loads

PROFILE = """
name: network
extends: windows-server-2022-datacenter
inventory:
  virtual_disks: []
  virtual_switches:
    - name: team
      kind: external
      network_adapters: [Ethernet, Ethernet 2]
      bandwidth_mode: weight
      enabled_extensions: [Microsoft NDIS Capture]
      disabled_extensions: [Microsoft Windows Filtering Platform]
  virtual_machines:
    - name: one
      network_adapters:
        - switch: team
          vlan: {vlan_id: 42}
          isolation: {mode: vlan, isolation_id: 7, untagged: true}
          bandwidth: {maximum: 1 Gbps, weight: 5}
          mac_address_spoofing: true
          port_mirroring: source
          rules:
            - {action: deny, direction: inbound, remote: 198.51.100.0/24}
            - {action: meter, direction: outbound}
        - vlan: {mode: trunk, native: 9, allowed: [10, 20]}
        - vlan: {mode: isolated, vlan_id: 10, allowed: [200]}
        - {}
"""


@pytest.fixture(scope="module")
def profile():
    return loads(PROFILE)


def test_switches_have_their_team_mode_and_extensions(profile):
    (switch,) = Host(profile, clock_mode="manual").virtual_switches
    assert [each.name for each in switch.physical_adapters] == ["Ethernet", "Ethernet 2"]
    assert (switch.teaming_enabled, switch.bandwidth_mode) == (True, BandwidthMode.WEIGHT)
    assert list(switch.extensions.values()) == [True, False, False]


def test_ports_have_their_settings_also_after_a_reset(profile):
    host = Host(profile, clock_mode="manual")
    identities = []
    for _ in range(2):
        (vm,) = host.virtual_machines
        first, trunk, private, plain = vm.network_adapters
        assert first.feature(Vlan) == Vlan(VlanMode.ACCESS, 42)
        assert first.feature(PortIsolation) == PortIsolation(IsolationMode.VLAN, True, 7)
        assert first.feature(PortBandwidth) == PortBandwidth(limit=10**9, weight=5)
        assert first.feature(PortSecurity).mac_address_spoofing
        rules = first.features_of(PortAcl)
        assert [(each.action, each.remote_address, each.remote_prefix_length) for each in rules] == [
            (AclAction.DENY, "198.51.100.0", 24),
            (AclAction.METER, "ANY", 0),
        ]
        assert trunk.feature(Vlan) == Vlan(VlanMode.TRUNK, native_id=9, allowed=(10, 20))
        assert (private.feature(Vlan).primary_id, private.feature(Vlan).secondary_id) == (10, 200)
        assert plain.feature_settings() == []
        identities.append([each.identifier for each in first.feature_settings()])
        first.remove_feature(first.feature_settings()[0])
        host.reset()
    assert identities[0] == identities[1]
