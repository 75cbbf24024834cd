"""Scheduled tasks: when they start, as whom, and how their runs end."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from host.restarting import restart

import emulator.console
from emulator.event_log.query import parse_query_text
from emulator.host import EventLevel, Host, HostError
from emulator.host.windows.scheduled_tasks import TaskDefinition, TaskState
from emulator.host.windows.scheduled_tasks.calendar import next_start
from emulator.host.windows.scheduled_tasks.definition import (
    PASSWORD,
    Repetition,
    TaskAction,
    TaskPrincipal,
    TaskSettings,
    TaskTrigger,
)
from emulator.host.windows.scheduled_tasks.document import read_task, write_task
from emulator.profile import load
from emulator.shells.detached_programs import DetachedPrograms

NONE = timedelta(0)


@pytest.fixture
def host() -> Host:
    made = Host(load("windows-server-2022-datacenter"), clock_mode="manual")
    made.programs = DetachedPrograms(made, lambda: emulator.console)
    made.event_queries = parse_query_text
    return made


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def trigger(kind: str, start: str = "2026-03-02T08:00:00", **more: Any) -> TaskTrigger:
    return TaskTrigger(kind, start=start, **more)


def command(text: str, **more: Any) -> TaskDefinition:
    return TaskDefinition(actions=(TaskAction("cmd.exe", f"/c {text}"),), **more)


def wait(host: Host, task: Any) -> None:
    host.wait_for(lambda: task.state is not TaskState.RUNNING, timeout=10)


@pytest.mark.parametrize(
    ("one", "after", "expected"),
    [
        (trigger("Time"), "2026-03-01T00:00", "2026-03-02T08:00"),
        (trigger("Time"), "2026-03-02T08:00", None),
        (trigger("Daily", interval=2), "2026-03-02T08:00", "2026-03-04T08:00"),
        (trigger("Weekly", days_of_week=0b0100010, interval=2), "2026-03-02T08:00", "2026-03-06T08:00"),
        (trigger("Weekly", days_of_week=0b0000010, interval=2), "2026-03-02T08:00", "2026-03-16T08:00"),
        (trigger("Monthly", days_of_month=1 << 30), "2026-04-01T00:00", "2026-05-31T08:00"),
        (trigger("Monthly", last_day_of_month=True, months=2), "2026-03-02T08:00", "2027-02-28T08:00"),
        (trigger("MonthlyDOW", days_of_week=0b100, weeks_of_month=2), "2026-03-02T08:00", "2026-03-10T08:00"),
        (
            trigger("MonthlyDOW", days_of_week=1, last_week_of_month=True),
            "2026-03-02T08:00",
            "2026-03-29T08:00",
        ),
        (trigger("Time", repetition=Repetition("PT10M")), "2026-03-05T09:01", "2026-03-05T09:10"),
        (trigger("Time", repetition=Repetition("PT10M", "PT1H")), "2026-03-02T08:51", None),
        (trigger("Daily", repetition=Repetition("PT4H", "PT12H")), "2026-03-03T13:00", "2026-03-03T16:00"),
        (trigger("Daily", repetition=Repetition("PT4H", "PT12H")), "2026-03-03T17:00", "2026-03-04T08:00"),
        (trigger("Daily", end="2026-03-03T00:00:00"), "2026-03-02T09:00", None),
        (trigger("Daily", enabled=False), "2026-03-02T09:00", None),
        (trigger("Time", start="2026-03-02T08:00:00Z"), "2026-03-01T00:00", "2026-03-02T08:00"),
    ],
)
def test_the_next_start_of_a_trigger(one: TaskTrigger, after: str, expected: str | None) -> None:
    assert next_start(one, at(after), NONE) == (None if expected is None else at(expected))


def test_a_task_starts_on_the_clock_and_keeps_its_exit_code(host: Host) -> None:
    now = host.clock.now() + host.operating_system.utc_offset()
    start = (now + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%S")
    definition = command("exit 7", triggers=(trigger("Daily", start),))
    task = host.scheduled_tasks.register("\\Ops\\Nightly", definition, host.accounts.administrator)
    assert (task.last_run, task.last_result, task.state) == (None, 0x41303, TaskState.READY)
    host.clock.advance(timedelta(minutes=59))
    assert task.last_run is None
    host.clock.advance(timedelta(minutes=1, seconds=1))
    wait(host, task)
    assert task.last_result == 7
    assert task.next_run is not None
    assert task.next_run - host.clock.now() > timedelta(hours=23)
    host.scheduled_tasks.delete("\\Ops\\Nightly")
    first = task.last_run
    host.clock.advance(timedelta(days=2))
    assert task.last_run == first


def test_a_task_runs_as_its_user_with_his_password_or_as_the_system(host: Host) -> None:
    host.accounts.create("svc", "Pa55w.rd!", groups=("Users",))
    tasks, caller = host.scheduled_tasks, host.accounts.administrator
    definition = command("whoami > C:\\who.txt", principal=TaskPrincipal("svc", logon_type=PASSWORD))
    with pytest.raises(HostError) as refused:
        tasks.register("a", definition, caller, password="wrong")
    assert refused.value.hresult == 0x8007052E
    task = tasks.register("a", definition, caller, password="Pa55w.rd!")
    task.start()
    wait(host, task)
    task = tasks.register("b", command("whoami > C:\\sys.txt"), caller, user="SYSTEM")
    task.start()
    wait(host, task)
    assert host.filesystem.read("C:\\sys.txt") == b"nt authority\\system\r\n"


def test_nobody_else_registers_for_the_system_or_changes_tasks_of_others(host: Host) -> None:
    user = host.accounts.create("maria", "Pa55w.rd!", groups=("Users",))
    tasks = host.scheduled_tasks
    tasks.register("a", command("exit 0"), host.accounts.administrator)
    for action in (
        lambda: tasks.register("b", command("exit 0"), user, user="SYSTEM"),
        lambda: tasks.register("a", command("exit 1"), user, replaces=True),
    ):
        with pytest.raises(HostError) as refused:
            action()
        assert refused.value.hresult == 0x80070005
    assert [one.name for one in tasks.visible_to(user)] == []


def test_actions_follow_each_other(host: Host) -> None:
    actions = (
        TaskAction("cmd.exe", "/c echo one>>C:\\o.txt"),
        TaskAction("cmd.exe", "/c echo two>>C:\\o.txt"),
    )
    task = host.scheduled_tasks.register("a", TaskDefinition(actions=actions), host.accounts.administrator)
    task.start()
    host.wait_for(
        lambda: host.filesystem.exists("C:\\o.txt") and b"two" in host.filesystem.read("C:\\o.txt"),
        timeout=10,
    )
    wait(host, task)


def test_a_run_is_stopped_and_a_second_one_ignored(host: Host) -> None:
    task = host.scheduled_tasks.register("a", command("timeout /t 600 /nobreak"), host.accounts.administrator)
    task.start()
    task.start()
    assert (task.state, len(task.process_ids), task.last_result) == (TaskState.RUNNING, 1, 0x41301)
    task.stop()
    wait(host, task)
    assert task.last_result == 0x41306


def test_a_missing_program_is_the_result(host: Host) -> None:
    definition = TaskDefinition(actions=(TaskAction("nothing.exe"),))
    task = host.scheduled_tasks.register("a", definition, host.accounts.administrator)
    task.start()
    assert (task.state, task.last_result) == (TaskState.READY, 0x80070002)


def test_a_disabled_task_does_not_start(host: Host) -> None:
    task = host.scheduled_tasks.register("a", command("exit 0"), host.accounts.administrator)
    task.set_enabled(False)
    with pytest.raises(HostError, match="disabled"):
        task.start()


def test_a_document_says_what_it_was_read_from() -> None:
    definition = TaskDefinition(
        actions=(TaskAction("cmd.exe", "/c a & b", "C:\\"),),
        triggers=(
            trigger("Weekly", days_of_week=0b0100010, repetition=Repetition("PT5M", "P1D")),
            trigger("Monthly", days_of_month=1 << 4, last_day_of_month=True, months=0b11),
            TaskTrigger("Boot", delay="PT30S"),
        ),
        principal=TaskPrincipal("svc", logon_type=PASSWORD, run_level=1),
        settings=TaskSettings(
            execution_limit="PT2H", multiple_instances=0, restart_count=3, restart_interval="PT1M"
        ),
        description="a < b",
        author="me",
    )
    assert read_task(write_task(definition)) == definition


@pytest.mark.parametrize("text", ["", "<Task", "<Other/>", "<Task><Actions><ComHandler/></Actions></Task>"])
def test_another_document_is_refused(text: str) -> None:
    with pytest.raises(HostError):
        read_task(text)


QUERY = '<QueryList><Query><Select Path="Application">*[System[EventID=77]]</Select></Query></QueryList>'


def test_an_event_starts_the_task_whose_query_selects_it(host: Host) -> None:
    found = host.scheduled_tasks
    caller = host.accounts.administrator
    task = found.register("E", command("echo.", triggers=(TaskTrigger("Event", subscription=QUERY),)), caller)
    with host.looking():
        host.event_log.write("Application", "Application", 76, EventLevel.INFORMATION, "other")
        host.event_log.write("System", "System", 77, EventLevel.INFORMATION, "other log")
    host.clock.advance(timedelta(seconds=1))
    assert task.last_run is None
    with host.looking():
        host.event_log.write("Application", "Application", 77, EventLevel.INFORMATION, "this one")
    host.clock.advance(timedelta(seconds=1))
    assert task.last_run is not None
    found.delete("E")
    assert not any("EventTriggers" in str(one) for one in host.observers), "nobody looks any more"
    wrong = command("echo.", triggers=(TaskTrigger("Event", subscription="<QueryList/>"),))
    with pytest.raises(HostError):
        found.register("F", wrong, caller)
    assert found.get("F") is None


def test_a_trigger_of_registration_repeats_itself_until_its_time_is_over(host: Host) -> None:
    again = TaskTrigger("Registration", repetition=Repetition("PT5M", "PT12M"))
    task = host.scheduled_tasks.register(
        "R", command("echo.", triggers=(again,)), host.accounts.administrator
    )
    runs = []
    for _minute in range(20):
        host.clock.advance(timedelta(minutes=1))
        wait(host, task)
        if task.last_run is not None and task.last_run not in runs:
            runs.append(task.last_run)
    assert len(runs) == 3, "at once, after five and after ten minutes"


def test_what_still_runs_stops_with_the_end_of_the_repetitions(host: Host) -> None:
    now = (host.clock.now() + host.operating_system.utc_offset()).replace(tzinfo=None)
    start = (now + timedelta(minutes=1)).isoformat()
    once = TaskTrigger("Time", start=start, repetition=Repetition("PT10M", "PT30M", True))
    waiting = TaskDefinition(actions=(TaskAction("timeout.exe", "/t 99999 /nobreak"),), triggers=(once,))
    task = host.scheduled_tasks.register("S", waiting, host.accounts.administrator)
    host.clock.advance(timedelta(minutes=2))
    assert task.state is TaskState.RUNNING
    host.clock.advance(timedelta(minutes=28))
    assert task.state is TaskState.RUNNING
    host.clock.advance(timedelta(minutes=2))
    wait(host, task)
    assert (task.state, task.last_result) == (TaskState.READY, 0x41306)


def test_idle_time_begins_after_a_boot(host: Host) -> None:
    idle = command("echo.", triggers=(TaskTrigger("Idle"),))
    task = host.scheduled_tasks.register("I", idle, host.accounts.administrator)
    restart(host)
    assert task.last_run is None
    host.clock.advance(timedelta(minutes=16))
    assert task.last_run is not None
