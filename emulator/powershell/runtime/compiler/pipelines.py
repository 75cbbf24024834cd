"""Pipelines, commands as statements and expressions as statements."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from emulator.powershell.parser import ast
from emulator.powershell.parser.ast import RedirectionStream, TokenKind
from emulator.powershell.runtime.compiler.base import (
    STATEMENTS,
    Run,
    Value,
    Write,
    compiles,
    emit,
    handle_error,
    items,
    source_of,
    unsupported,
)
from emulator.powershell.runtime.compiler.commands import Redirect, Start, redirections_of, start_of
from emulator.powershell.runtime.compiler.enumeration import CHANGEABLE, modified_in_a_pipeline, unchanged
from emulator.powershell.runtime.errors import PSError
from emulator.powershell.runtime.processors import Processor, run_pipeline
from emulator.powershell.runtime.scope import NOTHING

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Frame

_SILENT = frozenset(
    {
        TokenKind.PLUS_PLUS,
        TokenKind.MINUS_MINUS,
        TokenKind.POSTFIX_PLUS_PLUS,
        TokenKind.POSTFIX_MINUS_MINUS,
    }
)


@compiles(STATEMENTS, ast.PipelineAst)
def pipeline(node: ast.PipelineAst) -> Run:
    """A pipeline as a statement."""
    elements = node.pipeline_elements
    first = elements[0]
    if node.background:  # `&` of PowerShell 7 starts a job
        return _unsupported(node)
    if len(elements) == 1:
        if isinstance(first, ast.CommandExpressionAst):
            return expression_statement(first)
        if isinstance(first, ast.CommandAst):
            return command_statement(first)
        return _unsupported(first)
    if isinstance(first, ast.CommandExpressionAst):
        return _fed(first, elements[1:])
    starts = _starts(elements)
    if starts is None:
        return _unsupported(first)
    length = len(elements)

    def run(frame: Frame, write: Write) -> None:
        processors: list[Processor] = []
        for place in range(length, 0, -1):
            stage = starts[place - 1](frame, write, place, length)
            processors.append(stage)
            write = stage.process
        processors.reverse()
        run_pipeline(frame.engine, processors, None)

    return run


def _unsupported(node: ast.Ast) -> Run:
    failing = unsupported(node)

    def fail(frame: Frame, _write: Write) -> None:
        failing(frame)

    return fail


def starts_of(elements: tuple[ast.CommandBaseAst, ...]) -> tuple[Start, ...] | None:
    """The starts of a pipeline that is made of commands only; None for any other."""
    return _starts(elements)


def _starts(elements: tuple[ast.CommandBaseAst, ...]) -> tuple[Start, ...] | None:
    starts = []
    for one in elements:
        if not isinstance(one, ast.CommandAst):
            return None
        starts.append(start_of(one))
    return tuple(starts)


def _fed(first: ast.CommandExpressionAst, rest: tuple[ast.CommandBaseAst, ...]) -> Run:
    starts = _starts(rest)
    if starts is None:
        return _unsupported(rest[0])
    source = source_of(first.expression)
    redirect = redirections_of(first.redirections)
    length = len(rest) + 1

    def run(frame: Frame, write: Write) -> None:
        fed: Iterable[Any]
        if redirect is not None:
            fed = _redirected_values(frame, source, redirect)
        elif type(value := source(frame)) in CHANGEABLE:
            fed = unchanged(value, modified_in_a_pipeline)
        else:
            fed = [None] if value is None else list(items(value))
        processors: list[Processor] = []
        for place in range(length, 1, -1):
            stage = starts[place - 2](frame, write, place, length)
            processors.append(stage)
            write = stage.process
        processors.reverse()
        run_pipeline(frame.engine, processors, fed)

    return run


def _redirected_values(frame: Frame, source: Value, redirect: Redirect) -> list[Any]:
    """What is left for the pipeline of an expression whose streams go elsewhere."""
    from emulator.powershell.runtime.engine import Frame as FrameType

    left: list[Any] = []
    target, streams, close = redirect(frame, left.append)
    value = source(FrameType(frame.engine, frame.scope, streams, frame.block, frame.invocation))
    if value is None:
        target(None)
    else:
        emit(value, target)
    if close is not None:
        close()
    return left


def command_statement(node: ast.CommandAst) -> Run:
    """One command."""
    start = start_of(node)
    if any(one.from_stream in (RedirectionStream.ERROR, RedirectionStream.ALL) for one in node.redirections):
        return _with_errors_redirected(node, start)

    def run(frame: Frame, write: Write) -> None:
        stage = start(frame, write, 1, 1)
        run_pipeline(frame.engine, [stage], None)

    return run


def _with_errors_redirected(node: ast.CommandAst, start: Start) -> Run:
    # An error that ends the statement goes where the command's error stream goes.
    redirect = redirections_of(node.redirections)
    extent = node.extent

    def run(frame: Frame, write: Write) -> None:
        try:
            stage = start(frame, write, 1, 1)
            run_pipeline(frame.engine, [stage], None)
        except PSError as problem:
            from emulator.powershell.runtime.engine import Frame as FrameType

            assert redirect is not None  # noqa: S101 - only used for commands with redirections
            _, streams, close = redirect(frame, write)
            handle_error(
                FrameType(frame.engine, frame.scope, streams, frame.block, frame.invocation), problem, extent
            )
            if close is not None:
                close()

    return run


def expression_statement(node: ast.CommandExpressionAst) -> Run:
    """An expression: its value goes to the output."""
    expression = node.expression
    if node.redirections:
        return _redirected(node)
    if isinstance(expression, ast.UnaryExpressionAst) and expression.token_kind in _SILENT:
        change = source_of(expression)

        def silent(frame: Frame, _write: Write) -> None:
            change(frame)
            frame.engine.success = True

        return silent
    if isinstance(expression, ast.ParenExpressionAst) and isinstance(
        expression.pipeline, ast.PipelineBaseAst
    ):
        return _parenthesis(expression)
    source = source_of(expression)
    if isinstance(expression, ast.ConvertExpressionAst) and expression.type.type_name.name.lower() in (
        "void",
        "system.void",
    ):

        def drop(frame: Frame, _write: Write) -> None:
            source(frame)
            frame.engine.success = True

        return drop
    nulls_pass = not isinstance(expression, ast.InvokeMemberExpressionAst)

    def run(frame: Frame, write: Write) -> None:
        value = source(frame)
        frame.engine.success = True
        if value is None and not nulls_pass:
            return
        emit(value, write)

    return run


def _parenthesis(node: ast.ParenExpressionAst) -> Run:
    source = source_of(node)
    if isinstance(node.pipeline, ast.AssignmentStatementAst):
        from emulator.powershell.runtime.compiler.assignments import assignment_value

        source = assignment_value(node.pipeline)

    def run(frame: Frame, write: Write) -> None:
        value = source(frame)
        frame.engine.success = True
        emit(value, write)

    return run


def _redirected(node: ast.CommandExpressionAst) -> Run:
    source = source_of(node.expression)
    redirect = redirections_of(node.redirections)

    def run(frame: Frame, write: Write) -> None:
        from emulator.powershell.runtime.engine import Frame as FrameType

        assert redirect is not None  # noqa: S101 - only compiled for nodes with redirections
        target, streams, close = redirect(frame, write)
        # An error of the expression itself belongs to the statement and is not redirected.
        inner = FrameType(frame.engine, frame.scope, streams, frame.block, frame.invocation)
        try:
            value = source(inner)
            if value is not NOTHING:
                emit(value, target)
        finally:
            if close is not None:
                close()

    return run
