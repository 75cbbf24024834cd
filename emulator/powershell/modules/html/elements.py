"""The nodes of a document as scripts see them: COM objects of mshtml (IHTMLElement and those beside it).

What is here is what public scripts use; `gaps` knows the rest of mshtml. Addresses are told as the engine
does whose document has none itself: ``about:`` and what the page says.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from emulator.powershell.dotnet.collections import LIST_TYPES
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.types import PSType, bind_class
from emulator.powershell.modules.html.nodes import HtmlElement, HtmlNode, HtmlText
from emulator.powershell.modules.html.tags import FLAGS
from emulator.powershell.modules.html.writing import markup, plain_text
from emulator.powershell.runtime.conversion import to_text

_COM = "System.__ComObject"
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|#|//")
_KINDS = {HtmlElement: 1, HtmlText: 3}
_COMMENT = 8


class HtmlElements(list[Any]):
    """IHTMLElementCollection: elements in their order."""

    __slots__ = ()

    def named_item(self, name: str) -> HtmlNode | None:
        """The element of an identifier or name."""
        wanted = name.lower()
        return next((one for one in self if wanted in (named(one, "id"), named(one, "name"))), None)


LIST_TYPES.add(HtmlElements)


def with_tag(nodes: Iterable[HtmlNode], tag: Any) -> HtmlElements:
    """The elements of a name, all for ``*``."""
    wanted = to_text(tag).lower()
    return HtmlElements(one for one in nodes if wanted in ("*", one.name))


def with_class(nodes: Iterable[HtmlNode], classes: Any) -> HtmlElements:
    """The elements that have some classes."""
    wanted = set(to_text(classes).split())
    return HtmlElements(
        one for one in nodes if wanted and wanted <= set(one.attributes.get("class", "").split())
    )


def item_of(elements: HtmlElements, key: Any = 0, _place: Any = None) -> HtmlNode | None:
    """An element by its place, identifier or name."""
    held = unwrap(key)
    if isinstance(held, int):
        return elements[held] if 0 <= held < len(elements) else None
    return elements.named_item(to_text(held))


def named(node: HtmlNode, attribute: str) -> str:
    """An attribute in lower case, in which names are compared."""
    return node.attributes.get(attribute, "").lower()


def address(text: str) -> str:
    """An address as the engine tells it."""
    if not text or _ABSOLUTE.match(text):
        return {"#": f"about:blank{text}", "/": f"about:{text}"}.get(text[:1], text)
    return f"about:{text}"


def _attribute(name: str) -> tuple[Callable[[HtmlNode], Any], Callable[[HtmlNode, Any], None]]:
    def write(node: HtmlNode, value: Any) -> None:
        node.attributes[name] = to_text(value)

    return lambda node: node.attributes.get(name, ""), write


def _attributes(**names: str) -> dict[str, Any]:
    """Properties that are attributes as they stand."""
    found: dict[str, Any] = {}
    for shown, name in names.items():
        found[f"{shown}: string"], found[f"{shown}="] = _attribute(name)
    return found


def _flag(name: str) -> dict[str, Any]:
    def write(node: HtmlNode, value: Any) -> None:
        if value:
            node.attributes[name.lower()] = ""
        else:
            node.attributes.pop(name.lower(), None)

    return {f"{name}: bool": lambda node: name.lower() in node.attributes, f"{name}=": write}


def _of_parent(node: HtmlNode, step: int) -> HtmlNode | None:
    if node.parent is None:
        return None
    place = node.place + step
    return node.parent.children[place] if 0 <= place < len(node.parent.children) else None


def _end_of(node: HtmlNode, place: int) -> HtmlNode | None:
    return node.children[place] if node.children else None


def _children(node: HtmlNode) -> HtmlElements:
    return HtmlElements(one for one in node.children if isinstance(one, HtmlElement))


def _cells(row: HtmlNode) -> HtmlElements:
    return HtmlElements(one for one in row.children if one.name in ("td", "th"))


def _within(top: HtmlNode, names: Iterable[str]) -> HtmlElements:
    return HtmlElements(one for one in top.below() if one.name in names)


FIELDS = ("button", "fieldset", "input", "object", "select", "textarea")
"""Elements that belong to a form."""


def value_of(node: HtmlNode) -> str | None:
    """What a field would send; None for no value."""
    if node.name in ("textarea", "option"):
        return node.attributes.get("value") or plain_text(node).outside(node)
    if node.name == "select":
        options = _within(node, ("option",))
        chosen = next(
            (one for one in options if "selected" in one.attributes), options[0] if options else None
        )
        return value_of(chosen) if chosen is not None else None
    if node.name == "input" and named(node, "type") in ("checkbox", "radio"):
        return node.attributes.get("value", "on")
    return node.attributes.get("value") or None


def _write_value(node: HtmlNode, value: Any) -> None:
    if node.name == "textarea":
        _write_text(node, value)
    else:
        node.attributes["value"] = to_text(value)


def _write_text(node: HtmlNode, value: Any) -> None:
    node.replace_children([HtmlText(node.document, "#text", to_text(value))] if value is not None else [])


def _write_markup(node: HtmlNode, value: Any) -> None:
    node.replace_children(node.document.fragment(to_text(value)))


_ALIASES = {"classname": "class", "htmlfor": "for", "httpequiv": "http-equiv"}
_ADDRESSES = ("href", "src")
_AS_WRITTEN = 2


def get_attribute(node: HtmlNode, name: Any, flags: int = 0) -> Any:
    """getAttribute: addresses are told whole, but with the flag 2."""
    key = to_text(name).lower()
    key = _ALIASES.get(key, key)
    if key not in node.attributes:
        return None
    value = node.attributes[key]
    if key in FLAGS:
        return True
    whole = key in _ADDRESSES and not node.document.modern and flags != _AS_WRITTEN
    return address(value) if whole else value


def _set_attribute(node: HtmlNode, name: Any, value: Any, _flags: int = 0) -> None:
    key = to_text(name).lower()
    node.attributes[_ALIASES.get(key, key)] = to_text(value)


def _remove_attribute(node: HtmlNode, name: Any, _flags: int = 0) -> bool:
    key = to_text(name).lower()
    return node.attributes.pop(_ALIASES.get(key, key), None) is not None


class HtmlAttribute:
    """IHTMLDOMAttribute."""

    __slots__ = ("name", "node")

    def __init__(self, node: HtmlNode, name: str) -> None:
        self.node = node
        self.name = name


def _attribute_node(node: HtmlNode, name: Any) -> HtmlAttribute | None:
    key = to_text(name).lower()
    return HtmlAttribute(node, key) if key in node.attributes else None


def form_method(node: HtmlNode) -> str:
    """How a form is sent."""
    return named(node, "method") or ("get" if node.name == "form" else "")


def _contains(node: HtmlNode, other: Any) -> bool:
    found = unwrap(other)
    while isinstance(found, HtmlNode):
        if found is node:
            return True
        found = found.parent
    return False


def _node_members() -> dict[str, Any]:
    return {
        "nodeName: string": lambda n: n.name if n.name == "#text" else n.name.upper(),
        "nodeType: int": lambda n: _COMMENT if n.name == "!" else _KINDS[type(n)],
        "nodeValue": lambda n: n.text if isinstance(n, HtmlText) else None,
        "parentNode": lambda n: n.parent,
        "parentElement": lambda n: n.parent,
        "nextSibling": lambda n: _of_parent(n, 1),
        "previousSibling": lambda n: _of_parent(n, -1),
        "firstChild": lambda n: _end_of(n, 0),
        "lastChild": lambda n: _end_of(n, -1),
        "childNodes": lambda n: HtmlElements(n.children),
        "hasChildNodes()": lambda n: bool(n.children),
        "ownerDocument": lambda n: n.document,
    }


_SEARCHES: dict[str, Any] = {
    "getElementsByTagName(object v)": lambda n, tag: with_tag(n.below(), tag),
    "getElementsByClassName(object v)": lambda n, classes: with_class(n.below(), classes),
}
_ELEMENT = PSType(
    _COM,
    instance={
        **_node_members(),
        **_SEARCHES,
        **_attributes(
            id="id",
            className="class",
            name="name",
            title="title",
            alt="alt",
            type="type",
            action="action",
            target="target",
            content="content",
            httpEquiv="http-equiv",
            htmlFor="for",
            lang="lang",
            rel="rel",
            width="width",
            height="height",
        ),
        **_flag("checked"),
        **_flag("disabled"),
        **_flag("selected"),
        **_flag("readOnly"),
        "method: string": form_method,
        "method=": _attribute("method")[1],
        "href: string": lambda n: address(n.attributes.get("href", "")),
        "href=": _attribute("href")[1],
        "src: string": lambda n: address(n.attributes.get("src", "")),
        "src=": _attribute("src")[1],
        "value": value_of,
        "value=": _write_value,
        "tagName: string": lambda n: n.name.upper(),
        "innerHTML: string": lambda n: markup(n).inside(n),
        "innerHTML=": _write_markup,
        "outerHTML: string": lambda n: markup(n).outside(n),
        "innerText: string": lambda n: plain_text(n).outside(n),
        "innerText=": _write_text,
        "outerText: string": lambda n: plain_text(n).outside(n),
        "textContent: string": lambda n: "".join(one.text for one in n.walk() if isinstance(one, HtmlText)),
        "text: string": lambda n: "".join(one.text for one in n.children) or plain_text(n).outside(n),
        "all": lambda n: HtmlElements(n.below()),
        "children": _children,
        "document": lambda n: n.document,
        "rows": lambda n: _within(n, ("tr",)),
        "cells": _cells,
        "tBodies": lambda n: _within(n, ("tbody",)),
        "colSpan: int": lambda n: _number(n, "colspan", 1),
        "rowSpan: int": lambda n: _number(n, "rowspan", 1),
        "elements": lambda n: _within(n, FIELDS),
        "options": lambda n: _within(n, ("option",)),
        "getAttribute(object name)": get_attribute,
        "getAttribute(object name, int flags)": get_attribute,
        "getAttributeNode(object name)": _attribute_node,
        "hasAttribute(object name)": lambda n, name: to_text(name).lower() in n.attributes,
        "setAttribute(object name, object value)": _set_attribute,
        "setAttribute(object name, object value, int flags)": _set_attribute,
        "removeAttribute(object name)": _remove_attribute,
        "removeAttribute(object name, int flags)": _remove_attribute,
        "contains(object child)": _contains,
        "toString()": lambda n: address(n.attributes["href"]) if "href" in n.attributes else "[object]",
    },
)


def _number(node: HtmlNode, name: str, usual: int) -> int:
    text = node.attributes.get(name, "")
    return int(text) if re.fullmatch(r"[0-9]{1,5}", text) else usual


bind_class(_ELEMENT, HtmlElement)
bind_class(
    PSType(
        _COM,
        instance={
            **_node_members(),
            "data: string": lambda n: n.text,
            "length: int": lambda n: len(n.text),
            "textContent: string": lambda n: n.text,
        },
    ),
    HtmlText,
)
bind_class(
    PSType(
        _COM,
        instance={
            "name: string": lambda a: a.name,
            "nodeName: string": lambda a: a.name,
            "value": lambda a: a.node.attributes.get(a.name),
            "nodeValue": lambda a: a.node.attributes.get(a.name),
            "specified: bool": lambda _a: True,
        },
    ),
    HtmlAttribute,
)
bind_class(
    PSType(
        _COM,
        interfaces=("System.Collections.IEnumerable",),
        instance={
            "length: int": len,
            "item()": item_of,
            "item(object name)": item_of,
            "item(object name, object index)": item_of,
            "namedItem(object name)": item_of,
            "tags(object tagName)": with_tag,
        },
    ),
    HtmlElements,
)
