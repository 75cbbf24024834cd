"""Win32_LogicalDisk: the volumes with a drive letter."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import TYPE_CHECKING, Any

from emulator.wmi.changes import Rule, text
from emulator.wmi.cimv2.base import Win32View

if TYPE_CHECKING:
    from emulator.host.filesystem.volume import Volume
    from emulator.wmi.keys import Keys


class LogicalDisk(Win32View["Volume"]):
    """A formatted volume of a local disk."""

    class_name = "Win32_LogicalDisk"
    index = ("DeviceID",)
    constants = {
        "Access": 0,
        "Compressed": False,
        "CreationClassName": "Win32_LogicalDisk",
        "Description": "Local Fixed Disk",
        "DriveType": 3,
        "FileSystem": "NTFS",
        "MaximumComponentLength": 255,
        "MediaType": 12,
        "SupportsDiskQuotas": False,
        "SupportsFileBasedCompression": True,
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
        return item.label

    def DeviceID(self, volume: Volume) -> str:
        return f"{volume.letter}:"

    def Name(self, volume: Volume) -> str:
        return f"{volume.letter}:"

    def Caption(self, volume: Volume) -> str:
        return f"{volume.letter}:"

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
