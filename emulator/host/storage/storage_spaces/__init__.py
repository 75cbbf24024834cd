"""Storage Spaces: pools of physical disks and the virtual disks that are made of them."""

from emulator.host.storage.storage_spaces.health import DiskFailure
from emulator.host.storage.storage_spaces.layout import Layout, ResiliencySetting
from emulator.host.storage.storage_spaces.pool import DiskUsage, PooledDisk, StoragePool
from emulator.host.storage.storage_spaces.pools import PoolingReason, StoragePools
from emulator.host.storage.storage_spaces.space import Provisioning, StorageSpace

__all__ = [
    "DiskFailure",
    "DiskUsage",
    "Layout",
    "PooledDisk",
    "PoolingReason",
    "Provisioning",
    "ResiliencySetting",
    "StoragePool",
    "StoragePools",
    "StorageSpace",
]
