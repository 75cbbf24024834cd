import pytest

from emulator.host import (
    AlreadyExists,
    InUse,
    InvalidParameter,
    NotFound,
    RoleNotInstalled,
    SwitchKind,
)

GUID = "0F9A1C4E-6E11-4B8C-9C8A-2D1C9D0E7A55"


def test_a_switch_is_found_by_identifier_and_name_in_any_case(host):
    switch = host.virtual_switches.create("Lan", SwitchKind.PRIVATE, identifier=GUID.lower())
    assert host.virtual_switches.get(GUID.lower()) is switch
    assert host.virtual_switches.find("LAN") == [switch]
    assert not switch.allow_management_os
    with pytest.raises(NotFound):
        host.virtual_switches["nothing"]


def test_an_external_switch_takes_a_physical_adapter_for_itself(host):
    switch = host.virtual_switches.create("wan", 2, network_adapter="intel(r) ethernet x710")
    assert switch.physical_adapter.name == "Ethernet"
    assert (switch.kind, switch.host_adapter_name) == (SwitchKind.EXTERNAL, "vEthernet (wan)")
    with pytest.raises(InUse):
        host.virtual_switches.create("second", SwitchKind.EXTERNAL, network_adapter="Ethernet")


@pytest.mark.parametrize(
    ("error", "arguments"),
    [
        (InvalidParameter, {"name": ""}),
        (InvalidParameter, {"name": "x", "kind": 7}),
        (InvalidParameter, {"name": "x", "kind": 2}),
        (NotFound, {"name": "x", "kind": 2, "network_adapter": "Ethernet 9"}),
        (InvalidParameter, {"name": "x", "kind": 1, "network_adapter": "Ethernet"}),
        (InvalidParameter, {"name": "x", "identifier": "zzz"}),
        (AlreadyExists, {"name": "x", "identifier": GUID}),
    ],
)
def test_a_refused_switch_changes_nothing(host, error, arguments):
    host.virtual_switches.create("first", identifier=GUID)
    before = host.revision
    with pytest.raises(error):
        host.virtual_switches.create(**arguments)
    assert (host.revision, len(host.virtual_switches)) == (before, 1)


def test_a_switch_needs_the_role(make_host):
    with pytest.raises(RoleNotInstalled):
        make_host(hyper_v={"role": "absent"}).virtual_switches.create("lan")


def test_a_switch_of_a_machine_that_is_not_off_cannot_be_removed(host, finish):
    switch = host.virtual_switches.create("lan")
    vm = host.virtual_machines.create("web")
    adapter = vm.devices.add_network_adapter(switch=switch)
    finish(vm.start())
    with pytest.raises(InUse):
        host.virtual_switches.remove(switch)
    finish(vm.turn_off())
    host.virtual_switches.remove(switch)
    assert not adapter.connected
    with pytest.raises(NotFound):
        adapter.connect(switch)
    with pytest.raises(NotFound):
        switch.configure(notes="late")


def test_a_switch_changes_its_kind_atomically(host):
    switch = host.virtual_switches.create("lan", SwitchKind.INTERNAL)
    switch.configure(
        kind=SwitchKind.EXTERNAL, network_adapter="Ethernet", allow_management_os=False, name="wan"
    )
    assert (switch.name, switch.kind, switch.allow_management_os) == ("wan", SwitchKind.EXTERNAL, False)
    before = host.revision
    with pytest.raises(InvalidParameter):
        switch.configure(kind=SwitchKind.PRIVATE, colour="red")
    assert (host.revision, switch.kind) == (before, SwitchKind.EXTERNAL)
    switch.configure(kind=SwitchKind.PRIVATE)
    assert switch.physical_adapter is None


def test_clients_of_windows_have_the_default_switch_and_servers_none(make_host):
    client = make_host(operating_system={"release": "11", "edition": "Professional"}, users=USERS)
    switch = next(iter(client.virtual_switches))
    assert (switch.id, switch.name) == ("C08CB7B8-9B3C-408E-8E30-5E16A3AEB444", "Default Switch")
    assert len(make_host().virtual_switches) == 0


USERS = [{"name": "Administrator", "password": "x", "groups": ["Administrators"]}]
