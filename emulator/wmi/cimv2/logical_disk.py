"""Win32_LogicalDisk: the volumes with a drive letter."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import TYPE_CHECKING, Any

from emulator.wmi.changes import Rule, text
from emulator.wmi.cimv2.base import Win32View

if TYPE_CHECKING:
    from emulator.host.storage.filesystem.volume import Volume
    from emulator.wmi.keys import Keys


#: Values of Access, DriveType and MediaType.
_UNKNOWN, _READABLE = 0, 1
_LOCAL_DISK, _COMPACT_DISC = 3, 5
_REMOVABLE, _FIXED = 11, 12


class LogicalDisk(Win32View["Volume"]):
    """A formatted volume of a local disk, or an attached image of a disc."""

    class_name = "Win32_LogicalDisk"
    index = ("DeviceID",)
    constants = {
        "Compressed": False,
        "CreationClassName": "Win32_LogicalDisk",
        "SupportsDiskQuotas": False,
        "SystemCreationClassName": "Win32_ComputerSystem",
    }
    volatile = frozenset({"FreeSpace"})
    writable = {"VolumeName": Rule("", "label", text)}

    def write(self, item: Volume, settings: dict[str, Any]) -> None:
        self.host.filesystem.set_label(item.letter, settings["label"])

    def objects(self) -> Iterable[Volume]:
        return self.host.filesystem.volumes

    def by_key(self, keys: Keys) -> Volume | None:
        name = keys.text("DeviceID")
        return self.host.filesystem.volume(name) if len(name) == 2 and name[1] == ":" else None

    def object_id(self, item: Volume) -> Hashable:
        return item.letter

    def revision(self, item: Volume) -> Hashable | None:
        return item.label, item.size, item.serial_number

    def DeviceID(self, volume: Volume) -> str:
        return f"{volume.letter}:"

    def Name(self, volume: Volume) -> str:
        return f"{volume.letter}:"

    def Caption(self, volume: Volume) -> str:
        return f"{volume.letter}:"

    def Access(self, volume: Volume) -> int:
        return _READABLE if volume.image else _UNKNOWN

    def Description(self, volume: Volume) -> str:
        return "CD-ROM Disc" if volume.image else "Local Fixed Disk"

    def DriveType(self, volume: Volume) -> int:
        return _COMPACT_DISC if volume.image else _LOCAL_DISK

    def FileSystem(self, volume: Volume) -> str:
        return volume.file_system.name

    def MaximumComponentLength(self, volume: Volume) -> int:
        return volume.file_system.longest_name

    def MediaType(self, volume: Volume) -> int:
        return _REMOVABLE if volume.image else _FIXED

    def SupportsFileBasedCompression(self, volume: Volume) -> bool:
        return volume.file_system.has_compression

    def VolumeName(self, volume: Volume) -> str:
        return volume.label

    def VolumeSerialNumber(self, volume: Volume) -> str:
        return f"{volume.serial_number:08X}"

    def Size(self, volume: Volume) -> int:
        return volume.size

    def FreeSpace(self, volume: Volume) -> int:
        return volume.free

    def SystemName(self, _volume: Volume) -> str:
        return self.host.name
