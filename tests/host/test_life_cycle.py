from datetime import timedelta

import pytest

from emulator.host import (
    FileNotFound,
    GuestLocked,
    GuestNotReady,
    GuestState,
    InstalledSystem,
    InvalidState,
    JobState,
    NotFound,
    OutOfMemory,
    ShutdownInProgress,
)
from emulator.host import RequestedState as Requested
from emulator.host import VirtualMachineState as State

GIGABYTE = 1 << 30
UBUNTU = InstalledSystem("Ubuntu 24.04 LTS", "web01", ("192.0.2.21",), 15.0)


@pytest.fixture
def vm(host):
    machine = host.virtual_machines.create("web")
    machine.guest.install(UBUNTU)
    return machine


@pytest.fixture
def in_state(vm, finish, advance):
    """Bring the machine into a state; a running one with a guest that is up."""

    def bring(state):
        if state is not State.OFF:
            finish(vm.start())
            advance(20)
        if state is State.PAUSED:
            finish(vm.pause())
        if state is State.SAVED:
            finish(vm.save())
        return vm

    return bring


TRANSITIONS = [
    (State.OFF, "start", State.STARTING, State.RUNNING, Requested.RUNNING, 12, 1.27),
    (State.SAVED, "start", State.STARTING, State.RUNNING, Requested.RUNNING, 15, 0.99),
    (State.PAUSED, "start", State.RESUMING, State.RUNNING, Requested.RUNNING, 27, 0.005),
    (State.PAUSED, "resume", State.RESUMING, State.RUNNING, Requested.RUNNING, 27, 0.005),
    (State.RUNNING, "turn_off", State.STOPPING, State.OFF, Requested.OFF, 13, 0.135),
    (State.PAUSED, "turn_off", State.STOPPING, State.OFF, Requested.OFF, 13, 0.135),
    (State.SAVED, "turn_off", State.STOPPING, State.OFF, Requested.OFF, 13, 0.135),
    (State.RUNNING, "save", State.SAVING, State.SAVED, Requested.SAVED, 14, 0.64),
    (State.PAUSED, "save", State.SAVING, State.SAVED, Requested.SAVED, 14, 0.64),
    (State.RUNNING, "pause", State.PAUSING, State.PAUSED, Requested.PAUSED, 26, 0.011),
    (State.RUNNING, "reset", State.RUNNING, State.RUNNING, Requested.RESET, 28, 1.2),
    (State.RUNNING, "reboot", State.RUNNING, State.RUNNING, Requested.REBOOT, 29, 1.2),
]


@pytest.mark.parametrize(
    ("before", "operation", "via", "after", "requested", "number", "seconds"), TRANSITIONS
)
def test_a_transition_goes_through_its_intermediate_state_and_ends_with_its_job(
    in_state, finish, before, operation, via, after, requested, number, seconds
):
    vm = in_state(before)
    job = getattr(vm, operation)()
    assert (vm.state, vm.requested_state) == (via, requested)
    assert (job.type, job.state, job.owner) == (number, JobState.RUNNING, vm)
    finish(job)
    assert (vm.state, vm.requested_state) == (after, Requested.NOT_APPLICABLE)
    assert (job.state, job.percent_complete) == (JobState.COMPLETED, 100)
    assert job.elapsed() == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("state", "operation"),
    [
        (State.OFF, "turn_off"),
        (State.OFF, "save"),
        (State.OFF, "pause"),
        (State.OFF, "resume"),
        (State.OFF, "reset"),
        (State.OFF, "reboot"),
        (State.OFF, "shut_down"),
        (State.RUNNING, "start"),
        (State.RUNNING, "resume"),
        (State.SAVED, "save"),
        (State.SAVED, "pause"),
        (State.SAVED, "reset"),
        (State.PAUSED, "pause"),
        (State.PAUSED, "reset"),
        (State.PAUSED, "shut_down"),
    ],
)
def test_a_request_in_the_wrong_or_the_present_state_is_refused_without_a_job(
    host, in_state, state, operation
):
    vm = in_state(state)
    jobs, revision = len(host.jobs), host.revision
    with pytest.raises(InvalidState) as caught:
        getattr(vm, operation)()
    assert caught.value.code == 32775
    assert (len(host.jobs), host.revision, vm.state) == (jobs, revision, state)


@pytest.mark.parametrize("operation", ["start", "turn_off", "save", "pause", "reset", "shut_down"])
def test_nothing_is_accepted_while_a_transition_is_under_way(vm, operation):
    vm.start()
    with pytest.raises(InvalidState):
        getattr(vm, operation)()


def test_nothing_is_accepted_while_a_running_machine_is_being_reset(in_state):
    vm = in_state(State.RUNNING)
    vm.reset()
    with pytest.raises(InvalidState):
        vm.turn_off()


def test_the_percentage_of_a_job_follows_the_clock(vm, advance):
    job = vm.start()
    assert job.percent_complete == 0
    advance(0.635)
    assert job.percent_complete == 50
    advance(0.634)
    assert job.percent_complete == 99


def test_a_job_is_removed_five_minutes_after_its_end(host, vm, finish, advance):
    job = finish(vm.start())
    advance(299)
    assert host.jobs.get(job.id) is job
    advance(1)
    assert host.jobs.get(job.id) is None


def test_uptime_counts_from_the_end_of_the_start_and_is_zero_when_off(vm, finish, advance):
    finish(vm.start())
    advance(90)
    assert vm.uptime() == timedelta(seconds=90)
    finish(vm.turn_off())
    assert vm.uptime() == timedelta(0)


def test_a_running_machine_has_a_worker_process_and_holds_memory(host, vm, finish):
    vm.configure(memory={"startup": 2 * GIGABYTE})
    finish(vm.start())
    assert host.processes.get(vm.process_id).name == "vmwp.exe"
    assert vm.assigned_memory() == host.memory.assigned == 2 * GIGABYTE
    finish(vm.save())
    assert vm.process_id is None
    assert vm.assigned_memory() == host.memory.assigned == 0


def test_a_machine_that_does_not_fit_into_memory_does_not_start(host, vm, finish):
    vm.configure(memory={"startup": 40 * GIGABYTE})
    processes = len(host.processes)
    job = finish(vm.start())
    assert job.state is JobState.EXCEPTION
    assert job.error.code == 32778
    assert "40960 megabytes" in job.error.text
    assert isinstance(job.exception, OutOfMemory)
    assert job.exception.hresult == 0x8007000E
    assert vm.state is State.OFF
    assert vm.requested_state is Requested.NOT_APPLICABLE
    assert (host.memory.assigned, len(host.processes)) == (0, processes)


def test_the_last_machine_that_fits_starts_and_the_next_one_does_not(host, finish):
    machines = [host.virtual_machines.create(f"m{number}", memory=10 * GIGABYTE) for number in range(4)]
    # 32 GB less a reserve of 1.3 GB leave room for three.
    states = [finish(vm.start()).state for vm in machines]
    assert states == [*[JobState.COMPLETED] * 3, JobState.EXCEPTION]


def test_memory_is_taken_when_the_start_begins_so_that_two_cannot_have_the_same(host):
    first, second = (host.virtual_machines.create(name, memory=20 * GIGABYTE) for name in ("a", "b"))
    first.start()
    job = second.start()
    host.clock.advance(timedelta(seconds=2))
    assert first.state is State.RUNNING
    assert (second.state, job.error.code) == (State.OFF, 32778)


def test_a_start_without_hypervisor_fails_in_its_job_with_the_recorded_text(make_host, finish):
    host = make_host(hyper_v={"hypervisor_launch": "off"})
    vm = host.virtual_machines.create("web")
    job = vm.start()
    assert vm.state is State.STARTING
    finish(job)
    assert (job.state, job.error.code) == (JobState.EXCEPTION, 32788)
    assert job.error.text == (
        f"Virtual machine 'web' could not be started because the hypervisor is not running"
        f" (Virtual machine ID {vm.id})."
    )
    assert job.status_text == "Job is completed with error"
    assert vm.state is State.OFF
    log = "Microsoft-Windows-Hyper-V-Worker-Admin"
    assert 3112 in [entry.event_id for entry in host.event_log.entries(log)]


def test_a_machine_with_more_processors_than_the_host_does_not_start(host, finish):
    vm = host.virtual_machines.create("big", processors=9)
    assert finish(vm.start()).state is JobState.EXCEPTION
    assert vm.state is State.OFF


def test_a_machine_whose_disk_file_is_gone_does_not_start(host, vm, finish):
    finish(host.virtual_disks.create("D:\\web.vhdx", size=GIGABYTE))
    vm.devices.add_hard_disk_drive("D:\\web.vhdx")
    host.filesystem.remove("D:\\web.vhdx")
    job = finish(vm.start())
    assert isinstance(job.exception, FileNotFound)
    assert job.error.code == 32779


def test_the_running_machine_limit_of_the_release_holds(make_host, finish):
    host = make_host(
        operating_system={"release": "2008R2"},
        hardware={"memory": "32 GB"},
        inventory={"generate": {"virtual_machines": 384, "memory": "32 MB", "state": "running"}},
    )
    job = finish(host.virtual_machines.create("one more", memory=32 << 20).start())
    assert (job.state, job.error.code) == (JobState.EXCEPTION, 32768)


def test_destroying_needs_a_machine_that_is_off_or_saved(host, in_state):
    vm = in_state(State.RUNNING)
    with pytest.raises(InvalidState):
        host.virtual_machines.destroy(vm)


@pytest.mark.parametrize("state", [State.OFF, State.SAVED])
def test_destroying_deletes_the_configuration_and_not_the_virtual_disk(host, vm, finish, state):
    finish(host.virtual_disks.create("D:\\web.vhdx", size=GIGABYTE))
    vm.devices.add_hard_disk_drive("D:\\web.vhdx")
    if state is State.SAVED:
        finish(vm.start())
        finish(vm.save())
    configuration = vm.files.configuration
    assert host.filesystem.exists(configuration)
    job = host.virtual_machines.destroy(vm)
    assert (job.type, vm in host.virtual_machines) == (3, True)
    with pytest.raises(InvalidState):
        vm.start()
    finish(job)
    assert job.elapsed() == timedelta(seconds=0.033)
    assert host.virtual_machines.get(vm.id) is None
    assert not host.filesystem.exists(configuration)
    assert host.filesystem.exists("D:\\web.vhdx")
    with pytest.raises(NotFound):
        vm.start()
    with pytest.raises(NotFound):
        vm.configure(notes="late")


def test_a_saved_machine_has_its_memory_on_disk_until_it_is_restored(host, vm, finish):
    finish(vm.start())
    finish(vm.save())
    assert host.filesystem.entry(vm.files.saved_state).size > vm.memory.startup
    finish(vm.start())
    assert host.filesystem.entry(vm.files.saved_state).size < vm.memory.startup


def test_turning_a_saved_machine_off_discards_its_state(host, vm, finish):
    finish(vm.start())
    finish(vm.save())
    finish(vm.turn_off())
    assert host.filesystem.entry(vm.files.saved_state).size < vm.memory.startup


def test_a_guest_shuts_down_in_its_time_without_a_registered_job(host, in_state, advance):
    vm = in_state(State.RUNNING)
    jobs = len(host.jobs)
    job = vm.shut_down()
    assert (vm.state, len(host.jobs)) == (State.STOPPING, jobs)
    assert vm.guest.state is GuestState.SHUTTING_DOWN
    with pytest.raises(ShutdownInProgress) as caught:
        vm.shut_down()
    assert caught.value.code == 32782
    advance(5)
    assert job.succeeded
    assert (vm.state, vm.assigned_memory()) == (State.OFF, 0)


@pytest.mark.parametrize("operation", ["shut_down", "reboot"])
def test_a_guest_without_integration_services_cannot_be_asked(host, finish, advance, operation):
    vm = host.virtual_machines.create("bare")
    vm.guest.install(InstalledSystem("FreeBSD 14", boot_seconds=1, integration_services=False))
    finish(vm.start())
    advance(60)
    with pytest.raises(GuestNotReady) as caught:
        getattr(vm, operation)()
    assert (caught.value.code, vm.state) == (32780, State.RUNNING)


def test_a_guest_that_has_not_booted_cannot_be_asked(vm, finish, advance):
    finish(vm.start())
    with pytest.raises(GuestNotReady):
        vm.shut_down()
    advance(15)
    vm.shut_down()


def test_a_locked_guest_needs_force(in_state):
    vm = in_state(State.RUNNING)
    vm.guest.configure(locked=True)
    with pytest.raises(GuestLocked) as caught:
        vm.shut_down()
    assert (caught.value.code, vm.state) == (32781, State.RUNNING)
    vm.shut_down(force=True)
    assert vm.state is State.STOPPING


def test_life_cycle_events_are_in_the_log_of_the_worker(host, in_state, finish):
    vm = in_state(State.RUNNING)
    finish(vm.turn_off())
    entries = list(host.event_log.entries("microsoft-windows-hyper-v-worker-admin"))
    assert [entry.event_id for entry in entries] == [18500, 18601, 18502]
    assert entries[0].message == f"'web' started successfully. (Virtual machine ID {vm.id})"
