"""System.Xml.XmlWriter, XmlWriterSettings and XmlTextWriter."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.enums import EnumType
from emulator.powershell.dotnet.exceptions import NetError, argument_error, null_argument
from emulator.powershell.dotnet.library.files import open_file
from emulator.powershell.dotnet.library.text import UTF8, UTF8_PLAIN, Encoding, StringBuilder
from emulator.powershell.dotnet.library.text_streams import StreamWriter
from emulator.powershell.dotnet.library.text_writers import StringWriter, TextWriter
from emulator.powershell.dotnet.library.xml_conversions import xml_text
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.streams import Stream
from emulator.powershell.dotnet.types import PSType, register
from emulator.powershell.dotnet.xml_nodes import XmlDocument, XmlElement, XmlNode, inner_text, outer_xml
from emulator.powershell.dotnet.xml_writing import WriterSettings, XmlWriter
from emulator.powershell.runtime.conversion import to_text

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine

_CONFORMANCE = EnumType("System.Xml.ConformanceLevel", {"Auto": 0, "Fragment": 1, "Document": 2})
_HANDLING = EnumType("System.Xml.NewLineHandling", {"Replace": 0, "Entitize": 1, "None": 2})
_FORMATTING = EnumType("System.Xml.Formatting", {"None": 0, "Indented": 1})
_STATE = EnumType(
    "System.Xml.WriteState",
    {"Start": 0, "Prolog": 1, "Element": 2, "Attribute": 3, "Content": 4, "Closed": 5, "Error": 6},
)
for _one in (_CONFORMANCE, _HANDLING, _FORMATTING, _STATE):
    register(_one)


def _setter(name: str) -> Any:
    def put(settings: WriterSettings, value: Any) -> None:
        setattr(settings, name, value)

    return put


_PLAIN = {
    "Indent: bool": "indent",
    "IndentChars: string": "indent_chars",
    "NewLineChars: string": "new_line_chars",
    "NewLineOnAttributes: bool": "new_line_on_attributes",
    "OmitXmlDeclaration: bool": "omit_declaration",
    "CloseOutput: bool": "close_output",
    "CheckCharacters: bool": "check_characters",
}


def _getter(name: str) -> Any:
    return lambda settings: getattr(settings, name)


_members: dict[str, Any] = {}
for _shown, _field in _PLAIN.items():
    _members[_shown] = _getter(_field)
    _members[f"{_shown.partition(':')[0]}="] = _setter(_field)


def _set_named(name: str) -> Any:
    def put(settings: WriterSettings, value: Any) -> None:
        setattr(settings, name, str(value))

    return put


def _set_encoding(settings: WriterSettings, value: Any) -> None:
    settings.encoding = unwrap(value)


register(
    PSType(
        "System.Xml.XmlWriterSettings",
        instance={
            **_members,
            "ConformanceLevel: System.Xml.ConformanceLevel": lambda s: _CONFORMANCE[s.conformance],
            "ConformanceLevel=": _set_named("conformance"),
            "NewLineHandling: System.Xml.NewLineHandling": lambda s: _HANDLING[s.new_line_handling],
            "NewLineHandling=": _set_named("new_line_handling"),
            "Encoding: System.Text.Encoding": lambda s: s.encoding or UTF8,
            "Encoding=": _set_encoding,
        },
        construct={"new()": lambda _kind: WriterSettings()},
    ),
    WriterSettings,
)


def _copied(value: Any) -> WriterSettings:
    held = unwrap(value)
    return WriterSettings() if held is None else WriterSettings(**vars(held))


def _over_writer(target: TextWriter, settings: WriterSettings, *, legacy: bool = False) -> XmlWriter:
    name = target.encoding.web_name if isinstance(target, StreamWriter) else "utf-16"
    return XmlWriter(
        target.write,
        settings,
        flush=target.flush,
        close=target.close,
        encoding_name=name,
        legacy=legacy,
    )


def _over_stream(stream: Stream, settings: WriterSettings, *, legacy: bool = False) -> XmlWriter:
    if not stream.writable or stream.closed:
        raise argument_error("Stream was not writable.")
    return _over_writer(StreamWriter(stream, settings.encoding or UTF8), settings, legacy=legacy)


def _create(engine: Engine, output: Any, settings: Any = None) -> XmlWriter:
    held, chosen = unwrap(output), _copied(settings)
    if held is None:
        raise null_argument("output")
    if isinstance(held, TextWriter):
        return _over_writer(held, chosen)
    if isinstance(held, StringBuilder):
        return _over_writer(StringWriter(held), chosen)
    if isinstance(held, Stream):
        return _over_stream(held, chosen)
    if isinstance(held, str):
        chosen.close_output = True
        return _over_stream(open_file(engine, held, "Create", "Write"), chosen)
    raise NetError("System.NotSupportedException", "An XmlWriter over another one is not emulated.")


def _value(engine: Engine, writer: XmlWriter, value: Any) -> None:
    held = unwrap(value)
    if held is None:
        raise null_argument("value")
    writer.text(xml_text(held, engine.utc_offset_minutes()) or to_text(held))


def _base64(writer: XmlWriter, data: bytearray, index: int, count: int) -> None:
    writer.text(base64.b64encode(bytes(data)[index : index + count]).decode())


def _characters(writer: XmlWriter, characters: Any, index: int, count: int) -> None:
    writer.text("".join(list(characters)[index : index + count]))


def _nameless(writer: XmlWriter, prefix: str | None, name: str, space: str | None) -> None:
    writer.start_element(name, space, prefix)


_WRITER: dict[str, Any] = {
    "WriteState: System.Xml.WriteState": lambda w: _STATE[w.state],
    "Settings: System.Xml.XmlWriterSettings": lambda w: None if w.legacy else w.settings,
    "WriteStartDocument()": lambda w: w.start_document(),
    "WriteStartDocument(bool standalone)": lambda w, alone: w.start_document(alone),
    "WriteEndDocument()": lambda w: w.end_document(),
    "WriteDocType(string name, string pubid, string sysid, string subset)": lambda w, n, p, s, i: w.doc_type(
        n, p or None, s or None, i or None
    ),
    "WriteStartElement(string localName)": lambda w, n: w.start_element(n),
    "WriteStartElement(string localName, string ns)": lambda w, n, s: w.start_element(n, s),
    "WriteStartElement(string prefix, string localName, string ns)": _nameless,
    "WriteEndElement()": lambda w: w.end_element(),
    "WriteFullEndElement()": lambda w: w.end_element(full=True),
    "WriteElementString(string localName, string value)": lambda w, n, v: w.element_string(n, v),
    "WriteElementString(string localName, string ns, string value)": lambda w, n, s, v: w.element_string(
        n, v, s
    ),
    "WriteElementString(string prefix, string localName, string ns, string value)": (
        lambda w, p, n, s, v: w.element_string(n, v, s, p)
    ),
    "WriteStartAttribute(string localName)": lambda w, n: w.start_attribute(n),
    "WriteStartAttribute(string localName, string ns)": lambda w, n, s: w.start_attribute(n, s),
    "WriteStartAttribute(string prefix, string localName, string ns)": lambda w, p, n, s: w.start_attribute(
        n, s, p
    ),
    "WriteEndAttribute()": lambda w: w.end_attribute(),
    "WriteAttributeString(string localName, string value)": lambda w, n, v: w.attribute_string(n, v),
    "WriteAttributeString(string localName, string ns, string value)": lambda w, n, s, v: w.attribute_string(
        n, v, s
    ),
    "WriteAttributeString(string prefix, string localName, string ns, string value)": (
        lambda w, p, n, s, v: w.attribute_string(n, v, s, p)
    ),
    "WriteString(string text)": lambda w, t: w.text(t),
    "@WriteValue(object value)": _value,
    "WriteCData(string text)": lambda w, t: w.character_data(t),
    "WriteComment(string text)": lambda w, t: w.comment(t),
    "WriteProcessingInstruction(string name, string text)": lambda w, n, t: w.instruction(n, t),
    "WriteEntityRef(string name)": lambda w, n: w.entity(n),
    "WriteRaw(string data)": lambda w, t: w.raw(t),
    "WriteWhitespace(string ws)": lambda w, t: w.white_space(t),
    "WriteChars(char[] buffer, int index, int count)": _characters,
    "WriteBase64(byte[] buffer, int index, int count)": _base64,
    "LookupPrefix(string ns)": lambda w, s: w.lookup_prefix(s),
    "Flush()": lambda w: w.flush(),
    "Close()": lambda w: w.close(),
    "Dispose()": lambda w: w.close(),
}
register(
    PSType(
        "System.Xml.XmlWriter",
        interfaces=("System.IDisposable",),
        instance=_WRITER,
        static={
            "@Create(object output)": _create,
            "@Create(object output, System.Xml.XmlWriterSettings settings)": _create,
        },
        is_abstract=True,
    ),
    XmlWriter,
)


class XmlTextWriter(XmlWriter):
    """System.Xml.XmlTextWriter."""

    indentation = 2
    indent_character = " "

    def set_indentation(self, count: int | None = None, character: str | None = None) -> None:
        """Indentation and IndentChar."""
        if count is not None:
            if count < 0:
                raise argument_error("Indentation value must be greater than 0.")
            self.indentation = count
        if character is not None:
            self.indent_character = character
        self.settings.indent_chars = self.indent_character * self.indentation


def _text_writer(target: TextWriter, encoding_name: str) -> XmlTextWriter:
    return XmlTextWriter(
        target.write,
        WriterSettings(conformance="Auto"),
        flush=target.flush,
        close=target.close,
        encoding_name=encoding_name,
        legacy=True,
    )


def _new_over_writer(_kind: PSType, writer: Any) -> XmlTextWriter:
    held = unwrap(writer)
    if not isinstance(held, TextWriter):
        raise null_argument("w")
    return _text_writer(held, held.encoding.web_name if isinstance(held, StreamWriter) else "utf-16")


def _new_over_stream(_kind: PSType, stream: Any, encoding: Any) -> XmlTextWriter:
    held, chosen = unwrap(stream), unwrap(encoding)
    if not isinstance(held, Stream) or not held.writable or held.closed:
        raise argument_error("Stream was not writable.")
    named = chosen.web_name if isinstance(chosen, Encoding) else ""
    return _text_writer(StreamWriter(held, chosen if named else UTF8_PLAIN), named)


def _new_over_file(engine: Engine, kind: PSType, path: str, encoding: Any) -> XmlTextWriter:
    return _new_over_stream(kind, open_file(engine, path, "Create", "Write"), encoding)


def _set_formatting(writer: XmlTextWriter, value: Any) -> None:
    writer.settings.indent = str(value) == "Indented"


def _set_quote(writer: XmlTextWriter, value: str) -> None:
    if value not in ('"', "'"):
        raise argument_error(
            "Invalid XML attribute quote character. Valid attribute quote characters are ' and \"."
        )
    writer.quote = value


register(
    PSType(
        "System.Xml.XmlTextWriter",
        base="System.Xml.XmlWriter",
        interfaces=("System.IDisposable",),
        instance={
            "Formatting: System.Xml.Formatting": lambda w: _FORMATTING[
                "Indented" if w.settings.indent else "None"
            ],
            "Formatting=": _set_formatting,
            "Indentation: int": lambda w: w.indentation,
            "Indentation=": lambda w, value: w.set_indentation(count=value),
            "IndentChar: char": lambda w: w.indent_character,
            "IndentChar=": lambda w, value: w.set_indentation(character=value),
            "QuoteChar: char": lambda w: w.quote,
            "QuoteChar=": _set_quote,
        },
        construct={
            "new(System.IO.TextWriter w)": _new_over_writer,
            "new(System.IO.Stream w, System.Text.Encoding encoding)": _new_over_stream,
            "@new(string filename, System.Text.Encoding encoding)": _new_over_file,
        },
    ),
    XmlTextWriter,
)


def write_node(node: XmlNode, writer: Any, *, contents: bool = False) -> None:
    """WriteTo and WriteContentTo of a node. Raises ArgumentNullException without a writer."""
    held = unwrap(writer)
    if not isinstance(held, XmlWriter):
        raise null_argument("w")
    if isinstance(node, XmlDocument):
        held.document(node)
    elif isinstance(node, XmlElement) and contents:
        for one in node.children():
            write_node(one, held)
    elif isinstance(node, XmlElement):
        held.node(node.raw)
    elif contents:
        held.text(inner_text(node))
    else:
        held.raw(outer_xml(node))


def save_document(document: XmlDocument, writer: XmlWriter) -> None:
    """Save of a document to a writer, which gets a declaration at any rate."""
    if document.declaration is None and writer.state == "Start":
        writer.start_document()
    writer.document(document)
    writer.flush()
