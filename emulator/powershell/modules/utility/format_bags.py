"""Views that came from a session: the property bags of Get-FormatData as views again
(Microsoft.PowerShell.DeserializingTypeConverter)."""

from __future__ import annotations

from typing import Any

from emulator.powershell.dotnet.collections import LIST_TYPES
from emulator.powershell.dotnet.psobject import PSObject, unwrap
from emulator.powershell.format.controls import (
    MAXIMUM_DEPTH,
    Binding,
    Control,
    Entry,
    Frame,
    NewLine,
    Reader,
    Token,
)
from emulator.powershell.format.views import Column, Variant, View
from emulator.powershell.modules.utility.format_controls import ControlValue, ScriptValue
from emulator.powershell.modules.utility.format_definitions import TypeDefinition
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.engine import Engine
from emulator.powershell.runtime.scalars import to_bool

_SPACE = "Deserialized.System.Management.Automation."
_KINDS = {f"{_SPACE}{kind.capitalize()}Control": kind for kind in ("table", "list", "wide", "custom")}


class NotAView(ValueError):
    """A bag is none of Get-FormatData; the message says of what."""


def definition_of(bag: Any, engine: Engine) -> TypeDefinition:
    """The definition that a deserialized ExtendedTypeDefinition stands for. Raises NotAView."""
    names = tuple(map(to_text, _items(_note(bag, "TypeNames")))) or (_text(bag, "TypeName"),)
    if not all(names):
        raise NotAView("the type")
    return TypeDefinition(
        names, [_view(one, names, engine) for one in _items(_note(bag, "FormatViewDefinition"))]
    )


def _view(bag: Any, names: tuple[str, ...], engine: Engine) -> View:
    control = _note(bag, "Control")
    if not isinstance(control, PSObject):
        raise NotAView("the control")
    kind = next((_KINDS[one] for one in control.type_names if one in _KINDS), None)
    if kind is None:
        raise NotAView("the kind of control")
    group = _note(control, "GroupBy")
    made = _SHAPES[kind](control, engine).replaced(type_names=names, name=_text(bag, "Name"))
    if group is not None:
        made = made.replaced(group_by=_grouping(group, engine))
    return made


def _grouping(bag: Any, engine: Engine) -> Column:
    reader = _reader(bag, engine)
    return Column(_text(bag, "Label") or (reader if isinstance(reader, str) else ""), _required(reader))


def _table(control: PSObject, engine: Engine) -> View:
    headers = _items(_note(control, "Headers"))
    shown: list[tuple[tuple[Column, ...], Any]] = []
    wraps = False
    for row in _items(_note(control, "Rows")):
        cells = _items(_note(row, "Columns"))
        columns = tuple(
            _column(_note(cell, "DisplayEntry"), _header(headers, place), cell, engine)
            for place, cell in enumerate(cells)
        )
        shown.append((columns, _note(row, "SelectedBy")))
        wraps = wraps or to_bool(_note(row, "Wrap"))
    return _with_variants("table", shown, engine).replaced(
        auto_size=to_bool(_note(control, "AutoSize")),
        hide_headers=to_bool(_note(control, "HideTableHeaders")),
        wrap=wraps,
    )


def _header(headers: list[Any], place: int) -> Any:
    return headers[place] if place < len(headers) else None


def _list(control: PSObject, engine: Engine) -> View:
    shown = [
        (
            tuple(
                _column(_note(item, "DisplayEntry"), item, item, engine)
                for item in _items(_note(entry, "Items"))
            ),
            _note(entry, "EntrySelectedBy"),
        )
        for entry in _items(_note(control, "Entries"))
    ]
    return _with_variants("list", shown, engine)


def _wide(control: PSObject, engine: Engine) -> View:
    shown: list[tuple[tuple[Column, ...], Any]] = [
        ((_column(_note(entry, "DisplayEntry"), None, entry, engine),), _note(entry, "EntrySelectedBy"))
        for entry in _items(_note(control, "Entries"))
    ]
    return _with_variants("wide", shown, engine).replaced(auto_size=to_bool(_note(control, "AutoSize")))


def _custom(control: PSObject, engine: Engine) -> View:
    return View((), (Column("", ControlValue(_control(control, engine, 0), engine)),), "custom")


_SHAPES = {"table": _table, "list": _list, "wide": _wide, "custom": _custom}


def _with_variants(kind: str, shown: list[tuple[tuple[Column, ...], Any]], engine: Engine) -> View:
    if not shown:
        raise NotAView("the entries")
    common = next((columns for columns, selected in shown if selected is None), shown[0][0])
    variants = tuple(
        Variant(_selected_types(selected), columns, _condition(selected, engine))
        for columns, selected in shown
        if selected is not None
    )
    return View((), common, kind, variants=variants)


def _column(entry: Any, header: Any, cell: Any, engine: Engine) -> Column:
    reader = _required(_reader(entry, engine))
    label = _text(header, "Label") or (reader if isinstance(reader, str) else "")
    width = unwrap(_note(header, "Width"))
    alignment = _text(cell, "Alignment") or _text(header, "Alignment")
    return Column(
        label,
        reader,
        width if isinstance(width, int) else 0,
        "" if alignment in ("", "Undefined") else alignment.lower(),
        form=_text(cell, "FormatString"),
    )


def _reader(entry: Any, engine: Engine) -> Reader | None:
    """What a DisplayEntry reads; None for an empty one."""
    text = _text(entry, "Value")
    if not text:
        return None
    return text if _text(entry, "ValueType") != "ScriptBlock" else ScriptValue(engine.script_block(text))


def _required(reader: Reader | None) -> Reader:
    if reader is None:
        raise NotAView("what is read")
    return reader


def _selected_types(selected: Any) -> tuple[str, ...]:
    return tuple(map(to_text, _items(_note(selected, "TypeNames"))))


def _condition(selected: Any, engine: Engine) -> Reader | None:
    return next((_reader(one, engine) for one in _items(_note(selected, "SelectionCondition"))), None)


def _control(control: Any, engine: Engine, depth: int) -> Control:
    if depth > MAXIMUM_DEPTH:
        raise NotAView("the depth")
    entries = []
    for one in _items(_note(control, "Entries")):
        selected = _note(one, "SelectedBy")
        tokens = tuple(_token(item, engine, depth) for item in _items(_note(one, "CustomItems")))
        entries.append(Entry(tokens, _selected_types(selected), _condition(selected, engine)))
    if not entries:
        raise NotAView("the entries")
    return Control(tuple(entries))


def _token(bag: Any, engine: Engine, depth: int) -> Token:
    if depth > MAXIMUM_DEPTH:
        raise NotAView("the depth")
    name = bag.type_names[0].removeprefix(_SPACE) if isinstance(bag, PSObject) else ""
    if name == "CustomItemText":
        return _text(bag, "Text")
    if name == "CustomItemNewline":
        return NewLine()
    if name == "CustomItemFrame":
        inner = tuple(_token(one, engine, depth + 1) for one in _items(_note(bag, "CustomItems")))
        first = _number(bag, "FirstLineIndent") or -_number(bag, "FirstLineHanging")
        return Frame(inner, _number(bag, "LeftIndent"), _number(bag, "RightIndent"), first)
    if name != "CustomItemExpression":
        raise NotAView("an item of a control")
    inner_control = _note(bag, "CustomControl")
    stated = None if inner_control is None else _control(inner_control, engine, depth + 1)
    return Binding(
        _reader(_note(bag, "Expression"), engine),
        _reader(_note(bag, "ItemSelectionCondition"), engine),
        to_bool(_note(bag, "EnumerateCollection")),
        control=None if stated is None else lambda: stated,
    )


def _note(bag: Any, name: str) -> Any:
    return bag.note(name) if isinstance(bag, PSObject) else None


def _text(bag: Any, name: str) -> str:
    value = _note(bag, name)
    return "" if value is None else to_text(value)


def _number(bag: Any, name: str) -> int:
    value = unwrap(_note(bag, name))
    return value if isinstance(value, int) else 0


def _items(value: Any) -> list[Any]:
    held = unwrap(value)
    return [] if held is None else list(held) if type(held) in LIST_TYPES else [value]
