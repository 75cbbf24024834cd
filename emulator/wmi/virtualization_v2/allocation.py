"""What is allocated from which pool: devices of machines, their settings, child pools, devices of the host.

A device is allocated from the primordial pool of its kind, which its settings' ResourceSubType names
(recorded 2012 R2 host); that a machine takes a device from a pool of an administrator is not modelled.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

from emulator.host.battery import BATTERY_GUID
from emulator.host.resource_pools import PRIMORDIAL, ResourcePool
from emulator.wmi.association import End, Link, Reach, itself, the_host
from emulator.wmi.virtualization_v2 import (
    devices,
    display_and_battery,
    drives,
    host_devices,
    logical_disks,
    network,
    pool_service,
    pools,
    processor_memory,
)
from emulator.wmi.virtualization_v2.base import settings_owners
from emulator.wmi.virtualization_v2.pools import POOLS, Pool

if TYPE_CHECKING:
    from emulator.host.virtual_machine import VirtualMachine
    from emulator.wmi.namespace import Namespace
    from emulator.wmi.view import View

_BY_SUBTYPE = {pool.full_subtype: pool for pool in POOLS}
_BATTERY = next(pool for pool in POOLS if pool.guid == BATTERY_GUID)


class _Kind(NamedTuple):
    """Devices and settings that pools give: the view of the devices, that of their settings, and the
    subtypes of the pools from which they can be."""

    settings: type[View[Any]]
    subtypes: tuple[str, ...]
    devices: tuple[type[View[Any]], ...] = ()


_KINDS = (
    _Kind(
        drives.ResourceView,
        (
            "Synthetic SCSI Controller",
            "Synthetic Mouse",
            "Synthetic Keyboard",
            "Synthetic Diskette Drive",
            "Synthetic DVD Drive",
            "Synthetic Disk Drive",
            "Synthetic Display Controller",
        ),
        (
            devices.Scsi,
            devices.SyntheticMouse,
            devices.SyntheticKeyboard,
            devices.DisketteDrive,
            devices.DvdDriveDevice,
            devices.DiskDrive,
            devices.SyntheticDisplay,
        ),
    ),
    _Kind(
        drives.MediumView,
        ("Virtual Hard Disk", "Virtual CD/DVD Disk", "Virtual Floppy Disk"),
        (logical_disks.LogicalDisk,),
    ),
    _Kind(network.SyntheticPortSettings, ("Synthetic Ethernet Port",), (network.SyntheticPort,)),
    _Kind(network.EmulatedPortSettings, ("Emulated Ethernet Port",), (network.EmulatedPort,)),
    _Kind(network.ConnectionSettings, ("Ethernet Connection",)),
    _Kind(processor_memory.MemorySettingView, ("Memory",), (processor_memory.MemoryDevice,)),
    # The display as a device is above, whatever class its settings have.
    _Kind(display_and_battery.DisplaySettings, ("Synthetic Display Controller",)),
    _Kind(display_and_battery.BatterySettings, ("",), (display_and_battery.BatteryDevice,)),
)


def _pool_of(namespace: Namespace, settings: type[View[Any]], item: Any) -> Pool | None:
    """The pool from which a device is that these settings describe."""
    if settings is display_and_battery.BatterySettings:
        return _BATTERY
    return _BY_SUBTYPE.get(str(namespace.view(settings).read(item, "ResourceSubType")))


def _of_pool(kind: _Kind, view: type[View[Any]], owners: Callable[[Any], Iterable[VirtualMachine]]) -> Reach:
    """From a pool to what a view shows of it."""

    def reach(namespace: Namespace, pool: Pool) -> list[Any]:
        if pool.subtype not in kind.subtypes:
            return []
        shown: Any = namespace.view(view)
        return [
            item
            for vm in owners(namespace.host)
            for item in shown.devices(vm)
            if _pool_of(namespace, kind.settings, item) is pool
        ]

    return reach


def _to_pool(kind: _Kind) -> Reach:
    def reach(namespace: Namespace, item: Any) -> Iterable[Pool]:
        pool = _pool_of(namespace, kind.settings, item)
        return () if pool is None else (pool,)

    return reach


def _shown_by(view: type[pools.ResourcePool]) -> Reach:
    return lambda _namespace, pool: (pool,) if pool.pool_class == view.class_name else ()


def _machines(host: Any) -> Iterable[VirtualMachine]:
    machines: Iterable[VirtualMachine] = host.virtual_machines
    return machines


def _processor_pool(namespace: Namespace, _item: Any) -> Iterable[Pool]:
    return namespace.view(pools.ProcessorPool).objects()


def _virtual_processors(namespace: Namespace, _pool: Pool) -> Iterable[Any]:
    return namespace.view(processor_memory.ProcessorDevice).objects()


def _processor_settings(namespace: Namespace, _pool: Pool) -> Iterable[Any]:
    return namespace.view(processor_memory.ProcessorSettingView).objects()


def _parents(namespace: Namespace, child: ResourcePool) -> list[ResourcePool]:
    found = (namespace.host.resource_pools.find(child.subtype, name) for name in child.parents)
    return [each for each in found if each is not None]


def _children(namespace: Namespace, parent: ResourcePool) -> list[ResourcePool]:
    return [each for each in namespace.host.resource_pools if parent in _parents(namespace, each)]


def _primordial(pool_class: str) -> Reach:
    """From a child pool to the primordial one that it takes from."""

    def reach(_namespace: Namespace, child: ResourcePool) -> Iterable[Pool]:
        pool = next((each for each in POOLS if each.subtype == child.subtype), None)
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


def _if(subtype: str, objects: Reach) -> Reach:
    """From the pool of one kind only."""
    return lambda namespace, pool: objects(namespace, pool) if pool.subtype == subtype else ()


def _pool(subtype: str) -> Reach:
    return lambda _namespace, _item: (_BY_SUBTYPE[f"Microsoft:Hyper-V:{subtype}"],)


def _every(view: type[View[Any]]) -> Reach:
    return lambda namespace, _item: namespace.view(view).objects()


def _aggregate(_namespace: Namespace, _pool: Pool) -> Iterable[Any]:
    return (host_devices.AGGREGATE,)


def _memory_pool(namespace: Namespace, memory: Any) -> Iterable[Pool]:
    return _pool("Memory")(namespace, memory) if memory is host_devices.AGGREGATE else ()


_POOL_VIEWS: tuple[type[pools.ResourcePool], ...] = (pools.ResourcePool, pools.ProcessorPool)

VIEWS = (pools.PrimordialPoolSettings,)
LINKS: tuple[Link, ...] = (
    # Devices, and settings of every machine, checkpoint and planned machine.
    *(
        Link(
            "Msvm_ElementAllocatedFromPool",
            End("Antecedent", pools.ResourcePool, _of_pool(kind, view, _machines)),
            End("Dependent", view, _to_pool(kind)),
        )
        for kind in _KINDS
        for view in kind.devices
    ),
    *(
        Link(
            "Msvm_ResourceAllocationFromPool",
            End("Antecedent", pools.ResourcePool, _of_pool(kind, kind.settings, settings_owners)),
            End("Dependent", kind.settings, _to_pool(kind)),
        )
        for kind in _KINDS
    ),
    Link(
        "Msvm_ElementAllocatedFromPool",
        End("Antecedent", pools.ProcessorPool, _virtual_processors),
        End("Dependent", processor_memory.ProcessorDevice, _processor_pool),
    ),
    Link(
        "Msvm_ResourceAllocationFromPool",
        End("Antecedent", pools.ProcessorPool, _processor_settings),
        End("Dependent", processor_memory.ProcessorSettingView, _processor_pool),
    ),
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
    # The devices of the host of which pools consist.
    Link(
        "Msvm_ConcreteComponent",
        End("GroupComponent", pools.ProcessorPool, _every(host_devices.HostProcessor)),
        End("PartComponent", host_devices.HostProcessor, _processor_pool),
    ),
    Link(
        "Msvm_ConcreteComponent",
        End("GroupComponent", pools.ResourcePool, _if("Memory", _aggregate)),
        End("PartComponent", host_devices.HostMemory, _memory_pool),
    ),
    Link(
        "Msvm_ConcreteComponent",
        End("GroupComponent", pools.ResourcePool, _if("Physical Disk Drive", _every(devices.HostDiskDrive))),
        End("PartComponent", devices.HostDiskDrive, _pool("Physical Disk Drive")),
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
