"""ObjectId and UniqueId of storage objects, and how the views make them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.host.disk_partitions import (
    AccessPathNotValid,
    HiddenPartition,
    LetterTaken,
    NoSpace,
    NotInitialized,
    SizeNotSupported,
    VolumePathKept,
)
from emulator.host.errors import AccessDenied, InUse, InvalidParameter, NotSupported
from emulator.host.identifiers import derived_guid

if TYPE_CHECKING:
    from emulator.cim.types import CimValue
    from emulator.host import Host
    from emulator.host.errors import HostError

#: Status values (MSFT_StorageObject's classes, "HealthStatus", "OperationalStatus").
HEALTHY, OK = 0, 2


#: The short names of the kinds of objects.
_KINDS = {
    "Disk": "DI",
    "Partition": "PR",
    "PhysicalDisk": "PD",
    "StoragePool": "SP",
    "StorageProvider": "PV",
    "StorageSubSystem": "SS",
    "Volume": "VO",
}


def object_id(host: Host, kind: str, identifier: str) -> str:
    """The key of an object: server, provider, and the object with its kind, as Windows writes it."""
    provider = derived_guid(host.hardware.firmware.uuid, "storage provider").lower()
    place = f"\\\\{host.name}\\root/Microsoft/Windows/Storage/Providers_v2"
    return f'{{1}}{place}\\SPACES_{kind}.ObjectId="{{{provider}}}:{_KINDS[kind]}:{identifier}"'


#: Return values of the storage methods ("Return value" of each).
_CODES: dict[type[Exception], int] = {
    NotSupported: 1,
    SizeNotSupported: 4097,
    NoSpace: 40000,
    LetterTaken: 42002,
    HiddenPartition: 42004,
    VolumePathKept: 42005,
    AccessPathNotValid: 42007,
    NotInitialized: 41000,
    InvalidParameter: 5,
    InUse: 6,
    AccessDenied: 40001,
}
_FAILED = 4


def storage_code(error: HostError) -> int:
    """The number for what the host refuses."""
    return next((number for kind, number in _CODES.items() if isinstance(error, kind)), _FAILED)


def letter_of(value: CimValue) -> str:
    """A drive letter of a char16 parameter; empty without one."""
    return str(value or "").strip("\0")
