"""The runs of a runspace: those that Invoke-Pester or the runner started, the innermost last."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from emulator.host import Account, Host
from emulator.powershell.modules.pester.drive import TestDrive
from emulator.powershell.modules.pester.model import Selection
from emulator.powershell.modules.pester.registry_drive import FIRST_WITH_IT, TestRegistry
from emulator.powershell.modules.pester.report import Line, Silent
from emulator.powershell.modules.pester.run import Reporter, Run

if TYPE_CHECKING:
    from emulator.powershell.runtime.cmdlet_call import CmdletCall
    from emulator.powershell.runtime.engine import Engine

MAXIMUM_DEPTH = 8
"""Runs inside of runs."""
_RUNS: WeakKeyDictionary[Engine, list[Run]] = WeakKeyDictionary()


def version_of(engine: Engine) -> int:
    """The major version of the Pester that the runspace has."""
    module = engine.commands.module("Pester")
    return int(module.version.partition(".")[0]) if module is not None else 3


def run_of(call: CmdletCall) -> Run:
    """The run that a command belongs to; outside of any an idle one, in which nothing can be declared."""
    runs = _RUNS.get(call.engine)
    return runs[-1] if runs else new_run(call, Selection(), Silent())


def depth_of(engine: Engine) -> int:
    """How many runs are going on inside each other."""
    return len(_RUNS.get(engine, ()))


def writer_of(call: CmdletCall) -> Line:
    """Writes lines of a report as Write-Host does."""
    from emulator.powershell.modules.utility.invoking import values_of_command

    def write(text: str, colour: str) -> None:
        values_of_command(call, "Write-Host", [("Object", text), ("ForegroundColor", colour)])

    return write


def new_run(
    call: CmdletCall,
    selection: Selection,
    reporter: Reporter,
    *,
    with_drive: bool = True,
    with_registry: bool = True,
) -> Run:
    """A run by the rules of the runspace's Pester."""
    engine, host = call.engine, call.service(Host)
    version = version_of(engine)
    registry = (
        TestRegistry(host, call.service(Account)) if with_registry and version >= FIRST_WITH_IT else None
    )
    drive = TestDrive(host, engine.machine.temporary_path, version) if with_drive else None
    return Run(version, selection, reporter, drive, registry)


@contextmanager
def running(engine: Engine, run: Run) -> Iterator[None]:
    """Make a run the one that commands belong to."""
    runs = _RUNS.setdefault(engine, [])
    runs.append(run)
    try:
        yield
    finally:
        runs.remove(run)
