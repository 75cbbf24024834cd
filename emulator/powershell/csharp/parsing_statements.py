"""From the parser's tree to the syntax tree: statements."""

from __future__ import annotations

from collections.abc import Callable

from emulator.powershell.csharp.diagnostics import UnsupportedError, failure
from emulator.powershell.csharp.parser_library import TreeNode
from emulator.powershell.csharp.parsing import (
    check_depth,
    children_of,
    field_of,
    needed,
    place_of,
    text_of,
    type_name,
)
from emulator.powershell.csharp.parsing_expressions import expression
from emulator.powershell.csharp.syntax import (
    Block,
    Catch,
    CheckedBlock,
    Expression,
    ExpressionStatement,
    For,
    ForEach,
    If,
    Jump,
    LocalDeclaration,
    Lock,
    Return,
    Statement,
    Switch,
    Throw,
    Try,
    Using,
    While,
    Yield,
)


def block(node: TreeNode, depth: int) -> Block:
    """Statements in braces."""
    check_depth(node, depth)
    return Block(place_of(node), [statement(one, depth + 1) for one in children_of(node)])


def statement(node: TreeNode, depth: int) -> Statement:
    """A statement."""
    check_depth(node, depth)
    make = _MAKERS.get(node.type)
    if make is None:
        raise UnsupportedError(node.type.replace("_", " "), place_of(node))
    return make(node, depth + 1)


def _declaration(node: TreeNode, depth: int) -> LocalDeclaration:
    inner = node if node.type == "variable_declaration" else None
    for one in children_of(node):
        if one.type == "variable_declaration":
            inner = one
    if inner is None:
        raise UnsupportedError(node.type.replace("_", " "), place_of(node))
    if any(one.type == "using" for one in node.children[:1]):
        raise failure(place_of(node), "CS1026", ") expected")
    declared = needed(inner, "type")
    variables: list[tuple[str, Expression | None]] = []
    for one in children_of(inner):
        if one.type != "variable_declarator":
            continue
        name = needed(one, "name")
        values = [child for child in children_of(one) if child.start_byte >= name.end_byte]
        variables.append((text_of(name).removeprefix("@"), expression(values[-1], depth) if values else None))
    return LocalDeclaration(
        place_of(node), None if declared.type == "implicit_type" else type_name(declared, depth), variables
    )


def _if(node: TreeNode, depth: int) -> Statement:
    otherwise = field_of(node, "alternative")
    return If(
        place_of(node),
        expression(needed(node, "condition"), depth),
        statement(needed(node, "consequence"), depth),
        statement(otherwise, depth) if otherwise is not None else None,
    )


def _while(node: TreeNode, depth: int) -> Statement:
    return While(
        place_of(node),
        expression(needed(node, "condition"), depth),
        statement(needed(node, "body"), depth),
        node.type == "do_statement",
    )


def _for(node: TreeNode, depth: int) -> Statement:
    first: list[Statement] = []
    for one in node.children_by_field_name("initializer"):
        if one.type == "variable_declaration":
            first.append(_declaration(one, depth))
        elif one.is_named:
            first.append(ExpressionStatement(place_of(one), expression(one, depth)))
    condition = field_of(node, "condition")
    return For(
        place_of(node),
        first,
        expression(condition, depth) if condition is not None else None,
        [expression(one, depth) for one in node.children_by_field_name("update") if one.is_named],
        statement(needed(node, "body"), depth),
    )


def _for_each(node: TreeNode, depth: int) -> Statement:
    declared = needed(node, "type")
    name = needed(node, "left")
    if name.type != "identifier":
        raise UnsupportedError("deconstruction", place_of(name))
    return ForEach(
        place_of(node),
        None if declared.type == "implicit_type" else type_name(declared, depth),
        text_of(name),
        expression(needed(node, "right"), depth),
        statement(needed(node, "body"), depth),
    )


def _switch(node: TreeNode, depth: int) -> Statement:
    sections: list[tuple[list[Expression | None], list[Statement]]] = []
    labels: list[Expression | None] = []
    for section in children_of(needed(node, "body")):
        parts = children_of(section)
        is_default = section.children[0].type == "default"
        if is_default:
            labels.append(None)
        else:
            pattern = parts.pop(0)
            if pattern.type == "constant_pattern":
                pattern = children_of(pattern)[0]
            if pattern.type.endswith("_pattern") or pattern.type == "when_clause":
                raise failure(place_of(pattern), "CS1003", "Syntax error, ':' expected")
            labels.append(expression(pattern, depth))
        if parts:
            sections.append((labels, [statement(one, depth) for one in parts]))
            labels = []
    if labels:
        sections.append((labels, []))
    return Switch(place_of(node), expression(needed(node, "value"), depth), sections)


def _try(node: TreeNode, depth: int) -> Statement:
    catches: list[Catch] = []
    last: Block | None = None
    for one in children_of(node):
        if one.type == "catch_clause":
            catches.append(_catch(one, depth))
        elif one.type == "finally_clause":
            last = block(children_of(one)[-1], depth)
    return Try(place_of(node), block(needed(node, "body"), depth), catches, last)


def _catch(node: TreeNode, depth: int) -> Catch:
    declared = name = None
    for one in children_of(node):
        if one.type == "catch_declaration":
            declared = type_name(needed(one, "type"), depth)
            named = field_of(one, "name")
            name = text_of(named) if named is not None else None
        elif one.type == "catch_filter_clause":
            raise failure(place_of(one), "CS1002", "; expected")
    return Catch(place_of(node), declared, name, block(needed(node, "body"), depth))


def _using(node: TreeNode, depth: int) -> Statement:
    declaration: LocalDeclaration | None = None
    value: Expression | None = None
    body = needed(node, "body")
    for one in children_of(node):
        if one.type == "variable_declaration":
            declaration = _declaration(one, depth)
            if any(held is None for _, held in declaration.variables):
                text = "You must provide an initializer in a fixed or using statement declaration"
                raise failure(place_of(one), "CS0210", text)
        elif one.start_byte != body.start_byte:
            value = expression(one, depth)
    return Using(place_of(node), declaration, value, statement(body, depth))


def _lock(node: TreeNode, depth: int) -> Statement:
    parts = children_of(node)
    return Lock(place_of(node), expression(parts[0], depth), statement(parts[-1], depth))


def _throw(node: TreeNode, depth: int) -> Statement:
    parts = children_of(node)
    return Throw(place_of(node), expression(parts[0], depth) if parts else None)


def _return(node: TreeNode, depth: int) -> Statement:
    parts = children_of(node)
    return Return(place_of(node), expression(parts[0], depth) if parts else None)


def _yield(node: TreeNode, depth: int) -> Statement:
    parts = children_of(node)
    if not parts:
        return Jump(place_of(node), "yield break")
    return Yield(place_of(node), expression(parts[0], depth))


def _goto(node: TreeNode, depth: int) -> Statement:
    kinds = [one.type for one in node.children]
    if "case" in kinds:
        return Jump(place_of(node), "goto case", expression(children_of(node)[-1], depth))
    if "default" in kinds:
        return Jump(place_of(node), "goto default")
    raise UnsupportedError("goto to a label", place_of(node))


def _checked(node: TreeNode, depth: int) -> Statement:
    return CheckedBlock(
        place_of(node), block(children_of(node)[-1], depth), node.children[0].type == "checked"
    )


def _expression(node: TreeNode, depth: int) -> Statement:
    return ExpressionStatement(place_of(node), expression(children_of(node)[0], depth))


def _unsafe(node: TreeNode, _depth: int) -> Statement:
    raise UnsupportedError("unsafe code", place_of(node))


_MAKERS: dict[str, Callable[[TreeNode, int], Statement]] = {
    "block": block,
    "expression_statement": _expression,
    "local_declaration_statement": _declaration,
    "if_statement": _if,
    "while_statement": _while,
    "do_statement": _while,
    "for_statement": _for,
    "foreach_statement": _for_each,
    "switch_statement": _switch,
    "try_statement": _try,
    "using_statement": _using,
    "lock_statement": _lock,
    "throw_statement": _throw,
    "return_statement": _return,
    "yield_statement": _yield,
    "break_statement": lambda node, _depth: Jump(place_of(node), "break"),
    "continue_statement": lambda node, _depth: Jump(place_of(node), "continue"),
    "goto_statement": _goto,
    "checked_statement": _checked,
    "empty_statement": lambda node, _depth: Block(place_of(node), []),
    "unsafe_statement": _unsafe,
    "fixed_statement": _unsafe,
}
