"""Keys of hash tables that cmdlets read, and properties of a type where a table makes an object of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from emulator.powershell.completion import results
from emulator.powershell.completion.cursor import Cursor
from emulator.powershell.completion.inference import Inference, Shape, key_names
from emulator.powershell.completion.members import members_of
from emulator.powershell.completion.results import Completion
from emulator.powershell.parser import ast
from emulator.powershell.runtime.static_binder import bind_command

_VIEW = "Expression FormatString Label Width Alignment"
_OF_PROPERTY: Final = {
    "sort-object": "Expression Ascending Descending",
    "group-object": "Expression",
    "format-table": _VIEW,
    "format-list": "Expression FormatString Label",
    "format-wide": "Expression FormatString",
    "format-custom": "Expression Depth",
    "select-object": "Name Expression",
    "convertto-html": "Expression FormatString Label Width Alignment",
}
_OTHERS: Final = {
    ("get-winevent", "FilterHashtable"): (
        "LogName ProviderName Path Keywords ID Level StartTime EndTime UserID Data"
    ),
    **{
        (f"format-{view}", "GroupBy"): "Expression FormatString Label"
        for view in ("table", "list", "wide", "custom")
    },
}
_SPECIFICATION: Final = "ModuleName ModuleVersion RequiredVersion MaximumVersion GUID"


def keys(inference: Inference, cursor: Cursor, table: ast.HashtableAst, word: str) -> list[Completion]:
    """The keys that may stand in a table at the cursor, but for those that are there already."""
    there = {one.lower() for one in key_names(table)}
    found = _names(inference, cursor, table)
    if isinstance(found, str):
        shown = [results.Completion(one, one, results.PROPERTY, one) for one in found.split()]
        return [
            one
            for one in shown
            if one.text.lower() not in there and one.text.lower().startswith(word.lower())
        ]
    made = members_of(inference, found, word, methods=False)
    return [one for one in made if one.shown.lower() not in there]


def _names(inference: Inference, cursor: Cursor, table: ast.HashtableAst) -> str | Iterable[Shape]:
    place = cursor.chain.index(table)
    for above in reversed(cursor.chain[:place]):
        if isinstance(above, ast.ConvertExpressionAst):
            return inference.named(above.attribute.type_name.name)
        if isinstance(above, ast.UsingStatementAst):
            return _SPECIFICATION
        if isinstance(above, ast.AssignmentStatementAst):
            if isinstance(above.left, ast.ConvertExpressionAst):
                return inference.named(above.left.attribute.type_name.name)
            return _of_splatting(inference, cursor, above)
        if isinstance(above, ast.CommandAst):
            return _of_command(inference, above, table)
        if isinstance(above, ast.HashtableAst | ast.ScriptBlockAst):
            break
    return ()


def _of_command(inference: Inference, node: ast.CommandAst, table: ast.HashtableAst) -> str | Iterable[Shape]:
    command = inference.resolve(node.get_command_name() or "")
    if command is None:
        return ()
    bound = bind_command(inference.engine, node).bound
    offset = table.extent.start_offset
    name, given = next(
        (
            (name, one)
            for name, one in bound.items()
            if hasattr(one.value, "extent")
            and one.value.extent.start_offset <= offset < one.value.extent.end_offset
        ),
        ("", None),
    )
    if given is None or given.parameter is None:
        return ()
    key = command.name.lower()
    if name == "Property" and key in _OF_PROPERTY:
        return _OF_PROPERTY[key]
    if (key, name) in _OTHERS:
        return _OTHERS[key, name]
    if key == "new-object" and name == "Property" and "TypeName" in bound:
        return inference.named(str(bound["TypeName"].constant or ""))
    if key in ("new-ciminstance", "set-ciminstance") and name == "Property":
        return inference.of(node)
    kind = given.parameter.kind(inference.engine)
    while kind is not None and kind.element_type is not None:
        kind = kind.element_type
    if kind is None or kind.name in ("System.Object", "System.Collections.Hashtable"):
        return ()
    return [Shape(kind)]


def _of_splatting(
    inference: Inference, cursor: Cursor, assigned: ast.AssignmentStatementAst
) -> str | Iterable[Shape]:
    """Parameters of the command that gets the table as ``@name``; it stands before the cursor in this text
    only when the table is written a second time."""
    target = assigned.left
    if not isinstance(target, ast.VariableExpressionAst) or cursor.tree is None:
        return ()
    name = target.variable_path.unqualified_path.lower()
    for node in cursor.tree.walk():
        if isinstance(node, ast.CommandAst):
            for one in node.command_elements:
                if (
                    isinstance(one, ast.VariableExpressionAst)
                    and one.splatted
                    and one.variable_path.unqualified_path.lower() == name
                ):
                    command = inference.resolve(node.get_command_name() or "")
                    shape = command.metadata(inference.engine) if command is not None else None
                    return " ".join(one.name for one in shape.parameters.values()) if shape else ()
    return ()
