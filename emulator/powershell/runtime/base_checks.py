"""Checks of what a class is derived from; 5.1 makes them while it parses, in the order of the text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from emulator.powershell.parser import ast
from emulator.powershell.parser.errors import ParseError

if TYPE_CHECKING:
    from emulator.powershell.dotnet.types import PSType
    from emulator.powershell.runtime.engine import Engine

#: Classes of .NET that no class can be derived from; structures cannot either.
_SEALED = frozenset({"System.String", "System.DBNull", "System.Version"})


def base_errors(
    definition: ast.TypeDefinitionAst,
    definitions: Sequence[ast.TypeDefinitionAst],
    spaces: tuple[str, ...],
    engine: Engine,
) -> Iterator[ParseError]:
    """Bases that no class can have. ``definitions`` are all of the same text in its order."""
    if not definition.is_class:
        return
    for place, base in enumerate(definition.base_types):
        name = base.type_name
        if isinstance(name, ast.ArrayTypeName):
            text = f"Invalid base type '{base.extent.text}'. Base type cannot be an array."
            yield ParseError(base.extent, "SubtypeArray", text)
            continue
        wanted = name.name.lower()
        same = [one for one in definitions if one.name.lower() == wanted]
        node = next((one for one in reversed(same) if _is_before(one, definition)), None)
        found = None if node is not None else _type(name, spaces, engine)
        if node is None and found is None:
            if same:  # those that are nowhere are told with the other types
                yield ParseError(base.extent, "TypeNotFound", f"Unable to find type [{name.name}].")
            continue
        if place:
            if found is None or not found.is_interface:
                shown = node.name if found is None and node is not None else _short(found)
                yield ParseError(base.extent, "InterfaceNameExpected", f"'{shown}': Interface name expected.")
        elif node is not None:
            yield from _constructor(definition, node)
        elif found is not None and (found.is_value_type or found.name in _SEALED):
            text = f"Cannot inherit from sealed class '{_short(found)}'."
            yield ParseError(base.extent, "SealedBaseClass", text)
        elif found is not None and found.is_open:
            text = (
                f"Invalid base type '{_short(found)}'. Base type cannot be a generic with unspecified "
                "parameters."
            )
            yield ParseError(base.extent, "SubtypeUnclosedGeneric", text)


def _is_before(one: ast.TypeDefinitionAst, other: ast.TypeDefinitionAst) -> bool:
    return one.extent.start_offset < other.extent.start_offset


def _type(name: ast.AnyTypeName, spaces: tuple[str, ...], engine: Engine) -> PSType | None:
    if isinstance(name, ast.GenericTypeName):
        return None
    found = (engine.types.find(space + name.name) for space in ("", *spaces))
    return next((one for one in found if one is not None), None)


def _short(kind: PSType | None) -> str:
    return "" if kind is None else kind.short_name


def _constructor(definition: ast.TypeDefinitionAst, base: ast.TypeDefinitionAst) -> Iterator[ParseError]:
    """A class without constructors calls the parameterless one of its base."""
    if _constructors(definition):
        return
    there = _constructors(base)
    if there and all(one.parameters for one in there):
        text = f"Base class '{base.name}' does not contain a parameterless constructor."
        yield ParseError(definition.extent, "BaseClassNoDefaultCtor", text)


def _constructors(definition: ast.TypeDefinitionAst) -> list[ast.FunctionMemberAst]:
    return [
        one
        for one in definition.members
        if isinstance(one, ast.FunctionMemberAst) and one.is_constructor and not one.is_static
    ]
