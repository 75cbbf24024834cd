"""Statements, compiled to Python closures that say how they end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from emulator.powershell.csharp import syntax
from emulator.powershell.csharp.construction import settle_message
from emulator.powershell.csharp.conversions import exception_in, fits, implicit
from emulator.powershell.csharp.expressions import converted_code, expression, truth, type_code
from emulator.powershell.csharp.frames import Body, Frame, Local, TypeCode
from emulator.powershell.csharp.iteration import items_of
from emulator.powershell.csharp.native_calls import inner_exception, missing
from emulator.powershell.csharp.objects import ThrownError, null_reference
from emulator.powershell.csharp.operators import equal
from emulator.powershell.dotnet.exceptions import ExceptionObject, NetError
from emulator.powershell.dotnet.types import PSType
from emulator.powershell.runtime.errors import NotEmulatedError, ProcessExit, PSError

Do = Callable[[Frame], Any]
"""Runs a statement: None when the next one follows, otherwise how control leaves it."""

BREAK, CONTINUE, RETURN = "break", "continue", "return"


class _Goto:
    """``goto case``: the value of the label, or the default."""

    def __init__(self, value: Any, is_default: bool) -> None:
        self.value = value
        self.is_default = is_default


def makes(kind: type) -> Callable[[Callable[[Any, Body], Do]], Callable[[Any, Body], Do]]:
    """Register what compiles a kind of node."""

    def register(make: Callable[[Any, Body], Do]) -> Callable[[Any, Body], Do]:
        _MAKERS[kind] = make
        return make

    return register


def statement(node: syntax.Statement, body: Body) -> Do:
    """Compile a statement."""
    return _MAKERS[type(node)](node, body)


def block(node: syntax.Block, body: Body) -> Do:
    """Compile statements in braces, with a scope of their own."""
    body.scopes.append({})
    try:
        return sequence([statement(one, body) for one in node.statements])
    finally:
        body.scopes.pop()


def sequence(steps: list[Do]) -> Do:
    """Statements one after the other."""
    if len(steps) == 1:
        return steps[0]

    def run(frame: Frame) -> Any:
        for step in steps:
            end = step(frame)
            if end is not None:
                return end
        return None

    return run


def store(local: Local, body: Body) -> Callable[[Frame, Any], None]:
    """What puts the first value into a variable; a captured one gets a new cell."""
    slot = local.slot
    if body.captured:

        def put_cell(frame: Frame, value: Any) -> None:
            frame.slots[slot] = [value]

        return put_cell

    def put(frame: Frame, value: Any) -> None:
        frame.slots[slot] = value

    return put


def _expression(node: syntax.ExpressionStatement, body: Body) -> Do:
    work = expression(node.value, body).run

    def run(frame: Frame) -> None:
        work(frame)

    return run


def _declaration(node: syntax.LocalDeclaration, body: Body) -> Do:
    code = type_code(node.type_name, body) if node.type_name is not None else None
    steps = []
    for name, value in node.variables:
        fixed = code.fixed if code is not None else None
        made = converted_code(value, fixed, body) if value is not None else None
        kind = code
        if kind is None and made is not None and made.kind is not None:
            found = made.kind
            kind = inferred(found)
        put = store(body.declare(name, kind), body)
        steps.append(_first_value(made.run if made is not None else None, fixed, put, code))
    return sequence(steps)


def inferred(kind: PSType) -> TypeCode:
    """The type of a variable that has that of its value."""
    return TypeCode(kind, lambda _frame: kind, kind.name)


def _first_value(work: Any, kind: PSType | None, put: Any, code: Any) -> Do:
    if work is None:
        # Not assigned yet; a struct can be filled field by field.
        if kind is not None and kind.is_value_type:
            from emulator.powershell.csharp.conversions import default_of

            return lambda frame: put(frame, default_of(kind, frame.engine))
        return lambda frame: put(frame, None)
    if code is not None and code.fixed is None:
        return lambda frame: put(frame, implicit(work(frame), code.find(frame), frame.engine))
    return lambda frame: put(frame, implicit(work(frame), kind, frame.engine))


def _if(node: syntax.If, body: Body) -> Do:
    condition = expression(node.condition, body).run
    then = statement(node.then, body)
    if node.otherwise is None:
        return lambda frame: then(frame) if truth(condition(frame)) else None
    otherwise = statement(node.otherwise, body)
    return lambda frame: then(frame) if truth(condition(frame)) else otherwise(frame)


def _while(node: syntax.While, body: Body) -> Do:
    condition = expression(node.condition, body).run
    inner = statement(node.body, body)
    is_do = node.is_do

    def run(frame: Frame) -> Any:
        engine = frame.engine
        if not is_do and not truth(condition(frame)):
            return None
        while True:
            engine.fuel -= 1
            if engine.fuel < 0:
                engine.refuel()
            end = inner(frame)
            if end is not None:
                if end is BREAK:
                    return None
                if end is not CONTINUE:
                    return end
            if not truth(condition(frame)):
                return None

    return run


def _for(node: syntax.For, body: Body) -> Do:
    body.scopes.append({})
    try:
        first = sequence([statement(one, body) for one in node.initializers])
        condition = expression(node.condition, body).run if node.condition is not None else None
        inner = statement(node.body, body)
        updates = [expression(one, body).run for one in node.updates]
    finally:
        body.scopes.pop()

    def run(frame: Frame) -> Any:
        engine = frame.engine
        first(frame)
        while condition is None or truth(condition(frame)):
            engine.fuel -= 1
            if engine.fuel < 0:
                engine.refuel()
            end = inner(frame)
            if end is not None:
                if end is BREAK:
                    return None
                if end is not CONTINUE:
                    return end
            for update in updates:
                update(frame)
        return None

    return run


def _for_each(node: syntax.ForEach, body: Body) -> Do:
    source = expression(node.source, body).run
    code = type_code(node.type_name, body) if node.type_name is not None else None
    body.scopes.append({})
    try:
        put = store(body.declare(node.name, code), body)
        inner = statement(node.body, body)
    finally:
        body.scopes.pop()
    fitted = item_conversion(code)

    def run(frame: Frame) -> Any:
        for item in items_of(source(frame), frame.engine):
            put(frame, fitted(item, frame))
            end = inner(frame)
            if end is not None:
                if end is BREAK:
                    return None
                if end is not CONTINUE:
                    return end
        return None

    return run


def item_conversion(code: Any) -> Callable[[Any, Frame], Any]:
    """What makes an item of a foreach fit its variable: a cast, as the language says."""
    from emulator.powershell.csharp.conversions import cast

    if code is None:
        return lambda item, _frame: item

    def fitted(item: Any, frame: Frame) -> Any:
        kind = code.find(frame)
        return cast(item, kind, frame.engine, is_unboxing=False)

    return fitted


def _switch(node: syntax.Switch, body: Body) -> Do:
    value = expression(node.value, body).run
    body.scopes.append({})
    try:
        labels: list[tuple[Any, int]] = []
        default = -1
        sections = []
        for place, (given, statements) in enumerate(node.sections):
            for label in given:
                if label is None:
                    default = place
                else:
                    labels.append((expression(label, body).run, place))
            sections.append(sequence([statement(one, body) for one in statements]))
    finally:
        body.scopes.pop()

    def find(frame: Frame, wanted: Any) -> int:
        for work, place in labels:
            if equal(work(frame), wanted, frame.engine):
                return place
        return default

    def run(frame: Frame) -> Any:
        place = find(frame, value(frame))
        while place >= 0:
            frame.engine.fuel -= 1
            if frame.engine.fuel < 0:
                frame.engine.refuel()
            end = sections[place](frame)
            if isinstance(end, _Goto):
                place = default if end.is_default else find(frame, end.value)
                continue
            return None if end is BREAK else end
        return None

    return run


def _jump(node: syntax.Jump, body: Body) -> Do:
    if node.kind == "break":
        return lambda _frame: BREAK
    if node.kind == "continue":
        return lambda _frame: CONTINUE
    if node.kind == "goto case":
        assert node.value is not None  # noqa: S101 - the grammar
        work = expression(node.value, body).run
        return lambda frame: _Goto(work(frame), False)
    if node.kind == "goto default":
        return lambda _frame: _Goto(None, True)
    return lambda _frame: RETURN


def _return(node: syntax.Return, body: Body) -> Do:
    if node.value is None:
        return lambda _frame: RETURN
    work = expression(node.value, body).run

    def run(frame: Frame) -> Any:
        frame.result = work(frame)
        return RETURN

    return run


def _throw(node: syntax.Throw, body: Body) -> Do:
    if node.value is None:

        def again(frame: Frame) -> Any:
            if frame.caught is None:
                raise null_reference()
            raise frame.caught

        return again
    work = expression(node.value, body).run

    def run(frame: Frame) -> Any:
        exception = exception_in(work(frame))
        raise ThrownError(settle_message(exception, frame.engine))

    return run


def _try(node: syntax.Try, body: Body) -> Do:
    inner = block(node.body, body)
    clauses = [catch_clause(one, body) for one in node.catches]
    last = block(node.last, body) if node.last is not None else None
    guarded = _with_catches(inner, clauses) if clauses else inner
    if last is None:
        return guarded

    def run(frame: Frame) -> Any:
        try:
            end = guarded(frame)
        except ProcessExit:
            raise
        except BaseException:
            last(frame)
            raise
        last(frame)
        return end

    return run


class Clause:
    """A catch clause: its type, what keeps the exception, its condition, its body."""

    __slots__ = ("body", "code", "condition", "put")

    def __init__(self, code: TypeCode | None, put: Any, condition: Any, body: Do) -> None:
        self.code = code
        self.put = put
        self.condition = condition
        self.body = body

    def takes(self, exception: ExceptionObject, frame: Frame) -> bool:
        """Whether it is for the exception, which is kept for its condition then."""
        code = self.code
        if code is not None:
            if code.fixed is not None:
                if not fits(exception, code.fixed):
                    return False
            elif code.text.rpartition(".")[2] != exception.ps_type.short_name:
                return False
        if self.put is not None:
            self.put(frame, exception)
        return self.condition is None or truth(self.condition(frame))


CATCHABLE = (NetError, PSError, ArithmeticError)


def catch_clause(node: syntax.Catch, body: Body) -> Clause:
    """A catch clause."""
    body.scopes.append({})
    try:
        code = type_code(node.type_name, body) if node.type_name is not None else None
        put = store(body.declare(node.name, code), body) if node.name is not None else None
        condition = expression(node.condition, body).run if node.condition is not None else None
        return Clause(code, put, condition, block(node.body, body))
    finally:
        body.scopes.pop()


def caught_exception(problem: Exception) -> ExceptionObject | None:
    """What a catch clause sees of a Python exception; None for what no script can catch."""
    if isinstance(problem, NotEmulatedError):
        return None
    if isinstance(problem, NetError):
        return problem.exception
    if isinstance(problem, PSError):
        return inner_exception(problem)
    if isinstance(problem, ZeroDivisionError):
        return ExceptionObject("System.DivideByZeroException", "Attempted to divide by zero.")
    return ExceptionObject("System.OverflowException", "Arithmetic operation resulted in an overflow.")


def _with_catches(inner: Do, clauses: list[Clause]) -> Do:
    def run(frame: Frame) -> Any:
        try:
            return inner(frame)
        except CATCHABLE as problem:
            exception = caught_exception(problem)
            if exception is None:
                raise
            outer, frame.caught = frame.caught, problem
            try:
                clause = next((one for one in clauses if one.takes(exception, frame)), None)
                if clause is None:
                    raise
                return clause.body(frame)
            finally:
                frame.caught = outer

    return run


def _using(node: syntax.Using, body: Body) -> Do:
    body.scopes.append({})
    try:
        acquire = resources(node, body)
        inner = statement(node.body, body)
    finally:
        body.scopes.pop()

    def run(frame: Frame) -> Any:
        held = acquire(frame)
        try:
            return inner(frame)
        finally:
            dispose_all(held, frame)

    return run


def resources(node: syntax.Using, body: Body) -> Callable[[Frame], list[Any]]:
    """What a using statement holds, taken in order; what was taken is let go when a later one fails."""
    if node.declaration is None:
        assert node.value is not None  # noqa: S101 - the grammar
        work = expression(node.value, body).run
        return lambda frame: [work(frame)]
    steps = []
    code = type_code(node.declaration.type_name, body) if node.declaration.type_name is not None else None
    for name, value in node.declaration.variables:
        assert value is not None  # noqa: S101 - the parser refuses those without
        made = expression(value, body)
        kind = code or (inferred(made.kind) if made.kind is not None else None)
        steps.append((made.run, store(body.declare(name, kind), body)))

    def acquire(frame: Frame) -> list[Any]:
        held: list[Any] = []
        try:
            for work, put in steps:
                value = work(frame)
                put(frame, value)
                held.append(value)
        except BaseException:
            dispose_all(held, frame)
            raise
        return held

    return acquire


def dispose_all(held: list[Any], frame: Frame) -> None:
    """Let go what a using statement held, the last first."""
    from emulator.powershell.csharp.disposal import dispose

    for value in reversed(held):
        if value is not None:
            dispose(value, frame.engine)


def _lock(node: syntax.Lock, body: Body) -> Do:
    work = expression(node.value, body).run
    inner = statement(node.body, body)

    def run(frame: Frame) -> Any:
        # A runspace runs one thread at a time, so there is nobody to wait for.
        if work(frame) is None:
            raise null_reference()
        return inner(frame)

    return run


def _checked(node: syntax.CheckedBlock, body: Body) -> Do:
    outer, body.is_checked = body.is_checked, node.is_checked
    try:
        return block(node.body, body)
    finally:
        body.is_checked = outer


def _yield(_node: syntax.Yield, _body: Body) -> Do:
    def refuse(frame: Frame) -> Any:
        raise missing(frame.engine, "yield return here")

    return refuse


_MAKERS: dict[type, Callable[[Any, Body], Do]] = {
    syntax.Block: block,
    syntax.ExpressionStatement: _expression,
    syntax.LocalDeclaration: _declaration,
    syntax.If: _if,
    syntax.While: _while,
    syntax.For: _for,
    syntax.ForEach: _for_each,
    syntax.Switch: _switch,
    syntax.Jump: _jump,
    syntax.Return: _return,
    syntax.Yield: _yield,
    syntax.Throw: _throw,
    syntax.Try: _try,
    syntax.Using: _using,
    syntax.Lock: _lock,
    syntax.CheckedBlock: _checked,
}
