"""Subscriptions to the event logs, as collectors of events make them."""

from __future__ import annotations

import pytest
from event_sink import Sink

from emulator.host import Host
from emulator.host.windows.event_log import EventLevel
from emulator.profile import load
from emulator.shells import ShellService
from emulator.wmi import WmiService
from emulator.wmi.events import MAXIMUM_QUEUED
from emulator.wsman import WsmanService

EVENT_LOG = "http://schemas.microsoft.com/wbem/wsman/1/windows/EventLog"
EVENTING = "http://schemas.xmlsoap.org/ws/2004/08/eventing"
WSMAN = "http://schemas.dmtf.org/wbem/wsman/1/wsman/"
EVENT = "http://schemas.microsoft.com/win/2004/08/events/event"
DIALECT = "http://schemas.microsoft.com/win/2004/08/events/eventquery"
EARLIEST = WSMAN + "bookmark/earliest"
NIL = {"CDATA", "IgnoreChannelError"}


class Collector:
    """A client that subscribes to event logs."""

    def __init__(self, client, host):
        self.client = client
        self.host = host

    def write(self, text, log="Application", event_id=7, level=EventLevel.WARNING):
        with self.host.looking():
            return self.host.event_log.write(log, "Test", event_id, level, text)

    def subscribe(
        self,
        query="*",
        log="Application",
        *,
        after="",
        mode="Pull",
        delivery="",
        options=None,
        chosen=None,
        dialect=DIALECT,
    ):
        if chosen is None:
            text = f'<QueryList><Query Path="{log}"><Select>{query}</Select></Query></QueryList>'
            chosen = text.replace("<", "&lt;").replace(">", "&gt;")
        body = (
            f'<e:Subscribe xmlns:e="{EVENTING}"><e:Delivery Mode="{WSMAN}{mode}">{delivery}</e:Delivery>'
            f'<w:Filter Dialect="{dialect}">{chosen}</w:Filter>{after}</e:Subscribe>'
        )
        return self.client.send(EVENTING + "/Subscribe", EVENT_LOG, body, options=options)

    def pull(self, context, count=100, timeout="PT5S"):
        return self.client.pull(
            EVENT_LOG, context, f"<n:MaxElements>{count}</n:MaxElements>", timeout=timeout
        )


def texts(reply):
    return [each.text for each in reply.all("//n:Items/ev:Event/ev:EventData/ev:Data", ev=EVENT)]


def bookmarks(reply):
    rows = reply.all("/s:Envelope/s:Header/w:Bookmark/BookmarkList/Bookmark")
    return {row.get("Channel"): (int(row.get("RecordId")), row.get("IsCurrent")) for row in rows}


@pytest.fixture
def collector(client, console):
    profile = load("windows-server-2022-datacenter")
    host = Host(profile, clock_mode="real")
    client.service = WsmanService(host, WmiService(host), ShellService(host, console))
    client.account = host.accounts.find("Administrator")
    client.address = "127.0.0.1"
    yield Collector(client, host)
    client.service.close()
    host.close()


@pytest.fixture
def sink():
    made = Sink()
    yield made
    made.close()


def test_a_collector_gets_the_next_entries_with_their_bookmark(collector):
    collector.write("before")
    heartbeat = "<w:Heartbeats>PT0.2S</w:Heartbeats>"
    reply = collector.subscribe(
        delivery=heartbeat, after="<w:SendBookmarks/>", options={"ContentFormat": "RenderedText"}
    )
    first, second = collector.write("one"), collector.write("two")
    pulled = collector.pull(reply.context)
    assert texts(pulled) == ["one", "two"]
    assert pulled.all("//ev:RenderingInfo/ev:Message", ev=EVENT)[0].text == "one"
    assert bookmarks(pulled) == {"Application": (second.record_id, "true")}
    names = [each.tag.rpartition("}")[2] for each in pulled.one("/s:Envelope/s:Header")]
    assert names[-3:] == ["To", "Bookmark", "RelatesTo"]
    assert second.record_id == first.record_id + 1
    empty = collector.pull(pulled.context)
    assert empty.status == 200
    assert "<n:Items/>" in empty.text
    assert not bookmarks(empty)


def test_only_what_the_query_selects(collector):
    context = collector.subscribe("*[System[(Level=2) and (EventID=9)]]").context
    collector.write("warning")
    collector.write("other id", level=EventLevel.ERROR)
    collector.write("error", level=EventLevel.ERROR, event_id=9)
    collector.write("other log", "System", 9, EventLevel.ERROR)
    assert texts(collector.pull(context)) == ["error"]


def test_a_query_as_elements(collector):
    query = (
        '<QueryList><Query Id="0"><Select Path="Application">*</Select>'
        '<Suppress Path="Application">*[System[EventID=9]]</Suppress></Query></QueryList>'
    )
    context = collector.subscribe(chosen=query).context
    collector.write("kept")
    collector.write("suppressed", event_id=9)
    assert texts(collector.pull(context)) == ["kept"]


@pytest.mark.parametrize(
    "start", [{"after": f"<w:Bookmark>{EARLIEST}</w:Bookmark>"}, {"options": {"ReadExistingEvents": "true"}}]
)
def test_everything_that_is_there(collector, start):
    collector.write("old")
    context = collector.subscribe(**start).context
    collector.write("new")
    assert texts(collector.pull(context))[-2:] == ["old", "new"]


def test_a_bookmark_goes_on_where_it_was_taken(collector):
    context = collector.subscribe(after="<w:SendBookmarks/>").context
    collector.write("one")
    (number, _) = bookmarks(collector.pull(context))["Application"]
    collector.write("two")
    row = f'<Bookmark Channel="application" RecordId="{number}" IsCurrent="true"/>'
    after = f"<w:Bookmark><BookmarkList>{row}</BookmarkList></w:Bookmark>"
    assert texts(collector.pull(collector.subscribe(after=after).context)) == ["two"]


def test_without_a_wish_there_are_no_bookmarks(collector):
    context = collector.subscribe().context
    collector.write("one")
    assert not bookmarks(collector.pull(context))


def test_events_as_text(collector):
    context = collector.subscribe(options={"CDATA": ""}).context
    collector.write("one ]]> two")
    pulled = collector.pull(context)
    assert not pulled.all("//ev:Event", ev=EVENT)
    assert "<![CDATA[<Event xmlns=" in pulled.text
    assert "one ]]&gt; two" in pulled.one("//n:Items").text


def test_batches_with_bookmarks(collector, sink):
    address = f"<e:NotifyTo><a:Address>{sink.url}</a:Address></e:NotifyTo><w:MaxElements>2</w:MaxElements>"
    collector.subscribe(
        mode="Events", delivery=address + "<w:MaxTime>PT0.5S</w:MaxTime>", after="<w:SendBookmarks/>"
    )
    entries = [collector.write(text) for text in ("one", "two", "three")]
    first, second = sink.wait(2)
    assert [each.text for each in first.all("//ev:Data", ev=EVENT)] == ["one", "two"]
    assert first.all("s:Header/w:Bookmark//Bookmark")[0].get("RecordId") == str(entries[1].record_id)
    assert second.all("s:Header/w:Bookmark//Bookmark")[0].get("RecordId") == str(entries[2].record_id)


def test_pushed_events_have_bookmarks_only_when_asked_for(collector, sink):
    collector.subscribe(
        mode="PushWithAck", delivery=f"<e:NotifyTo><a:Address>{sink.url}</a:Address></e:NotifyTo>"
    )
    collector.write("one")
    (message,) = sink.wait(1)
    assert message.all("//ev:Data", ev=EVENT)[0].text == "one"
    assert not message.all("s:Header/w:Bookmark")


def test_lost_entries_are_marked(collector):
    context = collector.subscribe().context
    for number in range(MAXIMUM_QUEUED + 2):
        collector.write(str(number))
    pulled = collector.pull(context, 5000)
    while not pulled.all("//w:DroppedEvents"):
        pulled = collector.pull(pulled.context, 5000)
    assert pulled.value("//n:Items/w:DroppedEvents") == "2"


def test_nothing_is_watched_after_the_end(collector):
    reply = collector.subscribe()
    assert len(collector.host.observers) == 1
    identifier = reply.value("//e:Identifier", e=EVENTING)
    header = f'<e:Identifier xmlns:e="{EVENTING}">{identifier}</e:Identifier>'
    body = f'<e:Unsubscribe xmlns:e="{EVENTING}"/>'
    assert collector.client.send(EVENTING + "/Unsubscribe", EVENT_LOG, body, headers=header).status == 200
    assert collector.host.observers == []


def test_a_missing_log_is_refused_unless_it_shall_be_ignored(collector):
    assert collector.subscribe(log="Nowhere").code == 2150859042
    assert collector.subscribe(log="Nowhere", options={"IgnoreChannelError": ""}).status == 200


@pytest.mark.parametrize(
    ("code", "subscribe"),
    [
        pytest.param(2150859042, {"query": "*[System["}, id="query"),
        pytest.param(2150859042, {"chosen": "x"}, id="no XML"),
        pytest.param(2150858786, {"dialect": "http://schemas.microsoft.com/wbem/wsman/1/WQL"}, id="dialect"),
        pytest.param(2150858808, {"after": "<w:Bookmark>tomorrow</w:Bookmark>"}, id="bookmark"),
        pytest.param(
            2150858808,
            {
                "after": "<w:Bookmark><BookmarkList><Bookmark Channel='x' RecordId='-1'/></BookmarkList></w:Bookmark>"
            },
            id="record",
        ),
        pytest.param(2150858835, {"options": {"ContentFormat": "Poem"}}, id="format"),
    ],
)
def test_a_wrong_subscribe_is_refused_and_leaves_nothing_behind(collector, code, subscribe):
    assert collector.subscribe(**subscribe).code == code
    assert collector.host.observers == []


def test_the_event_log_wants_a_filter(collector):
    body = f'<e:Subscribe xmlns:e="{EVENTING}"><e:Delivery Mode="{WSMAN}Pull"/></e:Subscribe>'
    assert collector.client.send(EVENTING + "/Subscribe", EVENT_LOG, body).code == 2150858831
