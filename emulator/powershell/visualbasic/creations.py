"""New objects and arrays."""

from __future__ import annotations

from typing import Any

from emulator.powershell.csharp import syntax
from emulator.powershell.csharp.creations import create
from emulator.powershell.csharp.expressions import expression, makes, type_code
from emulator.powershell.csharp.frames import Body, Code, Frame, Run, TypeCode
from emulator.powershell.csharp.invocation import write_member
from emulator.powershell.csharp.members import array_from
from emulator.powershell.csharp.objects import null_reference, out_of_memory, thrown
from emulator.powershell.csharp.statements import inferred as always
from emulator.powershell.csharp.types import CSharpType
from emulator.powershell.dotnet.collections import DICTIONARY_TYPES
from emulator.powershell.dotnet.types import PSType, array_of, builtin, type_of
from emulator.powershell.visualbasic.calls import (
    Evaluate,
    Given,
    arguments_of,
    call_value,
    pick,
    plain,
)
from emulator.powershell.visualbasic.conversions import convert
from emulator.powershell.visualbasic.names import (
    name_in,
)
from emulator.powershell.visualbasic.resolution import problem
from emulator.powershell.visualbasic.syntax import (
    ArrayOfItems,
    ArrayOfSize,
    Creation,
)


@makes(Creation)
def _creation(node: Creation, body: Body) -> Code:
    code = type_code(node.type_name, body)
    if isinstance(code.fixed, CSharpType) and code.fixed.is_abstract:
        _refuse_abstract(node, code.fixed, body)
    given = arguments_of(node.arguments, body)
    members = [(name, expression(value, body).run) for name, value in node.members]
    items = [arguments_of([syntax.Argument(one.place, one) for one in item], body) for item in node.items]

    def run(frame: Frame) -> Any:
        made = _created(code.find(frame), given(frame), frame)
        for name, work in members:
            write_member(made, name_in(made, name), work(frame), frame.engine)
        for item in items:
            _add(made, item, frame)
        return made

    return Code(run, code.fixed)


def _refuse_abstract(node: Creation, kind: CSharpType, body: Body) -> None:
    if "module" in kind.node.modifiers or kind.is_static:
        return
    if kind.is_interface:
        problem(body, node, "BC30375", "'New' cannot be used on an interface.")
    else:
        problem(body, node, "BC30376", "'New' cannot be used on a class that is declared 'MustInherit'.")


def _created(kind: PSType, given: list[Given], frame: Frame) -> Any:
    values = plain(given)
    names: list[str | None] = [one.name for one in given]
    if isinstance(kind, CSharpType) and kind.constructors and (given or not kind.is_value_type):
        found = pick(kind.constructors, given, frame.engine)
        if found is not None:
            values, names = found[1], [None] * len(found[1])
    return create(kind, values, names, frame)


def _add(made: Any, item: Evaluate, frame: Frame) -> None:
    given = item(frame)
    if type(made) in DICTIONARY_TYPES and len(given) == 2:
        kinds = type_of(made).arguments
        for one, kind in zip(given, kinds, strict=False):
            one.value = convert(one.value, kind, frame.engine)
    elif len(given) == 1 and len(type_of(made).arguments) == 1:
        given[0].value = convert(given[0].value, type_of(made).arguments[0], frame.engine)
    call_value(made, "Add", given, frame.engine)


@makes(ArrayOfSize)
def _array_of_size(node: ArrayOfSize, body: Body) -> Code:
    code = type_code(node.element, body)
    bound = expression(node.bound, body).run

    def run(frame: Frame) -> Any:
        return new_array(code.find(frame), bound(frame), frame)

    return Code(run, array_of(code.fixed) if code.fixed is not None else None)


def new_array(element: PSType, bound: Any, frame: Frame) -> Any:
    """An array up to an upper bound. Raises OverflowException and OutOfMemoryException."""
    from emulator.powershell.csharp.conversions import default_of

    engine = frame.engine
    count = int(convert(bound, builtin("System.Int32"), engine)) + 1
    if count < 0:
        raise thrown("System.OverflowException", "Arithmetic operation resulted in an overflow.")
    if count > engine.limits.items:
        raise out_of_memory()
    if element.name == "System.Byte":
        return bytearray(count)
    if isinstance(element, CSharpType) and element.is_value_type:
        return array_from([default_of(element, engine) for _ in range(count)], element)
    return array_from([default_of(element, engine)] * count, element)


@makes(ArrayOfItems)
def _array_of_items(node: ArrayOfItems, body: Body) -> Code:
    if node.element is not None:
        return array_code(node, type_code(node.element, body), body)
    codes = [expression(one, body) for one in node.items]
    kinds = {one.kind for one in codes}
    only = next(iter(kinds)) if len(kinds) == 1 else None
    return _filled([one.run for one in codes], always(only or builtin("System.Object")))


def array_code(node: ArrayOfItems, element: TypeCode, body: Body) -> Code:
    """An array whose elements have a type."""
    inner = element.fixed.element_type if element.fixed is not None else None
    works = [
        array_code(one, always(inner), body).run
        if inner is not None and isinstance(one, ArrayOfItems) and one.element is None
        else expression(one, body).run
        for one in node.items
    ]
    return _filled(works, element)


def _filled(works: list[Run], element: TypeCode) -> Code:
    def run(frame: Frame) -> Any:
        kind = element.find(frame)
        return array_from([convert(work(frame), kind, frame.engine) for work in works], kind)

    return Code(run, array_of(element.fixed) if element.fixed is not None else None)


def require(value: Any) -> Any:
    """A value that is not Nothing."""
    if value is None:
        raise null_reference()
    return value
