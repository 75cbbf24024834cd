"""Associations of root/virtualization: one row says which objects of two views belong together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.host.job import JobKind
from emulator.host.network.virtual_switch import VirtualSwitch
from emulator.wmi.association import End, Link, itself, the_host
from emulator.wmi.virtualization.bios import LINKS as BIOS_LINKS
from emulator.wmi.virtualization.computer_system import MachineSystem
from emulator.wmi.virtualization.device_associations import LINKS as DEVICE_LINKS
from emulator.wmi.virtualization.export_import import LINKS as EXPORT_LINKS
from emulator.wmi.virtualization.image_service import ImageService, MountedStorageImage
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
from emulator.wmi.virtualization_v2 import reaches, storage_job_associations
from emulator.wmi.virtualization_v2.common_links import checkpoint_links, host_links, service_links
from emulator.wmi.virtualization_v2.jobs import ConcreteJob
from emulator.wmi.virtualization_v2.management_service_settings import ManagementServiceSettings

if TYPE_CHECKING:
    from emulator.host.job import Job
    from emulator.wmi.namespace import Namespace


def _switches(namespace: Namespace, job: Job) -> list[Any]:
    present = namespace.host.virtual_switches
    return [each for each in job.affected if isinstance(each, VirtualSwitch) and present.get(each.id) is each]


LINKS: tuple[Link, ...] = (
    *ALLOCATION_LINKS,
    *BIOS_LINKS,
    *DEVICE_LINKS,
    *EXPORT_LINKS,
    *NETWORK_LINKS,
    *POOL_LINKS,
    *TERMINAL_LINKS,
    *TYPE_LINKS,
    *storage_job_associations.links(MountedStorageImage),
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
        End("ManagedElement", MachineSystem, reaches.checkpoints),
        End("SettingData", SnapshotSettings, reaches.machine_of),
        values={"IsCurrent": 2, "IsDefault": 2, "IsNext": 2},
    ),
    Link(
        "Msvm_PreviousSettingData",
        End("ManagedElement", MachineSystem, reaches.reached("parent_checkpoint")),
        End("SettingData", SnapshotSettings, reaches.reached_from("parent_checkpoint")),
        values={"IsCurrent": 2, "IsDefault": 2, "IsMaximum": 0, "IsMinimum": 0, "IsNext": 2},
    ),
    Link(
        "Msvm_LastAppliedSettingData",
        End("ManagedElement", MachineSystem, reaches.reached("last_applied")),
        End("SettingData", SnapshotSettings, reaches.reached_from("last_applied")),
        values={"IsCurrent": 0, "IsDefault": 0, "IsMaximum": 0, "IsMinimum": 0, "IsNext": 0},
    ),
    *checkpoint_links(CurrentSettings, SnapshotSettings),
    *host_links(MachineSystem),
    *service_links((ManagementService, ImageService)),
    Link(
        "Msvm_ServiceAffectsElement",
        End("AffectingElement", ManagementService, reaches.machines),
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
        End("AffectedElement", MachineSystem, reaches.jobs(JobKind.CONCRETE)),
        End("AffectingElement", ConcreteJob, reaches.affected),
    ),
    Link(
        "Msvm_AffectedJobElement",
        End("AffectedElement", SwitchV1, reaches.jobs(JobKind.NETWORK)),
        End("AffectingElement", NetworkJobView, _switches),
    ),
)
