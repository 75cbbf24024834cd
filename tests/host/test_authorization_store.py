"""InitialStore.xml shows the roles that the management service asks, up to Server 2012."""

import pytest
from lxml import etree

from emulator.host import NotFound
from emulator.host.authorization import Operation
from emulator.host.authorization_store import STORE_PATH
from emulator.profile import ProfileError

OPERATORS = {"name": "Operators", "operations": [100, 315, 320, 335], "members": ["operator", "Users"]}


def system(release):
    return {"operating_system": {"release": release, "edition": "Datacenter"}}


def store(host):
    return etree.fromstring(host.filesystem.read(STORE_PATH))


def test_the_roles_of_the_profile_count_and_are_in_the_file(make_host):
    host = make_host(**system("2012"), hyper_v={"role": "enabled", "authorization_roles": [OPERATORS]})
    operator = host.accounts.find("operator")
    assert host.authorization.operations(operator) == {
        Operation(number) for number in OPERATORS["operations"]
    }
    root = store(host)
    roles = {role.get("Name"): [each.text for each in role.findall("Member")] for role in root.iter("AzRole")}
    assert roles["Administrator"][0].startswith("S-1-5-32-")
    assert roles["Operators"] == sorted([operator.sid, host.accounts.group("Users").sid])
    (definition,) = [task for task in root.iter("AzTask") if task.get("Name") == "Operators"]
    linked = {link.text for link in definition.iter("OperationLink")}
    numbers = {
        int(each.findtext("OperationID")) for each in root.iter("AzOperation") if each.get("Guid") in linked
    }
    assert numbers == set(OPERATORS["operations"])


def test_a_new_role_is_in_the_file_and_its_size_is_right(make_host):
    host = make_host(**system("2008R2"), hyper_v={"role": "enabled"})
    host.authorization.define_role('A & "B" <C>', [315], ["operator"])
    assert 'A & "B" <C>' in {role.get("Name") for role in store(host).iter("AzRole")}
    assert host.filesystem.entry(STORE_PATH).size == len(host.filesystem.read(STORE_PATH))
    assert host.filesystem.audit() == []
    host.authorization.remove_role('A & "B" <C>')
    assert len(list(store(host).iter("AzRole"))) == 1


def test_what_is_written_over_the_file_is_a_gap(make_host):
    host = make_host(**system("2012"), hyper_v={"role": "enabled"})
    host.filesystem.write(STORE_PATH, b"<mine/>")
    assert host.gaps.counts("file") == {STORE_PATH: 1}


@pytest.mark.parametrize("release", ["2012R2", "2022"])
def test_later_releases_have_neither_store_nor_file(make_host, release):
    assert not make_host(**system(release)).filesystem.exists(STORE_PATH)
    with pytest.raises(ProfileError, match="no authorization store"):
        make_host(**system(release), hyper_v={"role": "enabled", "authorization_roles": [OPERATORS]})


def test_a_member_that_nobody_knows_stops_the_start(make_host):
    wrong = {**OPERATORS, "members": ["nobody"]}
    with pytest.raises(NotFound):
        make_host(**system("2012"), hyper_v={"role": "enabled", "authorization_roles": [wrong]})
