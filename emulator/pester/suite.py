"""A suite on the user's disk, run on a fake machine."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from emulator.console.context import Console, Context
from emulator.console.environment import user_environment
from emulator.console.process import DEFAULT_CODE_PAGE
from emulator.console.programs.powershell.output import ConsoleInterface, ConsoleSink
from emulator.console.programs.powershell.session import initial_session
from emulator.console.streams import MemoryReader
from emulator.host import Host
from emulator.powershell.dotnet.exceptions import ExceptionObject
from emulator.powershell.modules.pester.drive import TestDrive
from emulator.powershell.modules.pester.model import Container, Outcome, Selection
from emulator.powershell.modules.pester.module import pester_module
from emulator.powershell.modules.pester.nunit import nunit_xml
from emulator.powershell.modules.pester.registry_drive import FIRST_WITH_IT, TestRegistry
from emulator.powershell.modules.pester.report import ConsoleReport, count
from emulator.powershell.modules.pester.run import Run
from emulator.powershell.modules.pester.state import running
from emulator.powershell.runtime import Module, Runspace
from emulator.powershell.runtime import services as engine_services
from emulator.powershell.runtime.errors import ErrorRecord

_EVERYTHING = Selection()
FOLDER = "C:\\Suite"
"""Where the suite lies on the fake machine."""
POWERSHELL = "C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe"
ENDINGS = (".tests.ps1",)
MAXIMUM_FILE = 16 * 1024 * 1024
MAXIMUM_TOTAL = 256 * 1024 * 1024
MAXIMUM_FILES = 20_000
_ONE_FILE = "param($Path) Invoke-PesterContainer -Path $Path"
_LEFT_OUT = frozenset({".git", ".hg", ".svn", "node_modules", "__pycache__", ".venv"})


class SuiteError(Exception):
    """The suite cannot be read; the text says why."""


@dataclass(frozen=True, slots=True)
class Result:
    """What came out. ``failed`` counts failed tests, and files or blocks that failed outside of a test."""

    containers: list[Container]
    failed: int
    nunit: str


def run_suite(
    host: Host,
    path: Path,
    *,
    root: Path | None = None,
    version: int = 5,
    selection: Selection = _EVERYTHING,
    modules: tuple[Module, ...] = (),
    variables: Mapping[str, Any] | None = None,
    module_paths: tuple[Path, ...] = (),
    write: Callable[[str], None],
    line: Callable[[str, str], None],
) -> Result:
    """Copy ``root`` (by default the folder of ``path``) to the machine and run the test files of ``path``.

    ``modules`` and ``variables`` are there besides those of the host. The folders of ``module_paths``, which
    lie in ``root``, come first in PSModulePath. ``write`` takes what the scripts show, ``line`` the lines of
    the report. Raises SuiteError.
    """
    path = path.resolve()
    top = (root or (path if path.is_dir() else path.parent)).resolve()
    if path != top and top not in path.parents:
        raise SuiteError(f"{path} is not inside of {top}")
    tests = _test_files(path)
    if not tests:
        raise SuiteError(f"no test files (*.Tests.ps1) in {path}")
    folders = [one.resolve() for one in module_paths]
    for one in folders:
        if one != top and top not in one.parents:
            raise SuiteError(f"{one} is not inside of {top}")
    _copy(host, top)
    names = [_fake_path(one, top) for one in tests]

    def shown_path(fake: str) -> str:
        if not fake.lower().startswith(FOLDER.lower() + "\\"):
            return fake
        return str(top.joinpath(*PurePosixPath(fake[len(FOLDER) + 1 :].replace("\\", "/")).parts))

    report = ConsoleReport(line, shown_path)
    # The suite runs in a process that the machine lists, so Get-Process -Id $PID finds it.
    with host.looking():
        process = host.processes.start(POWERSHELL, account=host.accounts.administrator.qualified_name)
    context = _context(host, write, process.id)
    if folders:
        known = context.environment.get("PSModulePath") or ""
        context.environment["PSModulePath"] = ";".join([*(_fake_path(one, top) for one in folders), known])
    interface = ConsoleInterface(context, interactive=False)
    session = initial_session(context, interface)
    machine = session.services[engine_services.Machine]
    registry = TestRegistry(host, context.account) if version >= FIRST_WITH_IT else None
    run = Run(version, selection, report, TestDrive(host, machine.temporary_path, version), registry)
    others = tuple(one for one in session.modules if one.name != "Pester")
    session.modules = (*others, pester_module(version, loaded_at_start=True), *modules)
    session.variables = {**session.variables, **(variables or {})}
    runspace = Runspace(session)
    sink = ConsoleSink(context, runspace, clixml=False)
    moment = host.clock.now()
    started = time.perf_counter()
    with running(runspace.engine, run):
        for name in names:
            ended = runspace.run(_ONE_FILE, parameters={"Path": name}, sink=sink)
            problem = ended.failure
            if problem is None and ended.exit_code is not None:
                problem = ErrorRecord(
                    ExceptionObject("System.Exception", f"The file left by exit {ended.exit_code}."),
                    "PesterExit",
                )
            if problem is not None and run.containers:
                run.containers[-1].failures.append(problem)
                report.block_failed(run.containers[-1], problem)
    sink.finish()
    with host.looking():
        if host.processes.get(process.id) is not None:
            host.processes.end(process.id)
    report.summary(run.containers, time.perf_counter() - started)
    counts = count(run.containers)
    outside = sum(1 for one in run.containers if one.failures)
    return Result(
        run.containers,
        counts[Outcome.FAILED] + outside,
        nunit_xml(host, run.containers, moment, shown_path, context.directory),
    )


def _test_files(path: Path) -> list[Path]:
    """The test files of a folder, or the one file that is named whatever its name."""
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise SuiteError(f"{path} does not exist")
    return sorted(one for one in _walk(path) if one.name.lower().endswith(ENDINGS))


def _walk(top: Path) -> list[Path]:
    found: list[Path] = []
    for folder, names, files in os.walk(top):
        names[:] = sorted(name for name in names if name not in _LEFT_OUT)
        found += [Path(folder, name) for name in files]
    return found


def _fake_path(path: Path, top: Path) -> str:
    return "\\".join([FOLDER, *path.relative_to(top).parts])


def _copy(host: Host, top: Path) -> None:
    """Put the files of a folder on the machine. Too many or too large ones are refused, none is left out."""
    files = host.filesystem
    total = 0
    paths = _walk(top)
    if len(paths) > MAXIMUM_FILES:
        raise SuiteError(f"{top} has more than {MAXIMUM_FILES} files; name a smaller folder by --root")
    for path in paths:
        try:
            size = path.stat().st_size
            total += size
            if size > MAXIMUM_FILE or total > MAXIMUM_TOTAL:
                raise SuiteError(f"{path}: the suite is too large; name a smaller folder by --root")
            data = path.read_bytes()
        except OSError as problem:
            raise SuiteError(f"{path}: {problem.strerror}") from None
        name = _fake_path(path, top)
        files.make_directory(name.rpartition("\\")[0], exist_ok=True)
        files.write(name, data)


def _context(host: Host, write: Callable[[str], None], process_id: int) -> Context:
    """A process of the administrator, in the suite's folder."""
    account = host.accounts.administrator
    writer = _Writer(write)
    reader = MemoryReader(b"", DEFAULT_CODE_PAGE)
    return Context(
        host=host,
        account=account,
        console=Console(DEFAULT_CODE_PAGE, ()),
        environment=user_environment(host, account),
        directory=FOLDER,
        stdin=reader,
        stdout=writer,
        stderr=writer,
        cancelled=threading.Event(),
        process_id=process_id,
    )


class _Writer:
    """Standard output and error of the scripts: the user's own."""

    def __init__(self, write: Callable[[str], None]) -> None:
        self.code_page = DEFAULT_CODE_PAGE
        self._write = write

    def write(self, data: str | bytes) -> None:
        text = data if isinstance(data, str) else data.decode("cp437", "replace")
        self._write(text.replace("\r\n", "\n"))
