"""throw, try/catch/finally and trap (about_Try_Catch_Finally, about_Throw, about_Trap)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.exceptions import ExceptionObject
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.parser import ast
from emulator.powershell.runtime.compiler.base import (
    STATEMENTS,
    Run,
    Value,
    Write,
    compiles,
    handle_error,
    position_error,
    report,
    run_of,
)
from emulator.powershell.runtime.compiler.strings import block_of, statement_value
from emulator.powershell.runtime.compiler.type_names import type_of_name
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.errors import (
    RUNTIME_EXCEPTION,
    BreakSignal,
    ContinueSignal,
    ErrorRecord,
    PSError,
    record_of_exception,
)
from emulator.powershell.runtime.scope import NOTHING

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Frame


def thrown_record(value: Any) -> ErrorRecord:
    """The error record of a thrown value."""
    base = unwrap(value)
    if isinstance(base, ErrorRecord):
        return base
    if isinstance(base, ExceptionObject):
        carried = base.extra.get("errorrecord")
        if isinstance(carried, ErrorRecord):
            return carried
        return ErrorRecord(base, base.message, "OperationStopped")
    text = to_text(value)
    record = ErrorRecord(ExceptionObject(RUNTIME_EXCEPTION, text), text, "OperationStopped", value)
    record.exception.extra["errorrecord"] = record
    return record


@compiles(STATEMENTS, ast.ThrowStatementAst)
def throw(node: ast.ThrowStatementAst) -> Run:
    """``throw``; alone inside a catch block it throws the caught error again."""
    value = statement_value(node.pipeline) if node.pipeline is not None else None
    extent = node.extent

    def run(frame: Frame, _write: Write) -> None:
        if value is None:
            current = unwrap(frame.scope.value("_"))
            if isinstance(current, ErrorRecord) and frame.scope.value("__catching"):
                again = PSError(current)
                again.thrown = True
                raise again
            record = ErrorRecord(
                ExceptionObject(RUNTIME_EXCEPTION, "ScriptHalted"), "ScriptHalted", "OperationStopped"
            )
        else:
            record = thrown_record(value(frame))
        record.exception.extra["wasthrownfromthrowstatement"] = True
        problem = PSError(record)
        problem.thrown = True
        position_error(problem, extent)
        raise problem

    return run


Clause = tuple[tuple[Value, ...], Run]


@compiles(STATEMENTS, ast.TryStatementAst)
def try_statement(node: ast.TryStatementAst) -> Run:
    """``try``, ``catch`` and ``finally``."""
    body = block_of(node.body)
    clauses: tuple[Clause, ...] = tuple(
        (tuple(type_of_name(one.type_name) for one in clause.catch_types), block_of(clause.body))
        for clause in node.catch_clauses
    )
    final = block_of(node.finally_) if node.finally_ is not None else None

    def guarded(frame: Frame, write: Write) -> None:
        engine = frame.engine
        outer = engine.catching
        engine.catching = 1
        try:
            body(frame, write)
        except PSError as problem:
            engine.catching = outer
            clause = _matching(frame, clauses, problem.record)
            if clause is None:
                raise
            _catch(frame, write, clause, problem.record)
        except RecursionError:
            engine.catching = outer
            depth = engine.depth_error()
            clause = _matching(frame, clauses, depth.record)
            if clause is None:
                raise depth from None
            _catch(frame, write, clause, depth.record)
        finally:
            engine.catching = outer

    if final is None:
        return guarded
    inner = guarded if clauses else body

    def run(frame: Frame, write: Write) -> None:
        engine = frame.engine
        outer = engine.catching
        try:
            if not clauses:
                engine.catching = 1 if outer else 0
            inner(frame, write)
        finally:
            engine.catching = outer
            success = engine.success
            final(frame, write)
            engine.success = success

    return run


def _matching(frame: Frame, clauses: tuple[Clause, ...], record: ErrorRecord) -> Run | None:
    general = None
    chain = _catchable(record)
    best: tuple[int, Run] | None = None
    for kinds, block in clauses:
        if not kinds:
            general = general or block
            continue
        for find in kinds:
            kind = find(frame)
            for depth, exception in enumerate(chain):
                if exception.is_a(kind):
                    distance = _distance(exception, kind) + depth * 100
                    if best is None or distance < best[0]:
                        best = (distance, block)
                    break
    return best[1] if best is not None else general


def _catchable(record: ErrorRecord) -> list[ExceptionObject]:
    # A method's own exception is found inside its MethodInvocationException.
    exception = record.exception
    chain = [exception]
    if exception.inner is not None:
        chain.extend(exception.chain()[1:])
    return chain


def _distance(exception: ExceptionObject, kind: Any) -> int:
    for index, one in enumerate(exception.ps_type.lineage()):
        if one is kind:
            return index
    return 50


def _catch(frame: Frame, write: Write, block: Run, record: ErrorRecord) -> None:
    engine = frame.engine
    engine.remember(record)
    scope = frame.scope
    cell = scope.set("_", scope.value("_", NOTHING))
    old = cell.value
    flag = scope.set("__catching", True)
    cell.value = record
    try:
        block(frame, write)
    finally:
        cell.value = old
        flag.value = False


def trapped(statements: tuple[ast.StatementAst, ...], traps: tuple[ast.TrapStatementAst, ...]) -> Run:
    """Statements with ``trap`` blocks beside them."""
    handlers = tuple(
        (type_of_name(one.trap_type.type_name) if one.trap_type is not None else None, block_of(one.body))
        for one in traps
    )
    steps = tuple((run_of(one), one.extent) for one in statements)

    def run(frame: Frame, write: Write) -> None:
        engine = frame.engine
        outer = engine.catching
        for step, extent in steps:
            engine.catching = 1
            try:
                step(frame, write)
            except PSError as problem:
                engine.catching = outer
                position_error(problem, extent)
                if not _trap(frame, write, handlers, problem):
                    handle_error(frame, problem, extent)
            finally:
                engine.catching = outer

    return run


def _trap(
    frame: Frame, write: Write, handlers: tuple[tuple[Value | None, Run], ...], problem: PSError
) -> bool:
    record = problem.record
    chosen = None
    for find, block in handlers:
        if find is None:
            chosen = chosen or block
        elif any(exception.is_a(find(frame)) for exception in _catchable(record)):
            chosen = block
            break
    if chosen is None:
        return False
    cell = frame.scope.set("_", frame.scope.value("_"))
    old = cell.value
    cell.value = record
    try:
        chosen(frame, write)
    except ContinueSignal as signal:
        if signal.label is not None:
            raise
        frame.engine.remember(record)
        return True
    except BreakSignal as signal:
        if signal.label is not None:
            raise
        problem.thrown = True
        record.reason = "ParentContainsErrorRecordException"
        raise problem from None
    finally:
        cell.value = old
    report(frame.engine, frame, record)
    frame.engine.success = False
    return True


def record_of(exception: ExceptionObject) -> ErrorRecord:
    """The record of a bare exception."""
    return record_of_exception(exception)
