"""Moving virtual machines between two hosts of one process, and their storage on one."""

import threading
from datetime import timedelta

import pytest

from emulator.host import InstalledSystem, InvalidState, LimitExceeded, SwitchKind
from emulator.host import VirtualMachineState as State
from emulator.host.errors import AlreadyExists, InvalidParameter
from emulator.host.migration.incompatibility import Incompatible
from emulator.host.migration.migration import Move, compare
from emulator.host.neighbourhood import Neighbourhood

GIGABYTE = 1 << 30
WITH_STORAGE = Move(storage=True, root="D:\\Moved")


def two(make_host, **changes):
    other = {"operating_system": {"computer_name": "HV02"}}
    other["operating_system"] |= changes.pop("operating_system", {})
    hosts = make_host(), make_host(**other, **changes)
    together = Neighbourhood()
    for host in hosts:
        together.join(host)
        host.settings.configure(virtual_machine_migration_enabled=True)
        host.migration.configure(use_any_network=True)
        host.virtual_switches.create("LAN", SwitchKind.INTERNAL)
    return hosts


@pytest.fixture
def hosts(make_host):
    return two(make_host)


def machine(host, finish, *, state: State = State.OFF):
    vm = host.virtual_machines.create("web", 2, memory=GIGABYTE)
    host.filesystem.make_directory("D:\\VHD", exist_ok=True)
    finish(host.virtual_disks.create("D:\\VHD\\web.vhdx", size=10 * GIGABYTE))
    vm.devices.add_hard_disk_drive("D:\\VHD\\web.vhdx")
    vm.devices.add_network_adapter("NIC", switch=host.virtual_switches.find("LAN")[0])
    vm.guest.install(InstalledSystem("Windows Server 2022", "WEB", ("192.0.2.9",), 5.0))
    if state is not State.OFF:
        finish(vm.start())
        host.clock.advance(timedelta(seconds=30))
    if state is State.PAUSED:
        finish(vm.pause())
    if state is State.SAVED:
        finish(vm.save())
    return vm


@pytest.mark.parametrize("state", [State.OFF, State.SAVED, State.RUNNING, State.PAUSED])
def test_a_machine_moves_with_its_storage_and_stays_what_it_was(hosts, finish, state):
    here, there = hosts
    vm = machine(here, finish, state=state)
    finish(here.checkpoints.create(vm, "before"))
    used = there.memory.held_by(vm.id)
    job = vm.migration.move("hv02", WITH_STORAGE)
    assert vm.status_descriptions[1] == "Moving virtual machine"
    assert (job.type, job.kind.value, job.destination) == (306, "Msvm_MigrationJob", "hv02")
    with pytest.raises(InvalidState):
        vm.turn_off()
    finish(job).raise_if_failed()
    assert vm.deleted
    assert len(here.virtual_machines) == 0
    moved = there.virtual_machines[vm.id]
    assert moved.state is state
    assert moved.hard_disk_drives[0].path.startswith("D:\\Moved\\Virtual Hard Disks\\web")
    assert len(moved.hard_disk_drives[0].virtual_disk.chain) == 2
    assert [each.name for each in moved.checkpoints] == ["before"]
    assert moved.network_adapters[0].switch.name == "LAN"
    assert not here.filesystem.exists("D:\\VHD\\web.vhdx")
    assert (there.memory.held_by(vm.id) > used) is state.holds_memory
    assert here.memory.held_by(vm.id) == 0
    if state is State.RUNNING:
        assert moved.guest.is_ready
        assert moved.network_adapters[0].ip_addresses[0] == "192.0.2.9"
        assert moved.uptime() > timedelta(0)
    for host in hosts:
        assert host.filesystem.audit() == []
        assert host.virtual_disks.audit() == []
    if state is not State.OFF:
        finish(moved.turn_off())
    finish(there.virtual_machines.destroy(moved))


def test_without_storage_the_files_must_be_there(hosts, finish):
    here, there = hosts
    vm = machine(here, finish)
    job = finish(vm.migration.move("HV02"))
    assert isinstance(job.exception, Incompatible)
    assert vm.activity is None
    there.filesystem.make_directory("D:\\VHD")
    finish(there.virtual_disks.create("D:\\VHD\\web.vhdx", size=10 * GIGABYTE))
    finish(vm.migration.move("HV02")).raise_if_failed()
    assert vm.id in [each.id for each in there.virtual_machines]
    assert here.filesystem.exists("D:\\VHD\\web.vhdx")


REFUSED = "No connection could be made because the target machine actively refused it. (0x8007274D)."


@pytest.mark.parametrize(
    ("spoil", "text"),
    [
        (lambda there: there.settings.configure(virtual_machine_migration_enabled=False), REFUSED),
        (lambda there: there.migration.configure(use_any_network=False), REFUSED),
        (lambda there: there.migration.configure(authentication=1), "(0x80090302)."),
        (lambda there: there.close(), "No such host is known. (0x80072AF9)."),
        (
            lambda there: there.virtual_switches.remove(there.virtual_switches.find("LAN")[0]),
            "Could not find Ethernet switch 'LAN'.",
        ),
        (
            lambda there: there.virtual_machines.create(
                "x", identifier="1" * 8 + "-1111-1111-1111-" + "1" * 12
            ),
            None,
        ),
    ],
)
def test_what_the_destination_has_against_it(hosts, finish, spoil, text):
    here, there = hosts
    vm = machine(here, finish, state=State.RUNNING)
    spoil(there)
    job = finish(vm.migration.move("HV02", WITH_STORAGE))
    if text is None:
        job.raise_if_failed()
        return
    assert job.exception.text.startswith("Virtual machine migration operation for 'web' failed at")
    assert job.exception.text.endswith(text)
    assert vm.state is State.RUNNING
    assert vm.job is None
    assert here.filesystem.exists("D:\\VHD\\web.vhdx")


def test_both_ends_of_kerberos_are_in_one_domain(make_host, finish):
    here, there = two(make_host)
    for host in (here, there):
        host.migration.configure(authentication=1)
    job = finish(machine(here, finish).migration.move("HV02", WITH_STORAGE))
    assert "No credentials are available in the security package" in job.exception.text


@pytest.mark.parametrize("limited", [False, True])
def test_a_running_machine_needs_a_like_processor_unless_its_features_are_limited(make_host, finish, limited):
    here, there = two(make_host, hardware={"processor": {"model_number": 85}})
    vm = machine(here, finish)
    vm.processor.configure(limit_features_for_migration=limited)
    finish(vm.start())
    job = finish(vm.migration.move("HV02", WITH_STORAGE))
    if limited:
        job.raise_if_failed()
    else:
        assert [reason.message_id for reason in job.exception.reasons] == [24004]
        assert len(there.virtual_machines) == 0


def test_what_fails_on_arrival_leaves_nothing_there(hosts, finish):
    here, there = hosts
    vm = machine(here, finish, state=State.RUNNING)
    job = vm.migration.move("HV02", WITH_STORAGE)
    blocker = there.virtual_machines.create(
        "big", memory=(there.memory.available - GIGABYTE // 2) & -(1 << 21)
    )
    finish(blocker.start())
    finish(job)
    assert job.exception.code == 32778
    assert vm.state is State.RUNNING
    assert [each.name for each in there.virtual_machines] == ["big"]
    assert not there.filesystem.exists("D:\\Moved\\Virtual Hard Disks\\web.vhdx")
    assert len(there.planned_machines) == 0


def test_refusals_at_once(hosts, finish):
    here, _ = hosts
    vm = machine(here, finish)
    for name in ("HV01", "localhost", "192.0.2.10", ""):
        with pytest.raises(InvalidParameter):
            vm.migration.move(name)
    here.settings.configure(virtual_machine_migration_enabled=False)
    with pytest.raises(InvalidState):
        vm.migration.move("HV02")


def test_only_so_many_move_at_a_time(hosts, finish):
    here, _ = hosts
    machines = [here.virtual_machines.create(f"m{number}") for number in range(3)]
    jobs = [vm.migration.move("HV02") for vm in machines[:2]]
    with pytest.raises(LimitExceeded):
        machines[2].migration.move("HV02")
    for job in jobs:
        finish(job).raise_if_failed()
    finish(machines[2].migration.move("HV02")).raise_if_failed()


@pytest.mark.parametrize("end", ["reset", "restart", "power loss"])
def test_a_host_that_goes_down_keeps_its_machine(hosts, finish, end):
    here, there = hosts
    vm = machine(here, finish)
    job = vm.migration.move("HV02", WITH_STORAGE)
    here.reset() if end == "reset" else here.power.lose() if end == "power loss" else here.power.shut_down()
    here.clock.advance(timedelta(hours=1))
    assert len(there.virtual_machines) == 0
    assert vm.deleted or (job.exception is not None and vm.job is None)


def test_hosts_that_move_machines_to_each_other_do_not_wait_for_each_other(make_host):
    here, there = (make_host("fast", operating_system={"computer_name": name}) for name in ("HV01", "HV02"))
    together = Neighbourhood()
    for host in (here, there):
        together.join(host)
        host.settings.configure(virtual_machine_migration_enabled=True, maximum_virtual_machine_migrations=50)
        host.migration.configure(use_any_network=True)
        for number in range(15):
            host.virtual_machines.create(f"{host.name}-{number}")

    def move_all(host, other):
        for vm in [each for each in host.virtual_machines if each.name.startswith(host.name)]:
            assert host.jobs.wait(vm.migration.move(other), 60)

    threads = [threading.Thread(target=move_all, args=pair) for pair in ((here, "HV02"), (there, "HV01"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
        assert not thread.is_alive()
    assert {vm.name for vm in there.virtual_machines} == {f"HV01-{number}" for number in range(15)}
    assert {vm.name for vm in here.virtual_machines} == {f"HV02-{number}" for number in range(15)}


def test_compare_asks_the_other_host(hosts, finish):
    here, there = hosts
    vm = machine(here, finish)
    there.virtual_switches.remove(there.virtual_switches.find("LAN")[0])
    assert [each.message_id for each in compare(vm, "HV02", WITH_STORAGE)] == [33012]


def test_names_are_taken_once(make_host):
    together = Neighbourhood()
    host = make_host()
    together.join(host)
    together.join(host)
    with pytest.raises(AlreadyExists):
        together.join(make_host())
    assert together.find("192.0.2.10") is host
    together.leave(host)
    assert together.find("HV01") is None


@pytest.mark.parametrize("state", [State.OFF, State.SAVED, State.RUNNING, State.PAUSED])
def test_storage_moves_on_its_host(host, finish, state):
    host.virtual_switches.create("LAN", SwitchKind.INTERNAL)
    vm = machine(host, finish, state=state)
    finish(host.checkpoints.create(vm, "before"))
    job = vm.migration.move_storage(Move(storage=True, root="C:\\Elsewhere"))
    assert (job.type, job.description) == (307, "Moving Storage")
    finish(job).raise_if_failed()
    assert vm.state is state
    assert vm.path == vm.snapshot_path == "C:\\Elsewhere"
    assert vm.files.configuration.startswith("C:\\Elsewhere\\Virtual Machines\\")
    assert host.filesystem.exists(vm.files.configuration)
    assert vm.hard_disk_drives[0].path.startswith("C:\\Elsewhere\\Virtual Hard Disks\\web_")
    assert not host.filesystem.exists("D:\\VHD\\web.vhdx")
    finish(host.checkpoints.delete(vm.checkpoints[0]))
    host.clock.advance(timedelta(minutes=1))
    assert vm.hard_disk_drives[0].path == "C:\\Elsewhere\\Virtual Hard Disks\\web.vhdx"
    assert host.filesystem.audit() == []
    assert host.virtual_disks.audit() == []


def test_one_disk_moves_alone_and_its_old_file_may_stay(host, finish):
    host.virtual_switches.create("LAN", SwitchKind.INTERNAL)
    vm = machine(host, finish, state=State.RUNNING)
    before = vm.path
    wanted = Move(disks={"d:\\vhd\\web.vhdx": "C:\\Fast\\web.vhdx"}, retain_disks=True)
    finish(vm.migration.move_storage(wanted)).raise_if_failed()
    assert vm.hard_disk_drives[0].path == "C:\\Fast\\web.vhdx"
    assert vm.path == before
    assert host.filesystem.exists("D:\\VHD\\web.vhdx")


@pytest.mark.parametrize(
    ("source", "target"),
    [("d:\\vhd\\other.vhdx", "C:\\x.vhdx"), ("d:\\vhd\\web.vhdx", "C:\\Fast\\web.vhd")],
)
def test_places_for_files_that_it_has_not_or_of_another_format_are_refused(host, finish, source, target):
    host.virtual_switches.create("LAN", SwitchKind.INTERNAL)
    vm = machine(host, finish)
    with pytest.raises(InvalidParameter):
        vm.migration.move_storage(Move(disks={source: target}))
    assert vm.job is None


def test_a_staged_machine_that_cannot_arrive_stays_planned_as_it_was(hosts, finish):
    here, there = hosts
    vm = machine(here, finish)
    finish(vm.migration.stage("HV02", Move())).raise_if_failed()
    planned = there.planned_machines.get(vm.id)
    there.filesystem.make_directory("D:\\Moved")
    job = vm.migration.move("HV02", Move(storage=True, root="D:\\Moved", planned_id=vm.id))
    # Another machine's configuration is where this one is to be: that shows when its files are made.
    other = there.virtual_machines.create("x", 2, memory=GIGABYTE, path=planned.path)
    there.filesystem.place(f"{planned.path}\\Virtual Machines\\{vm.id}.vmcx", 1, other.files)
    assert finish(job).exception is not None
    assert planned.hard_disk_drives[0].path == "D:\\VHD\\web.vhdx"
    assert there.planned_machines.get(vm.id) is planned
    assert not there.filesystem.exists("D:\\Moved\\Virtual Hard Disks\\web.vhdx")
    assert vm.state is State.OFF


def test_networks(host):
    host.settings.configure(virtual_machine_migration_enabled=True)
    assert host.migration.listener_addresses == []
    network = host.migration.add_network("192.0.2.77/24", 3)
    assert (network.subnet, network.priority) == ("192.0.2.0/24", 3)
    assert host.migration.listener_addresses == ["192.0.2.10"]
    with pytest.raises(AlreadyExists):
        host.migration.add_network("192.0.2.0/24")
    with pytest.raises(InvalidParameter):
        host.migration.add_network("nonsense")
    changed = host.migration.change_network(network, subnet="10.0.0.0/8")
    assert host.migration.listener_addresses == []
    host.migration.remove_network(changed)
    assert host.migration.networks == ()
