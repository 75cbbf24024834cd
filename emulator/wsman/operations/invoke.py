"""Invoke: a method of a WMI class or instance (DSP0227 section 10, MS-WSMV 3.1.4.1.13)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.cim.errors import CimError
from emulator.cim.types import CimType
from emulator.wsman import templates
from emulator.wsman.errors import WmiOperation
from emulator.wsman.faults import WsmanFault
from emulator.wsman.instance_xml import value_elements
from emulator.wsman.namespaces import CIM, XSI
from emulator.wsman.operation_options import provider_options
from emulator.wsman.operations.call import Answer, Call
from emulator.wsman.operations.wmi_target import fault_of, keys_of, namespace_name, resolve
from emulator.wsman.parameters import method_arguments
from emulator.wsman.references import class_uri
from emulator.wsman.resource_uri import WmiTarget
from emulator.wsman.text import escape_attribute

if TYPE_CHECKING:
    from emulator.cim.declaration import ClassDeclaration, MethodDeclaration
    from emulator.cim.instance import Instance
    from emulator.wmi.method import MethodResult


def method_name(action: str, resource_uri: str) -> str:
    """The method that an action names: `<resource URI>/<Method>`. Raises INVALID_ACTIONURI."""
    base, _, method = action.rpartition("/")
    if not method.isidentifier():
        raise WsmanFault("ERROR_WSMAN_INVALID_ACTIONURI")
    if base.rstrip("/").lower() != resource_uri.rstrip("/").lower():
        raise WsmanFault("ERROR_WSMAN_INVALID_ACTIONURI")
    return method


def invoke(call: Call, target: WmiTarget) -> Answer:
    """Call the method; its M_OUTPUT has the out parameters in the signature's order, ReturnValue last."""
    method = method_name(call.envelope.action, call.envelope.resource_uri)
    if target.class_name is None:
        raise WsmanFault("ERROR_WSMAN_INVALID_RESOURCE_URI")
    name = namespace_name(call, target)
    try:
        namespace = call.namespace(name, calls_method=True)
        declaration = namespace.schema.find(target.class_name)
        declared = declaration.method(method)
        arguments = method_arguments(call.envelope.body, declared, namespace.schema, namespace.name)
        keys = keys_of(call)
        receiver: Instance | ClassDeclaration
        if declared.is_static and not keys:
            receiver = declaration
        else:
            receiver = resolve(namespace, target.class_name, keys)
        result = namespace.invoke(
            receiver, declared.name, arguments, call.account, provider_options(call.envelope)
        )
        with namespace.reading():
            uri = class_uri(namespace.name, declaration.name, target.is_dmtf)
            body = _output(declared, result, uri, namespace.name, target.is_dmtf)
    except CimError as error:
        operation = WmiOperation("ExecMethod", f"{target.class_name}::{method}", name)
        raise fault_of(call, error, operation) from None
    action = call.envelope.action + "Response"
    if len(body) > call.room(templates.PLAIN, action):
        # DSP0226 14.6: it was done, and the client cannot be told what came out of it.
        raise WsmanFault("ERROR_WSMAN_UNREPORTABLE_SUCCESS")
    return Answer(templates.PLAIN, action, (body,))


def _output(
    method: MethodDeclaration, result: MethodResult, uri: str, namespace: str, is_dmtf: bool
) -> bytes:
    given = {name.lower(): value for name, value in result.out.items()}
    parts = [
        f'<p:{method.name}_OUTPUT xmlns:xsi="{XSI}" xmlns:p="{escape_attribute(uri)}" xmlns:cim="{CIM}" '
        f'xsi:type="p:{method.name}_OUTPUT_Type">'
    ]
    parts += [
        value_elements(
            f"p:{parameter.name}",
            given.get(parameter.name.lower()),
            namespace,
            as_text=parameter.type is CimType.STRING,
            is_dmtf=is_dmtf,
        )
        for parameter in method.parameters
        if parameter.is_out
    ]
    if result.return_value is not None:
        parts.append(value_elements("p:ReturnValue", result.return_value, namespace))
    parts.append(f"</p:{method.name}_OUTPUT>")
    return "".join(parts).encode()
