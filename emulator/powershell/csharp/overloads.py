"""Which of several methods a call means, and what its type parameters stand for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from emulator.powershell.csharp.members import Method, arrange, converted, cost_of
from emulator.powershell.csharp.objects import ByReference
from emulator.powershell.csharp.syntax import TypeName
from emulator.powershell.dotnet.types import PSType, builtin, type_of

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine


class NoOverloadError(Exception):
    """No method takes such arguments."""


def choose(
    methods: Iterable[Method],
    given: list[Any],
    names: list[str | None],
    engine: Engine,
    explicit: list[PSType] | None = None,
) -> tuple[Method, list[Any], dict[str, PSType] | None]:
    """The method, its arguments and the types of its type parameters. Raises NoOverloadError."""
    best: tuple[int, Method, list[Any], dict[str, PSType] | None] | None = None
    for method in methods:
        if explicit is not None and len(method.generics) != len(explicit):
            continue
        generics: dict[str, PSType] | None = None
        placed = arrange(method, given, names)
        if placed is None:
            continue
        if method.generics:
            if explicit is not None:
                generics = dict(zip(method.generics, explicit, strict=True))
            else:
                if not inferable(method):
                    continue
                generics = infer(method, placed)
        cost = cost_of(method, placed) + (3 if method.generics else 0)
        if best is None or cost < best[0]:
            best = cost, method, placed, generics
    if best is None:
        raise NoOverloadError
    _, method, placed, generics = best
    return method, converted(method, placed, engine, generics), generics


def infer(method: Method, placed: list[Any]) -> dict[str, PSType]:
    """What the types of the arguments say of the type parameters; what they do not say is object."""
    found: dict[str, PSType] = {}
    for parameter, value in zip(method.parameters, placed, strict=True):
        node = method.owner.parameter_type(method, parameter)
        actual = value.kind if isinstance(value, ByReference) else None if value is None else type_of(value)
        if node is not None and actual is not None:
            _match(node, actual, set(method.generics), found)
    anything = builtin("System.Object")
    return {name: found.get(name, anything) for name in method.generics}


def inferable(method: Method) -> bool:
    """Whether the types of arguments can say what each type parameter stands for (CS0411)."""
    named: set[str] = set()
    todo = [method.owner.parameter_type(method, one) for one in method.parameters]
    while todo:
        node = todo.pop()
        if node is None:
            continue
        named.add(node.name)
        for inside in node.arguments.values():
            if isinstance(inside, list):
                todo.extend(inside)
    return named.issuperset(method.generics)


def _match(node: TypeName, actual: PSType, names: set[str], found: dict[str, PSType]) -> None:
    if node.dimensions:
        if actual.element_type is not None:
            inner = TypeName(node.place, node.name, node.arguments, node.dimensions[1:])
            _match(inner, actual.element_type, names, found)
        return
    if node.name in names and not node.arguments:
        found.setdefault(node.name, actual)
        return
    arguments = node.arguments.get(node.name.count("."))
    if not isinstance(arguments, list):
        return
    actual_arguments = actual.arguments
    if not actual_arguments and actual.element_type is not None:
        actual_arguments = (actual.element_type,)
    for one, kind in zip(arguments, actual_arguments, strict=False):
        _match(one, kind, names, found)
