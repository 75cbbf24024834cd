"""Drives of a virtual machine and what is in them. A drive's medium is its ``path``; None when it is
empty."""

from enum import IntEnum
from typing import TYPE_CHECKING

from emulator.host.checks import check_choice, check_flag, check_number
from emulator.host.errors import InvalidParameter
from emulator.host.host_object import operation
from emulator.host.identifiers import is_guid, normalize_guid
from emulator.host.resources.resource_kinds import (
    DISK_DRIVE,
    DISKETTE_DRIVE,
    DVD_DRIVE,
    FLOPPY_DISKS,
    HARD_DISKS,
    LOGICAL_UNIT,
    OPTICAL_DISKS,
    PHYSICAL_DISK,
)
from emulator.host.storage import disk_sharing
from emulator.host.virtual_machine.controllers import Controller, ControllerType
from emulator.host.virtual_machine.device import DISKETTE_GUID, Device
from emulator.host.virtual_machine.virtual_machine_state import VirtualMachineState

if TYPE_CHECKING:
    from emulator.host.storage.change_tracking import ChangeTracker
    from emulator.host.storage.virtual_disk import VirtualDisk
    from emulator.host.virtual_machine.virtual_machine import VirtualMachine


class Drive(Device):
    """A hard disk or DVD drive at a location of a controller.

    ``pool_name`` and ``medium_pool_name`` are the pools of administrators that the drive and what is in it
    come from; empty for the primordial ones.
    """

    __slots__ = ("controller", "location", "medium_pool_name", "path", "pool_name")

    def __init__(self, vm: "VirtualMachine", controller: Controller, location: int, path: str | None) -> None:
        super().__init__(vm)
        self.controller = controller
        self.location = location
        self.path = path
        self.pool_name = self.medium_pool_name = ""

    @property
    def medium_kind(self) -> str | None:
        """The kind of the pools that what is in it comes from."""
        return None

    @property
    def medium_pool(self) -> str:
        """The pool of administrators that what is in it comes from, when it is on this host."""
        return self.host.resource_pools.effective(self.medium_kind or "", self.medium_pool_name)

    @property
    def controller_type(self) -> ControllerType:
        return self.controller.type

    @property
    def controller_number(self) -> int:
        return self.controller.number

    @property
    def _base(self) -> str:
        return f"{self.controller.setting_id}\\{self.location}"

    @property
    def setting_id(self) -> str:
        return f"{self._base}\\D"

    @property
    def medium_setting_id(self) -> str:
        """Like ``setting_id``, for the settings of the medium."""
        return f"{self._base}\\L"


_MOST_WRITE_HARDENING = 3


def _policy(text: str) -> str:
    """The GUID of a policy, or nothing. Raises InvalidParameter."""
    if not text.strip():
        return ""
    identifier = normalize_guid(text)
    if not is_guid(identifier):
        raise InvalidParameter(f"'{text!s:.64}' is not the identifier of a policy.")
    return identifier


class CachingMode(IntEnum):
    """Msvm_StorageAllocationSettingData.CachingMode."""

    UNKNOWN = 0
    DEFAULT = 2
    NONE = 3
    SHARABLE_PARENTS = 4


class HardDiskDrive(Drive):
    """A hard disk drive; ``path`` is a virtual hard disk file.

    A drive with a ``disk_number`` is a physical disk of the host, passed through; it has no path.
    """

    __slots__ = (
        "caching_mode",
        "disk_number",
        "ignore_flushes",
        "maximum_iops",
        "minimum_iops",
        "qos_policy_id",
        "snapshot_id",
        "support_persistent_reservations",
        "trackers",
        "write_hardening_method",
    )

    def __init__(self, vm: "VirtualMachine", controller: Controller, location: int, path: str | None) -> None:
        super().__init__(vm, controller, location, path)
        self.disk_number: int | None = None
        #: A policy of a cluster's storage, empty for none; kept and shown.
        self.qos_policy_id = ""
        #: 0 as the disk says, 1 write cache, 2 write cache with forced unit access, 3 none; kept and shown.
        self.write_hardening_method = 0
        #: What the host caches, and whether the guest's flushes are ignored; kept and shown.
        self.caching_mode = CachingMode.UNKNOWN
        self.ignore_flushes = False
        self.maximum_iops = 0
        self.minimum_iops = 0
        self.support_persistent_reservations = False
        #: In a checkpoint: the snapshot of a VHD set that holds the state.
        self.snapshot_id = ""
        #: Who wants to know what is written to its disk.
        self.trackers: tuple[ChangeTracker, ...] = ()

    @property
    def name(self) -> str:
        return "Hard Drive"

    @operation
    def configure(
        self,
        *,
        maximum_iops: int | None = None,
        minimum_iops: int | None = None,
        support_persistent_reservations: bool | None = None,
        qos_policy_id: str | None = None,
        write_hardening_method: int | None = None,
        caching_mode: int | None = None,
        ignore_flushes: bool | None = None,
    ) -> None:
        """Storage quality of service (normalized 8 KB operations a second, 0: none; the GUID of a policy,
        empty: none), sharing and the caches; None stays.

        Raises InvalidParameter (also for a physical disk, and sharing of what cannot be shared), NotFound,
        NotSupported, SharingNotSupported; InvalidState for another sharing of a disk while the machine is on.
        """
        self.vm.require_configurable()
        if self.disk_number is not None:
            raise InvalidParameter("A physical disk has no quality of service and cannot be shared.")
        most = self.maximum_iops if maximum_iops is None else maximum_iops
        least = self.minimum_iops if minimum_iops is None else minimum_iops
        check_number("maximum_iops", most, 0, 1_000_000_000)
        check_number("minimum_iops", least, 0, most or 1_000_000_000)
        policy = self.qos_policy_id if qos_policy_id is None else _policy(qos_policy_id)
        cache = self.write_hardening_method if write_hardening_method is None else write_hardening_method
        check_number("write_hardening_method", cache, 0, _MOST_WRITE_HARDENING)
        mode = self.caching_mode
        mode = mode if caching_mode is None else check_choice("caching_mode", caching_mode, CachingMode)
        flushes = self.ignore_flushes if ignore_flushes is None else check_flag("flushes", ignore_flushes)
        shared = support_persistent_reservations
        shared = self.support_persistent_reservations if shared is None else check_flag("sharing", shared)
        if shared is not self.support_persistent_reservations:
            if self.path is not None:
                self.vm.require(VirtualMachineState.OFF)
            if shared:
                disk_sharing.check(self.controller, self.virtual_disk)
        self.maximum_iops, self.minimum_iops = most, least
        self.qos_policy_id, self.write_hardening_method = policy, cache
        self.caching_mode, self.ignore_flushes = mode, flushes
        self.support_persistent_reservations = shared
        self.touch()

    @property
    def resource_kind(self) -> str:
        return DISK_DRIVE if self.disk_number is None else PHYSICAL_DISK

    @property
    def medium_kind(self) -> str:
        return HARD_DISKS

    @property
    def virtual_disk(self) -> "VirtualDisk | None":
        """The virtual disk in the drive; None when it is empty or the file is gone."""
        return None if self.path is None else self.host.virtual_disks.get(self.path)


class DvdDrive(Drive):
    """A DVD drive; ``path`` is an image file."""

    __slots__ = ()

    @property
    def name(self) -> str:
        return "DVD Drive"

    @property
    def resource_kind(self) -> str:
        return DVD_DRIVE

    @property
    def medium_kind(self) -> str:
        return OPTICAL_DISKS


class KeyStorageDrive(Drive):
    """The small drive of a generation 1 machine that keeps the keys of its encrypted system disk (2016 and
    later); nothing can be put in it."""

    __slots__ = ()

    @property
    def name(self) -> str:
        return "Key Storage Drive"

    @property
    def resource_kind(self) -> str:
        return LOGICAL_UNIT


#: What sits on a location of a controller.
ControllerDrive = HardDiskDrive | DvdDrive | KeyStorageDrive


class FloppyDrive(Device):
    """The diskette drive of a generation 1 machine; ``path`` is a virtual floppy disk."""

    __slots__ = ("medium_pool_name", "path", "pool_name")

    def __init__(self, vm: "VirtualMachine") -> None:
        super().__init__(vm)
        self.path: str | None = None
        self.pool_name = self.medium_pool_name = ""

    @property
    def resource_kind(self) -> str:
        return DISKETTE_DRIVE

    @property
    def medium_kind(self) -> str:
        return FLOPPY_DISKS

    @property
    def medium_pool(self) -> str:
        """The pool of administrators that its image comes from, when it is on this host."""
        return self.host.resource_pools.effective(FLOPPY_DISKS, self.medium_pool_name)

    @property
    def name(self) -> str:
        return "Diskette Drive"

    @property
    def setting_id(self) -> str:
        return f"{DISKETTE_GUID}\\0\\0\\D"

    @property
    def medium_setting_id(self) -> str:
        return f"{DISKETTE_GUID}\\0\\0\\L"
