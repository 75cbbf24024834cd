"""The storage pools of the machine and what can be done with them. Everything acts at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from enum import IntEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

from emulator.host.checks import check_choice, check_text
from emulator.host.errors import HostError, InvalidParameter, NotFound
from emulator.host.host_object import operation
from emulator.host.storage.disk_layout import PartitionKind, drives, free_disk_number
from emulator.host.storage.filesystem.file_systems import NTFS
from emulator.host.storage.storage_errors import StorageCode, StorageRefused
from emulator.host.storage.storage_spaces import pool_members
from emulator.host.storage.storage_spaces.health import DiskFailure
from emulator.host.storage.storage_spaces.layout import (
    Layout,
    ResiliencySetting,
    find_setting,
    make_layout,
    resiliency_settings,
)
from emulator.host.storage.storage_spaces.pool import (
    CONFIGURATION_SLABS,
    HIDDEN_SLABS,
    DiskUsage,
    PooledDisk,
    StoragePool,
)
from emulator.host.storage.storage_spaces.pool_members import LONGEST_NAME
from emulator.host.storage.storage_spaces.slabs import SLAB
from emulator.host.storage.storage_spaces.space import Provisioning, StorageSpace

if TYPE_CHECKING:
    from emulator.host.host import Host

#: Bytes that a disk of a pool must have (documented), virtual disks of a pool, and bytes of the largest.
_SMALLEST_DISK, _MOST_SPACES, _LARGEST = 4 << 30, 128, 64 << 40
#: Disks on which every layout fits.
_MANY_DISKS = 64


class PoolingReason(IntEnum):
    """MSFT_PhysicalDisk.CannotPoolReason."""

    OTHER = 1
    IN_A_POOL = 2
    NOT_HEALTHY = 3
    INSUFFICIENT_CAPACITY = 7


class StoragePools:
    """The pools that were made; disks that are in none are in the primordial pool."""

    def __init__(self, host: Host) -> None:
        self.host = host
        self._pools: dict[str, StoragePool] = {}
        #: What is wrong with physical disks, by number.
        self.failures: dict[int, DiskFailure] = {}
        self.settings: tuple[ResiliencySetting, ...] = resiliency_settings(
            dual_parity=host.release.storage_spaces["dual_parity"]
        )

    def __iter__(self) -> Iterator[StoragePool]:
        return iter(list(self._pools.values()))

    def get(self, identifier: str) -> StoragePool | None:
        """The pool of a GUID in upper case."""
        return self._pools.get(identifier)

    @property
    def spaces(self) -> list[StorageSpace]:
        """The virtual disks of all pools, in order of pools and of their making."""
        return [space for pool in self._pools.values() for space in pool.spaces.values()]

    def pool_of(self, number: int) -> StoragePool | None:
        """The pool that a physical disk is in."""
        return next((pool for pool in self._pools.values() if number in pool.disks), None)

    def pooled(self, number: int) -> PooledDisk | None:
        """A physical disk as its pool knows it."""
        pool = self.pool_of(number)
        return None if pool is None else pool.disks[number]

    def obstacles(self, number: int) -> tuple[PoolingReason, ...]:
        """Why a physical disk cannot join a pool; empty when it can. Raises NotFound."""
        drive = next((each for each in drives(self.host) if each.number == number), None)
        if drive is None:
            raise NotFound(f"There is no physical disk {number}.")
        if self.pool_of(number) is not None:
            return (PoolingReason.IN_A_POOL,)
        if number in self.failures:
            return (PoolingReason.NOT_HEALTHY,)
        has_data = any(part.kind is not PartitionKind.RESERVED for part in drive.partitions)
        if has_data or drive.size < _SMALLEST_DISK:
            return (PoolingReason.INSUFFICIENT_CAPACITY,)
        return (PoolingReason.OTHER,) if self.host.pass_through.drives(number) else ()

    # -- pools ------------------------------------------------------------------------------------

    @operation
    def create(
        self,
        name: str,
        disks: Iterable[int],
        *,
        resiliency: str | None = None,
        provisioning: Provisioning | int | None = None,
    ) -> StoragePool:
        """Make a pool of physical disks, which are disks of the host no more.

        Raises NotFound, InvalidParameter, StorageRefused: 49000, 51000, 51001, 51002.
        """
        checked = check_text("FriendlyName", name, LONGEST_NAME, shortest=1)
        default = find_setting(self.settings, "Mirror" if resiliency is None else resiliency)
        kind = Provisioning.FIXED if provisioning is None else _provisioning(provisioning)
        numbers = self._poolable(disks)
        pool = StoragePool(self.host, self.host.new_guid(), checked)
        pool.default_resiliency, pool.default_provisioning = default.name, kind
        self._take(pool, numbers, DiskUsage.AUTO_SELECT)
        self._pools[pool.id] = pool
        self.changed()
        return pool

    @operation
    def delete(self, pool: StoragePool) -> None:
        """Give the disks of a pool back, empty. Raises StorageRefused: 48007, 48008."""
        self.require_writable(pool)
        if pool.spaces:
            raise StorageRefused(StorageCode.POOL_HAS_VIRTUAL_DISKS)
        del self._pools[pool.id]
        self.changed()

    @operation
    def rename(self, pool: StoragePool, name: str) -> None:
        """Give a pool another name. Raises InvalidParameter, StorageRefused (48007)."""
        self.require_writable(pool)
        pool.name = check_text("FriendlyName", name, LONGEST_NAME, shortest=1)
        self.changed()

    @operation
    def set_defaults(
        self,
        pool: StoragePool,
        *,
        resiliency: str | None = None,
        provisioning: Provisioning | int | None = None,
    ) -> None:
        """What new virtual disks are when nobody says more. Raises as `create`, StorageRefused (48007)."""
        self.require_writable(pool)
        setting = None if resiliency is None else find_setting(self.settings, resiliency)
        kind = None if provisioning is None else _provisioning(provisioning)
        if setting is not None:
            pool.default_resiliency = setting.name
        if kind is not None:
            pool.default_provisioning = kind
        self.changed()

    @operation
    def set_layout_defaults(
        self,
        pool: StoragePool,
        resiliency: str,
        *,
        automatic_columns: bool = False,
        wanted: Mapping[str, int | None],
    ) -> None:
        """What virtual disks of a resiliency setting are like; ``wanted`` as for `make_layout`. Raises
        StorageRefused: 48007, 49000, 49002, 49003, 49005, 49006."""
        self.require_writable(pool)
        setting = find_setting(self.settings, resiliency)
        given = {name: value for name, value in wanted.items() if value is not None}
        chosen = {**pool.layout_defaults.get(setting.name, {}), **given}
        if automatic_columns:
            chosen.pop("columns", None)
        make_layout(setting, _MANY_DISKS, **chosen)
        pool.layout_defaults[setting.name] = chosen
        self.changed()

    @operation
    def set_read_only(self, pool: StoragePool, read_only: bool) -> None:
        """Let nobody change a pool and its virtual disks, or let them again. What is on them can be written
        all the same while it is attached."""
        pool.is_read_only = read_only
        self.changed()

    @operation
    def set_attributes(
        self,
        pool: StoragePool,
        *,
        clear_on_deallocate: bool | None = None,
        is_power_protected: bool | None = None,
        thin_alerts: tuple[int, ...] | None = None,
        repair_policy: int | None = None,
        retire_missing_disks: int | None = None,
    ) -> None:
        """What a pool only keeps. Raises InvalidParameter, StorageRefused (48007)."""
        self.require_writable(pool)
        if thin_alerts is not None and (
            len(thin_alerts) > 1 or not all(1 <= each <= 100 for each in thin_alerts)
        ):
            raise InvalidParameter("ThinProvisioningAlertThresholds takes one percentage.")
        if clear_on_deallocate is not None:
            pool.clear_on_deallocate = clear_on_deallocate
        if is_power_protected is not None:
            pool.is_power_protected = is_power_protected
        if thin_alerts is not None:
            pool.thin_alerts = thin_alerts
        if repair_policy is not None:
            pool.repair_policy = repair_policy
        if retire_missing_disks is not None:
            pool.retire_missing_disks = retire_missing_disks
        self.changed()

    @operation
    def set_usage(self, thing: StoragePool | StorageSpace, usage: int, description: str = "") -> None:
        """What a pool or a virtual disk is for; nothing follows from it. Raises StorageRefused (48007)."""
        self.require_writable(thing if isinstance(thing, StoragePool) else thing.pool)
        thing.usage, thing.usage_description = usage, description
        self.changed()

    # -- physical disks ---------------------------------------------------------------------------

    @operation
    def add_disks(
        self, pool: StoragePool, disks: Iterable[int], usage: DiskUsage | int = DiskUsage.AUTO_SELECT
    ) -> None:
        """Add physical disks to a pool.

        Raises NotFound, InvalidParameter, StorageRefused: 48007, 51000, 51001, 51002.
        """
        kind = check_choice("Usage", usage, DiskUsage)
        self.require_writable(pool)
        self._take(pool, self._poolable(disks), kind)
        self.changed()

    @operation
    def remove_disks(self, pool: StoragePool, disks: Iterable[int]) -> None:
        """Give physical disks back on which nothing lies; the last one stays.

        Raises InvalidParameter, StorageRefused: 48007, 51000 (in another pool), 51004.
        """
        pool_members.remove(self, pool, disks)

    @operation
    def reset_disk(self, number: int) -> None:
        """Forget the pool that a disk remembers. Here none remembers one that is not there; a disk in a pool
        stays in it. Raises NotFound, StorageRefused (1)."""
        if PoolingReason.IN_A_POOL in self.obstacles(number):
            raise StorageRefused(StorageCode.NOT_SUPPORTED)

    @operation
    def set_disk(
        self,
        number: int,
        *,
        usage: DiskUsage | int | None = None,
        name: str | None = None,
        description: str | None = None,
        media: str | None = None,
    ) -> None:
        """Change how a pool uses a disk and what it is called; `media` is HDD, SSD or SCM.

        Raises InvalidParameter, StorageRefused: 48007, 51000 for a disk in no pool.
        """
        pool_members.describe(self, number, usage, name, description, media)

    @operation
    def set_failure(self, number: int, failure: DiskFailure | None) -> None:
        """A physical disk fails, or is well again: a scenario. Virtual disks that lie on too many failed
        disks go, with the files on them, and come back when enough disks have.

        A hot spare of the pool takes the place of the failed disk, which is retired then, as it is without
        one when the pool retires missing disks always. Raises NotFound, InvalidState (the disk has volumes
        of its own: see `filesystem.set_online`).
        """
        pool_members.set_failure(self, number, failure)

    # -- virtual disks ----------------------------------------------------------------------------

    def layout(
        self,
        pool: StoragePool,
        resiliency: str | None = None,
        *,
        disks: tuple[int, ...] = (),
        wanted: Mapping[str, int | None] = MappingProxyType({}),
    ) -> Layout:
        """The layout of a new virtual disk; ``wanted`` as for `make_layout`. Raises StorageRefused."""
        setting = find_setting(self.settings, pool.default_resiliency if resiliency is None else resiliency)
        eligible = pool.eligible(disks)
        if not eligible:
            raise StorageRefused(StorageCode.NO_AUTOMATIC_DISKS)
        chosen = {name: value for name, value in wanted.items() if value is not None}
        defaults = pool.layout_defaults.get(setting.name, {})
        if "copies" in chosen or "redundancy" in chosen:
            defaults = {name: value for name, value in defaults.items() if name in ("columns", "interleave")}
        return make_layout(setting, len(eligible), **{**defaults, **chosen})

    def largest(self, pool: StoragePool, layout: Layout, disks: tuple[int, ...] = ()) -> int:
        """Bytes of the largest fixed virtual disk of a layout; 0 when there is no room."""
        return pool.most_rows(layout, disks) * layout.data_slabs * SLAB

    @operation
    def create_space(
        self,
        pool: StoragePool,
        name: str,
        size: int | None,
        layout: Layout,
        *,
        provisioning: Provisioning | int | None = None,
        disks: tuple[int, ...] = (),
    ) -> StorageSpace:
        """Make a virtual disk, which is a disk of the host at once; without a size as large as it can be.

        The size becomes whole slabs. Raises InvalidParameter, StorageRefused: 4097, 40000, 48007, 51000.
        """
        self.require_writable(pool)
        checked = check_text("FriendlyName", name, LONGEST_NAME, shortest=1)
        kind = pool.default_provisioning if provisioning is None else _provisioning(provisioning)
        if any(number not in pool.disks for number in disks):
            raise StorageRefused(StorageCode.DISK_NOT_SUPPORTED)
        if len(pool.spaces) >= _MOST_SPACES:
            raise StorageRefused(StorageCode.FAILED, "The pool cannot have more virtual disks.")
        row = layout.data_slabs * SLAB
        if size is None and kind is Provisioning.THIN:
            raise StorageRefused(StorageCode.NOT_SUPPORTED)
        wanted = self.largest(pool, layout, disks) if size is None else _whole(size, SLAB)
        if size is not None and not 0 < wanted <= _LARGEST:
            raise StorageRefused(StorageCode.SIZE_NOT_SUPPORTED)
        space = StorageSpace(pool, self.host.new_guid(), checked, layout, wanted, kind)
        space.chosen_disks = disks
        rows = 1 if space.is_thin else -(-wanted // row)
        if not wanted or not pool.place(space, rows):
            raise StorageRefused(StorageCode.NOT_ENOUGH_CAPACITY)
        pool.spaces[space.id] = space
        space.number = free_disk_number(self.host)
        self.changed()
        return space

    @operation
    def create_volume(
        self,
        pool: StoragePool,
        name: str,
        size: int | None,
        layout: Layout,
        *,
        provisioning: Provisioning | int | None = None,
        file_system: str = "NTFS",
        letter: str = "",
        access_path: str = "",
        cluster_size: int = 0,
    ) -> tuple[int, int]:
        """Make a virtual disk with one formatted partition, all or nothing; the numbers of disk and
        partition.

        Raises what `create_space` and the operations of `DiskPartitions` raise.
        """
        space = self.create_space(pool, name, size, layout, provisioning=provisioning)
        table, number = self.host.disk_partitions, space.number
        if number is None:
            raise StorageRefused(StorageCode.VIRTUAL_DISK_STATE)
        try:
            table.initialize(table.find(number))
            made = table.create(table.find(number), letter=letter)
            table.format(
                table.find(number), made.number, file_system, name[: NTFS.longest_label], cluster_size
            )
            if access_path:
                table.add_access_path(table.find(number), made.number, access_path)
        except HostError:
            self.delete_space(space)
            raise
        return number, made.number

    @operation
    def resize(self, space: StorageSpace, size: int) -> int:
        """Make a virtual disk larger; its new size in bytes. Raises StorageRefused: 4097, 40000, 48007."""
        self.require_writable(space.pool)
        wanted = _whole(size, SLAB)
        if not space.size <= wanted <= _LARGEST:
            raise StorageRefused(StorageCode.SIZE_NOT_SUPPORTED)
        if not space.is_thin and not space.pool.place(space, space.rows_for(wanted)):
            raise StorageRefused(StorageCode.NOT_ENOUGH_CAPACITY)
        space.size = wanted
        self.changed()
        return wanted

    @operation
    def rename_space(self, space: StorageSpace, name: str) -> None:
        """Give a virtual disk another name. Raises InvalidParameter, StorageRefused (48007)."""
        self.require_writable(space.pool)
        space.name = check_text("FriendlyName", name, LONGEST_NAME, shortest=1)
        self.changed()

    @operation
    def set_space(
        self, space: StorageSpace, *, manual_attach: bool | None = None, read_only: bool | None = None
    ) -> None:
        """Say that a virtual disk stays away after a restart, or that it can be read only. Raises
        StorageRefused (48007)."""
        self.require_writable(space.pool)
        if manual_attach is not None:
            space.is_manual_attach = manual_attach
        if read_only is not None:
            space.is_read_only = read_only
        self.changed()

    @operation
    def choose_disks(self, space: StorageSpace, disks: Iterable[int]) -> None:
        """Let a virtual disk lie on these disks of its pool too, and on no other than those that it has or
        was given; what it holds moves there with the next repair or change of size.

        Raises InvalidParameter (none), StorageRefused: 48007, 51000 (not of the pool, or kept for something
        else).
        """
        self.require_writable(space.pool)
        numbers = list(dict.fromkeys(disks))
        if not numbers:
            raise InvalidParameter("No physical disk was given.")
        usable = {disk.number for disk in space.pool.eligible(numbers)}
        if not usable.issuperset(numbers):
            raise StorageRefused(StorageCode.DISK_NOT_SUPPORTED)
        space.chosen_disks = tuple(dict.fromkeys((*(space.chosen_disks or space.slabs), *numbers)))
        self.changed()

    @operation
    def release_disks(self, space: StorageSpace, disks: Iterable[int]) -> None:
        """Move a virtual disk away from disks of its pool, on which it lies no more.

        Raises InvalidParameter (none), StorageRefused: 48007, 50003 (too many of its disks have failed),
        51000 (it does not lie there), 51004 (it does not fit on the others).
        """
        self.require_writable(space.pool)
        numbers = list(dict.fromkeys(disks))
        if not numbers:
            raise InvalidParameter("No physical disk was given.")
        if space.lacks_disks:
            raise StorageRefused(StorageCode.VIRTUAL_DISK_STATE)
        before = space.chosen_disks
        having = before or tuple(disk.number for disk in space.pool.eligible())
        if not set(numbers) <= {*having, *space.slabs}:
            raise StorageRefused(StorageCode.DISK_NOT_SUPPORTED)
        space.chosen_disks = tuple(each for each in having if each not in numbers)
        if not space.chosen_disks or not space.pool.place(space, space.rows):
            space.chosen_disks = before
            raise StorageRefused(StorageCode.DISK_STILL_IN_USE)
        self.changed()

    @operation
    def delete_space(self, space: StorageSpace) -> None:
        """Remove a virtual disk with what is on it. Raises InUse, StorageRefused (48007)."""
        self.require_writable(space.pool)
        self._leave(space)
        self.host.disk_partitions.forget(space)
        del space.pool.spaces[space.id]
        self.changed()

    @operation
    def attach(self, space: StorageSpace) -> None:
        """Let a virtual disk be a disk of the host, with its volumes. Raises StorageRefused (50003: it is
        one, or too many of its disks have failed)."""
        if space.number is not None or space.lacks_disks:
            raise StorageRefused(StorageCode.VIRTUAL_DISK_STATE)
        space.number = free_disk_number(self.host)
        self.host.disk_partitions.came(space, space.number)
        self.changed()

    @operation
    def detach(self, space: StorageSpace) -> None:
        """Take a virtual disk from the host; it keeps what is on it. Raises InUse, StorageRefused (50003: it
        is away)."""
        if space.number is None:
            raise StorageRefused(StorageCode.VIRTUAL_DISK_STATE)
        self._leave(space)
        self.changed()

    @operation
    def repair(self, space: StorageSpace) -> None:
        """Move a virtual disk from retired and failed disks to the others of its pool. Raises StorageRefused:
        40000, 48007, 50003 (too many of its disks have failed)."""
        self.require_writable(space.pool)
        if space.lacks_disks:
            raise StorageRefused(StorageCode.VIRTUAL_DISK_STATE)
        if not space.pool.place(space, space.rows):
            raise StorageRefused(StorageCode.NOT_ENOUGH_CAPACITY)
        self.changed()

    def shut_down(self) -> None:
        """The host goes down: virtual disks that are attached by hand are away until somebody does."""
        for space in self.spaces:
            if space.is_manual_attach and space.number is not None:
                self.host.disk_partitions.left(space)
                space.number = None

    def audit(self) -> list[str]:
        """What does not add up: slabs that are given twice or belong to no disk. Empty when all is well."""
        problems: list[str] = []
        seen: set[int] = set()
        for pool in self:
            problems += [
                f"the virtual disk {each.name} is there without enough disks"
                for each in pool.spaces.values()
                if each.lacks_disks and each.number is not None
            ]
            for number, disk in pool.disks.items():
                if number in seen:
                    problems.append(f"the disk {number} is in two pools")
                seen.add(number)
                if not 0 <= pool.taken(number) <= disk.slabs:
                    problems.append(
                        f"the disk {number} has {disk.slabs} slabs and gives {pool.taken(number)}"
                    )
            for space in pool.spaces.values():
                if set(space.slabs) - set(pool.disks):
                    problems.append(f"the virtual disk {space.name} lies on a disk that is not in its pool")
                if sum(space.slabs.values()) != space.rows * space.layout.width:
                    problems.append(f"the virtual disk {space.name} has slabs that are in no row")
                if space.used > space.rows * space.row_size and space.is_thin:
                    problems.append(f"the virtual disk {space.name} uses more than it has")
        return problems

    # -- pieces -----------------------------------------------------------------------------------

    def _poolable(self, disks: Iterable[int]) -> list[int]:
        numbers = list(dict.fromkeys(disks))
        if not numbers:
            raise StorageRefused(StorageCode.NOT_ENOUGH_DISKS)
        for number in numbers:
            reasons = self.obstacles(number)
            if PoolingReason.IN_A_POOL in reasons:
                raise StorageRefused(StorageCode.DISK_IN_USE)
            if reasons:
                raise StorageRefused(StorageCode.DISK_NOT_SUPPORTED)
        return numbers

    def _take(self, pool: StoragePool, numbers: list[int], usage: DiskUsage) -> None:
        sizes = {drive.number: drive.size for drive in drives(self.host)}
        for number in numbers:
            self.host.disk_partitions.forget(number)
            slabs = sizes[number] // SLAB - HIDDEN_SLABS - CONFIGURATION_SLABS
            pool.disks[number] = PooledDisk(number, slabs, usage)

    def _leave(self, space: StorageSpace) -> None:
        if space.number is not None:
            self.host.disk_partitions.require_leaving(space)
            self.host.pass_through.require_unused(space.number)
            self.host.disk_partitions.left(space)
            space.number = None

    @staticmethod
    def require_writable(pool: StoragePool) -> None:
        """Raise StorageRefused (48007) for a pool that is read-only or has lost most of its disks."""
        if pool.is_read_only or pool.has_lost_majority:
            raise StorageRefused(StorageCode.POOL_READ_ONLY)

    def changed(self) -> None:
        """Let everybody look again."""
        self.host.next_revision()


def _provisioning(value: Provisioning | int) -> Provisioning:
    return check_choice("ProvisioningType", value, Provisioning)


def _whole(size: int, unit: int) -> int:
    """The size in whole units, as much or more."""
    return -(-size // unit) * unit
