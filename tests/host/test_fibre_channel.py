"""Virtual fibre channel: SANs on ports of the host, and the adapters of virtual machines."""

import pytest

from emulator.host import (
    HostError,
    InUse,
    InvalidParameter,
    InvalidState,
    JobState,
    LimitExceeded,
    NotFound,
    NotSupported,
    VirtualMachineState,
)
from emulator.host.migration.migration import Move
from emulator.host.neighbourhood import Neighbourhood
from emulator.host.resources.resource_kinds import FIBRE_CHANNEL
from emulator.host.resources.resource_pools import Allocation
from emulator.host.virtual_machine.expansion.fibre_channel import FibreChannelAdapter
from tests.host.audit import audit

A, B, OLD = "21000024FF7A0101", "21000024FF7A0102", "21000024FF7A0103"
HARDWARE = {
    "fibre_channel_ports": [
        {"description": "QLogic QLE2692", "node_name": f"2{name[1:]}", "port_name": name} for name in (A, B)
    ]
    + [
        {"description": "Old", "node_name": "20000024FF7A0103", "port_name": OLD, "hyper_v_capable": False},
    ]
}


@pytest.fixture
def host(make_host):
    return make_host(hardware=HARDWARE)


@pytest.fixture
def vm(host):
    return host.virtual_machines.create("one", 2)


def switch(host, name=A):
    return host.expansion.fibre_channel.port_with_name(name).switch_id


def san(host, name="Fabric", ports=(A,)):
    return host.resource_pools.create(
        FIBRE_CHANNEL, name, (Allocation(resources=tuple(switch(host, p) for p in ports)),)
    )


def add(vm, **settings):
    return vm.expansion.add(FibreChannelAdapter, **settings)


def test_an_adapter_gets_names_of_the_host_and_logs_in_at_the_start(host, vm, finish):
    san(host, ports=(A, B))
    adapter = add(vm, san="fabric")
    assert adapter.port_name_a.startswith("C003FF")
    assert adapter.port_name_a != adapter.port_name_b
    assert adapter.node_name_a == host.settings.wwnn
    assert adapter.san == "Fabric"
    assert adapter.host_port is None
    assert finish(vm.start()).succeeded
    assert adapter.host_port.facts.port_name in (A, B)
    assert audit(host) == []
    finish(vm.turn_off())
    assert adapter.host_port is None
    assert audit(host) == []


def test_adapters_spread_over_the_ports_of_a_san(host, vm, finish):
    san(host, ports=(A, B, OLD))
    adapters = [add(vm, san="Fabric") for _ in range(4)]
    finish(vm.start())
    used = [adapter.host_port.facts.port_name for adapter in adapters]
    assert sorted(used) == [A, A, B, B]
    with pytest.raises(InvalidState):
        vm.expansion.remove(adapters[0])


def test_a_machine_has_four_adapters_at_most(vm):
    for _ in range(4):
        add(vm)
    with pytest.raises(LimitExceeded):
        add(vm)
    assert len(vm.fibre_channel_adapters) == 4


@pytest.mark.parametrize(
    ("settings", "error"),
    [
        ({"san": "nowhere"}, NotFound),
        ({"port_name_a": "C003FF0000000001"}, InvalidParameter),
        (
            dict.fromkeys(("node_name_a", "port_name_a", "node_name_b", "port_name_b"), "C" * 16),
            InvalidParameter,
        ),
        ({"port_name_a": "C003FF000000000X"}, InvalidParameter),
        ({"port_name_a": "0" * 16}, InvalidParameter),
        ({"color": "red"}, InvalidParameter),
        ({"identifier": "x"}, InvalidParameter),
    ],
)
def test_wrong_settings_add_nothing(vm, settings, error):
    before = vm.revision
    with pytest.raises(error):
        add(vm, **settings)
    assert vm.fibre_channel_adapters == []
    assert vm.revision == before


def test_without_a_host_bus_adapter_nothing_is_added(make_host):
    host = make_host()
    vm = host.virtual_machines.create("one")
    with pytest.raises(HostError, match="no Fibre Channel host bus adapter"):
        add(vm)
    assert list(vm.expansion) == []


@pytest.mark.parametrize(("release", "edition"), [("2008R2", "Datacenter"), ("11", "Professional")])
def test_releases_without_virtual_fibre_channel_refuse(make_host, release, edition):
    host = make_host(operating_system={"release": release, "edition": edition}, hardware=HARDWARE)
    vm = host.virtual_machines.create("one")
    with pytest.raises(NotSupported):
        add(vm)
    with pytest.raises(NotSupported):
        san(host)


def test_a_port_belongs_to_one_san(host):
    first = san(host)
    with pytest.raises(InUse):
        san(host, "Other")
    second = san(host, "Other", (B,))
    with pytest.raises(InUse):
        second.hold((switch(host),))
    first.hold(())
    second.hold((switch(host), switch(host, B)))
    assert second.resources == (switch(host), switch(host, B))
    with pytest.raises(NotFound):
        first.hold(("11111111-2222-3333-4444-555555555555",))


def test_a_machine_whose_san_is_gone_does_not_start(host, vm, finish):
    pool = san(host)
    adapter = add(vm, san="Fabric")
    host.resource_pools.delete(pool)
    job = finish(vm.start())
    assert job.state is JobState.EXCEPTION
    assert job.error.text == (
        f"'one' Synthetic FibreChannel Port (Instance ID {adapter.id}): Failed to start reserving resources with"
        f" Error 'Element not found.' (0x80070490). (Virtual machine ID {vm.id})"
    )
    assert vm.state is VirtualMachineState.OFF
    assert audit(host) == []
    san(host)
    assert finish(vm.start()).succeeded


@pytest.mark.parametrize(("ports", "number"), [((), "0x800705AA"), ((OLD,), "0x80070032")])
def test_a_san_that_serves_nobody_keeps_a_machine_from_starting(host, vm, finish, ports, number):
    san(host, ports=ports)
    add(vm, san="Fabric")
    assert number in finish(vm.start()).error.text


def test_the_fabric_knows_a_port_name_once(host, vm, finish):
    san(host)
    names = {
        "node_name_a": "C003FF0000FFFF00",
        "node_name_b": "C003FF0000FFFF00",
        "port_name_a": "C003FF1111110001",
        "port_name_b": "C003FF1111110002",
    }
    other = host.virtual_machines.create("two")
    for machine in (vm, other):
        add(machine, san="Fabric", **names)
    finish(vm.start())
    assert "already exists on the fabric" in finish(other.start()).error.text
    finish(vm.turn_off())
    assert finish(other.start()).succeeded
    assert audit(host) == []


def test_a_san_in_use_stays(host, vm, finish):
    pool = san(host)
    add(vm, san="Fabric")
    finish(vm.start())
    with pytest.raises(InUse):
        host.resource_pools.delete(pool)
    with pytest.raises(InUse):
        pool.hold(())
    pool.configure(name="Renamed")
    assert [adapter.san for adapter in vm.fibre_channel_adapters] == ["Renamed"]
    finish(vm.save())
    assert finish(vm.start()).succeeded


def test_a_shared_secret(vm):
    adapter = add(vm)
    with pytest.raises(InvalidState):
        adapter.remove_chap()
    for encoding, secret in ((1, b"\x01"), (3, b"secret"), (1, b""), (2, b"x" * 256)):
        with pytest.raises(InvalidParameter):
            adapter.set_chap(encoding, secret)
    adapter.set_chap(2, b"\x01\x02")
    assert adapter.chap_secret == b"\x01\x02"
    adapter.remove_chap()
    assert adapter.chap_secret == b""


def test_a_checkpoint_keeps_the_adapters_that_were_there(host, vm, finish):
    san(host)
    kept, dropped = add(vm, san="Fabric"), add(vm)
    finish(host.checkpoints.create(vm))
    vm.expansion.remove(dropped)
    vm.expansion.configure(kept, name="changed")
    (checkpoint,) = vm.checkpoints
    assert [each.id for each in checkpoint.fibre_channel_adapters] == [kept.id, dropped.id]
    finish(host.checkpoints.apply(checkpoint))
    back = vm.fibre_channel_adapters
    assert back[0] is kept
    assert kept.name == "Fibre Channel Adapter"
    assert [each.id for each in back] == [kept.id, dropped.id]
    assert back[1].port_name_a == dropped.port_name_a
    assert audit(host) == []


def test_an_imported_machine_needs_its_san(host, vm, finish):
    pool = san(host)
    add(vm, san="Fabric")
    finish(vm.export("D:\\out"))
    host.resource_pools.delete(pool)
    path = f"D:\\out\\one\\Virtual Machines\\{vm.id}.vmcx"
    planned = host.planned_machines.import_definition(path, new_identifier=True)
    (reason,) = planned.incompatibilities()
    assert reason.text == "Could not find Fibre Channel SAN 'Fabric'."
    assert reason.source is planned.fibre_channel_adapters[0]
    assert finish(host.planned_machines.realize(planned)).state is JobState.EXCEPTION
    san(host)
    assert finish(host.planned_machines.realize(planned)).succeeded
    copy = host.virtual_machines.get(planned.id)
    assert copy.fibre_channel_adapters[0].port_name_a == vm.fibre_channel_adapters[0].port_name_a


def test_destroying_a_machine_frees_its_login(host, vm, finish):
    san(host)
    add(vm, san="Fabric")
    finish(vm.start())
    finish(vm.turn_off())
    finish(host.virtual_machines.destroy(vm))
    host.resource_pools.delete(next(iter(host.resource_pools)))
    assert audit(host) == []


def test_a_profile_with_a_san_and_running_machines(make_host):
    host = make_host(
        hardware=HARDWARE,
        inventory={
            "virtual_sans": [{"name": "Fabric", "ports": [A], "notes": "first"}],
            "virtual_machines": [
                {"name": "one", "fibre_channel_adapters": [{"san": "Fabric"}], "state": "running"}
            ],
        },
    )
    (vm,) = host.virtual_machines
    (adapter,) = vm.fibre_channel_adapters
    assert adapter.host_port.facts.port_name == A
    names = (adapter.id, adapter.port_name_a)
    host.reset()
    (vm,) = host.virtual_machines
    (adapter,) = vm.fibre_channel_adapters
    assert (adapter.id, adapter.port_name_a) == names
    assert audit(host) == []


@pytest.fixture
def hosts(make_host):
    """Two hosts with the same virtual SAN that move machines between each other."""
    other = {"operating_system": {"computer_name": "HV02"}}
    made = make_host(hardware=HARDWARE), make_host(hardware=HARDWARE, **other)
    together = Neighbourhood()
    for host in made:
        together.join(host)
        host.settings.configure(virtual_machine_migration_enabled=True)
        host.migration.configure(use_any_network=True)
    san(made[0])
    return made


def test_a_running_machine_moves_with_the_other_set_of_names(hosts, finish):
    here, there = hosts
    vm = here.virtual_machines.create("one", 2)
    adapter = add(vm, san="Fabric")
    finish(vm.start())
    assert adapter.port_name == adapter.port_name_a
    storage = Move(storage=True, root="D:\\Moved")
    refused = finish(vm.migration.move("hv02", storage))
    assert refused.state is JobState.EXCEPTION
    assert vm.state is VirtualMachineState.RUNNING
    san(there)
    finish(vm.migration.move("hv02", storage)).raise_if_failed()
    moved = there.virtual_machines[vm.id]
    (same,) = moved.fibre_channel_adapters
    assert [same.port_name, same.port_name_a] == [adapter.port_name_b, adapter.port_name_a]
    assert same.host_port is not None
    assert here.expansion.fibre_channel.login_of(adapter.port_name_a) is None
    for host in hosts:
        audit(host)
