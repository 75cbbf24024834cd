"""WS-Eventing: events that are sent to a subscriber, singly, acknowledged and in batches."""

from __future__ import annotations

import threading
import time

import pytest
from event_sink import acknowledgement, refusal
from wsman.eventing.event_client import (
    ACKNOWLEDGED,
    BATCHES,
    EVENTING,
    MODIFIED,
    PUSH,
    WSMAN,
    eventually,
    identifier,
    names,
    open_subscriptions,
    to,
)


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
