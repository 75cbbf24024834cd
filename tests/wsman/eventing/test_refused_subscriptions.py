"""WS-Eventing: every fault of Subscribe, and that nothing is left behind."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from wsman.eventing.event_client import (
    ACKNOWLEDGED,
    BATCHES,
    CIMV2,
    EVENTING,
    PULL,
    PUSH,
    V2,
    WMI,
    WSMAN,
    E,
    open_subscriptions,
    to,
)

from emulator.wsman.eventing.request import read_subscribe
from emulator.wsman.faults import WsmanFault

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
