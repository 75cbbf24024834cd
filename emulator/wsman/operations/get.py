"""Get (WS-Transfer; DSP0226 section 7.3), also of a single property by fragment transfer (7.7)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.cim.errors import CimError
from emulator.cim.instance import ValueInstance
from emulator.wsman import templates
from emulator.wsman.errors import WmiOperation
from emulator.wsman.faults import WsmanFault
from emulator.wsman.fragment import Fragment, parse_fragment
from emulator.wsman.namespaces import WSMAN, XSI
from emulator.wsman.operations import configuration, shell
from emulator.wsman.operations.call import Answer, Call
from emulator.wsman.operations.wmi_target import addressed, fault_of, keys_of, namespace_name
from emulator.wsman.resource_uri import (
    ClassSchemaTarget,
    ConfigurationTarget,
    PowershellTarget,
    ShellTarget,
    Target,
    WmiTarget,
)

if TYPE_CHECKING:
    from emulator.cim.instance import Instance
    from emulator.wmi.view import ViewInstance

_RESPONSE = "http://schemas.xmlsoap.org/ws/2004/09/transfer/GetResponse"


def get(call: Call, target: Target) -> Answer:
    """One resource. Raises the fault of what is not there, too large or not emulated."""
    if isinstance(target, WmiTarget):
        body = _get_instance(call, target)
    elif isinstance(target, ShellTarget | PowershellTarget):
        body = shell.get(call)
    elif isinstance(target, ClassSchemaTarget):
        from emulator.wsman.operations import class_schema

        body = class_schema.get(call, target)
    elif isinstance(target, ConfigurationTarget):
        body = configuration.get(call, target)
    else:
        raise call.unsupported(f"Get of {call.envelope.resource_uri}")
    if len(body) > call.room(templates.TRANSFER, _RESPONSE):
        raise WsmanFault("ERROR_WSMAN_MAX_ENVELOPE_SIZE_EXCEEDED")
    return Answer(templates.TRANSFER, _RESPONSE, (body,))


def _get_instance(call: Call, target: WmiTarget) -> bytes:
    if target.class_name is None:
        raise WsmanFault("ERROR_WSMAN_INVALID_RESOURCE_URI")
    try:
        with call.host.looking():
            instance = _addressed(call, target, target.class_name)
            if call.envelope.fragment is None:
                return call.renderer.instance(instance)
            fragment = parse_fragment(call.envelope, instance.declaration)
            return fragment_body(call, instance, fragment)
    except CimError as error:
        operation = WmiOperation("GetObject", target.class_name, namespace_name(call, target))
        raise fault_of(call, error, operation) from None


def _addressed(call: Call, target: WmiTarget, class_name: str) -> ViewInstance[Any]:
    """The instance that the request addresses; what an administrator was given stays right until a change."""
    if not call.account.is_administrator:
        return addressed(call.namespace(namespace_name(call, target)), class_name, keys_of(call))
    address = (call.envelope.resource_uri, call.envelope.selectors)
    found = call.addresses.get(address)
    if found is None:
        found = addressed(call.namespace(namespace_name(call, target)), class_name, keys_of(call))
        if found.view.follows_revision:
            call.addresses.keep(address, found)
    return found


def fragment_body(call: Call, instance: Instance, fragment: Fragment) -> bytes:
    """w:XmlFragment with what a fragment names; xsi:nil when the array has no such element (DSP0226 7.7)."""
    declared = fragment.declared
    value = instance.value(declared.name)
    head = f'<w:XmlFragment xmlns:xsi="{XSI}" xmlns:w="{WSMAN}"'
    chosen: Instance = instance
    if fragment.index is not None:
        values = value if isinstance(value, list) else []
        if not 1 <= fragment.index <= len(values):
            return f'{head} xsi:nil="true"/>'.encode()
        one = values[fragment.index - 1]
        chosen = ValueInstance(
            instance.declaration,
            {declared.name: [one]},
            namespace=instance.namespace,
            server=instance.server,
        )
    if fragment.is_text:
        inner = call.renderer.property_text(chosen, declared)
    else:
        inner = call.renderer.property_element(chosen, declared)
    return b"".join((f"{head}>".encode(), inner, b"</w:XmlFragment>"))
