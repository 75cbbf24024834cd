"""Msvm_NumaNode: the nodes of the host's memory, what is in them, and which machines lie on them.

Identities: recorded 2012 R2 host. Os-win reads how much a node has left and finds its processors and memory
through Msvm_HostedDependency.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import TYPE_CHECKING, Any

from emulator.host.resources import numa
from emulator.host.resources.numa import NumaNode
from emulator.wmi.association import End, Link, the_host
from emulator.wmi.view import View
from emulator.wmi.virtualization_v2.base import ENABLED_ELEMENT, PREFIX
from emulator.wmi.virtualization_v2.computer_system import HostSystem
from emulator.wmi.virtualization_v2.host_devices import AGGREGATE, HostMemory, HostProcessor
from emulator.wmi.virtualization_v2.processor_memory import MemoryDevice, ProcessorDevice
from emulator.wmi.virtualization_v2.refusals import ElementRefusals

if TYPE_CHECKING:
    from emulator.host.virtual_machine.memory_settings import MemorySettings
    from emulator.wmi.keys import Keys
    from emulator.wmi.namespace import Namespace
    from emulator.wmi.virtualization_v2.processor_memory import VirtualProcessor

_BLOCK = 1 << 20


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
        "SystemCreationClassName": "Msvm_ComputerSystem",
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


def _every_node(namespace: Namespace, _item: Any) -> Iterable[NumaNode]:
    return numa.nodes(namespace.host)


def _memory_of_node(_namespace: Namespace, node: NumaNode) -> Iterable[int]:
    return (node.number,)


def _node_of_memory(namespace: Namespace, number: int) -> Iterable[NumaNode]:
    return () if number == AGGREGATE else (numa.nodes(namespace.host)[number],)


def _processors_of_node(_namespace: Namespace, node: NumaNode) -> Iterable[int]:
    return range(node.first_processor, node.first_processor + node.logical_processors)


def _node_of_processor(namespace: Namespace, number: int) -> Iterable[NumaNode]:
    return (numa.node_of_processor(namespace.host, number),)


def _memory_on(namespace: Namespace, node: NumaNode) -> list[MemorySettings]:
    return [vm.memory for vm in namespace.host.virtual_machines if node in numa.nodes_of(vm)]


def _processors_on(namespace: Namespace, node: NumaNode) -> list[VirtualProcessor]:
    view = namespace.view(ProcessorDevice)
    running = [vm for vm in namespace.host.virtual_machines if node in numa.nodes_of(vm)]
    return [processor for vm in running for processor in view.shown_of(vm) or ()]


def _memory_on_memory(namespace: Namespace, number: int) -> list[MemorySettings]:
    return [] if number == AGGREGATE else _memory_on(namespace, numa.nodes(namespace.host)[number])


def _memory_below(_namespace: Namespace, memory: MemorySettings) -> list[int]:
    return [node.number for node in numa.nodes_of(memory.vm)]


def _nodes_of_machine(_namespace: Namespace, part: MemorySettings | VirtualProcessor) -> list[NumaNode]:
    return numa.nodes_of(part.vm)


VIEWS = (NumaNodeView,)
LINKS = (
    Link(
        "Msvm_HostedDependency",
        End("Antecedent", HostSystem, _every_node),
        End("Dependent", NumaNodeView, the_host),
    ),
    Link(
        "Msvm_HostedDependency",
        End("Antecedent", NumaNodeView, _memory_of_node),
        End("Dependent", HostMemory, _node_of_memory),
    ),
    Link(
        "Msvm_HostedDependency",
        End("Antecedent", NumaNodeView, _processors_of_node),
        End("Dependent", HostProcessor, _node_of_processor),
    ),
    # The memory of a machine is made of that of the nodes on which it lies.
    Link(
        "Msvm_BasedOn",
        End("Antecedent", HostMemory, _memory_on_memory),
        End("Dependent", MemoryDevice, _memory_below),
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
