"""What the metered machines of a resource pool used together.

A pool of administrators has the machines whose resource comes from it, the primordial one (None here) all.
"""

from datetime import timedelta
from typing import TYPE_CHECKING

from emulator.host.metering import Metric
from emulator.host.part_metering import POOL_METRICS

if TYPE_CHECKING:
    from emulator.host.host import Host
    from emulator.host.metering import Metering
    from emulator.host.resource_pools import ResourcePool


def pool_figures(
    host: "Host", subtype: str, identifier: str, pool: "ResourcePool | None"
) -> dict[Metric, int]:
    """The figures that are collected of a pool, by metric; ``identifier`` is its GUID."""
    collected = host.resource_pools.metered(identifier)
    values = [each.values() for each in _metered(host, pool)]
    return {
        metric: sum(each.get(metric, 0) for each in values)
        for metric in POOL_METRICS.get(subtype, ())
        if metric in collected
    }


def pool_duration(host: "Host", pool: "ResourcePool | None") -> timedelta:
    """How long the machine that is metered longest has been."""
    return max((each.duration() for each in _metered(host, pool)), default=timedelta())


def _metered(host: "Host", pool: "ResourcePool | None") -> "list[Metering]":
    machines = host.virtual_machines if pool is None else host.resource_pools.users(pool)
    return [vm.metering for vm in machines if vm.is_metered]
