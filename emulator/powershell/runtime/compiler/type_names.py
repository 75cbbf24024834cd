"""Type names in scripts, looked up when they are reached."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.types import PSType, array_of
from emulator.powershell.language import Version
from emulator.powershell.parser import ast
from emulator.powershell.runtime.compiler.base import Value
from emulator.powershell.runtime.compiler.context import surroundings
from emulator.powershell.runtime.errors import PSError, error
from emulator.powershell.runtime.type_finder import construct_generic

if TYPE_CHECKING:
    from emulator.powershell.parser.extents import Extent
    from emulator.powershell.runtime.engine import Engine, Frame


_HINTS = (
    ((2, 0), ": make sure that the assembly containing this type is loaded."),
    ((4, 0), ". Make sure that the assembly that contains this type is loaded."),
)


def type_not_found(name: str, version: Version) -> PSError:
    """TypeNotFound; until 4.0 it has a hint."""
    hint = next((text for last, text in _HINTS if version <= last), ".")
    return error(f"Unable to find type [{name}]{hint}", "TypeNotFound", "InvalidOperation", name)


def in_namespaces(engine: Engine, node: ast.AnyTypeName, namespaces: tuple[str, ...]) -> PSType | None:
    """The type of a name that ``using namespace`` shortens, also inside arrays and generic types."""
    if isinstance(node, ast.ArrayTypeName):
        element = engine.types.find(node.element_type.name) or in_namespaces(
            engine, node.element_type, namespaces
        )
        return array_of(element) if element is not None and node.rank == 1 else None
    if isinstance(node, ast.GenericTypeName):
        arguments = [
            engine.types.find(one.name) or in_namespaces(engine, one, namespaces)
            for one in node.generic_arguments
        ]
        plain = f"{node.type_name.name}`{len(arguments)}"
        definition = engine.types.find(plain) or _first(engine, plain, namespaces)
        if definition is None or None in arguments:
            return None
        return construct_generic(definition, tuple(one for one in arguments if one is not None))
    return _first(engine, node.name, namespaces)


def named(engine: Engine, name: str, namespaces: tuple[str, ...]) -> PSType | None:
    """The type that a text names where a script stands, with what ``using namespace`` shortens."""
    return engine.types.find(name) or _first(engine, name, namespaces)


def _first(engine: Engine, name: str, namespaces: tuple[str, ...]) -> PSType | None:
    for namespace in namespaces:
        found = engine.types.find(namespace + name)
        if found is not None:
            return found
    return None


def type_of_name(node: ast.AnyTypeName, extent: Extent | None = None) -> Value:
    """A closure that gives the type. Raises TypeNotFound at the extent (with the brackets, when given)."""
    name = node.name
    namespaces = surroundings().namespaces

    def find(frame: Frame) -> Any:
        engine = frame.engine
        found = engine.types.find(name)
        if found is None and namespaces:
            found = in_namespaces(engine, node, namespaces)
        if found is None:
            engine.gap("type", name)
            problem = type_not_found(name, engine.language)
            problem.record.extent = extent
            raise problem
        return found

    return find
