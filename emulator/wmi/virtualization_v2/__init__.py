"""root/virtualization/v2: Hyper-V from Server 2012 on.

A new class is one view here and one line in the table below.
"""

from emulator.wmi.virtualization_v2 import (
    collections,
    computer_system,
    console,
    devices,
    drives,
    guest_services,
    image_service,
    jobs,
    management_service,
    metrics,
    network,
    pools,
    processor_memory,
    snapshot_service,
    summary,
    system_settings,
)
from emulator.wmi.virtualization_v2.associations import DEVICE_VIEWS, LINKS, SETTING_VIEWS

VIEWS = (
    collections.CollectionManagementService,
    collections.ManagementCollection,
    collections.VirtualSystemCollection,
    computer_system.HostSystem,
    computer_system.MachineSystem,
    console.TerminalService,
    console.TerminalServiceSettings,
    devices.HostDiskDrive,
    drives.BootSource,
    guest_services.CommunicationSettings,
    guest_services.GuestFileService,
    guest_services.GuestNetworkConfiguration,
    image_service.ImageService,
    image_service.MountedStorageImage,
    jobs.ConcreteJob,
    jobs.CopyFileJob,
    jobs.StorageJob,
    management_service.ManagementService,
    management_service.ManagementServiceSettings,
    metrics.MetricDefinition,
    metrics.MetricService,
    metrics.MetricServiceCapabilities,
    metrics.MetricServiceSettings,
    metrics.MetricValue,
    network.Switch,
    network.SwitchManagementService,
    network.SwitchSettings,
    pools.AllocationCapabilities,
    pools.ProcessorPool,
    pools.ResourcePool,
    processor_memory.ProcessorDevice,
    summary.Summary,
    snapshot_service.SnapshotService,
    system_settings.RealizedSettings,
    system_settings.SnapshotSettings,
    *DEVICE_VIEWS,
    *pools.TEMPLATE_VIEWS,
    *SETTING_VIEWS,
)

__all__ = ["LINKS", "VIEWS"]
