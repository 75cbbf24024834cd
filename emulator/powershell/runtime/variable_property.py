"""PSVariableProperty: a property that is a variable of a module."""

from __future__ import annotations

from typing import Any

from emulator.powershell.dotnet.psobject import NoteProperty
from emulator.powershell.runtime.scope import Variable


class VariableProperty(NoteProperty):
    """A property whose value is that of a variable."""

    __slots__ = ("variable",)

    def __init__(self, name: str, variable: Variable) -> None:
        self.variable = variable
        self.name = name

    @property
    def value(self) -> Any:
        """The variable's value."""
        return self.variable.current

    @value.setter
    def value(self, new: Any) -> None:
        self.variable.value = new
