"""What is in the drives of virtual machines, as devices: Msvm_LogicalDisk.

Identities and what belongs to what: recorded 2012 R2 host. A drive without a medium has no logical disk.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from emulator.host.virtual_machine.drives import DvdDrive, HardDiskDrive
from emulator.wmi.virtualization_v2.base import DeviceView
from emulator.wmi.virtualization_v2.drives import Medium, media, medium_name

if TYPE_CHECKING:
    from emulator.host.virtual_machine.virtual_machine import VirtualMachine

_SECTOR = 512
_CD_SECTOR = 2048
_READ, _READ_AND_WRITE = 1, 3


class LogicalDisk(DeviceView[Medium]):
    """A virtual hard disk, an image of a DVD or a virtual floppy disk in a drive.

    Blocks of 512 bytes; 2048 on a DVD.
    """

    class_name = "Msvm_LogicalDisk"
    constants = {
        "ConsumableBlocks": 0,
        "DataOrganization": 2,
        "DataRedundancy": 0,
        "DeltaReservation": 0,
        "EnabledState": 5,
        "ExtentStatus": [2],
        "IsBasedOnUnderlyingRedundancy": False,
        "NameFormat": 12,
        "NameNamespace": 8,
        "NoSinglePointOfFailure": False,
        "PackageRedundancy": 0,
        "Primordial": False,
        "SequentialAccess": False,
    }

    def devices(self, vm: VirtualMachine) -> Iterable[Medium]:
        return media(vm)

    def device_id(self, device: Medium) -> str:
        return device.medium_setting_id

    def Caption(self, drive: Medium) -> str:
        return medium_name(drive)

    def Description(self, drive: Medium) -> str:
        return f"Microsoft {self.Caption(drive)}"

    def ElementName(self, drive: Medium) -> str:
        return self.Caption(drive)

    def Name(self, drive: Medium) -> str:
        return self.Caption(drive)

    def Access(self, drive: Medium) -> int:
        return _READ if isinstance(drive, DvdDrive) else _READ_AND_WRITE

    def BlockSize(self, drive: Medium) -> int:
        if isinstance(drive, DvdDrive):
            return _CD_SECTOR
        disk = drive.virtual_disk if isinstance(drive, HardDiskDrive) else None
        return _SECTOR if disk is None else disk.logical_sector_size

    def NumberOfBlocks(self, drive: Medium) -> int | None:
        """None while the file is gone."""
        if isinstance(drive, HardDiskDrive):
            disk = drive.virtual_disk
            return None if disk is None else disk.size // disk.logical_sector_size
        path, files = drive.path, self.host.filesystem
        if path is None or not files.exists(path):
            return None
        return files.entry(path).size // self.BlockSize(drive)


def drive_of(drive: Medium) -> Iterable[Medium]:
    """The drive, if something is in it."""
    return () if drive.path is None else (drive,)
