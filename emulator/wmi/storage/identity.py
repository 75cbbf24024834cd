"""Numbers and parameters that the classes of storage share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.host.errors import InvalidParameter

if TYPE_CHECKING:
    from emulator.cim.types import CimValue
    from emulator.host.storage.disk_layout import PhysicalDisk
    from emulator.wmi.method import Arguments

#: Status values (MSFT_StorageObject's classes, "HealthStatus", "OperationalStatus").
HEALTHY, OK = 0, 2

#: Names of kinds of buses and of media -> BusType and MediaType.
BUS_TYPES = {
    "SCSI": 1,
    "IDE": 3,
    "RAID": 8,
    "SAS": 10,
    "SATA": 11,
    "Spaces": 16,
    "NVMe": 17,
    "SCM": 18,
}
MEDIA_TYPES = {"HDD": 3, "SSD": 4, "SCM": 5}
_FILE_BACKED_VIRTUAL = 15


def bus_type(disk: PhysicalDisk) -> int:
    """MSFT_Disk.BusType."""
    return _FILE_BACKED_VIRTUAL if disk.virtual_disk is not None else BUS_TYPES[disk.interface]


def drive_numbers(arguments: Arguments, name: str) -> list[int]:
    """The numbers of the drives whose instances a parameter holds. Raises InvalidParameter."""
    from emulator.wmi.storage.physical_disk import PhysicalDisk

    found = {
        row.values["ObjectId"]: row.shown.number for row in arguments.namespace.view(PhysicalDisk).rows()
    }
    numbers: list[int] = []
    for each in arguments.embedded_list(name):
        number = found.get(each.value("ObjectId"))
        if number is None:
            raise InvalidParameter(f"{name} holds something that is no physical disk.")
        numbers.append(number)
    return numbers


def letter_of(value: CimValue) -> str:
    """A drive letter of a char16 parameter; empty without one."""
    return str(value or "").strip("\0")
