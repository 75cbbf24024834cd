"""The small file of a VHD set (.vhds). Its format is not published: it begins like a VHDX file and has the
size that such files have (260 KB); the data lies in the .avhdx files beside it."""

from __future__ import annotations

from emulator.host.storage.disk_image.facts import ImageFacts
from emulator.host.storage.disk_image.file_size import VHD_SET_SIZE
from emulator.host.storage.disk_image.sparse import SparseFile, literal
from emulator.host.storage.disk_image.vhdx import FILE_SIGNATURE, HEADER_OFFSETS, header


def layout(facts: ImageFacts) -> SparseFile:
    """The file."""
    parts = [literal(0, FILE_SIGNATURE + "Microsoft Windows".encode("utf-16-le"))]
    parts += [literal(offset, header(facts, number)) for number, offset in enumerate(HEADER_OFFSETS, 1)]
    return SparseFile(VHD_SET_SIZE, parts)
