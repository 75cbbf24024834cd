"""How long the file of a virtual disk is. Every disk asks; its bytes are made only for who reads them."""

from __future__ import annotations

from emulator.host.storage.disk_image import vhd_blocks, vhdx_blocks
from emulator.host.storage.disk_image.facts import ImageFacts
from emulator.host.storage.disk_image.kinds import KIBIBYTE, DiskFormat

VHD_SET_SIZE = 260 * KIBIBYTE
"""The small file of a VHD set has the size that such files have."""


def size_of_file(facts: ImageFacts) -> int:
    """Bytes of the file of these facts."""
    if facts.format is DiskFormat.VHDX:
        return vhdx_blocks.size_of_file(facts)
    if facts.format is DiskFormat.VHD:
        return vhd_blocks.size_of_file(facts)
    return VHD_SET_SIZE
