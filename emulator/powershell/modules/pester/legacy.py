"""Invoke-Pester of Pester 3 and 4."""

from __future__ import annotations

import time
from typing import Any

from emulator.host import Host
from emulator.powershell.dotnet.collections import DICTIONARY_TYPES, PSArray
from emulator.powershell.dotnet.psobject import PSObject, unwrap
from emulator.powershell.modules.pester.coverage import Coverage
from emulator.powershell.modules.pester.finding import container_of, measured_files, test_files
from emulator.powershell.modules.pester.model import Block, Container, Outcome, Selection, Test
from emulator.powershell.modules.pester.nunit import nunit_xml
from emulator.powershell.modules.pester.report import LegacyReport, Silent, count, legacy_failure_lines
from emulator.powershell.modules.pester.reports import write_document
from emulator.powershell.modules.pester.state import new_run, running, writer_of
from emulator.powershell.modules.pester.types import described, span
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.conversion import items_of, to_text
from emulator.powershell.runtime.errors import not_emulated
from emulator.powershell.runtime.services import FileStore

_NOT_THERE = ("CodeCoverageOutputFile", "CodeCoverageOutputFileEncoding", "CodeCoverageOutputFileFormat")
EXTENSION = ".Tests.ps1"
_STRICT = (
    "The test failed because the test was executed in Strict mode and the result '{0}' was translated "
    "to Failed."
)


def invoke_legacy(call: CmdletCall) -> None:
    """Run the scripts as they stand."""
    engine = call.engine
    _refuse(call)
    line = writer_of(call)
    quiet = bool(call.get("Quiet")) or to_text(call.get("Show", "")).lower() == "none"
    report = LegacyReport(line)
    tags, left_out = call.get("Tag") or (), call.get("ExcludeTag") or ()
    names = call.get("TestName") or ()
    selection = Selection(tuple(tags), tuple(left_out), described=tuple(names))
    run = new_run(call, selection, Silent() if quiet else report)
    run.strict = _STRICT if call.get("Strict") else ""
    containers = _containers(call)
    coverage = _coverage(call)
    moment = engine.now()
    began = time.perf_counter()
    try:
        with running(engine, run):
            for container in containers:
                run.run_container(engine, call.streams, container)
    finally:
        engine.covered = {}
    seconds = time.perf_counter() - began
    if not quiet:
        report.summary(run.containers, seconds)
        if coverage is not None:
            _show_coverage(coverage, line)
    path = call.get("OutputFile") or call.get("OutputXml")
    if path:
        text = nunit_xml(
            call.service(Host), run.containers, moment.to_python(), str, engine.paths.location.shown
        )
        write_document(call, call.service(FileStore).resolve(to_text(path)), text)
    if call.get("PassThru"):
        call.write(_result(call, run.containers, coverage))
    if call.get("EnableExit"):
        engine.requested_exit = count(run.containers)[Outcome.FAILED] + _broken(run.containers)


def _refuse(call: CmdletCall) -> None:
    """What is not emulated of the parameters. Raises the error that says so."""
    for name in _NOT_THERE:
        if call.has(name):
            raise call.complete(not_emulated(f"Invoke-Pester -{name}"))
    if call.has("OutputFormat") and to_text(call.get("OutputFormat")).lower() != "nunitxml":
        raise call.complete(not_emulated("Invoke-Pester -OutputFormat with another format than NUnitXml"))
    if call.has("Show") and to_text(call.get("Show")).lower() not in ("none", "all"):
        raise call.complete(not_emulated("Invoke-Pester -Show with parts of the report"))


def describe_alone(call: CmdletCall, blocks: list[Block]) -> None:
    """A Describe outside of any run is a run of its own, without the counts at its end."""
    run = new_run(call, Selection(), LegacyReport(writer_of(call)))
    container = Container("", "Container", script=blocks[0].script)
    with running(call.engine, run), run.opened(call.engine, container):
        for block in blocks:
            run.declare_block(call.frame, block)


def _containers(call: CmdletCall) -> list[Container]:
    found = []
    for one in items_of(call.get("Script")) if call.has("Script") else ["."]:
        table = unwrap(one)
        parameters: Any = None
        path = to_text(one)
        if type(table) in DICTIONARY_TYPES:
            entries = {to_text(key).lower(): value for key, value in table.items()}
            path = to_text(entries.get("path", entries.get("p", ".")))
            parameters = entries.get("parameters")
        for name, item in test_files(call, [path], [], EXTENSION):
            found.append(container_of(call, name, item, parameters))
    return found


def _coverage(call: CmdletCall) -> Coverage | None:
    if not call.get("CodeCoverage"):
        return None
    made = Coverage()
    parts = measured_files(
        call, list(call.get("CodeCoverage")), with_tests=True, deep=False, extension=EXTENSION
    )
    made.start(call.engine, parts)
    return made


def _broken(containers: list[Container]) -> int:
    return sum(1 for one in containers for block in one.blocks() if block.failures)


def _show_coverage(coverage: Coverage, line: Any) -> None:
    total, files = len(coverage.commands), len(coverage.files)
    line("", "white")
    line("Code coverage report:", "white")
    commands = "command" if total == 1 else "commands"
    line(
        f"Covered {float(coverage.percent):.2f}% of {total:,} analyzed {commands} in {files:,} "
        f"{'file' if files == 1 else 'files'}.",
        "white",
    )
    missed = coverage.missed
    if missed:
        line("", "white")
        line("Missed command:" if len(missed) == 1 else "Missed commands:", "white")
        for one in missed:
            line(f"{one.file} {one.function} {one.extent.start_line} {one.extent.text}", "white")


def _result(call: CmdletCall, containers: list[Container], coverage: Coverage | None) -> PSObject:
    """The object of -PassThru."""
    counts = count(containers)
    tests = [test for one in containers for test in one.tests() if test.outcome is not Outcome.NOT_RUN]
    broken = [block for one in containers for block in one.blocks() if block.failures]
    rows = [*map(_row, tests), *map(_failed_row, broken)]
    strict = bool(call.get("Strict"))
    values: list[tuple[str, Any]] = [
        ("TagFilter", _texts(call.get("Tag"))),
        ("ExcludeTagFilter", _texts(call.get("ExcludeTag"))),
        ("TestNameFilter", _texts(call.get("TestName"))),
        ("TotalCount", len(rows)),
        ("PassedCount", counts[Outcome.PASSED]),
        ("FailedCount", counts[Outcome.FAILED] + len(broken)),
        ("SkippedCount", 0 if strict else counts[Outcome.SKIPPED]),
        ("PendingCount", 0 if strict else counts[Outcome.PENDING]),
        ("InconclusiveCount", counts[Outcome.INCONCLUSIVE]),
        ("Time", span(sum(one.duration for one in tests))),
        ("TestResult", PSArray(rows)),
    ]
    if coverage is not None:
        values.append(("CodeCoverage", _covered(coverage)))
    return PSObject.custom(values)


def _texts(values: Any) -> Any:
    return PSArray(values) if values else None


def _heads(block: Block) -> tuple[str, str]:
    """The names of the Describe and of the Context around a test."""
    path = block.path
    return (path[0] if path else ""), ".".join(path[1:])


def _row(test: Test) -> PSObject:
    describe, context = _heads(test.block)
    record = test.failures[0] if test.failures else None
    lines = legacy_failure_lines(record) if record is not None else []
    parameters = test.case.item if test.case is not None else None
    return PSObject.custom(
        [
            ("Describe", describe),
            ("Context", context),
            ("Name", test.expanded_name),
            ("Result", test.outcome.value),
            ("Passed", test.outcome in (Outcome.PASSED, Outcome.SKIPPED, Outcome.PENDING)),
            ("Time", span(test.duration)),
            ("FailureMessage", record.message if record is not None else test.reason),
            ("StackTrace", lines[-1] if lines else ""),
            ("ErrorRecord", record),
            ("ParameterizedSuiteName", test.name if test.case is not None else ""),
            ("Parameters", parameters),
        ]
    )


def _failed_row(block: Block) -> PSObject:
    describe, context = _heads(block)
    record = block.failures[0]
    return PSObject.custom(
        [
            ("Describe", describe),
            ("Context", context),
            ("Name", f"Error occurred in {'test script' if block.parent is None else block.kind} block"),
            ("Result", "Failed"),
            ("Passed", False),
            ("Time", span(0)),
            ("FailureMessage", record.message),
            ("StackTrace", legacy_failure_lines(record)[-1]),
            ("ErrorRecord", record),
            ("ParameterizedSuiteName", ""),
            ("Parameters", None),
        ]
    )


def _covered(coverage: Coverage) -> PSObject:
    return PSObject.custom(
        [
            ("NumberOfCommandsAnalyzed", len(coverage.commands)),
            ("NumberOfFilesAnalyzed", len(coverage.files)),
            ("NumberOfCommandsExecuted", len(coverage.hit)),
            ("NumberOfCommandsMissed", len(coverage.missed)),
            ("MissedCommands", PSArray([described(one) for one in coverage.missed])),
            ("HitCommands", PSArray([described(one) for one in coverage.hit])),
            ("AnalyzedFiles", PSArray(coverage.files)),
        ]
    )
