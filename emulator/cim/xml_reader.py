"""Bounded, harmless reading of XML that a client put into a string: no entities, no document type, no
network.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from emulator.cim.errors import InvalidInstanceText

if TYPE_CHECKING:
    from lxml.etree import _Element

MAXIMUM_LENGTH = 1024 * 1024
"""Longest instance text accepted, in characters."""
MAXIMUM_DEPTH = 32
MAXIMUM_ELEMENTS = 20_000

_DECLARATION = re.compile(r"\A\ufeff?\s*<\?xml[^>]{0,200}\?>")
_FORBIDDEN = re.compile(r"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)


def root(text: str) -> _Element:
    """The root element of a bounded, harmless document."""
    from lxml import etree  # heavy, and most processes never read an embedded instance

    if len(text) > MAXIMUM_LENGTH:
        raise InvalidInstanceText(f"an instance text is longer than {MAXIMUM_LENGTH} characters")
    body = _DECLARATION.sub("", text).strip()
    if _FORBIDDEN.search(body):
        raise InvalidInstanceText("an instance text must not have a document type")
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        load_dtd=False,
        dtd_validation=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(body.encode("utf-8"), parser)
    except (etree.XMLSyntaxError, UnicodeEncodeError) as error:
        raise InvalidInstanceText(f"not well-formed XML: {str(error)[:200]}") from error
    _check_size(root)
    return root


def _check_size(root: _Element) -> None:
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


def local(element: _Element) -> str:
    """The name of an element without its namespace."""
    return str(element.tag).rpartition("}")[2]


def namespace(element: _Element) -> str:
    """The namespace of an element, empty when it has none."""
    return str(element.tag)[1:].partition("}")[0] if str(element.tag).startswith("{") else ""


def children(element: _Element, *names: str) -> list[_Element]:
    """The child elements of these names, all when none is given."""
    return [child for child in element if not names or local(child) in names]


def child(element: _Element, name: str) -> _Element | None:
    """The first child element of that name."""
    return next((child for child in element if local(child) == name), None)


def attribute(element: _Element, name: str) -> str:
    """An attribute by name without regard to case, empty when absent."""
    for key, value in element.attrib.items():
        if str(key).lower() == name.lower():
            return str(value)
    return ""


def text(element: _Element) -> str:
    """The text at the start of an element, empty when there is none."""
    return element.text or ""
