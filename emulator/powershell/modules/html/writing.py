"""HTML and plain text of the nodes of a document, as the engine of Internet Explorer writes them.

Without more the engine of 5.1 works as Internet Explorer 7: names of elements in capitals, an order and
quotes of attributes of its own. A page that asks for a newer one (X-UA-Compatible) is written as its
source is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from emulator.powershell.modules.html.nodes import HtmlElement, HtmlNode
from emulator.powershell.modules.html.tags import (
    ADDRESSES,
    ATTRIBUTE_NAMES,
    BLOCKS,
    FIRST_ATTRIBUTES,
    FLAGS,
    KNOWN_ATTRIBUTES,
    PARAGRAPHS,
    PREFORMATTED,
    RAW,
    VOID,
)

_LINE, _BLANK_LINE = "\r\n", "\r\n\r\n"
_BLANKS = re.compile(r"[ \t\r\n\f]+")
_PLAIN = re.compile(r"[^\s\"'<>`]+")
_SILENT = frozenset({"iframe", "noscript", "script", "style"})
_SEPARATE = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "p", "ul", "ol", "dl", "blockquote", "pre"})


class Pieces:
    """A text in pieces: where each node begins and ends in it."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.outer: dict[HtmlNode, tuple[int, int]] = {}
        self.inner: dict[HtmlNode, tuple[int, int]] = {}
        self.gaps: set[int] = set()
        """Which pieces only stand between others."""

    def outside(self, node: HtmlNode) -> str | None:
        """All of a node; None for nothing."""
        first, last = self.outer[node]
        return "".join(self.pieces[first + (first in self.gaps) : last]) or None

    def inside(self, node: HtmlNode) -> str | None:
        """What is between its tags; None for nothing."""
        first, last = self.inner[node]
        return "".join(self.pieces[first:last]) or None


def markup(top: HtmlNode) -> Pieces:
    """The HTML of a node and of all that is in it."""
    made, modern = Pieces(), top.document.modern
    pieces = made.pieces
    begun: dict[HtmlNode, tuple[int, int]] = {}
    for node, ends in _steps(top):
        if ends:
            first, inside = begun[node]
            made.inner[node] = inside, len(pieces)
            if node.name not in VOID:
                pieces.append(f"</{_shown(node, modern)}>")
            made.outer[node] = first, len(pieces)
        elif isinstance(node, HtmlElement) and node.name != "!":
            if pieces and not modern and node.name in BLOCKS:
                pieces.append(_LINE)
            first = len(pieces)
            pieces.append(f"<{_shown(node, modern)}{_attributes(node, modern)}>")
            begun[node] = first, len(pieces)
        else:
            made.inner[node] = len(pieces), len(pieces)
            raw = node.name == "!" or (node.parent is not None and node.parent.name in RAW)
            pieces.append(node.text if raw else escaped(node.text))
            made.outer[node] = len(pieces) - 1, len(pieces)
    return made


def plain_text(top: HtmlNode) -> Pieces:
    """What is read of a node: each paragraph on a line of its own, the cells of a row side by side."""
    made = Pieces()
    pieces = made.pieces
    begun: dict[HtmlNode, int] = {}
    gap = ""  # what stands before the next text
    as_written = silent = 0  # how many of the open elements keep their blanks, or are not shown
    for node, ends in _steps(top):
        change = -1 if ends else 1
        if isinstance(node, HtmlElement):
            silent += change * (node.name in _SILENT)
            as_written += change * (node.name in PREFORMATTED)
            if node.name == "br" and ends:
                gap += _LINE  # a statement of its own: so Python makes the text longer in its place
            else:
                gap = max(gap, _gap_at(node.name), key=len)
            if ends or node.name == "!":
                made.outer[node] = begun.get(node, len(pieces)), len(pieces)
            else:
                begun[node] = len(pieces)
            continue
        text = node.text if as_written else _BLANKS.sub(" ", node.text)
        if not as_written and (gap or not pieces):
            text = text.lstrip(" ")
        if text and not silent:
            if gap and pieces:
                made.gaps.add(len(pieces))
                pieces.append(gap)
            gap = ""
            pieces.append(text)
    return made


def escaped(text: str) -> str:
    """A text with references for what has a meaning in HTML."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text.replace("\xa0", "&nbsp;")


def _steps(top: HtmlNode) -> Iterator[tuple[HtmlNode, bool]]:
    """Each node where it begins, and each element also where it ends."""
    pending = [(top, False)]
    while pending:
        node, ends = pending.pop()
        yield node, ends
        if not ends and isinstance(node, HtmlElement) and node.name != "!":
            pending.append((node, True))
            pending.extend((child, False) for child in reversed(node.children))


def _shown(node: HtmlNode, modern: bool) -> str:
    return node.name if modern else node.name.upper()


def _attributes(node: HtmlNode, modern: bool) -> str:
    if modern:
        return "".join(f' {name}="{_quoted(value)}"' for name, value in node.attributes.items())
    names = sorted(node.attributes, key=_place)
    return "".join(_attribute(node, name, node.attributes[name]) for name in names)


def _place(name: str) -> int:
    if name in FIRST_ATTRIBUTES:
        return FIRST_ATTRIBUTES[name]
    if name.startswith("on"):
        return 0
    return len(FIRST_ATTRIBUTES) + (
        1 if name in KNOWN_ATTRIBUTES or name in FLAGS or name in ADDRESSES else 2
    )


def _attribute(node: HtmlNode, name: str, value: str) -> str:
    if name in FLAGS:
        return f" {ATTRIBUTE_NAMES.get(name, name)}"
    if name == "type" and node.name == "input" and value.lower() == "text":
        return ""
    if name == "style":
        value = _style(value)
    elif name == "method":
        value = value.lower()
    known = name in KNOWN_ATTRIBUTES or name.startswith("on")
    text = _quoted(value)
    shown = text if known and _PLAIN.fullmatch(value) else f'"{text}"'
    return f" {ATTRIBUTE_NAMES.get(name, name)}={shown}"


def _style(value: str) -> str:
    """A style with the names of its properties in capitals."""
    pairs = (one.partition(":") for one in value.split(";") if ":" in one)
    return "; ".join(f"{name.strip().upper()}: {rest.strip()}" for name, _, rest in pairs)


def _quoted(value: str) -> str:
    return value.replace("&", "&amp;").replace('"', "&quot;")


def _gap_at(name: str) -> str:
    """What is between the text of an element and that of its neighbours."""
    if name in ("td", "th"):
        return " "
    if name in _SEPARATE:
        return _BLANK_LINE
    return _LINE if name in PARAGRAPHS or name in ("tr", "title", "option") else ""
