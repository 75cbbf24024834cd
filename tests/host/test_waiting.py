import threading
import time
from datetime import timedelta

import pytest

from emulator.host import EventLevel, HostError, InstalledSystem


def start_waiting(host, call):
    """Run ``call`` in a thread; it is asleep when this returns. The list gets its result."""
    result = []
    before = len(host.steps.waiters)
    thread = threading.Thread(target=lambda: result.append(call()))
    thread.start()
    while len(host.steps.waiters) <= before and thread.is_alive():
        time.sleep(0)
    return thread, result


def test_a_fast_wait_jumps_to_the_event_that_satisfies_it(make_host):
    host = make_host("fast")
    job = host.virtual_machines.create("web").start()
    began = host.clock.now()
    assert host.jobs.wait(job, 60)
    assert timedelta(seconds=1.2) < host.clock.now() - began < timedelta(seconds=2)


def test_a_fast_sleep_takes_no_time(make_host):
    host = make_host("fast")
    began, real = host.clock.now(), time.monotonic()
    assert host.sleep(3600) is True
    assert host.clock.now() - began >= timedelta(hours=1)
    assert time.monotonic() - real < 5


def test_a_fast_wait_that_sleeps_without_any_event_jumps_to_one_that_comes_later(make_host):
    host = make_host("fast")
    vm = host.virtual_machines.create("web")
    slow, _ = start_waiting(host, lambda: host.wait_for(lambda: False, None, skip_time=False))
    thread, result = start_waiting(host, lambda: host.wait_for(lambda: vm.uptime() > timedelta(0)))
    began = host.clock.now()
    vm.guest.install(InstalledSystem("Ubuntu", boot_seconds=3600))
    vm.start()
    thread.join(10)
    assert result == [True]
    assert host.clock.now() - began > timedelta(seconds=1)
    host.close()
    slow.join(10)


def test_a_fast_wait_stops_at_its_deadline_before_later_events(make_host):
    host = make_host("fast")
    seen = []
    with host.looking():
        host.clock.schedule(100, lambda: seen.append("late"))
    assert host.wait_for(lambda: seen, 10) is False
    assert seen == []


def test_a_fast_wait_on_work_outside_the_host_does_not_skip_time(make_host):
    host = make_host("fast")
    began = host.clock.now()
    assert host.wait_for(lambda: False, 0.05, skip_time=False) is False
    assert host.clock.now() - began < timedelta(seconds=5)


def test_a_poll_of_an_unfinished_job_jumps_to_its_end_with_the_fast_clock_only(make_host):
    for mode, finished in (("fast", True), ("manual", False)):
        host = make_host(mode)
        job = host.virtual_machines.create("web").start()
        assert host.jobs.poll(job.id.lower()) is job
        assert job.finished is finished


def test_a_manual_wait_blocks_until_somebody_advances(host):
    thread, result = start_waiting(host, lambda: host.wait_for(lambda: False, 10))
    host.clock.advance(timedelta(seconds=9))
    assert result == []
    assert thread.is_alive()
    host.clock.advance(timedelta(seconds=1))
    thread.join(10)
    assert result == [False]


def test_a_manual_sleep_ends_when_the_time_has_come(host):
    thread, result = start_waiting(host, lambda: host.sleep(5))
    host.clock.advance(timedelta(seconds=5))
    thread.join(10)
    assert result == [True]


def test_a_change_wakes_the_waiter_that_it_satisfies_and_no_other(host):
    vm = host.virtual_machines.create("web")
    woken, first = start_waiting(host, lambda: host.wait_for(lambda: vm.notes == "done"))
    asleep, second = start_waiting(host, lambda: host.wait_for(lambda: vm.notes == "never"))
    vm.configure(notes="done")
    woken.join(10)
    assert first == [True]
    assert second == []
    assert len(host.steps.waiters) == 1
    host.close()
    asleep.join(10)


def test_an_interrupted_flag_and_a_wake_end_a_wait_at_once(host):
    cancelled = threading.Event()
    thread, result = start_waiting(host, lambda: host.wait_for(lambda: False, None, cancelled.is_set))
    cancelled.set()
    host.wake()
    thread.join(10)
    assert result == [False]


def test_an_interrupted_sleep_says_so(host):
    assert host.sleep(10, lambda: True) is False


@pytest.mark.parametrize("end", ["reset", "close"])
def test_a_reset_and_a_close_end_every_wait(host, end):
    threads = [start_waiting(host, lambda: host.wait_for(lambda: False)) for _ in range(3)]
    getattr(host, end)()
    for thread, result in threads:
        thread.join(10)
        assert result == [False]


def test_a_closed_host_lets_nobody_wait(host):
    host.close()
    assert host.wait_for(lambda: False, 10) is False
    assert host.sleep(10) is False


def test_a_wait_inside_looking_is_refused_because_it_would_hold_the_lock(host):
    with host.looking(), pytest.raises(RuntimeError, match="lock"):
        host.wait_for(lambda: True)


def test_an_error_in_a_predicate_reaches_the_one_who_waits(host):
    def broken():
        if host.revision > before:
            raise KeyError("broken")
        return False

    before = host.revision
    caught = []

    def wait():
        try:
            host.wait_for(broken)
        except KeyError as error:
            caught.append(error)

    thread, _ = start_waiting(host, wait)
    with host.looking():
        host.next_revision()
    thread.join(10)
    assert len(caught) == 1


def test_the_lock_is_free_while_somebody_waits(host):
    thread, _ = start_waiting(host, lambda: host.wait_for(lambda: False))
    assert host.lock.acquire(timeout=5)
    host.lock.release()
    host.close()
    thread.join(10)


def test_two_hundred_waiters_of_two_hundred_machines_are_all_woken(make_host):
    host = make_host("real", inventory={"generate": {"virtual_machines": 200, "memory": "32 MB"}})
    results = []
    machines = list(host.virtual_machines)
    jobs = [vm.start() for vm in machines]
    threads = [
        threading.Thread(target=lambda job=job: results.append(host.jobs.wait(job, 30))) for job in jobs
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert results == [True] * 200


def test_eight_threads_start_and_stop_different_machines_without_harm(make_host):
    host = make_host("fast", inventory={"generate": {"virtual_machines": 8, "memory": "64 MB"}})
    errors = []

    def churn(vm):
        try:
            for _ in range(10):
                for step in (vm.start, vm.pause, vm.resume, vm.save, vm.start, vm.turn_off):
                    job = step()
                    assert host.jobs.wait(job)
                    job.raise_if_failed()
        except HostError as error:
            errors.append(error)

    threads = [threading.Thread(target=churn, args=(vm,)) for vm in host.virtual_machines]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert errors == []
    with host.looking():
        assert host.memory.assigned == 0
        assert all(vm.state.name == "OFF" and vm.job is None for vm in host.virtual_machines)
        assert not [process for process in host.processes if process.name == "vmwp.exe"]


def test_observers_of_steps_see_the_state_between_steps(host, finish):
    seen = []
    vm = host.virtual_machines.create("web")
    host.step_observers.append(lambda: seen.append(vm.state.name))
    finish(vm.start())
    assert seen[0] == "STARTING"
    assert seen[-1] == "RUNNING"
    host.step_observers.clear()


def test_processes_and_log_entries_are_observed(host):
    seen = []
    host.observers.append(lambda change, thing: seen.append((change, type(thing).__name__)))
    with host.looking():
        process = host.processes.start("notepad.exe")
        host.processes.end(process.id)
        host.event_log.write("Application", "Test", 1, EventLevel.ERROR, "text")
    assert seen == [("created", "Process"), ("deleted", "Process"), ("created", "EventLogEntry")]
