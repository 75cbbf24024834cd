"""Virtual disks of storage pools."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from emulator.host.errors import InvalidParameter
from emulator.host.storage.storage_errors import StorageCode, StorageRefused
from emulator.powershell.modules.storage.objects import (
    DiskLook,
    DriveLook,
    PoolLook,
    SpaceLook,
    space_looks,
)
from emulator.powershell.modules.storage.support import (
    as_list,
    concrete,
    drives_of,
    host_of,
    pools_of,
    reporting,
    spaces_of,
)
from emulator.powershell.modules.storage.words import (
    HEALTH,
    PROVISIONING,
    VIRTUAL_DISK_USAGES,
    number,
    numbers,
)
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.errors import not_emulated
from emulator.powershell.runtime.module import cmdlet

_NAMES = ("FriendlyName", "UniqueId", "Name", "InputObject")
_POOL_NAMES = ("StoragePoolFriendlyName", "StoragePoolUniqueId", "StoragePoolName", "InputObject")


def _found(call: CmdletCall) -> list[SpaceLook]:
    objects = [each for each in as_list(call.get("InputObject")) if isinstance(each, SpaceLook)]
    if objects:
        spaces = [each.space for each in objects]
        return [each for each in space_looks(host_of(call)) if each.space in spaces]
    return spaces_of(call)


@cmdlet("Get-VirtualDisk", reads=_NAMES)
def get_virtual_disk(
    call: CmdletCall,
    usage: list[str] | None = None,
    is_snapshot: list[bool] | None = None,
    health_status: list[str] | None = None,
    disk: DiskLook | None = None,
    physical_disk: DriveLook | None = None,
    storage_pool: PoolLook | None = None,
) -> Iterator[SpaceLook]:
    """The virtual disks of all pools, by name or by what they lie on."""
    for look in _found(call):
        space = look.space
        if (
            (is_snapshot is not None and not any(not each for each in is_snapshot))
            or (health_status is not None and look.state[0] not in numbers(HEALTH, health_status))
            or (disk is not None and disk.disk.space is not space)
            or (physical_disk is not None and physical_disk.disk.number not in space.slabs)
            or (storage_pool is not None and storage_pool.pool is not space.pool)
        ):
            continue
        if usage is None or space.usage in [number(VIRTUAL_DISK_USAGES, each) for each in usage]:
            yield look


@cmdlet("New-VirtualDisk", reads=(*_POOL_NAMES, "PhysicalDisksToUse"))
def new_virtual_disk(
    call: CmdletCall,
    friendly_name: str,
    size: int | None = None,
    use_maximum_size: bool = False,
    resiliency_setting_name: str | None = None,
    provisioning_type: str | None = None,
    number_of_data_copies: int | None = None,
    physical_disk_redundancy: int | None = None,
    number_of_columns: int | None = None,
    interleave: int | None = None,
    usage: str | None = None,
    other_usage_description: str = "",
    write_cache_size: int = 0,
    read_cache_size: int = 0,
) -> Iterator[SpaceLook]:
    """Make a virtual disk in pools."""
    if call.has("StorageTiers") or call.has("StorageTierSizes"):
        raise call.complete(not_emulated("Storage tiers"))
    if write_cache_size or read_cache_size:
        raise call.complete(not_emulated("Caches of virtual disks"))
    wanted = layout_numbers(number_of_data_copies, physical_disk_redundancy, number_of_columns, interleave)
    for look in pools_of(call, "StoragePool"):
        with reporting(call, look), look.host.looking():
            pool, pools = concrete(look), look.host.storage_pools
            if (size is None) is not use_maximum_size:
                raise StorageRefused(StorageCode.SIZE_OR_TIERS)
            drives = tuple(drives_of(call, "PhysicalDisksToUse"))
            if any(each not in pool.disks for each in drives):
                raise StorageRefused(StorageCode.DISK_NOT_SUPPORTED)
            made = pools.create_space(
                pool,
                friendly_name,
                None if size is None else int(size),
                pools.layout(pool, resiliency_setting_name, disks=drives, wanted=wanted),
                provisioning=number(PROVISIONING, provisioning_type),
                disks=drives,
            )
            kind = number(VIRTUAL_DISK_USAGES, usage)
            if kind is not None:
                pools.set_usage(made, kind, other_usage_description)
            yield SpaceLook(look.host, made)


def layout_numbers(
    copies: int | None, redundancy: int | None, columns: int | None, interleave: int | None = None
) -> dict[str, int | None]:
    """What a call says of the layout, as the pools take it."""
    given = {"copies": copies, "redundancy": redundancy, "columns": columns, "interleave": interleave}
    return {name: None if value is None else int(value) for name, value in given.items()}


def _change(
    call: CmdletCall, change: Callable[[SpaceLook], Any], *, asks: bool, pass_thru: bool
) -> Iterator[SpaceLook]:
    for look in _found(call):
        if asks and not call.should_process(look.space.name):
            continue
        with reporting(call, look):
            change(look)
            if pass_thru:
                yield look


@cmdlet("Remove-VirtualDisk", reads=_NAMES)
def remove_virtual_disk(call: CmdletCall, pass_thru: bool = False) -> Iterator[SpaceLook]:
    """Remove virtual disks with what is on them."""
    yield from _change(
        call, lambda look: look.host.storage_pools.delete_space(look.space), asks=True, pass_thru=pass_thru
    )


@cmdlet("Resize-VirtualDisk", reads=_NAMES)
def resize_virtual_disk(
    call: CmdletCall, size: int | None = None, pass_thru: bool = False
) -> Iterator[SpaceLook]:
    """Make virtual disks larger."""

    def change(look: SpaceLook) -> None:
        if size is None:
            raise InvalidParameter("Invalid Parameter")
        look.host.storage_pools.resize(look.space, int(size))

    yield from _change(call, change, asks=True, pass_thru=pass_thru)


@cmdlet("Repair-VirtualDisk", reads=_NAMES)
def repair_virtual_disk(call: CmdletCall, pass_thru: bool = False) -> Iterator[SpaceLook]:
    """Move virtual disks from retired drives to the others."""
    yield from _change(
        call, lambda look: look.host.storage_pools.repair(look.space), asks=True, pass_thru=pass_thru
    )


@cmdlet("Connect-VirtualDisk", reads=_NAMES)
def connect_virtual_disk(call: CmdletCall, pass_thru: bool = False) -> Iterator[SpaceLook]:
    """Let virtual disks be disks of the machine."""
    yield from _change(
        call, lambda look: look.host.storage_pools.attach(look.space), asks=False, pass_thru=pass_thru
    )


@cmdlet("Disconnect-VirtualDisk", reads=_NAMES)
def disconnect_virtual_disk(call: CmdletCall, pass_thru: bool = False) -> Iterator[SpaceLook]:
    """Take virtual disks from the machine."""
    yield from _change(
        call, lambda look: look.host.storage_pools.detach(look.space), asks=False, pass_thru=pass_thru
    )


@cmdlet("Set-VirtualDisk", reads=_NAMES)
def set_virtual_disk(
    call: CmdletCall,
    new_friendly_name: str | None = None,
    usage: str | None = None,
    other_usage_description: str = "",
    is_manual_attach: bool | None = None,
    access: str | None = None,
) -> None:
    """Rename virtual disks, or say how they are attached."""
    for look in _found(call):
        with reporting(call, look), look.host.looking():
            pools = look.host.storage_pools
            if access is not None and str(access).casefold() not in ("readable", "readwrite", "read/write"):
                raise InvalidParameter("Invalid Parameter")
            if new_friendly_name is not None:
                pools.rename_space(look.space, new_friendly_name)
            if usage is not None:
                kind = number(VIRTUAL_DISK_USAGES, usage) or 1
                pools.set_usage(look.space, kind, other_usage_description)
            pools.set_space(
                look.space,
                manual_attach=is_manual_attach,
                read_only=None if access is None else str(access).casefold() == "readable",
            )
