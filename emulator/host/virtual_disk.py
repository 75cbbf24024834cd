"""Virtual hard disks: files with facts, never with contents."""

from enum import IntEnum
from typing import TYPE_CHECKING

from emulator.host.errors import InUse
from emulator.host.host_object import HostObject

if TYPE_CHECKING:
    from emulator.host.drives import HardDiskDrive
    from emulator.host.guest import InstalledSystem
    from emulator.host.host import Host

_KIBIBYTE = 1 << 10
_MEBIBYTE = 1 << 20
_SECTOR = 512


class DiskKind(IntEnum):
    """VhdType; Msvm_VirtualHardDiskSettingData.Type."""

    FIXED = 2
    DYNAMIC = 3
    DIFFERENCING = 4


class DiskFormat(IntEnum):
    """VhdFormat; Msvm_VirtualHardDiskSettingData.Format."""

    VHD = 2
    VHDX = 3
    VHD_SET = 4


FORMAT_OF_ENDING = {
    "vhd": DiskFormat.VHD,
    "avhd": DiskFormat.VHD,
    "vhdx": DiskFormat.VHDX,
    "avhdx": DiskFormat.VHDX,
    "vhds": DiskFormat.VHD_SET,
}


def ending_of(path: str) -> str:
    """File name ending in lower case, without the dot."""
    return path.rpartition("\\")[2].rpartition(".")[2].lower()


def default_block_size(disk_format: DiskFormat, kind: DiskKind) -> int:
    """Block size of a new disk; 0 for fixed ones."""
    if kind is DiskKind.FIXED:
        return 0
    if disk_format is DiskFormat.VHD or kind is DiskKind.DIFFERENCING:
        return 2 * _MEBIBYTE
    return 32 * _MEBIBYTE


def initial_file_size(disk_format: DiskFormat, kind: DiskKind, size: int, block_size: int) -> int:
    """Bytes that the file of a new disk takes (VHD specification; MS-VHDX 2.1: regions are multiples of 1
    MB)."""
    if disk_format is DiskFormat.VHD:
        if kind is DiskKind.FIXED:
            return size + _SECTOR
        table = -(-size // block_size) * 4
        return 3 * _SECTOR + _KIBIBYTE // 2 + -(-table // _SECTOR) * _SECTOR
    block = block_size or 32 * _MEBIBYTE
    blocks = -(-size // block)
    chunk_ratio = max(1, (1 << 23) * _SECTOR // block)
    table = (blocks + -(-blocks // chunk_ratio)) * 8
    overhead = 3 * _MEBIBYTE + max(1, -(-table // _MEBIBYTE)) * _MEBIBYTE
    return overhead + (size if kind is DiskKind.FIXED else 0)


class VirtualDisk(HostObject):
    """One virtual hard disk. ``size`` is what a guest sees, ``file_size`` what the host's volume gives."""

    def __init__(
        self,
        host: "Host",
        path: str,
        identifier: str,
        kind: DiskKind,
        size: int,
        *,
        parent_path: str | None = None,
        block_size: int | None = None,
        logical_sector_size: int = 512,
        physical_sector_size: int | None = None,
        installed_system: "InstalledSystem | None" = None,
    ) -> None:
        super().__init__(host)
        self.path = path
        self.id = identifier
        self.kind = kind
        self.format = FORMAT_OF_ENDING[ending_of(path)]
        self.size = size
        self.parent_path = parent_path
        self.block_size = default_block_size(self.format, kind) if block_size is None else block_size
        self.logical_sector_size = logical_sector_size
        default_sector = 512 if self.format is DiskFormat.VHD else 4096
        self.physical_sector_size = default_sector if physical_sector_size is None else physical_sector_size
        self.mounted_as: int | None = None
        self.busy = False
        self._installed_system = installed_system

    @property
    def file_size(self) -> int:
        """Bytes of the file on the host."""
        return self.host.filesystem.entry(self.path).size

    @property
    def parent(self) -> "VirtualDisk | None":
        """The parent of a differencing disk; None when there is none or its file is gone."""
        return None if self.parent_path is None else self.host.virtual_disks.get(self.parent_path)

    @property
    def children(self) -> "list[VirtualDisk]":
        """Differencing disks that stand on this one."""
        return self.host.virtual_disks.children(self)

    @property
    def drives(self) -> "list[HardDiskDrive]":
        """Drives of virtual machines that hold it."""
        return self.host.virtual_disks.drives(self.path)

    @property
    def is_attached(self) -> bool:
        """A virtual machine that is not off has it, or it is mounted on the host."""
        return self.mounted_as is not None or any(drive.vm.state.holds_memory for drive in self.drives)

    @property
    def installed_system(self) -> "InstalledSystem | None":
        """The operating system on it; a differencing disk has its parent's."""
        disk: VirtualDisk | None = self
        for _ in range(64):
            if disk is None or disk._installed_system is not None:
                break
            disk = disk.parent
        return None if disk is None else disk._installed_system

    @property
    def chain(self) -> "list[VirtualDisk]":
        """The disk, its parent, the parent's parent ... Raises nothing: a missing parent ends it."""
        found: list[VirtualDisk] = []
        disk: VirtualDisk | None = self
        while disk is not None and disk not in found:
            found.append(disk)
            disk = disk.parent
        return found

    @property
    def is_chain_complete(self) -> bool:
        """No parent is missing."""
        return self.chain[-1].parent_path is None

    def install(self, system: "InstalledSystem | None") -> None:
        """Put an operating system on the disk, or take it off."""
        with self.host.looking():
            self._installed_system = system
            self.touch()

    def require_idle(self) -> None:
        """Raise InUse when anything holds the disk or one that stands on it."""
        if self.in_use():
            raise InUse()

    # -- the file behind it (FileBacking) -----------------------------------------------------

    def in_use(self) -> bool:
        return self.busy or self.is_attached or any(child.in_use() for child in self.children)

    def renamed(self, path: str) -> None:
        self.host.virtual_disks.rename(self, path)

    def removed(self) -> None:
        self.host.virtual_disks.forget(self)

    def copied(self, path: str) -> "VirtualDisk | None":
        if ending_of(path) not in FORMAT_OF_ENDING or FORMAT_OF_ENDING[ending_of(path)] is not self.format:
            return None
        copy = VirtualDisk(
            self.host,
            path,
            self.id,
            self.kind,
            self.size,
            parent_path=self.parent_path,
            block_size=self.block_size,
            logical_sector_size=self.logical_sector_size,
            physical_sector_size=self.physical_sector_size,
            installed_system=self._installed_system,
        )
        self.host.virtual_disks.add(copy)
        return copy
