"""Readers of SOAP: envelopes, method calls, and the whole service."""

from __future__ import annotations

import contextlib
import re
from collections import deque
from random import Random
from typing import Final

from fuzz import grammar, recorded, soap_grammar
from fuzz.machine import machine
from fuzz.mutation import damaged_bytes, damaged_xml
from lxml import etree

from emulator.cim.errors import CimError
from emulator.wsman.envelope import HeaderFault, decode, parse_document, read_headers
from emulator.wsman.faults import WsmanFault
from emulator.wsman.messages import SOAP_CONTENT_TYPE, WsmanRequest
from emulator.wsman.parameters import method_arguments

_USER: Final = "Administrator"


def envelope(random: Random) -> tuple[bytes, str]:
    """The body and the content type of a request."""
    known = ("uuid:11111111-1111-1111-1111-111111111111",)
    if random.randrange(2):
        body = soap_grammar.request(random, known).encode("utf-8", "surrogatepass")
    else:
        body = random.choice(recorded.requests()).body
    if random.randrange(5):
        body = soap_grammar.damaged_request(random, body, known)
    kind = random.randrange(12)
    if kind == 0:
        body = body.decode("utf-8", "replace").encode("utf-16")
    elif kind == 1:
        body = damaged_bytes(random, body.decode("utf-8", "replace").encode("utf-16-le"))
    return body, random.choice((SOAP_CONTENT_TYPE,) * 6 + _CONTENT_TYPES)


_CONTENT_TYPES: Final = (
    "application/soap+xml;charset=UTF-16",
    "application/soap+xml; charset=utf-16le",
    "application/soap+xml;charset=utf-32",
    "application/soap+xml;charset='",
    "text/xml",
    "",
    "charset=" * 2000,
)


def check_envelope(given: tuple[bytes, str]) -> None:
    with contextlib.suppress(WsmanFault, HeaderFault):
        data, encoding = decode(*given)
        read_headers(parse_document(data), encoding)


def call(random: Random) -> tuple[str, str]:
    """A method of the management service, and a body for it."""
    method = random.choice(soap_grammar.METHODS[1:8])
    body = soap_grammar.invoke(random, method, soap_grammar.RESOURCES[3])
    prefixes = (
        ' xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing"'
        ' xmlns:w="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd"'
        ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    )
    body = body.replace("_INPUT xmlns", f"_INPUT{prefixes} xmlns", 1)
    return method, damaged_xml(random, body, grammar.CLASSES) if random.randrange(2) else body


def check_call(given: tuple[str, str]) -> None:
    name, text = given
    namespace = machine().wmi.namespace("root/virtualization/v2")
    service = namespace.resolve("Msvm_VirtualSystemManagementService", {})
    declared = service.declaration.method(name)
    try:
        body = parse_document(text.encode("utf-8", "surrogatepass"))
        arguments = method_arguments(body, declared, namespace.schema, namespace.name)
        namespace.invoke(service, name, arguments)
    except (WsmanFault, CimError):
        return


class Service:
    """The whole service: whatever comes, a well-formed answer goes out and nothing is logged as an error."""

    _IDENTIFIER = re.compile(
        rb"(?:uuid:)?[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}"
    )

    def __init__(self) -> None:
        self._known: deque[str] = deque(maxlen=24)

    def generate(self, random: Random) -> WsmanRequest:
        body, content_type = envelope(random)
        if self._known and random.randrange(3) == 0:
            # Ids of open enumerations, shells and commands let a request of a later stage go deep.
            text = soap_grammar.request(random, tuple(self._known))
            body, content_type = text.encode("utf-8", "surrogatepass"), SOAP_CONTENT_TYPE
        account = machine().host.accounts.find(_USER) if random.randrange(50) else None
        return WsmanRequest(body, content_type, account, "127.0.0.1", bool(random.randrange(2)), False)

    def check(self, request: WsmanRequest) -> None:
        reply = machine().wsman.handle(request)
        assert reply.status in (200, 500)
        if not reply.body:
            assert not request.body
            return
        root = etree.fromstring(reply.body)
        assert root.tag == "{http://www.w3.org/2003/05/soap-envelope}Envelope"
        fault = root.find("{*}Body/{*}Fault")
        assert (fault is not None) == (reply.status == 500)
        self._known += (found.decode() for found in self._IDENTIFIER.findall(reply.body)[-4:])

    def settle(self) -> None:
        self._known.clear()
        machine().reset()
