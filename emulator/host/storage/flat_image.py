"""A virtual disk with all that it stands on, as one file apart from any host."""

from typing import TYPE_CHECKING, NamedTuple

from emulator.host.storage.change_tracking import Place
from emulator.host.storage.disk_conversion import flat_facts
from emulator.host.storage.disk_image.facts import ImageFacts
from emulator.host.storage.virtual_disk import VirtualDisk

if TYPE_CHECKING:
    from emulator.host.guest.guest import InstalledSystem


class DiskImage(NamedTuple):
    """A disk with all that it stands on, as one file of this name."""

    place: Place
    name: str
    facts: ImageFacts
    system: "InstalledSystem | None"

    @property
    def size(self) -> int:
        """Bytes that are transferred."""
        return len(self.facts.written)


def image_of(place: Place, disk: VirtualDisk) -> DiskImage:
    """A disk and its parents as one file: of the kind, the name and the blocks of the lowest one."""
    disk.check_chain()
    base = disk.chain[-1].leaf
    own = base.facts()
    flat = flat_facts(disk)
    written = flat.written.clipped(disk.size)
    facts = own.replaced(
        size=disk.size,
        modified=flat.modified,
        data_id=disk.leaf.data_id,
        written=written,
        allocated=written.blocks(own.block_size) if own.block_size else own.allocated,
        payload=flat.payload,
        slack=0,
    )
    return DiskImage(place, disk.chain[-1].path.rpartition("\\")[2], facts, disk.installed_system)
