"""Text of embedded instances: CIM-XML as WMI reads and writes it, and the WS-Man form that some clients send.

Reading accepts `<INSTANCE CLASSNAME="..">` (DSP0201; the XML declaration, qualifiers and blanks are
tolerated) and `<p:Class xmlns:p="..class URI">` with one element a property.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.cim.cim_xml_reader import CimXmlReader
from emulator.cim.cim_xml_writer import format_instance
from emulator.cim.errors import InvalidInstanceText
from emulator.cim.wsman_instance_reader import CLASS_URI, DMTF_CLASS_URI, WsmanInstanceReader
from emulator.cim.xml_reader import MAXIMUM_LENGTH, namespace, root
from emulator.xml_document import local_name

if TYPE_CHECKING:
    from emulator.cim.instance import ValueInstance
    from emulator.cim.schema import Schema

__all__ = ["MAXIMUM_LENGTH", "format_instance", "parse_instance"]

_MOST_TEXTS_INSIDE = 4


def parse_instance(text: str, schema: Schema) -> ValueInstance:
    """The instance that the text holds; `.present` names the properties that were in it.

    Raises InvalidInstanceText (not XML, or no instance), InvalidClass, InvalidProperty and TypeMismatch (a
    TYPE other than the declared one, or a value out of range).
    """
    return _parse(text, schema, 0)


def _parse(text: str, schema: Schema, depth: int) -> ValueInstance:
    if depth > _MOST_TEXTS_INSIDE:
        raise InvalidInstanceText("instance texts are nested too deeply")
    element = root(text)

    def parse_inner(inner: str) -> ValueInstance:
        return _parse(inner, schema, depth + 1)

    if local_name(element) in (
        "INSTANCE",
        "VALUE.NAMEDINSTANCE",
        "VALUE.NAMEDOBJECT",
        "VALUE.OBJECTWITHPATH",
    ):
        return CimXmlReader(schema, parse_inner).instance(element)
    if namespace(element).lower().startswith((CLASS_URI, DMTF_CLASS_URI)):
        return WsmanInstanceReader(schema, parse_inner).instance(element)
    raise InvalidInstanceText(f"the text is no instance but an element {local_name(element)[:64]}")
