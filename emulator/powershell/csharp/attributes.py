"""Attributes in the source."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.powershell.csharp import syntax

if TYPE_CHECKING:
    from emulator.powershell.csharp.types import CSharpType


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
