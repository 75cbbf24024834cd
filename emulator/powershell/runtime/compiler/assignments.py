"""Assignments, ``+=`` and the like, and ``++``/``--``."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.collections import LIST_TYPES, PSArray
from emulator.powershell.parser import ast
from emulator.powershell.parser.ast import TokenKind
from emulator.powershell.runtime import arithmetic
from emulator.powershell.runtime.compiler.base import (
    STATEMENTS,
    Run,
    Value,
    Write,
    compiles,
    run_of,
    unsupported,
    value_of,
)
from emulator.powershell.runtime.compiler.context import surroundings
from emulator.powershell.runtime.compiler.members import member_name, set_index, static_owner
from emulator.powershell.runtime.compiler.strings import statement_source
from emulator.powershell.runtime.compiler.variables import assigner
from emulator.powershell.runtime.conversion import to_number, to_text
from emulator.powershell.runtime.errors import ConversionError, cast_error, error
from emulator.powershell.runtime.invoke import set_static
from emulator.powershell.runtime.language_mode import require_setter
from emulator.powershell.runtime.members import set_member
from emulator.powershell.runtime.protected_members import get_protected, set_protected
from emulator.powershell.runtime.scope import NOTHING, Constraint, Variable

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Frame

Assign = Callable[["Frame", Any], None]
_OPERATIONS: dict[TokenKind, Callable[[Any, Any], Any]] = {
    TokenKind.PLUS_EQUALS: arithmetic.add,
    TokenKind.MINUS_EQUALS: arithmetic.subtract,
    TokenKind.MULTIPLY_EQUALS: arithmetic.multiply,
    TokenKind.DIVIDE_EQUALS: arithmetic.divide,
    TokenKind.REMAINDER_EQUALS: arithmetic.remainder,
}


def target_of(node: ast.ExpressionAst) -> Assign:
    """A closure that assigns to a variable, property, index, list of these or typed variable."""
    if isinstance(node, ast.VariableExpressionAst):
        return assigner(node)
    if isinstance(node, ast.MemberExpressionAst):
        return _member_target(node)
    if isinstance(node, ast.IndexExpressionAst):
        owner, place = value_of(node.target), value_of(node.index)

        def set_item(frame: Frame, new: Any) -> None:
            set_index(owner(frame), place(frame), None if new is NOTHING else new, frame.engine)

        return set_item
    if isinstance(node, ast.ArrayLiteralAst):
        return _list_target(node)
    if isinstance(node, ast.ParenExpressionAst):
        from emulator.powershell.runtime.compiler.strings import pure_expression

        inner = pure_expression(node.pipeline, is_target=True)
        if inner is not None:
            return target_of(inner)
    if isinstance(node, ast.AttributedExpressionAst):
        return _typed_target(node)
    failing = unsupported(node)

    def fail(frame: Frame, _new: Any) -> None:
        failing(frame)

    return fail


def _member_target(node: ast.MemberExpressionAst) -> Assign:
    owner = value_of(node.expression)
    name = member_name(node.member)
    class_name = surroundings().class_name

    def set_property(frame: Frame, new: Any) -> None:
        new = None if new is NOTHING else new
        value = owner(frame)
        text = name if isinstance(name, str) else to_text(name(frame))
        if frame.engine.constrained:
            require_setter(value, text, node.static)
        if node.static:
            set_static(static_owner(value, frame.engine), text, new, frame.engine)
        elif class_name:
            set_protected(value, text, new, class_name, frame.engine)
        else:
            set_member(value, text, new, frame.engine)

    return set_property


def _list_target(node: ast.ArrayLiteralAst) -> Assign:
    targets = tuple(target_of(one) for one in node.elements)

    def spread(frame: Frame, new: Any) -> None:
        values = list(new) if type(new) in LIST_TYPES else [new]
        last = len(targets) - 1
        for index, assign in enumerate(targets):
            if index < last:
                assign(frame, values[index] if index < len(values) else None)
            else:
                rest = values[index:]
                assign(frame, rest[0] if len(rest) == 1 else (PSArray(rest) if rest else None))

    return spread


def _typed_target(node: ast.AttributedExpressionAst) -> Assign:
    from emulator.powershell.runtime.compiler.parameters import attribute_validator
    from emulator.powershell.runtime.compiler.type_names import type_of_name
    from emulator.powershell.runtime.custom_attributes import (
        custom_attributes,
        transformers_of,
        validators_of,
    )

    attributes: list[ast.AttributeBaseAst] = []
    inner: ast.ExpressionAst = node
    while isinstance(inner, ast.AttributedExpressionAst):
        attributes.append(inner.attribute)
        inner = inner.child
    if not isinstance(inner, ast.VariableExpressionAst):
        return target_of(inner)
    finders = [type_of_name(one.type_name) for one in attributes if isinstance(one, ast.TypeConstraintAst)]
    checks = [attribute_validator(one) for one in attributes if isinstance(one, ast.AttributeAst)]
    plain = assigner(inner)
    path = inner.variable_path

    def assign(frame: Frame, new: Any) -> None:
        kind = finders[-1](frame) if finders else None
        validators = tuple(one for make in checks if (one := make(frame)) is not None)
        own = custom_attributes(attributes, frame) if checks else ()
        validators += validators_of(own)
        constraint = Constraint(kind, validators, transformers_of(own))
        for transform in constraint.transformers:
            new = transform(frame.engine, None if new is NOTHING else new)
        value = constraint.kind and _cast(None if new is NOTHING else new, kind, frame)
        if constraint.kind is None:
            value = None if new is NOTHING else new
        for later in finders[:-1]:
            value = _cast(value, later(frame), frame)
        if validators:
            Constraint(None, validators).apply(value, frame.engine, path.unqualified_path)
        if path.is_drive_qualified or path.unqualified_path == "?":
            plain(frame, value)
            return
        scope = {"global": frame.scope.global_scope(), "script": frame.scope.script}.get(
            path.scope or "", frame.scope
        )
        key = path.unqualified_path.lower()
        variable = scope.variables.get(key)
        if variable is None:
            outer = scope.find(key)
            if outer is not None and "AllScope" in outer.options:
                variable = outer
        if variable is None:
            variable = scope.variables[key] = Variable(path.unqualified_path)
        variable.kind = None
        variable.assign(value, frame.engine)
        variable.kind = constraint

    return assign


def _cast(value: Any, kind: Any, frame: Frame) -> Any:
    from emulator.powershell.runtime.conversion import convert

    try:
        return convert(value, kind, frame.engine)
    except ConversionError as problem:
        raise cast_error(problem) from None


@compiles(STATEMENTS, ast.AssignmentStatementAst)
def assignment(node: ast.AssignmentStatementAst) -> Run:
    """``left = right`` as a statement."""
    if isinstance(node.right, ast.ReturnStatementAst):
        return run_of(node.right)
    perform = _performer(node)

    def run(frame: Frame, _write: Write) -> None:
        perform(frame)
        frame.engine.success = True

    return run


def assignment_value(node: ast.AssignmentStatementAst) -> Value:
    """``(left = right)``: also gives the value."""
    perform = _performer(node)

    def run(frame: Frame) -> Any:
        value = perform(frame)
        return None if value is NOTHING else value

    return run


def _performer(node: ast.AssignmentStatementAst) -> Value:
    assign = target_of(node.left)
    source = statement_source(node.right)
    if node.operator is TokenKind.EQUALS:

        def plain(frame: Frame) -> Any:
            value = source(frame)
            assign(frame, value)
            return value

        if isinstance(node.left, ast.ConvertExpressionAst):
            return _as_assigned(plain, node.left)
        return plain
    if node.operator is TokenKind.QUESTION_QUESTION_EQUALS:
        return _unless_set(value_of(node.left), assign, source)
    operation = _OPERATIONS.get(node.operator)
    if operation is None:
        return unsupported(node)
    return _compound(node, operation, source)


def _unless_set(read: Value, assign: Assign, source: Value) -> Value:
    """``left ??= right``: the right side is worked out and assigned only when the left one is null."""

    def run(frame: Frame) -> Any:
        present = read(frame)
        if present is not None:
            return present
        value = source(frame)
        assign(frame, value)
        return value

    return run


def _as_assigned(perform: Value, left: ast.ConvertExpressionAst) -> Value:
    """The value of ``([int]$x = '5')``: what the variable holds."""
    inner: ast.ExpressionAst = left
    while isinstance(inner, ast.AttributedExpressionAst):
        inner = inner.child
    read = value_of(inner)

    def run(frame: Frame) -> Any:
        perform(frame)
        return read(frame)

    return run


def _compound(node: ast.AssignmentStatementAst, operation: Callable[[Any, Any], Any], source: Value) -> Value:
    left = node.left
    if isinstance(left, ast.IndexExpressionAst):
        owner, place = value_of(left.target), value_of(left.index)

        def indexed(frame: Frame) -> Any:
            from emulator.powershell.runtime.compiler.members import get_index

            target, key = owner(frame), place(frame)
            right = source(frame)
            value = operation(get_index(target, key, frame.engine), None if right is NOTHING else right)
            set_index(target, key, value, frame.engine)
            return value

        return indexed
    if isinstance(left, ast.MemberExpressionAst) and not left.static:
        return _compound_member(left, operation, source)
    inner = left.child if isinstance(left, ast.AttributedExpressionAst) else left
    read = value_of(inner)
    if isinstance(inner, ast.VariableExpressionAst) and inner.variable_path.is_unqualified:
        read = _of_this_scope(inner, read)
    assign = target_of(left)

    def run(frame: Frame) -> Any:
        right = source(frame)
        value = operation(read(frame), None if right is NOTHING else right)
        assign(frame, value)
        return value

    return run


def _of_this_scope(node: ast.VariableExpressionAst, read: Value) -> Value:
    """A variable as ``+=`` reads it: only that of its own scope (about_Assignment_Operators)."""
    key = node.variable_path.user_path.lower()

    def run(frame: Frame) -> Any:
        if frame.scope.parent is None or key in frame.scope.variables:
            return read(frame)
        found = frame.scope.find(key)
        return read(frame) if found is not None and "AllScope" in found.options else None

    return run


def _compound_member(
    left: ast.MemberExpressionAst, operation: Callable[[Any, Any], Any], source: Value
) -> Value:
    owner = value_of(left.expression)
    name = member_name(left.member)
    class_name = surroundings().class_name

    def run(frame: Frame) -> Any:
        from emulator.powershell.runtime.members import get_member

        target = owner(frame)
        text = name if isinstance(name, str) else to_text(name(frame))
        right = source(frame)
        engine = frame.engine
        old = (
            get_protected(target, text, class_name, engine)
            if class_name
            else get_member(target, text, engine)
        )
        value = operation(old, None if right is NOTHING else right)
        if frame.engine.constrained:
            require_setter(target, text, False)
        if class_name:
            set_protected(target, text, value, class_name, engine)
        else:
            set_member(target, text, value, engine)
        return value

    return run


def increment(node: ast.UnaryExpressionAst) -> Value:
    """``++`` and ``--`` as a value."""
    kind = node.token_kind
    step = 1 if kind in (TokenKind.PLUS_PLUS, TokenKind.POSTFIX_PLUS_PLUS) else -1
    postfix = kind in (TokenKind.POSTFIX_PLUS_PLUS, TokenKind.POSTFIX_MINUS_MINUS)
    read, assign = value_of(node.child), target_of(node.child)
    sign = "++" if step > 0 else "--"

    def run(frame: Frame) -> Any:
        old = read(frame)
        if type(old) is not int:
            if isinstance(old, str):
                raise error(
                    f"The '{sign}' operator works only on numbers. The operand is a 'System.String'.",
                    "OperatorRequiresNumber",
                    "InvalidOperation",
                    node.child.extent.text,
                )
            try:
                old = to_number(old)
            except ConversionError as problem:
                raise cast_error(problem) from None
        new = arithmetic.add(old, step)
        assign(frame, new)
        return old if postfix else new

    return run
