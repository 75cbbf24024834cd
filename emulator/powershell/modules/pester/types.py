"""The result objects of Pester 5: Pester.Run with containers, blocks, tests; and [PesterConfiguration].

They are the run itself, as it stands when somebody looks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from emulator.powershell.dotnet.collections import GenericList, PSArray
from emulator.powershell.dotnet.psobject import PSObject
from emulator.powershell.dotnet.time_values import TICKS_PER_SECOND, TimeSpan
from emulator.powershell.dotnet.types import PSType, Table, builtin, register
from emulator.powershell.modules.pester.coverage import Command, Coverage
from emulator.powershell.modules.pester.model import Block, Container, Outcome, Selection, Test
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.type_finder import construct_generic

_SIGNS = {"Passed": "[+]", "Failed": "[-]", "Skipped": "[!]", "Inconclusive": "[?]", "NotRun": "[ ]"}


@dataclass(eq=False)
class RunResult:
    """What Invoke-Pester gives. ``seconds`` is how long all of it took."""

    containers: list[Container]
    selection: Selection
    configuration: Any
    version: str
    ps_version: str
    executed_at: Any
    seconds: float
    bound: Any
    coverage: Coverage | None = None

    def tests(self) -> list[Test]:
        """All tests that were found."""
        return [test for one in self.containers for test in one.tests()]

    def of(self, *outcomes: Outcome) -> list[Test]:
        """The tests that ended so."""
        return [one for one in self.tests() if one.outcome in outcomes]

    @property
    def failed_blocks(self) -> list[Block]:
        """Blocks that failed outside of a test."""
        return [one for file in self.containers for one in file.blocks() if one.failures and one is not file]

    @property
    def failed_containers(self) -> list[Container]:
        """Files that failed outside of any block."""
        return [one for one in self.containers if one.failures]

    @property
    def failures(self) -> int:
        """Everything that failed."""
        return len(self.of(Outcome.FAILED)) + len(self.failed_blocks) + len(self.failed_containers)


@dataclass(eq=False)
class ContainerInfo:
    """What New-PesterContainer gives: a file (``item`` is its path) or a script block, with data."""

    kind: str
    item: Any
    data: Any = None

    @property
    def name(self) -> str:
        """Its path, or <ScriptBlock>."""
        return to_text(self.item) if self.kind == "File" else "<ScriptBlock>"


def span(seconds: float) -> TimeSpan:
    """A duration."""
    return TimeSpan(int(seconds * TICKS_PER_SECOND))


def _always(value: Any) -> Callable[[Any], Any]:
    """A property that is the same for all."""
    return lambda _one: value


def listed(items: Iterable[Any], kind: str = "System.Object") -> GenericList:
    """A generic list of values."""
    definition = builtin("System.Collections.Generic.List`1")
    return GenericList(items, construct_generic(definition, (builtin(kind),)))


def result_of(block: Block) -> str:
    """How a block or file ended."""
    tests = list(block.tests())
    if block.skip:
        return "Skipped"
    if any(one.failures for one in block.blocks()):
        return "Failed"
    if any(one.outcome is Outcome.FAILED for one in tests):
        return "Failed"
    return "Passed" if block.started else "NotRun"


def _counts(own: bool) -> Table:
    """The counts of a block, of all tests in it or of its own."""

    def tests(block: Block) -> list[Test]:
        if own:
            return [one for one in block.children if isinstance(one, Test)]
        return list(block.tests())

    def counting(*outcomes: Outcome) -> Callable[[Block], int]:
        return lambda block: sum(1 for one in tests(block) if one.outcome in outcomes)

    word = "Own" if own else ""
    return {
        f"{word}PassedCount: System.Int32": counting(Outcome.PASSED),
        f"{word}FailedCount: System.Int32": counting(Outcome.FAILED),
        f"{word}SkippedCount: System.Int32": counting(Outcome.SKIPPED, Outcome.PENDING),
        f"{word}InconclusiveCount: System.Int32": counting(Outcome.INCONCLUSIVE),
        f"{word}NotRunCount: System.Int32": counting(Outcome.NOT_RUN),
        f"{word}TotalCount: System.Int32": lambda block: len(tests(block)),
    }


def test_result(test: Test) -> str:
    """How a test ended, in the words of Pester 5."""
    return "Skipped" if test.outcome is Outcome.PENDING else test.outcome.value


def _inner_blocks(block: Block) -> GenericList:
    return listed((one for one in block.children if isinstance(one, Block)), "Pester.Block")


_TEST: Table = {
    "Name: System.String": lambda test: test.name,
    "Path": lambda test: listed([*test.block.declared_path, test.name], "System.String"),
    "Data": lambda test: test.case.item if test.case is not None else None,
    "ExpandedName: System.String": lambda test: test.expanded_name or test.name,
    "ExpandedPath: System.String": lambda test: ".".join(test.path),
    "Result: System.String": test_result,
    "ErrorRecord": lambda test: listed(test.failures),
    "StandardOutput": lambda test: _plain(test.output),
    "Duration: System.TimeSpan": lambda test: span(test.duration),
    "ItemType: System.String": _always("Test"),
    "ScriptBlock: System.Management.Automation.ScriptBlock": lambda test: test.script,
    "Tag": lambda test: listed(test.tags, "System.String"),
    "Skip: System.Boolean": lambda test: test.skip or test.pending,
    "Block": lambda test: test.block,
    "First: System.Boolean": lambda test: test is _own(test)[0],
    "Last: System.Boolean": lambda test: test is _own(test)[-1],
    "ShouldRun: System.Boolean": lambda test: test.outcome is not Outcome.NOT_RUN,
    "StartLine: System.Int32": lambda test: test.line,
    "Executed: System.Boolean": lambda test: test.executed or test.outcome is not Outcome.NOT_RUN,
    "ExecutedAt": lambda test: test.executed_at,
    "Passed: System.Boolean": lambda test: test.outcome is Outcome.PASSED,
    "Skipped: System.Boolean": lambda test: test.outcome in (Outcome.SKIPPED, Outcome.PENDING),
    "Inconclusive: System.Boolean": lambda test: test.outcome is Outcome.INCONCLUSIVE,
    "UserDuration: System.TimeSpan": lambda test: span(test.duration),
    "FrameworkDuration: System.TimeSpan": _always(span(0)),
    "ToString()": lambda test: f"{_SIGNS[test_result(test)]} {test.expanded_name or test.name}",
}


def _own(test: Test) -> list[Test]:
    return [one for one in test.block.children if isinstance(one, Test)]


def _plain(values: list[Any]) -> Any:
    if not values:
        return None
    return values[0] if len(values) == 1 else PSArray(values)


_ANY_BLOCK: Table = {
    "Result: System.String": result_of,
    "ErrorRecord": lambda block: listed(block.failures),
    "Blocks": _inner_blocks,
    **_counts(own=False),
    "Duration: System.TimeSpan": lambda block: span(block.duration + block.discovery_duration),
    "DiscoveryDuration: System.TimeSpan": lambda block: span(block.discovery_duration),
    "UserDuration: System.TimeSpan": lambda block: span(block.duration),
    "FrameworkDuration: System.TimeSpan": _always(span(0)),
    "Passed: System.Boolean": lambda block: result_of(block) == "Passed",
    "OwnPassed: System.Boolean": lambda block: not block.failures and block.started,
    "Skip: System.Boolean": lambda block: block.skip,
    "ShouldRun: System.Boolean": lambda block: any(
        one.outcome is not Outcome.NOT_RUN for one in block.tests()
    ),
    "Executed: System.Boolean": lambda block: block.started,
    "ExecutedAt": lambda block: block.executed_at,
}
_BLOCK: Table = {
    "Name: System.String": lambda block: block.name,
    "Path": lambda block: listed(block.declared_path, "System.String"),
    "Data": lambda block: block.case.item if block.case is not None else None,
    "ExpandedName: System.String": lambda block: block.expanded_name or block.name,
    "ExpandedPath: System.String": lambda block: ".".join(block.path),
    "Tests": lambda block: listed((one for one in block.children if isinstance(one, Test)), "Pester.Test"),
    **_ANY_BLOCK,
    **_counts(own=True),
    "Tag": lambda block: listed(block.tags, "System.String"),
    "ItemType: System.String": _always("Block"),
    "BlockContainer": lambda block: block.ancestors[0],
    "Root": lambda block: block.ancestors[0],
    "IsRoot: System.Boolean": lambda block: block.parent is None,
    "Parent": lambda block: block.parent,
    "Order": lambda block: listed(block.children),
    "ScriptBlock: System.Management.Automation.ScriptBlock": lambda block: block.script,
    "StartLine: System.Int32": lambda block: block.line,
    "ToString()": lambda block: f"{_SIGNS[result_of(block)]} {block.name}",
}
_CONTAINER: Table = {
    "Name: System.String": lambda one: one.name,
    "Type: System.String": lambda one: "File" if one.is_file else "ScriptBlock",
    "Item": lambda one: one.item if one.is_file else one.script,
    "Data": lambda one: one.data,
    **_ANY_BLOCK,
    "ToString()": lambda one: f"{_SIGNS[result_of(one)]} {one.name}",
}
_INFO: Table = {
    "Name: System.String": lambda one: one.name,
    "Type: System.String": lambda one: one.kind,
    "Item": lambda one: one.item,
    "Data": lambda one: one.data,
    "ToString()": lambda one: one.name,
}


def _tests_that(*outcomes: Outcome) -> Callable[[RunResult], GenericList]:
    return lambda run: listed(run.of(*outcomes), "Pester.Test")


def _run_table() -> Table:
    kinds = {
        "Passed": (Outcome.PASSED,),
        "Failed": (Outcome.FAILED,),
        "Skipped": (Outcome.SKIPPED, Outcome.PENDING),
        "Inconclusive": (Outcome.INCONCLUSIVE,),
        "NotRun": (Outcome.NOT_RUN,),
    }
    table: dict[str, Callable[..., Any]] = {
        "Containers": lambda run: listed(run.containers, "Pester.Container"),
        "Result: System.String": lambda run: "Failed" if run.failures else "Passed",
        "FailedBlocksCount: System.Int32": lambda run: len(run.failed_blocks),
        "FailedContainersCount: System.Int32": lambda run: len(run.failed_containers),
        **{f"{name}Count: System.Int32": _counting(outcomes) for name, outcomes in kinds.items()},
        "TotalCount: System.Int32": lambda run: len(run.tests()),
        "Duration: System.TimeSpan": lambda run: span(run.seconds),
        "Executed: System.Boolean": _always(True),
        "ExecutedAt": lambda run: run.executed_at,
        "Version: System.String": lambda run: run.version,
        "PSVersion: System.String": lambda run: run.ps_version,
        "PSBoundParameters": lambda run: run.bound,
        "Configuration": lambda run: run.configuration,
        "DiscoveryDuration: System.TimeSpan": lambda run: span(
            sum(one.discovery_duration for one in run.containers)
        ),
        "UserDuration: System.TimeSpan": lambda run: span(sum(one.duration for one in run.containers)),
        "FrameworkDuration: System.TimeSpan": _always(span(0)),
        **{name: _tests_that(*outcomes) for name, outcomes in kinds.items()},
        "FailedBlocks": lambda run: listed(run.failed_blocks, "Pester.Block"),
        "FailedContainers": lambda run: listed(run.failed_containers, "Pester.Container"),
        "Tests": lambda run: listed(run.tests(), "Pester.Test"),
        "CodeCoverage": lambda run: run.coverage,
        "ToString()": lambda run: "[-] Pester" if run.failures else "[+] Pester",
    }
    return table


def _counting(outcomes: tuple[Outcome, ...]) -> Callable[[RunResult], int]:
    return lambda run: len(run.of(*outcomes))


_RUN = _run_table()


#: Known as soon as a configuration needs it, which may be before the module's types are asked for.
CONTAINER_INFO = register(
    PSType("Pester.ContainerInfo", instance=_INFO, to_text=_INFO["ToString()"]), ContainerInfo
)


def module_types() -> Iterable[PSType]:
    """The types of the module, in the order in which they need each other."""
    made = [
        register(PSType("Pester.Test", instance=_TEST, to_text=_TEST["ToString()"]), Test),
        register(PSType("Pester.Block", instance=_BLOCK, to_text=_BLOCK["ToString()"]), Block),
        register(
            PSType("Pester.Container", instance=_CONTAINER, to_text=_CONTAINER["ToString()"]), Container
        ),
        CONTAINER_INFO,
        register(PSType("Pester.Run", instance=_RUN, to_text=_RUN["ToString()"]), RunResult),
        register(PSType("Pester.CodeCoverage", instance=_COVERAGE), Coverage),
    ]
    from emulator.powershell.modules.pester import configuration

    return [*made, *configuration.TYPES]


_COVERAGE: Table = {
    "CommandsAnalyzedCount: System.Int64": lambda one: len(one.commands),
    "CommandsExecutedCount: System.Int64": lambda one: len(one.hit),
    "CommandsMissedCount: System.Int64": lambda one: len(one.missed),
    "FilesAnalyzedCount: System.Int64": lambda one: len(one.files),
    "CommandsMissed": lambda one: listed(map(described, one.missed)),
    "CommandsExecuted": lambda one: listed(map(described, one.hit)),
    "FilesAnalyzed": lambda one: listed(one.files, "System.String"),
    "CoveragePercent: System.Decimal": lambda one: one.percent,
    "CoveragePercentTarget: System.Decimal": lambda one: one.target,
    "CoverageReport: System.String": lambda one: one.summary(),
    "OutputFile: System.String": lambda one: one.output_file,
}


def described(command: Command) -> PSObject:
    """A command of the coverage as an object."""
    return PSObject.custom(command.properties())
