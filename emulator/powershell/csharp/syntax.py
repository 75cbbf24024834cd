"""The syntax tree of C#, as far as it is interpreted. Every node has its place: line and column from one."""

from __future__ import annotations

from dataclasses import dataclass, field

Place = tuple[int, int]


@dataclass(slots=True)
class Node:
    """Anything that stands in the source."""

    place: Place


# Types


@dataclass(slots=True)
class TypeName(Node):
    """``name`` with dots and without arguments; ``arguments`` those of each part that has some, by its place.

    ``dimensions`` are the ranks of an array, outermost first; an open generic type has None as arguments.
    """

    name: str
    arguments: dict[int, list[TypeName] | int] = field(default_factory=dict)
    dimensions: tuple[int, ...] = ()
    is_nullable: bool = False

    @property
    def text(self) -> str:
        """As it is written."""
        parts = self.name.split(".")
        for place, inside in self.arguments.items():
            shown = "," * (inside - 1) if isinstance(inside, int) else ", ".join(one.text for one in inside)
            parts[place] += f"<{shown}>"
        ranks = "".join(f"[{',' * (rank - 1)}]" for rank in self.dimensions)
        return ".".join(parts) + ("?" if self.is_nullable else "") + ranks


# Expressions


@dataclass(slots=True)
class Expression(Node):
    """What has a value."""


@dataclass(slots=True)
class Literal(Expression):
    """A constant, already as a value of the engine."""

    value: object


@dataclass(slots=True)
class Name(Expression):
    """A simple name, with the type arguments of a generic method or type."""

    name: str
    arguments: list[TypeName] | None = None


@dataclass(slots=True)
class This(Expression):
    """``this``."""


@dataclass(slots=True)
class Base(Expression):
    """``base``, left of a dot."""


@dataclass(slots=True)
class TypeExpression(Expression):
    """A predefined type left of a dot."""

    type_name: TypeName


@dataclass(slots=True)
class MemberAccess(Expression):
    """``target.name``."""

    target: Expression
    name: str
    arguments: list[TypeName] | None = None


@dataclass(slots=True)
class Argument(Node):
    """An argument; ``mode`` is empty, ``ref`` or ``out``."""

    value: Expression
    name: str | None = None
    mode: str = ""


@dataclass(slots=True)
class Invocation(Expression):
    """``target(arguments)``."""

    target: Expression
    arguments: list[Argument]


@dataclass(slots=True)
class ElementAccess(Expression):
    """``target[arguments]``."""

    target: Expression
    arguments: list[Argument]


@dataclass(slots=True)
class Initializer(Expression):
    """``{ ... }``: items, lists of items for Add, or assignments to members."""

    items: list[Expression | list[Expression] | tuple[str, Expression]]


@dataclass(slots=True)
class ObjectCreation(Expression):
    """``new T(arguments) { ... }``."""

    type_name: TypeName
    arguments: list[Argument]
    initializer: Initializer | None = None


@dataclass(slots=True)
class ArrayCreation(Expression):
    """``new T[sizes] { ... }``; no type where it is that of the items."""

    type_name: TypeName | None
    sizes: list[Expression]
    initializer: Initializer | None = None


@dataclass(slots=True)
class AnonymousObject(Expression):
    """``new { Name = value }``."""

    members: list[tuple[str, Expression]]


@dataclass(slots=True)
class Unary(Expression):
    """``operator operand``; increments have ``++`` or ``--`` and say on which side."""

    operator: str
    operand: Expression
    is_postfix: bool = False


@dataclass(slots=True)
class Binary(Expression):
    """``left operator right``."""

    operator: str
    left: Expression
    right: Expression


@dataclass(slots=True)
class Assignment(Expression):
    """``target = value``, or compound with the operator before the sign."""

    operator: str
    target: Expression
    value: Expression


@dataclass(slots=True)
class Conditional(Expression):
    """``condition ? first : second``."""

    condition: Expression
    first: Expression
    second: Expression


@dataclass(slots=True)
class Cast(Expression):
    """``(T)value``."""

    type_name: TypeName
    value: Expression


@dataclass(slots=True)
class TypeTest(Expression):
    """``value is T`` and ``value as T``."""

    value: Expression
    type_name: TypeName
    is_conversion: bool


@dataclass(slots=True)
class TypeOf(Expression):
    """``typeof(T)``, ``sizeof(T)`` and ``default(T)``, by ``operator``."""

    operator: str
    type_name: TypeName


@dataclass(slots=True)
class Checked(Expression):
    """``checked(value)`` and ``unchecked(value)``."""

    value: Expression
    is_checked: bool


@dataclass(slots=True)
class Lambda(Expression):
    """A lambda or an anonymous method; no parameters are named where it takes any."""

    parameters: list[Parameter]
    body: Expression | Block


# Statements


@dataclass(slots=True)
class Statement(Node):
    """What is done."""


@dataclass(slots=True)
class Block(Statement):
    """``{ ... }``."""

    statements: list[Statement]


@dataclass(slots=True)
class ExpressionStatement(Statement):
    """An expression whose value nobody takes."""

    value: Expression


@dataclass(slots=True)
class LocalDeclaration(Statement):
    """Local variables; no type for ``var``."""

    type_name: TypeName | None
    variables: list[tuple[str, Expression | None]]


@dataclass(slots=True)
class If(Statement):
    """``if``."""

    condition: Expression
    then: Statement
    otherwise: Statement | None


@dataclass(slots=True)
class While(Statement):
    """``while`` and ``do``."""

    condition: Expression
    body: Statement
    is_do: bool = False


@dataclass(slots=True)
class For(Statement):
    """``for``."""

    initializers: list[Statement]
    condition: Expression | None
    updates: list[Expression]
    body: Statement


@dataclass(slots=True)
class ForEach(Statement):
    """``foreach``."""

    type_name: TypeName | None
    name: str
    source: Expression
    body: Statement


@dataclass(slots=True)
class Switch(Statement):
    """``switch``; a label is None for ``default``."""

    value: Expression
    sections: list[tuple[list[Expression | None], list[Statement]]]


@dataclass(slots=True)
class Jump(Statement):
    """``break``, ``continue``, ``yield break`` and ``goto`` to a case or the default of a switch."""

    kind: str
    value: Expression | None = None


@dataclass(slots=True)
class Return(Statement):
    """``return``."""

    value: Expression | None


@dataclass(slots=True)
class Yield(Statement):
    """``yield return``."""

    value: Expression


@dataclass(slots=True)
class Throw(Statement):
    """``throw``; without a value the one that was caught."""

    value: Expression | None


@dataclass(slots=True)
class Catch(Node):
    """A catch clause; Visual Basic may have a condition for it."""

    type_name: TypeName | None
    name: str | None
    body: Block
    condition: Expression | None = None


@dataclass(slots=True)
class Try(Statement):
    """``try``."""

    body: Block
    catches: list[Catch]
    last: Block | None


@dataclass(slots=True)
class Using(Statement):
    """``using`` with a declaration or an expression."""

    declaration: LocalDeclaration | None
    value: Expression | None
    body: Statement


@dataclass(slots=True)
class Lock(Statement):
    """``lock``."""

    value: Expression
    body: Statement


@dataclass(slots=True)
class CheckedBlock(Statement):
    """``checked { }`` and ``unchecked { }``."""

    body: Block
    is_checked: bool


# Declarations


@dataclass(slots=True)
class Attribute(Node):
    """An attribute with its arguments."""

    type_name: TypeName
    values: list[Expression]
    named: list[tuple[str, Expression]]


@dataclass(slots=True)
class Parameter(Node):
    """A parameter; ``mode`` is empty, ``ref``, ``out``, ``params`` or ``this``."""

    type_name: TypeName | None
    name: str
    mode: str = ""
    default: Expression | None = None
    attributes: list[Attribute] = field(default_factory=list)


@dataclass(slots=True)
class Member(Node):
    """A member of a type."""

    name: str
    modifiers: frozenset[str]
    attributes: list[Attribute]


@dataclass(slots=True)
class Field(Member):
    """A field, constant, or event without accessors."""

    type_name: TypeName
    value: Expression | None
    is_event: bool = False


@dataclass(slots=True)
class Property(Member):
    """A property or indexer. An accessor is a body, None when it is automatic or abstract, absent in
    ``accessors`` when there is none; ``access`` has the modifiers that an accessor has of its own."""

    type_name: TypeName
    parameters: list[Parameter]
    accessors: dict[str, Block | None]
    access: dict[str, frozenset[str]]
    interface: TypeName | None = None


@dataclass(slots=True)
class Method(Member):
    """A method, operator (named as .NET names it) or finalizer."""

    returns: TypeName
    generics: list[str]
    parameters: list[Parameter]
    body: Block | None
    interface: TypeName | None = None


@dataclass(slots=True)
class Constructor(Member):
    """A constructor; ``first`` is ``this`` or ``base`` with the arguments it is called with."""

    parameters: list[Parameter]
    first: str
    first_arguments: list[Argument]
    body: Block


@dataclass(slots=True)
class TypeDeclaration(Member):
    """A class, struct, interface, enum or delegate (``kind``)."""

    kind: str
    generics: list[str]
    bases: list[TypeName]
    members: list[Member]
    namespace: str = ""
    delegate: Method | None = None


@dataclass(slots=True)
class Namespace:
    """A namespace of a file, with what its using directives name."""

    name: str
    usings: list[str]
    aliases: dict[str, TypeName]
    types: list[TypeDeclaration]


@dataclass(slots=True)
class Unit:
    """A parsed source."""

    namespaces: list[Namespace]
