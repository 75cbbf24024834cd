"""Kinds and formats of virtual hard disks, and units of their sizes."""

from enum import IntEnum

KIBIBYTE = 1 << 10
MEBIBYTE = 1 << 20
SECTOR = 512


class DiskKind(IntEnum):
    """VhdType; Msvm_VirtualHardDiskSettingData.Type."""

    FIXED = 2
    DYNAMIC = 3
    DIFFERENCING = 4


class DiskFormat(IntEnum):
    """VhdFormat; Msvm_VirtualHardDiskSettingData.Format."""

    VHD = 2
    VHDX = 3
    VHD_SET = 4
