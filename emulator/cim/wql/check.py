"""What a query means for one class: whether its names exist there, which properties it wants, which keys it
fixes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.cim.errors import InvalidObjectPath, InvalidQuery, TypeMismatch
from emulator.cim.object_path import ObjectPath
from emulator.cim.types import CimType, check_value
from emulator.cim.wql.evaluate import number_of, time_of, truth_of
from emulator.cim.wql.tree import (
    And,
    Comparison,
    Constant,
    Expression,
    IsA,
    IsNull,
    Not,
    Or,
    Property,
    SchemaQuery,
    SelectQuery,
)

if TYPE_CHECKING:
    from emulator.cim.declaration import ClassDeclaration, PropertyDeclaration
    from emulator.cim.types import CimScalar


def resolve(query: SelectQuery, declaration: ClassDeclaration) -> tuple[str, ...] | None:
    """The selected properties as the class spells them, None for `*`. Raises InvalidQuery.

    Checks every name of the query against the class, and constants against the types of their properties, as
    WMI does before it asks a provider: an unknown property, an array in a comparison or a text that is no
    number is an invalid query. Parts of embedded objects are known only at evaluation and are not checked.
    """
    if query.where is not None:
        _check(query.where, declaration)
    if query.properties is None:
        return None
    return tuple(_selected(name, declaration) for name in query.properties)


def check_schema_query(query: SchemaQuery) -> None:
    """Checks that a schema query asks only for what classes have: their system properties.

    Raises InvalidQuery.
    """
    if query.where is not None:
        _check_system(query.where)


def class_names_wanted(where: Expression | None) -> tuple[tuple[str, str], ...]:
    """What every class that meets the condition of a schema query must have: pairs of a system property in
    upper case and the class that it names (`__THIS` with ISA, the others with =).
    """
    found: list[tuple[str, str]] = []
    for term in where.terms if isinstance(where, And) else (where,):
        if isinstance(term, IsA) and term.operand.name.upper() == "__THIS":
            found.append(("__THIS", term.class_name))
        elif (
            isinstance(term, Comparison)
            and term.operator == "="
            and isinstance(term.left, Property)
            and isinstance(term.right, Constant)
            and term.left.name.upper() in ("__CLASS", "__SUPERCLASS", "__DYNASTY")
        ):
            found.append((term.left.name.upper(), str(term.right.value)))
    return tuple(found)


def key_equalities(where: Expression | None, declaration: ClassDeclaration) -> dict[str, CimScalar]:
    """Keys (as the class spells them) that every match must have, with the value in the key's type.

    Only terms joined by AND at the top count: `key = constant`, and `__PATH = '...'` or `__RELPATH = '...'`
    of an instance. The result narrows a search; the condition itself must still be evaluated.
    """
    found: dict[str, CimScalar] = {}
    terms = where.terms if isinstance(where, And) else (where,)
    for term in terms:
        if not (isinstance(term, Comparison) and term.operator == "=" and isinstance(term.left, Property)):
            continue
        if not isinstance(term.right, Constant) or len(term.left.parts) != 1:
            continue
        name = term.left.parts[0]
        if name.upper() in ("__PATH", "__RELPATH"):
            for key_name, value in _path_keys(str(term.right.value), declaration).items():
                _add_key(found, key_name, value, declaration)
        else:
            _add_key(found, name, term.right.value, declaration)
    return found


def _path_keys(text: str, declaration: ClassDeclaration) -> dict[str, CimScalar]:
    try:
        return dict(ObjectPath.parse(text).named_keys(declaration.keys))
    except InvalidObjectPath:
        return {}


def _add_key(found: dict[str, CimScalar], name: str, value: CimScalar, declaration: ClassDeclaration) -> None:
    declared = declaration.find_property(name)
    if declared is None or not declared.is_key or declared.name in found:
        return
    try:
        if declared.type is CimType.STRING and not isinstance(value, str):
            value = str(value)
        found[declared.name] = check_value(declared.type, value)
    except TypeMismatch:
        return


def _selected(name: str, declaration: ClassDeclaration) -> str:
    head, dot, rest = name.partition(".")
    if not dot and Property((name,)).is_system and name.upper() != "__THIS":
        return name.upper()
    return f"{_declared(head, declaration).name}{dot}{rest}"


def _check_system(where: Expression) -> None:
    if isinstance(where, And | Or):
        for term in where.terms:
            _check_system(term)
    elif isinstance(where, Not):
        _check_system(where.term)
    elif isinstance(where, IsNull | IsA):
        _check_system_name(where.operand)
        if isinstance(where, IsA) and where.operand.name.upper() != "__THIS":
            raise InvalidQuery("in a schema query ISA goes with __this")
    elif isinstance(where, Comparison):
        for side in (where.left, where.right):
            if isinstance(side, Property):
                _check_system_name(side)


def _check_system_name(operand: Property) -> None:
    if len(operand.parts) != 1 or not operand.is_system:
        raise InvalidQuery(f"a schema query cannot ask for {operand.name[:64]}")


def _declared(name: str, declaration: ClassDeclaration) -> PropertyDeclaration:
    found = declaration.find_property(name)
    if found is None:
        raise InvalidQuery(f"{declaration.name} has no property {name[:256]}")
    return found


def _check(where: Expression, declaration: ClassDeclaration) -> None:
    if isinstance(where, And | Or):
        for term in where.terms:
            _check(term, declaration)
    elif isinstance(where, Not):
        _check(where.term, declaration)
    elif isinstance(where, IsNull | IsA):
        _check_name(where.operand, declaration)
    elif isinstance(where, Comparison):
        for side in (where.left, where.right):
            if isinstance(side, Property):
                _check_comparable(side, declaration)
        if isinstance(where.left, Property) and isinstance(where.right, Constant):
            _check_constant(where.left, where.right, declaration)


def _check_name(operand: Property, declaration: ClassDeclaration) -> PropertyDeclaration | None:
    """The declaration of a plain property, None for a system property or a part of an embedded object."""
    head = operand.parts[0]
    if len(operand.parts) == 1 and operand.is_system:
        return None
    declared = _declared(head, declaration)
    return declared if len(operand.parts) == 1 else None


def _check_comparable(operand: Property, declaration: ClassDeclaration) -> None:
    declared = _check_name(operand, declaration)
    if (declared is not None and declared.is_array) or operand.name.upper() == "__DERIVATION":
        raise InvalidQuery(f"{operand.name} is an array, which WQL does not compare")


def _check_constant(operand: Property, constant: Constant, declaration: ClassDeclaration) -> None:
    declared = _check_name(operand, declaration)
    if declared is None:
        return
    value = constant.value
    fits = True
    if declared.type.is_integer or declared.type.is_real:
        fits = number_of(value) is not None
    elif declared.type is CimType.BOOLEAN:
        fits = truth_of(value) is not None
    elif declared.type is CimType.DATETIME:
        fits = time_of(value) is not None
    if not fits:
        raise InvalidQuery(
            f"{str(value)[:64]!r} is no value for {declared.name} of type {declared.type.value}"
        )
