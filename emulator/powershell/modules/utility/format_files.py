"""Format files (.ps1xml, about_Format.ps1xml): views (custom ones are refused)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lxml import etree

from emulator.powershell.dotnet.collections import PSArray
from emulator.powershell.dotnet.numbers import whole_number
from emulator.powershell.format.views import Column, View
from emulator.powershell.modules.utility.type_files import document_of
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.errors import PSError
from emulator.powershell.runtime.script_block import ScriptBlock

Element = etree._Element


class ScriptValue:
    """A column that a script block works out."""

    __slots__ = ("block",)

    def __init__(self, block: ScriptBlock) -> None:
        self.block = block

    def __call__(self, value: Any) -> Any:
        """The result for an object; nothing when the block fails."""
        try:
            out = self.block.values_with(self.block.engine, value)
        except PSError:
            return None
        return out[0] if len(out) == 1 else PSArray(out) if out else None


def read_views(call: CmdletCall, text: str) -> list[View]:
    """The views of a file. Raises ValueError for what is no format file, or not emulated."""
    root = document_of(text)
    if root.tag != "Configuration":
        raise ValueError("the file does not begin with <Configuration>")
    sets = {
        _text(one, "Name"): tuple((each.text or "").strip() for each in one.findall("Types/TypeName"))
        for one in root.findall("SelectionSets/SelectionSet")
    }
    return [_view(call, one, sets) for one in root.findall("ViewDefinitions/View")]


def _text(element: Element, path: str) -> str:
    found = element.find(path)
    return "" if found is None or found.text is None else found.text.strip()


def _view(call: CmdletCall, element: Element, sets: dict[str, tuple[str, ...]]) -> View:
    names = [(one.text or "").strip() for one in element.findall("ViewSelectedBy/TypeName")]
    for one in element.findall("ViewSelectedBy/SelectionSetName"):
        names += sets.get((one.text or "").strip(), ())
    name = _text(element, "Name")
    group = element.find("GroupBy")
    group_by = None
    if group is not None:
        label = _text(group, "Label") or _text(group, "PropertyName")
        group_by = Column(label, _value(call, group))
    table = element.find("TableControl")
    if table is not None:
        return View(
            tuple(names),
            _table(call, table),
            "table",
            group_by,
            hide_headers=table.find("HideTableHeaders") is not None,
            auto_size=table.find("AutoSize") is not None,
            name=name,
        )
    listing = element.find("ListControl")
    if listing is not None:
        items = listing.findall("ListEntries/ListEntry/ListItems/ListItem")
        columns = [
            Column(_text(one, "Label") or _text(one, "PropertyName"), _value(call, one)) for one in items
        ]
        return View(tuple(names), tuple(columns), "list", group_by, name=name)
    wide = element.find("WideControl")
    if wide is not None:
        item = wide.find("WideEntries/WideEntry/WideItem")
        if item is not None:
            column = Column(_text(item, "PropertyName"), _value(call, item))
            return View(tuple(names), (column,), "wide", group_by, name=name)
    raise ValueError(f"the view {_text(element, 'Name')} is a custom one, which is not emulated")


def _table(call: CmdletCall, element: Element) -> tuple[Column, ...]:
    headers = element.findall("TableHeaders/TableColumnHeader")
    cells = element.findall("TableRowEntries/TableRowEntry/TableColumnItems/TableColumnItem")
    columns = []
    for place, cell in enumerate(cells):
        header = headers[place] if place < len(headers) else None
        label = _text(header, "Label") if header is not None else ""
        width = _text(header, "Width") if header is not None else ""
        align = _text(cell, "Alignment") or (_text(header, "Alignment") if header is not None else "")
        columns.append(
            Column(
                label or _text(cell, "PropertyName") or _text(cell, "ScriptBlock"),
                _value(call, cell),
                whole_number(width) or 0,
                align.lower(),
                _text(cell, "FormatString"),
            )
        )
    return tuple(columns)


def _value(call: CmdletCall, element: Element) -> str | Callable[[Any], Any]:
    name = _text(element, "PropertyName")
    if name:
        return name
    return ScriptValue(call.engine.script_block(_text(element, "ScriptBlock")))
