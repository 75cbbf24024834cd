"""Nodes of the machine's memory: processors and memory that belong together (non-uniform memory access).

The hardware states how many nodes there are; sockets, processors and memory are divided evenly among them,
the remainder to the first ones. Where a virtual machine lies is chosen: it is on one node while it fits
there, the node follows from its GUID; a larger one spans all.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from emulator.host.host import Host
    from emulator.host.virtual_machine import VirtualMachine

_MEBIBYTE = 1 << 20


class NumaNode(NamedTuple):
    """One node; memory in bytes, a whole number of MB."""

    number: int
    cores: int
    logical_processors: int
    memory: int


class LogicalProcessor(NamedTuple):
    """A processor as Windows counts them, by its place within its node."""

    node: int
    number: int


def nodes(host: "Host") -> list[NumaNode]:
    """The nodes of the machine, at least one."""
    hardware = host.hardware
    count = hardware.numa_nodes
    return [
        NumaNode(
            number,
            _share(hardware.processor.cores, count, number),
            _share(hardware.logical_processors, count, number),
            _share(host.memory.total // _MEBIBYTE, count, number) * _MEBIBYTE,
        )
        for number in range(count)
    ]


def logical_processors(node: NumaNode) -> Iterator[LogicalProcessor]:
    """The processors of a node."""
    return (LogicalProcessor(node.number, number) for number in range(node.logical_processors))


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
    return whole // parts + (number < whole % parts)
