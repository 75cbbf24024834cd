"""What pools give in root/virtualization, and the host's devices in them."""

from __future__ import annotations

from emulator.wmi.virtualization import pools, resources, settings
from emulator.wmi.virtualization_v2 import devices, host_devices, network, processor_memory
from emulator.wmi.virtualization_v2.computer_system import HostSystem
from emulator.wmi.virtualization_v2.logical_disks import LogicalDisk
from emulator.wmi.virtualization_v2.pool_allocation import links, pool_of_device, pool_of_medium

_DEVICES = (
    (devices.DiskDrive, pool_of_device),
    (devices.DisketteDrive, pool_of_device),
    (devices.DvdDriveDevice, pool_of_device),
    (LogicalDisk, pool_of_medium),
    (processor_memory.MemoryDevice, pool_of_device),
    (devices.Scsi, pool_of_device),
    (devices.SyntheticDisplay, pool_of_device),
    (devices.SyntheticMouse, pool_of_device),
    (network.SyntheticPort, pool_of_device),
)
_SETTINGS = (
    (resources.MediumViewV1, pool_of_medium),
    (settings.MemorySettingsV1, pool_of_device),
    (resources.ResourceViewV1, pool_of_device),
    (resources.SyntheticPortSettingsV1, pool_of_device),
)
LINKS = (
    *links(
        pools.BY_GUID,
        pools.ResourcePoolV1,
        pools.ProcessorPoolV1,
        _DEVICES,
        _SETTINGS,
        settings.ProcessorSettingsV1,
    ),
    *host_devices.links(
        HostSystem, pools.BY_GUID, pools.ResourcePoolV1, pools.ProcessorPoolV1, devices.HostDiskDrive
    ),
)
VIEWS = (host_devices.HostMemory, host_devices.HostProcessor)
