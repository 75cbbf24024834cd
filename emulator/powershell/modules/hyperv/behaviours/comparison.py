"""Compare-VM."""

from __future__ import annotations

from collections.abc import Iterator

from emulator.host.planned_machine import PlannedMachine
from emulator.powershell.modules.hyperv.behaviours.import_export import report_of_import
from emulator.powershell.modules.hyperv.objects.compatibility import CompatibilityReport
from emulator.powershell.modules.hyperv.support import ready, reporting
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.errors import not_emulated
from emulator.powershell.runtime.module import cmdlet

_SOURCES = ("ComputerName", "Path", "Register", "Copy", "GenerateNewId", "Name", "VM", "DestinationHost")
_PLACES = (
    "VhdDestinationPath",
    "VhdSourcePath",
    "VirtualMachinePath",
    "SnapshotFilePath",
    "SmartPagingFilePath",
)


@cmdlet("Compare-VM", ignores=(*_SOURCES, *_PLACES))
def compare_vm(
    call: CmdletCall, compatibility_report: CompatibilityReport | None = None
) -> Iterator[CompatibilityReport]:
    """Tell what keeps an exported machine from this computer; again for a report that was repaired."""
    if not ready(call):
        return
    with reporting(call):
        if compatibility_report is not None:
            if isinstance(compatibility_report.vm, PlannedMachine):
                compatibility_report.compare(compatibility_report.vm.incompatibilities())
            yield compatibility_report
        elif call.has("Path"):
            yield report_of_import(call)
        else:
            call.engine.gap("parameter", f"{call.name} -DestinationHost")
            raise not_emulated(f"{call.name} -DestinationHost")
