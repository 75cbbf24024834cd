"""The tree of an HTML document: elements, texts and comments."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from emulator.powershell.modules.html.gaps import ComMembers

if TYPE_CHECKING:
    from emulator.powershell.modules.html.documents import HtmlDocument


class HtmlNode(ComMembers):
    """A node. ``name`` is that of an element in lower case, ``!`` for what begins with ``<!``, and ``#text``;
    the last two have a ``text`` and neither attributes nor children."""

    __slots__ = ("attributes", "children", "document", "name", "parent", "place", "text")

    def __init__(self, document: HtmlDocument, name: str, text: str = "") -> None:
        self.document = document
        self.name = name
        self.text = text
        self.attributes: dict[str, str] = {}
        self.children: list[HtmlNode] = []
        self.parent: HtmlNode | None = None
        self.place = 0

    def add(self, child: HtmlNode) -> None:
        """Put a node behind the last one."""
        child.parent, child.place = self, len(self.children)
        self.children.append(child)

    def replace_children(self, nodes: list[HtmlNode]) -> None:
        """Put other nodes in the place of those that are there."""
        for child in self.children:
            child.parent = None
        self.children = []
        for node in nodes:
            self.add(node)

    def walk(self) -> Iterator[HtmlNode]:
        """The node and all that is in it, in the order of the document."""
        pending = [self]
        while pending:
            node = pending.pop()
            yield node
            pending.extend(reversed(node.children))

    def below(self) -> Iterator[HtmlNode]:
        """What `document.all` counts of what is in the node: elements, comments and declarations."""
        return (node for node in self.walk() if node is not self and node.name != "#text")


class HtmlElement(HtmlNode):
    """An element, a comment or a declaration."""

    __slots__ = ()


class HtmlText(HtmlNode):
    """A text."""

    __slots__ = ()
