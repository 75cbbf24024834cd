"""Exporting and importing machines through Msvm_VirtualSystemManagementService of root/virtualization.

A client takes the export settings of a machine by association, and the import settings of a folder by a
method; it changes them and hands them back.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from emulator.host.checkpoints.checkpoint import Checkpoint
from emulator.host.errors import InvalidParameter
from emulator.host.migration.directory_import import (
    DISKS,
    MACHINES,
    SNAPSHOTS,
    Export,
    ImportSettings,
    Resource,
)
from emulator.host.migration.machine_export import CheckpointsToExport, ExportSettings
from emulator.wmi import errors
from emulator.wmi.association import End, Link, itself
from emulator.wmi.changes import texts, value_of
from emulator.wmi.rows import Row, RowView
from emulator.wmi.view import wmi_method
from emulator.wmi.virtualization.computer_system import MachineSystem
from emulator.wmi.virtualization_v2.arguments import machine_argument
from emulator.wmi.virtualization_v2.base import PREFIX, MachineView, ServiceView
from emulator.wmi.virtualization_v2.jobs import started
from emulator.wmi.virtualization_v2.paths import named_object

if TYPE_CHECKING:
    from emulator.cim.instance import ValueInstance
    from emulator.cim.types import CimValue
    from emulator.host import Host, VirtualMachine
    from emulator.wmi.method import Arguments, MethodResult

EXPORT_SETTINGS, IMPORT_SETTINGS = (
    "Msvm_VirtualSystemExportSettingData",
    "Msvm_VirtualSystemImportSettingData",
)


class ExportSettingsV1(MachineView):
    """How a machine is exported when a client changes nothing: with everything, into a folder of its own."""

    class_name = EXPORT_SETTINGS
    constants = {
        "Caption": "Virtual System Export Setting Data",
        "CopySnapshotConfiguration": int(CheckpointsToExport.ALL),
        "CopyVmRuntimeInformation": True,
        "CopyVmStorage": True,
        "CreateVmExportSubdirectory": True,
        "Description": "Settings for exporting a virtual machine.",
        "ElementName": "Virtual System Export Setting Data",
        "SnapshotVirtualSystem": "",
    }


class ImportSettingsV1(RowView):
    """How an export is imported; it exists only as the answer of GetVirtualSystemImportSettingData."""

    class_name = IMPORT_SETTINGS

    def rows(self) -> Iterable[Row]:
        return ()


class ExportMethods(ServiceView):
    """Part of the management service."""

    class_name = "Msvm_VirtualSystemManagementService"

    @wmi_method
    def ExportVirtualSystem(self, _host: Host, arguments: Arguments) -> MethodResult:
        """Write a machine to a folder of its own below another; CopyVmState takes disks and memory along."""
        everything = arguments.truth("CopyVmState") is True
        settings = ExportSettings(storage=everything, memory=everything)
        return self.exported(arguments, machine_argument(arguments, "ComputerSystem"), settings)

    @wmi_method
    def ExportVirtualSystemEx(self, _host: Host, arguments: Arguments) -> MethodResult:
        """The same with settings (2008 R2 and later)."""
        vm = machine_argument(arguments, "ComputerSystem")
        given = arguments.embedded("ExportSettingData")
        if given is None or not given.declaration.is_a(EXPORT_SETTINGS):
            raise InvalidParameter(f"ExportSettingData does not hold a {EXPORT_SETTINGS}.")
        return self.exported(arguments, vm, self.export_settings(vm, given))

    def exported(self, arguments: Arguments, vm: VirtualMachine, settings: ExportSettings) -> MethodResult:
        """4096 with a job."""
        directory = arguments.required_text("ExportDirectory")
        return started(arguments, vm.export(directory, settings))

    def export_settings(self, vm: VirtualMachine, given: ValueInstance) -> ExportSettings:
        """What an export is to take. One checkpoint goes with its disks and memory, whatever else is asked
        for (documented). Raises InvalidParameter."""
        number = value_of(given, "CopySnapshotConfiguration") or 0
        if not isinstance(number, int) or number not in set(CheckpointsToExport):
            raise InvalidParameter(f"CopySnapshotConfiguration cannot be '{number!s:.32}'.")
        subfolder = value_of(given, "CreateVmExportSubdirectory") is True
        if number == CheckpointsToExport.ONE:
            named = named_object(self.namespace, str(value_of(given, "SnapshotVirtualSystem") or ""))
            if not isinstance(named, Checkpoint) or named.machine is not vm:
                raise InvalidParameter("SnapshotVirtualSystem does not name a checkpoint of the machine.")
            return ExportSettings(checkpoints=CheckpointsToExport.ONE, checkpoint=named, subfolder=subfolder)
        return ExportSettings(
            storage=value_of(given, "CopyVmStorage") is True,
            memory=value_of(given, "CopyVmRuntimeInformation") is True,
            checkpoints=CheckpointsToExport(number),
            subfolder=subfolder,
        )


class ImportMethods(ServiceView):
    """Part of the management service."""

    class_name = "Msvm_VirtualSystemManagementService"

    @wmi_method
    def ImportVirtualSystem(self, host: Host, arguments: Arguments) -> MethodResult:
        """Use an export where it is; 4096 with a job."""
        settings = ImportSettings(new_identifier=arguments.truth("GenerateNewID") is True)
        return started(arguments, host.planned_machines.import_directory(_directory(arguments), settings))

    @wmi_method
    def ImportVirtualSystemEx(self, host: Host, arguments: Arguments) -> MethodResult:
        """The same with settings (2008 R2 and later)."""
        given = arguments.embedded("ImportSettingData")
        if given is None or not given.declaration.is_a(IMPORT_SETTINGS):
            raise InvalidParameter(f"ImportSettingData does not hold a {IMPORT_SETTINGS}.")
        job = host.planned_machines.import_directory(_directory(arguments), _import_settings(given))
        return started(arguments, job)

    @wmi_method
    def GetVirtualSystemImportSettingData(self, host: Host, arguments: Arguments) -> MethodResult:
        """What an export would be imported like; at once."""
        export = host.planned_machines.read_export(_directory(arguments))
        row = Row(export.definition.machine.id, _values(host, export))
        return arguments.result(
            errors.COMPLETED, ImportSettingData=self.namespace.view(ImportSettingsV1).instance(row)
        )


def _directory(arguments: Arguments) -> str:
    return arguments.required_text("ImportDirectory")


def _values(host: Host, export: Export) -> dict[str, CimValue]:
    definition, machine = export.definition.machine, export.machine
    names = [
        connection.switch_name
        for adapter in definition.network_adapters
        if (connection := definition.connections.get(adapter.id)) is not None
    ]
    current = [drive.path for drive in definition.hard_disk_drives if drive.path is not None]
    sources = [drive.path for drive in machine.hard_disk_drives if drive.path is not None]
    target = host.settings.virtual_hard_disk_path.rstrip("\\")
    root = host.settings.virtual_machine_path
    return {
        "Caption": "Virtual System Import Setting Data",
        "CreateCopy": False,
        "CurrentResourcePaths": [*current],
        "Description": "Settings for importing a virtual machine.",
        "ElementName": "Virtual System Import Setting Data",
        "GenerateNewId": False,
        "InstanceID": PREFIX + definition.id,
        "Name": definition.name,
        "SecurityScope": definition.scope_of_residence,
        "SourceNetworkConnections": [*names],
        "SourceResourcePaths": [*sources],
        "SourceSnapshotDataRoot": f"{export.root}\\{SNAPSHOTS}",
        "SourceVhdDataRoot": f"{export.root}\\{DISKS}",
        "SourceVmDataRoot": f"{export.root}\\{MACHINES}",
        "TargetNetworkConnections": [*names],
        "TargetResourcePaths": [f"{target}\\{path.rpartition(chr(92))[2]}" for path in sources],
        "TargetSnapshotDataRoot": root,
        "TargetVhdDataRoot": target,
        "TargetVmDataRoot": root,
    }


def _import_settings(given: ValueInstance) -> ImportSettings:
    """Raises InvalidParameter when lists that belong together have different lengths."""

    def text(name: str) -> str:
        return str(value_of(given, name) or "")

    def several(name: str) -> list[str]:
        value: Any = value_of(given, name)
        return [] if value is None else texts(value)

    current, sources = several("CurrentResourcePaths"), several("SourceResourcePaths")
    targets = several("TargetResourcePaths")
    if len(sources) not in (0, len(current)) or len(targets) not in (0, len(current)):
        raise InvalidParameter("The lists of resource paths have different lengths.")
    resources = [
        Resource(path, sources[at] if sources else "", targets[at] if targets else "")
        for at, path in enumerate(current)
    ]
    connections = value_of(given, "TargetNetworkConnections")
    return ImportSettings(
        name=text("Name"),
        scope=text("SecurityScope"),
        new_identifier=value_of(given, "GenerateNewId") is True,
        copy=value_of(given, "CreateCopy") is True,
        snapshot_source=text("SourceSnapshotDataRoot"),
        disk_source=text("SourceVhdDataRoot"),
        machine_target=text("TargetVmDataRoot"),
        snapshot_target=text("TargetSnapshotDataRoot"),
        disk_target=text("TargetVhdDataRoot"),
        resources=tuple(resources),
        connections=None if connections is None else tuple(several("TargetNetworkConnections")),
    )


LINKS = (
    Link(
        "Msvm_SystemExportSettingData",
        End("ManagedElement", MachineSystem, itself),
        End("SettingData", ExportSettingsV1, itself),
        values={"IsCurrent": 1, "IsDefault": 1, "IsMaximum": 0, "IsMinimum": 0, "IsNext": 0},
    ),
)
VIEWS = (ExportSettingsV1, ImportSettingsV1)
