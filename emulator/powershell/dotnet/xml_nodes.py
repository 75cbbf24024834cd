"""XML documents as .NET's System.Xml has them, over trees of lxml."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lxml import etree

from emulator.powershell.dotnet.exceptions import NetError
from emulator.powershell.late_pattern import late_pattern

MAXIMUM_TEXT = 32_000_000
_DECLARATION = "xml"
_HALF_A_PAIR = late_pattern("[\ud800-\udfff]")


class XmlNode:
    """Base of all nodes. ``raw`` is the node of lxml, ``document`` the document it belongs to."""

    __slots__ = ("document", "raw")

    def __init__(self, document: XmlDocument | None, raw: Any) -> None:
        self.document = document
        self.raw = raw

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and other.raw is self.raw

    def __hash__(self) -> int:
        return id(self.raw)


class XmlElement(XmlNode):
    """XmlElement."""

    __slots__ = ()

    @property
    def name(self) -> str:
        """The name with its prefix."""
        return qualified_name(self.raw)

    @property
    def ps_type_names(self) -> tuple[str, ...]:
        """What the adapter puts before the type: its name with the element's namespace and local name."""
        space, _, local = self.raw.tag[1:].rpartition("}") if self.raw.tag[:1] == "{" else ("", "", "")
        return (f"System.Xml.XmlElement#{space}#{local}",) if space else ()

    def children(self) -> Iterator[XmlNode]:
        """The child nodes in order, texts among them."""
        raw = self.raw
        if raw.text:
            yield XmlText(self.document, (raw, None), raw.text)
        for one in raw:
            yield node_of(self.document, one)
            if one.tail:
                yield XmlText(self.document, (raw, one), one.tail)

    def elements(self) -> Iterator[XmlElement]:
        """The child elements."""
        for one in self.raw:
            if isinstance(one.tag, str):
                yield XmlElement(self.document, one)

    def unroll(self) -> list[Any]:
        """A node is one object in a pipeline."""
        return [self]

    def get_item(self, key: Any) -> Any:
        """``node['name']``: the first child element of that name; ``node[0]`` is the node."""
        if isinstance(key, str):
            return next((one for one in self.elements() if one.name == key), None)
        return self if key in (0, -1) else None

    # What PowerShell shows as properties: attributes, with declarations of namespaces among them, and child
    # elements, all by their local names.

    def dynamic_property(self, name: str, missing: Any) -> Any:
        """An attribute or child element: text of a simple one, the element of another, a list of several."""
        wanted = name.lower()
        found: list[Any] = [uri for key, uri in declarations(self.raw) if key.lower() == wanted]
        found.extend(value for key, value in self.raw.attrib.items() if local_part(key).lower() == wanted)
        found.extend(simple(one) for one in self.elements() if local_part(one.raw.tag).lower() == wanted)
        if not found and name.lower() == "#text":
            texts = [one.text for one in self.children() if isinstance(one, XmlText)]
            return texts[0] if len(texts) == 1 else (texts or missing)
        if not found:
            return missing
        from emulator.powershell.dotnet.collections import PSArray

        return found[0] if len(found) == 1 else PSArray(found)

    def dynamic_properties(self) -> list[str]:
        """The names of attributes and child elements."""
        names = [key for key, _ in declarations(self.raw)]
        names += [local_part(key) for key in self.raw.attrib]
        for one in self.elements():
            local = local_part(one.raw.tag)
            if local not in names:
                names.append(local)
        if any(isinstance(one, XmlText) and one.text.strip() for one in self.children()):
            names.append("#text")
        return names

    def set_dynamic_property(self, name: str, value: Any) -> bool:
        """Set an attribute or the text of a child element."""
        from emulator.powershell.runtime.conversion import to_text

        for key in self.raw.attrib:
            if local_part(key).lower() == name.lower():
                self.raw.set(key, to_text(value))
                return True
        for one in self.elements():
            if local_part(one.raw.tag).lower() == name.lower():
                set_inner_text(one.raw, to_text(value))
                return True
        if name.lower() == "#text":
            set_inner_text(self.raw, to_text(value))
            return True
        return False


class XmlText(XmlNode):
    """XmlText; ``raw`` says which text it is: (parent, the sibling before or None)."""

    __slots__ = ("text",)

    def __init__(self, document: XmlDocument | None, raw: Any, text: str) -> None:
        super().__init__(document, raw)
        self.text = text


class XmlComment(XmlNode):
    """XmlComment, and processing instructions."""

    __slots__ = ()


class XmlAttribute(XmlNode):
    """XmlAttribute: ``raw`` is the element, ``key`` the name in lxml's form."""

    __slots__ = ("key", "loose")

    def __init__(self, document: XmlDocument | None, raw: Any, key: str) -> None:
        super().__init__(document, raw)
        self.key = key
        self.loose = ""

    @property
    def value(self) -> str:
        """The value."""
        return self.loose if self.raw is None else str(self.raw.get(self.key, ""))


class XmlDocument(XmlNode):
    """XmlDocument: ``raw`` is its root element or None."""

    __slots__ = ("declaration",)

    def __init__(self) -> None:
        super().__init__(None, None)
        self.document = self
        self.declaration: str | None = None

    def load(self, text: str) -> None:
        """Read a text. Raises XmlException."""
        if len(text) > MAXIMUM_TEXT:
            raise NetError("System.Xml.XmlException", "The document is too large.")
        head = text.lstrip("\ufeff").lstrip() if not text.startswith("<") else text
        if not head:
            raise NetError("System.Xml.XmlException", "Root element is missing.")
        if "<!DOCTYPE" in head[:4096] or "<!ENTITY" in head:
            raise NetError(
                "System.Xml.XmlException",
                "For security reasons DTD is prohibited in this XML document. To enable DTD processing set "
                "the DtdProcessing property on XmlReaderSettings to Parse and pass the settings to "
                "XmlReader.Create method.",
            )
        self.declaration = None
        if head.startswith("<?xml"):
            end = head.find("?>")
            self.declaration = head[5:end].strip() if end > 0 else None
            head = head[end + 2 :] if end > 0 else head
        parser = etree.XMLParser(
            resolve_entities=False, no_network=True, load_dtd=False, remove_blank_text=True, huge_tree=False
        )
        half = _HALF_A_PAIR.search(head)
        if half is not None:
            line = head.count("\n", 0, half.start()) + 1
            raise NetError(
                "System.Xml.XmlException",
                f"'{half[0]}', hexadecimal value 0x{ord(half[0]):X}, is an invalid character. Line {line}, "
                f"position {half.start() - head.rfind(chr(10), 0, half.start())}.",
            )
        try:
            self.raw = etree.fromstring(head.encode("utf-8"), parser)
        except (etree.XMLSyntaxError, ValueError) as problem:
            from emulator.powershell.dotnet.xml_errors import syntax_error

            message = syntax_error(text) or str(problem).partition(" (")[0] + "."
            raise NetError("System.Xml.XmlException", message) from None

    def children(self) -> Iterator[XmlNode]:
        """The declaration's place is not among them; comments and the root."""
        if self.raw is None:
            return
        before = list(self.raw.itersiblings(preceding=True))
        for one in reversed(before):
            yield node_of(self, one)
        yield XmlElement(self, self.raw)
        for one in self.raw.itersiblings():
            yield node_of(self, one)

    def get_item(self, key: Any) -> Any:
        """``document['name']``: the root when it has that name."""
        if isinstance(key, str):
            return (
                XmlElement(self, self.raw)
                if self.raw is not None and qualified_name(self.raw) == key
                else None
            )
        return self if key in (0, -1) else None

    def dynamic_property(self, name: str, missing: Any) -> Any:
        """The root element by name, or the declaration."""
        if self.raw is not None and local_part(self.raw.tag).lower() == name.lower():
            return simple(XmlElement(self, self.raw))
        if name.lower() == _DECLARATION and self.declaration is not None:
            return self.declaration
        return missing

    def dynamic_properties(self) -> list[str]:
        """``xml`` and the root's name."""
        names = [_DECLARATION] if self.declaration is not None else []
        return names + ([local_part(self.raw.tag)] if self.raw is not None else [])

    def set_dynamic_property(self, _name: str, _value: Any) -> bool:
        """The root cannot be set by its name."""
        return False

    @property
    def outer(self) -> str:
        """OuterXml."""
        head = f"<?xml {self.declaration}?>" if self.declaration is not None else ""
        return head + "".join(outer_xml(one) for one in self.children())


def node_of(document: XmlDocument | None, raw: Any) -> XmlNode:
    """The node of a node of lxml."""
    return XmlElement(document, raw) if isinstance(raw.tag, str) else XmlComment(document, raw)


def qualified_name(raw: Any) -> str:
    """``prefix:local``."""
    name = etree.QName(raw).localname
    return f"{raw.prefix}:{name}" if raw.prefix else str(name)


def attribute_name(raw: Any, key: str) -> str:
    """The name of an attribute as it was written."""
    if not key.startswith("{"):
        return key
    space, _, local = key[1:].partition("}")
    if space == "http://www.w3.org/XML/1998/namespace":
        return f"xml:{local}"
    prefix = next((one for one, uri in raw.nsmap.items() if uri == space and one), None)
    return f"{prefix}:{local}" if prefix else local


def local_part(name: str) -> str:
    """A name of lxml without its namespace."""
    return name.rpartition("}")[2]


def declarations(raw: Any) -> list[tuple[str, str]]:
    """The namespaces that an element declares itself, by what is behind ``xmlns:``, or ``xmlns``."""
    parent = raw.getparent()
    above = {} if parent is None else parent.nsmap
    return [(key or "xmlns", uri) for key, uri in raw.nsmap.items() if above.get(key) != uri]


def simple(element: XmlElement) -> Any:
    """The text of an element without attributes and child elements, or the element."""
    raw = element.raw
    if len(raw) == 0 and not raw.attrib and not _declares(raw):
        return raw.text or ""
    return element


def _declares(raw: Any) -> bool:
    parent = raw.getparent()
    return bool(raw.nsmap) and (parent is None or parent.nsmap != raw.nsmap)


def inner_text(node: Any) -> str:
    """InnerText."""
    if isinstance(node, XmlText):
        return node.text
    if isinstance(node, XmlAttribute):
        return node.value
    raw = node.raw
    if raw is None:
        return ""
    if isinstance(node, XmlComment):
        return raw.text or ""
    return "".join(_texts(raw))


def _texts(raw: Any) -> Iterator[str]:
    if raw.text:
        yield raw.text
    for one in raw:
        if isinstance(one.tag, str):
            yield from _texts(one)
        if one.tail:
            yield one.tail


def set_inner_text(raw: Any, text: str) -> None:
    """Replace what is in an element by a text."""
    for one in list(raw):
        raw.remove(one)
    raw.text = clean(text)


def clean(text: str) -> str:
    """The text without the characters that XML has no room for."""
    return "".join(
        one
        for one in text
        if one in "\t\n\r" or " " <= one <= "\ud7ff" or "\ue000" <= one <= "\ufffd" or one > "\uffff"
    )


def outer_xml(node: Any) -> str:
    """OuterXml of a node."""
    if isinstance(node, XmlDocument):
        return node.outer
    if isinstance(node, XmlText):
        return _escape(node.text)
    if isinstance(node, XmlAttribute):
        name = node.key if node.raw is None else attribute_name(node.raw, node.key)
        return f'{name}="{_escape(node.value).replace(chr(34), "&quot;")}"'
    raw = node.raw
    text = etree.tostring(raw, encoding="unicode", with_tail=False)
    return text.replace("/>", " />") if isinstance(node, XmlElement) else str(text)


def inner_xml(node: Any) -> str:
    """InnerXml of a node."""
    if isinstance(node, XmlDocument):
        return node.outer
    if isinstance(node, XmlElement):
        return "".join(outer_xml(one) for one in node.children())
    return inner_text(node)


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def copied(raw: Any) -> Any:
    """A copy of a node of lxml that belongs to no tree."""
    from copy import deepcopy

    made = deepcopy(raw)
    made.tail = None
    return made
