"""Compare-VM, and Repair-VM for what Set-VM cannot mend."""

from __future__ import annotations

from collections.abc import Iterator

from emulator.host import InvalidParameter
from emulator.host.migration.migration import compare
from emulator.host.virtual_machine.planned_machine import PlannedMachine
from emulator.powershell.modules.hyperv.behaviours.import_export import report_of_import
from emulator.powershell.modules.hyperv.behaviours.migration import (
    DESTINATIONS,
    PLACES,
    report_of_move,
)
from emulator.powershell.modules.hyperv.objects.compatibility import CompatibilityReport
from emulator.powershell.modules.hyperv.support import path_of, ready, reporting, should_process
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.module import cmdlet

_SOURCES = ("ComputerName", "Path", "Copy", "GenerateNewId", "Name", "VM", *DESTINATIONS)
_COPIES = ("VhdDestinationPath", "VhdSourcePath")


@cmdlet("Compare-VM", reads=(*_SOURCES, *_COPIES, *PLACES))
def compare_vm(
    call: CmdletCall, compatibility_report: CompatibilityReport | None = None
) -> Iterator[CompatibilityReport]:
    """Tell what keeps an exported machine from this computer, or one of this computer from another;
    again for a report that was repaired."""
    if not ready(call):
        return
    with reporting(call):
        if compatibility_report is not None:
            vm, wanted = compatibility_report.vm, compatibility_report.move
            if isinstance(vm, PlannedMachine):
                compatibility_report.compare(vm.incompatibilities())
            elif wanted is not None:
                compatibility_report.compare(compare(vm, compatibility_report.destination, wanted))
            yield compatibility_report
        elif call.has("Path"):
            yield report_of_import(call)
        else:
            yield from report_of_move(call)


@cmdlet("Repair-VM", reads=("ComputerName",))
def repair_vm(
    call: CmdletCall,
    compatibility_report: CompatibilityReport,
    path: str | None = None,
    snapshot_file_path: str | None = None,
    passthru: bool = False,
) -> Iterator[CompatibilityReport]:
    """Give the planned machine of a report another folder for its configuration, and look for missing
    checkpoints in another one."""
    report = compatibility_report
    machine = report.vm
    sentence = f'repair the virtual machine "{machine.name}".'
    if not ready(call) or not should_process(call, sentence, machine.name):
        return
    with reporting(call):
        if not isinstance(machine, PlannedMachine):
            raise InvalidParameter("The compatibility report has no planned virtual machine.")
        if snapshot_file_path is not None:
            folder = path_of(call, snapshot_file_path)
            report.host.planned_machines.import_checkpoints(machine, folder)
            report.snapshot_path = machine.snapshot_path
        if path is not None:
            machine.configure(path=path_of(call, path))
            report.path = machine.path
        report.compare(machine.incompatibilities())
        if passthru:
            yield report
