"""Bodies of methods and constructors, compiled to Python closures when they first run."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Any

from emulator.powershell.csharp import syntax
from emulator.powershell.csharp.conversions import implicit
from emulator.powershell.csharp.expressions import call_arguments, converted_code, expression
from emulator.powershell.csharp.frames import Body, Code, Frame, Run
from emulator.powershell.csharp.iterators import iterator_block
from emulator.powershell.csharp.members import Method
from emulator.powershell.csharp.objects import Sequence
from emulator.powershell.csharp.statements import block

if TYPE_CHECKING:
    from emulator.powershell.csharp.types import CSharpType
    from emulator.powershell.dotnet.types import PSType


def contains(node: Any, wanted: type, into_lambdas: bool) -> bool:
    """Whether a node of a kind is somewhere in a tree."""
    todo = [node]
    while todo:
        one = todo.pop()
        if isinstance(one, wanted):
            return True
        if isinstance(one, list | tuple):
            todo.extend(one)
        elif is_dataclass(one) and (into_lambdas or not isinstance(one, syntax.Lambda)):
            todo.extend(getattr(one, item.name) for item in fields(one))
    return False


def _body_of(method: Method, captured: bool) -> Body:
    body = Body(method.owner, method.is_static, captured, frozenset(method.generics))
    for parameter in method.parameters:
        body.declare(parameter.name, parameter.kind, parameter.mode in ("ref", "out"))
    return body


def compile_method(method: Method) -> Run:
    """The code of a method: takes a frame whose variables are the arguments, gives the result."""
    statements = method.block
    if statements is None:
        from emulator.powershell.csharp.native_calls import missing

        owner = method.owner.name

        def refuse(frame: Frame) -> Any:
            raise missing(frame.engine, f"{owner}.{method.name} (it has no body)")

        return refuse
    captured = contains(statements, syntax.Lambda, into_lambdas=True)
    body = _body_of(method, captured)
    count = len(method.parameters)
    if contains(statements, syntax.Yield, into_lambdas=False):
        return _iterator(method, statements, body, count)
    run_block = block(statements, body)
    more = [None] * (body.size - count)
    result = method.returns.fixed
    is_plain = result is None or result.name in ("System.Void", "System.Object")

    def run(frame: Frame) -> Any:
        if captured:
            frame.slots = [[one] for one in frame.slots]
        frame.slots += more
        run_block(frame)
        if is_plain:
            return frame.result
        return implicit(frame.result, result, frame.engine)

    return run


def _iterator(method: Method, statements: syntax.Block, body: Body, count: int) -> Run:
    generate = iterator_block(statements, body)
    more = [None] * (body.size - count)
    kind = method.returns.fixed

    def run(frame: Frame) -> Any:
        given = frame.slots

        def make() -> Any:
            inner = Frame(frame.engine, frame.this, [], frame.generics)
            inner.slots = [[one] for one in given] if body.captured else list(given)
            inner.slots += more
            return generate(inner)

        return Sequence(make, kind)

    return run


class ConstructorCode:
    """A constructor: the arguments of the one that runs first, and the body."""

    __slots__ = ("body", "first", "is_same_type")

    def __init__(self, first: Any, body: Run, is_same_type: bool) -> None:
        self.first = first
        self.body = body
        self.is_same_type = is_same_type


def compile_constructor(method: Method) -> ConstructorCode:
    """The code of a constructor, compiled once."""
    if method.constructor_code is not None:
        return method.constructor_code
    node = method.first
    assert node is not None  # noqa: S101 - what makes the members of a type gives it
    captured = contains([node.body, node.first_arguments], syntax.Lambda, into_lambdas=True)
    body = _body_of(method, captured)
    count = len(method.parameters)
    arguments = call_arguments(node.first_arguments, body)
    run_block = block(node.body, body)
    more = [None] * (body.size - count)

    def first(frame: Frame) -> tuple[list[Any], list[str | None]]:
        if captured:
            frame.slots = [[one] for one in frame.slots]
        frame.slots += more
        return arguments.evaluate(frame), arguments.names

    made = ConstructorCode(first, run_block, node.first == "this")
    method.constructor_code = made
    return made


def compile_expression(owner: CSharpType, node: syntax.Expression, kind: PSType | None = None) -> Code:
    """An expression that stands in a type, outside of its methods."""
    body = Body(owner, is_static=False, captured=contains(node, syntax.Lambda, into_lambdas=True))
    code = converted_code(node, kind, body) if kind is not None else expression(node, body)
    size = body.size
    if not size:
        return code
    inner = code.run

    def run(frame: Frame) -> Any:
        frame.slots = [None] * size
        return inner(frame)

    return Code(run, code.kind, code.constant)


def compile_bodies(kind: CSharpType) -> None:
    """Compile all that runs in a type before it runs, so that what is wrong with it is known."""
    methods = [one for group in kind.methods.values() for one in group]
    for item in (*kind.properties_by_name.values(), *kind.indexers):
        methods += [one for one in (item.getter, item.setter) if one is not None]
    for method in methods:
        if method.block is not None:
            method.compile()
    for constructor in kind.constructors:
        compile_constructor(constructor)
    for field in kind.fields.values():
        field.compile()
