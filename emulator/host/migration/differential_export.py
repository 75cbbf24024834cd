"""Exports of what changed since a base: a reference point, or an earlier snapshot of the machine.

Each disk that the base knew becomes a differencing file whose parent is the file of the full export of the
base; whoever restores puts both into one folder. The form of these files is chosen.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from emulator.host.checkpoints.checkpoint import Checkpoint
from emulator.host.errors import InvalidParameter, PathExists
from emulator.host.storage.change_tracking import Place, drives_by_place
from emulator.host.storage.disk_image.extents import NOTHING, Extents
from emulator.host.storage.disk_image.facts import ImageFacts, ParentFacts
from emulator.host.storage.disk_image.file_size import size_of_file
from emulator.host.storage.disk_image.kinds import DiskFormat, DiskKind
from emulator.host.storage.disk_image.payload import Payload
from emulator.host.storage.disk_transfer import DiskCopy
from emulator.host.storage.flat_image import image_of
from emulator.host.storage.virtual_disk import default_block_size

if TYPE_CHECKING:
    from emulator.host.checkpoints.reference_points import ReferencePoint
    from emulator.host.storage.virtual_disk import VirtualDisk
    from emulator.host.virtual_machine.machine_definition import MachineDefinition
    from emulator.host.virtual_machine.virtual_machine import VirtualMachine


class DiskState(NamedTuple):
    """A disk as it was at a moment: the names of its file and of the lowest one that it stands on, and which
    data was in it."""

    name: str
    identifier: str
    lowest: str
    lowest_identifier: str
    data_id: str
    modified: int


def states_of(vm: "VirtualMachine") -> dict[Place, DiskState]:
    """The disks of a machine or checkpoint as they are now."""
    found: dict[Place, DiskState] = {}
    for place, drive in drives_by_place(vm).items():
        disk = drive.virtual_disk
        if disk is not None:
            leaf, lowest = disk.leaf, disk.chain[-1]
            found[place] = DiskState(
                _name(disk), leaf.id, _name(lowest), lowest.leaf.id, leaf.data_id, leaf.modified
            )
    return found


def copies_since(
    base: "ReferencePoint | Checkpoint",
    machine: "MachineDefinition",
    checkpoint: Checkpoint,
    folder: str,
    *,
    merge: bool,
) -> list[DiskCopy]:
    """The files of an export of a checkpoint: what changed since the base of each disk, and every disk whole
    that the base did not have. Raises InvalidParameter, PathExists, and what is wrong with a chain."""
    if checkpoint is base or checkpoint.machine is not (
        base.machine if isinstance(base, Checkpoint) else base.vm
    ):
        raise InvalidParameter("The base of a differential export belongs to another moment or machine.")
    states = states_of(base) if isinstance(base, Checkpoint) else base.states
    copies: list[DiskCopy] = []
    for place, drive in drives_by_place(machine).items():
        if drive.path is None:
            continue
        disk = machine.host.virtual_disks.find(drive.path)
        image = image_of(place, disk)
        state, facts, name = states.get(place), image.facts, image.name
        if state is not None:
            changed = _changed(base, state, place, disk, checkpoint)
            link = _link(state, folder, merge=merge)
            facts = _difference(facts, link, changed, machine.host.new_guid())
            name = f"{name.rpartition('.')[0]}_{checkpoint.id}.{_ending(facts)}"
        path = f"{folder}\\{name}"
        if path.lower() in (each.path.lower() for each in copies):
            raise PathExists(path)
        copies.append(DiskCopy(drive.path, path, facts, image.system, size_of_file(facts)))
    return copies


def _changed(
    base: "ReferencePoint | Checkpoint",
    state: DiskState,
    place: Place,
    disk: "VirtualDisk",
    checkpoint: Checkpoint,
) -> Extents:
    """The bytes that were written between the base and the checkpoint."""
    if isinstance(base, Checkpoint):
        changed = NOTHING
        for each in disk.chain:
            if each.leaf.id == state.identifier:
                return changed
            changed = changed | each.leaf.written
    else:
        tracked = next((each for each in base.disks if each.place == place), None)
        known: Mapping[str, Extents] = checkpoint.changes
        found = None if tracked is None else known.get(tracked.tracking_id.lower())
        if tracked is not None and found is not None and not tracked.tracker.lost:
            return found
    raise InvalidParameter("The base of a differential export is not a moment before the exported one.")


def _link(state: DiskState, folder: str, *, merge: bool) -> ParentFacts:
    """The file of the full export: a merged one has the name and identity of the lowest disk."""
    name, identifier = state.name, state.identifier
    if merge:
        name, identifier = state.lowest, state.lowest_identifier
    return ParentFacts(f"{folder}\\{name}", f".\\{name}", identifier, state.data_id, state.modified)


def _difference(flat: ImageFacts, parent: ParentFacts, changed: Extents, identifier: str) -> ImageFacts:
    written = changed.clipped(flat.size)
    block_size = flat.block_size or default_block_size(flat.format, DiskKind.DIFFERENCING)
    pieces = (
        piece for start, end in written.within(0, flat.size) for piece in flat.payload.within(start, end)
    )
    return flat.replaced(
        kind=DiskKind.DIFFERENCING,
        block_size=block_size,
        identifier=identifier,
        parent=parent,
        written=written,
        allocated=written.blocks(block_size),
        payload=Payload(pieces),
        slack=0,
    )


def _ending(facts: ImageFacts) -> str:
    return "avhd" if facts.format is DiskFormat.VHD else "avhdx"


def _name(disk: "VirtualDisk") -> str:
    return disk.path.rpartition("\\")[2]
