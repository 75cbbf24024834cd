"""System.Xml: documents, elements, attributes, XPath, and writers to text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lxml import etree

from emulator.powershell.dotnet.collections import FIXED_LISTS, LIST_TYPES, PSArray
from emulator.powershell.dotnet.enums import EnumType
from emulator.powershell.dotnet.exceptions import NetError, argument_error
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.types import PSType, register, type_of
from emulator.powershell.dotnet.unicode_text import utf8_bytes
from emulator.powershell.dotnet.xml_changes import (
    append,
    clone,
    import_node,
    insert,
    prepend,
    remove,
    remove_all,
    replace,
)
from emulator.powershell.dotnet.xml_nodes import (
    XmlAttribute,
    XmlComment,
    XmlDocument,
    XmlElement,
    XmlNode,
    XmlText,
    attribute_name,
    clean,
    copied,
    inner_text,
    inner_xml,
    local_part,
    outer_xml,
    qualified_name,
    set_inner_text,
)
from emulator.powershell.dotnet.xml_paths import Namespaces, select, select_one
from emulator.powershell.runtime.members import CONTENT_FIRST

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine

CONTENT_FIRST.update((XmlDocument, XmlElement))
_KINDS = EnumType(
    "System.Xml.XmlNodeType",
    {
        name: number
        for number, name in enumerate(
            (
                *("None", "Element", "Attribute", "Text", "CDATA", "EntityReference", "Entity"),
                *(
                    "ProcessingInstruction",
                    "Comment",
                    "Document",
                    "DocumentType",
                    "DocumentFragment",
                    "Notation",
                ),
                *("Whitespace", "SignificantWhitespace", "EndElement", "EndEntity", "XmlDeclaration"),
            )
        )
    },
)
register(_KINDS)


class NameTable:
    """XmlNameTable: only handed from a document to a namespace manager."""

    __slots__ = ()


register(PSType("System.Xml.NameTable", construct={"new()": lambda _kind: NameTable()}), NameTable)


def _name(node: XmlNode) -> str:
    if isinstance(node, XmlDocument):
        return "#document"
    if isinstance(node, XmlText):
        return "#text"
    if isinstance(node, XmlAttribute):
        return node.key if node.raw is None else attribute_name(node.raw, node.key)
    return node.name if isinstance(node, XmlElement) else "#comment"


def _kind(node: XmlNode) -> Any:
    names = {XmlDocument: "Document", XmlText: "Text", XmlAttribute: "Attribute", XmlElement: "Element"}
    return _KINDS[names.get(type(node), "Comment")]


def _children(node: XmlNode) -> PSArray:
    return PSArray(node.children()) if isinstance(node, XmlDocument | XmlElement) else PSArray()


def _parent(node: XmlNode) -> Any:
    if isinstance(node, XmlDocument) or node.raw is None:
        return None
    if isinstance(node, XmlText):
        return XmlElement(node.document, node.raw[0])
    if isinstance(node, XmlAttribute):
        return None
    parent = node.raw.getparent()
    return node.document if parent is None else XmlElement(node.document, parent)


def _sibling(step: int) -> Any:
    def find(node: XmlNode) -> Any:
        parent = _parent(node)
        if parent is None:
            return None
        siblings = list(parent.children())
        for place, one in enumerate(siblings):
            if one == node:
                wanted = place + step
                return siblings[wanted] if 0 <= wanted < len(siblings) else None
        return None

    return find


def _value(node: XmlNode) -> Any:
    return inner_text(node) if isinstance(node, XmlText | XmlAttribute | XmlComment) else None


def _set_value(node: XmlNode, value: str) -> None:
    if isinstance(node, XmlAttribute):
        if node.raw is None:
            node.loose = value
        else:
            node.raw.set(node.key, clean(value))
    elif isinstance(node, XmlText):
        parent, before = node.raw
        if before is None:
            parent.text = clean(value)
        else:
            before.tail = clean(value)


def _set_inner_text(node: XmlNode, text: str) -> None:
    if isinstance(node, XmlElement):
        set_inner_text(node.raw, text)
    else:
        _set_value(node, text)


def _write_to(node: XmlNode, writer: Any) -> None:
    from emulator.powershell.dotnet.library.xml_writers import write_node

    write_node(node, writer)


def _write_content_to(node: XmlNode, writer: Any) -> None:
    from emulator.powershell.dotnet.library.xml_writers import write_node

    write_node(node, writer, contents=True)


def _set_inner_xml(node: XmlNode, text: str) -> None:
    if isinstance(node, XmlDocument):
        node.load(text)
        return
    if not isinstance(node, XmlElement):
        raise NetError(
            "System.InvalidOperationException",
            "Cannot set the 'InnerXml' for the current node because it is either read-only or cannot have "
            "children.",
        )
    wrapper = XmlDocument()
    wrapper.load(f"<x>{text}</x>")
    set_inner_text(node.raw, wrapper.raw.text or "")
    for one in list(wrapper.raw):
        node.raw.append(one)


def _create_comment(document: XmlDocument, text: str) -> XmlComment:
    if "--" in text or text.endswith("-"):
        raise argument_error("An XML comment cannot contain '--', and '-' cannot be the last character.")
    return XmlComment(document, etree.Comment(clean(text)))


_NODE: dict[str, Any] = {
    "Name: string": _name,
    "LocalName: string": lambda n: _name(n).rpartition(":")[2],
    "Prefix: string": lambda n: _name(n).rpartition(":")[0],
    "NamespaceURI: string": lambda n: (
        (etree.QName(n.raw).namespace or "") if isinstance(n, XmlElement) else ""
    ),
    "NodeType: System.Xml.XmlNodeType": _kind,
    "Value: string": _value,
    "Value=": _set_value,
    "InnerText: string": inner_text,
    "InnerText=": _set_inner_text,
    "InnerXml: string": inner_xml,
    "InnerXml=": _set_inner_xml,
    "WriteTo(System.Xml.XmlWriter w)": _write_to,
    "WriteContentTo(System.Xml.XmlWriter w)": _write_content_to,
    "OuterXml: string": outer_xml,
    "ChildNodes": _children,
    "FirstChild": lambda n: next(iter(_children(n)), None),
    "LastChild": lambda n: next(iter(reversed(_children(n))), None),
    "NextSibling": _sibling(1),
    "PreviousSibling": _sibling(-1),
    "ParentNode": _parent,
    "OwnerDocument": lambda n: None if isinstance(n, XmlDocument) else n.document,
    "HasChildNodes: bool": lambda n: bool(_children(n)),
    "SelectNodes(string xpath)": select,
    "SelectNodes(string xpath, System.Xml.XmlNamespaceManager nsmgr)": select,
    "SelectSingleNode(string xpath)": select_one,
    "SelectSingleNode(string xpath, System.Xml.XmlNamespaceManager nsmgr)": select_one,
    "AppendChild(System.Xml.XmlNode newChild)": append,
    "PrependChild(System.Xml.XmlNode newChild)": prepend,
    "InsertAfter(System.Xml.XmlNode newChild, System.Xml.XmlNode refChild)": insert(True),
    "InsertBefore(System.Xml.XmlNode newChild, System.Xml.XmlNode refChild)": insert(False),
    "RemoveChild(System.Xml.XmlNode oldChild)": remove,
    "ReplaceChild(System.Xml.XmlNode newChild, System.Xml.XmlNode oldChild)": replace,
    "RemoveAll()": remove_all,
    "CloneNode(bool deep)": clone,
    "Clone()": lambda n: clone(n, True),
}
register(PSType("System.Xml.XmlNode", is_abstract=True, instance=_NODE), XmlNode)


def _attribute(node: XmlElement, name: str) -> str:
    found = _attribute_node(node, name)
    return found.value if found is not None else ""


def _attribute_node(node: XmlElement, name: str) -> XmlAttribute | None:
    for key in node.raw.attrib:
        if attribute_name(node.raw, key) == name:
            return XmlAttribute(node.document, node.raw, key)
    return None


def _set_attribute(node: XmlElement, name: str, value: str) -> None:
    found = _attribute_node(node, name)
    _write_attribute(node, name, found.key if found is not None else name, value)


def _set_attribute_in(node: XmlElement, name: str, space: str, value: str) -> str:
    _write_attribute(node, name, f"{{{space}}}{name.rpartition(':')[2]}" if space else name, value)
    return value


def _write_attribute(node: XmlElement, name: str, key: str, value: str) -> None:
    try:
        node.raw.set(key, clean(value))
    except ValueError:
        raise NetError("System.Xml.XmlException", f"The name '{name}' is not valid in XML.") from None


def _remove_attribute(node: XmlElement, name: str) -> None:
    found = _attribute_node(node, name)
    if found is not None:
        del node.raw.attrib[found.key]


def _append_attribute(attributes: AttributeList, attribute: XmlAttribute) -> XmlAttribute:
    _set_attribute(attributes.element, attribute.key, attribute.value)
    attribute.raw = attributes.element.raw
    return attribute


class AttributeList(PSArray):
    """XmlAttributeCollection."""

    __slots__ = ("element",)

    element: XmlElement

    def named_item(self, name: str) -> Any:
        """The attribute of a name, or None."""
        return _attribute_node(self.element, name)


def _attributes(node: XmlElement) -> AttributeList:
    made = AttributeList(XmlAttribute(node.document, node.raw, key) for key in node.raw.attrib)
    made.element = node
    return made


LIST_TYPES.add(AttributeList)
FIXED_LISTS.add(AttributeList)
register(
    PSType(
        "System.Xml.XmlAttributeCollection",
        base="System.Object[]",
        instance={
            "GetNamedItem(string name)": lambda a, name: a.named_item(name),
            "Append(System.Xml.XmlAttribute node)": _append_attribute,
            "SetNamedItem(System.Xml.XmlAttribute node)": _append_attribute,
            "RemoveNamedItem(string name)": lambda a, name: _remove_attribute(a.element, name),
        },
    ),
    AttributeList,
)


def _by_tag(node: XmlNode, name: str) -> PSArray:
    if node.raw is None:
        return PSArray()
    return PSArray(
        XmlElement(node.document, one)
        for one in node.raw.iter()
        if isinstance(one.tag, str)
        and (one is not node.raw or isinstance(node, XmlDocument))
        and name in ("*", qualified_name(one))
    )


register(
    PSType(
        "System.Xml.XmlElement",
        base="System.Xml.XmlNode",
        instance={
            "HasAttributes: bool": lambda e: bool(e.raw.attrib),
            "IsEmpty: bool": lambda e: len(e.raw) == 0 and not e.raw.text,
            "Attributes": _attributes,
            "GetAttribute(string name)": _attribute,
            "GetAttributeNode(string name)": _attribute_node,
            "HasAttribute(string name)": lambda e, name: _attribute_node(e, name) is not None,
            "SetAttribute(string name, string value)": _set_attribute,
            "SetAttribute(string localName, string namespaceURI, string value)": _set_attribute_in,
            "SetAttributeNode(System.Xml.XmlAttribute newAttr)": lambda e, a: _append_attribute(
                _attributes(e), a
            ),
            "RemoveAttribute(string name)": _remove_attribute,
            "GetElementsByTagName(string name)": _by_tag,
        },
        to_text=lambda e: local_part(e.raw.tag),
    ),
    XmlElement,
)
register(PSType("System.Xml.XmlText", base="System.Xml.XmlNode", to_text=lambda _t: "#text"), XmlText)
register(
    PSType("System.Xml.XmlComment", base="System.Xml.XmlNode", to_text=lambda _t: "#comment"), XmlComment
)
register(
    PSType(
        "System.Xml.XmlAttribute",
        base="System.Xml.XmlNode",
        instance={"OwnerElement": lambda a: None if a.raw is None else XmlElement(a.document, a.raw)},
        to_text=_name,
    ),
    XmlAttribute,
)


def _prefixes(prefix: str, space: str) -> Any:
    # lxml names the default namespace None.
    return {prefix or None: space}


def _create_element(document: XmlDocument, name: str, space: str | None = None) -> XmlElement:
    prefix, _, local = name.rpartition(":")
    try:
        if space:
            raw = etree.Element(f"{{{space}}}{local}", nsmap=_prefixes(prefix, space))
        else:
            raw = etree.Element(name)
    except ValueError:
        raise NetError(
            "System.Xml.XmlException", f"The '{name[:1]}' character cannot be included in a name."
        ) from None
    return XmlElement(document, raw)


def _create_attribute(document: XmlDocument, name: str) -> XmlAttribute:
    return XmlAttribute(document, None, name)


class _Declaration(XmlNode):
    """XmlDeclaration until it is added."""

    __slots__ = ("text",)

    def __init__(self, document: XmlDocument, text: str) -> None:
        super().__init__(document, None)
        self.text = text


def _create_declaration(document: XmlDocument, version: str, encoding: str, standalone: str) -> XmlNode:
    text = f'version="{version}"'
    if encoding:
        text += f' encoding="{encoding}"'
    if standalone:
        text += f' standalone="{standalone}"'
    document.declaration = text
    return _Declaration(document, text)


def _load(engine: Engine, document: XmlDocument, path: Any) -> None:
    from emulator.powershell.runtime.conversion import to_text
    from emulator.powershell.runtime.services import FileStore

    store = engine.find_service(FileStore)
    text = to_text(path)
    full = engine.paths.place(text).path
    if store is None or not store.exists(full):
        raise NetError("System.IO.FileNotFoundException", f"Could not find file '{full}'.")
    document.load(store.read_text(full))


def _save(engine: Engine, document: XmlDocument, given: Any) -> None:
    from emulator.powershell.runtime.conversion import to_text
    from emulator.powershell.runtime.invoke import call_method
    from emulator.powershell.runtime.services import ByteStore

    target = unwrap(given)
    if any(kind.name == "System.Xml.XmlWriter" for kind in type_of(target).lineage()):
        from emulator.powershell.dotnet.library.xml_writers import save_document

        save_document(document, target)
        return
    text = indented(document)
    writer = getattr(target, "ps_type", None)
    if not isinstance(target, str) and writer is not None:
        call_method(target, "Write", [text], engine)
        return
    store = engine.find_service(ByteStore)
    if store is None:
        raise NetError("System.NotSupportedException", "There are no files.")
    store.write_bytes(engine.paths.place(to_text(target)).path, utf8_bytes(text))


def indented(document: XmlDocument) -> str:
    """The text that Save writes: two blanks a level."""
    if document.raw is None:
        raise NetError(
            "System.Xml.XmlException", "Invalid XML document. The document does not have a root element."
        )
    raw = copied(document.raw)
    etree.indent(raw, "  ")
    text = etree.tostring(raw, encoding="unicode").replace("/>", " />").replace("\n", "\r\n")
    head = f"<?xml {document.declaration}?>\r\n" if document.declaration is not None else ""
    return head + str(text)


register(
    PSType(
        "System.Xml.XmlDocument",
        base="System.Xml.XmlNode",
        instance={
            "DocumentElement": lambda d: None if d.raw is None else XmlElement(d, d.raw),
            "PreserveWhitespace: bool": lambda _d: False,
            "PreserveWhitespace=": lambda _d, _value: None,
            "XmlResolver": lambda _d: None,
            "XmlResolver=": lambda _d, _value: None,
            "NameTable": lambda _d: NameTable(),
            "LoadXml(string xml)": lambda d, text: d.load(text),
            "@Load(object file)": _load,
            "@Save(object file)": _save,
            "CreateElement(string name)": _create_element,
            "CreateElement(string qualifiedName, string namespaceURI)": _create_element,
            "CreateElement(string prefix, string localName, string namespaceURI)": lambda d, p, n, s: (
                _create_element(d, f"{p}:{n}" if p else n, s)
            ),
            "CreateAttribute(string name)": _create_attribute,
            "CreateTextNode(string text)": lambda d, text: XmlText(d, None, text),
            "CreateComment(string data)": _create_comment,
            "CreateXmlDeclaration(string version, string encoding, string standalone)": _create_declaration,
            "ImportNode(System.Xml.XmlNode node, bool deep)": import_node,
            "GetElementsByTagName(string name)": _by_tag,
        },
        construct={"new()": lambda _kind: XmlDocument()},
        to_text=lambda _d: "#document",
    ),
    XmlDocument,
)
register(PSType("System.Xml.XmlDeclaration", base="System.Xml.XmlNode"), _Declaration)


def _add_namespace(manager: Namespaces, prefix: str, uri: str) -> None:
    manager.map[prefix] = uri


register(
    PSType(
        "System.Xml.XmlNamespaceManager",
        instance={
            "AddNamespace(string prefix, string uri)": _add_namespace,
            "LookupNamespace(string prefix)": lambda m, prefix: m.map.get(prefix),
            "HasNamespace(string prefix)": lambda m, prefix: prefix in m.map,
        },
        construct={"new(object nameTable)": lambda _kind, _table: Namespaces()},
    ),
    Namespaces,
)
