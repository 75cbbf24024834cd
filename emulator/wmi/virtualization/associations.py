"""Associations of root/virtualization: one row says which objects of two views belong together."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from emulator.host.checkpoint import Checkpoint
from emulator.host.virtual_machine import VirtualMachine
from emulator.wmi.association import End, Link, Reach, itself, the_host
from emulator.wmi.virtualization.computer_system import MachineSystem
from emulator.wmi.virtualization.image_service import ImageService
from emulator.wmi.virtualization.management_service import ManagementService
from emulator.wmi.virtualization.settings import (
    CurrentSettings,
    GlobalSettings,
    MemorySettingsV1,
    ProcessorSettingsV1,
    SnapshotSettings,
)
from emulator.wmi.virtualization_v2.base import DeviceSettingView, DeviceView
from emulator.wmi.virtualization_v2.computer_system import HostSystem
from emulator.wmi.virtualization_v2.integration import COMPONENT_SETTINGS, COMPONENTS
from emulator.wmi.virtualization_v2.jobs import ConcreteJob

if TYPE_CHECKING:
    from emulator.host.job import Job
    from emulator.wmi.namespace import Namespace


def _machine(_namespace: Namespace, device: Any) -> Iterable[VirtualMachine]:
    return () if device.vm.is_checkpoint else (device.vm,)


def _checkpoint(_namespace: Namespace, device: Any) -> Iterable[VirtualMachine]:
    return (device.vm,) if device.vm.is_checkpoint else ()


def _checkpoints(_namespace: Namespace, vm: VirtualMachine) -> Iterable[VirtualMachine]:
    return vm.checkpoints


def _machine_of(_namespace: Namespace, checkpoint: Checkpoint) -> Iterable[VirtualMachine]:
    return (checkpoint.machine,)


def _parent(_namespace: Namespace, vm: VirtualMachine) -> Iterable[VirtualMachine]:
    return () if vm.parent_checkpoint is None else (vm.parent_checkpoint,)


def _children(_namespace: Namespace, checkpoint: Checkpoint) -> Iterable[VirtualMachine]:
    return checkpoint.children


def _current(_namespace: Namespace, checkpoint: Checkpoint) -> Iterable[VirtualMachine]:
    vm = checkpoint.machine
    return (vm,) if vm.parent_checkpoint is checkpoint else ()


def _applied(_namespace: Namespace, vm: VirtualMachine) -> Iterable[VirtualMachine]:
    return () if vm.last_applied is None else (vm.last_applied,)


def _applied_to(_namespace: Namespace, checkpoint: Checkpoint) -> Iterable[VirtualMachine]:
    vm = checkpoint.machine
    return (vm,) if vm.last_applied is checkpoint else ()


def _machines(namespace: Namespace, _item: Any) -> Iterable[VirtualMachine]:
    return namespace.host.virtual_machines


def _devices(view: type[DeviceSettingView[Any] | DeviceView[Any]]) -> Reach:
    return lambda namespace, vm: namespace.view(view).devices(vm)


def _jobs(namespace: Namespace, vm: VirtualMachine) -> list[Job]:
    return [job for job in namespace.host.jobs if job.kind is ConcreteJob.kind and vm in job.affected]


def _affected(_namespace: Namespace, job: Job) -> list[Any]:
    machines = [each for each in job.affected if isinstance(each, VirtualMachine) and not each.deleted]
    return [vm for vm in machines if not vm.is_checkpoint]


SETTING_VIEWS: tuple[type[DeviceSettingView[Any]], ...] = (
    ProcessorSettingsV1,
    MemorySettingsV1,
    *COMPONENT_SETTINGS,
)

LINKS: tuple[Link, ...] = (
    Link(
        "Msvm_SettingsDefineState",
        End("ManagedElement", MachineSystem, itself),
        End("SettingData", CurrentSettings, itself),
    ),
    Link(
        "Msvm_ElementSettingData",
        End("ManagedElement", MachineSystem, itself),
        End("SettingData", GlobalSettings, itself),
        values={"IsCurrent": 1, "IsDefault": 1, "IsNext": 0},
    ),
    *(
        Link(
            "Msvm_VirtualSystemSettingDataComponent",
            End("GroupComponent", CurrentSettings, _devices(view)),
            End("PartComponent", view, _machine),
        )
        for view in SETTING_VIEWS
    ),
    # Checkpoints: the tree, and settings of their devices.
    Link(
        "Msvm_ElementSettingData",
        End("ManagedElement", MachineSystem, _checkpoints),
        End("SettingData", SnapshotSettings, _machine_of),
        values={"IsCurrent": 2, "IsDefault": 2, "IsNext": 2},
    ),
    Link(
        "Msvm_PreviousSettingData",
        End("ManagedElement", MachineSystem, _applied),
        End("SettingData", SnapshotSettings, _applied_to),
        values={"IsCurrent": 2, "IsDefault": 2, "IsNext": 2},
    ),
    Link(
        "Msvm_ParentChildSettingData",
        End("Antecedent", SnapshotSettings, _children),
        End("Dependent", SnapshotSettings, _parent),
    ),
    Link(
        "Msvm_ParentChildSettingData",
        End("Antecedent", SnapshotSettings, _current),
        End("Dependent", CurrentSettings, _parent),
    ),
    *(
        Link(
            "Msvm_VirtualSystemSettingDataComponent",
            End("GroupComponent", SnapshotSettings, _devices(view)),
            End("PartComponent", view, _checkpoint),
        )
        for view in (ProcessorSettingsV1, MemorySettingsV1)
    ),
    *(
        Link(
            "Msvm_SystemDevice",
            End("GroupComponent", MachineSystem, _devices(view)),
            End("PartComponent", view, _machine),
        )
        for view in COMPONENTS
    ),
    Link(
        "Msvm_HostedDependency",
        End("Antecedent", HostSystem, _machines),
        End("Dependent", MachineSystem, the_host),
    ),
    *(
        Link("Msvm_HostedService", End("Antecedent", HostSystem, the_host), End("Dependent", view, the_host))
        for view in (ManagementService, ImageService)
    ),
    Link(
        "Msvm_ServiceAffectsElement",
        End("AffectingElement", ManagementService, _machines),
        End("AffectedElement", MachineSystem, the_host),
    ),
    Link(
        "Msvm_AffectedJobElement",
        End("AffectedElement", MachineSystem, _jobs),
        End("AffectingElement", ConcreteJob, _affected),
    ),
)
