"""root/microsoft/windows/storage: the machine's disks, partitions and volumes for Storage Management.

The same disks are in root/cimv2 as Win32_DiskDrive and its kin.
"""

from emulator.wmi.storage.associations import LINKS
from emulator.wmi.storage.disk import Disk, DiskImage, PhysicalDisk
from emulator.wmi.storage.partition import Partition, Volume
from emulator.wmi.storage.subsystem import InitiatorPort, StoragePool, StorageProvider, StorageSubSystem

VIEWS = (
    Disk,
    DiskImage,
    InitiatorPort,
    Partition,
    PhysicalDisk,
    StoragePool,
    StorageProvider,
    StorageSubSystem,
    Volume,
)

__all__ = ["LINKS", "VIEWS"]
