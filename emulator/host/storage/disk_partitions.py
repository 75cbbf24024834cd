"""Partitions of disks that administrators initialize: mounted virtual hard disks, drives without volumes.

The disks with the volumes of the profile are as Setup left them: nothing can be made on or taken from them.
What is on a virtual hard disk stays with it when it is detached, and comes back with its files when it is
attached again; a differencing disk begins with what is on its parent; a copy of its file has none of it.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, TypeAlias

from emulator.host.checks import check_choice, check_flag
from emulator.host.errors import (
    DirectoryNotEmpty,
    FilesystemError,
    InUse,
    InvalidParameter,
    NotFound,
    NotSupported,
    PathExists,
)
from emulator.host.host_object import operation
from emulator.host.storage.disk_layout import PartitionKind, PhysicalDisk, physical_disks
from emulator.host.storage.filesystem.file_systems import FORMATS, NTFS
from emulator.host.storage.filesystem.node import FileNode, walk
from emulator.host.storage.filesystem.volume import Volume
from emulator.host.storage.partition_table import (
    MEGABYTE,
    DiskState,
    PartitionStyle,
    StoredPartition,
    rounded,
)
from emulator.host.storage.storage_errors import (
    AccessPathNotValid,
    FolderNotEmpty,
    HiddenPartition,
    LetterTaken,
    NoSpace,
    NotInitialized,
    SizeNotSupported,
    VolumePathKept,
)
from emulator.host.storage.storage_objects import CLUSTER
from emulator.host.storage.storage_spaces.space import StorageSpace

if TYPE_CHECKING:
    from emulator.host.host import Host
    from emulator.host.storage.virtual_disk import VirtualDisk

_RESERVED = 16 * MEGABYTE
_LETTERS = "CDEFGHIJKLMNOPQRSTUVWXYZ"
_LONGEST_DRIVE = len("X:\\")
#: What a fresh file system takes for itself.
_OWN_SPACE = 16 * MEGABYTE


#: What a table belongs to: the file of a mounted disk, a virtual disk of a pool, or the number of a drive.
Key: TypeAlias = "VirtualDisk | StorageSpace | int"


class DiskPartitions:
    """The tables of disks."""

    def __init__(self, host: Host) -> None:
        self.host = host
        self._states: dict[Key, DiskState] = {}

    def of(self, key: Key) -> DiskState | None:
        """What was made on a disk; None for one that nobody touched."""
        return self._states.get(key)

    # -- disks ------------------------------------------------------------------------------------

    @operation
    def initialize(self, disk: PhysicalDisk, style: PartitionStyle | int = PartitionStyle.GPT) -> None:
        """Write a partition table.

        Raises NotInitialized (there is one), InvalidParameter, InUse, NotSupported for the disks of the
        profile.
        """
        wanted = check_choice("PartitionStyle", style, PartitionStyle)
        state = self._writable(disk)
        if wanted is PartitionStyle.RAW:
            raise InvalidParameter("A disk is initialized as MBR or GPT.")
        if state.style is not PartitionStyle.RAW:
            raise NotInitialized("The disk has already been initialized.")
        state.style = wanted
        if wanted is PartitionStyle.GPT and disk.size > _RESERVED + 3 * MEGABYTE:
            state.add(PartitionKind.RESERVED, MEGABYTE, _RESERVED - MEGABYTE)
        self._changed()

    @operation
    def clear(self, disk: PhysicalDisk, *, remove_data: bool = False) -> None:
        """Take the partition table away, with everything on it when ``remove_data`` says so.

        Raises NotInitialized, InvalidParameter (there is data), InUse, NotSupported.
        """
        state = self._table(disk)
        if not remove_data and any(each.kind is PartitionKind.BASIC for each in state.partitions):
            raise InvalidParameter("The disk holds data.")
        for each in state.partitions:
            self._require_idle(each)
        for each in state.partitions:
            self._lose(each)
        state.partitions.clear()
        state.style = PartitionStyle.RAW
        self._fit(disk)

    @operation
    def convert(self, disk: PhysicalDisk, style: PartitionStyle | int) -> None:
        """Change the style of a table without partitions of data. Raises as `initialize`."""
        state = self._table(disk)
        wanted = check_choice("PartitionStyle", style, PartitionStyle)
        if any(each.kind is PartitionKind.BASIC for each in state.partitions):
            raise InvalidParameter("The disk holds partitions.")
        if wanted is PartitionStyle.RAW:
            raise InvalidParameter("A disk is MBR or GPT.")
        state.partitions.clear()
        state.style = PartitionStyle.RAW
        self.initialize(disk, wanted)

    @operation
    def set_offline(self, disk: PhysicalDisk, offline: bool) -> None:
        """Let Windows leave a disk alone, or use it. Raises InUse, NotSupported."""
        check_flag("offline", offline)
        state = self._state(disk)
        if not offline and disk.virtual_disk is None:
            self.host.pass_through.require_unused(disk.number)
        if offline and not state.is_offline:
            for each in state.partitions:
                self._require_idle(each)
            for each in state.partitions:
                self._detach(each)
        state.is_offline = offline
        if not offline:
            self._attach_all(state, disk.number)
        if disk.virtual_disk is None:
            self.host.pass_through.touch(disk.number)
        self._changed()

    @operation
    def set_read_only(self, disk: PhysicalDisk, read_only: bool) -> None:
        """Keep the partition table from being changed. Raises NotSupported."""
        self._state(disk).is_read_only = check_flag("IsReadOnly", read_only)
        self._changed()

    # -- partitions -------------------------------------------------------------------------------

    @operation
    def create(
        self,
        disk: PhysicalDisk,
        size: int | None = None,
        *,
        offset: int | None = None,
        letter: str = "",
        assign_letter: bool = False,
    ) -> StoredPartition:
        """Make a partition, of the largest free extent without a size.

        Raises NotInitialized, InvalidParameter, NoSpace, SizeNotSupported, LetterTaken, InUse, NotSupported.
        """
        state = self._table(disk)
        if state.is_full:
            raise NoSpace("The disk cannot have more partitions.")
        chosen = self._free_letter(letter) if letter or assign_letter else ""
        start, room = state.extent(disk.size, offset)
        wanted = room if size is None else rounded(size)
        if wanted < MEGABYTE:
            raise SizeNotSupported()
        if wanted > room:
            raise NoSpace()
        made = state.add(PartitionKind.BASIC, start, wanted, chosen)
        self._changed()
        return made

    @operation
    def delete(self, disk: PhysicalDisk, number: int) -> None:
        """Remove a partition with what is on it. Raises NotFound, InUse, NotSupported."""
        state = self._table(disk)
        partition = state.partition(number)
        self._require_idle(partition)
        self._lose(partition)
        state.partitions.remove(partition)
        self._fit(disk)

    def supported_sizes(self, disk: PhysicalDisk, number: int) -> tuple[int, int]:
        """The least and the most that a partition can have, in bytes. Raises NotFound."""
        state = self._state(disk)
        partition = state.partition(number)
        room = state.room_for(partition, disk.size)
        volume, size = partition.volume, partition.size
        if volume is None:
            return MEGABYTE, room
        system = volume.file_system
        return (
            rounded(volume.used) if system.can_shrink else size,
            room if system.can_grow else size,
        )

    @operation
    def resize(self, disk: PhysicalDisk, number: int, size: int) -> None:
        """Change the size of a partition and its file system. Raises NotFound, SizeNotSupported."""
        state = self._table(disk)
        partition = state.partition(number)
        least, most = self.supported_sizes(disk, number)
        wanted = rounded(size)
        if not least <= wanted <= most or partition.kind is not PartitionKind.BASIC:
            raise SizeNotSupported()
        partition.size = wanted
        if partition.volume is not None:
            partition.volume.size = wanted
        self._changed()

    @operation
    def format(
        self,
        disk: PhysicalDisk,
        number: int,
        file_system: str = "NTFS",
        label: str = "",
        cluster_size: int = 0,
    ) -> StoredPartition:
        """Make an empty file system; without a size of clusters with the usual one.

        Raises NotFound, InvalidParameter, SizeNotSupported, InUse.
        """
        state = self._table(disk)
        partition = state.partition(number)
        system = FORMATS.get((file_system or NTFS.name).casefold())
        if system is None or partition.kind is not PartitionKind.BASIC:
            raise InvalidParameter(f"'{file_system!s:.32}' is no file system of this computer.")
        if cluster_size and cluster_size not in system.cluster_sizes:
            raise InvalidParameter("The file system has no clusters of this size.")
        if len(label) > system.longest_label or not label.isprintable():
            raise InvalidParameter("The label is not valid.")
        if system.largest is not None and partition.size > system.largest:
            raise SizeNotSupported()
        self._require_idle(partition)
        self._lose(partition)
        previous = partition.volume
        serial = zlib.crc32(
            f"{self.host.first_name}/{disk.number}/{number}/{self.host.clock.read()}".encode()
        )
        partition.volume = Volume(
            partition.letter,
            label,
            partition.size,
            min(_OWN_SPACE, partition.size // 2),
            disk.number,
            serial,
            self.host.clock.read(),
            system,
        )
        partition.volume.cluster_size = cluster_size or CLUSTER
        if disk.space is not None and disk.space.is_thin:
            partition.volume.thin = disk.space
        if previous is not None:
            partition.volume.take_mount_points(previous)
        self._attach(partition, disk.number)
        self._fit(disk)
        return partition

    @operation
    def set_letter(self, disk: PhysicalDisk, number: int, letter: str = "") -> str:
        """Give a partition a drive letter, without one the next that is free; the letter.

        Raises NotFound, LetterTaken, InvalidParameter.
        """
        partition = self._table(disk).partition(number)
        if partition.kind is not PartitionKind.BASIC:
            raise InvalidParameter("The partition takes no drive letter.")
        self._require_idle(partition)
        chosen = self._free_letter(letter)
        self._detach(partition)
        partition.letter = chosen
        self._attach(partition, disk.number)
        self._changed()
        return chosen

    @operation
    def remove_letter(self, disk: PhysicalDisk, number: int) -> None:
        """Take the drive letter away. Raises NotFound, InUse."""
        partition = self._table(disk).partition(number)
        if not partition.letter:
            raise NotFound("The partition has no drive letter.")
        self._require_idle(partition)
        self._detach(partition)
        partition.letter = ""
        self._attach(partition, disk.number)
        self._changed()

    @operation
    def add_folder(self, disk: PhysicalDisk, number: int, path: str) -> None:
        """Mount the volume of a partition in an empty folder of a volume of the profile.

        Raises NotFound, HiddenPartition, NotSupported (it is not formatted, or the folder lies on a volume
        that was made here), LetterTaken, AccessPathNotValid.
        """
        partition = self._table(disk).partition(number)
        if partition.kind is not PartitionKind.BASIC:
            raise HiddenPartition()
        volume, files = partition.volume, self.host.filesystem
        if volume is None:
            raise NotSupported("Only a formatted partition can be mounted in a folder in the emulator.")
        if path[1:3] not in (":\\", ":/"):
            raise AccessPathNotValid()
        try:
            if files.mount_points.volume_at(path) is not None:
                raise LetterTaken()
            target = files.volume_of(path)
            if not target.file_system.has_mount_points:
                raise AccessPathNotValid()
            if any(each.volume is target for state in self._states.values() for each in state.partitions):
                raise NotSupported("Only folders of the profile's volumes take volumes in the emulator.")
            self._prepare(partition, disk.number)
            files.mount_points.add(volume, path)
        except PathExists:
            raise LetterTaken() from None
        except DirectoryNotEmpty:
            raise FolderNotEmpty() from None
        except FilesystemError as problem:
            raise AccessPathNotValid() from problem
        self._changed()

    @operation
    def remove_folder(self, disk: PhysicalDisk, number: int, path: str) -> None:
        """Leave an empty folder where the volume was mounted. Raises NotFound, AccessPathNotValid, InUse."""
        partition = self._table(disk).partition(number)
        volume, files = partition.volume, self.host.filesystem
        if volume is None or files.mount_points.volume_at(path) is not volume:
            raise AccessPathNotValid()
        self._require_idle(partition)
        files.mount_points.remove(volume, path)
        self._changed()

    def add_access_path(self, disk: PhysicalDisk, number: int, path: str) -> None:
        """Give a partition a drive letter (``X``, ``X:``, ``X:\\``, or empty for one that is free), or mount
        it in a folder. Raises as `set_letter` and `add_folder`."""
        if len(path) <= _LONGEST_DRIVE:
            self.set_letter(disk, number, path[:1])
        else:
            self.add_folder(disk, number, path)

    def remove_access_path(self, disk: PhysicalDisk, number: int, path: str) -> None:
        """Take a drive letter or a folder away from a partition. Raises AccessPathNotValid for a path that
        it has not, VolumePathKept, and as `remove_letter` and `remove_folder`."""
        if path.startswith("\\\\?\\"):
            raise VolumePathKept()
        if len(path) > _LONGEST_DRIVE:
            self.remove_folder(disk, number, path)
            return
        letter = next((each.letter for each in self._state(disk).partitions if each.number == number), "")
        if not letter or path.rstrip("\\").upper() != f"{letter}:":
            raise AccessPathNotValid()
        self.remove_letter(disk, number)

    # -- disks that come and go -------------------------------------------------------------------

    def came(self, key: Key, number: int) -> None:
        """A disk is there: its volumes come back, each with a free letter."""
        state = self._states.get(key) or self._inherit(key)
        if state is not None and not state.is_offline:
            self._attach_all(state, number)

    def _inherit(self, key: Key) -> DiskState | None:
        """The table of the parent of a differencing disk, which is the child's own from now on."""
        if isinstance(key, int | StorageSpace):
            return None
        parent = key.leaf.parent
        while parent is not None and parent not in self._states:
            parent = parent.leaf.parent
        if parent is None:
            return None
        from emulator.host.storage.inherited_partitions import inherited

        found = self._states[key] = inherited(self._states[parent])
        return found

    def require_leaving(self, key: Key) -> None:
        """Raise InUse while a file on one of its volumes is in use."""
        state = self._states.get(key)
        for each in state.partitions if state is not None else ():
            self._require_idle(each)

    def left(self, key: Key) -> None:
        """A disk is about to go: its volumes go with it."""
        state = self._states.get(key)
        for each in state.partitions if state is not None else ():
            self._detach(each)

    def forget(self, key: Key) -> None:
        """A disk, which is away, is another one from now on: nothing is on it."""
        state = self._states.pop(key, None)
        for each in state.partitions if state is not None else ():
            self._lose(each)

    def audit(self) -> list[str]:
        """What does not add up: partitions that overlap, volumes that are shown and should not be, or the
        other way round. Empty when all is well."""
        problems: list[str] = []
        files = self.host.filesystem
        shown = {id(volume) for volume in (*files.volumes, *files.volumes_in_folders)}
        for key, state in self._states.items():
            attached = _is_there(key)
            end = 0
            for each in state.partitions:
                if each.offset < end:
                    problems.append(f"the partition {each.number} overlaps with the one before it")
                end = each.end
                wanted = attached and not state.is_offline and each.has_paths and each.volume is not None
                if wanted is not (each.volume is not None and id(each.volume) in shown):
                    problems.append(f"the volume {each.letter or '?'} is shown={not wanted}")
        return problems

    # -- pieces -----------------------------------------------------------------------------------

    def find(self, number: int) -> PhysicalDisk:
        """The disk of a number. Raises NotFound."""
        found = next((disk for disk in physical_disks(self.host) if disk.number == number), None)
        if found is None:
            raise NotFound(f"There is no disk {number}.")
        return found

    def _state(self, disk: PhysicalDisk) -> DiskState:
        key: Key = disk.virtual_disk or disk.space or disk.number
        found = self._states.get(key)
        if found is not None:
            return found
        if disk.virtual_disk is None and disk.partitions:
            raise NotSupported("The disks with the volumes of the profile cannot be changed.")
        disks = self.host.virtual_disks
        # Files that are gone do not come back.
        self._states = {
            each: state
            for each, state in self._states.items()
            if isinstance(each, int | StorageSpace) or disks.get(each.path) is each
        }
        found = self._states[key] = DiskState(is_offline=disk.is_offline)
        return found

    def _writable(self, disk: PhysicalDisk) -> DiskState:
        state = self._state(disk)
        image = None if disk.virtual_disk is None else disk.virtual_disk.mounted
        if state.is_read_only or (image is not None and image.read_only):
            raise InUse("The disk is read only.")
        if state.is_offline:
            raise NotInitialized("The disk is offline.")
        return state

    def _table(self, disk: PhysicalDisk) -> DiskState:
        state = self._writable(disk)
        if state.style is PartitionStyle.RAW:
            raise NotInitialized()
        return state

    def _free_letter(self, letter: str) -> str:
        if letter:
            chosen = letter[:1].upper()
            if chosen not in _LETTERS:
                raise InvalidParameter(f"'{letter!s:.16}' is no drive letter.")
            if chosen in self._letters():
                raise LetterTaken()
            return chosen
        # One that a disk had which is away may come back.
        taken = self._letters()
        taken |= {each.letter for state in self._states.values() for each in state.partitions}
        free = next((each for each in _LETTERS if each not in taken), None)
        if free is None:
            raise LetterTaken()
        return free

    def _letters(self, besides: DiskState | None = None) -> set[str]:
        """The drive letters in use, also of partitions without a file system."""
        files = self.host.filesystem
        found = {each.letter for each in (*files.volumes, *files.offline)}
        for key, state in self._states.items():
            if state is not besides and not state.is_offline and _is_there(key):
                found |= {each.letter for each in state.partitions}
        return found

    def _require_idle(self, partition: StoredPartition) -> None:
        if partition.volume is not None and self.host.filesystem.attached_volumes.is_in_use(partition.volume):
            raise InUse(f"A file of the volume {partition.letter}: is in use.")

    def _detach(self, partition: StoredPartition) -> None:
        if partition.volume is not None:
            self.host.filesystem.attached_volumes.detach(partition.volume)

    def _lose(self, partition: StoredPartition) -> None:
        """What is on a partition is gone for good: the objects behind its files are too."""
        self._detach(partition)
        if partition.volume is not None:
            for _, node in list(walk(partition.volume.root, "")):
                if isinstance(node, FileNode) and node.backing is not None:
                    node.backing.removed()

    def _attach(self, partition: StoredPartition, number: int) -> None:
        if partition.volume is not None:
            self._prepare(partition, number)
            if partition.has_paths:
                self.host.filesystem.attached_volumes.attach(partition.volume)

    @staticmethod
    def _prepare(partition: StoredPartition, number: int) -> None:
        if partition.volume is not None:
            partition.volume.letter, partition.volume.disk_number = partition.letter, number

    def _attach_all(self, state: DiskState, number: int) -> None:
        for each in state.partitions:
            if each.letter and each.letter in (taken := self._letters(state)):
                own = {one.letter for one in state.partitions}
                each.letter = next((one for one in _LETTERS if one not in taken | own), "")
            if each.volume is not None and each.has_paths:
                self._attach(each, number)

    def _fit(self, disk: PhysicalDisk) -> None:
        """Other volumes are on a disk than before: one that is thin takes what they need."""
        if disk.space is not None and disk.space.is_thin:
            disk.space.follow()
        self._changed()

    def _changed(self) -> None:
        self.host.next_revision()


def _is_there(key: Key) -> bool:
    """Whether a disk is one of the host now."""
    if isinstance(key, int):
        return True
    return key.number is not None if isinstance(key, StorageSpace) else key.mounted is not None
