"""Where nodes of a document are put, taken away and copied."""

from __future__ import annotations

from typing import Any

from emulator.powershell.dotnet.exceptions import NetError, argument_error
from emulator.powershell.dotnet.xml_nodes import (
    XmlAttribute,
    XmlComment,
    XmlDocument,
    XmlElement,
    XmlNode,
    XmlText,
    copied,
    node_of,
    set_inner_text,
)


def _container(node: XmlNode) -> Any:
    """What holds the children of an element. Raises for what has none."""
    if not isinstance(node, XmlElement):
        raise NetError("System.InvalidOperationException", "The current node cannot contain other nodes.")
    return node.raw


def _is_part(child: XmlNode) -> bool:
    return isinstance(child, XmlElement | XmlComment)


def append(node: XmlNode, child: XmlNode) -> XmlNode:
    """AppendChild: behind the last child. NetError (InvalidOperationException) for what cannot be there."""
    if not isinstance(node, XmlDocument):
        _container(node)
    if isinstance(child, XmlText):
        if node.raw is None:
            raise _wrong_type()
        last = node.raw[-1] if len(node.raw) else None
        if last is None:
            node.raw.text = (node.raw.text or "") + child.text
        else:
            last.tail = (last.tail or "") + child.text
        child.raw = (node.raw, last)
        return child
    if isinstance(node, XmlDocument):
        if isinstance(child, XmlElement):
            if node.raw is not None:
                raise NetError(
                    "System.InvalidOperationException", "This document already has a 'DocumentElement' node."
                )
            node.raw = child.raw
        elif isinstance(child, XmlComment) and node.raw is not None:
            node.raw.addnext(child.raw)
        return child
    if not _is_part(child):
        raise _wrong_type()
    node.raw.append(child.raw)
    return child


def _wrong_type() -> NetError:
    return NetError(
        "System.InvalidOperationException",
        "The specified node cannot be inserted as the valid child of this node, because the specified node "
        "is the wrong type.",
    )


def prepend(node: XmlNode, child: XmlNode) -> XmlNode:
    """PrependChild: before the first child; errors as for ``append``."""
    if isinstance(node, XmlDocument):
        return _beside(node, child, after=False)
    raw = _container(node)
    if not _is_part(child):
        raise _wrong_type()
    raw.insert(0, child.raw)
    return child


def _beside(document: XmlDocument, child: XmlNode, *, after: bool) -> XmlNode:
    """Put a node before or behind the root of a document."""
    if document.raw is None or not isinstance(child, XmlComment):
        return append(document, child)
    (document.raw.addnext if after else document.raw.addprevious)(child.raw)
    return child


def insert(after: bool) -> Any:
    """InsertAfter or InsertBefore. NetError (ArgumentException) when the reference is no child."""

    def run(node: XmlNode, child: XmlNode, reference: XmlNode | None) -> XmlNode:
        if reference is None:
            return prepend(node, child) if after else append(node, child)
        if isinstance(node, XmlDocument):
            return _beside(node, child, after=after)
        parts = list(_container(node))
        if reference.raw not in parts:
            raise argument_error("The reference node is not a child of this node.")
        if not _is_part(child):
            raise _wrong_type()
        node.raw.insert(parts.index(reference.raw) + after, child.raw)
        return child

    return run


def remove(node: XmlNode, child: XmlNode) -> XmlNode:
    """RemoveChild. NetError (ArgumentException) for what is no child of the node."""
    if isinstance(node, XmlDocument):
        if isinstance(child, XmlElement):
            node.raw = None
        return child
    if not _is_part(child) or child.raw.getparent() is not node.raw:
        raise argument_error("The node to be removed is not a child of this node.")
    node.raw.remove(child.raw)
    return child


def remove_all(node: XmlNode) -> None:
    """RemoveAll: the content and the attributes."""
    if isinstance(node, XmlDocument):
        node.raw = None
    elif isinstance(node, XmlElement):
        set_inner_text(node.raw, "")
        for key in list(node.raw.attrib):
            del node.raw.attrib[key]


def replace(node: XmlNode, new: XmlNode, old: XmlNode) -> XmlNode:
    """ReplaceChild; the answer is the old child. NetError (ArgumentException) when it is none."""
    if old.raw not in list(_container(node)):
        raise argument_error("The reference node is not a child of this node.")
    if not _is_part(new):
        raise _wrong_type()
    node.raw.replace(old.raw, new.raw)
    return old


def clone(node: XmlNode, deep: bool) -> XmlNode:
    """CloneNode: alone, or with all that is in it."""
    if isinstance(node, XmlText):
        return XmlText(node.document, None, node.text)
    if isinstance(node, XmlAttribute):
        alone = XmlAttribute(node.document, None, node.key)
        alone.loose = node.value
        return alone
    if node.raw is None:
        return XmlDocument()
    made = copied(node.raw)
    if not deep and isinstance(node, XmlElement | XmlDocument):
        set_inner_text(made, "")
    if isinstance(node, XmlDocument):
        document = XmlDocument()
        document.raw, document.declaration = made, node.declaration
        return document
    return node_of(node.document, made)


def import_node(document: XmlDocument, node: XmlNode, deep: bool) -> XmlNode:
    """ImportNode: a copy that belongs to another document."""
    made = clone(node, deep)
    made.document = document
    return made
