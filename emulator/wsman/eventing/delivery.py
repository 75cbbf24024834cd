"""Pushed delivery (DSP0226 10.2.9): one thread sends the events of every subscription that is not pulled.

It sleeps with the other waiters of the host and never holds the host's lock while it sends. What cannot be
sent at once stays in the subscription's bounded feed, so a slow sink costs its own events and time only.
"""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import replace
from enum import Enum
from typing import TYPE_CHECKING, Any

from emulator.host.identifiers import random_guid
from emulator.log import Log
from emulator.wsman.envelope import child, decode, parse_document, text_of
from emulator.wsman.eventing import notification as messages
from emulator.wsman.eventing.ending import Ending
from emulator.wsman.eventing.notification import Notification
from emulator.wsman.eventing.rendered_event import RenderedEvent, dropped
from emulator.wsman.eventing.request import DeliveryMode
from emulator.wsman.eventing.sink import ANSWER_SECONDS, EventSink, SinkAnswer, Unreachable
from emulator.wsman.eventing.subscription import has_come
from emulator.wsman.faults import WsmanFault

if TYPE_CHECKING:
    from emulator.wsman.eventing.request import Address
    from emulator.wsman.eventing.subscription import Subscription
    from emulator.wsman.eventing.subscriptions import Subscriptions

_logger = Log(__name__)

_DEFAULT_ENVELOPE = 512_000
#: SubscriptionEnd is sent once, and briefly: the documented example gives half a second.
_END_SECONDS = 0.5
_MOST_ENDINGS = 1000
#: How long `close` waits for the last messages.
_CLOSE_SECONDS = 1.0
_UTF_8, _UTF_16 = "application/soap+xml;charset=UTF-8", "application/soap+xml;charset=UTF-16"


class _Outcome(Enum):
    DELIVERED = 1
    FAILED = 2
    REFUSED = 3


class _Channel:
    """What delivery knows of one subscription."""

    def __init__(self, subscription: Subscription) -> None:
        self.subscription = subscription
        self.request = subscription.request
        self.session = random_guid()
        self.unsent: deque[Notification] = deque()
        self.retries_left = self.request.retries
        self.retry_at: float | None = None
        #: When the first event of the batch that is being collected was seen.
        self.batch_since: float | None = None

    @property
    def maximum_envelope(self) -> int:
        return self.request.maximum_envelope or _DEFAULT_ENVELOPE

    def look(self, now: float) -> bool:
        """Whether the worker has something to do now. Called under the host's lock."""
        if self.subscription.is_over:
            return True
        if self.retry_at is not None:
            return has_come(self.retry_at, now)
        if self.subscription.is_pull:
            return False
        pending = self.subscription.feed.pending
        if not pending:
            return has_come(self.heartbeat_at, now)
        if self.batch_since is None:
            self.batch_since = now
        return self.is_batch_due(now)

    def next_moment(self) -> float | None:
        """When `look` will be true though nothing happens; None when never."""
        subscription = self.subscription
        moments = [subscription.expires_at, self.retry_at]
        if self.retry_at is None and not subscription.is_pull:
            moments += (self.heartbeat_at, self._batch_until)
        return min((each for each in moments if each is not None), default=None)

    def is_batch_due(self, now: float) -> bool:
        """Whether the events that wait shall go now. Called under the host's lock."""
        if self.request.maximum_time is None:
            return True
        is_full = self.subscription.feed.pending >= self.request.maximum_elements
        return is_full or has_come(self._batch_until, now)

    @property
    def heartbeat_at(self) -> float | None:
        """When a heartbeat is due unless something else is sent before."""
        heartbeat = self.request.heartbeat
        return None if heartbeat is None else self.subscription.last_sent + heartbeat

    @property
    def _batch_until(self) -> float | None:
        """When the batch that is being collected goes, full or not."""
        longest = self.request.maximum_time
        return None if longest is None or self.batch_since is None else self.batch_since + longest


class DeliveryWorker:
    """The thread that sends, and what it has to send."""

    def __init__(self, subscriptions: Subscriptions) -> None:
        self._subscriptions = subscriptions
        self._host = subscriptions.host
        self._sink = EventSink()
        self._lock = threading.Lock()
        # Replaced as a whole by every change: the predicate of the wait reads it under the host's lock alone.
        self._channels: tuple[_Channel, ...] = ()
        self._endings: deque[tuple[Address, Notification, str]] = deque(maxlen=_MOST_ENDINGS)
        self._is_closed = False
        #: There is a new moment to wake up for: the worker looks again and sleeps anew.
        self._is_stale = False
        self._thread = threading.Thread(target=self._run, name="event-delivery", daemon=True)
        self._thread.start()

    def watch(self, subscription: Subscription) -> None:
        """Deliver the events of a subscription, and see to its end."""
        with self._lock:
            self._channels = (*self._channels, _Channel(subscription))
        self._is_stale = True
        self._host.wake()

    def ended(self, subscription: Subscription) -> None:
        """A subscription ended: send no more of its events, and tell its EndTo where that is due."""
        with self._lock:
            self._channels = tuple(each for each in self._channels if each.subscription is not subscription)
            end_to, why = subscription.request.end_to, subscription.ending
            if end_to is not None and why is not None and why.status is not None:
                end = messages.subscription_end(subscription, why.status)
                self._endings.append((end_to, end, subscription.request.locale))
        self._host.wake()

    def close(self) -> None:
        """Stop sending events, send the last SubscriptionEnds, and end the thread. Safe to call twice."""
        self._is_closed = True
        self._sink.abort()
        self._host.wake()
        if threading.current_thread() is not self._thread:
            self._thread.join(_CLOSE_SECONDS)
            self._sink.abort()

    # The thread.

    def _run(self) -> None:
        while not self._stops():
            self._is_stale = False
            self._host.wait_for(self._has_work, self._delay(), self._stops, skip_time=False)
            for channel in () if self._stops() else self._channels:
                self._serve(channel)
            if not self._stops():
                self._send_endings()
        self._sink.resume()
        self._send_endings()

    def _stops(self) -> bool:
        return self._is_closed or self._host.closed

    def _has_work(self) -> bool:
        if self._endings or self._is_stale:
            return True
        channels = self._channels
        if not channels:
            return False
        now = channels[0].subscription.now()
        for channel in channels:
            collects = channel.batch_since is not None
            if channel.look(now):
                return True
            self._is_stale |= not collects and channel.batch_since is not None
        return self._is_stale

    def _delay(self) -> float | None:
        channels = self._channels
        moments = [moment for each in channels if (moment := each.next_moment()) is not None]
        return max(0.0, min(moments) - channels[0].subscription.now()) if moments else None

    def _serve(self, channel: _Channel) -> None:
        subscription = channel.subscription
        if subscription.ending is not None:
            return
        try:
            if subscription.is_over:
                self._subscriptions.end(subscription, Ending.EXPIRED)
            elif not subscription.is_pull:
                self._push(channel)
        except Exception:  # one broken subscription must not silence the others
            _logger.exception("the delivery of events to %s broke", subscription.identifier)
            self._subscriptions.end(subscription, Ending.DELIVERY_FAILED)

    def _push(self, channel: _Channel) -> None:
        subscription = channel.subscription
        now = subscription.now()
        if channel.retry_at is not None and not has_come(channel.retry_at, now):
            return
        if not channel.unsent:
            self._collect(channel, now)
        while channel.unsent and not self._is_closed and subscription.ending is None:
            address = channel.request.notify_to
            if address is None:
                return
            outcome = self._send(address, channel.unsent[0], channel)
            if outcome is _Outcome.FAILED:
                self._failed(channel)
                return
            if outcome is _Outcome.REFUSED:
                self._subscriptions.end(subscription, Ending.REFUSED)
                return
            channel.unsent.popleft()
            channel.retry_at = None
            channel.retries_left = channel.request.retries
            subscription.last_sent = subscription.now()

    def _collect(self, channel: _Channel, now: float) -> None:
        """Turn what waits into messages, or a heartbeat when nothing was sent for so long."""
        feed, request = channel.subscription.feed, channel.request
        with self._host.looking():
            taken = feed.take(request.maximum_elements) if channel.is_batch_due(now) else ()
        if taken:
            channel.batch_since = None
            sized = self._sized(channel, [self._rendered(channel, event) for event in taken])
            channel.unsent.extend(self._packed(channel, sized))
        if not channel.unsent and has_come(channel.heartbeat_at, now):
            is_batch = request.mode is DeliveryMode.EVENTS
            channel.unsent.append(
                messages.heartbeat(is_batch=is_batch, is_acknowledged=request.is_acknowledged)
            )

    def _rendered(self, channel: _Channel, event: Any) -> RenderedEvent:
        rendered = channel.subscription.feed.render(event)
        return rendered if channel.request.send_bookmarks else replace(rendered, bookmark=b"")

    def _sized(self, channel: _Channel, events: list[RenderedEvent]) -> list[RenderedEvent]:
        """The events that fit a message alone; the others meet the subscription's policy (DSP0226 10.2.7)."""
        room = self._room(channel)
        fitting: list[RenderedEvent] = []
        for event in events:
            if len(event.content) + len(event.bookmark) <= room:
                fitting.append(event)
            elif channel.request.policy == "Notify":
                fitting.append(dropped(1))
            elif channel.request.policy == "CancelSubscription":
                self._subscriptions.end(channel.subscription, Ending.DELIVERY_FAILED)
                return []
        return fitting

    def _packed(self, channel: _Channel, events: list[RenderedEvent]) -> list[Notification]:
        if channel.request.mode is not DeliveryMode.EVENTS:
            acknowledged = channel.request.is_acknowledged
            return [messages.of_event(event, is_acknowledged=acknowledged) for event in events]
        packed: list[Notification] = []
        batch: list[RenderedEvent] = []
        room = left = self._room(channel)
        for event in events:
            left -= len(event.content) + len(event.action) + len(event.bookmark) + 40
            if left < 0 and batch:
                packed.append(messages.of_batch(batch))
                batch, left = [], room - len(event.content)
            batch.append(event)
        if batch:
            packed.append(messages.of_batch(batch))
        return packed

    def _room(self, channel: _Channel) -> int:
        """Bytes that the body of one message may have."""
        address = channel.request.notify_to
        headers = 0 if address is None else len(address.headers) + 2 * len(address.url)
        allowed = channel.maximum_envelope // 2 if channel.request.is_utf_16 else channel.maximum_envelope
        return allowed - 2400 - headers

    def _failed(self, channel: _Channel) -> None:
        """Try again as w:ConnectionRetry says; after that the subscription is over (DSP0226 10.2.3)."""
        if channel.retries_left <= 0:
            self._subscriptions.end(channel.subscription, Ending.DELIVERY_FAILED)
            return
        channel.retries_left -= 1
        channel.retry_at = channel.subscription.now() + channel.request.retry_interval

    def _send(self, address: Address, message: Notification, channel: _Channel) -> _Outcome:
        text = messages.envelope(
            self._host, address, message, channel.session, channel.maximum_envelope, channel.request.locale
        )
        data = text.decode().encode("utf-16") if channel.request.is_utf_16 else text
        content_type = _UTF_16 if channel.request.is_utf_16 else _UTF_8
        try:
            answer = self._sink.post(address, data, content_type, seconds=ANSWER_SECONDS)
        except Unreachable as error:
            _logger.info("an event was not delivered: %s", error)
            return _Outcome.FAILED
        return _outcome(answer, message.is_acknowledged)

    def _send_endings(self) -> None:
        while self._endings:
            address, message, locale = self._endings.popleft()
            text = messages.envelope(self._host, address, message, random_guid(), _DEFAULT_ENVELOPE, locale)
            try:
                self._sink.post(address, text, _UTF_8, seconds=_END_SECONDS)
            except Unreachable as error:
                _logger.info("the end of a subscription was not delivered: %s", error)


def _outcome(answer: SinkAnswer, needs_acknowledgement: bool) -> _Outcome:
    """What an answer means: w:DeliveryRefused ends the subscription; an Ack is needed where asked for."""
    action, subcode = _action_and_subcode(answer)
    if subcode.rpartition(":")[2] == "DeliveryRefused":
        return _Outcome.REFUSED
    if needs_acknowledgement and (answer.status != 200 or action != messages.ACK_ACTION):
        return _Outcome.FAILED
    return _Outcome.DELIVERED


def _action_and_subcode(answer: SinkAnswer) -> tuple[str, str]:
    """The a:Action and the fault's subcode of an answer; empty where there is none."""
    if not answer.body:
        return "", ""
    try:
        root = parse_document(decode(answer.body, answer.content_type)[0])
    except WsmanFault:
        return "", ""
    header = child(root, "Header")
    action = None if header is None else child(header, "Action")
    value = next(root.iterfind(".//{*}Subcode/{*}Value"), None)
    return "" if action is None else text_of(action), "" if value is None else text_of(value)
