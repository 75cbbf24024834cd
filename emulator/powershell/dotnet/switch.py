"""System.Management.Automation.SwitchParameter."""

from __future__ import annotations


class SwitchParameter:
    """The value of a switch of a function: true when it was given."""

    __slots__ = ("is_present",)

    def __init__(self, is_present: bool) -> None:
        self.is_present = is_present

    def __bool__(self) -> bool:
        return self.is_present

    def __eq__(self, other: object) -> bool:
        if isinstance(other, SwitchParameter):
            return other.is_present == self.is_present
        return isinstance(other, bool) and other == self.is_present

    def __hash__(self) -> int:
        return hash(self.is_present)

    def __str__(self) -> str:
        return "True" if self.is_present else "False"
