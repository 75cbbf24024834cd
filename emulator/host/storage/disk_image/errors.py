"""What is wrong with a virtual hard disk file, with the HRESULT that Windows gives (winerror.h, facility
0x3A)."""

FOOTER_MISSING = 0xC03A0001
FOOTER_CHECKSUM_MISMATCH = 0xC03A0002
FOOTER_CORRUPT = 0xC03A0003
FORMAT_UNKNOWN = 0xC03A0004
FORMAT_UNSUPPORTED_VERSION = 0xC03A0005
SPARSE_HEADER_CHECKSUM_MISMATCH = 0xC03A0006
SPARSE_HEADER_CORRUPT = 0xC03A0008
BLOCK_ALLOCATION_TABLE_CORRUPT = 0xC03A000A
INVALID_BLOCK_SIZE = 0xC03A000B
PARENT_NOT_FOUND = 0xC03A000D
IDENTIFIER_MISMATCH = 0xC03A000E
TIMESTAMP_MISMATCH = 0xC03A000F
METADATA_READ_FAILURE = 0xC03A0010
INVALID_SIZE = 0xC03A0012
INVALID_FILE_SIZE = 0xC03A0013
PROVIDER_NOT_FOUND = 0xC03A0014
NOT_VIRTUAL_DISK = 0xC03A0015
SIZE_MISMATCH = 0xC03A0017
CHAIN_CYCLE = 0xC03A0018
ERROR_IN_PARENT = 0xC03A0019
INVALID_TYPE = 0xC03A001B
INVALID_STATE = 0xC03A001C
UNSUPPORTED_SECTOR_SIZE = 0xC03A001D
WOULD_TRUNCATE_DATA = 0xC03A0025
ALREADY_AT_MINIMUM_SIZE = 0xC03A0027
INVALID_CHANGE_TRACKING_ID = 0xC03A0029

_CORRUPT = "The virtual hard disk is corrupted."
_CHAIN_BROKEN = "The chain of virtual hard disks is corrupted."
_CHAIN_INACCESSIBLE = "The chain of virtual hard disks is inaccessible."

#: HRESULT -> the system's text for it.
TEXTS: dict[int, str] = {
    FOOTER_MISSING: f"{_CORRUPT} The virtual hard disk drive footer is missing.",
    FOOTER_CHECKSUM_MISMATCH: (
        f"{_CORRUPT} The virtual hard disk drive footer checksum does not match the on-disk checksum."
    ),
    FOOTER_CORRUPT: f"{_CORRUPT} The virtual hard disk drive footer in the virtual hard disk is corrupted.",
    FORMAT_UNKNOWN: "The system does not recognize the file format of this virtual hard disk.",
    FORMAT_UNSUPPORTED_VERSION: "The version does not support this version of the file format.",
    SPARSE_HEADER_CHECKSUM_MISMATCH: (
        f"{_CORRUPT} The sparse header checksum does not match the on-disk checksum."
    ),
    SPARSE_HEADER_CORRUPT: f"{_CORRUPT} The sparse header in the virtual hard disk is corrupt.",
    BLOCK_ALLOCATION_TABLE_CORRUPT: (
        f"{_CORRUPT} The block allocation table in the virtual hard disk is corrupt."
    ),
    INVALID_BLOCK_SIZE: "The system does not support the specified virtual hard disk block size.",
    PARENT_NOT_FOUND: (
        f"{_CHAIN_INACCESSIBLE} The system was not able to locate the parent virtual hard disk for the"
        " differencing disk."
    ),
    IDENTIFIER_MISMATCH: (
        f"{_CHAIN_BROKEN} There is a mismatch in the identifiers of the parent virtual hard disk and"
        " differencing disk."
    ),
    TIMESTAMP_MISMATCH: (
        f"{_CHAIN_BROKEN} There is a mismatch in the time stamps of the parent virtual hard disk and"
        " differencing disk."
    ),
    METADATA_READ_FAILURE: "The system failed to read the metadata of the virtual hard disk.",
    INVALID_SIZE: "The size of the virtual hard disk is not valid.",
    INVALID_FILE_SIZE: "The file size of the virtual hard disk is not valid.",
    PROVIDER_NOT_FOUND: "A virtual disk support provider for the specified file was not found.",
    NOT_VIRTUAL_DISK: "The specified disk is not a virtual disk.",
    SIZE_MISMATCH: (
        f"{_CHAIN_BROKEN} There is a mismatch in the virtual sizes of the parent virtual hard disk and"
        " differencing disk."
    ),
    CHAIN_CYCLE: f"{_CHAIN_BROKEN} A differencing disk is indicated in its own parent chain.",
    ERROR_IN_PARENT: (
        f"{_CHAIN_INACCESSIBLE} There was an error opening a virtual hard disk further up the chain."
    ),
    INVALID_TYPE: "The requested operation cannot be performed on a virtual disk of this type.",
    INVALID_STATE: "The requested operation cannot be performed on the virtual disk in its current state.",
    UNSUPPORTED_SECTOR_SIZE: (
        "The sector size of the physical disk on which the virtual disk resides is not supported."
    ),
    WOULD_TRUNCATE_DATA: (
        "The requested operation could not be completed because it would truncate data of the virtual disk."
    ),
    ALREADY_AT_MINIMUM_SIZE: (
        "The virtual disk is already at or below the minimum virtual size that can be safely shrunk to."
    ),
    INVALID_CHANGE_TRACKING_ID: "The specified change tracking identifier for the virtual disk is not valid.",
}


class ImageError(Exception):
    """A file that is no virtual hard disk, or a broken one; ``hresult`` says what is wrong."""

    def __init__(self, hresult: int) -> None:
        super().__init__(TEXTS[hresult])
        self.hresult = hresult
