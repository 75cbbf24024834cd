"""Associations of root/virtualization: one row says which objects of two views belong together."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from emulator.host.checkpoint import Checkpoint
from emulator.host.job import JobKind
from emulator.host.virtual_machine import VirtualMachine
from emulator.host.virtual_switch import VirtualSwitch
from emulator.wmi.association import End, Link, Reach, itself, the_host
from emulator.wmi.virtualization.bios import LINKS as BIOS_LINKS
from emulator.wmi.virtualization.computer_system import MachineSystem
from emulator.wmi.virtualization.device_associations import LINKS as DEVICE_LINKS
from emulator.wmi.virtualization.export_import import LINKS as EXPORT_LINKS
from emulator.wmi.virtualization.image_service import ImageService
from emulator.wmi.virtualization.management_service import ManagementService
from emulator.wmi.virtualization.network_associations import LINKS as NETWORK_LINKS
from emulator.wmi.virtualization.network_jobs import NetworkJobView
from emulator.wmi.virtualization.pool_associations import LINKS as ALLOCATION_LINKS
from emulator.wmi.virtualization.pools import LINKS as POOL_LINKS
from emulator.wmi.virtualization.resource_types import LINKS as TYPE_LINKS
from emulator.wmi.virtualization.settings import (
    CurrentSettings,
    GlobalSettings,
    SnapshotSettings,
)
from emulator.wmi.virtualization.switches import SwitchV1
from emulator.wmi.virtualization.terminal import LINKS as TERMINAL_LINKS
from emulator.wmi.virtualization_v2.base import DeviceSettingView, DeviceView
from emulator.wmi.virtualization_v2.computer_system import HostSystem
from emulator.wmi.virtualization_v2.jobs import ConcreteJob
from emulator.wmi.virtualization_v2.management_service import ManagementServiceSettings

if TYPE_CHECKING:
    from emulator.host.job import Job
    from emulator.wmi.namespace import Namespace


def _machine(_namespace: Namespace, device: Any) -> Iterable[VirtualMachine]:
    return () if device.vm.is_checkpoint else (device.vm,)


def _checkpoint(_namespace: Namespace, device: Any) -> Iterable[VirtualMachine]:
    return (device.vm,) if isinstance(device.vm, Checkpoint) else ()


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


def _jobs(kind: JobKind) -> Reach:
    def reach(namespace: Namespace, element: Any) -> list[Job]:
        return [job for job in namespace.host.jobs if job.kind is kind and element in job.affected]

    return reach


def _switches(namespace: Namespace, job: Job) -> list[Any]:
    present = namespace.host.virtual_switches
    return [each for each in job.affected if isinstance(each, VirtualSwitch) and present.get(each.id) is each]


def _affected(_namespace: Namespace, job: Job) -> list[Any]:
    machines = [each for each in job.affected if isinstance(each, VirtualMachine) and not each.deleted]
    return [vm for vm in machines if not vm.is_checkpoint]


LINKS: tuple[Link, ...] = (
    *ALLOCATION_LINKS,
    *BIOS_LINKS,
    *DEVICE_LINKS,
    *EXPORT_LINKS,
    *NETWORK_LINKS,
    *POOL_LINKS,
    *TERMINAL_LINKS,
    *TYPE_LINKS,
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
    # Checkpoints: the tree, and settings of their devices.
    Link(
        "Msvm_ElementSettingData",
        End("ManagedElement", MachineSystem, _checkpoints),
        End("SettingData", SnapshotSettings, _machine_of),
        values={"IsCurrent": 2, "IsDefault": 2, "IsNext": 2},
    ),
    Link(
        "Msvm_PreviousSettingData",
        End("ManagedElement", MachineSystem, _parent),
        End("SettingData", SnapshotSettings, _current),
        values={"IsCurrent": 2, "IsDefault": 2, "IsMaximum": 0, "IsMinimum": 0, "IsNext": 2},
    ),
    Link(
        "Msvm_LastAppliedSettingData",
        End("ManagedElement", MachineSystem, _applied),
        End("SettingData", SnapshotSettings, _applied_to),
        values={"IsCurrent": 0, "IsDefault": 0, "IsMaximum": 0, "IsMinimum": 0, "IsNext": 0},
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
        "Msvm_ElementSettingData",
        End("ManagedElement", ManagementService, the_host),
        End("SettingData", ManagementServiceSettings, the_host),
        values={"IsCurrent": 1, "IsDefault": 2, "IsNext": 2},
    ),
    Link(
        "Msvm_AffectedJobElement",
        End("AffectedElement", MachineSystem, _jobs(JobKind.CONCRETE)),
        End("AffectingElement", ConcreteJob, _affected),
    ),
    Link(
        "Msvm_AffectedJobElement",
        End("AffectedElement", SwitchV1, _jobs(JobKind.NETWORK)),
        End("AffectingElement", NetworkJobView, _switches),
    ),
)
