"""Which format makes and reads a file."""

from __future__ import annotations

from emulator.host.storage.disk_image import vhd, vhd_set, vhdx
from emulator.host.storage.disk_image.errors import FORMAT_UNKNOWN, ImageError
from emulator.host.storage.disk_image.facts import ImageFacts
from emulator.host.storage.disk_image.kinds import DiskFormat
from emulator.host.storage.disk_image.sparse import SparseFile

_LAYOUTS = {DiskFormat.VHD: vhd.layout, DiskFormat.VHDX: vhdx.layout, DiskFormat.VHD_SET: vhd_set.layout}


def layout(facts: ImageFacts) -> SparseFile:
    """The file of these facts; its bytes are made when they are read."""
    return _LAYOUTS[facts.format](facts)


def parse(data: bytes) -> ImageFacts:
    """What an uploaded file is. Raises ImageError: no virtual hard disk, or a broken one."""
    # Few clients upload disks: the readers load with the first one.
    from emulator.host.storage.disk_image.vhd_reader import is_vhd, parse_vhd
    from emulator.host.storage.disk_image.vhdx_reader import is_vhdx, parse_vhdx

    if is_vhdx(data):
        return parse_vhdx(data)
    if is_vhd(data):
        return parse_vhd(data)
    raise ImageError(FORMAT_UNKNOWN)
