"""XPath on documents and elements."""

from __future__ import annotations

import re
from typing import Any

from lxml import etree

from emulator.powershell.dotnet.collections import PSArray
from emulator.powershell.dotnet.exceptions import NetError
from emulator.powershell.dotnet.xml_nodes import XmlAttribute, XmlDocument, XmlNode, XmlText, node_of

#: More nodes are not given.
MAXIMUM_FOUND = 200_000


class Namespaces:
    """XmlNamespaceManager."""

    __slots__ = ("map",)

    def __init__(self) -> None:
        self.map: dict[str, str] = {}


_UNION_PART = re.compile(r"""(?:[^|\['"]|\[[^\]]*\]|'[^']*'|"[^"]*")+""")


def _from_document(path: str) -> str:
    """A path as seen from the document itself: lxml would begin at the root element."""

    def absolute(part: re.Match[str]) -> str:
        text = part[0].strip()
        return text if text.startswith(("/", "(")) or re.match(r"[\w-]+\(", text) else f"/{text}"

    return _UNION_PART.sub(absolute, path)


def select(node: XmlNode, path: str, namespaces: Namespaces | None = None) -> PSArray:
    """SelectNodes. NetError (XPathException) for a path that is none."""
    if node.raw is None or isinstance(node, XmlText):
        return PSArray()
    base = node.raw.getroottree() if isinstance(node, XmlDocument) else node.raw
    if isinstance(node, XmlDocument):
        path = _from_document(path)
    try:
        found = base.xpath(path, namespaces=namespaces.map if namespaces is not None else None)
    except (etree.XPathError, ValueError):
        raise NetError("System.Xml.XPath.XPathException", f"'{path}' has an invalid token.") from None
    made = PSArray()
    for one in (found if isinstance(found, list) else [])[:MAXIMUM_FOUND]:
        if isinstance(one, str):
            made.append(_found_text(node, one))
        else:
            made.append(node_of(node.document, one))
    return made


def _found_text(node: XmlNode, one: Any) -> XmlNode:
    parent = one.getparent()
    if one.is_attribute:
        return XmlAttribute(node.document, parent, one.attrname)
    return XmlText(node.document, (parent, None) if one.is_text else (parent.getparent(), parent), str(one))


def select_one(node: XmlNode, path: str, namespaces: Namespaces | None = None) -> Any:
    """SelectSingleNode: the first one, or None."""
    found = select(node, path, namespaces)
    return found[0] if found else None
