"""Methods of Msvm_VirtualSystemManagementService for configuration files and planned systems: export, import,
validation and upgrade."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.host.checkpoints.checkpoint import Checkpoint
from emulator.host.checkpoints.reference_points import ReferencePoint
from emulator.host.errors import HostError, InvalidParameter, NotSupported
from emulator.host.migration.machine_export import CaptureLiveState, CheckpointsToExport, ExportSettings
from emulator.host.migration.machine_import import new_plan, read_definition
from emulator.host.virtual_machine.drives import HardDiskDrive
from emulator.host.virtual_machine.machine_template import planned_like
from emulator.host.virtual_machine.virtual_machine import VirtualMachine
from emulator.host.virtual_machine.virtual_machine_settings import MAXIMUM_NAME
from emulator.host.virtual_machine.virtual_machines import DEFAULT_NAME
from emulator.wmi import errors
from emulator.wmi.changes import value_of, wanted_settings
from emulator.wmi.view import wmi_method
from emulator.wmi.virtualization_v2.arguments import machine_argument, template_argument
from emulator.wmi.virtualization_v2.base import ServiceView
from emulator.wmi.virtualization_v2.jobs import started
from emulator.wmi.virtualization_v2.paths import named_object
from emulator.wmi.virtualization_v2.planned_systems import (
    PLANNED_WRITABLE,
    PlannedSnapshotSettings,
    PlannedSystem,
    find_planned,
    planned_argument,
)
from emulator.wmi.virtualization_v2.resources_add import add_resource
from emulator.wmi.virtualization_v2.summary import Summary, summaries
from emulator.wmi.virtualization_v2.system_settings import RealizedSettings

if TYPE_CHECKING:
    from emulator.cim.instance import ValueInstance
    from emulator.host import Host
    from emulator.wmi.method import Arguments, MethodResult

_SETTINGS = "Msvm_VirtualSystemExportSettingData"
_UPGRADE_SETTINGS = "Msvm_VirtualSystemUpgradeSettingData"
_ONE_FOR_BACKUP = 3
#: BackupIntent: the chain of each disk becomes one file.
_MERGE = 1
_NOT_EMULATED = ("ExportForLiveMigration", "GuestDebugStateFilePath")
#: What GetDefinitionFileSummaryInformation tells: what a configuration file says of a machine.
_DEFINITION_PARTS = [0, 1, 2, 3, 4, 10]


class SystemDefinitionMethods(ServiceView):
    """Part of the management service."""

    class_name = "Msvm_VirtualSystemManagementService"

    @wmi_method
    def ExportSystemDefinition(self, _host: Host, arguments: Arguments) -> MethodResult:
        """Write a machine to a folder; 4096 with a job."""
        directory = arguments.required_text("ExportDirectory")
        vm = machine_argument(arguments, "ComputerSystem")
        return started(arguments, vm.export(directory, self.export_settings(arguments, vm)))

    @wmi_method
    def ImportSystemDefinition(self, host: Host, arguments: Arguments) -> MethodResult:
        """Plan a machine from a configuration file. The planned machine is there at once."""
        path = arguments.required_text("SystemDefinitionFile")
        planned = host.planned_machines.import_definition(
            path,
            arguments.text("SnapshotFolder") or None,
            new_identifier=arguments.truth("GenerateNewSystemIdentifier") is True,
        )
        return arguments.result(
            errors.COMPLETED, ImportedSystem=self.namespace.view(PlannedSystem).instance(planned).path
        )

    @wmi_method
    def ImportSnapshotDefinitions(self, host: Host, arguments: Arguments) -> MethodResult:
        """Let a planned machine have the checkpoints in a folder."""
        folder = arguments.required_text("SnapshotFolder")
        planned = planned_argument(arguments, "PlannedSystem")
        found = host.planned_machines.import_checkpoints(planned, folder)
        view = self.namespace.view(PlannedSnapshotSettings)
        return arguments.result(
            errors.COMPLETED, ImportedSnapshots=[view.instance(each).path for each in found]
        )

    @wmi_method
    def DefinePlannedSystem(self, host: Host, arguments: Arguments) -> MethodResult:
        """Plan a machine from settings; nothing stays behind when a part is refused."""
        settings = arguments.embedded("SystemSettings")
        wanted = {} if settings is None else wanted_settings(settings, PLANNED_WRITABLE)
        facts = dict(wanted.get("", {}))
        subtype = None if settings is None else value_of(settings, "VirtualSystemSubType")
        version = None if settings is None else value_of(settings, "Version")
        template = template_argument(arguments, "ReferenceConfiguration", RealizedSettings)
        if template is None:
            planned = new_plan(
                host,
                host.new_guid(),
                str(facts.pop("name", "") or DEFAULT_NAME)[:MAXIMUM_NAME],
                self.generation_of(subtype),
                str(version or host.release.default_configuration_version or ""),
                host.settings.virtual_machine_path,
            )
        else:
            planned = planned_like(
                template,
                facts.pop("name", None),
                None,
                generation=self.generation_of(subtype) if subtype else None,
                version=str(version) if version else None,
            )
        planned.configure(**facts)
        if "firmware" in wanted:
            planned.firmware.configure(**wanted["firmware"])
        host.planned_machines.add(planned)
        try:
            for each in arguments.embedded_list("ResourceSettings"):
                add_resource(self.namespace, planned, each)
        except HostError:
            host.planned_machines.destroy(planned)
            raise
        return arguments.result(
            errors.COMPLETED, ResultingSystem=self.namespace.view(PlannedSystem).instance(planned).path
        )

    @wmi_method
    def ValidatePlannedSystem(self, host: Host, arguments: Arguments) -> MethodResult:
        """Check whether a planned machine fits; 4096 with a job whose errors say what does not."""
        return started(
            arguments, host.planned_machines.validate(planned_argument(arguments, "PlannedSystem"))
        )

    @wmi_method
    def RealizePlannedSystem(self, host: Host, arguments: Arguments) -> MethodResult:
        """Make a virtual machine of a planned one; 4096 with a job that affects it."""
        return started(arguments, host.planned_machines.realize(planned_argument(arguments, "PlannedSystem")))

    @wmi_method
    def GetDefinitionFileSummaryInformation(self, host: Host, arguments: Arguments) -> MethodResult:
        """What configuration files say of their machines."""
        files = arguments.get("DefinitionFiles")
        if not isinstance(files, list) or not files:
            raise InvalidParameter("DefinitionFiles is missing.")
        machines: list[Any] = [
            read_definition(host, str(path))[1].definition.machine for path in files if path is not None
        ]
        found = summaries(self.namespace, Summary, machines, _DEFINITION_PARTS)
        return arguments.result(errors.COMPLETED, SummaryInformation=found)

    @wmi_method
    def UpgradeSystemVersion(self, _host: Host, arguments: Arguments) -> MethodResult:
        """Bring the configuration version of a machine up to date, or to TargetVersion; 4096 with a job.

        The settings are read where the release has their class.
        """
        vm = machine_argument(arguments, "ComputerSystem")
        target: str | None = None
        if _UPGRADE_SETTINGS in self.namespace.schema and arguments.get("UpgradeSettingData"):
            given = arguments.required_embedded("UpgradeSettingData")
            if not given.declaration.is_a(_UPGRADE_SETTINGS):
                raise InvalidParameter(f"UpgradeSettingData does not hold a {_UPGRADE_SETTINGS}.")
            target = str(value_of(given, "TargetVersion") or "") or None
        return started(arguments, vm.upgrade_version(target))

    # What the methods are made of.

    def export_settings(self, arguments: Arguments, vm: VirtualMachine) -> ExportSettings:
        """What an export is to take. Raises InvalidParameter."""
        given = arguments.embedded("ExportSettingData")
        if given is None:
            return ExportSettings(subfolder=False)
        if not given.declaration.is_a(_SETTINGS):
            raise InvalidParameter(f"ExportSettingData does not hold a {_SETTINGS}.")
        wanted = value_of(given, "CopySnapshotConfiguration")
        checkpoint: Checkpoint | None = None
        base = self.export_base(given) if wanted == _ONE_FOR_BACKUP else None
        if wanted in (CheckpointsToExport.ONE, _ONE_FOR_BACKUP):
            named = named_object(self.namespace, str(value_of(given, "SnapshotVirtualSystem") or ""))
            if not isinstance(named, Checkpoint) or named.machine is not vm:
                raise InvalidParameter("SnapshotVirtualSystem does not name a checkpoint of the machine.")
            checkpoint, wanted = named, CheckpointsToExport.ONE
        return ExportSettings(
            storage=_flag(given, "CopyVmStorage"),
            memory=_flag(given, "CopyVmRuntimeInformation"),
            checkpoints=_choice(CheckpointsToExport, wanted, CheckpointsToExport.ALL),
            checkpoint=checkpoint,
            live_state=_choice(
                CaptureLiveState, value_of(given, "CaptureLiveState"), CaptureLiveState.SAVED_STATE
            ),
            subfolder=_flag(given, "CreateVmExportSubdirectory"),
            merge=value_of(given, "BackupIntent") == _MERGE,
            excluded=self.excluded(given, vm),
            base=base,
        )

    def export_base(self, given: ValueInstance) -> ReferencePoint | Checkpoint | None:
        """The moment that a differential export is compared with; None for a full one. Raises
        InvalidParameter."""
        path = str(value_of(given, "DifferentialBackupBase") or "")
        named = named_object(self.namespace, path) if path else None
        if path and not isinstance(named, ReferencePoint | Checkpoint):
            raise InvalidParameter("DifferentialBackupBase names no reference point or snapshot.")
        return named if isinstance(named, ReferencePoint | Checkpoint) else None

    def excluded(self, given: ValueInstance, vm: VirtualMachine) -> frozenset[str]:
        """The disks that are left out: paths of files, or of the settings of their media. Raises
        InvalidParameter, NotSupported."""
        for name in _NOT_EMULATED:
            if value_of(given, name):
                self.namespace.service.record_gap(
                    self.namespace.name, self.class_name, f"ExportSystemDefinition with {name}"
                )
                raise NotSupported(f"An export with {name} is not emulated.")
        found: set[str] = set()
        stated = value_of(given, "ExcludedVirtualHardDisks")
        for each in stated if isinstance(stated, list) else []:
            named = named_object(self.namespace, str(each))
            path = named.path if isinstance(named, HardDiskDrive) else str(each)
            if path is None or vm.host.virtual_disks.get(path) is None:
                raise InvalidParameter(
                    f"ExcludedVirtualHardDisks names no virtual hard disk: '{each!s:.128}'"
                )
            found.add(vm.host.filesystem.normalize(path).lower())
        return frozenset(found)

    def generation_of(self, subtype: object) -> int:
        """The generation that a VirtualSystemSubType names."""
        raise NotImplementedError

    def destroy_planned(self, host: Host, arguments: Arguments, name: str) -> MethodResult | None:
        """Drop the planned machine that a reference names; None when it names something else."""
        planned = find_planned(arguments, name)
        if planned is None:
            return None
        host.planned_machines.destroy(planned)
        return arguments.result(errors.COMPLETED)


def _flag(settings: ValueInstance, name: str) -> bool:
    return value_of(settings, name) is True


def _choice(kind: Any, value: object, default: Any) -> Any:
    if value is None:
        return default
    try:
        return kind(value)
    except ValueError:
        raise InvalidParameter(f"'{value!s:.32}' is not a {kind.__name__}.") from None
