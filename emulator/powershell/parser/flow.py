"""Where control can go: checks of methods of classes and of ``finally`` blocks."""

from __future__ import annotations

from collections.abc import Iterator

from emulator.powershell.parser.ast import (
    AssignmentStatementAst,
    AttributedExpressionAst,
    BreakStatementAst,
    ContinueStatementAst,
    DoUntilStatementAst,
    DoWhileStatementAst,
    ExitStatementAst,
    ExpressionAst,
    ForStatementAst,
    FunctionDefinitionAst,
    FunctionMemberAst,
    IfStatementAst,
    LabeledStatementAst,
    MemberAst,
    PropertyMemberAst,
    ReturnStatementAst,
    ScriptBlockAst,
    ScriptBlockExpressionAst,
    StatementAst,
    StatementBlockAst,
    StringConstantExpressionAst,
    SwitchStatementAst,
    ThrowStatementAst,
    TrapStatementAst,
    TryStatementAst,
    TypeConstraintAst,
    VariableExpressionAst,
    WhileStatementAst,
)
from emulator.powershell.parser.extents import Extent
from emulator.powershell.parser.node import Ast

Finding = tuple[str, Extent, str | None]
"""An error id, where, and the argument of its text."""

_VOID = frozenset({"void", "system.void"})
_OUTER = (ScriptBlockAst, TrapStatementAst)


def inside(node: Ast) -> Iterator[Ast]:
    """The nodes below, without those in nested script blocks."""
    waiting = list(node.children())
    while waiting:
        part = waiting.pop()
        yield part
        if not isinstance(part, ScriptBlockAst | FunctionDefinitionAst):
            waiting.extend(part.children())


def leaving_finally(block: StatementBlockAst) -> Iterator[Finding]:
    """``return``, ``break`` and ``continue`` that would leave a finally block."""
    yield from _leaving(block, ())


def _leaving(node: Ast, labels: tuple[str, ...]) -> Iterator[Finding]:
    for part in node.children():
        if isinstance(part, ReturnStatementAst):
            yield "ControlLeavingFinally", part.extent, None
        elif isinstance(part, BreakStatementAst | ContinueStatementAst):
            label = _label(part)
            if label is None or not (labels and (label == "" or label in labels)):
                yield "ControlLeavingFinally", part.extent, None
        elif isinstance(part, LabeledStatementAst):
            yield from _leaving(part, (*labels, (part.label or "").lower()))
        elif not isinstance(part, _OUTER):
            yield from _leaving(part, labels)


def _label(node: BreakStatementAst | ContinueStatementAst) -> str | None:
    """The label, an empty text without one, None when it is only known at run time."""
    if node.label is None:
        return ""
    return node.label.value.lower() if isinstance(node.label, StringConstantExpressionAst) else None


def in_members(class_name: str, members: tuple[MemberAst, ...]) -> Iterator[Finding]:
    """The errors in the members of a class."""
    properties = {member.name.lower(): member for member in members if isinstance(member, PropertyMemberAst)}
    for member in members:
        if isinstance(member, FunctionMemberAst):
            yield from _in_method(member)
            yield from _missing_this(class_name, member, properties)
            if member.is_static:
                yield from _this_in_static(member)
        elif isinstance(member, PropertyMemberAst) and member.is_static:
            yield from _this_in_static(member)


def _in_method(method: FunctionMemberAst) -> Iterator[Finding]:
    body = method.body
    if body.param_block is not None:
        yield "ParamBlockNotAllowedInMethod", body.param_block.extent, None
    named = body.dynamic_param_block or body.begin_block or body.process_block
    if named is None and body.end_block is not None and not body.end_block.unnamed:
        named = body.end_block
    if named is not None:
        yield "NamedBlockNotAllowedInMethod", named.extent, None
    if method.is_constructor and method.is_static and method.parameters:
        start = method.function_definition_ast.extent.start_offset
        extent = Extent(method.extent.source, start, start + len(method.name))
        yield "StaticConstructorCantHaveParameters", extent, None
    if method.is_constructor and method.return_type is not None:
        yield "ConstructorCantHaveReturnType", method.return_type.extent, None
    for parameter in method.parameters:
        types = [item for item in parameter.attributes if isinstance(item, TypeConstraintAst)]
        for extra in types[1:]:
            yield "MultipleTypeConstraintsOnMethodParam", extra.extent, None
    is_void = method.return_type is None or method.return_type.type_name.name.lower() in _VOID
    for part in inside(body):
        if isinstance(part, ReturnStatementAst) and (part.pipeline is None) != is_void:
            error_id = "VoidMethodHasReturn" if is_void else "NonVoidMethodMissingReturnValue"
            yield error_id, part.extent, None
    yield from _lost_labels(body, ())
    block = body.end_block
    if not is_void and named is None and block is not None and not _ends(block.statements):
        start = method.function_definition_ast.extent.start_offset
        extent = Extent(method.extent.source, start, start + len(method.name))
        yield "MethodHasCodePathNotReturn", extent, None


def _lost_labels(node: Ast, labels: tuple[str, ...]) -> Iterator[Finding]:
    for part in node.children():
        if isinstance(part, BreakStatementAst | ContinueStatementAst):
            label = _label(part)
            if label and label not in labels:
                yield "LabelNotFound", part.extent, str(part.label)
        elif isinstance(part, LabeledStatementAst) and part.label:
            yield from _lost_labels(part, (*labels, part.label.lower()))
        else:
            yield from _lost_labels(part, labels)


def _ends(statements: tuple[StatementAst, ...]) -> bool:
    """Whether control never comes to the end of the statements."""
    return any(_leaves(statement) for statement in statements)


def _leaves(node: StatementAst) -> bool:
    if isinstance(node, ReturnStatementAst | ThrowStatementAst | ExitStatementAst):
        return True
    if isinstance(node, BreakStatementAst | ContinueStatementAst):
        return True
    if isinstance(node, IfStatementAst):
        return (
            node.else_clause is not None
            and _ends(node.else_clause.statements)
            and all(_ends(body.statements) for _, body in node.clauses)
        )
    if isinstance(node, TryStatementAst):
        if node.finally_ is not None and _ends(node.finally_.statements):
            return True
        return _ends(node.body.statements) and all(_ends(c.body.statements) for c in node.catch_clauses)
    if isinstance(node, SwitchStatementAst):
        bodies = [body for _, body in node.clauses]
        return (
            node.default is not None
            and not _breaks(node)
            and all(_ends(body.statements) for body in (*bodies, node.default))
        )
    if isinstance(node, DoWhileStatementAst | DoUntilStatementAst):
        return not _breaks(node) and _ends(node.body.statements)
    if isinstance(node, WhileStatementAst | ForStatementAst):
        condition = "" if node.condition is None else node.condition.extent.text.strip().lower()
        return condition in {"", "$true", "1"} and not _breaks(node)
    return False


def _breaks(node: Ast) -> bool:
    return any(isinstance(part, BreakStatementAst) for part in inside(node))


def _missing_this(
    class_name: str, method: FunctionMemberAst, properties: dict[str, PropertyMemberAst]
) -> Iterator[Finding]:
    """Assignments to the bare name of a property."""
    parameters = {parameter.name.variable_path.user_path.lower() for parameter in method.parameters}
    for part in inside(method.body):
        if not isinstance(part, AssignmentStatementAst):
            continue
        target: ExpressionAst = part.left
        while isinstance(target, AttributedExpressionAst):
            target = target.child
        if not isinstance(target, VariableExpressionAst) or not target.variable_path.is_unqualified:
            continue
        found = properties.get(target.variable_path.user_path.lower())
        if found is None or found.name.lower() in parameters:
            continue
        if found.is_static:
            yield "MissingTypeInStaticPropertyAssignment", target.extent, f"[{class_name}]::{found.name}"
        else:
            yield "MissingThis", target.extent, f"$this.{found.name}"


def _this_in_static(node: Ast) -> Iterator[Finding]:
    """Uses of $this, which a static member lacks; a script block inside may get one when it runs."""
    for part in node.children():
        if isinstance(part, VariableExpressionAst) and part.variable_path.user_path.lower() == "this":
            yield "NonStaticMemberAccessInStaticMember", part.extent, part.variable_path.user_path
        elif not isinstance(part, ScriptBlockExpressionAst):
            yield from _this_in_static(part)
