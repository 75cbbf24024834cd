"""winrm/config on the wire: its resources as XML and back (MS-WSMV 2.2.4.10 and following, 3.1.4.1.29).

The namespace of a resource is its resource URI, as recorded hosts show it; a request may use any, since the
documents and the tools use several. Names compare without regard to case.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from emulator.host.winrm import winrm_resources
from emulator.host.winrm.winrm_errors import ConfigurationRefused, Refusal
from emulator.host.winrm.winrm_resources import Part, Resource
from emulator.wsman import templates
from emulator.wsman.errors import configuration_fault
from emulator.wsman.faults import WsmanFault
from emulator.wsman.namespaces import ANONYMOUS, CONFIGURATION, XSI
from emulator.wsman.operations.call import Answer, Call
from emulator.wsman.text import escape, escape_attribute
from emulator.xml_document import Element, local_name

if TYPE_CHECKING:
    from emulator.wsman.resource_uri import ConfigurationTarget

_TRANSFER = "http://schemas.xmlsoap.org/ws/2004/09/transfer/"
_PLUGIN = "plugin"
_PLUGIN_NAMESPACE = f"{CONFIGURATION}/PluginConfiguration"
_WITH_XSI = ("listener", "service/certmapping")
_MAXIMUM_DEPTH = 8
_MAXIMUM_PARTS = 2000


def get(call: Call, target: ConfigurationTarget) -> bytes:
    """The element of a resource."""
    if call.envelope.fragment is not None:
        raise WsmanFault("ERROR_WSMAN_FRAGMENT_TRANSFER_NOT_SUPPORTED")
    try:
        found = winrm_resources.get(call.host, call.account, target.path, _selectors(call))
    except ConfigurationRefused as refused:
        raise configuration_fault(refused) from None
    return _element(target.path, found)


def put(call: Call, target: ConfigurationTarget) -> Answer:
    """Change what the body states of a resource; the answer holds the whole of it."""
    if call.envelope.fragment is not None:
        raise WsmanFault("ERROR_WSMAN_FRAGMENT_TRANSFER_NOT_SUPPORTED")
    try:
        wanted = _body(call)
        changed = winrm_resources.put(call.host, call.account, target.path, _selectors(call), wanted)
    except ConfigurationRefused as refused:
        raise configuration_fault(refused) from None
    return Answer(templates.TRANSFER, _TRANSFER + "PutResponse", (_element(target.path, changed),))


def create(call: Call, target: ConfigurationTarget) -> Answer:
    """A new listener, certificate mapping or plug-in; the answer refers to it."""
    try:
        wanted = _body(call)
        made = winrm_resources.create(call.host, call.account, target.path, _selectors(call), wanted)
    except ConfigurationRefused as refused:
        raise configuration_fault(refused) from None
    address = call.envelope.to or ANONYMOUS
    text = f"<x:ResourceCreated>{_reference(target.path, made, address)}</x:ResourceCreated>"
    return Answer(templates.TRANSFER, _TRANSFER + "CreateResponse", (text.encode(),))


def delete(call: Call, target: ConfigurationTarget) -> Answer:
    """Remove a listener, certificate mapping or plug-in; the answer's body is empty."""
    try:
        winrm_resources.delete(call.host, call.account, target.path, _selectors(call))
    except ConfigurationRefused as refused:
        raise configuration_fault(refused) from None
    return Answer(templates.PLAIN, _TRANSFER + "DeleteResponse", ())


def enumerate_items(call: Call, target: ConfigurationTarget) -> Iterator[tuple[bytes, bytes]]:
    """Every instance of a resource: its element and its a:EndpointReference."""
    try:
        found = winrm_resources.instances(call.host, call.account, target.path)
    except ConfigurationRefused as refused:
        raise configuration_fault(refused) from None
    for one in found:
        reference = _reference(target.path, one, ANONYMOUS)
        yield (
            _element(target.path, one),
            f"<a:EndpointReference>{reference}</a:EndpointReference>".encode(),
        )


def _selectors(call: Call) -> dict[str, str]:
    selectors: dict[str, str] = {}
    for name, value in call.envelope.selectors:
        if not isinstance(value, str):
            raise WsmanFault("ERROR_WSMAN_SELECTOR_TYPEMISMATCH")
        if any(name.lower() == other.lower() for other in selectors):
            raise WsmanFault("ERROR_WSMAN_DUPLICATE_SELECTORS")
        selectors[name] = value
    return selectors


def _body(call: Call) -> Part:
    body = call.envelope.body
    if body is None:
        raise WsmanFault("ERROR_WSMAN_SCHEMA_VALIDATION_ERROR")
    if sum(1 for _ in body.iter()) > _MAXIMUM_PARTS:
        raise WsmanFault("ERROR_WSMAN_SCHEMA_VALIDATION_ERROR")
    return _part(body, 1)


def _part(element: Element, depth: int) -> Part:
    if depth > _MAXIMUM_DEPTH:
        raise ConfigurationRefused(Refusal.UNKNOWN_SETTING, "nested too deeply")
    attributes = tuple(
        (str(name), str(value)) for name, value in element.attrib.items() if not str(name).startswith("{")
    )
    return Part(
        local_name(element),
        (element.text or "").strip(),
        tuple(_part(child, depth + 1) for child in element),
        attributes,
    )


def _reference(path: str, resource: Resource, address: str) -> str:
    uri = f"{CONFIGURATION}/{path}"
    selectors = templates.selector_set(tuple((name, escape(value)) for name, value in resource.selectors))
    return (
        f"<a:Address>{escape(address)}</a:Address><a:ReferenceParameters>"
        f"<w:ResourceURI>{escape(uri)}</w:ResourceURI>{selectors}</a:ReferenceParameters>"
    )


def _element(path: str, resource: Resource) -> bytes:
    if path == _PLUGIN:
        return _rendered(resource.part, "", f' xmlns="{_PLUGIN_NAMESPACE}" xml:lang="en-US"').encode()
    namespace = f"{CONFIGURATION}/{path}" if path else CONFIGURATION
    declared = f' xmlns:cfg="{namespace}"'
    if path in _WITH_XSI:
        declared += f' xmlns:xsi="{XSI}"'
    return _rendered(resource.part, "cfg:", f'{declared} xml:lang="en-US"').encode()


def _rendered(part: Part, prefix: str, declarations: str = "") -> str:
    attributes = part.attributes if not part.source else (*part.attributes, ("Source", part.source))
    shown = "".join(f' {name}="{escape_attribute(value)}"' for name, value in attributes)
    inner = "".join(_rendered(child, prefix) for child in part.parts) if part.parts else escape(part.text)
    name = prefix + part.name
    return f"<{name}{declarations}{shown}>{inner}</{name}>"
