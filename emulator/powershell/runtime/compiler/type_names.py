"""Type names in scripts, looked up when they are reached."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.types import PSType, array_of
from emulator.powershell.language import Version
from emulator.powershell.parser import ast
from emulator.powershell.runtime.compiler.base import Value
from emulator.powershell.runtime.compiler.context import Surroundings, surroundings
from emulator.powershell.runtime.errors import PSError, error
from emulator.powershell.runtime.type_finder import construct_generic

if TYPE_CHECKING:
    from emulator.powershell.parser.extents import Extent
    from emulator.powershell.runtime.engine import Frame


_HINTS = (
    ((2, 0), ": make sure that the assembly containing this type is loaded."),
    ((4, 0), ". Make sure that the assembly that contains this type is loaded."),
)


def type_not_found(name: str, version: Version) -> PSError:
    """TypeNotFound; until 4.0 it has a hint."""
    hint = next((text for last, text in _HINTS if version <= last), ".")
    return error(f"Unable to find type [{name}]{hint}", "TypeNotFound", "InvalidOperation", name)


def resolved(frame: Frame, node: ast.AnyTypeName, around: Surroundings) -> PSType | None:
    """The type of a name where a piece of script stands, also inside arrays and generic types.

    A class of a block around the piece comes first, then what the scope knows, then what ``using namespace``
    shortens.
    """
    if isinstance(node, ast.ArrayTypeName):
        element = resolved(frame, node.element_type, around)
        return array_of(element) if element is not None and node.rank == 1 else _known(frame, node.name)
    if isinstance(node, ast.GenericTypeName):
        arguments = [resolved(frame, one, around) for one in node.generic_arguments]
        plain = f"{node.type_name.name}`{len(arguments)}"
        definition = _known(frame, plain) or _first(frame, plain, around.namespaces)
        if definition is None or None in arguments:
            return None
        return construct_generic(definition, tuple(one for one in arguments if one is not None))
    key = node.name.lower()
    for definitions in around.definitions:
        if key in definitions.names:
            return definitions.named(key, frame) or _known(frame, node.name)
    return _known(frame, node.name) or _first(frame, node.name, around.namespaces)


def named(frame: Frame, name: str, namespaces: tuple[str, ...]) -> PSType | None:
    """The type that a text names where a script stands, with what ``using namespace`` shortens."""
    return _known(frame, name) or _first(frame, name, namespaces)


def _known(frame: Frame, name: str) -> PSType | None:
    return frame.engine.types.find(name, frame.scope)


def _first(frame: Frame, name: str, namespaces: tuple[str, ...]) -> PSType | None:
    for namespace in namespaces:
        found = _known(frame, namespace + name)
        if found is not None:
            return found
    return None


def _names_in(node: ast.AnyTypeName) -> Iterator[str]:
    if isinstance(node, ast.ArrayTypeName):
        yield from _names_in(node.element_type)
    elif isinstance(node, ast.GenericTypeName):
        for one in node.generic_arguments:
            yield from _names_in(one)
    else:
        yield node.name.lower()


def type_of_name(node: ast.AnyTypeName, extent: Extent | None = None) -> Value:
    """A closure that gives the type. Raises TypeNotFound at the extent (with the brackets, when given)."""
    name = node.name
    around = surroundings()
    names = frozenset(_names_in(node))
    is_plain = all(names.isdisjoint(one.names) for one in around.definitions)

    def find(frame: Frame) -> Any:
        engine = frame.engine
        found = engine.types.find(name, frame.scope) if is_plain else None
        if found is None and (around.namespaces or not is_plain):
            found = resolved(frame, node, around)
        if found is None:
            engine.gap("type", name)
            problem = type_not_found(name, engine.language)
            problem.record.extent = extent
            raise problem
        return found

    return find
