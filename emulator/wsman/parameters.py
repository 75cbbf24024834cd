"""The body of an Invoke as method arguments, by the method's declaration (DSP0227 section 10).

What clients send differs, what it means does not: parameters in any order and any namespace, arrays as
repeated elements, references flat or as an a:EndpointReference or as an object path, embedded instances as
escaped or CDATA text (CIM-XML or WS-Man form) or as nested elements. Numbers stay text: WMI checks them by
the schema.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator import xml_document
from emulator.cim import datetime_text
from emulator.cim.errors import InvalidObjectPath
from emulator.cim.object_path import ObjectPath
from emulator.cim.types import CimType
from emulator.wsman.envelope import is_nil, parse_reference
from emulator.wsman.faults import WsmanFault
from emulator.wsman.namespaces import XSI
from emulator.wsman.references import class_uri, object_path
from emulator.xml_document import Element, local_name

if TYPE_CHECKING:
    from emulator.cim.declaration import MethodDeclaration, ParameterDeclaration
    from emulator.cim.schema import Schema
    from emulator.cim.types import CimScalar, CimValue

#: Parameter elements of one call, arrays counted by element.
MAXIMUM_ELEMENTS = 65_536
#: Elements that may hold a datetime (DSP0230 6.2).
_TIME_ELEMENTS = ("datetime", "interval", "date", "time", "cim_datetime")
_TYPE = f"{{{XSI}}}type"


def method_arguments(
    body: Element | None, method: MethodDeclaration, schema: Schema, namespace: str
) -> dict[str, CimValue]:
    """Arguments by declared parameter name; what is xsi:nil or absent is left out.

    Raises INVALID_PARAMETER_NAME, PARAMETER_TYPE_MISMATCH, or SCHEMA_VALIDATION_ERROR when the body is that
    of another method.
    """
    if body is None:
        return {}
    if local_name(body).lower() != f"{method.name}_INPUT".lower():
        raise WsmanFault(
            "ERROR_WSMAN_SCHEMA_VALIDATION_ERROR",
            f"The body of a call of {method.name} is the element {method.name}_INPUT.",
        )
    if len(body) > MAXIMUM_ELEMENTS:
        raise WsmanFault("ERROR_WSMAN_INVALID_PARAMETER", f"More than {MAXIMUM_ELEMENTS} parameter values.")
    given: dict[str, list[CimScalar]] = {}
    declared: dict[str, ParameterDeclaration] = {}
    for element in body:
        name = local_name(element)
        parameter = method.parameter(name)
        if parameter is None or not parameter.is_in:
            raise WsmanFault(
                "ERROR_WSMAN_INVALID_PARAMETER_NAME",
                f"The method {method.name} has no input parameter {name[:256]}.",
            )
        declared[parameter.name] = parameter
        values = given.setdefault(parameter.name, [])
        if not is_nil(element):
            values.append(_value(element, parameter, schema, namespace))
    return {name: _array_or_one(declared[name], values) for name, values in given.items() if values}


def _array_or_one(parameter: ParameterDeclaration, values: list[CimScalar]) -> CimValue:
    if parameter.is_array:
        return values
    if len(values) > 1:
        raise _mismatch(parameter, "it takes one value")
    return values[0]


def _value(element: Element, parameter: ParameterDeclaration, schema: Schema, namespace: str) -> CimScalar:
    if parameter.type is CimType.REFERENCE:
        return _reference(element, parameter)
    if parameter.embedded_as is not None or parameter.type is CimType.OBJECT:
        return _embedded(element, parameter, schema, namespace)
    if parameter.type is CimType.DATETIME:
        return _time(element, parameter)
    if len(element):
        raise _mismatch(parameter, "it takes text")
    return element.text or ""


def _reference(element: Element, parameter: ParameterDeclaration) -> ObjectPath:
    if not len(element):
        return _path(element.text or "", parameter)
    try:
        return object_path(parse_reference(element))
    except WsmanFault:
        raise _mismatch(parameter, "it takes an endpoint reference") from None


def _path(text: str, parameter: ParameterDeclaration) -> ObjectPath:
    try:
        return ObjectPath.parse(text.strip())
    except InvalidObjectPath as error:
        raise WsmanFault(
            "ERROR_INTERNAL_ERROR",
            f"{error.text.strip()}: {parameter.name}",
            code=error.hresult,
        ) from None


def _time(element: Element, parameter: ParameterDeclaration) -> CimScalar:
    if len(element) > 1 or (len(element) and local_name(element[0]).lower() not in _TIME_ELEMENTS):
        raise _mismatch(parameter, "it takes one datetime")
    text = ((element[0] if len(element) else element).text or "").strip()
    try:
        return datetime_text.parse_xml(text)
    except ValueError:
        raise _mismatch(parameter, f"not a datetime: {text[:64]!r}") from None


def _embedded(element: Element, parameter: ParameterDeclaration, schema: Schema, namespace: str) -> str:
    """The instance as text, which WMI reads by the schema."""
    if not len(element) and ((element.text or "").strip() or element.get(_TYPE) is None):
        return element.text or ""
    # Without children it is an instance without values, as the descriptors of Server Manager are.
    only = element[0] if len(element) else element
    name = local_name(only)
    if len(element) == 1 and name == "INSTANCE":
        return xml_document.written(only)
    declaration = schema.get(name) if len(element) == 1 else None
    if declaration is not None:
        element = only
    else:
        # The parameter's children are the properties themselves; xsi:type or the declaration says the class.
        written = (element.get(_TYPE) or "").rpartition(":")[2].removesuffix("_Type")
        declaration = schema.get(written) or schema.get(parameter.embedded_class or "")
    if declaration is None:
        raise _mismatch(parameter, "the class of the embedded instance is not named")
    return xml_document.wrapped(
        f"{{{class_uri(namespace, declaration.name)}}}{declaration.name}", list(element)
    )


def _mismatch(parameter: ParameterDeclaration, why: str) -> WsmanFault:
    return WsmanFault("ERROR_WSMAN_PARAMETER_TYPE_MISMATCH", f"The parameter {parameter.name}: {why}.")
