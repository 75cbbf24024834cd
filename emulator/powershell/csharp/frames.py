"""A running body, and code that was compiled for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.types import PSType

if TYPE_CHECKING:
    from emulator.powershell.csharp.types import CSharpType
    from emulator.powershell.runtime.engine import Engine


class Frame:
    """One call: its object, its variables by number, the types its type parameters stand for."""

    __slots__ = ("caught", "engine", "generics", "result", "slots", "this")

    def __init__(
        self, engine: Engine, this: Any, slots: list[Any], generics: dict[str, PSType] | None = None
    ) -> None:
        self.engine = engine
        self.this = this
        self.slots = slots
        self.generics = generics
        self.result: Any = None
        self.caught: Exception | None = None
        """What the running catch clause caught."""


Run = Callable[[Frame], Any]


class TypeCode:
    """A type as code: always the same one (``fixed``), or one that the call's type parameters decide."""

    __slots__ = ("find", "fixed", "text")

    def __init__(self, fixed: PSType | None, find: Callable[[Frame], PSType], text: str) -> None:
        self.fixed = fixed
        self.find = find
        self.text = text


class NotConstant:
    """Stands for the value of an expression that has none at compile time."""


NOT_CONSTANT: Any = NotConstant()


class Code:
    """An expression: how it runs, its static type where that is known, its value where it is constant."""

    __slots__ = ("constant", "is_cast", "kind", "run")

    def __init__(self, run: Run, kind: PSType | None = None, constant: Any = NOT_CONSTANT) -> None:
        self.is_cast = False
        """Whether the source casts it, so that its static type is meant."""
        self.run = run
        self.kind = kind
        self.constant = constant

    @property
    def is_constant(self) -> bool:
        """Whether the value is known at compile time."""
        return self.constant is not NOT_CONSTANT


class Place:
    """Something that can be assigned: ``prepare`` evaluates what it stands on, once."""

    __slots__ = ("kind", "prepare", "read", "write")

    def __init__(
        self,
        prepare: Run,
        read: Callable[[Frame, Any], Any],
        write: Callable[[Frame, Any, Any], None],
        kind: PSType | None,
    ) -> None:
        self.prepare = prepare
        self.read = read
        self.write = write
        self.kind = kind


class Local:
    """A variable of a body; ``constant`` is the value of a constant one."""

    __slots__ = ("constant", "is_reference", "kind", "slot")

    def __init__(self, slot: int, kind: TypeCode | None, is_reference: bool = False) -> None:
        self.slot = slot
        self.kind = kind
        self.is_reference = is_reference
        self.constant: Any = NOT_CONSTANT


class Body:
    """What the compiler knows inside of one method: its type, its variables.

    ``captured``: some lambda may keep variables, so each lies in a cell of its own.
    """

    __slots__ = ("captured", "is_checked", "is_static", "open_names", "owner", "scopes", "size", "spellings")

    def __init__(
        self, owner: CSharpType, is_static: bool, captured: bool, open_names: frozenset[str] = frozenset()
    ) -> None:
        self.open_names = open_names
        """The type parameters of the method."""
        self.owner = owner
        self.is_static = is_static
        self.captured = captured
        self.scopes: list[dict[str, Local]] = [{}]
        self.spellings: dict[str, set[str]] = {}
        """The names of all variables so far by their small letters: Visual Basic does not mind case."""
        self.size = 0
        self.is_checked = False

    def local(self, name: str) -> Local | None:
        """A variable that is in scope."""
        for scope in reversed(self.scopes):
            found = scope.get(name)
            if found is not None:
                return found
        return None

    def declare(self, name: str, kind: TypeCode | None, is_reference: bool = False) -> Local:
        """A new variable in the innermost scope."""
        made = Local(self.size, kind, is_reference)
        self.size += 1
        self.scopes[-1][name] = made
        self.spellings.setdefault(name.lower(), set()).add(name)
        return made

    def inner(self) -> Body:
        """What a lambda knows: the variables around it too."""
        made = Body(self.owner, self.is_static, captured=True, open_names=self.open_names)
        made.scopes = [*self.scopes, {}]
        made.spellings = self.spellings
        made.size = self.size
        made.is_checked = self.is_checked
        return made
