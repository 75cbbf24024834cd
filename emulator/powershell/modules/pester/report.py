"""The report on the console, in the form of Pester's detailed output."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from emulator.powershell.modules.pester.model import Block, Container, Outcome, Test

if TYPE_CHECKING:
    from emulator.powershell.runtime.errors import ErrorRecord


class Silent:
    """A report that nobody reads."""

    def container_started(self, block: Block) -> None:
        """Nothing."""

    def container_ended(self, container: Container) -> None:
        """Nothing."""

    def block_started(self, block: Block) -> None:
        """Nothing."""

    def block_failed(self, block: Block, record: ErrorRecord) -> None:
        """Nothing."""

    def test_ended(self, test: Test) -> None:
        """Nothing."""


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

    def __init__(self, line: Line, shown_path: Callable[[str], str] = str) -> None:
        self._line = line
        self._shown_path = shown_path

    def discovery_started(self, version: str, files: int) -> None:
        """Pester 5 looks for the tests of all files first."""
        self._line(f"Pester v{version}", "magenta")
        self._line("", "white")
        self._line(f"Starting discovery in {files} files.", "magenta")

    def discovery_ended(self, containers: Iterable[Container], seconds: float, chosen: int | None) -> None:
        """What was found, and how much of it is to run when there is a filter."""
        found = sum(1 for one in containers for _ in one.tests())
        self._line(f"Discovery found {found} tests in {milliseconds(seconds)}.", "magenta")
        if chosen is not None:
            self._line(f"Filters selected {chosen} tests to run.", "magenta")

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

    def container_ended(self, container: Container) -> None:
        """Nothing more to say."""

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
    return [block for one in containers for block in one.blocks()]


def count(containers: Iterable[Block]) -> Counter[Outcome]:
    """Tests by outcome."""
    return Counter(test.outcome for one in containers for test in one.tests())


class NormalReport(ConsoleReport):
    """The shorter report of Pester 5: a line for each file, and the tests that failed."""

    def discovery_started(self, version: str, files: int) -> None:  # noqa: ARG002 - only the longer one has it
        """Pester 5 looks for the tests of all files first."""
        self._line("", "white")
        self._line(f"Starting discovery in {files} files.", "magenta")

    def container_started(self, block: Block) -> None:
        """Nothing before it ended."""

    def block_started(self, block: Block) -> None:
        """No headings."""

    def container_ended(self, container: Container) -> None:
        """A file without failures."""
        tests = list(container.tests())
        failed = container.failures or any(one.outcome is Outcome.FAILED for one in tests)
        if not failed and container.started:
            spent = milliseconds(container.duration)
            self._line(f"[+] {self._shown_path(container.name)} {spent}", "green")

    def test_ended(self, test: Test) -> None:
        """The failed ones, with their whole path."""
        if test.outcome is not Outcome.FAILED:
            return
        self._line(f"[-] {'.'.join(test.path)} {milliseconds(test.duration)}", "red")
        for record in test.failures:
            self._explain(record, "")


class LegacyReport(Silent):
    """The report of Pester 3.4 and, but for its heading, of Pester 4."""

    def __init__(self, line: Line) -> None:
        self._line = line

    def block_started(self, block: Block) -> None:
        """Its heading."""
        if block.kind == "Describe":
            self._line(f"Describing {block.name}", "magenta")
        else:
            self._line(f"   Context {block.name}", "magenta")

    def block_failed(self, block: Block, record: ErrorRecord) -> None:
        """A body that failed counts as a test of its own."""
        self._line(f" [-] Error occurred in {block.kind} block 0ms", "red")
        self._explain(record, "   ")

    def test_ended(self, test: Test) -> None:
        """One line, and the reasons of a failure."""
        margin = "    " if test.block.kind == "Context" else " "
        sign, colour = _SIGNS[test.outcome]
        self._line(f"{margin}{sign} {test.expanded_name} {milliseconds(test.duration)}", colour)
        for record in test.failures:
            self._explain(record, margin + "  ")

    def _explain(self, record: ErrorRecord, margin: str) -> None:
        for text in legacy_failure_lines(record):
            self._line(f"{margin}{text}", "red")

    def summary(self, containers: Iterable[Block], seconds: float) -> None:
        """The counts."""
        counts = count(containers)
        self._line(f"Tests completed in {milliseconds(seconds)}", "white")
        self._line(
            f"Passed: {counts[Outcome.PASSED]} Failed: {counts[Outcome.FAILED]} "
            f"Skipped: {counts[Outcome.SKIPPED]} Pending: {counts[Outcome.PENDING]} "
            f"Inconclusive: {counts[Outcome.INCONCLUSIVE]}",
            "white",
        )


def legacy_failure_lines(record: ErrorRecord) -> list[str]:
    """The message of a failure and where it was, as Pester 3 and 4 write them."""
    assertion = record.error_id == "PesterAssertionFailed"
    kind = "" if assertion else f"{record.exception.ps_type.short_name}: "
    lines = f"{kind}{record.message}".replace("\r\n", "\n").split("\n")
    extent = record.invocation.extent if record.invocation is not None else record.extent
    if extent is not None:
        if assertion:
            lines.append(f"{extent.start_line}: {extent.start_line_text}")
        lines.append(f"at <ScriptBlock>, {extent.file or '<No file>'}: line {extent.start_line}")
    return lines
