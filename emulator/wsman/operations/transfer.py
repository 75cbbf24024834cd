"""Put, Create and Delete of WMI instances (WS-Transfer; DSP0226 sections 7.4 to 7.7, MS-WSMV 3.1.4.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.cim.errors import CimError, IllegalNull
from emulator.wsman import templates
from emulator.wsman.errors import WmiOperation
from emulator.wsman.faults import WsmanFault
from emulator.wsman.fragment import Fragment, fragment_elements, parse_fragment
from emulator.wsman.operation_options import provider_options
from emulator.wsman.operations.call import Answer, Call
from emulator.wsman.operations.get import fragment_body
from emulator.wsman.operations.wmi_target import addressed, fault_of, keys_of, namespace_name
from emulator.wsman.references import reference_content
from emulator.wsman.representation import read_representation, read_values

if TYPE_CHECKING:
    from emulator.cim.instance import Instance, ValueInstance
    from emulator.cim.types import CimScalar
    from emulator.wmi.namespace import Namespace
    from emulator.wmi.view import ViewInstance
    from emulator.wsman.resource_uri import WmiTarget

_URI = "http://schemas.xmlsoap.org/ws/2004/09/transfer/"


def put(call: Call, target: WmiTarget) -> Answer:
    """Change an instance, or (fragment transfer) one property; the answer shows it as it is then."""
    class_name = _checked(call, target)
    action = _URI + "PutResponse"
    options = provider_options(call.envelope)
    name = namespace_name(call, target)
    try:
        namespace = call.namespace(name)
        with namespace.reading():
            instance = addressed(namespace, class_name, keys_of(call))
            declaration = instance.declaration
            if call.envelope.fragment is None:
                given = read_representation(call.envelope.body, namespace, declaration)
                _check_keys(instance, given)
                body = call.renderer.instance(namespace.put(instance, given, options))
            else:
                fragment = parse_fragment(call.envelope, declaration)
                given = _with_fragment(call, namespace, instance, fragment)
                body = fragment_body(call, namespace.put(instance, given, options), fragment)
    except CimError as error:
        raise fault_of(call, error, WmiOperation("PutInstance", class_name, name)) from None
    if len(body) > call.room(templates.TRANSFER, action):
        # DSP0226 14.6: it was done, and the client cannot be told what came out of it.
        raise WsmanFault("ERROR_WSMAN_UNREPORTABLE_SUCCESS")
    return Answer(templates.TRANSFER, action, (body,))


def create(call: Call, target: WmiTarget) -> Answer:
    """Make an instance; the answer is the reference to it. Selectors say nothing that the body does not."""
    class_name = _checked(call, target)
    name = namespace_name(call, target)
    if keys_of(call):
        raise WsmanFault("ERROR_WSMAN_UNEXPECTED_SELECTORS")
    try:
        namespace = call.namespace(name)
        with namespace.reading():
            declaration = namespace.schema.find(class_name)
            given = read_representation(call.envelope.body, namespace, declaration)
            created = namespace.create(given, provider_options(call.envelope))
            content = reference_content(
                created.path, namespace.name, address=_address(call), is_dmtf=target.is_dmtf
            )
    except IllegalNull as error:
        raise WsmanFault("ERROR_WSMAN_INVALID_XML_MISSING_VALUES", f"A value is missing: {error}.") from None
    except CimError as error:
        raise fault_of(call, error, WmiOperation("PutInstance", class_name, name)) from None
    text = f"<x:ResourceCreated>{content}</x:ResourceCreated>"
    return Answer(templates.TRANSFER, _URI + "CreateResponse", (text.encode(),))


def delete(call: Call, target: WmiTarget) -> Answer:
    """Remove an instance; the answer's body is empty."""
    class_name = _checked(call, target)
    name = namespace_name(call, target)
    try:
        namespace = call.namespace(name)
        with namespace.reading():
            instance = addressed(namespace, class_name, keys_of(call))
            namespace.delete(instance, provider_options(call.envelope))
    except CimError as error:
        raise fault_of(call, error, WmiOperation("DeleteInstance", class_name, name)) from None
    return Answer(templates.PLAIN, _URI + "DeleteResponse", ())


def _checked(call: Call, target: WmiTarget) -> str:
    """The class; remote writes need an administrator (default security of the WMI namespaces)."""
    if target.class_name is None:
        raise WsmanFault("ERROR_WSMAN_INVALID_RESOURCE_URI")
    if not call.account.is_administrator:
        raise WsmanFault("ERROR_ACCESS_DENIED")
    return target.class_name


def _address(call: Call) -> str:
    return call.envelope.to or f"{'https' if call.is_tls else 'http'}://{call.host.name}/wsman"


def _check_keys(instance: Instance, given: ValueInstance) -> None:
    """The representation is that of the addressed instance. Raises INVALID_XML_VALUES."""
    for name in instance.declaration.keys:
        wanted = given.value(name) if given.has(name) else None
        if wanted is not None and str(wanted).casefold() != str(instance.value(name)).casefold():
            raise WsmanFault(
                "ERROR_WSMAN_INVALID_XML_VALUES", f"The key {name} is not that of the addressed instance."
            )


def _with_fragment(
    call: Call, namespace: Namespace, instance: ViewInstance[object], fragment: Fragment
) -> ValueInstance:
    """The values to put when only a fragment was sent; an element replaces one of the array."""
    elements = fragment_elements(call.envelope.body, fragment)
    name = fragment.declared.name
    given = read_values(elements, namespace, instance.declaration)
    if fragment.index is None:
        return given
    present = instance.value(name)
    values: list[CimScalar] = list(present) if isinstance(present, list) else []
    if not 1 <= fragment.index <= len(values):
        raise WsmanFault("ERROR_WSMAN_INVALID_FRAGMENT_PATH")
    new = given.value(name)
    values[fragment.index - 1] = new[0] if isinstance(new, list) else new
    return type(given)(instance.declaration, {name: values}, namespace=namespace.name)
