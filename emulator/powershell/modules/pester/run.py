"""Runs blocks and tests.

Pester 5 reads a file first (discovery: Describe and Context bodies run, tests are only noted) and runs the
tests afterwards in fresh scopes; Pester 3 and 4 run each test where it stands in the running body. Which of
the two is meant is the user's choice, because the same file can mean different things to them.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol

from emulator.powershell.dotnet.exceptions import ExceptionObject
from emulator.powershell.modules.pester.cases import arguments_of, case_of, expand, set_case
from emulator.powershell.modules.pester.mocks import Mocks
from emulator.powershell.modules.pester.model import (
    FIRST_WITH_DISCOVERY,
    Block,
    Container,
    Outcome,
    Selection,
    Test,
)
from emulator.powershell.modules.pester.thrown import thrown
from emulator.powershell.modules.pester.user_code import attempt, run_dot
from emulator.powershell.runtime.binder import Argument
from emulator.powershell.runtime.commands import CommandInfo, ExternalScriptInfo, ScriptInfo
from emulator.powershell.runtime.engine import Engine, Frame
from emulator.powershell.runtime.errors import (
    ErrorRecord,
    error,
)
from emulator.powershell.runtime.invocation import InvocationInfo
from emulator.powershell.runtime.scope import Scope
from emulator.powershell.runtime.script_block import ScriptBlock

if TYPE_CHECKING:
    from emulator.powershell.modules.pester.custom_operators import CustomOperator
    from emulator.powershell.modules.pester.drive import TestDrive
    from emulator.powershell.modules.pester.registry_drive import TestRegistry
    from emulator.powershell.runtime.streams import Streams


_ENDINGS = {
    "PesterTestSkipped": Outcome.SKIPPED,
    "PesterTestPending": Outcome.PENDING,
    "PesterTestInconclusive": Outcome.INCONCLUSIVE,
}
SETUPS = ("beforeall", "beforeeach", "aftereach", "afterall")


class Reporter(Protocol):
    """Is told what happens, in order."""

    def container_started(self, block: Block) -> None:
        """A file begins to run."""

    def block_started(self, block: Block) -> None:
        """A Describe or Context begins."""

    def block_failed(self, block: Block, record: ErrorRecord) -> None:
        """A body, BeforeAll or AfterAll failed."""

    def container_ended(self, container: Container) -> None:
        """All of a file has run."""

    def test_ended(self, test: Test) -> None:
        """A test has its outcome."""


class Run:
    """The state of one run. ``version`` is the major version of Pester whose rules hold."""

    def __init__(
        self,
        version: int,
        selection: Selection,
        reporter: Reporter,
        drive: TestDrive | None,
        registry: TestRegistry | None = None,
    ) -> None:
        self.registry = registry
        self.version = version
        self.selection = selection
        self.reporter = reporter
        self.drive = drive
        self.mocks = Mocks()
        self.operators: dict[str, CustomOperator] = {}
        """Of Should, by lower-case name or alias, that the suite has added."""
        self.containers: list[Container] = []
        self.error_action = "Stop"
        """What a failed Should does when it does not say: Stop, or Continue to the end of the test."""
        self.skip_after_failure = ""
        """What a failed test makes skipped: "", Run, Container or Block."""
        self.strict = ""
        """Of Pester 3 and 4: why a test fails that was skipped or is pending; "" when it does not."""
        self.allows_no_cases = True
        """Whether -ForEach may have nothing; Pester 5.6 and later refuse it."""
        self.block: Block | None = None
        self.test: Test | None = None
        self.discovering = False
        self.home: Scope | None = None
        self.root: Scope | None = None

    # Declarations (what the commands of the module do)

    @property
    def present(self) -> Block:
        """The block that is being declared or run. Raises when a command is outside of a test file."""
        if self.block is None and self.version < FIRST_WITH_DISCOVERY:
            raise thrown("This command may only be used inside a Describe block.")
        if self.block is None:
            raise error(
                "Describe, Context, It and the like work only in a file that is run by the test runner.",
                "PesterOutsideRun",
                "InvalidOperation",
            )
        return self.block

    def declare_block(self, frame: Frame, block: Block) -> None:
        """A Describe or Context: its body runs now, its tests now or later."""
        outer = self.present
        block.parent = outer
        block.home = self.home
        outer.children.append(block)
        scope = Scope(frame.scope)
        if self.discovering:
            self._discover(frame, block, scope)
        else:
            self._run_body(frame, block, scope)

    def _discover(self, frame: Frame, block: Block, scope: Scope) -> None:
        assert block.script is not None  # noqa: S101 - only files have none
        set_case(scope, block.case)
        outer, self.block = self.block, block
        try:
            run_dot(frame.engine, block.script, scope, frame.streams)
        finally:
            self.block = outer

    def declare_test(self, frame: Frame, test: Test) -> None:
        """An It."""
        test.block.children.append(test)
        if not self.discovering:
            self._run_test(frame.engine, frame.streams, test, Scope(frame.scope))

    def declare_setup(self, name: str, script: ScriptBlock) -> None:
        """BeforeAll and the like. In Pester 3 and 4 those of a body were found before it ran."""
        block = self.present
        if self.discovering:
            block.setups.setdefault(name, []).append(script)
            return
        known = {id(one.compiled.ast) for one in block.setup(name)}
        if id(script.compiled.ast) not in known:
            block.setups.setdefault(name, []).append(script)

    @contextmanager
    def inside_module(self, scope: Scope) -> Iterator[None]:
        """InModuleScope: what is declared in the body belongs to a module's scope."""
        outer, self.home = self.home, scope
        try:
            yield
        finally:
            self.home = outer

    # Files

    def run_container(self, engine: Engine, streams: Streams, container: Container) -> None:
        """Run one file or script block: its discovery, where there is one, and its tests."""
        self.containers.append(container)
        if self.version < FIRST_WITH_DISCOVERY:
            self._run_as_it_stands(engine, streams, container)
            return
        self.discover(engine, streams, container)
        self.execute(engine, streams, container)

    def _run_as_it_stands(self, engine: Engine, streams: Streams, container: Container) -> None:
        """Pester 3 and 4."""
        with self.opened(engine, container), self._timed(container):
            scope = self.root = Scope(_home(engine, container))
            scope.script = scope
            container.executed_at = engine.now()
            self.reporter.container_started(container)
            self._guard(container, engine, lambda: _run_script(engine, container, scope, streams))
        self.reporter.container_ended(container)

    def discover(self, engine: Engine, streams: Streams, container: Container) -> None:
        """Find the tests of a container (Pester 5)."""
        with self.opened(engine, container):
            started = time.perf_counter()
            scope = self.root = Scope(_home(engine, container))
            scope.script = scope
            self.discovering = True
            try:
                self._guard(container, engine, lambda: _run_script(engine, container, scope, streams))
            finally:
                self.discovering = False
            container.values = _parameter_values(engine, container, scope)
            container.discovery_duration = time.perf_counter() - started

    def execute(self, engine: Engine, streams: Streams, container: Container) -> None:
        """Run the tests that a discovery found."""
        if container.failures:
            return
        with self.opened(engine, container), self._timed(container):
            self.reporter.container_started(container)
            fresh = self.root = Scope(_home(engine, container))
            fresh.script = fresh
            if container.is_file:
                folder = container.name.rpartition("\\")[0]
                for name, value in (("PSCommandPath", container.name), ("PSScriptRoot", folder)):
                    fresh.set(name, value)
            for name, value in container.values:
                fresh.set(name, value)
            self._run_block(engine, streams, container, fresh)
        self.reporter.container_ended(container)

    @contextmanager
    def opened(self, engine: Engine, container: Container) -> Iterator[None]:
        """The drives of the tests, and the container as what is declared or run."""
        self.block = container
        opened = []
        try:
            for one in (self.drive, self.registry):
                if one is not None:
                    one.open(engine)
                    opened.append(one)
            yield
        finally:
            self.mocks.leave(container)
            for one in opened:
                one.close(engine)
            self.block = self.root = None

    # Blocks

    def _run_block(self, engine: Engine, streams: Streams, block: Block, scope: Scope) -> None:
        """Run a discovered block."""
        if not any(self.selection.takes(one) for one in block.tests()):
            return
        if block.skip and not any(self.selection.is_explicit(one) for one in block.tests()):
            self._skip(block)
            return
        with self._entered(engine, block, scope):
            if not self._setups(engine, streams, block, scope, "beforeall"):
                self._fail_all(block)
            else:
                for child in block.children:
                    if isinstance(child, Test):
                        self._run_test(engine, streams, child, Scope(scope))
                    else:
                        inner = Scope(child.home) if child.home is not block.home and child.home else None
                        self._run_block(engine, streams, child, inner or Scope(scope))
            self._setups(engine, streams, block, scope, "afterall")

    def _run_body(self, frame: Frame, block: Block, scope: Scope) -> None:
        """Run a block whose tests stand in its body (Pester 3 and 4)."""
        assert block.script is not None  # noqa: S101 - only files have none
        engine, streams, script = frame.engine, frame.streams, block.script
        if not self._may_run(block):
            return
        for name, found in _hoisted(script, engine):
            block.setups.setdefault(name, []).append(found)
        with self._entered(engine, block, scope):
            if self._setups(engine, streams, block, scope, "beforeall"):
                self._guard(block, engine, lambda: run_dot(engine, script, scope, streams))
            self._setups(engine, streams, block, scope, "afterall")

    def _may_run(self, block: Block) -> bool:
        """Whether a body can hold tests that run: known before it runs only by tags of the blocks."""
        from emulator.powershell.dotnet.regex import like

        tags = [tag for one in block.ancestors for tag in one.tags]
        return not any(like(tag, pattern) for tag in tags for pattern in self.selection.excluded_tags)

    @contextmanager
    def _entered(self, engine: Engine, block: Block, scope: Scope) -> Iterator[None]:
        outer, self.block = self.block, block
        set_case(scope, block.case)
        block.expanded_name = expand(block.name, scope, block.case, self.version)
        block.started = True
        if block.kind != "Container":
            self.reporter.block_started(block)
        block.executed_at = engine.now()
        mark = self.drive.mark() if self.drive is not None else frozenset()
        keys = self.registry.mark() if self.registry is not None else frozenset()
        try:
            with self._timed(block):
                yield
        finally:
            self.block = outer
            self.mocks.leave(block)
            if self.drive is not None:
                self.drive.clean(mark, engine)
            if self.registry is not None:
                self.registry.clean(keys)

    def _setups(self, engine: Engine, streams: Streams, block: Block, scope: Scope, name: str) -> bool:
        """Run BeforeAll or AfterAll. False when one failed."""
        known = len(block.failures)
        for script in block.setup(name):
            self._guard(block, engine, lambda script=script: run_dot(engine, script, scope, streams))  # type: ignore[misc]
        return len(block.failures) == known

    def _guard(self, block: Block, engine: Engine, run: Callable[[], None]) -> None:
        record = attempt(engine, run)
        if record is not None:
            block.failures.append(record)
            self.reporter.block_failed(block, record)

    def _skip(self, block: Block) -> None:
        for test in block.tests():
            if self.selection.takes(test):
                test.outcome = Outcome.SKIPPED
                test.expanded_name = test.name
                self.reporter.test_ended(test)

    def _fail_all(self, block: Block) -> None:
        for test in block.tests():
            if self.selection.takes(test):
                test.outcome = Outcome.FAILED
                test.expanded_name = test.name
                test.failures = list(block.failures)
                self.reporter.test_ended(test)

    # Tests

    def _run_test(self, engine: Engine, streams: Streams, test: Test, scope: Scope) -> None:
        if not self.selection.takes(test):
            return
        set_case(scope, test.case)
        test.expanded_name = expand(test.name, scope, test.case, self.version)
        is_skipped = test.skip or test.pending or any(one.skip for one in test.block.ancestors)
        if is_skipped and not self.selection.is_explicit(test):
            test.outcome = Outcome.PENDING if test.pending else Outcome.SKIPPED
            self._be_strict(test)
            self.reporter.test_ended(test)
            return
        self.test = test
        engine.steps_left = engine.limits.steps
        started = time.perf_counter()
        test.executed, test.executed_at = True, engine.now()
        try:
            record = attempt(engine, lambda: self._body(engine, streams, test, scope))
        finally:
            self.test = None
            self.mocks.leave(test)
        test.duration = time.perf_counter() - started
        self._conclude(test, record)
        self._be_strict(test)
        self.reporter.test_ended(test)
        if test.outcome is Outcome.FAILED:
            self._skip_what_follows(test)

    def _body(self, engine: Engine, streams: Streams, test: Test, scope: Scope) -> None:
        around = test.block.ancestors
        try:
            for one in around:
                for script in one.setup("beforeeach"):
                    run_dot(engine, script, scope, streams)
            run_dot(engine, test.script, scope, streams, arguments_of(test, engine), write=test.keep)
        finally:
            for one in reversed(around):
                for script in one.setup("aftereach"):
                    run_dot(engine, script, scope, streams)

    def _be_strict(self, test: Test) -> None:
        if self.strict and test.outcome in (Outcome.SKIPPED, Outcome.PENDING):
            text = self.strict.format(test.outcome.value)
            test.outcome = Outcome.FAILED
            test.failures.append(ErrorRecord(ExceptionObject("System.Exception", text), "", "NotSpecified"))

    def _skip_what_follows(self, test: Test) -> None:
        """Run.SkipRemainingOnFailure."""
        word = self.skip_after_failure.lower()
        around: dict[str, list[Block]] = {
            "run": [*self.containers],
            "container": test.block.ancestors[:1],
            "block": [test.block],
        }
        for block in around.get(word, []):
            for one in block.tests():
                if not one.executed and self.selection.takes(one):
                    one.skip = True

    @staticmethod
    def _conclude(test: Test, record: ErrorRecord | None) -> None:
        if record is not None and record.error_id in _ENDINGS:
            test.outcome = _ENDINGS[record.error_id]
            test.reason = record.message
            return
        if record is not None:
            test.failures.append(record)
        test.outcome = Outcome.FAILED if test.failures else Outcome.PASSED

    @contextmanager
    def _timed(self, block: Block) -> Iterator[None]:
        started = time.perf_counter()
        try:
            yield
        finally:
            block.duration = time.perf_counter() - started


def _home(engine: Engine, container: Container) -> Scope:
    """The scope in which the tests of a container lie."""
    home = container.script.home if container.script is not None else None
    return home or engine.global_scope


def _run_script(engine: Engine, container: Container, scope: Scope, streams: Streams) -> None:
    info: CommandInfo
    if container.script is None:
        path = container.name
        container.parsed = engine.script_block(container.text, path)
        info = ExternalScriptInfo(path.rpartition("\\")[2], path, container.parsed)
        scope.set("MyInvocation", InvocationInfo(info, None, path))
    else:
        container.parsed = container.script
        info = ScriptInfo(container.script)
    entries = case_of(container.data).variables if container.data is not None else ()
    given = [Argument(name, value) for name, value in entries]
    run_dot(engine, container.parsed, scope, streams, given, info=info)


def _parameter_values(engine: Engine, container: Container, scope: Scope) -> list[tuple[str, Any]]:
    """The parameters of a container with the values that its discovery saw."""
    metadata = container.parsed.metadata(engine) if container.parsed is not None else None
    names = [one.name for one in metadata.parameters.values()] if metadata is not None else []
    return [(name, scope.value(name.lower())) for name in names if name.lower() in scope.variables]


def _hoisted(script: ScriptBlock, engine: Engine) -> Iterator[tuple[str, ScriptBlock]]:
    """BeforeAll and the like that stand directly in a body."""
    from emulator.powershell.parser import ast

    body = script.compiled.ast.end_block
    for statement in body.statements if body is not None else ():
        if not isinstance(statement, ast.PipelineAst) or len(statement.pipeline_elements) != 1:
            continue
        command = statement.pipeline_elements[0]
        if not isinstance(command, ast.CommandAst):
            continue
        first, *rest = command.command_elements
        if not isinstance(first, ast.StringConstantExpressionAst) or first.value.lower() not in SETUPS:
            continue
        for one in rest:
            if isinstance(one, ast.ScriptBlockExpressionAst):
                yield first.value.lower(), ScriptBlock(script.compiled.inner(one.script_block), engine)
