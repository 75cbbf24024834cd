"""ConvertTo-Html."""

from __future__ import annotations

from typing import Any

from emulator.powershell.dotnet.collections import LIST_TYPES
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.types import type_of
from emulator.powershell.format.cells import cell_text
from emulator.powershell.modules.utility.properties import PropertyArgument, arguments_of
from emulator.powershell.modules.utility.sorting import Gathering
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.members import MISSING, get_property, property_names
from emulator.powershell.runtime.module import cmdlet

_DOCTYPE = (
    '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN"  '
    '"http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd">'
)
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"}


def encoded(text: str) -> str:
    """WebUtility.HtmlEncode: the five signs, and Latin letters above 159 as numbers."""
    out = []
    for character in text:
        code = ord(character)
        if character in _ENTITIES:
            out.append(_ENTITIES[character])
        elif 160 <= code < 256 or code > 0xFFFF:
            out.append(f"&#{code};")
        else:
            out.append(character)
    return "".join(out)


@cmdlet("ConvertTo-Html")
class ConvertToHtml(Gathering):
    """Objects as an HTML page or table, line by line."""

    accepts = (
        *("InputObject", "Property", "Body", "Head", "Title", "As", "CssUri", "Fragment", "PostContent"),
        "PreContent",
    )

    def end(self) -> None:
        """Write the lines. The objects may be of several types: the first decides the columns."""
        call = self.call
        write = call.write
        values = [one for one in self.values if one is not None]
        entries = arguments_of(call, call.get("Property"), "alignment", "width")
        as_list = to_text(call.get("As", "Table")).lower() == "list"
        fragment = bool(call.get("Fragment"))
        if not fragment:
            self._head()
        for line in call.get("PreContent") or ():
            write(to_text(line))
        columns = self._columns(entries, values[0]) if values else []
        write("<table>")
        if not as_list and values:
            shown = "".join(f"<col{_attributes(one)}/>" for one in columns)
            write(f"<colgroup>{shown}</colgroup>")
            titles = "".join(f"<th>{encoded(_label(one))}</th>" for one in columns)
            write(f"<tr>{titles}</tr>")
        for place, value in enumerate(values):
            own = self._columns(entries, value) if as_list else columns
            if as_list:
                if place:
                    write("<tr><td><hr></td></tr>")
                for one in own:
                    cell = encoded(self._cell(one, value))
                    write(f"<tr><td>{encoded(_label(one))}:</td><td>{cell}</td></tr>")
                continue
            cells = "".join(f"<td>{encoded(self._cell(one, value))}</td>" for one in own)
            write(f"<tr>{cells}</tr>")
        write("</table>")
        for line in call.get("PostContent") or ():
            write(to_text(line))
        if not fragment:
            write("</body></html>")

    def _head(self) -> None:
        call = self.call
        write = call.write
        write(_DOCTYPE)
        write('<html xmlns="http://www.w3.org/1999/xhtml">')
        write("<head>")
        heads = [to_text(one) for one in call.get("Head") or ()]
        if heads:
            for line in heads:
                write(line)
        title = to_text(call.get("Title", "HTML TABLE"))
        if not heads or call.has("Title"):
            write(f"<title>{encoded(title)}</title>")
        if call.has("CssUri"):
            write(f'<link rel="stylesheet" type="text/css" href="{to_text(call.get("CssUri"))}" />')
        write("</head><body>")
        for line in call.get("Body") or ():
            write(to_text(line))

    def _columns(
        self, entries: list[PropertyArgument], value: Any
    ) -> list[tuple[PropertyArgument | None, str]]:
        if not entries:
            return [(None, name) for name in property_names(value)]
        return [(one, name) for one in entries for name in (one.names_for(value) or [one.name])]

    def _cell(self, column: tuple[PropertyArgument | None, str], value: Any) -> str:
        entry, name = column
        if entry is not None and entry.block is not None:
            found = entry.read(value)
        else:
            found = get_property(value, name, self.call.engine)
        if found is MISSING or found is None:
            return ""
        base = unwrap(found)
        return type_of(base).name if type(base) in LIST_TYPES else cell_text(base)


def _label(column: tuple[PropertyArgument | None, str]) -> str:
    entry, name = column
    if entry is None:
        return name
    return entry.label if entry.label is not None else (name or entry.name)


def _attributes(column: tuple[PropertyArgument | None, str]) -> str:
    entry = column[0]
    if entry is None:
        return ""
    out = ""
    if "width" in entry.options:
        out += f' width = "{to_text(entry.options["width"])}"'
    if "alignment" in entry.options:
        out += f' align = "{to_text(entry.options["alignment"])}"'
    return out
