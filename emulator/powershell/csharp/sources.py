"""What one compilation is given."""

from __future__ import annotations

from typing import Any

from emulator.record import Record

C_SHARP, VISUAL_BASIC = "CSharp", "VisualBasic"
LIBRARY, CONSOLE, WINDOWS = "Library", "ConsoleApplication", "WindowsApplication"
"""What an assembly is, by the names of OutputAssemblyType."""


class SourceSet(Record):
    """Sources that are compiled together: their language, the symbols for the preprocessor, and the kind of
    the assembly that they become."""

    sources: tuple[str, ...]
    symbols: tuple[str, ...] = ()
    language: str = C_SHARP
    kind: str = LIBRARY

    @property
    def is_program(self) -> bool:
        """Whether it has an entry point."""
        return self.kind != LIBRARY

    @property
    def key(self) -> tuple[Any, ...]:
        """What tells apart what a process has compiled."""
        return (self.language, self.sources, self.symbols)

    @property
    def extension(self) -> str:
        """The ending of the names of its files."""
        return "vb" if self.language == VISUAL_BASIC else "cs"
