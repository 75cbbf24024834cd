"""Images of CDs and DVDs (.iso) that are attached to the host itself: each is a drive with its own letter.

Of what is in the image only its name is read (the volume identifier of ISO 9660); its files are not shown.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from emulator.host.checks import check_flag
from emulator.host.errors import HostError, InvalidParameter, InvalidState
from emulator.host.host_object import operation
from emulator.host.storage.disk_image.errors import INVALID_STATE
from emulator.host.storage.filesystem.file_systems import CDFS
from emulator.host.storage.filesystem.volume import Volume
from emulator.host.storage.virtual_disk import ending_of

if TYPE_CHECKING:
    from emulator.host.host import Host

SECTOR = 2048
_LETTERS = "DEFGHIJKLMNOPQRSTUVWXYZ"
#: Where ISO 9660 has its descriptor; a mark stands behind its first byte, the name of the volume further on.
_DESCRIPTOR = 16 * SECTOR
_MARKS = (b"CD001", b"BEA01")
_NAME = slice(_DESCRIPTOR + 40, _DESCRIPTOR + 72)
MAXIMUM_IMAGES = 16


class DamagedImage(HostError):
    """The file is no image of a disc (ERROR_FILE_CORRUPT)."""

    hresult = 0x80070570
    default_text = "The disc image file is corrupted."


@dataclass(frozen=True, slots=True)
class OpticalImage:
    """An attached image. ``unit`` counts the drives from 0; ``volume`` is shown when it has a letter."""

    path: str
    unit: int
    volume: Volume

    @property
    def letter(self) -> str:
        """The drive letter; empty without one."""
        return self.volume.letter

    @property
    def device(self) -> str:
        """The path of the drive as a device."""
        return f"\\\\.\\CDROM{self.unit}"


class OpticalImages:
    """The attached images by path in any case."""

    def __init__(self, host: Host) -> None:
        self.host = host
        self._images: dict[str, OpticalImage] = {}

    def __iter__(self) -> Iterator[OpticalImage]:
        return iter(list(self._images.values()))

    def get(self, path: str) -> OpticalImage | None:
        """The attached image of a full path."""
        return self._images.get(path.lower())

    def drive_letter(self) -> str:
        """The letter of the machine's own drive: the first that no disk has."""
        files = self.host.filesystem
        taken = {volume.letter for volume in (*files.volumes, *files.offline) if not volume.image}
        return next((letter for letter in _LETTERS if letter not in taken), "")

    @operation
    def attach(self, path: str, *, with_letter: bool = True) -> OpticalImage:
        """Attach an image file. Raises FileNotFound, PathNotFound, InvalidParameter (no .iso), DamagedImage,
        InvalidState (attached already, too many)."""
        files = self.host.filesystem
        entry = files.entry(path)
        check_flag("with_letter", with_letter)
        if entry.is_directory or not is_optical(entry.path):
            raise InvalidParameter(f"The file {entry.path} is no image of a disc.")
        if self.get(entry.path) is not None:
            raise InvalidState("The image is already attached.", hresult=INVALID_STATE)
        if len(self._images) >= MAXIMUM_IMAGES:
            raise InvalidState("No more images can be attached.", hresult=INVALID_STATE)
        data = files.uploaded(entry.path)
        label = "" if data is None else _label_of(data)
        letter = self._free_letter() if with_letter else ""
        own = 1 if self.host.hardware.facts.optical_drive else 0
        unit = own + next(
            unit for unit in range(MAXIMUM_IMAGES) if own + unit not in {each.unit for each in self}
        )
        volume = Volume(
            letter, label, entry.size, entry.size, _NO_DISK, zlib.crc32(entry.path.encode()),
            self.host.clock.read(), CDFS,
        )  # fmt: skip
        volume.image = entry.path
        if letter:
            files.attached_volumes.attach(volume)
        image = self._images[entry.path.lower()] = OpticalImage(entry.path, unit, volume)
        self.host.next_revision()
        return image

    @operation
    def detach(self, path: str) -> None:
        """Detach an image. Raises InvalidState when it is not attached."""
        image = self.get(self.host.filesystem.normalize(path))
        if image is None:
            raise InvalidState("The image is not attached.", hresult=INVALID_STATE)
        self._drop(image)

    def detach_all(self) -> None:
        """The host goes down."""
        for image in self:
            self._drop(image)

    def _drop(self, image: OpticalImage) -> None:
        if image.letter:
            self.host.filesystem.attached_volumes.detach(image.volume)
        del self._images[image.path.lower()]
        self.host.next_revision()

    def _free_letter(self) -> str:
        files = self.host.filesystem
        taken = {volume.letter for volume in (*files.volumes, *files.offline)}
        if self.host.hardware.facts.optical_drive:
            taken.add(self.drive_letter())
        return next((letter for letter in _LETTERS if letter not in taken), "")


#: The disk of a volume that is on none.
_NO_DISK = -1


def is_optical(path: str) -> bool:
    """Whether a file name is that of an image of a disc."""
    return ending_of(path) == "iso"


def _label_of(data: bytes) -> str:
    """The name of the disc in an image that a client wrote. Raises DamagedImage."""
    mark = data[_DESCRIPTOR + 1 : _DESCRIPTOR + 6]
    if mark not in _MARKS:
        raise DamagedImage()
    return data[_NAME].decode("ascii", "replace").strip(" \0") if mark == _MARKS[0] else ""
