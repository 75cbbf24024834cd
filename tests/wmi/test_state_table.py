"""Every state of a machine and every request for one, in both namespaces: code, job, states on the way and at
the end, and the event, with time in the test's hand and with a frozen standard clock."""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple

import pytest
from freezegun import freeze_time

from emulator.host import Host
from emulator.host.event_messages import WORKER
from emulator.wmi import WmiService
from tests.wmi.conftest import START, V1, V2, Wmi, profile_of

#: What a request asks for -> RequestedState in each namespace; None where the namespace has no number for it.
REQUESTS = {
    "start": {V1: 2, V2: 2},
    "turn off": {V1: 3, V2: 3},
    "shut down": {V1: None, V2: 4},
    "save": {V1: 32769, V2: 6},
    "pause": {V1: 32768, V2: 9},
    "reboot": {V1: 10, V2: 10},
    "reset": {V1: 11, V2: 11},
}
#: State -> EnabledState in each namespace.
NUMBERS = {
    "running": {V1: 2, V2: 2},
    "off": {V1: 3, V2: 3},
    "paused": {V1: 32768, V2: 9},
    "saved": {V1: 32769, V2: 6},
    "starting": {V1: 32770, V2: 10},
    "saving": {V1: 32773, V2: 32773},
    "stopping": {V1: 32774, V2: 4},
    "pausing": {V1: 32776, V2: 32776},
    "resuming": {V1: 32777, V2: 32777},
}
#: How a running machine comes into each state; what is asked last has not ended for the states on the way.
WAYS = {
    "running": (),
    "off": ("turn_off", "wait"),
    "paused": ("pause", "wait"),
    "saved": ("save", "wait"),
    "starting": ("turn_off", "wait", "start"),
    "saving": ("save",),
    "stopping": ("turn_off",),
    "pausing": ("pause",),
    "resuming": ("pause", "wait", "start"),
}


class Row(NamedTuple):
    """What a request does in a state that allows it."""

    via: str
    final: str
    job_type: int
    event: int


#: Whatever has no row answers 32775 without a job.
TABLE = {
    ("off", "start"): Row("starting", "running", 12, 18500),
    ("saved", "start"): Row("starting", "running", 15, 18596),
    ("paused", "start"): Row("resuming", "running", 27, 18518),
    ("running", "turn off"): Row("stopping", "off", 13, 18502),
    ("paused", "turn off"): Row("stopping", "off", 13, 18502),
    ("saved", "turn off"): Row("stopping", "off", 13, 18502),
    ("running", "save"): Row("saving", "saved", 14, 18510),
    ("paused", "save"): Row("saving", "saved", 14, 18510),
    ("running", "pause"): Row("pausing", "paused", 26, 18516),
    ("running", "shut down"): Row("stopping", "off", 16, 18504),
    ("running", "reset"): Row("running", "running", 28, 18512),
    ("running", "reboot"): Row("running", "running", 29, 18514),
}
CASES = [
    pytest.param(namespace, state, request, id=f"{namespace.rpartition('/')[2]}-{state}-{request}")
    for namespace in (V1, V2)
    for state in WAYS
    for request in REQUESTS
    if REQUESTS[request][namespace] is not None
]


class Manual:
    """Time moves when the test says so."""

    def __init__(self):
        self.wmi = Wmi(profile_of("2012"))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def wait(self, seconds):
        self.wmi.advance(seconds)


class Frozen:
    """The host follows the standard clock, which freezegun holds."""

    def __enter__(self):
        self.freezer = freeze_time(START.replace(tzinfo=None))
        self.time = self.freezer.start()
        self.wmi = Wmi(profile_of("2012"))
        self.wmi.host = Host(profile_of("2012"), clock_mode="real")
        self.wmi.service = WmiService(self.wmi.host)
        return self

    def __exit__(self, *_):
        self.freezer.stop()

    def wait(self, seconds):
        self.time.tick(timedelta(seconds=seconds))


def events(host):
    with host.looking():
        return [entry.event_id for entry in host.event_log.entries(WORKER.log)]


@pytest.mark.parametrize("clock", [Manual, Frozen])
@pytest.mark.parametrize(("namespace", "state", "request_name"), CASES)
def test_a_request_in_a_state(clock, namespace, state, request_name):
    with clock() as time:
        wmi = time.wmi
        vm = wmi.one
        time.wait(60)  # the guest has booted
        for step in WAYS[state]:
            if step == "wait":
                time.wait(10)
            else:
                getattr(vm, step)()
        shown = wmi.machine(vm, namespace)
        assert shown.value("EnabledState") == NUMBERS[state][namespace]
        before = events(wmi.host)
        row = TABLE.get((state, request_name))
        asked = REQUESTS[request_name][namespace]
        result = wmi[namespace].invoke(shown, "RequestStateChange", {"RequestedState": asked})
        if row is None:
            assert (result.return_value, result.out) == (32775, {"Job": None})
            assert wmi.machine(vm, namespace).value("EnabledState") == NUMBERS[state][namespace]
            assert events(wmi.host) == before
            return
        assert result.return_value == 4096
        job = wmi[namespace].find(result.out["Job"])
        assert job.value("JobState") == 4
        if namespace == V2:
            assert job.value("JobType") == row.job_type
        assert wmi.machine(vm, namespace).value("EnabledState") == NUMBERS[row.via][namespace]
        time.wait(10)
        job = wmi[namespace].find(result.out["Job"])
        assert (job.value("JobState"), job.value("ErrorCode")) == (7, 0)
        assert wmi.machine(vm, namespace).value("EnabledState") == NUMBERS[row.final][namespace]
        assert wmi.machine(vm, namespace).value("RequestedState") == 12
        assert events(wmi.host)[len(before) :] == [row.event]
