"""Export-VM, Export-VMSnapshot, Compare-VM and Import-VM for files, and Update-VMVersion."""

from __future__ import annotations

from collections.abc import Iterator

from emulator.host import Checkpoint, HostError, VirtualMachine
from emulator.host.migration.machine_export import CaptureLiveState, CheckpointsToExport, ExportSettings
from emulator.host.virtual_machine.planned_machine import PlannedMachine
from emulator.powershell.dotnet.enums import EnumValue
from emulator.powershell.modules.hyperv.behaviours.checkpoint import checkpoints_named, chosen_checkpoints
from emulator.powershell.modules.hyperv.behaviours.virtual_machine import CHOICE
from emulator.powershell.modules.hyperv.objects.compatibility import IMPORT, CompatibilityReport
from emulator.powershell.modules.hyperv.support import (
    chosen_machines,
    host_of,
    path_of,
    ready,
    reporting,
    should_continue,
    should_process,
    wait_for,
)
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.module import cmdlet

_BROKEN = (
    "Unable to import virtual machine due to configuration errors.  Please use Compare-VM to repair the"
    " virtual machine."
)
_SOURCES = ("ComputerName", "Path", "Copy", "GenerateNewId", "CompatibilityReport")
_PLACES = (
    "VhdDestinationPath",
    "VhdSourcePath",
    "VirtualMachinePath",
    "SnapshotFilePath",
    "SmartPagingFilePath",
)


@cmdlet("Export-VM", reads=CHOICE)
def export_vm(
    call: CmdletCall, path: str, passthru: bool = False, capture_live_state: EnumValue | None = None
) -> Iterator[VirtualMachine]:
    """Write machines to folders of their names below a path."""
    live = CaptureLiveState.SAVED_STATE
    if capture_live_state is not None:
        live = CaptureLiveState(capture_live_state.number)
    for vm in chosen_machines(call):
        if not should_process(call, f'export the virtual machine "{vm.name}".', vm.name):
            continue
        with reporting(call):
            wait_for(call, vm.export(path_of(call, path), ExportSettings(live_state=live)))
            if passthru:
                yield vm


@cmdlet("Export-VMSnapshot", reads=("ComputerName", "VMName", "VM", "VMSnapshot"))
def export_vm_snapshot(
    call: CmdletCall, path: str, name: list[str] | None = None, passthru: bool = False
) -> Iterator[Checkpoint]:
    """Write checkpoints as machines to folders below a path."""
    if name is None:
        found = chosen_checkpoints(call, None)
    else:
        machines = chosen_machines(call, "VMName")
        found = [each for one in name for each in checkpoints_named(call, machines, one)] if machines else []
    for checkpoint in found:
        sentence = f'export the virtual machine checkpoint "{checkpoint.name}".'
        if not should_process(call, sentence, checkpoint.name):
            continue
        with reporting(call):
            settings = ExportSettings(checkpoints=CheckpointsToExport.ONE, checkpoint=checkpoint)
            wait_for(call, checkpoint.machine.export(path_of(call, path), settings))
            if passthru:
                yield checkpoint


def report_of_import(call: CmdletCall) -> CompatibilityReport:
    """Plan the machine of a configuration file, where and how the call wants it. Raises HostError."""
    host = host_of(call)
    path = path_of(call, call.get("Path"))
    copy = call.has("Copy")
    planned = host.planned_machines.import_definition(path, new_identifier=call.has("GenerateNewId"))
    report = CompatibilityReport(host, planned, IMPORT, host.name, path=planned.path, copy=copy)
    try:
        if copy:
            root = _place(call, "VirtualMachinePath") or host.settings.virtual_machine_path
            planned.configure(
                path=root,
                snapshot_path=_place(call, "SnapshotFilePath") or root,
                smart_paging_path=_place(call, "SmartPagingFilePath") or root,
            )
            report.path = root
            report.vhd_destination_path = (
                _place(call, "VhdDestinationPath") or host.settings.virtual_hard_disk_path
            )
            report.vhd_source_path = _place(call, "VhdSourcePath")
    except HostError:
        host.planned_machines.destroy(planned)
        raise
    report.snapshot_path = planned.snapshot_path
    report.compare(planned.incompatibilities())
    return report


def _place(call: CmdletCall, parameter: str) -> str | None:
    return path_of(call, call.get(parameter)) if call.has(parameter) else None


def import_reported(call: CmdletCall, report: CompatibilityReport) -> Iterator[VirtualMachine]:
    """Realize the planned machine of a report. Raises HostError."""
    host, planned = report.host, report.vm
    if not isinstance(planned, PlannedMachine):
        raise HostError("The compatibility report does not describe an import.")
    report.compare(planned.incompatibilities())
    if report.errors:
        raise HostError(_BROKEN)
    if report.copy and report.vhd_destination_path is not None:
        host.planned_machines.copy_storage(planned, report.vhd_destination_path, report.vhd_source_path)
        report.copy = False
    job = host.planned_machines.realize(planned)
    wait_for(call, job)
    yield from (each for each in job.affected if isinstance(each, VirtualMachine) and not each.is_planned)


@cmdlet("Import-VM", reads=(*_SOURCES, *_PLACES))
def import_vm(call: CmdletCall, _path: object = None) -> Iterator[VirtualMachine]:
    """Register an exported machine where it is, copy it, or do what a report says."""
    if not ready(call):
        return
    given = call.get("CompatibilityReport")
    name = "" if given is None else given.vm.name
    if not should_process(call, f'import the virtual machine "{name or call.get("Path")}".', name):
        return
    with reporting(call):
        report = report_of_import(call) if given is None else given
        try:
            yield from import_reported(call, report)
        except HostError:
            # What was planned for this call alone goes; that of a report can be repaired.
            if given is None and isinstance(report.vm, PlannedMachine) and not report.vm.deleted:
                report.host.planned_machines.destroy(report.vm)
            raise


@cmdlet("Update-VMVersion", reads=CHOICE)
def update_vm_version(
    call: CmdletCall, force: bool = False, passthru: bool = False
) -> Iterator[VirtualMachine]:
    """Bring the configuration versions of machines up to date; nothing leads back."""
    newest = host_of(call).release.default_configuration_version
    for vm in chosen_machines(call):
        if not should_process(call, f'update the version of the virtual machine "{vm.name}".', vm.name):
            continue
        question = (
            f'Performing a configuration version update of "{vm.name}" will prevent it from being migrated'
            " to or imported on previous versions of Windows. This operation is not reversible."
        )
        if not force and not should_continue(call, question):
            continue
        if vm.version == newest:
            call.warning("The virtual machine is already at the latest configuration version.")
        else:
            with reporting(call):
                wait_for(call, vm.upgrade_version())
        if passthru:
            yield vm
