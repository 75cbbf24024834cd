"""root/virtualization/v2: Hyper-V from Server 2012 on.

A new class is one view here and one line in the table below.
"""

from emulator.wmi.virtualization_v2 import (
    computer_system,
    devices,
    drives,
    image_service,
    jobs,
    management_service,
    migration_service,
    network,
    network_views,
    planned_systems,
    pools,
    processor_memory,
    replication_service,
    snapshot_service,
    summary,
    switch_service,
    system_settings,
)
from emulator.wmi.virtualization_v2.associations import DEVICE_VIEWS, SETTING_VIEWS
from emulator.wmi.virtualization_v2.associations import LINKS as MACHINE_LINKS

VIEWS = (
    computer_system.HostSystem,
    computer_system.MachineSystem,
    devices.HostDiskDrive,
    drives.BootSource,
    image_service.ImageService,
    image_service.MountedStorageImage,
    jobs.ConcreteJob,
    jobs.StorageJob,
    management_service.ManagementService,
    management_service.ManagementServiceSettings,
    network.Switch,
    switch_service.SwitchManagementService,
    network.SwitchSettings,
    pools.AllocationCapabilities,
    pools.ProcessorPool,
    pools.ResourcePool,
    processor_memory.ProcessorDevice,
    summary.Summary,
    snapshot_service.SnapshotService,
    system_settings.RealizedSettings,
    system_settings.SnapshotSettings,
    *network_views.VIEWS,
    *migration_service.VIEWS,
    *planned_systems.VIEWS,
    *replication_service.VIEWS,
    *DEVICE_VIEWS,
    *pools.TEMPLATE_VIEWS,
    *SETTING_VIEWS,
)

LINKS = (*MACHINE_LINKS, *network_views.LINKS)

__all__ = ["LINKS", "VIEWS"]
