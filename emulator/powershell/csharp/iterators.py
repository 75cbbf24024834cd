"""Bodies with ``yield``: statements as Python generators. What has no yield inside runs as everywhere."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from typing import Any

from emulator.powershell.csharp import statements, syntax
from emulator.powershell.csharp.expressions import expression, truth, type_code
from emulator.powershell.csharp.frames import Body, Frame
from emulator.powershell.csharp.iteration import items_of

Steps = Generator[Any, None, Any]
Generate = Callable[[Frame], Steps]


def iterator_block(node: syntax.Block, body: Body) -> Callable[[Frame], Iterator[Any]]:
    """The body of an iterator: gives its items one after the other."""
    generate = _block(node, body)

    def run(frame: Frame) -> Iterator[Any]:
        yield from generate(frame)

    return run


def _has_yield(node: Any) -> bool:
    from emulator.powershell.csharp.bodies import contains

    return contains(node, syntax.Yield, into_lambdas=False)


def _statement(node: syntax.Statement, body: Body) -> Generate:
    make = _MAKERS.get(type(node))
    if make is not None and _has_yield(node):
        return make(node, body)
    do = statements.statement(node, body)

    def run(frame: Frame) -> Steps:
        yield from ()
        return do(frame)

    return run


def _block(node: syntax.Block, body: Body) -> Generate:
    body.scopes.append({})
    try:
        steps = [_statement(one, body) for one in node.statements]
    finally:
        body.scopes.pop()

    def run(frame: Frame) -> Steps:
        for step in steps:
            end = yield from step(frame)
            if end is not None:
                return end
        return None

    return run


def _yield(node: syntax.Yield, body: Body) -> Generate:
    work = expression(node.value, body).run

    def run(frame: Frame) -> Steps:
        yield work(frame)
        return None

    return run


def _if(node: syntax.If, body: Body) -> Generate:
    condition = expression(node.condition, body).run
    then = _statement(node.then, body)
    otherwise = _statement(node.otherwise, body) if node.otherwise is not None else None

    def run(frame: Frame) -> Steps:
        if truth(condition(frame)):
            return (yield from then(frame))
        return (yield from otherwise(frame)) if otherwise is not None else None

    return run


def _loop(
    frame: Frame, condition: Callable[[Frame], Any] | None, inner: Generate, after: Callable[[Frame], None]
) -> Steps:
    engine = frame.engine
    while condition is None or truth(condition(frame)):
        engine.fuel -= 1
        if engine.fuel < 0:
            engine.refuel()
        end = yield from inner(frame)
        if end is statements.BREAK:
            return None
        if end is not None and end is not statements.CONTINUE:
            return end
        after(frame)
    return None


def _while(node: syntax.While, body: Body) -> Generate:
    condition = expression(node.condition, body).run
    inner = _statement(node.body, body)

    def run(frame: Frame) -> Steps:
        if node.is_do:
            end = yield from inner(frame)
            if end is statements.BREAK:
                return None
            if end is not None and end is not statements.CONTINUE:
                return end
        return (yield from _loop(frame, condition, inner, lambda _frame: None))

    return run


def _for(node: syntax.For, body: Body) -> Generate:
    body.scopes.append({})
    try:
        first = statements.sequence([statements.statement(one, body) for one in node.initializers])
        condition = expression(node.condition, body).run if node.condition is not None else None
        inner = _statement(node.body, body)
        updates = [expression(one, body).run for one in node.updates]
    finally:
        body.scopes.pop()

    def after(frame: Frame) -> None:
        for update in updates:
            update(frame)

    def run(frame: Frame) -> Steps:
        first(frame)
        return (yield from _loop(frame, condition, inner, after))

    return run


def _for_each(node: syntax.ForEach, body: Body) -> Generate:
    source = expression(node.source, body).run
    code = type_code(node.type_name, body) if node.type_name is not None else None
    body.scopes.append({})
    try:
        put = statements.store(body.declare(node.name, code), body)
        inner = _statement(node.body, body)
    finally:
        body.scopes.pop()
    fitted = statements.item_conversion(code)

    def run(frame: Frame) -> Steps:
        for item in items_of(source(frame), frame.engine):
            put(frame, fitted(item, frame))
            end = yield from inner(frame)
            if end is statements.BREAK:
                return None
            if end is not None and end is not statements.CONTINUE:
                return end
        return None

    return run


def _try(node: syntax.Try, body: Body) -> Generate:
    # The language allows no catch clause around a yield.
    inner = _block(node.body, body)
    last = statements.block(node.last, body) if node.last is not None else None

    def run(frame: Frame) -> Steps:
        try:
            return (yield from inner(frame))
        finally:
            if last is not None:
                last(frame)

    return run


def _using(node: syntax.Using, body: Body) -> Generate:
    body.scopes.append({})
    try:
        acquire = statements.resources(node, body)
        inner = _statement(node.body, body)
    finally:
        body.scopes.pop()

    def run(frame: Frame) -> Steps:
        held = acquire(frame)
        try:
            return (yield from inner(frame))
        finally:
            statements.dispose_all(held, frame)

    return run


def _lock(node: syntax.Lock, body: Body) -> Generate:
    return _statement(node.body, body)


def _switch(node: syntax.Switch, body: Body) -> Generate:
    from emulator.powershell.csharp.operators import equal

    value = expression(node.value, body).run
    body.scopes.append({})
    try:
        sections = [
            (
                [expression(one, body).run if one is not None else None for one in labels],
                [_statement(one, body) for one in inside],
            )
            for labels, inside in node.sections
        ]
    finally:
        body.scopes.pop()

    def chosen(frame: Frame) -> list[Generate]:
        wanted = value(frame)
        default: list[Generate] = []
        for labels, inside in sections:
            for label in labels:
                if label is None:
                    default = inside
                elif equal(label(frame), wanted, frame.engine):
                    return inside
        return default

    def run(frame: Frame) -> Steps:
        for step in chosen(frame):
            end = yield from step(frame)
            if end is not None:
                return None if end is statements.BREAK else end
        return None

    return run


_MAKERS: dict[type, Callable[[Any, Body], Generate]] = {
    syntax.Block: _block,
    syntax.Yield: _yield,
    syntax.If: _if,
    syntax.While: _while,
    syntax.For: _for,
    syntax.ForEach: _for_each,
    syntax.Try: _try,
    syntax.Using: _using,
    syntax.Lock: _lock,
    syntax.Switch: _switch,
}
