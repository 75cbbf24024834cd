"""Pools: what they give and to whom, the pools of administrators below the primordial ones, settings and
templates."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from emulator.host.resources.resource_pools import ResourcePool
from emulator.wmi.association import End, Link, Reach, every, itself, the_host
from emulator.wmi.virtualization_v2 import (
    computer_system,
    devices,
    display_and_battery,
    drives,
    expansion_views,
    host_devices,
    logical_disks,
    network,
    pool_allocation,
    pool_allocation_settings,
    pool_service,
    pool_templates,
    pools,
    processor_memory,
)
from emulator.wmi.virtualization_v2.common_links import template_links
from emulator.wmi.virtualization_v2.pools import ALL_POOLS, Pool

if TYPE_CHECKING:
    from emulator.wmi.namespace import Namespace

HOST = computer_system.HostSystem
#: Views of devices and of settings whose objects come from pools -> what of them does.
_DEVICES_OF_POOLS = (
    (devices.DiskDrive, pool_allocation.DEVICE),
    (devices.DisketteDrive, pool_allocation.DEVICE),
    (devices.DvdDriveDevice, pool_allocation.DEVICE),
    (processor_memory.MemoryDevice, pool_allocation.DEVICE),
    (devices.PersistentMemory, pool_allocation.DEVICE),
    (devices.Scsi, pool_allocation.DEVICE),
    (devices.SyntheticDisplay, pool_allocation.DEVICE),
    (devices.SyntheticKeyboard, pool_allocation.DEVICE),
    (devices.SyntheticMouse, pool_allocation.DEVICE),
    (display_and_battery.BatteryDevice, pool_allocation.DEVICE),
    (logical_disks.LogicalDisk, pool_allocation.MEDIUM),
    (network.EmulatedPort, pool_allocation.DEVICE),
    (network.SyntheticPort, pool_allocation.DEVICE),
    *expansion_views.DEVICES_OF_POOLS,
)
_SETTINGS_OF_POOLS = (
    (drives.MediumView, pool_allocation.MEDIUM),
    (processor_memory.MemorySettingView, pool_allocation.DEVICE),
    (drives.ResourceView, pool_allocation.DEVICE),
    (display_and_battery.BatterySettings, pool_allocation.DEVICE),
    (display_and_battery.DisplaySettings, pool_allocation.DEVICE),
    (network.ConnectionSettings, pool_allocation.CONNECTION),
    (network.EmulatedPortSettings, pool_allocation.DEVICE),
    (network.SyntheticPortSettings, pool_allocation.DEVICE),
    *expansion_views.SETTINGS_OF_POOLS,
)
_POOL_VIEWS: tuple[type[pools.ResourcePool], ...] = (
    pools.ResourcePool,
    pools.ProcessorPool,
    *expansion_views.POOL_VIEWS,
)


def _pool_of(view: type[pools.ResourcePool]) -> Reach:
    return lambda _namespace, pool: (pool,) if pool.pool_class == view.class_name else ()


def _primordial_kind(namespace: Namespace, child: ResourcePool) -> list[pools.Pool]:
    """The pool of the same kind to which everything belongs first: its capabilities are the child's too."""
    return [pool for pool in pools.present_pools(namespace) if pool.subtype == child.subtype]


def _children_of(namespace: Namespace, pool: pools.Pool) -> list[ResourcePool]:
    return [child for child in namespace.host.resource_pools if child.subtype == pool.subtype]


def _templates(view: type[pool_templates.TemplateView]) -> Reach:
    def reach(namespace: Namespace, pool: pools.Pool) -> Iterable[pools.Template]:
        is_class = pools.settings_class(namespace, pool) == view.class_name
        return pools.templates(pool) if is_class else ()

    return reach


def _parents(namespace: Namespace, child: ResourcePool) -> list[ResourcePool]:
    found = (namespace.host.resource_pools.find(child.subtype, name) for name in child.parents)
    return [each for each in found if each is not None]


def _children(namespace: Namespace, parent: ResourcePool) -> list[ResourcePool]:
    return [each for each in namespace.host.resource_pools if parent in _parents(namespace, each)]


def _shares(view: type[pool_allocation_settings.PoolAllocationView]) -> Reach:
    def reach(namespace: Namespace, pool: ResourcePool) -> Iterable[pool_allocation_settings.PoolShare]:
        return pool_allocation_settings.shares(pool) if namespace.view(view).shows(pool) else ()

    return reach


def _primordial(pool_class: str) -> Reach:
    """From a child pool to the primordial one that it takes from."""

    def reach(_namespace: Namespace, child: ResourcePool) -> Iterable[Pool]:
        pool = next((each for each in ALL_POOLS if each.subtype == child.subtype), None)
        if pool is None or pool.pool_class != pool_class or not child.takes_from_primordial:
            return ()
        return (pool,)

    return reach


def _of_primordial(namespace: Namespace, pool: Pool) -> list[ResourcePool]:
    return [
        each
        for each in namespace.host.resource_pools
        if each.subtype == pool.subtype and each.takes_from_primordial
    ]


LINKS: tuple[Link, ...] = (
    Link(
        "Msvm_HostedResourcePool",
        End("GroupComponent", HOST, lambda namespace, _: namespace.host.resource_pools),
        End("PartComponent", pool_service.ChildPool, the_host),
    ),
    Link(
        "Msvm_ElementCapabilities",
        End("ManagedElement", pool_service.ChildPool, _primordial_kind),
        End("Capabilities", pools.AllocationCapabilities, _children_of),
    ),
    *host_devices.links(HOST, pools.BY_GUID, pools.ResourcePool, pools.ProcessorPool, devices.HostDiskDrive),
    *pool_allocation.links(
        pools.BY_GUID,
        pools.ResourcePool,
        pools.ProcessorPool,
        _DEVICES_OF_POOLS,
        _SETTINGS_OF_POOLS,
        processor_memory.ProcessorSettingView,
        pool_service.ChildPool,
    ),
    *(
        Link(
            "Msvm_HostedResourcePool",
            End("GroupComponent", HOST, every(view)),
            End("PartComponent", view, the_host),
        )
        for view in _POOL_VIEWS
    ),
    *(
        Link(
            "Msvm_ElementCapabilities",
            End("ManagedElement", view, itself),
            End(
                "Capabilities",
                pools.AllocationCapabilities,
                _pool_of(view),
            ),
        )
        for view in _POOL_VIEWS
    ),
    *template_links(pools.AllocationCapabilities, _templates, pool_templates.TEMPLATE_VIEWS),
    *(
        Link(
            "Msvm_SettingsDefineState",
            End("ManagedElement", pool_service.ChildPool, _shares(view)),
            End("SettingData", view, lambda _, share: (share.pool,)),
        )
        for view in pool_allocation_settings.ALLOCATION_VIEWS
    ),
    Link(
        "Msvm_ElementAllocatedFromPool",
        End("Antecedent", pool_service.ChildPool, _children),
        End("Dependent", pool_service.ChildPool, _parents),
    ),
    *(
        Link(
            "Msvm_ElementAllocatedFromPool",
            End("Antecedent", view, _of_primordial),
            End("Dependent", pool_service.ChildPool, _primordial(view.class_name)),
        )
        for view in _POOL_VIEWS
    ),
    *(
        Link(
            "Msvm_SettingsDefineState",
            End("ManagedElement", view, itself),
            End("SettingData", pools.PrimordialPoolSettings, _pool_of(view)),
        )
        for view in _POOL_VIEWS
    ),
    Link(
        "Msvm_SettingsDefineState",
        End("ManagedElement", pool_service.ChildPool, itself),
        End("SettingData", pool_service.PoolSettings, itself),
    ),
    *(
        Link(
            "Msvm_ServiceAffectsElement",
            End("AffectingElement", pool_service.PoolConfigurationService, every(view)),
            End("AffectedElement", view, the_host),
            values={"ElementEffects": [5]},
        )
        for view in (*_POOL_VIEWS, pool_service.ChildPool)
    ),
)
