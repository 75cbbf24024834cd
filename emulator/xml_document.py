"""XML from outside, read by expat: no document type, hence no entities and no network, and bounded in depth.

Comments and processing instructions are left out. An element is one of the standard library's.
"""

from __future__ import annotations

import re
from copy import copy
from typing import Final, TypeAlias
from xml.etree import ElementTree

Element: TypeAlias = "ElementTree.Element[str]"

#: Elements within elements, so that nothing that walks a document recurses without bound.
MAXIMUM_DEPTH: Final = 256
# Before the root there may be a mark, white space, instructions and comments; a document type is there or
# nowhere.
_PROLOG_WITH_DOCTYPE = re.compile(rb"(?>\xef\xbb\xbf|\s+|<\?.*?\?>|<!--.*?-->)*+<!DOCTYPE", re.DOTALL)


class MalformedXml(ValueError):
    """A text is no well-formed document, has a document type or is too deep."""


def parse(data: bytes) -> Element:
    """The root of a document in UTF-8, whatever its declaration says. Raises MalformedXml."""
    if _PROLOG_WITH_DOCTYPE.match(data):
        raise MalformedXml("a document type is not allowed")
    parser = ElementTree.XMLParser(encoding="utf-8")  # noqa: S314  without a document type it expands nothing
    try:
        parser.feed(data)
        root: Element = parser.close()
    except (ElementTree.ParseError, ValueError) as error:
        raise MalformedXml(str(error)) from None
    level = [root]
    for _ in range(MAXIMUM_DEPTH):
        level = [child for element in level for child in element]
        if not level:
            return root
    raise MalformedXml(f"more than {MAXIMUM_DEPTH} elements within each other")


def local_name(element: Element) -> str:
    """The name without its namespace."""
    return element.tag.rpartition("}")[2]


def written(element: Element) -> str:
    """The element as XML text, with what follows it left out; namespaces get prefixes of their own."""
    alone = copy(element)
    alone.tail = None
    return ElementTree.tostring(alone, encoding="unicode")


def leaf(name: str, text: str | None) -> Element:
    """A new element that holds a text."""
    made: Element = ElementTree.Element(name)
    made.text = text
    return made


def wrapped(name: str, children: list[Element]) -> str:
    """An element of that name, as ``{namespace}local``, around others, as XML text."""
    root: Element = ElementTree.Element(name)
    root.extend(children)
    return ElementTree.tostring(root, encoding="unicode")
