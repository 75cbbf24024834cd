"""Teams of physical adapters: what they need, what they take from their members, and what switches do with
them."""

import pytest

from emulator.host import Host
from emulator.host.errors import AlreadyExists, HostError, InUse, InvalidParameter, NotFound, NotSupported
from emulator.host.network.adapter_teams import TeamingMode, TeamStatus
from emulator.host.network.network_connections import rename_connection
from emulator.host.network.network_interfaces import network_interfaces
from emulator.profile import loads

PROFILE = """
hardware:
  processor: {{vendor: Intel, model: Intel(R) Xeon(R), sockets: 1, cores_per_socket: 4, family: 6,
              model_number: 106, stepping: 6, clock_megahertz: 2000}}
  memory: 32 GB
  disks: [{{model: Disk, size: 500 GB, volumes: [{{drive_letter: C}}]}}]
  network_adapters:
    - {{name: NIC1, description: Intel(R) X710, mac_address: AA-BB-CC-00-00-01, link_speed: 10 Gbps,
       ipv4_addresses: [192.0.2.10], gateway: 192.0.2.1}}
    - {{name: NIC2, description: Intel(R) X710 no2, mac_address: AA-BB-CC-00-00-02, link_speed: 10 Gbps}}
    - {{name: NIC3, description: Intel(R) X710 no3, mac_address: AA-BB-CC-00-00-03, connected: false}}
    - {{name: Wi-Fi, description: Wireless, mac_address: AA-BB-CC-00-00-04, wireless: true}}
operating_system: {{release: '{release}', edition: {edition}, computer_name: HOST}}
hyper_v: {{role: enabled}}
users: [{{name: Administrator, password: Passw0rd!, groups: [Administrators]}}]
"""


def host_of(release: str = "2019", edition: str = "Datacenter") -> Host:
    return Host(loads(PROFILE.format(release=release, edition=edition)), clock_mode="manual")


@pytest.fixture
def host() -> Host:
    return host_of()


def interface(host: Host, name: str):
    (found,) = [each for each in network_interfaces(host) if each.name == name]
    return found


def test_a_team_takes_the_addresses_of_its_members_away_and_gives_them_back(host):
    team = host.adapter_teams.create("Team1", ["NIC1", "NIC2"])
    assert [each.name for each in network_interfaces(host)] == ["NIC1", "NIC2", "NIC3", "Wi-Fi", "Team1"]
    assert interface(host, "NIC1").is_bound
    assert interface(host, "NIC1").addresses == ()
    shown = interface(host, "Team1")
    assert (shown.link_speed, shown.mac_address) == (20_000_000_000, "AA-BB-CC-00-00-01")
    assert shown.addresses[0].startswith("169.254.")
    host.ip_configuration.add_address(shown, "192.0.2.10", 24)
    assert interface(host, "Team1").addresses == ("192.0.2.10",)
    host.adapter_teams.remove(team)
    assert interface(host, "NIC1").addresses == ("192.0.2.10",)
    assert len({each.guid for each in network_interfaces(host)}) == 4


@pytest.mark.parametrize(
    ("members", "error"),
    [
        ([], InvalidParameter),
        (["NIC9"], NotFound),
        (["Wi-Fi"], InvalidParameter),
    ],
)
def test_what_cannot_be_a_team(host, members, error):
    with pytest.raises(error):
        host.adapter_teams.create("Team1", members)
    assert host.adapter_teams.teams == []
    assert not interface(host, "NIC1").is_bound


def test_an_adapter_is_in_one_team_or_on_one_switch(host):
    host.adapter_teams.create("Team1", ["NIC1"])
    with pytest.raises(InUse):
        host.adapter_teams.create("Team2", ["NIC1"])
    with pytest.raises(AlreadyExists):
        host.adapter_teams.create("team1", ["NIC2"])
    with pytest.raises(AlreadyExists):
        host.adapter_teams.create("Team2", ["NIC2"], interface="NIC3")
    with pytest.raises(InUse):
        host.virtual_switches.create("wan", 2, network_adapter="NIC1")
    host.virtual_switches.create("wan", 2, network_adapter="NIC2")
    with pytest.raises(InUse):
        host.adapter_teams.create("Team2", ["NIC2"])


def test_clients_have_no_teams():
    with pytest.raises(NotSupported):
        host_of("11", "Professional").adapter_teams.create("Team1", ["NIC1"])


def test_2012_has_neither_the_dynamic_algorithm_nor_a_timer():
    host = host_of("2012")
    with pytest.raises(NotSupported):
        host.adapter_teams.create("Team1", ["NIC1"], balancing=5)
    with pytest.raises(NotSupported):
        host.adapter_teams.create("Team1", ["NIC1"], mode=2, timer=1)
    assert host.adapter_teams.create("Team1", ["NIC1"]).balancing == 0


def test_a_switch_on_a_team_uses_its_interface_and_keeps_it(host):
    teams = host.adapter_teams
    team = teams.create("Team1", ["NIC1", "NIC2"])
    switch = host.virtual_switches.create(
        "wan", 2, network_adapter="Microsoft Network Adapter Multiplexor Driver"
    )
    assert switch.link_speed == 20_000_000_000
    own = interface(host, "vEthernet (wan)")
    assert own.addresses[0].startswith("169.254.")
    with pytest.raises(InUse):
        teams.remove(team)
    teams.add_member(team, "NIC3")
    teams.rename_interface(team.interfaces[0], "Uplink")
    assert switch.physical_adapters[0].name == "Uplink"
    assert host.virtual_switches.of_adapter(team.interfaces[0].adapter) is switch
    host.virtual_switches.remove(switch)
    teams.remove(team)


def test_from_2022_on_a_switch_takes_no_team():
    host = host_of("2022")
    host.adapter_teams.create("Team1", ["NIC1", "NIC2"])
    with pytest.raises(NotSupported):
        host.virtual_switches.create("wan", 2, network_adapter="Team1")


def test_a_member_that_fails_degrades_the_team_and_the_standby_one_helps_out(host):
    teams = host.adapter_teams
    team = teams.create("Team1", ["NIC1", "NIC2"])
    first, second = team.members
    teams.set_standby(second, True)
    assert (team.status, team.link_speed, second.is_active) == (TeamStatus.UP, 10_000_000_000, False)
    host.ip_configuration.configure(interface(host, "NIC1"), enabled=False)
    assert (team.status, first.failure, second.is_active) == (TeamStatus.DEGRADED, 1, True)
    assert not interface(host, "NIC1").enabled
    assert interface(host, "Team1").connected
    host.ip_configuration.configure(interface(host, "NIC2"), enabled=False)
    assert team.status is TeamStatus.DOWN
    assert not interface(host, "Team1").connected
    host.ip_configuration.configure(interface(host, "NIC1"), enabled=True)
    assert interface(host, "Team1").connected
    with pytest.raises(InUse):
        teams.configure(team, mode=TeamingMode.LACP)


def test_there_is_one_standby_member_and_never_no_member(host):
    teams = host.adapter_teams
    team = teams.create("Team1", ["NIC1"], mode=TeamingMode.STATIC)
    with pytest.raises(InvalidParameter):
        teams.add_member(team, "NIC2", standby=True)
    with pytest.raises(InvalidParameter):
        teams.remove_member(team.members[0])
    teams.configure(team, mode=TeamingMode.SWITCH_INDEPENDENT)
    teams.add_member(team, "NIC2", standby=True)
    with pytest.raises(InUse):
        teams.add_member(team, "NIC3", standby=True)
    teams.remove_member(team.members[0])
    assert [each.adapter.name for each in team.members] == ["NIC2"]


def test_interfaces_for_vlans_are_named_after_them(host):
    teams = host.adapter_teams
    team = teams.create("Team1", ["NIC1"])
    made = teams.add_interface(team, 42)
    assert (made.name, made.adapter.description[-2:]) == ("Team1 - VLAN 42", "#2")
    for vlan, error in ((42, AlreadyExists), (0, InvalidParameter), (4095, InvalidParameter)):
        with pytest.raises(error):
            teams.add_interface(team, vlan)
    teams.set_vlan(made, 43)
    assert made.name == "Team1 - VLAN 43"
    with pytest.raises(InvalidParameter):
        teams.set_vlan(made, None)
    with pytest.raises(InvalidParameter):
        teams.remove_interface(team.interfaces[0])
    teams.remove_interface(made)
    with pytest.raises(NotFound):
        teams.remove_interface(made)


def test_a_reset_forgets_a_team(host):
    host.adapter_teams.create("Team1", ["NIC1"])
    host.reset()
    assert host.team_interfaces == []
    assert not interface(host, "NIC1").is_bound


def test_a_member_may_be_renamed(host):
    team = host.adapter_teams.create("Team1", ["NIC1"])
    with pytest.raises(HostError):
        rename_connection(host, host.hardware.network_adapters[1], "Team1")
    rename_connection(host, host.hardware.network_adapters[0], "Left")
    assert team.members[0].adapter.name == "Left"
    assert interface(host, "Left").is_teamed
