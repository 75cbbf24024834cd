"""WithEvents and Handles: what attaches methods of a type to events of its variables and of itself."""

from __future__ import annotations

from emulator.powershell.csharp.diagnostics import failure
from emulator.powershell.csharp.syntax import (
    Block,
    Constructor,
    Expression,
    ExpressionStatement,
    If,
    Literal,
    Place,
    Property,
    Statement,
    This,
    TypeDeclaration,
)
from emulator.powershell.visualbasic.syntax import (
    Access,
    AddressOf,
    Assign,
    HandlerChange,
    Identifier,
    Operation,
    Truth,
)

_OWN = frozenset({"me", "mybase", "myclass"})


class Watching:
    """The variables WithEvents of one type, and which methods handle which events."""

    def __init__(self) -> None:
        self._variables: dict[str, Property] = {}
        self._first: list[tuple[Property, Expression]] = []
        self._handled: list[tuple[Place, str, str, str]] = []

    def add(self, variable: Property, value: Expression | None) -> None:
        """A variable, and what it holds first."""
        self._variables[variable.name.lower()] = variable
        if value is not None:
            self._first.append((variable, value))

    def handle(self, place: Place, owner: str, event: str, method: str) -> None:
        """A method handles an event of a variable, or of the object itself."""
        self._handled.append((place, owner.lower(), event, method))

    def attach(self, node: TypeDeclaration) -> None:
        """Put what is needed into the setters and the constructors of the type. Raises CompileError."""
        for variable in self._variables.values():
            self._guard(variable)
        own: list[Statement] = []
        for place, owner, event, method in self._handled:
            if owner in _OWN:
                own.append(_change(place, Access(place, This(place), event), method, is_addition=True))
            elif owner not in self._variables:
                raise failure(
                    place,
                    "BC30506",
                    "Handles clause requires a WithEvents variable defined in the containing type or one of "
                    "its base types.",
                )
        for shared in (False, True):
            first: list[Statement] = [
                ExpressionStatement(one.place, Assign(one.place, "", Identifier(one.place, one.name), value))
                for one, value in self._first
                if ("static" in one.modifiers) is shared
            ]
            if first or (own and not shared):
                _into_constructors(node, [*first, *([] if shared else own)], shared=shared)

    def _guard(self, variable: Property) -> None:
        """The setter: handlers leave the old object and go to the new one."""
        place, wanted = variable.place, variable.name.lower()
        setter = variable.accessors["set"]
        assert setter is not None  # noqa: S101 - a variable is an automatic property
        field = Identifier(place, f"_{variable.name}")
        changes = [(at, event, method) for at, owner, event, method in self._handled if owner == wanted]
        steps: list[Statement] = []
        for is_addition in (False, True):
            if is_addition:
                steps += setter.statements
            inside: list[Statement] = [
                _change(at, Access(at, field, event), method, is_addition=is_addition)
                for at, event, method in changes
            ]
            if inside:
                there = Operation(place, "isnot", field, Literal(place, None))
                steps.append(If(place, Truth(place, there), Block(place, inside), None))
        variable.accessors["set"] = Block(place, steps)


def _change(place: Place, event: Expression, method: str, *, is_addition: bool) -> Statement:
    return HandlerChange(place, event, AddressOf(place, Identifier(place, method)), is_addition)


def _into_constructors(node: TypeDeclaration, steps: list[Statement], *, shared: bool) -> None:
    """Begin all constructors that run first with the steps; make one where there is none."""
    found = [
        one for one in node.members if isinstance(one, Constructor) and ("static" in one.modifiers) is shared
    ]
    if not found:
        modifiers = frozenset({"public", *(("static",) if shared else ())})
        made = Constructor(node.place, node.name, modifiers, [], [], "", [], Block(node.place, []))
        node.members.append(made)
        found = [made]
    for one in found:
        if one.first != "this":
            one.body = Block(one.body.place, [*steps, *one.body.statements])
