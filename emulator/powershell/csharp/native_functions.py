"""Native functions of Windows that the machine answers, by library and name."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from emulator.powershell.dotnet.types import PSType
    from emulator.powershell.runtime.engine import Engine

_LAST_ERRORS: WeakKeyDictionary[Any, int] = WeakKeyDictionary()


class NativeCall:
    """One call: the arguments as C# gave them, and where the last error is kept."""

    __slots__ = ("engine", "keeps_error", "returns", "values")

    def __init__(self, engine: Engine, values: list[Any], keeps_error: bool, returns: PSType | None) -> None:
        self.engine = engine
        self.values = values
        self.keeps_error = keeps_error
        self.returns = returns

    def fail(self, code: int) -> bool:
        """Set the last error; false."""
        if self.keeps_error:
            _LAST_ERRORS[self.engine] = code
        return False


def last_error(engine: Engine) -> int:
    """Marshal.GetLastWin32Error."""
    return _LAST_ERRORS.get(engine, 0)


Function = Callable[[NativeCall], Any]
_FUNCTIONS: dict[tuple[str, str], Function] = {}


def find(library: str, name: str) -> Function | None:
    """A function by its library, with or without its ending, and its name, with or without A or W."""
    plain = library.lower().rpartition("\\")[2].removesuffix(".dll")
    found = _FUNCTIONS.get((plain, name))
    if found is None and name[-1:] in ("W", "A"):
        found = _FUNCTIONS.get((plain, name[:-1]))
    return found
