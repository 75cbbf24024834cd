"""The machine goes down, is away and comes back, each stage at its time."""

from datetime import timedelta

import pytest
from freezegun import freeze_time
from host.restarting import finish_restart

from emulator.host import (
    HostError,
    InstalledSystem,
    InvalidParameter,
    InvalidState,
    JobState,
    ServiceError,
    ShutdownInProgress,
    StartAction,
    StopAction,
)
from emulator.host import VirtualMachineState as State
from emulator.host.errors import NoShutdown, ShutdownScheduled
from emulator.host.windows.power import PowerState
from emulator.host.windows.shutdown_request import ShutdownKind, ShutdownRequest


@pytest.fixture
def running(host, finish):
    vm = host.virtual_machines.create("web")
    vm.guest.install(InstalledSystem("Ubuntu", "web", (), 5))
    finish(vm.start())
    host.clock.advance(timedelta(seconds=10))
    return vm


def stages(host, seconds=60, step=0.5):
    """The stages that a machine goes through with the time at which each began."""
    began, found = host.clock.now(), [(0.0, host.power.state)]
    for _ in range(int(seconds / step)):
        host.clock.advance(timedelta(seconds=step))
        if host.power.state is not found[-1][1]:
            found.append(((host.clock.now() - began).total_seconds(), host.power.state))
    return found


def ids(host, log="System"):
    return [entry.event_id for entry in host.event_log.entries(log)]


def test_a_restart_goes_through_its_stages_on_the_clock(host):
    host.power.shut_down()
    assert stages(host) == [
        (0.0, PowerState.ASKED),
        (1.0, PowerState.OFF),
        (4.0, PowerState.STARTING),
        (16.0, PowerState.ON),
    ]


def test_the_profile_says_how_long_windows_boots(make_host):
    host = make_host(operating_system={"boot_seconds": 100})
    host.power.shut_down()
    assert stages(host, 120)[-1] == (104.0, PowerState.ON)


def test_a_restart_waits_for_the_stop_actions_of_its_machines(host, running):
    running.configure(automatic_stop_action=StopAction.SHUT_DOWN)
    host.power.shut_down()
    host.clock.advance(timedelta(seconds=2))
    assert (host.power.state, running.state) == (PowerState.STOPPING, State.STOPPING)
    assert running.job is not None
    host.clock.advance(timedelta(seconds=4))
    assert (host.power.state, running.state, running.process_id) == (PowerState.OFF, State.OFF, None)
    assert 18504 in ids(host, "Microsoft-Windows-Hyper-V-Worker-Admin")


def test_a_machine_that_is_off_runs_nothing_and_refuses_everything(host, running):
    host.power.shut_down(ShutdownRequest(ShutdownKind.SHUT_DOWN))
    host.clock.advance(timedelta(days=1))
    assert host.power.state is PowerState.OFF
    assert not any(service.process_id for service in host.services)
    assert len(host.processes) == 0
    assert not host.hypervisor.running
    assert running.state is State.SAVED
    with pytest.raises(ServiceError):
        running.start()
    with pytest.raises(ServiceError):
        host.virtual_machines.create("new")
    host.power.switch_on()
    with pytest.raises(InvalidState):
        host.power.switch_on()
    finish_restart(host)
    assert host.hypervisor.running
    assert host.services.is_running("vmms")


def test_the_event_log_tells_who_restarted_the_machine_and_when(host):
    host.event_log.clear("System")
    host.power.shut_down(
        ShutdownRequest(message="patches", caller=host.accounts.administrator, program="shutdown.exe")
    )
    finish_restart(host)
    entries = [
        entry for entry in host.event_log.entries("System") if entry.source != "Microsoft-Windows-WinRM"
    ]
    assert [entry.event_id for entry in entries] == [
        *(104, 1074, 6006, 13),
        *(12, 20, 25, 27, 18, 32),
        *(1, 2, 129),
        *(6009, 6005, 6013),
    ]
    _, asked, stopped, _, started = entries[:5]
    assert "shutdown.exe (HV01) has initiated the restart of computer HV01 on behalf of user" in asked.message
    assert started.time - stopped.time == timedelta(seconds=3)
    assert host.operating_system.boot_time == started.time
    assert entries[-1].message == "The system uptime is 12 seconds."


@pytest.mark.parametrize("action", [StartAction.NOTHING, StartAction.START_IF_RUNNING])
def test_a_loss_of_power_saves_nothing_and_is_told_at_the_next_boot(host, running, action):
    running.configure(automatic_stop_action=StopAction.SAVE, automatic_start_action=action)
    host.event_log.clear("System")
    job = host.checkpoints.create(running)
    host.power.lose()
    assert (host.power.state, running.state, job.state) == (PowerState.OFF, State.OFF, JobState.EXCEPTION)
    assert not host.filesystem.exists(f"{running.path}\\Virtual Machines\\{running.id}.vmrs.saved")
    finish_restart(host)
    entries = [entry.event_id for entry in host.event_log.entries("System")]
    assert [one for one in entries if one in (1074, 6006, 13, 12, 41, 6008, 6009, 6005)] == [
        12,
        41,
        6008,
        6009,
        6005,
    ]
    host.clock.advance(timedelta(seconds=10))
    assert (running.state is State.RUNNING) is (action is StartAction.START_IF_RUNNING)


def test_power_that_fails_for_good_comes_back_with_the_button(host):
    host.power.lose(returns=False)
    host.clock.advance(timedelta(days=1))
    with pytest.raises(InvalidState):
        host.power.lose()
    host.power.switch_on()
    finish_restart(host)
    assert 41 in ids(host)


def test_jobs_end_with_the_management_service_and_observers_hear_of_it(host, running):
    finished = host.checkpoints.create(running)
    host.clock.advance(timedelta(seconds=5))
    gone = []
    host.observers.append(lambda change, thing: gone.append((change, getattr(thing, "id", None))))
    pending = running.reset()
    host.power.shut_down()
    finish_restart(host)
    assert {("deleted", finished.id), ("deleted", pending.id)} <= set(gone)
    assert len(host.jobs) == 0


def test_a_scheduled_restart_can_be_taken_back_and_a_running_one_cannot(host):
    with pytest.raises(NoShutdown):
        host.power.abort_shutdown()
    host.power.shut_down(ShutdownRequest(delay=60))
    with pytest.raises(ShutdownScheduled):
        host.power.shut_down()
    host.power.abort_shutdown()
    host.clock.advance(timedelta(seconds=120))
    assert host.power.is_on
    host.power.shut_down()
    with pytest.raises(NoShutdown):
        host.power.abort_shutdown()
    with pytest.raises(ShutdownInProgress):
        host.power.shut_down()


@pytest.mark.parametrize("request_", [ShutdownRequest(delay=-1), ShutdownRequest(message="x" * 513)])
def test_a_request_that_windows_does_not_take_changes_nothing(host, request_):
    before = len(ids(host))
    with pytest.raises(InvalidParameter):
        host.power.shut_down(request_)
    assert (host.power.is_on, len(ids(host))) == (True, before)


def test_a_start_delay_that_is_running_is_forgotten_by_the_next_restart(host, running):
    running.configure(automatic_start_action=StartAction.START, automatic_start_delay=600)
    host.power.shut_down()
    finish_restart(host)
    running.configure(automatic_start_action=StartAction.NOTHING)
    host.power.shut_down()
    finish_restart(host)
    host.clock.advance(timedelta(hours=1))
    assert running.state is State.SAVED


def test_machines_without_a_management_service_lose_their_power(host, running):
    host.services["vmms"].stop(force=True)
    host.power.shut_down()
    finish_restart(host)
    assert running.state is State.OFF


def test_a_reset_of_the_emulator_ends_a_restart(host):
    host.power.shut_down()
    host.clock.advance(timedelta(seconds=2))
    host.reset()
    assert host.power.is_on
    assert host.services.is_running("WinRM")
    host.clock.advance(timedelta(hours=1))
    assert host.power.is_on


def test_a_refused_stop_action_turns_the_machine_off(host, running, monkeypatch):
    def full(*_):
        raise HostError("There is not enough space on the disk.")

    monkeypatch.setattr(type(running), "save", full)
    host.power.shut_down()
    finish_restart(host)
    assert running.state is State.OFF


def test_a_restart_follows_the_standard_clock_too(make_host):
    with freeze_time("2024-03-01 12:00:00") as time:
        host = make_host("real")
        host.power.shut_down()
        found = []
        for _ in range(40):
            time.tick(timedelta(seconds=0.5))
            with host.looking():
                if not found or host.power.state is not found[-1]:
                    found.append(host.power.state)
        assert found == [PowerState.ASKED, PowerState.OFF, PowerState.STARTING, PowerState.ON]
        assert host.operating_system.boot_time.second == 4
