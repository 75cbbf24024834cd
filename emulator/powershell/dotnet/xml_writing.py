"""System.Xml.XmlWriter and XmlTextWriter: XML as text, element by element.

What .NET writes in which form, and the sentences of its exceptions, follow the published reference source of
.NET Framework (XmlWellFormedWriter, XmlTextWriter, XmlEncodedRawTextWriterIndent).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from emulator.powershell.dotnet.exceptions import NetError, argument_error
from emulator.powershell.dotnet.xml_nodes import XmlDocument, qualified_name

DEEPEST = 10_000
_XML = "http://www.w3.org/XML/1998/namespace"
_XMLNS = "http://www.w3.org/2000/xmlns/"
_BAD = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NAME = re.compile(r"[^\W\d][\w.\-·]*")
_LINES = re.compile(r"\r\n|\r|\n")


@dataclass
class WriterSettings:
    """System.Xml.XmlWriterSettings, with .NET's first values."""

    indent: bool = False
    indent_chars: str = "  "
    new_line_chars: str = "\r\n"
    new_line_on_attributes: bool = False
    omit_declaration: bool = False
    close_output: bool = False
    check_characters: bool = True
    encoding: Any = None
    conformance: str = "Document"
    new_line_handling: str = "Replace"


@dataclass
class _Element:
    name: str
    prefixes: dict[str, str] = field(default_factory=dict)
    """Prefixes that are declared here, and those of them that still have to be written."""
    owed: dict[str, str] = field(default_factory=dict)
    mixed: bool = False
    empty: bool = True


class XmlWriter:
    """Writes to ``put``. ``legacy`` is XmlTextWriter: no declaration of its own, line ends as they are."""

    def __init__(
        self,
        put: Callable[[str], None],
        settings: WriterSettings,
        *,
        flush: Callable[[], None],
        close: Callable[[], None],
        encoding_name: str,
        legacy: bool = False,
    ) -> None:
        self.settings = settings
        self.legacy = legacy
        self.quote = '"'
        self.encoding_name = encoding_name
        self._put = put
        self._flush = flush
        self._close = close
        self._open: list[_Element] = []
        self._attribute: list[str] | None = None
        self._attribute_name = ""
        self._in_tag = False
        self._started = False
        self._root = False
        self._wrote = False
        self._closed = False

    # Where the writer stands

    @property
    def state(self) -> str:
        """WriteState."""
        if self._closed:
            return "Closed"
        if self._attribute is not None:
            return "Attribute"
        if self._in_tag:
            return "Element"
        if self._open:
            return "Content"
        return "Prolog" if self._started and not self._root else ("Start" if not self._wrote else "Content")

    def _require_open(self) -> None:
        if self._closed:
            raise _invalid("The Writer is closed or in error state.")

    def _refuse(self, token: str) -> NetError:
        state = "EndRootElement" if self._root and not self._open else self.state
        advice = (
            " Make sure that the ConformanceLevel setting is set to ConformanceLevel.Fragment or "
            "ConformanceLevel.Auto if you want to write an XML fragment. "
            if not self._open and not self.legacy
            else ""
        )
        return _invalid(f"Token {token} in state {state} would result in an invalid XML document.{advice}")

    def _top_level_fits(self) -> bool:
        return self.legacy or self.settings.conformance != "Document"

    def _text_allowed(self, token: str) -> None:
        self._require_open()
        if not self._open and self._attribute is None and not self._top_level_fits():
            raise self._refuse(token)

    # The document

    def start_document(self, standalone: bool | None = None) -> None:
        """WriteStartDocument."""
        self._require_open()
        if self._wrote or self._started:
            raise _invalid("Cannot write XML declaration. WriteStartDocument method has already written it.")
        if self.settings.conformance == "Fragment":
            raise _invalid(
                "WriteStartDocument cannot be called on writers created with ConformanceLevel.Fragment."
            )
        self._started = True
        self._declare(standalone)

    def _declare(self, standalone: bool | None) -> None:
        self._started = True
        if self.settings.omit_declaration and not self.legacy:
            return
        q = self.quote
        encoding = f" encoding={q}{self.encoding_name}{q}" if self.encoding_name else ""
        alone = "" if standalone is None else f" standalone={q}{'yes' if standalone else 'no'}{q}"
        self._emit(f"<?xml version={q}1.0{q}{encoding}{alone}?>")

    def end_document(self) -> None:
        """WriteEndDocument: everything that is open is closed."""
        self._require_open()
        if not self._root:
            raise (
                argument_error("Document does not have a root element.")
                if self.legacy
                else _invalid("Document does not have a root element.")
            )
        while self._open:
            self.end_element()

    def doc_type(self, name: str, public: str | None, system: str | None, subset: str | None) -> None:
        """WriteDocType."""
        self._require_open()
        if self._open or self._root:
            raise self._refuse("DocType")
        _check_name(name)
        self._before(declares=True)
        q = self.quote
        if public is not None:
            middle = f" PUBLIC {q}{public}{q} {q}{system or ''}{q}"
        else:
            middle = "" if system is None else f" SYSTEM {q}{system}{q}"
        self._emit(f"<!DOCTYPE {name}{middle}{'' if subset is None else f'[{subset}]'}>")

    # Elements

    def start_element(self, name: str, space: str | None = None, prefix: str | None = None) -> None:
        """WriteStartElement: a name with the prefix that its namespace has, or gets."""
        self._require_open()
        _check_name(name)
        if self._attribute is not None:
            self.end_attribute()
        if not self._open and self._root and not self._top_level_fits():
            raise self._refuse("StartElement")
        if len(self._open) >= DEEPEST:
            raise _invalid("The document is nested too deeply.")
        self._finish_tag()
        self._before(declares=True)
        self._root = True
        element = _Element(name)
        if space is not None:
            if prefix is None:
                prefix = self.lookup_prefix(space)
                if prefix is None:
                    prefix = ""
            if prefix and not space:
                raise argument_error("Cannot use a prefix with an empty namespace.")
            if (self._space_of(prefix) or "") != space:
                element.prefixes[prefix] = element.owed[prefix] = space
        if prefix:
            element.name = f"{prefix}:{name}"
        self._open.append(element)
        self._emit(f"<{element.name}")
        self._in_tag = True

    def end_element(self, *, full: bool = False) -> None:
        """WriteEndElement, WriteFullEndElement."""
        self._require_open()
        if self._attribute is not None:
            self.end_attribute()
        if not self._open:
            raise _invalid("There was no XML start tag open." if self.legacy else _NO_START)
        element = self._open[-1]
        if self._in_tag and not full:
            self._owed()
            self._emit(" />")
            self._in_tag = False
        else:
            self._finish_tag()
            if not element.mixed and not element.empty:
                self._new_line(len(self._open) - 1)
            self._emit(f"</{element.name}>")
        self._open.pop()
        if self._open:
            self._open[-1].empty = False

    def element_string(
        self, name: str, value: str | None, space: str | None = None, prefix: str | None = None
    ) -> None:
        """WriteElementString."""
        self.start_element(name, space, prefix)
        if value:
            self.text(value)
        self.end_element()

    # Attributes

    def start_attribute(self, name: str, space: str | None = None, prefix: str | None = None) -> None:
        """WriteStartAttribute."""
        self._require_open()
        if self._attribute is not None:
            self.end_attribute()
        if not self._in_tag:
            raise self._refuse("StartAttribute")
        self._attribute, self._attribute_name = [], self._name_of_attribute(name, space, prefix)

    def _name_of_attribute(self, name: str, space: str | None, prefix: str | None) -> str:
        element = self._open[-1]
        if prefix == "xmlns" or (name == "xmlns" and not prefix):
            return name if name == "xmlns" else f"xmlns:{name}"
        _check_name(name)
        if not space:
            if prefix and self._space_of(prefix) is None and prefix != "xml":
                raise argument_error("Cannot use a prefix with an empty namespace.")
            return f"{prefix}:{name}" if prefix else name
        if space == _XML or prefix == "xml":
            return f"xml:{name}"
        if not prefix:
            prefix = self.lookup_prefix(space, attribute=True)
            if prefix is None:
                count = sum(len(one.prefixes) for one in self._open) + 1
                prefix = f"d{len(self._open)}p{count}" if self.legacy else f"p{count}"
        if self._space_of(prefix) != space:
            element.prefixes[prefix] = element.owed[prefix] = space
        return f"{prefix}:{name}"

    def end_attribute(self) -> None:
        """WriteEndAttribute."""
        self._require_open()
        if self._attribute is None:
            raise self._refuse("EndAttribute")
        name, value = self._attribute_name, "".join(self._attribute)
        self._attribute = None
        element = self._open[-1]
        if name == "xmlns" or name.startswith("xmlns:"):
            prefix = name.removeprefix("xmlns").removeprefix(":")
            element.prefixes[prefix] = value
            element.owed.pop(prefix, None)
        if self.settings.new_line_on_attributes and self.settings.indent:
            self._new_line(len(self._open))
        else:
            self._emit(" ")
        self._emit(f"{name}={self.quote}{self._quoted(value)}{self.quote}")

    def attribute_string(
        self, name: str, value: str | None, space: str | None = None, prefix: str | None = None
    ) -> None:
        """WriteAttributeString."""
        self.start_attribute(name, space, prefix)
        if value:
            self.text(value)
        self.end_attribute()

    # Content

    def text(self, text: str | None) -> None:
        """WriteString: escaped."""
        self._text_allowed("Content")
        if not text:
            if self._attribute is None and self._open and text is not None:
                self._finish_tag()
            return
        bad = _BAD.search(text)
        if bad is not None and self.settings.check_characters:
            raise argument_error(
                f"'{bad[0]}', hexadecimal value 0x{ord(bad[0]):02X}, is an invalid character."
            )
        if self._attribute is not None:
            self._attribute.append(text)
            return
        self._begin_mixed()
        text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        if self.settings.new_line_handling == "Replace" and not self.legacy:
            text = _LINES.sub(self.settings.new_line_chars, text)
        elif self.settings.new_line_handling == "Entitize":
            text = text.replace("\r", "&#xD;")
        self._emit(text)

    def raw(self, text: str) -> None:
        """WriteRaw: as it is."""
        self._require_open()
        if self._attribute is not None:
            # It stands in the attribute as it is, so what waits there is written as it will be.
            self._attribute.append(text)
            return
        self._begin_mixed()
        self._emit(text)

    def character_data(self, text: str | None) -> None:
        """WriteCData."""
        self._text_allowed("CData")
        self._begin_mixed()
        self._emit(f"<![CDATA[{(text or '').replace(']]>', ']]]]><![CDATA[>')}]]>")

    def comment(self, text: str | None) -> None:
        """WriteComment."""
        self._require_open()
        held = text or ""
        if self.legacy and ("--" in held or held.endswith("-")):
            raise argument_error("An XML comment cannot contain '--', and '-' cannot be the last character.")
        held = re.sub("-(?=-)", "- ", held)
        self._finish_tag()
        self._before(declares=True)
        self._emit(f"<!--{held + ' ' if held.endswith('-') else held}-->")

    def instruction(self, name: str, text: str | None) -> None:
        """WriteProcessingInstruction; one named xml is the declaration."""
        self._require_open()
        if name.lower() == "xml":
            if self._wrote or self._started:
                raise argument_error(
                    "Cannot write XML declaration. XML declaration can be only at the beginning of the "
                    "document."
                )
            self._started = True
            if not self.settings.omit_declaration or self.legacy:
                self._emit(f"<?xml {text or ''}?>")
            return
        _check_name(name)
        self._finish_tag()
        self._before(declares=True)
        self._emit(f"<?{name}{' ' + text if text else ''}?>")

    def entity(self, name: str) -> None:
        """WriteEntityRef."""
        self._text_allowed("Content")
        _check_name(name)
        self._begin_mixed()
        self._emit(f"&{name};")

    def white_space(self, text: str | None) -> None:
        """WriteWhitespace."""
        self._require_open()
        if text and text.strip(" \t\r\n"):
            raise argument_error("Only white space characters should be used.")
        if self._attribute is not None:
            self._attribute.append(text or "")
            return
        self._begin_mixed()
        self._emit(text or "")

    def node(self, raw: Any) -> None:
        """An element of a document with everything in it, declarations where they stood."""
        # Not recursive: documents may be deeper than Python's stack.
        work: list[Any] = [raw]
        while work:
            one = work.pop()
            if isinstance(one, str):
                self.text(one)
            elif one is None:
                self.end_element()
            elif isinstance(one.tag, str):
                self._node_start(one)
                work.append(None)
                for child in reversed(one):
                    if child.tail:
                        work.append(child.tail)
                    work.append(child)
                if one.text:
                    work.append(one.text)
            elif "Comment" in type(one).__name__:
                self.comment(one.text)
            else:
                self.instruction(one.target, one.text)

    def _node_start(self, raw: Any) -> None:
        name = qualified_name(raw)
        prefix, _, local = name.rpartition(":")
        space = raw.tag[1:].partition("}")[0] if raw.tag[:1] == "{" else ""
        self.start_element(local, space, prefix)
        parent = raw.getparent()
        known = parent.nsmap if parent is not None else {}
        for key, uri in raw.nsmap.items():
            if known.get(key) != uri:
                self.attribute_string(key or "xmlns", uri, None, "xmlns" if key else None)
        for key, value in raw.attrib.items():
            space, _, local = key[1:].rpartition("}") if key[:1] == "{" else ("", "", key)
            found = next((p for p, uri in raw.nsmap.items() if uri == space and p), None)
            self.attribute_string(local, value, space or None, found)

    def document(self, document: XmlDocument) -> None:
        """WriteTo of a document: its declaration, then its root."""
        if document.declaration is not None:
            self.instruction("xml", document.declaration.removeprefix("xml").strip())
        if document.raw is not None:
            self.node(document.raw)

    # The end

    def flush(self) -> None:
        """Flush."""
        if not self._closed:
            self._flush()

    def close(self) -> None:
        """Close: what is open is closed, as it should be."""
        if self._closed:
            return
        while self._open:
            self.end_element()
        self._closed = True
        self._flush()
        if self.settings.close_output or self.legacy:
            self._close()

    # Prefixes

    def lookup_prefix(self, space: str, *, attribute: bool = False) -> str | None:
        """LookupPrefix: the prefix that a namespace has here, or None."""
        if space == _XML:
            return "xml"
        if space == _XMLNS:
            return "xmlns"
        for element in reversed(self._open):
            for prefix, uri in element.prefixes.items():
                if uri == space and (prefix or not attribute) and self._space_of(prefix) == space:
                    return prefix
        return None

    def _space_of(self, prefix: str) -> str | None:
        for element in reversed(self._open):
            if prefix in element.prefixes:
                return element.prefixes[prefix]
        return None

    # Text

    def _emit(self, text: str) -> None:
        self._wrote = True
        self._put(text)

    def _owed(self) -> None:
        for prefix, uri in self._open[-1].owed.items():
            name = f"xmlns:{prefix}" if prefix else "xmlns"
            self._emit(f" {name}={self.quote}{self._quoted(uri)}{self.quote}")
        self._open[-1].owed = {}

    def _finish_tag(self) -> None:
        if self._attribute is not None:
            self.end_attribute()
        if self._in_tag:
            self._owed()
            self._emit(">")
            self._in_tag = False

    def _before(self, *, declares: bool) -> None:
        """What stands before an element or a comment: the declaration, and a new line where they indent."""
        if declares and not self._started and not self.legacy and self.settings.conformance == "Document":
            self._declare(None)
        if self._open:
            if not self._open[-1].mixed:
                self._new_line(len(self._open))
            self._open[-1].empty = False
        elif self._wrote:
            self._new_line(0)

    def _begin_mixed(self) -> None:
        self._finish_tag()
        if self._open:
            self._open[-1].mixed = True
            self._open[-1].empty = False

    def _new_line(self, depth: int) -> None:
        if self.settings.indent:
            self._emit(self.settings.new_line_chars + self.settings.indent_chars * depth)

    def _quoted(self, text: str) -> str:
        text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        text = text.replace(self.quote, "&quot;" if self.quote == '"' else "&apos;")
        if self.settings.new_line_handling == "None" and not self.legacy:
            return text
        text = text.replace("\r", "&#xD;").replace("\n", "&#xA;")
        return text if self.legacy else text.replace("\t", "&#x9;")


_NO_START = (
    "Token EndElement in state Start would result in an invalid XML document. Make sure that the "
    "ConformanceLevel setting is set to ConformanceLevel.Fragment or ConformanceLevel.Auto if you want to "
    "write an XML fragment. "
)


def _invalid(text: str) -> NetError:
    return NetError("System.InvalidOperationException", text)


def _check_name(name: str | None) -> None:
    if not name:
        raise argument_error("The empty string '' is not a valid local name.")
    found = _NAME.match(name)
    end = found.end() if found is not None else 0
    if end != len(name):
        raise argument_error(
            f"Invalid name character in '{name}'. The '{name[end]}' character, hexadecimal value "
            f"0x{ord(name[end]):02X}, cannot be included in a name."
        )
