"""InitialStore.xml shows the roles that the management service asks, up to Server 2012."""

import pytest
from lxml import etree

from emulator.host import AccessDenied, EventLevel, NotFound
from emulator.host.security.authorization import Operation
from emulator.host.security.authorization_store import STORE_PATH
from emulator.host.virtual_machine.event_messages import MANAGEMENT
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


SCOPED = {**OPERATORS, "name": "Web operators", "members": ["guest2"], "scope": "Web"}


def test_a_role_of_a_scope_counts_for_the_machines_that_reside_there(make_host):
    host = make_host(
        **system("2012"), hyper_v={"role": "enabled", "authorization_roles": [OPERATORS, SCOPED]}
    )
    web, other = (host.virtual_machines.create(name) for name in ("web", "other"))
    web.configure(scope_of_residence="WEB")
    guest, operator = host.accounts.find("guest2"), host.accounts.find("operator")
    wanted, authorization = Operation.START_VIRTUAL_MACHINE, host.authorization
    authorization.require(guest, wanted, web)
    authorization.require(operator, wanted, web)
    authorization.require(operator, wanted, other)
    allowed = set(authorization.scoped_operations(guest))
    assert allowed == {"", "web"}
    host.authorization.remove_role("Operators")
    with pytest.raises(AccessDenied):
        authorization.require(guest, wanted, other)
    with pytest.raises(AccessDenied):
        authorization.require(guest, wanted)
    assert [each.get("Name") for each in store(host).iter("AzScope")] == ["Web"]


def test_a_store_that_is_written_over_the_file_counts_and_stays_as_it_was_written(make_host):
    first = make_host(
        **system("2012"), hyper_v={"role": "enabled", "authorization_roles": [OPERATORS, SCOPED]}
    )
    text = first.filesystem.read(STORE_PATH)
    host = make_host(**system("2012"), hyper_v={"role": "enabled"})
    guest = host.accounts.find("guest2")
    assert host.authorization.operations(guest) == frozenset()
    host.filesystem.write(STORE_PATH, text)
    assert host.authorization.operations(guest, "web") == set(OPERATORS["operations"])
    assert host.authorization.roles == first.authorization.roles
    assert host.filesystem.read(STORE_PATH) == text
    assert not host.gaps.counts("file")
    # Another role by the tests' interface: the service writes its file anew.
    host.authorization.define_role("More", [100], ["operator"])
    assert "More" in {role.get("Name") for role in store(host).iter("AzRole")}
    assert host.filesystem.audit() == []


def test_nested_tasks_and_groups_of_the_store_count_and_unknown_sids_give_nothing(make_host):
    host = make_host(**system("2008R2"), hyper_v={"role": "enabled"})
    operator = host.accounts.find("operator")
    host.filesystem.write(
        STORE_PATH,
        f"""<?xml version="1.0"?>
        <AzAdminManager MajorVersion="1"><!-- by hand -->
          <AzApplicationGroup Guid="G1" Name="Staff"><Member>{operator.sid}</Member></AzApplicationGroup>
          <AzApplication Guid="A" Name="Hyper-V services">
            <AzOperation Guid="o1"><OperationID>315</OperationID></AzOperation>
            <AzOperation Guid="o2"><OperationID>335</OperationID></AzOperation>
            <AzTask Guid="T1" Name="Start"><OperationLink>O1</OperationLink></AzTask>
            <AzTask Guid="T2" Name="Both" RoleDefinition="True">
              <TaskLink>t1</TaskLink><OperationLink>o2</OperationLink>
            </AzTask>
            <AzRole Guid="R" Name="Staff">
              <TaskLink>{{T2}}</TaskLink><AppMemberLink>g1</AppMemberLink><Member>S-1-5-21-1-2-3-1</Member>
            </AzRole>
          </AzApplication>
        </AzAdminManager>""".encode(),
    )
    assert host.authorization.operations(operator) == {315, 335}
    # The administrators' own role is not in this store: they may not use Hyper-V any more.
    assert host.authorization.operations(host.accounts.find("Administrator")) == frozenset()


_ONE = '<AzAdminManager><AzApplication Name="Hyper-V services">{}</AzApplication></AzAdminManager>'


@pytest.mark.parametrize(
    "text",
    [
        "",
        "<mine/>",
        "<AzAdminManager>",
        "<AzAdminManager/>",
        _ONE.format('<AzOperation Guid="o"><OperationID>7</OperationID></AzOperation>'),
        _ONE.format('<AzOperation Guid="o"/>'),
        _ONE.format('<AzRole Name="r"><TaskLink>nowhere</TaskLink></AzRole>'),
        _ONE.format('<AzRole Name="r"><OperationLink>nowhere</OperationLink></AzRole>'),
        _ONE.format('<AzRole Name="r"><AppMemberLink>nowhere</AppMemberLink></AzRole>'),
        _ONE.format('<AzRole Name="r"><Member>operator</Member></AzRole>'),
        _ONE.format(
            '<AzTask Guid="t"><TaskLink>t</TaskLink></AzTask><AzRole Name="r"><TaskLink>t</TaskLink></AzRole>'
        ),
        _ONE.format("<AzRole/>"),
        _ONE.format("<AzScope/>"),
        '<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><AzAdminManager>&e;</AzAdminManager>',
    ],
)
def test_a_bad_store_leaves_the_roles_as_they_are_and_is_told_once(make_host, text):
    host = make_host(**system("2012"), hyper_v={"role": "enabled", "authorization_roles": [OPERATORS]})
    before = host.authorization.roles
    host.filesystem.write(STORE_PATH, text.encode())
    operator = host.accounts.find("operator")
    for _ in range(3):
        assert host.authorization.operations(operator) == set(OPERATORS["operations"])
    assert host.authorization.roles == before
    told = [each for each in host.event_log.entries(MANAGEMENT.log) if STORE_PATH in each.message]
    assert [each.level for each in told] == [EventLevel.ERROR]


def test_a_store_that_was_deleted_leaves_the_roles_as_they_are(make_host):
    host = make_host(**system("2012"), hyper_v={"role": "enabled", "authorization_roles": [OPERATORS]})
    host.filesystem.remove(STORE_PATH)
    operator = host.accounts.find("operator")
    assert host.authorization.operations(operator) == set(OPERATORS["operations"])


@pytest.mark.parametrize("release", ["2012R2", "2022"])
def test_later_releases_have_neither_store_nor_file(make_host, release):
    assert not make_host(**system(release)).filesystem.exists(STORE_PATH)
    with pytest.raises(ProfileError, match="no authorization store"):
        make_host(**system(release), hyper_v={"role": "enabled", "authorization_roles": [OPERATORS]})


def test_a_member_that_nobody_knows_stops_the_start(make_host):
    wrong = {**OPERATORS, "members": ["nobody"]}
    with pytest.raises(NotFound):
        make_host(**system("2012"), hyper_v={"role": "enabled", "authorization_roles": [wrong]})
