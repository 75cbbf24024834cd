"""XML from outside, read by expat: no document type, hence no entities and no network, and bounded in depth.

Comments and processing instructions are left out. An element is one of the standard library's.
"""

from __future__ import annotations

import re
from copy import copy
from typing import Final, TypeAlias
from xml.etree import ElementTree
from xml.parsers import expat

Element: TypeAlias = "ElementTree.Element[str]"

#: Elements within elements, so that nothing that walks a document recurses without bound.
MAXIMUM_DEPTH: Final = 256
#: Each piece of a document has a copy of its root.
_LONGEST_ROOT: Final = 65_536
_MOST_COPIES: Final = 64 << 20
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


def pieces(data: bytes) -> tuple[str, list[tuple[str, bytes]]]:
    """The local name of the root, and each element in it: its local name, and the text of a document of its
    own, with a copy of the root around it, whose namespaces it needs.

    Raises MalformedXml as `parse` does, but for namespaces that are not declared.
    """
    if _PROLOG_WITH_DOCTYPE.match(data):
        raise MalformedXml("a document type is not allowed")
    scan = _Scan(data)
    try:
        scan.parser.Parse(data, True)
    except expat.ExpatError as error:
        raise MalformedXml(str(error)) from None
    finally:
        del scan.parser  # it holds what holds it
    tail = b"</%b>" % scan.root.encode()
    if len(scan.found) * (len(scan.head) + len(tail)) > _MOST_COPIES:
        raise MalformedXml("there are too many elements for the size of the root")
    return _plain(scan.root), [(_plain(name), scan.head + text + tail) for name, text in scan.found]


def _plain(name: str) -> str:
    return name.rpartition(":")[2]


class _Scan:
    """Where the elements of the root begin and end, without a tree of them."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.parser = expat.ParserCreate("utf-8")
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._other
        self.parser.StartCdataSectionHandler = self._other
        self.parser.CommentHandler = self._other
        self.parser.ProcessingInstructionHandler = self._other
        self.root = self._name = ""
        self.head = b""
        self.found: list[tuple[str, bytes]] = []
        self._depth = 0
        self._begun = 0
        #: An element has ended; its text does where the next thing begins.
        self._is_over = False

    def _other(self, *_what: str) -> None:
        place = self.parser.CurrentByteIndex
        if self._depth == 0:
            return
        if not self.head:
            if place - self._begun > _LONGEST_ROOT:
                raise MalformedXml(f"the root has more than {_LONGEST_ROOT} bytes of attributes")
            self.head = self._data[self._begun : place]
        if self._is_over:
            self.found.append((self._name, self._data[self._begun : place]))
            self._is_over = False

    def _start(self, name: str, _attributes: dict[str, str]) -> None:
        if self._depth == 0:
            self.root, self._begun = name, self.parser.CurrentByteIndex
        else:
            self._other()
        if self._depth == 1:
            self._name, self._begun = name, self.parser.CurrentByteIndex
        self._depth += 1
        if self._depth > MAXIMUM_DEPTH:
            raise MalformedXml(f"more than {MAXIMUM_DEPTH} elements within each other")

    def _end(self, _name: str) -> None:
        self._other()
        self._depth -= 1
        self._is_over = self._depth == 1


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
