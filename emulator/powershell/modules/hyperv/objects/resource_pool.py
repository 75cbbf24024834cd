"""VMResourcePool and the report of Measure-VMResourcePool; VMHostNumaNode."""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple

from emulator.host import Host
from emulator.host.resources.metering import Metric
from emulator.host.resources.numa import NumaNode, available, nodes_of
from emulator.host.resources.pool_metering import pool_duration, pool_figures
from emulator.host.resources.pool_resources import is_within
from emulator.host.resources.resource_kinds import PRIMORDIAL, PRIMORDIAL_POOLS, STORAGE
from emulator.host.resources.resource_pools import ResourcePool
from emulator.powershell.dotnet.collections import TypedArray
from emulator.powershell.dotnet.types import array_of, builtin
from emulator.powershell.modules.hyperv.catalog import Readers, enum_value
from emulator.powershell.modules.hyperv.objects.metering import FIGURES
from emulator.powershell.modules.hyperv.objects.values import enum_array, span, texts

#: VMResourcePoolType -> the kind of the host's pools.
KINDS = {
    "Memory": "Memory",
    "Processor": "Processor",
    "Ethernet": "Ethernet Connection",
    "VHD": "Virtual Hard Disk",
    "ISO": "Virtual CD/DVD Disk",
    "VFD": "Virtual Floppy Disk",
    "FibreChannelPort": "Synthetic FibreChannel Port",
    "FibreChannelConnection": "FibreChannel Connection",
    "PciExpress": "Virtual Pci Express Port",
}
_NUMBERS = {kind: number for number, kind in enumerate(KINDS.values())}


class PoolOfHost(NamedTuple):
    """A pool of one kind: one that administrators made, or without one the primordial pool."""

    host: Host
    kind: str
    made: ResourcePool | None

    @property
    def name(self) -> str:
        """Its PoolID."""
        return PRIMORDIAL if self.made is None else self.made.name

    @property
    def identifier(self) -> str:
        """Its GUID."""
        return PRIMORDIAL_POOLS[self.kind] if self.made is None else self.made.id

    def holds(self, resource: str) -> bool:
        """Whether it holds a resource of the host; a primordial pool holds all."""
        return self.made is None or is_within(self.kind, resource, self.made.resources)

    @property
    def metrics(self) -> frozenset[Metric]:
        """The metrics that are collected of it."""
        return self.host.resource_pools.metered(self.identifier)


class StoragePoolOfHost(PoolOfHost):
    """A pool of files (VMStorageResourcePool): it holds folders."""

    __slots__ = ()

    @property
    def paths(self) -> tuple[str, ...]:
        """The folders; none of a primordial pool, which holds every one."""
        return () if self.made is None else self.made.resources


def pool_of(host: Host, kind: str, made: ResourcePool | None) -> PoolOfHost:
    """A pool as the object that the cmdlets give for its kind."""
    return (StoragePoolOfHost if kind in STORAGE else PoolOfHost)(host, kind, made)


class PoolReport(NamedTuple):
    """Figures of a pool: those of the machines that are metered and have resources from it."""

    pool: PoolOfHost
    duration: timedelta
    figures: dict[Metric, int]

    @property
    def host(self) -> Host:
        """The machine."""
        return self.pool.host


def report_of(pool: PoolOfHost) -> PoolReport:
    """The figures of a pool now. The host is looked at."""
    host = pool.host
    figures = pool_figures(host, pool.kind, pool.identifier, pool.made)
    return PoolReport(pool, pool_duration(host, pool.made), figures)


POOL: Readers = {
    "Name": lambda pool: pool.name,
    "ParentName": lambda pool: texts([] if pool.made is None else pool.made.parents),
    "ResourceMeteringEnabled": lambda pool: bool(pool.metrics),
    "ResourcePoolType": lambda pool: enum_value("VMResourcePoolType", _NUMBERS[pool.kind]),
    "ComputerName": lambda pool: pool.host.name,
    "IsDeleted": lambda pool: pool.made is not None and pool.host.resource_pools.get(pool.made.id) is None,
}


STORAGE_POOL: Readers = {**POOL, "Paths": lambda pool: texts(list(pool.paths))}

REPORT: Readers = {
    "ResourcePoolName": lambda report: report.pool.name,
    "ResourcePoolType": lambda report: enum_array("VMResourcePoolType", [_NUMBERS[report.pool.kind]]),
    "ComputerName": lambda report: report.host.name,
    "MeteringDuration": lambda report: span(report.duration),
    **FIGURES,
}


class NodeOfHost(NamedTuple):
    """A node of the host's memory."""

    host: Host
    node: NumaNode


def _free_processors(item: NodeOfHost) -> TypedArray:
    """How much of each logical processor is free, in percent: what machines use is spread evenly."""
    on_node = [vm for vm in item.host.virtual_machines if item.node in nodes_of(vm)]
    used = sum(vm.cpu_usage() * vm.processor.count for vm in on_node) // item.node.logical_processors
    free = max(0, 100 - used)
    return TypedArray([free] * item.node.logical_processors, array_of(builtin("System.Int32")))


NUMA_NODE: Readers = {
    "NodeId": lambda item: item.node.number,
    "ProcessorsAvailability": _free_processors,
    "MemoryAvailable": lambda item: available(item.host, item.node) >> 20,
    "MemoryTotal": lambda item: item.node.memory >> 20,
    "ComputerName": lambda item: item.host.name,
}
