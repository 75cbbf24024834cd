"""mshtml.HTMLDocumentClass: a document and its parts. Scripts of a page do not run, nothing is loaded."""

from __future__ import annotations

from typing import Any

from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.types import PSType, kept, register
from emulator.powershell.modules.html.elements import (
    HtmlElements,
    named,
    with_class,
    with_tag,
)
from emulator.powershell.modules.html.gaps import ComMembers
from emulator.powershell.modules.html.nodes import HtmlElement, HtmlNode
from emulator.powershell.modules.html.parsing import TooLarge, parse, parse_fragment
from emulator.powershell.modules.html.writing import plain_text
from emulator.powershell.runtime.arithmetic import too_large
from emulator.powershell.runtime.conversion import items_of, to_text
from emulator.powershell.runtime.errors import not_emulated
from emulator.powershell.runtime.limits import DEFAULT

_TOO_LARGE = "An HTML document of this size"


class HtmlDocument(ComMembers):
    """A document: what was written to it is read when somebody looks. ``modern`` is one that asks for an
    engine of this century (X-UA-Compatible)."""

    def __init__(self, text: str = "") -> None:
        self.modern = False
        self.design_mode = "Inherit"
        self._written = [text]
        self._size = len(text)
        self._closed = True
        self._read: tuple[list[HtmlElement], HtmlElement] | None = None

    def _parts(self) -> tuple[list[HtmlElement], HtmlElement]:
        if self._read is None:
            self.modern = False
            try:
                self._read = parse(self, "".join(self._written))
            except TooLarge:
                raise not_emulated(_TOO_LARGE) from None
        return self._read

    @property
    def root(self) -> HtmlElement:
        """The element HTML. Raises the typed gap for a document that is too large."""
        return self._parts()[1]

    @property
    def prologue(self) -> list[HtmlElement]:
        """Declarations and comments before the element HTML."""
        return self._parts()[0]

    def part(self, name: str) -> HtmlElement:
        """HEAD or BODY."""
        return next(one for one in self.root.children if isinstance(one, HtmlElement) and one.name == name)

    def write(self, values: Any, end: str = "") -> None:
        """Write more of the document, or what replaces one that was closed. Bytes are UTF-16."""
        held = unwrap(values)
        if isinstance(held, bytearray):
            text = held.decode("utf-16-le", "replace").removeprefix("\ufeff")
        else:
            text = "".join(to_text(one) for one in items_of(held))
        if self._closed:
            self._written, self._size, self._closed = [], 0, False
        self._size += len(text) + len(end)
        if self._size > DEFAULT.text:
            raise too_large("text")
        self._written.append(text + end)
        self._read = None

    def close(self) -> None:
        """The document is complete."""
        self._closed = True

    def fragment(self, text: str) -> list[HtmlNode]:
        """The nodes that a piece of HTML stands for."""
        try:
            return parse_fragment(self, text)
        except TooLarge:
            raise not_emulated(_TOO_LARGE) from None

    def all(self) -> HtmlElements:
        """document.all: everything but texts, as it comes in the source."""
        return HtmlElements([*self.prologue, self.root, *self.root.below()])


def _elements(document: HtmlDocument, *names: str, having: str = "") -> HtmlElements:
    found = (one for one in document.root.below() if one.name in names)
    return HtmlElements(one for one in found if not having or having in one.attributes)


def _by_id(document: HtmlDocument, name: Any) -> HtmlNode | None:
    """The element of an identifier, or of a name, as the old engine has it."""
    wanted = to_text(name).lower()
    found = (one for one in document.root.below() if wanted in (named(one, "id"), named(one, "name")))
    return next(found, None) if wanted else None


def _by_name(document: HtmlDocument, name: Any) -> HtmlElements:
    wanted = to_text(name).lower()
    return HtmlElements(
        one for one in document.root.below() if wanted and wanted in (named(one, "id"), named(one, "name"))
    )


def _title(document: HtmlDocument) -> str:
    found = _elements(document, "title")
    return (plain_text(found[0]).outside(found[0]) or "").strip() if found else ""


def _write_line(document: HtmlDocument, values: Any) -> None:
    document.write(values, "\r\n")


_SEARCHES: dict[str, Any] = {
    "getElementById(object v)": _by_id,
    "getElementsByName(object v)": _by_name,
    "getElementsByTagName(object v)": lambda d, tag: with_tag(d.all(), tag),
    "getElementsByClassName(object v)": lambda d, classes: with_class(d.root.below(), classes),
}
_WRITING: dict[str, Any] = {
    "write(object psarray)": HtmlDocument.write,
    "writeln(object psarray)": _write_line,
    "close()": HtmlDocument.close,
}
_PARTS: dict[str, Any] = {
    "all": HtmlDocument.all,
    "body": lambda d: d.part("body"),
    "title: string": _title,
    "links": lambda d: _elements(d, "a", "area", having="href"),
    "anchors": lambda d: _elements(d, "a", having="name"),
    "forms": lambda d: _elements(d, "form"),
    "images": lambda d: _elements(d, "img"),
    "scripts": lambda d: _elements(d, "script"),
}
register(
    PSType(
        "mshtml.HTMLDocumentClass",
        instance={
            **_PARTS,
            "documentElement": lambda d: d.root,
            "head": lambda d: d.part("head"),
            "childNodes": lambda d: HtmlElements([*d.prologue, d.root]),
            "nodeName: string": lambda _d: "#document",
            "nodeType: int": lambda _d: 9,
            "readyState: string": lambda _d: "complete",
            "url: string": lambda _d: "about:blank",
            "compatMode: string": lambda d: "CSS1Compat" if d.prologue else "BackCompat",
            **kept("designMode: string", "design_mode"),
            **_SEARCHES,
            **_WRITING,
            # As the type of the library (Microsoft.mshtml) names them, and as its interfaces do.
            **{f"IHTMLDocument2_{name}": member for name, member in {**_PARTS, **_WRITING}.items()},
            **{f"IHTMLDocument3_{name}": member for name, member in _SEARCHES.items()},
            "IHTMLDocument3_documentElement": lambda d: d.root,
        },
    ),
    HtmlDocument,
)
