"""Code coverage: which commands of which files run while the tests do.

A file that is measured is compiled anew, with a counter before each command (`runtime.compiler.base`). What
counts as a command is what Pester counts: commands, expressions that are statements, break, continue, exit
and throw. A part of -CodeCoverage is a path, or a table with Path and Function, Class, StartLine and EndLine.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from emulator.powershell.parser import ast
from emulator.powershell.runtime.compiler.base import COUNTED_NODES
from emulator.powershell.runtime.script_block import compile_text

if TYPE_CHECKING:
    from emulator.powershell.parser.extents import Extent
    from emulator.powershell.runtime.compiler.blocks import CompiledBlock
    from emulator.powershell.runtime.engine import Engine

MAXIMUM_FILES = 5000


@dataclass(frozen=True, slots=True)
class Measured:
    """What is measured: a file, and the part of it by function, class and lines."""

    path: str
    function: str = ""
    type_name: str = ""
    first: int = 0
    last: int = 0


@dataclass(eq=False, slots=True)
class Command:
    """A command of a measured file. ``counts`` are those of the file, by the place of the command in it."""

    file: str
    extent: Extent
    function: str
    type_name: str
    counts: dict[int, int]

    @property
    def count(self) -> int:
        """How often it ran."""
        return self.counts.get(self.extent.start_offset, 0)

    def properties(self) -> Iterator[tuple[str, Any]]:
        """What the result object says about it."""
        extent = self.extent
        yield "File", self.file
        yield "Line", extent.start_line
        yield "StartLine", extent.start_line
        yield "EndLine", extent.end_line
        yield "StartColumn", extent.start_column
        yield "EndColumn", extent.end_column
        yield "Class", self.type_name
        yield "Function", self.function
        yield "Command", extent.text
        yield "HitCount", self.count


class Coverage:
    """A measurement, and what it came to. ``target`` is the percentage that is aimed at."""

    def __init__(self, target: Decimal = Decimal(75)) -> None:
        self.commands: list[Command] = []
        self.files: list[str] = []
        self.target = target
        self.output_file = ""

    @property
    def hit(self) -> list[Command]:
        """The commands that ran."""
        return [one for one in self.commands if one.count]

    @property
    def missed(self) -> list[Command]:
        """The commands that did not run."""
        return [one for one in self.commands if not one.count]

    @property
    def percent(self) -> Decimal:
        """How many of the commands ran."""
        return Decimal(100) * len(self.hit) / len(self.commands) if self.commands else Decimal(0)

    def start(self, engine: Engine, parts: list[tuple[Measured, str]]) -> None:
        """Measure from now on. ``parts`` have the text of their file. Raises the parse error of a file."""
        compiled: dict[str, CompiledBlock] = {}
        seen: set[tuple[str, int]] = set()
        for part, text in parts[:MAXIMUM_FILES]:
            key = part.path.lower()
            if key not in compiled:
                made = compiled[key] = compile_text(text, part.path, engine)
                made.ast.extent.source.counts = {}
            for one in _commands(compiled[key].ast, part):
                place = (key, one.extent.start_offset)
                if place not in seen:
                    seen.add(place)
                    self.commands.append(one)
        self.files = list(dict.fromkeys(one.file for one in self.commands))
        engine.covered = compiled

    def summary(self) -> str:
        """The line of the report on the console."""
        percent = f"{self.percent:.2f}".rstrip("0").rstrip(".")
        files = "File" if len(self.files) == 1 else "Files"
        commands = "Command" if len(self.commands) == 1 else "Commands"
        return (
            f"Covered {percent}% / {self.target}%. {len(self.commands):,} analyzed {commands} in "
            f"{len(self.files):,} {files}."
        )


def _commands(top: ast.ScriptBlockAst, part: Measured) -> Iterator[Command]:
    counts = top.extent.source.counts
    assert counts is not None  # noqa: S101 - set when the file was compiled
    waiting: list[tuple[ast.Ast, str, str]] = [(top, "", "")]
    while waiting:
        node, function, type_name = waiting.pop()
        if type(node) in COUNTED_NODES and _is_part(node, function, type_name, part):
            yield Command(part.path, node.extent, function, type_name, counts)
        if isinstance(node, ast.FunctionDefinitionAst):
            function = node.name
        elif isinstance(node, ast.TypeDefinitionAst):
            type_name = node.name
        waiting.extend((one, function, type_name) for one in reversed(list(node.children())))


def _is_part(node: ast.Ast, function: str, type_name: str, part: Measured) -> bool:
    extent = node.extent
    if part.function and part.function.lower() != function.lower():
        return False
    if part.type_name and part.type_name.lower() != type_name.lower():
        return False
    return extent.end_line >= part.first and not (part.last and extent.start_line > part.last)


def relative(path: str, root: str) -> str:
    """A path below a root, with slashes."""
    top = root.rstrip("\\") + "\\"
    inside = path[len(top) :] if path.lower().startswith(top.lower()) else path
    return inside.replace("\\", "/")
