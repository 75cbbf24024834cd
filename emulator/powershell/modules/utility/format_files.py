"""Format files (.ps1xml, about_Format.ps1xml): views."""

from __future__ import annotations

from collections.abc import Callable

from lxml import etree

from emulator.powershell.dotnet.numbers import whole_number
from emulator.powershell.format.controls import Reader
from emulator.powershell.format.views import Column, Variant, View
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
        entries = table.findall("TableRowEntries/TableRowEntry")
        return View(
            names,
            _table(call, table, _default(entries)),
            "table",
            group_by,
            hide_headers=table.find("HideTableHeaders") is not None,
            auto_size=table.find("AutoSize") is not None,
            name=name,
            wrap=table.find("TableRowEntries/TableRowEntry/Wrap") is not None,
            variants=_variants(entries, controls, lambda one: _table(call, table, one)),
        )
    listing = element.find("ListControl")
    if listing is not None:
        entries = listing.findall("ListEntries/ListEntry")
        return View(
            names,
            _list(call, _default(entries)),
            "list",
            group_by,
            name=name,
            variants=_variants(entries, controls, lambda one: _list(call, one)),
        )
    wide = element.find("WideControl")
    if wide is not None:
        entries = wide.findall("WideEntries/WideEntry")
        return View(
            names,
            _wide(call, _default(entries)),
            "wide",
            group_by,
            auto_size=wide.find("AutoSize") is not None,
            name=name,
            variants=_variants(entries, controls, lambda one: _wide(call, one)),
        )
    custom = element.find("CustomControl")
    if custom is not None:
        made = ControlValue(controls.control(custom, name), call.engine)
        return View(names, (Column("", made),), "custom", group_by, name=name)
    raise ValueError(f"the view {name} has no control")


def _default(entries: list[Element]) -> Element | None:
    """The entry for the types that have none of their own."""
    plain = (one for one in entries if one.find("EntrySelectedBy") is None)
    return next(plain, entries[0] if entries else None)


def _variants(
    entries: list[Element], controls: ControlReader, read: Callable[[Element], tuple[Column, ...]]
) -> tuple[Variant, ...]:
    """The entries for some types, with what they show."""
    found = []
    for one in entries:
        selected = one.find("EntrySelectedBy")
        if selected is not None:
            condition = selected.find("SelectionCondition")
            found.append(
                Variant(
                    controls.type_names(selected),
                    read(one),
                    reader_of(condition, controls.engine) if condition is not None else None,
                )
            )
    return tuple(found)


def _list(call: CmdletCall, entry: Element | None) -> tuple[Column, ...]:
    return tuple(
        Column(
            text_at(one, "Label") or text_at(one, "PropertyName"),
            _value(call, one),
            form=text_at(one, "FormatString"),
        )
        for one in (entry.findall("ListItems/ListItem") if entry is not None else ())
    )


def _wide(call: CmdletCall, entry: Element | None) -> tuple[Column, ...]:
    item = entry.find("WideItem") if entry is not None else None
    if item is None:
        raise ValueError("Missing Node WideItem.")
    column = Column(text_at(item, "PropertyName"), _value(call, item), form=text_at(item, "FormatString"))
    return (column,)


def _table(call: CmdletCall, element: Element, entry: Element | None) -> tuple[Column, ...]:
    headers = element.findall("TableHeaders/TableColumnHeader")
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
