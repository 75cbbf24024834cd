"""Class and enum definitions: their plans, made once, and the types that a runspace makes of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.enums import EnumType, EnumValue
from emulator.powershell.dotnet.types import PSType
from emulator.powershell.parser import ast
from emulator.powershell.runtime.compiler.base import (
    STATEMENTS,
    VALUES,
    Run,
    Value,
    Write,
    compiles,
    value_of,
)
from emulator.powershell.runtime.compiler.context import surrounded, surroundings
from emulator.powershell.runtime.compiler.parameters import attribute_validator, short
from emulator.powershell.runtime.compiler.strings import block_of
from emulator.powershell.runtime.compiler.type_names import type_of_name
from emulator.powershell.runtime.conversion import to_integer
from emulator.powershell.runtime.errors import ConversionError, cast_error, error
from emulator.powershell.runtime.metadata import Validator

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Frame

Find = Callable[["Frame"], PSType]


class PropertyPlan:
    """A property as it was written."""

    __slots__ = ("is_hidden", "is_static", "kind", "name", "node", "validators", "value")

    def __init__(self, node: ast.PropertyMemberAst) -> None:
        self.node = node
        self.name = node.name
        self.is_static = node.is_static
        self.is_hidden = node.is_hidden
        declared = node.property_type
        self.kind: Find | None = type_of_name(declared.type_name, declared.extent) if declared else None
        self.validators: tuple[Callable[[Frame], Validator | None], ...] = tuple(
            attribute_validator(one) for one in node.attributes
        )
        self.value: Value | None = value_of(node.initial_value) if node.initial_value is not None else None


class MethodPlan:
    """A method or constructor as it was written; its body is compiled when it first runs."""

    __slots__ = (
        "_body",
        "_surroundings",
        "base_arguments",
        "is_constructor",
        "is_hidden",
        "is_static",
        "name",
        "node",
        "parameter_kinds",
        "parameter_names",
        "parameter_types",
        "return_kind",
        "return_name",
    )

    def __init__(self, node: ast.FunctionMemberAst) -> None:
        self.node = node
        self.name = node.name
        self.is_static = node.is_static
        self.is_hidden = node.is_hidden
        self.is_constructor = node.is_constructor
        declared = [_type_of_parameter(one) for one in node.parameters]
        self.parameter_names = tuple(one.name.variable_path.unqualified_path for one in node.parameters)
        self.parameter_types = tuple("object" if one is None else one.type_name.name for one in declared)
        self.parameter_kinds: tuple[Find | None, ...] = tuple(
            None if one is None else type_of_name(one.type_name, one.extent) for one in declared
        )
        found = node.return_type
        self.return_kind: Find | None = type_of_name(found.type_name, found.extent) if found else None
        self.return_name = found.type_name.name if found else "void"
        self._surroundings = replace(surroundings(), in_method=True)
        self._body: Run | None = None
        call = _base_call(node)
        self.base_arguments: tuple[Value, ...] = tuple(
            value_of(one) for one in (call.arguments or () if call is not None else ())
        )

    @property
    def body(self) -> Run:
        """The statements."""
        if self._body is None:
            block = self.node.body.end_block
            statements = block.statements if block is not None else ()
            traps = block.traps if block is not None else ()
            if _base_call(self.node) is not None:
                statements = statements[1:]
            with surrounded(self._surroundings):
                self._body = block_of(ast.StatementBlockAst(self.node.body.extent, statements, traps))
        return self._body


class ClassPlan:
    """A class as it was written."""

    __slots__ = ("bases", "file", "methods", "name", "node", "properties")

    def __init__(self, node: ast.TypeDefinitionAst) -> None:
        self.node = node
        self.name = node.name
        self.file = node.extent.file
        self.bases: tuple[Find, ...] = tuple(
            type_of_name(one.type_name, one.extent) for one in node.base_types
        )
        with surrounded(replace(surroundings(), class_name=node.name)):
            self.properties = [
                PropertyPlan(one) for one in node.members if isinstance(one, ast.PropertyMemberAst)
            ]
            self.methods = [MethodPlan(one) for one in node.members if isinstance(one, ast.FunctionMemberAst)]


def _type_of_parameter(node: ast.ParameterAst) -> ast.TypeConstraintAst | None:
    found = [one for one in node.attributes if isinstance(one, ast.TypeConstraintAst)]
    return found[-1] if found else None


def _base_call(node: ast.FunctionMemberAst) -> ast.BaseCtorInvokeMemberExpressionAst | None:
    block = node.body.end_block
    if not node.is_constructor or block is None or not block.statements:
        return None
    first = block.statements[0]
    inner = first.expression if isinstance(first, ast.CommandExpressionAst) else None
    return inner if isinstance(inner, ast.BaseCtorInvokeMemberExpressionAst) else None


# Definition in a runspace


class TypeDefinitions:
    """The classes and enums of one sequence of statements."""

    __slots__ = ("_plans", "names", "nodes", "surroundings")

    def __init__(self, nodes: Iterable[ast.StatementAst]) -> None:
        self.nodes = tuple(one for one in nodes if type(one) is ast.TypeDefinitionAst)
        self.names = frozenset(one.name.lower() for one in self.nodes)
        self._plans: tuple[ClassPlan, ...] | None = None
        around = surroundings()
        self.surroundings = replace(around, definitions=(self, *around.definitions))
        """What surrounds the statements: these definitions among the rest."""

    def define(self, frame: Frame) -> None:
        """Make the types known in the scope; the runspaces of a process find the same types."""
        from emulator.powershell.runtime.script_class import ScriptClass

        made, own = self.made(frame), None
        if not made:
            own = self._make(frame)
            # Another runspace may have been at it too: what was there first counts for all.
            made = frame.engine.session.script_types.setdefault(self.nodes, own)
        if made is not own:
            frame.engine.types.define(frame.scope, {one.name: one for one in made})
        for one in made:
            if isinstance(one, ScriptClass):
                one.define_in(frame.engine, frame.scope.home)

    def made(self, frame: Frame) -> list[PSType]:
        """The types that `define` made in the process; none before."""
        return frame.engine.session.script_types.get(self.nodes, [])

    def named(self, key: str, frame: Frame) -> PSType | None:
        """The type of a lower-case name, once it is made."""
        return next((one for one in self.made(frame) if one.name.lower() == key), None)

    def _make(self, frame: Frame) -> list[PSType]:
        from emulator.powershell.runtime.script_class import ScriptClass

        engine = frame.engine
        if len(engine.session.script_types) >= engine.limits.types:
            raise error("Too many types were defined.", "TypeLimit", "LimitsExceeded")
        names = [node.name.lower() for node in self.nodes]
        for place, node in enumerate(self.nodes):
            if names[place] in names[:place]:
                # The parser refuses it where it looks; inside of blocks it does not.
                text = f"The member '{node.name}' is already defined."
                raise error(text, "MemberAlreadyDefined", "ParserError")
        if self._plans is None:
            with surrounded(self.surroundings):
                self._plans = tuple(ClassPlan(one) for one in self.nodes if one.is_class)
        enums = []
        for node in _values_first([each for each in self.nodes if each.is_enum]):
            enums.append(_enum(node, frame))
            engine.types.define(frame.scope, {node.name: enums[-1]})
        classes = [ScriptClass(one, engine, frame.scope.home) for one in self._plans]
        made: list[PSType] = [*enums, *classes]
        engine.types.define(frame.scope, {one.name: one for one in made})
        for one in _bases_first(classes):
            one.define(frame)
        return made


def around_types(nodes: tuple[ast.StatementAst, ...]) -> TypeDefinitions:
    """The definitions of a sequence of statements: those of its whole block, unless it stands deeper."""
    first = next(one for one in nodes if type(one) is ast.TypeDefinitionAst)
    for known in surroundings().definitions:
        if any(one is first for one in known.nodes):
            return known
    return TypeDefinitions(nodes)


def _values_first(enums: list[ast.TypeDefinitionAst]) -> list[ast.TypeDefinitionAst]:
    """The enums so that each stands behind those whose members its initial values use."""
    by_name = {one.name.lower(): one for one in enums}
    needed = {name: _enums_used(one) & by_name.keys() - {name} for name, one in by_name.items()}
    ordered: list[ast.TypeDefinitionAst] = []
    while needed:
        ready = [name for name, others in needed.items() if not others & needed.keys()]
        if not ready:
            text = "Cannot define enum because of a cycle in the initialization expressions."
            raise error(text, "CycleInEnumInitializers", "ParserError")
        for name in ready:
            del needed[name]
            ordered.append(by_name[name])
    return ordered


def _enums_used(node: ast.TypeDefinitionAst) -> set[str]:
    return {
        inner.type_name.name.lower()
        for member in node.members
        if isinstance(member, ast.PropertyMemberAst) and member.initial_value is not None
        for inner in member.initial_value.walk()
        if isinstance(inner, ast.TypeExpressionAst)
    }


def _bases_first(classes: list[Any]) -> list[Any]:
    """The classes so that each stands behind those of the same script that it derives from."""
    by_name = {one.name.lower(): one for one in classes}
    ordered: dict[str, Any] = {}

    def place(one: Any, depth: int) -> None:
        if one.name.lower() in ordered or depth > len(classes):
            return
        for base in one.plan.node.base_types:
            inner = by_name.get(base.type_name.name.lower())
            if inner is not None and inner is not one:
                place(inner, depth + 1)
        ordered[one.name.lower()] = one

    for one in classes:
        place(one, 0)
    return list(ordered.values())


def _enum(node: ast.TypeDefinitionAst, frame: Frame) -> EnumType:
    names: dict[str, int] = {}
    following = 0
    flags = _has_flags(node)
    for member in node.members:
        assert isinstance(member, ast.PropertyMemberAst)  # noqa: S101 - the grammar of enums
        if member.initial_value is not None:
            following = _number(member.initial_value, EnumType(node.name, names, flags=flags), frame)
        if not -(1 << 31) <= following < 1 << 31:
            raise error(
                f"Enumerator value must be a constant value of type int; {following} is too large.",
                "EnumeratorValueTooLarge" if member.initial_value is None else "EnumeratorValueOutOfBounds",
                "ParserError",
            )
        names[member.name] = following
        following += 1
    return EnumType(node.name, names, flags=flags)


def _has_flags(node: ast.TypeDefinitionAst) -> bool:
    return any(short(one.type_name.name) == "flags" for one in node.attributes)


def _number(node: ast.ExpressionAst, so_far: EnumType, frame: Frame) -> int:
    frame.engine.types.define(frame.scope, {so_far.name: so_far})
    value = value_of(node)(frame)
    if isinstance(value, EnumValue):
        return value.number
    try:
        return int(to_integer(value, int, "System.Int32"))
    except ConversionError as problem:
        raise cast_error(problem) from None


@compiles(STATEMENTS, ast.TypeDefinitionAst)
def type_definition(_node: ast.TypeDefinitionAst) -> Run:
    """``class`` and ``enum``: nothing is left to do where they stand; see `TypeDefinitions`."""

    def run(_frame: Frame, _write: Write) -> None:
        return

    return run


@compiles(VALUES, ast.BaseCtorInvokeMemberExpressionAst)
def base_call(_node: ast.BaseCtorInvokeMemberExpressionAst) -> Value:
    """``: base(...)`` is done before the body runs."""
    return lambda _frame: None
