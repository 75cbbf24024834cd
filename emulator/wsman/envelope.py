"""Reading a SOAP request (SOAP 1.2, WS-Addressing 2004/08, DSP0226) into plain values.

Texts of headers are trimmed: some clients put line breaks around them. `mustUnderstand` is accepted with
and without the SOAP namespace, but only the namespaced one can refuse a request for an unknown header.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Final, TypeAlias

from emulator import xml_document
from emulator.record import MutableRecord, Record, field
from emulator.wsman.faults import WsmanFault
from emulator.wsman.namespaces import (
    ADDRESSING,
    ANONYMOUS,
    EVENTING,
    SOAP,
    SOAP_1_1,
    WSMAN,
    WSMANV,
    XML,
)
from emulator.wsman.text import parse_duration
from emulator.xml_document import Element, MalformedXml, local_name

MAXIMUM_SELECTORS: Final = 256
MAXIMUM_OPTIONS: Final = 256
MAXIMUM_URI: Final = 2048
#: Characters of wsmv:ActivityId (MS-WSMV 3.1.4.1.12) and of the other identifiers.
MAXIMUM_IDENTIFIER: Final = 2048
#: Seconds of w:OperationTimeout: Windows counts milliseconds in 32 bits.
MAXIMUM_TIMEOUT: Final = 4_294_967.295
#: References inside references (a key of an association that refers to an association ...).
MAXIMUM_REFERENCE_DEPTH: Final = 8

_XML_DECLARATION = re.compile(r"\s*<\?xml[^>]*\?>")
_CHARSET = re.compile(r"""charset\s*=\s*["']?([\w.-]+)""", re.IGNORECASE)
#: What UTF-16 begins with: a mark, or the first `<` of the document.
_BYTE_ORDERS = {
    b"\xff\xfe": "utf-16-le",
    b"\xfe\xff": "utf-16-be",
    b"<\0": "utf-16-le",
    b"\0<": "utf-16-be",
}
#: RFC 2781 section 4.3: without a mark UTF-16 is big-endian; Windows writes little-endian.
_UTF_16 = {"utf-16": "utf-16-le", "utf-16le": "utf-16-le", "utf-16be": "utf-16-be"}


class EndpointReference(Record):
    """A WS-Addressing reference to a resource: its URI and selectors in the order given."""

    resource_uri: str
    selectors: tuple[tuple[str, SelectorValue], ...] = ()


SelectorValue: TypeAlias = "str | EndpointReference"


class Option(Record):
    """The w:Option elements of one name, spelled as the first is: ``values`` in order, ``value`` the last."""

    name: str
    values: tuple[str, ...]
    must_comply: bool

    @property
    def value(self) -> str:
        return self.values[-1]


class Envelope(MutableRecord):
    """A request. Absent headers are empty strings or None; `operation_timeout` is in seconds."""

    body: Element | None = None
    action: str = ""
    to: str = ""
    message_id: str = ""
    reply_to: str = ""
    resource_uri: str = ""
    selectors: tuple[tuple[str, SelectorValue], ...] = ()
    options: dict[str, Option] = field(default_factory=dict)
    operation_timeout: float | None = None
    max_envelope_size: int | None = None
    locale: str = ""
    data_locale: str = ""
    fragment: str | None = None
    fragment_dialect: str = ""
    identifier: str = ""
    session_id: str = ""
    #: MS-WSMV 3.1.4.1.39: a client's operation, which of its messages this is, whether it was sent before.
    operation_id: str = ""
    sequence_id: int = 1
    is_retransmission: bool = False
    options_must_understand: bool = False
    encoding: str = "utf-8"

    def under(self, message_id: str) -> Envelope:
        """The same request under another message id; the rest is shared."""
        other = Envelope.__new__(Envelope)
        other.__dict__.update(self.__dict__, message_id=message_id)
        return other

    def without_operation(self) -> Envelope:
        """The same request as one of a client that does not ask for robust connections."""
        other = self.under(self.message_id)
        other.operation_id = ""
        return other

    def selector(self, name: str) -> str | None:
        """The text of a selector (name without regard to case), None when there is none."""
        wanted = name.lower()
        for key, value in self.selectors:
            if key.lower() == wanted and isinstance(value, str):
                return value
        return None

    def option(self, name: str) -> str | None:
        """The value of an option (name without regard to case), None when it was not sent."""
        found = self.options.get(name.lower())
        return None if found is None else found.value

    def flag(self, name: str) -> bool:
        """Whether an option is TRUE or 1."""
        return (self.option(name) or "").strip().lower() in ("true", "1")


def decode(body: bytes, content_type: str) -> tuple[bytes, str]:
    """The request as UTF-8 and the encoding to answer in: utf-8, utf-16-le or utf-16-be.

    A byte order mark counts more than the charset; where both are missing, the zero byte in the first
    character tells. Raises CHARACTER_SET for any other charset, INVALID_XML for broken UTF-16.
    """
    charset = _charset(content_type)
    encoding = _BYTE_ORDERS.get(body[:2]) or _UTF_16.get(charset)
    if encoding is None:
        if charset not in ("utf-8", "utf8", "us-ascii", "ascii"):
            raise WsmanFault("ERROR_WSMAN_CHARACTER_SET")
        return body, "utf-8"
    try:
        text = body.decode(encoding)
    except UnicodeDecodeError:
        raise WsmanFault("ERROR_WSMAN_INVALID_XML") from None
    text = text.removeprefix("\ufeff")
    declaration = _XML_DECLARATION.match(text)
    text = text[declaration.end() :] if declaration else text
    return text.encode("utf-8", "surrogatepass"), encoding


@lru_cache(maxsize=64)
def _charset(content_type: str) -> str:
    match = _CHARSET.search(content_type)
    return match[1].lower() if match else "utf-8"


def parse_document(data: bytes) -> Element:
    """The root of an XML text from outside. Raises INVALID_XML; a DTD counts as invalid."""
    try:
        return xml_document.parse(data)
    except MalformedXml:
        raise WsmanFault("ERROR_WSMAN_INVALID_XML") from None


def text_of(element: Element) -> str:
    """The trimmed text of a leaf."""
    return (element.text or "").strip()


def child(element: Element, name: str) -> Element | None:
    """The first child with this local name, in any namespace."""
    for each in element:
        if local_name(each) == name:
            return each
    return None


def is_nil(element: Element) -> bool:
    """Whether the element says xsi:nil."""
    return element.get(_NIL, "").strip().lower() in ("true", "1")


_NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
_MUST_UNDERSTAND = f"{{{SOAP}}}mustUnderstand"
_LANGUAGE = f"{{{XML}}}lang"


def read_headers(root: Element, encoding: str) -> Envelope:
    """Fill an envelope from the root element. Raises the fault of the first header that is wrong."""
    tag = root.tag
    if tag != f"{{{SOAP}}}Envelope":
        if tag == f"{{{SOAP_1_1}}}Envelope":
            raise WsmanFault("ERROR_WSMAN_SOAP_VERSION_MISMATCH")
        raise WsmanFault("ERROR_WSMAN_SCHEMA_VALIDATION_ERROR")
    envelope = Envelope(encoding=encoding)
    body: Element | None = None
    fault: WsmanFault | None = None
    for part in root:
        part_tag = part.tag
        if part_tag == _HEADER:
            for header in part:
                reader = _READERS.get(header.tag)
                try:
                    if reader is not None:
                        reader(envelope, header)
                    elif must_understand(header):
                        raise WsmanFault("ERROR_WSMAN_SOAP_FAULT_MUST_UNDERSTAND")
                except WsmanFault as wrong:
                    # The rest is read first, so that the answer can relate to the message.
                    fault = fault or wrong
        elif part_tag == _BODY:
            body = part
    if body is None:
        fault = fault or WsmanFault("ERROR_WSMAN_INVALID_SOAP_BODY")
    elif len(body):
        envelope.body = body[0]
    if fault is not None:
        raise HeaderFault(envelope, fault)
    return envelope


def must_understand(header: Element) -> bool:
    """Whether the header says so in the SOAP namespace."""
    return header.get(_MUST_UNDERSTAND, "").strip().lower() in ("true", "1")


class HeaderFault(Exception):
    """A header is wrong; `envelope` holds what could be read, `fault` is the answer."""

    def __init__(self, envelope: Envelope, fault: WsmanFault) -> None:
        super().__init__(str(fault))
        self.envelope = envelope
        self.fault = fault


def parse_selectors(selectors: Iterable[Element], depth: int = 0) -> tuple[tuple[str, SelectorValue], ...]:
    """Names and values of w:Selector elements. Raises SELECTOR_LIMIT, DUPLICATE_SELECTORS ..."""
    found: list[tuple[str, SelectorValue]] = []
    seen: set[str] = set()
    for element in selectors:
        if local_name(element) != "Selector":
            continue
        name = (element.get("Name") or "").strip()
        if not name:
            raise WsmanFault("ERROR_WSMAN_INVALID_SELECTORS")
        if name.lower() in seen:
            raise WsmanFault("ERROR_WSMAN_DUPLICATE_SELECTORS")
        if len(found) == MAXIMUM_SELECTORS:
            raise WsmanFault("ERROR_WSMAN_SELECTOR_LIMIT")
        seen.add(name.lower())
        nested = element[0] if len(element) else None
        if nested is None:
            # Only the header's own layout is trimmed: a value on one line is taken as it is.
            value = element.text or ""
            found.append((name, value.strip() if "\n" in value else value))
        else:
            found.append((name, parse_reference(nested, depth + 1)))
    return tuple(found)


def parse_reference(element: Element, depth: int = 0) -> EndpointReference:
    """The reference that an a:EndpointReference (or an element with its children) holds.

    Accepts the children flat (Address, ReferenceParameters) and wrapped in a further EndpointReference.
    Raises INVALID_SELECTOR_VALUE when it is none.
    """
    if depth > MAXIMUM_REFERENCE_DEPTH:
        raise WsmanFault("ERROR_WSMAN_INVALID_SELECTOR_VALUE")
    wrapped = child(element, "EndpointReference")
    if wrapped is not None:
        return parse_reference(wrapped, depth + 1)
    parameters = child(element, "ReferenceParameters")
    uri = None if parameters is None else child(parameters, "ResourceURI")
    if parameters is None or uri is None:
        raise WsmanFault("ERROR_WSMAN_INVALID_SELECTOR_VALUE")
    selector_set = child(parameters, "SelectorSet")
    return EndpointReference(
        text_of(uri), () if selector_set is None else parse_selectors(selector_set, depth)
    )


def _text_reader(attribute: str) -> Callable[[Envelope, Element], None]:
    def read(envelope: Envelope, header: Element) -> None:
        setattr(envelope, attribute, text_of(header))

    return read


def _read_resource_uri(envelope: Envelope, header: Element) -> None:
    uri = text_of(header)
    if len(uri) > MAXIMUM_URI:
        raise WsmanFault("ERROR_WSMAN_URI_LIMIT")
    envelope.resource_uri = uri


def _read_selectors(envelope: Envelope, header: Element) -> None:
    envelope.selectors = parse_selectors(header)


def _read_options(envelope: Envelope, header: Element) -> None:
    envelope.options_must_understand = must_understand(header)
    if len(header) > MAXIMUM_OPTIONS:
        raise WsmanFault("ERROR_WSMAN_OPTION_LIMIT")
    for option in header:
        name = (option.get("Name") or "").strip()
        if not name:
            raise WsmanFault("ERROR_WSMAN_OPTIONS_INVALID_NAME")
        comply = (option.get("MustComply") or "").strip().lower() in ("true", "1")
        value = "" if is_nil(option) else option.text or ""
        before = envelope.options.get(name.lower())
        if before is None:
            found = Option(name, (value,), comply)
        else:
            found = Option(before.name, (*before.values, value), comply or before.must_comply)
        envelope.options[name.lower()] = found


def _read_message_id(envelope: Envelope, header: Element) -> None:
    envelope.message_id = text_of(header)
    if not envelope.message_id:
        raise WsmanFault("ERROR_WSMAN_INVALID_MESSAGE_INFORMATION_HEADER")


def _address(header: Element) -> str:
    """Where answers are to go; only back on the same connection is supported (MS-WSMV 3.1.4.1.2)."""
    address = child(header, "Address")
    found = ANONYMOUS if address is None else text_of(address)
    if found != ANONYMOUS:
        raise WsmanFault("ERROR_WSMAN_UNSUPPORTED_ADDRESSING_MODE")
    return found


def _read_reply_to(envelope: Envelope, header: Element) -> None:
    envelope.reply_to = _address(header)


def _read_fault_to(_envelope: Envelope, header: Element) -> None:
    _address(header)


def _read_operation_id(envelope: Envelope, header: Element) -> None:
    envelope.operation_id = _identifier(header)
    envelope.is_retransmission = must_understand(header)


def _read_sequence_id(envelope: Envelope, header: Element) -> None:
    text = text_of(header)
    if not (text.isascii() and text.isdigit() and len(text) <= 20):
        raise WsmanFault("ERROR_WSMAN_INVALID_MESSAGE_INFORMATION_HEADER")
    envelope.sequence_id = int(text)


def _read_activity_id(_envelope: Envelope, header: Element) -> None:
    _identifier(header)


def _identifier(header: Element) -> str:
    text = text_of(header)
    if len(text) > MAXIMUM_IDENTIFIER:
        raise WsmanFault("ERROR_WSMAN_INVALID_MESSAGE_INFORMATION_HEADER")
    return text


def _read_timeout(envelope: Envelope, header: Element) -> None:
    text = text_of(header)
    try:
        seconds = parse_duration(text)
    except ValueError:
        seconds = -1.0
    if seconds < 0:
        raise WsmanFault(
            "ERROR_WSMAN_INVALID_MESSAGE_INFORMATION_HEADER",
            "The WS-Management service cannot process the request. "
            f"The XML contains an invalid timeout field in the SOAP header: {text[:64]}.",
        )
    if seconds > MAXIMUM_TIMEOUT:
        raise WsmanFault("ERROR_WSMAN_INVALID_TIMEOUT_HEADER")
    envelope.operation_timeout = seconds


def _read_max_envelope_size(envelope: Envelope, header: Element) -> None:
    text = text_of(header)
    if not text.isascii() or not text.isdigit() or len(text) > 10:
        raise WsmanFault("ERROR_WSMAN_INVALID_MESSAGE_INFORMATION_HEADER")
    envelope.max_envelope_size = int(text)


def _read_locale(envelope: Envelope, header: Element) -> None:
    envelope.locale = header.get(_LANGUAGE, "")
    if must_understand(header):
        raise WsmanFault("ERROR_WSMAN_MUSTUNDERSTAND_ON_LOCALE_UNSUPPORTED")


def _read_data_locale(envelope: Envelope, header: Element) -> None:
    envelope.data_locale = header.get(_LANGUAGE, "")
    if must_understand(header):
        # MS-WSMV 3.1.4.1.9 names the detail.
        raise WsmanFault("ERROR_WSMAN_UNSUPPORTED_FEATURE", detail="DataLocale")


def _read_fragment(envelope: Envelope, header: Element) -> None:
    if header.get(_MUST_UNDERSTAND, "").strip().lower() in ("false", "0"):
        # MS-WSMV 3.1.4.1.18: whoever wants a fragment cannot be content with the whole.
        raise WsmanFault("ERROR_WSMAN_INVALID_MESSAGE_INFORMATION_HEADER")
    envelope.fragment = text_of(header)
    envelope.fragment_dialect = (header.get("Dialect") or "").strip()


def _ignore(_envelope: Envelope, _header: Element) -> None:
    """Understood, and of no effect here."""


_HEADER = f"{{{SOAP}}}Header"
_BODY = f"{{{SOAP}}}Body"
_READERS: dict[object, Callable[[Envelope, Element], None]] = {
    f"{{{ADDRESSING}}}Action": _text_reader("action"),
    f"{{{ADDRESSING}}}To": _text_reader("to"),
    f"{{{ADDRESSING}}}MessageID": _read_message_id,
    f"{{{ADDRESSING}}}ReplyTo": _read_reply_to,
    f"{{{ADDRESSING}}}From": _ignore,
    f"{{{ADDRESSING}}}FaultTo": _read_fault_to,
    f"{{{ADDRESSING}}}RelatesTo": _ignore,
    f"{{{WSMAN}}}ResourceURI": _read_resource_uri,
    f"{{{WSMAN}}}SelectorSet": _read_selectors,
    f"{{{WSMAN}}}OptionSet": _read_options,
    f"{{{WSMAN}}}OperationTimeout": _read_timeout,
    f"{{{WSMAN}}}MaxEnvelopeSize": _read_max_envelope_size,
    f"{{{WSMAN}}}Locale": _read_locale,
    f"{{{WSMAN}}}FragmentTransfer": _read_fragment,
    f"{{{WSMAN}}}RequestTotalItemsCountEstimate": _ignore,
    f"{{{WSMANV}}}DataLocale": _read_data_locale,
    f"{{{WSMANV}}}SessionId": _text_reader("session_id"),
    f"{{{WSMANV}}}OperationID": _read_operation_id,
    f"{{{WSMANV}}}SequenceId": _read_sequence_id,
    f"{{{WSMANV}}}ActivityId": _read_activity_id,
    f"{{{EVENTING}}}Identifier": _text_reader("identifier"),
}
