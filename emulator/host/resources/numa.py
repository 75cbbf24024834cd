"""Nodes of the machine's memory: processors and memory that belong together (non-uniform memory access).

The hardware states how many nodes there are; processors and memory are divided evenly among them, and the
last node has the rest. Where a virtual machine lies is chosen: on one node while it fits there; the node
follows from its GUID. A larger one spans all.
"""

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from emulator.host.host import Host
    from emulator.host.virtual_machine.virtual_machine import VirtualMachine

_MEBIBYTE = 1 << 20


class NumaNode(NamedTuple):
    """One node; ``first_processor`` is the number of its first logical processor, memory in bytes."""

    number: int
    cores: int
    first_processor: int
    logical_processors: int
    memory: int


def nodes(host: "Host") -> list[NumaNode]:
    """The nodes of the machine, at least one."""
    hardware = host.hardware
    count = hardware.numa_nodes
    in_a_node = hardware.logical_processors // count
    return [
        NumaNode(
            number,
            _share(hardware.processor.cores, count, number),
            number * in_a_node,
            _share(hardware.logical_processors, count, number),
            _share(hardware.memory // _MEBIBYTE, count, number) * _MEBIBYTE,
        )
        for number in range(count)
    ]


def node_of_processor(host: "Host", number: int) -> NumaNode:
    """The node of a logical processor."""
    every = nodes(host)
    in_a_node = max(1, host.hardware.logical_processors // len(every))
    return every[min(number // in_a_node, len(every) - 1)]


def nodes_of(vm: "VirtualMachine") -> list[NumaNode]:
    """The nodes from which a machine that holds memory has it; none while it holds none."""
    held = vm.assigned_memory()
    if not held:
        return []
    every = nodes(vm.host)
    home = every[int(vm.id[-8:], 16) % len(every)]
    return [home] if held <= home.memory else every


def available(host: "Host", node: NumaNode) -> int:
    """Bytes of a node that virtual machines could still get: its share of what the host has left."""
    return _share(host.memory.available // _MEBIBYTE, host.hardware.numa_nodes, node.number) * _MEBIBYTE


def _share(whole: int, parts: int, number: int) -> int:
    """An even part; the last one is larger when the whole cannot be divided."""
    part = whole // parts
    return part + whole % parts if number == parts - 1 else part
