"""What all parts of the compiler share: the tables of node compilers and the handing on of output."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from emulator.powershell.dotnet.collections import LIST_TYPES, HashSet, PSArray
from emulator.powershell.dotnet.exceptions import NetError
from emulator.powershell.dotnet.numbers import Byte
from emulator.powershell.dotnet.psobject import PSObject
from emulator.powershell.parser import ast
from emulator.powershell.runtime import script_tracing
from emulator.powershell.runtime.compiler.trace_points import point_of
from emulator.powershell.runtime.errors import (
    ControlFlow,
    ErrorRecord,
    NotEmulatedError,
    PSError,
    not_emulated,
    unhandled,
)
from emulator.powershell.runtime.invocation import InvocationInfo
from emulator.powershell.runtime.scope import NOTHING

if TYPE_CHECKING:
    from emulator.powershell.parser.extents import Extent
    from emulator.powershell.runtime.engine import Engine, Frame

Write = Callable[[Any], None]
Value = Callable[["Frame"], Any]
Run = Callable[["Frame", Write], None]
Compiler = TypeVar("Compiler", bound=Callable[[Any], Any])

VALUES: dict[type, Callable[[Any], Value]] = {}
"""Expression class -> its compiler. The modules of this package fill it."""

SOURCES: dict[type, Callable[[Any], Value]] = {}
"""Compilers of expressions that may give NOTHING where a pipeline or loop asks."""

STATEMENTS: dict[type, Callable[[Any], Run]] = {}
"""Statement class -> its compiler."""


def compiles(table: dict[type, Any], *classes: type) -> Callable[[Compiler], Compiler]:
    """Register a compiler for node classes."""

    def register(function: Compiler) -> Compiler:
        for one in classes:
            table[one] = function
        return function

    return register


def value_of(node: ast.Ast) -> Value:
    """Compile an expression to a closure that never gives NOTHING."""
    compiler = VALUES.get(type(node))
    if compiler is None:
        return unsupported(node)
    return compiler(node) if node.extent.source.counts is None else _counting_value(node, compiler(node))


def source_of(node: ast.Ast) -> Value:
    """Compile an expression to a closure that may give NOTHING."""
    compiler = SOURCES.get(type(node)) or VALUES.get(type(node))
    if compiler is None:
        return unsupported(node)
    return compiler(node) if node.extent.source.counts is None else _counting_value(node, compiler(node))


def run_of(node: ast.Ast) -> Run:
    """Compile a statement."""
    compiler = STATEMENTS.get(type(node))
    if compiler is None:
        failing = unsupported(node)

        def fail(frame: Frame, _write: Write) -> None:
            failing(frame)

        return fail
    return compiler(node) if node.extent.source.counts is None else _counting_run(node, compiler(node))


COUNTED_NODES = frozenset(
    {
        ast.CommandAst,
        ast.CommandExpressionAst,
        ast.BreakStatementAst,
        ast.ContinueStatementAst,
        ast.ExitStatementAst,
        ast.ThrowStatementAst,
    }
)
"""What a measurement of code coverage counts."""


def _places(node: ast.Ast) -> tuple[int, ...]:
    """Where the commands begin that run when a node does."""
    if isinstance(node, ast.PipelineAst):
        return tuple(one.extent.start_offset for one in node.pipeline_elements)
    return (node.extent.start_offset,) if type(node) in COUNTED_NODES else ()


def _counting_value(node: ast.Ast, value: Value) -> Value:
    places, counts = _places(node), node.extent.source.counts
    if not places or counts is None:
        return value

    def counting(frame: Frame) -> Any:
        for place in places:
            counts[place] = counts.get(place, 0) + 1
        return value(frame)

    return counting


def _counting_run(node: ast.Ast, run: Run) -> Run:
    places, counts = _places(node), node.extent.source.counts
    if not places or counts is None:
        return run

    def counting(frame: Frame, write: Write) -> None:
        for place in places:
            counts[place] = counts.get(place, 0) + 1
        run(frame, write)

    return counting


def unsupported(node: ast.Ast) -> Value:
    """A closure that fails loudly: the language element is not emulated."""
    what = f"The language element {type(node).__name__} ({node.extent.text[:60]})"
    kind = type(node).__name__

    def fail(frame: Frame) -> Any:
        frame.engine.gap("language", kind)
        raise not_emulated(what)

    return fail


_ITEMS = LIST_TYPES
_PLAIN = frozenset({str, int, bool, float})


def emit(value: Any, write: Write) -> None:
    """Write a value to the pipeline: lists are unrolled one level, NOTHING writes nothing."""
    kind = type(value)
    if kind in _PLAIN:
        write(value)
    elif kind in _ITEMS:
        for item in list(value) if kind is not tuple else value:
            write(item)
    elif value is NOTHING:
        return
    elif kind is bytearray:
        for number in value:
            write(Byte(number))
    elif kind is PSObject and value.base is not None and type(value.base) in _ITEMS:
        for item in list(value.base):
            write(item)
    elif kind is HashSet:
        for item in value:
            write(item)
    else:
        unroll = getattr(value, "unroll", None)
        if unroll is None:
            write(value)
        else:
            for item in unroll():
                write(item)


def items(value: Any) -> list[Any]:
    """A value as the list that a loop or pipeline goes through."""
    kind = type(value)
    if kind in _ITEMS:
        return value if kind is PSArray else list(value)
    if value is None or value is NOTHING:
        return []
    out: list[Any] = []
    emit(value, out.append)
    return out


def collected(out: list[Any]) -> Any:
    """Collected output as a value: NOTHING, the one object, or an array."""
    if not out:
        return NOTHING
    return out[0] if len(out) == 1 else PSArray(out)


def position_error(problem: PSError, extent: Extent) -> None:
    """Give an error that knows no position that of the statement."""
    record = problem.record
    if record.invocation is None:
        record.invocation = InvocationInfo(None, record.extent or extent)


def handle_error(frame: Frame, problem: PSError, extent: Extent) -> None:
    """An error left a statement: report it and go on, or let it pass, as $ErrorActionPreference says."""
    engine = frame.engine
    position_error(problem, extent)
    engine.success = False
    if isinstance(problem, NotEmulatedError):
        raise problem
    if engine.catching or problem.leaving or problem.stops:
        raise problem
    from emulator.powershell.runtime.common_options import action_name

    preference = action_name(frame.scope.value("erroractionpreference", "Continue"))
    if preference in ("SilentlyContinue", "Ignore"):
        if preference == "SilentlyContinue":
            engine.remember(problem.record)
        return
    if preference == "Stop":
        problem.stops = True
        raise problem
    if problem.thrown:
        raise problem
    report(engine, frame, problem.record)


def report(engine: Engine, frame: Frame, record: ErrorRecord) -> None:
    """Write a record to the error stream and to $Error."""
    engine.remember(record)
    frame.streams.error(record)


def sequence(nodes: tuple[ast.StatementAst, ...], end: Extent | None = None) -> Run:
    """Statements one after another, with PowerShell's handling of errors between them; ``end`` is the brace
    that Set-PSDebug shows behind them."""
    for node in nodes:
        if type(node) is ast.TypeDefinitionAst:
            return _with_types(nodes, end)
    return _plain_sequence(nodes, end)


def _with_types(nodes: tuple[ast.StatementAst, ...], end: Extent | None) -> Run:
    from emulator.powershell.runtime.compiler.classes import around_types
    from emulator.powershell.runtime.compiler.context import surrounded

    definitions = around_types(nodes)
    with surrounded(definitions.surroundings):
        run = _plain_sequence(nodes, end)

    def define(frame: Frame, write: Write) -> None:
        definitions.define(frame)
        run(frame, write)

    return define


def _watched(node: ast.StatementAst) -> Run:
    """A statement that looks for a breakpoint before it runs."""
    run, extent = run_of(node), node.extent

    def watched(frame: Frame, write: Write) -> None:
        breakpoints = frame.engine.breakpoints
        if breakpoints is not None:
            breakpoints.statement(frame, extent)
        run(frame, write)

    return watched


def _plain_sequence(nodes: tuple[ast.StatementAst, ...], end: Extent | None) -> Run:
    from emulator.powershell.runtime.compiler.context import surroundings

    compile_one = _watched if surroundings().watched else run_of
    steps = tuple((compile_one(node), node.extent, point_of(node)) for node in nodes)

    def many(frame: Frame, write: Write) -> None:
        engine = frame.engine
        for run, extent, point in steps:
            if script_tracing.used and engine.debug_level and point is not None:
                script_tracing.trace_line(frame, point)
            try:
                run(frame, write)
            except PSError as problem:
                handle_error(frame, problem, extent)
            except NetError as problem:
                handle_error(frame, unhandled(problem.exception), extent)
        if script_tracing.used and engine.debug_level and end is not None:
            script_tracing.trace_line(frame, end)

    if len(steps) == 1:
        run, extent, _ = steps[0]

        def one(frame: Frame, write: Write) -> None:
            if script_tracing.used and frame.engine.debug_level:
                many(frame, write)
                return
            try:
                run(frame, write)
            except PSError as problem:
                handle_error(frame, problem, extent)
            except NetError as problem:
                handle_error(frame, unhandled(problem.exception), extent)

        return one

    return many


__all__ = [
    "SOURCES",
    "STATEMENTS",
    "VALUES",
    "ControlFlow",
    "Run",
    "Value",
    "Write",
    "collected",
    "compiles",
    "emit",
    "handle_error",
    "items",
    "position_error",
    "report",
    "run_of",
    "sequence",
    "source_of",
    "unsupported",
    "value_of",
]
