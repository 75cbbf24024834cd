"""The host's own processors and memory as Hyper-V shows them: what virtual machines take from.

Identities were recorded on a 2012 R2 host: ``<pool>\\<NUMA node>\\<index>`` for a processor,
``<pool>\\Aggregate`` for all memory and ``<pool>\\<NUMA node>`` for that of one node.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from emulator.host.resources import numa
from emulator.host.resources.resource_kinds import MEMORY, PHYSICAL_DISK, PRIMORDIAL_POOLS, PROCESSOR
from emulator.wmi.association import End, Link, every, the_host
from emulator.wmi.view import View
from emulator.wmi.virtualization_v2.base import ENABLED_ELEMENT, PREFIX
from emulator.wmi.virtualization_v2.processor_memory import MemoryDevice, ProcessorDevice
from emulator.wmi.virtualization_v2.refusals import DeviceRefusals

if TYPE_CHECKING:
    from emulator.wmi.keys import Keys
    from emulator.wmi.namespace import Namespace
    from emulator.wmi.virtualization_v2.pools import Pool

AnyView = type[View[Any]]

_BLOCK = MemoryDevice.constants["BlockSize"]


class _HostDevice(DeviceRefusals, View[int]):
    """Devices of the host by a number; hardware does not change."""

    index = ("SystemName", "DeviceID")
    constants = {**ENABLED_ELEMENT, "SystemCreationClassName": "Msvm_ComputerSystem"}

    def by_key(self, keys: Keys) -> int | None:
        if keys.text("SystemName").casefold() != self.host.name.casefold():
            return None
        return next((item for item in self.objects() if self.matches(item, keys)), None)

    def object_id(self, item: int) -> Hashable:
        return item

    def revision(self, item: int) -> Hashable | None:  # noqa: ARG002  hardware does not change
        return 0

    def shown_of(self, owner: object) -> Iterable[int] | None:
        del owner
        return ()

    def CreationClassName(self, _item: int) -> str:
        return self.class_name

    def SystemName(self, _item: int) -> str:
        return self.host.name


class HostProcessor(_HostDevice):
    """The logical processors."""

    class_name = "Msvm_Processor"
    constants = {
        **ProcessorDevice.constants,
        "Description": "Microsoft Physical Processor",
    }
    volatile = frozenset({"LoadPercentage"})

    def objects(self) -> Iterable[int]:
        return range(self.host.hardware.logical_processors)

    def DeviceID(self, number: int) -> str:
        node = numa.node_of_processor(self.host, number)
        return f"{PREFIX}{PRIMORDIAL_POOLS[PROCESSOR]}\\{node.number}\\{number - node.first_processor}"

    def LoadPercentage(self, _number: int) -> int:
        # Rarely asked for.
        from emulator.host.windows.performance import processor_usage

        return round(processor_usage(self.host))

    def MaxClockSpeed(self, _number: int) -> int:
        return self.host.hardware.processor.clock_megahertz

    def CurrentClockSpeed(self, _number: int) -> int:
        return self.host.hardware.processor.clock_megahertz


#: The number of all memory together; others are NUMA nodes.
AGGREGATE = -1


class HostMemory(_HostDevice):
    """The memory, all and of each NUMA node."""

    class_name = "Msvm_Memory"
    constants = {
        **MemoryDevice.constants,
        "Description": "Microsoft Host Memory",
        "ElementName": "Memory",
        "Name": "Memory",
        "Primordial": True,
    }
    volatile = frozenset({"ConsumableBlocks"})

    def objects(self) -> Iterable[int]:
        return (AGGREGATE, *range(self.host.hardware.numa_nodes))

    def DeviceID(self, node: int) -> str:
        return f"{PREFIX}{PRIMORDIAL_POOLS[MEMORY]}\\{'Aggregate' if node == AGGREGATE else node}"

    def NumberOfBlocks(self, node: int) -> int:
        host = self.host
        size = host.hardware.memory if node == AGGREGATE else numa.nodes(host)[node].memory
        return int(size // _BLOCK)

    def ConsumableBlocks(self, node: int) -> int:
        host = self.host
        free = host.memory.available
        return int((free if node == AGGREGATE else numa.available(host, numa.nodes(host)[node])) // _BLOCK)


def _nodes(namespace: Namespace, item: int) -> Iterable[int]:
    return range(namespace.host.hardware.numa_nodes) if item == AGGREGATE else ()


def _aggregate(_namespace: Namespace, item: int) -> Iterable[int]:
    return () if item == AGGREGATE else (AGGREGATE,)


def links(
    host_view: AnyView,
    pools: Mapping[str, Pool],
    pool_view: AnyView,
    processor_pool_view: AnyView,
    disk_view: AnyView,
) -> tuple[Link, ...]:
    """What joins the devices to the host, and to the pools that they are in (recorded 2012 R2 host).

    ``pools`` are those of the namespace by their GUIDs.
    """

    def member(view: AnyView, guid: str, device: AnyView) -> Link:
        def inside(namespace: Namespace, pool: Pool) -> Iterable[Any]:
            found = namespace.view(device).objects() if pool.guid == guid else ()
            return [item for item in found if item != AGGREGATE]

        def outside(_namespace: Namespace, item: Any) -> Iterable[Pool]:
            return () if item == AGGREGATE else (pools[guid],)

        return Link(
            "Msvm_ConcreteComponent",
            End("GroupComponent", view, inside),
            End("PartComponent", device, outside),
        )

    return (
        *(
            Link(
                "Msvm_SystemDevice",
                End("GroupComponent", host_view, every(view)),
                End("PartComponent", view, the_host),
            )
            for view in (HostProcessor, HostMemory)
        ),
        Link(
            "Msvm_ConcreteComponent",
            End("GroupComponent", HostMemory, _nodes),
            End("PartComponent", HostMemory, _aggregate),
        ),
        member(processor_pool_view, PRIMORDIAL_POOLS[PROCESSOR], HostProcessor),
        member(pool_view, PRIMORDIAL_POOLS[MEMORY], HostMemory),
        member(pool_view, PRIMORDIAL_POOLS[PHYSICAL_DISK], disk_view),
    )
