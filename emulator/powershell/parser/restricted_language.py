"""What a data section or a data file (.psd1) may not hold (about_Data_Sections, about_Language_Modes).

5.1 checks this when a ``data`` statement is parsed; the caller checks data files and module manifests with
the names it allows.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from emulator.powershell.parser import ast as syntax
from emulator.powershell.parser.errors import ParseError
from emulator.powershell.parser.extents import Extent
from emulator.powershell.parser.node import Ast
from emulator.powershell.parser.token_kinds import OPERATOR_TEXT, TokenKind

DATA_COMMANDS = ("ConvertFrom-StringData",)
DATA_VARIABLES = ("PSCulture", "PSUICulture", "true", "false", "null")

_VARIABLE = (
    "A variable that cannot be referenced in restricted language mode or a Data section is being referenced. "
    "Variables that can be referenced include the following: {0}."
)
_TAIL = " allowed in restricted language mode or a Data section."
_FORBIDDEN: dict[type[Ast], tuple[str, str]] = {
    syntax.ScriptBlockAst: ("ScriptBlock", "Script block literals are not"),
    syntax.ParamBlockAst: ("ParameterDeclaration", "Parameter declarations are not"),
    syntax.AttributeAst: ("Attribute", "Attributes are not"),
    syntax.AttributedExpressionAst: ("Attribute", "Attributes are not"),
    syntax.FunctionDefinitionAst: ("FunctionDeclaration", "Function declarations are not"),
    syntax.TrapStatementAst: ("TrapStatement", "The Trap statement is not"),
    syntax.TryStatementAst: ("TryStatement", "The Try statement is not"),
    syntax.SwitchStatementAst: ("SwitchStatement", "The switch statement is not"),
    syntax.ForEachStatementAst: ("ForeachStatement", "Foreach statements are not"),
    syntax.ForStatementAst: ("ForWhileStatement", "For and While statements are not"),
    syntax.WhileStatementAst: ("ForWhileStatement", "For and While statements are not"),
    syntax.DoWhileStatementAst: ("DoWhileStatement", "The Do and While statements are not"),
    syntax.DoUntilStatementAst: ("DoWhileStatement", "The Do and While statements are not"),
    **dict.fromkeys(
        (
            syntax.BreakStatementAst,
            syntax.ContinueStatementAst,
            syntax.ReturnStatementAst,
            syntax.ExitStatementAst,
            syntax.ThrowStatementAst,
        ),
        (
            "FlowControlStatement",
            "Flow control statements such as Break, Continue, Return, Exit, and Throw are not",
        ),
    ),
    syntax.AssignmentStatementAst: ("AssignmentStatement", "Assignment statements are not"),
    syntax.FileRedirectionAst: ("Redirection", "Redirection is not"),
    syntax.MergingRedirectionAst: ("Redirection", "Redirection is not"),
    syntax.MemberExpressionAst: ("PropertyReference", "Property references are not"),
    syntax.InvokeMemberExpressionAst: ("MethodCall", "Method calls are not"),
    syntax.IndexExpressionAst: ("ArrayReference", "Array references are not"),
    syntax.BlockStatementAst: ("ParallelAndSequenceBlock", "Parallel and sequence blocks are not"),
    syntax.DataStatementAst: (
        "DataSectionStatement",
        "The data statement is not allowed in restricted language mode or another Data section.",
    ),
}
_FORBIDDEN_OPERATORS = frozenset(
    {TokenKind.DOT_DOT, TokenKind.FORMAT, TokenKind.JOIN, TokenKind.AS, TokenKind.ISPLIT, TokenKind.CSPLIT}
    | {TokenKind.IMATCH, TokenKind.INOTMATCH, TokenKind.IREPLACE, TokenKind.CMATCH, TokenKind.CNOTMATCH}
    | {TokenKind.CREPLACE, TokenKind.PLUS_PLUS, TokenKind.MINUS_MINUS}
    | {TokenKind.POSTFIX_PLUS_PLUS, TokenKind.POSTFIX_MINUS_MINUS}
)
_TYPES = frozenset(
    {"bool", "boolean", "byte", "char", "datetime", "decimal", "double", "float", "int", "int16", "int32"}
    | {"int64", "long", "sbyte", "short", "single", "string", "uint", "uint16", "uint32", "uint64", "ulong"}
    | {"ushort", "dbnull"}
)
"""Types with a simple type code; only these and arrays of them are allowed."""


def restricted_language_errors(
    block: Ast,
    commands: Collection[str] | None = DATA_COMMANDS,
    variables: Collection[str] | None = DATA_VARIABLES,
    *,
    environment: bool = False,
) -> tuple[ParseError, ...]:
    """What in the block is not allowed. None for commands or variables allows all of them.

    ``environment`` allows ``$env:`` variables, as in module manifests.
    """
    allowed_commands = None if commands is None else {name.lower() for name in commands}
    allowed_variables = None if variables is None else {name.lower() for name in variables}
    found: list[ParseError] = []
    for node in block.walk():
        if node is block and isinstance(node, syntax.ScriptBlockAst):
            continue
        forbidden = _FORBIDDEN.get(type(node))
        if forbidden is not None:
            name, text = forbidden
            message = text if text.endswith(".") else text + _TAIL
            found.append(ParseError(node.extent, f"{name}NotSupportedInDataSection", message))
        elif isinstance(node, syntax.CommandAst):
            found.extend(_command(node, allowed_commands))
        elif isinstance(node, syntax.BinaryExpressionAst):
            found.extend(_operator(node.operator, node.error_position))
        elif isinstance(node, syntax.UnaryExpressionAst):
            found.extend(_operator(node.token_kind, node.extent))
        elif isinstance(node, syntax.TypeConstraintAst | syntax.TypeExpressionAst):
            found.extend(_type(node.type_name, node.extent))
        elif isinstance(node, syntax.VariableExpressionAst) and allowed_variables is not None:
            path = node.variable_path
            is_environment = environment and path.qualifier == "env"
            if path.user_path.lower() not in allowed_variables and not is_environment:
                names = ", ".join(f"${name}" for name in variables or ())
                found.append(
                    ParseError(
                        node.extent,
                        "VariableReferenceNotSupportedInDataSection",
                        _VARIABLE.replace("{0}", names),
                    )
                )
    return tuple(found)


def _command(node: syntax.CommandAst, allowed: set[str] | None) -> Iterator[ParseError]:
    if node.invocation_operator is TokenKind.DOT:
        message = "Dot sourcing is not" + _TAIL
        yield ParseError(node.extent, "DotSourcingNotSupportedInDataSection", message)
        return
    if allowed is None:
        return
    name = node.get_command_name()
    if name is None and node.invocation_operator is TokenKind.AMPERSAND:
        yield from _operator(TokenKind.AMPERSAND, node.extent, forced=True)
    elif name is None or name.lower() not in allowed:
        shown = node.extent.text if name is None else name
        message = f"The command '{shown}' is not" + _TAIL
        yield ParseError(node.extent, "CmdletNotInAllowedListForDataSection", message)


def _operator(kind: TokenKind, extent: Extent, *, forced: bool = False) -> Iterator[ParseError]:
    if forced or kind in _FORBIDDEN_OPERATORS:
        message = f"The '{OPERATOR_TEXT[kind]}' operator is not" + _TAIL
        yield ParseError(extent, "OperatorNotSupportedInDataSection", message)


def _type(name: syntax.AnyTypeName, extent: Extent) -> Iterator[ParseError]:
    element = name
    while isinstance(element, syntax.ArrayTypeName):
        element = element.element_type
    if element.name.lower().removeprefix("system.") not in _TYPES:
        message = f"The type {name.full_name} is not" + _TAIL
        yield ParseError(extent, "TypeNotAllowedInDataSection", message)
