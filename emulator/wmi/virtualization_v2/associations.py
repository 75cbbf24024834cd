"""Associations of root/virtualization/v2: one row says which objects of two views belong together."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from emulator.host.controllers import IdeController, PersistentMemoryController, ScsiController
from emulator.host.drives import HardDiskDrive
from emulator.host.memory_settings import MemorySettings
from emulator.host.part_metering import BaseMetric
from emulator.host.port_features import PortAcl
from emulator.host.processor_settings import ProcessorSettings
from emulator.host.resource_pools import ResourcePool
from emulator.host.switch_port import FeatureSetting
from emulator.host.virtual_machine import VirtualMachine
from emulator.host.virtual_machine_groups import GroupType, VirtualMachineGroup
from emulator.wmi.association import End, Link, Reach, itself, the_host
from emulator.wmi.virtualization_v2 import (
    bios,
    collections,
    computer_system,
    console,
    devices,
    display_and_battery,
    drives,
    expansion_views,
    guest_services,
    host_devices,
    image_service,
    integration,
    jobs,
    logical_disks,
    management_service,
    metric_service,
    metrics,
    migration_service,
    network,
    part_metrics,
    planned_systems,
    pool_allocation,
    pool_service,
    pools,
    processor_memory,
    reaches,
    replication_service,
    security,
    snapshot_service,
    switch_service,
    system_settings,
)
from emulator.wmi.virtualization_v2.base import DeviceSettingView, DeviceView
from emulator.wmi.virtualization_v2.switch_features import VIEW_OF_KIND

if TYPE_CHECKING:
    from emulator.wmi.namespace import Namespace

MACHINE = computer_system.MachineSystem
HOST = computer_system.HostSystem
SETTINGS = system_settings.RealizedSettings
SNAPSHOT = system_settings.SnapshotSettings
SERVICE = management_service.ManagementService
_CREATES: dict[str, Any] = {"ElementEffects": [5]}
_AFFECTED: dict[str, Any] = {"ElementEffects": [0]}
_CURRENT: dict[str, Any] = {"IsCurrent": 1, "IsDefault": 1, "IsNext": 0}
#: Of the settings of a machine with themselves (recorded 2012 R2 host).
_OWN: dict[str, Any] = {"IsCurrent": 2, "IsDefault": 1, "IsNext": 0}

SETTING_VIEWS: tuple[type[DeviceSettingView[Any]], ...] = (
    display_and_battery.BatterySettings,
    network.ConnectionSettings,
    display_and_battery.DisplaySettings,
    network.EmulatedPortSettings,
    drives.MediumView,
    processor_memory.MemorySettingView,
    drives.OldSerialPortSettings,
    processor_memory.ProcessorSettingView,
    drives.ResourceView,
    drives.SerialPortSettings,
    network.SyntheticPortSettings,
    security.SecuritySettingView,
    *integration.COMPONENT_SETTINGS,
    *expansion_views.SETTING_VIEWS,
)
DEVICE_VIEWS: tuple[type[DeviceView[Any]], ...] = (
    display_and_battery.BatteryDevice,
    devices.DiskDrive,
    devices.DisketteController,
    devices.DisketteDrive,
    devices.DvdDriveDevice,
    network.EmulatedPort,
    devices.Ide,
    devices.Keyboard,
    logical_disks.LogicalDisk,
    processor_memory.MemoryDevice,
    devices.Mouse,
    devices.PersistentMemory,
    devices.S3Display,
    devices.Scsi,
    devices.SerialController,
    devices.SerialPort,
    devices.SyntheticDisplay,
    devices.SyntheticKeyboard,
    devices.SyntheticMouse,
    network.SyntheticPort,
    security.TrustedPlatformModule,
    devices.VideoHead,
    *integration.COMPONENTS,
    *expansion_views.DEVICE_VIEWS,
)
#: Device view -> the view of its settings, where both show the same object.
_STATE_OF = (
    (display_and_battery.BatteryDevice, display_and_battery.BatterySettings),
    (logical_disks.LogicalDisk, drives.MediumView),
    (devices.SyntheticDisplay, display_and_battery.DisplaySettings),
    (devices.DiskDrive, drives.ResourceView),
    (devices.DisketteController, drives.ResourceView),
    (devices.DisketteDrive, drives.ResourceView),
    (devices.DvdDriveDevice, drives.ResourceView),
    (network.EmulatedPort, network.EmulatedPortSettings),
    (devices.Ide, drives.ResourceView),
    (devices.Keyboard, drives.ResourceView),
    (processor_memory.MemoryDevice, processor_memory.MemorySettingView),
    (devices.Mouse, drives.ResourceView),
    (devices.PersistentMemory, drives.ResourceView),
    (devices.S3Display, drives.ResourceView),
    (devices.Scsi, drives.ResourceView),
    (devices.SerialController, drives.ResourceView),
    (devices.SerialPort, drives.SerialPortSettings),
    (devices.SerialPort, drives.OldSerialPortSettings),
    (devices.SyntheticDisplay, drives.ResourceView),
    (devices.SyntheticKeyboard, drives.ResourceView),
    (devices.SyntheticMouse, drives.ResourceView),
    (network.SyntheticPort, network.SyntheticPortSettings),
    *expansion_views.STATE_OF,
)


def _pools(view: type[pools.ResourcePool]) -> Reach:
    return lambda namespace, _host: namespace.view(view).objects()


def _pool_of(view: type[pools.ResourcePool]) -> Reach:
    return lambda _namespace, pool: (pool,) if pool.pool_class == view.class_name else ()


def _primordial(namespace: Namespace, child: ResourcePool) -> list[pools.Pool]:
    """The pool of the same kind to which everything belongs first: its capabilities are the child's too."""
    return [pool for pool in pools.present_pools(namespace) if pool.subtype == child.subtype]


def _children_of(namespace: Namespace, pool: pools.Pool) -> list[ResourcePool]:
    return [child for child in namespace.host.resource_pools if child.subtype == pool.subtype]


def _templates(view: type[pools.TemplateView]) -> Reach:
    def reach(namespace: Namespace, pool: pools.Pool) -> Iterable[pools.Template]:
        is_class = pools.settings_class(namespace, pool) == view.class_name
        return pools.templates(pool) if is_class else ()

    return reach


#: Views of devices and of settings whose objects come from pools -> whence.
_DEVICES_OF_POOLS = (
    (devices.DiskDrive, pool_allocation.pool_of_device),
    (devices.DisketteDrive, pool_allocation.pool_of_device),
    (devices.DvdDriveDevice, pool_allocation.pool_of_device),
    (processor_memory.MemoryDevice, pool_allocation.pool_of_device),
    (devices.PersistentMemory, pool_allocation.pool_of_device),
    (devices.Scsi, pool_allocation.pool_of_device),
    (devices.SyntheticDisplay, pool_allocation.pool_of_device),
    (devices.SyntheticKeyboard, pool_allocation.pool_of_device),
    (devices.SyntheticMouse, pool_allocation.pool_of_device),
    (display_and_battery.BatteryDevice, pool_allocation.pool_of_device),
    (logical_disks.LogicalDisk, pool_allocation.pool_of_medium),
    (network.EmulatedPort, pool_allocation.pool_of_device),
    (network.SyntheticPort, pool_allocation.pool_of_device),
    *expansion_views.DEVICES_OF_POOLS,
)
_SETTINGS_OF_POOLS = (
    (drives.MediumView, pool_allocation.pool_of_medium),
    (processor_memory.MemorySettingView, pool_allocation.pool_of_device),
    (drives.ResourceView, pool_allocation.pool_of_device),
    (display_and_battery.BatterySettings, pool_allocation.pool_of_device),
    (display_and_battery.DisplaySettings, pool_allocation.pool_of_device),
    (network.ConnectionSettings, pool_allocation.pool_of_connection),
    (network.EmulatedPortSettings, pool_allocation.pool_of_device),
    (network.SyntheticPortSettings, pool_allocation.pool_of_device),
    *expansion_views.SETTINGS_OF_POOLS,
)


def _pools_with_metric(view: type[Any]) -> Reach:
    """From a definition to the pools of a view that can have the metric."""
    return lambda namespace, metric: [
        pool for pool in namespace.view(view).objects() if metric in part_metrics.pool_metrics(pool)
    ]


def _pool_of_figure(view: type[Any]) -> Reach:
    """From a figure to its pool, if the view shows it."""
    return lambda namespace, figure: [pool for pool in namespace.view(view).objects() if pool is figure.pool]


#: Views of the settings of parts that can be metered, and what they show.
_METERED: tuple[tuple[type[Any], type[Any]], ...] = (
    (processor_memory.ProcessorSettingView, ProcessorSettings),
    (processor_memory.MemorySettingView, MemorySettings),
    (drives.MediumView, HardDiskDrive),
    (VIEW_OF_KIND[PortAcl], FeatureSetting),
)

LINKS: tuple[Link, ...] = (
    *planned_systems.links(SETTING_VIEWS),
    *migration_service.LINKS,
    *replication_service.LINKS,
    *expansion_views.LINKS,
    # A machine, its settings, and their parts.
    Link(
        "Msvm_SettingsDefineState",
        End("ManagedElement", MACHINE, itself),
        End("SettingData", SETTINGS, itself),
    ),
    Link(
        "Msvm_ElementSettingData",
        End("ManagedElement", SETTINGS, itself),
        End("SettingData", SETTINGS, itself),
        values=_OWN,
    ),
    *(
        Link(
            "Msvm_VirtualSystemSettingDataComponent",
            End("GroupComponent", SETTINGS, reaches.devices(view)),
            End("PartComponent", view, reaches.machine),
        )
        for view in SETTING_VIEWS
    ),
    # Checkpoints: the tree, and settings of their devices.
    Link(
        "Msvm_SnapshotOfVirtualSystem",
        End("Antecedent", MACHINE, reaches.checkpoints),
        End("Dependent", SNAPSHOT, reaches.machine_of),
    ),
    Link(
        "Msvm_MostCurrentSnapshotInBranch",
        End("Antecedent", MACHINE, reaches.reached("parent_checkpoint")),
        End("Dependent", SNAPSHOT, reaches.reached_from("parent_checkpoint")),
    ),
    Link(
        "Msvm_LastAppliedSnapshot",
        End("Antecedent", SNAPSHOT, reaches.reached_from("last_applied")),
        End("Dependent", MACHINE, reaches.reached("last_applied")),
    ),
    Link(
        "Msvm_ParentChildSettingData",
        End("Antecedent", SNAPSHOT, reaches.children),
        End("Dependent", SNAPSHOT, reaches.reached("parent_checkpoint")),
    ),
    Link(
        "Msvm_ParentChildSettingData",
        End("Antecedent", SNAPSHOT, reaches.reached_from("parent_checkpoint")),
        End("Dependent", SETTINGS, reaches.reached("parent_checkpoint")),
    ),
    *(
        Link(
            "Msvm_VirtualSystemSettingDataComponent",
            End("GroupComponent", SNAPSHOT, reaches.devices(view)),
            End("PartComponent", view, reaches.checkpoint),
        )
        for view in SETTING_VIEWS
    ),
    Link(
        "Msvm_BootSourceComponent",
        End("GroupComponent", SNAPSHOT, reaches.devices(drives.BootSource)),
        End("PartComponent", drives.BootSource, reaches.checkpoint),
    ),
    *(
        Link(
            "Msvm_AffectedJobElement",
            End("AffectedElement", SNAPSHOT, reaches.jobs(view.kind)),
            End("AffectingElement", view, reaches.affected_checkpoints),
            values=_CREATES,
        )
        for view in (jobs.ConcreteJob,)
    ),
    *(
        Link(
            "Msvm_SystemDevice",
            End("GroupComponent", MACHINE, reaches.devices(view)),
            End("PartComponent", view, reaches.machine),
        )
        for view in DEVICE_VIEWS
    ),
    Link(
        "Msvm_SystemDevice",
        End("GroupComponent", MACHINE, lambda _, vm: processor_memory.virtual_processors(vm)),
        End("PartComponent", processor_memory.ProcessorDevice, reaches.machine),
    ),
    Link(
        "Msvm_SystemDevice",
        End("GroupComponent", HOST, reaches.offline_disks),
        End("PartComponent", devices.HostDiskDrive, the_host),
    ),
    *(
        Link(
            "Msvm_SettingsDefineState",
            End("ManagedElement", device, reaches.shown(settings)),
            End("SettingData", settings, reaches.shown(device)),
        )
        for device, settings in _STATE_OF
    ),
    *(
        Link(
            "Msvm_ElementSettingData",
            End("ManagedElement", component, itself),
            End("SettingData", settings, reaches.shown(component)),
            values=_CURRENT,
        )
        for component, settings in zip(integration.COMPONENTS, integration.COMPONENT_SETTINGS, strict=True)
    ),
    *(
        Link(
            association,
            End("Antecedent", controllers, reaches.drives_of(kind, view)),
            End("Dependent", view, reaches.controller_of(kind)),
        )
        for association, controllers, kind in (
            ("Msvm_ControlledBy", devices.Ide, IdeController),
            ("Msvm_ControlledBy", devices.PersistentMemory, PersistentMemoryController),
            ("Msvm_ProtocolControllerForUnit", devices.Scsi, ScsiController),
        )
        for view in (devices.DiskDrive, devices.DvdDriveDevice)
    ),
    Link(
        "Msvm_VideoHeadOnController",
        End("Antecedent", devices.SyntheticDisplay, reaches.shown(devices.VideoHead)),
        End("Dependent", devices.VideoHead, reaches.shown(devices.SyntheticDisplay)),
    ),
    Link(
        "Msvm_BootSourceComponent",
        End("GroupComponent", SETTINGS, reaches.devices(drives.BootSource)),
        End("PartComponent", drives.BootSource, reaches.machine),
    ),
    # The host, its machines and its services.
    Link(
        "Msvm_HostedDependency",
        End("Antecedent", HOST, reaches.machines),
        End("Dependent", MACHINE, the_host),
    ),
    *(
        Link("Msvm_HostedService", End("Antecedent", HOST, the_host), End("Dependent", view, the_host))
        for view in (
            SERVICE,
            collections.CollectionManagementService,
            console.TerminalService,
            security.SecurityService,
            pool_service.PoolConfigurationService,
            metric_service.MetricService,
            switch_service.SwitchManagementService,
            image_service.ImageService,
            snapshot_service.SnapshotService,
            *expansion_views.SERVICES,
        )
    ),
    Link(
        "Msvm_ServiceAffectsElement",
        End("AffectingElement", SERVICE, reaches.machines),
        End("AffectedElement", MACHINE, the_host),
        values=_CREATES,
    ),
    Link(
        "Msvm_ElementSettingData",
        End("ManagedElement", SERVICE, the_host),
        End("SettingData", management_service.ManagementServiceSettings, the_host),
        values=_CURRENT,
    ),
    *(
        Link(
            "Msvm_AffectedJobElement",
            End("AffectedElement", MACHINE, reaches.jobs(view.kind)),
            End("AffectingElement", view, reaches.affected),
            values=_AFFECTED,
        )
        for view in (jobs.ConcreteJob, jobs.CopyFileJob)
    ),
    # The console.
    Link(
        "Msvm_ServiceAffectsElement",
        End("AffectingElement", console.TerminalService, reaches.machines),
        End("AffectedElement", MACHINE, the_host),
        values=_CREATES,
    ),
    Link(
        "Msvm_ElementSettingData",
        End("ManagedElement", console.TerminalService, the_host),
        End("SettingData", console.TerminalServiceSettings, the_host),
        values=_CURRENT,
    ),
    # Pools of administrators.
    Link(
        "Msvm_HostedResourcePool",
        End("GroupComponent", HOST, lambda namespace, _: namespace.host.resource_pools),
        End("PartComponent", pool_service.ChildPool, the_host),
    ),
    Link(
        "Msvm_ElementCapabilities",
        End("ManagedElement", pool_service.ChildPool, _primordial),
        End("Capabilities", pools.AllocationCapabilities, _children_of),
    ),
    # Security.
    Link(
        "Msvm_SystemComponent",
        End("GroupComponent", MACHINE, lambda _, vm: (vm.security,)),
        End("PartComponent", security.SecurityElement, reaches.machine),
    ),
    Link(
        "Msvm_SettingsDefineState",
        End("ManagedElement", security.SecurityElement, itself),
        End("SettingData", security.SecuritySettingView, security.element_of),
    ),
    # Groups.
    Link(
        "Msvm_CollectedVirtualSystems",
        End("Collection", collections.VirtualSystemCollection, collections.members(VirtualMachine)),
        End("Member", MACHINE, collections.groups_of(GroupType.VIRTUAL_MACHINES)),
    ),
    *(
        Link(
            "Msvm_CollectedCollections",
            End(
                "Collection",
                collections.ManagementCollection,
                collections.members(VirtualMachineGroup, view.kind),
            ),
            End("Member", view, collections.groups_of(GroupType.MANAGEMENT)),
        )
        for view in (collections.VirtualSystemCollection, collections.ManagementCollection)
    ),
    # Metering.
    Link(
        "Msvm_MetricDefForME",
        End("Antecedent", MACHINE, metrics.every_metric),
        End("Dependent", metrics.MetricDefinition, metrics.every_machine),
        computed={"MetricCollectionEnabled": metrics.collection_state},
    ),
    Link(
        "Msvm_MetricForME",
        End("Antecedent", MACHINE, metrics.figures_of_machine),
        End("Dependent", metrics.MetricValue, metrics.machine_of_figure),
    ),
    Link(
        "Msvm_MetricInstance",
        End("Antecedent", metrics.MetricDefinition, metrics.figures_of_metric),
        End("Dependent", metrics.MetricValue, metrics.metric_of_figure),
    ),
    Link(
        "Msvm_MetricCollectionDependency",
        End("Antecedent", part_metrics.BaseMetricDefinition, lambda _, metric: (metric.value.aggregate,)),
        End(
            "Dependent",
            metrics.MetricDefinition,
            lambda _, metric: [each for each in BaseMetric if each.value.aggregate is metric],
        ),
    ),
    Link(
        "Msvm_MetricInstance",
        End("Antecedent", part_metrics.BaseMetricDefinition, part_metrics.figures_of_base),
        End("Dependent", part_metrics.BaseMetricValue, part_metrics.base_of_figure),
    ),
    *(
        Link(
            "Msvm_MetricDefForME",
            End("Antecedent", view, part_metrics.definitions_of_part),
            End("Dependent", part_metrics.BaseMetricDefinition, part_metrics.parts_of_definition(kind)),
            computed={"MetricCollectionEnabled": part_metrics.part_state},
        )
        for view, kind in _METERED
    ),
    *(
        Link(
            "Msvm_MetricForME",
            End("Antecedent", view, part_metrics.figures_of_part),
            End("Dependent", part_metrics.BaseMetricValue, part_metrics.part_of_figure(kind)),
        )
        for view, kind in _METERED
    ),
    *(
        Link(
            "Msvm_MetricDefForME",
            End("Antecedent", view, lambda _, pool: part_metrics.pool_metrics(pool)),
            End("Dependent", metrics.MetricDefinition, _pools_with_metric(view)),
        )
        for view in (pools.ResourcePool, pools.ProcessorPool, pool_service.ChildPool)
    ),
    *(
        Link(
            "Msvm_MetricForME",
            End("Antecedent", view, part_metrics.pool_figures),
            End("Dependent", part_metrics.PoolMetricValue, _pool_of_figure(view)),
        )
        for view in (pools.ResourcePool, pools.ProcessorPool, pool_service.ChildPool)
    ),
    Link(
        "Msvm_MetricInstance",
        End(
            "Antecedent",
            metrics.MetricDefinition,
            lambda namespace, metric: [
                each
                for each in namespace.view(part_metrics.PoolMetricValue).objects()
                if each.metric is metric
            ],
        ),
        End("Dependent", part_metrics.PoolMetricValue, lambda _, figure: (figure.metric,)),
    ),
    Link(
        "Msvm_ElementSettingData",
        End("ManagedElement", metric_service.MetricService, the_host),
        End("SettingData", metric_service.MetricServiceSettings, the_host),
        values=_CURRENT,
    ),
    Link(
        "Msvm_ElementCapabilities",
        End("ManagedElement", metric_service.MetricService, the_host),
        End("Capabilities", metric_service.MetricServiceCapabilities, the_host),
    ),
    # Guest services.
    Link(
        "Msvm_RegisteredGuestService",
        End("Antecedent", integration.GuestServiceComponent, guest_services.machine_of_component),
        End("Dependent", guest_services.GuestFileService, reaches.devices(integration.GuestServiceComponent)),
    ),
    Link(
        "Msvm_SettingDataComponent",
        End("GroupComponent", network.SyntheticPortSettings, itself),
        End("PartComponent", guest_services.GuestNetworkConfiguration, itself),
    ),
    Link(
        "Msvm_GuestServiceInterfaceSettingDataComponent",
        End("GroupComponent", integration.GuestServiceSettings, guest_services.services_of_component),
        End(
            "PartComponent",
            guest_services.CommunicationSettings,
            reaches.siblings(integration.GuestServiceSettings),
        ),
    ),
    # Switches.
    Link(
        "Msvm_SettingsDefineState",
        End("ManagedElement", network.Switch, itself),
        End("SettingData", network.SwitchSettings, itself),
    ),
    # Firmware, the host's devices, and what pools give.
    Link(
        "Msvm_SystemBIOS",
        End("GroupComponent", MACHINE, itself),
        End("PartComponent", bios.BiosElement, itself),
    ),
    *host_devices.links(HOST, pools.BY_GUID, pools.ResourcePool, pools.ProcessorPool, devices.HostDiskDrive),
    *pool_allocation.links(
        pools.BY_GUID,
        pools.ResourcePool,
        pools.ProcessorPool,
        _DEVICES_OF_POOLS,
        _SETTINGS_OF_POOLS,
        processor_memory.ProcessorSettingView,
    ),
    # Pools and their templates.
    *(
        Link(
            "Msvm_HostedResourcePool",
            End("GroupComponent", HOST, _pools(view)),
            End("PartComponent", view, the_host),
        )
        for view in (pools.ResourcePool, pools.ProcessorPool, *expansion_views.POOL_VIEWS)
    ),
    *(
        Link(
            "Msvm_ElementCapabilities",
            End("ManagedElement", view, itself),
            End(
                "Capabilities",
                pools.AllocationCapabilities,
                _pool_of(view),
            ),
        )
        for view in (pools.ResourcePool, pools.ProcessorPool, *expansion_views.POOL_VIEWS)
    ),
    *(
        Link(
            "Msvm_SettingsDefineCapabilities",
            End(
                "GroupComponent",
                pools.AllocationCapabilities,
                _templates(view),
            ),
            End("PartComponent", view, lambda _, template: (template.pool,)),
            values={"PropertyPolicy": 0, "SupportStatement": 0},
            computed={
                "ValueRange": lambda _, template: pools.TEMPLATES[template.name],
                "ValueRole": lambda _, template: 0 if template.name == "Default" else 3,
            },
        )
        for view in pools.TEMPLATE_VIEWS
    ),
)
