"""Storage that is full or gone, and guests in trouble: what becomes of the machines, and how they come back."""

from datetime import timedelta

import pytest

from emulator.host import (
    CriticalErrorAction,
    DiskKind,
    GuestState,
    InstalledSystem,
    InvalidParameter,
    InvalidState,
    PathNotFound,
)
from emulator.host import VirtualMachineState as State
from emulator.host.virtual_machine.virtual_machine_state import CriticalCause, HealthState

WORKER = "Microsoft-Windows-Hyper-V-Worker-Admin"
CONFIGURATION = "Microsoft-Windows-Hyper-V-Config-Admin"
OLD = {"release": "2012R2", "edition": "Datacenter"}


@pytest.fixture
def make(make_host, finish):
    """A machine with its folder on one volume, its disk on another, and a guest that is up."""

    def build(folder="C:\\Machines", disk="D:\\web.vhdx", **system):
        facts = {"operating_system": system} if system else {}
        host = make_host(**facts)
        finish(host.virtual_disks.create(disk, size=1 << 30)).raise_if_failed()
        vm = host.virtual_machines.create("web", path=folder)
        vm.devices.add_hard_disk_drive(disk)
        vm.guest.install(InstalledSystem("Ubuntu", "web", (), 5))
        finish(vm.start()).raise_if_failed()
        host.clock.advance(timedelta(seconds=10))
        return vm

    return build


def pull(vm, letter="D"):
    vm.host.filesystem.attached_volumes.set_online(letter, False)


def put_back(vm, letter="D"):
    vm.host.filesystem.attached_volumes.set_online(letter, True)


def ids(vm, log):
    return [entry.event_id for entry in vm.host.event_log.entries(log)]


def test_a_volume_that_is_gone_is_not_found_and_comes_back_with_its_files(host):
    host.filesystem.write("D:\\kept.txt", b"kept")
    host.filesystem.attached_volumes.set_online("d:", False)
    assert [volume.letter for volume in host.filesystem.volumes] == ["C"]
    with pytest.raises(PathNotFound):
        host.filesystem.read("D:\\kept.txt")
    assert not host.filesystem.exists("D:\\kept.txt")
    assert host.filesystem.audit() == []
    host.filesystem.attached_volumes.set_online("D", True)
    assert host.filesystem.read("D:\\kept.txt") == b"kept"


@pytest.mark.parametrize(("letter", "error"), [("C", InvalidParameter), ("X", PathNotFound)])
def test_a_volume_that_cannot_be_taken_away(host, letter, error):
    with pytest.raises(error):
        host.filesystem.attached_volumes.set_online(letter, False)
    assert len(host.filesystem.volumes) == 2


def test_a_machine_whose_disk_goes_pauses_and_goes_on_when_it_is_back(make):
    vm = make()
    pull(vm)
    assert (vm.state, vm.critical, vm.health) == (
        State.PAUSED,
        CriticalCause.STORAGE,
        HealthState.CRITICAL_FAILURE,
    )
    assert vm.assigned_memory() > 0
    with pytest.raises(InvalidState):
        vm.resume()
    vm.host.clock.advance(timedelta(minutes=29))
    put_back(vm)
    assert (vm.state, vm.critical, vm.guest.is_ready) == (State.RUNNING, None, True)
    vm.host.clock.advance(timedelta(hours=1))
    assert vm.state is State.RUNNING


def test_a_machine_waits_for_its_disk_as_long_as_it_is_told_and_is_then_turned_off(make):
    vm = make()
    vm.configure(automatic_critical_error_timeout=5)
    pull(vm)
    vm.host.clock.advance(timedelta(minutes=5, seconds=1))
    assert (vm.state, vm.critical, vm.process_id, vm.host.memory.assigned) == (State.OFF, None, None, 0)
    assert ids(vm, WORKER)[-1] == 18502
    put_back(vm)
    assert vm.state is State.OFF


@pytest.mark.parametrize("system", [{}, OLD])
def test_a_guest_that_meets_the_error_itself_hangs_until_the_disk_is_back(make, system):
    vm = make(**system)
    if not system:
        vm.configure(automatic_critical_error_action=CriticalErrorAction.NONE)
    pull(vm)
    assert (vm.state, vm.critical, vm.guest.state) == (State.RUNNING, None, GuestState.HUNG)
    put_back(vm)
    assert vm.guest.state is GuestState.UP


def test_a_guest_that_hung_before_does_not_come_back_with_the_disk(make):
    vm = make(**OLD)
    vm.guest.hang()
    pull(vm)
    put_back(vm)
    assert vm.guest.state is GuestState.HUNG


def test_a_parent_that_is_gone_is_as_bad_as_the_disk_itself(make_host, finish):
    host = make_host()
    finish(host.virtual_disks.create("D:\\base.vhdx", size=1 << 30))
    finish(host.virtual_disks.create("C:\\child.vhdx", DiskKind.DIFFERENCING, parent="D:\\base.vhdx"))
    vm = host.virtual_machines.create("web", path="C:\\Machines")
    vm.devices.add_hard_disk_drive("C:\\child.vhdx")
    finish(vm.start()).raise_if_failed()
    pull(vm)
    assert vm.critical is CriticalCause.STORAGE


@pytest.mark.parametrize("state", [State.OFF, State.SAVED, State.RUNNING])
def test_a_machine_whose_folder_goes_can_do_nothing_until_it_is_back(make, finish, state):
    vm = make(folder="D:\\Machines", disk="C:\\web.vhdx")
    if state is State.OFF:
        finish(vm.turn_off())
    elif state is State.SAVED:
        finish(vm.save())
    pull(vm)
    assert (vm.state, vm.critical) == (state, CriticalCause.CONFIGURATION)
    assert vm.status == "Cannot connect to virtual machine configuration storage"
    for refused in (vm.start, vm.turn_off, vm.save, vm.shut_down):
        with pytest.raises(InvalidState):
            refused()
    with pytest.raises(InvalidState):
        vm.host.checkpoints.create(vm)
    put_back(vm)
    assert (vm.state, vm.critical, vm.status) == (state, None, "Operating normally")
    assert ids(vm, CONFIGURATION) == [4096, 4098]


def test_a_machine_that_lost_everything_comes_back_whole(make):
    vm = make(folder="D:\\Machines")
    pull(vm)
    assert (vm.state, vm.critical) == (State.PAUSED, CriticalCause.CONFIGURATION)
    put_back(vm)
    assert (vm.state, vm.critical) == (State.RUNNING, None)


def test_a_machine_without_its_folder_can_be_deleted_and_the_files_are_free_afterwards(make, finish):
    vm = make(folder="D:\\Machines")
    host = vm.host
    finish(vm.turn_off())
    path = vm.files.configuration
    pull(vm)
    finish(host.virtual_machines.destroy(vm)).raise_if_failed()
    assert len(host.virtual_machines) == 0
    put_back(vm)
    assert host.filesystem.exists(path)
    host.filesystem.remove(path)


def test_a_transition_ends_before_the_loss_counts(make, finish):
    vm = make()
    finish(vm.turn_off())
    job = vm.start()
    pull(vm)
    assert vm.critical is None
    finish(job).raise_if_failed()
    vm.host.clock.advance(timedelta(seconds=1))
    assert vm.critical is CriticalCause.STORAGE


def test_a_start_without_a_disk_fails_and_is_told_in_the_log(make, finish):
    vm = make()
    finish(vm.turn_off())
    pull(vm)
    assert vm.critical is None
    job = finish(vm.start())
    assert (job.exception.hresult, vm.state) == (0x80070002, State.OFF)
    assert ids(vm, WORKER)[-3:] == [12240, 12010, 12030]


def test_a_machine_that_was_turned_off_while_it_waited_forgets_the_wait(make, finish):
    vm = make()
    pull(vm)
    finish(vm.turn_off())
    assert (vm.state, vm.critical, vm.storage_timer) == (State.OFF, None, None)
    put_back(vm)
    assert vm.state is State.OFF


@pytest.mark.parametrize(
    ("action", "event", "state"), [("shut_down", 18508, State.OFF), ("restart", 18514, State.RUNNING)]
)
def test_a_guest_leaves_by_itself(make, action, event, state):
    vm = make()
    getattr(vm.guest, action)()
    vm.host.clock.advance(timedelta(seconds=20))
    assert vm.state is state
    assert event in ids(vm, WORKER)
    if state is State.RUNNING:
        assert vm.guest.is_ready


def test_a_guest_that_is_down_cannot_leave(make):
    vm = make()
    vm.guest.crash()
    with pytest.raises(InvalidState):
        vm.guest.shut_down()


def test_a_restart_of_the_host_leaves_a_machine_without_its_folder_alone(make):
    from host.restarting import restart

    from emulator.host import StartAction

    vm = make(folder="D:\\Machines", disk="C:\\web.vhdx")
    vm.configure(automatic_start_action=StartAction.START)
    pull(vm)
    restart(vm.host)
    vm.host.clock.advance(timedelta(minutes=5))
    assert (vm.state, vm.critical) == (State.OFF, CriticalCause.CONFIGURATION)
