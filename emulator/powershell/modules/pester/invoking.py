"""Invoke-Pester, New-PesterConfiguration and New-PesterContainer."""

from __future__ import annotations

import time
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.modules.pester.configuration import Configuration, configuration_of
from emulator.powershell.modules.pester.coverage import Coverage
from emulator.powershell.modules.pester.finding import container_of, measured_files, test_files
from emulator.powershell.modules.pester.legacy import invoke_legacy
from emulator.powershell.modules.pester.model import FIRST_WITH_DISCOVERY, Container, Outcome, Selection
from emulator.powershell.modules.pester.report import ConsoleReport, NormalReport, Silent
from emulator.powershell.modules.pester.reports import write_coverage, write_results
from emulator.powershell.modules.pester.run import Run
from emulator.powershell.modules.pester.state import (
    MAXIMUM_DEPTH,
    depth_of,
    new_run,
    running,
    version_of,
    writer_of,
)
from emulator.powershell.modules.pester.thrown import thrown
from emulator.powershell.modules.pester.types import ContainerInfo, RunResult
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.conversion import items_of, to_text
from emulator.powershell.runtime.errors import ExitSignal
from emulator.powershell.runtime.invocation import bound_parameters
from emulator.powershell.runtime.module import cmdlet
from emulator.powershell.runtime.script_block import ScriptBlock

#: parameter of the simple form -> the option that it sets.
_SIMPLE = {
    "Path": ("Run", "Path"),
    "ExcludePath": ("Run", "ExcludePath"),
    "TagFilter": ("Filter", "Tag"),
    "ExcludeTagFilter": ("Filter", "ExcludeTag"),
    "FullNameFilter": ("Filter", "FullName"),
    "Container": ("Run", "Container"),
    "PassThru": ("Run", "PassThru"),
    "EnableExit": ("Run", "Exit"),
    "Output": ("Output", "Verbosity"),
    "CodeCoverage": ("CodeCoverage", "Path"),
    "CodeCoverageOutputFile": ("CodeCoverage", "OutputPath"),
    "CodeCoverageOutputFileEncoding": ("CodeCoverage", "OutputEncoding"),
    "CodeCoverageOutputFileFormat": ("CodeCoverage", "OutputFormat"),
    "OutputFile": ("TestResult", "OutputPath"),
    "OutputFormat": ("TestResult", "OutputFormat"),
}
_READ = (
    *_SIMPLE,
    *(
        "Script",
        "TestName",
        "Tag",
        "ExcludeTag",
        "OutputXml",
        "Strict",
        "Quiet",
        "Show",
        "CI",
        "Configuration",
    ),
)
_LONGER = ("detailed", "diagnostic")
_NO_FILES = (
    "No test files were found and no scriptblocks were provided. Please ensure that you provided at least "
    "one path to a *{extension} file, or a directory that contains such file.{excluded} Or that you provided "
    "a ScriptBlock test container."
)


@cmdlet("New-PesterConfiguration")
def new_pester_configuration(_call: CmdletCall, hashtable: Any = None) -> Iterator[Configuration]:
    """The options as they are at first, but for those of a table."""
    yield configuration_of(hashtable)


@cmdlet("New-PesterContainer")
def new_pester_container(
    call: CmdletCall,
    path: list[str] | None = None,
    script_block: list[ScriptBlock] | None = None,
    data: Any = None,
) -> Iterator[ContainerInfo]:
    """Files or script blocks with the values of their parameters, one for each table of them."""
    tables = items_of(data) if data is not None else [None]
    for block in script_block or ():
        for table in tables:
            yield ContainerInfo("ScriptBlock", block, table)
    for _, item in test_files(call, path, [], ".Tests.ps1") if path else ():
        for table in tables:
            yield ContainerInfo("File", item, table)


@cmdlet("Invoke-Pester", reads=_READ)
def invoke_pester(call: CmdletCall) -> None:
    """Run tests, by the rules of the version that the runspace has."""
    if depth_of(call.engine) >= MAXIMUM_DEPTH:
        raise thrown(f"Invoke-Pester was called inside of {MAXIMUM_DEPTH} other runs.")
    if version_of(call.engine) < FIRST_WITH_DISCOVERY:
        invoke_legacy(call)
        return
    configuration = _configuration(call)
    result = _run(call, configuration)
    failed = result.failures
    call.engine.global_scope.set("LASTEXITCODE", failed)
    if configuration.value("Run", "PassThru"):
        call.write(result)
    if failed and configuration.value("Run", "Throw"):
        raise thrown(f"Pester run failed, because {_what_failed(result)}")
    if failed and configuration.value("Run", "Exit"):
        raise ExitSignal(failed)


def _what_failed(result: RunResult) -> str:
    found = []
    for number, word in (
        (len(result.of(Outcome.FAILED)), "test"),
        (len(result.failed_blocks), "block"),
        (len(result.failed_containers), "container"),
    ):
        if number:
            found.append(f"{number} {word}{'s' if number > 1 else ''} failed")
    return " and ".join(found)


def _configuration(call: CmdletCall) -> Configuration:
    """What the parameters say, over $PesterPreference of the caller."""
    made = configuration_of(unwrap(call.frame.scope.value("pesterpreference")))
    if call.has("Configuration"):
        made.take(configuration_of(call.get("Configuration")))
        return made
    for name, (section, option) in _SIMPLE.items():
        if call.has(name):
            made.set(section, option, call.get(name))
    if call.has("CodeCoverage"):
        made.set("CodeCoverage", "Enabled", True)
    if call.has("OutputFile"):
        made.set("TestResult", "Enabled", True)
    if call.get("CI"):
        made.set("Run", "Exit", True)
        made.set("TestResult", "Enabled", True)
    if call.get("Quiet"):
        made.set("Output", "Verbosity", "None")
    return made


def _run(call: CmdletCall, configuration: Configuration) -> RunResult:
    engine, streams = call.engine, call.streams
    texts, value = configuration.texts, configuration.value
    verbosity = to_text(value("Output", "Verbosity")).lower()
    line = writer_of(call)
    report = ConsoleReport(line) if verbosity in _LONGER else NormalReport(line)
    selection = Selection(
        *(tuple(texts("Filter", one)) for one in ("Tag", "ExcludeTag", "FullName", "Line", "ExcludeLine"))
    )
    run = new_run(
        call,
        selection,
        Silent() if verbosity == "none" else report,
        with_drive=value("TestDrive", "Enabled"),
        with_registry=value("TestRegistry", "Enabled"),
    )
    run.error_action = to_text(value("Should", "ErrorAction"))
    run.skip_after_failure = to_text(value("Run", "SkipRemainingOnFailure"))
    run.allows_no_cases = not value("Run", "FailOnNullOrEmptyForEach")
    run.containers = _containers(call, configuration)
    coverage = _coverage(call, configuration)
    module = engine.commands.module("Pester")
    result = RunResult(
        run.containers,
        selection,
        configuration,
        module.version if module is not None else "",
        to_text(engine.session.version.ps_version),
        engine.now(),
        0.0,
        _bound(call),
        coverage,
    )
    began = time.perf_counter()
    shown = report if verbosity != "none" else None
    try:
        with running(engine, run):
            _discover(run, call, shown, result.version)
            if not value("Run", "SkipRun"):
                for container in run.containers:
                    run.execute(engine, streams, container)
    finally:
        engine.covered = {}
    result.seconds = time.perf_counter() - began
    if shown is not None:
        shown.summary(run.containers, result.seconds)
    if value("TestResult", "Enabled"):
        write_results(call, configuration, result)
    if coverage is not None:
        write_coverage(call, configuration, result, coverage)
        if shown is not None:
            line(coverage.summary(), "white")
    return result


def _bound(call: CmdletCall) -> Any:
    known = call.processor.binder.metadata.parameters
    return bound_parameters({known[key].name: one for key, one in call.parameters.items() if key in known})


def _discover(run: Run, call: CmdletCall, report: ConsoleReport | None, version: str) -> None:
    began = time.perf_counter()
    if report is not None:
        report.discovery_started(version, len(run.containers))
    for container in run.containers:
        run.discover(call.engine, call.streams, container)
    if report is None:
        return
    chosen = None
    if run.selection != Selection():
        tests = [test for one in run.containers for test in one.tests()]
        chosen = sum(1 for one in tests if run.selection.takes(one))
    report.discovery_ended(run.containers, time.perf_counter() - began, chosen)


def _containers(call: CmdletCall, configuration: Configuration) -> list[Container]:
    blocks, given = configuration.value("Run", "ScriptBlock"), configuration.value("Run", "Container")
    found = [_of_block(unwrap(one), None) for one in blocks]
    for one in map(unwrap, given):
        if one.kind == "ScriptBlock":
            found.append(_of_block(unwrap(one.item), one.data))
        else:
            found.append(container_of(call, one.name, one.item, one.data))
    paths = configuration.texts("Run", "Path")
    excluded = configuration.texts("Run", "ExcludePath")
    extension = to_text(configuration.value("Run", "TestExtension"))
    if paths and (not found or paths[0] != "."):
        known = [*excluded, *(one.name for one in found if one.is_file)]
        found += [container_of(call, path, item) for path, item in test_files(call, paths, known, extension)]
    if not found:
        listed = "', '".join(excluded)
        note = f" And that there is at least one file not excluded by ExcludeFile filter '{listed}'."
        raise thrown(_NO_FILES.format(extension=extension, excluded=note if excluded else ""))
    return found


def _of_block(block: ScriptBlock, data: Any) -> Container:
    return Container("<ScriptBlock>", "Container", script=block, data=data)


def _coverage(call: CmdletCall, configuration: Configuration) -> Coverage | None:
    value = configuration.value
    if not value("CodeCoverage", "Enabled"):
        return None
    made = Coverage(Decimal(value("CodeCoverage", "CoveragePercentTarget")))
    paths = configuration.texts("CodeCoverage", "Path") or configuration.texts("Run", "Path")
    parts = measured_files(
        call,
        list(paths),
        with_tests=not value("CodeCoverage", "ExcludeTests"),
        deep=value("CodeCoverage", "RecursePaths"),
        extension=to_text(value("Run", "TestExtension")),
    )
    made.start(call.engine, parts)
    return made
