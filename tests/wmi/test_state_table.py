"""Everything that can be asked of a machine, in every state that one can be in, in both namespaces: code, job and
its length, the states on the way and at the end, and the events; and that a refusal changes nothing. Each with
time in the test's hand and with a frozen standard clock. `lifecycle.yaml` holds what is known of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, NamedTuple

import pytest

from emulator.cim.errors import NotFound
from tests.wmi.clocks import CLOCKS, Manual
from tests.wmi.conftest import V1, V2
from tests.wmi.machine_in_state import CRITICAL, FACTS, STATE_REQUESTS, STEPS, Machine

#: Release, namespace, edition.
HOSTS = (
    ("2008R2", V1, "Enterprise"),
    ("2012", V1, "Datacenter"),
    ("2012", V2, "Datacenter"),
    ("2022", V2, "Datacenter"),
)
RELEASES = ("2008R2", "2012", "2012R2", "2016", "2022")
COMPLETED, STARTED, FAILED, INVALID_STATE, NOT_READY, IN_PROGRESS = 0, 4096, 32768, 32775, 32780, 32782
#: While a checkpoint is taken: only version 1 has a number for that.
SNAPSHOTTING = 32771
#: Namespace -> state -> EnabledState.
NUMBERS = FACTS["enabled_state"]
#: State -> EnabledState in v2 while a machine is critical.
CRITICAL_NUMBERS = FACTS["critical_state"]
JOBS = FACTS["jobs"]
CONSTANTS = FACTS["job_constants"]
#: What a state of the table shows as, and as what it ends by itself with which events.
SHOWN = {
    "running": ("running", "running", ()),
    "off": ("off", "off", ()),
    "paused": ("paused", "paused", ()),
    "saved": ("saved", "saved", ()),
    "paused for want of space": ("paused", "paused", ()),
    "paused without its storage": ("paused", "paused", ()),
    "off without its configuration": ("off", "off", ()),
    "saved without its configuration": ("saved", "saved", ()),
    "starting": ("starting", "running", (18500, "boots")),
    "restoring": ("starting", "running", (18596,)),
    "saving": ("saving", "saved", (18510,)),
    "stopping": ("stopping", "off", (18502,)),
    "pausing": ("pausing", "paused", (18516,)),
    "resuming": ("resuming", "running", (18518,)),
    "resetting": ("running", "running", (18512, "boots")),
    "rebooting": ("running", "running", (18514, "boots")),
    "shutting down": ("stopping", "off", (18504,)),
    "being checkpointed": ("running", "running", ()),
    "being put back": ("off", "off", ()),
    "being deleted": ("off", "gone", (13003,)),
}


class Row(NamedTuple):
    """What an operation does in a state that takes it. ``job_type`` None: it is done at once, without a job.

    ``events`` may name "boots" and "merges", which only some releases tell. ``status`` is the second
    OperationalStatus while the job runs (v2).
    """

    via: str
    final: str
    events: tuple[int | str, ...] = ()
    job_type: int | None = None
    status: int | None = None
    #: What the job ends with: JobState and ErrorCode.
    ends: tuple[int, int] = (7, 0)
    since: str = "2008R2"


def stays(state: str, **facts: Any) -> Row:
    return Row(state, state, **facts)


TURN_OFF = Row("stopping", "off", (18502,), 13)
SHUT_DOWN = Row("stopping", "off", (18504,), 16)
SAVE = Row("saving", "saved", (18510,), 14)
START = Row("starting", "running", (18500, "boots"), 12)
RESTORE = Row("starting", "running", (18596,), 15)
RESUME = Row("resuming", "running", (18518,), 27)
#: What a machine with its configuration takes in any state.
ALWAYS = ("rename", "connect adapter", "read summary")


def checkpointed(state: str) -> Row:
    return stays(state, job_type=70, status=32768)


def deleted(state: str) -> Row:
    return Row(state, "gone", (13003,), 3)


def unmerged(state: str) -> Row:
    """A checkpoint is deleted and its disks are merged."""
    return stays(state, events=("merges",), job_type=72, status=32770)


def at_once(state: str, *operations: str) -> dict[str, Row]:
    return {operation: stays(state) for operation in operations}


def exported(state: str, **facts: Any) -> Row:
    return stays(state, job_type=62, status=32773, **facts)


#: State -> what is taken there. All else answers 32775 without a job and changes nothing.
TAKEN: dict[str, dict[str, Row]] = {
    "running": {
        "turn off": TURN_OFF,
        "shut down": SHUT_DOWN,
        "save": SAVE,
        "pause": Row("pausing", "paused", (18516,), 26),
        "reboot": stays("running", events=(18514, "boots"), job_type=29),
        "reset": stays("running", events=(18512, "boots"), job_type=28),
        "checkpoint": checkpointed("running"),
        "delete checkpoint": unmerged("running"),
        "export": exported("running", since="2012R2"),
        "set memory": stays("running", since="2016"),
        **at_once("running", *ALWAYS, "add SCSI drive", "attach SCSI disk", "remove SCSI drive"),
        "guest shutdown": SHUT_DOWN._replace(job_type=None),
        "guest reboot": stays("running", events=(18514, "boots")),
    },
    "off": {
        "start": START,
        "delete": deleted("off"),
        "checkpoint": checkpointed("off"),
        "apply": stays("off", job_type=71, status=32769),
        "delete checkpoint": unmerged("off"),
        "export": exported("off"),
        **at_once("off", *ALWAYS, "set memory", "add IDE drive"),
        **at_once("off", "add SCSI drive", "attach SCSI disk", "remove SCSI drive"),
    },
    "paused": {
        "start": RESUME,
        "turn off": TURN_OFF,
        "save": SAVE,
        "checkpoint": checkpointed("paused"),
        "delete checkpoint": unmerged("paused"),
        "export": exported("paused", since="2012R2"),
        **at_once("paused", *ALWAYS),
    },
    "saved": {
        "start": RESTORE,
        "turn off": TURN_OFF,
        "delete": deleted("saved"),
        "checkpoint": checkpointed("saved"),
        "apply": Row("saved", "off", job_type=71, status=32769),
        "delete checkpoint": unmerged("saved"),
        "export": exported("saved"),
        **at_once("saved", *ALWAYS),
    },
    "paused for want of space": {
        "start": RESUME,
        "turn off": TURN_OFF,
        # There is no room for its memory.
        "checkpoint": stays("paused", events=(18012,), job_type=70, ends=(10, 32768)),
        # There is no room to merge either: it has been begun and waits.
        "delete checkpoint": stays("paused", events=("merges in vain",), job_type=72, status=32770),
        "export": exported("paused", since="2012R2"),
        **at_once("paused", *ALWAYS),
    },
    "paused without its storage": {"turn off": TURN_OFF, **at_once("paused", *ALWAYS)},
    "off without its configuration": {"delete": deleted("off"), **at_once("off", "read summary")},
    "saved without its configuration": {"delete": deleted("saved"), **at_once("saved", "read summary")},
    **{
        state: {operation: Row(shown, final, events) for operation in ALWAYS}
        for state, (shown, final, events) in SHOWN.items()
        if state not in ("running", "off", "paused", "saved", "being deleted") and state not in CRITICAL
    },
    "being deleted": {"read summary": Row("off", "gone", (13003,))},
}
#: Refusals that are no InvalidState.
OTHER_CODES = {
    ("shutting down", "guest shutdown"): IN_PROGRESS,
    # The memory has no room.
    ("paused for want of space", "save"): FAILED,
}
#: What the words among the events stand for: ids, and the release that writes them first, while the machine
#: holds memory and while it does not.
WORDS = {
    "boots": ((18601,), "2016", "2016"),
    "merges": ((19070, 19080), "2012", "2008R2"),
    "merges in vain": ((19070, 19100), "2012", "2008R2"),
}


def reached(release: str, since: str) -> bool:
    return RELEASES.index(release) >= RELEASES.index(since)


def ids(release: str, row_events: tuple[int | str, ...], state: str) -> list[int]:
    """The ids of a row's events as a release writes them for a machine in that state."""
    found: list[int] = []
    for each in row_events:
        if isinstance(each, int):
            found.append(each)
            continue
        numbers, since_on, since_off = WORDS[each]
        found += numbers if reached(release, since_off if state in ("off", "saved") else since_on) else ()
    return found


def operations(release: str, namespace: str) -> list[str]:
    names = [
        *STATE_REQUESTS[namespace],
        "delete",
        "checkpoint",
        "apply",
        "delete checkpoint",
        "export",
        "rename",
    ]
    names += ["set memory", "add IDE drive", "add SCSI drive", "attach SCSI disk", "remove SCSI drive"]
    names += ["connect adapter", "read summary", "guest shutdown"]
    return [*names, "guest reboot"] if release == "2022" else names


def taken(release: str, namespace: str, state: str) -> dict[str, Row]:
    known = operations(release, namespace)
    return {name: row for name, row in TAKEN[state].items() if name in known and reached(release, row.since)}


def cases() -> Iterator[Any]:
    for release, namespace, edition in HOSTS:
        for state in STEPS:
            if state == "paused without its storage" and release != "2022":
                continue  # a machine goes on without its storage there, and its guest hangs
            for clock in CLOCKS:
                name = f"{release}-{namespace.rpartition('/')[2]}-{state}-{clock.__name__}"
                yield pytest.param(clock, release, namespace, edition, state, id=name)


def shows(machine: Machine, state: str, *, critical: bool = False, snapshotting: bool = False) -> None:
    """The machine shows a state with what goes with it, or is gone."""
    if state == "gone":
        with pytest.raises(NotFound):
            machine.shown()
        return
    shown = machine.shown()
    default = FACTS["enabled_default"].get(state)
    assert default is None or shown.value("EnabledDefault") == default
    if state in ("off", "saved"):
        assert (shown.value("ProcessID"), shown.value("OnTimeInMilliseconds")) == (None, 0)
    number = NUMBERS[machine.namespace][state]
    if critical and machine.namespace == V2:
        number = CRITICAL_NUMBERS[state]
    if snapshotting and machine.namespace == V1:
        number = SNAPSHOTTING
    assert shown.value("EnabledState") == number


@pytest.mark.parametrize(("clock", "release", "namespace", "edition", "state"), list(cases()))
def test_what_is_refused_in_a_state_changes_nothing(clock, release, namespace, edition, state):
    with clock() as time:
        machine = Machine(time, release, namespace, edition)
        machine.bring(state)
        shown, final, events = SHOWN[state]
        written = len(machine.events())
        for operation in operations(release, namespace):
            if operation in taken(release, namespace, state):
                continue
            before = machine.situation()
            result = machine.ask(operation)
            assert result.return_value == OTHER_CODES.get((state, operation), INVALID_STATE), operation
            assert result.out.get("Job") is None, operation
            assert machine.situation() == before, operation
            shows(machine, shown, critical=state in CRITICAL, snapshotting=state == "being checkpointed")
        machine.wait()
        shows(machine, final, critical=state in CRITICAL)
        assert machine.events()[written:] == ids(release, events, final)


@pytest.mark.parametrize(("clock", "release", "namespace", "edition", "state"), list(cases()))
def test_what_is_taken_in_a_state(clock, release, namespace, edition, state):
    with clock() as time:
        for operation, row in taken(release, namespace, state).items():
            machine = Machine(time, release, namespace, edition)
            machine.bring(state)
            follow(machine, operation, row, release, state)


@pytest.mark.parametrize(("clock", "release", "namespace", "edition", "state"), list(cases()))
def test_numbers_that_no_machine_can_be_asked_for(clock, release, namespace, edition, state):
    with clock() as time:
        machine = Machine(time, release, namespace, edition)
        machine.bring(state)
        before = machine.situation()
        for code, numbers in FACTS["refused_requests"][namespace].items():
            for number in numbers:
                result = machine.request(number)
                assert (result.return_value, result.out.get("Job")) == (code, None), number
        assert machine.situation() == before


@pytest.mark.parametrize("namespace", [V1, V2])
def test_every_request_that_is_known_stands_in_the_table(namespace):
    names = {number: name for name, number in STATE_REQUESTS[namespace].items()}
    assert set(names) == set(FACTS["requests"][namespace])
    known = {
        (state, names[number]): (fact["via"], fact["to"], fact["job_type"])
        for number, facts in FACTS["requests"][namespace].items()
        for fact in facts
        for state in fact["from"]
    }
    driven = {
        (state, name): (row.via, row.final, row.job_type)
        for state in ("running", "off", "paused", "saved")
        for name, row in TAKEN[state].items()
        if name in names.values()
    }
    assert driven == known


def test_every_operation_is_known_to_be_done_at_once_or_by_a_job():
    requests = {name for names in STATE_REQUESTS.values() for name in names}
    for state, rows in TAKEN.items():
        for name, row in rows.items():
            if name in FACTS["with_a_job"]:
                assert row.status == FACTS["with_a_job"][name] or row.ends != (7, 0), (state, name)
                assert row.job_type is not None
            elif name not in requests:
                assert name in FACTS["at_once"], (state, name)
                assert row.job_type is None


@pytest.mark.parametrize("clock", CLOCKS)
@pytest.mark.parametrize(("release", "namespace"), [("2008R2", V1), ("2012", V1), ("2012", V2), ("2022", V2)])
def test_what_the_integration_services_answer_in_each_state(clock, release, namespace):
    for state, status in FACTS["integration_services"].items():
        with clock() as time:
            machine = Machine(time, release, namespace, "Enterprise" if release == "2008R2" else "Datacenter")
            machine.bring("running" if state == "hung" else state)
            if state == "hung":
                machine.vm.guest.hang()
            for name in ("Shutdown", "TimeSync", "Heartbeat", "KvpExchange"):
                component = machine.wmi[namespace].resolve(
                    f"Msvm_{name}Component", {"SystemName": machine.vm.id}
                )
                assert component.value("OperationalStatus")[0] == status, (state, name)


def follow(machine: Machine, operation: str, row: Row, release: str, state: str) -> None:
    """Ask, and look at everything until it has ended."""
    namespace, written = machine.namespace, len(machine.events())
    result = machine.ask(operation)
    assert result.return_value == (COMPLETED if row.job_type is None else STARTED), operation
    path = result.out.get("Job")
    if row.job_type is None:
        assert path is None, operation
    else:
        job = machine.wmi[namespace].find(path)
        if row.ends == (7, 0):
            assert (job.value("JobState"), job.value("ErrorCode")) == (4, 0), operation
        if row.job_type in JOBS:
            assert job.value("Caption") == JOBS[row.job_type]["description"], operation
        assert {name: job.value(name) for name in CONSTANTS} == CONSTANTS, operation
        assert job.value("TimeBeforeRemoval") == timedelta(minutes=FACTS["minutes_before_removal"])
        if namespace == V2:
            assert job.value("JobType") == row.job_type, operation
    taking = (operation == "checkpoint" and row.ends == (7, 0)) or state == "being checkpointed"
    shows(machine, row.via, critical=state in CRITICAL, snapshotting=taking)
    if operation in STATE_REQUESTS[namespace] and namespace == V2:
        number = STATE_REQUESTS[V2][operation]
        assert machine.shown().value("RequestedState") == (3 if operation == "shut down" else number), (
            operation
        )
    if row.status is not None and namespace == V2:
        assert machine.shown().value("OperationalStatus")[1] == row.status, operation
    machine.wait(120)
    if path is not None:
        job = machine.wmi[namespace].find(path)
        assert (job.value("JobState"), job.value("ErrorCode")) == row.ends, operation
        if row.job_type in JOBS and row.ends == (7, 0):
            length = timedelta(seconds=JOBS[row.job_type]["seconds"])
            assert job.value("ElapsedTime") == length, operation
    shows(machine, row.final, critical=state in CRITICAL and row.final == SHOWN[state][1])
    if row.final != "gone":
        assert machine.shown().value("RequestedState") == 12, operation
    assert machine.events()[written:] == ids(release, row.events, row.via), operation


@pytest.mark.parametrize("clock", CLOCKS)
@pytest.mark.parametrize(("release", "namespace"), [("2008R2", V1), ("2012", V2), ("2022", V2)])
@pytest.mark.parametrize("state", ["off", "saved"])
def test_a_start_without_the_hypervisor_is_taken_and_fails_in_its_job(clock, release, namespace, state):
    with clock() as time:
        machine = Machine(time, release, namespace, "Enterprise" if release == "2008R2" else "Datacenter")
        machine.bring(state)
        machine.host.hypervisor.set_launch_type("off")
        machine.host.power.shut_down()
        machine.wait()
        written = len(machine.events())
        result = machine.ask("start")
        assert result.return_value == STARTED
        machine.wait(10)
        job = machine.wmi[namespace].find(result.out["Job"])
        assert (job.value("JobState"), job.value("ErrorCode")) == (10, 32788)
        assert "because the hypervisor is not running" in job.value("ErrorDescription")
        shows(machine, state)
        assert machine.events()[written:] == [3112, 12030 if state == "off" else 12080]


@pytest.mark.parametrize("clock", CLOCKS)
@pytest.mark.parametrize("state", CRITICAL)
def test_version_2_counts_critical_states_and_the_health_says_how_bad_it_is(clock, state):
    with clock() as time:
        machine = Machine(time, "2022", V2, "Datacenter")
        machine.bring(state)
        shown = machine.shown()
        assert (shown.value("EnabledState"), shown.value("HealthState")) == CRITICAL[state]
        assert shown.value("OperationalStatus")[0] == 3
        assert shown.value("StatusDescriptions") != ["Operating normally"]


@pytest.mark.parametrize("release", ["2008R2", "2012"])
def test_version_1_shows_the_plain_state_and_the_health(release):
    with Manual() as time:
        machine = Machine(time, release, V1, "Enterprise" if release == "2008R2" else "Datacenter")
        machine.bring("off without its configuration")
        shown = machine.shown()
        assert (shown.value("EnabledState"), shown.value("HealthState")) == (3, 25)


@pytest.mark.parametrize("clock", CLOCKS)
@pytest.mark.parametrize("operation", ["shut down", "guest shutdown", "reboot", "guest reboot"])
def test_a_guest_that_does_not_answer_is_not_ready(clock, operation):
    with clock() as time:
        machine = Machine(time, "2022", V2, "Datacenter")
        machine.bring("running")
        machine.vm.guest.hang()
        before = machine.situation()
        result = machine.ask(operation)
        # Only the shutdown component has a number for it.
        code = NOT_READY if operation.startswith("guest") else INVALID_STATE
        assert (result.return_value, result.out.get("Job")) == (code, None)
        assert machine.situation() == before
