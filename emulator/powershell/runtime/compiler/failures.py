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
    CMDLET_INVOCATION,
    PREFERENCE_STOP,
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
            if problem.leaving:
                raise
            found = _matching(frame, clauses, problem)
            if found is None:
                raise
            _catch(frame, write, *found)
        except RecursionError:
            engine.catching = outer
            depth = engine.depth_error()
            found = _matching(frame, clauses, depth)
            if found is None:
                raise depth from None
            _catch(frame, write, *found)
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


def _matching(frame: Frame, clauses: tuple[Clause, ...], problem: PSError) -> tuple[Run, ErrorRecord] | None:
    """The block that catches an error, and the record that it sees as ``$_``; None without such a block.

    5.1 asks all blocks for the inner exception first, then for the outer one (6.0 takes the closest type).
    """
    general = next((block for kinds, block in clauses if not kinds), None)
    typed = [(find(frame), block) for kinds, block in clauses for find in kinds]
    for exception, is_inner in _candidates(problem) if typed else ():
        kind = exception.ps_type
        exact = next((block for one, block in typed if one is kind), None)
        chosen = exact or next((block for one, block in typed if exception.is_a(one)), None)
        if chosen is not None:
            return chosen, _seen(problem.record, exception) if is_inner else problem.record
    return (general, problem.record) if general is not None else None


def _candidates(problem: PSError) -> list[tuple[ExceptionObject, bool]]:
    """The exceptions that a catch block may name, in order; true for one that stands in for the record's."""
    exception = problem.record.exception
    if problem.wrapper == CMDLET_INVOCATION:
        found = [exception, ExceptionObject(CMDLET_INVOCATION, exception.message)]
        return [(one, False) for one in (*found, *_inner(exception))]
    plain = [(one, True) for one in _inner(exception)] + [(exception, False)]
    if problem.wrapper == PREFERENCE_STOP:
        return [(ExceptionObject(PREFERENCE_STOP, exception.message), False), *plain]
    return plain


def _inner(exception: ExceptionObject) -> list[ExceptionObject]:
    return [exception.inner] if exception.inner is not None else []


def _seen(record: ErrorRecord, exception: ExceptionObject) -> ErrorRecord:
    """The record as a block for the inner exception sees it."""
    made = record.copy()
    made.exception = exception
    return made


def _catch(frame: Frame, write: Write, block: Run, record: ErrorRecord) -> None:
    engine = frame.engine
    engine.remember(record)
    frame.streams.silenced(record)
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
        elif any(exception.is_a(find(frame)) for exception, _ in _candidates(problem)):
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
