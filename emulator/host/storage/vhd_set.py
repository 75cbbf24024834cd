"""VHD sets (2016 and later): a small file beside the differencing disks that hold the data and its
snapshots."""

from datetime import datetime
from typing import TYPE_CHECKING

from emulator.host.errors import NotFound
from emulator.host.storage.disk_image.kinds import DiskFormat
from emulator.host.storage.virtual_disk import VirtualDisk

if TYPE_CHECKING:
    from emulator.host.guest.guest import InstalledSystem
    from emulator.host.host import Host


class SetSnapshot:
    """One state of a set: ``file`` holds it and is not written to any more. A reference point has no file."""

    __slots__ = ("change_tracking_id", "created", "file", "id")

    def __init__(
        self, identifier: str, created: datetime, file: VirtualDisk | None, tracking_id: str
    ) -> None:
        self.id = identifier
        self.created = created
        self.file = file
        self.change_tracking_id = tracking_id


class VhdSet(VirtualDisk):
    """A set; what it shows of the disk is that of the file that takes the guest's data."""

    def __init__(self, host: "Host", path: str, identifier: str, active: VirtualDisk) -> None:
        super().__init__(
            host,
            path,
            identifier,
            active.kind,
            active.size,
            disk_format=DiskFormat.VHD_SET,
            block_size=active.block_size,
            logical_sector_size=active.logical_sector_size,
            physical_sector_size=active.physical_sector_size,
        )
        self.active = active
        self.snapshots: dict[str, SetSnapshot] = {}
        active.set = self

    @property
    def leaf(self) -> VirtualDisk:
        return self.active

    @property
    def files(self) -> list[VirtualDisk]:
        """Every file of data: the active one and its parents, and those of snapshots."""
        found = dict.fromkeys(self.active.chain)
        for snapshot in self.snapshots.values():
            if snapshot.file is not None:
                found.update(dict.fromkeys(snapshot.file.chain))
        return list(found)

    @property
    def installed_system(self) -> "InstalledSystem | None":
        return self.active.installed_system

    def install(self, system: "InstalledSystem | None") -> None:
        self.active.install(system)
        self.touch()

    def write(self, offset: int, length: int) -> None:
        self.active.write(offset, length)

    def snapshot(self, identifier: str) -> SetSnapshot:
        """The snapshot of a GUID in any case. Raises NotFound."""
        found = self.snapshots.get(identifier.strip("{}").upper())
        if found is None:
            raise NotFound(f"The VHD set has no snapshot {identifier:.64}.")
        return found

    def copied(self, path: str) -> VirtualDisk | None:  # noqa: ARG002 - the base's parameter
        """A copy of the small file alone is no set: the files of data belong to this one."""
        return None

    def removed(self) -> None:
        super().removed()
        self.active.set = None
