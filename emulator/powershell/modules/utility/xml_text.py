"""ConvertTo-Xml."""

from __future__ import annotations

from typing import Any

from emulator.powershell.dotnet.collections import DICTIONARY_TYPES, LIST_TYPES
from emulator.powershell.dotnet.enums import EnumValue
from emulator.powershell.dotnet.numbers import NUMBER_TYPES
from emulator.powershell.dotnet.psobject import NoteProperty, PSObject, unwrap
from emulator.powershell.dotnet.simple import Guid, Version
from emulator.powershell.dotnet.time_values import DateTime, TimeSpan
from emulator.powershell.modules.utility.sorting import Gathering
from emulator.powershell.modules.utility.xml_search import xml_type
from emulator.powershell.runtime.conversion import convert, to_text
from emulator.powershell.runtime.members import MISSING, get_property, properties, type_name
from emulator.powershell.runtime.module import cmdlet
from emulator.powershell.serialization.text import escape, escape_attribute

_DECLARATION = '<?xml version="1.0" encoding="utf-8"?>'
_PLAIN = (str, bool, Guid, Version, DateTime, TimeSpan, EnumValue)


@cmdlet("ConvertTo-Xml")
class ConvertToXml(Gathering):
    """Objects as an XML document, one text, or a stream of texts."""

    accepts = ("InputObject", "Depth", "NoTypeInformation", "As")

    def end(self) -> None:
        """Write the document."""
        call = self.call
        depth = int(call.get("Depth", 1))
        how = to_text(call.get("As", "Document")).lower()
        lines = ["<Objects>"]
        bodies = [self._object(value, depth, "Object", None, 1) for value in self.values]
        if how == "stream":
            call.write(_DECLARATION)
            call.write("<Objects>")
            for body in bodies:
                call.write("\r\n".join(line[2:] for line in body))
            call.write("</Objects>")
            return
        for body in bodies:
            lines += body
        lines.append("</Objects>")
        text = "\r\n".join([_DECLARATION, *lines])
        if how == "string":
            call.write(text)
            return
        call.write(convert(text, xml_type(call, "XmlDocument"), call.engine))

    def _text_and_notes(self, value: PSObject, lead: str, tail: str, level: int) -> list[str]:
        """An object that is too deep: its text, and the texts of what it was given."""
        margin = "  " * level
        typed = not self.call.get("NoTypeInformation")

        def line(text: str, name: str, kind: str) -> str:
            shown = f' Type="{kind}"' if typed else ""
            return f"{margin}<Property{name}{shown}>{escape(text)}</Property>"

        lines = [lead, line(to_text(value), "", "System.String")]
        for one in value.members.values():
            if isinstance(one, NoteProperty):
                name = f' Name="{escape_attribute(one.name)}"'
                lines.append(line(to_text(one.value), name, "System.Management.Automation.PSNoteProperty"))
        return [*lines, tail]

    def _object(self, value: Any, depth: int, tag: str, name: str | None, level: int) -> list[str]:
        margin = "  " * level
        attributes = f' Name="{escape_attribute(name)}"' if name is not None else ""
        base = unwrap(value)
        if not self.call.get("NoTypeInformation"):
            shown = "System.Object" if value is None else type_name(value)
            attributes += f' Type="{escape_attribute(shown)}"'
        if base is None:
            return [f"{margin}<{tag}{attributes} />"]
        if isinstance(base, _PLAIN) or type(base) in NUMBER_TYPES:
            text = to_text(base)
            return [f"{margin}<{tag}{attributes}>{escape(text)}</{tag}>"]
        if depth < 1 and isinstance(value, PSObject) and value.members:
            return self._text_and_notes(value, f"{margin}<{tag}{attributes}>", f"{margin}</{tag}>", level + 1)
        if depth < 1:
            return [f"{margin}<{tag}{attributes}>{escape(to_text(value))}</{tag}>"]
        inner: list[str] = []
        if type(base) in DICTIONARY_TYPES:
            for key, item in base.items():
                inner += self._object(key, depth - 1, "Property", "Key", level + 1)
                inner += self._object(item, depth - 1, "Property", "Value", level + 1)
        elif type(base) in LIST_TYPES:
            for item in base:
                inner += self._object(item, depth - 1, "Property", None, level + 1)
        else:
            for one in properties(value, self.call.engine):
                found = get_property(value, one.name, self.call.engine)
                held = None if found is MISSING else found
                inner += self._object(held, depth - 1, "Property", one.name, level + 1)
        if not inner:
            text = "" if isinstance(value, PSObject) and value.base is None else escape(to_text(value))
            return [f"{margin}<{tag}{attributes}>{text}</{tag}>"]
        return [f"{margin}<{tag}{attributes}>", *inner, f"{margin}</{tag}>"]
