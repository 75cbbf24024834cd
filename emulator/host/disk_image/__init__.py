"""The bytes of virtual hard disk files: VHD (specification 1.0), VHDX and VHD sets (MS-VHDX).

``ImageFacts`` says what a file holds; ``layout`` makes its bytes on demand, ``parse`` reads them back. Nothing
here knows the machine, and nothing holds more than the parts that a client uploaded.
"""

from emulator.host.disk_image.errors import ImageError
from emulator.host.disk_image.extents import Extents
from emulator.host.disk_image.facts import DiskFormat, DiskKind, ImageFacts, ParentFacts
from emulator.host.disk_image.formats import layout, parse, size_of_file
from emulator.host.disk_image.payload import Payload
from emulator.host.disk_image.sparse import SparseFile

__all__ = [
    "DiskFormat",
    "DiskKind",
    "Extents",
    "ImageError",
    "ImageFacts",
    "ParentFacts",
    "Payload",
    "SparseFile",
    "layout",
    "parse",
    "size_of_file",
]
