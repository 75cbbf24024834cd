"""Refusals of Storage Management by the number that its methods return (Storage Management API Common Return
Codes, published; the texts are the published descriptions). The WMI methods and the cmdlets say the same."""

from __future__ import annotations

from enum import IntEnum

from emulator.host.errors import AccessDenied, HostError, InUse, InvalidParameter, NotSupported

_FAILED = 4


class StorageCode(IntEnum):
    """Return values of the methods of MSFT_ classes."""

    NOT_SUPPORTED = 1
    FAILED = 4
    INVALID_PARAMETER = 5
    IN_USE = 6
    SIZE_NOT_SUPPORTED = 4097
    NOT_ENOUGH_CAPACITY = 40000
    ACCESS_DENIED = 40001
    SIZE_OR_MAXIMUM = 40005
    NOT_INITIALIZED = 41000
    ACCESS_PATH_IN_USE = 42002
    HIDDEN_PARTITION = 42004
    VOLUME_PATH = 42005
    ACCESS_PATH_NOT_VALID = 42007
    PRIMORDIAL_POOL = 48000
    RESILIENCY_NOT_SUPPORTED = 48002
    NOT_ENOUGH_DISKS_IN_POOL = 48004
    POOL_READ_ONLY = 48007
    POOL_HAS_VIRTUAL_DISKS = 48008
    SIZE_OR_TIERS = 48010
    NO_AUTOMATIC_DISKS = 48011
    NO_SUCH_RESILIENCY = 49000
    REDUNDANCY_OUT_OF_RANGE = 49002
    COPIES_OUT_OF_RANGE = 49003
    INTERLEAVE_OUT_OF_RANGE = 49005
    COLUMNS_OUT_OF_RANGE = 49006
    VIRTUAL_DISK_STATE = 50003
    MANUAL_ATTACH = 50004
    DISK_NOT_SUPPORTED = 51000
    NOT_ENOUGH_DISKS = 51001
    DISK_IN_USE = 51002
    DISK_STILL_IN_USE = 51004


TEXTS = {
    StorageCode.NOT_SUPPORTED: "Not Supported",
    StorageCode.FAILED: "Failed",
    StorageCode.INVALID_PARAMETER: "Invalid Parameter",
    StorageCode.IN_USE: "In Use",
    StorageCode.SIZE_NOT_SUPPORTED: "Size Not Supported",
    StorageCode.NOT_ENOUGH_CAPACITY: "Not enough available capacity",
    StorageCode.ACCESS_DENIED: "Access denied",
    StorageCode.SIZE_OR_MAXIMUM: (
        "You must specify a size by using either the Size or the UseMaximumSize parameter. You can specify"
        " only one of these parameters at a time."
    ),
    StorageCode.PRIMORDIAL_POOL: "This operation is not supported on primordial storage pools.",
    StorageCode.RESILIENCY_NOT_SUPPORTED: (
        "The specified resiliency setting is not supported by this storage pool."
    ),
    StorageCode.NOT_ENOUGH_DISKS_IN_POOL: (
        "There are not enough physical disks in the storage pool to create the specified virtual disk"
        " configuration."
    ),
    StorageCode.POOL_READ_ONLY: (
        "The storage pool could not complete the operation because its configuration is read-only."
    ),
    StorageCode.POOL_HAS_VIRTUAL_DISKS: "The storage pool contains virtual disks.",
    StorageCode.SIZE_OR_TIERS: (
        "You must specify the size info (either the Size or UseMaximumSize parameter) or the tier info (the"
        " StorageTiers and StorageTierSizes parameters), but not both size info and tier info."
    ),
    StorageCode.NO_AUTOMATIC_DISKS: "No auto-allocation drives found in storage pool.",
    StorageCode.NO_SUCH_RESILIENCY: "No resiliency setting with that name exists.",
    StorageCode.REDUNDANCY_OUT_OF_RANGE: (
        "The value for PhysicalDiskRedundancy is outside of the supported range of values."
    ),
    StorageCode.COPIES_OUT_OF_RANGE: (
        "The value for NumberOfDataCopies is outside of the supported range of values."
    ),
    StorageCode.INTERLEAVE_OUT_OF_RANGE: (
        "The value for Interleave is outside of the supported range of values."
    ),
    StorageCode.COLUMNS_OUT_OF_RANGE: (
        "The value for NumberOfColumns is outside of the supported range of values."
    ),
    StorageCode.VIRTUAL_DISK_STATE: (
        "The virtual disk could not complete the operation because its health or operational status does not"
        " permit it."
    ),
    StorageCode.MANUAL_ATTACH: (
        "The virtual disk could not complete the operation because its Manual Attach status does not permit"
        " it."
    ),
    StorageCode.DISK_NOT_SUPPORTED: "One of the physical disks specified is not supported by this operation.",
    StorageCode.NOT_ENOUGH_DISKS: (
        "Not enough physical disks were specified to successfully complete the operation."
    ),
    StorageCode.DISK_IN_USE: "One of the physical disks specified is already in use.",
    StorageCode.DISK_STILL_IN_USE: (
        "One of the physical disks specified could not be removed because it is still in use."
    ),
}


class StorageError(HostError):
    """What Storage Management refuses."""

    number = StorageCode.FAILED


class StorageRefused(StorageError):
    """A refusal by its number; ``text`` says more where the published one does not."""

    def __init__(self, number: StorageCode, text: str | None = None) -> None:
        super().__init__(text or TEXTS[number])
        self.number = number


class NoSpace(StorageError):
    """There is no free extent of this size on the disk."""

    number = StorageCode.NOT_ENOUGH_CAPACITY
    hresult = 0x80070070
    default_text = "Not enough available capacity."


class SizeNotSupported(StorageError):
    """The size is outside of what the partition can have."""

    number = StorageCode.SIZE_NOT_SUPPORTED
    hresult = 0x80070057
    default_text = "Size Not Supported"


class LetterTaken(StorageError):
    """Another volume has the drive letter, or none is free."""

    number = StorageCode.ACCESS_PATH_IN_USE
    hresult = 0x80070055
    default_text = "The requested access path is already in use."


class AccessPathNotValid(StorageError):
    """A folder cannot be an access path: it is not there, not empty, or not one of NTFS."""

    number = StorageCode.ACCESS_PATH_NOT_VALID
    hresult = 0x80070003
    default_text = "The access path is not valid."


class FolderNotEmpty(AccessPathNotValid):
    """A volume is mounted in an empty folder only."""

    hresult = 0x80070091
    default_text = "The access path is not valid. The directory is not empty."


class VolumePathKept(StorageError):
    """A volume always has its path with the GUID."""

    number = StorageCode.VOLUME_PATH
    default_text = "Cannot remove a volume GUID path."


class HiddenPartition(StorageError):
    """A partition that is not one of data has no access paths."""

    number = StorageCode.HIDDEN_PARTITION
    default_text = "Cannot assign access paths to hidden partitions."


class NotInitialized(StorageError):
    """The disk has no partition table, or has one already, or is offline."""

    number = StorageCode.NOT_INITIALIZED
    default_text = "The disk has not been initialized."


#: Numbers of what other parts of the machine refuse.
_OTHERS: dict[type[HostError], StorageCode] = {
    NotSupported: StorageCode.NOT_SUPPORTED,
    InvalidParameter: StorageCode.INVALID_PARAMETER,
    InUse: StorageCode.IN_USE,
    AccessDenied: StorageCode.ACCESS_DENIED,
}


def storage_code(error: HostError) -> int:
    """The number for what the host refuses."""
    if isinstance(error, StorageError):
        return int(error.number)
    return int(next((number for kind, number in _OTHERS.items() if isinstance(error, kind)), _FAILED))
