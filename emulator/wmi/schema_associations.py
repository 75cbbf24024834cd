"""Associations between classes, whether or not instances exist (WmiSdk, "Schema Associations").

An association class refers to a class when one of its references has that class, or an ancestor of it, as its
type; the classes at its other references are the associators.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from emulator.cim.types import CimType

if TYPE_CHECKING:
    from emulator.cim.declaration import ClassDeclaration, PropertyDeclaration
    from emulator.cim.schema import Schema


def referring_classes(
    schema: Schema, source: ClassDeclaration, role: str | None = None
) -> Iterator[tuple[ClassDeclaration, PropertyDeclaration]]:
    """Each association class that refers to a class, with the reference that does; `role` is its name."""
    for name in schema.associations():
        association = schema.find(name)
        for reference in references_of(association):
            if role is not None and role.lower() != reference.name.lower():
                continue
            if reference.reference_class is not None and source.is_a(reference.reference_class):
                yield association, reference


def associated_classes(
    schema: Schema, source: ClassDeclaration, role: str | None = None, result_role: str | None = None
) -> Iterator[tuple[ClassDeclaration, ClassDeclaration]]:
    """(association class, class at its other end) for every association of a class."""
    for association, near in referring_classes(schema, source, role):
        for far in references_of(association):
            if far is near or far.reference_class is None:
                continue
            if result_role is not None and result_role.lower() != far.name.lower():
                continue
            found = schema.get(far.reference_class)
            if found is not None:
                yield association, found


def references_of(association: ClassDeclaration) -> tuple[PropertyDeclaration, ...]:
    """The references of an association class."""
    return tuple(each for each in association.properties if each.type is CimType.REFERENCE)
