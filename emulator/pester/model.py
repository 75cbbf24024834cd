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

    __test__ = False

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

    @property
    def path(self) -> list[str]:
        """The names of the blocks from outside in, without the file."""
        if self.parent is None:
            return []
        return [*self.parent.path, self.expanded_name or self.name]

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

    def setup(self, name: str) -> list[ScriptBlock]:
        """The script blocks of BeforeAll and the like."""
        return self.setups.get(name, [])


@dataclass(frozen=True, slots=True)
class Selection:
    """Which tests run: by tags of a test or of its blocks, and by a wildcard on the full name."""

    tags: tuple[str, ...] = ()
    excluded_tags: tuple[str, ...] = ()
    full_name: str | None = None

    def takes(self, test: Test) -> bool:
        """Whether a test is to run."""
        from emulator.powershell.dotnet.regex import like

        tags = [tag for one in test.block.ancestors for tag in one.tags] + list(test.tags)
        if any(like(tag, pattern) for tag in tags for pattern in self.excluded_tags):
            return False
        if self.tags and not any(like(tag, pattern) for tag in tags for pattern in self.tags):
            return False
        return self.full_name is None or like(".".join([*test.block.path, test.name]), self.full_name)
