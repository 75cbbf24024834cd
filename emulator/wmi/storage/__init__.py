"""root/microsoft/windows/storage: the machine's disks, partitions, volumes and storage pools for Storage
Management.

The same disks are in root/cimv2 as Win32_DiskDrive and its kin.
"""

from emulator.wmi.storage.associations import LINKS
from emulator.wmi.storage.disk import Disk, DiskImage
from emulator.wmi.storage.partition import Partition, Volume
from emulator.wmi.storage.physical_disk import PhysicalDisk
from emulator.wmi.storage.pool import ResiliencySetting, StoragePool
from emulator.wmi.storage.subsystem import InitiatorPort, StorageProvider, StorageSubSystem
from emulator.wmi.storage.virtual_disk import VirtualDisk

VIEWS = (
    Disk,
    DiskImage,
    InitiatorPort,
    Partition,
    PhysicalDisk,
    ResiliencySetting,
    StoragePool,
    StorageProvider,
    StorageSubSystem,
    VirtualDisk,
    Volume,
)

__all__ = ["LINKS", "VIEWS"]
