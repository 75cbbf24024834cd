# ruff: noqa: S608  WQL is no SQL
"""Asking machines for states, jobs, and the codes that come back."""

import pytest
from host.restarting import restart

from emulator.cim.cim_xml import parse_instance
from emulator.host import VirtualMachineState as State

V1, V2 = "root/virtualization", "root/virtualization/v2"


def request(wmi, vm, state, namespace=V2):
    return wmi[namespace].invoke(
        wmi.machine(vm, namespace), "RequestStateChange", {"RequestedState": str(state)}
    )


def job_of(wmi, result, namespace=V2):
    return wmi[namespace].find(result.out["Job"])


#: namespace, from, RequestedState, EnabledState on the way, at the end, JobType, description
TRANSITIONS = [
    (V2, "off", 2, 10, 2, 12, "Initializing and Starting Virtual Machine"),
    (V2, "running", 3, 4, 3, 13, "Turning Off Virtual Machine"),
    (V2, "running", 6, 32773, 6, 14, "Saving Virtual Machine"),
    (V2, "saved", 2, 10, 2, 15, "Initializing and Restoring Virtual Machine"),
    (V2, "running", 9, 32776, 9, 26, "Pausing Virtual Machine"),
    (V2, "paused", 2, 32777, 2, 27, "Resuming Virtual Machine"),
    (V2, "running", 11, 2, 2, 28, "Resetting Virtual Machine"),
    (V2, "running", 10, 2, 2, 29, "Rebooting Virtual Machine"),
    (V1, "off", 2, 32770, 2, None, "Initializing and Starting Virtual Machine"),
    (V1, "running", 3, 32774, 3, None, "Turning Off Virtual Machine"),
    (V1, "running", 32769, 32773, 32769, None, "Saving Virtual Machine"),
    (V1, "saved", 2, 32770, 2, None, "Initializing and Restoring Virtual Machine"),
    (V1, "running", 32768, 32776, 32768, None, "Pausing Virtual Machine"),
    (V1, "paused", 2, 32777, 2, None, "Resuming Virtual Machine"),
    (V1, "running", 10, 2, 2, None, "Resetting Virtual Machine"),
]


@pytest.mark.parametrize(("namespace", "before", "asked", "via", "after", "job_type", "text"), TRANSITIONS)
def test_a_transition_is_a_job_with_the_states_of_the_namespace(
    make_wmi, namespace, before, asked, via, after, job_type, text
):
    wmi = make_wmi("2012")  # has both namespaces
    vm = wmi.one
    {"off": vm.turn_off, "saved": vm.save, "paused": vm.pause, "running": lambda: None}[before]()
    wmi.advance(10)
    result = request(wmi, vm, asked, namespace)
    assert result.return_value == 4096
    job = job_of(wmi, result, namespace)
    assert (job.value("JobState"), job.value("Description")) == (4, text)
    assert wmi.machine(vm, namespace).value("EnabledState") == via
    assert wmi.machine(vm, namespace).value("RequestedState") == asked
    if job_type is not None:
        assert job.value("JobType") == job_type
    wmi.advance(5)
    assert (job.value("JobState"), job.value("PercentComplete")) == (7, 100)
    assert wmi.machine(vm, namespace).value("EnabledState") == after
    assert wmi.machine(vm, namespace).value("RequestedState") == 12


@pytest.mark.parametrize(
    ("machine", "asked", "code"),
    [
        ("one", 2, 32775),
        ("two", 3, 32775),
        ("two", 9, 32775),
        ("two", 11, 32775),
        ("one", 77, 32773),
        ("one", 0, 32773),
    ],
)
def test_a_state_that_cannot_be_reached_is_refused_at_once(wmi, machine, asked, code):
    result = request(wmi, getattr(wmi, machine), asked)
    assert (result.return_value, result.out) == (code, {"Job": None})


def test_the_older_namespace_resets_whatever_the_guest_does(make_wmi):
    wmi = make_wmi("2012")
    wmi.one.guest.hang()
    assert request(wmi, wmi.one, 11, V1).return_value == 32770
    assert request(wmi, wmi.one, 10, V1).return_value == 4096
    wmi.advance(60)
    assert wmi.one.guest.is_ready


def test_a_machine_in_transition_refuses_another_request(wmi):
    assert request(wmi, wmi.two, 2).return_value == 4096
    assert request(wmi, wmi.two, 3).return_value == 32775


def test_both_namespaces_show_the_same_machine(make_wmi):
    wmi = make_wmi("2012")
    request(wmi, wmi.one, 32769, V1)
    wmi.advance(5)
    assert wmi.machine(wmi.one, V2).value("EnabledState") == 6
    assert wmi.machine(wmi.one, V1).value("EnabledState") == 32769


def test_a_start_without_hypervisor_fails_in_the_job(wmi):
    wmi.host.hypervisor.set_launch_type("off")
    restart(wmi.host)
    result = request(wmi, wmi.two, 2)
    assert result.return_value == 4096
    wmi.advance(5)
    job = job_of(wmi, result)
    assert (job.value("JobState"), job.value("ErrorCode")) == (10, 32788)
    assert "hypervisor is not running" in job.value("ErrorDescription")
    error = wmi[V2].invoke(job, "GetError", {})
    assert error.return_value == 0
    message = parse_instance(error.out["Error"], wmi[V2].schema)
    assert message.declaration.name == "Msvm_Error"
    assert message.value("Message") == job.value("ErrorDescription")
    assert len(wmi[V2].invoke(job, "GetErrorEx", {}).out["Errors"]) == 1


def test_a_job_without_error_has_none_to_give(wmi):
    result = request(wmi, wmi.two, 2)
    assert wmi[V2].invoke(job_of(wmi, result), "GetError", {}).out == {"Error": None}


def test_reading_an_unfinished_job_with_the_fast_clock_ends_it_soon(make_wmi):
    wmi = make_wmi("2022", clock="fast")
    result = request(wmi, wmi.two, 2)
    text = f"SELECT * FROM Msvm_ConcreteJob WHERE InstanceID = '{result.out['Job'].key('InstanceID')}'"
    states = [wmi[V2].query(text).instances[0].value("JobState") for _ in range(3)]
    assert states[-1] == 7
    assert wmi.two.state is State.RUNNING


def test_a_job_is_gone_five_minutes_after_its_end(wmi):
    result = request(wmi, wmi.two, 2)
    wmi.advance(299)
    assert len(wmi[V2].instances("Msvm_ConcreteJob")) == 1
    wmi.advance(3)
    assert wmi[V2].instances("Msvm_ConcreteJob") == []
    assert result.out["Job"].class_name == "Msvm_ConcreteJob"


def test_the_host_itself_cannot_be_asked_for_a_state(wmi):
    host = wmi[V2].resolve("Msvm_ComputerSystem", {"Name": "hvhost1"})
    assert wmi[V2].invoke(host, "RequestStateChange", {"RequestedState": 3}).return_value == 32770


def shutdown(wmi, vm, **arguments):
    component = wmi[V2].resolve("Msvm_ShutdownComponent", {"SystemName": vm.id})
    return wmi[V2].invoke(component, "InitiateShutdown", arguments).return_value


def test_a_shutdown_answers_at_once_and_the_machine_goes_down(wmi):
    assert shutdown(wmi, wmi.one, Force="False", Reason="Planned shutdown") == 0
    assert wmi.machine(wmi.one).value("EnabledState") == 4
    assert shutdown(wmi, wmi.one, Force=True, Reason="again") == 32782
    wmi.advance(30)
    assert wmi.machine(wmi.one).value("EnabledState") == 3


def test_a_shutdown_needs_a_guest_that_answers(wmi):
    assert shutdown(wmi, wmi.two, Force=False, Reason="") == 32775
    wmi.one.guest.locked = True
    assert shutdown(wmi, wmi.one, Force=False, Reason="") == 32781
    wmi.two.start()
    wmi.advance(5)
    assert shutdown(wmi, wmi.two, Force=False, Reason="") == 32780


@pytest.mark.parametrize(("state", "status"), [("running", 2), ("off", 12), ("hung", 13), ("paused", 15)])
def test_the_heartbeat_says_what_the_guest_answers(wmi, state, status):
    vm = wmi.one
    {"running": lambda: None, "off": vm.turn_off, "hung": vm.guest.hang, "paused": vm.pause}[state]()
    wmi.advance(5)
    heartbeat = wmi[V2].resolve("Msvm_HeartbeatComponent", {"SystemName": vm.id})
    assert heartbeat.value("OperationalStatus") == [status]


def test_a_running_guest_publishes_its_facts(wmi):
    exchange = wmi[V2].resolve("Msvm_KvpExchangeComponent", {"SystemName": wmi.one.id})
    items = [parse_instance(text, wmi[V2].schema) for text in exchange.value("GuestIntrinsicExchangeItems")]
    facts = {item.value("Name"): item.value("Data") for item in items}
    assert facts["FullyQualifiedDomainName"] == "ONE"
    assert "192.0.2.21" in facts["NetworkAddressIPv4"]
    off = wmi[V2].resolve("Msvm_KvpExchangeComponent", {"SystemName": wmi.two.id})
    assert off.value("GuestIntrinsicExchangeItems") == []


def test_the_time_of_a_running_machine_grows(wmi):
    before = wmi.machine(wmi.one).value("OnTimeInMilliseconds")
    wmi.advance(60)
    assert wmi.machine(wmi.one).value("OnTimeInMilliseconds") == before + 60_000
    assert wmi.machine(wmi.two).value("OnTimeInMilliseconds") == 0
    assert wmi.machine(wmi.two).value("ProcessID") is None
    assert wmi.machine(wmi.two).value("InstallDate").year == 1601
