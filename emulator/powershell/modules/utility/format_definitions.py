"""Views as the objects of Get-FormatData."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from emulator.powershell.dotnet.collections import PSArray
from emulator.powershell.dotnet.exceptions import null_argument
from emulator.powershell.dotnet.library.objects import strings
from emulator.powershell.dotnet.psobject import PSObject, unwrap
from emulator.powershell.dotnet.types import PSType, register
from emulator.powershell.format.controls import Control, Entry, Frame, NewLine, Reader, Token
from emulator.powershell.format.views import Column, Variant, View
from emulator.powershell.modules.utility.format_builders import CREATE
from emulator.powershell.modules.utility.format_controls import ControlValue, ScriptValue
from emulator.powershell.runtime.conversion import items_of

_A = "System.Management.Automation."
_CONTROLS = {"table": "TableControl", "list": "ListControl", "wide": "WideControl", "custom": "CustomControl"}


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


def alignment_name(text: str) -> str:
    """The name of the enumeration for how a column stands."""
    return text.capitalize() if text else "Undefined"


class ControlObject:
    """A TableControl, ListControl, WideControl or CustomControl: what a view shows."""

    __slots__ = ("view",)

    def __init__(self, view: View) -> None:
        self.view = view

    @property
    def ps_type(self) -> PSType:
        """Its class."""
        return CONTROL_TYPES[self.view.kind]

    def __str__(self) -> str:
        return f"{_A}{_CONTROLS[self.view.kind]}"


class ViewDefinition:
    """A FormatViewDefinition: a view under its name."""

    __slots__ = ("control", "name")

    def __init__(self, name: str, control: ControlObject) -> None:
        self.name = name
        self.control = control

    def __str__(self) -> str:
        return f"{self.name} , {_CONTROLS[self.control.view.kind]}"


def _rows_of(view: View) -> dict[str, Any]:
    """The properties of a control."""
    if view.kind == "custom":
        value = view.columns[0].value
        stated = value.control.entries if isinstance(value, ControlValue) else ()
        return {"Entries": PSArray(_custom_entry(one) for one in stated)}
    shown: list[tuple[tuple[Column, ...], Variant | None]] = [(view.columns, None)]
    shown += [(one.columns, one) for one in view.variants]
    if view.kind == "list":
        return {"Entries": PSArray(_list_entry(columns, one) for columns, one in shown)}
    if view.kind == "wide":
        return {
            "Entries": PSArray(_wide_entry(columns[0], one) for columns, one in shown if columns),
            "AutoSize": view.auto_size,
        }
    headers = PSArray(
        PSObject.custom(
            [("Label", one.label), ("Alignment", alignment_name(one.alignment)), ("Width", one.width)],
            (f"{_A}TableControlColumnHeader",),
        )
        for one in view.columns
    )
    return {
        "Headers": headers,
        "Rows": PSArray(_table_row(columns, one, wraps=view.wrap) for columns, one in shown),
        "AutoSize": view.auto_size,
        "HideTableHeaders": view.hide_headers,
    }


def _table_row(columns: tuple[Column, ...], variant: Variant | None, *, wraps: bool) -> PSObject:
    cells = PSArray(
        PSObject.custom(
            [
                ("Alignment", alignment_name(one.alignment)),
                ("DisplayEntry", _entry(one)),
                ("FormatString", one.form or None),
            ],
            (f"{_A}TableControlColumn",),
        )
        for one in columns
    )
    pairs = [("Columns", cells), ("SelectedBy", _selected_by(variant)), ("Wrap", wraps)]
    return PSObject.custom(pairs, (f"{_A}TableControlRow",))


def _list_entry(columns: tuple[Column, ...], variant: Variant | None) -> PSObject:
    items = PSArray(
        PSObject.custom(
            [("Label", one.label), ("DisplayEntry", _entry(one)), ("FormatString", one.form or None)],
            (f"{_A}ListControlEntryItem",),
        )
        for one in columns
    )
    pairs = [("Items", items), ("EntrySelectedBy", _selected_by(variant))]
    return PSObject.custom(pairs, (f"{_A}ListControlEntry",))


def _wide_entry(column: Column, variant: Variant | None) -> PSObject:
    pairs = [
        ("DisplayEntry", _entry(column)),
        ("EntrySelectedBy", _selected_by(variant)),
        ("FormatString", column.form or None),
    ]
    return PSObject.custom(pairs, (f"{_A}WideControlEntryItem",))


def _selected_by(selected: Variant | Entry | None) -> PSObject | None:
    """The types and the condition that an entry is for; None for the one of all objects."""
    if selected is None or not selected.type_names:
        return None
    condition = _display_entry(selected.condition)
    pairs = [
        ("TypeNames", strings(list(selected.type_names))),
        ("SelectionCondition", None if condition is None else PSArray([condition])),
    ]
    return PSObject.custom(pairs, (f"{_A}EntrySelectedBy",))


def _display_entry(reader: Reader | None) -> PSObject | None:
    return None if reader is None else _entry(Column("", reader))


def _custom_control(control: Control | None) -> PSObject | None:
    if control is None:
        return None
    entries = PSArray(_custom_entry(one) for one in control.entries)
    return PSObject.custom([("Entries", entries)], (f"{_A}CustomControl",))


def _group(view: View) -> PSObject | None:
    """By what a view groups."""
    by = view.group_by
    if by is None:
        return None
    pairs = [
        ("Expression", _entry(by)),
        ("Label", by.label),
        ("CustomControl", _custom_control(by.heading)),
    ]
    return PSObject.custom(pairs, (f"{_A}PSControlGroupBy",))


def _custom_entry(entry: Entry) -> PSObject:
    items = PSArray(_custom_item(one) for one in entry.tokens)
    pairs = [("SelectedBy", _selected_by(entry)), ("CustomItems", items)]
    return PSObject.custom(pairs, (f"{_A}CustomControlEntry",))


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
        control = _custom_control(token.control() if token.control is not None else None)
        pairs = [
            ("ItemSelectionCondition", _display_entry(token.condition)),
            ("Expression", _display_entry(token.reader)),
            ("EnumerateCollection", token.each),
            ("CustomControl", control),
        ]
    return PSObject.custom(pairs, (f"{_A}{kind}",))


_PROPERTIES = {
    "table": ("Headers", "Rows", "AutoSize", "HideTableHeaders"),
    "list": ("Entries",),
    "wide": ("Entries", "AutoSize"),
    "custom": ("Entries",),
}


def _read(name: str) -> Callable[[ControlObject], Any]:
    return lambda one: _rows_of(one.view)[name]


def _type_of_control(kind: str) -> PSType:
    return register(
        PSType(
            f"{_A}{_CONTROLS[kind]}",
            base=f"{_A}PSControl",
            instance={
                **{name: _read(name) for name in _PROPERTIES[kind]},
                "OutOfBand: bool": lambda _one: False,
                "GroupBy": lambda one: _group(one.view),
            },
            static=CREATE[kind],
            to_text=str,
        )
    )


register(PSType(f"{_A}PSControl", is_abstract=True))
CONTROL_TYPES = {kind: _type_of_control(kind) for kind in _CONTROLS}


def _made_view(_kind: PSType, name: str, control: Any) -> ViewDefinition:
    held = unwrap(control)
    if not isinstance(held, ControlObject):
        raise null_argument("control")
    return ViewDefinition(name, held)


def _made_definition(_kind: PSType, name: str, views: Any = ()) -> TypeDefinition:
    held = [] if views is None else [unwrap(one) for one in items_of(views)]
    return TypeDefinition(
        (name,),
        [
            one.control.view.replaced(type_names=(name,), name=one.name)
            for one in held
            if isinstance(one, ViewDefinition)
        ],
    )


register(
    PSType(
        f"{_A}FormatViewDefinition",
        instance={"Name: string": lambda one: one.name, "Control": lambda one: one.control},
        construct={"new(string name, object control)": _made_view},
        to_text=str,
    ),
    ViewDefinition,
)
DEFINITION = register(
    PSType(
        f"{_A}ExtendedTypeDefinition",
        instance={
            "TypeNames": lambda d: strings(list(d.type_names)),
            "FormatViewDefinition": lambda d: PSArray(
                ViewDefinition(name_of(one), ControlObject(one)) for one in d.views
            ),
            "TypeName: string": lambda d: d.type_names[0],
        },
        construct={
            "new(string typeName)": _made_definition,
            "new(string typeName, object viewDefinitions)": _made_definition,
        },
        to_text=lambda d: d.type_names[0],
    ),
    TypeDefinition,
)
