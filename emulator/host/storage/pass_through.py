"""Physical disks of the host that virtual machines have whole (pass-through disks).

A disk must be offline in Windows, so that nobody else writes to it: only then Hyper-V shows it
(Msvm_DiskDrive of the host) and a machine starts with it (documented). Hyper-V knows such a disk by its
number alone (client code), and any number of machines may be set up with one; one of them runs at a time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.host.errors import InUse, NotFound
from emulator.host.storage.disk_layout import PhysicalDisk, physical_disks

if TYPE_CHECKING:
    from emulator.host.host import Host
    from emulator.host.virtual_machine.drives import HardDiskDrive


class PassThroughDisks:
    """The disks that machines can have, and the drives that hold each."""

    def __init__(self, host: Host) -> None:
        self.host = host
        self._drives: dict[int, dict[HardDiskDrive, None]] = {}

    def available(self) -> list[PhysicalDisk]:
        """The machine's own disks that are offline; attached virtual hard disks are none."""
        return [disk for disk in physical_disks(self.host) if disk.is_offline and disk.virtual_disk is None]

    def get(self, number: int) -> PhysicalDisk | None:
        """The disk of a number, if a machine can have it."""
        return next((disk for disk in self.available() if disk.number == number), None)

    def drives(self, number: int) -> list[HardDiskDrive]:
        """The drives of virtual machines that hold a disk."""
        return list(self._drives.get(number, ()))

    def attach(self, drive: HardDiskDrive, number: int | None) -> None:
        """A drive holds a disk now instead of its old one; None: none any more."""
        if drive.disk_number is not None:
            self._drives.get(drive.disk_number, {}).pop(drive, None)
        drive.disk_number = number
        if number is not None:
            self._drives.setdefault(number, {})[drive] = None

    def check(self, drive: HardDiskDrive | None, number: int, machine: object) -> None:
        """Whether a machine may be given a disk. Raises NotFound (no such disk, or it is online), InUse (the
        machine has it already, or one that runs has it)."""
        self.require(number)
        for other in self.drives(number):
            if other is not drive and (other.vm is machine or other.vm.state.holds_memory):
                raise InUse(f"The physical disk {number} is used by the virtual machine '{other.vm.name}'.")

    def check_start(self, drive: HardDiskDrive, number: int) -> None:
        """Whether a machine can start with the disk in its drive. Raises NotFound, InUse."""
        if all(disk.number != number for disk in physical_disks(self.host)):
            raise NotFound("The system cannot find the file specified.", hresult=0x80070002)
        others = (other.vm for other in self.drives(number) if other.vm is not drive.vm)
        if self.get(number) is None or any(vm.state.holds_memory for vm in others):
            raise InUse()

    def require(self, number: int) -> PhysicalDisk:
        """The disk of a number. Raises NotFound when there is none that is offline."""
        disk = self.get(number)
        if disk is None:
            raise NotFound(f"There is no physical disk {number} that is offline on this computer.")
        return disk

    def require_unused(self, number: int) -> None:
        """Raise InUse while a running machine has the disk: Windows cannot bring it online."""
        if any(drive.vm.state.holds_memory for drive in self.drives(number)):
            raise InUse(f"The disk {number} is used by a virtual machine.")

    def touch(self, number: int) -> None:
        """Machines look different when the disk comes or goes."""
        for drive in self.drives(number):
            drive.touch()


def disk_name(disk: PhysicalDisk) -> str:
    """What Hyper-V calls a disk of the host (recorded 2012 R2 host)."""
    return f"Disk {disk.number} {disk.size / (1 << 30):.2f} GB Bus 0 Lun 0 Target {disk.number}"
