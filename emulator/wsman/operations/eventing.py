"""Subscribe, Unsubscribe, Renew, and Pull from a subscription (DSP0226 section 10, MS-WSMV 3.1.4.6, 3.1.4.7).

Windows refuses Renew (MS-WSMV 3.1.4.1.30.4), and has no GetStatus.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import TYPE_CHECKING

from emulator.wsman import templates
from emulator.wsman.envelope import child, text_of
from emulator.wsman.eventing.ending import Ending
from emulator.wsman.eventing.feed import feed_of
from emulator.wsman.eventing.rendered_event import RenderedEvent
from emulator.wsman.eventing.request import Address, is_loopback, read_subscribe
from emulator.wsman.eventing.subscription import Subscription, has_come
from emulator.wsman.faults import WsmanFault
from emulator.wsman.namespaces import EVENTING
from emulator.wsman.operations.call import Answer, Call
from emulator.wsman.text import escape, format_seconds, parse_duration
from emulator.xml_document import Element

if TYPE_CHECKING:
    from emulator.wsman.resource_uri import Target

_URI = EVENTING + "/"
_PULL_RESPONSE = "http://schemas.xmlsoap.org/ws/2004/09/enumeration/PullResponse"
#: Bytes of a PullResponse around its events.
_FRAME = 400


def subscribe(call: Call, target: Target) -> Answer:
    """Begin to collect events; for pulled delivery the answer holds the context of the first Pull."""
    open_feed = feed_of(target)
    request = read_subscribe(call.body("Subscribe"))
    for address in (request.notify_to, request.end_to):
        if address is not None:
            _check_address(call, address)
    if request.notify_to is not None and call.envelope.option("Compression") is not None:
        raise call.unsupported("compressed delivery of events")
    call.subscriptions.check_room(call.account.sid)
    winrm = call.host.winrm
    manager = call.envelope.to or ("https" if call.is_tls else "http") + f"://{call.host.name}/wsman"
    subscription = Subscription(
        call.host,
        call.account.sid,
        call.envelope.resource_uri,
        manager,
        request,
        winrm.enumeration_timeout_milliseconds / 1000,
    )
    if request.expires is not None and subscription.is_over:
        raise WsmanFault("ERROR_WSMAN_EVENTING_INVALID_EXPIRATION_TIME")
    subscription.feed = open_feed(call, target, request, lambda: subscription.is_over)
    call.subscriptions.add(subscription)
    return Answer(templates.EVENTING, _URI + "SubscribeResponse", (_described(call, subscription),))


def unsubscribe(call: Call) -> Answer:
    """End a subscription; a Pull that waits for its events is aborted."""
    call.body("Unsubscribe")
    subscription = call.subscriptions.find(call.envelope.identifier, call.account.sid)
    call.subscriptions.end(subscription, Ending.UNSUBSCRIBED)
    return Answer(templates.EVENTING, _URI + "UnsubscribeResponse", ())


def renew(call: Call) -> Answer:
    """Windows renews no subscription: the fault says so, and the subscription goes on as it was."""
    call.body("Renew")
    raise WsmanFault("ERROR_WSMAN_EVENTING_UNABLE_TO_RENEW")


ACTIONS: dict[str, Callable[[Call], Answer]] = {
    _URI + "Unsubscribe": unsubscribe,
    _URI + "Renew": renew,
}


def pull(call: Call, identifier: str) -> Answer:
    """The next events of a subscription: waits for the first one up to OperationTimeout, then TimedOut.

    With w:Heartbeats an empty answer comes when there was no event for so long (recorded for the event log).
    """
    body = call.body("Pull")
    maximum, timeout = _bounds(call, body)
    subscriptions = call.subscriptions
    subscription = subscriptions.take_context(identifier, call.account.sid)
    answered = False
    try:
        events: list[RenderedEvent] = []
        if _wait(call, subscription, timeout) is _Waited.EVENTS:
            events = _fitting(call, subscription, maximum)
        answered = True
    finally:
        context = subscriptions.give_back(subscription, answered=answered)
    parts = [b"<n:PullResponse><n:EnumerationContext>", context.encode(), b"</n:EnumerationContext>"]
    if events:
        parts += (b"<n:Items>", *(event.content for event in events), b"</n:Items>")
    else:
        parts.append(b"<n:Items/>")
    parts.append(b"</n:PullResponse>")
    bookmark = events[-1].bookmark if events and subscription.request.send_bookmarks else b""
    headers = b"<w:Bookmark>" + bookmark + b"</w:Bookmark>" if bookmark else b""
    return Answer(templates.ENUMERATION, _PULL_RESPONSE, parts, headers)


def release(call: Call, identifier: str) -> Answer:
    """Release of a subscription's context ends the subscription."""
    subscription = call.subscriptions.take_context(identifier, call.account.sid)
    call.subscriptions.end(subscription, Ending.UNSUBSCRIBED)
    action = "http://schemas.xmlsoap.org/ws/2004/09/enumeration/ReleaseResponse"
    return Answer(templates.ENUMERATION, action, ())


class _Waited(Enum):
    EVENTS = 1
    HEARTBEAT = 2


def _wait(call: Call, subscription: Subscription, timeout: float) -> _Waited:
    """Sleep until there are events or a heartbeat is due. Raises TIMEDOUT, OPERATION_ABORTED ..."""
    host, subscriptions, feed = call.host, call.subscriptions, subscription.feed
    heartbeat = subscription.request.heartbeat
    deadline = subscription.now() + timeout
    alive_at = None if heartbeat is None else subscription.last_sent + heartbeat
    expires_at = subscription.expires_at
    wakes_at = min(each for each in (deadline, alive_at, expires_at) if each is not None)
    while True:
        # A leap of the fast clock wakes up early; only the time that the client waited counts.
        host.wait_for(
            lambda: feed.pending or subscription.ending is not None,
            max(0.0, wakes_at - subscription.now()),
            lambda: subscriptions.is_closed,
            skip_time=False,
        )
        if subscriptions.is_closed or host.closed or subscription.ending is Ending.UNSUBSCRIBED:
            raise WsmanFault("ERROR_OPERATION_ABORTED")
        if subscription.ending is Ending.CANCELLED:
            raise WsmanFault("ERROR_WSMAN_EVENTING_SUBSCRIPTION_CANCELLED_BYSOURCE")
        if subscription.ending is not None or subscription.is_over:
            subscriptions.end(subscription, Ending.EXPIRED)
            raise WsmanFault("ERROR_WSMAN_ENUMERATE_INVALID_ENUMERATION_CONTEXT")
        if feed.pending:
            return _Waited.EVENTS
        now = subscription.now()
        if has_come(alive_at, now):
            return _Waited.HEARTBEAT
        if has_come(deadline, now):
            raise WsmanFault("ERROR_WSMAN_OPERATION_TIMEDOUT")


def _fitting(call: Call, subscription: Subscription, maximum: int) -> list[RenderedEvent]:
    """The oldest events that fit one answer; the others wait. Raises MAX_ENVELOPE_SIZE_EXCEEDED."""
    room = call.room(templates.ENUMERATION, _PULL_RESPONSE) - _FRAME
    feed = subscription.feed
    with call.host.looking():
        taken = feed.take(maximum)
    events: list[RenderedEvent] = []
    for place, each in enumerate(taken):
        event = feed.render(each)
        room -= len(event.content) + len(event.bookmark)
        if room < 0:
            with call.host.looking():
                feed.put_back(taken[place:])
            if not events:
                raise WsmanFault("ERROR_WSMAN_MAX_ENVELOPE_SIZE_EXCEEDED")
            break
        events.append(event)
    return events


def _bounds(call: Call, body: Element) -> tuple[int, float]:
    """n:MaxElements (1 without it) and how long to wait: OperationTimeout, or n:MaxTime if it is shorter."""
    elements, time = child(body, "MaxElements"), child(body, "MaxTime")
    text = "1" if elements is None else text_of(elements)
    if not (text.isascii() and text.isdigit() and len(text) <= 10 and int(text) > 0):
        raise WsmanFault("ERROR_WSMAN_INVALID_PARAMETER")
    timeout = call.timeout
    if time is not None:
        try:
            seconds = parse_duration(text_of(time))
        except ValueError:
            seconds = -1.0
        if seconds <= 0:
            raise WsmanFault("ERROR_WSMAN_INVALID_PARAMETER")
        timeout = min(timeout, seconds)
    return min(int(text), call.host.winrm.max_batch_items), timeout


def _check_address(call: Call, address: Address) -> None:
    """Whether messages may go to an address: nothing that a client says may reach another machine by itself.

    Allowed are loopback addresses for clients that are on this machine anyway, and the hosts of the profile's
    `winrm.event_delivery_hosts`.
    """
    allowed = {name.lower() for name in call.host.profile.winrm.event_delivery_hosts}
    is_near = address.is_loopback and is_loopback(call.client_address)
    if not is_near and address.host.lower() not in allowed:
        call.record_gap(f"delivery of events to {address.host}")
        raise WsmanFault(
            "ERROR_WSMAN_EVENTING_LOOPBACK_TESTFAILED",
            f"Not emulated: delivery of events to {address.host}. The profile's winrm.event_delivery_hosts "
            "names the hosts that may be reached.",
        )
    if address.scheme != "http":
        call.record_gap("delivery of events over HTTPS")
        raise WsmanFault(
            "ERROR_WSMAN_EVENTING_LOOPBACK_TESTFAILED", "Not emulated: delivery of events over HTTPS."
        )


def _described(call: Call, subscription: Subscription) -> bytes:
    """e:SubscribeResponse as recorded; PT0.000S stands for a subscription that does not expire."""
    expires = subscription.request.expires
    if expires is None or subscription.expires_at is None:
        shown = format_seconds(0)
    elif expires.moment is not None:
        shown = expires.moment.isoformat().replace("+00:00", "Z")
    else:
        shown = format_seconds(expires.seconds or 0.0)
    context = ""
    if subscription.is_pull:
        context = f"<n:EnumerationContext>{subscription.context}</n:EnumerationContext>"
    return (
        "<e:SubscribeResponse><e:SubscriptionManager>"
        f"<a:Address>{escape(subscription.manager)}</a:Address><a:ReferenceProperties>"
        f"<w:ResourceURI>{escape(call.envelope.resource_uri)}</w:ResourceURI>"
        f"<e:Identifier>{subscription.identifier}</e:Identifier></a:ReferenceProperties>"
        f"</e:SubscriptionManager><e:Expires>{shown}</e:Expires>{context}</e:SubscribeResponse>"
    ).encode()
