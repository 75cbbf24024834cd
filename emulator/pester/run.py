"""Runs blocks and tests.

Pester 5 reads a file first (discovery: Describe and Context bodies run, tests are only noted) and runs the
tests afterwards in fresh scopes; Pester 3 and 4 run each test where it stands in the running body. Which of
the two is meant is the user's choice, because the same file can mean different things to them.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol

from emulator.pester.mocks import Mocks
from emulator.pester.model import Block, Case, Outcome, Selection, Test
from emulator.powershell.dotnet.collections import DICTIONARY_TYPES
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.runtime.binder import Argument
from emulator.powershell.runtime.commands import CommandInfo, ExternalScriptInfo, ScriptInfo
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.engine import Engine, Frame
from emulator.powershell.runtime.errors import (
    BreakSignal,
    BudgetSignal,
    ContinueSignal,
    ControlFlow,
    ErrorRecord,
    PSError,
    StopUpstream,
    error,
)
from emulator.powershell.runtime.invocation import InvocationInfo
from emulator.powershell.runtime.members import MISSING, get_property
from emulator.powershell.runtime.runspace import internal_failure
from emulator.powershell.runtime.scope import Scope
from emulator.powershell.runtime.script_block import ScriptBlock
from emulator.powershell.runtime.script_processor import ScriptProcessor
from emulator.powershell.runtime.streams import Write, discard

if TYPE_CHECKING:
    from emulator.pester.custom_operators import CustomOperator
    from emulator.pester.drive import TestDrive
    from emulator.pester.registry_drive import TestRegistry
    from emulator.powershell.runtime.streams import Streams

FIRST_WITH_DISCOVERY = 5
"""The first major version of Pester that discovers before it runs."""
_TEMPLATE = re.compile(r"(`?)<([^<>\r\n]+)>")
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

    def test_ended(self, test: Test) -> None:
        """A test has its outcome."""


class Run:
    """The state of one run. ``version`` is the major version of Pester whose rules hold."""

    def __init__(
        self,
        version: int,
        selection: Selection,
        reporter: Reporter,
        drive: TestDrive,
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
        self.containers: list[Block] = []
        self.block: Block | None = None
        self.test: Test | None = None
        self.discovering = False
        self.home: Scope | None = None
        self.root: Scope | None = None

    # Declarations (what the commands of the module do)

    @property
    def present(self) -> Block:
        """The block that is being declared or run. Raises when a command is outside of a test file."""
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
        _set_case(scope, block.case)
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

    def run_file(self, engine: Engine, streams: Streams, path: str, text: str) -> None:
        """Run one test file of the fake machine."""
        block = Block(path, "Container")
        self.containers.append(block)
        self.block = block
        scope = self.root = Scope(engine.global_scope)
        scope.script = scope
        self.drive.open(engine)
        if self.registry is not None:
            self.registry.open(engine)
        try:
            with self._timed(block):
                if self.version < FIRST_WITH_DISCOVERY:
                    self.reporter.container_started(block)
                    self._guard(block, engine, lambda: _run_script(engine, path, text, scope, streams))
                    return
                self.discovering = True
                self._guard(block, engine, lambda: _run_script(engine, path, text, scope, streams))
                self.discovering = False
                if block.failures:
                    return
                self.reporter.container_started(block)
                fresh = self.root = Scope(engine.global_scope)
                fresh.script = fresh
                for name, value in (("PSCommandPath", path), ("PSScriptRoot", path.rpartition("\\")[0])):
                    fresh.set(name, value)
                self._run_block(engine, streams, block, fresh)
        finally:
            self.discovering = False
            self.mocks.leave(block)
            self.drive.close(engine)
            if self.registry is not None:
                self.registry.close(engine)
            self.block = self.root = None

    # Blocks

    def _run_block(self, engine: Engine, streams: Streams, block: Block, scope: Scope) -> None:
        """Run a discovered block."""
        if not any(self.selection.takes(one) for one in block.tests()):
            return
        if block.skip:
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
        _set_case(scope, block.case)
        block.expanded_name = expand(block.name, scope, block.case, self.version)
        block.started = True
        if block.kind != "Container":
            self.reporter.block_started(block)
        mark = self.drive.mark()
        keys = self.registry.mark() if self.registry is not None else frozenset()
        try:
            with self._timed(block):
                yield
        finally:
            self.block = outer
            self.mocks.leave(block)
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
        _set_case(scope, test.case)
        test.expanded_name = expand(test.name, scope, test.case, self.version)
        if test.skip or test.pending or any(one.skip for one in test.block.ancestors):
            test.outcome = Outcome.PENDING if test.pending else Outcome.SKIPPED
            self.reporter.test_ended(test)
            return
        self.test = test
        engine.steps_left = engine.limits.steps
        started = time.perf_counter()
        try:
            record = attempt(engine, lambda: self._body(engine, streams, test, scope))
        finally:
            self.test = None
            self.mocks.leave(test)
        test.duration = time.perf_counter() - started
        self._conclude(test, record)
        self.reporter.test_ended(test)

    def _body(self, engine: Engine, streams: Streams, test: Test, scope: Scope) -> None:
        around = test.block.ancestors
        try:
            for one in around:
                for script in one.setup("beforeeach"):
                    run_dot(engine, script, scope, streams)
            run_dot(engine, test.script, scope, streams, _arguments(test, engine))
        finally:
            for one in reversed(around):
                for script in one.setup("aftereach"):
                    run_dot(engine, script, scope, streams)

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


def attempt(engine: Engine, run: Callable[[], None]) -> ErrorRecord | None:
    """Run something of the user's; the record of what ended it, or None."""
    frame, depth, catching = engine.frame, engine.depth, engine.catching
    engine.catching += 1
    try:
        run()
    except PSError as problem:
        engine.remember(problem.record)
        return problem.record
    except BudgetSignal as signal:
        return signal.record
    except (BreakSignal, ContinueSignal, StopUpstream):
        return None
    except ControlFlow:
        raise
    except RecursionError:
        return engine.depth_error().record
    except Exception as problem:  # noqa: BLE001 - a fault of a behaviour fails the one test that met it
        engine.session.gap("fault", f"{type(problem).__name__}: {problem}")
        return internal_failure(problem)
    finally:
        engine.frame, engine.depth, engine.catching = frame, depth, catching
    return None


def run_dot(
    engine: Engine,
    script: ScriptBlock,
    scope: Scope,
    streams: Streams,
    arguments: list[Argument] | None = None,
    info: CommandInfo | None = None,
    write: Write = discard,
) -> None:
    """Run a block inside a scope, as ``. { }`` does; without ``write`` its output goes nowhere."""
    command = info or ScriptInfo(script)
    invocation = InvocationInfo(command, None, "")
    frame = Frame(engine, scope, streams, script, invocation)
    bare = ScriptBlock(script.compiled, engine, scope.home, script.is_filter)
    outer, engine.frame = engine.frame, frame
    try:
        processor = ScriptProcessor(
            frame, command, bare, arguments or [], write, streams, invocation, False, True
        )
        processor.begin()
        processor.alone()
        processor.end()
    finally:
        engine.frame = outer


def _run_script(engine: Engine, path: str, text: str, scope: Scope, streams: Streams) -> None:
    block = engine.script_block(text, path)
    info = ExternalScriptInfo(path.rpartition("\\")[2], path, block)
    scope.set("MyInvocation", InvocationInfo(info, None, path))
    run_dot(engine, block, scope, streams, info=info)


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


def cases_of(values: Any) -> list[Case] | None:
    """The cases of -TestCases or -ForEach; None when the parameter was not given."""
    from emulator.powershell.runtime.conversion import items_of

    if values is None:
        return None
    found = []
    for item in items_of(values):
        held = unwrap(item)
        entries: tuple[tuple[str, Any], ...] = ()
        if type(held) in DICTIONARY_TYPES:
            entries = tuple((to_text(key), value) for key, value in held.items())
        found.append(Case(item, entries))
    return found


def _set_case(scope: Scope, case: Case | None) -> None:
    if case is None:
        return
    scope.set("_", case.item)
    for name, value in case.variables:
        scope.set(name, value)


def _arguments(test: Test, engine: Engine) -> list[Argument]:
    if test.case is None or test.script.metadata(engine) is None:
        return []
    return [Argument(name, value) for name, value in test.case.variables]


def expand(name: str, scope: Scope, case: Case | None, version: int) -> str:
    """A name with its ``<variable>`` and ``<variable.property>`` filled in; in Pester 3 and 4 only the keys
    of the test case are."""
    from emulator.pester.texts import nicely

    if "<" not in name:
        return name
    keys = {key.lower() for key, _ in case.variables} if case is not None else set()

    def value(found: re.Match[str]) -> str:
        escape, path = found[1], found[2]
        if escape:
            return f"<{path}>"
        first, *rest = path.lstrip("$").split(".")
        if version < FIRST_WITH_DISCOVERY and first.lower() not in keys:
            return found[0]
        held = scope.value(first.lower())
        for part in rest:
            held = get_property(held, part) if held is not None else None
            held = None if held is MISSING else held
        if version < FIRST_WITH_DISCOVERY and not isinstance(held, str):
            return nicely(held)
        return to_text(held) if held is not None else ""

    return _TEMPLATE.sub(value, name)
