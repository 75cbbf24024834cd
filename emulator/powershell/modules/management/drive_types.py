"""System.IO.DriveInfo: the volumes of the machine by their letters."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from emulator.host import Host
from emulator.host.storage.filesystem.volume import Volume
from emulator.powershell.dotnet.collections import TypedArray
from emulator.powershell.dotnet.enums import EnumType
from emulator.powershell.dotnet.exceptions import NetError, argument_error, null_argument
from emulator.powershell.dotnet.library.file_objects import DirectoryInfo
from emulator.powershell.dotnet.numbers import Int64
from emulator.powershell.dotnet.types import PSType, array_of, register
from emulator.powershell.runtime.errors import not_emulated

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine

_TYPES = EnumType(
    "System.IO.DriveType",
    {
        name: place
        for place, name in enumerate(
            ("Unknown", "NoRootDirectory", "Removable", "Fixed", "Network", "CDRom", "Ram")
        )
    },
)
register(_TYPES)


class Drive:
    """A drive that may or may not be there."""

    __slots__ = ("engine", "host", "letter")

    def __init__(self, engine: Engine | None, letter: str) -> None:
        host = engine.find_service(Host) if engine is not None else None
        if engine is None or host is None:
            raise not_emulated("System.IO.DriveInfo")
        self.engine = engine
        self.host = host
        self.letter = letter.upper()

    @property
    def volume(self) -> Volume | None:
        """The volume, or None."""
        return self.host.filesystem.volume(self.letter)

    def ready(self) -> Volume:
        """The volume. Raises DriveNotFoundException."""
        found = self.volume
        if found is None:
            raise NetError(
                "System.IO.DriveNotFoundException",
                f"Could not find the drive '{self}'. The drive might not be ready or might not be mapped.",
            )
        return found

    def __str__(self) -> str:
        return f"{self.letter}:\\"


def _new(engine: Engine | None, _kind: PSType, name: str) -> Drive:
    if name is None:
        raise null_argument("driveName")
    found = re.match(r"([A-Za-z])(:|:\\.*)?$", name)
    if found is None:
        raise argument_error('Object must be a root directory ("C:\\\\") or a drive letter ("C").')
    return Drive(engine, found[1])


def _all(engine: Engine) -> TypedArray:
    host = engine.find_service(Host)
    letters = [one.letter for one in host.filesystem.volumes] if host is not None else []
    return TypedArray([Drive(engine, one) for one in letters], array_of(_DRIVE))


def _type(drive: Drive) -> Any:
    found = drive.volume
    if found is None:
        return _TYPES["NoRootDirectory"]
    return _TYPES["CDRom" if found.image else "Fixed"]


def _set_label(drive: Drive, label: str) -> None:
    del drive, label
    raise not_emulated("Setting the label of a volume by System.IO.DriveInfo")


_DRIVE = register(
    PSType(
        "System.IO.DriveInfo",
        instance={
            "Name: string": str,
            "DriveType: System.IO.DriveType": _type,
            "DriveFormat: string": lambda d: d.ready().file_system.name,
            "IsReady: bool": lambda d: d.volume is not None,
            "AvailableFreeSpace: long": lambda d: Int64(d.ready().free),
            "TotalFreeSpace: long": lambda d: Int64(d.ready().free),
            "TotalSize: long": lambda d: Int64(d.ready().size),
            "RootDirectory: System.IO.DirectoryInfo": lambda d: DirectoryInfo(d.engine, str(d)),
            "VolumeLabel: string": lambda d: d.ready().label,
            "VolumeLabel=": _set_label,
            "ToString()": str,
        },
        static={"@GetDrives()": _all},
        construct={"@new(string driveName)": _new},
        to_text=str,
    ),
    Drive,
)
