"""Options of an operation: what providers read in them, and what happens to the others."""

import pytest

from emulator.cim.errors import InvalidParameter, NotFound, NotSupported
from emulator.cim.instance import ValueInstance
from emulator.wmi.operation_options import OperationOptions, SentOption, as_options

STANDARD = "root/standardcimv2"


def create(wmi, class_name, options, **values):
    declaration = wmi[STANDARD].schema.find(class_name)
    return wmi[STANDARD].create(ValueInstance(declaration, values), as_options(options))


def rule(wmi, **options):
    return create(wmi, "MSFT_NetFirewallRule", options, DisplayName="Lab", InstanceID="lab")


def test_a_rule_filters_what_its_options_say(wmi):
    shown = rule(
        wmi,
        Protocol="TCP",
        localport=["8080", "9000-9010"],
        RemoteAddress=["192.0.2.0/24"],
        LocalAddress=[],
        Program="C:\\lab.exe",
        InterfaceType="1",
    )
    made = wmi.host.firewall.get("lab")
    assert (made.protocol, made.local_ports) == ("TCP", ("8080", "9000-9010"))
    assert (made.remote_addresses, made.local_addresses) == (("192.0.2.0/24",), ("Any",))
    assert (made.program, made.interface_type) == ("C:\\lab.exe", 1)
    (ports,) = wmi[STANDARD].associators(shown.path, result_class="MSFT_NetProtocolPortFilter")
    assert ports.value("LocalPort") == ["8080", "9000-9010"]


def test_options_of_a_put_change_filters(wmi):
    made = rule(wmi, Protocol="UDP", LocalPort=["53"])
    empty = ValueInstance(made.declaration, {})
    wmi[STANDARD].put(made, empty, as_options({"RemotePort": ["5353"], "PolicyStore": "PersistentStore"}))
    found = wmi.host.firewall.get("lab")
    assert (found.local_ports, found.remote_ports) == (("53",), ("5353",))


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"LocalUser": "D:(A;;CC;;;BA)"}, NotSupported),
        ({"PolicyStore": "localhost"}, NotSupported),
        ({"Protocol": ["TCP", "UDP"]}, InvalidParameter),
        ({"InterfaceType": "wired"}, InvalidParameter),
        ({"LocalPort": ["80"]}, InvalidParameter),
    ],
)
def test_a_rule_that_cannot_be_made_as_asked_is_not_made(wmi, options, error):
    with pytest.raises(error):
        rule(wmi, **options)
    assert wmi.host.firewall.get("lab") is None


def test_an_unread_option_is_a_gap_and_refused_only_when_it_must_be_complied_with(wmi):
    namespace = wmi[STANDARD]
    adapter = namespace.instances("MSFT_NetAdapter")[0]
    sent = OperationOptions((SentOption("Colour", "blue"),))
    assert namespace.invoke(adapter, "Disable", {}, options=sent).return_value == 0
    assert any("Colour" in each.name for each in wmi.host.gaps.entries())
    with pytest.raises(NotSupported):
        namespace.invoke(
            adapter, "Enable", {}, options=OperationOptions((SentOption("Colour", "blue", True),))
        )
    assert namespace.instances("MSFT_NetAdapter")[0].value("State") != 2


def test_a_team_is_made_of_options_and_followed_both_ways(wmi):
    team = create(
        wmi,
        "MSFT_NetLbfoTeam",
        {"TeamMembers": ["Ethernet"], "TeamNicName": "Uplink"},
        Name="Team1",
        TeamingMode=2,
        LoadBalancingAlgorithm=4,
    )
    namespace = wmi[STANDARD]
    (member,) = namespace.associators(team.path, result_class="MSFT_NetLbfoTeamMember")
    (nic,) = namespace.associators(team.path, result_class="MSFT_NetLbfoTeamNic")
    assert [each.value("Name") for each in (member, nic)] == ["Ethernet", "Uplink"]
    assert (nic.value("Primary"), nic.value("Default"), nic.value("VlanID")) == (True, True, None)
    assert namespace.associators(nic.path, "MSFT_NetLbfoTeam_TeamNic")[0].value("Name") == "Team1"
    adapters = {each.value("Name"): each for each in namespace.instances("MSFT_NetAdapter")}
    assert (
        adapters["Uplink"].value("InterfaceDescription").startswith("Microsoft Network Adapter Multiplexor")
    )
    assert adapters["Uplink"].value("Virtual")
    bound = {
        each.value("ComponentID"): each.value("Enabled")
        for each in namespace.instances("MSFT_NetAdapterBindingSettingData")
        if each.value("Name") == "Ethernet"
    }
    assert [name for name, enabled in bound.items() if enabled] == ["ms_implat"]


def test_vlan_of_a_team_interface_comes_as_an_option(wmi):
    create(wmi, "MSFT_NetLbfoTeam", {"TeamMembers": ["Ethernet"]}, Name="Team1")
    namespace = wmi[STANDARD]
    nic = namespace.instances("MSFT_NetLbfoTeamNic")[0]
    changed = namespace.put(nic, ValueInstance(nic.declaration, {}), as_options({"VlanID": "42"}))
    assert (changed.value("VlanID"), changed.value("Name")) == (42, "Team1 - VLAN 42")
    changed = namespace.put(nic, ValueInstance(nic.declaration, {}), as_options({"Default": True}))
    assert (changed.value("VlanID"), changed.value("Name")) == (None, "Team1")
    with pytest.raises(InvalidParameter):
        namespace.put(nic, ValueInstance(nic.declaration, {}), as_options({"Team": "other"}))
    declaration = namespace.schema.find("MSFT_NetLbfoTeam")
    result = namespace.invoke(declaration, "Rename", {"Name": "team1", "NewName": "Team2"})
    assert result.out["CmdletOutput"].value("Name") == "Team2"
    with pytest.raises(NotFound):
        namespace.invoke(declaration, "Rename", {"Name": "team1", "NewName": "Team3"})
    namespace.delete(namespace.instances("MSFT_NetLbfoTeam")[0])
    assert namespace.instances("MSFT_NetLbfoTeamNic") == []
