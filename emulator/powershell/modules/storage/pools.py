"""Storage pools, their subsystem and their resiliency settings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from emulator.host.storage.storage_objects import subsystem_identifier
from emulator.host.storage.storage_spaces.slabs import SLAB
from emulator.powershell.dotnet.numbers import UInt64
from emulator.powershell.dotnet.psobject import NoteProperty, PSObject
from emulator.powershell.modules.storage.objects import (
    DriveLook,
    PoolLook,
    SettingLook,
    SpaceLook,
    SubSystemLook,
    VolumeLook,
    setting_looks,
)
from emulator.powershell.modules.storage.support import (
    as_list,
    chosen,
    concrete,
    drives_of,
    host_of,
    pools_of,
    reporting,
)
from emulator.powershell.modules.storage.words import (
    HEALTH,
    POOL_USAGES,
    PROVISIONING,
    REPAIR_POLICIES,
    RETIRE_POLICIES,
    number,
    numbers,
)
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.module import cmdlet

_NAMES = ("FriendlyName", "UniqueId", "Name", "InputObject")
_SUBSYSTEM_NAMES = (
    "StorageSubSystemFriendlyName",
    "StorageSubSystemUniqueId",
    "StorageSubSystemName",
    "InputObject",
)
_POOL_NAMES = ("StoragePoolFriendlyName", "StoragePoolUniqueId", "StoragePoolName", "InputObject")


def _subsystems(call: CmdletCall, prefix: str = "") -> list[SubSystemLook]:
    host = host_of(call)
    title = f"{host.release.storage_spaces['subsystem']} on {host.name}"
    return chosen(
        call,
        "MSFT_StorageSubSystem",
        [SubSystemLook(host)],
        (
            (f"{prefix}FriendlyName", "FriendlyName", lambda _: title),
            (f"{prefix}Name", "Name", lambda _: host.operating_system.fully_qualified_name),
            (
                f"{prefix}UniqueId",
                "UniqueId",
                lambda _: subsystem_identifier(host),
            ),
            ("Model", "Model", lambda _: host.release.storage_spaces["subsystem"]),
            ("Manufacturer", "Manufacturer", lambda _: "Microsoft Corporation"),
            ("HealthStatus", "HealthStatus", lambda _: "Healthy"),
        ),
    )


@cmdlet(
    "Get-StorageSubSystem",
    reads=("FriendlyName", "UniqueId", "Name", "Model", "Manufacturer", "HealthStatus"),
)
def get_storage_subsystem(call: CmdletCall) -> Iterator[SubSystemLook]:
    """The subsystem of the machine; everything is in it."""
    yield from _subsystems(call)


@cmdlet("Get-StoragePool", reads=_NAMES)
def get_storage_pool(
    call: CmdletCall,
    is_primordial: list[bool] | None = None,
    health_status: list[str] | None = None,
    usage: list[str] | None = None,
    virtual_disk: SpaceLook | None = None,
    physical_disk: DriveLook | None = None,
    resiliency_setting: SettingLook | None = None,
    volume: VolumeLook | None = None,
) -> Iterator[PoolLook]:
    """The primordial pool and those that were made, by name or by what is in them."""
    for look in pools_of(call):
        space = None if volume is None or volume.disk is None else volume.disk.space
        if (
            (is_primordial is not None and (look.pool is None) not in [bool(each) for each in is_primordial])
            or (health_status is not None and look.state[0] not in numbers(HEALTH, health_status))
            or (virtual_disk is not None and look.pool is not virtual_disk.space.pool)
            or (physical_disk is not None and look.pool not in (None, physical_disk.pool))
            or (resiliency_setting is not None and look.pool is not resiliency_setting.pool)
            or (volume is not None and (space is None or look.pool is not space.pool))
        ):
            continue
        kinds = None if usage is None else numbers(POOL_USAGES, usage)
        if kinds is None or (1 if look.pool is None else look.pool.usage) in kinds:
            yield look


@cmdlet("New-StoragePool", reads=(*_SUBSYSTEM_NAMES, "PhysicalDisks"))
def new_storage_pool(
    call: CmdletCall,
    friendly_name: str,
    usage: str | None = None,
    other_usage_description: str = "",
    resiliency_setting_name_default: str | None = None,
    provisioning_type_default: str | None = None,
) -> Iterator[PoolLook]:
    """Make a pool of drives."""
    given = [each for each in as_list(call.get("InputObject")) if isinstance(each, SubSystemLook)]
    for subsystem in given or _subsystems(call, "StorageSubSystem"):
        pools = host_of(call).storage_pools
        with reporting(call, subsystem), subsystem.host.looking():
            made = pools.create(
                friendly_name,
                drives_of(call, "PhysicalDisks"),
                resiliency=resiliency_setting_name_default,
                provisioning=number(PROVISIONING, provisioning_type_default),
            )
            kind = number(POOL_USAGES, usage)
            if kind is not None:
                pools.set_usage(made, kind, other_usage_description)
            yield PoolLook(subsystem.host, made)


@cmdlet("Remove-StoragePool", reads=_NAMES)
def remove_storage_pool(call: CmdletCall, pass_thru: bool = False) -> Iterator[PoolLook]:
    """Give the drives of pools without virtual disks back."""
    for look in pools_of(call):
        if not call.should_process(look.name):
            continue
        with reporting(call, look):
            look.host.storage_pools.delete(concrete(look))
            if pass_thru:
                yield look


@cmdlet("Set-StoragePool", reads=_NAMES)
def set_storage_pool(
    call: CmdletCall,
    new_friendly_name: str | None = None,
    is_read_only: bool | None = None,
    clear_on_deallocate: bool | None = None,
    is_power_protected: bool | None = None,
    repair_policy: str | None = None,
    retire_missing_physical_disks: str | None = None,
    thin_provisioning_alert_thresholds: list[int] | None = None,
    usage: str | None = None,
    other_usage_description: str = "",
    provisioning_type_default: str | None = None,
    resiliency_setting_name_default: str | None = None,
) -> None:
    """Rename pools, let nobody change them, or change what new virtual disks are like."""
    for look in pools_of(call):
        with reporting(call, look), look.host.looking():
            pool, pools = concrete(look), look.host.storage_pools
            if is_read_only is False:
                pools.set_read_only(pool, False)
            if new_friendly_name is not None:
                pools.rename(pool, new_friendly_name)
            if usage is not None:
                pools.set_usage(pool, number(POOL_USAGES, usage) or 1, other_usage_description)
            if provisioning_type_default is not None or resiliency_setting_name_default is not None:
                pools.set_defaults(
                    pool,
                    resiliency=resiliency_setting_name_default,
                    provisioning=number(PROVISIONING, provisioning_type_default),
                )
            alerts = thin_provisioning_alert_thresholds
            pools.set_attributes(
                pool,
                clear_on_deallocate=clear_on_deallocate,
                is_power_protected=is_power_protected,
                thin_alerts=None if alerts is None else tuple(int(each) for each in alerts),
                repair_policy=number(REPAIR_POLICIES, repair_policy),
                retire_missing_disks=number(RETIRE_POLICIES, retire_missing_physical_disks),
            )
            if is_read_only is True:
                pools.set_read_only(pool, True)


@cmdlet("Update-StoragePool", reads=_NAMES)
def update_storage_pool(call: CmdletCall, pass_thru: bool = False) -> Iterator[PoolLook]:
    """Pools are of this release already."""
    for look in pools_of(call):
        if call.should_process(look.name):
            with reporting(call, look):
                concrete(look)
                if pass_thru:
                    yield look


@cmdlet("Get-ResiliencySetting", reads=("Name", "UniqueId"))
def get_resiliency_setting(call: CmdletCall, storage_pool: PoolLook | None = None) -> Iterator[SettingLook]:
    """The resiliency settings of each pool, or of one."""
    found = setting_looks(host_of(call))
    if storage_pool is not None:
        found = [look for look in found if look.pool is storage_pool.pool]
    yield from chosen(
        call,
        "MSFT_ResiliencySetting",
        found,
        (
            ("Name", "Name", lambda look: look.setting.name),
            ("UniqueId", "UniqueId", lambda look: look.identifier),
        ),
    )


@cmdlet("Set-ResiliencySetting", reads=("Name", "UniqueId", "InputObject", "StoragePool"))
def set_resiliency_setting(
    call: CmdletCall,
    number_of_data_copies_default: int | None = None,
    physical_disk_redundancy_default: int | None = None,
    number_of_columns_default: int | None = None,
    auto_number_of_columns: bool = False,
    interleave_default: int | None = None,
    pass_thru: bool = False,
) -> Iterator[SettingLook]:
    """What virtual disks of a pool are like when nobody says more."""
    looks = [each for each in as_list(call.get("InputObject")) if isinstance(each, SettingLook)]
    wanted = {
        "copies": number_of_data_copies_default,
        "redundancy": physical_disk_redundancy_default,
        "columns": number_of_columns_default,
        "interleave": interleave_default,
    }
    plain = {name: None if value is None else int(value) for name, value in wanted.items()}
    for look in looks or list(get_resiliency_setting(call, call.get("StoragePool"))):
        with reporting(call, look):
            look.host.storage_pools.set_layout_defaults(
                concrete(PoolLook(look.host, look.pool)),
                look.setting.name,
                automatic_columns=auto_number_of_columns,
                wanted=plain,
            )
            if pass_thru:
                yield look


@cmdlet("Get-VirtualDiskSupportedSize", reads=_POOL_NAMES)
def get_virtual_disk_supported_size(
    call: CmdletCall, resiliency_setting_name: str | None = None
) -> Iterator[Any]:
    """From the smallest to the largest fixed virtual disk of pools."""
    for look in pools_of(call, "StoragePool"):
        with reporting(call, look), look.host.looking():
            pool, pools = concrete(look), look.host.storage_pools
            most = pools.largest(pool, pools.layout(pool, resiliency_setting_name))
            sizes = PSObject()
            for name, size in (
                ("SupportedSizes", None),
                ("VirtualDiskSizeMin", SLAB),
                ("VirtualDiskSizeMax", most),
                ("VirtualDiskSizeDivisor", SLAB),
            ):
                value = None if size is None else UInt64(size)
                sizes.members[name.lower()] = NoteProperty(name, value)
            yield sizes


@cmdlet("Get-StorageJob", reads=("UniqueId", "Name"))
def get_storage_job(call: CmdletCall) -> None:
    """Everything acts at once, so there are no jobs."""
    host_of(call)
    chosen(call, "MSFT_StorageJob", [], (("UniqueId", "UniqueId", str), ("Name", "Name", str)))


@cmdlet("Get-StorageTier", reads=("FriendlyName", "UniqueId"))
def get_storage_tier(call: CmdletCall) -> None:
    """Nobody can make storage tiers here, so there are none."""
    host_of(call)
    names = ("FriendlyName", "FriendlyName", str), ("UniqueId", "UniqueId", str)
    chosen(call, "MSFT_StorageTier", [], names)
