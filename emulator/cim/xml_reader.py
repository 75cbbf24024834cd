"""Bounded, harmless reading of XML that a client put into a string: no entities, no document type, no
network.
"""

from __future__ import annotations

import re

from emulator import xml_document
from emulator.cim.errors import InvalidInstanceText
from emulator.xml_document import Element, MalformedXml, local_name

MAXIMUM_LENGTH = 1024 * 1024
"""Longest instance text accepted, in characters."""
MAXIMUM_DEPTH = 32
MAXIMUM_ELEMENTS = 20_000

_DECLARATION = re.compile(r"\A\ufeff?\s*<\?xml[^>]{0,200}\?>")
_FORBIDDEN = re.compile(r"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)


def root(text: str) -> Element:
    """The root element of a bounded, harmless document."""
    if len(text) > MAXIMUM_LENGTH:
        raise InvalidInstanceText(f"an instance text is longer than {MAXIMUM_LENGTH} characters")
    body = _DECLARATION.sub("", text).strip()
    if _FORBIDDEN.search(body):
        raise InvalidInstanceText("an instance text must not have a document type")
    try:
        root = xml_document.parse(body.encode("utf-8"))
    except (MalformedXml, UnicodeEncodeError) as error:
        raise InvalidInstanceText(f"not well-formed XML: {str(error)[:200]}") from error
    _check_size(root)
    return root


def _check_size(root: Element) -> None:
    depth = count = 0
    level = [root]
    while level:
        depth += 1
        count += len(level)
        if depth > MAXIMUM_DEPTH or count > MAXIMUM_ELEMENTS:
            raise InvalidInstanceText(
                f"an instance text has more than {MAXIMUM_DEPTH} levels or {MAXIMUM_ELEMENTS} elements"
            )
        level = [child for element in level for child in element]


def namespace(element: Element) -> str:
    """The namespace of an element, empty when it has none."""
    return str(element.tag)[1:].partition("}")[0] if str(element.tag).startswith("{") else ""


def children(element: Element, *names: str) -> list[Element]:
    """The child elements of these names, all when none is given."""
    return [child for child in element if not names or local_name(child) in names]


def child(element: Element, name: str) -> Element | None:
    """The first child element of that name."""
    return next((child for child in element if local_name(child) == name), None)


def attribute(element: Element, name: str) -> str:
    """An attribute by name without regard to case, empty when absent."""
    for key, value in element.attrib.items():
        if str(key).lower() == name.lower():
            return str(value)
    return ""


def text(element: Element) -> str:
    """The text at the start of an element, empty when there is none."""
    return element.text or ""
