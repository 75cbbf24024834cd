"""Select-Xml."""

from __future__ import annotations

from typing import Any

from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.types import PSType, register
from emulator.powershell.modules.utility.csv import text_of_file
from emulator.powershell.modules.utility.files import files_of
from emulator.powershell.runtime.cmdlet_call import UNBOUND, CmdletCall
from emulator.powershell.runtime.conversion import convert, to_text
from emulator.powershell.runtime.errors import ConversionError, PSError
from emulator.powershell.runtime.invoke import call_method, construct
from emulator.powershell.runtime.members import MISSING, get_property
from emulator.powershell.runtime.module import Cmdlet, cmdlet

_STREAM = "InputStream"


class SelectXmlInfo:
    """Microsoft.PowerShell.Commands.SelectXmlInfo."""

    __slots__ = ("node", "path", "pattern")

    def __init__(self, node: Any, path: str, pattern: str) -> None:
        self.node = node
        self.path = path
        self.pattern = pattern

    def text(self) -> str:
        """What is in the node, with the file it is in."""
        inner = get_property(self.node, "InnerXml")
        if inner is MISSING or inner is None or inner == "":
            inner = get_property(self.node, "InnerText")
        shown = to_text(inner).strip() if inner is not MISSING else ""
        return shown if self.path == _STREAM else f"{shown}:{self.path}"


register(
    PSType(
        "Microsoft.PowerShell.Commands.SelectXmlInfo",
        instance={
            "Node: System.Xml.XmlNode": lambda i: i.node,
            "Path: string": lambda i: i.path,
            "Pattern: string": lambda i: i.pattern,
            "ToString()": lambda i: i.text(),
        },
        to_text=lambda i: i.text(),
    ),
    SelectXmlInfo,
)


def xml_type(call: CmdletCall, name: str) -> PSType:
    """A type of System.Xml; the first that is asked for loads them all."""
    found = call.engine.types.find(f"System.Xml.{name}")
    assert found is not None  # noqa: S101 - they are part of the engine
    return found


@cmdlet("Select-Xml")
class SelectXml(Cmdlet):
    """Nodes that an XPath expression finds in documents, texts or files."""

    accepts = ("XPath", "Xml", "Namespace", "Path", "LiteralPath", "Content")

    def begin(self) -> None:
        """Read the expression."""
        self.xpath = to_text(self.call.get("XPath"))

    def process(self) -> None:
        """Search what came."""
        call = self.call
        if call.has("Path") or call.has("LiteralPath"):
            literal = call.has("LiteralPath")
            for one in call.get("LiteralPath") or call.get("Path"):
                try:
                    files = list(files_of(call, [one], literal=literal))
                except PSError as problem:
                    self._unreadable(to_text(one), problem.record.message)
                    continue
                for file in files:
                    self._text(text_of_file(call, file), file)
            return
        for text in call.get("Content") or ():
            self._text(to_text(text), _STREAM)
        if not call.has("Content"):
            value = call.get("Xml") if call.input_object is UNBOUND else call.input_object
            for node in value if isinstance(value, list) else [value]:
                self._node(unwrap(node), _STREAM)

    def _text(self, text: str, path: str) -> None:
        try:
            document = convert(text, xml_type(self.call, "XmlDocument"), self.call.engine)
        except (ConversionError, PSError) as problem:
            reason = problem.message if isinstance(problem, ConversionError) else problem.record.message
            self._unreadable(path, reason)
            return
        self._node(document, path)

    def _unreadable(self, path: str, reason: str) -> None:
        content = path == _STREAM
        what = "The text cannot be read" if content else f"The file '{path}' cannot be read"
        error_id = "InvalidCastToXmlDocument" if content else "ProcessingFile"
        self.call.error(
            self.call.record(
                "System.ArgumentException", f"{what}: {reason}", error_id, "InvalidOperation", path
            )
        )

    def _node(self, node: Any, path: str) -> None:
        call = self.call
        arguments = [self.xpath]
        if call.has("Namespace"):
            arguments.append(_namespaces(call, call.get("Namespace")))
        for one in call_method(node, "SelectNodes", arguments, call.engine):
            call.write(SelectXmlInfo(one, path, self.xpath))


def _namespaces(call: CmdletCall, table: Any) -> Any:
    engine = call.engine
    names = construct(xml_type(call, "NameTable"), [], engine)
    manager = construct(xml_type(call, "XmlNamespaceManager"), [names], engine)
    for prefix, uri in unwrap(table).items():
        if uri is None:
            raise call.failure(
                "System.ArgumentNullException",
                f"The namespace of the prefix '{to_text(prefix)}' must not be null.",
                "PrefixError",
                "InvalidOperation",
                prefix,
            )
        call_method(manager, "AddNamespace", [to_text(prefix), to_text(uri)], engine)
    return manager
