"""Format files (.ps1xml, about_Format.ps1xml): views."""

from __future__ import annotations

from lxml import etree

from emulator.powershell.dotnet.numbers import whole_number
from emulator.powershell.format.controls import Reader
from emulator.powershell.format.views import Column, View
from emulator.powershell.modules.utility.format_controls import (
    ControlReader,
    ControlValue,
    ScriptValue,
    reader_of,
    text_at,
)
from emulator.powershell.modules.utility.type_files import document_of
from emulator.powershell.runtime.cmdlet_call import CmdletCall

Element = etree._Element


def read_views(call: CmdletCall, text: str) -> list[View]:
    """The views of a file. Raises ValueError for what is no format file."""
    root = document_of(text)
    if root.tag != "Configuration":
        raise ValueError("the file does not begin with <Configuration>")
    sets = {
        text_at(one, "Name"): tuple((each.text or "").strip() for each in one.findall("Types/TypeName"))
        for one in root.findall("SelectionSets/SelectionSet")
    }
    controls = ControlReader(call.engine, sets)
    controls.learn(root, "")
    return [_view(call, one, controls) for one in root.findall("ViewDefinitions/View")]


def _group(call: CmdletCall, element: Element, name: str, controls: ControlReader) -> Column | None:
    group = element.find("GroupBy")
    if group is None:
        return None
    label = text_at(group, "Label") or text_at(group, "PropertyName")
    control = controls.control_at(group, name)
    return Column(label, _value(call, group), heading=control() if control is not None else None)


def _view(call: CmdletCall, element: Element, controls: ControlReader) -> View:
    names = controls.type_names(element.find("ViewSelectedBy"))
    name = text_at(element, "Name")
    controls.learn(element, name)
    group_by = _group(call, element, name, controls)
    table = element.find("TableControl")
    if table is not None:
        return View(
            names,
            _table(call, table),
            "table",
            group_by,
            hide_headers=table.find("HideTableHeaders") is not None,
            auto_size=table.find("AutoSize") is not None,
            name=name,
            wrap=table.find("TableRowEntries/TableRowEntry/Wrap") is not None,
        )
    listing = element.find("ListControl")
    if listing is not None:
        entry = _default(listing.findall("ListEntries/ListEntry"))
        items = entry.findall("ListItems/ListItem") if entry is not None else []
        columns = [
            Column(
                text_at(one, "Label") or text_at(one, "PropertyName"),
                _value(call, one),
                form=text_at(one, "FormatString"),
            )
            for one in items
        ]
        return View(names, tuple(columns), "list", group_by, name=name)
    wide = element.find("WideControl")
    if wide is not None:
        item = wide.find("WideEntries/WideEntry/WideItem")
        if item is not None:
            column = Column(text_at(item, "PropertyName"), _value(call, item))
            return View(names, (column,), "wide", group_by, name=name)
    custom = element.find("CustomControl")
    if custom is not None:
        made = ControlValue(controls.control(custom, name), call.engine)
        return View(names, (Column("", made),), "custom", group_by, name=name)
    raise ValueError(f"the view {name} has no control")


def _default(entries: list[Element]) -> Element | None:
    """The entry for the types that have none of their own."""
    plain = (one for one in entries if one.find("EntrySelectedBy") is None)
    return next(plain, entries[0] if entries else None)


def _table(call: CmdletCall, element: Element) -> tuple[Column, ...]:
    headers = element.findall("TableHeaders/TableColumnHeader")
    entry = _default(element.findall("TableRowEntries/TableRowEntry"))
    cells = entry.findall("TableColumnItems/TableColumnItem") if entry is not None else []
    columns = []
    for place, cell in enumerate(cells):
        header = headers[place] if place < len(headers) else None
        label = text_at(header, "Label") if header is not None else ""
        width = text_at(header, "Width") if header is not None else ""
        align = text_at(cell, "Alignment") or (text_at(header, "Alignment") if header is not None else "")
        columns.append(
            Column(
                label or text_at(cell, "PropertyName") or text_at(cell, "ScriptBlock"),
                _value(call, cell),
                whole_number(width) or 0,
                align.lower(),
                text_at(cell, "FormatString"),
            )
        )
    return tuple(columns)


def _value(call: CmdletCall, element: Element) -> Reader:
    return reader_of(element, call.engine) or ScriptValue(call.engine.script_block(""))
