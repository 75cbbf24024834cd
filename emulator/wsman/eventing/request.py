"""Reading an e:Subscribe (DSP0226 10.2): every part checked, with the fault that names what is wrong."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from urllib.parse import urlsplit

from emulator import xml_document
from emulator.cim import datetime_text
from emulator.wsman.envelope import child, text_of
from emulator.wsman.faults import WsmanFault
from emulator.wsman.namespaces import XML
from emulator.wsman.text import parse_duration
from emulator.xml_document import Element, local_name

#: Elements that a NotifyTo may want back in every message, and their size together.
_MAXIMUM_REFERENCE_ELEMENTS = 32
_MAXIMUM_REFERENCE_BYTES = 8192
_MAXIMUM_RETRIES = 1000
_SHORTEST_HEARTBEAT = 0.1
_LONGEST_ADDRESS = 2048
_LANGUAGE_TAG = re.compile(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*")
_WSMAN = "http://schemas.dmtf.org/wbem/wsman/1/wsman/"


class DeliveryMode(Enum):
    """How events reach the subscriber (DSP0226 10.2.9.1)."""

    PUSH = "http://schemas.xmlsoap.org/ws/2004/08/eventing/DeliveryModes/Push"
    PUSH_WITH_ACK = _WSMAN + "PushWithAck"
    EVENTS = _WSMAN + "Events"
    PULL = _WSMAN + "Pull"


@dataclass(frozen=True, slots=True)
class Address:
    """Where messages are sent: an endpoint reference taken apart.

    `headers` are the reference properties as XML, which every message carries as header blocks.
    """

    url: str
    scheme: str
    host: str
    port: int
    path: str
    headers: bytes

    @property
    def is_loopback(self) -> bool:
        """Whether the host is this machine: `localhost` or a loopback address, without asking a resolver."""
        return is_loopback(self.host)


def is_loopback(host: str) -> bool:
    """Whether a text is `localhost` or a loopback address."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@dataclass(frozen=True, slots=True)
class Expires:
    """When a subscription shall end: after so many seconds, or at a moment."""

    seconds: float | None = None
    moment: datetime | None = None


@dataclass(frozen=True, slots=True)
class Filter:
    """What chooses the events: the dialect (lower case, may be empty) and the element that holds it."""

    dialect: str
    element: Element


@dataclass(frozen=True, slots=True)
class SubscribeRequest:
    """A checked e:Subscribe; times in seconds, sizes in bytes.

    `policy` says what happens to an event that is too large: CancelSubscription, Skip or Notify.
    """

    mode: DeliveryMode
    notify_to: Address | None = None
    end_to: Address | None = None
    expires: Expires | None = None
    filter: Filter | None = None
    heartbeat: float | None = None
    maximum_elements: int = 1
    maximum_time: float | None = None
    maximum_envelope: int | None = None
    policy: str = "CancelSubscription"
    retries: int = 0
    retry_interval: float = 0.0
    send_bookmarks: bool = False
    bookmark: Element | None = None
    locale: str = ""
    is_utf_16: bool = False

    @property
    def is_acknowledged(self) -> bool:
        """Whether every message must be acknowledged."""
        return self.mode in (DeliveryMode.PUSH_WITH_ACK, DeliveryMode.EVENTS)


def read_subscribe(body: Element) -> SubscribeRequest:
    """The request. Raises the eventing faults of DSP0226 10.2 and 14.6."""
    delivery = child(body, "Delivery")
    if delivery is None:
        raise WsmanFault("ERROR_WSMAN_EVENTING_INVALID_MESSAGE")
    mode = _mode(delivery)
    end_to = child(body, "EndTo")
    elements, time = _batch(delivery, mode)
    envelope, policy = _envelope(delivery)
    retries, interval = _retry(delivery)
    locale = child(delivery, "Locale")
    chosen = child(body, "Filter")
    dialect = "" if chosen is None else (chosen.get("Dialect") or "").strip().lower().rstrip("/")
    return SubscribeRequest(
        mode=mode,
        notify_to=None if mode is DeliveryMode.PULL else _notify_to(delivery),
        end_to=None if end_to is None else _address(end_to, "ERROR_WSMAN_EVENTING_INVALID_ENDTO_ADDRESSS"),
        expires=_expires(body),
        filter=None if chosen is None else Filter(dialect, chosen),
        heartbeat=_heartbeat(delivery),
        maximum_elements=elements,
        maximum_time=time,
        maximum_envelope=envelope,
        policy=policy,
        retries=retries,
        retry_interval=interval,
        send_bookmarks=child(body, "SendBookmarks") is not None,
        bookmark=child(body, "Bookmark"),
        locale="" if locale is None else _locale(locale),
        is_utf_16=_is_utf_16(delivery),
    )


def _mode(delivery: Element) -> DeliveryMode:
    text = (delivery.get("Mode") or DeliveryMode.PUSH.value).strip()
    if "://" not in text:
        raise WsmanFault("ERROR_WSMAN_EVENTING_DELIVERY_MODE_REQUESTED_INVALID")
    try:
        return DeliveryMode(text)
    except ValueError:
        raise WsmanFault("ERROR_WSMAN_EVENTING_DELIVERY_MODE_REQUESTED_UNAVAILABLE") from None


def _notify_to(delivery: Element) -> Address:
    notify_to = child(delivery, "NotifyTo")
    if notify_to is None:
        raise WsmanFault("ERROR_WSMAN_EVENTING_MISSING_NOTIFYTO")
    if child(notify_to, "Address") is None:
        raise WsmanFault("ERROR_WSMAN_EVENTING_MISSING_NOTIFYTO_ADDRESSS")
    if child(notify_to, "Policy") is not None and any(
        local_name(each) == "Authentication" for each in notify_to.iter()
    ):
        # No credentials of a security profile are kept here that a message could be sent with.
        raise WsmanFault("ERROR_WSMAN_POLICY_CANNOT_COMPLY")
    return _address(notify_to, "ERROR_WSMAN_EVENTING_INVALID_NOTIFYTO_ADDRESSS")


def _address(reference: Element, fault: str) -> Address:
    element = child(reference, "Address")
    text = "" if element is None else text_of(element)
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise WsmanFault(fault) from None
    host = parts.hostname or ""
    fits = parts.scheme in ("http", "https") and host and len(text) <= _LONGEST_ADDRESS and text.isprintable()
    if not fits or not text.isascii() or " " in text or parts.username is not None:
        raise WsmanFault(fault)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    usual = 80 if parts.scheme == "http" else 443
    headers = _reference_properties(reference, fault)
    return Address(text, parts.scheme, host, usual if port is None else port, path, headers)


def _reference_properties(reference: Element, fault: str) -> bytes:
    """The children of ReferenceProperties and ReferenceParameters, which go back as they came."""
    found = [
        each
        for part in reference
        if local_name(part) in ("ReferenceProperties", "ReferenceParameters")
        for each in part
    ]
    if len(found) > _MAXIMUM_REFERENCE_ELEMENTS:
        raise WsmanFault(fault)
    text = "".join(xml_document.written(each) for each in found).encode()
    if len(text) > _MAXIMUM_REFERENCE_BYTES:
        raise WsmanFault(fault)
    return text


def _seconds(text: str, fault: str) -> float:
    try:
        seconds = parse_duration(text)
    except ValueError:
        seconds = -1.0
    if seconds < 0:
        raise WsmanFault(fault)
    return seconds


def _expires(body: Element) -> Expires | None:
    found = child(body, "Expires")
    if found is None:
        return None
    text = text_of(found)
    if text[:1] in ("P", "-"):
        seconds = _seconds(text, "ERROR_WSMAN_EVENTING_INVALID_EXPIRATION_TIME")
        if seconds == 0:
            raise WsmanFault("ERROR_WSMAN_EVENTING_INVALID_EXPIRATION_TIME")
        return Expires(seconds=seconds)
    try:
        return Expires(moment=datetime_text.parse_iso_datetime(text))
    except ValueError:
        raise WsmanFault("ERROR_WSMAN_EVENTING_INVALID_EXPIRATION_TIME") from None


def _heartbeat(delivery: Element) -> float | None:
    found = child(delivery, "Heartbeats")
    if found is None:
        return None
    seconds = _seconds(text_of(found), "ERROR_WSMAN_EVENTING_INVALID_HEARTBEAT")
    if seconds < _SHORTEST_HEARTBEAT:
        raise WsmanFault("ERROR_WSMAN_EVENTING_INVALID_HEARTBEAT")
    return seconds


def _number(text: str, largest: int) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 10 and int(text) > 0):
        raise WsmanFault("ERROR_WSMAN_INVALID_PARAMETER")
    return min(int(text), largest)


def _batch(delivery: Element, mode: DeliveryMode) -> tuple[int, float | None]:
    """MaxElements and MaxTime, which only batches have."""
    elements, time = child(delivery, "MaxElements"), child(delivery, "MaxTime")
    if mode is not DeliveryMode.EVENTS:
        if elements is not None or time is not None:
            raise WsmanFault("ERROR_WSMAN_EVENTING_INCOMPATIBLE_BATCHPARAMS_AND_DELIVERYMODE")
        return 1, None
    return (
        20 if elements is None else _number(text_of(elements), 1000),
        None if time is None else _seconds(text_of(time), "ERROR_WSMAN_INVALID_PARAMETER"),
    )


_POLICIES = {"": "CancelSubscription"} | {
    name.lower(): name for name in ("CancelSubscription", "Skip", "Notify")
}
_SMALLEST_ENVELOPE = 8192


def _envelope(delivery: Element) -> tuple[int | None, str]:
    found = child(delivery, "MaxEnvelopeSize")
    if found is None:
        return None, "CancelSubscription"
    size = _number(text_of(found), 1 << 31)
    if size < _SMALLEST_ENVELOPE:
        raise WsmanFault("ERROR_WSMAN_MIN_ENVELOPE_SIZE")
    policy = _POLICIES.get((found.get("Policy") or "").strip().lower())
    if policy is None:
        raise WsmanFault("ERROR_WSMAN_EVENTING_INVALID_MESSAGE")
    return size, policy


def _retry(delivery: Element) -> tuple[int, float]:
    """ConnectionRetry: both values are zero or neither is (MS-WSMV 3.1.4.1.30.2)."""
    found = child(delivery, "ConnectionRetry")
    if found is None:
        return 0, 0.0
    total = (found.get("Total") or "").strip()
    if not (total.isascii() and total.isdigit() and len(total) <= 10):
        raise WsmanFault("ERROR_WSMAN_EVENTING_INVALID_MESSAGE")
    interval = _seconds(text_of(found), "ERROR_WSMAN_EVENTING_INVALID_MESSAGE")
    if (int(total) == 0) != (interval == 0):
        raise WsmanFault("ERROR_INTERNAL_ERROR")
    return min(int(total), _MAXIMUM_RETRIES), interval


def _locale(element: Element) -> str:
    language = element.get(f"{{{XML}}}lang")
    if language is None:
        raise WsmanFault("ERROR_WSMAN_EVENTING_MISSING_LOCALE_IN_DELIVERY")
    if not _LANGUAGE_TAG.fullmatch(language.strip()):
        raise WsmanFault("ERROR_WSMAN_EVENTING_INVALID_LOCALE_IN_DELIVERY")
    return language.strip()


def _is_utf_16(delivery: Element) -> bool:
    found = child(delivery, "ContentEncoding")
    encoding = "" if found is None else text_of(found).lower()
    if encoding not in ("", "utf-8", "utf-16"):
        raise WsmanFault("ERROR_WSMAN_CHARACTER_SET")
    return encoding == "utf-16"
