"""The body of a Put or Create: an instance of a WMI class in the notation of DSP0230.

Faults are those of DSP0226 14.6, wxf:InvalidRepresentation: another element, another namespace, a value that
is not of the property's type or belongs to no property.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from emulator.cim.cim_xml import parse_instance
from emulator.cim.errors import CimError
from emulator.cim.instance import ValueInstance
from emulator.cim.wsman_instance_reader import WsmanInstanceReader
from emulator.wsman.faults import WsmanFault
from emulator.wsman.namespaces import CIM, DMTF_CLASSES
from emulator.wsman.references import class_uri
from emulator.xml_document import Element, local_name

if TYPE_CHECKING:
    from emulator.cim.declaration import ClassDeclaration
    from emulator.wmi.namespace import Namespace

#: Values of one instance, arrays counted by element.
MAXIMUM_ELEMENTS = 65_536


def read_representation(
    body: Element | None, namespace: Namespace, declaration: ClassDeclaration
) -> ValueInstance:
    """The instance; `present` names what the client sent.

    Raises INVALID_REPRESENTATION, INVALID_XML_NAMESPACE, INVALID_XML_VALUES.
    """
    if body is None or local_name(body).lower() != declaration.name.lower():
        raise WsmanFault("ERROR_WSMAN_INVALID_REPRESENTATION")
    own = _namespace(body)
    wanted = (class_uri(namespace.name, declaration.name), DMTF_CLASSES + declaration.name)
    if own.lower() not in [uri.lower() for uri in wanted]:
        raise WsmanFault("ERROR_WSMAN_INVALID_XML_NAMESPACE")
    elements = []
    for element in body:
        uri = _namespace(element)
        if uri == own:
            elements.append(element)
        elif uri != CIM:  # cim:Location is sent back by clients of old servers
            raise WsmanFault("ERROR_WSMAN_INVALID_XML_NAMESPACE")
    return read_values(elements, namespace, declaration)


def read_values(
    elements: Sequence[Element], namespace: Namespace, declaration: ClassDeclaration
) -> ValueInstance:
    """An instance from the elements of its properties. Raises INVALID_XML_VALUES."""
    schema = namespace.schema
    reader = WsmanInstanceReader(schema, lambda text: parse_instance(text, schema))
    if len(elements) > MAXIMUM_ELEMENTS:
        raise WsmanFault("ERROR_WSMAN_INVALID_XML_VALUES", f"More than {MAXIMUM_ELEMENTS} values.")
    try:
        return reader.of_class(declaration, elements)
    except CimError as error:
        raise WsmanFault("ERROR_WSMAN_INVALID_XML_VALUES", str(error)) from None


def _namespace(element: Element) -> str:
    tag = str(element.tag)
    return tag[1:].partition("}")[0] if tag.startswith("{") else ""
