"""What the compiler says about a source."""

from __future__ import annotations

from dataclasses import dataclass

from emulator.powershell.csharp.syntax import Place


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One error: line and column from one, ``CS1002`` and its text."""

    line: int
    column: int
    number: str
    text: str


class CompileError(Exception):
    """A source with errors."""

    def __init__(self, diagnostics: list[Diagnostic]) -> None:
        self.diagnostics = diagnostics
        super().__init__(diagnostics[0].text)


class UnsupportedError(Exception):
    """A source that is C# 5 but uses what is not interpreted: ``construct`` names it."""

    def __init__(self, construct: str, place: Place) -> None:
        self.construct = construct
        self.place = place
        super().__init__(construct)


class DuplicateTypeError(Exception):
    """A type of a source has the name of one that is there."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(name)


def failure(place: Place, number: str, text: str) -> CompileError:
    """One error as an exception."""
    return CompileError([Diagnostic(place[0], place[1], number, text)])
