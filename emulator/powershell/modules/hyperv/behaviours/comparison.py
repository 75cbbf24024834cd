"""Compare-VM."""

from __future__ import annotations

from collections.abc import Iterator

from emulator.host.migration import compare
from emulator.host.planned_machine import PlannedMachine
from emulator.powershell.modules.hyperv.behaviours.import_export import report_of_import
from emulator.powershell.modules.hyperv.behaviours.migration import (
    PLACES,
    report_of_move,
)
from emulator.powershell.modules.hyperv.objects.compatibility import CompatibilityReport
from emulator.powershell.modules.hyperv.support import ready, reporting
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.module import cmdlet

_SOURCES = ("ComputerName", "Path", "Register", "Copy", "GenerateNewId", "Name", "VM", "DestinationHost")
_COPIES = ("VhdDestinationPath", "VhdSourcePath")


@cmdlet("Compare-VM", ignores=(*_SOURCES, *_COPIES, *PLACES))
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
