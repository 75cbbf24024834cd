"""What the syntax tree of Visual Basic has besides that of C#."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from emulator.powershell.csharp.syntax import (
    Argument,
    Expression,
    Statement,
    TypeName,
)


@dataclass(slots=True)
class Identifier(Expression):
    """A simple name, in any case."""

    name: str
    generics: list[TypeName] | None = None


@dataclass(slots=True)
class Access(Expression):
    """``target.name``."""

    target: Expression
    name: str
    generics: list[TypeName] | None = None


@dataclass(slots=True)
class Call(Expression):
    """``target(arguments)``: a call, an element, or a property with arguments."""

    target: Expression
    arguments: list[Argument]


@dataclass(slots=True)
class Grouped(Expression):
    """An operand in brackets of its own: a value, and no variable for a ByRef parameter."""

    value: Expression


@dataclass(slots=True)
class Omitted(Expression):
    """An argument that is left out between commas."""


@dataclass(slots=True)
class Operation(Expression):
    """``left operator right``; operators in small letters."""

    operator: str
    left: Expression
    right: Expression


@dataclass(slots=True)
class Negation(Expression):
    """``-``, ``+`` and ``not`` before an operand."""

    operator: str
    operand: Expression


@dataclass(slots=True)
class Converted(Expression):
    """A value as one of a type: what CType and every assignment do."""

    type_name: TypeName
    value: Expression


@dataclass(slots=True)
class Truth(Expression):
    """A value where a condition stands."""

    value: Expression


@dataclass(slots=True)
class ReferenceCast(Expression):
    """``DirectCast`` and, when ``is_trial``, ``TryCast``."""

    type_name: TypeName
    value: Expression
    is_trial: bool


@dataclass(slots=True)
class Choice(Expression):
    """``If(condition, first, second)``; of two operands the first that is not Nothing (no condition)."""

    condition: Expression | None
    first: Expression
    second: Expression


@dataclass(slots=True)
class TypeOfIs(Expression):
    """``TypeOf value Is T``."""

    value: Expression
    type_name: TypeName


@dataclass(slots=True)
class Creation(Expression):
    """``New T(arguments)`` with what fills it: members behind With, items behind From."""

    type_name: TypeName
    arguments: list[Argument]
    members: list[tuple[str, Expression]] = field(default_factory=list)
    items: list[list[Expression]] = field(default_factory=list)


@dataclass(slots=True)
class ArrayOfSize(Expression):
    """An array of an element type up to an upper bound."""

    element: TypeName
    bound: Expression


@dataclass(slots=True)
class ArrayOfItems(Expression):
    """``{a, b}``, or ``New T() {a, b}`` with the element type."""

    element: TypeName | None
    items: list[Expression]


@dataclass(slots=True)
class AddressOf(Expression):
    """``AddressOf method``."""

    target: Expression


@dataclass(slots=True)
class Assign(Expression):
    """``target = value``, a statement in the source; compound with the operator."""

    operator: str
    target: Expression
    value: Expression


@dataclass(slots=True)
class Variable(Statement):
    """A local variable; no type where it is that of the value. Without a value it keeps what it has: a loop
    does not clear it. ``unless_known``: nothing when the name means something already."""

    name: str
    type_name: TypeName | None
    value: Expression | None
    unless_known: bool = False


@dataclass(slots=True)
class Group(Statement):
    """Statements without a scope of their own."""

    statements: list[Statement]


@dataclass(slots=True)
class Labelled(Statement):
    """A statement that ``Exit`` leaves by its label, or whose round ``Continue`` ends."""

    label: str
    body: Statement


@dataclass(slots=True)
class Leave(Statement):
    """Goes to the end of the statement with the label."""

    label: str


@dataclass(slots=True)
class ReDim(Statement):
    """An array with another upper bound."""

    target: Expression
    bound: Expression
    keeps: bool
    element: TypeName | None = None


@dataclass(slots=True)
class HandlerChange(Statement):
    """``AddHandler`` and ``RemoveHandler``."""

    event: Expression
    handler: Expression
    is_addition: bool


@dataclass(slots=True)
class RaiseEvent(Statement):
    """``RaiseEvent name(arguments)``."""

    name: str
    arguments: list[Argument]


BINARY_METHODS: Final = {
    "+": "op_Addition",
    "-": "op_Subtraction",
    "*": "op_Multiply",
    "/": "op_Division",
    "\\": "op_IntegerDivision",
    "mod": "op_Modulus",
    "^": "op_Exponent",
    "&": "op_Concatenate",
    "=": "op_Equality",
    "<>": "op_Inequality",
    "<": "op_LessThan",
    ">": "op_GreaterThan",
    "<=": "op_LessThanOrEqual",
    ">=": "op_GreaterThanOrEqual",
    "and": "op_BitwiseAnd",
    "or": "op_BitwiseOr",
    "xor": "op_ExclusiveOr",
    "like": "op_Like",
    "<<": "op_LeftShift",
    ">>": "op_RightShift",
}
"""The methods of types that stand for operators between two operands."""
UNARY_METHODS: Final = {
    "+": "op_UnaryPlus",
    "-": "op_UnaryNegation",
    "not": "op_OnesComplement",
    "istrue": "op_True",
    "isfalse": "op_False",
}
"""Those for one operand."""
