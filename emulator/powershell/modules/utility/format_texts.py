"""Views as the file that Export-FormatData writes."""

from __future__ import annotations

from collections.abc import Callable

from emulator.powershell.format.controls import Control, Frame, NewLine, Reader, Token
from emulator.powershell.format.views import Column, View
from emulator.powershell.modules.utility.format_controls import ControlValue, ScriptValue
from emulator.powershell.modules.utility.format_definitions import TypeDefinition, alignment_name, name_of
from emulator.powershell.serialization.text import escape

_DECLARATION = '<?xml version="1.0" encoding="utf-8"?>'


def _tag(name: str, text: str) -> str:
    return f"<{name}>{escape(text)}</{name}>" if text else ""


def _value(column: Column) -> str:
    if isinstance(column.value, ScriptValue):
        return _tag("ScriptBlock", column.value.block.text)
    return _tag(
        "PropertyName", column.value if isinstance(column.value, str) and column.value else column.label
    )


def _entries(view: View, shown: Callable[[tuple[Column, ...]], str]) -> list[str]:
    """What is inside each entry: the one for all objects, then those for some types."""
    found = [shown(view.columns)]
    for one in view.variants:
        types = "".join(_tag("TypeName", name) for name in one.type_names)
        if one.condition is not None:
            types = f"<SelectionCondition>{types}{_value(Column('', one.condition))}</SelectionCondition>"
        found.append(f"<EntrySelectedBy>{types}</EntrySelectedBy>{shown(one.columns)}")
    return found


def _table(view: View) -> str:
    headers = "".join(
        "<TableColumnHeader>"
        + _tag("Label", one.label)
        + (_tag("Width", str(one.width)) if one.width else "")
        + _tag("Alignment", alignment_name(one.alignment) if one.alignment else "")
        + "</TableColumnHeader>"
        for one in view.columns
    )

    def shown(columns: tuple[Column, ...]) -> str:
        cells = "".join(
            f"<TableColumnItem>{_value(one)}{_tag('FormatString', one.form)}</TableColumnItem>"
            for one in columns
        )
        return f"<TableColumnItems>{cells}</TableColumnItems>"

    rows = "".join(f"<TableRowEntry>{one}</TableRowEntry>" for one in _entries(view, shown))
    return (
        "<TableControl>"
        + ("<AutoSize />" if view.auto_size else "")
        + ("<HideTableHeaders />" if view.hide_headers else "")
        + f"<TableHeaders>{headers}</TableHeaders><TableRowEntries>{rows}</TableRowEntries></TableControl>"
    )


def _list(view: View) -> str:
    def shown(columns: tuple[Column, ...]) -> str:
        items = "".join(
            f"<ListItem>{_tag('Label', one.label)}{_value(one)}{_tag('FormatString', one.form)}</ListItem>"
            for one in columns
        )
        return f"<ListItems>{items}</ListItems>"

    entries = "".join(f"<ListEntry>{one}</ListEntry>" for one in _entries(view, shown))
    return f"<ListControl><ListEntries>{entries}</ListEntries></ListControl>"


def _wide(view: View) -> str:
    def shown(columns: tuple[Column, ...]) -> str:
        return f"<WideItem>{_value(columns[0])}{_tag('FormatString', columns[0].form)}</WideItem>"

    # A script may build one without an entry.
    stated = _entries(view, shown) if view.columns else ()
    entries = "".join(f"<WideEntry>{one}</WideEntry>" for one in stated)
    return f"<WideControl><WideEntries>{entries}</WideEntries></WideControl>"


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
    columns = [*view.columns, *(each for one in view.variants for each in one.columns)]
    conditions = [one.condition for one in view.variants]
    return blocks or not any(
        isinstance(one, ScriptValue) for one in (*(each.value for each in columns), *conditions)
    )


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
