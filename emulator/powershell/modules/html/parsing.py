"""Reads HTML into a tree. Any text is a document: what does not fit is put where it does, or passed over.

Written by hand because of its budgets: libxml2's parser takes the square of the number of attributes of a
tag, and `html.parser` of Python 3.11 the square of what follows an unfinished comment. Here every step goes
forward, elements nest `_DEEPEST` levels (what is deeper stands on the last one, as in browsers), and
`TooLarge` says that there is too much.
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from emulator.powershell.modules.html.nodes import HtmlElement, HtmlNode, HtmlText
from emulator.powershell.modules.html.tags import (
    BLOCKS,
    CLOSED_BY,
    FENCES,
    OF_HEAD,
    PLAIN_TEXT,
    PREFORMATTED,
    RAW,
    ROW_PARENTS,
    TABLE_PARTS,
    VOID,
)

if TYPE_CHECKING:
    from emulator.powershell.modules.html.documents import HtmlDocument

_MOST_CHARACTERS = 16_000_000
_MOST_WORK = 20_000_000
_WORK_OF_A_NODE = 50
_WORK_OF_AN_ATTRIBUTE = 20
_DEEPEST = 256
_MARKUP = re.compile(r"<(?=[A-Za-z!?]|/[A-Za-z])")
_NAME = re.compile(r"[A-Za-z][^\s/>]*")
_BETWEEN_ATTRIBUTES = re.compile(r"[\s/=]*")
_ATTRIBUTE = re.compile(r"([^\s/>=]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>\"'][^\s>]*)))?")
_BLANKS = re.compile(r"[ \t\r\n\f]+")
_IN_TABLE = frozenset({"table"})
_LONG_NUMBER = re.compile(r"&#[xX]?0*[0-9A-Fa-f]{8,};?")
_MODERN = re.compile(r"IE=(edge|9|1[01])", re.I)


class TooLarge(Exception):
    """There is more in the document than the emulator keeps."""


def parse(document: HtmlDocument, text: str) -> tuple[list[HtmlElement], HtmlElement]:
    """The declarations and comments that a document begins with, and its element HTML. Raises TooLarge."""
    parser = _Parser(document, text)
    parser.read()
    return parser.prologue, parser.root


def parse_fragment(document: HtmlDocument, text: str) -> list[HtmlNode]:
    """The nodes of a piece of a document. Raises TooLarge."""
    parser = _Parser(document, text)
    body = parser.begin_body()
    parser.read()
    return list(body.children)


def decoded(text: str) -> str:
    """A text with the characters that its references name."""
    return html.unescape(_LONG_NUMBER.sub("\ufffd", text)) if "&" in text else text


class _Parser:
    """Goes through the text once; ``_open`` are the elements that have begun and not ended."""

    def __init__(self, document: HtmlDocument, text: str) -> None:
        if len(text) > _MOST_CHARACTERS:
            raise TooLarge
        self._document = document
        self._text = text.replace("\x00", "")
        self._place = 0
        self._work = 0
        self._first_preformatted = 0
        self.prologue: list[HtmlElement] = []
        self.root = self._element("html")
        self._head = self._element("head")
        self.root.add(self._head)
        self._body: HtmlElement | None = None
        self._open: list[HtmlElement] = [self.root, self._head]
        self._after_blank = True

    def begin_body(self) -> HtmlElement:
        """The element BODY, which ends the head."""
        if self._body is None:
            self._body = self._element("body")
            self.root.add(self._body)
            self._open = [self.root, self._body]
            self._after_blank = True
        return self._body

    def read(self) -> None:
        """Go through the whole text."""
        text, end = self._text, len(self._text)
        while self._place < end:
            markup = _MARKUP.search(text, self._place)
            found = markup.start() if markup else end
            if found > self._place:
                self._write(text[self._place : found])
                self._place = found
            if markup:
                self._markup(found)
        self.begin_body()

    def _element(self, name: str) -> HtmlElement:
        self._spend(_WORK_OF_A_NODE)
        return HtmlElement(self._document, name)

    def _spend(self, work: int) -> None:
        self._work += work
        if self._work > _MOST_WORK:
            raise TooLarge

    def _markup(self, start: int) -> None:
        text = self._text
        if text.startswith("<!--", start):
            self._declaration(start, text.find("-->", start + 4), 3)
        elif text.startswith(("<!", "<?"), start):
            self._declaration(start, text.find(">", start), 1)
        elif text.startswith("</", start) and (name := _NAME.match(text, start + 2)):
            end = text.find(">", name.end())
            self._place = len(text) if end < 0 else end + 1
            self._end(name[0].lower())
        elif name := _NAME.match(text, start + 1):
            self._begin(name[0].lower(), name.end())

    def _declaration(self, start: int, end: int, length: int) -> None:
        self._place = len(self._text) if end < 0 else end + length
        self._spend(_WORK_OF_A_NODE)
        node = HtmlElement(self._document, "!", self._text[start : self._place])
        if self._body is None and not self._head.children:
            self.prologue.append(node)
        else:
            self._open[-1].add(node)

    def _attributes(self, place: int) -> dict[str, str]:
        """The attributes of the tag whose name ends at a place; the first of a name counts."""
        text, end = self._text, len(self._text)
        found: dict[str, str] = {}
        while place < end:
            between = _BETWEEN_ATTRIBUTES.match(text, place)
            place = between.end() if between else place
            one = _ATTRIBUTE.match(text, place)
            if one is None:  # the sign that ends the tag, or the end of the text
                place += 1
                break
            self._spend(_WORK_OF_AN_ATTRIBUTE)
            value = one[2] or one[3] or one[4] or ""
            found.setdefault(one[1].lower(), decoded(value))
            place = one.end()
        self._place = place
        return found

    def _begin(self, name: str, place: int) -> None:
        attributes = self._attributes(place)
        if name in ("html", "head", "body"):
            if name == "body":
                self.begin_body()
            merged = {"html": self.root, "head": self._head}.get(name, self._body)
            if merged is not None:
                merged.attributes = {**attributes, **merged.attributes}
            return
        if name == "image":
            name = "img"
        if self._body is None and name not in OF_HEAD:
            self.begin_body()
        self._make_room(name)
        element = self._element(name)
        element.attributes = attributes
        if name == "meta" and attributes.get("http-equiv", "").lower() == "x-ua-compatible":
            self._document.modern |= _MODERN.search(attributes.get("content", "")) is not None
        self._open[-1].add(element)
        self._after_blank = self._after_blank or name in BLOCKS or name == "br"
        if name in PLAIN_TEXT:
            self._content(element)
        elif name not in VOID:
            self._enter(element)

    def _enter(self, element: HtmlElement) -> None:
        if len(self._open) < _DEEPEST:
            if not self._first_preformatted and element.name in PREFORMATTED:
                self._first_preformatted = len(self._open)
            self._open.append(element)

    def _leave(self, place: int) -> None:
        """End the open elements from a place on."""
        del self._open[place:]
        if self._first_preformatted >= place:
            self._first_preformatted = 0

    def _make_room(self, name: str) -> None:
        """End what the beginning of an element ends, and begin what it has to stand in."""
        rule = CLOSED_BY.get(name)
        if rule is not None:
            names, fences = rule
            self._close(names, fences)
        here = self._open[-1].name
        if name == "tr" and here == "table":
            self._insert("tbody")
        elif name in ("td", "th") and (here == "table" or here in ROW_PARENTS):
            if here == "table":
                self._insert("tbody")
            self._insert("tr")

    def _insert(self, name: str) -> None:
        element = self._element(name)
        self._open[-1].add(element)
        self._enter(element)

    def _close(self, names: frozenset[str], fences: frozenset[str]) -> None:
        """End the outermost open element of some names that stands inside the nearest fence."""
        found, place = 0, len(self._open)
        for place in range(len(self._open) - 1, 1, -1):
            name = self._open[place].name
            if name in names:
                found = place
            elif name in fences:
                break
        self._spend(len(self._open) - place)
        if found:
            self._leave(found)

    def _end(self, name: str) -> None:
        fences = _IN_TABLE if name in TABLE_PARTS else FENCES
        place = len(self._open) - 1
        stops = fences | {name}
        while place > 1 and self._open[place].name not in stops:
            place -= 1
        self._spend(len(self._open) - place)
        if place > 1 and self._open[place].name == name:
            self._leave(place)
            self._after_blank |= name in BLOCKS

    def _content(self, element: HtmlElement) -> None:
        """The text of an element in which there are no others."""
        name = element.name
        found = re.compile(rf"</{name}(?=[\s/>])", re.I).search(self._text, self._place)
        end = found.start() if found else len(self._text)
        content = self._text[self._place : end]
        if content:
            self._spend(_WORK_OF_A_NODE)
            if name == "textarea" and content.startswith(("\n", "\r\n")):
                content = content.removeprefix("\r").removeprefix("\n")
            element.add(HtmlText(self._document, "#text", content if name in RAW else decoded(content)))
        after = self._text.find(">", end)
        self._place = len(self._text) if found is None or after < 0 else after + 1

    def _write(self, text: str) -> None:
        text = decoded(text)
        if self._body is None:
            text = text.lstrip(" \t\r\n\f")
            if not text:
                return
            self.begin_body()
        if not self._document.modern and not self._first_preformatted:
            # The old engine keeps one blank of several, and none at the beginning of a line.
            text = _BLANKS.sub(" ", text)
            if self._after_blank:
                text = text.removeprefix(" ")
            if not text:
                return
            self._after_blank = text.endswith(" ")
        self._spend(_WORK_OF_A_NODE)
        self._open[-1].add(HtmlText(self._document, "#text", text))
