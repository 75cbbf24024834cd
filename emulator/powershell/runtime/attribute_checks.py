"""Checks of attributes in class definitions and of DSC resource classes, which 5.1 makes while it parses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from emulator.powershell.dotnet.types import Property, PSType
from emulator.powershell.parser import ast
from emulator.powershell.parser.errors import ParseError
from emulator.powershell.parser.node import Ast

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine

_DSC_MESSAGES = {
    "DscResourceMissingSetMethod": (
        "The DSC resource '{0}' is missing a Set method that returns [void] and accepts no parameters."
    ),
    "DscResourceMissingGetMethod": (
        "The DSC resource '{0}' is missing a Get method that returns [{0}] and accepts no parameters."
    ),
    "DscResourceMissingTestMethod": (
        "The DSC resource '{0}' is missing a Test method that returns [bool] and accepts no parameters."
    ),
    "DscResourceMissingDefaultConstructor": "The DSC resource '{0}' has no default constructor.",
    "DscResourceMissingKeyProperty": (
        "The DSC resource '{0}' must have at least one key property (using the syntax [DscProperty(Key)].)"
    ),
    "DscResourceInvalidGetMethod": (
        "Invalid Get method. Get method must return [{0}] and accepts no parameters."
    ),
}


def find_attribute(name: ast.AnyTypeName, spaces: tuple[str, ...], engine: Engine) -> PSType | None:
    """The attribute that a name in brackets means: with or without ``Attribute`` at its end."""
    for space in ("", *spaces):
        for full in (f"{space}{name.name}Attribute", f"{space}{name.name}"):
            found = engine.types.find(full)
            if found is not None:
                return found
    return None


def attribute_errors(
    definition: ast.TypeDefinitionAst, own: set[str], spaces: tuple[str, ...], engine: Engine
) -> Iterator[ParseError]:
    """Attributes that are unknown, stand where they must not, or name properties that they do not have."""
    for attribute, targets in _attributes(definition):
        name = attribute.type_name.name.lower()
        if name in own or f"{name}attribute" in own:
            continue  # an attribute of the script itself
        kind = find_attribute(attribute.type_name, spaces, engine)
        if kind is None:
            if _may_be_of_dotnet(attribute.type_name.name, spaces):
                continue
            text = (
                f"Cannot find the type for custom attribute '{attribute.type_name.name}'. Make sure that the "
                "assembly that contains this type is loaded."
            )
            yield ParseError(attribute.type_name.extent, "CustomAttributeTypeNotFound", text)
        else:
            yield from _usage(attribute, kind, targets)


def _may_be_of_dotnet(name: str, spaces: tuple[str, ...]) -> bool:
    """Whether .NET may have the attribute though we do not know it; then it stands there without effect."""
    return any(one.lower().startswith(("system.", "microsoft.")) for one in (name, *spaces))


def _attributes(definition: ast.TypeDefinitionAst) -> Iterator[tuple[ast.AttributeAst, set[str]]]:
    """The attributes of a type and of its members, with what they stand on (AttributeTargets)."""
    for one in definition.attributes:
        yield one, {"Class" if definition.is_class else "Enum"}
    for member in definition.members:
        if isinstance(member, ast.PropertyMemberAst):
            for one in member.attributes:
                yield one, {"Property", "Field"}
        elif isinstance(member, ast.FunctionMemberAst):
            for one in member.attributes:
                yield one, {"Constructor" if member.is_constructor else "Method"}
            for parameter in member.parameters:
                for inner in parameter.attributes:
                    if isinstance(inner, ast.AttributeAst):
                        yield inner, {"Parameter"}


def _usage(attribute: ast.AttributeAst, kind: PSType, targets: set[str]) -> Iterator[ParseError]:
    from emulator.powershell.dotnet.library.attribute_types import valid_on

    allowed = valid_on(kind)
    if allowed is not None and not targets.intersection(allowed):
        text = (
            f"Attribute '{kind.name}' is not valid on this declaration. It is valid on "
            f"'{', '.join(allowed)}' declarations only."
        )
        yield ParseError(attribute.extent, "AttributeNotAllowedOnDeclaration", text)
    for one in attribute.named_arguments:
        member = kind.member(one.argument_name)
        if not isinstance(member, Property):
            names = sorted(
                member.name
                for member in kind.all_members().values()
                if isinstance(member, Property) and member.setter is not None
            )
            text = (
                f"Property '{one.argument_name}' cannot be found for attribute '{kind.name}'. Specify one of "
                f"the following properties: {', '.join(names)}."
            )
            yield ParseError(one.extent, "PropertyNotFoundForAttribute", text)
        elif member.setter is None:
            yield ParseError(one.extent, "ReadOnlyProperty", f"'{one.argument_name}' is a ReadOnly property.")


# Classes that are DSC resources


def resource_errors(
    definition: ast.TypeDefinitionAst, definitions: dict[str, ast.TypeDefinitionAst]
) -> Iterator[ParseError]:
    """What a class with ``[DscResource()]`` lacks; methods and keys of its base classes count."""
    attribute = next((one for one in definition.attributes if _is(one, "dscresource")), None)
    if attribute is None:
        return
    found = _Resource(definition)
    found.look(definition, definitions, set())
    yield from found.errors
    for missing, error_id in (
        (not found.has_set, "DscResourceMissingSetMethod"),
        (not found.has_get, "DscResourceMissingGetMethod"),
        (not found.has_test, "DscResourceMissingTestMethod"),
        (_lacks_default_constructor(definition), "DscResourceMissingDefaultConstructor"),
        (not found.has_key, "DscResourceMissingKeyProperty"),
    ):
        if missing:
            yield _dsc_error(attribute, error_id, definition.name)


class _Resource:
    """What was seen of a resource."""

    def __init__(self, definition: ast.TypeDefinitionAst) -> None:
        self.definition = definition
        self.has_set = self.has_get = self.has_test = self.has_key = False
        self.errors: list[ParseError] = []

    def look(
        self, one: ast.TypeDefinitionAst, definitions: dict[str, ast.TypeDefinitionAst], seen: set[str]
    ) -> None:
        """Look at the members of a class, then at those of its bases."""
        seen.add(one.name.lower())
        for member in one.members:
            if isinstance(member, ast.FunctionMemberAst):
                self._method(member, one.name)
            elif isinstance(member, ast.PropertyMemberAst):
                self.has_key = self.has_key or _is_key(member)
        for base in one.base_types:
            name = base.type_name.name.lower()
            if name in definitions and name not in seen:
                self.look(definitions[name], definitions, seen)

    def _method(self, member: ast.FunctionMemberAst, owner: str) -> None:
        if member.parameters:
            return
        name = member.name.lower()
        kind = None if member.return_type is None else member.return_type.type_name
        shown = "" if kind is None else kind.name.lower()
        if name == "set":
            self.has_set = self.has_set or shown in {"", "void", "system.void"}
        elif name == "test":
            self.has_test = self.has_test or shown in {"bool", "boolean", "system.boolean"}
        elif name == "get" and not self.has_get:
            self.has_get = True
            if shown.removesuffix("[]") != owner.lower():
                self.errors.append(_dsc_error(member, "DscResourceInvalidGetMethod", owner))


def _dsc_error(node: Ast, error_id: str, name: str) -> ParseError:
    return ParseError(node.extent, error_id, _DSC_MESSAGES[error_id].format(name))


def _is(attribute: ast.AttributeAst, name: str) -> bool:
    written = attribute.type_name.name.lower().rpartition(".")[2]
    return written.removesuffix("attribute") == name


def _is_key(member: ast.PropertyMemberAst) -> bool:
    return any(
        _is(attribute, "dscproperty")
        and any(one.argument_name.lower() == "key" for one in attribute.named_arguments)
        for attribute in member.attributes
    )


def _lacks_default_constructor(definition: ast.TypeDefinitionAst) -> bool:
    makers = [
        member
        for member in definition.members
        if isinstance(member, ast.FunctionMemberAst) and member.is_constructor and not member.is_static
    ]
    return bool(makers) and all(member.parameters for member in makers)
