"""Pools beside what they give: the pools of administrators below the primordial ones, settings, and who makes
them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from emulator.host.resource_pools import PRIMORDIAL, ResourcePool
from emulator.wmi.association import End, Link, Reach, itself, the_host
from emulator.wmi.virtualization_v2 import expansion_views, pool_service, pools
from emulator.wmi.virtualization_v2.pools import ALL_POOLS, Pool

if TYPE_CHECKING:
    from emulator.wmi.namespace import Namespace
    from emulator.wmi.view import View


def _shown_by(view: type[pools.ResourcePool]) -> Reach:
    return lambda _namespace, pool: (pool,) if pool.pool_class == view.class_name else ()


def _parents(namespace: Namespace, child: ResourcePool) -> list[ResourcePool]:
    found = (namespace.host.resource_pools.find(child.subtype, name) for name in child.parents)
    return [each for each in found if each is not None]


def _children(namespace: Namespace, parent: ResourcePool) -> list[ResourcePool]:
    return [each for each in namespace.host.resource_pools if parent in _parents(namespace, each)]


def _primordial(pool_class: str) -> Reach:
    """From a child pool to the primordial one that it takes from."""

    def reach(_namespace: Namespace, child: ResourcePool) -> Iterable[Pool]:
        pool = next((each for each in ALL_POOLS if each.subtype == child.subtype), None)
        takes = any(name.casefold() == PRIMORDIAL.casefold() for name in child.parents)
        return (pool,) if takes and pool is not None and pool.pool_class == pool_class else ()

    return reach


def _of_primordial(namespace: Namespace, pool: Pool) -> list[ResourcePool]:
    return [
        each
        for each in namespace.host.resource_pools
        if each.subtype == pool.subtype
        and any(name.casefold() == PRIMORDIAL.casefold() for name in each.parents)
    ]


def _every(view: type[View[Any]]) -> Reach:
    return lambda namespace, _item: namespace.view(view).objects()


_POOL_VIEWS: tuple[type[pools.ResourcePool], ...] = (
    pools.ResourcePool,
    pools.ProcessorPool,
    *expansion_views.POOL_VIEWS,
)

VIEWS = (pools.PrimordialPoolSettings,)
LINKS: tuple[Link, ...] = (
    # Pools of administrators.
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
    # Settings of pools, and who makes pools.
    *(
        Link(
            "Msvm_SettingsDefineState",
            End("ManagedElement", view, itself),
            End("SettingData", pools.PrimordialPoolSettings, _shown_by(view)),
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
            End("AffectingElement", pool_service.PoolConfigurationService, _every(view)),
            End("AffectedElement", view, the_host),
            values={"ElementEffects": [5]},
        )
        for view in (*_POOL_VIEWS, pool_service.ChildPool)
    ),
)
