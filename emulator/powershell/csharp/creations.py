"""``new``, initializers, lambdas."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.powershell.csharp import syntax
from emulator.powershell.csharp.conversions import default_of, implicit, is_delegate, retyped
from emulator.powershell.csharp.delegates import ANY_DELEGATE, CodeDelegate
from emulator.powershell.csharp.expressions import (
    call_arguments,
    converted_code,
    expression,
    makes,
    type_code,
)
from emulator.powershell.csharp.frames import Body, Code, Frame, TypeCode
from emulator.powershell.csharp.invocation import call_member, read_member, write_member
from emulator.powershell.csharp.members import array_from
from emulator.powershell.csharp.native_calls import construct_native, missing
from emulator.powershell.csharp.objects import thrown
from emulator.powershell.csharp.overloads import NoOverloadError
from emulator.powershell.csharp.types import CSharpType
from emulator.powershell.dotnet.collections import DICTIONARY_TYPES
from emulator.powershell.dotnet.delegates import Delegate
from emulator.powershell.dotnet.types import PSType, type_of

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine


@makes(syntax.ObjectCreation)
def _creation(node: syntax.ObjectCreation, body: Body) -> Code:
    code = type_code(node.type_name, body)
    arguments = call_arguments(node.arguments, body)
    fill = _filler(node.initializer, body) if node.initializer is not None else None

    def run(frame: Frame) -> Any:
        made = create(code.find(frame), arguments.evaluate(frame), arguments.names, frame)
        if fill is not None:
            fill(frame, made)
        return made

    return Code(run, code.fixed)


def create(kind: PSType, given: list[Any], names: list[str | None], frame: Frame) -> Any:
    """``new Kind(given)``."""
    engine = frame.engine
    if isinstance(kind, CSharpType):
        try:
            return kind.create(engine, given, names)
        except NoOverloadError:
            raise missing(engine, f"new {kind.name}() with {len(given)} arguments") from None
    if is_delegate(kind):
        value = given[0] if given else None
        if isinstance(value, Delegate):
            return retyped(value, kind, engine)
        raise missing(engine, f"new {kind.name}()")
    if not given and kind.is_value_type:
        return default_of(kind, engine)
    return construct_native(kind, given, engine)


def _filler(node: syntax.Initializer, body: Body) -> Any:
    """What puts the items of braces into an object that was made."""
    steps: list[Any] = []
    for item in node.items:
        if isinstance(item, tuple):
            steps.append(_member_step(item[0], item[1], body))
        elif isinstance(item, list):
            steps.append(_add_step([expression(one, body).run for one in item]))
        else:
            steps.append(_add_step([expression(item, body).run]))

    def fill(frame: Frame, made: Any) -> None:
        for step in steps:
            step(frame, made)

    return fill


def _member_step(name: str, value: syntax.Expression, body: Body) -> Any:
    if isinstance(value, syntax.Initializer):
        inner = _filler(value, body)
        return lambda frame, made: inner(frame, read_member(made, name, frame.engine))
    work = expression(value, body).run
    return lambda frame, made: write_member(made, name, work(frame), frame.engine)


def _add_step(works: list[Any]) -> Any:
    def step(frame: Frame, made: Any) -> None:
        values = [work(frame) for work in works]
        if (
            type(made) in DICTIONARY_TYPES
            and len(values) == 2
            and values[0] is not None
            and values[0] not in made
        ):
            kinds = type_of(made).arguments
            made[values[0]] = implicit(values[1], kinds[1] if len(kinds) == 2 else None, frame.engine)
            return
        call_member(made, "Add", values, frame.engine)

    return step


@makes(syntax.ArrayCreation)
def _array(node: syntax.ArrayCreation, body: Body) -> Code:
    if node.type_name is None:
        assert node.initializer is not None  # noqa: S101 - the grammar
        return array_of_initializer(node.initializer, None, body)
    code = type_code(node.type_name, body)
    if node.initializer is not None:
        return _filled(node.initializer, code, body)
    sizes = [expression(one, body).run for one in node.sizes]
    if len(sizes) != 1:

        def refuse(frame: Frame) -> Any:
            raise missing(frame.engine, "arrays of several dimensions")

        return Code(refuse)
    size = sizes[0]

    def run(frame: Frame) -> Any:
        count = int(size(frame))
        if count < 0:
            raise thrown("System.OverflowException", "Arithmetic operation resulted in an overflow.")
        if count > frame.engine.limits.items:
            raise thrown(
                "System.OutOfMemoryException", "Insufficient memory to continue the execution of the program."
            )
        element = code.find(frame).element_type
        if element is not None and element.name == "System.Byte":
            return bytearray(count)
        if element is not None and isinstance(element, CSharpType) and element.is_value_type:
            return array_from([default_of(element, frame.engine) for _ in range(count)], element)
        return array_from([default_of(element, frame.engine)] * count, element)

    return Code(run, code.fixed)


def _filled(node: syntax.Initializer, code: TypeCode, body: Body) -> Code:
    inner = code.fixed.element_type if code.fixed is not None else None
    works = [_item(one, inner, body) for one in node.items]

    def run(frame: Frame) -> Any:
        element = code.find(frame).element_type
        return array_from([implicit(work(frame), element, frame.engine) for work in works], element)

    return Code(run, code.fixed)


def _item(item: Any, kind: PSType | None, body: Body) -> Any:
    node = syntax.Initializer((0, 0), list(item)) if isinstance(item, list) else item
    return converted_code(node, kind, body).run


def array_of_initializer(node: syntax.Initializer, kind: PSType | None, body: Body) -> Code:
    """Braces alone: an array of the wanted type, or of the type that all items have."""
    element = kind.element_type if kind is not None else None
    works = [_item(one, element, body) for one in node.items]
    if kind is not None:
        return Code(
            lambda f: array_from([implicit(work(f), element, f.engine) for work in works], element), kind
        )

    def run(frame: Frame) -> Any:
        items = [work(frame) for work in works]
        kinds = {id(type_of(one)): type_of(one) for one in items if one is not None}
        return array_from(items, next(iter(kinds.values())) if len(kinds) == 1 else None)

    return Code(run)


# Lambdas


def _block_work(statements: Any) -> Any:
    def work(frame: Frame) -> Any:
        statements(frame)
        return frame.result

    return work


@makes(syntax.Lambda)
def _lambda(node: syntax.Lambda, body: Body) -> Code:
    inner = body.inner()
    first = inner.size
    for parameter in node.parameters:
        kind = type_code(parameter.type_name, body) if parameter.type_name is not None else None
        inner.declare(parameter.name, kind, parameter.mode in ("ref", "out"))
    count = len(node.parameters)
    if isinstance(node.body, syntax.Block):
        from emulator.powershell.csharp.statements import block

        work = _block_work(block(node.body, inner))
    else:
        work = expression(node.body, inner).run
    extra = inner.size - first - count
    kinds = [
        type_code(one.type_name, body).fixed if one.type_name is not None and not one.mode else None
        for one in node.parameters
    ]

    def run(frame: Frame) -> Any:
        kept = list(frame.slots[:first])
        kept += [None] * (first - len(kept))
        this, generics = frame.this, frame.generics

        def call(engine: Engine, given: list[Any]) -> Any:
            cells = [[implicit(value, kind, engine)] for value, kind in zip(given, kinds, strict=False)]
            cells += [[None]] * (count - len(cells))
            inside = Frame(engine, this, [*kept, *cells[:count], *([None] * extra)], generics)
            engine.enter()
            try:
                return work(inside)
            except RecursionError:
                raise engine.depth_error() from None
            finally:
                engine.depth -= 1

        return CodeDelegate(ANY_DELEGATE, call, frame.engine, count if node.parameters else None)

    return Code(run, None)
