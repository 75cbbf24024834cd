"""Associations between what the other modules show: media and drives, settings and what they stand for,
firmware, capabilities, summaries, extensions, and who owns which job."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.host.device import ComPort, FixedDevice, FixedKind
from emulator.host.drives import DvdDrive, FloppyDrive, HardDiskDrive
from emulator.host.job import Job, JobKind, JobType
from emulator.host.virtual_machine import VirtualMachine
from emulator.wmi.association import End, Link, Reach, itself, the_host
from emulator.wmi.virtualization_v2 import (
    capabilities,
    computer_system,
    devices,
    drives,
    export_settings,
    image_service,
    jobs,
    logical_disks,
    management_service,
    migration_service,
    network,
    pool_service,
    processor_memory,
    snapshot_service,
    storage_job_associations,
    summary,
    switch_data,
)

if TYPE_CHECKING:
    from emulator.host.processor_settings import ProcessorSettings
    from emulator.wmi.namespace import Namespace
    from emulator.wmi.view import View
    from emulator.wmi.virtualization_v2.processor_memory import VirtualProcessor

MACHINE = computer_system.MachineSystem
_EXISTING = {"IsCurrent": 1, "IsDefault": 1, "IsNext": 0}
_DEFAULT = {"PropertyPolicy": 0, "SupportStatement": 0, "ValueRange": 0, "ValueRole": 0}
#: The jobs that a machine itself owns (RequestStateChange), and those of the snapshot service; the management
#: service owns the others (chosen).
_OF_MACHINE = frozenset(
    {
        JobType.START,
        JobType.TURN_OFF,
        JobType.SAVE,
        JobType.RESTORE,
        JobType.SHUT_DOWN,
        JobType.PAUSE,
        JobType.RESUME,
        JobType.RESET,
        JobType.REBOOT,
    }
)
_OF_SNAPSHOT_SERVICE = frozenset(
    {JobType.CREATE_CHECKPOINT, JobType.APPLY_CHECKPOINT, JobType.DELETE_CHECKPOINT, JobType.MERGE_CHECKPOINT}
)


# -- devices --------------------------------------------------------------------------------------


def _medium(kind: type[Any]) -> Reach:
    """From a drive to what is in it."""
    return lambda _namespace, drive: logical_disks.drive_of(drive) if isinstance(drive, kind) else ()


def _drive(kind: type[Any]) -> Reach:
    """From a medium to the drive in which it is."""
    return lambda _namespace, drive: (drive,) if isinstance(drive, kind) else ()


def _ports(_namespace: Namespace, controller: FixedDevice) -> list[ComPort]:
    return controller.vm.com_ports


def _serial_controller(_namespace: Namespace, port: ComPort) -> list[FixedDevice]:
    return [each for each in port.vm.fixed_devices if each.kind is FixedKind.SERIAL_CONTROLLER]


def _settings_of_processor(_namespace: Namespace, processor: VirtualProcessor) -> list[ProcessorSettings]:
    return [processor.vm.processor]


def _processors_of_settings(_namespace: Namespace, settings: ProcessorSettings) -> list[VirtualProcessor]:
    vm = settings.vm
    return [] if vm.is_checkpoint else list(processor_memory.virtual_processors(vm))


def _shown(view: type[Any]) -> Reach:
    """The same object at the other end, if the view there shows it; in a machine, checkpoint or plan."""

    def reach(namespace: Namespace, device: Any) -> list[Any]:
        return [each for each in namespace.view(view).devices(device.vm) if each is device]

    return reach


def _every(view: type[Any]) -> Reach:
    return lambda namespace, _item: namespace.view(view).objects()


# -- jobs -----------------------------------------------------------------------------------------


def _owns(job: Job) -> str:
    if job.job_type in _OF_MACHINE:
        return "machine"
    return "snapshots" if job.job_type in _OF_SNAPSHOT_SERVICE else "management"


def _own_jobs(namespace: Namespace, vm: VirtualMachine) -> list[Job]:
    return [job for job in _concrete(namespace) if _owns(job) == "machine" and job.owner is vm]


def _owner(namespace: Namespace, job: Job) -> list[Any]:
    owner = job.owner
    is_there = isinstance(owner, VirtualMachine) and owner in namespace.host.virtual_machines
    return [owner] if is_there and _owns(job) == "machine" else []


def _jobs_of_service(name: str) -> Reach:
    return lambda namespace, _host: [job for job in _concrete(namespace) if _owns(job) == name]


def _service(name: str) -> Reach:
    return lambda namespace, job: (namespace.host,) if _owns(job) == name else ()


def _concrete(namespace: Namespace) -> list[Job]:
    return [job for job in namespace.host.jobs if job.kind is JobKind.CONCRETE]


# -- switches -------------------------------------------------------------------------------------


def _running(namespace: Namespace, installed: Any) -> list[Any]:
    found = namespace.view(switch_data.Extension).objects()
    return [each for each in found if each.facts.id == installed.id]


def _installed(namespace: Namespace, running: Any) -> list[Any]:
    found = namespace.view(switch_data.InstalledExtension).objects()
    return [each for each in found if each.id == running.facts.id]


VIEWS = (
    capabilities.ManagementCapabilities,
    capabilities.PoolConfigurationCapabilities,
    capabilities.VirtualSystemCapabilities,
    export_settings.MigrationSettings,
    export_settings.VirtualSystemExportSettings,
)

_DRIVES: tuple[tuple[type[View[Any]], type[Any]], ...] = (
    (devices.DiskDrive, HardDiskDrive),
    (devices.DvdDriveDevice, DvdDrive),
    (devices.DisketteDrive, FloppyDrive),
)

LINKS: tuple[Link, ...] = (
    # Media, ports, processors.
    *(
        Link(
            "Msvm_MediaPresent",
            End("Antecedent", view, _medium(kind)),
            End("Dependent", logical_disks.LogicalDisk, _drive(kind)),
            values={"FixedMedia": kind is HardDiskDrive},
        )
        for view, kind in _DRIVES
    ),
    Link(
        "Msvm_SettingsDefineState",
        End("ManagedElement", processor_memory.ProcessorDevice, _settings_of_processor),
        End("SettingData", processor_memory.ProcessorSettingView, _processors_of_settings),
    ),
    Link(
        "Msvm_SerialPortOnSerialController",
        End("Antecedent", devices.SerialController, _ports),
        End("Dependent", devices.SerialPort, _serial_controller),
    ),
    # Settings of devices and themselves, what they stand for, and what they depend on.
    *(
        Link(
            "Msvm_ElementSettingData",
            End("ManagedElement", view, itself),
            End("SettingData", view, itself),
            values=_EXISTING,
        )
        for view in (drives.ResourceView, drives.MediumView)
    ),
    Link(
        "Msvm_LogicalIdentity",
        End("SystemElement", drives.ResourceView, _shown(drives.BootSource)),
        End("SameElement", drives.BootSource, _shown(drives.ResourceView)),
    ),
    Link(
        "Msvm_LogicalIdentity",
        End("SystemElement", network.SyntheticPortSettings, _shown(drives.BootSource)),
        End("SameElement", drives.BootSource, _shown(network.SyntheticPortSettings)),
    ),
    Link(
        "Msvm_ResourceDependentOnResource",
        End("Antecedent", drives.ResourceView, _shown(drives.MediumView)),
        End("Dependent", drives.MediumView, itself),
    ),
    Link(
        "Msvm_ResourceDependentOnResource",
        End("Antecedent", network.SyntheticPortSettings, itself),
        End("Dependent", network.ConnectionSettings, _shown(network.SyntheticPortSettings)),
    ),
    Link(
        "Msvm_ResourceDependentOnResource",
        End("Antecedent", network.EmulatedPortSettings, itself),
        End("Dependent", network.ConnectionSettings, _shown(network.EmulatedPortSettings)),
    ),
    # Machines.
    Link(
        "Msvm_ElementCapabilities",
        End("ManagedElement", MACHINE, itself),
        End("Capabilities", capabilities.VirtualSystemCapabilities, itself),
    ),
    Link(
        "Msvm_SystemExportSettingData",
        End("ManagedElement", MACHINE, itself),
        End("SettingData", export_settings.VirtualSystemExportSettings, itself),
        values=_EXISTING,
    ),
    Link(
        "Msvm_ComputerSystemSummaryInformation",
        End("Antecedent", MACHINE, itself),
        End("Dependent", summary.Summary, itself),
    ),
    # Services.
    Link(
        "Msvm_ElementCapabilities",
        End("ManagedElement", management_service.ManagementService, the_host),
        End("Capabilities", capabilities.ManagementCapabilities, the_host),
    ),
    Link(
        "Msvm_ElementCapabilities",
        End("ManagedElement", pool_service.PoolConfigurationService, the_host),
        End("Capabilities", capabilities.PoolConfigurationCapabilities, the_host),
    ),
    Link(
        "Msvm_SettingsDefineCapabilities",
        End(
            "GroupComponent",
            migration_service.MigrationCapabilities,
            _every(export_settings.MigrationSettings),
        ),
        End("PartComponent", export_settings.MigrationSettings, the_host),
        values=_DEFAULT,
    ),
    Link(
        "Msvm_ConcreteDependency",
        End("Antecedent", switch_data.InstalledExtension, _running),
        End("Dependent", switch_data.Extension, _installed),
    ),
    # Jobs.
    Link(
        "Msvm_OwningJobElement",
        End("OwningElement", MACHINE, _own_jobs),
        End("OwnedElement", jobs.ConcreteJob, _owner),
    ),
    *(
        Link(
            "Msvm_OwningJobElement",
            End("OwningElement", view, _jobs_of_service(name)),
            End("OwnedElement", jobs.ConcreteJob, _service(name)),
        )
        for view, name in (
            (management_service.ManagementService, "management"),
            (snapshot_service.SnapshotService, "snapshots"),
        )
    ),
    *storage_job_associations.links(image_service.MountedStorageImage),
)
