"""WMI events of instances: what is raised, when, with which values, and what it costs."""

# ruff: noqa: S608 -- WQL, put together from constants

from __future__ import annotations

import itertools
from datetime import timedelta

import pytest

from emulator.cim.errors import (
    InvalidClass,
    InvalidQuery,
    NotEventClass,
    NotSupported,
    QuotaViolation,
    RegistrationTooBroad,
    RegistrationTooPrecise,
    UnparsableQuery,
)
from emulator.host.network.virtual_switch import SwitchKind
from emulator.wmi.events import MAXIMUM_QUEUED, Dropped

V1 = "root/virtualization"
V2 = "root/virtualization/v2"
CIMV2 = "root/cimv2"
MACHINES = "TargetInstance ISA 'Msvm_ComputerSystem'"
STATE_CHANGES = (
    f"SELECT * FROM __InstanceModificationEvent WHERE {MACHINES} "
    "AND TargetInstance.EnabledState <> PreviousInstance.EnabledState"
)


@pytest.fixture
def two(wmi):
    """The machine that is off, whatever its name becomes."""
    return wmi.two


def taken(wmi, subscription, maximum=1000):
    with wmi.host.looking():
        return subscription.take(maximum)


def start(wmi, program, **facts):
    with wmi.host.looking():
        return wmi.host.processes.start(program, **facts)


def end(wmi, process):
    with wmi.host.looking():
        wmi.host.processes.end(process.id)


def kinds(events):
    """(class of the event, class of its target) of each event."""
    return [(event.declaration.name, event.value("TargetInstance").declaration.name) for event in events]


def states(events, name="EnabledState"):
    return [
        (event.value("PreviousInstance").value(name), event.value("TargetInstance").value(name))
        for event in events
    ]


def test_a_start_shows_every_state_with_the_values_before_and_after(wmi, two):
    subscription = wmi[V2].subscribe(STATE_CHANGES)
    two.start()
    wmi.advance(60)
    events = taken(wmi, subscription)
    assert states(events) == [(3, 10), (10, 2)]
    assert [event.value("TargetInstance").value("ElementName") for event in events] == ["two", "two"]


def test_a_leap_of_the_clock_raises_each_event_at_its_own_time(wmi, two):
    subscription = wmi[V2].subscribe(STATE_CHANGES)
    began = wmi.host.clock.now()
    two.start()
    wmi.advance(3600)
    first, second = (event.value("TIME_CREATED") for event in taken(wmi, subscription))
    assert timedelta(microseconds=(second - first) // 10) == timedelta(seconds=1.27)
    assert (first - 116_444_736_000_000_000) / 1e7 == pytest.approx(began.timestamp())


def test_events_hold_values_and_not_the_machine(wmi, two):
    subscription = wmi[V2].subscribe(
        f"SELECT * FROM __InstanceModificationEvent WHERE {MACHINES} AND TargetInstance.ElementName = 'new'"
    )
    two.configure(name="new")
    two.configure(name="newer")
    (event,) = taken(wmi, subscription)
    assert states([event], "ElementName") == [("two", "new")]
    assert str(event.value("TargetInstance").path) == str(wmi.machine(two).path)


def test_a_job_is_created_changes_its_state_and_leaves(wmi, two):
    subscription = wmi[V2].subscribe(
        "SELECT * FROM __InstanceOperationEvent WHERE TargetInstance ISA 'CIM_ConcreteJob'"
    )
    two.start()
    wmi.advance(1000)
    events = taken(wmi, subscription)
    assert [event.declaration.name for event in events] == [
        "__InstanceCreationEvent",
        "__InstanceModificationEvent",
        "__InstanceDeletionEvent",
    ]
    assert [event.value("TargetInstance").value("JobState") for event in events] == [4, 7, 7]


def test_watching_jobs_does_not_let_the_fast_clock_leap(make_wmi):
    wmi = make_wmi("2022", "fast")
    subscription = wmi[V2].subscribe(
        "SELECT * FROM __InstanceOperationEvent WHERE TargetInstance ISA 'CIM_Job'"
    )
    job = wmi.two.start()
    assert not job.finished
    assert [name for name, _ in kinds(taken(wmi, subscription))] == ["__InstanceCreationEvent"]


def test_percentages_and_uptimes_raise_no_events(wmi):
    subscription = wmi[V2].subscribe(
        "SELECT * FROM __InstanceModificationEvent WHERE TargetInstance ISA 'CIM_ManagedElement'"
    )
    wmi.advance(3600)
    assert taken(wmi, subscription) == []


def test_machines_are_created_and_deleted_with_everything_in_them(wmi):
    machines = wmi[V2].subscribe(f"SELECT * FROM __InstanceOperationEvent WHERE {MACHINES}")
    memory = wmi[V2].subscribe(
        "SELECT * FROM __InstanceOperationEvent WHERE TargetInstance ISA 'Msvm_MemorySettingData'"
    )
    vm = wmi.host.virtual_machines.create("three")
    wmi.host.virtual_machines.destroy(vm)
    wmi.advance(5)
    names = [name for name, _ in kinds(taken(wmi, machines))]
    assert names[0] == "__InstanceCreationEvent"
    assert names[-1] == "__InstanceDeletionEvent"
    assert set(names[1:-1]) <= {"__InstanceModificationEvent"}
    assert [name for name, _ in kinds(taken(wmi, memory))] == [
        "__InstanceCreationEvent",
        "__InstanceDeletionEvent",
    ]


def test_settings_and_parts_raise_events_of_their_own_classes_only(wmi, two):
    memory = wmi[V2].subscribe(
        "SELECT * FROM __InstanceModificationEvent WHERE TargetInstance ISA 'Msvm_MemorySettingData'"
    )
    processors = wmi[V2].subscribe(
        "SELECT * FROM __InstanceModificationEvent WHERE TargetInstance ISA 'Msvm_ProcessorSettingData'"
    )
    two.processor.configure(count=4)
    assert taken(wmi, memory) == []
    assert states(taken(wmi, processors), "VirtualQuantity") == [(1, 4)]


def test_a_part_that_is_added_and_removed(wmi, two):
    subscription = wmi[V2].subscribe(
        "SELECT * FROM __InstanceOperationEvent WHERE TargetInstance ISA 'Msvm_SyntheticEthernetPortSettingData'"
    )
    adapter = two.devices.add_network_adapter()
    two.devices.remove_network_adapter(adapter)
    assert [name for name, _ in kinds(taken(wmi, subscription))] == [
        "__InstanceCreationEvent",
        "__InstanceDeletionEvent",
    ]


def test_switches(wmi):
    subscription = wmi[V2].subscribe(
        "SELECT * FROM __InstanceOperationEvent WHERE TargetInstance ISA 'Msvm_VirtualEthernetSwitch'"
    )
    switch = wmi.host.virtual_switches.create("New", SwitchKind.PRIVATE)
    wmi.host.virtual_switches.remove(switch)
    events = taken(wmi, subscription)
    assert [name for name, _ in kinds(events)][::2][:1] == ["__InstanceCreationEvent"]
    assert kinds(events)[-1] == ("__InstanceDeletionEvent", "Msvm_VirtualEthernetSwitch")


def test_the_old_namespace_has_events_with_its_own_values(make_wmi):
    wmi = make_wmi("2008R2")
    subscription = wmi[V1].subscribe(STATE_CHANGES)
    wmi.two.start()
    wmi.advance(60)
    assert states(taken(wmi, subscription)) == [(3, 32770), (32770, 2)]


def test_an_operation_that_changes_nothing_raises_nothing(wmi, two):
    subscription = wmi[V2].subscribe(f"SELECT * FROM __InstanceOperationEvent WHERE {MACHINES}")
    two.configure(name="two")
    assert taken(wmi, subscription) == []


def test_a_setting_of_the_host_that_machines_show_changes_them(wmi):
    subscription = wmi[V2].subscribe(
        f"SELECT * FROM __InstanceModificationEvent WHERE {MACHINES} "
        "AND TargetInstance.EnhancedSessionModeState <> PreviousInstance.EnhancedSessionModeState"
    )
    wmi.host.settings.configure(enhanced_session_mode=not wmi.host.settings.enhanced_session_mode)
    assert len(taken(wmi, subscription)) == len(list(wmi.host.virtual_machines))


# Names of events.


def test_dmtf_names_of_events(wmi):
    subscription = wmi[CIMV2].subscribe(
        "SELECT * FROM CIM_InstCreation WITHIN 1 WHERE TargetInstance ISA 'Win32_Process'"
    )
    start(wmi, "notepad.exe")
    wmi.advance(1)
    assert kinds(taken(wmi, subscription)) == [("__InstanceCreationEvent", "Win32_Process")]


@pytest.mark.parametrize(
    ("condition", "names"),
    [
        ("TargetInstance ISA 'Msvm_ProcessorSettingData' OR TargetInstance ISA 'Msvm_MemorySettingData'", 2),
        ("TargetInstance.__CLASS = 'Msvm_ProcessorSettingData'", 1),
        ("(TargetInstance ISA 'CIM_SettingData' AND TargetInstance ISA 'Msvm_MemorySettingData')", 1),
        ("PreviousInstance ISA 'Msvm_ProcessorSettingData'", 1),
    ],
)
def test_conditions_that_name_the_class(wmi, two, condition, names):
    subscription = wmi[V2].subscribe(f"SELECT * FROM __InstanceModificationEvent WHERE {condition}")
    two.processor.configure(count=2)
    two.memory.configure(startup=1 << 30)
    events = taken(wmi, subscription)
    assert len({name for _, name in kinds(events)}) == names


def test_selected_properties_are_known_to_the_renderer(wmi):
    subscription = wmi[V2].subscribe(
        f"SELECT targetinstance, TargetInstance.Name FROM __InstanceModificationEvent WHERE {MACHINES}"
    )
    assert subscription.query.properties == ("TargetInstance",)


# Polling.


def test_polling_sees_what_changed_since_the_last_poll(wmi):
    subscription = wmi[CIMV2].subscribe(
        "SELECT * FROM __InstanceOperationEvent WITHIN 10 WHERE TargetInstance ISA 'Win32_Process' "
        "AND TargetInstance.Name = 'notepad.exe'"  # other processes use the processor
    )
    process = start(wmi, "notepad.exe")
    wmi.advance(9)
    assert taken(wmi, subscription) == []
    wmi.advance(1)
    assert [name for name, _ in kinds(taken(wmi, subscription))] == ["__InstanceCreationEvent"]
    end(wmi, process)
    wmi.advance(10)
    (event,) = taken(wmi, subscription)
    assert event.declaration.name == "__InstanceDeletionEvent"
    assert event.value("TargetInstance").value("Name") == "notepad.exe"


def test_what_comes_and_goes_between_two_polls_is_unseen(wmi):
    subscription = wmi[CIMV2].subscribe(
        "SELECT * FROM __InstanceOperationEvent WITHIN 10 WHERE TargetInstance ISA 'Win32_Process' "
        "AND TargetInstance.Name = 'notepad.exe'"  # other processes use the processor
    )
    process = start(wmi, "notepad.exe")
    wmi.advance(5)
    end(wmi, process)
    wmi.advance(60)
    assert taken(wmi, subscription) == []


def test_changes_of_one_polling_interval_are_one_event(wmi):
    subscription = wmi[CIMV2].subscribe(
        "SELECT * FROM __InstanceModificationEvent WITHIN 10 WHERE TargetInstance ISA 'Win32_Service' "
        "AND TargetInstance.Name = 'vmms'"
    )
    service = wmi.host.services.get("vmms")
    service.stop()
    wmi.advance(5)
    service.start()
    wmi.advance(4)
    service.stop()
    wmi.advance(10)
    events = taken(wmi, subscription)
    assert states(events, "State") == [("Running", "Stopped")]


def test_polling_sees_values_that_time_alone_moves(wmi):
    subscription = wmi[CIMV2].subscribe(
        "SELECT * FROM __InstanceModificationEvent WITHIN 60 WHERE TargetInstance ISA 'Win32_OperatingSystem'"
    )
    wmi.advance(180)
    times = [event.value("TargetInstance").value("LocalDateTime") for event in taken(wmi, subscription)]
    assert [later - earlier for earlier, later in itertools.pairwise(times)] == [
        timedelta(minutes=1),
        timedelta(minutes=1),
    ]


def test_a_year_without_a_reader_costs_no_year_of_polls(wmi):
    subscription = wmi[CIMV2].subscribe(
        "SELECT * FROM __InstanceModificationEvent WITHIN 1 WHERE TargetInstance ISA 'Win32_OperatingSystem'"
    )
    wmi.advance(366 * 86400)
    assert wmi.host.clock.next_event() is None
    assert len(taken(wmi, subscription, 5000)) <= MAXIMUM_QUEUED + 1
    wmi.advance(2)
    assert taken(wmi, subscription)


def test_without_changes_there_are_no_polls(wmi):
    before = wmi.host.clock.next_event()
    wmi[CIMV2].subscribe(
        "SELECT * FROM __InstanceCreationEvent WITHIN 1 WHERE TargetInstance ISA 'Win32_Process'"
    )
    assert wmi.host.clock.next_event() == before


def test_associations_are_polled(wmi, two):
    subscription = wmi[V2].subscribe(
        "SELECT * FROM __InstanceOperationEvent WITHIN 1 WHERE TargetInstance ISA 'Msvm_SystemDevice'"
    )
    wmi.advance(5)
    assert taken(wmi, subscription) == []
    two.start()
    wmi.advance(5)
    assert {name for name, _ in kinds(taken(wmi, subscription))} == {"__InstanceCreationEvent"}


# Extrinsic events.


def test_process_traces(wmi, two):
    started = wmi[CIMV2].subscribe("SELECT * FROM Win32_ProcessStartTrace WHERE ProcessName = 'vmwp.exe'")
    every = wmi[CIMV2].subscribe("SELECT * FROM Win32_ProcessTrace")
    two.start()
    wmi.advance(5)
    (event,) = taken(wmi, started)
    assert event.value("ProcessID") == two.process_id
    assert event.value("ParentProcessID") > 0
    two.turn_off()
    wmi.advance(5)
    assert [event.declaration.name for event in taken(wmi, every)] == [
        "Win32_ProcessStartTrace",
        "Win32_ProcessStopTrace",
    ]


def test_a_trace_of_a_local_account_has_its_sid(wmi):
    subscription = wmi[CIMV2].subscribe("SELECT * FROM Win32_ProcessStartTrace")
    account = wmi.host.accounts.find("Administrator")
    start(wmi, "notepad.exe", account=account.qualified_name)
    (event,) = taken(wmi, subscription)
    sid = bytes(event.value("Sid"))
    assert sid[:2] == bytes((1, account.sid.count("-") - 2))
    assert int.from_bytes(sid[-4:], "little") == int(account.sid.rpartition("-")[2])


# Groups.


def test_a_group_counts_and_shows_its_first_event(wmi, two):
    subscription = wmi[V2].subscribe(
        f"SELECT * FROM __InstanceModificationEvent WHERE {MACHINES} GROUP WITHIN 10 HAVING NumberOfEvents > 2"
    )
    for name in ("a", "b", "c"):
        two.configure(name=name)
    wmi.advance(9)
    assert taken(wmi, subscription) == []
    wmi.advance(1)
    (event,) = taken(wmi, subscription)
    assert event.declaration.name == "__AggregateEvent"
    assert event.value("NumberOfEvents") == 3
    assert event.value("Representative").value("TargetInstance").value("ElementName") == "a"


def test_a_group_that_having_refuses_is_not_shown(wmi, two):
    subscription = wmi[V2].subscribe(
        f"SELECT * FROM __InstanceModificationEvent WHERE {MACHINES} GROUP WITHIN 10 HAVING NumberOfEvents > 2"
    )
    two.configure(name="a")
    wmi.advance(20)
    assert taken(wmi, subscription) == []


def test_a_group_for_each_value(wmi, two):
    subscription = wmi[V2].subscribe(
        f"SELECT * FROM __InstanceModificationEvent WHERE {MACHINES} GROUP WITHIN 1 BY TargetInstance.Name"
    )
    one = wmi.one
    one.configure(notes="x")
    one.configure(name="a")
    two.configure(name="b")
    wmi.advance(1)
    found = {
        event.value("Representative").value("TargetInstance").value("Name"): event.value("NumberOfEvents")
        for event in taken(wmi, subscription)
    }
    assert found[two.id] == 1
    assert set(found) == {one.id, two.id}


# What is refused.


@pytest.mark.parametrize(
    ("namespace", "query", "error"),
    [
        (V2, "nonsense", UnparsableQuery),
        (V2, "ASSOCIATORS OF {Msvm_ComputerSystem.Name='x'}", UnparsableQuery),
        (V2, "SELECT * FROM Msvm_ComputerSystem", NotEventClass),
        (V2, "SELECT * FROM No_Such_Event", InvalidClass),
        (V2, "SELECT * FROM __InstanceCreationEvent", RegistrationTooBroad),
        (V2, "SELECT * FROM __InstanceCreationEvent WITHIN 5", RegistrationTooBroad),
        (V2, f"SELECT * FROM __InstanceCreationEvent WHERE NOT {MACHINES}", RegistrationTooBroad),
        (V2, "SELECT * FROM __InstanceCreationEvent WHERE TargetInstance ISA 'No_Such'", InvalidClass),
        (V2, f"SELECT * FROM __InstanceCreationEvent WITHIN 0.0001 WHERE {MACHINES}", InvalidQuery),
        (
            V2,
            f"SELECT * FROM __InstanceCreationEvent WHERE {MACHINES} AND TargetInstance.Nome = 'x'",
            InvalidQuery,
        ),
        (
            V2,
            f"SELECT * FROM __InstanceCreationEvent WHERE {MACHINES} HAVING NumberOfEvents > 1",
            UnparsableQuery,
        ),
        (
            V2,
            f"SELECT * FROM __InstanceCreationEvent WHERE {MACHINES} GROUP WITHIN 1 HAVING Number > 1",
            InvalidQuery,
        ),
        (V2, f"SELECT * FROM __InstanceCreationEvent WHERE {MACHINES} AND Nome = 'x'", InvalidQuery),
        (
            CIMV2,
            "SELECT * FROM __InstanceCreationEvent WHERE TargetInstance ISA 'Win32_Process'",
            RegistrationTooPrecise,
        ),
        (CIMV2, "SELECT * FROM Win32_VolumeChangeEvent", NotSupported),
        (CIMV2, "SELECT * FROM __TimerEvent WHERE TimerId = 'x'", NotSupported),
    ],
)
def test_a_wrong_query_is_refused_and_leaves_nothing_behind(wmi, namespace, query, error):
    with pytest.raises(error) as caught:
        wmi[namespace].subscribe(query)
    assert type(caught.value) is error
    assert wmi.host.observers == []
    assert wmi.host.step_observers == []


def test_more_objects_than_a_watch_may_remember_are_a_quota(wmi, monkeypatch):
    monkeypatch.setattr("emulator.wmi.events.watch.MAXIMUM_WATCHED", 2)
    with pytest.raises(QuotaViolation):
        wmi[V2].subscribe(
            "SELECT * FROM __InstanceCreationEvent WHERE TargetInstance ISA 'CIM_ManagedElement'"
        )
    assert wmi.host.observers == wmi.host.step_observers == []


def test_events_that_are_not_emulated_are_a_gap(wmi):
    with pytest.raises(NotSupported):
        wmi[CIMV2].subscribe("SELECT * FROM Win32_VolumeChangeEvent")
    assert "root/cimv2:Win32_VolumeChangeEvent (events)" in wmi.host.gaps.counts("wmi")


# Costs and bounds.


def test_nothing_watches_when_nobody_subscribes(wmi, two):
    first = wmi[V2].subscribe(STATE_CHANGES)
    second = wmi[V2].subscribe(f"SELECT * FROM __InstanceCreationEvent WHERE {MACHINES}")
    assert len(wmi.host.observers) == len(wmi.host.step_observers) == 1
    first.close()
    first.close()
    assert len(wmi.host.observers) == 1
    second.close()
    assert wmi.host.observers == wmi.host.step_observers == []
    two.start()
    assert taken(wmi, first) == []


def test_a_change_costs_a_look_at_the_changed_object_alone(wmi, two, monkeypatch):
    for number in range(50):
        wmi.host.virtual_machines.create(f"vm{number}")
    wmi[V2].subscribe(STATE_CHANGES)
    reads = []
    view = next(
        v for v in wmi[V2].views_of(wmi[V2].schema.find("Msvm_ComputerSystem")) if hasattr(v, "EnabledState")
    )
    original = type(view).read
    monkeypatch.setattr(
        type(view), "read", lambda self, item, name: reads.append(item) or original(self, item, name)
    )
    two.configure(name="other")
    assert {item for item in reads if item is not wmi.host} == {two}


def test_a_subscriber_that_does_not_read_loses_events_and_hears_how_many(wmi, two):
    subscription = wmi[V2].subscribe(f"SELECT * FROM __InstanceModificationEvent WHERE {MACHINES}")
    for number in range(MAXIMUM_QUEUED + 7):
        two.configure(name=f"n{number}")
    events = taken(wmi, subscription, 5000)
    assert len(events) == MAXIMUM_QUEUED + 1
    assert events[-1] == Dropped(7)
    two.configure(name="again")
    (event,) = taken(wmi, subscription)
    assert event.value("TargetInstance").value("ElementName") == "again"


def test_an_abandoned_subscription_ends_when_its_queue_is_full(wmi, two):
    subscription = wmi[V2].subscribe(f"SELECT * FROM __InstanceModificationEvent WHERE {MACHINES}")
    subscription.is_abandoned = lambda: True
    for number in range(MAXIMUM_QUEUED + 1):
        two.configure(name=f"n{number}")
    assert subscription.is_closed
    assert wmi.host.observers == []


def test_events_put_back_come_again_in_order(wmi, two):
    subscription = wmi[V2].subscribe(f"SELECT * FROM __InstanceModificationEvent WHERE {MACHINES}")
    for name in ("a", "b", "c"):
        two.configure(name=name)
    events = taken(wmi, subscription)
    subscription.put_back(events)
    assert taken(wmi, subscription) == events


def test_an_observer_that_fails_breaks_no_operation(wmi, two, monkeypatch, caplog):
    wmi[V2].subscribe(STATE_CHANGES)
    monkeypatch.setattr("emulator.wmi.events.watch.ViewWatch.compare_owner", lambda *_, **__: 1 / 0)
    two.configure(name="still works")
    assert two.name == "still works"
    assert "watching Msvm_ComputerSystem failed" in caplog.text


def test_a_poll_that_fails_breaks_no_clock(wmi, monkeypatch, caplog):
    wmi[CIMV2].subscribe(
        "SELECT * FROM __InstanceCreationEvent WITHIN 1 WHERE TargetInstance ISA 'Win32_Process'"
    )
    monkeypatch.setattr("emulator.wmi.events.watch.ViewWatch.compare", lambda *_: 1 / 0)
    start(wmi, "notepad.exe")
    wmi.advance(5)
    assert "polling Win32_Process failed" in caplog.text


def test_a_reset_raises_no_events_and_watching_goes_on(wmi, two):
    subscription = wmi[V2].subscribe(STATE_CHANGES)
    two.configure(name="other")
    wmi.host.reset()
    assert taken(wmi, subscription) == []
    wmi.two.start()
    wmi.advance(60)
    assert states(taken(wmi, subscription)) == [(3, 10), (10, 2)]


def test_two_subscribers_get_the_same_event(wmi, two):
    first, second = (wmi[V2].subscribe(STATE_CHANGES) for _ in range(2))
    two.start()
    assert taken(wmi, first)[0] is taken(wmi, second)[0]


def test_a_waiter_wakes_with_the_event(make_wmi):
    wmi = make_wmi("2022", "real")
    subscription = wmi[V2].subscribe(STATE_CHANGES)
    wmi.two.start()
    assert wmi.host.wait_for(lambda: subscription.pending >= 2, 10, skip_time=False)
