"""Delegates that C# code makes: lambdas and methods, one after the other when they are added."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.delegates import Delegate
from emulator.powershell.dotnet.types import PSType

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine

MOST_TARGETS = 1000


class _AnyDelegate(PSType):
    """The type of a lambda or a method before something asks for a certain delegate."""

    __slots__ = ()
    is_any_delegate = True

    def is_assignable_to(self, other: PSType) -> bool:
        """True for every delegate."""
        return other.base == "System.MulticastDelegate" or super().is_assignable_to(other)


ANY_DELEGATE = _AnyDelegate("System.MulticastDelegate", base="System.Delegate")


class CodeDelegate(Delegate):
    """A delegate of C# code. ``arity``: how many parameters it has, where that is known."""

    __slots__ = ("arity", "run", "target", "targets")

    def __init__(
        self,
        ps_type: PSType,
        run: Callable[[Engine, list[Any]], Any],
        engine: Engine,
        arity: int | None = None,
        target: Any = None,
    ) -> None:
        super().__init__(ps_type, lambda given: run(engine, given))
        self.run = run
        """A call in a runspace: not every caller is the one that made the delegate."""
        self.arity = arity
        self.target = target
        """What tells two delegates of the same method apart: the method and its object."""
        self.targets: list[Delegate] = []


def combine(left: Any, right: Any, engine: Engine) -> Any:
    """``left + right``: all of both, in their order."""
    if left is None or right is None:
        return left if right is None else right
    targets = [*_targets(left), *_targets(right)][:MOST_TARGETS]
    return _of(targets, left.ps_type, engine)


def remove(left: Any, right: Any, engine: Engine) -> Any:
    """``left - right``: without the last one that is the same."""
    if left is None or right is None:
        return left
    targets = _targets(left)
    for place in range(len(targets) - 1, -1, -1):
        if same(targets[place], right):
            del targets[place]
            break
    return _of(targets, left.ps_type, engine) if targets else None


def same(left: Any, right: Any) -> bool:
    """Whether two delegates call the same method of the same object."""
    if left is right:
        return True
    first, second = getattr(left, "target", None), getattr(right, "target", None)
    return first is not None and second is not None and first[0] is second[0] and first[1] is second[1]


def _targets(value: Delegate) -> list[Delegate]:
    return list(getattr(value, "targets", ())) or [value]


def call_in(value: Delegate, given: list[Any], engine: Engine) -> Any:
    """Call a delegate in a runspace."""
    return value.run(engine, given) if isinstance(value, CodeDelegate) else value.call(given)


def _of(targets: list[Delegate], kind: PSType, engine: Engine) -> Delegate:
    if len(targets) == 1:
        return targets[0]

    def run(engine: Engine, given: list[Any]) -> Any:
        result = None
        for one in targets:
            result = call_in(one, given, engine)
        return result

    made = CodeDelegate(kind, run, engine)
    made.targets = targets
    return made
