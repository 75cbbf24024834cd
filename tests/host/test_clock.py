import threading
from datetime import UTC, datetime, timedelta

import pytest
from freezegun import freeze_time

from emulator.host import Host, JobState, VirtualMachineState
from emulator.host.clock import MAXIMUM_EVENTS_PER_LOOK, Clock

START = datetime(2024, 3, 1, 12, tzinfo=UTC)


def manual() -> Clock:
    return Clock("manual", START)


def test_a_manual_clock_stands_still_until_it_is_advanced():
    clock = manual()
    assert clock.now() == START
    clock.advance(timedelta(seconds=1.27))
    assert clock.now() == START + timedelta(seconds=1.27)


def test_events_run_in_order_of_time_and_read_their_own_time():
    clock = manual()
    seen = []
    for delay in (3.0, 1.0, 2.0):
        clock.schedule(delay, lambda: seen.append(clock.now() - START))
    clock.advance(timedelta(seconds=10))
    assert seen == [timedelta(seconds=second) for second in (1, 2, 3)]
    assert clock.now() == START + timedelta(seconds=10)


def test_events_of_the_same_time_run_in_order_of_scheduling():
    clock = manual()
    seen = []
    for name in "abc":
        clock.schedule(1, lambda name=name: seen.append(name))
    clock.advance(timedelta(seconds=1))
    assert seen == ["a", "b", "c"]


def test_an_event_that_schedules_another_counts_from_its_own_time():
    clock = manual()
    seen = []
    clock.schedule(1, lambda: clock.schedule(1, lambda: seen.append(clock.now() - START)))
    clock.advance(timedelta(seconds=5))
    assert seen == [timedelta(seconds=2)]


def test_a_cancelled_event_never_runs_and_is_not_the_next():
    clock = manual()
    timer = clock.schedule(1, lambda: pytest.fail("it ran"))
    later = clock.schedule(2, lambda: None)
    timer.cancel()
    timer.cancel()
    assert clock.next_event() == START + timedelta(seconds=2)
    clock.advance(timedelta(seconds=3))
    later.cancel()
    assert clock.next_event() is None


def test_many_cancelled_events_do_not_stay_in_memory():
    clock = manual()
    keep = clock.schedule(9999, lambda: None)
    for timer in [clock.schedule(5000, lambda: None) for _ in range(1000)]:
        timer.cancel()
    assert len(clock._heap) < 200
    assert keep.pending


def test_an_action_that_reschedules_itself_for_ever_does_not_hang_a_look():
    clock = manual()
    count = 0

    def again() -> None:
        nonlocal count
        count += 1
        clock.schedule(0, again)

    clock.schedule(0, again)
    clock.advance(timedelta(seconds=1))
    assert count <= MAXIMUM_EVENTS_PER_LOOK


def test_a_broken_event_is_loud_and_does_not_come_again(host):
    def fail() -> None:
        raise KeyError("broken")

    with host.looking():
        host.clock.schedule(1, fail)
    with pytest.raises(KeyError):
        host.clock.advance(timedelta(seconds=1))
    with host.looking():
        assert host.clock.next_event() is None


@pytest.mark.parametrize(
    ("mode", "step"), [("real", timedelta(seconds=1)), ("manual", timedelta(seconds=-1))]
)
def test_a_real_clock_cannot_be_advanced_and_none_goes_backwards(mode, step):
    with pytest.raises(ValueError, match="cannot"):
        Clock(mode).advance(step)


@pytest.mark.parametrize("seconds", [float("inf"), 1e300, 10**30, float("nan"), -5])
def test_no_wait_leads_out_of_the_calendar(make_host, seconds):
    host = make_host("fast")
    for _ in range(3):
        assert host.sleep(seconds) is True
    assert host.clock.now().year <= 9000


def test_an_unknown_mode_names_the_legal_ones():
    with pytest.raises(ValueError, match="real, fast, manual"):
        Clock("slow")


def test_the_real_clock_follows_the_standard_clock_of_a_frozen_test(make_profile):
    with freeze_time("2024-05-01 08:00:00") as frozen:
        host = Host(make_profile(), "real")
        assert host.clock.now() == datetime(2024, 5, 1, 8, tzinfo=UTC)
        vm = host.virtual_machines.create("web")
        job = vm.start()
        frozen.tick(1.0)
        with host.looking():
            assert vm.state is VirtualMachineState.STARTING
            assert job.percent_complete == 78
        frozen.tick(1.0)
        with host.looking():
            assert vm.state is VirtualMachineState.RUNNING
            assert job.state is JobState.COMPLETED
            assert job.elapsed() == timedelta(seconds=1.27)
            assert vm.uptime() == timedelta(seconds=0.73)
        host.close()


def test_looking_settles_what_is_due_only_when_entered_from_outside(host):
    seen = []
    with host.looking():
        host.clock.schedule(1, lambda: seen.append("ran"))
        host.clock._manual += 2_000_000
        with host.looking():
            assert seen == []
    with host.looking():
        assert seen == ["ran"]


def test_a_timekeeper_wakes_up_for_an_event_that_is_scheduled_later(make_host):
    host = make_host("real")
    happened = threading.Event()
    waiting = threading.Thread(target=lambda: host.wait_for(happened.is_set, 30))
    waiting.start()
    while len(host.steps.waiters) == 0:
        pass
    with host.looking():
        host.clock.schedule(0.01, happened.set)
    waiting.join(10)
    assert not waiting.is_alive()
