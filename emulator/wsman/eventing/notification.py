"""Messages that the service sends by itself: events, heartbeats, the end of a subscription.

The headers and their order are those that Windows hosts were recorded to send.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from emulator.host.identifiers import random_guid
from emulator.wsman.eventing.rendered_event import RenderedEvent
from emulator.wsman.namespaces import ADDRESSING, ANONYMOUS, EVENTING, SOAP, WSMAN, WSMANV
from emulator.wsman.text import escape, escape_attribute

if TYPE_CHECKING:
    from emulator.host import Host
    from emulator.wsman.eventing.request import Address
    from emulator.wsman.eventing.subscription import Subscription

HEARTBEAT_ACTION = "http://schemas.dmtf.org/wbem/wsman/1/wsman/Heartbeat"
EVENTS_ACTION = "http://schemas.dmtf.org/wbem/wsman/1/wsman/Events"
ACK_ACTION = "http://schemas.dmtf.org/wbem/wsman/1/wsman/Ack"
_END_ACTION = EVENTING + "/SubscriptionEnd"
_MACHINE_ID = "http://schemas.microsoft.com/wbem/wsman/1/machineid"


@dataclass(frozen=True, slots=True)
class Notification:
    """One message: its action, what is in the body, and whether it must be acknowledged."""

    action: str
    body: bytes
    is_acknowledged: bool
    bookmark: bytes = b""


def of_event(event: RenderedEvent, *, is_acknowledged: bool) -> Notification:
    """One event in a message of its own."""
    return Notification(event.action, event.content, is_acknowledged, event.bookmark)


def of_batch(events: Sequence[RenderedEvent]) -> Notification:
    """Several events in one message (DSP0226 10.2.9.4)."""
    parts = [b"<w:Events>"]
    for event in events:
        parts.append(f'<w:Event Action="{escape_attribute(event.action)}">'.encode())
        parts += (event.content, b"</w:Event>")
    parts.append(b"</w:Events>")
    return Notification(EVENTS_ACTION, b"".join(parts), True, events[-1].bookmark if events else b"")


def heartbeat(*, is_batch: bool, is_acknowledged: bool) -> Notification:
    """A sign of life; in batched mode it holds an empty batch (recorded)."""
    return Notification(HEARTBEAT_ACTION, b"<w:Events></w:Events>" if is_batch else b"", is_acknowledged)


def subscription_end(subscription: Subscription, status: str) -> Notification:
    """The news that a subscription ended though nobody asked for it (DSP0226 10.8)."""
    text = (
        "<e:SubscriptionEnd><e:SubscriptionManager>"
        f"<a:Address>{escape(subscription.manager)}</a:Address><a:ReferenceProperties>"
        f"<w:ResourceURI>{escape(subscription.resource_uri)}</w:ResourceURI>"
        f"<e:Identifier>{subscription.identifier}</e:Identifier></a:ReferenceProperties>"
        f"</e:SubscriptionManager><e:Status>{status}</e:Status></e:SubscriptionEnd>"
    )
    return Notification(_END_ACTION, text.encode(), False)


def envelope(
    host: Host, address: Address, notification: Notification, session: str, maximum_size: int, locale: str
) -> bytes:
    """The message as it goes to an address, in UTF-8."""
    language = escape_attribute(locale or "en-US")
    head = (
        f'<s:Envelope xmlns:s="{SOAP}" xmlns:a="{ADDRESSING}" xmlns:e="{EVENTING}" xmlns:w="{WSMAN}" '
        f'xmlns:p="{WSMANV}"><s:Header><a:To>{escape(address.url)}</a:To>'
        f'<m:MachineID xmlns:m="{_MACHINE_ID}" s:mustUnderstand="false">{escape(host.name)}</m:MachineID>'
        f'<a:ReplyTo><a:Address s:mustUnderstand="true">{ANONYMOUS}</a:Address></a:ReplyTo>'
        f'<a:Action s:mustUnderstand="true">{escape(notification.action)}</a:Action>'
        f'<w:MaxEnvelopeSize s:mustUnderstand="true">{maximum_size}</w:MaxEnvelopeSize>'
        f"<a:MessageID>uuid:{random_guid()}</a:MessageID>"
        f'<w:Locale xml:lang="{language}" s:mustUnderstand="false" />'
        f'<p:DataLocale xml:lang="{language}" s:mustUnderstand="false" />'
        f'<p:SessionId s:mustUnderstand="false">uuid:{session}</p:SessionId>'
        f'<p:OperationID s:mustUnderstand="false">uuid:{random_guid()}</p:OperationID>'
        '<p:SequenceId s:mustUnderstand="false">1</p:SequenceId>'
        "<w:OperationTimeout>PT60.000S</w:OperationTimeout>"
    ).encode()
    bookmark = (b"<w:Bookmark>", notification.bookmark, b"</w:Bookmark>") if notification.bookmark else (b"",)
    acknowledge = b"<w:AckRequested/>" if notification.is_acknowledged else b""
    body = (b"</s:Header><s:Body>", notification.body, b"</s:Body></s:Envelope>")
    return b"".join((head, address.headers, *bookmark, acknowledge, *body))
