"""What the parser knows of the method that it is in."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Final

from emulator.powershell.csharp.syntax import (
    Block,
    Expression,
    Jump,
    Place,
    Return,
    Statement,
    TypeName,
    TypeOf,
)
from emulator.powershell.visualbasic.syntax import Converted, Identifier, Labelled, Leave, Variable

if TYPE_CHECKING:
    from emulator.powershell.csharp.syntax import Field

RESULT: Final = "<result>"
"""The variable that holds what a function gives: its name in the source is that of the function."""
_LOOPS: Final = frozenset({"for", "do", "while"})


class _Enclosing:
    """A statement that Exit or Continue may name."""

    def __init__(self, kind: str, label: str) -> None:
        self.kind = kind
        self.label = label
        self.is_left = False
        self.is_continued = False


class MethodContext:
    """A method, an accessor or a lambda. ``returns`` is None for a Sub and where it is not stated."""

    def __init__(
        self,
        name: str = "",
        returns: TypeName | None = None,
        *,
        is_function: bool = False,
        is_iterator: bool = False,
        is_shared: bool = False,
        kind: str = "",
    ) -> None:
        self.name = name.lower()
        self.returns = returns
        self.is_function = is_function
        self.is_iterator = is_iterator
        self.is_shared = is_shared
        self.kind = kind
        """The word behind Exit: sub, function or property."""
        self.uses_result = False
        self.statics: dict[str, str] = {}
        """Static local variables: their names, and the fields that they are."""
        self.new_fields: list[Field] = []
        self.with_targets: list[Expression] = []
        self._enclosing: list[_Enclosing] = []
        self._numbers = count(1)
        self._outer: MethodContext | None = None

    def inner(self, returns: TypeName | None, is_function: bool) -> MethodContext:
        """The context of a lambda here."""
        made = MethodContext(
            "",
            returns,
            is_function=is_function,
            is_shared=self.is_shared,
            kind="function" if is_function else "sub",
        )
        made.statics, made.new_fields = self.statics, self.new_fields
        made.with_targets = list(self.with_targets)
        made._numbers = self._numbers
        made._outer = self
        return made

    def hidden(self, what: str) -> str:
        """A name for a variable that no source can name."""
        return f"<{what} {next(self._numbers)}>"

    def is_result(self, lowered: str) -> bool:
        """Whether a name is that of the function."""
        return self.is_function and not self.is_iterator and bool(self.name) and lowered == self.name

    # Ends

    def enter(self, kind: str) -> None:
        """A statement that Exit may name begins."""
        self._enclosing.append(_Enclosing(kind, self.hidden(kind)))

    def leave(self, statement: Statement) -> Statement:
        """It is over: with its label, when something needs it."""
        found = self._enclosing.pop()
        return Labelled(statement.place, found.label, statement) if found.is_left else statement

    def round(self, body: Statement) -> Statement:
        """The body of the loop that is being read, with its label when something needs it."""
        found = self._enclosing[-1]
        return Labelled(body.place, f"next {found.label}", body) if found.is_continued else body

    def exit_of(self, kind: str, place: Place) -> Statement | None:
        """``Exit kind``; None where there is no such statement around."""
        if kind == self.kind:
            return self.result(place)
        for found in reversed(self._enclosing):
            if found.kind == kind:
                if kind in _LOOPS and found is self._innermost_loop():
                    return Jump(place, "break")
                found.is_left = True
                return Leave(place, found.label)
        return None

    def continue_of(self, kind: str, place: Place) -> Statement | None:
        """``Continue kind``; None where there is no such loop around."""
        for found in reversed(self._enclosing):
            if found.kind == kind:
                if found is self._innermost_loop():
                    return Jump(place, "continue")
                found.is_continued = True
                return Leave(place, f"next {found.label}")
        return None

    def _innermost_loop(self) -> _Enclosing | None:
        return next((one for one in reversed(self._enclosing) if one.kind in _LOOPS), None)

    # Results

    def result(self, place: Place) -> Statement:
        """What leaves the method with what its result is so far."""
        if self.is_iterator:
            return Jump(place, "yield break")
        if not self.is_function or self.returns is None:
            return Return(place, None)
        self.uses_result = True
        return Return(place, Identifier(place, RESULT))

    def returned(self, place: Place, value: Expression) -> Statement:
        """``Return value``."""
        return Return(place, value if self.returns is None else Converted(place, self.returns, value))

    def finished(self, place: Place, body: Block) -> Block:
        """The body with the variable of the result, and the end that gives it."""
        if not self.is_function or self.is_iterator or self.returns is None:
            return body
        if not self.uses_result:
            default = Return(place, TypeOf(place, "default", self.returns))
            return Block(place, [*body.statements, default])
        variable = Variable(place, RESULT, self.returns, None)
        return Block(place, [variable, *body.statements, self.result(place)])
