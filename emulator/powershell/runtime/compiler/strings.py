"""Constants, expandable strings, arrays and hash tables."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.collections import Hashtable, OrderedDictionary, PSArray
from emulator.powershell.dotnet.numbers import Int64
from emulator.powershell.parser import ast
from emulator.powershell.runtime.arithmetic import too_large
from emulator.powershell.runtime.compiler.base import (
    SOURCES,
    VALUES,
    Run,
    Value,
    collected,
    compiles,
    run_of,
    sequence,
    value_of,
)
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.errors import ExitSignal, ReturnSignal, error
from emulator.powershell.runtime.limits import DEFAULT
from emulator.powershell.runtime.scope import NOTHING

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Frame


def constant_of(node: ast.ConstantExpressionAst) -> Any:
    """The value of a number or plain text in the tree."""
    constant = node.value
    if isinstance(constant, str | float | Decimal):
        return constant
    return Int64(constant) if node.static_type_name == "long" else constant


@compiles(VALUES, ast.ConstantExpressionAst, ast.StringConstantExpressionAst)
def constant(node: ast.ConstantExpressionAst) -> Value:
    """A number or plain text."""
    held = constant_of(node)
    return lambda _frame: held


@compiles(VALUES, ast.ExpandableStringExpressionAst)
def expandable(node: ast.ExpandableStringExpressionAst) -> Value:
    """Text with variables and subexpressions."""
    parts = tuple(value_of(one) for one in node.nested_expressions)
    literals = node.literals

    if len(parts) == 1:
        part, before, after = parts[0], literals[0], literals[1]

        def single(frame: Frame) -> Any:
            inner = part(frame)
            text = inner if type(inner) is str else to_text(inner, separator(frame))
            return before + text + after

        return single

    def expand(frame: Frame) -> Any:
        out = [literals[0]]
        between = separator(frame)
        for index, part in enumerate(parts):
            inner = part(frame)
            out.append(inner if type(inner) is str else to_text(inner, between))
            out.append(literals[index + 1])
        text = "".join(out)
        if len(text) > DEFAULT.text:
            raise too_large("text")
        return text

    return expand


def separator(frame: Frame) -> str:
    """$OFS, a blank unless set."""
    found = frame.scope.find("ofs")
    return " " if found is None or found.current is None else to_text(found.current)


@compiles(VALUES, ast.ArrayLiteralAst)
def array_literal(node: ast.ArrayLiteralAst) -> Value:
    """``a, b``."""
    parts = tuple(value_of(one) for one in node.elements)
    return lambda frame: PSArray([part(frame) for part in parts])


@compiles(VALUES, ast.ArrayExpressionAst)
def array_expression(node: ast.ArrayExpressionAst) -> Value:
    """``@( ... )``: always an array; what is one already is not wrapped again."""
    block = node.sub_expression
    if len(block.statements) == 1 and not block.traps:
        inner = pure_expression(block.statements[0])
        if isinstance(inner, ast.ArrayLiteralAst):
            return array_literal(inner)
    run = block_of(block)

    def make(frame: Frame) -> Any:
        return PSArray(_gather(run, frame))

    return make


def block_of(block: ast.StatementBlockAst) -> Any:
    """The statements of a block, with its traps."""
    if block.traps:
        from emulator.powershell.runtime.compiler.failures import trapped

        return trapped(block.statements, block.traps)
    return sequence(block.statements)


def pure_expression(node: ast.Ast, *, is_target: bool = False) -> ast.ExpressionAst | None:
    """The expression when a statement is nothing else, without redirections. A statement that is counted
    (code coverage) stays one, unless something is assigned to it."""
    if node.extent.source.counts is not None and not is_target:
        return None
    if isinstance(node, ast.PipelineAst) and len(node.pipeline_elements) == 1:
        only = node.pipeline_elements[0]
        if isinstance(only, ast.CommandExpressionAst) and not only.redirections:
            return only.expression
    return None


@compiles(SOURCES, ast.SubExpressionAst)
def subexpression(node: ast.SubExpressionAst) -> Value:
    """``$( ... )``."""
    block = node.sub_expression
    if len(block.statements) == 1 and not block.traps:
        inner = pure_expression(block.statements[0])
        if (
            inner is not None
            and isinstance(
                inner, ast.VariableExpressionAst | ast.MemberExpressionAst | ast.ConstantExpressionAst
            )
            and not isinstance(inner, ast.InvokeMemberExpressionAst)
        ):
            return value_of(inner)
    run = block_of(block)

    def make(frame: Frame) -> Any:
        return collected(_gather(run, frame))

    return make


@compiles(VALUES, ast.SubExpressionAst)
def subexpression_value(node: ast.SubExpressionAst) -> Value:
    """``$( ... )`` as a value."""
    raw = subexpression(node)

    def make(frame: Frame) -> Any:
        result = raw(frame)
        return None if result is NOTHING else result

    return make


@compiles(VALUES, ast.HashtableAst)
def hashtable(node: ast.HashtableAst) -> Value:
    """``@{ }``."""
    pairs = table_pairs(node)
    count = len(pairs)
    return lambda frame: fill(Hashtable(capacity=count), pairs, frame)


def ordered(node: ast.HashtableAst) -> Value:
    """``[ordered]@{ }``."""
    pairs = table_pairs(node)
    return lambda frame: fill(OrderedDictionary(), pairs, frame)


Pairs = tuple[tuple[Value, Value], ...]


def table_pairs(node: ast.HashtableAst) -> Pairs:
    """The keys and values of a hash literal."""
    return tuple((value_of(key), statement_value(one)) for key, one in node.key_value_pairs)


def fill(table: Hashtable, pairs: Pairs, frame: Frame) -> Hashtable:
    """Put the pairs of a hash literal into a table."""
    for key_of, item_of in pairs:
        key = key_of(frame)
        if key is None:
            raise error("A null key is not allowed in a hash literal.", "InvalidNullKey", "InvalidOperation")
        if key in table:
            raise error(
                f"Duplicate keys '{to_text(key)}' are not allowed in hash literals.",
                "DuplicateKeyInHashLiteral",
                "InvalidOperation",
                key,
            )
        table[key] = item_of(frame)
    return table


def statement_value(node: ast.StatementAst) -> Value:
    """Any statement as a value: what it writes; $null for nothing."""
    if isinstance(node, ast.AssignmentStatementAst):
        return _assigned(node)
    inner = pure_expression(node)
    if inner is not None:
        return value_of(inner)
    run = run_of(node)

    def make(frame: Frame) -> Any:
        out = _gather(run, frame)
        if not out:
            return None
        return out[0] if len(out) == 1 else PSArray(out)

    return make


def _gather(run: Run, frame: Frame) -> list[Any]:
    out: list[Any] = []
    try:
        run(frame, out.append)
    except (ReturnSignal, ExitSignal) as signal:
        # What was gathered belongs to the function that returns.
        signal.written = [*out, *signal.written]
        raise
    return out


def _assigned(node: ast.AssignmentStatementAst) -> Value:
    from emulator.powershell.runtime.compiler.assignments import assignment_value

    return assignment_value(node)


def statement_source(node: ast.StatementAst) -> Value:
    """Any statement as a value that may be NOTHING."""
    if isinstance(node, ast.AssignmentStatementAst):
        return _assigned(node)
    from emulator.powershell.runtime.compiler.base import source_of

    inner = pure_expression(node)
    if inner is not None:
        return source_of(inner)
    run = run_of(node)

    def make(frame: Frame) -> Any:
        return collected(_gather(run, frame))

    return make


@compiles(SOURCES, ast.ParenExpressionAst)
def paren(node: ast.ParenExpressionAst) -> Value:
    """``( pipeline )``."""
    return statement_source(node.pipeline)


@compiles(VALUES, ast.ParenExpressionAst)
def paren_value(node: ast.ParenExpressionAst) -> Value:
    """``( pipeline )`` as a value."""
    return statement_value(node.pipeline)
