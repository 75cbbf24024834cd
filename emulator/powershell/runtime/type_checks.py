"""Checks of class definitions that need the types of the session (5.1 makes them while it parses)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from emulator.powershell.parser import ast
from emulator.powershell.parser.errors import ParseError
from emulator.powershell.runtime.attribute_checks import attribute_errors, resource_errors
from emulator.powershell.runtime.base_checks import base_errors
from emulator.powershell.runtime.implementation_checks import implementation_errors, resolver
from emulator.powershell.runtime.script_module import module_not_found

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine


def type_errors(tree: ast.ScriptBlockAst, engine: Engine) -> Iterator[ParseError]:
    """Modules that are not there, unknown types in the members of classes, wrong bases and attributes,
    incomplete DSC resources."""
    yield from _missing_modules(tree, engine)
    definitions = list(_definitions(tree))
    if not definitions:
        return
    if any(one.using_statement_kind is not ast.TokenKind.NAMESPACE for one in tree.using_statements):
        return  # types of modules and assemblies are known when the script runs
    own = {one.name.lower() for one in definitions}
    spaces = tuple(f"{one.name.value}." for one in tree.using_statements if one.name is not None)
    by_name = {one.name.lower(): one for one in definitions}
    for definition in definitions:
        for name in _member_types(definition):
            yield from _unknown(name, own, spaces, engine)
        wrong_bases = list(base_errors(definition, definitions, spaces, engine))
        yield from wrong_bases
        if definition.base_types and not wrong_bases:
            yield from implementation_errors(definition, definitions, resolver(spaces, engine))
        yield from attribute_errors(definition, own, spaces, engine)
        yield from resource_errors(definition, by_name)


def _missing_modules(tree: ast.ScriptBlockAst, engine: Engine) -> Iterator[ParseError]:
    """The modules of ``using module`` that nobody has. Those beside the script's file are looked for when it
    runs, and a specification is then compared with what is there."""
    for one in tree.using_statements:
        if one.using_statement_kind is ast.TokenKind.MODULE and one.name is not None:
            name = one.name.value
            if name.startswith(".") or engine.commands.module(name) is not None:
                continue
            if engine.modules.find(name) is None:
                text = module_not_found(name).record.message
                yield ParseError(one.name.extent, "ModuleNotFoundDuringParse", text)


def _definitions(tree: ast.ScriptBlockAst) -> Iterator[ast.TypeDefinitionAst]:
    if "class" not in tree.extent.text.lower() and "enum" not in tree.extent.text.lower():
        return
    for node in tree.walk():
        if isinstance(node, ast.TypeDefinitionAst):
            yield node


def _member_types(definition: ast.TypeDefinitionAst) -> Iterator[ast.AnyTypeName]:
    for base in definition.base_types:
        yield base.type_name
    for member in definition.members:
        if isinstance(member, ast.PropertyMemberAst) and member.property_type is not None:
            yield member.property_type.type_name
        if isinstance(member, ast.FunctionMemberAst):
            if member.return_type is not None:
                yield member.return_type.type_name
            for parameter in member.parameters:
                for attribute in parameter.attributes:
                    if isinstance(attribute, ast.TypeConstraintAst):
                        yield attribute.type_name


def _unknown(
    name: ast.AnyTypeName, own: set[str], spaces: tuple[str, ...], engine: Engine
) -> Iterator[ParseError]:
    if isinstance(name, ast.ArrayTypeName):
        yield from _unknown(name.element_type, own, spaces, engine)
        return
    if isinstance(name, ast.GenericTypeName):
        for one in name.generic_arguments:
            yield from _unknown(one, own, spaces, engine)
        return
    if name.name.lower() in own or engine.types.find(name.name) is not None:
        return
    if any(engine.types.find(space + name.name) is not None for space in spaces):
        return
    yield ParseError(name.extent, "TypeNotFound", f"Unable to find type [{name.name}].")
