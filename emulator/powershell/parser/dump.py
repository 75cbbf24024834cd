"""A syntax tree as one line of text, for tests and for people.

``-5 + $x`` becomes ``(Binary -5 Plus $x)``: the class without ``Ast``, then the fields in order. Empty fields
are left out, and so is a pipeline around a single expression; words, strings, numbers and variables look as
in PowerShell, with the type of a number other than int behind it.
"""

from __future__ import annotations

from enum import Enum

from emulator.powershell.parser.ast import (
    ConstantExpressionAst,
    Extent,
    PipelineAst,
    StringConstantExpressionAst,
    StringConstantType,
    TypeConstraintAst,
    VariableExpressionAst,
)
from emulator.powershell.parser.checks import pure_expression
from emulator.powershell.parser.node import Ast
from emulator.powershell.parser.token_kinds import TokenKind

_QUOTES = {
    StringConstantType.BARE_WORD: ("", ""),
    StringConstantType.SINGLE_QUOTED: ("'", "'"),
    StringConstantType.DOUBLE_QUOTED: ('"', '"'),
    StringConstantType.SINGLE_QUOTED_HERE_STRING: ("@'", "'@"),
    StringConstantType.DOUBLE_QUOTED_HERE_STRING: ('@"', '"@'),
}


def dump(node: Ast) -> str:
    """The tree below a node."""
    if isinstance(node, StringConstantExpressionAst):
        opening, closing = _QUOTES[node.string_constant_type]
        return opening + node.value.replace("\n", "\\n").replace("\r", "\\r") + closing
    if isinstance(node, ConstantExpressionAst):
        suffix = "" if node.static_type_name == "int" else f":{node.static_type_name}"
        return f"{node.value}{suffix}"
    if isinstance(node, VariableExpressionAst):
        return ("@" if node.splatted else "$") + node.variable_path.user_path
    if isinstance(node, TypeConstraintAst):
        return f"[{node.type_name.full_name}]"
    if isinstance(node, PipelineAst):
        pure = pure_expression(node)
        if pure is not None:
            return dump(pure)
    fields = [_value(name, getattr(node, name)) for name in type(node)._fields[1:]]
    name = type(node).__name__.removesuffix("Ast").removesuffix("Statement")
    if name not in {"CommandExpression", "ScriptBlockExpression"}:
        name = name.removesuffix("Expression")
    return f"({' '.join([name, *(field for field in fields if field)])})"


def _value(name: str, value: object) -> str:
    if isinstance(value, Ast):
        return dump(value)
    if isinstance(value, tuple):
        return f"[{' '.join(_value('', item) for item in value)}]" if value else ""
    if isinstance(value, TokenKind):
        return "" if value is TokenKind.UNKNOWN else value.dotnet_name
    if isinstance(value, Enum):
        return value.name.lower()
    if isinstance(value, frozenset):
        return f"{{{' '.join(sorted(value))}}}" if value else ""
    if value is None or value is False or isinstance(value, Extent):
        return ""
    if value is True:
        return name
    return repr(value) if isinstance(value, str) else str(value)
