"""Views as the objects of Get-FormatData, and as the file that Export-FormatData writes."""

from __future__ import annotations

from typing import Any

from emulator.powershell.dotnet.collections import PSArray
from emulator.powershell.dotnet.library.objects import strings
from emulator.powershell.dotnet.psobject import PSObject
from emulator.powershell.dotnet.types import PSType, register
from emulator.powershell.format.controls import Control, Entry, Frame, NewLine, Reader, Token
from emulator.powershell.format.views import Column, View
from emulator.powershell.modules.utility.format_controls import ControlValue, ScriptValue
from emulator.powershell.serialization.text import escape

_A = "System.Management.Automation."
_CONTROLS = {"table": "TableControl", "list": "ListControl", "wide": "WideControl", "custom": "CustomControl"}
_DECLARATION = '<?xml version="1.0" encoding="utf-8"?>'


class TypeDefinition:
    """System.Management.Automation.ExtendedTypeDefinition: the views of some types."""

    __slots__ = ("type_names", "views")

    default_display = ("TypeNames", "FormatViewDefinition")

    def __init__(self, type_names: tuple[str, ...], views: list[View]) -> None:
        self.type_names = type_names
        self.views = views


def definitions_of(views: list[View]) -> list[TypeDefinition]:
    """The views gathered by the types that they are for."""
    found: dict[tuple[str, ...], TypeDefinition] = {}
    for view in views:
        key = tuple(name.lower() for name in view.type_names)
        found.setdefault(key, TypeDefinition(view.type_names, [])).views.append(view)
    return list(found.values())


def name_of(view: View) -> str:
    """The name of a view; one without is named after its first type, as those of Windows often are."""
    return view.name or view.type_names[0]


def _entry(column: Column) -> PSObject:
    value = column.value
    is_block = isinstance(value, ScriptValue)
    text = (
        value.block.text if isinstance(value, ScriptValue) else str(value) if isinstance(value, str) else ""
    )
    return PSObject.custom(
        [("ValueType", "ScriptBlock" if is_block else "Property"), ("Value", text or column.label)],
        (f"{_A}DisplayEntry",),
    )


def _alignment(text: str) -> str:
    return text.capitalize() if text else "Undefined"


def _control(view: View) -> PSObject:
    entries = [(one, _entry(one)) for one in view.columns]
    rows: list[tuple[str, Any]]
    if view.kind == "table":
        headers = PSArray(
            PSObject.custom(
                [("Label", one.label), ("Alignment", _alignment(one.alignment)), ("Width", one.width)],
                (f"{_A}TableControlColumnHeader",),
            )
            for one in view.columns
        )
        cells = PSArray(
            PSObject.custom(
                [
                    ("Alignment", _alignment(one.alignment)),
                    ("DisplayEntry", entry),
                    ("FormatString", one.form or None),
                ],
                (f"{_A}TableControlColumn",),
            )
            for one, entry in entries
        )
        row = PSObject.custom([("Columns", cells), ("Wrap", False)], (f"{_A}TableControlRow",))
        rows = [
            ("Headers", headers),
            ("Rows", PSArray([row])),
            ("AutoSize", view.auto_size),
            ("HideTableHeaders", view.hide_headers),
        ]
    elif view.kind == "list":
        items = PSArray(
            PSObject.custom(
                [("Label", one.label), ("DisplayEntry", entry), ("FormatString", one.form or None)],
                (f"{_A}ListControlEntryItem",),
            )
            for one, entry in entries
        )
        rows = [("Entries", PSArray([PSObject.custom([("Items", items)], (f"{_A}ListControlEntry",))]))]
    elif view.kind == "wide":
        wide = PSObject.custom([("DisplayEntry", entries[0][1])], (f"{_A}WideControlEntryItem",))
        rows = [("Entries", PSArray([wide])), ("AutoSize", view.auto_size)]
    else:
        value = view.columns[0].value
        stated = value.control.entries if isinstance(value, ControlValue) else ()
        rows = [("Entries", PSArray(_custom_entry(one) for one in stated))]
    made = PSObject.custom(rows, (f"{_A}{_CONTROLS[view.kind]}",))
    made.text = f"{_A}{_CONTROLS[view.kind]}"
    return made


def _display_entry(reader: Reader | None) -> PSObject | None:
    return None if reader is None else _entry(Column("", reader))


def _custom_entry(entry: Entry) -> PSObject:
    selected = None
    if entry.type_names:
        selected = PSObject.custom(
            [("TypeNames", strings(list(entry.type_names)))], (f"{_A}EntrySelectedBy",)
        )
    items = PSArray(_custom_item(one) for one in entry.tokens)
    return PSObject.custom([("SelectedBy", selected), ("CustomItems", items)], (f"{_A}CustomControlEntry",))


def _custom_item(token: Token) -> PSObject:
    """A token as the class of its kind has it."""
    pairs: list[tuple[str, Any]]
    if isinstance(token, str):
        kind, pairs = "CustomItemText", [("Text", token)]
    elif isinstance(token, NewLine):
        kind, pairs = "CustomItemNewline", [("Count", 1)]
    elif isinstance(token, Frame):
        kind = "CustomItemFrame"
        pairs = [
            ("LeftIndent", token.left),
            ("RightIndent", token.right),
            ("FirstLineHanging", max(-token.first, 0)),
            ("FirstLineIndent", max(token.first, 0)),
            ("CustomItems", PSArray(_custom_item(one) for one in token.tokens)),
        ]
    else:
        kind = "CustomItemExpression"
        inner = token.control() if token.control is not None else None
        control = None
        if inner is not None:
            entries = PSArray(_custom_entry(one) for one in inner.entries)
            control = PSObject.custom([("Entries", entries)], (f"{_A}CustomControl",))
        pairs = [
            ("ItemSelectionCondition", _display_entry(token.condition)),
            ("Expression", _display_entry(token.reader)),
            ("EnumerateCollection", token.each),
            ("CustomControl", control),
        ]
    return PSObject.custom(pairs, (f"{_A}{kind}",))


def _definition(view: View) -> PSObject:
    made = PSObject.custom(
        [("Name", name_of(view)), ("Control", _control(view))], (f"{_A}FormatViewDefinition",)
    )
    made.text = f"{name_of(view)} , {_CONTROLS[view.kind]}"
    return made


DEFINITION = register(
    PSType(
        f"{_A}ExtendedTypeDefinition",
        instance={
            "TypeNames": lambda d: strings(list(d.type_names)),
            "FormatViewDefinition": lambda d: PSArray(_definition(one) for one in d.views),
            "TypeName: string": lambda d: d.type_names[0],
        },
        to_text=lambda d: d.type_names[0],
    ),
    TypeDefinition,
)


# The file


def _tag(name: str, text: str) -> str:
    return f"<{name}>{escape(text)}</{name}>" if text else ""


def _value(column: Column) -> str:
    if isinstance(column.value, ScriptValue):
        return _tag("ScriptBlock", column.value.block.text)
    return _tag(
        "PropertyName", column.value if isinstance(column.value, str) and column.value else column.label
    )


def _table(view: View) -> str:
    headers = "".join(
        "<TableColumnHeader>"
        + _tag("Label", one.label)
        + (_tag("Width", str(one.width)) if one.width else "")
        + _tag("Alignment", _alignment(one.alignment) if one.alignment else "")
        + "</TableColumnHeader>"
        for one in view.columns
    )
    cells = "".join(
        f"<TableColumnItem>{_value(one)}{_tag('FormatString', one.form)}</TableColumnItem>"
        for one in view.columns
    )
    return (
        "<TableControl>"
        + ("<AutoSize />" if view.auto_size else "")
        + ("<HideTableHeaders />" if view.hide_headers else "")
        + f"<TableHeaders>{headers}</TableHeaders><TableRowEntries><TableRowEntry><TableColumnItems>{cells}"
        "</TableColumnItems></TableRowEntry></TableRowEntries></TableControl>"
    )


def _list(view: View) -> str:
    items = "".join(
        f"<ListItem>{_tag('Label', one.label)}{_value(one)}{_tag('FormatString', one.form)}</ListItem>"
        for one in view.columns
    )
    return (
        f"<ListControl><ListEntries><ListEntry><ListItems>{items}</ListItems></ListEntry></ListEntries>"
        "</ListControl>"
    )


def _wide(view: View) -> str:
    item = _value(view.columns[0])
    return (
        f"<WideControl><WideEntries><WideEntry><WideItem>{item}</WideItem></WideEntry></WideEntries>"
        "</WideControl>"
    )


def _custom(view: View) -> str:
    value = view.columns[0].value
    return _control_text(value.control) if isinstance(value, ControlValue) else ""


def _control_text(control: Control) -> str:
    entries = "".join(
        "<CustomEntry>"
        + _group_of("EntrySelectedBy", "".join(_tag("TypeName", name) for name in one.type_names))
        + f"<CustomItem>{''.join(_token_text(token) for token in one.tokens)}</CustomItem></CustomEntry>"
        for one in control.entries
    )
    return f"<CustomControl><CustomEntries>{entries}</CustomEntries></CustomControl>"


def _group_of(name: str, inner: str) -> str:
    return f"<{name}>{inner}</{name}>" if inner else ""


def _reader_text(reader: Reader | None) -> str:
    return "" if reader is None else _value(Column("", reader))


def _token_text(token: Token) -> str:
    if isinstance(token, str):
        return f"<Text>{escape(token)}</Text>"
    if isinstance(token, NewLine):
        return "<NewLine />"
    if isinstance(token, Frame):
        inner = "".join(_token_text(one) for one in token.tokens)
        sizes = (
            ("LeftIndent", token.left),
            ("RightIndent", token.right),
            ("FirstLineHanging", max(-token.first, 0)),
            ("FirstLineIndent", max(token.first, 0)),
        )
        stated = "".join(_tag(name, str(size)) for name, size in sizes if size)
        return f"<Frame>{stated}<CustomItem>{inner}</CustomItem></Frame>"
    control = token.control() if token.control is not None else None
    return (
        "<ExpressionBinding>"
        + _group_of("ItemSelectionCondition", _reader_text(token.condition))
        + ("<EnumerateCollection />" if token.each else "")
        + (_control_text(control) if control is not None else "")
        + _reader_text(token.reader)
        + "</ExpressionBinding>"
    )


_WRITERS = {"table": _table, "list": _list, "wide": _wide, "custom": _custom}


def can_be_written(view: View, *, blocks: bool) -> bool:
    """Whether a file can hold the view: a custom one when it came from a file, and script blocks only when
    asked for."""
    if view.kind == "custom":
        text = _custom(view)
        return bool(text) and (blocks or "<ScriptBlock>" not in text)
    return blocks or not any(isinstance(one.value, ScriptValue) for one in view.columns)


def format_file(definitions: list[TypeDefinition], *, blocks: bool) -> str:
    """The text of a format file; 5.1 writes it without line ends."""
    views = []
    for definition in definitions:
        names = "".join(_tag("TypeName", one) for one in definition.type_names)
        for view in definition.views:
            if not can_be_written(view, blocks=blocks):
                continue
            group = ""
            if view.group_by is not None:
                heading = view.group_by.heading
                told = _tag("Label", view.group_by.label) if heading is None else _control_text(heading)
                group = f"<GroupBy>{_value(view.group_by)}{told}</GroupBy>"
            views.append(
                f"<View>{_tag('Name', name_of(view))}<ViewSelectedBy>{names}</ViewSelectedBy>{group}"
                f"{_WRITERS[view.kind](view)}</View>"
            )
    return f"{_DECLARATION}<Configuration><ViewDefinitions>{''.join(views)}</ViewDefinitions></Configuration>"
