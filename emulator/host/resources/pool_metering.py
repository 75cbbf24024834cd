"""What the metered machines of a resource pool used together.

The primordial pool (None here) has all machines. A pool of administrators has what comes from it: of a
machine whose processors or memory do, these; the disks that do; and of the traffic of a machine the share of
the connected adapters that do, since its adapters use the network evenly.
"""

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING

from emulator.host.resources.metering import Metric
from emulator.host.resources.part_metering import POOL_METRICS
from emulator.host.resources.pool_members import members_of
from emulator.host.resources.resource_kinds import ETHERNET, HARD_DISKS
from emulator.host.virtual_machine.drives import HardDiskDrive

if TYPE_CHECKING:
    from collections.abc import Mapping

    from emulator.host.host import Host
    from emulator.host.resources.metering import Metering
    from emulator.host.resources.resource_pools import ResourcePool
    from emulator.host.virtual_machine.virtual_machine import VirtualMachine


def pool_figures(
    host: "Host", subtype: str, identifier: str, pool: "ResourcePool | None"
) -> dict[Metric, int]:
    """The figures that are collected of a pool, by metric; ``identifier`` is its GUID."""
    collected = host.resource_pools.metered(identifier)
    if pool is not None and subtype == HARD_DISKS:
        values = _disks(host, pool)
    elif pool is not None and subtype == ETHERNET:
        values = _adapters(host, pool)
    else:
        values = [each.values() for each in _metered(host, pool)]
    return {
        metric: round(sum(each.get(metric, 0) for each in values))
        for metric in POOL_METRICS.get(subtype, ())
        if metric in collected
    }


def pool_duration(host: "Host", pool: "ResourcePool | None") -> timedelta:
    """How long the machine that is metered longest has been."""
    return max((each.duration() for each in _metered(host, pool)), default=timedelta())


def reset_pool(host: "Host", pool: "ResourcePool | None") -> None:
    """Count anew what the machines of a pool use."""
    with host.looking():
        for metering in _metered(host, pool):
            if metering.enabled:
                metering.reset()


def _metered(host: "Host", pool: "ResourcePool | None") -> "list[Metering]":
    machines = host.virtual_machines if pool is None else host.resource_pools.users(pool)
    return [vm.metering for vm in machines if vm.is_metered]


def _disks(host: "Host", pool: "ResourcePool") -> "list[Mapping[Metric, float]]":
    found: list[Mapping[Metric, float]] = []
    for member in members_of(host, pool.subtype, pool.name):
        if isinstance(member.item, HardDiskDrive) and member.vm.is_metered:
            figures = member.vm.metering.parts.values(member.item)
            found.append({base.value.aggregate: value for base, value in figures.items()})
    return found


def _adapters(host: "Host", pool: "ResourcePool") -> "list[Mapping[Metric, float]]":
    own: Counter[VirtualMachine] = Counter()
    for member in members_of(host, pool.subtype, pool.name):
        if member.vm.is_metered:
            own[member.vm] += member.item.switch is not None
    found: list[Mapping[Metric, float]] = []
    for vm, count in own.items():
        connected = sum(each.switch is not None for each in vm.network_adapters)
        share = count / connected if connected else 0.0
        found.append({metric: value * share for metric, value in vm.metering.values().items()})
    return found
