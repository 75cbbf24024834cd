"""Constant expressions as those of C#, which enumerations and attributes have evaluated."""

from __future__ import annotations

from typing import Final

from emulator.powershell.csharp import syntax
from emulator.powershell.csharp.diagnostics import failure
from emulator.powershell.visualbasic.syntax import (
    Access,
    ArrayOfItems,
    Converted,
    Identifier,
    Negation,
    Operation,
)

_OPERATORS: Final = {
    "+": "+",
    "-": "-",
    "*": "*",
    "\\": "/",
    "mod": "%",
    "and": "&",
    "or": "|",
    "xor": "^",
    "<<": "<<",
    ">>": ">>",
    "&": "+",
}


def constant_of(node: syntax.Expression, known: dict[str, str]) -> syntax.Expression:
    """The expression in C#; ``known`` are the names that it may use, by their small letters.

    Raises CompileError for what is no constant.
    """
    place = node.place
    if isinstance(node, syntax.Literal | syntax.TypeOf):
        return node
    if isinstance(node, Identifier):
        return syntax.Name(place, known.get(node.name.lower(), node.name))
    if isinstance(node, Access):
        return syntax.MemberAccess(place, constant_of(node.target, known), node.name)
    if isinstance(node, Converted):
        return syntax.Cast(place, node.type_name, constant_of(node.value, known))
    if isinstance(node, Negation):
        return syntax.Unary(
            place, "~" if node.operator == "not" else node.operator, constant_of(node.operand, known)
        )
    if isinstance(node, Operation) and node.operator in _OPERATORS:
        return syntax.Binary(
            place, _OPERATORS[node.operator], constant_of(node.left, known), constant_of(node.right, known)
        )
    if isinstance(node, ArrayOfItems):
        items: list[syntax.Expression | list[syntax.Expression] | tuple[str, syntax.Expression]] = [
            constant_of(one, known) for one in node.items
        ]
        return syntax.ArrayCreation(place, None, [], syntax.Initializer(place, items))
    raise failure(place, "BC30059", "Constant expression is required.")
