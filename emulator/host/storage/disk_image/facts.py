"""What a virtual hard disk file holds, whatever its format."""

from __future__ import annotations

from emulator.host.storage.disk_image.extents import NOTHING, Extents
from emulator.host.storage.disk_image.kinds import SECTOR, DiskFormat, DiskKind
from emulator.host.storage.disk_image.payload import EMPTY, Payload
from emulator.record import Record, field


class ParentFacts(Record):
    """What a differencing disk remembers of its parent.

    ``data_id`` names the state of the parent's data (VHDX), ``modified`` its time in microseconds since 1970
    (VHD, whole seconds count). ``relative_path`` leads from the folder of the disk to the parent.
    """

    path: str
    relative_path: str
    identifier: str
    data_id: str
    modified: int


class ImageFacts(Record):
    """One file. Sizes in bytes, times in microseconds since 1970, GUIDs in upper case.

    ``allocated`` are the numbers of the blocks that the file holds (a fixed file holds all of them whatever
    it says), ``written`` the bytes in which a guest left something, ``payload`` those that are known and not
    zero. ``slack`` are bytes of the file that nothing uses.
    """

    format: DiskFormat
    kind: DiskKind
    size: int
    block_size: int
    identifier: str
    data_id: str
    modified: int
    logical_sector_size: int = SECTOR
    physical_sector_size: int = SECTOR
    parent: ParentFacts | None = None
    allocated: Extents = NOTHING
    written: Extents = NOTHING
    payload: Payload = field(default=EMPTY)
    slack: int = 0

    @property
    def block_count(self) -> int:
        """Blocks of the whole disk."""
        return -(-self.size // self.block_size)
