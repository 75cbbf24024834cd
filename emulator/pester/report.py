"""The report on the console, in the form of Pester's detailed output."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from emulator.pester.model import Block, Outcome, Test

if TYPE_CHECKING:
    from emulator.powershell.runtime.errors import ErrorRecord

Line = Callable[[str, str], None]
"""Writes one line in a colour (red, green, yellow, magenta, cyan or white)."""
_SIGNS = {
    Outcome.PASSED: ("[+]", "green"),
    Outcome.FAILED: ("[-]", "red"),
    Outcome.SKIPPED: ("[!]", "yellow"),
    Outcome.PENDING: ("[?]", "yellow"),
    Outcome.INCONCLUSIVE: ("[?]", "yellow"),
}


def milliseconds(seconds: float) -> str:
    """A duration as Pester shows it."""
    return f"{seconds * 1000:.0f}ms" if seconds < 1 else f"{seconds:.2f}s"


class ConsoleReport:
    """Writes what happens as it happens. ``shown_path`` turns a path of the fake machine into the user's."""

    def __init__(self, line: Line, shown_path: Callable[[str], str]) -> None:
        self._line = line
        self._shown_path = shown_path

    def container_started(self, block: Block) -> None:
        """A file."""
        self._line("", "white")
        self._line(f"Running tests from '{self._shown_path(block.name)}'", "magenta")

    def block_started(self, block: Block) -> None:
        """Its heading."""
        margin = "  " * (len(block.path) - 1)
        word = "Describing" if block.kind == "Describe" else "Context"
        self._line(f"{margin}{word} {block.expanded_name or block.name}", "cyan")

    def block_failed(self, block: Block, record: ErrorRecord) -> None:
        """Outside of any test."""
        margin = "  " * len(block.path)
        name = block.expanded_name or block.name if block.parent is not None else self._shown_path(block.name)
        self._line(f"{margin}[-] {block.kind} {name} failed", "red")
        self._explain(record, margin)

    def test_ended(self, test: Test) -> None:
        """One line, and the reasons of a failure."""
        margin = "  " * len(test.block.path)
        sign, colour = _SIGNS[test.outcome]
        reason = f" {test.reason}" if test.reason else ""
        self._line(f"{margin}{sign} {test.expanded_name}{reason} {milliseconds(test.duration)}", colour)
        if not test.block.failures:
            for record in test.failures:
                self._explain(record, margin)

    def _explain(self, record: ErrorRecord, margin: str) -> None:
        for text in failure_lines(record, self._shown_path):
            self._line(f"{margin} {text}", "red")

    def summary(self, containers: Iterable[Block], seconds: float) -> None:
        """The counts."""
        counts = count(containers)
        self._line(f"Tests completed in {milliseconds(seconds)}", "white")
        self._line(
            f"Tests Passed: {counts[Outcome.PASSED]}, Failed: {counts[Outcome.FAILED]}, "
            f"Skipped: {counts[Outcome.SKIPPED] + counts[Outcome.PENDING]}, "
            f"Inconclusive: {counts[Outcome.INCONCLUSIVE]}, NotRun: {counts[Outcome.NOT_RUN]}",
            "red" if counts[Outcome.FAILED] else "green",
        )
        failed = [one for one in blocks_of(containers) if one.failures]
        for kind, label in (("Container", "Container"), ("", "BeforeAll \\ AfterAll")):
            some = [one for one in failed if (one.kind == "Container") is (kind == "Container")]
            if some:
                self._line(f"{label} failed: {len(some)}", "red")
                for one in some:
                    self._line(f"  - {'.'.join(one.path) or self._shown_path(one.name)}", "red")


def failure_lines(record: ErrorRecord, shown_path: Callable[[str], str]) -> list[str]:
    """The message of a failure and where it was."""
    assertion = record.error_id == "PesterAssertionFailed"
    kind = "" if assertion else f"{record.exception.ps_type.short_name}: "
    lines = f"{kind}{record.message}".replace("\r\n", "\n").split("\n")
    extent = record.invocation.extent if record.invocation is not None else record.extent
    if extent is not None:
        file = shown_path(extent.file) if extent.file else "<no file>"
        lines.append(f"at {extent.start_line_text.strip()}, {file}:{extent.start_line}")
    return lines


def blocks_of(containers: Iterable[Block]) -> list[Block]:
    """All blocks, files too."""
    found: list[Block] = []
    for one in containers:
        found.append(one)
        found += blocks_of(child for child in one.children if isinstance(child, Block))
    return found


def count(containers: Iterable[Block]) -> Counter[Outcome]:
    """Tests by outcome."""
    return Counter(test.outcome for one in containers for test in one.tests())
