"""Resource pools that administrators made, the settings of pools, and the service that changes them."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import TYPE_CHECKING

from emulator.host.errors import InvalidParameter
from emulator.host.resources.resource_kinds import PRIMORDIAL
from emulator.host.resources.resource_pools import Allocation, ResourcePool
from emulator.wmi import errors
from emulator.wmi.changes import lines, value_of
from emulator.wmi.view import View, wmi_method
from emulator.wmi.virtualization_v2.base import PREFIX, ServiceView
from emulator.wmi.virtualization_v2.pool_allocation_settings import KINDS, allocations_of
from emulator.wmi.virtualization_v2.pools import Pool, settings_class
from emulator.wmi.virtualization_v2.pools import ResourcePool as PrimordialPool

if TYPE_CHECKING:
    from emulator.cim.instance import ValueInstance
    from emulator.host import Host
    from emulator.wmi.keys import Keys
    from emulator.wmi.method import Arguments, MethodResult

_SUBTYPE = "Microsoft:Hyper-V:"
#: Start of the InstanceID of a pool's settings (recorded 2012 R2 host).
_SETTINGS = f"{PREFIX}Pool\\"


class _PoolView(View[ResourcePool]):
    index = ("InstanceID",)
    follows_revision = True

    def objects(self) -> Iterable[ResourcePool]:
        return self.host.resource_pools

    def by_key(self, keys: Keys) -> ResourcePool | None:
        return self.host.resource_pools.get(keys.text("InstanceID").rpartition(":")[2])

    def object_id(self, item: ResourcePool) -> Hashable:
        return item.id

    def InstanceID(self, pool: ResourcePool) -> str:
        return PREFIX + pool.id

    def ElementName(self, pool: ResourcePool) -> str:
        return pool.name

    def PoolID(self, pool: ResourcePool) -> str:
        return pool.name

    def ResourceType(self, pool: ResourcePool) -> int:
        return KINDS[pool.subtype].resource_type

    def ResourceSubType(self, pool: ResourcePool) -> str:
        return _SUBTYPE + pool.subtype


class ChildPool(_PoolView):
    """A pool that takes from others."""

    class_name = "Msvm_ResourcePool"
    constants = {**PrimordialPool.constants, "Primordial": False}

    def Name(self, pool: ResourcePool) -> str:
        return pool.name


class PoolSettings(_PoolView):
    """The settings of such a pool."""

    class_name = "Msvm_ResourcePoolSettingData"
    constants = {"Caption": "Resource Pool Settings", "LoadBalancingBehavior": 0, "MappingBehavior": 0}

    def InstanceID(self, pool: ResourcePool) -> str:
        return f"{_SETTINGS}{pool.id}"

    def by_key(self, keys: Keys) -> ResourcePool | None:
        wanted = keys.text("InstanceID")
        same = wanted[: len(_SETTINGS)].lower() == _SETTINGS.lower()
        return self.host.resource_pools.get(wanted[len(_SETTINGS) :]) if same else None

    def Notes(self, pool: ResourcePool) -> str:
        return pool.notes


class PoolConfigurationService(ServiceView):
    """Making and changing pools; at once, without jobs."""

    class_name = "Msvm_ResourcePoolConfigurationService"
    constants = {
        "Caption": "Resource Pool Configuration Service",
        "Description": "Service for configuring resource pools.",
        "ElementName": "Hyper-V Resource Pool Configuration Service",
        "Name": "ResourcePoolConfigurationService",
    }

    @wmi_method
    def CreatePool(self, host: Host, arguments: Arguments) -> MethodResult:
        """Make a pool below others of its kind."""
        settings = _settings(arguments)
        subtype = _subtype(settings)
        if not settings_class(self.namespace, KINDS[subtype]):
            raise InvalidParameter(f"This version of Windows has no resource pools of the kind {subtype}.")
        name = value_of(settings, "PoolID") or value_of(settings, "ElementName")
        notes = value_of(settings, "Notes")
        pool = host.resource_pools.create(
            subtype,
            str(name or ""),
            self._allocations(arguments, subtype),
            "" if notes is None else lines(notes),
        )
        path = self.namespace.view(ChildPool).instance(pool).path
        return arguments.result(errors.COMPLETED, Pool=path)

    def _allocations(self, arguments: Arguments, subtype: str) -> tuple[Allocation, ...]:
        parents = _parents(arguments, subtype)
        settings = arguments.embedded_list("AllocationSettings")
        return allocations_of(self.namespace, subtype, parents, settings)

    @wmi_method
    def DeletePool(self, host: Host, arguments: Arguments) -> MethodResult:
        """Delete a pool that no other takes from; a primordial one stays."""
        host.resource_pools.delete(_pool(arguments, "Pool"))
        return arguments.result(errors.COMPLETED)

    @wmi_method
    def ModifyPoolResources(self, _host: Host, arguments: Arguments) -> MethodResult:
        """Let a pool take from others, or hold other resources of the host."""
        pool = _pool(arguments, "ChildPool")
        pool.allocate(self._allocations(arguments, pool.subtype))
        return arguments.result(errors.COMPLETED)

    @wmi_method
    def ModifyPoolSettings(self, _host: Host, arguments: Arguments) -> MethodResult:
        """Rename a pool or change its notes."""
        settings, pool = _settings(arguments), _pool(arguments, "ChildPool")
        name, notes = value_of(settings, "PoolID"), value_of(settings, "Notes")
        pool.configure(
            name=None if name is None else str(name), notes=None if notes is None else lines(notes)
        )
        return arguments.result(errors.COMPLETED)


def _settings(arguments: Arguments) -> ValueInstance:
    settings = arguments.embedded("PoolSettings")
    if settings is None or not settings.declaration.is_a(PoolSettings.class_name):
        raise InvalidParameter("PoolSettings does not hold settings of a resource pool.")
    return settings


def _subtype(settings: ValueInstance) -> str:
    given = str(value_of(settings, "ResourceSubType") or "")
    wanted = given.casefold().removeprefix(_SUBTYPE.casefold())
    kind = next((name for name in KINDS if name.casefold() == wanted), "")
    if not kind:
        raise InvalidParameter(f"There are no resource pools of the kind '{given:.64}'.")
    return kind


def _pool(arguments: Arguments, name: str) -> ResourcePool:
    return arguments.named(name, ResourcePool, "a resource pool that can be changed")


def _parents(arguments: Arguments, subtype: str) -> tuple[str, ...]:
    names: list[str] = []
    for target in arguments.targets("ParentPools"):
        item = target.item
        if not isinstance(item, Pool | ResourcePool) or item.subtype != subtype:
            raise InvalidParameter("ParentPools names a pool of another kind.")
        names.append(PRIMORDIAL if isinstance(item, Pool) else item.name)
    return tuple(names)
