"""Attributes in the source."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.powershell.csharp import syntax
from emulator.powershell.dotnet.attributes import AttributeObject

if TYPE_CHECKING:
    from emulator.powershell.csharp.types import CSharpType
    from emulator.powershell.dotnet.types import PSType
    from emulator.powershell.runtime.engine import Engine


def attribute_named(found: list[syntax.Attribute], name: str) -> syntax.Attribute | None:
    """An attribute by its short name."""
    for one in found:
        if one.type_name.name.rpartition(".")[2] in (name, f"{name}Attribute"):
            return one
    return None


def argument_of(attribute: syntax.Attribute, name: str, owner: CSharpType | None) -> Any:
    """The value of a named argument as `literal_of` gives it; None when it is not given."""
    for key, node in attribute.named:
        if key == name:
            return literal_of(node, owner)
    return None


def literal_of(node: syntax.Expression, owner: CSharpType | None) -> Any:
    """A literal's value, also behind a constant of the type around the attribute, or the last name of a
    member of an enumeration."""
    if isinstance(node, syntax.Name):
        constant = _constant(node.name, owner)
        if constant is not None:
            return literal_of(constant, None)
    if isinstance(node, syntax.Literal):
        return node.value
    return node.name if isinstance(node, syntax.MemberAccess | syntax.Name) else None


def _constant(name: str, owner: CSharpType | None) -> syntax.Expression | None:
    while owner is not None:
        for one in owner.node.members:
            if isinstance(one, syntax.Field) and one.name == name and "const" in one.modifiers:
                return one.value
        owner = owner.outer
    return None


def attribute_objects(found: list[syntax.Attribute], owner: CSharpType, engine: Engine) -> list[Any]:
    """The attributes as the objects that reflection gives; those of unknown types are left out.

    Raises what their constructors and properties throw, as reflection does.
    """
    made = []
    for one in found:
        kind = _type_of(one.type_name, owner)
        if kind is not None:
            made.append(_object(one, kind, owner, engine))
    return made


def _type_of(name: syntax.TypeName, owner: CSharpType) -> PSType | None:
    longer = syntax.TypeName(name.place, f"{name.name}Attribute", name.arguments, name.dimensions)
    return owner.type_names.find(longer) or owner.type_names.find(name)


def _object(attribute: syntax.Attribute, kind: PSType, owner: CSharpType, engine: Engine) -> Any:
    from emulator.powershell.csharp.bodies import compile_expression
    from emulator.powershell.csharp.frames import Frame
    from emulator.powershell.runtime.invoke import construct
    from emulator.powershell.runtime.members import set_member

    def value(node: syntax.Expression) -> Any:
        return compile_expression(owner, node).run(Frame(engine, None, []))

    made = construct(kind, [value(one) for one in attribute.values], engine)
    for name, node in attribute.named:
        set_member(made, name, value(node), engine)
    if isinstance(made, AttributeObject):
        made.named = tuple(name for name, _ in attribute.named)
    return made
