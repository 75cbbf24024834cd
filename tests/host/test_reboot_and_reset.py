from datetime import timedelta

import pytest
from host.restarting import finish_restart, restart

from emulator.host import InstalledSystem, JobState, StartAction, StopAction
from emulator.host import VirtualMachineState as State


@pytest.fixture
def running(host, finish):
    vm = host.virtual_machines.create("web")
    vm.guest.install(InstalledSystem("Ubuntu", "web", (), 5))
    finish(vm.start())
    host.clock.advance(timedelta(seconds=10))
    return vm


@pytest.mark.parametrize(
    ("action", "state"),
    [(StopAction.SAVE, State.SAVED), (StopAction.TURN_OFF, State.OFF), (StopAction.SHUT_DOWN, State.OFF)],
)
def test_the_stop_action_decides_what_a_reboot_does_to_a_running_machine(host, running, action, state):
    running.configure(automatic_stop_action=action)
    restart(host)
    assert (running.state, running.process_id, host.memory.assigned) == (state, None, 0)


@pytest.mark.parametrize(
    ("action", "was_running", "starts"),
    [
        (StartAction.NOTHING, True, False),
        (StartAction.START_IF_RUNNING, True, True),
        (StartAction.START_IF_RUNNING, False, False),
        (StartAction.START, False, True),
    ],
)
def test_the_start_action_decides_what_starts_after_a_reboot(
    host, running, finish, action, was_running, starts
):
    if not was_running:
        finish(running.turn_off())
    running.configure(automatic_start_action=action, automatic_start_delay=30)
    restart(host)
    host.clock.advance(timedelta(seconds=29))
    assert not running.state.holds_memory
    host.clock.advance(timedelta(seconds=5))
    assert (running.state is State.RUNNING) is starts


def test_a_reboot_moves_the_boot_time_and_stops_what_was_under_way(host, running):
    host.clock.advance(timedelta(hours=2))
    assert host.operating_system.uptime() >= timedelta(hours=2)
    job = running.reset()
    restart(host)
    assert timedelta(seconds=12) <= host.operating_system.uptime() < timedelta(seconds=13)
    assert job.state is JobState.EXCEPTION
    assert running.job is None
    assert len(host.jobs) == 0
    host.clock.advance(timedelta(hours=1))
    assert running.state is State.SAVED


@pytest.mark.parametrize("operation", ["pause", "save", "reset", "reboot", "shut_down", "turn_off"])
def test_a_machine_whose_transition_was_cut_off_boots_its_guest_again(host, running, finish, operation):
    job = getattr(running, operation)()
    host.power.lose()
    assert (job.state, running.job) == (JobState.EXCEPTION, None)
    finish_restart(host)
    assert running.state is State.OFF
    finish(running.start()).raise_if_failed()
    host.clock.advance(timedelta(seconds=10))
    assert running.guest.is_ready


def test_a_start_that_was_cut_off_leaves_the_machine_off(host):
    vm = host.virtual_machines.create("web")
    job = vm.start()
    restart(host)
    assert (vm.state, vm.process_id, host.memory.assigned) == (State.OFF, None, 0)
    assert job.state is JobState.EXCEPTION


def test_a_reboot_takes_back_a_virtual_disk_that_was_being_made(host):
    host.virtual_disks.create("D:\\new.vhdx", size=1 << 30)
    restart(host)
    assert len(host.virtual_disks) == 0
    assert not host.filesystem.exists("D:\\new.vhdx")


def test_a_changed_start_mode_survives_a_reboot(host):
    host.services["Spooler"].set_start_mode("Disabled")
    restart(host)
    assert host.services["Spooler"].state.label == "Stopped"


def test_a_reset_brings_the_state_of_the_profile_back_in_place(make_host, finish):
    host = make_host(
        inventory={"virtual_machines": [{"name": "web", "state": "running"}], "virtual_switches": []},
        hyper_v={"role": "enabled"},
    )
    parts = (host.accounts, host.filesystem, host.virtual_machines, host.clock, host.lock)
    seeded = next(iter(host.virtual_machines))
    identifier, revision = seeded.id, host.revision
    finish(seeded.turn_off())
    host.virtual_machines.destroy(seeded)
    host.virtual_machines.create("other")
    host.accounts.create("new", "secret")
    host.filesystem.write("C:\\new.txt", b"x")
    host.role.disable()
    host.clock.advance(timedelta(days=1))
    now = host.clock.now()
    host.reset()
    assert parts == (host.accounts, host.filesystem, host.virtual_machines, host.clock, host.lock)
    assert [vm.name for vm in host.virtual_machines] == ["web"]
    again = host.virtual_machines[identifier]
    assert (again.state, again is seeded, seeded.deleted) == (State.RUNNING, False, True)
    assert host.accounts.find("new") is None
    assert not host.filesystem.exists("C:\\new.txt")
    assert host.role.pending is None
    assert host.revision > revision
    assert host.clock.now() == now
    assert again.revision > revision
    assert len(host.jobs) == 0


def test_a_reset_forgets_what_was_scheduled(host):
    vm = host.virtual_machines.create("web")
    job = vm.start()
    host.reset()
    host.clock.advance(timedelta(hours=1))
    assert not job.finished
    assert host.memory.assigned == 0
