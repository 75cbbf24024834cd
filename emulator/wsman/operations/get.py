"""Get (WS-Transfer; DSP0226 section 7.3), also of a single property by fragment transfer (7.7)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from emulator.cim.errors import CimError
from emulator.wsman import templates
from emulator.wsman.errors import WmiOperation
from emulator.wsman.faults import WsmanFault
from emulator.wsman.namespaces import WSMAN, XSI
from emulator.wsman.operations import configuration, shell
from emulator.wsman.operations.call import Answer, Call
from emulator.wsman.operations.wmi_target import addressed, fault_of, keys_of, namespace_name
from emulator.wsman.resource_uri import ConfigurationTarget, PowershellTarget, ShellTarget, Target, WmiTarget

if TYPE_CHECKING:
    from emulator.cim.instance import Instance

_RESPONSE = "http://schemas.xmlsoap.org/ws/2004/09/transfer/GetResponse"
_DIALECTS = (
    "",
    "http://www.w3.org/tr/1999/rec-xpath-19991116",
    "http://schemas.dmtf.org/wbem/wsman/1/wsman/xpath-level-1.xsd",
)
_FRAGMENT = re.compile(r"(?:\.?/)?(?:[A-Za-z_]\w*:)?([A-Za-z_]\w*)(/text\(\))?")


def get(call: Call, target: Target) -> Answer:
    """One resource. Raises the fault of what is not there, too large or not emulated."""
    if isinstance(target, WmiTarget):
        body = _get_instance(call, target)
    elif isinstance(target, ShellTarget | PowershellTarget):
        body = shell.get(call)
    elif isinstance(target, ConfigurationTarget):
        found = configuration.get(call.host, target)
        if found is None:
            raise call.unsupported(f"Get of winrm/config/{target.path}")
        body = found
    else:
        raise call.unsupported(f"Get of {call.envelope.resource_uri}")
    if len(body) > call.room(templates.TRANSFER, _RESPONSE):
        raise WsmanFault("ERROR_WSMAN_MAX_ENVELOPE_SIZE_EXCEEDED")
    return Answer(templates.TRANSFER, _RESPONSE, (body,))


def _get_instance(call: Call, target: WmiTarget) -> bytes:
    if target.class_name is None:
        raise WsmanFault("ERROR_WSMAN_INVALID_RESOURCE_URI")
    name = namespace_name(call, target)
    try:
        namespace = call.wmi.namespace(name)
        with namespace.reading():
            instance = addressed(namespace, target.class_name, keys_of(call))
            if call.envelope.fragment is None:
                return call.renderer.instance(instance)
            return _fragment(call, instance)
    except CimError as error:
        operation = WmiOperation("GetObject", target.class_name, name)
        raise fault_of(call, error, operation) from None


def _fragment(call: Call, instance: Instance) -> bytes:
    """w:XmlFragment with the property that the fragment path names; spelling and case must be exact."""
    if call.envelope.fragment_dialect.lower() not in _DIALECTS:
        raise WsmanFault("ERROR_WSMAN_FRAGMENT_DIALECT_REQUESTED_UNAVAILABLE")
    match = _FRAGMENT.fullmatch(call.envelope.fragment or "")
    declared = instance.declaration.find_property(match[1]) if match else None
    if match is None or declared is None or declared.name != match[1]:
        raise WsmanFault("ERROR_WSMAN_INVALID_FRAGMENT_PATH")
    head = f'<w:XmlFragment xmlns:xsi="{XSI}" xmlns:w="{WSMAN}">'.encode()
    if match[2]:
        inner = call.renderer.property_text(instance, declared)
    else:
        inner = call.renderer.property_element(instance, declared)
    return b"".join((head, inner, b"</w:XmlFragment>"))
