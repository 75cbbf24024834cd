"""WS-Eventing over the emulator's own machine: Subscribe, Pull, pushed delivery, and every fault of them."""

# ruff: noqa: S608 -- WQL, put together from constants

from __future__ import annotations

import contextlib
import threading
import time
from datetime import timedelta

import pytest
from event_sink import Sink, acknowledgement, refusal
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from emulator.host import Host
from emulator.profile import load
from emulator.shells import ShellService
from emulator.wmi import WmiService
from emulator.wmi.events import MAXIMUM_QUEUED
from emulator.wsman import WsmanService
from emulator.wsman.eventing.request import read_subscribe
from emulator.wsman.faults import WsmanFault

WMI = "http://schemas.microsoft.com/wbem/wsman/1/wmi/"
CIMV2 = WMI + "root/cimv2/"
V2 = WMI + "root/virtualization/v2/"
EVENTING = "http://schemas.xmlsoap.org/ws/2004/08/eventing/"
WSMAN = "http://schemas.dmtf.org/wbem/wsman/1/wsman/"
E = "http://schemas.xmlsoap.org/ws/2004/08/eventing"
PULL, PUSH = WSMAN + "Pull", EVENTING + "DeliveryModes/Push"
ACKNOWLEDGED, BATCHES = WSMAN + "PushWithAck", WSMAN + "Events"
WQL = "http://schemas.microsoft.com/wbem/wsman/1/WQL"
MACHINES = "TargetInstance ISA 'Msvm_ComputerSystem'"
NAMES = f"SELECT * FROM __InstanceModificationEvent WHERE {MACHINES} AND TargetInstance.ElementName LIKE 'n%'"
MODIFIED = V2 + "__InstanceModificationEvent"


class EventClient:
    """The raw client with the actions of eventing."""

    def __init__(self, client, host):
        self.client = client
        self.host = host

    def subscribe(self, query=NAMES, mode=PULL, delivery="", after="", uri=V2 + "*", dialect=WQL, **keywords):
        chosen = "" if query is None else f'<w:Filter Dialect="{dialect}">{escaped(query)}</w:Filter>'
        body = (
            f'<e:Subscribe xmlns:e="{E}"><e:Delivery Mode="{mode}">{delivery}</e:Delivery>{after}{chosen}'
            "</e:Subscribe>"
        )
        return self.client.send(EVENTING + "Subscribe", uri, body, **keywords)

    def pull(self, context, inner="", **keywords):
        return self.client.pull(V2 + "*", context, inner, **keywords)

    def unsubscribe(self, identifier, action="Unsubscribe"):
        header = f'<e:Identifier xmlns:e="{E}">{identifier}</e:Identifier>'
        return self.client.send(EVENTING + action, V2 + "*", f'<e:{action} xmlns:e="{E}"/>', headers=header)


def escaped(text):
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def identifier(reply):
    return reply.value("//e:SubscriptionManager/a:ReferenceProperties/e:Identifier", e=E)


def names(reply):
    """ElementName of the target of each event in a PullResponse."""
    return [
        each.text
        for each in reply.all(
            "//n:Items/p:*/p:TargetInstance/m:ElementName", p=MODIFIED, m=V2 + "Msvm_ComputerSystem"
        )
    ]


def make(profile, client, console, mode, **winrm):
    loaded = load(profile)
    changed = {"inventory": type(loaded.inventory)(), "winrm": loaded.winrm.replaced(**winrm)}
    host = Host(loaded.replaced(**changed), clock_mode=mode)
    client.service = WsmanService(host, WmiService(host), ShellService(host, console))
    client.account = host.accounts.find("Administrator")
    client.address = "127.0.0.1"
    return EventClient(client, host)


@pytest.fixture
def build(client, console):
    made = []

    def make_one(mode="real", profile="windows-server-2022-datacenter", **winrm):
        made.append(make(profile, client, console, mode, **winrm))
        return made[-1]

    yield make_one
    for each in made:
        each.client.service.close()
        each.host.close()


@pytest.fixture
def events(build):
    return build()


@pytest.fixture
def vm(events):
    return events.host.virtual_machines.create("one")


@pytest.fixture
def sink():
    made = Sink()
    yield made
    made.close()


def to(sink, inner=""):
    return f"<e:NotifyTo><a:Address>{sink.url}</a:Address>{inner}</e:NotifyTo>"


def open_subscriptions(events):
    return len(events.client.service._open_workshop().subscriptions)


# Pulled delivery.


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
    events.client.account = account("other")
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


# What is refused.

SINK = "<e:NotifyTo><a:Address>http://127.0.0.1:1/</a:Address></e:NotifyTo>"
REMOTE = "<e:NotifyTo><a:Address>http://collector.example/</a:Address></e:NotifyTo>"


@pytest.mark.parametrize(
    ("code", "subscribe"),
    [
        pytest.param(2150858782, {"mode": WSMAN + "Carrier-pigeon"}, id="mode unavailable"),
        pytest.param(2150858920, {"mode": "nonsense"}, id="mode invalid"),
        pytest.param(2150858912, {"mode": PUSH}, id="NotifyTo missing"),
        pytest.param(2150858913, {"mode": PUSH, "delivery": "<e:NotifyTo/>"}, id="address missing"),
        pytest.param(
            2150858914,
            {"mode": PUSH, "delivery": "<e:NotifyTo><a:Address>mailto:x</a:Address></e:NotifyTo>"},
            id="address invalid",
        ),
        pytest.param(
            2150858914,
            {"mode": PUSH, "delivery": "<e:NotifyTo><a:Address>http://h:99999/</a:Address></e:NotifyTo>"},
            id="port invalid",
        ),
        pytest.param(2150858901, {"mode": PUSH, "delivery": REMOTE}, id="address not allowed"),
        pytest.param(
            2150858901,
            {"mode": PUSH, "delivery": SINK.replace("http:", "https:")},
            id="https",
        ),
        pytest.param(
            2150859102,
            {
                "mode": PUSH,
                "delivery": SINK.replace(
                    "</e:N", "<wsp:Policy xmlns:wsp='p'><x:Authentication xmlns:x='y'/></wsp:Policy></e:N"
                ),
            },
            id="credentials asked for",
        ),
        pytest.param(
            2150858902, {"after": "<e:EndTo><a:Address>x</a:Address></e:EndTo>"}, id="EndTo invalid"
        ),
        pytest.param(2150858900, {"delivery": "<w:MaxElements>5</w:MaxElements>"}, id="batch without Events"),
        pytest.param(2150858900, {"delivery": "<w:MaxTime>PT5S</w:MaxTime>"}, id="batch time without Events"),
        pytest.param(2150858783, {"after": "<e:Expires>soon</e:Expires>"}, id="expires unreadable"),
        pytest.param(2150858783, {"after": "<e:Expires>PT0S</e:Expires>"}, id="expires at once"),
        pytest.param(2150858783, {"after": "<e:Expires>-PT5S</e:Expires>"}, id="expires before"),
        pytest.param(2150858783, {"after": "<e:Expires>2001-01-01T00:00:00Z</e:Expires>"}, id="expired date"),
        pytest.param(
            2150858916, {"delivery": "<w:Heartbeats>often</w:Heartbeats>"}, id="heartbeat unreadable"
        ),
        pytest.param(2150858916, {"delivery": "<w:Heartbeats>PT0S</w:Heartbeats>"}, id="heartbeat too short"),
        pytest.param(1359, {"delivery": '<w:ConnectionRetry Total="3">PT0S</w:ConnectionRetry>'}, id="retry"),
        pytest.param(2150859028, {"delivery": "<w:Locale/>"}, id="locale missing"),
        pytest.param(2150858915, {"delivery": '<w:Locale xml:lang="?!"/>'}, id="locale invalid"),
        pytest.param(
            2150858828, {"delivery": "<w:ContentEncoding>EBCDIC</w:ContentEncoding>"}, id="encoding"
        ),
        pytest.param(2150858859, {"after": "<w:SendBookmarks/>"}, id="bookmarks of WMI"),
        pytest.param(2150858859, {"after": "<w:Bookmark>x</w:Bookmark>"}, id="a bookmark of WMI"),
        pytest.param(2150858831, {"query": None}, id="filter missing"),
        pytest.param(2150858786, {"dialect": "http://www.w3.org/TR/1999/REC-xpath-19991116"}, id="dialect"),
        pytest.param(2150859003, {"uri": V2 + "__InstanceModificationEvent"}, id="filter on a class"),
        pytest.param(2150858778, {"query": "nonsense"}, id="query unreadable"),
        pytest.param(2150858778, {"query": "SELECT * FROM Msvm_ComputerSystem"}, id="no event class"),
        pytest.param(2150858778, {"query": "SELECT * FROM __InstanceCreationEvent"}, id="too broad"),
        pytest.param(2150858778, {"uri": WMI + "root/nowhere/*"}, id="namespace"),
        pytest.param(
            2150858771,
            {"uri": "http://schemas.microsoft.com/wbem/wsman/1/config", "query": None},
            id="config",
        ),
    ],
)
def test_a_wrong_subscribe_is_refused_and_leaves_nothing_behind(events, code, subscribe):
    fault = events.subscribe(**subscribe)
    assert fault.code == code, fault.text
    assert open_subscriptions(events) == 0
    assert events.host.observers == []


def test_the_fault_of_a_query_says_what_wmi_said(events):
    query = "SELECT * FROM __InstanceCreationEvent WHERE TargetInstance ISA 'Win32_Process'"
    fault = events.subscribe(query, uri=CIMV2 + "*")
    assert "A WITHIN clause was not used in this query." in fault.text
    assert "ExecNotificationQuery" in fault.text


@given(
    mode=st.sampled_from([PULL, PUSH, ACKNOWLEDGED, BATCHES, ""]) | st.text(max_size=20),
    parts=st.lists(
        st.tuples(
            st.sampled_from(
                [
                    "e:NotifyTo",
                    "w:Heartbeats",
                    "w:MaxElements",
                    "w:MaxTime",
                    "w:MaxEnvelopeSize",
                    "w:Locale",
                    "w:ContentEncoding",
                    "w:ConnectionRetry",
                ]
            ),
            st.sampled_from(["PT5S", "5", "-5", "P", "PT1E9S", "9" * 400, "UTF-8", ""])
            | st.text(max_size=20),
            st.sampled_from(["Total", "Policy", "x"]),
        ),
        max_size=6,
    ),
    after=st.lists(st.tuples(st.sampled_from(["e:Expires", "w:Bookmark", "e:EndTo"]), st.text(max_size=30))),
)
@settings(max_examples=300, deadline=None)
def test_whatever_a_subscribe_says_it_is_read_or_a_fault(mode, parts, after):
    root = etree.Element(
        f"{{{E}}}Subscribe", nsmap={"e": E, "w": "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd"}
    )
    delivery = etree.SubElement(root, f"{{{E}}}Delivery", Mode=clean(mode))
    for parent, rows in ((delivery, parts), (root, [(*row, "x") for row in after])):
        for name, text, attribute in rows:
            prefix, _, local = name.partition(":")
            child = etree.SubElement(parent, f"{{{root.nsmap[prefix]}}}{local}", {attribute: clean(text)})
            child.text = clean(text)
    with contextlib.suppress(WsmanFault):
        read_subscribe(root)


def clean(text):
    return "".join(each for each in text if each.isprintable() and ord(each) < 0xD800)


def test_a_subscribe_without_delivery_is_an_invalid_message(events):
    reply = events.client.send(EVENTING + "Subscribe", V2 + "*", f'<e:Subscribe xmlns:e="{E}"/>')
    assert (reply.code, reply.subcode) == (2150858789, "e:InvalidMessage")


def test_before_server_2012_wmi_has_no_subscriptions(build):
    events = build(profile="windows-server-2008r2-enterprise")
    assert events.subscribe(uri=CIMV2 + "*").code == 2150858771


def test_a_refused_address_is_a_gap_that_names_it(events):
    events.subscribe(mode=PUSH, delivery=REMOTE)
    assert "delivery of events to collector.example" in events.host.gaps.counts("ws-management")


def test_a_client_elsewhere_cannot_make_the_emulator_call_its_own_machine(events, sink):
    events.client.address = "192.0.2.7"
    assert events.subscribe(mode=PUSH, delivery=to(sink)).code == 2150858901


def test_too_many_subscriptions_of_a_user(events, monkeypatch):
    monkeypatch.setattr("emulator.wsman.eventing.subscriptions.MAXIMUM_PER_USER", 2)
    assert [events.subscribe().status for _ in range(2)] == [200, 200]
    assert events.subscribe().code == 2150858815


# Pushed delivery.


def test_push_sends_an_event_a_message_with_the_subscribers_own_headers(events, vm, sink):
    inner = '<a:ReferenceProperties><x:Mine xmlns:x="urn:mine">42</x:Mine></a:ReferenceProperties>'
    reply = events.subscribe(mode=PUSH, delivery=to(sink, inner))
    assert not reply.all("//n:EnumerationContext")
    vm.configure(name="n1")
    vm.configure(name="n2")
    first, second = sink.wait(2)
    assert first.path == "/wsman/subscriptions/1"
    assert first.action == WSMAN + "Event"
    assert first.all("s:Header/a:To")[0].text == sink.url
    assert first.all("s:Header/x:Mine", x="urn:mine")[0].text == "42"
    assert not first.all("s:Header/w:AckRequested")
    assert "n1" in first.text
    assert "n2" in second.text
    assert first.all("s:Body/p:__InstanceModificationEvent", p=MODIFIED)


def test_push_with_ack_asks_for_it(events, vm, sink):
    events.subscribe(mode=ACKNOWLEDGED, delivery=to(sink))
    vm.configure(name="n1")
    vm.configure(name="n2")
    assert all(message.all("s:Header/w:AckRequested") for message in sink.wait(2))


def test_batches(events, vm, sink):
    batch = "<w:MaxElements>3</w:MaxElements><w:MaxTime>PT0.5S</w:MaxTime>"
    events.subscribe(mode=BATCHES, delivery=to(sink) + batch)
    for number in range(4):
        vm.configure(name=f"n{number}")
    first, second = sink.wait(2)
    assert first.action == WSMAN + "Events"
    assert len(first.all("s:Body/w:Events/w:Event")) == 3
    assert first.all("s:Body/w:Events/w:Event")[0].get("Action") == WSMAN + "Event"
    assert len(second.all("s:Body/w:Events/w:Event")) == 1


def test_a_batch_waits_for_more_no_longer_than_max_time(events, vm, sink):
    batch = "<w:MaxElements>100</w:MaxElements><w:MaxTime>PT0.3S</w:MaxTime>"
    events.subscribe(mode=BATCHES, delivery=to(sink) + batch)
    began = time.monotonic()
    vm.configure(name="n1")
    (message,) = sink.wait(1)
    assert time.monotonic() - began >= 0.29
    assert len(message.all("s:Body/w:Events/w:Event")) == 1


def test_utf_16(events, vm, sink):
    events.subscribe(mode=PUSH, delivery=to(sink) + "<w:ContentEncoding>UTF-16</w:ContentEncoding>")
    vm.configure(name="n-Ünïcödé")
    (message,) = sink.wait(1)
    assert "utf-16" in message.headers["Content-Type"].lower()
    assert "n-Ünïcödé" in message.text


def test_pushed_heartbeats(events, sink):
    events.subscribe(mode=BATCHES, delivery=to(sink) + "<w:Heartbeats>PT0.200S</w:Heartbeats>")
    first, second = sink.wait(2)[:2]
    assert first.action == second.action == WSMAN + "Heartbeat"
    assert len(first.all("s:Body/w:Events")[0]) == 0


def test_a_refusal_ends_the_subscription_without_a_word(events, vm, sink):
    end_to = f"<e:EndTo><a:Address>{sink.url}</a:Address></e:EndTo>"
    reply = events.subscribe(mode=ACKNOWLEDGED, delivery=to(sink), after=end_to)
    sink.answer = lambda message: (500, refusal(message))
    vm.configure(name="n1")
    sink.wait(1)
    eventually(lambda: open_subscriptions(events) == 0)
    assert events.unsubscribe(identifier(reply)).code == 2150858789
    time.sleep(0.1)
    assert len(sink.messages) == 1


def test_an_event_without_acknowledgement_is_sent_again_then_the_subscription_ends(events, vm, sink):
    end_to = f"<e:EndTo><a:Address>{sink.url}</a:Address></e:EndTo>"
    retry = '<w:ConnectionRetry Total="2">PT0.1S</w:ConnectionRetry>'
    reply = events.subscribe(mode=ACKNOWLEDGED, delivery=to(sink) + retry, after=end_to)
    sink.answer = lambda _message: (200, b"")
    vm.configure(name="n1")
    messages = sink.wait(4)
    assert [message.action for message in messages[:3]] == [WSMAN + "Event"] * 3
    end = messages[3]
    assert end.action == EVENTING + "SubscriptionEnd"
    assert end.all("//e:Status")[0].text == EVENTING + "DeliveryFailure"
    assert end.all("//e:SubscriptionManager//e:Identifier")[0].text == identifier(reply)
    assert events.host.observers == []


def test_a_sink_that_comes_back_gets_the_event(events, vm, sink):
    answers = iter([(503, b""), (503, b"")])
    sink.answer = lambda message: next(answers, None) or (200, acknowledgement(message))
    retry = '<w:ConnectionRetry Total="5">PT0.1S</w:ConnectionRetry>'
    events.subscribe(mode=ACKNOWLEDGED, delivery=to(sink) + retry)
    vm.configure(name="n1")
    vm.configure(name="n2")
    messages = sink.wait(4)
    assert ["n1" in message.text for message in messages] == [True, True, True, True]
    assert "<p1:ElementName>n2</p1:ElementName>" in messages[3].text


def test_nobody_listens(events, vm, sink):
    sink.close()
    events.subscribe(mode=PUSH, delivery=to(sink))
    vm.configure(name="n1")
    eventually(lambda: open_subscriptions(events) == 0)
    assert events.host.observers == []


def test_a_silent_sink_does_not_hold_the_machine(events, vm, sink):
    release = threading.Event()
    sink.answer = lambda _message: (200 if release.wait(20) else 500, b"")
    events.subscribe(mode=PUSH, delivery=to(sink))
    context = events.subscribe().context
    vm.configure(name="n1")
    began = time.monotonic()
    assert names(events.pull(context)) == ["n1"]
    assert time.monotonic() - began < 2
    began = time.monotonic()
    events.client.service.close()
    assert time.monotonic() - began < 3
    release.set()


def test_the_end_of_the_service_is_told(events, sink):
    end_to = f"<e:EndTo><a:Address>{sink.url}</a:Address></e:EndTo>"
    events.subscribe(after=end_to)
    events.client.service.close()
    (message,) = sink.wait(1)
    assert message.all("//e:Status")[0].text == EVENTING + "SourceShuttingDown"


def test_a_reset_is_told(events, sink):
    end_to = f"<e:EndTo><a:Address>{sink.url}</a:Address></e:EndTo>"
    events.subscribe(mode=PUSH, delivery=to(sink), after=end_to)
    events.client.service.reset()
    (message,) = sink.wait(1)
    assert message.all("//e:Status")[0].text == EVENTING + "SourceCanceling"


@pytest.mark.parametrize("policy", ["Skip", "Notify", "CancelSubscription"])
def test_events_that_are_larger_than_the_subscriber_takes(events, vm, sink, policy):
    query = (
        "SELECT * FROM __InstanceModificationEvent WHERE TargetInstance ISA 'Msvm_VirtualSystemSettingData'"
    )
    size = f'<w:MaxEnvelopeSize Policy="{policy}">16000</w:MaxEnvelopeSize>'
    events.subscribe(query, mode=PUSH, delivery=to(sink) + size)
    vm.configure(notes="&" * 4000)
    if policy == "CancelSubscription":
        eventually(lambda: open_subscriptions(events) == 0)
        assert sink.messages == []
        return
    vm.configure(notes="short")
    vm.configure(notes="shorter")
    # The event that shows the long notes as those before is too large as well.
    last = sink.wait(1 if policy == "Skip" else 3)[-1]
    assert "shorter" in last.text
    dropped = [message.action == WSMAN + "DroppedEvents" for message in sink.messages]
    assert any(dropped) is (policy == "Notify")


def test_hosts_of_the_profile_may_be_reached(build, sink):
    events = build(event_delivery_hosts=("127.0.0.1",))
    events.client.address = "192.0.2.7"
    assert events.subscribe(mode=PUSH, delivery=to(sink)).status == 200


def test_an_expired_push_subscription_sends_nothing_more(events, vm, sink):
    events.subscribe(mode=PUSH, delivery=to(sink), after="<e:Expires>PT0.2S</e:Expires>")
    eventually(lambda: open_subscriptions(events) == 0)
    vm.configure(name="n1")
    time.sleep(0.1)
    assert sink.messages == []


def eventually(condition, seconds=10):
    limit = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < limit
        time.sleep(0.01)
