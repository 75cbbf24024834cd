"""Statements that choose and repeat, and those that leave a block."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from emulator.powershell import language
from emulator.powershell.dotnet import regex as regular
from emulator.powershell.dotnet.collections import Enumerator, Hashtable, PSArray
from emulator.powershell.dotnet.regex import Regex
from emulator.powershell.parser import ast
from emulator.powershell.runtime import comparison, script_tracing, text_operators
from emulator.powershell.runtime.compiler.base import (
    STATEMENTS,
    Run,
    Value,
    Write,
    compiles,
    items,
    position_error,
    run_of,
    value_of,
)
from emulator.powershell.runtime.compiler.context import surroundings
from emulator.powershell.runtime.compiler.enumeration import CHANGEABLE, modified_in_a_loop, unchanged
from emulator.powershell.runtime.compiler.strings import block_of, statement_source, statement_value
from emulator.powershell.runtime.compiler.variables import assigner
from emulator.powershell.runtime.conversion import to_bool, to_integer, to_text
from emulator.powershell.runtime.errors import (
    BreakSignal,
    ContinueSignal,
    ConversionError,
    ExitSignal,
    MethodReturn,
    PSError,
    ReturnSignal,
    error,
)
from emulator.powershell.runtime.script_block import ScriptBlock

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Frame
    from emulator.powershell.runtime.scope import Variable


def condition_of(node: ast.StatementAst) -> Callable[[Frame], bool]:
    """A condition: errors in it are reported at its own position."""
    value = statement_value(node)
    extent = node.extent

    def test(frame: Frame) -> bool:
        if script_tracing.used and frame.engine.debug_level:
            script_tracing.trace_line(frame, extent)
        try:
            result = value(frame)
        except PSError as problem:
            position_error(problem, extent)
            raise
        return result if type(result) is bool else to_bool(result)

    return test


@compiles(STATEMENTS, ast.IfStatementAst)
def if_statement(node: ast.IfStatementAst) -> Run:
    """``if``, ``elseif``, ``else``."""
    clauses = tuple((condition_of(test), block_of(body)) for test, body in node.clauses)
    otherwise = block_of(node.else_clause) if node.else_clause is not None else None
    if len(clauses) == 1:
        test, body = clauses[0]

        def single(frame: Frame, write: Write) -> None:
            if test(frame):
                body(frame, write)
            elif otherwise is not None:
                otherwise(frame, write)

        return single

    def run(frame: Frame, write: Write) -> None:
        for one, block in clauses:
            if one(frame):
                block(frame, write)
                return
        if otherwise is not None:
            otherwise(frame, write)

    return run


def _label(node: ast.LabeledStatementAst) -> str | None:
    return node.label.lower() if node.label else None


@compiles(STATEMENTS, ast.ForEachStatementAst)
def foreach(node: ast.ForEachStatementAst) -> Run:
    """``foreach ($x in ...)``."""
    assert node.condition is not None  # noqa: S101 - the grammar requires it
    source = statement_source(node.condition)
    assign = assigner(node.variable)
    body = block_of(node.body)
    label = _label(node)
    condition, variable = node.condition.extent, node.variable.extent
    watched = "$foreach" in node.extent.text.lower()

    def run(frame: Frame, write: Write) -> None:
        engine = frame.engine
        if script_tracing.used and engine.debug_level:
            script_tracing.trace_line(frame, condition)
        listed = source(frame)
        values: Iterable[Any]
        if type(listed) is Enumerator:
            values = listed.one_by_one()
        elif type(listed) in CHANGEABLE:
            values = unchanged(listed, modified_in_a_loop)
        elif listed is None and engine.language < language.NULL_IS_EMPTY:
            values = [None]
        else:
            values = items(listed)
        outer = frame.scope.variables.get("foreach")
        if script_tracing.used and engine.debug_level >= script_tracing.CALLS:
            script_tracing.trace_set(frame, "foreach", Enumerator([]))
        for value in _stepping(frame, "foreach", values) if watched else values:
            engine.fuel -= 1
            if engine.fuel < 0:
                engine.refuel()
            if script_tracing.used and engine.debug_level:
                script_tracing.trace_line(frame, variable)
            assign(frame, value)
            try:
                body(frame, write)
            except BreakSignal as signal:
                if signal.label is not None and signal.label != label:
                    raise
                break
            except ContinueSignal as signal:
                if signal.label is not None and signal.label != label:
                    raise
        else:
            if script_tracing.used and engine.debug_level:
                script_tracing.trace_line(frame, variable)
        if script_tracing.used and engine.debug_level >= script_tracing.CALLS:
            script_tracing.trace_set(frame, "foreach", None)
        if outer is not None:
            frame.scope.variables["foreach"] = outer
        elif watched:
            frame.scope.set("foreach", None)

    return run


def _stepping(frame: Frame, variable: str, values: Iterable[Any]) -> Iterator[Any]:
    """The items of a loop whose body may move $foreach or $switch, its enumerator, by itself."""
    enumerator = Enumerator(list(values))
    frame.scope.set(variable, enumerator)
    yield from enumerator.one_by_one()


def _loop(frame: Frame, write: Write, body: Run, label: str | None) -> bool:
    """Run a loop's body once; false to leave the loop."""
    engine = frame.engine
    engine.fuel -= 1
    if engine.fuel < 0:
        engine.refuel()
    try:
        body(frame, write)
    except BreakSignal as signal:
        if signal.label is not None and signal.label != label:
            raise
        return False
    except ContinueSignal as signal:
        if signal.label is not None and signal.label != label:
            raise
    return True


@compiles(STATEMENTS, ast.WhileStatementAst)
def while_loop(node: ast.WhileStatementAst) -> Run:
    """``while``."""
    assert node.condition is not None  # noqa: S101
    test, body, label = condition_of(node.condition), block_of(node.body), _label(node)

    def run(frame: Frame, write: Write) -> None:
        while test(frame):
            if not _loop(frame, write, body, label):
                return

    return run


@compiles(STATEMENTS, ast.DoWhileStatementAst, ast.DoUntilStatementAst)
def do_loop(node: ast.DoWhileStatementAst | ast.DoUntilStatementAst) -> Run:
    """``do ... while`` and ``do ... until``."""
    assert node.condition is not None  # noqa: S101
    test, body, label = condition_of(node.condition), block_of(node.body), _label(node)
    wanted = isinstance(node, ast.DoWhileStatementAst)

    def run(frame: Frame, write: Write) -> None:
        while True:
            if not _loop(frame, write, body, label) or test(frame) is not wanted:
                return

    return run


@compiles(STATEMENTS, ast.ForStatementAst)
def for_loop(node: ast.ForStatementAst) -> Run:
    """``for``."""
    start = run_of(node.initializer) if node.initializer is not None else None
    test = condition_of(node.condition) if node.condition is not None else None
    step = run_of(node.iterator) if node.iterator is not None else None
    body, label = block_of(node.body), _label(node)

    def run(frame: Frame, write: Write) -> None:
        nowhere: list[Any] = []
        if start is not None:
            if script_tracing.used and frame.engine.debug_level and node.initializer is not None:
                script_tracing.trace_line(frame, node.initializer.extent)
            start(frame, nowhere.append)
        while test is None or test(frame):
            if not _loop(frame, write, body, label):
                return
            if step is not None:
                if script_tracing.used and frame.engine.debug_level and node.iterator is not None:
                    script_tracing.trace_line(frame, node.iterator.extent)
                step(frame, nowhere.append)
                nowhere.clear()

    return run


# switch

Match = Callable[["Frame", Any], bool]


@compiles(STATEMENTS, ast.SwitchStatementAst)
def switch(node: ast.SwitchStatementAst) -> Run:
    """``switch`` with -regex, -wildcard, -exact and -casesensitive."""
    assert node.condition is not None  # noqa: S101
    if "parallel" in node.flags:
        from emulator.powershell.runtime.compiler.base import unsupported

        failing = unsupported(node)

        def fail(frame: Frame, _write: Write) -> None:
            failing(frame)

        return fail
    source = statement_source(node.condition)
    if "file" in node.flags:
        source = _lines_of(source)
    ignore_case = "casesensitive" not in node.flags
    mode = "regex" if "regex" in node.flags else ("wildcard" if "wildcard" in node.flags else "exact")
    clauses = tuple((_clause(test, mode, ignore_case), block_of(body)) for test, body in node.clauses)
    default = block_of(node.default) if node.default is not None else None
    label = _label(node)
    watched = "$switch" in node.extent.text.lower()

    condition = node.condition.extent

    def run(frame: Frame, write: Write) -> None:
        if script_tracing.used and frame.engine.debug_level:
            script_tracing.trace_line(frame, condition)
        value = source(frame)
        values = [None] if value is None else items(value)
        cell = frame.scope.set("_", frame.scope.value("_"))
        old = cell.value
        try:
            for one in _stepping(frame, "switch", values) if watched else values:
                cell.value = one
                if not _switch_one(frame, write, cell, clauses, default, label):
                    return
        finally:
            cell.value = old
            if watched:
                frame.scope.set("switch", None)

    return run


def _lines_of(path: Value) -> Value:
    """The lines of the file that ``switch -file`` names."""

    def lines(frame: Frame) -> Any:
        from emulator.powershell.providers.provider import not_there

        text = to_text(path(frame))
        place = frame.engine.paths.expand(text)
        if len(place) != 1:
            raise not_there(text)
        content = place[0].provider.content(place[0].path)
        if not isinstance(content, str):
            return PSArray(content)
        return PSArray(content.replace("\r\n", "\n").removesuffix("\n").split("\n") if content else [])

    return lines


def _switch_one(
    frame: Frame,
    write: Write,
    item: Variable,
    clauses: tuple[tuple[Match, Run], ...],
    default: Run | None,
    label: str | None,
) -> bool:
    engine = frame.engine
    engine.fuel -= 1
    if engine.fuel < 0:
        engine.refuel()
    try:
        matched = False
        for test, body in clauses:
            if test(frame, item.value):
                matched = True
                body(frame, write)
        if not matched and default is not None:
            default(frame, write)
    except BreakSignal as signal:
        if signal.label is not None and signal.label != label:
            raise
        return False
    except ContinueSignal as signal:
        if signal.label is not None and signal.label != label:
            raise
    return True


def _clause(node: ast.ExpressionAst, mode: str, ignore_case: bool) -> Match:
    pattern = value_of(node)

    def test(frame: Frame, value: Any) -> bool:
        wanted = pattern(frame)
        if isinstance(wanted, ScriptBlock):
            return to_bool(_single(wanted, frame))
        if mode == "regex" or isinstance(wanted, Regex):
            return bool(
                text_operators.match(
                    to_text(value), wanted, ignore_case, lambda table: _remember(frame, table)
                )
            )
        if mode == "wildcard":
            return regular.like(to_text(value), to_text(wanted), ignore_case)
        if wanted is None:
            return value is None
        if type(value) is not type(wanted):
            # Only texts are compared: an enum's value is not equal to its number, nor $true to 1.
            value, wanted = to_text(value), to_text(wanted)
        return comparison.equal(value, wanted, ignore_case)

    return test


def _remember(frame: Frame, table: Hashtable) -> None:
    frame.scope.set("Matches", table)


def _single(block: ScriptBlock, frame: Frame) -> Any:
    out: list[Any] = []
    block.inline(frame, out.append)
    return out[0] if len(out) == 1 else out


# Leaving


def _signal_label(node: ast.BreakStatementAst | ast.ContinueStatementAst) -> Value:
    if node.label is None:
        return lambda _frame: None
    if isinstance(node.label, ast.StringConstantExpressionAst):
        held = node.label.value.lower()
        return lambda _frame: held
    value = value_of(node.label)
    return lambda frame: to_text(value(frame)).lower()


@compiles(STATEMENTS, ast.BreakStatementAst)
def break_statement(node: ast.BreakStatementAst) -> Run:
    """``break``."""
    label = _signal_label(node)

    def run(frame: Frame, _write: Write) -> None:
        raise BreakSignal(label(frame))

    return run


@compiles(STATEMENTS, ast.ContinueStatementAst)
def continue_statement(node: ast.ContinueStatementAst) -> Run:
    """``continue``."""
    label = _signal_label(node)

    def run(frame: Frame, _write: Write) -> None:
        raise ContinueSignal(label(frame))

    return run


@compiles(STATEMENTS, ast.ReturnStatementAst)
def return_statement(node: ast.ReturnStatementAst) -> Run:
    """``return``: writes its value, then leaves."""
    if surroundings().in_method:
        return _return_from_method(node)
    if node.pipeline is None:

        def leave(_frame: Frame, _write: Write) -> None:
            raise ReturnSignal

        return leave
    write_value = run_of(node.pipeline)

    def run(frame: Frame, write: Write) -> None:
        write_value(frame, write)
        raise ReturnSignal

    return run


def _return_from_method(node: ast.ReturnStatementAst) -> Run:
    value = statement_value(node.pipeline) if node.pipeline is not None else None

    def run(frame: Frame, _write: Write) -> None:
        raise MethodReturn(None if value is None else value(frame))

    return run


@compiles(STATEMENTS, ast.ExitStatementAst)
def exit_statement(node: ast.ExitStatementAst) -> Run:
    """``exit``: what cannot be a number is 0."""
    value = statement_value(node.pipeline) if node.pipeline is not None else None

    def run(frame: Frame, _write: Write) -> None:
        code = 0
        if value is not None:
            try:
                code = int(to_integer(value(frame), int, "System.Int32"))
            except ConversionError:
                code = 0
        raise ExitSignal(code)

    return run


@compiles(STATEMENTS, ast.DataStatementAst)
def data(node: ast.DataStatementAst) -> Run:
    """``data { }``."""
    body = block_of(node.body)
    name = node.variable

    has_commands = bool(node.commands_allowed)

    def run(frame: Frame, write: Write) -> None:
        if has_commands and frame.engine.constrained:
            raise error(
                "Cannot define data section. Definition of additional supported commands is not supported in "
                "this language mode.",
                "DataSectionAllowedCommandDisallowed",
                "ParserError",
                kind="System.Management.Automation.ParseException",
            )
        if name is None:
            body(frame, write)
            return
        from emulator.powershell.runtime.compiler.base import collected

        out: list[Any] = []
        body(frame, out.append)
        frame.scope.assign(name, collected(out), frame.engine)

    return run


@compiles(STATEMENTS, ast.ErrorStatementAst)
def broken(node: ast.ErrorStatementAst) -> Run:
    """A statement with a parse error is never run; a script with errors does not get this far."""

    def run(_frame: Frame, _write: Write) -> None:
        raise error(f"The statement {node.extent.text[:60]} has a parse error.", "ParserError", "ParserError")

    return run
