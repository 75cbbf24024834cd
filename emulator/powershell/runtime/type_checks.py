"""Checks of class definitions that need the types of the session (5.1 makes them while it parses)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from emulator.powershell.parser import ast
from emulator.powershell.parser.errors import ParseError
from emulator.powershell.runtime.assembly_loading import assembly_named, assembly_path
from emulator.powershell.runtime.attribute_checks import attribute_errors, resource_errors
from emulator.powershell.runtime.base_checks import base_errors
from emulator.powershell.runtime.conversion import to_integer
from emulator.powershell.runtime.errors import ConversionError
from emulator.powershell.runtime.implementation_checks import implementation_errors, resolver
from emulator.powershell.runtime.script_module import module_not_found

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):[/\\]")


def type_errors(tree: ast.ScriptBlockAst, engine: Engine) -> Iterator[ParseError]:
    """Modules that are not there, unknown types in the members of classes, wrong bases and attributes,
    incomplete DSC resources."""
    yield from _missing_modules(tree, engine)
    yield from _missing_assemblies(tree, engine)
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
        yield from _wrong_values(definition)
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


def _wrong_values(definition: ast.TypeDefinitionAst) -> Iterator[ParseError]:
    """Values of an enumeration that are texts without a number in them."""
    for member in definition.members if definition.is_enum else ():
        value = member.initial_value if isinstance(member, ast.PropertyMemberAst) else None
        if isinstance(value, ast.StringConstantExpressionAst):
            try:
                to_integer(value.value, int, "System.Int32")
            except ConversionError:
                text = 'Cannot convert the value to type "int".'
                yield ParseError(value.extent, "CannotConvertValue", text)


def _missing_assemblies(tree: ast.ScriptBlockAst, engine: Engine) -> Iterator[ParseError]:
    """The assemblies of ``using assembly`` that nobody has. One by a full path is looked for when the script
    runs."""
    for one in tree.using_statements:
        if one.using_statement_kind is not ast.TokenKind.ASSEMBLY or one.name is None:
            continue
        name = one.name.value
        scheme = _SCHEME.match(name)
        if name.startswith("\\\\"):
            text = f"Cannot use assembly with an UNC path: '{name}'."
            yield ParseError(one.name.extent, "CannotLoadAssemblyFromUncPath", text)
        elif scheme is not None:
            if len(scheme[1]) > 1 and scheme[1].lower() != "file":  # not the letter of a drive
                text = f"Cannot use assembly with uri schema '{scheme[1].lower()}'."
                yield ParseError(one.name.extent, "CannotLoadAssemblyWithUriSchema", text)
        elif assembly_path(name, one.extent.file, engine) is None and assembly_named(engine, name) is None:
            yield ParseError(one.name.extent, "ErrorLoadingAssembly", f"Cannot load assembly '{name}'.")


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
