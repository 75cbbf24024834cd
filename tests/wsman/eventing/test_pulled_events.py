"""WS-Eventing over the emulator's own machine: Subscribe, Pull, and how subscriptions end."""

# ruff: noqa: S608 -- WQL, put together from constants

from __future__ import annotations

import threading
import time
from datetime import timedelta

import pytest
from wsman.eventing.event_client import (
    CIMV2,
    EVENTING,
    MACHINES,
    MODIFIED,
    NAMES,
    V2,
    E,
    identifier,
    names,
)

from emulator.wmi.events import MAXIMUM_QUEUED


def test_a_subscription_answers_its_manager_and_the_first_context(events):
    reply = events.subscribe()
    assert reply.status == 200
    assert reply.action == EVENTING + "SubscribeResponse"
    assert reply.value("//e:SubscribeResponse/e:SubscriptionManager/a:Address", e=E) == "http://hv:5985/wsman"
    assert reply.value("//a:ReferenceProperties/w:ResourceURI") == V2 + "*"
    assert len(identifier(reply)) == 36
    assert reply.value("//e:SubscribeResponse/e:Expires", e=E) == "PT0.000S"
    assert reply.context.startswith("uuid:")


def test_events_are_pulled_as_instances_with_embedded_objects(events, vm):
    context = events.subscribe().context
    vm.configure(name="n1")
    reply = events.pull(context)
    assert names(reply) == ["n1"]
    event = reply.one("//n:Items/p:__InstanceModificationEvent", p=MODIFIED)
    assert (
        event.get("{http://www.w3.org/2001/XMLSchema-instance}type") == "p:__InstanceModificationEvent_Type"
    )
    kind = reply.one("//p:PreviousInstance", p=MODIFIED).get(
        "{http://www.w3.org/2001/XMLSchema-instance}type"
    )
    assert kind.endswith(":Msvm_ComputerSystem_Type")
    assert (
        reply.value("//p:PreviousInstance/m:ElementName", p=MODIFIED, m=V2 + "Msvm_ComputerSystem") == "one"
    )
    assert not reply.all("//n:EndOfSequence")


def test_one_event_a_pull_unless_more_are_asked_for(events, vm):
    context = events.subscribe().context
    for name in ("n1", "n2", "n3", "n4"):
        vm.configure(name=name)
    first = events.pull(context)
    assert names(first) == ["n1"]
    assert names(events.pull(first.context, "<n:MaxElements>10</n:MaxElements>")) == ["n2", "n3", "n4"]


def test_a_context_serves_one_pull(events, vm):
    context = events.subscribe().context
    vm.configure(name="n1")
    events.pull(context)
    assert events.pull(context, timeout="PT0.1S").code == 2150858779


def test_a_pull_without_events_times_out_and_can_be_repeated(events, vm):
    context = events.subscribe().context
    before = time.monotonic()
    reply = events.pull(context, timeout="PT0.2S")
    assert (reply.code, reply.subcode) == (2150858793, "w:TimedOut")
    assert time.monotonic() - before >= 0.2
    vm.configure(name="n1")
    assert names(events.pull(context)) == ["n1"]


def test_max_time_is_a_shorter_wait(events):
    context = events.subscribe().context
    assert events.pull(context, "<n:MaxTime>PT0.1S</n:MaxTime>").code == 2150858793


def test_a_blocked_pull_answers_when_the_event_comes(events, vm):
    context = events.subscribe().context
    timer = threading.Timer(0.2, lambda: vm.configure(name="n1"))
    timer.start()
    before = time.monotonic()
    assert names(events.pull(context, timeout="PT20S")) == ["n1"]
    assert time.monotonic() - before < 5
    timer.join()


def test_a_leap_of_the_fast_clock_does_not_time_a_pull_out(build):
    events = build("fast")
    vm = events.host.virtual_machines.create("one")
    context = events.subscribe().context

    def leap():
        events.host.sleep(3600)
        time.sleep(0.1)
        vm.configure(name="n1")

    timer = threading.Timer(0.1, leap)
    timer.start()
    assert names(events.pull(context, timeout="PT20S")) == ["n1"]
    timer.join()


def test_with_the_manual_clock_a_pull_waits_for_the_test(build):
    events = build("manual")
    context = events.subscribe().context
    timer = threading.Timer(0.1, lambda: events.host.clock.advance(timedelta(seconds=21)))
    timer.start()
    assert events.pull(context, timeout="PT20S").code == 2150858793
    timer.join()


@pytest.mark.parametrize("delivery", ["", "<w:Heartbeats>PT0.700S</w:Heartbeats>"])
def test_a_pull_ends_when_the_manual_clock_reaches_its_moment(build, delivery):
    """Readings of the clock are floats: a wait must not spin in front of the moment that it waits for."""
    events = build("manual")
    for step in (0.1, 0.3, 0.7):
        events.host.clock.advance(timedelta(seconds=step))
        context = events.subscribe(delivery=delivery).context
        seconds = 0.7 if delivery else 1.1
        timer = threading.Timer(0.05, lambda s=seconds: events.host.clock.advance(timedelta(seconds=s)))
        timer.start()
        before = time.process_time()
        reply = events.pull(context, timeout="PT1.1S")
        timer.join()
        assert reply.status == (200 if delivery else 500)
        assert time.process_time() - before < 1


def test_polled_events_come_when_they_are_due(events):
    query = "SELECT * FROM __InstanceCreationEvent WITHIN 0.3 WHERE TargetInstance ISA 'Win32_Process'"
    context = events.subscribe(query, uri=CIMV2 + "*").context
    with events.host.looking():
        events.host.processes.start("notepad.exe")
    reply = events.pull(context, timeout="PT20S")
    assert reply.value("//m:Name", m=CIMV2 + "Win32_Process") == "notepad.exe"


def test_a_class_of_events_without_a_filter(events):
    context = events.subscribe(None, uri=CIMV2 + "Win32_ProcessStartTrace").context
    with events.host.looking():
        events.host.processes.start("notepad.exe")
    reply = events.pull(context)
    assert (
        reply.value("//p:Win32_ProcessStartTrace/p:ProcessName", p=CIMV2 + "Win32_ProcessStartTrace")
        == "notepad.exe"
    )


def test_the_dmtf_uri_takes_the_namespace_from_a_selector(events, vm):
    reply = events.subscribe(
        uri="http://schemas.dmtf.org/wbem/wscim/1/*", selectors={"__cimnamespace": "root/virtualization/v2"}
    )
    vm.configure(name="n1")
    pulled = events.pull(reply.context)
    uri = "http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/"
    assert (
        pulled.value(
            "//n:Items//p:TargetInstance/*[local-name()='ElementName']", p=uri + "__InstanceModificationEvent"
        )
        == "n1"
    )


def test_a_projection_gives_fragments(events, vm):
    query = f"SELECT TIME_CREATED FROM __InstanceModificationEvent WHERE {MACHINES}"
    context = events.subscribe(query).context
    vm.configure(name="n1")
    assert events.pull(context).value("//n:Items/w:XmlFragment/TIME_CREATED").isdigit()


def test_an_aggregate_holds_its_representative(events, vm):
    context = events.subscribe(NAMES + " GROUP WITHIN 0.2").context
    vm.configure(name="n1")
    vm.configure(name="n2")
    reply = events.pull(context, timeout="PT20S")
    aggregate = V2 + "__AggregateEvent"
    assert reply.value("//p:__AggregateEvent/p:NumberOfEvents", p=aggregate) == "2"
    assert reply.value("//m:TargetInstance/c:ElementName", m=MODIFIED, c=V2 + "Msvm_ComputerSystem") == "n1"


def test_lost_events_are_marked_where_they_are_missing(events, vm):
    context = events.subscribe().context
    for number in range(MAXIMUM_QUEUED + 3):
        vm.configure(name=f"n{number}")
    lost = ""
    while not lost:
        reply = events.pull(context, "<n:MaxElements>400</n:MaxElements>", timeout="PT5S")
        context = reply.context
        lost = "".join(each.text for each in reply.all("//n:Items/w:DroppedEvents"))
    assert lost == "3"
    vm.configure(name="n-last")
    assert names(events.pull(context)) == ["n-last"]


def test_events_that_do_not_fit_an_answer_come_with_the_next(events, vm):
    context = events.subscribe().context
    for number in range(6):
        vm.configure(name=f"n{number}", notes="x" * 1000)
    found = []
    while len(found) < 6:
        reply = events.pull(
            context, "<n:MaxElements>100</n:MaxElements>", maximum_size=20_000, timeout="PT5S"
        )
        assert len(reply.raw.body) <= 20_000
        assert 0 < len(names(reply)) < 6
        found += names(reply)
        context = reply.context
    assert found == [f"n{number}" for number in range(6)]


def test_an_event_that_fits_no_answer_is_a_fault_and_stays(events, vm):
    query = (
        "SELECT * FROM __InstanceModificationEvent WHERE TargetInstance ISA 'Msvm_VirtualSystemSettingData'"
    )
    context = events.subscribe(query).context
    vm.configure(notes="&" * 2000)
    assert events.pull(context, maximum_size=8192).code == 2150858824
    assert events.pull(context).status == 200


def test_a_heartbeat_is_an_empty_answer(events, vm):
    context = events.subscribe(delivery="<w:Heartbeats>PT0.200S</w:Heartbeats>").context
    reply = events.pull(context, timeout="PT20S")
    assert reply.status == 200
    assert len(reply.one("//n:Items")) == 0
    vm.configure(name="n1")
    assert names(events.pull(reply.context)) == ["n1"]


def test_unsubscribe_ends_the_subscription_and_its_watch(events):
    reply = events.subscribe()
    answer = events.unsubscribe(identifier(reply))
    assert answer.status == 200
    assert answer.action == EVENTING + "UnsubscribeResponse"
    assert events.pull(reply.context).code == 2150858779
    assert events.unsubscribe(identifier(reply)).code == 2150858789
    assert events.host.observers == []


def test_unsubscribe_wakes_a_blocked_pull(events):
    reply = events.subscribe()
    threading.Timer(0.2, lambda: events.unsubscribe(identifier(reply))).start()
    assert events.pull(reply.context, timeout="PT20S").code == 995


def test_release_of_the_context_ends_the_subscription(events):
    context = events.subscribe().context
    body = f"<n:Release><n:EnumerationContext>{context}</n:EnumerationContext></n:Release>"
    reply = events.client.send("http://schemas.xmlsoap.org/ws/2004/09/enumeration/Release", V2 + "*", body)
    assert reply.status == 200
    assert events.host.observers == []


def test_enumerations_go_on_beside_subscriptions(events):
    events.subscribe()
    context = events.client.enumerate(V2 + "Msvm_ComputerSystem").context
    assert events.client.pull(V2 + "Msvm_ComputerSystem", context).status == 200


def test_a_subscription_is_its_users_own(events, account):
    reply = events.subscribe()
    owner = events.client.account
    events.client.account = account(events.host, "other")
    assert events.pull(reply.context).code == 2150858779
    assert events.unsubscribe(identifier(reply)).code == 2150858789
    events.client.account = owner
    assert events.unsubscribe(identifier(reply)).status == 200


# The end of subscriptions.


def test_a_duration_expires(build):
    events = build("manual")
    reply = events.subscribe(after="<e:Expires>PT60S</e:Expires>")
    assert reply.value("//e:Expires", e=E) == "PT60.000S"
    events.host.clock.advance(timedelta(seconds=59))
    assert events.pull(reply.context, timeout="PT0S").code == 2150858793
    events.host.clock.advance(timedelta(seconds=1))
    assert events.pull(reply.context, timeout="PT0S").code == 2150858779
    assert events.host.observers == []


def test_a_date_expires(build):
    events = build("manual")
    moment = events.host.clock.now().replace(microsecond=0) + timedelta(minutes=5)
    reply = events.subscribe(after=f"<e:Expires>{moment.isoformat()}</e:Expires>")
    assert reply.value("//e:Expires", e=E) == moment.isoformat().replace("+00:00", "Z")
    events.host.clock.advance(timedelta(minutes=6))
    assert events.pull(reply.context, timeout="PT0S").code == 2150858779


def test_the_endless_duration_of_windows_collectors(events):
    reply = events.subscribe(after="<e:Expires>PT3960732748.184S</e:Expires>")
    assert reply.value("//e:Expires", e=E) == "PT0.000S"


def test_a_subscription_that_nobody_pulls_ends_like_an_enumeration(build):
    events = build("manual", enumeration_timeout_milliseconds=60_000)
    context = events.subscribe().context
    events.host.clock.advance(timedelta(seconds=61))
    assert events.pull(context, timeout="PT0S").code == 2150858779
    assert events.host.observers == []


def test_a_reset_cancels_subscriptions_and_wakes_their_pulls(events):
    reply = events.subscribe()

    def reset():
        events.client.service.reset()
        events.host.reset()

    threading.Timer(0.2, reset).start()
    fault = events.pull(reply.context, timeout="PT20S")
    assert (fault.code, fault.subcode) == (2150858910, "e:SourceCancelling")


@pytest.mark.parametrize("count", [100, pytest.param(1000, marks=pytest.mark.slow)])
def test_blocked_pulls_cost_nothing_and_stop_wakes_them_all(events, vm, count):
    contexts = [events.subscribe().context for _ in range(count)]
    codes: list[int] = []
    threads = [
        threading.Thread(target=lambda c=context: codes.append(events.pull(c, timeout="PT60S").code))
        for context in contexts
    ]
    for thread in threads:
        thread.start()
    while len(events.host.steps.waiters) < count:
        time.sleep(0.01)
    before = time.process_time()
    time.sleep(0.5)
    assert time.process_time() - before < 0.3
    began = time.monotonic()
    vm.configure(name="other")
    assert events.client.get(V2 + "Msvm_ComputerSystem", selectors={"Name": vm.id}).status == 200
    assert time.monotonic() - began < 2
    began = time.monotonic()
    events.client.service.close()
    for thread in threads:
        thread.join(20)
    assert time.monotonic() - began < 10
    assert codes == [995] * count


# Renew and the rest of WS-Eventing.


def test_windows_renews_nothing(events):
    reply = events.subscribe()
    fault = events.unsubscribe(identifier(reply), "Renew")
    assert (fault.code, fault.subcode) == (2150858788, "e:UnableToRenew")
    assert events.unsubscribe(identifier(reply)).status == 200


@pytest.mark.parametrize("action", ["GetStatus", "SubscriptionEnd"])
def test_actions_that_windows_does_not_have(events, action):
    assert events.unsubscribe("x", action).code == 2150858771
