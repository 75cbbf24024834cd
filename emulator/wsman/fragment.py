"""Fragment paths: the part of XPath level 1 (DSP0226 annex D.1) that Windows has for CIM instances.

A path names one property, with its spelling and case: `Name`, `/Name`, `/Class/Name`, each with any prefix;
`[n]` chooses one element of an array, `/text()` the value without its element.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from emulator import xml_document
from emulator.wsman.faults import WsmanFault
from emulator.wsman.namespaces import WSMAN
from emulator.xml_document import Element, local_name

if TYPE_CHECKING:
    from emulator.cim.declaration import ClassDeclaration, PropertyDeclaration
    from emulator.wsman.envelope import Envelope

_DIALECTS = (
    "",
    "http://www.w3.org/tr/1999/rec-xpath-19991116",
    "http://schemas.dmtf.org/wbem/wsman/1/wsman/xpath-level-1.xsd",
)
_NAME = r"(?:[A-Za-z_][\w.-]*:)?([A-Za-z_]\w*)"
_PATH = re.compile(rf"(?:\.?/)?(?:{_NAME}/)?{_NAME}(?:\[\s*([0-9]{{1,9}})\s*\])?(/text\(\))?")
#: What XPath has beyond that: `//`, `*`, attributes, axes, unions, predicates and functions.
_BEYOND = re.compile(r"//|::|[*@|=]|\[(?!\s*[0-9]{1,9}\s*\])|\w\([^)]")
_LONGEST_PATH = 2048


@dataclass(frozen=True, slots=True)
class Fragment:
    """A property, or one element of it (`index` counts from 1), or (`is_text`) the value alone."""

    declared: PropertyDeclaration
    index: int | None
    is_text: bool


def parse_fragment(envelope: Envelope, declaration: ClassDeclaration) -> Fragment:
    """The fragment that the header of a request names.

    Raises FRAGMENT_DIALECT_REQUESTED_UNAVAILABLE, INVALID_FRAGMENT_PATH, and CANNOT_PROCESS_FILTER for an
    expression of XPath beyond the subset.
    """
    if envelope.fragment_dialect.lower() not in _DIALECTS:
        raise WsmanFault("ERROR_WSMAN_FRAGMENT_DIALECT_REQUESTED_UNAVAILABLE")
    path = envelope.fragment or ""
    match = _PATH.fullmatch(path) if len(path) <= _LONGEST_PATH else None
    if match is None and _BEYOND.search(path[:_LONGEST_PATH]):
        raise WsmanFault("ERROR_WSMAN_CANNOT_PROCESS_FILTER")
    if match is None or match[1] not in (None, declaration.name):
        raise WsmanFault("ERROR_WSMAN_INVALID_FRAGMENT_PATH")
    declared = declaration.find_property(match[2])
    if declared is None or declared.name != match[2]:
        raise WsmanFault("ERROR_WSMAN_INVALID_FRAGMENT_PATH")
    if match[3] is not None and not (declared.is_array and int(match[3])):
        raise WsmanFault("ERROR_WSMAN_INVALID_FRAGMENT_PATH")
    return Fragment(declared, None if match[3] is None else int(match[3]), match[4] is not None)


def fragment_elements(body: Element | None, fragment: Fragment) -> list[Element]:
    """The new content of a fragment as elements named like the property.

    Raises INVALID_XML_FRAGMENT when the body is no w:XmlFragment or holds something else.
    """
    if body is None or body.tag != f"{{{WSMAN}}}XmlFragment":
        raise WsmanFault("ERROR_WSMAN_INVALID_XML_FRAGMENT")
    name = fragment.declared.name
    elements = list(body)
    if fragment.is_text:
        if elements:
            raise WsmanFault("ERROR_WSMAN_INVALID_XML_FRAGMENT")
        return [xml_document.leaf(name, body.text)]
    is_one = fragment.index is not None or not fragment.declared.is_array
    wrong_number = len(elements) != 1 if is_one else not elements
    if wrong_number or any(local_name(each) != name for each in elements):
        raise WsmanFault("ERROR_WSMAN_INVALID_XML_FRAGMENT")
    return elements
