"""Physical disks: Get- and Set-PhysicalDisk, and those of pools: Add- and Remove-PhysicalDisk."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from emulator.host.storage.disk_layout import disk_unique_id
from emulator.host.storage.storage_objects import object_id
from emulator.host.storage.storage_spaces import StoragePools, StorageSpace
from emulator.powershell.modules.storage.objects import (
    DriveLook,
    PoolLook,
    SpaceLook,
    drive_looks,
)
from emulator.powershell.modules.storage.support import (
    as_list,
    chosen,
    concrete,
    drives_of,
    host_of,
    pools_of,
    reporting,
    spaces_of,
)
from emulator.powershell.modules.storage.words import DISK_USAGES, HEALTH, number, word
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.errors import not_emulated
from emulator.powershell.runtime.module import cmdlet

_NAMES = ("UniqueId", "ObjectId", "FriendlyName", "SerialNumber", "InputObject")
_SPACE_NAMES = ("VirtualDisk", "VirtualDiskFriendlyName", "VirtualDiskName", "VirtualDiskUniqueId")
_POOL_NAMES = ("StoragePool", "StoragePoolFriendlyName", "StoragePoolName", "StoragePoolUniqueId")


def _found(call: CmdletCall) -> list[DriveLook]:
    host = host_of(call)
    objects = [each for each in as_list(call.get("InputObject")) if isinstance(each, DriveLook)]
    if objects:
        numbers = [each.disk.number for each in objects]
        return [each for each in drive_looks(host) if each.disk.number in numbers]
    return chosen(
        call,
        "MSFT_PhysicalDisk",
        drive_looks(host),
        (
            ("FriendlyName", "FriendlyName", lambda look: look.name),
            ("SerialNumber", "SerialNumber", lambda look: look.disk.serial_number),
            ("UniqueId", "UniqueId", lambda look: disk_unique_id(host, look.disk)),
            (
                "ObjectId",
                "ObjectId",
                lambda look: object_id(host, "PhysicalDisk", disk_unique_id(host, look.disk)),
            ),
        ),
    )


@cmdlet("Get-PhysicalDisk", reads=_NAMES)
def get_physical_disk(
    call: CmdletCall,
    can_pool: bool | None = None,
    usage: str | None = None,
    health_status: str | None = None,
    model: str | None = None,
    storage_pool: PoolLook | None = None,
    virtual_disk: SpaceLook | None = None,
) -> Iterator[DriveLook]:
    """The drives of the machine, also in pools; attached virtual hard disks are none."""
    found = _found(call)
    host = host_of(call)
    if storage_pool is not None and storage_pool.pool is not None:
        found = [look for look in found if look.pool is storage_pool.pool]
    if virtual_disk is not None:
        found = [look for look in found if look.disk.number in virtual_disk.space.slabs]
    if health_status is not None:
        found = [look for look in found if look.state[0] == number(HEALTH, health_status)]
    if model is not None:
        found = [look for look in found if look.disk.model.casefold() == str(model).casefold()]
    for look in found:
        with host.looking():
            joins = not host.storage_pools.obstacles(look.disk.number)
        usage_now = "AutoSelect" if look.pooled is None else word(DISK_USAGES, look.pooled.usage)
        if can_pool is not None and joins is not can_pool:
            continue
        if usage is None or number(DISK_USAGES, usage) == number(DISK_USAGES, usage_now):
            yield look


@cmdlet("Set-PhysicalDisk", reads=_NAMES)
def set_physical_disk(
    call: CmdletCall,
    new_friendly_name: str | None = None,
    description: str | None = None,
    usage: str | None = None,
    media_type: str | None = None,
) -> None:
    """How a pool uses its disks, what they are called and which kind they are."""
    for look in _found(call):
        with reporting(call, look):
            look.host.storage_pools.set_disk(
                look.disk.number,
                usage=number(DISK_USAGES, usage),
                name=new_friendly_name,
                description=description,
                media=None if media_type is None else str(media_type).upper(),
            )


@cmdlet("Reset-PhysicalDisk", reads=_NAMES)
def reset_physical_disk(call: CmdletCall, _friendly_name: object = None) -> None:
    """Forget a pool that is not there any more; here no disk remembers one."""
    for look in _found(call):
        with reporting(call, look):
            look.host.storage_pools.reset_disk(look.disk.number)


@cmdlet("Add-PhysicalDisk", reads=(*_POOL_NAMES, *_SPACE_NAMES, "PhysicalDisks"))
def add_physical_disk(call: CmdletCall, usage: str | None = None) -> None:
    """Add drives to a pool, or let a virtual disk lie on drives of its pool."""
    if any(call.has(name) for name in _SPACE_NAMES):
        if usage is not None:
            raise call.complete(not_emulated("Add-PhysicalDisk -Usage with a virtual disk"))
        _change_spaces(call, lambda pools, space, drives: pools.choose_disks(space, drives))
        return
    for look in _pools(call):
        if not call.should_process(look.name):
            continue
        with reporting(call, look):
            kind = number(DISK_USAGES, usage) or 1
            look.host.storage_pools.add_disks(concrete(look), drives_of(call, "PhysicalDisks"), kind)


@cmdlet("Remove-PhysicalDisk", reads=(*_POOL_NAMES, *_SPACE_NAMES, "PhysicalDisks"))
def remove_physical_disk(call: CmdletCall, _pool: object = None) -> None:
    """Give drives of a pool back on which nothing lies, or move a virtual disk away from drives."""
    if any(call.has(name) for name in _SPACE_NAMES):
        _change_spaces(call, lambda pools, space, drives: pools.release_disks(space, drives))
        return
    for look in _pools(call):
        if not call.should_process(look.name):
            continue
        with reporting(call, look):
            look.host.storage_pools.remove_disks(concrete(look), drives_of(call, "PhysicalDisks"))


def _change_spaces(call: CmdletCall, change: Callable[[StoragePools, StorageSpace, list[int]], None]) -> None:
    given = call.get("VirtualDisk")
    looks = [given] if isinstance(given, SpaceLook) else spaces_of(call, "VirtualDisk")
    for look in looks:
        if call.should_process(look.space.name):
            with reporting(call, look):
                change(look.host.storage_pools, look.space, drives_of(call, "PhysicalDisks"))


def _pools(call: CmdletCall) -> list[PoolLook]:
    return pools_of(call, "StoragePool")
