"""What a run consists of: containers (files), blocks (Describe, Context) and tests (It)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from emulator.powershell.runtime.errors import ErrorRecord
    from emulator.powershell.runtime.scope import Scope
    from emulator.powershell.runtime.script_block import ScriptBlock


FIRST_WITH_DISCOVERY = 5
"""The first major version of Pester that discovers before it runs."""
MAXIMUM_OUTPUT = 10_000
"""Objects of a test that are kept."""


class Outcome(Enum):
    """How a test ended, in Pester's words."""

    NOT_RUN = "NotRun"
    PASSED = "Passed"
    FAILED = "Failed"
    SKIPPED = "Skipped"
    PENDING = "Pending"
    INCONCLUSIVE = "Inconclusive"


@dataclass(frozen=True, slots=True)
class Case:
    """One item of -TestCases or -ForEach: the item itself (``$_``) and, of a hashtable, its entries."""

    item: Any
    variables: tuple[tuple[str, Any], ...] = ()


@dataclass(eq=False)
class Test:
    """One It, or one case of it. ``duration`` is in seconds."""

    name: str
    block: Block
    script: ScriptBlock
    case: Case | None = None
    tags: tuple[str, ...] = ()
    skip: bool = False
    pending: bool = False
    expanded_name: str = ""
    outcome: Outcome = Outcome.NOT_RUN
    reason: str = ""
    failures: list[ErrorRecord] = field(default_factory=list)
    duration: float = 0.0
    executed: bool = False
    executed_at: Any = None
    """The moment, a DateTime of the machine."""
    output: list[Any] = field(default_factory=list)
    """What its script wrote."""

    __test__ = False

    @property
    def line(self) -> int:
        """Where its script block begins."""
        return self.script.compiled.ast.extent.start_line

    def keep(self, value: Any) -> None:
        """Note one object that its script wrote."""
        if len(self.output) < MAXIMUM_OUTPUT:
            self.output.append(value)

    @property
    def path(self) -> list[str]:
        """The names of its blocks from outside in, and its own."""
        return [*self.block.path, self.expanded_name or self.name]


@dataclass(eq=False)
class Block:
    """A Describe or Context, or with ``kind`` Container a whole file."""

    name: str
    kind: str
    parent: Block | None = None
    script: ScriptBlock | None = None
    case: Case | None = None
    tags: tuple[str, ...] = ()
    skip: bool = False
    home: Scope | None = None
    """The scope of the module whose inside it tests (InModuleScope)."""
    expanded_name: str = ""
    children: list[Block | Test] = field(default_factory=list)
    setups: dict[str, list[ScriptBlock]] = field(default_factory=dict)
    """BeforeAll, BeforeEach, AfterEach and AfterAll by lower-case name."""
    failures: list[ErrorRecord] = field(default_factory=list)
    duration: float = 0.0
    started: bool = False
    executed_at: Any = None
    discovery_duration: float = 0.0

    @property
    def line(self) -> int:
        """Where its script block begins."""
        return self.script.compiled.ast.extent.start_line if self.script is not None else 0

    @property
    def path(self) -> list[str]:
        """The names of the blocks from outside in, without the file."""
        if self.parent is None:
            return []
        return [*self.parent.path, self.expanded_name or self.name]

    @property
    def declared_path(self) -> list[str]:
        """The names of the blocks as they are written, with their templates."""
        return [] if self.parent is None else [*self.parent.declared_path, self.name]

    @property
    def ancestors(self) -> list[Block]:
        """This block and those around it, from outside in."""
        return [*(self.parent.ancestors if self.parent is not None else []), self]

    def tests(self) -> Iterator[Test]:
        """All tests inside, in order."""
        for child in self.children:
            if isinstance(child, Test):
                yield child
            else:
                yield from child.tests()

    def blocks(self) -> Iterator[Block]:
        """This block and all those inside, in order."""
        yield self
        for child in self.children:
            if isinstance(child, Block):
                yield from child.blocks()

    def setup(self, name: str) -> list[ScriptBlock]:
        """The script blocks of BeforeAll and the like."""
        return self.setups.get(name, [])


@dataclass(eq=False)
class Container(Block):
    """A file with tests, or a script block with them. ``data`` are the values of its parameters."""

    item: Any = None
    """The FileInfo of a file."""
    data: Any = None
    text: str = ""
    """The text of a file."""
    parsed: ScriptBlock | None = None
    """What was run to find the tests."""
    values: list[tuple[str, Any]] = field(default_factory=list)
    """Its parameters, as the tests see them."""

    @property
    def is_file(self) -> bool:
        """Whether it is a file."""
        return self.script is None


@dataclass(frozen=True, slots=True)
class Selection:
    """Which tests run: by tags of a test or of its blocks, by wildcards on the full name of one of them, and
    by file and line of one of them. What is left out wins."""

    tags: tuple[str, ...] = ()
    excluded_tags: tuple[str, ...] = ()
    full_names: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    excluded_lines: tuple[str, ...] = ()
    described: tuple[str, ...] = ()
    """Wildcards on the name of the Describe (-TestName of Pester 3 and 4)."""

    def takes(self, test: Test) -> bool:
        """Whether a test is to run."""
        from emulator.powershell.dotnet.regex import like

        around = test.block.ancestors
        tags = [tag for one in around for tag in one.tags] + list(test.tags)
        if any(like(tag, pattern) for tag in tags for pattern in self.excluded_tags):
            return False
        if self.excluded_lines and self._stands_at(test, self.excluded_lines):
            return False
        if self.described and not any(
            like(one.name, pattern) for one in around[1:2] for pattern in self.described
        ):
            return False
        if not (self.tags or self.full_names or self.lines):
            return True
        if any(like(tag, pattern) for tag in tags for pattern in self.tags):
            return True
        names = [".".join(one.declared_path) for one in around[1:]]
        names.append(".".join([*test.block.declared_path, test.name]))
        if any(like(name, pattern) for name in names for pattern in self.full_names):
            return True
        return self.is_explicit(test)

    def is_explicit(self, test: Test) -> bool:
        """Whether a test was asked for by its line, which -Skip does not stop."""
        return bool(self.lines) and self._stands_at(test, self.lines)

    @staticmethod
    def _stands_at(test: Test, places: tuple[str, ...]) -> bool:
        file, *blocks = test.block.ancestors
        lines = {one.line for one in blocks} | {test.line}
        wanted = {one.replace("/", "\\").lower() for one in places}
        return any(f"{file.name}:{line}".lower() in wanted for line in lines)
