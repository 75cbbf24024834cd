"""What virtual machines are made of: the host's NUMA nodes, processors and memory.

Identities: recorded 2012 R2 host. Os-win reads how much a node has left (Msvm_NumaNode) and finds its
processors and memory through Msvm_HostedDependency.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, TypeVar

from emulator.host import numa
from emulator.host.numa import LogicalProcessor, NumaNode
from emulator.wmi.association import End, Link, the_host
from emulator.wmi.view import View
from emulator.wmi.virtualization_v2.base import ENABLED_ELEMENT, PREFIX
from emulator.wmi.virtualization_v2.computer_system import HostSystem
from emulator.wmi.virtualization_v2.processor_memory import MemoryDevice, ProcessorDevice
from emulator.wmi.virtualization_v2.refusals import DeviceRefusals, ElementRefusals

if TYPE_CHECKING:
    from emulator.host.memory_settings import MemorySettings
    from emulator.wmi.keys import Keys
    from emulator.wmi.namespace import Namespace
    from emulator.wmi.virtualization_v2.processor_memory import VirtualProcessor

Item = TypeVar("Item")
_PROCESSOR_GUID = "B637F347-6A0E-4DEC-AF52-BD70CB80A21D"
_MEMORY_GUID = "4764334E-E001-4176-82EE-5594EC9B530E"
_SYSTEM_CLASS = "Msvm_ComputerSystem"
_BLOCK = 1 << 20
#: The memory of the whole host, beside that of each node.
AGGREGATE = NumaNode(-1, 0, 0, 0)


class NumaNodeView(ElementRefusals, View[NumaNode]):
    """A node of the host's memory."""

    class_name = "Msvm_NumaNode"
    index = ("NodeID",)
    constants = {
        **ENABLED_ELEMENT,
        "Caption": "NUMA Node",
        "CreationClassName": "Msvm_NumaNode",
        "Description": "Microsoft Physical NUMA Node",
        "ElementName": "NUMA Node",
        "Name": "NUMA Node",
        "SystemCreationClassName": _SYSTEM_CLASS,
    }
    volatile = frozenset({"CurrentlyAssignedVirtualProcessors", "CurrentlyConsumableMemoryBlocks"})

    def objects(self) -> Iterable[NumaNode]:
        return numa.nodes(self.host)

    def by_key(self, keys: Keys) -> NumaNode | None:
        wanted = keys.text("NodeID").casefold()
        return next((each for each in self.objects() if self.NodeID(each).casefold() == wanted), None)

    def object_id(self, item: NumaNode) -> Hashable:
        return item.number

    def revision(self, item: NumaNode) -> Hashable | None:
        return item

    def NodeID(self, node: NumaNode) -> str:
        return f"{PREFIX}PhysicalNode\\{node.number}"

    def SystemName(self, _node: NumaNode) -> str:
        return self.host.name

    def NumberOfProcessorCores(self, node: NumaNode) -> int:
        return node.cores

    def NumberOfLogicalProcessors(self, node: NumaNode) -> int:
        return node.logical_processors

    def CurrentlyConsumableMemoryBlocks(self, node: NumaNode) -> int:
        """MB that virtual machines could still get."""
        return numa.available(self.host, node) // _BLOCK

    def CurrentlyAssignedVirtualProcessors(self, node: NumaNode) -> int:
        """Processors of the machines that run on the node."""
        machines = self.host.virtual_machines
        return sum(vm.processor.count for vm in machines if node in numa.nodes_of(vm)[:1])


class _HostDevice(DeviceRefusals, View[Item]):
    """A device of the host, found by its DeviceID among few."""

    index = ("SystemName", "DeviceID")
    constants: dict[str, Any] = {
        **ENABLED_ELEMENT,
        "AdditionalAvailability": [6],
        "Availability": 6,
        "SystemCreationClassName": _SYSTEM_CLASS,
    }

    def by_key(self, keys: Keys) -> Item | None:
        if keys.text("SystemName").casefold() != self.host.name.casefold():
            return None
        return next((each for each in self.objects() if self.matches(each, keys)), None)

    def object_id(self, item: Item) -> Hashable:
        return item  # a named tuple

    def revision(self, item: Item) -> Hashable | None:
        return item

    def CreationClassName(self, _item: Item) -> str:
        return self.class_name

    def SystemName(self, _item: Item) -> str:
        return self.host.name


class HostProcessor(_HostDevice[LogicalProcessor]):
    """A logical processor of the host."""

    class_name = "Msvm_Processor"
    constants = {
        **ProcessorDevice.constants,
        "Description": "Microsoft Physical Processor",
        "Role": "Central Processor",
    }
    volatile = frozenset({"LoadPercentage"})

    def objects(self) -> Iterator[LogicalProcessor]:
        for node in numa.nodes(self.host):
            yield from numa.logical_processors(node)

    def DeviceID(self, processor: LogicalProcessor) -> str:
        return f"{PREFIX}{_PROCESSOR_GUID}\\{processor.node}\\{processor.number}"

    def LoadPercentage(self, _processor: LogicalProcessor) -> int:
        # Only who asks for the load needs the counters.
        from emulator.host.performance import processor_usage

        return round(processor_usage(self.host))

    def MaxClockSpeed(self, _processor: LogicalProcessor) -> int:
        return self.host.hardware.processor.clock_megahertz

    def CurrentClockSpeed(self, _processor: LogicalProcessor) -> int:
        return self.host.hardware.processor.clock_megahertz


class HostMemory(_HostDevice[NumaNode]):
    """The memory of the host as a whole, and that of each of its nodes; in blocks of 1 MB."""

    class_name = "Msvm_Memory"
    constants = {
        **MemoryDevice.constants,
        "Description": "Microsoft Physical Memory",
        "ElementName": "Memory",
        "Name": "Memory",
        "Primordial": True,
    }
    volatile = frozenset({"ConsumableBlocks"})

    def objects(self) -> Iterator[NumaNode]:
        yield AGGREGATE
        yield from numa.nodes(self.host)

    def DeviceID(self, memory: NumaNode) -> str:
        return f"{PREFIX}{_MEMORY_GUID}\\{'Aggregate' if memory is AGGREGATE else memory.number}"

    def NumberOfBlocks(self, memory: NumaNode) -> int:
        return (self.host.memory.total if memory is AGGREGATE else memory.memory) // _BLOCK

    def ConsumableBlocks(self, memory: NumaNode) -> int:
        free = self.host.memory.available if memory is AGGREGATE else numa.available(self.host, memory)
        return free // _BLOCK


def _every_memory(namespace: Namespace, _host: Any) -> Iterable[NumaNode]:
    return namespace.view(HostMemory).objects()


def _every_node(namespace: Namespace, _item: Any) -> Iterable[NumaNode]:
    return numa.nodes(namespace.host)


def _every_processor(namespace: Namespace, _host: Any) -> Iterable[LogicalProcessor]:
    return namespace.view(HostProcessor).objects()


def _node_of_memory(_namespace: Namespace, memory: NumaNode) -> Iterable[NumaNode]:
    return () if memory is AGGREGATE else (memory,)


def _node_of_processor(namespace: Namespace, processor: LogicalProcessor) -> Iterable[NumaNode]:
    return (numa.nodes(namespace.host)[processor.node],)


def _parts_of_memory(namespace: Namespace, memory: NumaNode) -> Iterable[NumaNode]:
    return numa.nodes(namespace.host) if memory is AGGREGATE else ()


def _whole_of_memory(_namespace: Namespace, memory: NumaNode) -> Iterable[NumaNode]:
    return () if memory is AGGREGATE else (AGGREGATE,)


def _memory_on(namespace: Namespace, node: NumaNode) -> list[MemorySettings]:
    machines = namespace.host.virtual_machines
    return [vm.memory for vm in machines if vm.state.holds_memory and node in numa.nodes_of(vm)]


def _processors_on(namespace: Namespace, node: NumaNode) -> list[VirtualProcessor]:
    view = namespace.view(ProcessorDevice)
    machines = namespace.host.virtual_machines
    running = [vm for vm in machines if vm.state.holds_memory and node in numa.nodes_of(vm)]
    return [processor for vm in running for processor in view.shown_of(vm) or ()]


def _nodes_of_machine(_namespace: Namespace, part: MemorySettings | VirtualProcessor) -> list[NumaNode]:
    return numa.nodes_of(part.vm)


VIEWS = (HostMemory, HostProcessor, NumaNodeView)
LINKS = (
    Link(
        "Msvm_SystemDevice",
        End("GroupComponent", HostSystem, _every_memory),
        End("PartComponent", HostMemory, the_host),
    ),
    Link(
        "Msvm_SystemDevice",
        End("GroupComponent", HostSystem, _every_processor),
        End("PartComponent", HostProcessor, the_host),
    ),
    Link(
        "Msvm_HostedDependency",
        End("Antecedent", HostSystem, _every_node),
        End("Dependent", NumaNodeView, the_host),
    ),
    Link(
        "Msvm_HostedDependency",
        End("Antecedent", NumaNodeView, lambda _, node: (node,)),
        End("Dependent", HostMemory, _node_of_memory),
    ),
    Link(
        "Msvm_HostedDependency",
        End("Antecedent", NumaNodeView, lambda _, node: numa.logical_processors(node)),
        End("Dependent", HostProcessor, _node_of_processor),
    ),
    Link(
        "Msvm_ConcreteComponent",
        End("GroupComponent", HostMemory, _parts_of_memory),
        End("PartComponent", HostMemory, _whole_of_memory),
    ),
    # The memory of a machine is made of that of the nodes on which it lies.
    Link(
        "Msvm_BasedOn",
        End("Antecedent", HostMemory, _memory_on),
        End("Dependent", MemoryDevice, _nodes_of_machine),
        values={"OrderIndex": 0, "StartingAddress": 0},
    ),
    Link(
        "Msvm_ElementAllocatedFromNumaNode",
        End("Antecedent", NumaNodeView, _memory_on),
        End("Dependent", MemoryDevice, _nodes_of_machine),
    ),
    Link(
        "Msvm_ElementAllocatedFromNumaNode",
        End("Antecedent", NumaNodeView, _processors_on),
        End("Dependent", ProcessorDevice, _nodes_of_machine),
    ),
)
