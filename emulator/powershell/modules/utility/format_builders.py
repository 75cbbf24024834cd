"""The controls of views as scripts make them: [TableControl]::Create()...EndTable() and its like."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from emulator.powershell.dotnet.enums import EnumType, EnumValue
from emulator.powershell.dotnet.exceptions import NetError
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.types import PSType, register
from emulator.powershell.format.controls import Binding, Control, Entry, Frame, NewLine, Reader, Token
from emulator.powershell.format.views import Column, Variant, View
from emulator.powershell.modules.utility.format_controls import ControlValue, ScriptValue
from emulator.powershell.runtime.conversion import items_of, to_text
from emulator.powershell.runtime.engine import Engine
from emulator.powershell.runtime.script_block import ScriptBlock

_A = "System.Management.Automation."
_Run = Callable[..., Any]
_ALIGNMENTS = ("", "left", "center", "right")

ALIGNMENT = EnumType(f"{_A}Alignment", {"Undefined": 0, "Left": 1, "Center": 2, "Right": 3})
register(ALIGNMENT)


class Builder:
    """What gathers a view: headers, rows or entries, and who groups them."""

    def __init__(self, kind: str, engine: Engine, *, auto_size: bool = False, hides: bool = False) -> None:
        self.kind = kind
        self.engine = engine
        self.auto_size = auto_size
        self.hides = hides
        self.headers: list[Column] = []
        self.rows: list[Row] = []
        self.group: Column | None = None

    def view(self) -> View:
        """The view that was gathered, still for no type."""
        plain = next((one for one in self.rows if not one.types), self.rows[0] if self.rows else None)
        columns = self._columns(plain) if plain is not None else ()
        if self.kind == "custom":
            entries = tuple(Entry(tuple(one.tokens), one.types) for one in self.rows)
            columns = (Column("", ControlValue(Control(entries), self.engine)),)
        return View(
            (),
            columns,
            self.kind,
            self.group,
            hide_headers=self.hides,
            auto_size=self.auto_size,
            wrap=plain is not None and plain.wraps,
            variants=tuple(Variant(one.types, self._columns(one)) for one in self.rows if one.types)
            if self.kind != "custom"
            else (),
        )

    def _columns(self, row: Row) -> tuple[Column, ...]:
        found = []
        for place, one in enumerate(row.columns):
            head = self.headers[place] if place < len(self.headers) else None
            label = one.label or (head.label if head is not None else "") or _text(one.value)
            width = head.width if head is not None else 0
            align = one.alignment or (head.alignment if head is not None else "")
            found.append(Column(label, one.value, width, align, one.form))
        return tuple(found)


class Row:
    """One definition of a row, an entry or an item."""

    def __init__(self, owner: Builder, types: Any = None, *, wraps: bool = False) -> None:
        self.owner = owner
        self.types = tuple(to_text(one) for one in items_of(types)) if types is not None else ()
        self.wraps = wraps
        self.columns: list[Column] = []
        self.stack: list[tuple[list[Token], dict[str, int]]] = []
        self.tokens: list[Token] = []
        owner.rows.append(self)


def _text(reader: Any) -> str:
    """A property or a block as it was written."""
    return str(reader.block.text if isinstance(reader, ScriptValue) else reader)


def _reader(engine: Engine, text: Any, *, is_block: bool) -> Reader:
    held = unwrap(text)
    if isinstance(held, ScriptBlock):
        return ScriptValue(held)
    return ScriptValue(engine.script_block(str(held))) if is_block else str(held)


def _aligned(value: Any) -> str:
    held = unwrap(value)
    return _ALIGNMENTS[held.number] if isinstance(held, EnumValue) and 0 <= held.number < 4 else ""


def _add(
    row: Row, value: Any, label: Any = None, form: Any = None, align: Any = None, *, is_block: bool
) -> Row:
    row.columns.append(
        Column(
            str(label or ""),
            _reader(row.owner.engine, value, is_block=is_block),
            0,
            _aligned(align),
            str(form or ""),
        )
    )
    return row


def _property(row: Row, name: str, label: Any = None, form: Any = None) -> Row:
    return _add(row, name, label, form, is_block=False)


def _block(row: Row, text: str, label: Any = None, form: Any = None) -> Row:
    return _add(row, text, label, form, is_block=True)


def _column(row: Row, name: str, align: Any = None, form: Any = None) -> Row:
    return _add(row, name, None, form, align, is_block=False)


def _block_column(row: Row, text: str, align: Any = None, form: Any = None) -> Row:
    return _add(row, text, None, form, align, is_block=True)


def _grouped(
    builder: Builder, value: Any, control: Any = None, label: Any = None, *, is_block: bool
) -> Builder:
    reader = _reader(builder.engine, value, is_block=is_block)
    builder.group = Column(str(label or value), reader, heading=_control(control))
    return builder


def _control(given: Any) -> Control | None:
    """What a CustomControl of a script shows."""
    from emulator.powershell.modules.utility.format_definitions import ControlObject

    made = unwrap(given)
    value = made.view.columns[0].value if isinstance(made, ControlObject) else None
    return value.control if isinstance(value, ControlValue) else None


def _header(builder: Builder, align: Any = None, width: int = 0, label: Any = None) -> Builder:
    builder.headers.append(Column(str(label or ""), "", width, _aligned(align)))
    return builder


def _token(row: Row, *tokens: Token) -> Row:
    row.tokens.extend(tokens)
    return row


def _binding(
    row: Row,
    value: Any,
    each: bool = False,
    by_type: Any = None,
    by_script: Any = None,
    control: Any = None,
    *,
    is_block: bool,
) -> Row:
    return _bound(row, _reader(row.owner.engine, value, is_block=is_block), each, by_type, by_script, control)


def _control_binding(
    row: Row, control: Any, each: bool = False, by_type: Any = None, by_script: Any = None
) -> Row:
    return _bound(row, None, each, by_type, by_script, control)


def _bound(row: Row, reader: Reader | None, each: bool, by_type: Any, by_script: Any, control: Any) -> Row:
    """What is shown of the object, if a script or a property (by the name of the parameter, a type) is
    true."""
    condition = by_type if by_script is None else by_script
    when = None
    if condition is not None:
        when = _reader(row.owner.engine, condition, is_block=by_script is not None)
    shown = _control(control)
    return _token(row, Binding(reader, when, each, "", None if shown is None else lambda: shown))


def _start_frame(row: Row, left: int = 0, right: int = 0, hanging: int = 0, indent: int = 0) -> Row:
    row.stack.append((row.tokens, {"left": left, "right": right, "first": indent - hanging}))
    row.tokens = []
    return row


def _end_frame(row: Row) -> Row:
    if not row.stack:
        raise NetError(
            "System.InvalidOperationException",
            "Operation is not valid due to the current state of the object.",
        )
    inner = tuple(row.tokens)
    row.tokens, sizes = row.stack.pop()
    return _token(row, Frame(inner, **sizes))


def _lines(row: Row, count: int = 1) -> Row:
    return _token(row, *(NewLine() for _ in range(min(count, 100))))


def _optional(
    name: str, needed: int, parameters: str, run: Callable[..., Any]
) -> dict[str, Callable[..., Any]]:
    """A method whose last parameters may be left out."""
    parts = [one.strip() for one in parameters.split(",")] if parameters else []
    return {f"{name}({', '.join(parts[:count])})": run for count in range(needed, len(parts) + 1)}


_CONTROL = f"{_A}CustomControl customControl"
_GROUPS: dict[str, _Run] = {
    **_optional(
        "GroupByProperty", 1, f"string property, {_CONTROL}, string label", partial(_grouped, is_block=False)
    ),
    **_optional(
        "GroupByScriptBlock", 1, f"string script, {_CONTROL}, string label", partial(_grouped, is_block=True)
    ),
}
_BOUND = "bool enumerateCollection, string selectedByType, string selectedByScript"
_WHERE = "object entrySelectedByType"
_ALIGN = f"{_A}Alignment alignment"
_TABLE_ROW: dict[str, _Run] = {
    **_optional("AddPropertyColumn", 1, f"string propertyName, {_ALIGN}, string format", _column),
    **_optional("AddScriptBlockColumn", 1, f"object scriptBlock, {_ALIGN}, string format", _block_column),
    "EndRowDefinition()": lambda row: row.owner,
}
_LIST_ENTRY: dict[str, _Run] = {
    **_optional("AddItemProperty", 1, "string property, string label, string format", _property),
    **_optional("AddItemScriptBlock", 1, "object scriptBlock, string label, string format", _block),
    "EndEntry()": lambda row: row.owner,
}
_CUSTOM_ENTRY: dict[str, _Run] = {
    "AddText(string text)": _token,
    **_optional("AddNewline", 0, "int count", _lines),
    **_optional(
        "AddPropertyExpressionBinding",
        1,
        f"string property, {_BOUND}, {_CONTROL}",
        partial(_binding, is_block=False),
    ),
    **_optional(
        "AddScriptBlockExpressionBinding",
        1,
        f"object scriptBlock, {_BOUND}, {_CONTROL}",
        partial(_binding, is_block=True),
    ),
    **_optional("AddCustomControlExpressionBinding", 1, f"{_CONTROL}, {_BOUND}", _control_binding),
    **_optional(
        "StartFrame",
        0,
        "int leftIndent, int rightIndent, int firstLineHanging, int firstLineIndent",
        _start_frame,
    ),
    "EndFrame()": _end_frame,
    "EndEntry()": lambda row: row.owner,
}


class TableRow(Row):
    """A TableRowDefinitionBuilder."""


class ListRow(Row):
    """A ListEntryBuilder."""


class CustomRow(Row):
    """A CustomEntryBuilder."""


class TableBuilder(Builder):
    """A TableControlBuilder."""


class ListBuilder(Builder):
    """A ListControlBuilder."""


class WideBuilder(Builder):
    """A WideControlBuilder."""


class CustomBuilder(Builder):
    """A CustomControlBuilder."""


def _wide_entry(
    builder: Builder, value: Any, form: Any = None, types: Any = None, *, is_block: bool
) -> Builder:
    _add(Row(builder, types), value, None, form, is_block=is_block)
    return builder


def _ended(builder: Builder) -> Any:
    from emulator.powershell.modules.utility.format_definitions import ControlObject

    return ControlObject(builder.view())


_BUILDERS: tuple[tuple[str, type, dict[str, _Run]], ...] = (
    ("TableRowDefinitionBuilder", TableRow, _TABLE_ROW),
    ("ListEntryBuilder", ListRow, _LIST_ENTRY),
    ("CustomEntryBuilder", CustomRow, _CUSTOM_ENTRY),
    (
        "TableControlBuilder",
        TableBuilder,
        {
            **_GROUPS,
            **_optional("AddHeader", 0, f"{_ALIGN}, int width, string label", _header),
            **_optional(
                "StartRowDefinition",
                0,
                f"bool wrap, {_WHERE}",
                lambda b, wraps=False, types=None: TableRow(b, types, wraps=wraps),
            ),
            "EndTable()": _ended,
        },
    ),
    (
        "ListControlBuilder",
        ListBuilder,
        {**_GROUPS, **_optional("StartEntry", 0, _WHERE, ListRow), "EndList()": _ended},
    ),
    (
        "WideControlBuilder",
        WideBuilder,
        {
            **_GROUPS,
            **_optional(
                "AddPropertyEntry",
                1,
                f"string propertyName, string format, {_WHERE}",
                lambda b, name, form=None, types=None: _wide_entry(b, name, form, types, is_block=False),
            ),
            **_optional(
                "AddScriptBlockEntry",
                1,
                f"object scriptBlock, string format, {_WHERE}",
                lambda b, text, form=None, types=None: _wide_entry(b, text, form, types, is_block=True),
            ),
            "EndWideControl()": _ended,
        },
    ),
    (
        "CustomControlBuilder",
        CustomBuilder,
        {**_GROUPS, **_optional("StartEntry", 0, _WHERE, CustomRow), "EndControl()": _ended},
    ),
)
for _name, _class, _methods in _BUILDERS:
    register(PSType(f"{_A}{_name}", instance=_methods), _class)

#: The static method that begins each control, for the types of `format_definitions`.
CREATE: dict[str, dict[str, Callable[..., Any]]] = {
    "table": {
        f"@{key}": one
        for key, one in _optional(
            "Create",
            0,
            "bool outOfBand, bool autoSize, bool hideTableHeaders",
            lambda engine, _aside=False, fits=False, hides=False: TableBuilder(
                "table", engine, auto_size=fits, hides=hides
            ),
        ).items()
    },
    "list": {
        f"@{key}": one
        for key, one in _optional(
            "Create", 0, "bool outOfBand", lambda engine, _aside=False: ListBuilder("list", engine)
        ).items()
    },
    "wide": {
        f"@{key}": one
        for key, one in _optional(
            "Create",
            0,
            "bool outOfBand, bool autoSize",
            lambda engine, _aside=False, fits=False: WideBuilder("wide", engine, auto_size=fits),
        ).items()
    },
    "custom": {
        f"@{key}": one
        for key, one in _optional(
            "Create", 0, "bool outOfBand", lambda engine, _aside=False: CustomBuilder("custom", engine)
        ).items()
    },
}
