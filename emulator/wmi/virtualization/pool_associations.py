"""What pools give in root/virtualization, and the host's devices in them."""

from __future__ import annotations

from emulator.wmi.virtualization import pools, resources, settings
from emulator.wmi.virtualization_v2 import devices, host_devices, network, processor_memory
from emulator.wmi.virtualization_v2.computer_system import HostSystem
from emulator.wmi.virtualization_v2.logical_disks import LogicalDisk
from emulator.wmi.virtualization_v2.pool_allocation import DEVICE, MEDIUM, links

_DEVICES = (
    (devices.DiskDrive, DEVICE),
    (devices.DisketteDrive, DEVICE),
    (devices.DvdDriveDevice, DEVICE),
    (LogicalDisk, MEDIUM),
    (processor_memory.MemoryDevice, DEVICE),
    (devices.Scsi, DEVICE),
    (devices.SyntheticDisplay, DEVICE),
    (devices.SyntheticMouse, DEVICE),
    (network.SyntheticPort, DEVICE),
)
_SETTINGS = (
    (resources.MediumViewV1, MEDIUM),
    (settings.MemorySettingsV1, DEVICE),
    (resources.ResourceViewV1, DEVICE),
    (resources.SyntheticPortSettingsV1, DEVICE),
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
