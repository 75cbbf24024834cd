"""The values that a parsed query consists of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from emulator.cim.object_path import ObjectPath
from emulator.cim.system_properties import SYSTEM_PROPERTIES

QUERIED = frozenset({*SYSTEM_PROPERTIES, "__THIS"})
"""System properties that a query may name, in upper case."""


@dataclass(frozen=True, slots=True)
class Property:
    """A property by its path through embedded objects: `TargetInstance.Name` has two parts."""

    parts: tuple[str, ...]

    @property
    def name(self) -> str:
        """The whole name with dots."""
        return ".".join(self.parts)

    @property
    def is_system(self) -> bool:
        """Whether the last part is a system property such as `__PATH`."""
        return self.parts[-1].upper() in QUERIED


@dataclass(frozen=True, slots=True)
class Constant:
    """A literal: text, number, TRUE, FALSE or NULL (None)."""

    value: str | int | float | bool | None


Operand: TypeAlias = Property | Constant


class Expression:
    """A condition; the subclasses below are all there are."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Comparison(Expression):
    """`left operator right`, the operator one of `= <> < <= > >= LIKE`; at least one side is a property."""

    left: Operand
    operator: str
    right: Operand


@dataclass(frozen=True, slots=True)
class IsNull(Expression):
    """`property IS NULL` (also written `= NULL`)."""

    operand: Property


@dataclass(frozen=True, slots=True)
class IsA(Expression):
    """`property ISA 'class'`: the embedded object is of the class or of one derived from it;

    `__this` is the object.
    """

    operand: Property
    class_name: str


@dataclass(frozen=True, slots=True)
class Not(Expression):
    """The opposite."""

    term: Expression


@dataclass(frozen=True, slots=True)
class And(Expression):
    """All terms hold."""

    terms: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Or(Expression):
    """At least one term holds."""

    terms: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class SelectQuery:
    """`SELECT properties FROM class_name WHERE where` and, for events, WITHIN and GROUP.

    `properties` is None for `*`. `within` and `group_within` are seconds; `group_by` names the properties of
    BY.
    """

    class_name: str
    properties: tuple[str, ...] | None = None
    where: Expression | None = None
    within: float | None = None
    group_within: float | None = None
    group_by: tuple[str, ...] = ()
    having: Expression | None = None


@dataclass(frozen=True, slots=True)
class SchemaQuery:
    """`SELECT * FROM meta_class WHERE where`: asks for classes."""

    where: Expression | None = None


@dataclass(frozen=True, slots=True)
class AssociatorsQuery:
    """`ASSOCIATORS OF {path} WHERE ..`; an option that was not given is None or False."""

    path: ObjectPath
    assoc_class: str | None = None
    result_class: str | None = None
    role: str | None = None
    result_role: str | None = None
    required_qualifier: str | None = None
    required_assoc_qualifier: str | None = None
    class_defs_only: bool = False
    keys_only: bool = False
    schema_only: bool = False


@dataclass(frozen=True, slots=True)
class ReferencesQuery:
    """`REFERENCES OF {path} WHERE ..`; an option that was not given is None or False."""

    path: ObjectPath
    result_class: str | None = None
    role: str | None = None
    required_qualifier: str | None = None
    class_defs_only: bool = False
    keys_only: bool = False
    schema_only: bool = False


Query: TypeAlias = SelectQuery | SchemaQuery | AssociatorsQuery | ReferencesQuery
