"""Attributes in the source."""

from __future__ import annotations

from typing import Any

from emulator.powershell.csharp import syntax


def attribute_named(found: list[syntax.Attribute], name: str) -> syntax.Attribute | None:
    """An attribute by its short name."""
    for one in found:
        if one.type_name.name.rpartition(".")[2] in (name, f"{name}Attribute"):
            return one
    return None


def argument_of(attribute: syntax.Attribute, name: str) -> Any:
    """The value of a named argument that is a literal or the last name of a member; None when it is not
    given."""
    for key, node in attribute.named:
        if key == name:
            return literal_of(node)
    return None


def literal_of(node: syntax.Expression) -> Any:
    """A literal's value, or the last name of a member of an enumeration."""
    if isinstance(node, syntax.Literal):
        return node.value
    return node.name if isinstance(node, syntax.MemberAccess | syntax.Name) else None
